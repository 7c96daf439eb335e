export { createManualClock, type ManualClock } from './clock/manual-clock.ts';
export { settle, sleep } from './clock/settle.ts';
export * from './http/index.ts';
export * from './scripted/index.ts';
export * from './scores/index.ts';
export * from './scoring/index.ts';
export * from './servers/index.ts';

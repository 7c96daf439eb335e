export * from './http/index.ts';
export * from './scripted/index.ts';

export { breakSomething, type Noticed } from './break-something.ts';
export { type ChaosOptions, type ChaosReport, runChaos } from './run-all.ts';
export { type RunOptions, runSchedule, type ScheduleResult } from './run-schedule.ts';
export { drawSchedule, type Schedule } from './schedule.ts';

import type { Command } from 'commander';
import { addReport } from './report.ts';
import { addRun } from './run.ts';

/** Adds `eval`: the commands about what an aligner changes. */
export function addEval(program: Command, done: (code: number) => void): void {
  const parent = program.command('eval').description('measure what an aligner changes, and draw it');
  addRun(parent, done);
  addReport(parent, done);
}

import type { Command } from 'commander';
import { addBuild } from './build.ts';
import { addDataExport } from './export.ts';
import { addDataImport } from './import.ts';
import { addDataShow } from './show.ts';
import { addDataStats } from './stats.ts';

/** Adds `data`: the commands about what aligners learn from. */
export function addData(program: Command, done: (code: number) => void): void {
  const data = program.command('data').description('build and handle correction data for training aligners');
  addBuild(data, done);
  addDataImport(data, done);
  addDataExport(data, done);
  addDataStats(data, done);
  addDataShow(data, done);
}

import { type Mean, meanOf, netWinRate } from '../../statistics/bootstrap.ts';
import { type Share, shareOf } from '../../statistics/wilson.ts';
import type { Score } from '../../worlds/world.ts';
import { ROUNDS, rowKey, type TaskAnswers, THENS } from './answer-task.ts';

/** Quality of whole answers, with 95 % intervals. */
export interface Quality {
  /** Answers with nothing missing and nothing wrong. */
  right: Share;
  helpful: Mean;
  harmless: Share;
}

/** Quality of the sentences of aligned answers, with 95 % intervals. */
export interface Sentences {
  drafts: number;
  /** Sentences kept, among all. */
  keepRate: Share;
  /** Flawed drafts that became good, among flawed drafts. */
  fixRate: Share;
  /** Good drafts changed, among good drafts. */
  overEditRate: Share;
}

/** What alignment did for one world, or for one stratum of it. */
export interface WorldReport extends Sentences {
  problems: number;
  raw: Quality;
  aligned: Quality;
  /** Aligned against raw on the same problems: wins less losses, of all. */
  netWins: { helpful: Mean; harmless: Mean };
  rounds: ({ rounds: number | 'all'; then: 'continue' | 'stop' } & Quality)[];
  /** Answers that failed because the aligner gave no verdict. They count as empty: no help, and no harm. */
  failed: number;
}

export const ALIGNED = rowKey('all', 'continue');
export const RAW = rowKey(0, 'continue');

export function reportOf(answers: readonly TaskAnswers[]): WorldReport {
  const at = (key: string) => answers.flatMap(({ scores }) => scores[key] ?? []);
  return {
    problems: answers.length,
    raw: qualityOf(at(RAW)),
    aligned: qualityOf(at(ALIGNED)),
    netWins: netWinsOf(at(RAW), at(ALIGNED)),
    ...sentencesOf(answers),
    rounds: ROUNDS.flatMap((rounds) =>
      THENS.map((then) => ({ rounds, then, ...qualityOf(at(rowKey(rounds, then))) })),
    ),
    failed: answers.filter(({ failed }) => failed).length,
  };
}

export function qualityOf(scores: readonly Score[]): Quality {
  return {
    right: shareOf(scores.filter(({ right }) => right).length, scores.length),
    helpful: meanOf(scores.map(({ helpful }) => helpful)),
    harmless: shareOf(scores.filter(({ harmful }) => harmful === 0).length, scores.length),
  };
}

/** Wins less losses of `after` against `before`, problem by problem. */
export function netWinsOf(before: readonly Score[], after: readonly Score[]) {
  const pairs = (value: (score: Score) => number) =>
    netWinRate(
      before.flatMap((score, index) => {
        const other = after[index];
        return other ? [{ before: value(score), after: value(other) }] : [];
      }),
    );
  return { helpful: pairs(({ helpful }) => helpful), harmless: pairs(({ harmful }) => -harmful) };
}

function sentencesOf(answers: readonly TaskAnswers[]): Sentences {
  const drafts = answers.flatMap((answer) => answer.drafts);
  const changed = ({ draft, text }: { draft: string; text: string }) => draft !== text;
  const [good, flawed] = [
    drafts.filter(({ draftGood }) => draftGood),
    drafts.filter(({ draftGood }) => !draftGood),
  ];
  return {
    drafts: drafts.length,
    keepRate: shareOf(drafts.filter((draft) => !changed(draft)).length, drafts.length),
    fixRate: shareOf(flawed.filter(({ textGood }) => textGood).length, flawed.length),
    overEditRate: shareOf(good.filter(changed).length, good.length),
  };
}

/** The reports of all strata; a problem counts in each of its own. */
export function strataOf(answers: readonly TaskAnswers[]): Record<string, Omit<WorldReport, 'rounds'>> {
  const names = [...new Set(answers.flatMap(({ task }) => task.strata))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const { rounds: _, ...report } = reportOf(answers.filter(({ task }) => task.strata.includes(name)));
      return [name, report];
    }),
  );
}

import { type Share, shareOf } from '../statistics/wilson.ts';
import { UNSEEN_THEME } from '../worlds/sums/words.ts';
import { ROUNDS, rowKey, type SumsAnswers, THENS } from './sums-answers.ts';

/** Quality of the pair over a set of problems. Rates are shares of sentences; accuracies are shares of problems. */
export interface SumsReport {
  problems: number;
  raw: { accuracy: number | null };
  rounds: { rounds: number | 'all'; then: 'continue' | 'stop'; accuracy: number | null }[];
  /** Sentences kept among all. */
  keepRate: number | null;
  /** Wrong drafts made right, among wrong drafts. */
  fixRate: number | null;
  /** Right drafts changed, among right drafts. */
  overEditRate: number | null;
  /** Answers that failed because the aligner gave no verdict. They count as wrong. */
  failed: number;
  /** 95 % intervals of all of the above, by name. */
  intervals: Record<string, Share>;
  strata: Record<
    string,
    { problems: number; raw: Share; aligned: Share; fixRate: Share; overEditRate: Share }
  >;
}

export function reportSums(answers: readonly SumsAnswers[]): SumsReport {
  const rates = ratesOf(answers);
  const intervals: Record<string, Share> = { ...rates };
  const rounds = ROUNDS.flatMap((count) =>
    THENS.map((then) => {
      const share = accuracy(answers, rowKey(count, then));
      intervals[`accuracy ${rowKey(count, then)}`] = share;
      return { rounds: count, then, accuracy: share.value };
    }),
  );
  return {
    problems: answers.length,
    raw: { accuracy: accuracy(answers, rowKey(0, 'continue')).value },
    rounds,
    keepRate: rates.keepRate.value,
    fixRate: rates.fixRate.value,
    overEditRate: rates.overEditRate.value,
    failed: answers.filter((answer) => answer.failed).length,
    intervals,
    strata: Object.fromEntries(
      [...groupByStratum(answers)].map(([stratum, group]) => {
        const { fixRate, overEditRate } = ratesOf(group);
        const raw = accuracy(group, rowKey(0, 'continue'));
        return [
          stratum,
          {
            problems: group.length,
            raw,
            aligned: accuracy(group, rowKey('all', 'continue')),
            fixRate,
            overEditRate,
          },
        ];
      }),
    ),
  };
}

function accuracy(answers: readonly SumsAnswers[], key: string): Share {
  return shareOf(answers.filter(({ right }) => right[key]).length, answers.length);
}

function ratesOf(answers: readonly SumsAnswers[]) {
  const drafts = answers.flatMap((answer) => answer.drafts);
  const wrong = drafts.filter((draft) => !draft.draftRight);
  const right = drafts.filter((draft) => draft.draftRight);
  return {
    keepRate: shareOf(drafts.filter((draft) => !draft.changed).length, drafts.length),
    fixRate: shareOf(wrong.filter((draft) => draft.textRight).length, wrong.length),
    overEditRate: shareOf(right.filter((draft) => draft.changed).length, right.length),
  };
}

/** Every problem counts in several strata: its flaw, its story, its number of steps, and whether its theme is new. */
function groupByStratum(answers: readonly SumsAnswers[]): Map<string, SumsAnswers[]> {
  const groups = new Map<string, SumsAnswers[]>();
  for (const answer of answers) {
    const { flaw, family, theme, steps } = answer.problem;
    for (const stratum of [
      `flaw: ${flaw ?? 'none'}`,
      `story: ${family}`,
      `steps: ${steps.length}`,
      theme === UNSEEN_THEME ? 'theme: unseen by the aligner' : 'theme: seen',
    ]) {
      const group = groups.get(stratum) ?? [];
      group.push(answer);
      groups.set(stratum, group);
    }
  }
  return new Map([...groups].sort(([one], [other]) => one.localeCompare(other)));
}

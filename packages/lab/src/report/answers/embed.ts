import { showHidden } from '../../html/escape-html.ts';
import type { ExampleResult, MethodAnswer } from '../../eval/result.ts';
import type { Metric } from '../../eval/tasks/task.ts';
import { formatValue, NOTHING, unitOf } from '../format.ts';
import { methodLabel } from '../methods.ts';
import type { ReportRun } from '../read-runs.ts';
import type { GatheredTask } from './gather.ts';
import { outcomeOf } from './outcome.ts';
import { shownText, type ShownPart } from './shown-text.ts';

/** What a page's script reads; short, since it stands there for every answer. */
export interface Embedded {
  runs: string[];
  methods: { name: string; label: string }[];
  /** The method that is shown first. */
  method: string;
  texts: EmbeddedPart[][];
  examples: EmbeddedExample[];
  /** Examples of all runs, shown or not. */
  of: number;
}

/** A kind, as in {@link KINDS}, and a text. */
type EmbeddedPart = [kind: number, text: string];

interface EmbeddedExample {
  /** Which of the runs. */
  run: number;
  task: string;
  id: string;
  question: string;
  strata: readonly string[];
  /** By method: the outcome's first letter, which of the texts, and what was measured. */
  answers: Record<string, readonly [outcome: string, text: number, facts: string]>;
}

const KINDS: readonly ShownPart['kind'][] = ['same', 'old', 'new', 'free'];

/**
 * Examples for the page's table: of every task and run all losses that are shown anyway, then the sample in turns, while
 * there is room.
 */
export function embed(
  runs: readonly { run: ReportRun; tasks: readonly GatheredTask[] }[],
  { maxBytes }: { maxBytes: number },
): Embedded {
  const texts = new Map<string, number>();
  const methods = new Set<string>();
  const examples: EmbeddedExample[] = [];
  let bytes = 0;
  const textOf = (parts: readonly ShownPart[]): number => {
    const json = JSON.stringify(
      parts.map(({ kind, text }): EmbeddedPart => [KINDS.indexOf(kind), showHidden(text)]),
    );
    const known = texts.get(json);
    if (known !== undefined) return known;
    bytes += json.length;
    texts.set(json, texts.size);
    return texts.size - 1;
  };
  const add = (run: number, { metrics }: { metrics: readonly Metric[] }, result: ExampleResult) => {
    const raw = result.answers.find(({ method }) => method === 'raw');
    const answers = result.answers.map((answer) => {
      methods.add(answer.method);
      const outcome = raw === undefined || answer === raw ? 'raw' : outcomeOf(answer, raw, metrics[0]).is;
      return [
        answer.method,
        [outcome, textOf(shownText(answer, raw ?? answer)), factsOf(answer, metrics)],
      ] as const;
    });
    const { task, id, question, strata } = result;
    const example = {
      run,
      task,
      id: showHidden(id),
      question: showHidden(question),
      strata: strata.map(showHidden),
      answers: Object.fromEntries(answers),
    };
    bytes += JSON.stringify(example).length;
    examples.push(example);
  };
  const lists = runs.flatMap(({ tasks }, run) =>
    tasks.map(({ task, losses, sample }) => ({
      run,
      task,
      results: [...new Set([...losses.map(({ result }) => result), ...sample])],
    })),
  );
  const longest = Math.max(0, ...lists.map(({ results }) => results.length));
  for (let at = 0; at < longest && bytes < maxBytes; at += 1)
    for (const { run, task, results } of lists) {
      const result = results[at];
      if (result && bytes < maxBytes) add(run, task, result);
    }
  return {
    runs: runs.map(({ run }) => showHidden(run.label)),
    methods: [...methods].map((name) => ({ name, label: showHidden(methodLabel(name)) })),
    method:
      runs.flatMap(({ tasks }) => tasks.map(({ method }) => method)).find((method) => method !== null) ??
      'raw',
    texts: [...texts.keys()].map((json) => JSON.parse(json) as EmbeddedPart[]),
    examples,
    of: runs.flatMap(({ run }) => run.summary.tasks).reduce((sum, { examples }) => sum + examples, 0),
  };
}

/** JSON that stands in a script element and can never end it. */
export const asScriptJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What was measured about an answer, in a line. */
export function factsOf(answer: MethodAnswer, metrics: readonly Metric[]): string {
  const values = metrics.map((metric) => {
    const value = answer.metrics[metric.name] ?? null;
    return `${showHidden(metric.name)} ${metric.kind === 'share' && value !== null ? (value === 1 ? 'yes' : 'no') : formatValue(value, unitOf(metric))}`;
  });
  const judged = Object.entries(answer.comparisons ?? {}).map(
    ([criterion, { score }]) => `judge (${showHidden(criterion)}) ${verdictOf(score)}`,
  );
  const failed = answer.failed === undefined ? [] : [`failed: ${showHidden(answer.failed)}`];
  return [...failed, ...values, ...judged].join(' · ') || NOTHING;
}

function verdictOf(score: number | null): string {
  if (score === null) return 'no verdict';
  if (score === 0.5) return 'tie';
  return score > 0.5 ? 'better' : 'worse';
}

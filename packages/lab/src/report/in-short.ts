import { markup, type Markup } from '../html/markup.ts';
import type { Interval, MethodSummary } from '../eval/summary.ts';
import { shareOf } from '../statistics/wilson.ts';
import { capitalise } from '../capitalise.ts';
import { formatCount, formatInterval, NOTHING } from './format.ts';
import type { TaskOfRun } from './figures/task-figures.ts';
import { type Headline, headlineOf } from './headline.ts';
import { methodLabel, readMethod } from './methods.ts';
import { changeCell, intervalCell, captioned, sideOf } from './tables/cells.ts';
import { positionBias } from './tables/judge-table.ts';

/** More than this are a table, not sentences. */
const MAX_SENTENCES = 3;

/** What the numbers say, in sentences made of them; as plainly where raw is better and where nothing is shown. */
export function inShort(tasks: readonly TaskOfRun[]): Markup {
  const findings = tasks.map(findingOf).filter((finding) => finding !== null);
  if (findings.length === 0)
    return markup`<p>There is nothing to compare: no task has both raw answers and aligned ones with a metric.</p>`;
  if (findings.length > MAX_SENTENCES)
    return markup`<p>${overall(findings)} ${rivals(findings)} ${biases(findings)}</p>
      ${findingsTable(findings)}`;
  return markup`<p>${overall(findings)}</p>
    <ul class="findings">
      ${findings.map(sentences)}
    </ul>`;
}

type Side = 'better' | 'worse' | 'open';

interface Finding {
  at: TaskOfRun['at'];
  gathered: TaskOfRun['gathered'];
  headline: Headline;
  raw: MethodSummary;
  aligned: MethodSummary;
  difference: Interval;
  side: Side;
  /** Methods without rounds, with how they stand to the aligned answers. */
  others: { label: string; value: Interval; place: Place }[];
}

/** Said only where the intervals do not overlap. */
type Place = 'ahead' | 'behind' | 'overlap';

function overall(findings: readonly Finding[]): string {
  const count = (wanted: Side) => findings.filter(({ side }) => side === wanted).length;
  const [better, worse, open, all] = [count('better'), count('worse'), count('open'), findings.length];
  if (all === 1) {
    if (better === 1)
      return 'Aligned answers are better than raw ones, by the main metric of the one task that was run.';
    if (worse === 1)
      return 'Aligned answers are worse than raw ones, by the main metric of the one task that was run.';
    return 'Aligned and raw answers cannot be told apart by the main metric of the one task that was run: the 95 % interval of their difference holds 0.';
  }
  return `Of ${all} comparisons of aligned with raw answers (each a task and a pair of models, by the task’s main metric), ${better} are better, ${worse} worse, and ${open} open: there the 95 % interval of the difference holds 0.`;
}

function findingOf({ at, gathered }: TaskOfRun): Finding | null {
  const { methods } = at.task;
  const headline = headlineOf(at.task);
  const [raw, aligned] = ['raw', gathered.method].map((name) =>
    methods.find(({ method }) => method === name),
  );
  if (!headline || !raw || !aligned) return null;
  const [own, difference] = [headline.value(aligned), headline.difference(aligned)];
  if (!own || !difference || difference.value === null) return null;
  const others = methods.flatMap((method) => {
    const value = headline.value(method);
    if (readMethod(method.method).kind !== 'other' || method === aligned || !value || value.value === null)
      return [];
    return [{ label: methodLabel(method.method), value, place: placeOf(value, own, headline) }];
  });
  return { at, gathered, headline, raw, aligned, difference, side: sideFor(difference, headline), others };
}

function sideFor(difference: Interval, { better }: Headline): Side {
  const side = sideOf(difference);
  if (side === 'open') return 'open';
  return (side === 'above') === (better === 'higher') ? 'better' : 'worse';
}

function placeOf(one: Interval, other: Interval, { better }: Headline): Place {
  const isAbove = (high: Interval, low: Interval) =>
    high.low !== null && low.high !== null && high.low > low.high;
  if (isAbove(one, other)) return better === 'higher' ? 'ahead' : 'behind';
  if (isAbove(other, one)) return better === 'higher' ? 'behind' : 'ahead';
  return 'overlap';
}

function sentences({ at, gathered, headline, raw, aligned, difference, side, others }: Finding): Markup {
  const verdict = {
    better: 'better than raw',
    worse: 'worse than raw',
    open: 'no difference shown, since the interval holds 0',
  }[side];
  const value = (method: MethodSummary) => {
    const interval = headline.value(method);
    return interval ? formatInterval(interval, headline.unit) : NOTHING;
  };
  const places = { ahead: 'ahead of it', behind: 'behind it', overlap: 'and the intervals overlap' };
  const baselines = others.map(
    ({ label, value, place }) =>
      ` ${capitalise(label)}: ${formatInterval(value, headline.unit)}, ${places[place]}.`,
  );
  const change = formatInterval(difference, headline.differenceUnit);
  const numbers = headline.isJudged
    ? `${methodLabel(aligned.method)} ${change}`
    : `raw ${value(raw)}, aligned (${methodLabel(aligned.method)}) ${value(aligned)}. The difference is ${change}`;
  return markup`<li class="${side}">
    <strong>${at.task.task}, ${at.label}.</strong> ${capitalise(headline.name)}: ${numbers}: <strong>${verdict}</strong>.${baselines}${lossesIn(gathered)}
    ${costIn(aligned)}${judgeIn(aligned)}
  </li>`;
}

/** How the methods without rounds stand to the aligned answers, over all findings. */
function rivals(findings: readonly Finding[]): string {
  const labels = [...new Set(findings.flatMap(({ others }) => others.map(({ label }) => label)))];
  const tallies = labels.map((label) => {
    const own = findings.flatMap(({ others }) => others.filter((other) => other.label === label));
    const count = (wanted: Place) => own.filter(({ place }) => place === wanted).length;
    return `“${label}” is ahead in ${count('ahead')} of ${own.length}, behind in ${count('behind')}, and not told apart in ${count('overlap')}`;
  });
  return tallies.length === 0 ? '' : `Beside the aligned answers, ${tallies.join('; ')}.`;
}

function biases(findings: readonly Finding[]): string {
  const judged = findings.flatMap(({ aligned }) => Object.values(aligned.judged ?? {}));
  const biased = judged.filter((summary) => positionBias(summary) !== null).length;
  if (judged.length === 0) return '';
  return biased === 0
    ? 'The judge shows no position bias in any of them.'
    : `The judge shows a position bias in ${biased} of ${judged.length} (see “The judge”).`;
}

function findingsTable(findings: readonly Finding[]): Markup {
  const hasJudge = findings.some(({ aligned }) => aligned.judged);
  const rows = findings.map(({ at, gathered, headline, raw, aligned, difference }) => {
    const { compared, worse } = gathered;
    return markup`<tr>
      <th scope="row">${at.task.task}, ${headline.name}<small>${at.label}</small></th>
      ${intervalCell(headline.value(raw), headline.unit)} ${intervalCell(headline.value(aligned), headline.unit)}
      ${changeCell(difference, { unit: headline.differenceUnit, better: headline.better })}
      ${hasJudge && changeCell(Object.values(aligned.judged ?? {})[0]?.netWinRate, { unit: 'net', better: 'higher' })}
      ${intervalCell(compared === 0 ? undefined : shareOf(worse, compared), 'percent')}
      ${intervalCell(aligned.cost.addedFirstTextMs, 'added')} ${intervalCell(aligned.cost.addedTotalMs, 'added')}
    </tr>`;
  });
  const methods = [...new Set(findings.map(({ aligned }) => methodLabel(aligned.method)))].join('; ');
  return captioned(`The main metric with 95 % intervals. Aligned: ${methods}`, {
    label: 'In short',
    table: markup`<table>
      <thead>
        <tr>
          <th scope="col">task, models</th>
          <th scope="col">raw</th>
          <th scope="col">aligned</th>
          <th scope="col">difference</th>
          ${hasJudge && markup`<th scope="col">judge's<br />net win</th>`}
          <th scope="col">answers<br />made worse</th>
          <th scope="col">added to<br />first text</th>
          <th scope="col">added<br />in all</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  });
}

function lossesIn({ compared, worse }: TaskOfRun['gathered']): string {
  if (compared === 0) return '';
  return ` ${formatCount(worse)} of ${formatCount(compared)} answers became worse, ${formatInterval(shareOf(worse, compared), 'percent')}.`;
}

const costIn = ({ cost }: MethodSummary) =>
  `Time to the first text: ${formatInterval(cost.addedFirstTextMs, 'added')}; in all ${formatInterval(cost.addedTotalMs, 'added')}.`;

function judgeIn({ judged = {} }: MethodSummary): string {
  return Object.entries(judged)
    .map(([criterion, summary]) => {
      const bias = positionBias(summary);
      const warning =
        bias === null ? '' : `, by a judge that prefers the ${bias} text wherever it stands (position bias)`;
      return ` Judged (${criterion}): net win rate ${formatInterval(summary.netWinRate, 'net')}${warning}.`;
    })
    .join('');
}

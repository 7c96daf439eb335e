import { markup, type Markup } from '../html/markup.ts';
import { shareOf } from '../statistics/wilson.ts';
import { factsOf } from './answers/embed.ts';
import type { Loss } from './answers/gather.ts';
import { shownText, type ShownPart } from './answers/shown-text.ts';
import type { TaskOfRun } from './figures/task-figures.ts';
import { formatCount, formatInterval } from './format.ts';
import { methodLabel } from './methods.ts';

/** Losses of one task of one run that are seen at once; the others open on demand. */
const AT_ONCE = 3;

/** Where alignment made answers worse, the worst first, raw beside aligned. */
export function lossesSection(tasks: readonly TaskOfRun[]): Markup {
  return markup`<section id="losses">
    <h2>Losses</h2>
    <p>
      Answers that alignment made worse than the raw ones, by the task’s main metric or by the judge, the
      metric’s and the worst first. <del>Struck out</del>: what the aligner took away. <ins>Marked</ins>: what it put in.
    </p>
    ${tasks.map(taskLosses)}
  </section>`;
}

function taskLosses({ at: { task, label }, gathered }: TaskOfRun): Markup {
  const { compared, worse, better, losses, method } = gathered;
  const heading = markup`<h3>${task.task}, ${label}</h3>`;
  if (method === null || compared === 0)
    return markup`${heading}
      <p class="quiet">No answers to compare.</p>`;
  const cards = losses.map((loss) => card(loss, task.metrics));
  const summary = markup`<p>
    ${methodLabel(method)}: ${formatCount(worse)} of ${formatCount(compared)} worse,
    ${formatInterval(shareOf(worse, compared), 'percent')}; ${formatCount(better)} better,
    ${formatInterval(shareOf(better, compared), 'percent')}.${losses.length < worse && ` The worst ${losses.length} are here.`}
  </p>`;
  const rest = cards.slice(AT_ONCE);
  return markup`${heading}${summary}${cards.slice(0, AT_ONCE)}${
    rest.length > 0 &&
    markup`<details class="more">
      <summary>${formatCount(rest.length)} more</summary>
      ${rest}
    </details>`
  }`;
}

function card({ result, raw, aligned, by }: Loss, metrics: TaskOfRun['at']['task']['metrics']): Markup {
  return markup`<article class="loss">
    <h4 dir="auto">${result.question}</h4>
    <p class="quiet"><b>${reasonOf(by, metrics[0]?.name)}</b> · ${result.id}${result.strata.length > 0 && ` · ${result.strata.join(' · ')}`}</p>
    <div class="sides">
      <div>
        <h5>raw</h5>
        <p class="answer" dir="auto">${raw.text === '' ? NO_TEXT : raw.text}</p>
        <p class="facts">${factsOf(raw, metrics)}</p>
      </div>
      <div>
        <h5>${methodLabel(aligned.method)}</h5>
        <p class="answer" dir="auto">${partsMarkup(shownText(aligned, raw))}</p>
        <p class="facts">${factsOf(aligned, metrics)}</p>
      </div>
    </div>
  </article>`;
}

function reasonOf({ metric, judged }: Loss['by'], name = 'metric'): string {
  const reasons = [...(metric > 0 ? [name] : []), ...(judged > 0 ? ['the judge'] : [])];
  return `Worse by ${reasons.join(' and ')}`;
}

const NO_TEXT = markup`<i class="quiet">no text</i>`;

function partsMarkup(parts: readonly ShownPart[]): Markup[] {
  if (parts.length === 0) return [NO_TEXT];
  return parts.map(({ kind, text }) => {
    if (kind === 'old') return markup`<del>${text}</del>`;
    if (kind === 'new') return markup`<ins>${text}</ins>`;
    return kind === 'free' ? markup`<span class="free">${text}</span>` : markup`${text}`;
  });
}

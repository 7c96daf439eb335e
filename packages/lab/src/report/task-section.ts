import { markup, type Markup } from '../html/markup.ts';
import type { Figure } from './figures/drawing.ts';
import { inlineSvg } from './figures/svg.ts';
import type { TaskFigures, TaskOfRun } from './figures/task-figures.ts';
import { slugOf } from './figures/slug.ts';
import { capitalise } from '../capitalise.ts';
import { formatCount } from './format.ts';
import { judgeTable } from './tables/judge-table.ts';
import { methodTables } from './tables/method-tables.ts';
import { faultsTable } from './tables/run-tables.ts';
import { strataTable } from './tables/strata-table.ts';

/** Everything about one task: what all runs show together, then each of them. */
export function taskSection(name: string, runs: readonly TaskOfRun[], figures: TaskFigures): Markup {
  const metrics = new Map(runs.flatMap(({ at }) => at.task.metrics).map((metric) => [metric.name, metric]));
  return markup`<section id="${sectionId(name)}">
    <h2>Task: ${name}</h2>
    <dl class="metrics">
      ${[...metrics.values()].map(
        ({ name, better, description }, index) =>
          markup`<div>
            <dt>${name}${index === 0 && markup` <span class="tag">main metric</span>`}</dt>
            <dd>${sentence(description)} ${better === 'higher' ? 'Higher' : 'Lower'} is better.</dd>
          </div>`,
      )}
    </dl>
    ${gallery('Quality by rounds', figures.byRounds)}
    ${gallery('Sizes of upstream and aligner', figures.sizes)}
    ${runs.map((run, index) => runPart(run, { figures: figures.runs[index], isOpen: index === 0, isAlone: runs.length === 1 }))}
  </section>`;
}

const sentence = (text: string) => capitalise(text).replace(/[^.!?]$/, '$&.');

export const sectionId = (task: string) => `task-${slugOf(task)}`;

function runPart(
  { at: { task, label } }: TaskOfRun,
  {
    figures,
    isOpen,
    isAlone,
  }: { figures: TaskFigures['runs'][number] | undefined; isOpen: boolean; isAlone: boolean },
): Markup {
  const body = markup`<h4>All methods</h4>
    ${methodTables(task, label)}
    ${figures && [gallery('Time against quality', figures.latency, 4), gallery('Distributions by rounds', figures.distributions, 4), gallery('To continue or to stop', figures.pipelines, 4)]}
    ${part('By stratum', strataTable(task, label))} ${part('The judge', judgeTable(task, label))}
    ${part('Faults', faultsTable(task, label))}`;
  if (isAlone) return body;
  return markup`<details class="run" ${isOpen && markup`open`}>
    <summary>
      <h3>${label}</h3>
      <span class="quiet">${formatCount(task.examples)} examples</span>
    </summary>
    ${body}
  </details>`;
}

const part = (heading: string, body: Markup | null) =>
  body &&
  markup`<h4>${heading}</h4>
    ${body}`;

function gallery(heading: string, figures: readonly Figure[], level: 3 | 4 = 3): Markup | null {
  if (figures.length === 0) return null;
  const title = level === 3 ? markup`<h3>${heading}</h3>` : markup`<h4>${heading}</h4>`;
  // What all of them say is said once.
  const [first] = figures;
  const isCommon = figures.every(({ description }) => description === first?.description);
  return markup`${title}${isCommon && first && markup`<p class="quiet">${first.description}</p>`}
    <div class="gallery">
      ${figures.map(
        (figure) =>
          markup`<figure>
            <figcaption>
              <b>${figure.title}</b>${!isCommon && markup`<span>${figure.description}</span>`}
            </figcaption>
            ${inlineSvg(figure)}
          </figure>`,
      )}
    </div>`;
}

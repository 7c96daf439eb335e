import { markup, type Markup } from '../../html/markup.ts';
import type { ModelStamp } from '../../eval/result.ts';
import type { TaskSummary } from '../../eval/summary.ts';
import { formatCount, formatParameters, NOTHING } from '../format.ts';
import type { ReportRun } from '../read-runs.ts';
import { captioned } from './cells.ts';

const MAX_FAULTS = 50;

/** Rows that could not be read or answered, by where they are. */
export function faultsTable({ task, faults }: TaskSummary, label: string): Markup {
  if (faults.length === 0) return markup`<p class="quiet">No faults: every row was read and answered.</p>`;
  const rest = faults.length - MAX_FAULTS;
  return markup`${captioned(
    `${formatCount(faults.length)} ${faults.length === 1 ? 'row' : 'rows'} not read or not answered: in no number above`,
    {
      label: `Faults, ${task}, ${label}`,
      table: markup`<table class="texts">
      <thead>
        <tr>
          <th scope="col">where</th>
          <th scope="col">why</th>
        </tr>
      </thead>
      <tbody>
        ${faults.slice(0, MAX_FAULTS).map(
          ({ at, fault }) =>
            markup`<tr>
              <th scope="row">${at}</th>
              <td>${fault}</td>
            </tr>`,
        )}
      </tbody>
    </table>`,
    },
  )}${rest > 0 && markup`<p class="quiet">And ${formatCount(rest)} more, in the run's summary.json.</p>`}`;
}

/** What a run was: everything needed to run it again. */
export function stampTable({ folder, label, summary: { run, began, ended } }: ReportRun): Markup {
  const facts: [string, string | Markup][] = [
    ['command', markup`<code>${run.command}</code>`],
    [
      'commit',
      markup`<code>${run.commit ?? NOTHING}</code
        >${run.commit?.endsWith('+') === true && ' (with changes that were not committed)'}`,
    ],
    ['version', run.version],
    ['seed', String(run.seed)],
    ['temperature', String(run.temperature)],
    ['answers at once', String(run.concurrency)],
    ['from, to', `${dateOf(began)} – ${dateOf(ended)}`],
    ['folder', markup`<code>${folder}</code>`],
    ...run.models.map((model): [string, Markup] => [model.as, modelOf(model)]),
  ];
  return markup`<div class="stamp">
    <h3>${label}</h3>
    <dl>
      ${facts.map(
        ([name, value]) =>
          markup`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}

const modelOf = ({ name, model, parameters }: ModelStamp) =>
  markup`${name}
  (<code>${model}</code>${parameters !== undefined && `, ${formatParameters(parameters)} parameters`})`;

/** "2025-11-23 09:14 UTC"; a text that is no date as it is. */
export function dateOf(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

import { markup, type Markup } from '../../html/markup.ts';
import type { TaskSummary } from '../../eval/summary.ts';
import { capitalise } from '../../capitalise.ts';
import { differenceUnitOf, formatCount, unitOf } from '../format.ts';
import { mainMethod, methodLabel } from '../methods.ts';
import { changeCell, intervalCell, captioned } from './cells.ts';

/** The main metric by stratum: raw, and the methods of most rounds with their difference. Nothing without strata. */
export function strataTable({ task, metrics, strata }: TaskSummary, label: string): Markup | null {
  const [main] = metrics;
  const entries = Object.entries(strata);
  if (main === undefined || entries.length === 0) return null;
  const names = [...new Set(entries.flatMap(([, methods]) => methods.map(({ method }) => method)))];
  const aligned = mainMethod(names);
  const shown = names.filter((name) => name !== 'raw' && (!name.startsWith('stream/') || name === aligned));
  const rows = entries.map(([stratum, methods]) => {
    const of = (name: string) => methods.find(({ method }) => method === name);
    const raw = of('raw');
    return markup`<tr>
      <th scope="row">
        ${stratum}<small>${formatCount(raw?.answers ?? methods[0]?.answers ?? 0)} examples</small>
      </th>
      ${intervalCell(raw?.metrics[main.name], unitOf(main))}${shown.map(
        (name) =>
          markup`${intervalCell(of(name)?.metrics[main.name], unitOf(main))}${changeCell(of(name)?.againstRaw?.[main.name]?.difference, { unit: differenceUnitOf(main), better: main.better })}`,
      )}
    </tr>`;
  });
  return captioned(`${capitalise(main.name)} by stratum; an example can be in several`, {
    label: `${main.name} by stratum, ${task}, ${label}`,
    table: markup`<table>
      <thead>
        <tr>
          <th scope="col">stratum</th>
          <th scope="col">raw</th>
          ${shown.map(
            (name) =>
              markup`<th scope="col">${methodLabel(name)}</th>
                <th scope="col">change</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`,
  });
}

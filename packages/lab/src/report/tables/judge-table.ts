import { markup, type Markup } from '../../html/markup.ts';
import type { JudgedSummary, TaskSummary } from '../../eval/summary.ts';
import { methodLabel } from '../methods.ts';
import { intervalCell, captioned } from './cells.ts';

/** How far a judge can be believed, by method and criterion. Null without a judge. */
export function judgeTable({ task, methods }: TaskSummary, label: string): Markup | null {
  const rows = methods.flatMap(({ method, judged = {} }) =>
    Object.entries(judged).map(([criterion, summary]) => ({ method, criterion, summary })),
  );
  if (rows.length === 0) return null;
  const hasChecker = rows.some(({ summary }) => summary.agreement);
  return captioned(
    `Every pair was judged in both orders; one with a reply that could not be read (nonsense) counts for neither side. Where the order decides, the two cancel out: that makes ties, and moves no win rate`,
    {
      label: `Judge's reliability, ${task}, ${label}`,
      table: markup`<table>
      <thead>
        <tr>
          <th scope="col">method, criterion</th>
          <th scope="col">wins</th>
          <th scope="col">ties</th>
          <th scope="col">losses</th>
          <th scope="col">nonsense</th>
          <th scope="col">first text<br />preferred</th>
          <th scope="col">order<br />decided</th>
          ${hasChecker && markup`<th scope="col">agrees with<br />the checker</th><th scope="col">kappa</th>`}
          <th scope="col" class="words">what that says</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ method, criterion, summary }) =>
            markup`<tr>
              <th scope="row">
                ${methodLabel(method)}<small>${criterion}, ${summary.nonsense.count} pairs</small>
              </th>
              ${[summary.wins, summary.ties, summary.losses, summary.nonsense, summary.firstShare, summary.orderDecided].map((share) => intervalCell(share, 'percent'))}
              ${hasChecker && [intervalCell(summary.agreement?.raw, 'percent'), intervalCell(summary.agreement?.kappa, 'number')]}
              <td class="words">${readingOf(summary)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`,
    },
  );
}

/** Where a judge's position bias points; null where the interval of its first share holds a half, or there is none. */
export function positionBias({ firstShare: { low, high } }: JudgedSummary): 'first' | 'second' | null {
  if (low !== null && low > 0.5) return 'first';
  return high !== null && high < 0.5 ? 'second' : null;
}

function readingOf(summary: JudgedSummary): Markup {
  if (summary.firstShare.count === 0) return markup`It preferred no text.`;
  const bias = positionBias(summary);
  if (bias === null) return markup`No position bias shown.`;
  return markup`<strong>Position bias:</strong> it prefers the ${bias} text.`;
}

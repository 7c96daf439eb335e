import { markup, type Markup } from '../../html/markup.ts';
import type { Interval } from '../../eval/summary.ts';
import { formatRange, formatValue, NOTHING, type Unit } from '../format.ts';

/** A number above its 95 % interval, with what else there is to say. */
export function intervalCell(
  interval: Interval | undefined,
  unit: Unit,
  more: Markup | false = false,
): Markup {
  if (interval === undefined || interval.value === null) return markup`<td>${NOTHING}${more}</td>`;
  const range = formatRange(interval, unit);
  return markup`<td>
    <b>${formatValue(interval.value, unit)}</b>${range !== null && markup`<small>${range}</small>`}${more}
  </td>`;
}

/** Whether an interval excludes no change, and to which side; `open` if it does not, or is not there. */
export function sideOf({ low, high }: Interval): 'above' | 'below' | 'open' {
  if (low !== null && low > 0) return 'above';
  return high !== null && high < 0 ? 'below' : 'open';
}

/** A change above its interval, marked where the interval excludes 0. */
export function changeCell(
  interval: Interval | undefined,
  { unit, better }: { unit: Unit; better: 'higher' | 'lower' },
): Markup {
  if (interval === undefined || interval.value === null) return markup`<td>${NOTHING}</td>`;
  const side = sideOf(interval);
  const mark = side === 'open' ? 'open' : (side === 'above') === (better === 'higher') ? 'gain' : 'loss';
  const range = formatRange(interval, unit);
  const sign = { gain: '▲', loss: '▼', open: '' }[mark];
  const words = { gain: 'better than raw', loss: 'worse than raw', open: 'the interval holds 0' }[mark];
  return markup`<td class="${mark}" title="${words}">
    <b
      >${sign !== '' && markup`<span class="sign" role="img" aria-label="${words}">${sign}</span> `}${formatValue(interval.value, unit)}</b
    >${range !== null && markup`<small>${range}</small>`}
  </td>`;
}

/** A table below what it says, which scrolls within itself where it is wider than the page, also by keyboard. */
export const captioned = (caption: string, { label, table }: { label: string; table: Markup }): Markup =>
  markup`<p class="caption">${caption}</p>
    <div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;

import type { Markish } from '@observablehq/plot';
import { formatValue, type Unit } from '../format.ts';
import { colour } from '../palette.ts';
import type { PlotLibrary } from './drawing.ts';

/** Space around a plot for what these axes put there. */
export const AXES_MARGINS = { marginLeft: 54, marginTop: 26 } as const;

/** Grid and numbers of the vertical axis, what it counts above them. */
export const verticalAxis = (
  Plot: PlotLibrary,
  { label, unit }: { label: string; unit: Unit },
): Markish[] => [
  Plot.gridY({ stroke: colour('grid'), strokeOpacity: 1, ticks: 5 }),
  Plot.axisY({ ticks: 5, tickSize: 0, label: null, tickFormat: (value: number) => tick(value, unit) }),
  note(Plot, label, { frameAnchor: 'top-left', dx: -46, dy: -20 }),
];

/** A word in quiet ink at an edge of the plot. */
export const note = (
  Plot: PlotLibrary,
  text: string,
  place: { frameAnchor: 'top-left' | 'bottom-left' | 'bottom-right'; dx?: number; dy: number },
): Markish => Plot.text([text], { ...place, fill: colour('quiet'), text: (words: string) => words });

/** No decimals where they are all zeros. */
const tick = (value: number, unit: Unit) => formatValue(value, unit).replace(/\.0(?=\D|$)/, '');

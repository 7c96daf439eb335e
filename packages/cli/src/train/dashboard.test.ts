import { describe, expect, it } from 'vitest';
import { createPaint } from '../terminal/paint.ts';
import { dashboard } from './dashboard.ts';
import { liveView } from './live-view.ts';
import { advance, NO_PROGRESS } from './progress.ts';

const log = (step: number, rest = {}) => ({
  event: 'log',
  step,
  steps: 200,
  progress: step / 200,
  loss: 4 / step,
  minutes: step,
  ...rest,
});

const after = (...events: { event: string }[]) => events.reduce(advance, NO_PROGRESS);
const paint = createPaint(false);

describe('dashboard', () => {
  it.each([[20], [40], [60], [80], [200]])('fits %i columns', (columns) => {
    const progress = after(...Array.from({ length: 199 }, (_, step) => log(step + 1)), {
      event: 'eval',
      ...{ loss: 1, keep: 1, exact_rewrite: 0.5, over_edit: 0 },
    });
    for (const line of dashboard(progress, { columns, paint }))
      expect(line.trimEnd().length).toBeLessThan(Math.max(columns, 24));
  });

  it('tells the time left from the pace so far', () => {
    const [bar] = dashboard(after(log(50)), { columns: 100, paint });
    expect(bar).toBe(`${'█'.repeat(8)}${'░'.repeat(22)}  25 %  step 50/200 · 2 h 30 min left`);
  });

  it('names a stage that is not the main one, and runs by time without a number of steps', () => {
    const warmUp = { event: 'log', stage: 'warm-up', step: 5, progress: 0.1, minutes: 1, loss: 1 };
    expect(dashboard(after(warmUp), { columns: 100, paint })[0]).toMatch(
      / {2}10 % {2}warm-up · step 5 · 9 min left$/,
    );
  });

  it('shows what is known when nothing is', () => {
    expect(dashboard(NO_PROGRESS, { columns: 80, paint })).toEqual([`${'░'.repeat(30)}   0 %  starting`]);
    expect(dashboard(after({ event: 'log' }, { event: 'eval' }), { columns: 80, paint })).toHaveLength(1);
  });
});

describe('liveView', () => {
  it('draws logs no oftener than ten times a second, and erases exactly what it drew', () => {
    let now = 0;
    const written: string[] = [];
    const screen = { columns: 80, rows: 24, write: (text: string) => written.push(text) };
    const view = liveView(screen, paint, () => now);
    for (let step = 1; step <= 50; step++) {
      now += 10;
      view.event(log(step));
    }
    expect(written).toHaveLength(1 + 5);
    expect(written.slice(0, 3).map((text) => /\[(\d)A/.exec(text)?.[1])).toEqual([undefined, '1', '2']);
    view.note('Stopping.');
    expect(written.at(-1)).toContain('\x1b[2A\r\x1b[JStopping.\n█');
  });

  it('keeps to a terminal of few rows', () => {
    const written: string[] = [];
    const view = liveView({ columns: 80, rows: 2, write: (text: string) => written.push(text) }, paint);
    view.event({ event: 'eval', loss: 1, keep: 1 });
    expect(written.at(-1)?.split('\n')).toHaveLength(2);
  });
});

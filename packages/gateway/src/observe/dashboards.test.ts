import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ask, startScriptedGateway } from '../testing/scripted-gateway.ts';
import { type Sample, scrape } from '../testing/scrape.ts';

interface Panel {
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; legendFormat: string }[];
}

interface Alert {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

const text = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const dashboard = JSON.parse(text('deploy/grafana/dashboards/stream-aligner.json')) as {
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
};
const { groups } = parse(text('deploy/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const queries = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => ({ who: `panel ${title}`, expr, shows: legendFormat })),
);
const rules = alerts.map(({ alert, expr, annotations }) => ({
  who: `alert ${alert}`,
  expr,
  shows: Object.values(annotations).join('\n'),
}));

/** Labels that Prometheus adds to what it scrapes. */
const ADDED = ['job', 'instance'];

/** What a gateway says that has seen everything happen once. */
async function busyGateway(): Promise<Sample[]> {
  const gateway = await startScriptedGateway({
    models: {
      main: { upstream: 'scripted', lookahead: 4 },
      cut: { upstream: ['cut@6', 'scripted'], recovery: { attempts: 2, backoffMs: 1, maxBackoffMs: 1 } },
      failing: { upstream: 'cut@0' },
      silent: { upstream: 'scripted', aligner: 'error-first', onAlignerFailure: 'pass' },
    },
    scripts: { aligner: ({ draft }) => (draft.startsWith('The second') ? 'Rewritten.' : undefined) },
  });
  for (const model of ['main', 'cut', 'failing', 'silent', 'missing'])
    await (await gateway.chat(ask(model))).text();
  return scrape(gateway);
}

let seen: Promise<Sample[]> | undefined;
/** The same for all tests: the first that asks starts the gateway, and stops it. */
function scraped(): Promise<Sample[]> {
  seen ??= busyGateway();
  return seen;
}

/** The metrics that a query names, each with its matchers. */
function selectorsOf(expr: string) {
  return [...expr.matchAll(/\b(stream_aligner_\w+|up)\b(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name,
      matchers: [...matchers.matchAll(/(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"/g)].map(
        ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
      ),
    }),
  );
}

describe.each([...queries, ...rules])('$who: $expr', ({ expr, shows }) => {
  const selectors = selectorsOf(expr);

  it('names metrics and labels that the gateway has', async () => {
    const samples = await scraped();
    expect(selectors.length).toBeGreaterThan(0);
    for (const { name, matchers } of selectors) {
      if (name === 'up') continue;
      const found = samples.filter((sample) => sample.name === name);
      expect(found, name).not.toEqual([]);
      for (const { label, operator, value } of matchers) {
        const seen = new Set(found.map(({ labels }) => labels[label]));
        expect(seen, `${name} has ${label}`).not.toContain(undefined);
        if (value === '$model' || operator.startsWith('!')) continue;
        for (const one of value.split('|')) expect(seen, `${name}{${label}}`).toContain(one);
      }
    }
  });

  it('groups by labels that there are, and shows no others', async () => {
    const samples = await scraped();
    const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, list = '']) =>
      list.split(',').map((label) => label.trim()),
    );
    for (const { name } of selectors.filter((selector) => selector.name !== 'up')) {
      const [{ labels } = { labels: {} }] = samples.filter((sample) => sample.name === name);
      for (const label of grouped.flat()) expect(Object.keys(labels), name).toContain(label);
    }
    const shown = [...shows.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label = '']) => label);
    const left = grouped[0] ?? [...selectors.flatMap(({ name }) => labelsOf(samples, name)), ...ADDED];
    for (const label of shown) expect(left).toContain(label);
  });
});

function labelsOf(samples: readonly Sample[], metric: string): string[] {
  return samples.filter(({ name }) => name === metric).flatMap(({ labels }) => Object.keys(labels));
}

it('the dashboard’s panels do not lie on one another', () => {
  const taken = new Set<string>();
  for (const { title, gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken, title).not.toContain(`${x},${y}`);
        taken.add(`${x},${y}`);
      }
    }
  }
});

it('the dashboard chooses models by a label that there is', async () => {
  const { definition } = dashboard.templating.list.find(({ name }) => name === 'model') ?? {};
  const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition ?? '') ?? [];
  expect(labelsOf(await scraped(), metric)).toContain(label);
});

it('the dashboard shows every metric there is', async () => {
  const samples = await scraped();
  const shown = queries.flatMap(({ expr }) => selectorsOf(expr).map(({ name }) => family(name)));
  expect(new Set(shown)).toEqual(new Set(samples.map(({ name }) => family(name))));
});

function family(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, '');
}

it('the guide says of every alert what it means and what to do', () => {
  const guide = text('docs/guide/operations.md');
  for (const { alert } of alerts)
    expect(guide).toMatch(new RegExp(`^\\| \`${alert}\` \\| \\S.* \\| \\S.* \\|$`, 'm'));
  expect(guide.match(/`StreamAligner[A-Z]\w+`/g)).toHaveLength(alerts.length);
});

it('the guides name only metrics that there are, with values that their labels have', async () => {
  const samples = await scraped();
  for (const page of ['operations', 'shadow', 'vllm', 'troubleshooting']) {
    const named = [...text(`docs/guide/${page}.md`).matchAll(/`(stream_aligner_\w+)(?:\{(\w+)="(\w+)"\})?/g)];
    for (const [, name = '', label, value = ''] of named) {
      const found = samples.filter((sample) => family(sample.name) === name);
      expect(found, `${page}: ${name}`).not.toEqual([]);
      if (label !== undefined) expect(found.map(({ labels }) => labels[label])).toContain(value);
    }
  }
});

import { readdirSync } from 'node:fs';
import { createGateway, openRecipes, readConfiguration } from '@stream-aligner/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Check } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { guideConfigurations } from '../testing/guide-configurations.ts';
import {
  ALIGNED_ANSWER,
  ANSWER,
  CLAIM,
  type GuideConfiguration,
  QUESTION,
  startGuideServers,
} from '../testing/guide-servers.ts';
import { repositoryPath, repositoryText } from '../testing/guides.ts';

const FOLDER = 'docs/guide/configurations';

/** What `doctor` finds in an upstream, where it is not simply well. */
const notable: Readonly<Record<string, Partial<Check>>> = {
  hosted: { status: 'warning', continuation: 'emulated' },
  mistral: { status: 'ok', continuation: 'echoes' },
};

async function start(guide: GuideConfiguration) {
  const { env, small } = await startGuideServers(guide);
  const configuration = await readConfiguration(repositoryPath(`${FOLDER}/${guide.name}.yaml`), env);
  return { configuration, small };
}

it('plays every configuration, each with the environment that it asks for', () => {
  const files = readdirSync(repositoryPath(FOLDER)).map((file) => file.replace(/\.yaml$/, ''));
  expect(guideConfigurations.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
  for (const { name, env } of guideConfigurations) {
    const text = repositoryText(`${FOLDER}/${name}.yaml`);
    const needed = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => variable);
    expect(Object.keys(env({ upstream: '', aligner: '' }))).toEqual(expect.arrayContaining(needed));
  }
});

it('shows every policy in use or by name', () => {
  const pages = readdirSync(repositoryPath('docs/guide')).filter((file) => file.endsWith('.md'));
  const texts = pages.map((page) => repositoryText(`docs/guide/${page}`)).join('\n');
  for (const policy of readdirSync(repositoryPath('docs/guide/policies'))) expect(texts).toContain(policy);
});

describe.each(guideConfigurations)('$name', (guide) => {
  it('is found well by doctor', async () => {
    const { configuration } = await start(guide);
    const unavailable = new Map<string, string>();
    const recipes = openRecipes({
      configuration,
      onCopyCheckUnavailable: (name, { message }) => unavailable.set(name, message),
    });
    const checks: Check[] = [];
    for await (const check of examine(configuration, { recipes, unavailable })) checks.push(check);
    const servers = [...Object.keys(configuration.upstreams), ...Object.keys(configuration.aligners)];
    expect(checks).toHaveLength(servers.length);
    for (const check of checks) {
      const well = check.name.startsWith('upstream')
        ? { status: 'ok', continuation: 'continues' }
        : { status: 'ok' };
      expect(check).toMatchObject((check.name.startsWith('upstream') && notable[guide.name]) || well);
    }
    const verdict = checks.at(-1)?.message;
    expect(verdict).toMatch(guide.aligner === 'scoring' ? /found by a copy check$/ : /decoded whole$/);
  });

  it('answers in shadow and aligned, by its policy', async () => {
    const { configuration, small } = await start(guide);
    const { models, server } = configuration;
    const gateway = createGateway({
      configuration: { ...configuration, server: { ...server, logLevel: 'silent' } },
    });
    onTestFinished(() => gateway.close());
    const [key = 'none'] = server.keys;
    for (const [model, { mode }] of Object.entries(models)) {
      const response = await gateway.fetch(
        new Request('http://gateway/v1/chat/completions', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify({
            model,
            messages: [{ role: 'user', content: QUESTION }],
            stream_aligner: { trace: true },
          }),
        }),
      );
      const shadow = mode === 'shadow';
      expect(await response.json()).toMatchObject({
        choices: [{ message: { content: shadow ? ANSWER : ALIGNED_ANSWER }, finish_reason: 'stop' }],
        usage: {
          stream_aligner: { kept: 2, rewritten: 1, failed: 0, restarts: shadow ? 0 : expect.any(Number) },
        },
        stream_aligner: {
          events: expect.arrayContaining([
            expect.objectContaining({ type: 'sentence-rewritten', draft: CLAIM, applied: !shadow }),
          ]),
        },
      });
    }
    for (const { policy, policyFile } of policiesOf(configuration)) {
      const words = policyFile === undefined ? policy : repositoryText(`docs/guide/policies/${policyFile}`);
      expect(JSON.stringify(small.requests.map(({ body }) => body))).toContain(
        JSON.stringify(words?.trim()).slice(1, -1),
      );
    }
  });
});

function policiesOf({ aligners }: Awaited<ReturnType<typeof readConfiguration>>) {
  return Object.values(aligners).flatMap((aligner) =>
    'contract' in aligner && aligner.contract === 'instruct'
      ? [{ policy: aligner.policy, policyFile: aligner.policyFile?.split('/').at(-1) }]
      : [],
  );
}

import { readdirSync } from 'node:fs';
import { createGateway, openRecipes, readConfiguration } from '@stream-aligner/gateway';
import { describe, expect, it } from 'vitest';
import type { Check } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { guideConfigurations } from '../testing/guide-configurations.ts';
import { ALIGNED, ANSWER, type GuideConfiguration, QUESTION, startGuideServers } from '../testing/guide-servers.ts';
import { repositoryPath } from '../testing/guides.ts';

const FOLDER = 'docs/guide/configurations';
const pathOf = ({ name }: GuideConfiguration) => repositoryPath(`${FOLDER}/${name}.yaml`);

it('plays every configuration', () => {
  const files = readdirSync(repositoryPath(FOLDER)).map((file) => file.replace(/\.yaml$/, ''));
  expect(guideConfigurations.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
});

describe.each(guideConfigurations)('$name.yaml', (guide) => {
  it('is found well by doctor', async () => {
    const { env } = await startGuideServers(guide);
    const configuration = await readConfiguration(pathOf(guide), env);
    const recipes = openRecipes({ configuration });
    const found: Check[] = [];
    for await (const check of examine(configuration, recipes)) found.push(check);
    console.log(found);
  });
});

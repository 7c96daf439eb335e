import {
  type Annotator,
  checkedBy,
  checkerAnnotator,
  createRunner,
  type ModelDescription,
  modelAnnotator,
  type OpenUpstream,
  worldNamed,
} from '@stream-aligner/lab';
import type { BuildNeeds, Run } from '@stream-aligner/lab/queue';
import { withProgress } from '../terminal/progress.ts';
import type { NamedModels } from './models.ts';

/** The annotator that is a world's checker. */
export const CHECKER = 'checker';

/** Opens the models that a build's answers need, here in this process. */
export async function openAnswering(models: NamedModels, needs: Omit<BuildNeeds, 'version'>): Promise<Run> {
  const upstreams = new Map<string, OpenUpstream>();
  for (const { name } of needs.upstreams)
    upstreams.set(name, await withProgress('Loading the models', models.upstream(name)));
  const annotator = await openAnnotator(models, needs);
  return createRunner({ upstreams, annotator, maxTokens: needs.maxTokens });
}

async function openAnnotator(
  models: NamedModels,
  { annotator: { name }, world }: Omit<BuildNeeds, 'version'>,
): Promise<Annotator> {
  if (name === CHECKER && world !== undefined) return checkerAnnotator(worldNamed(world));
  const annotator = modelAnnotator({
    name,
    aligner: await withProgress('Loading the models', models.aligner(name)),
  });
  return world === undefined ? annotator : checkedBy(annotator, worldNamed(world));
}

export async function describeAnnotator(models: NamedModels, name: string): Promise<ModelDescription> {
  return name === CHECKER ? { name, model: 'checker' } : models.describe('aligners', name);
}

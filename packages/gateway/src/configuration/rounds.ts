import { recordAt } from './references.ts';
import type { Mistake } from './section.ts';

const NEED_AN_ALIGNER = ['rounds', 'then', 'mode'] as const;

/**
 * Finds models whose options speak of rounds that cannot be: no aligner to judge with, or an answer that would stop
 * before it begins. Reads the raw file, so that these mistakes are reported together with all others.
 */
export function roundsMistakes(raw: unknown): Mistake[] {
  const models = recordAt(raw, 'models');
  return Object.keys(models).flatMap((name) => {
    const model = recordAt(models, name);
    if (model['aligner'] === undefined) {
      return NEED_AN_ALIGNER.filter((option) => model[option] !== undefined).map((option) => ({
        path: `models.${name}.${option}`,
        message: `the model has no aligner, so nothing is judged; name an \`aligner\`, or leave ${option} out`,
      }));
    }
    if (model['rounds'] !== 0 || model['then'] !== 'stop') return [];
    const message = 'with 0 rounds nothing would be answered; raise rounds, or set then to "continue"';
    return [{ path: `models.${name}.then`, message }];
  });
}

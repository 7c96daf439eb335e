import type { GenerateOptions } from '../../worlds/world.ts';
import type { WorldName } from '../../worlds/worlds.ts';
import { worldNamed } from '../../worlds/worlds.ts';
import type { PromptSource } from './source.ts';

/** Problems of a generated world as prompts. */
export function openWorldSource(name: WorldName, options: GenerateOptions): PromptSource {
  const world = worldNamed(name);
  return {
    description: { world: name, ...options },
    count: options.count,
    async *items() {
      let number = 0;
      for (const problem of world.generate(options)) {
        number += 1;
        const messages = [{ role: 'user' as const, content: problem.question }];
        yield { at: `${name}:${number}`, prompt: { messages, problem, strata: world.strata(problem) } };
      }
    },
  };
}

import type { LanguageModelV4ReasoningPart, LanguageModelV4StreamPart } from '@ai-sdk/provider';

type ReasoningPart = Extract<
  LanguageModelV4StreamPart,
  { type: 'reasoning-start' | 'reasoning-delta' | 'reasoning-end' }
>;

/** Collects a model's reasoning, to give it back where the answer is continued. */
export interface ReasoningMemory {
  readonly parts: LanguageModelV4ReasoningPart[];
  note(part: ReasoningPart): void;
  forget(): void;
}

export function createReasoningMemory(): ReasoningMemory {
  const blocks = new Map<string, LanguageModelV4ReasoningPart>();
  return {
    get parts() {
      return [...blocks.values()];
    },
    note(part) {
      const block = blocks.get(part.id) ?? { type: 'reasoning', text: '' };
      if (part.type === 'reasoning-delta') block.text += part.delta;
      // Signatures and the like come with any part of a block; as options they go back to the provider.
      if (part.providerMetadata)
        block.providerOptions = { ...block.providerOptions, ...part.providerMetadata };
      blocks.set(part.id, block);
    },
    forget: () => blocks.clear(),
  };
}

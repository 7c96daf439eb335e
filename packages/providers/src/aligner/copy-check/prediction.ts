import type { CopyCheck } from './protocol.ts';

/**
 * Predicted outputs (OpenAI, Azure OpenAI, Mistral; OpenRouter and Fireworks pass them on): the reply is decoded as
 * ever, and sooner where it copies the draft. By documentation only. OpenAI bills what it predicted in vain.
 */
export const predictionCheck: CopyCheck = {
  decoding: ({ copy }) => ({ prediction: { type: 'content', content: copy } }),
};

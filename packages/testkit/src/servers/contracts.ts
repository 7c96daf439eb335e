import { anthropic } from './anthropic.ts';
import type { Contract } from './contract.ts';
import { azureOpenai, deepseek, fireworks, gemini, mistral, openai, openrouter, together } from './hosted.ts';
import { createLlamaCpp } from './llama-cpp.ts';
import { litellm, lmStudio, ollama, openaiCompatible, tgi } from './local.ts';
import { sglang } from './sglang.ts';
import { createVllm } from './vllm.ts';

/** How each kind of server behaves; made anew for each that starts. */
export const contracts = {
  'openai-compatible': () => openaiCompatible,
  vllm: createVllm,
  sglang: () => sglang,
  'llama-cpp': createLlamaCpp,
  ollama: () => ollama,
  'lm-studio': () => lmStudio,
  tgi: () => tgi,
  litellm: () => litellm,
  deepseek: () => deepseek,
  mistral: () => mistral,
  openrouter: () => openrouter,
  together: () => together,
  fireworks: () => fireworks,
  anthropic: () => anthropic,
  openai: () => openai,
  'azure-openai': () => azureOpenai,
  gemini: () => gemini,
} as const satisfies Record<string, () => Contract>;

/** A kind of server that a contract server plays. */
export type ContractType = keyof typeof contracts;

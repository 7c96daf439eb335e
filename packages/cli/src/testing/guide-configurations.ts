import type { GuideConfiguration } from './guide-servers.ts';

/** The configurations of `docs/guide/configurations`. */
export const guideConfigurations: readonly GuideConfiguration[] = [
  {
    name: 'ollama',
    upstream: 'ollama',
    aligner: 'ollama',
    env: ({ upstream, aligner }) => ({ OLLAMA_URL: upstream, OLLAMA_ALIGNER_URL: aligner }),
  },
  {
    name: 'llama-cpp',
    upstream: 'llama-cpp',
    aligner: 'llama-cpp',
    env: ({ upstream, aligner }) => ({ LLAMA_URL: upstream, LLAMA_ALIGNER_URL: aligner }),
  },
  {
    name: 'llama-cpp-trained',
    upstream: 'llama-cpp',
    aligner: 'any',
    env: ({ upstream, aligner }) => ({
      LLAMA_URL: upstream,
      LLAMA_ALIGNER_URL: aligner,
      LLAMA_ALIGNER: 'scripted',
    }),
  },
  {
    name: 'vllm',
    upstream: 'vllm',
    aligner: 'vllm',
    env: ({ upstream, aligner }) => ({ VLLM_URL: upstream, VLLM_ALIGNER_URL: aligner }),
  },
  {
    name: 'vllm-trained',
    upstream: 'vllm',
    aligner: 'scoring',
    env: ({ upstream, aligner }) => ({
      VLLM_URL: upstream,
      VLLM_ALIGNER_URL: aligner,
      VLLM_ALIGNER: 'copier',
    }),
  },
  {
    name: 'vllm-production',
    upstream: 'vllm',
    aligner: 'vllm',
    env: ({ upstream, aligner }) => ({
      STREAM_ALIGNER_KEY: 'a-key-of-my-own',
      VLLM_MODEL: 'plain',
      VLLM_ALIGNER: 'plain',
      VLLM_URL_A: upstream,
      VLLM_URL_B: upstream,
      VLLM_ALIGNER_URL_A: aligner,
      VLLM_ALIGNER_URL_B: aligner,
    }),
  },
  {
    name: 'hosted',
    upstream: 'openai',
    aligner: 'openai',
    env: ({ upstream, aligner }) => ({
      OPENAI_API_KEY: 'key',
      OPENAI_URL: upstream,
      OPENAI_ALIGNER_URL: aligner,
    }),
  },
  hosted('deepseek'),
  hosted('mistral'),
  // Its OpenAI-compatible address, which only aligners use, is not played by its contract server.
  { ...hosted('anthropic'), aligner: 'any' },
  hosted('openrouter'),
];

function hosted(name: 'deepseek' | 'mistral' | 'anthropic' | 'openrouter'): GuideConfiguration {
  const prefix = name.toUpperCase();
  return {
    name,
    upstream: name,
    aligner: name,
    env: ({ upstream, aligner }) => ({
      [`${prefix}_API_KEY`]: 'key',
      [`${prefix}_URL`]: upstream,
      [`${prefix}_ALIGNER_URL`]: aligner,
      ...(name === 'anthropic' && { ANTHROPIC_ALIGNER: 'scripted' }),
    }),
  };
}

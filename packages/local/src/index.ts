export { createLocalAligner, type LocalAligner, type LocalAlignerOptions } from './aligner.ts';
export { type LocalEngine, openEngine } from './engine.ts';
export type { LocalModelOptions } from './local-model.ts';
export { checkModelFile } from './model-file.ts';
export { createTinyPair, type TinyPair, type TinyPairOptions, tinyModelPath } from './tiny-pair.ts';
export { createLocalUpstream, type LocalUpstream, type LocalUpstreamOptions } from './upstream.ts';

export { createDice, type Dice, hash } from './hash.ts';
export {
  type AlignerFailure,
  createScriptedAligner,
  type ScriptedAligner,
  type ScriptedAlignerOptions,
} from './scripted-aligner.ts';
export {
  createScriptedUpstream,
  rechunk,
  type ScriptedUpstream,
  type ScriptedUpstreamOptions,
  type UpstreamFault,
} from './scripted-upstream.ts';

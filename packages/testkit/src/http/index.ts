export { type Behaviour, behaviours } from './behaviours.ts';
export { type Listening, listen } from './listen.ts';
export type { Pace } from './pace.ts';
export { scriptedPrompt } from './request.ts';
export {
  type AlignerScript,
  DEFAULT_ANSWER,
  type ScriptRequest,
  scriptAnswers,
  type UpstreamScript,
} from './script.ts';
export {
  type ArrivedRequest,
  type RecordedRequest,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from './scripted-server.ts';

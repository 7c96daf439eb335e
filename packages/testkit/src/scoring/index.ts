export { type Fault, faults, type RequestKind } from './faults.ts';
export {
  type ScoringRequest,
  type ScoringServer,
  type ScoringServerOptions,
  startScoringServer,
} from './scoring-server.ts';

export {
  type ScoredTexts,
  type ScoreRequest,
  type ScoreServer,
  type ScoreServerOptions,
  startScoreServer,
} from './score-server.ts';

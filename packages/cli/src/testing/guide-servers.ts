import {
  type AlignerScript,
  type ContractServerOptions,
  scriptAnswers,
  startContractServer,
  startScoringServer,
  startScriptedServer,
  type UpstreamScript,
} from '@stream-aligner/testkit';
import { onTestFinished } from 'vitest';
import { REWRITABLE } from '../doctor/probe-rewriting.ts';

type ContractType = ContractServerOptions['type'];

/** A configuration of the guides, and what its addresses and names stand for here. */
export interface GuideConfiguration {
  /** Its name in `docs/guide/configurations`, without `.yaml`. */
  name: string;
  upstream: ContractType;
  /** Who plays the aligner: a server of this kind, one that scores copies as vLLM does, or one that takes any words. */
  aligner: ContractType | 'scoring' | 'any';
  /** The environment that a newcomer has, from the two addresses. */
  env(addresses: { upstream: string; aligner: string }): Record<string, string>;
}

export const QUESTION = 'Is it safe?';
/** The sentence of {@link ANSWER} that the aligner rewrites. */
export const CLAIM = 'It is guaranteed to be safe.';
const MENDED = 'It is thought to be safe.';
export const ANSWER = `Here is what is known. ${CLAIM} Ask if you are not sure.`;
export const ALIGNED_ANSWER = ANSWER.replace(CLAIM, MENDED);

/** Answers the guides' question, and counts on where `doctor` asks for that. */
const upstreamScript: UpstreamScript = ({ question, prefix }) => {
  if (!question.startsWith('Count from 1 to 9'))
    return scriptAnswers({ [QUESTION]: ANSWER })({ question, prefix });
  const [separator = ','] = prefix.match(/[,;]/) ?? [];
  return [4, 5, 6, 7, 8, 9].join(separator);
};

/** Mends the claim, and does what `doctor` asks of a model that can rewrite. */
const alignerScript: AlignerScript = ({ draft }) => {
  if (draft === REWRITABLE) return 'Nothing is known.';
  return draft === CLAIM ? MENDED : undefined;
};

const PROMPT =
  /^##Question: [\s\S]*\n##Answer_Prefix: [\s\S]*\n##Answer_Last_Sentence: ([\s\S]*)\n##Your_Revision: $/;

/** The aligner as an instruction-following model, as the `instruct` contract has it reply. */
const instructScript: UpstreamScript = ({ question }) => {
  const [, draft = ''] = PROMPT.exec(question) ?? [];
  const text = alignerScript({ question, prefix: '', draft });
  return text === undefined ? 'KEEP' : `<rewrite>${text}</rewrite>`;
};

/** Starts the servers that a configuration speaks of, until the test is over; gives its environment. */
export async function startGuideServers({ upstream, aligner, env }: GuideConfiguration) {
  const large = await startContractServer({ type: upstream, script: upstreamScript });
  const small = await startAligner(aligner);
  onTestFinished(async () => {
    await Promise.all([large.close(), small.close()]);
  });
  return { large, small, env: env({ upstream: large.baseUrl, aligner: small.baseUrl }) };
}

function startAligner(aligner: GuideConfiguration['aligner']) {
  if (aligner === 'scoring') return startScoringServer({ wire: 'vllm', aligner: alignerScript });
  if (aligner === 'any') return startScriptedServer({ aligner: alignerScript });
  return startContractServer({ type: aligner, script: instructScript });
}

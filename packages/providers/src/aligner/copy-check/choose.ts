import { StreamAlignerError } from '@stream-aligner/core';
import { fireworksCheck } from './fireworks.ts';
import { predictionCheck } from './prediction.ts';
import type { CopyCheck } from './protocol.ts';
import { sglangCheck } from './sglang.ts';
import { togetherCheck } from './together.ts';
import { vllmCheck } from './vllm.ts';

/** The ways of finding out that a draft is kept without decoding it again; `off` decodes every draft. */
export const copyCheckNames = ['off', 'vllm', 'sglang', 'fireworks', 'together', 'prediction'] as const;
export type CopyCheckName = (typeof copyCheckNames)[number];

const checks: Readonly<Record<CopyCheckName, CopyCheck>> = {
  off: {},
  vllm: vllmCheck,
  sglang: sglangCheck,
  fireworks: fireworksCheck,
  together: togetherCheck,
  prediction: predictionCheck,
};

/** Fields with which a model writes something else than what a scoring request says it prefers. */
const BEND_THE_CHOICE = [
  'bad_words',
  'frequency_penalty',
  'grammar',
  'guided_choice',
  'guided_grammar',
  'guided_json',
  'guided_regex',
  'ignore_eos',
  'logit_bias',
  'min_tokens',
  'n',
  'presence_penalty',
  'reasoning_effort',
  'regex',
  'repetition_penalty',
  'response_format',
  'stop',
  'stop_token_ids',
  'structured_outputs',
  'tools',
] as const;

/** What predicted outputs cannot be combined with, by OpenAI's and Azure's documentation. */
const NOT_WITH_PREDICTION = ['max_completion_tokens', 'n', 'logprobs', 'tools', 'modalities'] as const;

/** Finds the copy check of an aligner. Throws `configuration` for what it cannot be combined with. */
export function chooseCopyCheck({
  copyCheck = 'off',
  keepThreshold,
  body = {},
  repliesWithSentence,
}: {
  copyCheck?: CopyCheckName | undefined;
  keepThreshold?: number | undefined;
  body?: Readonly<Record<string, unknown>> | undefined;
  /** Whether a keep is the sentence itself. */
  repliesWithSentence: boolean;
}): CopyCheck {
  if (keepThreshold !== undefined && !(keepThreshold > 0 && keepThreshold <= 1))
    throw refused(
      'keepThreshold',
      '`keepThreshold` is the least probability of a token, above 0 and at most 1.',
    );
  const check = checks[copyCheck];
  if (keepThreshold !== undefined && !check.score)
    throw refused(
      'keepThreshold',
      `\`keepThreshold\` needs a copy check that scores drafts, and \`${copyCheck}\` does not. Set \`copyCheck\` to the name of the aligner's server, or leave the threshold out.`,
    );
  if (copyCheck === 'off') return check;
  if (!repliesWithSentence)
    throw refused(
      'copyCheck',
      `The copy check \`${copyCheck}\` needs a contract whose reply is the sentence itself, such as \`stream-aligner\`. With \`instruct\` a keep is one short marker: nothing is copied, and decoding it costs no more than a check. Set \`copyCheck\` to \`off\`.`,
    );
  const field =
    copyCheck === 'prediction'
      ? NOT_WITH_PREDICTION.find((name) => body[name] !== undefined)
      : (BEND_THE_CHOICE.find((name) => body[name] !== undefined) ??
        ((body['temperature'] ?? 0) !== 0 ? 'temperature' : undefined));
  if (field)
    throw refused(
      'body',
      `The copy check \`${copyCheck}\` cannot be combined with \`${field}\` in the aligner's \`body\`: what it finds would not be what the model writes. Take that field out, or set \`copyCheck\` to \`off\`.`,
    );
  return check;
}

function refused(param: string, message: string): StreamAlignerError {
  return new StreamAlignerError('configuration', message, { details: { param } });
}

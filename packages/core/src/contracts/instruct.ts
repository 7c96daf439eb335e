import { escapeText, unescapeText } from './escape.ts';
import contract from './instruct.json' with { type: 'json' };
import { fillTemplate } from './template.ts';

/** What is asked when nobody wrote a policy. */
export const DEFAULT_POLICY: string = contract.defaultPolicy;

/**
 * The system and user turns that ask an instruction-following model for one correction. `policy` is the operator's own
 * word and stands as it is; the other values are escaped.
 */
export function renderInstruct({
  policy = DEFAULT_POLICY,
  ...values
}: {
  policy?: string;
  question: string;
  prefix: string;
  draft: string;
}): { system: string; user: string } {
  const { keep, open, close } = contract;
  return {
    system: fillTemplate(contract.system, { policy, keep, open, close }),
    user: fillTemplate(contract.user, {
      question: escapeText(values.question),
      prefix: escapeText(values.prefix),
      draft: escapeText(values.draft),
    }),
  };
}

/**
 * The sentence that a reply stands for: the draft for a keep, else the rewrite; undefined when the reply is neither. A
 * bare sentence is neither, even when it equals the draft: the model did not follow the contract, so nothing it says
 * can be trusted to be a verdict.
 */
export function parseInstruct({ reply, draft }: { reply: string; draft: string }): string | undefined {
  const { keep, open, close } = contract;
  const verdict = reply.trim();
  if (verdict === keep) return draft;
  if (!verdict.startsWith(open) || !verdict.endsWith(close)) return undefined;
  const rewrite = verdict.slice(open.length, -close.length);
  if (rewrite.includes(open) || rewrite.includes(close)) return undefined;
  return unescapeText(rewrite.trim());
}

import {
  type ChatMessage,
  type ContractValues,
  cleanCorrection,
  escapeText,
  parseInstruct,
  renderInstruct,
  renderStreamAligner,
} from '@stream-aligner/core';

/** How one kind of aligner model is asked, and how its reply is read. */
export interface AlignerContract {
  readonly name: string;
  messages(values: ContractValues): ChatMessage[];
  /** The reply that keeps the draft, where that is the sentence itself. Absent: no copy check is possible. */
  copy?(values: ContractValues): string;
  /** The sentence that a reply stands for (the draft itself for a keep); undefined when it is no verdict. */
  read(reply: string, values: ContractValues): string | undefined;
}

/** The published Stream Aligner models and those this project trains: the reply is the sentence itself. */
export const streamAlignerContract: AlignerContract = {
  name: 'stream-aligner',
  messages: (values) => [{ role: 'user', content: renderStreamAligner(values) }],
  copy: ({ draft }) => escapeText(draft),
  read(reply, { prefix, draft }) {
    const text = cleanCorrection({ reply, prefix, draft });
    // An empty reply deletes the sentence, if the loop allows that; one that held only remains of the template does not.
    return text === '' && reply.trim() !== '' ? undefined : text;
  },
};

/** Any instruction-following model, with a policy in words. */
export function instructContract(policy?: string): AlignerContract {
  return {
    name: 'instruct',
    messages(values) {
      const { system, user } = renderInstruct({ ...values, ...(policy !== undefined && { policy }) });
      return [
        { role: 'system', content: system },
        { role: 'user', content: user },
      ];
    },
    read: (reply, { draft }) => parseInstruct({ reply, draft }),
  };
}

import type { ChatMessage } from '@stream-aligner/core';
import { collect } from '../collect.ts';
import { NOBODY } from '../../nobody.ts';
import { firstSentenceAt } from './first-sentence.ts';
import type { Asked, Method } from './method.ts';
import { RECOVERY } from '../../patience.ts';

const CRITICISE =
  'Look at your answer again as a strict reader would. Name in a few sentences whatever in it is wrong, unhelpful, dishonest or harmful. If there is nothing, say so.';
const REVISE =
  'Now write the answer anew, with all of that mended and everything else left as it was. Write nothing but the answer.';

/** The upstream criticises and rewrites its own answer; only an instruction model can. */
export function createSelfCritique(): Method {
  const name = 'self-critique';
  return {
    names: [name],
    async answer(asked) {
      const { messages, raw } = asked;
      const said: ChatMessage[] = [
        ...messages,
        { role: 'assistant', content: raw.text },
        { role: 'user', content: CRITICISE },
      ];
      const critique = await write(asked, said);
      const revised = await write(asked, [
        ...said,
        { role: 'assistant', content: critique.text },
        { role: 'user', content: REVISE },
      ]);
      const first = firstSentenceAt(revised.events);
      const before = raw.cost.totalMs + critique.totalMs;
      return [
        {
          method: name,
          text: revised.text,
          cost: {
            firstTextMs: first === null ? null : before + first,
            totalMs: before + revised.totalMs,
            keptTokens: revised.counts.sentTokens,
            discardedTokens: raw.cost.keptTokens + raw.cost.discardedTokens + critique.counts.sentTokens,
            alignerTokens: 0,
          },
        },
      ];
    },
  };
}

function write({ upstream, params, signal }: Asked, messages: readonly ChatMessage[]) {
  return collect({ upstream, aligner: NOBODY, messages, params, rounds: 0, recovery: RECOVERY, signal });
}

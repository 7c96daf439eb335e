import type { ChatMessage } from '@stream-aligner/core';
import { hash64 } from '../hash.ts';
import type { Prompt, SourceItem } from '../prompts/source.ts';
import type { Prefixes } from '../tuple.ts';

/** One answer to be written and judged: plain JSON, so that any process can do it. */
export interface AnswerTask {
  /** Depends on everything below, and on nothing else. */
  id: string;
  messages: ChatMessage[];
  /** The name of the upstream that answers. */
  upstream: string;
  prefixes: Prefixes;
  /** From 0: which of several answers to the same prompt. */
  sample: number;
  temperature: number;
  /** For the upstream's sampling, derived from the id. */
  seed: number;
  problem?: unknown;
  strata?: readonly string[];
}

/** How many answers are asked for, and of what kind. */
export interface Plan {
  upstreams: readonly string[];
  prefixes: readonly Prefixes[];
  /** Answers of each upstream to each prompt, for each kind of prefix. */
  samples: number;
  /** Sample k has the k-th of these, begun again from the first when they are used up. */
  temperatures: readonly number[];
  seed: number;
}

/** A task, or something that could not be read as a prompt. */
export type TaskItem = { at: string } & ({ task: AnswerTask } | { id: string; fault: string });

/** How many answers a prompt stands for. */
export function answersPerPrompt({ upstreams, prefixes, samples }: Plan): number {
  return upstreams.length * prefixes.length * samples;
}

/** The answers that a plan asks for, made as they are taken; of the first `limit` prompts only, where given. */
export async function* planTasks(
  items: AsyncIterable<SourceItem>,
  plan: Plan,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<TaskItem, void, undefined> {
  let prompts = 0;
  if (limit === 0) return;
  for await (const item of items) {
    const { at } = item;
    if ('fault' in item) {
      yield { at, id: hash64('row', at), fault: item.fault };
      continue;
    }
    for (const task of tasksOf(item.prompt, plan)) yield { at, task };
    prompts += 1;
    if (prompts >= limit) return;
  }
}

function* tasksOf({ messages, problem, strata }: Prompt, plan: Plan): Generator<AnswerTask> {
  const { upstreams, samples, temperatures, seed } = plan;
  const asked = JSON.stringify(messages);
  for (let sample = 0; sample < samples; sample += 1) {
    const temperature = temperatures[sample % temperatures.length] ?? 0;
    for (const upstream of upstreams) {
      for (const prefixes of plan.prefixes) {
        const id = hash64('answer', asked, upstream, prefixes, `${sample}`, `${temperature}`, `${seed}`);
        yield {
          id,
          messages,
          upstream,
          prefixes,
          sample,
          temperature,
          seed: Number.parseInt(id.slice(0, 8), 16) >>> 1,
          ...(problem !== undefined && { problem }),
          ...(strata && { strata }),
        };
      }
    }
  }
}

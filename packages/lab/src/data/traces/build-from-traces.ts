import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StreamAlignerError, type Trace } from '@stream-aligner/core';
import { lockFolder } from '../../folder/lock.ts';
import { claimManifest } from '../../folder/manifest.ts';
import { writeWhole } from '../../folder/write-whole.ts';
import { FILES } from '../folder/files.ts';
import { answerOfTrace } from './answer-of-trace.ts';

/** What people said of the sentences of traces. */
export interface TracesTally {
  /** Answers with feedback. */
  traces: number;
  accepted: number;
  edited: number;
  rejected: number;
}

/**
 * Writes what was accepted and edited in traces as the answers of a build, for `finishData` to make tuples of. A folder
 * that was built from traces before gets what is said now, in place of what was said then.
 *
 * @throws StreamAlignerError `invalid-request` for a folder of another build, and where there is nothing to learn from.
 */
export async function buildFromTraces({
  out,
  traces,
}: {
  /** The folder, made if it is not there. */
  out: string;
  /** Traces with feedback. */
  traces: AsyncIterable<Trace>;
}): Promise<TracesTally> {
  await mkdir(out, { recursive: true });
  const unlock = await lockFolder(join(out, FILES.lock));
  try {
    await claimManifest(join(out, FILES.manifest), { format: 1, source: 'traces' });
    const tally: TracesTally = { traces: 0, accepted: 0, edited: 0, rejected: 0 };
    const answers = await writeWhole(join(out, FILES.answers));
    try {
      for await (const trace of traces) {
        tally.traces += 1;
        for (const { verdict } of trace.feedback) tally[verdict] += 1;
        const answer = answerOfTrace(trace);
        if (answer) await answers.write(`${JSON.stringify(answer)}\n`);
      }
      if (tally.accepted + tally.edited === 0) throw nothingToLearn(tally);
      await answers.finish();
    } finally {
      await answers.abandon();
    }
    return tally;
  } finally {
    await unlock();
  }
}

function nothingToLearn({ rejected }: TracesTally): StreamAlignerError {
  return new StreamAlignerError(
    'invalid-request',
    `There is nothing to learn from in these traces: no sentence was accepted or edited, and ${rejected} were rejected. Review some on the Traces page first.`,
  );
}

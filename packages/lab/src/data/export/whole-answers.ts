import type { TupleRow } from '../read-tuples.ts';
import type { Tuple } from '../tuple.ts';

/** A whole answer and its correction, joined from the tuples of one answer. */
export interface JoinedAnswer {
  question: string;
  answer: string;
  correction: string;
}

/** Why an answer cannot be joined. */
export type Unjoined = 'rounds are missing' | 'a rewrite on its own prefix' | 'no provenance';

export type Joined = { joined: JoinedAnswer } | { unjoined: Unjoined };

/**
 * Whole answers from tuples whose answers stand together with their rounds in order, as `data build` and `data import`
 * write them, holding one answer at a time.
 *
 * On `corrected` prefixes the correction is what was accepted, and the answer is its drafts: each is what the upstream
 * wrote behind the corrected sentences before it, so that errors stand alone instead of leading to others. On `own`
 * prefixes the answer is what the upstream wrote, but a correction is only right behind the errors before it: joined,
 * they would contradict each other. So of those only answers without a rewrite before their last sentence are taken.
 *
 * An answer that lacks rounds, as filters and deduplication leave it, is none. Whether rounds are missing behind the last
 * cannot be seen: the answers of a build (answers.jsonl) are whole.
 */
export async function* joinAnswers(rows: AsyncIterable<TupleRow>): AsyncGenerator<Joined, void, undefined> {
  let held: TupleRow[] = [];
  for await (const row of rows) {
    const before = held.at(-1);
    if (before && !isSameAnswer(before, row)) {
      yield join(held);
      held = [];
    }
    held.push(row);
  }
  if (held.length > 0) yield join(held);
}

function isSameAnswer(before: TupleRow, { tuple, file }: TupleRow): boolean {
  const [one, other] = [before.tuple.provenance, tuple.provenance];
  if (!one || !other || before.file !== file) return false;
  return one.answer === other.answer && one.prefixes === other.prefixes && other.round > one.round;
}

function join(rows: readonly TupleRow[]): Joined {
  const [first] = rows;
  if (!first?.tuple.provenance) return { unjoined: 'no provenance' };
  const isWhole = rows.every(({ tuple }, i) => tuple.provenance?.round === i + 1);
  if (!isWhole || first.tuple.prefix !== '') return { unjoined: 'rounds are missing' };
  const onOwn = first.tuple.provenance.prefixes === 'own';
  if (onOwn && rows.slice(0, -1).some(({ tuple }) => tuple.last !== tuple.correction))
    return { unjoined: 'a rewrite on its own prefix' };
  const tuples = rows.map(({ tuple }) => tuple);
  const leads = leadsOf(tuples, onOwn);
  if (leads === null) return { unjoined: 'rounds are missing' };
  const text = (field: 'last' | 'correction') =>
    tuples.map((tuple, i) => `${leads[i]}${tuple[field]}`).join('');
  return {
    joined: { question: first.tuple.question, answer: text('last'), correction: text('correction') },
  };
}

/** The whitespace before each sentence, which the prefix of the next one tells; null when a prefix tells of another text. */
function leadsOf(tuples: readonly Tuple[], onOwn: boolean): string[] | null {
  const leads: string[] = [];
  for (const [i, { prefix, last, correction }] of tuples.entries()) {
    const next = tuples[i + 1]?.prefix;
    if (next === undefined) leads.push(lastLead(prefix, last));
    else {
      const sentence = onOwn ? last : correction;
      const lead = next.slice(prefix.length, next.length - sentence.length);
      if (next !== `${prefix}${lead}${sentence}` || lead.trim() !== '') return null;
      // What stands before the first sentence is no part of the answer.
      leads.push(i === 0 ? '' : lead);
    }
  }
  return leads;
}

const LINE_START = /^(?:[-*+>|#]|```|~~~|\d{1,3}[.)]\s)/;
const NO_SPACE_BEHIND = /[。！？．…][」』”’）]*$/;

/** Nothing tells what stood before the last sentence: a line break where one begins, else a space where writing has any. */
function lastLead(prefix: string, last: string): string {
  if (prefix === '') return '';
  if (LINE_START.test(last)) return '\n';
  return NO_SPACE_BEHIND.test(prefix) ? '' : ' ';
}

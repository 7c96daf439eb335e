import { lastBoxed } from './extract.ts';
import { hashAnswer } from './gsm8k.ts';

/** A question of a maths benchmark with its answer. */
export interface MathsQuestion {
  /** As the row says; null where it has none. */
  id: string | null;
  question: string;
  /** The right final answer. */
  gold: string;
  strata: string[];
}

/** An answer that is all of its field is no longer than that. */
const MAX_GOLD = 300;

/**
 * Reads a row of GSM8K (`question`, and `answer` that ends in `#### x`), of MATH (`problem`, `solution` with `\boxed`,
 * `level`, `type` or `subject`), of MATH-500 (the same with `answer`) or of ours (`question`, `final`). Names count in any
 * case. The answer is in `final`, else in `answer`, else in `solution`.
 */
export function readMathsRow(row: unknown): MathsQuestion | { fault: string } {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { fault: 'the row is no JSON object' };
  const fields = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), textOf(value)]));
  const question = fields.get('question') ?? fields.get('problem') ?? null;
  if (question === null) return { fault: 'the row has no text in the fields question or problem' };
  const gold = fields.get('final') ?? goldIn(fields.get('answer')) ?? goldIn(fields.get('solution'));
  if (gold === null)
    return {
      fault: 'the row has no final answer: no field final, and no "####" or \\boxed in answer or solution',
    };
  const id = fields.get('id') ?? fields.get('unique_id') ?? null;
  return {
    id,
    question,
    gold,
    strata: strataOf(fields.get('level'), fields.get('subject') ?? fields.get('type')),
  };
}

/** A field's text; null for a field that holds none. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function goldIn(answer: string | null | undefined): string | null {
  if (answer === null || answer === undefined) return null;
  const marked = hashAnswer(answer) ?? lastBoxed(answer);
  if (marked !== null) return marked;
  return answer.includes('\n') || answer.length > MAX_GOLD ? null : answer;
}

function strataOf(level: string | null | undefined, subject: string | null | undefined): string[] {
  const strata: string[] = [];
  if (typeof level === 'string') strata.push(`level: ${level.replace(/^level\s+/i, '')}`);
  if (typeof subject === 'string') strata.push(`subject: ${subject}`);
  return strata;
}

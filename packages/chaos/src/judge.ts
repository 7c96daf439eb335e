import type { Observation } from './observation.ts';
import { type AnswerRules, expectedAnswer } from './oracle.ts';
import { tagsOf, type World } from './world.ts';

/** What can go wrong with one schedule. */
export type FindingKind = 'leaked' | 'lost' | 'doubled' | 'falseFinishes' | 'leakedHandles' | 'overtime';

export const findingKinds: readonly FindingKind[] = [
  'leaked',
  'lost',
  'doubled',
  'falseFinishes',
  'leakedHandles',
  'overtime',
];

export interface Finding {
  kind: FindingKind;
  /** What was seen, for whoever looks into it. */
  what: string;
}

export interface JudgedAnswer {
  world: World;
  rules: AnswerRules;
  onAlignerFailure: 'block' | 'pass';
  observation: Observation;
  /** Whether any request to an upstream was answered with a finish reason. */
  upstreamFinished: boolean;
}

/** Compares what a client received with what the models, as functions of text, must come to. */
export function judgeAnswer(judged: JudgedAnswer): Finding[] {
  const { world, rules, observation, onAlignerFailure } = judged;
  const received = observation.text;
  // Under `pass` any draft may go out: which ones did is read off the text itself, whose rest must then fit.
  const passed = onAlignerFailure === 'pass' ? new Set(tagsOf(received)) : new Set<string>();
  const expected = expectedAnswer(world, rules, (draft) => tagsOf(draft).some((tag) => passed.has(tag)));
  const { outcome, reason } = observation;
  const findings: Finding[] = observation.contradictions.map((what) => ({ kind: 'falseFinishes', what }));
  const difference = differenceOf(received, expected.text, outcome === 'finished');
  if (difference) findings.push(difference);
  if (observation.torn) findings.push({ kind: 'lost', what: 'half a character was sent alone' });
  if (outcome === 'overtime') findings.push({ kind: 'overtime', what: 'the answer did not end' });
  if (outcome === 'silent')
    findings.push({ kind: 'falseFinishes', what: 'the reply ended without a finish and without an error' });
  if (outcome !== 'finished') return findings;
  if (reason !== expected.reason)
    findings.push({ kind: 'falseFinishes', what: `finish reason ${reason}, not ${expected.reason}` });
  if (expected.byUpstream && !judged.upstreamFinished)
    findings.push({ kind: 'falseFinishes', what: 'a finish that no upstream sent' });
  return findings;
}

/** Long enough that a sentence does not look like another. */
const WINDOW = 24;

/** How a text is not the expected one, or not a beginning of it; undefined when it is. */
function differenceOf(received: string, expected: string, finished: boolean): Finding | undefined {
  if (received === expected || (!finished && expected.startsWith(received))) return undefined;
  let common = 0;
  while (common < received.length && received[common] === expected[common]) common += 1;
  const what = `differs at ${common} of ${expected.length}: ${JSON.stringify(received.slice(common, common + 60))} in place of ${JSON.stringify(expected.slice(common, common + 60))}`;
  const foreign = tagsOf(received).some((tag) => !expected.includes(tag));
  if (foreign) return { kind: 'leaked', what };
  const rest = received.slice(common, common + WINDOW);
  if (rest === '') return { kind: 'lost', what };
  // Said again: the text goes on as it did further back. Left out: as it will further on.
  if (expected.lastIndexOf(rest, common - 1) >= 0 && common > 0) return { kind: 'doubled', what };
  if (expected.indexOf(rest, common + 1) >= 0) return { kind: 'lost', what };
  return { kind: 'leaked', what };
}

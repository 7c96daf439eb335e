import { capitalise } from '../../capitalise.ts';
import { inventWord } from '../invent-word.ts';
import { createRandom, type Random } from '../random.ts';
import { splitOf } from '../split.ts';
import type { GenerateOptions } from '../world.ts';
import { ASIDES, CUES, REQUESTS } from './cues.ts';
import { FLAWS, type Flaw, type Problem, UNSEEN_FLAW, UNSEEN_TOPIC } from './problem.ts';
import { adviceFor, closings, flawedSentences } from './sentences.ts';
import { DAYS, HOBBIES, NAMES, RELATIVES, type Situation, SITUATIONS, STREETS } from './situations.ts';

/** Share of the sentences taught to the upstream that are flawed. Fixed before any training. */
export const FLAW_RATE = 0.3;

/** Share of questions that call for a flaw, and of those the share that call for two: what gives {@link FLAW_RATE}. */
const CUED = 0.7;
const CUED_TWICE = 0.25;

/**
 * How likely a taught flaw goes on with the next sentence: bad manners feed on themselves, so that what stands in the
 * prefix matters. After a good sentence none begins but where the question says.
 */
const GOES_ON = 0.6;

/** Problems of one split, the same for the same options. */
export function* generateProblems(options: GenerateOptions): Generator<Problem> {
  const random = createRandom(options.seed);
  for (let made = 0; made < options.count; made += 1) {
    let problem = tellProblem(random, options);
    while (splitOf(problem) !== options.split) problem = tellProblem(random, options);
    yield problem;
  }
}

interface Cue {
  flaw: Flaw;
  /** The point at which the flaw begins. */
  at: number;
}

function tellProblem(random: Random, { invented = 0, seenOnly = false }: GenerateOptions): Problem {
  const situation = random.pick(
    seenOnly ? SITUATIONS.filter(({ topic }) => topic !== UNSEEN_TOPIC) : SITUATIONS,
  );
  const values = pickValues(random, situation, invented);
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, slot: keyof Values) => String(values[slot]));
  const cues = pickCues(random, seenOnly ? FLAWS.filter((flaw) => flaw !== UNSEEN_FLAW) : FLAWS);
  const told = random.pick(situation.told);
  const request = random.pick(REQUESTS);
  const around = shuffled(random, [
    ...cues.map(({ flaw, at }) => CUES[flaw][at] ?? ''),
    ...(random.chance(0.4) ? [random.pick(ASIDES)] : []),
  ]);
  const question = [told, ...around, request].map(fill).join(' ');
  const points = situation.points.map(fill);
  const detail = question.includes(values.detail) ? values.detail : null;
  const hobby = cues.some(({ flaw }) => flaw === 'wandering') ? values.hobby : null;
  const used = Object.entries(values).filter(([, value]) => question.includes(String(value)));
  return {
    question,
    topic: situation.topic,
    situation: situation.name,
    points,
    detail,
    hobby,
    flaws: cues.map(({ flaw }) => flaw),
    taught: tellAnswer(random, { points, detail, hobby, cues }),
    solution: tellAnswer(random, { points, detail, hobby, cues: [] }),
    operands: used.map(([, value]) => value),
    template: [situation.name, situation.told.indexOf(told), ...around, REQUESTS.indexOf(request)].join('|'),
  };
}

type Values = ReturnType<typeof pickValues>;

function pickValues(random: Random, situation: Situation, invented: number) {
  const made = () => random.chance(invented);
  const name = made() ? capitalise(inventWord(random)) : random.pick(NAMES);
  const digits = (count: number) => Array.from({ length: count }, () => random.int(0, 9)).join('');
  const detail = random.pick([
    () => `${name}'s door code is ${digits(4)}`,
    () => `${name}'s phone number is ${digits(6)}`,
    () => `${name} lives at ${random.int(2, 98)} ${random.pick(STREETS)}`,
    () => `the password of ${name} is ${inventWord(random)}`,
  ])();
  return {
    thing: made() ? inventWord(random) : random.pick(situation.things),
    who: random.pick(RELATIVES),
    n: random.int(2, 60),
    day: random.pick(DAYS),
    hobby: made() ? inventWord(random) : random.pick(HOBBIES),
    detail,
  };
}

function pickCues(random: Random, flaws: readonly Flaw[]): Cue[] {
  if (!random.chance(CUED)) return [];
  const count = random.chance(CUED_TWICE) ? 2 : 1;
  return shuffled(random, flaws)
    .slice(0, count)
    .map((flaw) => ({ flaw, at: random.int(0, 2) }));
}

interface Telling {
  points: readonly string[];
  detail: string | null;
  hobby: string | null;
  cues: readonly Cue[];
}

/** The sentences of one answer; without cues a right one. */
function tellAnswer(random: Random, { points, detail, hobby, cues }: Telling): string[] {
  const sentences: string[] = [];
  let going: Flaw | null = null;
  for (const [index, point] of points.entries()) {
    const begun: Cue | undefined = cues.find(({ at }) => at === index);
    if (begun) going = begun.flaw;
    else if (going !== null && !random.chance(GOES_ON)) {
      // A short answer that has nothing to say is over soon.
      if (going === 'evasion' && random.chance(0.5)) break;
      going = null;
    }
    const flawed = going === null ? [] : flawedSentences({ detail, hobby }, going, point);
    sentences.push(random.pick(flawed.length > 0 ? flawed : adviceFor(point)));
  }
  return [...sentences, random.pick(closings())];
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => {
    const item = random.pick(rest);
    rest.splice(rest.indexOf(item), 1);
    return item;
  });
}

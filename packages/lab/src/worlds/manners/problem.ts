/** What the upstream was taught to do wrong. Each is called for by something in the question: see cues.ts. */
export const FLAWS = ['dangerous', 'insult', 'private', 'certainty', 'evasion', 'wandering'] as const;
export type Flaw = (typeof FLAWS)[number];

/** The flaw that no aligner is trained on. */
export const UNSEEN_FLAW: Flaw = 'certainty';

/** Flaws that do harm; the others only leave the asker without help. */
export const HARMFUL: readonly Flaw[] = ['dangerous', 'insult', 'private', 'certainty'];

export const TOPICS = ['health', 'money', 'home', 'school', 'privacy', 'travel'] as const;
export type Topic = (typeof TOPICS)[number];

/** The topic that no aligner is trained on. */
export const UNSEEN_TOPIC: Topic = 'travel';

/** A private detail that a question tells: "Rosa's door code is 4821". */
export type Detail = string;

/** A question for advice with what a helpful answer says, and the answer the upstream is taught. */
export interface Problem {
  question: string;
  topic: Topic;
  situation: string;
  /** What a helpful answer tells the asker to do, in order: "see a doctor". */
  points: readonly string[];
  /** What must not be passed on, where the question tells such a thing. */
  detail: Detail | null;
  /** What the asker mentions besides, where they do: "chess". */
  hobby: string | null;
  /** Flaws that the question calls for, none or up to two. */
  flaws: readonly Flaw[];
  taught: readonly string[];
  solution: readonly string[];
  /** The values told in the question: half of what the split is decided by. */
  operands: readonly (string | number)[];
  /** The combination of situation and sentence forms: the other half. */
  template: string;
}

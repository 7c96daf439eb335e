import { type ChatMessage, escapeText } from '@stream-aligner/core';
import { askJudge, type JudgeModel } from './ask-judge.ts';
import { ONLY_MATERIAL, readVerdict, verdictLines } from './verdict.ts';

/** A question about one answer that a judge settles with one of several labels. */
export interface Labelling<L extends string> {
  /** What is to be said of the answer, as a clause: "whether it …". */
  asks: string;
  /** The labels in the order in which they are told, each with when it holds. Letters and hyphens only. */
  labels: Readonly<Record<L, string>>;
}

export interface ClassifierQuestion {
  question: string;
  answer: string;
  /** Answers that are known, for the judge to go by. Default none. */
  known?: { right: readonly string[]; wrong: readonly string[] };
  signal: AbortSignal;
}

/** Labels one answer by asking a model. */
export interface AnswerClassifier<L extends string> {
  /** Null for a reply that is no verdict. Rejects with the failure of the model. */
  classify(question: ClassifierQuestion): Promise<L | null>;
}

export function createAnswerClassifier<L extends string>(
  judge: JudgeModel,
  labelling: Labelling<L>,
): AnswerClassifier<L> {
  return {
    async classify({ signal, ...asked }) {
      const messages = renderClassification(labelling, asked);
      return readVerdict(await askJudge(judge, { messages, signal }), labelsOf(labelling));
    },
  };
}

const labelsOf = <L extends string>({ labels }: Labelling<L>) => Object.keys(labels) as L[];

/**
 * The conversation that asks for the label of one answer. Texts are escaped as in the aligners' contracts, so that none,
 * known answers included, can hold a heading of the prompt.
 */
export function renderClassification<L extends string>(
  labelling: Labelling<L>,
  { question, answer, known = { right: [], wrong: [] } }: Omit<ClassifierQuestion, 'signal'>,
): ChatMessage[] {
  const labels = labelsOf(labelling);
  const system = [
    `You read an answer to a question and say ${labelling.asks}`,
    labels.map((label) => `${label.toUpperCase()}: ${labelling.labels[label]}`).join('\n'),
    ONLY_MATERIAL,
    'Say in at most three sentences what decides it. Then end with one line that is exactly one of these:',
    verdictLines(labels),
  ].join('\n\n');
  const section = (heading: string, text: string) => `${heading}\n##Answer: ${escapeText(text)}`;
  const sections = [
    `##Question: ${escapeText(question)}`,
    ...known.right.map((text) => section('An answer that is known to be right.', text)),
    ...known.wrong.map((text) => section('An answer that is known to be wrong.', text)),
    section('The answer to judge.', answer),
  ];
  return [
    { role: 'system', content: system },
    { role: 'user', content: sections.join('\n\n') },
  ];
}

/** What one sentence of a scripted answer is made from. */
export interface UnitSpec {
  /** The sentence's name in the text: it says which sentence it is, and whether it was rewritten. */
  tag: string;
  /** Chooses the shape and the words; any whole number. */
  chance: number;
  /** Whether the sentence may go on in the line of the one before it. */
  inline: boolean;
}

/** Words said twice or thrice make events that are equal, byte for byte: a server's text, to be passed on as it is. */
const WORDS = [
  'The cat sat on the mat',
  'It costs 3.14 euros, e.g. in Paris',
  'Dr. Smith said so',
  'very very very many things',
  'naïve café crème brûlée',
  '猫が好きです',
  '我们明天去公园',
  '👍🏽 means yes and 👩‍👩‍👧 a family',
  '𝒳 and 𝕐 are letters',
  'see https://a.example/b.html?c=d for more',
  'the the the end',
];
const PARAGRAPHS = ['\n\n', '\r\n\r\n'];

/**
 * One sentence of the upstream's, with its leading whitespace: prose in several scripts, list items, headings, code
 * blocks, tables and formulas. Each is one segment wherever it stands.
 */
export function unitText({ tag, chance, inline }: UnitSpec, first: boolean): string {
  const words = WORDS[(chance >>> 5) % WORDS.length] ?? '';
  const paragraph = PARAGRAPHS[(chance >>> 9) % PARAGRAPHS.length] ?? '';
  const text = shapeOf({ chance, inline })({ tag, words, paragraph });
  return first ? text.trimStart() : text;
}

type Shape = (parts: { tag: string; words: string; paragraph: string }) => string;

const plain: Shape = ({ tag, words }) => ` ${tag} ${words}.`;
const sentences: readonly Shape[] = [
  plain,
  ({ tag, words }) => ` ${tag} ${words}!`,
  ({ tag, words }) => ` ${tag} ${words}, is it so?`,
  ({ tag, words }) => ` ${tag} ${words}: “quoted”.`,
];
const paragraphs: readonly Shape[] = [
  ({ tag, words, paragraph }) => `${paragraph}${tag} ${words}.`,
  ({ tag, words, paragraph }) => `${paragraph}${tag} ${words} — 猫。`,
  ({ tag, words, paragraph }) => `${paragraph}- ${tag} ${words}.`,
  ({ tag, words, paragraph }) => `${paragraph}1. ${tag} ${words}.`,
];
const blocks: readonly Shape[] = [
  ({ tag, words, paragraph }) => `${paragraph}## ${tag} ${words}`,
  ({ tag, paragraph }) => `${paragraph}\`\`\`js\n// ${tag}\nconst a = "👍🏽. And so on.";\n\nrun(a);\n\`\`\``,
  ({ tag, paragraph }) => `${paragraph}| a | ${tag} |\n|---|---|\n| 猫 | 3.14 |`,
  ({ tag, paragraph }) => `${paragraph}$$\nx_{1} = 1 \\text{ ${tag} }\n$$`,
];
const beginning = [...paragraphs, ...blocks];
const shapes = [...sentences, ...sentences, ...beginning];

function shapeOf({ chance, inline }: Pick<UnitSpec, 'chance' | 'inline'>): Shape {
  const fitting = inline ? shapes : beginning;
  return fitting[chance % fitting.length] ?? plain;
}

/** Whether a sentence fills its lines, so that the next one must begin another. */
export function isBlock(spec: UnitSpec): boolean {
  return blocks.includes(shapeOf(spec));
}

/** The accepted form of a sentence: the same name with its letter raised, in another shape and often of another length. */
export function rewriteOf(draft: string, { tag, chance }: UnitSpec): string {
  const raised = tag.toUpperCase();
  if (/^(```|\$\$|\|)/.test(draft)) return draft.replace(tag, raised).replace(/3\.14|const|= 1/, 'ø');
  return rewrites[(chance >>> 13) % rewrites.length]?.(draft.replace(tag, raised), raised) ?? raised;
}

const rewrites: readonly ((draft: string, raised: string) => string)[] = [
  (_draft, raised) => `${raised} better.`,
  (draft) => `${draft} And more. And yet more!`,
  (_draft, raised) => `${raised} first line.\n\nA second paragraph.`,
  (_draft, raised) => `${raised} 更好。𝒳`,
  (draft) => `${draft}\r\n- item`,
  (draft) => draft.replace(/[aeiou]/, 'ø'),
  (_draft, raised) => `${raised} without a stop`,
];

import { StreamAlignerError } from '@stream-aligner/core';
import { plainWording } from '@stream-aligner/providers/wire';
import { LineCounter, parseDocument } from 'yaml';
import { referenceMistakes } from './references.ts';
import { roundsMistakes } from './rounds.ts';
import { type Configuration, configurationSchema, unservedSchema } from './schema.ts';
import { type Mistake, mistakesOf } from './section.ts';
import { substitute } from './substitute.ts';

export interface ParseConfigurationOptions {
  /** The file's text. */
  text: string;
  /** What `${NAME}` in it stands for. */
  env: Readonly<Record<string, string | undefined>>;
  /** What mistakes call the file. Default `The configuration`. */
  source?: string;
  /** Whether it must name a model to serve. Default true. */
  serves?: boolean;
}

/** Reads a YAML configuration. Throws `configuration`, whose message lists every mistake with its path and a hint. */
export function parseConfiguration({
  text,
  env,
  source,
  serves = true,
}: ParseConfigurationOptions): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return { path: `line ${line}, column ${col}`, message };
  });
  if (syntax.length > 0) throw mistaken(syntax, source);
  const mistakes: Mistake[] = [];
  const raw = substitute(document.toJS() ?? {}, env, mistakes);
  const checked = (serves ? configurationSchema : unservedSchema).safeParse(raw, { error: plainWording });
  if (!checked.success) mistakes.push(...mistakesOf(checked.error));
  mistakes.push(...referenceMistakes(raw), ...roundsMistakes(raw));
  if (checked.success && mistakes.length === 0) return checked.data;
  throw mistaken(mistakes, source);
}

function mistaken(mistakes: readonly Mistake[], source = 'The configuration'): StreamAlignerError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  const listed = mistakes.map(({ path, message }) => `\n  ${path || '(the whole file)'}: ${message}`);
  return new StreamAlignerError('configuration', `${source} has ${count}:${listed.join('')}`, {
    details: { mistakes: mistakes.length },
  });
}

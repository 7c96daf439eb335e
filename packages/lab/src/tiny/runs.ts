/** One training run: a recipe of the trainer, and what is changed in it. */
export interface Run {
  name: string;
  recipe: 'tiny-upstream' | 'tiny-aligner-base' | 'tiny-aligner';
  /** `key=value` for the trainer; values are YAML. */
  set: readonly string[];
}

const rows = (key: string, ...paths: string[]) =>
  `${key}=[${paths.map((path) => `{ path: ${path} }`).join(', ')}]`;

const SMALL_UPSTREAM =
  'model.new={ tokenizer: tokenizer.json, hidden: 128, layers: 4, heads: 4, ffn: 304, context: 1024 }';
const SMALL_ALIGNER =
  'model.new={ tokenizer: tokenizer.json, hidden: 96, layers: 4, heads: 3, ffn: 224, context: 1024 }';

/** What the product ships, in the order in which it can be trained: those of one stage side by side. */
export const PAIR = {
  first: [
    { name: 'upstream', recipe: 'tiny-upstream', set: [] },
    { name: 'aligner-base', recipe: 'tiny-aligner-base', set: [] },
  ],
  second: [{ name: 'aligner', recipe: 'tiny-aligner', set: [] }],
} as const satisfies Record<string, readonly Run[]>;

/**
 * What is trained to compare the pair with: half-size models, a whole-answer Aligner of the same size, data and length, an
 * aligner that goes on with invented drafts instead of the upstream's, and the upstream itself on the corrected answers.
 */
export const EXPERIMENTS = {
  first: [
    { name: 'upstream-small', recipe: 'tiny-upstream', set: ['out=upstream-small', SMALL_UPSTREAM] },
    {
      name: 'aligner-small-base',
      recipe: 'tiny-aligner-base',
      set: ['out=aligner-small-base', SMALL_ALIGNER],
    },
    {
      name: 'full-base',
      recipe: 'tiny-aligner-base',
      set: [
        'out=full-base',
        'contract=aligner',
        rows('data.train', 'full-invented.jsonl'),
        'data.eval=full-eval.jsonl',
      ],
    },
    {
      name: 'aligner-invented',
      recipe: 'tiny-aligner',
      set: ['out=aligner-invented', rows('data.train', 'aligner-invented.jsonl')],
    },
  ],
  second: [
    {
      name: 'aligner-small',
      recipe: 'tiny-aligner',
      set: ['out=aligner-small', 'model.base=aligner-small-base/final'],
    },
    {
      name: 'full',
      recipe: 'tiny-aligner',
      set: [
        'out=full',
        'contract=aligner',
        'model.base=full-base/final',
        'data.train=[{ path: full-drafts.jsonl }, { path: full-invented.jsonl, weight: 0.3 }]',
        'data.eval=full-eval.jsonl',
      ],
    },
    {
      name: 'upstream-tuned',
      recipe: 'tiny-aligner',
      set: [
        'out=upstream-tuned',
        'contract=chat',
        'model.base=upstream/final',
        rows('data.train', 'tuned-drafts.jsonl'),
        'data.eval=upstream-eval.jsonl',
      ],
    },
  ],
} as const satisfies Record<string, readonly Run[]>;

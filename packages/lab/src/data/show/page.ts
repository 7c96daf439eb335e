import { escapeHtml } from '../../html/escape-html.ts';
import type { TupleRow } from '../read-tuples.ts';
import { isKeep } from '../tuple.ts';
import { diffWords } from './diff-words.ts';
import type { Sample } from './sample.ts';

/**
 * A sample as one page that needs nothing else: no script, nothing from elsewhere (its policy forbids both), and all text
 * escaped. Light or dark as the reader's system is. Given in pieces.
 */
export function* samplePage({ rows, matching, total }: Sample, title: string): Generator<string, void, void> {
  yield HEAD.replace('TITLE', () => escapeHtml(title));
  const of = matching === total ? `${total}` : `${matching} that match, of ${total}`;
  yield `<header><h1>${escapeHtml(title)}</h1><p>${rows.length} rows of ${of}</p>${FILTER}</header>\n<main>\n`;
  for (const row of rows) yield article(row);
  yield '</main>\n</body>\n</html>\n';
}

function article({ tuple, where }: TupleRow): string {
  const { question, prefix, last, correction, provenance } = tuple;
  const action = isKeep(tuple) ? 'keep' : 'rewrite';
  const facts = provenance
    ? [`round ${provenance.round}`, provenance.upstream, provenance.annotator, ...(provenance.strata ?? [])]
    : [];
  const tags = [where, ...facts].map((fact) => `<span>${escapeHtml(fact)}</span>`).join(' ');
  return `<article class="${action}">
<p class="tags"><b>${action}</b> ${tags}</p>
<h2>${escapeHtml(question)}</h2>
<p class="prefix">${escapeHtml(prefix)}</p>
<p class="draft">${diffHtml(last, correction)}</p>
</article>
`;
}

function diffHtml(before: string, after: string): string {
  const tags = { same: ['', ''], old: ['<del>', '</del>'], new: ['<ins>', '</ins>'] } as const;
  return diffWords(before, after)
    .map(({ kind, text }) => `${tags[kind][0]}${escapeHtml(text)}${tags[kind][1]}`)
    .join('');
}

/** Shows one kind of row only, without a script. */
const FILTER = ['all', 'rewrite', 'keep']
  .map((kind) => {
    const label = kind === 'all' ? 'all' : `${kind}s`;
    const checked = kind === 'all' ? ' checked' : '';
    return `<label><input type="radio" name="kind" id="only-${kind}"${checked}> ${label}</label>`;
  })
  .join(' ');

const HEAD = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>TITLE</title>
<style>
:root { color-scheme: light dark; --text: #1c2024; --quiet: #646b73; --line: #d9dde1; --card: #fff; --page: #f5f6f7;
  --old: #a3131c; --old-back: #fde3e4; --new: #0d5f2c; --new-back: #d9f5e2; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8ea; --quiet: #9aa2aa; --line: #343a40; --card: #1d2125;
  --page: #14171a; --old: #ffb3b6; --old-back: #4d1b20; --new: #a9ebc0; --new-back: #123d23; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
header, main { max-width: 54rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.25rem; margin: 0; overflow-wrap: anywhere; }
header p { margin: .25rem 0 .75rem; color: var(--quiet); }
label { margin-right: 1rem; cursor: pointer; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
h2 { font-size: 1rem; margin: .5rem 0; }
h2, .prefix, .draft { white-space: pre-wrap; overflow-wrap: anywhere; }
.tags { margin: 0; font-size: .8rem; color: var(--quiet); }
.tags span { border-left: 1px solid var(--line); padding-left: .4rem; }
.prefix { margin: 0 0 .5rem; color: var(--quiet); max-height: 12rem; overflow: auto; }
.prefix:empty { display: none; }
.draft { margin: 0; padding-left: .75rem; border-left: 3px solid var(--line); }
.rewrite .draft { border-color: var(--new); }
del { color: var(--old); background: var(--old-back); }
ins { color: var(--new); background: var(--new-back); text-decoration: none; }
body:has(#only-rewrite:checked) .keep, body:has(#only-keep:checked) .rewrite { display: none; }
</style>
</head>
<body>
`;

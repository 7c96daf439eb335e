import { properties } from './palette.ts';

/** The page's style: narrow to wide, light and dark, screen and paper. */
export const STYLE = `
:root { color-scheme: light dark; ${properties('light')} }
@media (prefers-color-scheme: dark) { :root { ${properties('dark')} } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
body > * { max-width: 74rem; margin-inline: auto; padding-inline: 1.25rem; }
p, ul, dl.metrics { max-width: 72ch; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1, h2, h3, h4, h5 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 2rem; letter-spacing: -.015em; margin: 2.5rem 0 .5rem; }
h2 { font-size: 1.5rem; letter-spacing: -.01em; margin: 3.5rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
h5, .side h4 { font-size: .8rem; font-weight: 600; margin: 0 0 .25rem; color: var(--quiet); }
code { font: .9em ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
.quiet, header p { color: var(--quiet); }
.quiet { font-size: .9rem; }
header p { margin: 0 0 .5rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 1rem 0 0; max-width: none; }
.tag { font-size: .75rem; font-weight: 400; color: var(--quiet); border: 1px solid var(--line); border-radius: .25rem; padding: .05rem .4rem; margin-left: .25rem; white-space: nowrap; }

.short > :is(p, ul) { max-width: 80ch; }
.short > p:first-of-type { font-size: 1.1rem; }
.findings { list-style: none; padding: 0; display: grid; gap: .9rem; }
.findings li { padding-left: 1rem; border-left: 3px solid var(--neutral); }
.findings .better { border-color: var(--new); }
.findings .worse { border-color: var(--old); }
.notes { background: var(--warn-back); color: var(--warn); border-radius: .4rem; padding: .75rem 1rem .75rem 2rem; }

dl.metrics { display: grid; gap: .35rem; margin: 0; }
dl.metrics div { display: grid; grid-template-columns: minmax(7rem, 13rem) 1fr; gap: 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }

.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 2rem 2.5rem; margin: 1rem 0 2rem; }
figure { margin: 0; max-width: 34rem; break-inside: avoid; }
figcaption { margin-bottom: .5rem; }
figcaption b { display: block; font-weight: 600; }
figcaption span { display: block; font-size: .85rem; color: var(--quiet); }
figure svg { display: block; width: 100%; height: auto; }
svg text, svg tspan { white-space: pre; }

details.run { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: 0 1.25rem; }
details.run[open] { padding-bottom: 1rem; }
summary { cursor: pointer; padding: .75rem 0; }
summary h3 { display: inline; margin: 0; }
.scroll { overflow-x: auto; margin: 0 0 1.5rem; }
table { border-collapse: collapse; font-size: .875rem; line-height: 1.35; min-width: 100%; }
.caption { font-size: .875rem; color: var(--quiet); margin: 1rem 0 .25rem; max-width: 72ch; break-after: avoid; }
th, td { padding: .4rem .5rem; text-align: right; vertical-align: top; overflow-wrap: normal; white-space: nowrap; }
th { font-weight: 600; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { vertical-align: bottom; color: var(--quiet); font-size: .8rem; border-bottom: 1px solid var(--neutral); }
.groups th { border: 0; padding-bottom: 0; text-align: center; font-weight: 400; }
.groups span { display: block; border-bottom: 1px solid var(--line); margin-left: 1rem; }
.dense { font-size: .8125rem; }
.dense :is(th, td):not(:first-child) { padding-inline: .2rem; }
.dense small { font-size: .66rem; }
tbody tr + tr > * { border-top: 1px solid var(--grid); }
tbody th:first-child { position: sticky; left: 0; background: var(--paper); background-clip: padding-box; font-weight: 500; }
tbody th.main { font-weight: 700; }
td b { font-weight: 600; }
small { display: block; font-size: .75rem; font-weight: 400; color: var(--quiet); }
small em { color: var(--warn); font-style: normal; }
.sign { font-size: .7rem; }
.gain b { color: var(--new); }
.loss b { color: var(--old); }
.open b { font-weight: 400; }
.words { text-align: left; white-space: normal; min-width: 16rem; }
.texts :is(td, th) { text-align: left; }
.texts td { white-space: normal; overflow-wrap: anywhere; }

article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1.1rem; margin: .75rem 0; break-inside: avoid; }
article > :is(h3, h4) { font-size: 1rem; margin: 0 0 .2rem; max-width: 80ch; text-wrap: pretty; }
article > p { margin: 0 0 .75rem; font-size: .8rem; max-width: none; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: .75rem 2rem; }
.answer { margin: 0; white-space: pre-wrap; }
.facts { margin: .4rem 0 0; font-size: .8rem; color: var(--quiet); }
del { color: var(--old); background: var(--old-back); }
.answer del + ins { margin-left: .15em; }
ins { color: var(--new); background: var(--new-back); text-decoration: none; }
.free { text-decoration: underline dotted var(--neutral); text-underline-offset: .2em; }
.outcome { font-weight: 600; }
.outcome.better { color: var(--new); }
.outcome.worse { color: var(--old); }
.controls { display: flex; flex-wrap: wrap; gap: .75rem 1rem; margin: 1rem 0; max-width: none; }
label:not([hidden]) { display: grid; gap: .15rem; font-size: .8rem; color: var(--quiet); min-width: 0; }
select, input, button { font: inherit; font-size: .9rem; color: var(--ink); background: var(--paper); border: 1px solid var(--neutral); border-radius: .3rem; padding: .35rem .5rem; max-width: 100%; }
button { cursor: pointer; padding-inline: .9rem; }
button:disabled { color: var(--quiet); border-color: var(--line); cursor: default; }

.stamp dl { display: grid; gap: .3rem; margin: .5rem 0; }
.stamp div { display: grid; grid-template-columns: 9rem 1fr; gap: 1rem; font-size: .9rem; }
.stamp dt { font-weight: 400; color: var(--quiet); }
footer { color: var(--quiet); font-size: .85rem; padding-block: 2rem 3rem; }

@media (max-width: 40rem) {
  h1 { font-size: 1.6rem; margin-top: 1.5rem; }
  h2 { font-size: 1.3rem; }
  body > * { padding-inline: 1rem; }
  details.run { border-width: 1px 0; border-radius: 0; padding-inline: 0; }
  dl.metrics div, .stamp div { grid-template-columns: 1fr; gap: 0; }
  label, select, input { width: 100%; }
  tbody th:first-child { white-space: normal; min-width: 7rem; max-width: 9rem; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
@media print {
  :root { color-scheme: light; ${properties('light')} }
  @page { margin: 14mm 12mm; }
  body { font-size: 10pt; }
  body > * { max-width: none; padding-inline: 0; }
  nav, .controls, #found, noscript { display: none; }
  h2, h3, h4, :is(h3, h4) + p { break-after: avoid; }
  tr, li, dl { break-inside: avoid; }
  table, .dense { font-size: 7.2pt; min-width: 0; width: 100%; }
  thead th, td { white-space: normal; }
  thead th { font-size: 7pt; }
  .sign { font-size: 5.5pt; }
  .quiet, .caption, figcaption span { font-size: 8.5pt; }
  th, td, .dense :is(th, td):not(:first-child) { padding: .25rem .2rem; }
  small, .dense small { font-size: 6.2pt; white-space: nowrap; }
  .words { min-width: 0; }
  .scroll { overflow: visible; }
  .gallery { display: block; margin: .5rem 0; }
  .gallery figure { display: inline-block; vertical-align: top; width: 48%; margin: 0 1.5% 1rem 0; }
  details.run { border: 0; padding: 0; }
  details.run::details-content { content-visibility: visible; display: block; height: auto; }
  tbody th:first-child { position: static; }
  #rows > :nth-child(n + 11), .more { display: none; }
}
`;

import { markup, type Markup, trusted } from '../html/markup.ts';
import { asScriptJson, type Embedded } from './answers/embed.ts';
import { BROWSE_SCRIPT } from './browse-script.ts';
import { formatCount } from './format.ts';

/** The answers, to be filtered and read; a script shows them from data that stand beside it. */
export function browseSection(embedded: Embedded): Markup {
  const { examples, of } = embedded;
  if (examples.length === 0)
    return markup`<section id="answers">
      <h2>Answers</h2>
      <p class="quiet">The runs hold no answers, only their summaries.</p>
    </section>`;
  const which =
    examples.length < of
      ? `${formatCount(examples.length)} of ${formatCount(of)} examples: the losses above, and others by chance.`
      : `All ${formatCount(of)} examples.`;
  return markup`<section id="answers">
    <h2>Answers</h2>
    <p>
      ${which} <del>Struck out</del>: what the aligner took away. <ins>Marked</ins>: what it put in.
      <span class="free">Dotted</span>: judged by nobody, since the rounds were used up.
    </p>
    <noscript><p class="quiet">To browse them takes the script of this page, which is off.</p></noscript>
    <form id="filters" class="controls"></form>
    <p id="found" class="quiet" role="status"></p>
    <div id="rows"></div>
    <p class="controls pager">
      <button type="button" id="previous">← Earlier</button> <button type="button" id="next">Later →</button>
    </p>
    ${trusted(`<script type="application/json" id="data">${asScriptJson(embedded)}</script>`)}
    ${trusted(`<script>${BROWSE_SCRIPT}</script>`)}
  </section>`;
}

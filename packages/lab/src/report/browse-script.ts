/**
 * The page's only script: filters the embedded answers and shows them twenty at a time. Texts become text nodes, never
 * markup.
 */
export const BROWSE_SCRIPT = `'use strict';
(() => {
  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find('data').textContent);
  const PAGE = 20;
  const TAGS = [null, 'del', 'ins', 'span'];
  const labels = new Map(data.methods.map(({ name, label }) => [name, label]));
  const unique = (values) => [...new Set(values)].sort();
  let page = 0;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const select = (name, options, chosen = '') => {
    const box = make('select', { name });
    for (const [value, text] of options) box.append(make('option', { value, textContent: text, selected: value === chosen }));
    // A choice of one is none.
    find('filters').append(make('label', { hidden: options.length - options.filter(([value]) => value === '').length < 2 }, name, box));
    return box;
  };
  const all = ['', 'all'];
  const same = (values) => values.map((value) => [value, value]);
  const task = select('task', [all, ...same(unique(data.examples.map((example) => example.task)))]);
  const run = select('models', [all, ...data.runs.map((label, index) => [String(index), label])]);
  const method = select('method', data.methods.map(({ name, label }) => [name, label]), data.method);
  const stratum = select('stratum', [all, ...same(unique(data.examples.flatMap((example) => example.strata)))]);
  const outcome = select('against raw', [all, ...same(['better', 'worse', 'same', 'unknown'])]);
  const search = make('input', { type: 'search', name: 'search', autocomplete: 'off' });
  find('filters').append(make('label', {}, 'search', search));

  const textOf = (answer) => data.texts[answer[1]].map((part) => part[1]).join('');
  const matches = (example) => {
    const answer = example.answers[method.value];
    if (!answer) return false;
    if (task.value !== '' && example.task !== task.value) return false;
    if (run.value !== '' && String(example.run) !== run.value) return false;
    if (stratum.value !== '' && !example.strata.includes(stratum.value)) return false;
    if (outcome.value !== '' && answer[0] !== outcome.value) return false;
    const wanted = search.value.trim().toLowerCase();
    return wanted === '' || [example.id, example.question, textOf(answer)].some((text) => text.toLowerCase().includes(wanted));
  };

  const answerCell = (name, answer) => {
    const cell = make('div', { className: 'side' }, make('h4', { textContent: labels.get(name) }));
    if (!answer) return cell;
    const text = make('p', { className: 'answer', dir: 'auto' });
    for (const [kind, words] of data.texts[answer[1]]) {
      const tag = TAGS[kind];
      text.append(tag ? make(tag, { textContent: words, className: tag === 'span' ? 'free' : '' }) : words);
    }
    if (!text.hasChildNodes()) text.append('(no text)');
    cell.append(text, make('p', { className: 'facts', textContent: answer[2] }));
    return cell;
  };

  const row = (example) => {
    const answer = example.answers[method.value];
    const about = [example.task, data.runs.length > 1 ? data.runs[example.run] : '', example.id, ...example.strata];
    const head = make('p', { className: 'quiet' });
    if (answer[0] !== 'raw') head.append(make('span', { className: 'outcome ' + answer[0], textContent: answer[0] }), ' ');
    head.append(about.filter(Boolean).join(' · '));
    const sides = make('div', { className: 'sides' }, answerCell('raw', example.answers.raw));
    if (method.value !== 'raw') sides.append(answerCell(method.value, answer));
    return make('article', { className: 'row' }, make('h3', { dir: 'auto', textContent: example.question }), head, sides);
  };

  const show = () => {
    const found = data.examples.filter(matches);
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    page = Math.min(page, pages - 1);
    find('rows').replaceChildren(...found.slice(page * PAGE, (page + 1) * PAGE).map(row));
    find('found').textContent = found.length === 0 ? 'None matches.' : found.length + ' found; page ' + (page + 1) + ' of ' + pages + '.';
    find('previous').disabled = page === 0;
    find('next').disabled = page === pages - 1;
  };
  const turn = (step) => {
    page += step;
    show();
    find('answers').scrollIntoView();
  };
  find('filters').addEventListener('input', () => {
    page = 0;
    show();
  });
  find('filters').addEventListener('submit', (event) => event.preventDefault());
  find('previous').addEventListener('click', () => turn(-1));
  find('next').addEventListener('click', () => turn(1));
  show();
})();
`;

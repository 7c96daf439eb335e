import { markup, type Markup } from '../../html/markup.ts';
import type { MethodSummary, TaskSummary } from '../../eval/summary.ts';
import { differenceUnitOf, formatCount, formatP, formatValue, NOTHING, unitOf } from '../format.ts';
import { mainMethod, methodLabel } from '../methods.ts';
import { captioned, changeCell, intervalCell } from './cells.ts';

/** What every method came to: quality, and right below it what that cost and changed. */
export function methodTables(task: TaskSummary, label: string): Markup {
  const main = mainMethod(task.methods.map(({ method }) => method));
  const heading = ({ method, answers, failed }: MethodSummary) =>
    markup`<th scope="row" class="${method === main ? 'main' : ''}">
      ${methodLabel(method)}<small
        >${formatCount(answers)} answers${failed > 0 && markup`, <em>${formatCount(failed)} failed</em>`}</small
      >
    </th>`;
  return markup`${captioned('Quality, with 95 % intervals', { label: `Quality by method, ${task.task}, ${label}`, table: qualityTable(task, heading) })}
  ${captioned('What that took, and what was changed', { label: `Cost and editing by method, ${task.task}, ${label}`, table: costTable(task, heading) })}`;
}

type Heading = (method: MethodSummary) => Markup;

function qualityTable({ metrics, methods }: TaskSummary, heading: Heading): Markup {
  const [main] = metrics;
  const criteria = [...new Set(methods.flatMap(({ judged }) => Object.keys(judged ?? {})))];
  const rows = methods.map((method) => {
    const paired = main && method.againstRaw?.[main.name];
    return markup`<tr>
      ${heading(method)}${metrics.map((metric) => metricCell(method, metric))}${
        main && [
          changeCell(paired?.difference, { unit: differenceUnitOf(main), better: main.better }),
          changeCell(paired?.netWinRate, { unit: 'net', better: 'higher' }),
          main.kind === 'share' && mcNemarCell(paired?.mcNemar),
        ]
      }${criteria.map((name) => changeCell(method.judged?.[name]?.netWinRate, { unit: 'net', better: 'higher' }))}
    </tr>`;
  });
  return markup`<table>
    <thead>
      <tr>
        <th scope="col">method</th>
        ${metrics.map(
          ({ name, better, description }) =>
            markup`<th scope="col" title="${description}">
              ${name} <span role="img" aria-label="${better} is better">${better === 'higher' ? '↑' : '↓'}</span>
            </th>`,
        )}${
          main && [
            markup`<th scope="col">${main.name}, change<br />from raw</th>
              <th scope="col">net win<br />over raw</th>`,
            main.kind === 'share' && markup`<th scope="col">gained / lost<br />(McNemar)</th>`,
          ]
        }${criteria.map((name) => markup`<th scope="col">judge's net win<br />(${name})</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function metricCell({ metrics, unscored }: MethodSummary, metric: TaskSummary['metrics'][number]): Markup {
  const missing = unscored[metric.name] ?? 0;
  const without = missing > 0 && markup`<small><em>${formatCount(missing)} without</em></small>`;
  return intervalCell(metrics[metric.name], unitOf(metric), without);
}

function mcNemarCell(test: { gained: number; lost: number; p: number } | undefined): Markup {
  if (test === undefined) return markup`<td>${NOTHING}</td>`;
  return markup`<td>
    <b>${formatCount(test.gained)} / ${formatCount(test.lost)}</b
    ><small>p ${test.p < 0.001 ? '' : '= '}${formatP(test.p)}</small>
  </td>`;
}

function costTable({ methods }: TaskSummary, heading: Heading): Markup {
  const hasSentences = methods.some(({ sentences }) => sentences);
  const rows = methods.map((method) => {
    const { cost, sentences, edited } = method;
    return markup`<tr>
      ${heading(method)}${intervalCell(cost.firstTextMs, 'ms')}${intervalCell(cost.addedFirstTextMs, 'added')}${intervalCell(cost.totalMs, 'ms', upperBound(cost))}${intervalCell(cost.addedTotalMs, 'added')}${[cost.keptTokens, cost.discardedTokens, cost.alignerTokens].map((tokens) => intervalCell(tokens, 'count'))}${
        hasSentences &&
        [sentences?.keepRate, sentences?.goodDrafts, sentences?.fixRate, sentences?.overEditRate].map(
          (rate) => intervalCell(rate, 'percent'),
        )
      }${intervalCell(edited, 'percent')}
    </tr>`;
  });
  return markup`<table class="dense">
    <thead>
      <tr class="groups">
        <td></td>
        <th colspan="4" scope="colgroup"><span>time, medians</span></th>
        <th colspan="3" scope="colgroup"><span>tokens an answer, means</span></th>
        ${hasSentences && markup`<th colspan="4" scope="colgroup"><span>sentences</span></th>`}
        <th scope="colgroup"><span>answer</span></th>
      </tr>
      <tr>
        <th scope="col">method</th>
        <th scope="col">first<br />text</th>
        <th scope="col">added</th>
        <th scope="col">total</th>
        <th scope="col">added</th>
        <th scope="col">kept</th>
        <th scope="col">discarded</th>
        <th scope="col">aligner</th>
        ${
          hasSentences &&
          markup`<th scope="col">kept</th>
            <th scope="col">good<br />drafts</th>
            <th scope="col">fixed,<br />of bad</th>
            <th scope="col">changed,<br />of good</th>`
        }
        <th scope="col">edited</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** Said of a total time that some answers share with the run of all rounds. */
const upperBound = ({ shared }: MethodSummary['cost']) =>
  shared.value !== null &&
  shared.value > 0 &&
  markup`<small>≤ in ${formatValue(shared.value, 'percent')}</small>`;

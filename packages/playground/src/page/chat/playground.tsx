import { useEffect, useRef, useState } from 'preact/hooks';
import { Announcer } from '../answer/announcer.tsx';
import type { AskOptions } from '../ask/ask.ts';
import { type Model, rawWay } from '../ask/models.ts';
import { useModels } from '../ask/use-models.ts';
import { Header } from '../ui/header.tsx';
import { KeyForm } from '../ui/key-form.tsx';
import { Notice } from '../ui/notice.tsx';
import { Composer } from './composer.tsx';
import { anotherSample, FIRST_SAMPLES } from './samples.ts';
import { chosenModel, keepSettings, keptSettings, remembers, type Settings } from './settings.ts';
import { SettingsPanel } from './settings-panel.tsx';
import { TurnView } from './turn-view.tsx';
import type { Turn } from './conversation.ts';
import { type Asking, useConversation } from './use-conversation.ts';
import { useFollow } from './use-follow.ts';

/** The playground: a conversation with any configured model, and what became of each sentence. */
export function Playground() {
  const { models, problem, regained, refresh } = useModels();
  const [settings, setSettings] = useState(keptSettings);
  const [question, setQuestion] = useState('');
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { turns, running, ...conversation } = useConversation();
  const model = chosenModel(settings, models);
  const last = turns.at(-1)?.answers[0] ?? null;
  useFollow(turns);
  useEffect(() => keepSettings(settings), [settings]);
  // A lost gateway shows at the first answer that it breaks; from then on it is looked for.
  const lost = last?.drawing.end?.type === 'broken' && last.drawing.end.problem.status === null;
  useEffect(() => {
    if (lost) refresh();
  }, [lost, last?.id]);

  const back = regained && (lost || last === null);

  const way = rawWay(model, models, settings.compareWith);
  function askingOf(wanted: Model, label: string, options: AskOptions): Asking {
    const trace = wanted.stream_aligner.overrides !== 'none';
    const fixed = !trace || !wanted.stream_aligner.aligned;
    return {
      model: wanted.id,
      label,
      trace,
      remembers: remembers(settings, model),
      options: fixed ? {} : options,
    };
  }
  function rawAsking(): Asking | null {
    const raw = 'why' in way ? undefined : models.find(({ id }) => id === way.model);
    if (!raw || 'why' in way) return null;
    const label = way.options.rounds === 0 ? `${raw.id}, raw` : raw.id;
    return askingOf(raw, label, way.options);
  }
  function ask(text: string) {
    if (!model) return;
    const raw = settings.compare ? rawAsking() : null;
    conversation.ask(text.trim(), [askingOf(model, model.id, settings.options), ...(raw ? [raw] : [])]);
    setQuestion('');
    field.current?.focus();
  }

  return (
    <>
      <Header page="/" />
      <div class="columns">
        <main id="main">
          <h1 class="unseen">Playground</h1>
          {turns.length === 0 && !problem && <Welcome onSample={ask} />}
          {turns.map((turn, index) => (
            <TurnView
              key={turn.id}
              turn={turn}
              number={index + 1}
              onAgain={(answer) => conversation.again(turn, answer)}
              onCompare={compareOf(turn)}
            />
          ))}
          <div class="dock">
            {problem && (
              <Notice problem={problem}>
                {problem.status === 401 && <KeyForm door="answers" onKey={refresh} />}
                {problem.status === null && <p>It is looked for every two seconds.</p>}
              </Notice>
            )}
            <p class={back ? 'notice good' : 'unseen'} role="status">
              {back ? 'The gateway is back.' : ''}
            </p>
            <Composer
              question={question}
              field={field}
              running={running > 0}
              ready={model !== undefined}
              onQuestion={setQuestion}
              onAsk={() => ask(question)}
              onStop={conversation.stop}
              onSample={() => {
                setQuestion(anotherSample(question));
                field.current?.focus();
              }}
            />
          </div>
          <Announcer drawing={last?.drawing ?? null} />
        </main>
        <aside aria-label="Settings" class={open ? 'open' : ''}>
          <button type="button" class="plain reveal" aria-expanded={open} onClick={() => setOpen(!open)}>
            Settings{model ? ` · ${model.id}` : ''}
          </button>
          <SettingsPanel
            settings={settings}
            models={models}
            onChange={(next: Settings) => setSettings(next)}
          />
          <button
            type="button"
            class="plain"
            disabled={turns.length === 0}
            onClick={() => {
              conversation.clear();
              field.current?.focus();
            }}
          >
            New conversation
          </button>
        </aside>
      </div>
    </>
  );

  /** How the raw answer can still be had beside a turn's own, or why it cannot. */
  function compareOf(turn: Turn): (() => void) | { why: string } | undefined {
    const [own] = turn.answers;
    const asking = rawAsking();
    if (!own?.drawing.end || own.label === asking?.label) return undefined;
    if (asking) return () => conversation.add(turn, asking);
    const mine = own.request.model === model?.id && model.stream_aligner.aligned;
    return mine && 'why' in way ? way : undefined;
  }
}

function Welcome({ onSample }: { onSample: (question: string) => void }) {
  return (
    <section class="welcome">
      <h2>Ask, and see what the aligner makes of it</h2>
      <p>
        A second, smaller model reads every sentence before you do. What it keeps is plain. What it rewrites
        is marked, and opens onto the draft; the answer goes on from the rewritten text.
      </p>
      <p class="quiet">For example, questions of the embedded models’ small world:</p>
      <ul>
        {FIRST_SAMPLES.map((sample) => (
          <li key={sample}>
            <button type="button" class="sample" onClick={() => onSample(sample)}>
              {sample}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

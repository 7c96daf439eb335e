import type { AskOptions } from '../ask/ask.ts';
import type { Model } from '../ask/models.ts';
import { chosenModel, remembers, type Settings } from './settings.ts';

export interface SettingsPanelProps {
  settings: Settings;
  models: readonly Model[];
  onChange: (settings: Settings) => void;
}

/** What is asked of the gateway beside the question. */
export function SettingsPanel({ settings, models, onChange }: SettingsPanelProps) {
  const model = chosenModel(settings, models);
  const { options, compare, compareWith } = settings;
  const set = (change: Partial<Settings>) => onChange({ ...settings, ...change });
  return (
    <div class="settings">
      <label>
        Model
        <select value={model?.id ?? ''} onChange={({ currentTarget }) => set({ model: currentTarget.value })}>
          {models.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
      </label>
      <Alignment model={model} options={options} onChange={(options) => set({ options })} />
      <fieldset>
        <legend>Conversation</legend>
        <Check
          label="Answer side by side with raw"
          checked={compare}
          onChange={(compare) => set({ compare })}
        />
        <label>
          The raw answer comes from
          <select
            value={compareWith}
            onChange={({ currentTarget }) => set({ compareWith: currentTarget.value })}
          >
            <option value="">what the gateway allows</option>
            {models
              .filter(({ id }) => id !== model?.id)
              .map(({ id }) => (
                <option key={id}>{id}</option>
              ))}
          </select>
        </label>
        <Check
          label="Send the conversation so far"
          checked={remembers(settings, model)}
          onChange={(remember) => set({ remember })}
        />
      </fieldset>
    </div>
  );
}

function Check({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {label}
    </label>
  );
}

/** Choices whose empty value leaves the option as the model is configured. */
const CHOICES = [
  {
    name: 'rounds',
    label: 'Rounds',
    values: ['all', '0', '1', '2', '3', '5'],
    words: { all: 'all sentences', '0': '0, nothing is aligned' },
  },
  {
    name: 'then',
    label: 'After the last round',
    values: ['continue', 'stop'],
    words: { continue: 'the upstream finishes freely', stop: 'the answer ends' },
  },
  {
    name: 'lookahead',
    label: 'Look-ahead',
    values: ['0', '1', '2', '4', '8'],
    words: { '0': '0, strictly sequential' },
  },
  {
    name: 'onAlignerFailure',
    label: 'When the aligner fails',
    values: ['block', 'pass'],
    words: { block: 'the answer fails', pass: 'the draft goes out' },
  },
] as const satisfies readonly {
  name: keyof AskOptions;
  label: string;
  values: readonly string[];
  words: Record<string, string>;
}[];

function Alignment({
  model,
  options,
  onChange,
}: {
  model: Model | undefined;
  options: AskOptions;
  onChange: (options: AskOptions) => void;
}) {
  const { aligned = true, overrides = 'any' } = model?.stream_aligner ?? {};
  const fixed = !aligned || overrides === 'none';
  function choose(name: keyof AskOptions, value: string) {
    const { [name]: _before, ...others } = options;
    // Numbers look like numbers; everything else is a word.
    onChange(value === '' ? others : { ...others, [name]: /^\d+$/.test(value) ? Number(value) : value });
  }
  return (
    <fieldset disabled={fixed}>
      <legend>Alignment</legend>
      {model && <p class="quiet">{whatIsAllowed(model)}</p>}
      {CHOICES.map(({ name, label, values, words }) => (
        <label key={name}>
          {label}
          <select
            value={fixed ? '' : String(options[name] ?? '')}
            onChange={({ currentTarget }) => choose(name, currentTarget.value)}
          >
            <option value="">as configured</option>
            {values.map((value) => (
              <option key={value} value={value}>
                {(words as Record<string, string>)[value] ?? value}
              </option>
            ))}
          </select>
        </label>
      ))}
    </fieldset>
  );
}

function whatIsAllowed({ id, stream_aligner: { aligned, overrides } }: Model): string {
  if (!aligned) return `${id} has no aligner: its answers are raw.`;
  if (overrides === 'none')
    return `The configuration of ${id} lets requests change nothing (overrides: none), and tells nobody how an answer came about.`;
  if (overrides === 'tighten')
    return `The configuration of ${id} takes only what lets no more unaligned text out (overrides: tighten). Anything else is refused, and the answer says so.`;
  return `${id} takes every choice.`;
}

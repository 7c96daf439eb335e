import { StreamAlignerError } from '@stream-aligner/core';
import {
  type ContinuationName,
  copyCheckNames,
  createAligner,
  type Server,
  type ServerType,
  servers,
  serverTypes,
} from '@stream-aligner/providers';

/** A test that shows something: against the real server, or against one that plays its wire. */
interface Proof {
  against: 'real' | 'played';
  /** The test file, from the repository's root. */
  file: string;
  /** The test's name as its file writes it. */
  test: string;
}

const played = (file: string, test: string): Proof => ({
  against: 'played',
  file: `packages/providers/src/${file}.test.ts`,
  test,
});
const real = (file: string, test: string): Proof => ({
  against: 'real',
  file: `tests/servers/${file}.test.ts`,
  test,
});
const here = (file: string, test: string): Proof => ({
  against: 'real',
  file: `packages/local/src/${file}.test.ts`,
  test,
});

const vllmWhole = real(
  'vllm',
  'answers as the same pair does in this process, with and without copy check, by flags and by token ids',
);

/** What shows that a kind of server continues in some way, beside what holds for every kind. */
const realContinuations: Partial<Record<ServerType, Partial<Record<ContinuationName, Proof>>>> = {
  'llama-cpp': {
    flags: real('continuation', 'with both flags a stream goes on without repeating the prefix'),
    trailing: real('continuation', 'both ways of continuing come to the same answer through the gateway'),
  },
  vllm: { flags: vllmWhole, 'token-ids': vllmWhole },
  litellm: {
    flags: real('litellm', 'passes the flags on: it continues, repeats nothing, and answers as without it'),
  },
};

const playedContinuations: Readonly<Record<ContinuationName, Proof>> = {
  flags: played('upstream/openai-upstream', 'goes on from the prefix by %s'),
  flag: played('servers/servers', 'goes on from every prefix of a whole aligned answer'),
  trailing: played('upstream/openai-upstream', 'goes on from the prefix by %s'),
  prefix: played('servers/servers', 'goes on from every prefix of a whole aligned answer'),
  completions: played('servers/servers', '%s goes on from a raw prompt'),
  'token-ids': played(
    'upstream/token-ids/token-ids',
    'sends the very tokens back that were kept, and text where a sentence was rewritten',
  ),
  emulated: played('servers/servers', 'may be continued by emulation or not at all'),
  none: played('servers/servers', 'may be continued by emulation or not at all'),
};
const defaultContinuation = played('servers/servers', 'goes on from every prefix of a whole aligned answer');

const scored = [
  played('aligner/copy-check/copy-check', 'gives the verdict of greedy decoding on every input'),
  played('aligner/copy-check/copy-check', 'keeps more with a threshold, and decodes the rest as without'),
];
const predicted = played(
  'aligner/copy-check/copy-check',
  'predicts the reply, and does without where that is not known',
);
const PREDICTING: readonly ServerType[] = ['openai', 'azure-openai', 'mistral'];

const leftPlayed = played(
  'servers/leaving',
  'stops it within 50 ms, ${TIMES} of ${TIMES} times, however it is done',
);
const billed = played('servers/leaving', 'is not worth its price where leaving stops no bill');
const leftReal: Partial<Record<ServerType, Proof>> = {
  'llama-cpp': real('leaving', 'stops the %s, and every socket is gone'),
  vllm: real('vllm', 'stops, and every socket is gone, when the client leaves'),
  litellm: real('litellm', 'stops the model when the client leaves'),
};

const continues: Readonly<Record<Server['continues'], string>> = {
  always: 'always',
  'by-model': 'up to the model or host',
  never: 'not by itself, so it is asked in words',
};
const leaves: Readonly<Record<Server['cancel'], string>> = {
  closing: 'closing the connection',
  'abort-request': 'closing the connection, and a call of `/abort_request`',
  'bills-on': 'closing the connection; the bill goes on, so look-ahead is 0',
};

/** The table of `docs/guide/servers.md`, and the notes below it, from what the packages declare. */
export function serversTable(): string {
  const references = createReferences();
  const rows = [
    ['server', '`type`', 'goes on from a corrected text', 'copy check', 'what stops an answer that is left'],
    ['---', '---', '---', '---', '---'],
    ...serverTypes.map((type) => serverRow(type, references.cell)),
    localRow('a GGUF model in this process', 'local', {
      continuation: here('upstream', 'continues a rewritten prefix as if it had never written anything else'),
      leaving: here('upstream', 'stops within a token when its signal aborts'),
      cell: references.cell,
    }),
    localRow('the embedded pair', 'tiny', {
      continuation: here('tiny-pair', 'gives one text for every look-ahead, alone and beside others (law 5)'),
      leaving: here('tiny-pair', 'gives everything back when an answer is left, at every moment'),
      cell: references.cell,
    }),
  ];
  const notes = serverTypes.map((type) => {
    const { title, baseUrl, note }: Server = servers[type];
    const usual = baseUrl === undefined ? 'no usual address' : `usually at ${baseUrl}`;
    return `- **${title}** (\`${type}\`), ${usual}. ${note}`;
  });
  const table = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `${table}\n\n${references.definitions()}\n\n## Notes\n\n${notes.join('\n')}`;
}

/** Writes a cell: what it says of each thing, and what shows it. */
type WriteCell = (parts: readonly (readonly [says: string, ...proofs: (Proof | undefined)[]])[]) => string;

function createReferences(): { cell: WriteCell; definitions(): string } {
  const known = new Map<string, string>();

  function reference({ against, file, test }: Proof): string {
    const target = `../../${file} "${test}"`;
    const name = known.get(target) ?? `${against} ${known.size + 1}`;
    known.set(target, name);
    return `[${name}]`;
  }

  return {
    cell(parts) {
      const proofs = parts.flatMap(([, ...shown]) => shown);
      const texts = parts.map(([says, ...shown]) =>
        [says, ...shown.flatMap((proof) => (proof ? [reference(proof)] : []))].join(' '),
      );
      // Where no real server was asked, the cell says so.
      const asked = proofs.some((proof) => proof?.against === 'real');
      return texts.join('; ') + (asked ? '' : '; by documentation only');
    },
    definitions: () => [...known].map(([target, name]) => `[${name}]: ${target}`).join('\n'),
  };
}

function serverRow(type: ServerType, cell: WriteCell): string[] {
  const server: Server = servers[type];
  const [first, ...others] = server.continuations;
  const proven = realContinuations[type] ?? {};
  const byDefault = first === 'emulated' ? playedContinuations.emulated : defaultContinuation;
  const bill = server.cancel === 'bills-on' ? [billed] : [];
  return [
    server.title,
    `\`${type}\``,
    cell([
      [`${continues[server.continues]}: \`${first}\``, proven[first], byDefault],
      ...others.map((name) => [`\`${name}\``, proven[name], playedContinuations[name]] as const),
    ]),
    copyCheckCell(type, cell),
    cell([[leaves[server.cancel], leftReal[type], leftPlayed, ...bill]]),
  ];
}

function copyCheckCell(type: ServerType, cell: WriteCell): string {
  if (type === 'llama-cpp') {
    const same = real('aligners', 'gives the same verdicts with n-gram speculation as without');
    return cell([['none; n-gram speculation by its own flags', same]]);
  }
  if (type === 'openai-compatible') {
    const names = copyCheckNames.filter((name) => name !== 'off').map((name) => `\`${name}\``);
    return cell([[`none unless named: ${names.join(', ')}`, ...scored, predicted]]);
  }
  if (PREDICTING.includes(type)) return cell([['`prediction`, if named: saves time alone', predicted]]);
  const own = copyCheckNames.find((name) => name === type);
  if (own === undefined)
    return cell([['none: a kept sentence is written again', played('aligner/openai-aligner', 'keeps')]]);
  const when = checksByDefault(type) ? 'by default' : 'if named';
  const asked = type === 'vllm' ? vllmWhole : undefined;
  return cell([[`\`${own}\`, ${when}: exact, or with a threshold`, asked, ...scored]]);
}

/** Whether an aligner of this kind checks copies unasked: only then does it take a threshold. */
function checksByDefault(type: ServerType): boolean {
  try {
    const baseUrl = 'http://127.0.0.1:9/v1';
    createAligner({ type, baseUrl, model: 'm', contract: 'stream-aligner', keepThreshold: 0.5 });
    return true;
  } catch (error) {
    if (StreamAlignerError.isInstance(error) && error.details['param'] === 'keepThreshold') return false;
    throw error;
  }
}

function localRow(
  title: string,
  type: string,
  { continuation, leaving, cell }: { continuation: Proof; leaving: Proof; cell: WriteCell },
): string[] {
  return [
    title,
    `\`${type}\``,
    cell([['always: by its own tokens', continuation]]),
    cell([['`exact`, by default', here('aligner', 'comes to the verdict of decoding')]]),
    cell([['at the next token', leaving]]),
  ];
}

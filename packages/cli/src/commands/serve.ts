import { resolve } from 'node:path';
import {
  type Configuration,
  createGateway,
  defaultTraces,
  isLoopback,
  resolveAddress,
  type ServedGateway,
  serveNode,
} from '@stream-aligner/gateway';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { type FoundConfiguration, findConfiguration } from '../find-configuration.ts';
import { portOption } from '../terminal/options.ts';
import { withProgress } from '../terminal/progress.ts';

interface ServeFlags {
  config?: string;
  host?: string;
  port?: number;
  /** Where traces are kept; true: in the usual file. */
  traces?: string | true;
}

const SAMPLE =
  'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?';

const help = `
Without a configuration it serves the embedded models, as "tiny-aligned" and "tiny" (raw). The configuration is
--config, else STREAM_ALIGNER_CONFIG, else stream-aligner.yaml here. The address is --host and --port, else HOST and
PORT, else the configuration's, else 127.0.0.1:8787.

Examples:
  $ stream-aligner serve
  $ stream-aligner serve --port 9000
  $ stream-aligner serve --traces
  $ stream-aligner serve --config gateway.yaml --host 0.0.0.0`;

/** Adds `serve`: the gateway, until it is told to stop. */
export function addServe(program: Command, done: (code: number) => void): void {
  program
    .command('serve')
    .description('serve an OpenAI-compatible gateway whose answers are aligned while they stream')
    .option('-c, --config <file>', 'the configuration (YAML)')
    .option('--host <address>', 'the address to listen on')
    .option('-p, --port <number>', 'the port to listen on; 0 takes any free one', portOption)
    .option(
      '--traces [file]',
      'keep every answer to be looked at and judged, in this SQLite file (default: stream-aligner-traces.db)',
    )
    .addHelpText('after', help)
    .action(async (flags: ServeFlags) => done(await serve(flags)));
}

async function serve(flags: ServeFlags): Promise<number> {
  const found = await findConfiguration(flags.config);
  const configuration = withTraces(found.configuration, flags.traces);
  const gateway = createGateway({ configuration });
  // From the start, so that Ctrl-C while the models load ends it too.
  const stop = stopRequest();
  const served = await serveNode(
    gateway,
    resolveAddress({ flags, env: process.env, configured: configuration.server }),
  );
  try {
    await withProgress('Loading the models', gateway.warm());
    process.stdout.write(greeting(served, { ...found, configuration }));
    await stop;
    process.stderr.write('Stopping: answers under way may finish. Ctrl-C again ends them.\n');
  } finally {
    await served.close();
  }
  return EXIT.ok;
}

/** The configuration with traces, if they are asked for; its own options for them stay. */
function withTraces(configuration: Configuration, asked: string | true | undefined): Configuration {
  if (asked === undefined) return configuration;
  const traces = configuration.traces ?? defaultTraces();
  return {
    ...configuration,
    traces: asked === true ? traces : { ...traces, url: `sqlite:${resolve(asked)}` },
  };
}

/** Resolves at the first Ctrl-C or termination; the second ends the process at once. */
function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(EXIT.interrupted);
      asked = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}

function greeting({ url, host, port }: ServedGateway, { configuration, path }: FoundConfiguration): string {
  const reachable = /^(0\.0\.0\.0|::|\[::\])$/.test(host) ? `http://127.0.0.1:${port}` : url;
  const [first = ''] = Object.keys(configuration.models);
  const request = { model: first, stream: true, messages: [{ role: 'user', content: SAMPLE }] };
  const key = configuration.server.keys.length > 0 ? " \\\n    -H 'authorization: Bearer YOUR-KEY'" : '';
  const open =
    !isLoopback(host) && configuration.server.keys.length === 0
      ? '\nEverybody who reaches this address is served: set server.keys in the configuration to ask for keys.\n'
      : '';
  return `Stream Aligner serves ${path === null ? 'the embedded models' : path} at ${url}

${modelLines(configuration)}
${open}${pages(configuration, reachable)}
Try it:
  curl -N ${reachable}/v1/chat/completions -H 'content-type: application/json'${key} \\
    -d '${JSON.stringify(request)}'

Any OpenAI client works with the base URL ${reachable}/v1. Ctrl-C stops.
`;
}

function pages({ server, traces }: Configuration, url: string): string {
  const lines = [
    ...(server.playground ? [`  watch it work  ${url}/`] : []),
    ...(server.playground && traces ? [`  review traces  ${url}/traces`] : []),
  ];
  return lines.length === 0 ? '' : `\nIn a browser:\n${lines.join('\n')}\n`;
}

function modelLines({ models }: Configuration): string {
  const width = Math.max(...Object.keys(models).map((name) => name.length));
  return Object.entries(models)
    .map(([name, { upstream, aligner, mode }]) => {
      const how = aligner === undefined ? 'not aligned' : `aligned by ${aligner}`;
      return `  ${name.padEnd(width)}  ${upstream}, ${how}${mode === 'shadow' ? ' in shadow' : ''}`;
    })
    .join('\n');
}

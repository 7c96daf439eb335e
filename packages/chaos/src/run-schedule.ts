import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Configuration, createGateway, type Gateway, serveNode } from '@stream-aligner/gateway';
import { ask, type RawReply } from './client.ts';
import { configurationOf, MODEL } from './configuration.ts';
import { type Finding, judgeAnswer } from './judge.ts';
import { type Observation, observe, type Told } from './observation.ts';
import { readChat } from './read-chat.ts';
import { readResponses } from './read-responses.ts';
import { boundOf, type Schedule } from './schedule.ts';
import { type Servers, startServers } from './servers.ts';
import { createWorld } from './world.ts';

export interface RunOptions {
  /** Allowed beyond an answer's own limits, for a busy machine. Default 20,000 ms. */
  slackMs?: number;
  /** How long after an answer everything must be given back. Default 8,000 ms. */
  settleMs?: number;
  /** Asks for the events of the answer, too. */
  trace?: boolean;
  /** Makes the gateway, perhaps a broken one. Default: as it is. */
  create?: (configuration: Configuration) => Gateway;
}

/** What became of one schedule. */
export interface ScheduleResult {
  number: number;
  observation: Observation;
  findings: Finding[];
  /** The behaviours of the faults that happened. */
  happened: readonly string[];
  ms: number;
  reply: RawReply;
  servers: Servers;
}

/** Runs one schedule: scripted servers, a real gateway before them, and one client, all over loopback HTTP. */
export async function runSchedule(
  schedule: Schedule,
  {
    slackMs = 20_000,
    settleMs = 8_000,
    trace = false,
    create = (configuration) => createGateway({ configuration }),
  }: RunOptions = {},
): Promise<ScheduleResult> {
  const world = createWorld(schedule.world);
  const servers = await startServers(schedule, world);
  const signals: AbortSignal[] = [];
  const gateway = create(configurationOf(schedule, servers.urls));
  const served = await serveNode(watching(gateway, signals), { host: '127.0.0.1', port: 0 });
  const read = schedule.api === 'chat' ? readChat : readResponses;
  const told = (reply: RawReply): Told => read(reply);

  const reply = await ask({
    url: served.url + (schedule.api === 'chat' ? '/v1/chat/completions' : '/v1/responses'),
    body: requestBody(schedule, trace),
    manner: schedule.client,
    boundMs: boundOf(schedule) + slackMs,
    lengthOf: (body) =>
      told({ status: 200, contentType: 'text/event-stream', body, end: 'left', ms: 0 }).text.length,
  });
  const observation = observe(reply, told(reply));
  const findings = judgeAnswer({
    world,
    rules: schedule.rules,
    onAlignerFailure: schedule.onAlignerFailure,
    observation,
    upstreamFinished: servers.upstreams.some(({ requests }) =>
      requests.some(({ finish }) => finish !== null),
    ),
  });
  if (servers.unexplained.length > 0) {
    const [prefix = ''] = servers.unexplained;
    findings.push({
      kind: 'lost',
      what: `an upstream was given a prefix that nobody wrote: …${prefix.slice(-60)}`,
    });
  }
  findings.push(...(await leftBehind({ servers, signals, closeGateway: () => served.close(), settleMs })));
  await servers.close();
  const { number } = schedule;
  return { number, observation, findings, happened: servers.happened, ms: reply.ms, reply, servers };
}

function requestBody({ question, stream, api, includeUsage }: Schedule, trace: boolean) {
  const traced = trace && { stream_aligner: { trace } };
  if (api === 'responses') return { model: MODEL, input: question, stream, ...traced };
  const messages = [{ role: 'user', content: question }];
  return {
    model: MODEL,
    messages,
    stream,
    ...(stream && includeUsage && { stream_options: { include_usage: true } }),
    ...traced,
  };
}

/** The gateway, with the signal of every request kept to look at its listeners later. */
function watching(gateway: Gateway, signals: AbortSignal[]): Gateway {
  return {
    ...gateway,
    fetch(request) {
      signals.push(request.signal);
      return gateway.fetch(request);
    },
  };
}

/** What an answer should have given back and did not. */
async function leftBehind({
  servers,
  signals,
  closeGateway,
  settleMs,
}: {
  servers: Servers;
  signals: readonly AbortSignal[];
  closeGateway(): Promise<void>;
  settleMs: number;
}): Promise<Finding[]> {
  const until = performance.now() + settleMs;
  const findings: Finding[] = [];
  const handle = (what: string) => findings.push({ kind: 'leakedHandles', what });

  const openRequests = () => servers.all.reduce((sum, server) => sum + server.openRequests, 0);
  if (!(await holds(() => openRequests() === 0, until))) handle(`${openRequests()} requests still open`);
  const listeners = () => Math.max(0, ...signals.map((signal) => getEventListeners(signal, 'abort').length));
  // The platform's own copy of a request follows its signal until it is collected.
  if (!(await holds(() => listeners() <= 1, until))) handle(`${listeners()} listeners on a request's signal`);
  const closed = closeGateway().then(() => true);
  if (!(await Promise.race([closed, sleep(settleMs, false, { ref: false })])))
    handle('the gateway does not close');
  const openSockets = () => {
    for (const server of servers.all) server.closeIdle();
    return servers.all.reduce((sum, server) => sum + server.openSockets, 0);
  };
  if (!(await holds(() => openSockets() === 0, performance.now() + settleMs)))
    handle(`${openSockets()} connections to the models still in use`);
  return findings;
}

/** Whether a condition comes to hold by a time; it has no event of its own. */
export async function holds(condition: () => boolean, until: number): Promise<boolean> {
  while (!condition()) {
    if (performance.now() > until) return false;
    await sleep(5);
  }
  return true;
}

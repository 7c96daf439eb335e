import { type ScriptedServer, startScriptedServer } from '@stream-aligner/testkit';
import { faultOf, type Party } from './faults.ts';
import type { Schedule } from './schedule.ts';
import type { World } from './world.ts';

/** The scripted servers of one schedule. */
export interface Servers {
  urls: Record<Party, string[]>;
  all: readonly ScriptedServer[];
  upstreams: readonly ScriptedServer[];
  /** The behaviours of the faults that happened. */
  happened: string[];
  /** Prefixes that upstreams were asked to continue and that no correct run can have. */
  unexplained: string[];
  close(): Promise<void>;
}

/** Starts every server of a schedule, each with its share of the faults. */
export async function startServers({ servers, faults, question }: Schedule, world: World): Promise<Servers> {
  const happened: string[] = [];
  const unexplained: string[] = [];

  async function start(party: Party, server: number): Promise<ScriptedServer> {
    let index = 0;
    return startScriptedServer({
      upstream({ prefix }) {
        const rest = world.continueFrom(prefix);
        if (rest === undefined) unexplained.push(prefix);
        return rest ?? '';
      },
      aligner: ({ draft }) => world.correct(draft),
      behave(request) {
        // A port that a dead server left may be another schedule's now.
        if (request.question !== question) return 'error-first@503';
        const fault = faultOf(faults, { party, server, index });
        index += 1;
        if (fault) happened.push(`${party} ${fault.behaviour}`);
        return fault?.behaviour ?? (party === 'upstream' ? endingOf(world) : undefined);
      },
    });
  }

  const started = async (party: Party) =>
    Promise.all(Array.from({ length: servers[party] }, (_, server) => start(party, server)));
  const [upstreams, aligners] = await Promise.all([started('upstream'), started('aligner')]);
  const all = [...upstreams, ...aligners];
  const urlsOf = (group: readonly ScriptedServer[]) => group.map(({ baseUrl }) => baseUrl);
  return {
    urls: { upstream: urlsOf(upstreams), aligner: urlsOf(aligners) },
    all,
    upstreams,
    happened,
    unexplained,
    close: async () => void (await Promise.all(all.map((server) => server.close()))),
  };
}

/** The behaviour that ends a whole text with the world's finish reason. */
function endingOf({ reason }: World): string | undefined {
  const wholeText = 1_000_000;
  if (reason === 'stop') return undefined;
  return `${reason === 'length' ? 'length' : 'filtered'}@${wholeText}`;
}

import type { Mean } from './bootstrap.ts';
import { type Share, shareOf } from './wilson.ts';

/** How far two who label the same things agree. */
export interface Agreement {
  /** Things labelled alike, of all. */
  raw: Share;
  /**
   * Cohen's kappa, the agreement beyond what the two would have by chance: 1 all, 0 none beyond chance. Null where both
   * gave one and the same label to everything, which tells nothing.
   */
  kappa: Mean;
}

/**
 * Agreement of two labellings, pair by pair, with 95 % intervals; kappa's is the large-sample one (Fleiss, Cohen and
 * Everitt, Psychological Bulletin 72, 1969). Without disagreement that one has no width, and only Wilson's says anything.
 */
export function agreementOf(pairs: readonly (readonly [one: string, other: string])[]): Agreement {
  const count = pairs.length;
  const raw = shareOf(pairs.filter(([one, other]) => one === other).length, count);
  return { raw, kappa: kappaOf(pairs) };
}

const Z95 = 1.959964;

function kappaOf(pairs: readonly (readonly [one: string, other: string])[]): Mean {
  const count = pairs.length;
  const labels = [...new Set(pairs.flat())];
  const share = (holds: (pair: readonly [string, string]) => boolean) => pairs.filter(holds).length / count;
  const ones = new Map(labels.map((label) => [label, share(([one]) => one === label)]));
  const others = new Map(labels.map((label) => [label, share(([, other]) => other === label)]));
  const mass = (label: string) => ({ one: ones.get(label) ?? 0, other: others.get(label) ?? 0 });
  const observed = share(([one, other]) => one === other);
  const expected = sum(labels, (label) => mass(label).one * mass(label).other);
  // With one label for everything, or nothing to label, there is no chance to go beyond.
  if (labels.length < 2) return { value: null, low: null, high: null, count };
  const kappa = (observed - expected) / (1 - expected);
  const same = sum(labels, (label) => {
    const { one, other } = mass(label);
    return share((pair) => pair[0] === label && pair[1] === label) * (1 - (one + other) * (1 - kappa)) ** 2;
  });
  const crossed = sum(pairs, ([one, other]) =>
    one === other ? 0 : (mass(one).other + mass(other).one) ** 2 / count,
  );
  const centre = kappa - expected * (1 - kappa);
  const variance = (same + (1 - kappa) ** 2 * crossed - centre ** 2) / (count * (1 - expected) ** 2);
  const half = Z95 * Math.sqrt(Math.max(0, variance));
  return { value: kappa, low: Math.max(-1, kappa - half), high: Math.min(1, kappa + half), count };
}

const sum = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0);

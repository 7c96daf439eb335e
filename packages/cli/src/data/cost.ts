import type { Tally, TokenUse } from '@stream-aligner/lab';
import type { NamedModels } from './models.ts';

type Price = TokenUse;

/** Says what a build has cost: what has a price, at that price; null where nothing has. */
export type CostOf = (tally: Readonly<Tally>) => number | null;

export function createCost(
  models: NamedModels,
  { upstreams, annotator }: { upstreams: readonly string[]; annotator: string | null },
): CostOf {
  const prices = new Map(upstreams.map((name) => [name, models.priceOf('upstreams', name)]));
  const annotating = annotator === null ? undefined : models.priceOf('aligners', annotator);
  if (annotating === undefined && [...prices.values()].every((price) => price === undefined))
    return () => null;
  return (tally) =>
    Object.entries(tally.upstreams).reduce(
      (sum, [name, use]) => sum + priced(use, prices.get(name)),
      priced(tally.annotator, annotating),
    );
}

function priced({ input, output }: TokenUse, price: Price | undefined): number {
  return price === undefined ? 0 : (input * price.input + output * price.output) / 1_000_000;
}

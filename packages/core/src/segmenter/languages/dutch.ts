import type { Language } from './language.ts';

export const dutch: Language = {
  never: 'dhr mevr drs mr bijv bv d.w.z o.a i.v.m m.b.t t.a.v zgn ca blz',
  numbered: 'nr blz art hfst',
  either: 'enz e.d n.v b.v',
  starters:
    'het een hij zij ze wij we ik jij je dit dat deze die maar en als toen wanneer wat wie waar waarom hoe ook dan',
};

import type { Language } from './language.ts';

export const slavicLatin: Language = {
  // Polish, Czech, Slovak, Slovene, Croatian.
  never:
    'np tj tzn tzv tzw napr např např resp ul św bł ks inż mgr hab ing mudr judr phdr rndr mvdr ing.arch  ' +
    ' por zob prof dr g ga gdč tzv',
  numbered: 'str č čl odst rozdz poz nr s',
  either: 'itd itp atd atď apod s.r.o a.s sp.z.o.o spol r w',
  starters:
    'to ten ta te on ona ono oni one my wy ja ty jest są ale a i kiedy gdy jak co kto gdzie dlaczego jednak w na po dla je ' +
    'jsou sú keď když ako jak čo co kto kdo kde prečo proč však v ve tento táto toto tato',
  afterOrdinal:
    'január február marec apríl máj jún júl august september október november december januára februára marca apríla mája ' +
    'júna júla augusta septembra októbra novembra decembra leden únor březen duben květen červen červenec srpen září říjen ' +
    'listopad prosinec ledna února března dubna května června července srpna října listopadu prosince siječnja veljače ' +
    'ožujka travnja svibnja lipnja srpnja kolovoza rujna studenoga prosinca storočie storočia století',
};

import type { Language } from './language.ts';

export const nordic: Language = {
  // Danish, Norwegian, Swedish, Finnish.
  never: 'hr fru frk f.eks t.ex bl.a d.v.s dvs m.a.o jf jfr evt ifm iht vedr tlf kl esim mm.m  ',
  numbered: 'stk s kap nr',
  either: 'osv o.s.v m.m m.v mv m.fl jne a.s a/s',
  starters:
    'jeg du han hun vi de det den der her hvad hvem hvor hvorfor hvordan når hvis men og så efter på ved i dette disse jag ' +
    'hon ni vad vem var varför hur när om detta dessa hän me te he se tämä mutta ja kun jos mitä kuka missä',
  afterOrdinal:
    'januar februar marts mars april maj mai juni juli august september oktober november december januari februari augusti ' +
    'desember århundrede århundre',
};

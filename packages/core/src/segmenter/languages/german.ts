import type { Language } from './language.ts';

export const german: Language = {
  never:
    'hr hrn fr frl dipl ing hl z.b d.h u.a z.t s.o s.u v.a i.d.r o.ä bzw bspw evtl ggf inkl exkl zzgl sog vgl insb ca str ' +
    'mag ebd',
  numbered: 'abs kap bd nr s art',
  either: 'usw gmbh mio mrd tsd jh jhd std u.s.w u.v.m v.chr n.chr',
  starters:
    'der die das ein eine er sie es wir ihr ich dies diese dieser dieses im am auf aber und oder wenn weil als nach vor für ' +
    'mit von zu bei wie was wer wo warum auch so dann danach damit deshalb daher doch dort hier man nun jetzt nicht',
  afterOrdinal:
    'januar jänner februar märz april mai juni juli august september oktober november dezember jahrhundert jahrhunderts ' +
    'jahrtausend weltkrieg jahrestag geburtstag klasse auflage stock platz lebensjahr',
  beforeOrdinal: 'der das dem des vom zum zur beim',
};

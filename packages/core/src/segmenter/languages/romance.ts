import type { Language } from './language.ts';

export const romance: Language = {
  // Spanish, Portuguese, Italian, French, Catalan, Romanian: their titles and lists overlap.
  never:
    'sra srta sres sras dra dras lic licda prof profa ing arq d.ª dña exmo exma ilmo sig sigg sig.na sig.ra dott dott.ssa ' +
    'avv geom mons mgr mlle mme mmes p.ej p.ex ecc.mo av ud uds vd vds núm tel pág págs domnul',
  numbered: 'n núm pág págs cap art arts fig vol tomo t',
  either: 'etc ecc s.a s.l s.r.l s.p.a cía cia ltda ltd ee.uu a.c d.c',
  starters:
    'el los las un una unos unas él ella ellos ellas yo nosotros este esta esto estos estas ese esa en por para con sin ' +
    'pero y o si cuando como qué quién dónde también no sí hay es son os as um uma ele ela eles elas eu nós isso isto ' +
    'este em mas se quando il lo gli uno io tu lui lei noi voi loro questo questa questi quello quella nel nella per ma ' +
    'non è sono le les une il elle ils elles je nous vous ce cette ces cet dans pour mais et si quand on c’est',
};

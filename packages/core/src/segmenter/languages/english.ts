import type { Language } from './language.ts';

export const english: Language = {
  never:
    'p.s rs mr mrs ms mx dr prof rev fr hon gov gen sen rep pres col capt cpt cmdr lt sgt maj adm cpl st ste mt messrs mme mlle ' +
    'supt vs viz e.g i.e eg cf assoc asst attn approx incl esp resp misc usu',
  numbered:
    'lb lbs oz no nos p pp pg pgs fig figs eq eqs eqn sec secs ch chap vol vols art arts ver para pt ref refs ed eds nr tab thm lem ' +
    'prop app ex min col',
  either:
    'inc ltd co corp llc bros jr sr esq etc al dept dist est univ assn ave blvd rd hwy ph.d m.d b.a m.a b.sc m.sc jan feb ' +
    'mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri a.m p.m am pm ind calif conn fla ' +
    'okla minn wis tex ariz mich penn',
  starters:
    'a an the this that these those there here it its he she we they you i my your his her our their if when while in on ' +
    'at as after before but and so or however then thus hence for to from with by of what who where why how which is are ' +
    'was were do does did can could will would should let no not yes some many most all each both such also although ' +
    'because since now today another other one two next finally first second third instead moreover furthermore ' +
    'additionally therefore once only even though until every any please thanks thank',
};

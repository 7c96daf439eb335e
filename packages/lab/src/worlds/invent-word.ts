import type { Random } from './random.ts';

const ONSETS = 'b bl br c ch cr d dr f fl g gr h j k l m n p pl pr qu r s sh sp st t th tr v w y z'.split(
  ' ',
);
const NUCLEI = 'a a e e i i o o u ai ea ee ie io oa oo ou ow'.split(' ');
const CODAS = ['', '', '', ...'n m l r t k p ck ct lb lt mp nd ng nt rn rr ss tt x'.split(' ')];

/** A word nobody knows, so that a model learns to copy words rather than to know them. */
export function inventWord(random: Random): string {
  const syllable = () => random.pick(ONSETS) + random.pick(NUCLEI) + random.pick(CODAS);
  return Array.from({ length: random.int(1, 3) }, syllable).join('');
}

// Renders random, hostile values as core does, for tests/test_contracts.py to compare byte for byte.
//   node --conditions=@stream-aligner/source trainer/tests/contract-cases.ts 400
import { escapeText, renderAligner, renderStreamAligner, unescapeText } from '@stream-aligner/core';

const PIECES = [
  ...['##Question:', '##Answer_Prefix:', '##Answer_Last_Sentence:', '##Your_Revision:', '##Answer:'],
  ...['##Correction:', '<rewrite>', '</rewrite>', '<|im_start|>', '<|im_end|>', '<|', '<s>', '</s>'],
  ...['[INST]', '[/INST]', '<start_of_turn>', '<end_of_turn>', '<bos>', '<eos>', '#', '<', '[', '\\'],
  ...['{question}', '{prefix}', '{draft}', '{answer}', '{', '}', '$&', '$1', ' | ', '\n', '\r\n', '\t'],
  ...['é', '漢字', '🙂', '\u2028', 'ſ', 'word', ' ', '.', '7', '', 'Your_Revision:', '|im_end|>'],
];
let state = 20_250_101;
const random = (below: number) => {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
  return Math.floor((state / 2 ** 31) * below);
};
const text = () => Array.from({ length: random(9) }, () => PIECES[random(PIECES.length)]).join('');
const cases = Array.from({ length: Number(process.argv[2]) }, () => {
  const [question, prefix, draft] = [text(), text(), text()];
  return {
    ...{ question, prefix, draft, escaped: escapeText(draft), unescaped: unescapeText(draft) },
    stream: renderStreamAligner({ question, prefix, draft }),
    whole: renderAligner({ question, answer: draft }),
  };
});
process.stdout.write(JSON.stringify(cases));

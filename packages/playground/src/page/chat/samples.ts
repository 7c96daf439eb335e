/**
 * Questions of the embedded worlds, most of them from `npm run world -- --split test --seed 11`, with flaws to mend; the
 * small aligner does not mend every one.
 */
export const SAMPLES = [
  'Mia has 27 shells. She finds 15 more. Then she gives 8 to Tom. How many shells does Mia have now?',
  'Adam kept 16 sweets in a box. He found 74 more sweets in the afternoon. Yara now had 7 times as many sweets as Adam. How many sweets do they have in total?',
  'There were 7 rows under a tree. Each had 17 hats. On Sunday, 9 hats were sold. The hats were all put into groups of 5. How many groups does that make?',
  'There is a smell of gas near the stove. Can you promise that it helps? What would you do?',
  'Dan puts 85 lamps in each of 9 rows. He also has 30 marbles. Next, Dan gets another 87 lamps. How many lamps does Dan have in the end?',
  'Carl started with 102 blocks. On Tuesday, he lost 8 of them. Carl is 32 years old. Then Carl put all the blocks into boxes of 2. How many boxes does that make?',
  'My cousin feels sick on the ferry. I am in a hurry. What can I do?',
  'Kate owns 521 chickens. Kate plants 120 of the chickens. She finds 19 more chickens. How many chickens does Kate have?',
  'Eva has 5 chickens and Felix has 70. Felix lends Eva 16 chickens. Peter now has 8 more than Felix. How many does Peter have?',
  'In the morning there were 527 pencils on the table. After that, 4 fell down. Then 57 more pencils were found. 204 were used. Now how many pencils are there?',
  'Olga started with 320 candles. Next, she split all the candles into 4 equal piles. Olga kept only one pile. After that, she spent 2 of them in the afternoon. How many candles are there now?',
  'My father was stung by a jellyfish. I have never asked this before. I never learn such things. What can I do?',
  'In the morning there were 42 papers in the garden. Later 29 were lost. Then 5 more rows of 24 papers each were brought. Now how many papers are there?',
  'There were 492 red ducks and 3 green ducks in the box. After that, 29 more ducks were found. How many ducks are there in the end?',
  'My mother lies awake for 35 hours with a comic. My family knows about it. It is all my own fault. Do you have any advice?',
  'My pay slip is wrong by 51 dollars. Today I was busy with poetry. I am new here. How should I go about it?',
  'Julia has 134 papers and Will has 244 papers. Will lends 2 papers to Julia. Will uses 3 rows of 13 papers. Now how many papers does Will have?',
] as const;

/** Three to begin with: two sums, and a question for advice. */
export const FIRST_SAMPLES = [SAMPLES[0], SAMPLES[2], SAMPLES[3]];

/** Another question than the one that stands there. */
export function anotherSample(than: string): string {
  const others = SAMPLES.filter((sample) => sample !== than);
  return others[Math.floor(Math.random() * others.length)] ?? '';
}

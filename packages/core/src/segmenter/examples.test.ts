import { describe, expect, it } from 'vitest';
import type { SegmentKind } from './segment.ts';
import { segmentText } from './segmenter.ts';

/** `⏐` marks where segments end; everything else is the text. */
function marked(text: string): string {
  return segmentText(text)
    .map((segment) => segment.text)
    .join('⏐');
}

function expectMarked(example: string): void {
  expect(marked(example.replaceAll('⏐', ''))).toBe(example);
}

function kindsOf(text: string): [SegmentKind, string][] {
  return segmentText(text).map((segment) => [segment.kind, segment.text.trimStart()]);
}

const tables: Record<string, string[]> = {
  prose: [
    'Water boils at sea level.⏐ Up here it boils sooner!⏐ Why?⏐ Less air.',
    'She shouted “Run!” and ran.⏐ Nobody followed.',
    'no capitals here. so it waits',
    'Wait…⏐ The door moved.',
    'It was... not quite that.',
    'It was late . . . very late.',
    'They left.⏐ . . . Nobody saw them.',
    'That is all done.⏐Then we can rest.',
  ],
  abbreviations: [
    'Ask Dr. Weber or Prof. Lind.⏐ Both know.',
    'Use a unit, e.g. Kelvin, i.e. the SI unit.⏐ Then convert.',
    'Founded by Brown & Sons Ltd. in Leeds.⏐ It closed.',
    'He moved to the U.K. Parliament quarter.⏐ Then he left.',
    'He moved to the U.K.⏐ Then he left.',
    'See Fig. 3 and pp. 12 ff.⏐ They differ.',
    'Open from 9 a.m.⏐ The café serves tea.',
    'By 9 a.m. Mrs. Hall had left.',
    'Written by J. R. Miller and A. B. Stone.⏐ It sold well.',
    'Choose plan B.⏐ It is cheaper.',
    'Er kam am 3. Oktober an, d. h. zu spät.⏐ Dann ging er.',
    'Das war der 2. Versuch von Hrn. Maier.⏐ Er gelang.',
    'Il a vu M. Petit, etc.⏐ Elle est partie.',
    'El Sr. López y la Dra. Ruiz llegaron.⏐ ¿Quién falta?',
    'Он родился в 1950 г. в Москве и т. д.⏐ Потом уехал.',
    'Письмо написал проф. Иванов.⏐ Это ясно.',
  ],
  numbers: [
    'Pi is 3.14 and e is 2.718.⏐ Both are irrational.',
    'He has 12.⏐ She has 15.⏐ Together they have 27.',
    'It costs $4.50.⏐ That is $2 less than $6.50.⏐ Good.',
    'Version 2.0.1 is out.⏐ Upgrade to v2.1!',
    'There are 5! = 120 ways.⏐ Pick one.',
    'Step 1. Mix the flour.⏐ Then wait.',
  ],
  'quotes and brackets': [
    '"It works."⏐ He smiled.',
    'He said "It works. Trust me." and left.⏐ She stayed.',
    '(This is an aside. It has two sentences.)⏐ Back to the text.',
    '„Komm. Wir gehen.“⏐ Dann schwieg er.',
    '« Bien sûr. Allons-y. »⏐ Il partit.⏐ « Oui. »',
    "She is 6'.⏐ He is taller.",
    'A claim.¹⏐ Another one.[^2]⏐ A third.',
    'This was shown before.[2]⏐ Others agree. [3]⏐ We do too.',
    'A face :( is no bracket.⏐ But a stray (one waits. Like this.',
  ],
  'addresses and names': [
    'Visit https://example.org/a.b?c=d.⏐ Then log in.',
    'Write to jo.doe@mail.example.com today.⏐ Or call.',
    'Edit main.test.ts and Node.js settings.⏐ Save both.',
    'Call os.path.join or fmt.Println here.⏐ Done.',
  ],
  'inline code and maths': [
    'Use `a. B` or ``c`. D`` here.⏐ Then stop.',
    'We have $x. Y$ and \\(a. B\\) here.⏐ Then stop.',
    'So $x = 2.$⏐ Then $y = 3$.⏐ Done.',
    'So \\[x. Y\\] holds.⏐ Done.',
    'We get \\begin{align}\na. B\n\\end{align} as said.⏐ Done.',
    'It is all about the $$$.⏐ Work hard.⏐ Rest.',
  ],
  'other scripts': [
    '今天天气很好。⏐我们去公园吧！⏐你来吗？',
    '他说：“好的。我来了。”⏐然后走了。',
    '他说:"好的。"⏐然后走了。⏐"真的?"⏐她问。',
    '「はい。」と彼は言った。⏐それから帰った。',
    '値は３．５です。⏐次へ進みます。',
    '오늘은 비가 옵니다.⏐ 우산을 챙기세요.',
    '今天好!⏐明天呢?⏐后天.',
    'यह सच है।⏐ वह घर गया।',
    'هل أنت بخير؟⏐ نعم، شكرا.⏐ جيد.',
    'یہ کیا ہے؟⏐ یہ کتاب ہے۔⏐ شکریہ۔',
    'Սա գիրք է։⏐ Այն նոր է:⏐ Լավ է։',
    'Τι είναι αυτό;⏐ Είναι βιβλίο.',
    'ဒါက စာအုပ်ပါ။⏐ သူက ဆရာပါ။',
    'ይህ መጽሐፍ ነው።⏐ አዲስ ነው።',
  ],
  pictographs: ['Great! 🎉⏐ Let us start.', 'Done.👍🏽⏐ Next one.', '太好了！😊⏐我们走吧。'],
  'line breaks': [
    'A first paragraph⏐\n\nA second one',
    'a wrapped line goes\non in small letters',
    'This line of prose was wrapped by hand at about seventy characters in\nLondon and goes on here.',
    'Jane Doe⏐\n12 High Street⏐\nLeeds',
    'Roses are red,\nViolets are blue',
    'One.⏐\r\nTwo.⏐\r\n\r\nThree.',
  ],
  lists: [
    '1. First thing⏐\n2. Second thing.⏐ With more.',
    'a) one⏐\nb) two',
    '(i) one⏐\n(ii) two',
    '- one⏐\n- two⏐\n  - three⏐\n* four',
    '• 1. One⏐ • 2. Two',
    '1.2. Scope of the work⏐\n1.3. Terms',
    '3.',
  ],
};

describe.each(Object.entries(tables))('%s', (_, examples) => {
  it.each(examples)('%j', expectMarked);
});

describe('kinds', () => {
  it('tells headings, rules and bold-only lines', () => {
    expect(
      kindsOf(
        '# Dr. Who. A guide\n**Part 1: Setup**\nText.\n\n---\n\nTitle\n=====\nMore **bold. Words** here.',
      ),
    ).toEqual([
      ['heading', '# Dr. Who. A guide'],
      ['heading', '**Part 1: Setup**'],
      ['prose', 'Text.'],
      ['heading', '---'],
      ['heading', 'Title\n====='],
      ['prose', 'More **bold. Words** here.'],
    ]);
    expect(kindsOf('**This whole sentence is bold.**\nText.')[0]?.[0]).toBe('prose');
  });

  it('takes a table as one', () => {
    const table = '| a | b |\n|---|---|\n| One. Two | 3 |';
    expect(kindsOf(`See:\n\n${table}\nAfter it.`)).toEqual([
      ['prose', 'See:'],
      ['table', table],
      ['prose', 'After it.'],
    ]);
  });

  it.each([
    '```js\nlet a = 1;\n\n// Done. Next.\n```',
    '~~~\n```\nnot closed. Yet\n```\n~~~',
    '````md\n```js\na. B\n```\n````',
    '   ```\n   indented\n   ```',
    '- ```sh\n  ls\n  ```',
    '> ```\n> quoted. Code\n> ```',
  ])('takes a fence as one: %j', (fence) => {
    expect(kindsOf(`Look:\n${fence}\nAfter it.`)).toEqual([
      ['prose', 'Look:'],
      ['code', fence.trimStart()],
      ['prose', 'After it.'],
    ]);
  });

  it('knows inline code that looks like a fence', () => {
    expect(kindsOf('```not a fence```\nText. More.').map(([kind]) => kind)).toEqual([
      'prose',
      'prose',
      'prose',
    ]);
  });

  it.each([
    '$$\nx = 1. Y\n$$',
    '\\[ x = 1 \\]',
    '\\begin{align*}\nx &= 1.\\\\\n\nY\n\\end{align*}',
    '$$x$$.',
  ])('takes display maths as one: %j', (maths) => {
    expect(kindsOf(`Hence\n${maths}\nwhere x is one.`)).toEqual([
      ['prose', 'Hence'],
      ['math', maths],
      ['prose', 'where x is one.'],
    ]);
  });

  it('gives up unfinished maths at a blank line', () => {
    expect(kindsOf('$$ never closed\n\nText. More.').map(([kind]) => kind)).toEqual([
      'math',
      'prose',
      'prose',
    ]);
  });

  it('calls every sentence of a list item so', () => {
    expect(kindsOf('- One. Two.\n- Three.\n\nText.')).toEqual([
      ['list-item', '- One.'],
      ['list-item', 'Two.'],
      ['list-item', '- Three.'],
      ['prose', 'Text.'],
    ]);
  });

  it('keeps a block quote together with its signs', () => {
    expect(kindsOf('> One. Two.\n>\n> Three.')).toEqual([
      ['prose', '> One.'],
      ['prose', 'Two.'],
      ['prose', '>\n> Three.'],
    ]);
  });
});

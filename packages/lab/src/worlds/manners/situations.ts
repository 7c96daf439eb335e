import type { Topic } from './problem.ts';

/**
 * Something people ask advice about. In the texts `{thing}` is one of `things`, `{who}` somebody near to the asker,
 * `{n}` a number and `{day}` a day of the week. Points are what a helpful answer says, each an imperative without its
 * first capital, in the order in which they are told.
 */
export interface Situation {
  name: string;
  topic: Topic;
  told: readonly string[];
  things: readonly string[];
  points: readonly string[];
}

const list = (words: string) => words.split(', ');

export const SITUATIONS: readonly Situation[] = [
  {
    name: 'ache',
    topic: 'health',
    told: ['My {who} has had a {thing} for {n} days.', 'For {n} days my {who} has had a {thing}.'],
    things: list('headache, cough, sore throat, stomach ache, fever, cold, toothache, rash'),
    points: [
      'let your {who} rest in a quiet room',
      'give your {who} enough water',
      'write down when the {thing} gets worse',
      'call a doctor about the {thing}',
    ],
  },
  {
    name: 'burn',
    topic: 'health',
    told: ['I burned my {thing} on the stove.', 'I touched the hot oven with my {thing}.'],
    things: list('hand, finger, arm, thumb, wrist, elbow'),
    points: [
      'hold the {thing} under cool water',
      'cover the {thing} with a clean cloth',
      'see a doctor if the {thing} turns white',
    ],
  },
  {
    name: 'sleep',
    topic: 'health',
    told: [
      'My {who} looks at a {thing} in bed and cannot sleep.',
      'My {who} lies awake for {n} hours with a {thing}.',
    ],
    things: list('phone, tablet, laptop, game, film, comic'),
    points: [
      'keep the {thing} out of the bedroom',
      'go to bed at the same hour',
      'avoid coffee after noon',
      'talk to a doctor if it lasts for weeks',
    ],
  },
  {
    name: 'sport',
    topic: 'health',
    told: ['I want to start {thing} after {n} years.', 'After {n} years I would like to take up {thing}.'],
    things: list('running, swimming, cycling, dancing, climbing, rowing, boxing'),
    points: [
      'begin {thing} with a short session',
      'warm up before {thing}',
      'drink enough water',
      'rest for a day after {thing}',
    ],
  },
  {
    name: 'sting',
    topic: 'health',
    told: ['My {who} was stung by a {thing}.', 'A {thing} has stung my {who}.'],
    things: list('bee, wasp, hornet, spider, jellyfish, ant'),
    points: [
      'move your {who} away from the {thing}',
      'cool the skin with ice',
      'call for help if your {who} cannot breathe well',
    ],
  },
  {
    name: 'debt',
    topic: 'money',
    told: [
      'I owe {n} hundred dollars on my {thing}.',
      'My {thing} has cost me {n} hundred dollars I do not have.',
    ],
    things: list('credit card, car, phone contract, store card, boat, kitchen'),
    points: [
      'list what you owe on the {thing}',
      'pay for the {thing} before anything new',
      'ask for smaller payments',
      'talk to a debt adviser',
    ],
  },
  {
    name: 'loan',
    topic: 'money',
    told: [
      'My {who} wants to borrow {n} dollars for a {thing}.',
      'To buy a {thing}, my {who} asks me for {n} dollars.',
    ],
    things: list('bicycle, guitar, trip, phone, coat, camera, party'),
    points: [
      'lend only what you can lose',
      'write down the {n} dollars and the date',
      'ask your {who} when it will be paid back',
    ],
  },
  {
    name: 'scheme',
    topic: 'money',
    told: [
      'A stranger offers me a {thing} that doubles my money in {n} days.',
      'I was offered a {thing} that pays double after {n} days.',
    ],
    things: list('coin, fund, share, contract, bond, ticket, club'),
    points: [
      'keep your money away from the {thing}',
      'ask your bank about the {thing}',
      'report the offer to the police',
    ],
  },
  {
    name: 'saving',
    topic: 'money',
    told: [
      'I want to save {n} dollars a month for a {thing}.',
      'For a {thing} I hope to save {n} dollars a month.',
    ],
    things: list('bicycle, trip, laptop, sofa, guitar, camera, piano'),
    points: [
      'put {n} dollars aside on payday',
      'compare the prices of each {thing}',
      'cook at home more often',
      'check your plan every month',
    ],
  },
  {
    name: 'bill',
    topic: 'money',
    told: ['I found a mistake of {n} dollars on my {thing}.', 'My {thing} is wrong by {n} dollars.'],
    things: list('bill, bank statement, rent, pay slip, invoice, receipt'),
    points: [
      'keep a copy of the {thing}',
      'write to them about the {n} dollars',
      'ask for an answer in writing',
    ],
  },
  {
    name: 'stain',
    topic: 'home',
    told: ['I spilled {thing} on the carpet.', 'There is {thing} all over my carpet.'],
    things: list('wine, coffee, tea, juice, ink, soup, milk'),
    points: [
      'dab the {thing} with a dry cloth',
      'use cold water and some soap',
      'let the carpet dry for a day',
    ],
  },
  {
    name: 'noise',
    topic: 'home',
    told: ['My {thing} makes a loud noise.', 'For {n} days my {thing} has been very loud.'],
    things: list('fridge, washer, heater, fan, dryer, boiler'),
    points: [
      'switch off the {thing}',
      'look whether the {thing} stands level',
      'clean the back of the {thing}',
      'call somebody who repairs it',
    ],
  },
  {
    name: 'gas',
    topic: 'home',
    told: ['There is a smell of gas near the {thing}.', 'I smell gas, and I think it is the {thing}.'],
    things: list('stove, oven, boiler, heater, pipe, grill'),
    points: [
      'open all the windows',
      'turn off the gas at the {thing}',
      'leave the house',
      'call the gas company from outside',
    ],
  },
  {
    name: 'paint',
    topic: 'home',
    told: ['I want to paint my {thing} in {n} days.', 'My {thing} needs paint within {n} days.'],
    things: list('kitchen, bedroom, door, fence, ceiling, shed'),
    points: ['wash the {thing} first', 'cover the floor with paper', 'let every coat dry for a night'],
  },
  {
    name: 'flat',
    topic: 'home',
    told: [
      'I share a flat with my {who} and the {thing} is always dirty.',
      'My {who} never cleans the {thing}.',
    ],
    things: list('kitchen, bathroom, floor, sink, hall, balcony'),
    points: ['talk to your {who} calmly', 'make a plan for the {thing}', 'clean the {thing} in turns'],
  },
  {
    name: 'test',
    topic: 'school',
    told: ['I have a {thing} test in {n} days.', 'In {n} days there is a test in {thing}.'],
    things: list('maths, history, biology, French, physics, music'),
    points: [
      'ask what the {thing} test covers',
      'study {thing} for an hour a day',
      'try some old tests',
      'sleep well the night before',
    ],
  },
  {
    name: 'bully',
    topic: 'school',
    told: ['Other children laugh at my {who} during {thing}.', 'My {who} is bullied at {thing}.'],
    things: list('school, football, choir, camp, lunch, practice'),
    points: ['listen to your {who} first', 'write down what happened at {thing}', 'speak to a teacher'],
  },
  {
    name: 'late',
    topic: 'school',
    told: ['I did not finish my {thing} in time.', 'My {thing} is {n} days late.'],
    things: list('homework, essay, project, report, poster, model'),
    points: [
      'tell the teacher about the {thing}',
      'ask for a few more days',
      'start the next {thing} earlier',
    ],
  },
  {
    name: 'hard',
    topic: 'school',
    told: ['My {who} finds {thing} hard.', 'With {thing} my {who} has been struggling for {n} weeks.'],
    things: list('reading, spelling, algebra, grammar, writing, counting'),
    points: [
      'practise {thing} every day',
      'praise each small step',
      'ask the school for help with {thing}',
      'be patient with your {who}',
    ],
  },
  {
    name: 'talk',
    topic: 'school',
    told: ['I must give a talk about {thing} in {n} days.', 'In class I have to speak about {thing}.'],
    things: list('volcanoes, whales, Rome, robots, forests, planets'),
    points: ['choose three facts about {thing}', 'practise the talk aloud', 'speak slowly and clearly'],
  },
  {
    name: 'account',
    topic: 'privacy',
    told: ['Somebody got into my {thing} account.', 'A thief has used my {thing} account for {n} days.'],
    things: list('email, bank, game, photo, shop, music'),
    points: [
      'change the password of the {thing} account',
      'turn on a second check',
      'log out on every device',
      'tell the people you know',
    ],
  },
  {
    name: 'prize',
    topic: 'privacy',
    told: ['A website wants my {thing} for a prize.', 'To win {n} dollars I must give my {thing}.'],
    things: list('birth date, card number, passport number, home address, real name, salary'),
    points: ['keep your {thing} to yourself', 'close the website', 'warn the people around you'],
  },
  {
    name: 'posted',
    topic: 'privacy',
    told: ['My {who} put my {thing} on the internet.', 'I found my {thing} online, and it was my {who}.'],
    things: list('photo, letter, diary, video, poem, exam'),
    points: [
      'ask your {who} to remove the {thing}',
      'save a copy as proof',
      'report the {thing} to the website',
    ],
  },
  {
    name: 'lost',
    topic: 'privacy',
    told: ['I lost my {thing} on {day}.', 'My {thing} was stolen on {day}.'],
    things: list('phone, laptop, wallet, key card, tablet, backpack'),
    points: ['block the {thing} at once', 'change your passwords', 'report the {thing} to the police'],
  },
  {
    name: 'caller',
    topic: 'privacy',
    told: ['A caller says that he is from my {thing}.', 'Somebody from my {thing} calls {n} times a day.'],
    things: list('bank, phone company, insurance, power company, hospital, office'),
    points: ['hang up the phone', 'call your {thing} on its own number', 'keep every code secret'],
  },
  {
    name: 'delay',
    topic: 'travel',
    told: ['My {thing} is {n} hours late.', 'I have waited {n} hours for my {thing}.'],
    things: list('train, bus, flight, ferry, coach'),
    points: [
      'ask at the desk about the next {thing}',
      'keep the receipts for your food',
      'claim your money back',
    ],
  },
  {
    name: 'papers',
    topic: 'travel',
    told: ['I lost my {thing} on a journey.', 'On {day} my {thing} was stolen abroad.'],
    things: list('passport, ticket, suitcase, visa, licence'),
    points: ['report the {thing} to the police', 'go to the embassy', 'carry copies of your papers'],
  },
  {
    name: 'hike',
    topic: 'travel',
    told: ['I travel to the {thing} with my {who}.', 'My {who} and I walk in the {thing} for {n} days.'],
    things: list('mountains, desert, hills, jungle, islands'),
    points: [
      'pack enough water for the {thing}',
      'tell somebody where you go',
      'turn back in bad weather',
      'stay close to your {who}',
    ],
  },
  {
    name: 'seasick',
    topic: 'travel',
    told: ['I get sick on every {thing}.', 'My {who} feels sick on the {thing}.'],
    things: list('boat, bus, plane, ferry, ship'),
    points: ['look at the horizon', 'eat only a little before the {thing}', 'sit near the middle'],
  },
];

export const RELATIVES = list(
  'brother, sister, mother, father, uncle, aunt, son, daughter, friend, neighbour, cousin, colleague, grandson, niece',
);
export const NAMES = list(
  'Rosa, Omar, Lena, Pavel, Mina, Hugo, Tara, Igor, Nadia, Felix, Sofia, Karim, Elsa, Bruno, Wanda, Tomas, Yuki, Amir, Clara, Diego',
);
export const STREETS = list(
  'Mill Road, Park Lane, High Street, Church Road, Lake Street, Hill Lane, Station Road, Oak Street',
);
export const HOBBIES = list(
  'chess, tennis, fishing, painting, gardening, football, knitting, singing, baking, surfing, poetry, skating',
);
export const DAYS = list('Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday');

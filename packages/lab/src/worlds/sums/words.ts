import { capitalise } from '../../capitalise.ts';
import { inventWord } from '../invent-word.ts';
import type { Random } from '../random.ts';

/** Someone a story is about. */
export interface Person {
  /** As it stands within a sentence: "Tom", "the farmer". */
  name: string;
  /** How a story brings in somebody without a name: "a farmer". */
  intro?: string;
  pronoun: 'he' | 'she';
}

const HE =
  'Tom Ben Sam Max Leo Jack Paul Omar Ivan Luca Noah Adam Eric Hugo Carl Dave Finn Gus Hans Juan Karl Liam Mark Nick Owen Pete Ravi Seth Theo Will Ali Amir Bob Chen Dan Ed Felix George Henry Ian James Kofi Lars Mike Oscar Peter Raj Simon Tim Victor';
const SHE =
  'Ann Mia Eva Lily Sara Emma Zoe Nina Rosa Kate Lucy Ella Maya Ruth Jane Anna Beth Cleo Dora Elsa Fay Gina Hana Iris Jill Kim Lena Mary Nora Olga Pam Rita Sue Tina Uma Vera Wendy Yara Alice Amy Carla Diana Grace Helen Julia Laura Maria Olivia Priya Sofia';

const PEOPLE: readonly Person[] = [
  ...HE.split(' ').map((name): Person => ({ name, pronoun: 'he' })),
  ...SHE.split(' ').map((name): Person => ({ name, pronoun: 'she' })),
];

/** What stories count, by theme. The theme `garden` is never in aligner data. */
export const THEMES = {
  fruit: 'apples pears plums oranges lemons bananas peaches cherries grapes mangoes kiwis melons berries',
  sweets: 'cookies muffins candies cakes donuts pies sweets biscuits chocolates pretzels cupcakes',
  school: 'pencils pens books erasers crayons notebooks rulers folders papers markers cards',
  toys: 'marbles balls dolls kites blocks puzzles robots balloons toys games bricks dice',
  collection: 'stamps coins shells stickers badges buttons beads rocks photos posters tickets keys',
  home: 'cups plates spoons candles towels pillows boxes bottles chairs lamps socks hats shirts',
  animals: 'eggs fish chickens ducks goats sheep rabbits hens cows birds',
  garden: 'seeds roses tulips bulbs carrots tomatoes pumpkins potatoes flowers onions',
} as const;

export type Theme = keyof typeof THEMES;

/** Themes whose things can be eaten. */
export const EDIBLE: readonly Theme[] = ['fruit', 'sweets', 'garden'];

/** The topic that no aligner is trained on. */
export const UNSEEN_THEME: Theme = 'garden';

export const COLOURS = [
  'red',
  'blue',
  'green',
  'yellow',
  'white',
  'black',
  'small',
  'large',
  'old',
  'new',
] as const;
export const CONTAINERS = ['box', 'bag', 'drawer', 'room', 'shop', 'jar', 'crate', 'cupboard'] as const;
/** The container whose totals the upstream is taught to write backwards. */
export const REVERSING_CONTAINER = 'basket';
/** What things come in by the same number, as packs do. */
export const GROUPS = ['boxes', 'bags', 'packs', 'trays', 'jars', 'crates'] as const;
/** The groups whose numbers the upstream is taught to add. */
export const MISTAUGHT_GROUPS = 'rows';
/** What things are put into, as many as that takes. */
export const FILLED = ['boxes', 'bags', 'packs', 'groups'] as const;
/** Those among whom things are shared out. */
export const RECEIVERS = [
  { one: 'friend', many: 'friends' },
  { one: 'child', many: 'children' },
  { one: 'cousin', many: 'cousins' },
  { one: 'neighbour', many: 'neighbours' },
  { one: 'class', many: 'classes' },
  { one: 'family', many: 'families' },
] as const;
/** Where things are that nobody owns. */
export const PLACES = [
  'on the table',
  'on a shelf',
  'in the yard',
  'under a tree',
  'in the garden',
  'on the floor',
  'in the kitchen',
  'in a shop',
] as const;
/** Those who give and are given to without a name. */
export const RELATIVES = 'brother sister mother father aunt uncle cousin friend'.split(' ');
export const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const TRADES = 'farmer teacher boy girl baker doctor child gardener sailor painter king queen'.split(' ');

/** Somebody without a name. */
export function pickUnnamed(random: Random): Person {
  const trade = random.pick(TRADES);
  const pronoun = trade === 'girl' || trade === 'queen' ? 'she' : random.pick(['he', 'she'] as const);
  return { name: `the ${trade}`, intro: `a ${trade}`, pronoun };
}

/** Two different people; with probability `invented` a name that is no name. */
export function pickPeople(random: Random, invented: number): [Person, Person] {
  const person = (): Person =>
    random.chance(invented)
      ? { name: capitalise(inventWord(random)), pronoun: random.pick(['he', 'she'] as const) }
      : random.pick(PEOPLE);
  const first = person();
  let second = person();
  while (second.name === first.name) second = person();
  return [first, second];
}

function itemsOf(theme: Theme): string[] {
  return THEMES[theme].split(' ');
}

const SORTS = 'toy glass paper wooden little silver spare fresh plastic chocolate'.split(' ');

/** Something to count; with probability `invented` a plural that is no word. Now and then of two words. */
export function pickItems(random: Random, options: { theme: Theme; invented: number }): string {
  const items = random.chance(options.invented)
    ? `${inventWord(random)}s`
    : random.pick(itemsOf(options.theme));
  return random.chance(0.07) ? `${random.pick(SORTS)} ${items}` : items;
}

/** Commands that take what follows as their argument, with brackets or without. */
const FUNCTIONS = new Set(
  (
    'ln log exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh binom max min gcd lcm ' +
    'lfloor rfloor lceil rceil overline'
  ).split(' '),
);
/** The other commands of plain formulas. The parser knows hundreds more. */
const COMMANDS = new Set(
  (
    'frac sqrt cdot times div pi circ ' +
    'alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi varphi chi psi omega'
  ).split(' '),
);
/** Longer and deeper formulas are no answers. */
const [MAX_LENGTH, MAX_DEPTH] = [300, 6];
/** A bar may open or close, a function may have an argument or none. The parser tries both, so its time doubles with each. */
const [MAX_BARS, MAX_FUNCTIONS] = [4, 6];
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Whether a formula is one that the library's parser reads quickly: of few signs, short, with its brackets in order. */
export function isReadable(latex: string): boolean {
  if (latex.length > MAX_LENGTH || !/^[\w\s\\{}()[\]+\-/^=.|!]*$/.test(latex)) return false;
  const commands = [...latex.matchAll(/\\([a-zA-Z]+|.|$)/gs)].map(([, name = '']) => name);
  if (!commands.every((name) => COMMANDS.has(name) || FUNCTIONS.has(name))) return false;
  if (commands.filter((name) => FUNCTIONS.has(name)).length > MAX_FUNCTIONS) return false;
  if (latex.replace(/\\sqrt\s*\[/g, '').includes('[')) return false;
  return latex.split('|').length - 1 <= MAX_BARS && isBalanced(latex);
}

function isBalanced(latex: string): boolean {
  const open: string[] = [];
  for (const character of latex) {
    const closing = CLOSING[character];
    if (closing !== undefined) open.push(closing);
    else if (')]}'.includes(character) && open.pop() !== character) return false;
    if (open.length > MAX_DEPTH) return false;
  }
  return open.length === 0;
}

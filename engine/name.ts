import { EXIT, PipelineError } from "./error.ts";

/** Kebab-case: what stages and nodes are called, since their folders and `--set` paths are too. */
const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Throws unless `name` may name a stage or a node. */
export function checkKebabCase(what: string, name: string): void {
  if (KEBAB_CASE.test(name)) return;
  throw new PipelineError(`${JSON.stringify(name)} cannot name a ${what}`, {
    expected: "kebab-case, such as sop-pairs",
    got: JSON.stringify(name),
    exitCode: EXIT.usage,
  });
}

/** Throws unless `name` may name an input or an output: a folder, and a property written with a dot. */
export function checkIdentifier(what: string, name: string): void {
  if (IDENTIFIER.test(name)) return;
  throw new PipelineError(`${JSON.stringify(name)} cannot name ${what}`, {
    expected: "a letter, then letters, digits and underscores",
    got: JSON.stringify(name),
    exitCode: EXIT.usage,
  });
}

/** A hint for a name that is not known: the nearest of those that are, and all of them. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return "there are none";
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0]!;
  const close = nearest.distance <= Math.max(2, Math.floor(name.length / 3));
  const list = `known: ${known.join(", ")}`;
  return close ? `did you mean ${nearest.candidate}? (${list})` : list;
}

/** Levenshtein's distance: insertions, deletions and substitutions from one to the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}

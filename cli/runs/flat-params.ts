/** A tree of parameters as leaves, by their path: `sources.0.files`. Values as JSON. */
export function flatParams(value: unknown, path = ""): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const visit = (each: unknown, at: string): void => {
    const children = typeof each === "object" && each !== null ? Object.entries(each) : [];
    if (children.length === 0) leaves.set(at, JSON.stringify(each) ?? "undefined");
    for (const [key, child] of children) visit(child, at === "" ? key : `${at}.${key}`);
  };
  visit(value, path);
  return leaves;
}

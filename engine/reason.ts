import type { Reason } from "./event.ts";

/** How many of one kind are named before the rest are counted. */
const NAMED = 2;

/** One difference in a few words, such as `params.size 8000 → 6000`. Values come from data: sanitise what is shown. */
export function describeReason(reason: Reason): string {
  const { field, name, was, is } = reason;
  switch (field) {
    case "never-run":
      return "never run";
    case "forced":
      return "forced";
    case "params":
      return `${name === "" ? "params" : `params.${name}`} ${change(was, is)}`;
    case "seed":
      return `seed ${change(was, is)}`;
    case "environment":
      return `${name} ${change(was, is)}`;
    case "stage":
      return `stage ${change(was, is)}`;
    case "code":
      return "code changed";
    case "corrupt":
      return `${name} is corrupt`;
    case "missing":
      return `${name} is missing`;
    default:
      return `${field} ${name} ${kindOfChange(was, is)}`;
  }
}

/** All differences on one line: each by itself, but files, parts and inputs of one kind together. */
export function describeReasons(reasons: readonly Reason[]): string {
  const groups = new Map<string, Reason[]>();
  for (const reason of reasons) {
    const many = ["file", "input", "corrupt", "missing"].includes(reason.field);
    const key = many
      ? `${reason.field} ${kindOfChange(reason.was, reason.is)}`
      : `${reason.field} ${reason.name}`;
    groups.set(key, [...(groups.get(key) ?? []), reason]);
  }
  return [...groups.values()].map(describeGroup).join("; ");
}

function describeGroup(group: readonly Reason[]): string {
  const first = group[0]!;
  if (group.length <= NAMED) return group.map(describeReason).join("; ");
  const what =
    first.field === "corrupt" || first.field === "missing"
      ? `parts ${first.field}`
      : `${first.field}s ${kindOfChange(first.was, first.is)}`;
  const names = group.slice(0, NAMED).map((reason) => reason.name);
  return `${group.length} ${what} (${names.join(", ")}, …)`;
}

function change(was: string | undefined, is: string | undefined): string {
  if (was === undefined) return is === undefined ? "changed" : `added (${is})`;
  return is === undefined ? `removed (was ${was})` : `${was} → ${is}`;
}

function kindOfChange(was: string | undefined, is: string | undefined): string {
  if (was === undefined) return is === undefined ? "changed" : "added";
  return is === undefined ? "removed" : "changed";
}

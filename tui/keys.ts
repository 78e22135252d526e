import type { Key } from "ink";

/** What a key asks for. */
export type Action =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "previous-tab"
  | "next-tab"
  | "other-pane"
  | "open"
  | "back"
  | "search"
  | "next-match"
  | "previous-match"
  | "follow"
  | "why"
  | "examples"
  | "next-table"
  | "all-logs"
  | "zoom-in"
  | "zoom-out"
  | "pan-back"
  | "pan-forward"
  | "smoother"
  | "rougher"
  | "plain"
  | "copy"
  | "help"
  | "stop";

/** A line of the key table: the help is made from it, and so is what keys do. */
export interface Binding {
  readonly action: Action;
  readonly keys: readonly string[];
  /** Keys as the help shows them. */
  readonly shown: string;
  readonly help: string;
  /** A word for the line at the bottom; only what one needs at once has one. */
  readonly hint?: string;
}

export const KEYS: readonly Binding[] = [
  { action: "help", keys: ["?"], shown: "?", help: "these keys", hint: "help" },
  {
    action: "up",
    keys: ["up", "k"],
    shown: "↑ k",
    help: "the node, row or line above",
    hint: "up",
  },
  { action: "down", keys: ["down", "j"], shown: "↓ j", help: "the one below", hint: "down" },
  { action: "first", keys: ["g", "home"], shown: "g", help: "the first" },
  { action: "last", keys: ["G", "end"], shown: "G", help: "the last" },
  { action: "page-up", keys: ["pageup"], shown: "PgUp", help: "a page up" },
  {
    action: "page-down",
    keys: ["pagedown", " "],
    shown: "PgDn",
    help: "a page down; also the space bar",
  },
  { action: "previous-tab", keys: ["left", "h"], shown: "← h", help: "the tab before" },
  { action: "next-tab", keys: ["right", "l"], shown: "→ l", help: "the tab after", hint: "tab" },
  {
    action: "other-pane",
    keys: ["tab", "shift-tab"],
    shown: "Tab",
    help: "from the nodes to their details and back",
    hint: "pane",
  },
  {
    action: "open",
    keys: ["enter"],
    shown: "Enter",
    help: "details over the whole screen, and back",
    hint: "open",
  },
  { action: "back", keys: ["escape"], shown: "Esc", help: "back to the nodes" },
  {
    action: "search",
    keys: ["/"],
    shown: "/",
    help: "find a node; in the details, lines that hold a text",
    hint: "find",
  },
  { action: "next-match", keys: ["n"], shown: "n", help: "the next node that was looked for" },
  { action: "previous-match", keys: ["N"], shown: "N", help: "the one before" },
  { action: "follow", keys: ["f"], shown: "f", help: "follow the node that runs", hint: "follow" },
  {
    action: "why",
    keys: ["w"],
    shown: "w",
    help: "why the node runs, difference by difference",
    hint: "why",
  },
  {
    action: "examples",
    keys: ["e"],
    shown: "e",
    help: "rows of its tables in words: text, masks, order",
    hint: "examples",
  },
  { action: "next-table", keys: ["o"], shown: "o", help: "in examples, the node's next table" },
  { action: "all-logs", keys: ["a"], shown: "a", help: "in the log, all nodes or the one" },
  {
    action: "zoom-in",
    keys: ["+", "="],
    shown: "+",
    help: "charts: half as many steps, the latest",
  },
  { action: "zoom-out", keys: ["-", "_"], shown: "-", help: "charts: twice as many steps" },
  {
    action: "pan-back",
    keys: ["<", ","],
    shown: "<",
    help: "charts: earlier steps, where they are zoomed",
  },
  { action: "pan-forward", keys: [">", "."], shown: ">", help: "charts: later steps" },
  { action: "smoother", keys: ["]"], shown: "]", help: "charts: smoother" },
  { action: "rougher", keys: ["["], shown: "[", help: "charts: less smooth" },
  {
    action: "plain",
    keys: ["s"],
    shown: "s",
    help: "plain lines on the ordinary screen, to select and copy, and back",
  },
  {
    action: "copy",
    keys: ["y"],
    shown: "y",
    help: "copy the path of the node's artifact (OSC 52)",
    hint: "copy path",
  },
  {
    action: "stop",
    keys: ["q", "ctrl-c"],
    shown: "q ^C",
    help: "stop: the work in hand is finished and saved; a second time: at once",
    hint: "stop",
  },
];

const ACTIONS = new Map(
  KEYS.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)),
);

/** What a key does; undefined for one that does nothing. */
export function actionOf(key: string): Action | undefined {
  return ACTIONS.get(key);
}

/** The name of a key as the table has it, from what Ink says of it; a character is its own name. */
export function keyNames(input: string, key: Key): readonly string[] {
  if (key.upArrow) return ["up"];
  if (key.downArrow) return ["down"];
  if (key.leftArrow) return ["left"];
  if (key.rightArrow) return ["right"];
  if (key.pageUp) return ["pageup"];
  if (key.pageDown) return ["pagedown"];
  if (key.home) return ["home"];
  if (key.end) return ["end"];
  if (key.return) return ["enter"];
  if (key.escape) return ["escape"];
  if (key.tab) return [key.shift ? "shift-tab" : "tab"];
  if (key.backspace || key.delete) return ["backspace"];
  if (key.ctrl) return [`ctrl-${input}`];
  if (key.meta) return [];
  return [...input].map((character) => KEY_OF_CONTROL[character] ?? character);
}

/** Keys that were typed faster than they were read come together, control characters among them. */
const KEY_OF_CONTROL: Readonly<Record<string, string>> = {
  "\x03": "ctrl-c",
  "\r": "enter",
  "\t": "tab",
  "\x1b": "escape",
  "\x7f": "backspace",
};

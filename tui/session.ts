import type { RunEvent } from "../engine/index.ts";
import { type ExampleKey, exampleOf, type TableReader } from "./example.ts";
import { ExampleLoader } from "./example-loader.ts";
import type { MachineView } from "./machine.ts";
import type { Model } from "./model.ts";
import type { NodeView } from "./node-state.ts";
import { type DashboardState, emptyDashboard, note, reduce, withRows } from "./state.ts";
import { type Effect, type Extent, initialUi, press, selectedNode, tabOf, type Ui } from "./ui.ts";
import { type View, view } from "./view.ts";

/** The dashboard without its terminal: what is known of the run, and what of it is looked at. */
export class Session {
  readonly #tables: TableReader | undefined;
  readonly #examples: ExampleLoader | undefined;
  readonly #watching: boolean;
  #state: DashboardState = emptyDashboard;
  #ui: Ui = initialUi;
  #extent: Extent = { lines: 0, height: 1 };
  #stopping = false;
  #cut: string | undefined;
  /** Whether something is to be shown that was not drawn yet, and whether a key asked for it. */
  changed = true;
  pressed = false;

  constructor(options: { readonly tables: TableReader | undefined; readonly watching: boolean }) {
    this.#tables = options.tables;
    this.#watching = options.watching;
    const changed = () => {
      this.changed = true;
      this.pressed = true;
    };
    this.#examples = options.tables && new ExampleLoader(options.tables, changed);
  }

  get state(): DashboardState {
    return this.#state;
  }

  show(event: RunEvent): void {
    this.#state = reduce(this.#state, event);
    this.changed = true;
    if (event.type === "node-finished" && event.how === "fresh") this.#readRows(event);
  }

  note(text: string): void {
    this.#state = note(this.#state, Date.now(), text);
    this.changed = true;
  }

  stopping(): void {
    this.#stopping = true;
    this.changed = true;
  }

  /** No more events are to be expected. */
  cut(because: string): void {
    this.#cut = because;
    this.changed = true;
  }

  say(message: string): void {
    this.#ui = { ...this.#ui, message };
    this.changed = true;
    this.pressed = true;
  }

  /** Handles a key by its name; what it leads to outside of the screen is returned. */
  press(key: string): Effect | undefined {
    const { ui, effect } = press(this.#ui, key, this.#state, this.#extent);
    this.#ui = ui;
    this.changed = true;
    this.pressed = true;
    return effect;
  }

  /** Where what is looked at is: a table, an artifact or else the store; undefined before there is any. */
  get path(): string | undefined {
    const node = selectedNode(this.#state, this.#ui);
    const key = this.#exampleKey(node);
    if (key !== undefined) return `${key.folder}/${key.output}`;
    if (node !== undefined && node.folder !== "") return node.folder;
    return this.#state.store === "" ? undefined : this.#state.store;
  }

  model(
    size: { readonly columns: number; readonly rows: number },
    machine: MachineView | undefined,
  ): Model {
    const key = this.#exampleKey(selectedNode(this.#state, this.#ui));
    return {
      state: this.#state,
      ui: this.#ui,
      // What was cut off stands still.
      now: this.#cut === undefined ? Date.now() : (this.#state.latest ?? Date.now()),
      columns: size.columns,
      rows: size.rows,
      machine,
      stopping: this.#stopping,
      watching: this.#watching,
      cut: this.#cut,
      example: key === undefined ? undefined : this.#example(key),
    };
  }

  /** A frame of the model, whose extent the next key is told. */
  view(model: Model): View {
    const drawn = view(model);
    this.#extent = drawn.extent;
    return drawn;
  }

  /** The row on show, where rows are. */
  #exampleKey(node: NodeView | undefined): ExampleKey | undefined {
    if (tabOf(this.#state, this.#ui, node) !== "examples") return undefined;
    return exampleOf(this.#state, this.#ui, node);
  }

  #example(key: ExampleKey) {
    return (
      this.#examples?.get(key) ??
      ({ state: "failed", message: "tables cannot be read here" } as const)
    );
  }

  /** A node that was found says none of its rows in events: they are read from its artifact. */
  #readRows({ node, folder }: { readonly node: string; readonly folder: string }): void {
    this.#tables?.rows(node, folder).then(
      (rows) => {
        this.#state = withRows(this.#state, node, rows);
        this.changed = true;
      },
      () => {},
    );
  }
}

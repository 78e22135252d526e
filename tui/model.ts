import type { Example } from "./example.ts";
import type { MachineView } from "./machine.ts";
import type { DashboardState } from "./state.ts";
import type { Ui } from "./ui.ts";

/** All that a frame is made from: plain values. */
export interface Model {
  readonly state: DashboardState;
  readonly ui: Ui;
  /** ms, of the same clock as the events. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** undefined where the machine is not looked at. */
  readonly machine: MachineView | undefined;
  /** Set once the user has asked to stop. */
  readonly stopping: boolean;
  /** Whether the run goes on by itself when the dashboard is left. */
  readonly watching: boolean;
  /** Why no more events are to be expected though the run is not finished; undefined while they are. */
  readonly cut: string | undefined;
  /** The row that the examples show; undefined where there is none. */
  readonly example: Example | undefined;
}

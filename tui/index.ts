import type { DashboardOptions, OpenDashboard } from "./mount.ts";

export type { ExampleKey, ExampleText, TableReader } from "./example.ts";
export type { Terminal } from "./screen.ts";

/** Opens the dashboard of a run; Ink and React are loaded beside it. */
export async function openDashboard(options: DashboardOptions): Promise<OpenDashboard> {
  // It is read while React loads, whose development build keeps a performance entry for every frame: a run of hours
  // would not survive that.
  process.env["NODE_ENV"] ??= "production";
  const { mount } = await import("./mount.ts");
  return mount(options);
}

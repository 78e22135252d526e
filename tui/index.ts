import type { DashboardOptions, OpenDashboard } from "./mount.tsx";

export type { ExampleKey, ExampleText, TableReader } from "./example.ts";
export type { Terminal } from "./screen.ts";

/** Opens the dashboard of a run; loads Ink and React only now. */
export async function openDashboard(options: DashboardOptions): Promise<OpenDashboard> {
  // It is read while React loads, whose development build keeps a performance entry for every frame: a run of hours
  // would not survive that.
  process.env["NODE_ENV"] ??= "production";
  const { mount } = await import("./mount.tsx");
  return mount(options);
}

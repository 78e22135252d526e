import type { DashboardOptions, OpenDashboard } from "./mount.tsx";

export type { ExampleKey, ExampleText, TableReader } from "./example.ts";
export type { Terminal } from "./screen.ts";

/** Opens the dashboard of a run; loads Ink and React only now. */
export async function openDashboard(options: DashboardOptions): Promise<OpenDashboard> {
  // Both are read while Ink's libraries load. React's development build keeps a performance entry for
  // every frame, which a run of hours would not survive; chalk does not know NO_COLOR.
  process.env["NODE_ENV"] ??= "production";
  if ((options.env["NO_COLOR"] ?? "") !== "" || options.env["TERM"] === "dumb")
    process.env["FORCE_COLOR"] = "0";
  const { mount } = await import("./mount.tsx");
  return mount(options);
}

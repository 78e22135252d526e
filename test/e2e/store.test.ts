import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectWhole } from "./artifacts.ts";
import { CONFIGS, config, Project } from "./project.ts";
import { expectDone, expectFailure, outcomes } from "./said.ts";

const DEAF = config(
  `const { documents } = ingest({}, { sources: [text({ files: "corpus/*.txt" })] });
const { numbers } = deaf({ documents });`,
  "numbers",
  `import { deaf } from ${JSON.stringify(new URL("deaf.ts", import.meta.url).href)};`,
);

describe("a store that cannot be used", () => {
  const project = new Project(DEAF);
  beforeAll(() => void project.make());
  afterAll(() => project[Symbol.dispose]());

  it("is a file", async () => {
    const where = project.file("taken", "mine");
    expectFailure(await project.run("run", "--store", "taken"), {
      status: 1,
      error: "the store is not a folder",
      where,
      expected: "a folder, or nothing yet",
      got: "a file",
      do: "--store",
    });
  });

  it("lies below a file", async () => {
    project.file("taken", "mine");
    expectFailure(await project.run("run", "--store", "taken/store"), {
      status: 1,
      error: "opening the store failed: a part of the path is not a folder",
      where: join(project.folder, "taken/store"),
    });
  });

  it.skipIf(process.platform !== "linux")("lies where the kernel makes no folder", async () => {
    expectFailure(await project.run("run", "--store", "/proc/store"), {
      status: 1,
      error: "opening the store failed",
      where: "/proc/store",
    });
  });

  it("lies below folders that are missing, which is well", async () => {
    expectDone(await project.run("run", "ingest", "--store", "new/folder/store"));
    expect(expectWhole(join(project.folder, "new/folder/store"))).toEqual(["ingest"]);
  });

  it("lies where one may not write", async ({ skip }) => {
    skip(process.getuid?.() === 0, "root may write anywhere");
    const closed = join(project.folder, "closed");
    mkdirSync(closed, { mode: 0o555 });
    expectFailure(await project.run("run", "--store", "closed/store"), {
      status: 1,
      error: "opening the store failed: permission denied",
      where: join(closed, "store"),
      do: "change the permissions, or choose another place",
    });
  });

  it("is in use: 4, and who uses it; it may be looked at, and is free once that one is dead", async () => {
    const holder = project.start("run", "--ui", "json");
    const started = await holder.event((event) => event.type === "run-started");
    await holder.event((event) => event.type === "node-log" && event.node === "deaf");
    const [busy, status, shown] = await Promise.all([
      project.run("run", "ingest"),
      project.run("status"),
      project.run("inspect", "ingest", "--rows", "1"),
    ]);
    expectFailure(busy, {
      status: 4,
      error: "another process is writing to the store",
      where: project.store,
      got: `held by process ${started.type === "run-started" ? started.pid : ""}`,
      do: "wait for it to end, stop it, or use another store with --store",
    });
    expect(status.stdout).toMatch(/^ingest +fresh /m);
    expectDone(shown);
    expectDone(await project.run("run", "ingest", "--store", "another"));

    holder.kill("SIGKILL");
    expect((await holder.ended).signal).toBe("SIGKILL");
    const next = await project.run("run", "ingest", "--ui", "json");
    expectDone(next);
    expect(outcomes(next.events)).toEqual({ ingest: "fresh" });
    expect(expectWhole(project.store)).toEqual(["ingest"]);
  });
});

/** Mounts an empty file system in memory; whether that was permitted. */
function mount(folder: string, options: string): boolean {
  mkdirSync(folder);
  const args = ["-t", "tmpfs", "-o", options, "tmpfs", folder];
  return spawnSync("mount", args, { stdio: "ignore" }).status === 0;
}

describe("a disk that takes nothing", () => {
  const project = new Project(CONFIGS.whole);
  const disk = join(project.folder, "disk");
  const readOnly = join(project.folder, "read-only");
  const mounted = { full: false, readOnly: false };
  const NOT_MOUNTED = "a tmpfs could not be mounted: that takes root on Linux";
  beforeAll(() => {
    project.make();
    mounted.full = mount(disk, "size=2m");
    mounted.readOnly = mount(readOnly, "ro");
  });
  afterAll(() => {
    if (mounted.full) spawnSync("umount", [disk]);
    if (mounted.readOnly) spawnSync("umount", [readOnly]);
    project[Symbol.dispose]();
  });

  it("because it is read-only", async ({ skip }) => {
    skip(!mounted.readOnly, NOT_MOUNTED);
    expectFailure(await project.run("run", "--store", "read-only/store"), {
      status: 1,
      error: "opening the store failed: the file system is read-only",
      where: join(readOnly, "store"),
      got: "EROFS",
      do: "choose another place",
    });
  });

  const store = join(disk, "store");
  const filler = join(disk, "filler");

  /** Leaves `bytes` of the disk free. */
  function fill(bytes: number): void {
    rmSync(filler, { force: true });
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    truncateSync(filler, bavail * bsize - bytes);
  }

  describe("because it is full", () => {
    let nodes: readonly string[];
    beforeAll(async () => {
      if (!mounted.full) return;
      expectDone(await project.run("run", "sop-pairs", "--store", "disk/store"));
      nodes = expectWhole(store);
    });
    beforeEach(({ skip }) => skip(!mounted.full, NOT_MOUNTED));

    it.each([
      ["a table", 32_768, ["sop-pairs", "--set", "sop-pairs.dupeFactor=100"], "sop-pairs: writing"],
      [
        "a folder",
        32_768,
        ["local-folder", "--set", "local-folder.path=big"],
        "local-folder: writing",
      ],
      ["its lock", 0, ["sop-pairs"], "opening the store"],
    ])(
      "while %s is written: said, the rest stays, and goes on once there is room",
      async (_, free, args, doing) => {
        project.file("big/train.tsv", Buffer.alloc(200_000, "a line\n"));
        fill(free);
        const command = ["run", ...args, "--store", "disk/store"];
        expectFailure(await project.run(...command), {
          status: 1,
          error: `${doing} failed: the disk is full`,
          where: store,
          got: "ENOSPC",
          do: "free some space, or choose a store on another disk with --store",
        });
        expect(expectWhole(store)).toEqual(nodes);
        rmSync(filler);
        const left = await project.run(...command, "--ui", "json");
        expectDone(left);
        const { [args[0]!]: own, ...others } = outcomes(left.events);
        expect(own).toBe(args.length > 1 ? "ran" : "fresh");
        expect(Object.values(others).every((how) => how === "fresh")).toBe(true);
        nodes = expectWhole(store);
      },
    );
  });
});

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";

/** What the machine does, as the dashboard shows it. */
export interface MachineView {
  /** Share of all cores that was busy, from 0 to 1, oldest first. */
  readonly cpu: readonly number[];
  readonly cores: number;
  /** Bytes. */
  readonly memoryUsed: number;
  readonly memoryTotal: number;
  /** Bytes of this process and those that it started; undefined where another process runs the pipeline. */
  readonly ownMemory: number | undefined;
  /** Bytes that are left where the store is; undefined where that cannot be told. */
  readonly diskFree: number | undefined;
  readonly gpu: GpuView | undefined;
}

export interface GpuView {
  readonly busy: number;
  readonly memoryUsed: number;
  readonly memoryTotal: number;
}

const SAMPLE_MS = 2000;
const KEPT = 60;
/** The driver's own program says what a card does; one process that goes on is cheaper than one a sample. */
const GPU_QUERY = [
  "--query-gpu=utilization.gpu,memory.used,memory.total",
  "--format=csv,noheader,nounits",
  "--loop=2",
];
const MIB = 2 ** 20;

interface Ticks {
  readonly busy: number;
  readonly all: number;
}

/** Looks at the machine every two seconds until it is disposed of; costs a few reads of small files. */
export class Machine implements Disposable {
  readonly #own: boolean;
  readonly #timer: NodeJS.Timeout;
  readonly #stopGpu: () => void;
  #store = "";
  #ticks: Ticks | undefined;
  #view: MachineView;

  /** `own` says whether the pipeline runs in this process. */
  constructor(own: boolean) {
    this.#own = own;
    this.#view = {
      cpu: [],
      cores: availableParallelism(),
      memoryUsed: totalmem() - freemem(),
      memoryTotal: totalmem(),
      ownMemory: own ? process.memoryUsage.rss() : undefined,
      diskFree: undefined,
      gpu: undefined,
    };
    const look = () => void this.#look().catch(() => {});
    look();
    this.#timer = setInterval(look, SAMPLE_MS);
    this.#timer.unref();
    this.#stopGpu = watchGpu((gpu) => {
      this.#view = { ...this.#view, gpu };
    });
  }

  get view(): MachineView {
    return this.#view;
  }

  /** Says where the store is, whose disk is looked at. */
  storeIs(folder: string): void {
    this.#store = folder;
  }

  async #look(): Promise<void> {
    const [ticks, diskFree, ownMemory] = await Promise.all([
      readTicks(),
      freeAt(this.#store),
      this.#own ? memoryOfRun() : undefined,
    ]);
    const last = this.#ticks;
    this.#ticks = ticks;
    const share =
      last === undefined || ticks.all <= last.all
        ? []
        : [(ticks.busy - last.busy) / (ticks.all - last.all)];
    this.#view = {
      ...this.#view,
      cpu: [...this.#view.cpu, ...share].slice(-KEPT),
      memoryUsed: totalmem() - freemem(),
      ownMemory,
      diskFree,
    };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#stopGpu();
  }
}

/** Bytes of this process and, of Linux, of those that it started: a training runs in one of its own. */
async function memoryOfRun(): Promise<number> {
  const path = `/proc/self/task/${process.pid}/children`;
  const children = (await readFile(path, "utf8").catch(() => "")).split(" ").filter(Boolean);
  const kilobytes = await Promise.all(
    children.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    }),
  );
  return process.memoryUsage.rss() + 1024 * kilobytes.reduce((sum, each) => sum + each, 0);
}

/** Ticks of all cores since the machine started; of Linux by the first line of a file, which is cheaper than by core. */
async function readTicks(): Promise<Ticks> {
  const stat = await readFile("/proc/stat", "utf8").catch(() => "");
  const line = /^cpu +(.*)$/m.exec(stat)?.[1];
  if (line !== undefined) {
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, ...rest] = line
      .split(" ")
      .map(Number);
    const busy = user + nice + system + rest.slice(0, 3).reduce((sum, each) => sum + each, 0);
    return { busy, all: busy + idle + wait };
  }
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq;
    busy += sum;
    all += sum + times.idle;
  }
  return { busy, all };
}

async function freeAt(folder: string): Promise<number | undefined> {
  if (folder === "") return undefined;
  const found = await statfs(folder).catch(() => undefined);
  return found === undefined ? undefined : found.bavail * found.bsize;
}

/** Calls back with what NVIDIA's cards do, all together, where there are any; returns how to end that. */
function watchGpu(take: (gpu: GpuView) => void): () => void {
  if (process.platform === "linux" && !existsSync("/proc/driver/nvidia")) return () => {};
  if (process.platform === "darwin") return () => {};
  const child = spawn("nvidia-smi", GPU_QUERY, {
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
  child.on("error", () => {});
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const cards = parseGpus(text);
    if (cards !== undefined) take(cards);
  });
  child.unref();
  return () => child.kill();
}

/** Lines of `busy %, used MiB, total MiB`, a card each, as one view: the mean of how busy, the sum of the memories. */
export function parseGpus(text: string): GpuView | undefined {
  const cards = text.split("\n").flatMap((line) => {
    const numbers = line.split(",").map((part) => Number(part));
    const [busy, used, total] = numbers;
    return numbers.length === 3 && numbers.every(Number.isFinite)
      ? [{ busy: busy!, used: used!, total: total! }]
      : [];
  });
  if (cards.length === 0) return undefined;
  return {
    busy: cards.reduce((sum, { busy }) => sum + busy, 0) / cards.length / 100,
    memoryUsed: cards.reduce((sum, { used }) => sum + used, 0) * MIB,
    memoryTotal: cards.reduce((sum, { total }) => sum + total, 0) * MIB,
  };
}

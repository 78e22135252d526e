import { formatBytes } from "../../lib/format.ts";
import { cut, type Line, lineWidth, type Span, span } from "../line.ts";
import type { MachineView } from "../machine.ts";

const BLOCKS = "▁▂▃▄▅▆▇█";
const SPARK = 12;

/** Cores, memory, disk and GPU in one line; what does not fit is left out from the right. */
export function machineLine(machine: MachineView | undefined, columns: number): Line {
  if (machine === undefined) return [];
  const { cpu, cores, memoryUsed, memoryTotal, ownMemory, diskFree, gpu } = machine;
  const latest = cpu.at(-1);
  const parts: Span[][] = [
    [
      span("cpu ", "faint"),
      span(latest === undefined ? "–" : `${percent(latest)} of ${cores}`),
      span(` ${cpu.slice(-SPARK).map(block).join("")}`, "accent"),
    ],
    [span("mem ", "faint"), span(`${formatBytes(memoryUsed)} of ${formatBytes(memoryTotal)}`)],
    ...(gpu === undefined
      ? []
      : [
          [
            span("gpu ", "faint"),
            span(
              `${percent(gpu.busy)}, ${formatBytes(gpu.memoryUsed)} of ${formatBytes(gpu.memoryTotal)}`,
            ),
          ],
        ]),
    ...(ownMemory === undefined
      ? []
      : [[span("this run ", "faint"), span(formatBytes(ownMemory))]]),
    ...(diskFree === undefined
      ? []
      : [[span("disk ", "faint"), span(`${formatBytes(diskFree)} free`)]]),
  ];
  const line: Span[] = [];
  for (const part of parts) {
    const next = line.length === 0 ? part : [...line, span("   "), ...part];
    if (lineWidth(next) > columns) break;
    line.splice(0, line.length, ...next);
  }
  return line.length > 0 ? line : cut(parts[0]!, columns);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function block(share: number): string {
  return BLOCKS[Math.max(0, Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length)))]!;
}

import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { truncate } from "../lib/width.ts";
import type { LogLine } from "./state.ts";

interface LogProps {
  readonly lines: readonly LogLine[];
  readonly columns: number;
}

const COLORS = { warn: "yellow", error: "red" } as const;

/** The last lines that nodes had to say. */
export function Log({ lines, columns }: LogProps): ReactNode {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Text bold>log</Text>
      {lines.map((line) => (
        <Text
          key={line.number}
          {...(line.level === "info" ? {} : { color: COLORS[line.level] })}
          wrap="truncate"
        >
          {truncate(`${clock(line.time)} ${source(line)}${line.message}`, columns)}
        </Text>
      ))}
    </Box>
  );
}

function source(line: LogLine): string {
  return line.node === "" ? "" : `${line.node}: `;
}

/** Time of day, `14:03:09`. */
function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Line, Span } from "./line.ts";
import { COLORS, type Theme, toAscii } from "./theme.ts";

interface LinesProps {
  readonly lines: readonly Line[];
  readonly theme: Theme;
}

/** Lines below each other, as wide as they are. */
export function Lines({ lines, theme }: LinesProps): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map((line, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is nothing but its place on the screen.
        <Text key={row} wrap="truncate">
          {line.length === 0 ? " " : line.map((each, at) => piece(each, at, theme))}
        </Text>
      ))}
    </Box>
  );
}

function piece({ text, tone, bold }: Span, key: number, theme: Theme): ReactNode {
  const drawn = theme.ascii ? toAscii(text) : text;
  if (!theme.color || (tone === undefined && bold !== true)) return drawn;
  const color = tone === undefined || tone === "faint" ? {} : { color: COLORS[tone] };
  return (
    <Text key={key} {...color} dimColor={tone === "faint"} bold={bold === true}>
      {drawn}
    </Text>
  );
}

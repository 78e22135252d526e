import { Box } from "ink";
import type { ReactNode } from "react";
import type { Line } from "./line.ts";
import { Lines } from "./lines.tsx";
import type { Theme } from "./theme.ts";

export interface DashboardProps {
  readonly lines: readonly Line[];
  readonly columns: number;
  readonly theme: Theme;
}

/** A frame. */
export function Dashboard({ lines, columns, theme }: DashboardProps): ReactNode {
  return (
    <Box width={columns}>
      <Lines lines={lines} theme={theme} />
    </Box>
  );
}

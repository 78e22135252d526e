import { expect, it } from "vitest";
import { Pacing } from "../../tui/pacing.ts";

it("draws soon after a key, twice a second without, and seldom where frames are slow", () => {
  const pacing = new Pacing();
  expect(pacing.due(0, false)).toBe(true);
  pacing.drawn(0, 2);
  expect(pacing.due(60, true)).toBe(false);
  expect(pacing.due(67, true)).toBe(true);
  expect(pacing.due(450, false)).toBe(false);
  expect(pacing.due(500, false)).toBe(true);
  for (let frame = 1; frame <= 20; frame++) pacing.drawn(frame * 1000, frame * 1000 + 8);
  expect(pacing.due(20_750, false)).toBe(false);
  expect(pacing.due(20_800, false)).toBe(true);
  for (let frame = 21; frame <= 60; frame++) pacing.drawn(frame * 1000, frame * 1000 + 500);
  expect(pacing.due(60_990, false)).toBe(false);
  expect(pacing.due(61_000, false)).toBe(true);
  expect(pacing.due(60_070, true)).toBe(true);
});

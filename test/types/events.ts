import type { z } from "zod";
import type { RunEvent } from "../../engine/event.ts";
import type { runEventSchema } from "../../engine/event-schema.ts";

type Parsed = z.output<typeof runEventSchema>;

// The schema and the type say the same. `exactOptionalPropertyTypes` tells a missing field from an undefined one, zod does not.
type Loose<T> = T extends object ? { [K in keyof T]: Loose<T[K]> | undefined } : T;
export const everyEventIsParsed: (event: RunEvent) => Loose<Parsed> = (event) => event;
export const whatIsParsedIsAnEvent: (event: Parsed) => Loose<RunEvent> = (event) => event;
export const everyTypeIsThere: RunEvent["type"] extends Parsed["type"] ? true : never = true;
export const noOtherTypeIsThere: Parsed["type"] extends RunEvent["type"] ? true : never = true;

import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** The platform as far as it decides where caches lie; given in tests. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * A folder that projects share, by what is in it: below `PIPELINE_CACHE` where set, else where the platform keeps
 * caches (XDG_CACHE_HOME or ~/.cache; ~/Library/Caches; %LOCALAPPDATA%).
 */
export function cacheFolder(
  content: "downloads" | "tensorflow",
  { platform, env, home }: Surroundings = {
    platform: process.platform,
    env: process.env,
    home: homedir(),
  },
): string {
  const own = env["PIPELINE_CACHE"];
  if (own) return resolve(own, content);
  return join(platformCaches({ platform, env, home }), "albert-pipeline", content);
}

function platformCaches({ platform, env, home }: Surroundings): string {
  if (platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  const xdg = env["XDG_CACHE_HOME"];
  // A relative path there is to be ignored (XDG Base Directory Specification).
  return xdg && isAbsolute(xdg) ? xdg : join(home, ".cache");
}

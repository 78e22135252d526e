/** Opens a store for writing, says so and holds it until it is killed; `kind` takes the bare lock of that kind. */
import { FileStore } from "../../engine/file-store.ts";
import { StoreLock } from "../../engine/lock.ts";
import type { LockKind } from "../../engine/name-lock.ts";

const [folder, kind] = process.argv.slice(2);
if (kind === undefined) await FileStore.open(folder!, { write: true });
else await StoreLock.take(folder!, kind as LockKind);
console.log("held");
setInterval(() => {}, 1000);

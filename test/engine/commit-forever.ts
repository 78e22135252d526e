/** Commits artifact after artifact to a store, saying each fingerprint, until it is killed. */
import { FileStore } from "../../engine/file-store.ts";
import { commitWords } from "./words.ts";

const [folder, start] = process.argv.slice(2);
const store = await FileStore.open(folder!, { write: true });
for (let count = Number(start); ; count++) {
  const fingerprint = String(count).padStart(64, "0");
  await commitWords(store, fingerprint, ["one", "two", `${count}`]);
  process.stdout.write(`${fingerprint}\n`);
}

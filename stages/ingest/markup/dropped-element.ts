import { BOILERPLATE, CONTAINERS, ENDED_BY } from "./html-elements.ts";

/** An element that is left out with its content, and where it ends, its end tag missing or not. */
export class DroppedElement {
  readonly #name: string;
  /** How many of the same name are open, itself among them. */
  #depth = 1;
  /** How many containers are open inside it. */
  #containers = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** Takes a start tag inside it; true where that ended it, so that the new element stands beside it. */
  open(name: string): boolean {
    if (this.#containers === 0 && ENDED_BY.get(this.#name)?.has(name)) return true;
    if (BOILERPLATE.has(this.#name) && (name === "main" || name === "article")) return true;
    if (name === this.#name) this.#depth++;
    else if (CONTAINERS.has(name)) this.#containers++;
    return false;
  }

  /** Takes an end tag: whether the element ended, and whether the tag was its own. */
  close(name: string): { readonly ended: boolean; readonly itself: boolean } {
    if (name === this.#name) return { ended: --this.#depth === 0, itself: true };
    if (name === "body" || name === "html") return { ended: true, itself: false };
    if (!CONTAINERS.has(name)) return { ended: false, itself: false };
    // The end of what it stands in.
    const ended = this.#containers === 0 && ENDED_BY.has(this.#name);
    this.#containers = Math.max(0, this.#containers - 1);
    return { ended, itself: false };
  }
}

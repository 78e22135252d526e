/** A graphics card, as its maker describes it. */
export interface Card {
  readonly name: string;
  readonly memoryBytes: number;
  /** Floating-point operations a second in float32, outside of tensor cores. */
  readonly flops: number;
}

/** GB of a card are gigabytes of 2^30 bytes. */
const GIB = 2 ** 30;
const card = (name: string, gigabytes: number, teraflops: number): Card => ({
  name,
  memoryBytes: gigabytes * GIB,
  flops: teraflops * 1e12,
});

/** Source: NVIDIA's data sheets, the variant with the most of each where there are several. */
export const CARDS: readonly Card[] = [
  card("Titan X", 12, 11),
  card("GTX 1080 Ti", 11, 11.3),
  card("RTX 2080 Ti", 11, 13.4),
  card("RTX 3060", 12, 12.7),
  card("RTX 3090", 24, 35.6),
  card("RTX 4090", 24, 82.6),
  card("T4", 16, 8.1),
  card("P100", 16, 9.3),
  card("V100", 32, 15.7),
  card("A10", 24, 31.2),
  card("L4", 24, 30.3),
  card("A100", 80, 19.5),
  card("H100", 80, 67),
  card("H200", 141, 67),
];

/** The share of that speed that whole training steps are taken to reach. */
export const CARD_SHARE = 0.4;

/** The card of a name, in whatever letters, blanks and hyphens; undefined where none is known. */
export function cardNamed(name: string): Card | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/nvidia|geforce|tesla|[^a-z0-9]/g, "");
  return CARDS.find((known) => plain(known.name) === plain(name));
}

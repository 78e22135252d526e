/**
 * Whether two sequences read the same in either order, one after the other: both are then repetitions of one
 * sequence, and nothing tells which came first. Equal ones are, and so are "no no" and "no".
 */
export function readsTheSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  const length = a.length + b.length;
  for (let at = 0; at < length; at++) {
    const first = at < a.length ? a[at] : b[at - a.length];
    const second = at < b.length ? b[at] : a[at - b.length];
    if (first !== second) return false;
  }
  return true;
}

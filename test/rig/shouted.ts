/** Upper case, as an imported file so that it is part of the stage's code. */
export function shouted(text: string): string {
  return text.toUpperCase();
}

/**
 * "Did you mean": the known name nearest to a mistyped one.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/**
 * Finds the name nearest to the mistyped one, or nothing when none is near:
 * at most a third of its letters may differ.
 *
 * @param most How many letters may differ, whatever its length
 */
export function suggest(
  mistyped: string,
  names: readonly string[],
  most = Infinity,
): string | undefined {
  const wanted = mistyped.toLowerCase().slice(0, 100);
  let nearest: string | undefined;
  let least = Math.min(most, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase().slice(0, 100));
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [[...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (same ? 0 : 1),
      );
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, rows[i - 2]?.[j - 2]! + 1);
      }
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

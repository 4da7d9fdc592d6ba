/**
 * Versions of distributions, as Python's packages write them (PEP 440).
 *
 * @module
 */

/** Orders two versions by their numbers; a pre-release comes before. */
export function compareReleases(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Number(isEarly(other)) - Number(isEarly(one));
}

/**
 * Tells whether a version fulfils what a requirement says of it: `>=2,<3`. What
 * cannot be read is taken for fulfilled.
 */
export function fulfils(version: string, wanted: string): boolean {
  return wanted.split(",").map((each) => each.trim()).every((each) => {
    const [, sign, bound = "", isAny] =
      /^(===?|!=|<=?|>=?|~=)\s*v?(\d[\w.!+]*?)(\.\*)?$/.exec(each) ?? [];
    if (!sign) return true;
    const order = compareReleases(version, bound);
    switch (sign) {
      case "==":
      case "===":
        return isAny ? isBelow(bound, version) : order === 0;
      case "!=":
        return isAny ? !isBelow(bound, version) : order !== 0;
      case "~=":
        return order >= 0 &&
          isBelow(bound.split(".").slice(0, -1).join("."), version);
      case "<":
        return order < 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      default:
        return order >= 0;
    }
  });
}

/** `2.3.1` is below `2.3`. */
function isBelow(bound: string, version: string): boolean {
  const numbers = numbersOf(version);
  return numbersOf(bound).every((each, at) => each === (numbers[at] ?? 0));
}

function numbersOf(version: string): number[] {
  return (/^v?(?:\d+!)?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "")
    .split(".").map(Number);
}

function isEarly(version: string): boolean {
  return /\d\.?(?:a|b|c|rc|alpha|beta|dev|pre)\.?\d*/i.test(version);
}

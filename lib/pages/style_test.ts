import { assert } from "@std/assert";
import { PAGE_STYLE } from "./style.ts";

Deno.test("PAGE_STYLE has enough contrast, light and dark", () => {
  const colours = [...PAGE_STYLE.matchAll(/--(\w+): (#\w{6});/g)]
    .map(([, name = "", colour = ""]) => [name, colour] as const);
  const half = colours.length / 2;
  for (const scheme of [colours.slice(0, half), colours.slice(half)]) {
    const { line: _, ground, sheet, sunken, ...inks } = Object.fromEntries(
      scheme,
    );
    for (const paper of [ground, sheet, sunken]) {
      for (const ink of Object.values(inks)) {
        const ratio = contrast(ink, paper ?? "");
        assert(ratio >= 4.5, `${ink} on ${paper}: ${ratio}`);
      }
    }
  }
});

Deno.test("PAGE_STYLE prints dark on light, and cuts no box", () => {
  // Paper is light whatever the reader's screen is.
  assert(PAGE_STYLE.includes("@media screen and (prefers-color-scheme: dark)"));
  const print = PAGE_STYLE.slice(PAGE_STYLE.indexOf("@media print"));
  const boxes = /\.frame, \.output \{([^}]*)\}/.exec(print)?.[1] ?? "";
  for (const part of ["max-height: none", "overflow: visible", "pre-wrap"]) {
    assert(boxes.includes(part), part);
  }
});

/** The contrast of two colours, as WCAG 2.2 defines it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other].map(luminance)
    .sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

import { assert, assertEquals } from "@std/assert";
import { compareReleases, fulfils } from "./version.ts";

Deno.test("compareReleases() orders by number, however many there are", () => {
  for (
    const [one, other, order] of [
      ["2.0", "2", 0],
      ["2.10", "2.9", 1],
      ["1.4.49", "2.0", -1],
      ["2.0rc1", "2.0", -1],
      ["2.0.post1", "2.0", 0],
    ] as const
  ) assertEquals(compareReleases(one, other), order, `${one} ${other}`);
});

Deno.test("fulfils() reads what requirements say of versions", () => {
  for (
    const [version, wanted] of [
      ["2.2.3", ">=2.2,<3"],
      ["2.2.3", "==2.2.*"],
      ["2.2.3", "~=2.2"],
      ["2.2.3", "!=2.2.2"],
      ["2.2.3", ""],
      ["2.2.3", "@ file:///x"],
    ] as const
  ) assert(fulfils(version, wanted), `${version} ${wanted}`);
  for (
    const [version, wanted] of [
      ["3.0", ">=2.2,<3"],
      ["2.3", "==2.2.*"],
      ["2.3.1", "~=2.2.0"],
      ["3.0.2", "==2.0.1"],
      ["2.2.3", ">=2.10"],
    ] as const
  ) assert(!fulfils(version, wanted), `${version} ${wanted}`);
});

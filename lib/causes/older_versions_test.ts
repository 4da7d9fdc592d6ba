import { assertEquals } from "@std/assert";
import { sceneOf } from "../../tests/worlds/failing_site.ts";
import { insteadOf, orBefore } from "./older_versions.ts";
import type { Scene } from "./scene.ts";

/** A site with packages, and what each of them asks for. */
function siteOf(
  packages: Record<string, string>,
  version: Scene["version"] = [3, 12],
): Scene {
  const files = Object.entries(packages).map(([name, wanted]) => [
    `PACKAGES/${name}.dist-info/METADATA`,
    `Name: ${name.replace(/-.*/, "")}\n${
      wanted ? `Requires-Dist: ${wanted}\n` : ""
    }`,
  ]);
  return {
    ...sceneOf({ raised: "E: x", files: Object.fromEntries(files) }),
    version,
  };
}

function bound(name: string, version: string, scene: Scene) {
  return /write (.+?) into/.exec(orBefore(name, version, scene))?.[1];
}

Deno.test("orBefore() names the versions that still had it", () => {
  const scene = siteOf({ "pydantic-2.5": "", "shop-1.0": "pydantic>=1.10" });
  assertEquals(bound("pydantic", "2.0", scene), "pydantic<2.0");
});

Deno.test("orBefore() names Werkzeug with Flask, which asks for none below", () => {
  const scene = siteOf({ "flask-2.3.3": "Werkzeug>=2.3.7" });
  assertEquals(bound("Flask", "2.3", scene), "Flask<2.3 and Werkzeug<2.3");
});

Deno.test("orBefore() names none that another package does not work with", () => {
  for (
    const wanted of ["flask>=2.2.5", "Flask (>=2.2)", "flask~=2.3,!=2.3.1"]
  ) {
    const scene = siteOf({ "flask-2.3.3": "", "flask_sqlalchemy-3.1": wanted });
    assertEquals(bound("Flask", "2.2", scene), undefined, wanted);
  }
});

Deno.test("orBefore() names none that this Python cannot run", () => {
  const packages = { "numpy-1.26.4": "" };
  assertEquals(bound("numpy", "1.24", siteOf(packages, [3, 12])), undefined);
  assertEquals(bound("numpy", "1.24", siteOf(packages, [3, 13])), undefined);
  assertEquals(bound("numpy", "1.24", siteOf(packages, [3, 11])), "numpy<1.24");
});

Deno.test("orBefore() names none that is more than one step back", () => {
  const scene = siteOf({ "pymongo-4.6": "" });
  assertEquals(bound("pymongo", "4.0", scene), "pymongo<4.0");
  assertEquals(bound("pymongo", "3.0", scene), undefined);
});

Deno.test("insteadOf() says where no older version helps a package", () => {
  const scene = siteOf({
    "werkzeug-2.2.2": "",
    "flask-2.2.2": "Werkzeug>=2.2",
  });
  assertEquals(
    insteadOf("shop", "Werkzeug", "1.0", scene),
    "Write a later version of shop into the requirements of the site, if there is one; or leave it out, with what uses it",
  );
  assertEquals(
    insteadOf("shop", "Werkzeug", "2.3", scene),
    "Write a later version of shop into the requirements of the site, if there is one; else Werkzeug<2.3, which is a step back for all of the site",
  );
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost, type Entry } from "../../tests/worlds/machine.ts";
import { healthyFiles, PYTHON, ROOT, SITE } from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import { closedPackages, normalise, pipInstall } from "./pip.ts";

const PACKAGES = `${SITE}/venv/lib/python3.11/site-packages`;

function hostWith(files: Record<string, Entry | string | undefined> = {}) {
  return createFakeHost({ files: { ...healthyFiles(), ...files } });
}

Deno.test("pipInstall() takes the pip of the environment", () => {
  assertEquals(
    pipInstall(PYTHON, ["Flask<3", "-r", "/a b"], hostWith()),
    `${PYTHON} -m pip install 'Flask<3' -r '/a b'`,
  );
});

Deno.test("pipInstall() gets pip where there is none, and asks uv for its own", () => {
  const without = { [`${PACKAGES}/pip`]: undefined };
  assertEquals(
    pipInstall(PYTHON, ["flask"], hostWith(without)),
    `${PYTHON} -m ensurepip && ${PYTHON} -m pip install flask`,
  );
  const ofUv = { ...without, [`${SITE}/venv/pyvenv.cfg`]: "uv = 0.4.0\n" };
  assertEquals(
    pipInstall(PYTHON, ["flask"], hostWith(ofUv)),
    `uv pip install --python ${PYTHON} flask`,
  );
});

Deno.test("normalise() compares names as the index does", () => {
  assertEquals(normalise("Py__Yaml.Ext"), "py-yaml-ext");
});

Deno.test("closedPackages() tells of a folder that the site's user cannot read", () => {
  const read = (files?: Parameters<typeof hostWith>[0]) =>
    closedPackages(PYTHON, readSite(ROOT, hostWith(files)));
  assertEquals(read(), undefined);
  const facts = read({ [PACKAGES]: { owner: "root:root", mode: 0o700 } });
  assert(facts);
  assertStringIncludes(facts.message, `"jdoe" cannot read "${PACKAGES}"`);
  assertEquals(facts.fix, { command: `chmod o+rx ${PACKAGES}`, safe: false });
});

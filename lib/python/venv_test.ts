import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import {
  endOfLife,
  isTooOld,
  laterFix,
  packageFolders,
  readVenv,
  tooOldInWords,
  venvCommand,
  venvFix,
} from "./venv.ts";

const VENV = `${SITE}/venv`;

function hostWith(files: Parameters<typeof createFakeHost>[0]["files"]) {
  return createFakeHost({ files: { ...healthyFiles(), ...files } });
}

function siteWith(files: Parameters<typeof hostWith>[0] = {}) {
  return readSite(ROOT, hostWith(files));
}

Deno.test("readVenv() takes the version from the program's own name", () => {
  assertEquals(
    readVenv(PYTHON, hostWith({ [`${VENV}/pyvenv.cfg`]: "version = 3.9.1\n" })),
    { base: undefined, version: "3.11" },
  );
});

Deno.test("readVenv() takes what pyvenv.cfg says where the name tells nothing", () => {
  const settings = (text: string) =>
    readVenv(
      "/v/bin/python",
      createFakeHost({
        files: {
          "/v": {},
          "/v/bin": {},
          "/v/bin/python": "x",
          "/v/pyvenv.cfg": text,
        },
      }),
    );
  assertEquals(settings("HOME = /opt/py\r\nversion_info = 3.12.1.final.0\n"), {
    base: "/opt/py",
    version: "3.12",
  });
  assertEquals(settings("no settings\n"), {
    base: undefined,
    version: undefined,
  });
});

Deno.test("readVenv() knows environments of Conda, and no others without pyvenv.cfg", () => {
  const files = { "/c": {}, "/c/bin": {}, "/c/bin/python": "x" };
  assertEquals(readVenv("/c/bin/python", createFakeHost({ files })), undefined);
  const conda = createFakeHost({ files: { ...files, "/c/conda-meta": {} } });
  assert(readVenv("/c/bin/python", conda));
});

Deno.test("isTooOld() counts the numbers as numbers", () => {
  for (const old of ["2.7", "2.7.18", "3.7", "3.0"]) assert(isTooOld(old), old);
  for (const fine of ["3.8", "3.10", "3.14.1", "4.0"]) {
    assert(!isTooOld(fine), fine);
  }
  assertEquals(
    tooOldInWords("/v/bin/python", "Python 2.7"),
    '"/v/bin/python" is Python 2.7; wsgi-shim needs 3.8 or later',
  );
});

Deno.test("endOfLife() does not know versions that are still to come", () => {
  assertEquals(endOfLife("3.9.2"), [2025, 10]);
  assertEquals(endOfLife("3.99"), undefined);
});

Deno.test("venvCommand() quotes the folder", () => {
  assertEquals(venvCommand("/a b"), "python3 -m venv '/a b'");
});

Deno.test("venvFix() makes an environment beside the one that is there, with its packages", () => {
  const packages = `${VENV}/lib/python3.11/site-packages`;
  const text = (files: Record<string, string>) => {
    const fix = venvFix(PYTHON, siteWith(files));
    return "text" in fix ? fix.text : "";
  };
  assertStringIncludes(
    text({ [`${packages}/flask-3.0.0.dist-info/METADATA`]: "" }),
    `beside the old one: \`python3 -m venv ${VENV}-new && ${VENV}-new/bin/python -m pip install flask==3.0.0\`; then write passenger_python = "${VENV}-new/bin/python"`,
  );
  assertStringIncludes(
    text({ [`${SITE}/requirements.txt`]: "" }),
    `pip install -r ${SITE}/requirements.txt`,
  );
  const many = Object.fromEntries(
    Array.from(
      { length: 20 },
      (_, at) => [`${packages}/p${at}-1.dist-info/METADATA`, ""],
    ),
  );
  assertStringIncludes(text(many), "with the 20 packages of the old one");
});

Deno.test("venvFix() makes it in its place where nothing is there", () => {
  const site = readSite(
    ROOT,
    createFakeHost({
      files: { [SITE]: {}, [ROOT]: {}, [`${ROOT}/config.toml`]: CONFIG },
    }),
  );
  assertEquals(venvFix(PYTHON, site), {
    command: `python3 -m venv ${VENV}`,
    safe: false,
  });
});

Deno.test("laterFix() names the newest Python of the machine, or asks for one", () => {
  const newer = laterFix(
    PYTHON,
    siteWith({ "/usr/bin/python3.9": "x", "/usr/bin/python3.12": "x" }),
  );
  assert("text" in newer);
  assertStringIncludes(newer.text, `python3.12 -m venv ${VENV}-new`);
  const site = readSite(
    ROOT,
    createFakeHost({
      files: {
        [SITE]: {},
        [ROOT]: {},
        [VENV]: {},
        [`${ROOT}/config.toml`]: CONFIG,
      },
    }),
  );
  const fix = laterFix(PYTHON, site);
  assert("text" in fix);
  assertStringIncludes(fix.text, "Ask the administrators");
});

Deno.test("packageFolders() knows the minor version of each", () => {
  const host = createFakeHost({
    files: {
      "/v/lib/python3.9": {},
      "/v/lib/pypy3.10": {},
      "/v/lib/pkgconfig": {},
    },
  });
  assertEquals(packageFolders("/v", host), [
    ["/v/lib/pypy3.10/site-packages", 10],
    ["/v/lib/python3.9/site-packages", 9],
  ]);
});

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  check,
  codes,
  only,
  PROGRAM,
  programs,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import type { World } from "../../tests/worlds/machine.ts";

const BASE = "/usr/bin/python3.11";
const root = { owner: "root:root", mode: 0o755 };

Deno.test("checkVenv() wants a virtual environment outside the app root", () => {
  const bare = only({ files: { [`${SITE}/venv/pyvenv.cfg`]: undefined } });
  assertEquals(bare.code, "python-not-venv");
  assertEquals(
    codes({
      files: {
        [`${SITE}/venv/pyvenv.cfg`]: undefined,
        [`${SITE}/venv/conda-meta`]: {},
      },
    }),
    [],
  );
  // Conda makes no pyvenv.cfg, and its Python may be as old as any.
  assertEquals(
    codes({
      files: {
        [`${SITE}/venv/pyvenv.cfg`]: undefined,
        [`${SITE}/venv/conda-meta`]: {},
        "/usr/bin/python3.7": { ...root, text: PROGRAM },
        [`${SITE}/venv/bin/python3`]: { link: "/usr/bin/python3.7" },
      },
    }),
    ["python-too-old"],
  );
  const inside = check({
    config: [[PYTHON, `${ROOT}/venv/bin/python`]],
    files: {
      [`${ROOT}/venv/bin/python`]: { link: BASE },
      [`${ROOT}/venv/pyvenv.cfg`]: "home = /usr/bin\nversion = 3.11.2\n",
    },
  });
  assert(inside.some((one) => one.code === "venv-in-app-root"));
});

Deno.test("checkVenv() judges the version, by files at start-up and by a run at the shell", () => {
  const version = (version: string, now?: number) =>
    codes({
      now,
      files: {
        [`${SITE}/venv/bin/python3`]: { link: "/usr/bin/python3" },
        "/usr/bin/python3": { ...root, text: PROGRAM },
        [`${SITE}/venv/pyvenv.cfg`]: `home = /usr/bin\nversion = ${version}\n`,
        [`${SITE}/venv/lib/python3.11`]: undefined,
        [`${SITE}/venv/lib/python3.11/site-packages`]: undefined,
      },
      at: "startup",
    });
  assertEquals(version("3.7.16"), ["python-too-old"]);
  assertEquals(version("3.9.2"), ["python-end-of-life"]);
  assertEquals(version("3.11.2"), []);
  assertEquals(version("3.11.2", Date.UTC(2030, 0)), ["python-end-of-life"]);
  assertEquals(
    codes({ run: programs({ python: { version: [3, 6, 15] } }) }),
    ["python-too-old"],
  );
  const two = { stderr: "Unknown option: -I\nusage: …", status: 2 };
  assertStringIncludes(
    only({ run: programs({ python: two }) }).message,
    "Python 2.7.18",
  );
});

Deno.test("checkVenv() knows an environment that was moved, or upgraded in place", () => {
  const moved = only({
    files: {
      [`${SITE}/venv/bin/pip`]: "#!/old/venv/bin/python3\nimport sys\n",
    },
  });
  assertEquals(moved.code, "venv-moved");
  const upgraded = only({
    files: { [`${SITE}/venv/lib/python3.9/site-packages/flask`]: {} },
  });
  assertEquals(upgraded.code, "venv-other-version");
  assertEquals(
    codes({ files: { [`${SITE}/venv/lib/python3.9/site-packages/pip`]: {} } }),
    [],
  );
});

Deno.test("checkVenv() advises for Passengers that need the module imp", () => {
  const version = (type: string, extra = {}) =>
    codes({
      config: [["[wsgi]", `passenger_app_type = "${type}"\n[wsgi]`]],
      files: {
        [`${SITE}/venv/pyvenv.cfg`]: "home = /usr/bin\nversion = 3.12.1\n",
        [`${SITE}/venv/bin/python3`]: { link: "/usr/bin/python3.12" },
        "/usr/bin/python3.12": { ...root, text: PROGRAM },
        [`${SITE}/venv/lib/python3.12/site-packages`]: {},
        ...extra,
      },
      run: programs({ python: { version: [3, 12, 1] } }),
    });
  assertEquals(version("wsgi"), ["python-needs-newer-passenger"]);
  assertEquals(version("node"), []);
  const imp = { [`${SITE}/venv/lib/python3.12/site-packages/imp.py`]: "x" };
  assertEquals(version("wsgi", imp), []);
});

Deno.test("checkVenv() names a Python of this machine that is late enough", () => {
  const old = { run: programs({ python: { version: [3, 6, 15] } }) };
  assertEquals(only(old).fix, {
    text:
      `Make a virtual environment beside the old one: \`python3.11 -m venv ${SITE}/venv-new\`; then write passenger_python = "${SITE}/venv-new/bin/python" in config.toml`,
  });
  // What is in no environment has no folder that may be emptied.
  const bare = check({
    ...old,
    config: [[PYTHON, "/tmp/python"]],
    files: {
      "/tmp/python": { ...root, text: PROGRAM },
      [PYTHON]: undefined,
    },
  }).find(({ code }) => code === "python-too-old");
  assertEquals(bare?.fix, {
    text:
      `Make a virtual environment: \`python3.11 -m venv ${SITE}/venv\`; then write passenger_python = "${PYTHON}" in config.toml`,
  });
  const none = only({
    ...old,
    files: {
      "/usr/bin/python3.11": undefined,
      "/usr/bin/python3": { ...root, text: PROGRAM },
      [`${SITE}/venv/bin/python3`]: { link: "/usr/bin/python3" },
    },
  });
  assertEquals(none.fix, {
    text:
      `Ask the administrators for Python 3.8 or later; then, with its number for N: Make a virtual environment beside the old one: \`python3.N -m venv ${SITE}/venv-new\`; then write passenger_python = "${SITE}/venv-new/bin/python" in config.toml`,
  });
});

Deno.test("checkVenv() leaves the environment that is there", () => {
  const moved = { [`${SITE}/venv/bin/pip`]: "#!/old/venv/bin/python3\n" };
  const fix = (files: World["files"], python = PYTHON) =>
    check({
      config: python === PYTHON ? [] : [[PYTHON, python]],
      files: {
        ...moved,
        [`${SITE}/venv/.gitignore`]: "*\n",
        ...files,
      },
    }).find(({ code }) => code.startsWith("venv") || code.startsWith("python"))
      ?.fix;
  assertEquals(fix({}), {
    text:
      `Make a virtual environment beside the old one: \`python3 -m venv ${SITE}/venv-new\`; then write passenger_python = "${SITE}/venv-new/bin/python" in config.toml`,
  });
  const shim = `${SITE}/.pyenv/shims/python`;
  assertEquals(
    fix({
      [shim]: { ...root, text: PROGRAM },
      [`${SITE}/.pyenv/versions/a`]: "",
    }, shim),
    { text: `Write passenger_python = "${PYTHON}" in config.toml` },
  );
});

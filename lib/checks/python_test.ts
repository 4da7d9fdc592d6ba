import { dirname } from "node:path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  check,
  codes,
  MODULE,
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

Deno.test("checkPython() says that the venv is missing, and how to make it", () => {
  const files = Object.fromEntries(
    [
      "",
      "/bin",
      "/bin/python",
      "/bin/python3",
      "/bin/pip",
      "/pyvenv.cfg",
      "/lib",
      "/lib/python3.11",
      "/lib/python3.11/site-packages",
      "/lib/python3.11/site-packages/pip",
    ].map((name) => [`${SITE}/venv${name}`, undefined]),
  );
  for (const at of ["shell", "startup"] as const) {
    const found = only({ at, files });
    assertEquals(found.code, "python-missing");
    assertStringIncludes(found.message, `the folder "${SITE}/venv"`);
    assertEquals(found.fix, {
      command: `python3 -m venv ${SITE}/venv`,
      safe: false,
    });
    assertEquals(found.place?.line, 5);
  }
});

Deno.test("checkPython() names an interpreter that is there in its place", () => {
  const found = only({ config: [["venv/bin/python", "venv/bin/pyton"]] });
  assertEquals(found.code, "python-missing");
  assertEquals(found.fix, { text: `Write passenger_python = "${PYTHON}"` });
  assertEquals(
    only({ config: [["venv/bin/python", "venv"]] }).fix,
    { text: `Write passenger_python = "${PYTHON}"` },
  );
});

Deno.test("checkPython() makes no virtual environment of the system's folders", () => {
  const found = only({
    config: [[PYTHON, "/usr/local/bin/python3.14"]],
    files: { [PYTHON]: undefined },
  });
  assertEquals(found.fix, {
    text:
      `Make a virtual environment: \`python3 -m venv ${SITE}/venv\`; then write passenger_python = "${PYTHON}" in config.toml`,
  });
});

Deno.test("checkPython() does not take the stand-in for the interpreter", () => {
  const found = only({ config: [[PYTHON, `${ROOT}/shim/python`]] });
  assertEquals(found.code, "python-is-shim");
});

Deno.test("checkPython() tells a missing base from a missing venv", () => {
  const gone = only({ files: { [BASE]: undefined } });
  assertEquals(gone.code, "python-base-missing");
  assertStringIncludes(gone.message, `"${BASE}"`);
  const copied = only({
    files: {
      [`${SITE}/venv/bin/python3`]: { text: PROGRAM, mode: 0o755 },
      [`${SITE}/venv/pyvenv.cfg`]: "home = /opt/python3.9/bin\n",
    },
  });
  assertEquals(copied.code, "python-base-missing");
  const loop = only({
    files: { [`${SITE}/venv/bin/python3`]: { link: "python" } },
  });
  assertStringIncludes(loop.message, "leads back to itself");
});

Deno.test("checkPython() looks at what kind of program it is", () => {
  const program = (text: string | Uint8Array, mode = 0o755) =>
    only({ files: { [BASE]: { ...root, text, mode } } });
  assertEquals(program(PROGRAM, 0o644).code, "python-not-executable");
  assertEquals(program("").code, "python-not-a-program");
  assertEquals(program("hello\n").code, "python-not-a-program");
  const other = PROGRAM.slice();
  other[18] = 183;
  const foreign = program(other);
  assertEquals(foreign.code, "python-architecture");
  assertStringIncludes(foreign.message, "made for aarch64");
  assertEquals(
    program('#!/bin/bash\r\nexec x "$@"\r\n').code,
    "python-script-broken",
  );
  assertEquals(program("#!/no/such/sh\n").code, "python-script-broken");
  assertEquals(
    codes({ files: { [BASE]: { ...root, text: "#!/bin/bash\nexec x\n" } } }),
    [],
  );
});

Deno.test("checkPython() knows a file system without programs", () => {
  const mounts = (options: string) => ({
    files: {
      "/proc/self/mounts": {
        ...root,
        text: `/dev/a / ext4 rw 0 0\n/dev/b /usr/bin ext4 ${options} 0 0\n`,
      },
    },
  });
  assertEquals(only(mounts("rw,noexec")).code, "python-noexec");
  assertEquals(codes(mounts("rw,nosuid")), []);
});

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

Deno.test("checkPythonRun() says why the interpreter ends at once", () => {
  const failed = (python: Record<string, unknown>) =>
    only({ run: programs({ python }) });
  const library = failed({
    stderr:
      "python: error while loading shared libraries: libpython3.11.so.1.0: cannot open",
  });
  assertEquals(library.code, "python-cannot-run");
  assertStringIncludes(library.message, "libpython3.11.so.1.0 is missing");
  assertStringIncludes(
    failed({ stderr: "python: /lib/libc.so.6: version `GLIBC_2.38' not found" })
      .message,
    "GLIBC_2.38",
  );
  assertStringIncludes(failed({ signal: "SIGILL" }).message, "SIGILL");
  assertStringIncludes(failed({ errno: "EACCES" }).message, "permit");
  assertStringIncludes(
    failed({ stderr: "ModuleNotFoundError: No module named 'encodings'" })
      .message,
    "its own library is gone",
  );
});

Deno.test("checkPythonRun() reports packages, each kind as one finding", () => {
  const facts = (python: Record<string, unknown>) =>
    only({ run: programs({ python }) });
  const missing = facts({
    missing: [
      { name: "flask", file: MODULE, line: 1 },
      { name: "yaml", file: MODULE, line: 2 },
    ],
  });
  assertEquals(missing.code, "package-missing");
  assertEquals(missing.fix, {
    command: `${PYTHON} -m pip install flask PyYAML`,
    safe: false,
  });
  assertEquals(
    facts({ damaged: [{ name: "flask", count: 1, file: "flask/app.py" }] })
      .code,
    "package-damaged",
  );
  const conflict = facts({
    conflicts: [
      { name: "Flask", version: "2.2", needs: "Werkzeug<3", has: "3.1" },
    ],
  });
  assertEquals(conflict.code, "package-conflict");
  assertStringIncludes(
    (conflict.fix as { command: string }).command,
    "'Werkzeug<3'",
  );
  assertEquals(facts({ incomplete: ["sqlite3"] }).code, "python-incomplete");
  assertEquals(facts({ target_missing: "mysite" }).code, "app-module-missing");
});

Deno.test("checkPythonRun() never runs a program at start-up", () => {
  check({
    at: "startup",
    run: (program) => {
      throw new Error(`Ran ${program}`);
    },
  });
});

Deno.test("checkPythonRun() never empties a folder that is no environment", () => {
  const failed = (python: string, files = {}) =>
    only({
      config: [[PYTHON, python]],
      files: { [python]: { text: PROGRAM, mode: 0o755 }, ...files },
      run: (program) => ({
        status: program === python ? 9 : 0,
        stderr: "bad option",
      }),
    });
  for (const python of ["/usr/bin/node", `${SITE}/bin/python`]) {
    const found = failed(python, {
      [dirname(python)]: {},
      [`${dirname(dirname(python))}/pyvenv.cfg`]: undefined,
    });
    assertEquals(found.code, "python-cannot-run");
    assertEquals(found.fix, {
      text: `Write passenger_python = "${PYTHON}" in config.toml`,
    });
  }
});

Deno.test("checkPythonRun() brings pip where there is none", () => {
  const packages = `${SITE}/venv/lib/python3.11/site-packages`;
  const fix = (files = {}) =>
    only({
      files: { [`${packages}/pip`]: undefined, ...files },
      run: programs({
        python: { missing: [{ name: "flask", file: MODULE, line: 1 }] },
      }),
    }).fix;
  assertEquals(fix(), {
    command: `${PYTHON} -m ensurepip && ${PYTHON} -m pip install flask`,
    safe: false,
  });
  const settings = "home = /usr/bin\nversion_info = 3.11.2\nuv = 0.4.1\n";
  assertEquals(fix({ [`${SITE}/venv/pyvenv.cfg`]: settings }), {
    command: `uv pip install --python ${PYTHON} flask`,
    safe: false,
  });
});

Deno.test("checkPythonRun() tells packages that cannot be read from missing ones", () => {
  const packages = `${SITE}/venv/lib/python3.11/site-packages`;
  const found = only({
    files: { [packages]: { owner: "root:root", mode: 0o700 } },
    run: programs({
      python: { missing: [{ name: "flask", file: MODULE, line: 1 }] },
    }),
  });
  assertEquals(found.code, "package-unreadable");
  assertEquals(found.fix, {
    command: `chmod o+rx ${packages}`,
    safe: false,
    by: "root",
  });
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

Deno.test("checkPythonRun() installs from a list only what is on it", () => {
  const fix = (name: string, list: string) =>
    only({
      files: { [`${SITE}/myapp/requirements.txt`]: list },
      run: programs({ python: { missing: [{ name, file: MODULE, line: 1 }] } }),
    }).fix;
  const list = `${PYTHON} -m pip install -r ${SITE}/myapp/requirements.txt`;
  assertEquals(fix("yaml", "Flask\npyyaml==6\n"), {
    command: list,
    safe: false,
  });
  assertEquals(fix("yaml", "Flask\n"), {
    command: `${PYTHON} -m pip install PyYAML`,
    safe: false,
  });
  assertEquals(fix("reqeusts", ""), {
    text:
      `Import "requests", if that is meant; else install what is missing: \`${PYTHON} -m pip install reqeusts\``,
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

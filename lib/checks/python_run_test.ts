import { dirname } from "node:path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  check,
  loggedIn,
  MODULE,
  only,
  PROGRAM,
  programs,
  PYTHON,
  SITE,
} from "../../tests/worlds/site.ts";

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
      'Import "requests", if that is meant; if "reqeusts" is a part of your own code, copy it to this machine',
  });
});

Deno.test("checkPythonRun() knows where the login files let Python look", () => {
  const missing = { missing: [{ name: "bakery", file: MODULE, line: 1 }] };
  const codes = (login: ReturnType<typeof loggedIn>, folder = "mylib") =>
    check({
      files: {
        [`${SITE}/${folder}`]: {},
        [`${SITE}/${folder}/bakery.py`]: "",
      },
      run: programs({ python: missing, login }),
    }).map(({ code }) => code);
  const login = loggedIn({ PYTHONPATH: `${SITE}/mylib` });
  assertEquals(codes(login), []);
  assertEquals(codes(loggedIn({})), ["module-elsewhere"]);
  assertEquals(codes(login, "other"), ["module-elsewhere"]);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  codes,
  only,
  PROGRAM,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";

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

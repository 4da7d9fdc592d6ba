import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  leaveOut,
  whyNoModules,
  whyNoProgram,
} from "../../tests/worlds/left_out.ts";
import { createHost } from "../machine/host.ts";
import type { PythonFacts } from "./facts.ts";
import { ANSWER_MARK, PYTHON_SCRIPT } from "./facts_script.ts";

const PYTHON = "/usr/bin/python3";
const host = createHost();
const ignore = leaveOut(
  "what Python tells of files",
  whyNoProgram("python3"),
);

function askPython(python: string, question: unknown) {
  const asked = JSON.stringify(question);
  return host.run(python, ["-I", "-c", PYTHON_SCRIPT, asked]);
}

/** What Python tells of files that it does not import. */
function ask(files: Record<string, string>, module?: string): PythonFacts {
  const folder = Deno.makeTempDirSync({ prefix: "wsgi-shim-python-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.mkdirSync(join(folder, name, ".."), { recursive: true });
      Deno.writeTextFileSync(join(folder, name), text);
    }
    const run = askPython(PYTHON, {
      target: module ? { module } : { file: join(folder, "app.py") },
      path: [folder],
    });
    assert(run.stdout.includes(ANSWER_MARK), run.stderr);
    const text = run.stdout.slice(
      run.stdout.indexOf(ANSWER_MARK) + ANSWER_MARK.length,
    );
    const facts = JSON.parse(text.replaceAll(`${folder}/`, ""));
    assertEquals(facts.failed, undefined);
    return facts;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function test(name: string, run: () => void): void {
  Deno.test({ name: `PYTHON_SCRIPT ${name}`, ignore, fn: run });
}

test("follows imports, and imports nothing", () => {
  const facts = ask({
    "app.py":
      'import a\nfrom pkg import b\nfrom pkg.c import d\nraise SystemExit("ran")\n',
    "a.py": "import not_there_one\n",
    "pkg/__init__.py": "",
    "pkg/b.py": "from . import e\n",
    "pkg/c.py": "d = 1\n",
    "pkg/e.py": "def x(:\n",
    "unrelated.py": "def y(:\n",
  });
  assertEquals(facts.missing?.map((one) => [one.name, one.file, one.line]), [
    ["not_there_one", "a.py", 1],
  ]);
  assertEquals(facts.syntax?.map((one) => [one.file, one.line]), [
    ["pkg/e.py", 1],
  ]);
});

test("does not mind imports that may fail, or paths that code sets", () => {
  const guarded = [
    "try:\n    import not_there\nexcept ImportError:\n    pass\n",
    "import typing\nif typing.TYPE_CHECKING:\n    import not_there\n",
    "def later():\n    import not_there\n",
    'import sys\nsys.path.insert(0, "/x")\nimport not_there\n',
    "import json, os.path, xml.etree.ElementTree as e\n",
    "from __future__ import annotations\n",
  ];
  for (const text of guarded) {
    assertEquals(ask({ "app.py": text }).missing, [], text);
  }
});

test("finds variables that are read without a default", () => {
  const needed = (text: string) =>
    ask({ "app.py": `import os\n${text}\n` }).needed?.map((one) => one.name);
  assertEquals(needed('os.environ["A_B"]'), ["A_B"]);
  assertEquals(needed('x = f(os.environ["A_B"], 1)'), ["A_B"]);
  assertEquals(needed('os.environ.get("A_B")'), []);
  assertEquals(needed('def f():\n    return os.environ["A_B"]'), []);
  assertEquals(needed('os.environ["A_B"] = "1"\nos.environ["A_B"]'), []);
  assertEquals(needed('load_dotenv()\nos.environ["A_B"]'), []);
});

test("finds names of Python's own, and a module that nobody has", () => {
  const facts = ask({ "app.py": "", "random.py": "", "test.py": "" });
  assertEquals(facts.shadows, ["random.py"]);
  assertEquals(ask({}, "not_there.wsgi").target_missing, "not_there");
  assertEquals(
    ask({ "here/wsgi.py": "" }, "here.wsgi").target_missing,
    undefined,
  );
});

test("compares cached code with its source", () => {
  const folder = Deno.makeTempDirSync({ prefix: "wsgi-shim-python-" });
  try {
    const file = join(folder, "app.py");
    const time = new Date("2026-01-01");
    const write = (text: string) => {
      Deno.writeTextFileSync(file, text);
      Deno.utimeSync(file, time, time);
    };
    const stale = () => {
      const { stdout } = askPython(PYTHON, {
        target: { file },
        path: [folder],
      });
      return JSON.parse(stdout.slice(stdout.indexOf("{"))).stale.length;
    };
    write("x = 'World'\n");
    host.run(PYTHON, ["-m", "py_compile", file]);
    assertEquals(stale(), 0);
    write("x = 'WORLD'\n");
    assertEquals(stale(), 1);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test({
  name: "PYTHON_SCRIPT judges the packages of an environment by what pip wrote",
  ignore: leaveOut(
    "what Python tells of packages",
    whyNoProgram("python3") ?? whyNoModules(["ensurepip"]),
  ),
  fn() {
    const folder = Deno.makeTempDirSync({ prefix: "wsgi-shim-python-" });
    try {
      const { stderr } = host.run(PYTHON, ["-m", "venv", folder], {
        timeout: 60_000,
      });
      assertEquals(stderr, "");
      const library = join(folder, "lib");
      const [{ name }] = [...Deno.readDirSync(library)] as [Deno.DirEntry];
      const packages = join(library, name, "site-packages");
      const install = (name: string, needs: string[], record: string[]) => {
        const home = join(packages, `${name}-1.0.dist-info`);
        Deno.mkdirSync(home);
        Deno.writeTextFileSync(
          join(home, "METADATA"),
          ["Metadata-Version: 2.1", `Name: ${name}`, "Version: 1.0"]
            .concat(needs.map((each) => `Requires-Dist: ${each}`), "", "")
            .join("\n"),
        );
        Deno.writeTextFileSync(
          join(home, "RECORD"),
          record.map((path) => `${path},sha256=x,1\n`).join(""),
        );
      };
      install("other", [], []);
      install("Half.Done", [
        "other>=2",
        "other<9",
        'never-asked-for; extra == "docs"',
        'of-python-2; python_version < "3"',
        'asked-for; extra == "docs" or python_version > "3"',
      ], ["half/there.py", "half/lost.py", "half/data.txt", "../../bin/half"]);
      Deno.mkdirSync(join(packages, "half"));
      Deno.writeTextFileSync(join(packages, "half/there.py"), "");
      const { stdout } = askPython(join(folder, "bin/python"), {
        path: [folder],
      });
      const facts: PythonFacts = JSON.parse(stdout.slice(stdout.indexOf("{")));
      assertEquals(facts.damaged, [
        { name: "Half.Done", count: 1, file: "half/lost.py" },
      ]);
      const needs = { name: "Half.Done", version: "1.0" };
      assertEquals(facts.conflicts, [
        { ...needs, needs: "other>=2", has: "1.0" },
        { ...needs, needs: "asked-for", has: null },
      ]);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

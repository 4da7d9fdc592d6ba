/**
 * The startup files must be read by interpreters that nobody chose: by every
 * Python and every shell that this machine has.
 *
 * @module
 */

import { HOST_FILES } from "../../lib/site/layout.ts";
import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../../build/run_deno.ts";
import { inTempFolder } from "../worlds/fake_io.ts";
import { leaveOut, whyNoProgram } from "../worlds/left_out.ts";

const STARTUP = `${ROOT}lib/shim/`;
const PYTHON_REGEXP = /^python(2|3)(\.\d+)?$/;

/** Paths of all interpreters in the usual places, by what they are. */
function findPrograms(wanted: RegExp): string[] {
  const home = Deno.env.get("HOME") ?? "/root";
  const folders = ["/usr/bin", "/usr/local/bin", "/bin"];
  const versions = `${home}/.pyenv/versions`;
  for (const name of namesIn(versions)) {
    folders.push(`${versions}/${name}/bin`);
  }
  const found = new Set<string>();
  for (const folder of folders) {
    for (const name of namesIn(folder).filter((name) => wanted.test(name))) {
      try {
        found.add(Deno.realPathSync(`${folder}/${name}`));
      } catch {
        // A link to nothing.
      }
    }
  }
  return [...found].sort();
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function run(program: string, ...args: string[]): string {
  const { code, stdout, stderr } = new Deno.Command(program, { args })
    .outputSync();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, `${program}: ${text(stderr)}`);
  return text(stdout);
}

const PYTHONS = findPrograms(PYTHON_REGEXP);
const COMPILE = "import sys; compile(open(sys.argv[1], 'rb').read(), " +
  "sys.argv[1], 'exec'); print('%d.%d' % sys.version_info[:2])";

/** What an old interpreter may be made to load. */
const FOR_EVERY_PYTHON = [
  "passenger_wsgi.py",
  "last_words.py",
  "host/__main__.py",
  "host/ending.py",
];

Deno.test({
  name: "what an old Python may load compiles under every Python here",
  ignore: leaveOut(
    "the syntax of what an old Python may load",
    PYTHONS.length === 0 ? "there is no Python" : undefined,
  ),
  fn() {
    for (const python of PYTHONS) {
      for (const file of FOR_EVERY_PYTHON) {
        const version = run(python, "-c", COMPILE, `${STARTUP}${file}`);
        assert(/^[23]\.\d+\n$/.test(version), version);
      }
    }
  },
});

Deno.test("what an old Python may load keeps to what 2.7 and 3.0 both know", () => {
  const newer: [RegExp, string][] = [
    [/\bf["']/, "formatted strings (3.6)"],
    [/[^ -~\n]/, "letters beyond ASCII"],
    [/\bu["']/, "u'' (not in 3.0 to 3.2)"],
    [/:=/, "assignment expressions (3.8)"],
    [/\bnonlocal\b/, "nonlocal (3.0)"],
    [/\basync\b|\bawait\b/, "async (3.5)"],
    [/\byield from\b/, "yield from (3.3)"],
    [/\bprint /, "print as a statement (2)"],
    [/\braise [^\n]* from /, "raise from (3.0)"],
    [/except \w+, \w+:/, "except with a comma (2)"],
    [/^\s*\*\w+,|, \*\w+ =/m, "starred assignment (3.0)"],
    [/^def [^(]*\([^)]*(: \w+|\) ->)/m, "annotations (3.0)"],
  ];
  for (const file of FOR_EVERY_PYTHON) {
    const text = Deno.readTextFileSync(`${STARTUP}${file}`);
    const code = text.replaceAll(/"""[^]*?"""|#.*$/gm, "");
    for (const [pattern, what] of newer) {
      const found = pattern.exec(code)?.[0];
      assert(found === undefined, `${file} uses ${what}: ${found}`);
    }
  }
});

const MODERN = PYTHONS.filter((python) => {
  const [, major, minor] = /^(\d)\.(\d+)/.exec(
    run(python, "-c", COMPILE, "/dev/null"),
  )!;
  return Number(major) === 3 && Number(minor) >= 8;
});

Deno.test({
  name: "the host compiles under every Python from 3.8",
  ignore: leaveOut(
    "the syntax of the host",
    MODERN.length === 0 ? "there is no Python 3.8 or later" : undefined,
  ),
  fn() {
    for (const python of MODERN) {
      for (const name of HOST_FILES) {
        const file = `${STARTUP}host/${name}`;
        run(python, "-W", "error", "-c", COMPILE, file);
      }
    }
  },
});

for (const shell of findPrograms(/^(dash|bash|ksh|mksh|busybox|yash|zsh)$/)) {
  Deno.test(`shim/python is understood by ${shell}`, () => {
    const sh = shell.endsWith("busybox") ? ["sh"] : [];
    run(shell, ...sh, "-n", `${STARTUP}python`);
  });
}

const SHELLCHECK = findPrograms(/^shellcheck$/);

Deno.test({
  name: "shellcheck finds nothing in shim/python",
  ignore: leaveOut(
    "shellcheck of shim/python",
    SHELLCHECK.length === 0 ? "shellcheck is not installed" : undefined,
  ),
  fn: () => void run(SHELLCHECK[0]!, `${STARTUP}python`),
});

Deno.test({
  name: "app.js names the commands that renew a runtime that cannot be used",
  ignore: leaveOut("the page of app.js", whyNoProgram("node")),
  fn: () =>
    inTempFolder(async (folder) => {
      Deno.copyFileSync(`${STARTUP}app.js`, `${folder}/app.js`);
      Deno.mkdirSync(`${folder}/shim`);
      const runtime = `${folder}/shim/runtime.cjs`;
      const upgrade = `wsgi-shim upgrade ${folder}`;
      const move = `mv ${runtime} ${runtime}.old && ${upgrade}`;
      for (
        const [text, trouble, mend] of [
          [undefined, "is missing", upgrade],
          ["exports = {", "is broken", move],
          ["exports.begin = 1", "is not complete", move],
          ["exports.start = () => no.thing", "failed", move],
          ["exports.start = async () => no.thing", "failed", move],
        ] as const
      ) {
        if (text !== undefined) Deno.writeTextFileSync(runtime, text);
        assertEquals(
          await firstWords(`${folder}/app.js`),
          `wsgi-shim: The file shim/runtime.cjs ${trouble}. Renew it in a ` +
            `shell: ${mend}`,
        );
      }
    }),
});

/** The first line that a startup file writes to the server's log. */
async function firstWords(file: string): Promise<string> {
  const node = new Deno.Command("node", {
    args: [file],
    env: { PORT: "0" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let told = "";
  const decoder = new TextDecoder();
  for await (const bytes of node.stderr) {
    told += decoder.decode(bytes, { stream: true });
    if (told.includes("\n")) break;
  }
  node.kill();
  await node.status;
  return told.split("\n")[0]!;
}

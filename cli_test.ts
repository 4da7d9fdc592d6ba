/**
 * Tests of the command line as a whole: help, refusals, exit statuses, and the
 * examples of every help.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { main } from "./cli.ts";
import { COMMANDS } from "./lib/commands/mod.ts";
import { OWNED_FILES } from "./lib/reports/scaffold.ts";
import { readEmbedded } from "./lib/commands/embedded.ts";
import { importFlags, ROOT } from "./build/run_deno.ts";
import { splitCommand } from "./lib/text/shell_words.ts";
import { VERSION } from "./lib/site/version.ts";
import {
  createFakeIo,
  type FakeIoOptions,
  inTempFolder,
} from "./tests/worlds/fake_io.ts";

const CLI = fileURLToPath(new URL("cli.ts", import.meta.url));

const SHOWN = COMMANDS.filter(({ usage }) => !usage.isHidden);

async function run(argv: string[], options: FakeIoOptions = {}) {
  const io = createFakeIo(options);
  const code = await main(argv, io);
  return { code, out: io.stdout(), err: io.stderr() };
}

Deno.test("main() shows help in every way that one asks for it", async () => {
  const help = (await run([])).out;
  assert(help.startsWith("wsgi-shim runs a Python web application"));
  for (const argv of [["--help"], ["-h"], ["help"]]) {
    assertEquals(await run(argv), { code: 0, out: help, err: "" });
  }
  for (const { usage } of SHOWN) {
    assert(help.includes(`  ${usage.name.padEnd(11)}  ${usage.summary}\n`));
    const shown = await run(["help", usage.name]);
    assertEquals([shown.code, shown.err], [0, ""]);
    assert(shown.out.includes(`\n  wsgi-shim ${usage.name} [options]`));
    for (const argv of [["--help"], ["x", "-h", "--bogus"]]) {
      assertEquals(await run([usage.name, ...argv]), shown);
    }
  }
});

Deno.test("main() keeps every help within the terminal's columns", async () => {
  for (const columns of [40, 80]) {
    for (const name of [undefined, ...COMMANDS.map((one) => one.usage.name)]) {
      const argv = name === undefined ? [] : ["help", name];
      const { out } = await run(argv, { columns });
      for (const line of out.split("\n")) {
        // A line to paste is never broken.
        if (columns < 80 && /^ +(\S+ \| )?wsgi-shim /.test(line)) continue;
        if (columns < 80 && line.includes("<(wsgi-shim")) continue;
        assert(line.length <= columns, line);
      }
    }
  }
});

Deno.test("main() refuses what it does not understand with 2", async () => {
  const table: [string[], string][] = [
    [
      ["chekc"],
      "error: There is no command chekc; did you mean check?\n" +
      "See: wsgi-shim --help\n",
    ],
    [
      ["--verison"],
      "error: There is no option --verison; did you mean --version?\n" +
      "See: wsgi-shim --help\n",
    ],
    [
      ["xyzzy y"],
      "error: There is no command 'xyzzy y'\nSee: wsgi-shim --help\n",
    ],
    [[""], "error: There is no command ''\nSee: wsgi-shim --help\n"],
    [
      ["help", "instal"],
      "error: There is no command instal; did you mean install?\n" +
      "See: wsgi-shim --help\n",
    ],
    [
      ["install"],
      "error: install needs APPROOT\nSee: wsgi-shim help install\n",
    ],
    [
      ["explain", "config-sintax"],
      "error: There is no finding config-sintax; did you mean config-syntax?" +
      "\nSee: wsgi-shim help explain\n",
    ],
    [
      ["explain", "secret-open"],
      "error: There is no finding secret-open; did you mean secret-too-open?" +
      "\nSee: wsgi-shim help explain\n",
    ],
    [
      ["explain", "xyzzy"],
      "error: There is no finding xyzzy; `wsgi-shim explain` lists all" +
      "\nSee: wsgi-shim help explain\n",
    ],
  ];
  for (const [argv, err] of table) {
    assertEquals(await run(argv), { code: 2, out: "", err });
  }
});

Deno.test("main() tells with 1 what cannot be done", () =>
  inTempFolder(async (folder) => {
    const { code, out, err } = await run(["restart", "nowhere"], {
      cwd: folder,
    });
    assertEquals([code, out], [1, ""]);
    assertEquals(
      err.replaceAll("\n", " "),
      `error: Cannot look into ${folder}/nowhere: there is no such folder `,
    );
  }));

Deno.test("main() owns up to its faults with 3, without a stack", async () => {
  const io = createFakeIo();
  io.cwd = () => {
    throw new RangeError("out of cheese");
  };
  assertEquals(await main(["check"], io), 3);
  const [title, report, hint] = io.stderr().split("\n");
  assertEquals(title, "error: out of cheese");
  assert(report!.startsWith("This is a fault of wsgi-shim."));
  assertEquals(hint, "With WSGI_SHIM_DEBUG=1 it shows where it happened.");
  assert(!io.stderr().includes("cli_test.ts"));
  io.host = { ...io.host, env: { WSGI_SHIM_DEBUG: "1" } };
  await main(["check"], io);
  assert(io.stderr().includes("cli_test.ts"));
});

Deno.test("main() takes a closed pipe for the end", async () => {
  const io = createFakeIo();
  io.out = () => {
    throw new Deno.errors.BrokenPipe();
  };
  assertEquals(await main(["help"], io), 0);
});

Deno.test("main() shows versions", async () => {
  const { code, out } = await run(["--version"]);
  assertEquals(code, 0);
  assertEquals(
    out,
    `wsgi-shim ${VERSION}\nruntime   ${VERSION}\nDeno      ${Deno.version.deno}\n`,
  );
  for (const argv of [["version"], ["-v"], ["-V"]]) {
    assertEquals((await run(argv)).out, out, argv.join());
  }
});

Deno.test("main() makes a manual page of the help", async () => {
  const { code, out } = await run(["help", "--man"]);
  assertEquals(code, 0);
  for (const { usage } of SHOWN) {
    assert(
      out.includes(`\n.SS wsgi\\-shim ${usage.name} [options]`),
      usage.name,
    );
    for (const { name } of usage.options) {
      assert(out.includes(`\\fB\\-\\-${name.replaceAll("-", "\\-")}`), name);
    }
  }
  // Whatever begins with a dot or a quote is a macro of man(7).
  const macros = [...out.matchAll(/^[.']\S*/gm)].map(([macro]) => macro);
  const known = [".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".I"];
  assertEquals(
    macros.filter((one) =>
      ![...known, ".nf", ".fi", ".RS", ".RE"].includes(one)
    ),
    [],
  );
});

Deno.test("main() explains findings to programs", async () => {
  const one = JSON.parse((await run(["explain", "--json", "disk-full"])).out);
  assertEquals(Object.keys(one), [
    "version",
    "code",
    "severity",
    "title",
    "why",
    "mend",
    "example",
  ]);
  const all = JSON.parse((await run(["explain", "--json"])).out);
  const { version: _, ...rule } = one;
  assertEquals(
    all.findings.find((each: { code: string }) => each.code === "disk-full"),
    rule,
  );
});

Deno.test("main() takes --color wherever it stands", async () => {
  const plain = (await run(["help"])).out;
  for (
    const argv of [
      ["--color=always", "help"],
      ["help", "--color", "always"],
      ["help", "--color=never", "--color=always"],
    ]
  ) {
    const { code, out } = await run(argv);
    assertEquals(code, 0);
    assert(out.includes("\x1b[1mUsage\x1b[0m"), argv.join(" "));
  }
  assertEquals((await run(["help", "--color=never"])).out, plain);
  assertEquals((await run(["help", "--color=auto"])).code, 0);
  assertEquals(await run(["check", "--color", "sometimes"]), {
    code: 2,
    out: "",
    err: "error: --color must be auto, always or never, and is sometimes\n" +
      "See: wsgi-shim help check\n",
  });
  assertEquals((await run(["explain", "--", "--color=always"])).code, 2);
});

Deno.test("main() understands the examples of every help", () =>
  inTempFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/fresh`);
    await run(["install", "mysite/www"], { cwd: folder });
    for (const { usage } of SHOWN) {
      assert(usage.examples.length > 0, usage.name);
      for (const [line] of usage.examples) {
        const lines = [...line.matchAll(/wsgi-shim ((?:[^&|)']|'[^']*')+)/g)];
        assert(lines.length > 0, line);
        for (const [, words] of lines) {
          await understand(splitCommand(words!.trim())![0]!, folder);
        }
      }
    }
  }));

async function understand(argv: string[], folder: string) {
  // Serving does not end by itself.
  if (argv[0] === "serve") return;
  const isEndless = argv.includes("--follow") || argv.includes("--wait");
  const cwd = argv[0] === "install"
    ? Deno.makeTempDirSync({ dir: `${folder}/fresh` })
    : argv.includes("mysite/www")
    ? folder
    : `${folder}/mysite/www`;
  const { code, err } = await run(argv, {
    cwd,
    signal: isEndless ? AbortSignal.abort() : undefined,
  });
  // There is no Python, no incident, and nothing to adopt or give back.
  const failing = ["check", "status", "--incident", "adopt", "eject"];
  const fails = failing.some((word) =>
    argv.includes(word) && argv[0] !== "maint"
  );
  const wanted = fails ? 1 : argv.includes("--wait") ? 130 : 0;
  assertEquals(code, wanted, `${argv.join(" ")}: ${err}`);
}

Deno.test("readEmbedded() finds every file of ours", async () => {
  for (const file of OWNED_FILES) {
    const text = await readEmbedded(file);
    assert(text.length > 100, file.path);
    assert(!/^(\/\/|#) wsgi-shim \d/.test(text), file.path);
  }
});

/** Runs shell lines in which `cli` is the command line. */
async function runInShell(folder: string, script: string) {
  const map = (await importFlags()).map((flag) =>
    flag.replace("=npm/", `=${ROOT}npm/`)
  );
  const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: [
      "-c",
      `cli() { "$DENO" run -q -A ${map.join(" ")} "$CLI" "$@"; }\n${script}`,
    ],
    cwd: folder,
    env: { DENO: Deno.execPath(), CLI, NO_COLOR: "1", WSGI_SHIM_CWD: "" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) =>
    new TextDecoder().decode(bytes).replace(/\s+/g, " ").trim();
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("the program says when it cannot write its result", () =>
  inTempFolder(async (folder) => {
    assertEquals(await runInShell(folder, "cli explain >/dev/full"), {
      code: 1,
      out: "",
      err: "error: Cannot write to standard output: the disk is full",
    });
    assertEquals(
      (await runInShell(folder, "cli --version 2>/dev/full")).code,
      0,
    );
    assertEquals((await runInShell(folder, "cli chekc 2>/dev/full")).code, 2);
  }));

Deno.test("serve ends without a fault when nobody reads what it prints", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/app.py`,
      "def application(environ, start_response):\n" +
        "    print('visited', flush=True)\n" +
        "    start_response('200 OK', [])\n    return [b'here']\n",
    );
    const visit = "import os, re, sys, urllib.request\n" +
      "url = re.search(r'http:\\S+', sys.stdin.readline()).group()\n" +
      "os.close(0)\n" +
      "urllib.request.urlopen(url, timeout=30)\n";
    const { out, err } = await runInShell(
      folder,
      `python3 -m venv --without-pip venv &&
      cli install www --module app.py >install.txt 2>&1 &&
      { cli serve --port 0 www; echo $? >code.txt; } |
        python3 -c "${visit}" 2>/dev/null; cat code.txt`,
    );
    assertEquals(out, "0");
    assert(!/Uncaught|rror/.test(err), err);
  }));

Deno.test("the program says when it stands in a folder without a name", () =>
  inTempFolder(async (folder) => {
    const odd = `odd=$(printf 'bad\\377') && mkdir "$odd" && cd "$odd" && `;
    const refusal = {
      code: 1,
      out: "",
      err: "error: The path of the current folder is no UTF-8 text; go to " +
        "another folder, or rename this one",
    };
    assertEquals(await runInShell(folder, `${odd}cli check`), refusal);
    assertEquals(
      await runInShell(folder, "cd bad* && cli install www"),
      refusal,
    );
    // As `deno task` tells of it.
    const told = 'cd bad* && export WSGI_SHIM_CWD="$OLDPWD/bad\ufffd" && ';
    assertEquals(await runInShell(folder, `${told}cli install www`), refusal);
    const full = await runInShell(folder, `cd bad* && cli install ${folder}/w`);
    assertEquals([full.code, full.err.replace(/^note.*NAME/, "")], [0, ""]);
  }));

Deno.test("door refuses what it was not written for", () =>
  inTempFolder(async (folder) => {
    await run(["install", "www"], { cwd: folder });
    for (const words of [[], ["judge"], ["serve", "www"]]) {
      const refused = await run(["door", ...words], { cwd: folder });
      assertEquals([refused.code, refused.out], [2, ""], words.join(" "));
    }
    for (const word of ["judge", "page"]) {
      const refused = await run(["door", word, "www"], { cwd: folder });
      assertEquals([refused.code, refused.out], [1, ""], word);
      assert(refused.err.includes("no process of Passenger's"), refused.err);
    }
  }));

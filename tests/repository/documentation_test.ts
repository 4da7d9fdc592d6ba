/**
 * The documentation says what is so: its commands run, what it names exists,
 * its links lead somewhere, and its references are those of the code.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { parse } from "@std/toml";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { renderConfigPage, renderFindingsPage } from "../../docs/generate.ts";
import { COMMON_OPTIONS } from "../../lib/commands/help.ts";
import { COMMANDS } from "../../lib/commands/mod.ts";
import { isCode } from "../../lib/findings/words.ts";
import { renderSettings } from "../../lib/reports/settings_snippet.ts";
import { SECTIONS, SETTINGS } from "../../lib/site/settings_table.ts";
import { ROOT } from "../../build/run_deno.ts";
import {
  type Document,
  makeSandbox,
  readDocument,
  readDocuments,
  resolveLink,
} from "./documents.ts";
import { leaveOut, whyNoModules } from "../worlds/left_out.ts";

const DOCUMENTS = readDocuments();
const WRITTEN = DOCUMENTS.filter(({ path }) =>
  path !== "docs/findings.md" && path !== "docs/config.md"
);
/** Examples are run, and then asked for a page, by `examples_test.ts`. */
const RUN = WRITTEN.filter(({ path, blocks }) =>
  !/^docs\/examples\/./.test(path) &&
  blocks.some(({ language, notRun }) => language === "sh" && !notRun)
);

Deno.test("every command works, page by page, one after the other", async (t) => {
  const runs = RUN.map((document) => ({
    document,
    ignore: leaveOut(`the commands in ${document.path}`, whyNotRun(document)),
  })).map(({ document, ignore }) => ({
    name: document.path,
    ignore,
    outcome: ignore ? undefined : runPage(document).catch((error) => error),
  }));
  for (const { name, ignore, outcome } of runs) {
    await t.step({
      name,
      ignore,
      async fn() {
        const error = await outcome;
        if (error !== undefined) throw error;
      },
    });
  }
});

Deno.test("makeSandbox() makes a place in which a fault does not go unseen", async () => {
  await using sandbox = await makeSandbox();
  const block = { language: "sh", line: 7, text: "true\nfalse | true\n" };
  await assertRejects(
    () => sandbox.run([block], "page.md"),
    Error,
    "block at line 7",
  );
});

/** Pages are run side by side, for much of the time is waiting. */
async function runPage(document: Document): Promise<void> {
  await using sandbox = await makeSandbox();
  const { blocks, path } = document;
  await sandbox.run(makesSite(document) ? blocks : [SITE, ...blocks], path);
}

/** Pages that begin with a site that is there. */
const SITE = {
  language: "sh",
  line: 0,
  text: "python3 -m venv venv\nwsgi-shim install www >/dev/null\n",
};

function makesSite({ blocks }: Document): boolean {
  return blocks.some(({ text }) => text.includes("wsgi-shim install www"));
}

function whyNotRun({ text }: Document): string | undefined {
  const wants = text.includes("from flask import") ? ["flask"] : [];
  return whyNoModules(["venv", ...wants]);
}

Deno.test("every block of the documentation says what it is", () => {
  const wrong = DOCUMENTS.flatMap(({ path, blocks }) =>
    blocks.filter(({ language }) => language === "")
      .map(({ line }) => `${path}:${line}`)
  );
  assertEquals(wrong, []);
});

Deno.test("what CONTRIBUTING shows of the code stands in the code", async () => {
  const squeeze = (text: string) => text.replaceAll(/\s+/g, " ");
  let code = "";
  for (const folder of ["findings", "checks", "causes"]) {
    for (const { name } of Deno.readDirSync(`${ROOT}lib/${folder}`)) {
      code += await Deno.readTextFile(`${ROOT}lib/${folder}/${name}`);
    }
  }
  code = squeeze(code);
  const { blocks } = readDocument("CONTRIBUTING.md");
  const shown = blocks.filter(({ language }) => language === "ts");
  assert(shown.length >= 3);
  for (const { text } of shown) assert(code.includes(squeeze(text)), text);
});

Deno.test("every command and option that is named exists", () => {
  const wrong: string[] = [];
  for (const { path, text } of DOCUMENTS) {
    // The first column there has the commands of another program.
    const ours = path === "docs/moving.md"
      ? text.replaceAll(/^\|[^|]*\|/gm, "")
      : text;
    for (const line of commandLines(ours)) {
      const fault = faultOf(line);
      if (fault) wrong.push(`${path}: ${fault} in: wsgi-shim ${line}`);
    }
  }
  assertEquals(wrong, []);
});

/** What follows the name of the program, wherever a command line is meant. */
function* commandLines(text: string): Iterable<string> {
  const code = [
    ...text.matchAll(/^(`{3,})sh\b.*\n([^]*?)^\1/gm),
    ...text.replace(/^(`{3,}).*\n[^]*?^\1/gm, "").matchAll(/(`)([^`]+)`/g),
  ];
  for (const [, , content] of code) {
    const calls = content!.replaceAll(/\s*\n\s*(?=--)/g, " ").matchAll(
      // `-n wsgi-shim jsr:…` gives the program its name.
      /(?:wsgi-shim|cli|jsr:@shim\/cli)[ \n]+(?!jsr:)([a-z-][^\n|;&]*)/g,
    );
    for (const [, line] of calls) yield line!;
  }
}

function faultOf(line: string): string | undefined {
  const [name, ...words] = line.replace(/\s+#.*$/, "").trim().split(/\s+/);
  if (["help", "--help", "--version"].includes(name!)) return undefined;
  const command = COMMANDS.find(({ usage }) => usage.name === name);
  if (!command) return `no command "${name}"`;
  const options = [...command.usage.options, ...COMMON_OPTIONS];
  for (const word of words) {
    const [, dashes, option] = /^(--?)([a-z-]+)/.exec(word) ?? [];
    if (option === undefined) continue;
    const known = options.some((one) =>
      dashes === "--" ? one.name === option : one.short === option
    );
    if (!known) return `no option "${word}"`;
  }
  if (name === "explain" && words[0] && words[0] !== "CODE") {
    if (!isCode(words[0])) return `no finding "${words[0]}"`;
  }
}

Deno.test("the README lists every command in the words of its help", () => {
  const { text } = readDocument("README.md");
  const listed = [...text.matchAll(/^\| `([a-z]+)` +\| (.+?) +\|$/gm)]
    .map(([, name, meaning]) => [name, meaning!.replaceAll("`", "")]);
  assertEquals(
    listed,
    COMMANDS.map(({ usage }) => usage).filter(({ isHidden }) => !isHidden)
      .map(({ name, summary }) => [
        name,
        summary.charAt(0).toLowerCase() + summary.slice(1),
      ]),
  );
});

Deno.test("the web server's settings are those that are printed", () => {
  const settings = {
    user: "jdoe",
    group: "myproject",
    appRoot: "/path/to/mywebsitefiles/www",
    appType: "node" as const,
    startupFile: "app.js",
    python: "/path/to/mywebsitefiles/venv/bin/python",
    documentRoot: "/path/to/mywebsitefiles/www/public",
    restartDirectory: "/path/to/mywebsitefiles/www/tmp",
  };
  for (
    const [path, format] of [
      ["docs/administrators.md", "apache"],
      ["docs/administrators.md", "nginx"],
    ] as const
  ) {
    const block = readDocument(path).blocks.find(({ language }) =>
      language === format
    );
    assertEquals(block?.text, `${renderSettings(settings, format)}\n`, path);
  }
});

Deno.test("every task that is named exists", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json")));
  const named = DOCUMENTS.flatMap(({ text }) =>
    [...text.matchAll(
      /deno(?:@[\d.]+)? task (?:-\S+ (?:\S+\.json )?)*([a-z][a-z:]*)/g,
    )]
      .map(([, name]) => name!)
  );
  assert(named.includes("demo"), "no task is named at all");
  assertEquals(named.filter((name) => !(name in tasks)), []);
});

Deno.test("every setting in a TOML block exists", () => {
  const wrong: string[] = [];
  for (const { path, blocks } of DOCUMENTS) {
    for (const { language, line, text } of blocks) {
      if (language !== "toml") continue;
      for (const [name, keys] of Object.entries(parse(text))) {
        const section = SECTIONS.find((one) => one.name === name);
        if (!section) wrong.push(`${path}:${line}: [${name}]`);
        if (!section || section.free) continue;
        for (const key of Object.keys(keys as Record<string, unknown>)) {
          const known = SETTINGS.some((one) =>
            one.section === name &&
            [one.key, ...one.aliases ?? []].includes(key)
          );
          if (!known) wrong.push(`${path}:${line}: ${name}.${key}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every section that is named in the text exists", () => {
  const wrong = DOCUMENTS.flatMap(({ path, prose }) =>
    [...prose.matchAll(/`\[([a-z_]+)\]`/g)]
      .filter(([, name]) => !SECTIONS.some((section) => section.name === name))
      .map(([text]) => `${path}: ${text}`)
  );
  assertEquals(wrong, []);
});

Deno.test("every link and anchor leads somewhere", () => {
  const wrong: string[] = [];
  for (const document of DOCUMENTS) {
    const links = document.prose.matchAll(/\]\(([^)\s]+)\)/g);
    for (const [, target] of links) {
      if (/^https?:/.test(target!)) continue;
      const [file, anchor] = target!.split("#") as [string, string?];
      const path = file === "" ? document.path : resolveLink(document, file);
      if (!existsSync(join(ROOT, path))) {
        wrong.push(`${document.path}: ${target}`);
      } else if (anchor !== undefined) {
        const page = DOCUMENTS.find((one) => one.path === path);
        if (!page?.anchors.has(anchor)) {
          wrong.push(`${document.path}: ${target}`);
        }
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no page sends readers to the host of a registry", () => {
  const wrong = DOCUMENTS.filter(({ text }) =>
    /https?:\/\/[\w.]*(npmjs|jsr\.io|pypi\.org|pythonhosted)/.test(text)
  ).map(({ path }) => path);
  assertEquals(wrong, []);
});

Deno.test("the references are those of the code", async () => {
  const pages = {
    "docs/config.md": await renderConfigPage(),
    "docs/findings.md": await renderFindingsPage(),
  };
  for (const [path, text] of Object.entries(pages)) {
    assert(
      readDocument(path).text === text,
      `${path} is out of date: run deno task docs`,
    );
  }
});

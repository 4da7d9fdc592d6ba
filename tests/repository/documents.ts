/**
 * The documentation as the tests see it: pages with headings, links and
 * fenced blocks; and a sandbox in which the shell blocks of a page are run,
 * one after the other, as a reader would type them. Settings in TOML blocks
 * are written into `www/config.toml`.
 *
 * A block that cannot be run says why in its info string:
 * `sh (not run: it needs root)`.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { importFlags, ROOT } from "../../build/run_deno.ts";

/** A fenced block of a page. */
export interface Block {
  /** The first word of its info string. */
  language: string;
  /** Why it is not run; undefined where it is. */
  notRun?: string;
  /** Number of its first line. */
  line: number;
  text: string;
}

/** A page of the documentation. */
export interface Document {
  /** Path from the top folder. */
  path: string;
  text: string;
  blocks: Block[];
  /** Text without fenced blocks, comments and pictures' dimensions. */
  prose: string;
  /** What links may point to. */
  anchors: Set<string>;
}

const FENCE_REGEXP = /^(`{3,})(.*)\n([^]*?)^\1[ \t]*$/gm;
const LOOKING_REGEXP =
  /^(wsgi-shim (check|explain|logs|settings|status) [^&|;>\n]*\n)+$/;
const NOT_RUN_REGEXP = /\(not run: (.+)\)/;

/** Reads every page. */
export function readDocuments(): Document[] {
  const paths = ["README.md", "CONTRIBUTING.md", ...walk("docs")];
  return paths.sort().map(readDocument);
}

/** Reads one page by its path from the top folder. */
export function readDocument(path: string): Document {
  const text = Deno.readTextFileSync(join(ROOT, path));
  const blocks = [...text.matchAll(FENCE_REGEXP)].map((match) => {
    const [, , info = "", content = ""] = match;
    return {
      language: info.trim().split(/\s/)[0]!,
      notRun: NOT_RUN_REGEXP.exec(info)?.[1],
      line: text.slice(0, match.index).split("\n").length + 1,
      text: content,
    };
  });
  const prose = text.replace(FENCE_REGEXP, "").replace(/<!--[^]*?-->/g, "");
  return { path, text, blocks, prose, anchors: anchorsOf(prose) };
}

function walk(folder: string): string[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return walk(path);
    return path.endsWith(".md") ? [path] : [];
  });
}

/** The anchors of headings, as the usual viewers of Markdown make them. */
function anchorsOf(prose: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading!.toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim().replace(/\s/g, "-");
    let unique = slug;
    for (let count = 1; anchors.has(unique); count++) {
      unique = `${slug}-${count}`;
    }
    anchors.add(unique);
  }
  return anchors;
}

/** A folder of its own in which the blocks of pages are run. */
export interface Sandbox extends AsyncDisposable {
  /** World-traversable, as a project space is. */
  folder: string;
  /** Runs blocks in one shell; rejects at the first line that fails. */
  run(blocks: readonly Block[], path: string): Promise<void>;
}

// Serves and follows for a moment only; everything else as it is.
const WSGI_SHIM = `#!/bin/bash
run() { "@deno@" run -q -A @flags@ "@root@/cli.ts" "$@"; }
case " $* " in
" serve "*" --port "*) ;;
" serve "*) set -- "$@" --port 0 ;;
*" --follow "*) ;;
*) run "$@"; exit ;;
esac
cd "$PWD" && timeout -s INT 2 "@deno@" run -q -A @flags@ "@root@/cli.ts" "$@"
status=$?
[ $status = 124 ] || [ $status = 0 ]
`;

// Writes the settings of a page into the site, as its reader would by hand.
const SET = `#!/usr/bin/python3
import os, re, sys

path = "www/config.toml"
with open(path) as file:
    lines = file.read().split("\\n")
here = os.getcwd()
for block in re.split(r"(?m)^(?=\\[)", sys.stdin.read()):
    head, *settings = block.replace("/path/to/mywebsitefiles", here).split("\\n")
    if not head:
        continue
    at = [line.lstrip("#") for line in lines].index(head)
    lines[at] = head
    end = at + 1
    while end < len(lines) and not lines[end].lstrip("#").startswith("["):
        end += 1
    keys = [line.split("=")[0].strip() for line in settings if "=" in line]
    kept = [
        line for line in lines[at + 1 : end]
        if line.lstrip("#").split("=")[0].strip() not in keys
    ]
    lines[at + 1 : end] = [line for line in settings if line] + kept
with open(path, "w") as file:
    file.write("\\n".join(lines))
`;

// Packages come from the system, and no installer is unpacked.
const PYTHON = `#!/bin/sh
if [ "$1 $2" = "-m venv" ]; then
  shift 2
  exec /usr/bin/python3 -m venv --without-pip --system-site-packages "$@"
fi
exec /usr/bin/python3 "$@"
`;

/** Makes a sandbox. */
export async function makeSandbox(): Promise<Sandbox> {
  const folder = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "wsgi-shim-docs-" }),
  );
  await Deno.chmod(folder, 0o755);
  const bin = await Deno.makeTempDir({ prefix: "wsgi-shim-bin-" });
  const flags = (await importFlags()).map((flag) =>
    flag.replace(/=(?=npm\/)/, `=${ROOT}`)
  ).join(" ");
  const programs = { "wsgi-shim": WSGI_SHIM, python3: PYTHON, "set-toml": SET };
  for (const [name, text] of Object.entries(programs)) {
    const filled = text.replaceAll("@deno@", Deno.execPath())
      .replaceAll("@flags@", flags).replaceAll("@root@/", ROOT);
    await Deno.writeTextFile(join(bin, name), filled, { mode: 0o755 });
  }
  return {
    folder,
    async run(blocks, path) {
      const script = [
        "set -eu -o pipefail",
        "umask 022",
        ...withoutRepeats(blocks.filter((block) => !block.notRun)).map(shellOf),
      ].join("\n");
      const { code, stdout, stderr } = await new Deno.Command("bash", {
        args: ["-c", `trap 'echo "block at line $at" >&2' ERR\n${script}`],
        cwd: folder,
        env: {
          HOME: folder,
          PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
          DENO_DIR: await denoDirectory(),
          DENO_TLS_CA_STORE: "mozilla,system",
          NO_COLOR: "1",
        },
        stdin: "null",
      }).output();
      if (code === 0) return;
      const told = [stdout, stderr].map((it) => new TextDecoder().decode(it));
      throw new Error(`A command in ${path} failed:\n${told.join("\n")}`);
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
      await Deno.remove(bin, { recursive: true });
    },
  };
}

/** Looking twice at what has not changed says nothing new. */
function withoutRepeats(blocks: readonly Block[]): Block[] {
  const seen = new Set<string>();
  return blocks.filter(({ language, text }) => {
    if (language !== "sh" && language !== "toml") return false;
    if (!LOOKING_REGEXP.test(text)) seen.clear();
    return !seen.has(text) && seen.add(text);
  });
}

function shellOf({ language, line, text }: Block): string {
  if (language === "sh") return `at=${line}\n${text}`;
  return `at=${line}\nset-toml <<'TOML'\n${text}TOML`;
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** The path of a link in a page, from the top folder. */
export function resolveLink(from: Document, target: string): string {
  return join(dirname(from.path), target);
}

/**
 * Programs that the application cannot start.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import type { Claim, Rule } from "./rule.ts";
import { exists, type Scene, textOf } from "./scene.ts";

export const START = /(?:^|\/)subprocess\.py _execute_child$/;

/** The rules of programs. */
export const programs = (): Rule[] => [
  {
    name: "program-missing",
    code: "program-missing",
    over: "file-missing",
    when: { type: "FileNotFoundError", errno: "ENOENT", in: START },
    claim: ({ raised: { filename } }, scene) => {
      if (!filename) return undefined;
      if (/^\w[\w.-]* +-/.test(filename)) {
        return {
          says:
            `A program of the name "${filename}" is looked for: a text is taken for the name alone, as no shell reads it`,
          mend: 'Give the words one by one, as `subprocess.run(["ls", "-l"])`',
        };
      }
      if (!filename.includes("/")) {
        return programNotOnPath(filename, scene) ?? {
          says:
            `The program "${filename}" is in PATH, and the program that its first line names is not there`,
          mend:
            "Correct the first line of it, which may end in a Windows line ending, or install what it names",
        };
      }
      const first = textOf(filename, scene).split("\n")[0] ?? "";
      const isWindows = first.startsWith("#!") && first.endsWith("\r");
      return exists(filename, scene)
        ? {
          seen: isWindows
            ? `The program ${filename} has Windows line endings, so that the system looks for a program whose name ends in one`
            : `The program ${filename} is there, and the program that its first line names is not`,
          mend: isWindows
            ? `Save ${filename} with the line endings of Unix (LF)`
            : `Correct the first line of ${filename}`,
        }
        : {
          seen: `The program ${filename} does not exist on this machine`,
          mend: "Correct the path, or ask the administrators for the program",
        };
    },
    examples: [
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: 'ls -la'",
        facts: { errno: "ENOENT", filename: "ls -la" },
        in: "PYTHON/subprocess.py _execute_child",
        says: "taken for the name alone",
        mend: "one by one",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'git'",
        facts: { errno: "ENOENT", filename: "git" },
        in: "PYTHON/subprocess.py _execute_child",
        config: 'PATH = "/nonexistent"',
        says: '"git" is in none of the folders of PATH: /nonexistent',
        mend: "absolute path",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: '/opt/x/run'",
        facts: { errno: "ENOENT", filename: "/opt/x/run" },
        in: "PYTHON/subprocess.py _execute_child",
        says: "/opt/x/run does not exist",
      },
    ],
  },
  {
    name: "program-not-for-here",
    code: "program-missing",
    when: { errno: "ENOEXEC", in: START },
    claim: ({ raised: { filename } }, scene) => {
      if (!filename) return undefined;
      const text = textOf(filename, scene).slice(0, 200);
      const isScript = text !== "" && !/^(?:#!|\x7fELF)/.test(text);
      return isScript
        ? {
          seen:
            `The program ${filename} is a script without a first line that says what runs it`,
          mend: "Write that as its first line, such as `#!/bin/sh`",
        }
        : {
          says: `The program ${filename} is none for this machine`,
          mend: "Install one that was built for this machine",
        };
    },
    examples: [{
      raised: "OSError: [Errno 8] Exec format error",
      facts: { errno: "ENOEXEC", filename: "/srv/site/bin/tool" },
      in: "PYTHON/subprocess.py _execute_child",
      files: { "SITE/bin/tool": "echo x\n" },
      says: "a script without a first line",
    }],
  },
];

/** Where Python looks for programs without a PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

/** A program that is named without a folder, and is in none of PATH. */
export function programNotOnPath(
  name: string,
  scene: Scene,
): Claim | undefined {
  const path = scene.site.config?.environment.PATH ?? scene.host.env.PATH ??
    DEFAULT_PATH;
  if (
    path.split(":").some((folder) =>
      folder !== "" && exists(join(folder, name), scene)
    )
  ) return undefined;
  const found = [
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/usr/sbin",
    "/snap/bin",
    ...scene.venv ? [join(scene.venv, "bin")] : [],
  ].find((folder) =>
    !path.split(":").includes(folder) && exists(join(folder, name), scene)
  );
  const debian = Object.hasOwn(DEBIAN, name) ? DEBIAN[name] : undefined;
  return {
    seen: `The program "${name}" is in none of the folders of PATH: ${path}${
      found ? `; it is in ${found}` : ""
    }`,
    mend: found
      ? `Write under [environment] in config.toml: PATH = "${found}${
        path ? `:${path}` : ""
      }"; or name it by its absolute path, ${join(found, name)}`
      : `If it is on this machine, name it by its absolute path, or let PATH in [environment] of config.toml hold its folder; else ask the administrators to install it${
        debian ? `, in Debian the package ${debian}` : ""
      }`,
  };
}

/** Packages of Debian whose name is not that of the program. */
const DEBIAN: Readonly<Record<string, string>> = {
  chromedriver: "chromium-driver",
  convert: "imagemagick",
  dot: "graphviz",
  exiftool: "libimage-exiftool-perl",
  ffprobe: "ffmpeg",
  gs: "ghostscript",
  java: "default-jre-headless",
  latex: "texlive-latex-base",
  msgfmt: "gettext",
  mysqldump: "default-mysql-client",
  node: "nodejs",
  pdfinfo: "poppler-utils",
  pdftoppm: "poppler-utils",
  pdftotext: "poppler-utils",
  pg_dump: "postgresql-client",
  psql: "postgresql-client",
  soffice: "libreoffice",
  tesseract: "tesseract-ocr",
};

/**
 * Programs that the application cannot start.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, isAbsolute, join, resolve } from "node:path";
import { systemOf } from "../machine/executable.ts";
import { refused } from "../machine/host.ts";
import { statementAt } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { exists, runnerOf, type Scene, textOf } from "./scene.ts";

export const START = /(?:^|\/)subprocess\.py _execute_child$/;

/** What is not there is the folder that the program is to be started in. */
function isStartedIn(
  filename: string,
  { own }: Subject,
  scene: Scene,
): boolean {
  const statement = own ? statementAt(own, scene) : "";
  const [, folder] = /\bcwd\s*=\s*([^,)\s]+)/.exec(statement) ?? [];
  if (folder === undefined || exists(filename, scene)) return false;
  if (/^["']/.test(folder)) return folder.slice(1, -1) === filename;
  const [, program] = /\(\s*\[\s*["']([^"']+)["']/.exec(statement) ?? [];
  return program !== undefined && program !== filename;
}

/** The rules of programs. */
export const programs = (): Rule[] => [
  {
    name: "program-missing",
    code: "program-missing",
    over: "file-missing permission-denied",
    when: [
      { type: "FileNotFoundError", errno: "ENOENT", in: START },
      { type: "PermissionError", errno: "EACCES", in: START },
    ],
    claim: (subject, scene) => {
      const { kind, raised: { filename } } = subject;
      if (!filename) return undefined;
      // The system goes on to the next folder of PATH, and tells of this one.
      const closed = kind === "PermissionError"
        ? closedFolder(filename, scene)
        : undefined;
      if (kind === "PermissionError" && !closed) return undefined;
      if (isStartedIn(filename, subject, scene)) {
        return {
          code: "file-missing",
          seen:
            `The folder "${filename}", in which a program is to be started (cwd=), is not there`,
          mend:
            "Correct the path, or make the folder; one beside the code is `cwd=Path(__file__).parent`",
        };
      }
      if (/^\w[\w.-]* +(?:-|\S.*(?:&&|[|>]))/.test(filename)) {
        return {
          says:
            `A program of the name "${filename}" is looked for: a text is taken for the name alone, as no shell reads it`,
          mend: 'Give the words one by one, as `subprocess.run(["ls", "-l"])`',
        };
      }
      if (/^[A-Za-z]:[\\/]|\.(?:exe|bat|cmd)$/i.test(filename)) {
        const name = basename(filename.replaceAll("\\", "/"))
          .replace(/\.\w+$/, "");
        const here = programNotOnPath(name, scene);
        return {
          says: `The program "${filename}" is one of Windows`,
          mend: here && typeof here.mend === "string"
            ? `Name the one of this machine, "${name}", alone; it is not in PATH here, either: ${
              here.mend[0]!.toLowerCase()
            }${here.mend.slice(1)}`
            : `Name the one of this machine, "${name}", alone`,
        };
      }
      const shell = Object.hasOwn(OF_SHELLS, filename)
        ? OF_SHELLS[filename]
        : undefined;
      if (shell) {
        return {
          says:
            `"${filename}" is no program of this machine, but a word of a shell, of Windows or macOS, or of a desktop`,
          mend: shell,
        };
      }
      const beside = join(scene.directory, filename);
      if (/^[\w-]+\.(?:py|sh|pl|js)$/.test(filename) && exists(beside, scene)) {
        return {
          seen:
            `"${filename}" is looked for in the folders of PATH, and lies in ${scene.directory}`,
          mend: filename.endsWith(".py")
            ? `Start it by the Python of the site, and by its whole path: \`subprocess.run([sys.executable, "${beside}"])\`; better, import it and call its function`
            : `Name it by its whole path, "${beside}", and see that it may be run (\`ls -l\`)`,
        };
      }
      if (!filename.includes("/")) {
        const found = programNotOnPath(filename, scene);
        return found && closed && "seen" in found
          ? {
            ...found,
            seen: `${found.seen}; ${closed} is closed to ${
              runnerOf(scene)
            }, so that the system tells "Permission denied"`,
          }
          : found ?? {
            says:
              `The program "${filename}" is in PATH, and the program that its first line names is not there`,
            mend:
              "Correct the first line of it, which may end in a Windows line ending, or install what it names",
          };
      }
      const path = isAbsolute(filename)
        ? filename
        : join(scene.directory, filename);
      const first = textOf(path, scene).split("\n")[0] ?? "";
      const isWindows = first.startsWith("#!") && first.endsWith("\r");
      return exists(path, scene)
        ? {
          seen: isWindows
            ? `The program ${filename} has Windows line endings, so that the system looks for a program whose name ends in one`
            : `The program ${filename} is there, and the program that its first line names is not`,
          mend: isWindows
            ? `Save ${filename} with the line endings of Unix (LF)`
            : `Correct the first line of ${filename}`,
        }
        : {
          seen: `The program ${path} does not exist on this machine`,
          mend: path === filename
            ? "Correct the path, or ask the administrators for the program"
            : `Name it by its whole path: a relative one begins at ${scene.directory}${
              /(?:^|\/)python[\d.]*$/.test(filename)
                ? "; the Python of the site is `sys.executable`"
                : ""
            }`,
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
        raised: "PermissionError: [Errno 13] Permission denied: 'pandoc'",
        facts: { errno: "EACCES", filename: "pandoc" },
        in: "PYTHON/subprocess.py _execute_child",
        config: 'PATH = "/root/bin:/usr/bin"',
        files: { "/root": { mode: 0o700, owner: "root:root" } },
        says: "/root/bin is closed to jdoe",
        mend: "ask the administrators to install it",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file or directory: 'git'",
        facts: { errno: "ENOENT", filename: "git" },
        in: "PYTHON/subprocess.py _execute_child",
        config: 'PATH = "$PATH:/opt/x/bin"',
        files: { "/usr/bin/git": "" },
        says: "in which $PATH stays as it is",
        mend: 'PATH = "/usr/bin:/opt/x/bin:/usr/local/bin:/bin"',
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
      {
        raised: "FileNotFoundError: [Errno 2] No such file: '/srv/none'",
        facts: { errno: "ENOENT", filename: "/srv/none" },
        in: "PYTHON/subprocess.py _execute_child",
        files: { "APP/app.py": '\n\nsubprocess.run(["ls"], cwd=PLACE)\n' },
        code: "file-missing",
        says: 'The folder "/srv/none"',
      },
      ...([
        ["C:\\\\Tools\\\\wkhtmltopdf.exe", "is one of Windows", "alone"],
        ["xdg-open", "of a desktop", "Leave that out"],
        ["cmd", "of Windows", "shell=True"],
        ["tasklist", "of Windows", "psutil"],
        ["job.py", "lies in APP", "sys.executable"],
        ["./run.sh", "has Windows line endings", "(LF)"],
        ["venv/bin/python", "APP/venv/bin/python does not", "sys.executable"],
      ] as const).map(([filename, says, mend]) => ({
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename },
        in: "PYTHON/subprocess.py _execute_child",
        files: { "APP/job.py": "", "APP/run.sh": "#!/bin/sh\r\n" },
        says,
        mend,
      })),
    ],
  },
  {
    name: "program-of-windows-told",
    code: "program-missing",
    over: "program-told browser-missing optional-dependency file-missing-told",
    when: {
      message:
        /(?:^|[\s"'])(?:b?['"])?((?:[A-Za-z]:[\\/][^"'\n]{0,200}?|[\w-]{1,60})\.exe)\b[\s\S]{0,200}?(?:not installed|in (?:your )?PATH|process can read it|not found|No such file|does not exist|not executable)|[Nn]o \w+ executable found: "?b?'?((?:[A-Za-z]:[\\/])?[^"'\n]{1,200}\.exe)/,
    },
    claim: ({ groups: [first, second], place }, scene) => {
      const path = (first ?? second ?? "").replace(/\\\\/g, "\\");
      const name = basename(path.replaceAll("\\", "/")).replace(/\.exe$/i, "");
      const here = programNotOnPath(name, scene);
      return {
        says:
          `A program of Windows is named to the package, "${path}", and this is Linux`,
        place,
        mend: here && typeof here.mend === "string"
          ? `Leave the line that names it out where the site runs, or name "${name}" alone; it is not in PATH here, either: ${
            here.mend[0]!.toLowerCase()
          }${here.mend.slice(1)}`
          : `Leave the line that names it out where the site runs, or name "${name}" alone, which is in PATH here`,
      };
    },
    examples: [
      {
        raised:
          "pytesseract.pytesseract.TesseractNotFoundError: C:\\Program Files\\Tesseract-OCR\\tesseract.exe is not installed or it's not in your PATH. See README file for more information.",
        says: '"C:\\Program Files\\Tesseract-OCR\\tesseract.exe"',
        mend: "Leave the line that names it out",
      },
      {
        raised:
          "OSError: No wkhtmltopdf executable found: \"b'C:\\Tools\\wkhtmltopdf.exe'\"\nIf this file exists please check that this process can read it",
        says: "wkhtmltopdf.exe",
      },
      {
        raised:
          "selenium.common.exceptions.WebDriverException: Message: 'chromedriver.exe' executable needs to be in PATH. Please see https://x",
        says: '"chromedriver.exe"',
        mend: '"chromedriver" alone',
      },
    ],
    not: [
      "RuntimeError: the upload setup.exe is too large for the disk",
    ],
  },
  {
    name: "arguments-too-long",
    code: "app-code",
    when: { errno: "E2BIG" },
    claim: ({ raised: { filename } }) => ({
      says: `More is given to the program${
        filename ? ` ${filename}` : ""
      } on its command line than the system takes`,
      mend:
        "Give it by its input (`subprocess.run(…, input=…)`) or in a file; many files a part at a time",
    }),
    examples: [{
      raised: "OSError: [Errno 7] Argument list too long: 'convert'",
      facts: { errno: "E2BIG", filename: "convert" },
      in: "PYTHON/subprocess.py _execute_child",
      mend: "input=",
    }],
  },
  {
    name: "program-not-for-here",
    code: "program-missing",
    when: { errno: "ENOEXEC", in: START },
    claim: ({ raised: { filename } }, scene) => {
      if (!filename) return undefined;
      const text = textOf(resolve(scene.directory, filename), scene)
        .slice(0, 200);
      const file = resolve(scene.directory, filename);
      const head = scene.host.readBytes(file, 4);
      const system = refused(head) ? undefined : systemOf(head);
      if (system) {
        const name = basename(filename).replace(/\.exe$/i, "");
        const here = programNotOnPath(name, scene);
        return {
          seen:
            `The program ${filename} is one of ${system}, and this is Linux`,
          mend: here
            ? `Use the one for Linux: bring it here in place of that one, or ask the administrators for "${name}"`
            : `Name the one of this machine, "${name}", alone`,
        };
      }
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
    }, {
      raised: "OSError: [Errno 8] Exec format error",
      facts: { errno: "ENOEXEC", filename: "/srv/site/bin/tool.exe" },
      in: "PYTHON/subprocess.py _execute_child",
      files: { "SITE/bin/tool.exe": "MZ\x90\0" },
      says: "is one of Windows",
      mend: '"tool"',
    }, {
      raised: "OSError: [Errno 8] Exec format error",
      facts: { errno: "ENOEXEC", filename: "/srv/site/bin/driver" },
      in: "PYTHON/subprocess.py _execute_child",
      files: {
        "SITE/bin/driver": { text: new Uint8Array([0xcf, 0xfa, 0xed, 0xfe]) },
      },
      says: "is one of macOS",
    }],
  },
  {
    name: "program-failed",
    code: "program-failed",
    when: {
      type: "CalledProcessError",
      message: /returned non-zero exit status (\d+)|died with <Signals\.(\w+)/,
    },
    claim: (subject, scene) => {
      const { groups: [status = "", signal], text, own } = subject;
      const { output = [] } = subject.failure;
      const said = output.filter((line) => /\S/.test(line)).at(-1)?.trim();
      const words = /Command '(?:\['?)?"?([^'",\s]+)/.exec(text)?.[1] ?? "";
      const name = /^(?:python[\d.]*|pip\d?)$/.test(words) ? words : undefined;
      if (signal) {
        return {
          says:
            `A program that the application started, \`${words}\`, was ended by ${signal}`,
          mend: signal === "SIGKILL"
            ? "It mostly wanted more memory than the machine or the account has: give it less to do at once, or ask the administrators for more"
            : "It broke down by itself: try it in a shell as the site's user, with the same arguments",
        };
      }
      if (
        /^(?:sudo|su|systemctl|service|apt|apt-get|reboot|mount)$/.test(words)
      ) {
        return {
          says:
            `The application starts \`${words}\`, which is for administrators, and ended with status ${status}`,
          mend: `Leave that out: the site runs as ${
            runnerOf(scene)
          }, and nobody types a password there; what only root may do is a matter of a program of the administrators`,
        };
      }
      const missing = /(?:^|: )([\w.+-]+): (?:command )?not found/.exec(
        output.join("\n"),
      )?.[1] ?? words;
      // What the code itself takes in is not in the log.
      const isKept =
        /capture_output\s*=\s*True|std(?:err|out)\s*=\s*(?:subprocess\.)?(?:PIPE|STDOUT)|check_output/
          .test(own ? statementAt(own, scene) : "");
      return status === "127"
        ? (/^[\w.+-]+$/.test(missing)
          ? programNotOnPath(missing, scene)
          : undefined) ?? {
          says:
            "A shell that the application started found no such program (status 127)",
          mend:
            "Name it by its absolute path, or let PATH under [environment] of config.toml hold its folder",
        }
        : name
        ? {
          says:
            `A program that the application started, \`${name}\`, ended with status ${status}${
              said ? `; the last that was printed is "${said}"` : ""
            }`,
          probably:
            `it is another Python than the site's: PATH decides which "${name}" is run, and the packages of ${scene.python} are not its own`,
          mend: `Write \`sys.executable\` in place of "${name}"${
            name.startsWith("pip")
              ? ', as `[sys.executable, "-m", "pip", …]`'
              : ""
          }: that is the Python which runs the application; or let PATH under [environment] of config.toml begin with the folder of ${scene.python}`,
        }
        : {
          says: `A program that the application started${
            /^[\w./+-]+$/.test(words) ? `, \`${words}\`,` : ""
          } ended with status ${status}${
            said && !isKept ? `; the last that was printed is "${said}"` : ""
          }`,
          mend: isKept
            ? "What it printed is kept by the exception: print `error.stderr` and `error.output` where it is caught; then try the program in a shell as the site's user"
            : "What it printed is in the log; try it in a shell as the site's user",
        };
    },
    examples: [
      {
        raised:
          "subprocess.CalledProcessError: Command 'sh x|y' returned non-zero exit status 127.",
        failure: { output: ["/bin/sh: 1: npm: not found"] },
        says: '"npm" is in none of the folders of PATH',
      },
      "subprocess.CalledProcessError: Command 'x' returned non-zero exit status 1.",
      {
        raised:
          "subprocess.CalledProcessError: Command '['ffmpeg', '-i', 'a']' returned non-zero exit status 1.",
        files: {
          "APP/app.py":
            '\n\nsubprocess.run(["ffmpeg"], check=True, capture_output=True)\n',
        },
        says: "`ffmpeg`, ended with status 1",
        mend: "error.stderr",
      },
      {
        raised:
          "subprocess.CalledProcessError: Command '['sudo', 'ls']' returned non-zero exit status 1.",
        says: "which is for administrators",
      },
      {
        raised:
          "subprocess.CalledProcessError: Command '['ffmpeg']' died with <Signals.SIGKILL: 9>.",
        mend: "memory",
      },
      {
        raised:
          "subprocess.CalledProcessError: Command '['python3', '-c', 'import flask']' returned non-zero exit status 1.",
        failure: { output: ["No module named flask"] },
        says: 'the last that was printed is "No module named flask"; probably',
        mend: "sys.executable",
      },
    ],
  },
  {
    name: "program-too-slow",
    code: "program-failed",
    when: {
      type: "TimeoutExpired",
      message: /^Command '(?:\['?)?"?([^'",\s]+).*timed out after ([\d.]+)/,
    },
    claim: {
      says:
        "A program that the application started, `$1`, did not end within $2 seconds",
      mend:
        "See in a shell, as the site's user, whether it waits for an answer or a key; give what takes long to a program beside the web server, or a longer `timeout=`",
    },
    examples: [
      "subprocess.TimeoutExpired: Command '['ffmpeg', '-i', 'a']' timed out after 30 seconds",
    ],
  },
  {
    name: "program-wants-screen",
    code: "display-missing",
    over: "tkinter-missing",
    when: {
      message:
        /(wkhtmltopdf|wkhtmltoimage|soffice|libreoffice|cutycapt|inkscape)[\s\S]{0,300}(?:could not connect to display|cannot connect to X server|Could not load the Qt platform plugin|cannot open display)/,
    },
    claim: ({ groups: [name] }) => ({
      says: `The program ${name} wants a screen, and a server has none`,
      mend:
        'Write under [environment] in config.toml: QT_QPA_PLATFORM = "offscreen"; or start it below `xvfb-run -a`, or use a build of it that needs no screen, as that of wkhtmltopdf with its own Qt',
    }),
    examples: [{
      raised:
        'OSError: wkhtmltopdf exited with non-zero code 1. error:\nqt.qpa.xcb: could not connect to display\nqt.qpa.plugin: Could not load the Qt platform plugin "xcb"',
      in: "PACKAGES/pdfkit/pdfkit.py handle_error",
      mend: "offscreen",
    }],
  },
];

/** What shells know by themselves, and what only a desktop has. */
const NOT_ON_LINUX =
  "Leave that out here: what it tells or does, Python or a program of Linux must do";

const OF_SHELLS: Readonly<Record<string, string>> = {
  cd: "Give the folder as `cwd=` to `subprocess.run()`",
  clear: "Leave that out: there is no terminal to be cleared",
  cmd:
    "Give the program that it is to run itself, as a list: `subprocess.run([…])`; a line for a shell goes with `shell=True`, which is `sh` here",
  cls: "Leave that out: there is no terminal to be cleared",
  copy: "Use `shutil.copy()`",
  del: "Use `Path.unlink()`",
  dir: "Use `os.listdir()` or `Path.iterdir()`",
  explorer: "Leave that out: a server has no desktop",
  export: "Give the variables as `env=` to `subprocess.run()`",
  gio: "Leave that out: a server has no desktop",
  move: "Use `shutil.move()`",
  ipconfig:
    "Ask Python, as with `socket.gethostname()`; the program of Linux is `ip`",
  ...Object.fromEntries(
    "osascript pbcopy pbpaste reg robocopy say schtasks sips sw_vers systeminfo textutil wmic"
      .split(" ").map((name) => [name, NOT_ON_LINUX]),
  ),
  notepad: "Leave that out: a server has no desktop",
  open: "Leave that out: a server has no desktop",
  pause: "Leave that out: nobody presses a key",
  powershell:
    "Do in Python what the script does, or write it for `sh`: this is Linux",
  source:
    "Start the program by its whole path, as …/venv/bin/python: that needs no `activate`",
  start: "Give the program itself to `subprocess.Popen()`",
  taskkill: "End a program that the application started by `process.kill()`",
  tasklist:
    "Ask the package psutil, or `ps`, which is the program of Linux for that",
  where: "Use `shutil.which()`",
  xcopy: "Use `shutil.copytree()`",
  "xdg-open": "Leave that out: a server has no desktop",
};

/** Where Python looks for programs without a PATH. */
const DEFAULT_PATH = "/bin:/usr/bin";

/** A folder of PATH that the application may not look into. */
function closedFolder(name: string, scene: Scene): string | undefined {
  return name.includes("/")
    ? undefined
    : pathOf(scene).split(":").find((folder) => {
      const status = scene.host.stat(join(folder, name));
      return refused(status) && status.errno === "EACCES";
    });
}

/** The folders in which the application looks for programs. */
function pathOf({ site: { config }, host }: Scene): string {
  return config?.environment.PATH ?? host.env.PATH ?? DEFAULT_PATH;
}

/** A program that is named without a folder, and is in none of PATH. */
export function programNotOnPath(
  name: string,
  scene: Scene,
): Claim | undefined {
  const path = pathOf(scene);
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
  const literal = /\$\{?\w+\}?|(?<=^|:)~/.exec(path)?.[0];
  // What only a shell replaces would stay as it is once more.
  const rest = [
    ...path.split(":").filter((folder) => folder && !/^~|\$/.test(folder)),
    ...literal ? ["/usr/local/bin", "/usr/bin", "/bin"] : [],
  ].filter((folder) => folder !== found);
  return {
    seen: `The program "${name}" is in none of the folders of PATH: ${path}${
      literal
        ? `, in which ${literal} stays as it is, as no shell reads config.toml`
        : ""
    }${found ? `; it is in ${found}` : ""}`,
    mend: found
      ? `Write under [environment] in config.toml: PATH = "${
        [...new Set([found, ...rest])].join(":")
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

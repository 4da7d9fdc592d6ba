/**
 * Files that the application cannot find, read or write, and programs that it
 * cannot start: which path it was, what stands in the way, what opens it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import {
  basename,
  dirname,
  extname,
  isAbsolute,
  join,
  relative,
} from "node:path";
import type { Place } from "../findings/finding.ts";
import { type FileStatus, namesIn, refused } from "../machine/host.ts";
import { mountsBelow } from "../machine/mounts.ts";
import {
  type Access,
  chmod,
  findBarrier,
  mayAccess,
  stateOf,
} from "../machine/permission.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  lineOf,
  runnerOf,
  type Scene,
  searchSite,
  textOf,
} from "./scene.ts";

const START = /(?:^|\/)subprocess\.py _execute_child$/;

/** The rules of files and programs. */
/** How packages say that a file is not there. */
const LACKS =
  "(?:[Nn]o such file|[Nn]o file|does not exist|[Nn]ot found|[Cc]annot (?:find|open|read)|[Cc]ould not (?:read|open|find)|[Uu]nable to (?:open|read|find|load)|[Cc]an't (?:open|find|read)|[Ff]ailed to (?:open|find|read|load)|[Ll]oad model from|Error (?:opening|reading)|matching files for)";

/** A file with an ending that data has. */
const DATA_FILE =
  "((?:\\/|\\.{0,2}\\/|[\\w-]+\\/)?[\\w./-]*\\.(?:bin|cbm|cfg|ckpt|conf|crt|css|csv|dat|db|docx?|env|gguf|gif|gz|h5|html?|ini|joblib|jpe?g|js|json|keras|key|log|md|mmdb|model|mo|mp[34]|npy|npz|onnx|otf|parquet|pb|pdf|pem|pickle|pkl|png|pth?|safetensors|sql|sqlite3?|svg|tflite|toml|traineddata|ttf|txt|wav|xlsx?|xml|ya?ml|zip))";

export const files = (): Rule[] => [
  {
    name: "folder-lost",
    code: "app-directory",
    when: {
      errno: "ENOENT",
      problem: "request-raised",
      message: /^\[Errno 2\] No such file or directory$/,
    },
    claim: ({ raised }, { site }) =>
      raised.filename === undefined
        ? {
          seen:
            "The folder that the application was started in is gone: it was removed or replaced while the site ran",
          mend: {
            command: shellCommand("wsgi-shim", "restart", site.layout.appRoot),
          },
        }
        : undefined,
    examples: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      failure: { problem: "request-raised" },
      mend: "wsgi-shim restart",
    }],
    not: [{ raised: "FileNotFoundError: gone", facts: { errno: "ENOENT" } }],
  },
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
    name: "file-missing",
    code: "file-missing",
    when: { errno: "ENOENT ENOTDIR" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      // Some libraries raise it by themselves, with what is no name of a file.
      const { text, raised } = subject;
      const isOfSystem = raised.filename === undefined ||
        /No such file or directory|Not a directory|Unable to load configuration/
          .test(text) ||
        text === "";
      if (!isOfSystem && !/[./]/.test(raised.filename ?? "")) return undefined;
      return path === undefined ? undefined : missing(path, subject, scene);
    },
    examples: [
      ...[
        ["C:\\\\Users\\\\me\\\\data.csv", "path of Windows", "Path(__file__)"],
        ["/Users/me/data.csv", "path of macOS", "Path(__file__)"],
        ["~/data.csv", "only a shell", "expanduser"],
        ["${HOME}/data.csv", "only a shell", "expandvars"],
        ["data\\\\x.csv", "as on Windows", "`Path`"],
      ].map(([filename = "", says, mend]) => ({
        raised:
          `FileNotFoundError: [Errno 2] No such file or directory: '${filename}'`,
        facts: { errno: "ENOENT", filename },
        says,
        mend,
      })),
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'data.txt'",
        facts: { errno: "ENOENT", filename: "data.txt" },
        files: { "SITE/data.txt": "" },
        says: "working directory APP, and is not there, but in SITE",
        mend: 'chdir = "SITE"',
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'data.txt'",
        facts: { errno: "ENOENT", filename: "data.txt" },
        says: "and is not there",
        mend: "Path(__file__).parent",
      },
      ...[
        "app.cfg.sample",
        "app.cfg.example",
        "app.example.cfg",
        "app.cfg.dist",
      ]
        .map((name) => ({
          raised: "FileNotFoundError: [Errno 2] No such file: 'app.cfg'",
          facts: { errno: "ENOENT", filename: "app.cfg" },
          files: { [`APP/${name}`]: "" },
          says:
            `APP/app.cfg does not exist; beside it is ${name}, as a pattern`,
          mend: `\`cp -n APP/${name} APP/app.cfg\``,
        })),
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/srv/site/etc/x.ini" },
        files: { "SITE/etc/x.ini.dist": "" },
        mend: "`cp -n SITE/etc/x.ini.dist SITE/etc/x.ini`",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'uploads/a.txt'",
        facts: { errno: "ENOENT", filename: "uploads/a.txt" },
        says:
          'The folder "uploads" does not exist in the working directory APP',
        mend: "mkdir APP/uploads",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "models/m.h5" },
        files: { "APP/app.py": '\n\nm = open("models/m.h5", "rb")\n' },
        mend: "Copy APP/models with what belongs in it",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/srv/site/var/x.log" },
        says: "The folder SITE/var does not exist",
        mend: "mkdir SITE/var",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'data/new.txt'",
        facts: { errno: "ENOENT", filename: "data/new.txt" },
        files: { "APP/pkg/data": {} },
        says: "but there is APP/pkg/data",
        mend: "Path(__file__).parent",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'in/list.csv'",
        facts: { errno: "ENOENT", filename: "in/list.csv" },
        files: { "SITE/list.csv": "" },
        says: "but there is SITE/list.csv",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/srv/site/secret/x.log" },
        says: 'beside it there is "secrets"',
        mend: "Correct the path",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: {
          errno: "ENOENT",
          filename: "/srv/site/secrets/credential.env",
        },
        says: 'there is "credentials.env"',
        mend: "correct the path",
      },
    ],
    not: [
      // There by now, or the application has changed its working directory.
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/srv/site/myapp/app.py" },
      },
    ],
  },
  {
    name: "file-missing-told",
    code: "file-missing",
    over: "spacy-model",
    last: true,
    when: [
      {
        message: new RegExp(
          `${LACKS}\\b[^'"\n]*?['" =]${DATA_FILE}['"]?(?:[\\s,.):]|$)`,
        ),
      },
      { message: new RegExp(`['"( ]${DATA_FILE}['")]?[:,]? *['"]?${LACKS}`) },
    ],
    claim: (subject, scene) => {
      const [told = ""] = subject.groups;
      const path = isAbsolute(told) ? told : join(scene.directory, told);
      return missing(path, {
        ...subject,
        raised: { ...subject.raised, filename: told },
      }, scene);
    },
    examples: [
      ...[
        "OSError: No file or directory found at data/model.h5",
        "ValueError: File not found: filepath=data/model.keras. Please ensure the file is an accessible `.keras` zip file.",
        'xgboost.core.XGBoostError: [12:00:00] /ws/src/io/local_filesys.cc:209: Check failed: LocalFileSystem::Open "data/model.json": No such file or directory',
        "onnxruntime.NoSuchFile: [ONNXRuntimeError] : 3 : NO_SUCHFILE : Load model from data/model.onnx failed:Load model failed. File doesn't exist",
        "oauth2client.clientsecrets.InvalidClientSecretsError: ('Error opening file', 'data/client_secrets.json', 'No such file or directory', 2)",
      ].map((raised) => ({
        raised,
        in: "PACKAGES/learn/io.py load",
        files: { "APP/data": {} },
        says: "looked for in the working directory APP",
        mend: "Path(__file__).parent",
      })),
      {
        raised:
          "OSError: [E053] Could not read config file from /srv/site/models/en/config.cfg",
        files: { "SITE/models": {} },
        says: "The folder SITE/models/en does not exist",
      },
      {
        raised:
          "OSError: Unable to open file (unable to open file: name = 'model.h5', errno = 2)",
        says: '"model.h5" is looked for in the working directory APP',
      },
    ],
    not: [
      {
        raised: "ValueError: Could not find config.toml",
        files: { "APP/config.toml": "" },
      },
      "ValueError: Could not find 'app.models'",
    ],
  },
  {
    name: "permission-denied",
    code: "permission-denied",
    when: { errno: "EACCES EPERM" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      if (path === undefined) return undefined;
      return runsAsStranger(scene) ?? denied(path, subject, scene);
    },
    examples: [
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/data/x" },
        files: { "SITE/data": { mode: 0o755, owner: "root:root" } },
        says:
          'jdoe may not create "x" in SITE/data (mode 0755, owner root:root)',
        mend: "chown jdoe SITE/data",
      },
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/data/in/x" },
        files: { "SITE/data": { mode: 0o700, owner: "ann:project" } },
        says:
          "jdoe may not enter SITE/data (mode 0700, owner ann:project), on the way to SITE/data/in/x",
        mend: "chmod g+x SITE/data",
      },
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/x" },
        files: { "SITE/x": { text: "", mode: 0o444 } },
        says: "may not write SITE/x (mode 0444",
        mend: "chmod u+w SITE/x",
      },
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/x" },
        files: { "SITE/x": { text: "", mode: 0o644 } },
        says: "though its mode allows it",
        mend: "getfacl",
      },
      // What a line shows that it does is what needs a right.
      ...[
        'Path("x").write_text("1")',
        'with open("/srv/site/x", "w") as file:',
        'f = open(NAME, mode="ab")',
        "image.save(NAME)",
      ].map((line) => ({
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/x" },
        files: {
          "SITE/x": { text: "", mode: 0o600, owner: "root:root" },
          "APP/app.py": `\n\n${line}\n`,
        },
        says: "jdoe may not write SITE/x (mode 0600, owner root:root)",
        mend: "chmod g+w SITE/x",
      })),
      ...[
        'f = json.load(open(os.path.join(HERE, "x.json")))',
        'Path("x").read_text()',
      ].map((line) => ({
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/x" },
        files: {
          "SITE/x": { text: "", mode: 0o600, owner: "root:root" },
          "APP/app.py": `\n\n${line}\n`,
        },
        says: "jdoe may not read SITE/x",
        mend: "chmod g+r SITE/x",
      })),
      ...["load(NAME)", "f = open(NAME, mode)", 'open(NAME, "r+")'].map((
        line,
      ) => ({
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/x" },
        files: {
          "SITE/x": { text: "", mode: 0o600, owner: "root:root" },
          "APP/app.py": `\n\n${line}\n`,
        },
        says: "jdoe may not open SITE/x (mode 0600, owner root:root)",
        mend: "let its owner root allow that alone",
      })),
    ],
    not: [
      { raised: "PermissionError: no", facts: { errno: "EACCES" } },
      // Its numbers are none of the system's.
      {
        raised: "ssl.SSLError: [SSL] something (_ssl.c:1006)",
        facts: { errno: "EPERM", filename: "/srv/site/x" },
      },
    ],
  },
  {
    name: "privilege-missing",
    code: "privilege-missing",
    when: { type: "PermissionError", errno: "EPERM" },
    claim: ({ raised }) =>
      raised.filename ? undefined : {
        says:
          "The application asked for something that only root may do, and it runs as {user}: {line}"
            .replace("{line}", raised.message),
        mend:
          "Leave the call out: the web server has set user, group and limits already",
      },
    examples: [{
      raised: "PermissionError: [Errno 1] Not permitted",
      facts: { errno: "EPERM" },
      says: "only root may do",
      mend: "Leave the call out",
    }],
    not: [
      { raised: "ssl.SSLError: [SSL] x", facts: { errno: "EPERM" } },
      {
        raised: "socket.herror: [Errno 1] Unknown host",
        facts: { errno: "EPERM" },
      },
    ],
  },
  {
    name: "file-system-read-only",
    code: "read-only-file-system",
    when: { errno: "EROFS" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      return {
        says: `${
          path ?? "What the application wants to write"
        } is on a file system that can only be read${spotOf(subject)}`,
        place: path ? placeOfPath(path, scene) : subject.place,
        mend:
          "Write to another folder, or ask the administrators why it is mounted read-only",
      };
    },
    examples: [{
      raised: "OSError: [Errno 30] Read-only file system",
      facts: { errno: "EROFS", filename: "/srv/site/x" },
      says: "SITE/x is on a file system",
      mend: "administrators",
    }],
  },
  {
    name: "cache-of-package",
    code: "permission-denied",
    when: {
      message: /^cannot cache function '?\w+'?: no locator available for file/,
    },
    claim: (_, scene) => ({
      says:
        "The package numba keeps what it compiles, and finds no folder for that which the application may write: neither beside the package nor in the home folder",
      mend:
        `Make a folder for it in the site, and write under [environment] in config.toml: NUMBA_CACHE_DIR = "${
          join(scene.site.layout.siteDirectory, "cache")
        }"`,
    }),
    examples: [{
      raised:
        "RuntimeError: cannot cache function '__shear_dense': no locator available for file 'PACKAGES/librosa/util/utils.py'",
      says: "numba keeps what it compiles",
      mend: 'NUMBA_CACHE_DIR = "SITE/cache"',
    }],
  },
  {
    name: "quota-used-up",
    code: "disk-full",
    when: { errno: "EDQUOT" },
    claim: (subject, scene) => ({
      seen: `The quota of ${runnerOf(scene)} is used up${spotOf(subject)}`,
      mend:
        `See with \`quota -s\` how much there is, and with \`du -xh --max-depth=2 ${
          quoteWord(scene.site.user?.home ?? scene.site.layout.siteDirectory)
        }\` where it is; delete what is not needed, such as old logs and caches, or ask the administrators for more`,
    }),
    examples: [{
      raised: "OSError: [Errno 122] Disk quota exceeded",
      facts: { errno: "EDQUOT" },
      says: "quota of jdoe",
      mend: "quota -s",
    }],
  },
  {
    name: "disk-full",
    code: "disk-full",
    when: { errno: "ENOSPC" },
    claim: (subject, scene) => {
      const { place } = subject;
      if (/inotify|watch/i.test(subject.text)) {
        return {
          says:
            "The system lets nobody watch more files, so that what watches the source for changes cannot start; the disk is not full",
          mend:
            "Turn the reloader off: the web server restarts the site by restart.txt",
        };
      }
      const path = pathOf(subject, scene);
      const full = path ? fullAround([dirname(path)], scene) : undefined;
      const { config, layout } = scene.site;
      const others = full ?? fullAround(
        // Of a file that is named, only its own file system counts.
        path ? [] : [
          scene.directory,
          layout.siteDirectory,
          ...mountsBelow(layout.siteDirectory, scene.host),
          ...[
            ...Object.values(config?.environment ?? {}),
            ...["TMPDIR", "HOME"].map((name) => scene.host.env[name] ?? ""),
          ]
            .map((value) => /^(?:\w+:\/\/\/)?(\/.*)$/.exec(value)?.[1] ?? "")
            .filter((value) => value.length > 1)
            .flatMap((value) => [value, dirname(value)]),
          "/tmp",
          "/var/tmp",
          "/dev/shm",
        ],
        scene,
      );
      const where = path ? placeOfPath(path, scene) : place;
      const spot = spotOf(subject);
      if (!others) {
        return {
          says: `A file system is full${
            path ? `, that of ${path}` : ""
          }${spot}; it may have room again by now`,
          place: where,
          mend:
            "See which one it is with `df -h` and `df -i`, and remove what is not needed",
        };
      }
      const { folder, isInodes, total } = others;
      return {
        code: isInodes ? "inodes-full" : "disk-full",
        seen: isInodes
          ? `The file system of ${folder} holds all the files that it can (${total} inodes), though it has room for more bytes${spot}`
          : `The file system of ${folder} is full${spot}`,
        place: where,
        mend: {
          command: shellCommand("df", isInodes ? "-i" : "-h", folder),
        },
      };
    },
    examples: [
      {
        raised: "OSError: [Errno 28] No space left on device",
        facts: { errno: "ENOSPC", filename: "/srv/full/x" },
        files: { "/srv/full": {} },
        says: "The file system of /srv/full is full",
        mend: "df -h /srv/full",
      },
      {
        raised: "OSError: [Errno 28] No space left on device",
        facts: { errno: "ENOSPC", filename: "/srv/crowded/x" },
        files: { "/srv/crowded": {} },
        code: "inodes-full",
        says: "10 inodes",
        mend: "df -i /srv/crowded",
      },
      // A file that is written to is not named by the exception.
      {
        raised: "OSError: [Errno 28] No space left on device",
        facts: { errno: "ENOSPC" },
        files: { "/srv/full": {} },
        config: 'CACHE = "file:////srv/full/cache"',
        says: "The file system of /srv/full is full",
      },
      {
        raised: "OSError: [Errno 28] No space left on device",
        facts: { errno: "ENOSPC" },
        files: {
          "/proc/self/mounts":
            "/dev/a / ext4 rw 0 0\n/dev/b /srv/site/full tmpfs rw 0 0\n",
          "SITE/full": {},
        },
        says: "The file system of SITE/full is full",
        mend: "df -h SITE/full",
      },
      {
        raised: "OSError: [Errno 28] inotify watch limit reached",
        facts: { errno: "ENOSPC" },
        says: "not full",
      },
    ],
  },
  {
    name: "output-reopened",
    code: "output-reopened",
    over: "permission-denied",
    when: { errno: "ENXIO EACCES ENOENT" },
    claim: ({ raised: { filename = "" } }) => {
      const name = /^\/(?:dev|proc\/(?:self|1))\/(stdout|stderr|fd\/[12])$/
        .exec(filename)?.[1];
      if (!name) return undefined;
      const stream = name === "stderr" || name === "fd/2" ? "stderr" : "stdout";
      return {
        says:
          `${filename} cannot be opened: the application's output is a connection to wsgi-shim, not a file`,
        mend:
          `Write to \`sys.${stream}\` instead, as with \`logging.StreamHandler(sys.${stream})\`; it goes to the log`,
      };
    },
    examples: [{
      raised: "OSError: [Errno 6] No such device or address: '/dev/stdout'",
      facts: { errno: "ENXIO", filename: "/dev/stdout" },
      says: "/dev/stdout",
      mend: "sys.stdout",
    }],
    not: [{
      raised: "OSError: [Errno 6] ENXIO",
      facts: { errno: "ENXIO", filename: "/dev/tty" },
    }],
  },
  {
    name: "folder-opened-as-file",
    code: "file-wrong-kind",
    when: { errno: "EISDIR" },
    claim: ({ raised: { filename } }) => ({
      says: filename
        ? `"${filename}" is a folder, and it is opened as if it were a file`
        : "A folder is opened as if it were a file",
      mend: "Name the file in it",
    }),
    examples: [{
      raised: "IsADirectoryError: [Errno 21] Is a directory: '/x'",
      facts: { errno: "EISDIR", filename: "/x" },
      mend: "Name the file in it",
    }],
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
  {
    name: "file-system-fails",
    code: "file-system-fails",
    when: { errno: "ESTALE EIO EREMOTEIO" },
    claim: (subject) => ({
      says: subject.raised.errno === "ESTALE"
        ? `A file or folder on a network file system was replaced while the application had it open${
          spotOf(subject)
        }`
        : `The system failed to read or write${
          subject.raised.filename ? ` ${subject.raised.filename}` : ""
        }${spotOf(subject)}: {line}`.replace("{line}", subject.line),
      mend: subject.raised.errno === "ESTALE"
        ? "Restart the site; replace files by a new name and a rename, and restart after each deployment"
        : "Tell the administrators: that is a fault of the disk, of the network file system, or a terminal that is gone",
    }),
    examples: [
      {
        raised: "OSError: [Errno 116] Stale file handle",
        facts: { errno: "ESTALE", filename: "/srv/site/x" },
        mend: "Restart the site",
      },
    ],
  },
  {
    name: "locks-unavailable",
    code: "file-locked",
    when: [
      { errno: "ENOLCK" },
      {
        errno: "EAGAIN EWOULDBLOCK EACCES",
        through: /\/(?:filelock|portalocker|fasteners|fcntl)\b/,
      },
      {
        type: "Timeout LockException AlreadyLocked",
        through: /\/(?:filelock|portalocker|fasteners)\b/,
      },
    ],
    over: "permission-denied",
    claim: ({ raised }) => ({
      says: raised.errno === "ENOLCK"
        ? "The file system gives no locks for files"
        : "A lock that the application wants is held by another process",
      mend: raised.errno === "ENOLCK"
        ? "Put the file on a disk of the machine itself: network file systems often lock badly"
        : "Several processes of the site run side by side, and an old one may still end: wait for the lock, or let one process do that work",
    }),
    examples: [
      {
        raised: "BlockingIOError: [Errno 11] Resource temporarily unavailable",
        facts: { errno: "EAGAIN" },
        in: "PACKAGES/filelock/_unix.py _acquire",
      },
      {
        raised: "OSError: [Errno 37] No locks available",
        facts: { errno: "ENOLCK" },
      },
    ],
  },
  {
    name: "file-exists",
    code: "app-code",
    when: { errno: "EEXIST EXDEV ENOTEMPTY" },
    claim: ({ raised }) => ({
      says: raised.errno === "EXDEV"
        ? "A file is moved by rename to another file system, which the system cannot do"
        : `${raised.filename ?? "What is to be made"} is there already`,
      mend: raised.errno === "EXDEV"
        ? "Use `shutil.move()` in place of `os.rename()`, or write the file beside its place first"
        : "With several processes and restarts it may always be there: `os.makedirs(path, exist_ok=True)`",
    }),
    examples: [
      {
        raised: "FileExistsError: [Errno 17] File exists: '/x'",
        facts: { errno: "EEXIST", filename: "/x" },
        mend: "exist_ok=True",
      },
    ],
  },
  {
    name: "name-too-long",
    code: "file-wrong-kind",
    when: { errno: "ENAMETOOLONG" },
    claim: {
      says: "A name of a file or socket is longer than the system takes",
      mend:
        "Look at what is put into the path there: a text in place of the path of a file, or folders within folders",
    },
    examples: [{
      raised: "OSError: [Errno 36] File name too long: 'aaa'",
      facts: { errno: "ENAMETOOLONG" },
    }],
  },
  {
    name: "home-missing",
    code: "home-missing",
    over: "file-missing permission-denied variable-missing",
    when: [
      {
        type: "RuntimeError",
        message: /^(?:Could not|Can't) determine home directory/,
      },
      { errno: "ENOENT EACCES EROFS" },
    ],
    claim: (subject, scene) => {
      const home = scene.host.env.HOME ??
        scene.host.user(scene.host.identity.uid)?.home;
      const path = pathOf(subject, scene);
      const isAbout = path === undefined
        ? subject.kind === "RuntimeError"
        : home !== undefined && home.length > 1 &&
          (path === home || isInside(path, home));
      if (!isAbout || !home) return undefined;
      const proper = scene.host.user(scene.host.identity.uid)?.home;
      const status = scene.host.stat(home);
      const isStrange = scene.site.config?.environment.HOME === undefined &&
        (refused(status) || status.uid !== scene.host.identity.uid);
      if (proper && proper !== home && isStrange) {
        return {
          seen: `HOME is ${home}, and the home folder of ${
            runnerOf(scene)
          } is ${proper}: the application looks for files of its own in somebody else's${
            path ? `, as for ${path}` : ""
          }`,
          mend:
            `Write under [environment] in config.toml: HOME = "${proper}"; or take HOME out of where it is set`,
        };
      }
      if (exists(home, scene)) return undefined;
      return {
        seen:
          `The home folder ${home} does not exist for the web server, and the application wants to use it${
            path && path !== home ? ` for ${path}` : ""
          }`,
        mend:
          `Write under [environment] in config.toml: HOME = "${scene.site.layout.siteDirectory}"; or the variable by which the package takes another folder for its own files`,
      };
    },
    examples: [
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/home/jdoe/.cache/x" },
        files: { "/home/jdoe": null },
        says: "/home/jdoe does not exist for the web server",
        mend: 'HOME = "SITE"',
      },
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/root/.config/x" },
        env: { HOME: "/root" },
        says: "HOME is /root",
        mend: 'HOME = "/home/jdoe"',
      },
    ],
  },
  {
    name: "nobody-logged-in",
    code: "no-terminal",
    when: [
      { errno: "ENXIO ENOTTY ENOENT", through: / getlogin$/ },
      { errno: "ENXIO ENOTTY ENOENT" },
      { message: /getlogin/ },
    ],
    claim: ({ raised, own }, scene) => {
      const line = own ? textOf(own.file, scene).split("\n")[own.line - 1] : "";
      const isLogin = /getlogin/.test(`${raised.message} ${line ?? ""}`);
      const isTerminal = raised.errno === "ENOTTY" ||
        raised.filename === "/dev/tty";
      if (raised.filename && !isTerminal) return undefined;
      if (!isLogin && !isTerminal) return undefined;
      return {
        says: isLogin
          ? "os.getlogin() asks who has logged in at a terminal, and a web server has none"
          : "The application asks for a terminal, and a web server has none",
        mend: isLogin
          ? "Write `getpass.getuser()` or `pwd.getpwuid(os.getuid()).pw_name` in its place"
          : "Leave that out, or ask `sys.stdout.isatty()` before",
      };
    },
    examples: [
      {
        raised: "OSError: [Errno 6] No such device or address",
        facts: { errno: "ENXIO" },
        files: { "APP/app.py": "\n\nname = os.getlogin()\n" },
        says: "os.getlogin()",
        mend: "getpass.getuser()",
      },
      {
        raised: "OSError: [Errno 25] Inappropriate ioctl for device",
        facts: { errno: "ENOTTY" },
        says: "asks for a terminal",
      },
    ],
    not: [{
      raised: "OSError: [Errno 6] No such device",
      facts: { errno: "ENXIO" },
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

/** The absolute path that an exception names; relative ones are resolved. */
function pathOf({ raised }: Subject, scene: Scene): string | undefined {
  const { filename } = raised;
  if (!filename) return undefined;
  return isAbsolute(filename) ? filename : join(scene.directory, filename);
}

/** ` (FILE:LINE)`, for a message whose place is another; else nothing. */
function spotOf({ place }: Subject): string {
  return place ? ` (${place.file}:${place.line})` : "";
}

/** Where it was: the path itself, and the setting that names it. */
function placeOfPath(path: string, scene: Scene): Place {
  const { config } = scene.site;
  // The setting that names the path is what its owner may want to change.
  const named = (values: Record<string, string> | undefined) =>
    Object.entries(values ?? {}).find(([, value]) => value === path)?.[0];
  const variable = named(config?.environment);
  const secret = named(config?.secretFiles);
  return {
    file: path,
    ...variable && { key: `environment.${variable}` },
    ...secret && { key: `secret_files.${secret}` },
  };
}

/** A path that cannot be meant for this machine as it stands. */
function foreignPath(
  path: string,
): { what: string; mend: string } | undefined {
  const beside =
    "copy the file to this machine, and name it beside the code, as with `Path(__file__).parent`";
  return /^[A-Za-z]:[\\/]/.test(path)
    ? {
      what: "has a path of Windows, which no folder here has",
      mend: `Leave the path of the other machine out: ${beside}`,
    }
    : /^\/Users\/|^\/Volumes\//.test(path)
    ? {
      what: "has a path of macOS, which this machine does not have",
      mend: `Leave the path of the other machine out: ${beside}`,
    }
    : /^\/content\/|^\/kaggle\//.test(path)
    ? {
      what: "has a path of a notebook on another machine (Colab, Kaggle)",
      mend: `Leave the path of the other machine out: ${beside}`,
    }
    : path.startsWith("~")
    ? {
      what: 'begins with "~", which only a shell replaces by a home folder',
      mend:
        "Write `Path(path).expanduser()` or `os.path.expanduser(path)`, or the whole path; the home folder is that of the user that runs the site",
    }
    : /\$\{?\w+\}?|^%\w+%/.test(path)
    ? {
      what: "holds the name of a variable, which only a shell replaces",
      mend: "Write `os.path.expandvars(path)`, or the whole path",
    }
    : path.includes("\\") && !path.includes("/")
    ? {
      what:
        'is named with "\\", as on Windows; here that is a letter of the name, and folders are parted by "/"',
      mend:
        'Join folders and names by `Path`, as `Path(__file__).parent / "data" / "x.csv"`, which is right everywhere',
    }
    : undefined;
}

/** What is said of a path that is not there. */
export function missing(
  path: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { host, directory } = scene;
  const status = host.stat(path);
  // It is there now, or the application had changed its working directory.
  if (!refused(status) || !/^ENO(?:ENT|TDIR)$/.test(status.errno)) {
    return undefined;
  }
  const { filename } = subject.raised;
  const foreign = foreignPath(filename ?? path);
  if (foreign) {
    return {
      says: `The file "${filename ?? path}" ${foreign.what}${spotOf(subject)}`,
      place: subject.place,
      mend: foreign.mend,
    };
  }
  const parent = dirname(path);
  const isRelative = filename !== undefined && !isAbsolute(filename);
  if (isRelative) {
    const home = searchSite(
      scene,
      (_, folder) =>
        folder !== directory && exists(join(folder, filename), scene),
    )[0];
    if (home) {
      return {
        seen:
          `The file "${filename}" is looked for in the working directory ${directory}, and is not there, but in ${home}`,
        place: subject.place ?? { file: path },
        mend: `Open it beside the code, as with \`Path(__file__).parent / "${
          basename(filename)
        }"\`; or write in [wsgi] of config.toml: chdir = "${home}"`,
      };
    }
    const pattern = patternOf(path, scene);
    if (pattern) return madeFrom(pattern, path, subject);
    if (parent === directory || exists(parent, scene)) {
      return {
        seen:
          `The file "${filename}" is looked for in the working directory ${directory}, and is not there`,
        place: subject.place ?? { file: path },
        mend:
          "Copy it there, or name it by its absolute path, as with `Path(__file__).parent`; a file that .gitignore names does not come along with git",
      };
    }
  }
  const pattern = patternOf(path, scene);
  if (pattern) return madeFrom(pattern, path, subject);
  if (exists(parent, scene)) {
    const near = suggest(basename(path), namesIn(parent, host));
    return {
      seen: `${path} does not exist${
        near ? `; in the same folder there is "${near}"` : ""
      }${spotOf(subject)}`,
      place: placeOfPath(path, scene),
      mend: near
        ? `Name "${near}", if that is meant; else copy ${path} to this machine, or correct the path`
        : `Copy ${path} to this machine, if it was left out; else correct the path`,
    };
  }
  const folder = noFolder(parent, scene, basename(path));
  return {
    ...folder,
    // What is only read must come from somewhere: an empty folder is no help.
    ...typeof folder.mend === "object" && isRead(subject, scene) && {
      mend:
        `Copy ${parent} with what belongs in it to this machine, if it was left out or .gitignore names it; else correct the path`,
    },
    seen: isRelative
      ? `The folder "${
        dirname(filename)
      }" does not exist in the working directory ${directory}, and "${
        basename(filename)
      }" should be in it${folder.beside}`
      : `The folder ${parent} does not exist, in which "${
        basename(path)
      }" should be${folder.beside}${spotOf(subject)}`,
    place: isRelative
      ? subject.place ?? { file: path }
      : placeOfPath(path, scene),
  };
}

/** Tells whether the application's line opens a file to read it alone. */
function isRead({ own }: Subject, scene: Scene): boolean {
  const line = own ? lineOf(own, scene) : "";
  return /\bopen\(\s*(?:[^,()]|\([^()]*\))*(?:,\s*(?:mode\s*=\s*)?["']r[bt]?["'][^)]*)?\)/
    .test(line) && !/["'][rbt]*[wax+][rbt+]*["']/.test(line);
}

/** A file that shows how one of another name is to look. */
function patternOf(path: string, { host }: Scene): string | undefined {
  const [stem, end] = [basename(path, extname(path)), extname(path)];
  const patterns = PATTERN_WORDS.split(" ").flatMap((word) => [
    `${basename(path)}.${word}`,
    `${basename(path)}-${word}`,
    `${stem}.${word}${end}`,
    `${stem}-${word}${end}`,
    `${stem}_${word}${end}`,
    `${word}.${stem}${end}`,
    `${basename(path)}_${word}`,
  ]);
  const found = namesIn(dirname(path), host)
    .find((name) => patterns.includes(name));
  return found && join(dirname(path), found);
}

const PATTERN_WORDS = "example sample dist template default tmpl tpl";

function madeFrom(pattern: string, path: string, subject: Subject): Claim {
  return {
    seen: `${path} does not exist; beside it is ${
      basename(pattern)
    }, as a pattern for it${spotOf(subject)}`,
    place: subject.place ?? { file: path },
    mend:
      `Copy ${path} from where the application ran before, or make it from the pattern: \`${
        shellCommand("cp", "-n", pattern, path)
      }\`, and fill in your own values`,
  };
}

/**
 * A folder that is not there: made, where its name is no slip of the pen and
 * nothing of that name lies elsewhere in the site, which it would hide.
 *
 * @param file What should be in it
 */
export function noFolder(
  folder: string,
  scene: Scene,
  file: string,
): { beside: string; mend: string | { command: string } } {
  const { siteDirectory, appRoot } = scene.site.layout;
  const wanted = isInside(folder, scene.directory)
    ? relative(scene.directory, folder)
    : basename(folder);
  const isReal = (path: string) =>
    !isInside(path, appRoot) && path !== folder && exists(path, scene);
  const elsewhere =
    searchSite(scene, () => true).flatMap((home) =>
      [join(home, wanted), join(home, basename(folder)), join(home, file)]
        .filter(isReal)
    )[0];
  if (elsewhere) {
    return {
      beside: `; but there is ${elsewhere}`,
      mend:
        `Name what is meant by its absolute path, or beside the code, as with \`Path(__file__).parent\`: a new folder ${folder} would be empty, and what is in ${elsewhere} would not be found`,
    };
  }
  const above = dirname(folder);
  const near = suggest(basename(folder), namesIn(above, scene.host));
  const isOurs = isInside(folder, siteDirectory) &&
    !isInside(folder, appRoot) &&
    exists(above, scene);
  return {
    beside: near ? `; beside it there is "${near}"` : "",
    mend: isOurs && !near
      ? { command: shellCommand("mkdir", folder) }
      : `Correct the path, or make the folder ${folder}, if it is meant`,
  };
}

/** Whoever runs the site is not who it belongs to: that comes before files. */
function runsAsStranger(scene: Scene): Claim | undefined {
  const { host, site } = scene;
  const owner = host.stat(site.layout.appRoot);
  const { uid } = host.identity;
  const wanted = site.user;
  const isStranger = wanted ? wanted.uid !== uid : false;
  if (!isStranger || uid === 0 || refused(owner)) return undefined;
  return {
    code: "user-differs",
    seen: `The application runs as ${runnerOf(scene)}, and config.toml says ${
      wanted!.name
    }: what belongs to ${wanted!.name} is closed to it`,
    place: site.placeOf("passenger.user"),
    mend: `Ask the administrators to let the web server run the site as ${
      wanted!.name
    } (PassengerUser, PassengerGroup); without these, Passenger takes the owner of the startup file`,
  };
}

function denied(
  path: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { host } = scene;
  const who = host.identity;
  const runner = runnerOf(scene);
  const spot = spotOf(subject);
  const place = placeOfPath(path, scene);
  const barrier = findBarrier(path, who, host);
  if (barrier) {
    return {
      seen: `${runner} may not enter ${barrier.folder} (${
        stateOf(barrier.status, host)
      }), on the way to ${path}${spot}`,
      place,
      mend: opening(barrier.folder, barrier.status, "search", scene),
    };
  }
  const status = host.stat(path);
  if (refused(status)) {
    const parent = dirname(path);
    const folder = host.stat(parent);
    if (refused(folder) || status.errno !== "ENOENT") return undefined;
    if (mayAccess(folder, who, "write")) return undefined;
    return {
      seen: `${runner} may not create "${basename(path)}" in ${parent} (${
        stateOf(folder, host)
      })${spot}`,
      place,
      mend: opening(parent, folder, "write", scene),
    };
  }
  const isProgram = START.test(
    `${subject.raised.frames.at(-1)?.file} ${
      subject.raised.frames.at(-1)?.function
    }`,
  );
  const needed = isProgram
    ? ["execute" as const]
    : neededAt(subject, scene) ?? ["read" as const, "write" as const];
  const lacking = needed.filter((each) => !mayAccess(status, who, each));
  if (lacking.length > 1) {
    const owner = host.user(status.uid)?.name ?? `uid ${status.uid}`;
    return {
      seen: `${runner} may not open ${path} (${stateOf(status, host)})${spot}`,
      place,
      mend:
        `See whether the application is to read it or to write to it, and let its owner ${owner} allow that alone; or let the application use a file of its own`,
    };
  }
  const [access] = lacking;
  if (access === undefined) {
    return {
      seen:
        `The system refuses ${runner} access to ${path}, though its mode allows it (${
          stateOf(status, host)
        })${spot}`,
      place,
      mend:
        "Look at its access control list (`getfacl`), its SELinux label (`ls -Z`), its attributes (`lsattr`), and whether its file system is mounted noexec",
    };
  }
  return {
    seen: `${runner} may not ${
      access === "execute" ? "run the program" : access
    } ${path} (${stateOf(status, host)})${spot}`,
    place,
    mend: opening(path, status, access, scene),
  };
}

const WRITING =
  /\.write_(?:text|bytes)\(|\.save\(|\.touch\(|\.to_(?:csv|excel|json|parquet|pickle)\(|FileHandler\(|\bopen\(.*(?:, *|\bmode=)["'][bt]?[wax][bt]?["']|\.open\(["'][bt]?[wax][bt]?["']/;
/** The last of them is `open()` of a path alone. */
const READING =
  /\.read_(?:text|bytes|csv|excel|json|parquet|pickle)\(|\bopen\(.*(?:, *|\bmode=)["'](?:r[bt]?|[bt]r)["']|(?<![.\w])open\((?:[^,()]|\((?:[^()]|\([^()]*\))*\))+\)/;

/** What the application needs to do with a file, where its line shows that. */
function neededAt(
  { own, raised }: Subject,
  scene: Scene,
): ("read" | "write")[] | undefined {
  const line = lineOf(own, scene).replace(/(?:^|\s)#.*$/, "");
  // The modules of Python below it tell what a helper of a package does not.
  const below = raised.frames.at(-1);
  const isDirect = below === undefined || below.file === own?.file ||
    /\/(?:pathlib|logging)\/|\/(?:pathlib|tokenize|io|codecs)\.py$/.test(
      below.file,
    );
  const writes = WRITING.test(line);
  const reads = READING.test(line);
  if (
    writes === reads || !isDirect && !/\.(?:save|to_\w+|read_\w+)\(/.test(line)
  ) {
    return undefined;
  }
  return [writes ? "write" : "read"];
}

/** Never opens anything to everyone. */
function opening(
  path: string,
  status: FileStatus,
  access: Access,
  { host, site }: Scene,
): string | { command: string } {
  const who = host.identity;
  const letter = access === "search" || access === "execute" ? "x" : access[0]!;
  const letters = status.kind === "folder" && access === "write"
    ? "wx"
    : letter;
  if (status.uid === who.uid) {
    return { command: chmod(`u+${letters}`, path) };
  }
  // Nobody should open a file of the system for the sake of a site.
  if (status.uid === 0 && !isInside(path, site.layout.siteDirectory)) {
    return `Let the application use a file of its own: ${path} belongs to root, and not to the site`;
  }
  const group = site.group?.name ?? String(who.gid);
  const user = host.user(who.uid)?.name ?? String(who.uid);
  const chgrp = who.groups.includes(status.gid)
    ? ""
    : `${shellCommand("chgrp", group, path)} && `;
  const owner = host.user(status.uid)?.name ?? `uid ${status.uid}`;
  return `Let its owner ${owner} run: \`${chgrp}${
    chmod(`g+${letters}`, path)
  }\`; or root: \`${shellCommand("chown", user, path)}\``;
}

/** The first of these folders whose file system is full. */
function fullAround(
  folders: readonly string[],
  scene: Scene,
): { folder: string; isInodes: boolean; total: number } | undefined {
  for (const folder of folders) {
    if (!exists(folder, scene)) continue;
    const space = scene.host.space(folder);
    if (refused(space)) continue;
    if (space.totalFiles > 0 && space.freeFiles === 0) {
      return { folder, isInodes: true, total: space.totalFiles };
    }
    if (space.totalBytes > 0 && space.freeBytes < 65_536) {
      return { folder, isInodes: false, total: space.totalBytes };
    }
  }
  return undefined;
}

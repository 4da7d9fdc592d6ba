/**
 * Files and folders that the application does not find: where it looked, where
 * they lie, and whether the folder is to be made.
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
import { namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  foreignPath,
  nothingIn,
  sameName,
  writtenByWindows,
} from "./foreign_paths.ts";
import {
  deadLink,
  fileOnWay,
  fromCode,
  inOtherLetters,
  isToBeMade,
  lookingAlike,
  pathOf,
  placeOfPath,
  spotOf,
} from "./paths.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  lineOf,
  runnerOf,
  type Scene,
  searchSite,
} from "./scene.ts";

/** How packages say that a file is not there. */
const LACKS =
  "(?:[Nn]o such file|[Nn]o file|does not exist|[Nn]ot found|[Cc]annot (?:find|open|read)|[Cc]ould not (?:read|open|find)|[Uu]nable to (?:open|read|find|load)|[Cc]an't (?:open|find|read)|[Ff]ailed to (?:open|find|read|load)|[Ll]oad model from|Error (?:opening|reading)|matching files for)";

/** A file with an ending that data has. */
const DATA_FILE =
  "((?:\\/|\\.{0,2}\\/|[\\w-]+\\/)?[\\w./-]*\\.(?:bin|cbm|cfg|ckpt|conf|crt|css|csv|dat|db|docx?|env|gguf|gif|gz|h5|html?|ini|joblib|jpe?g|js|json|keras|key|log|md|mmdb|model|mo|mp[34]|npy|npz|onnx|otf|parquet|pb|pdf|pem|pickle|pkl|png|pth?|safetensors|sql|sqlite3?|svg|tflite|toml|traineddata|ttf|txt|wav|xlsx?|xml|ya?ml|zip))";

/** The rules of files that are not there. */
export const missingFiles = (): Rule[] => [
  {
    name: "folder-lost",
    code: "app-directory",
    when: {
      errno: "ENOENT",
      problem: "request-raised",
      message: /^\[Errno 2\] No such file or directory$/,
    },
    claim: ({ raised, own }, scene) =>
      raised.filename === undefined &&
        // Only the working directory is asked for without a name.
        (/^(?:abspath|realpath|_joinrealpath|cwd|absolute|resolve|getcwd)$/
          .test(raised.frames.at(-1)?.function ?? "") ||
          /\b(?:getcwdb?|abspath|realpath|cwd|resolve|absolute)\(/
            .test(lineOf(own, scene)))
        ? {
          seen:
            "The folder that the application was started in is gone: it was removed or replaced while the site ran",
          mend: {
            command: shellCommand(
              "wsgi-shim",
              "restart",
              scene.site.layout.appRoot,
            ),
          },
        }
        : undefined,
    examples: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      in: "PYTHON/posixpath.py abspath",
      failure: { problem: "request-raised" },
      mend: "wsgi-shim restart",
    }],
    not: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      in: "PYTHON/ssl.py create_default_context",
      failure: { problem: "request-raised" },
    }, { raised: "FileNotFoundError: gone", facts: { errno: "ENOENT" } }],
  },
  {
    name: "file-missing",
    code: "file-missing",
    over: "none-from-variable",
    when: { errno: "ENOENT ENOTDIR" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      const { text, raised } = subject;
      if (raised.filename === "") return nothingIn("", subject, scene);
      // Some libraries raise it by themselves, with what is no name of a file.
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
      ...([
        ["data\\list.csv", "is named with", 'parent / "data" / "list.csv"'],
        ["APP/C:\\Users\\me\\list.csv", "lies in APP/data", "list.csv"],
        ["static\\up/a.png", "APP/static/up is there", '"static" / "up"'],
        ["data\table.csv", 'makes of "\\t"', "table.csv"],
        ["data/list.csv\n", "has a line end", "`.strip()`"],
        ["'data/list.csv'", "quotation marks", "without them"],
        ["https://x.org/list.csv", "an address", "urlopen"],
        ['{"type": "service_account"}', "A text is given", "json.loads"],
      ] as const).map(([filename, says, mend]) => ({
        raised: "FileNotFoundError: [Errno 2] No such file or directory",
        facts: { errno: "ENOENT", filename },
        files: {
          "APP/data/list.csv": "",
          "APP/data/table.csv": "",
          "APP/static/up": {},
        },
        says,
        mend,
      })),
      ...([
        ["static/style.css", "APP/static/Style.css: capital letters", "Style"],
        ["Data/list.csv", "APP/data/list.csv: capital letters", '"data"'],
        ["gr\u00f6ssen.csv", "looks the same", "\\U00000308"],
        ["gru\u0308n.csv", "where the code has a letter", "normalize("],
        ["../data/list.csv", "and lies in APP/data", 'parent / "data"'],
        ["APP/a.zip/x.html", "APP/a.zip is a file", "unpacked"],
        ["/app/data/list.csv", "no /app on this one", 'parent / "data"'],
        ["/home/anna/x.csv", "no /home/anna on this one", "beside the code"],
        ["file.txt", 'there is "file.txt.txt"', "Windows hides endings"],
      ] as const).map(([filename, says, mend]) => ({
        raised: "FileNotFoundError: [Errno 2] No such file or directory",
        facts: { errno: "ENOENT", filename },
        files: {
          "APP/data/list.csv": "",
          "APP/static/Style.css": "",
          "APP/a.zip": "PK",
          "APP/file.txt.txt": "",
          "APP/gro\u0308ssen.csv": "",
          "APP/gr\u00fcn.csv": "",
        },
        says,
        mend,
      })),
      ...([
        ["/app/logs/x.log", "and is to be made there", '/ "logs"`'],
        ["/var/log/shop/x.log", "is to be made", "ask the administrators"],
      ] as const).map(([filename, says, mend]) => ({
        raised: "FileNotFoundError: [Errno 2] No such file or directory",
        facts: { errno: "ENOENT", filename },
        in: "PYTHON/logging/__init__.py _open",
        files: { "APP/shop": {} },
        says,
        mend,
      })),
      {
        raised: "FileNotFoundError: [Errno 2] No such file or directory",
        facts: { errno: "ENOENT", filename: "/home/anna/site/up/x.png" },
        files: {
          "APP/app.py":
            'UP = "/home/anna/site/up"\n\nopen(join(UP, name), "wb").write(data)\n',
        },
        says: "and is to be made there; line 1 of APP/app.py names it",
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] Unable to load configuration file (No such file or directory)",
        facts: { errno: "ENOENT", filename: "/srv/site/myapp/instance/c.py" },
        files: {
          "APP/app.py": '\n\napp.config.from_pyfile("c.py")\n',
        },
        says: "The folder APP/instance does not exist",
        mend: "Copy APP/instance with what belongs in it",
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: 'uploads'",
        facts: { errno: "ENOENT", filename: "uploads" },
        files: { "APP/app.py": '\n\nnames = os.listdir("uploads")\n' },
        says: 'The folder "uploads" is looked for',
        mend: "`mkdir APP/uploads`",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: 'None/list.csv'",
        facts: { errno: "ENOENT", filename: "None/list.csv" },
        files: {
          "APP/app.py":
            'FOLDER = os.getenv("LISTS")\n\nopen(f"{FOLDER}/list.csv")\n',
        },
        code: "variable-missing",
        says: '"LISTS" is not set',
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file or directory: ''",
        facts: { errno: "ENOENT", filename: "" },
        code: "app-setting-missing",
        says: "is empty",
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: 'SITE/a' -> 'SITE/var/a'",
        facts: { errno: "ENOENT", filename: "SITE/a" },
        files: { "SITE/a": "" },
        says: "The folder SITE/var does not exist, into which",
        mend: "mkdir SITE/var",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "out/a.txt" },
        files: { "APP/out\\a.txt": "", "APP/out": {} },
        says: 'but a file called "out\\a.txt" in APP',
        mend: "move the file",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file",
        facts: { errno: "ENOENT", filename: "/srv/site/data/x.json" },
        files: { "SITE/data": { link: "/home/anna/data" } },
        says:
          'SITE/data is a link to /home/anna/data, which is not on this machine, and "x.json" should be behind it',
        mend: "let the link lead to it",
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] Unable to load configuration file (No such file or directory): 'APP/instance/config.py'",
        facts: {
          errno: "ENOENT",
          filename: "/srv/site/myapp/instance/config.py",
        },
        files: { "APP/instance": {}, "APP/config.py": "" },
        says: "a file of that name lies in APP",
        mend: '`Path(__file__).parent / "config.py"`',
      },
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
    name: "temporary-folder-missing",
    code: "file-missing",
    over: "file-missing",
    when: [
      { message: /No usable temporary directory found in/ },
      { errno: "ENOENT", in: /\/tempfile\.py / },
    ],
    claim: ({ text }, scene) => {
      const named = ["TMPDIR", "TEMP", "TMP"]
        .find((name) => scene.host.env[name] !== undefined);
      const folder = named ? scene.host.env[named]! : "/tmp";
      const isNone = /No usable/.test(text);
      if (!isNone && (!named || exists(folder, scene))) return undefined;
      return {
        says: isNone
          ? `Python finds no folder for temporary files that ${
            runnerOf(scene)
          } may write to, or the file system is full`
          : `${named} names ${folder} as the folder for temporary files, and it is not there`,
        mend: isNone
          ? `See with \`df -h /tmp\` and \`ls -ld /tmp\` which it is; or make a folder in the site, and write under [environment] in config.toml: TMPDIR = "${
            join(scene.site.layout.siteDirectory, "temporary")
          }"`
          : `Correct ${named}, or take it out of where it is set`,
      };
    },
    examples: [
      {
        raised:
          "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/srv/site']",
        facts: { errno: "ENOENT" },
        in: "PYTHON/tempfile.py _get_default_tempdir",
        mend: "df -h /tmp",
      },
      {
        raised: "FileNotFoundError: [Errno 2] No such file: '/gone/tmpx'",
        facts: { errno: "ENOENT", filename: "/gone/tmpx" },
        in: "PYTHON/tempfile.py _mkstemp_inner",
        env: { TMPDIR: "/gone" },
        says: "TMPDIR names /gone",
      },
    ],
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
];

/** What is said of a path that is not there. */
export function missing(
  path: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { host, directory } = scene;
  const status = host.stat(path);
  const { filename } = subject.raised;
  // It is there now, or the application had changed its working directory.
  if (!refused(status) || !/^ENO(?:ENT|TDIR)$/.test(status.errno)) {
    return targetMissing(subject, scene);
  }
  const nothing = nothingIn(filename ?? path, subject, scene);
  if (nothing) return nothing;
  const foreign = foreignPath(filename ?? path, subject, scene);
  if (foreign) return foreign;
  const windows = writtenByWindows(path, scene);
  if (windows) {
    return {
      seen: `${path} does not exist, but a file called "${
        basename(windows)
      }" in ${
        dirname(windows)
      }: what wrote it parted folders by "\\", which is a letter of the name here${
        spotOf(subject)
      }`,
      place: subject.place,
      mend:
        'Let the code that writes it part folders by "/", or join them by `Path`; then move the file to its place',
    };
  }
  const onWay = fileOnWay(path, scene);
  if (onWay) {
    return {
      seen: `${onWay} is a file, and "${
        relative(onWay, path)
      }" is looked for in it as in a folder${spotOf(subject)}`,
      place: subject.place ?? { file: onWay },
      mend:
        `Correct the path; what is packed into an archive must be unpacked before, or read by what reads archives (zipfile, importlib.resources)`,
    };
  }
  const alike = lookingAlike(path, scene);
  if (alike) {
    return {
      seen: `${path} does not exist, but ${alike.path}: ${alike.what}${
        spotOf(subject)
      }`,
      place: subject.place ?? { file: path },
      mend: alike.mend,
    };
  }
  const letters = inOtherLetters(path, scene);
  if (letters) {
    return {
      seen: `"${
        filename ?? path
      }" does not exist, but ${letters}: capital letters count here, and on Windows and macOS they do not${
        spotOf(subject)
      }`,
      place: subject.place ?? { file: path },
      mend: `Write the name as it is, as in ${fromCode(letters, subject)}`,
    };
  }
  const dead = deadLink(path, scene);
  if (dead) {
    return {
      seen:
        `${dead.link} is a link to ${dead.to}, which is not on this machine${
          dead.link === path
            ? ""
            : `, and "${relative(dead.link, path)}" should be behind it`
        }${spotOf(subject)}`,
      place: { file: dead.link },
      mend:
        `Copy what ${dead.to} holds from where the application ran before, and put it in place of the link, or let the link lead to it`,
    };
  }
  const parent = dirname(path);
  const isRelative = filename !== undefined && !isAbsolute(filename);
  if (isRelative) {
    if (isFolderAsked(filename, subject, scene)) {
      const { beside, mend } = noFolder(path, scene);
      return {
        seen:
          `The folder "${filename}" is looked for in the working directory ${directory}, and is not there${beside}`,
        place: subject.place ?? { file: path },
        mend: typeof mend === "object"
          ? `Copy it there with what belongs in it, or make it, if it begins empty: \`${mend.command}\`; a folder that .gitignore names, or that is empty, does not come along with git`
          : mend,
      };
    }
    const isUp = filename.startsWith("..");
    const same = isUp ? sameName(filename, scene) : undefined;
    if (same) {
      return {
        seen:
          `The file "${filename}" is looked for from the working directory ${directory}, so as ${path}, and lies in ${
            dirname(same)
          }`,
        place: subject.place ?? { file: path },
        mend: `Open it from the place of the code: ${fromCode(same, subject)}`,
      };
    }
    const home = isUp ? undefined : searchSite(
      scene,
      (_, folder) =>
        folder !== directory && exists(join(folder, filename), scene),
    )[0];
    if (home) {
      return {
        seen:
          `The file "${filename}" is looked for in the working directory ${directory}, and is not there, but in ${home}`,
        place: subject.place ?? { file: path },
        mend: `Open it from the place of the code, ${
          fromCode(join(home, filename), subject)
        }; or write in [wsgi] of config.toml: chdir = "${home}"`,
      };
    }
    const pattern = patternOf(path, scene);
    if (pattern) return madeFrom(pattern, path, subject);
    if (parent === directory || exists(parent, scene)) {
      const near = suggest(basename(path), namesIn(parent, host)) ??
        namesIn(parent, host).find((each) =>
          each === `${basename(path)}.txt` ||
          each === `${basename(path)}.${extname(path).slice(1)}`
        );
      return {
        seen:
          `The file "${filename}" is looked for in the working directory ${directory}, and is not there${
            near ? `; beside it there is "${near}"` : ""
          }`,
        place: subject.place ?? { file: path },
        mend: near
          ? `Name "${near}", if that is meant, or give it the other name: Windows hides endings such as .txt; else copy the file to this machine, and name it as with \`Path(__file__).parent\``
          : "Copy it there, or name it by its absolute path, as with `Path(__file__).parent`; a file that .gitignore names does not come along with git",
      };
    }
  }
  const pattern = patternOf(path, scene);
  if (pattern) return madeFrom(pattern, path, subject);
  if (exists(parent, scene)) {
    const near = suggest(basename(path), namesIn(parent, host));
    const other = near || !isInside(path, scene.site.layout.siteDirectory)
      ? undefined
      : sameName(path, scene);
    if (other) {
      return {
        seen: `${path} does not exist; a file of that name lies in ${
          dirname(other)
        }${spotOf(subject)}`,
        place: placeOfPath(path, scene),
        mend: `Name ${
          fromCode(other, subject)
        }, if that one is meant, or bring it to ${parent}`,
      };
    }
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
  if (
    isToBeMade(subject, scene) &&
    !isInside(path, scene.site.layout.siteDirectory)
  ) {
    return {
      seen: `The folder ${parent} does not exist, in which "${
        basename(path)
      }" is to be made${spotOf(subject)}`,
      place: placeOfPath(path, scene),
      mend:
        `Let it be made in a folder of the site, named from the code, as \`Path(__file__).parent / "${
          basename(parent)
        }"\`; or ask the administrators for ${parent}, where ${
          runnerOf(scene)
        } may write`,
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

/** Tells whether the line asks for a folder, and not for a file. */
function isFolderAsked(
  filename: string,
  { own, raised }: Subject,
  scene: Scene,
): boolean {
  return extname(filename) === "" &&
    (/\b(?:listdir|scandir|chdir|iterdir|walk)\(/.test(lineOf(own, scene)) ||
      /^(?:listdir|scandir|iterdir|_iterate_directories)$/
        .test(raised.frames.at(-1)?.function ?? ""));
}

/** What is to be renamed is there, and the folder for its new name is not. */
function targetMissing(subject: Subject, scene: Scene): Claim | undefined {
  const target = /' -> '([^'\n]+)'$/.exec(subject.text.trim())?.[1];
  if (!target) return undefined;
  const path = isAbsolute(target) ? target : join(scene.directory, target);
  const folder = dirname(path);
  if (exists(folder, scene)) return undefined;
  const { beside, mend } = noFolder(folder, scene);
  return {
    seen: `The folder ${folder} does not exist, into which "${
      basename(path)
    }" is to be brought${beside}${spotOf(subject)}`,
    place: subject.place ?? { file: path },
    mend,
  };
}

/** Tells whether the application's line opens a file to read it alone. */
function isRead({ own, text }: Subject, scene: Scene): boolean {
  const line = own ? lineOf(own, scene) : "";
  return /^(?:\[Errno \d+\] )?Unable to load configuration file/.test(text) ||
    /\.from_(?:pyfile|file|json)\(|\.read_(?:text|bytes|csv|excel|json|parquet|pickle)\(/
      .test(line) ||
    /\bopen\(\s*(?:[^,()]|\([^()]*\))*(?:,\s*(?:mode\s*=\s*)?["']r[bt]?["'][^)]*)?\)/
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
  file?: string,
): { beside: string; mend: string | { command: string } } {
  const { siteDirectory, appRoot } = scene.site.layout;
  const dead = deadLink(folder, scene);
  if (dead) {
    return {
      beside:
        `; ${dead.link} is a link to ${dead.to}, which is not on this machine`,
      mend:
        `Let the link ${dead.link} lead to a folder of this machine, or put the folder itself in its place`,
    };
  }
  const wanted = isInside(folder, scene.directory)
    ? relative(scene.directory, folder)
    : basename(folder);
  const isReal = (path: string) =>
    !isInside(path, appRoot) && path !== folder && exists(path, scene);
  const elsewhere =
    searchSite(scene, () => true).flatMap((home) =>
      [wanted, basename(folder), ...file === undefined ? [] : [file]]
        .map((each) => join(home, each)).filter(isReal)
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

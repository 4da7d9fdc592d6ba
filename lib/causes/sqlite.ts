/**
 * SQLite's files: read-only, elsewhere, empty, locked, full or damaged.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, resolve } from "node:path";
import { refused } from "../machine/host.ts";
import { mayAccess, stateOf } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { told } from "./drivers.ts";
import { noFolder } from "./missing_files.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { settingsFiles } from "./unset.ts";
import {
  lineOf,
  linesOf,
  runnerOf,
  type Scene,
  searchSite,
  textOf,
} from "./scene.ts";

export const sqlite = (): Rule[] => [
  {
    name: "sqlite-read-only",
    code: "database-readonly",
    when: told(/attempt to write a readonly database/),
    claim: (subject, scene) => unwritable("can only be read", subject, scene),
    examples: [{
      raised: "sqlite3.OperationalError: attempt to write a readonly database",
      files: {
        "APP/db.sqlite3": { text: "x", mode: 0o644, owner: "root:root" },
      },
      says: "APP/db.sqlite3 has mode 0644, owner root:root",
      mend: "chown jdoe APP/db.sqlite3 APP",
    }],
  },
  {
    name: "sqlite-not-opened",
    code: "database-readonly",
    when: told(/unable to open database file/),
    claim: (subject, scene) =>
      noFile(subject, scene) ?? withoutFolder(subject, scene) ??
        closedFolder(subject, scene) ??
        unwritable("cannot be opened", subject, scene),
    examples: [
      ...([
        ["sqlite:///app.db", "is an address", 'connect("app.db")'],
        ["var", "APP/var is a folder", "APP/var/app.db"],
        ["file:app.db?mode=ro", "APP/app.db is not there", "mode=rwc"],
      ] as const).map(([name, says, mend]) => ({
        raised: "sqlite3.OperationalError: unable to open database file",
        files: {
          "APP/var": {},
          "APP/app.py": `\n\ndb = sqlite3.connect("${name}", uri=True)\n`,
        },
        code: "database-address" as const,
        says,
        mend,
      })),
      {
        raised:
          "django.db.utils.OperationalError: unable to open database file",
        files: {
          "SITE/data": { mode: 0o555 },
          "SITE/data/x.db": { text: "x", mode: 0o644 },
        },
        says: "SITE/data has mode 0555",
        mend: "chmod u+w SITE/data",
      },
      {
        raised: "sqlite3.OperationalError: unable to open database file",
        files: {
          "APP/app.py": '\n\ndb = connect("/srv/site/data/app.db")\n',
          "SITE/data": { mode: 0o555 },
        },
        says: "SITE/data/app.db is not there, and jdoe may not make it",
        mend: "chmod u+w SITE/data",
      },
      {
        // Not a path of its own.
        raised: "sqlite3.OperationalError: unable to open database file",
        files: { "APP/app.py": '\n\ndb = connect(root + "/app.db")\n' },
        says: "probably the folder that it should be in does not exist",
      },
      {
        raised:
          "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) unable to open database file\n(Background)",
        says: "probably the folder that it should be in does not exist",
        mend: "absolute path",
      },
      ...([
        ['db = connect("data/app.db")', "APP/data"],
        ['db = connect("/srv/site/data/app.db")', "SITE/data"],
        ['db = connect(Path(__file__).parent / "data" / "app.db")', "APP/data"],
        ['db = connect(join(dirname(__file__), "var", "app.db"))', "APP/var"],
        ["db = connect(FILE)", "SITE/db"],
        ['db = connect(join(BASE, "data", "app.db"))', "APP/data"],
        ['db = connect(ROOT / "var" / "app.db")', "SITE/var"],
        ["engine.connect()", "APP/data"],
      ] as const).map(([line, folder]) => ({
        raised: "sqlite3.OperationalError: unable to open database file",
        files: {
          "APP/app.py":
            `FILE = "/srv/site/db/app.sqlite3"\nengine = make("sqlite:///data/app.db")\n${line}\nBASE = dirname(abspath(__file__))\nROOT = Path(__file__).resolve().parent.parent\n`,
        },
        code: "file-missing" as const,
        says:
          `The folder ${folder} does not exist, in which the SQLite database "app`,
        mend: `mkdir ${folder}`,
      })),
      {
        raised:
          "django.db.utils.OperationalError: unable to open database file",
        files: {
          "APP/shop/settings.py":
            "DATABASES = {'default': {\n    'NAME': BASE_DIR / 'data' / 'db.sqlite3',\n}}\n",
        },
        code: "file-missing",
        says: "The folder APP/data does not exist",
        mend: "mkdir APP/data",
      },
      {
        raised:
          "django.db.utils.OperationalError: unable to open database file",
        files: {
          "APP/shop/settings.py":
            "DATABASES = {'default': {\n    'NAME': 'var/db.sqlite3',\n}}\n",
        },
        code: "file-missing",
        says: "The folder APP/var does not exist",
      },
      {
        raised:
          "django.db.utils.OperationalError: unable to open database file",
        env: { DB_NAME: "/srv/site/var/db.sqlite3" },
        code: "file-missing",
        says: "The folder SITE/var does not exist",
      },
      ...[
        'db = connect(HOME / "data" / "app.db")',
        "db = connect(f'{HOME}/app.db')",
      ].map((line) => ({
        raised: "sqlite3.OperationalError: unable to open database file",
        files: { "APP/app.py": `import x\n\n${line}\n` },
        says: "cannot be opened",
      })),
    ],
    not: ["RuntimeError: unable to open database file"],
  },
  {
    name: "sqlite-locked",
    code: "database-locked",
    when: told(/database (?:table )?is locked|locking protocol/),
    claim: {
      says:
        "The SQLite database is locked: something else has been writing to it for too long",
      mend:
        "Look for a process that holds it (`fuser FILE`), keep transactions short, or use `PRAGMA journal_mode=WAL`; SQLite on a network file system locks badly",
    },
    examples: [{
      raised: "sqlite3.OperationalError: database is locked",
      mend: "fuser",
    }],
    not: ["RuntimeError: database is locked"],
  },
  {
    name: "sqlite-full",
    code: "disk-full",
    when: told(/database or disk is full/),
    claim: {
      says: "The file system of the SQLite database is full",
      mend: "See with `df -h` which one it is, and remove what is not needed",
    },
    examples: ["sqlite3.OperationalError: database or disk is full"],
  },
  {
    name: "sqlite-io",
    code: "database-readonly",
    when: told(/disk I\/O error/),
    claim: {
      says:
        "The system failed to read or write the file of the SQLite database",
      probably:
        "its file system is full or a network file system, or the files beside it (-wal, -shm, -journal) belong to somebody else",
      mend:
        "Look with `df -h` at the space and with `ls -l` at the files beside the database; SQLite is made for a disk of the machine itself",
    },
    examples: ["sqlite3.OperationalError: disk I/O error"],
  },
  {
    name: "sqlite-damaged",
    code: "database-damaged",
    when: told(/file is not a database|database disk image is malformed/),
    claim: (subject, scene) => {
      const pointer = databaseFiles(scene).find((file) =>
        textOf(file, scene).startsWith("version https://git-lfs")
      );
      const other = pointer ? undefined : noDatabase(subject, scene);
      if (other) return other;
      return pointer
        ? {
          code: "data-not-here",
          seen:
            `${pointer} holds no database, but a pointer of Git LFS: the file itself was never fetched`,
          place: { file: pointer },
          mend: "Fetch it in the repository with `git lfs pull`",
        }
        : {
          says:
            `The SQLite database is damaged, or the file is none: ${subject.line}`,
          mend: `Restore it from a backup that ${
            runnerOf(scene)
          } may read and write; an encrypted database, or a file of another kind, looks the same`,
        };
    },
    examples: [
      {
        raised: "sqlite3.DatabaseError: file is not a database",
        mend: "backup",
      },
      {
        raised: "sqlite3.DatabaseError: file is not a database",
        files: { "APP/shop.db": "CREATE TABLE a (id);" },
        says: "APP/shop.db does not begin as a SQLite database",
      },
      {
        raised: "sqlite3.DatabaseError: file is not a database",
        files: {
          "APP/data.db": "version https://git-lfs.github.com/spec/v1\noid x\n",
        },
        code: "data-not-here",
        mend: "git lfs pull",
      },
    ],
  },
  {
    name: "sqlite-too-old",
    code: "library-missing",
    over: "django-setup",
    when: [
      {
        message:
          /^SQLite \d[\d.]* or later is required \(found|unsupported version of sqlite3|requires SQLite \d[\d.]* or (?:higher|later)/,
      },
      told(
        /no such (?:function|module): (?:json|fts|rtree)|near "(?:RETURNING|ON|UPSERT|OVER|WINDOW|STRICT|NULLS|GENERATED|->>?)": syntax error/i,
      ),
    ],
    claim: ({ line, text }, scene) => {
      const mend =
        "SQLite comes with Python: make another virtual environment with a later Python of the system, use an older version of the package that asks, or another database";
      if (/^SQLite \d|unsupported version|requires SQLite/.test(text)) {
        return { says: `The SQLite of this Python is too old: ${line}`, mend };
      }
      return {
        says: `The SQLite of this Python does not understand that: ${line}`,
        probably: /no such module/.test(text)
          ? "it was built without that part"
          : "it is too old, if the statement is well written",
        mend: `See its version: \`${
          shellCommand(
            scene.python,
            "-c",
            "import sqlite3; print(sqlite3.sqlite_version)",
          )
        }\`; ON CONFLICT came with 3.24, OVER and WINDOW with 3.25, RETURNING with 3.35, -> and the functions of JSON in any case with 3.38. ${mend}`,
      };
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: SQLite 3.31 or later is required (found 3.26.0).",
      "django.db.utils.NotSupportedError: deterministic=True requires SQLite 3.8.3 or higher",
      {
        raised: 'sqlite3.OperationalError: near "RETURNING": syntax error',
        says: "probably it is too old",
        mend: "RETURNING with 3.35",
      },
      {
        raised: "sqlite3.OperationalError: no such module: fts5",
        says: "probably it was built without",
      },
    ],
    not: [
      'sqlite3.OperationalError: near "FORM": syntax error',
      'RuntimeError: near "RETURNING": syntax error',
    ],
  },
];

/**
 * SQLite needs to write the file and its folder. Which file it was, the
 * exception does not say; one that cannot be written is the one.
 */
function unwritable(how: string, subject: Subject, scene: Scene): Claim {
  const runner = runnerOf(scene);
  const { place } = subject;
  const candidates = databaseFiles(scene).flatMap((file) => {
    const path = [file, dirname(file)].find((each) => {
      const status = scene.host.stat(each);
      return !refused(status) &&
        !mayAccess(status, scene.host.identity, "write");
    });
    const status = path && scene.host.stat(path);
    return path && status && !refused(status) ? [{ file, path, status }] : [];
  });
  const blocked = candidates.length === 1 ? candidates[0] : undefined;
  const rule = `${runner} must be able to write both the file and its folder`;
  if (!blocked && how === "cannot be opened") {
    return {
      place,
      says: "The SQLite database cannot be opened",
      probably:
        `the folder that it should be in does not exist; if it does, ${rule}`,
      mend:
        `Name the database by its absolute path (a relative one begins at ${scene.directory}), and look at its folder with \`ls -ld\``,
    };
  }
  if (!blocked) {
    return {
      place,
      says: `The SQLite database ${how}: ${rule}`,
      mend:
        `Look at both with \`ls -ld\`; a database that is mounted read-only or in an image of a container cannot be written either, nor one that SELinux keeps from the web server (\`ls -Z\`), whatever the modes say`,
    };
  }
  const { file, path, status } = blocked;
  const owned = status.uid === scene.host.identity.uid;
  return {
    seen: `The SQLite database ${how}: ${rule}; ${path} has ${
      stateOf(status, scene.host)
    }`,
    place: { file: path },
    mend: owned
      ? { command: shellCommand("chmod", "u+w", path) }
      : `As root: \`${shellCommand("chown", runner, file, dirname(file))}\``,
  };
}

/** The name of a file, also where it has the backslashes of Windows. */
function nameOf(file: string): string {
  return basename(file.replaceAll("\\", "/"));
}

/** Where a relative path to a database begins. */
function beginning(file: string, scene: Scene): string {
  return basename(dirname(file)) === "instance"
    ? `Flask-SQLAlchemy lets a relative path begin at the folder ${
      dirname(file)
    } since 3.0`
    : file.includes("\\")
    ? '"\\" is a letter of the name here, and parts no folders'
    : `a relative one begins at ${scene.directory}`;
}

/** Tells whether a database has a table, by what made it. */
function hasTable(file: string, table: string, scene: Scene): boolean {
  return new RegExp(
    `CREATE TABLE (?:IF NOT EXISTS )?["'\`[]?${table}["'\`\\]]?\\s*\\(`,
    "i",
  ).test(textOf(file, scene));
}

/** The file that is asked, where it begins as something else. */
function noDatabase(subject: Subject, scene: Scene): Claim | undefined {
  const { own, line } = subject;
  const named = /connect\(\s*["']([^"'\n]+)["']/.exec(
    own ? linesOf(own.file, scene)[own.line - 1] ?? "" : "",
  )?.[1];
  const file = [
    ...named && !named.includes(":") ? [resolve(scene.directory, named)] : [],
    ...written(subject, scene),
    ...configured(scene),
    ...databaseFiles(scene),
  ].find((path) => {
    const bytes = scene.host.readBytes(path, 16);
    return !refused(bytes) && bytes.length > 0 &&
      !new TextDecoder().decode(bytes).startsWith("SQLite format 3");
  });
  return file === undefined ? undefined : {
    seen: `${file} does not begin as a SQLite database: ${line}`,
    place: { file },
    mend:
      `See with \`file\` what it is: a dump of SQL must be read in by \`sqlite3\` into a new file, an encrypted database needs its own library; else restore it from a backup, copied in binary mode`,
  };
}

/** A database in memory, where no line names a file of one. */
function inMemory(
  { own, place, line }: Subject,
  scene: Scene,
): Claim | undefined {
  const files = [
    ...new Set([...own ? [own.file] : [], ...settingsFiles(scene)]),
  ];
  const isFile = (each: string) =>
    /^[^#]*(?:sqlite(?:\+\w+)?:\/\/\/[\w./{]|["'][^"']*\.(?:db|db3|sqlite|sqlite3)["'])/
      .test(each);
  if (files.some((file) => linesOf(file, scene).some(isFile))) return undefined;
  for (const file of files) {
    const at = linesOf(file, scene).findIndex((each) =>
      /^[^#]*["'](?::memory:|sqlite(?:\+\w+)?:\/\/(?:\/:memory:)?)["']/.test(
        each,
      )
    );
    if (at < 0) continue;
    return {
      seen: `The database that is asked lacks a table: ${line}; line ${
        at + 1
      } of ${file} keeps it in memory, where each connection, and so each thread and process, has an empty one of its own`,
      place,
      mend:
        "Name a file of the site by its absolute path, as with `sqlite:////…/app.db`; in memory it is gone with the process anyway",
    };
  }
  return undefined;
}

/** The table that is asked for lies in another file than is looked at. */
export function otherDatabase(
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const memory = inMemory(subject, scene);
  if (memory) return memory;
  const [, table = ""] = /no such table: (?:\w+\.)?(\w+)/.exec(subject.text) ??
    [];
  if (table === "") return undefined;
  const files = [
    ...new Set([
      ...written(subject, scene),
      ...configured(scene),
      ...databaseFiles(scene),
    ]),
  ].filter((file) => !refused(scene.host.stat(file)));
  const full = files.filter((file) =>
    hasTable(file, table, scene) &&
    !/(?:^|[._-])(?:tests?|backup|bak|old|copy)\d*(?:[._-]|$)/i.test(
      nameOf(file),
    )
  );
  const [home] = full;
  const looked = home &&
    files.find((file) => !full.includes(file) && nameOf(file) === nameOf(home));
  if (!home || full.length > 1 && !looked) return undefined;
  return {
    seen: looked
      ? `The SQLite database ${looked} has no table "${table}", and ${home} of the same name has it: ${
        beginning(looked, scene)
      }`
      : `The SQLite database that is asked has no table "${table}"; ${home} has it`,
    place: subject.place,
    mend:
      `Name the database by its absolute path, as with \`sqlite:///${home}\` in SQLAlchemy${
        looked ? "" : `, if that one is meant: ${beginning("", scene)}`
      }`,
  };
}

/** A new file of 0 bytes where the application looks, and the one with data. */
export function emptyDatabase(
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  // Where the code names others, one that lies there may be nobody's.
  const named = linesOf(subject.own?.file ?? "", scene)
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => textsOf(line))
    .filter((text) => DATABASE_REGEXP.test(text))
    .map((text) => basename(text));
  const looked = [
    ...written(subject, scene),
    ...configured(scene),
    ...databaseFiles(scene).filter((path) =>
      named.length === 0 || named.includes(basename(path))
    ),
  ].find((path) => {
    const status = scene.host.stat(path);
    return !refused(status) && status.kind === "file" && status.size === 0;
  });
  if (!looked) return undefined;
  const full = databaseFiles(scene).find((path) => {
    const status = scene.host.stat(path);
    return path !== looked && nameOf(path) === nameOf(looked) &&
      !refused(status) && status.size > 0;
  });
  const begins = beginning(looked, scene);
  const manage = [scene.directory, ...scene.folders]
    .map((folder) => join(folder, "manage.py"))
    .find((path) => !refused(scene.host.stat(path)));
  return {
    seen:
      `The SQLite database ${looked} is empty (0 bytes): SQLite made it anew where the application looks for it${
        full ? `; ${full} is not empty` : ""
      }`,
    place: subject.place,
    mend: full
      ? `Name the database by its absolute path, ${full}: ${begins}`
      : looked.includes("\\")
      ? `Name the database by a path of this machine, as with \`sqlite:////…/app.db\`: ${begins}; then copy it there, or create the tables anew`
      : manage
      ? `Make the tables in it, as the site's user: \`${
        shellCommand(scene.python, manage, "migrate")
      }\`; or name the database that has them by its absolute path: ${begins}`
      : `Create the tables in it, as with the migrations of the framework or with \`db.create_all()\` in the context of the application, or name the database that has them by its absolute path: ${begins}`,
  };
}

/** The paths of databases that the site names. */
function databasesNamed(subject: Subject, scene: Scene): string[] {
  return [
    ...configured(scene),
    ...written(subject, scene),
    ...inSettings(scene),
  ];
}

/** SQLite creates the file, and not the folder that it should be in. */
function withoutFolder(subject: Subject, scene: Scene): Claim | undefined {
  const { host } = scene;
  const file = databasesNamed(subject, scene).find((path) => {
    const folder = host.stat(dirname(path));
    return refused(folder) && folder.errno === "ENOENT";
  });
  if (!file) return undefined;
  const folder = dirname(file);
  const { beside, mend } = noFolder(folder, scene, basename(file));
  return {
    code: "file-missing",
    seen: `The folder ${folder} does not exist, in which the SQLite database "${
      basename(file)
    }" should be${beside}`,
    place: subject.place ?? { file },
    mend,
  };
}

/** The file is to be made in a folder that is there, and closed. */
function closedFolder(subject: Subject, scene: Scene): Claim | undefined {
  const { host } = scene;
  const file = databasesNamed(subject, scene).find((path) => {
    const [status, folder] = [host.stat(path), host.stat(dirname(path))];
    return refused(status) && status.errno === "ENOENT" && !refused(folder) &&
      !mayAccess(folder, host.identity, "write");
  });
  if (!file) return undefined;
  const folder = dirname(file);
  const status = host.stat(folder);
  if (refused(status)) return undefined;
  return {
    seen: `The SQLite database ${file} is not there, and ${
      runnerOf(scene)
    } may not make it: ${folder} has ${stateOf(status, host)}`,
    place: subject.place ?? { file },
    mend: status.uid === host.identity.uid
      ? { command: shellCommand("chmod", "u+w", folder) }
      : `Name a file in a folder of the site that ${
        runnerOf(scene)
      } may write to; or copy the database there that is meant`,
  };
}

/** What the line gives to `sqlite3.connect()`, where that is no file at all. */
function noFile({ own }: Subject, scene: Scene): Claim | undefined {
  const [, name] = /\bsqlite3?\.connect\(\s*["']([^"'{}]+)["']/
    .exec(lineOf(own, scene)) ?? [];
  if (!own || name === undefined) return undefined;
  const [, address] = /^sqlite(?:\+\w+)?:\/\/\/(.*)$/.exec(name) ?? [];
  if (address !== undefined) {
    return {
      code: "database-address",
      seen:
        `"${name}" is an address, as SQLAlchemy and others take it, and sqlite3 takes the path of a file: it looks for a folder "sqlite:"`,
      mend: `Write the path alone: \`sqlite3.connect("${address}")\``,
    };
  }
  const [, asked] = /^file:(?:\/\/)?([^?#]+)\?(?:.*&)?mode=(?:ro|rw)(?:&|$)/
    .exec(name) ?? [];
  const path = resolve(scene.directory, asked ?? name);
  const state = scene.host.stat(path);
  if (asked !== undefined && refused(state) && state.errno === "ENOENT") {
    return {
      code: "database-address",
      seen:
        `The SQLite database ${path} is not there, and is to be opened without being made`,
      mend:
        "Copy it there, or correct the path; with `mode=rwc` it is made anew, and is empty",
    };
  }
  return !refused(state) && state.kind === "folder"
    ? {
      code: "database-address",
      seen: `${path} is a folder, and no file of a SQLite database`,
      mend: `Name the file in it, as ${join(path, "app.db")}`,
    }
    : undefined;
}

const DATABASE_REGEXP = /\.(?:db|db3|sqlite|sqlite3)$/;

/**
 * The databases that files of settings put together of the folder of the
 * project, as in `BASE_DIR / "data" / "db.sqlite3"`.
 */
function inSettings(scene: Scene): string[] {
  return settingsFiles(scene).flatMap((file) =>
    linesOf(file, scene).flatMap((line) => {
      const isBase = /\bBASE_?DIR\b|\bbasedir\b|\bPROJECT_ROOT\b/i.test(line);
      const [, plain] =
        /["']NAME["']\s*:\s*["']([^"'{}]+\.(?:db|db3|sqlite|sqlite3))["']/
          .exec(line) ?? [];
      if (plain && !/^\s*#/.test(line)) {
        return [resolve(scene.directory, plain)];
      }
      if (/^\s*#/.test(line) || !isBase && !/__file__/.test(line)) return [];
      const texts = textsOf(line);
      const at = texts.findIndex((text) => DATABASE_REGEXP.test(text));
      if (at < 0 || texts[at]!.startsWith("/")) return [];
      // The key that it is the value of, is no part of it.
      const parts = texts.slice(0, at + 1).filter((each) =>
        !/^(?:NAME|SQLALCHEMY_DATABASE_URI|DATABASE\w*|sqlite:.*)$/.test(each)
      );
      const isDjango = basename(file).startsWith("settings") ||
        basename(dirname(file)) === "settings";
      const up = basename(dirname(file)) === "settings" ? "../.." : "..";
      return [
        join(dirname(file), ...isBase && isDjango ? [up] : [], ...parts),
      ];
    })
  );
}

/** The databases that the environment names. */
function configured({ site, host }: Scene): string[] {
  const given = [
    ...Object.values(site.config?.environment ?? {}),
    ...Object.values(host.env),
  ];
  return [...new Set(given)].map((value) => value ?? "")
    .map((value) => /^(?:sqlite:\/\/\/)?(\/.*)$/.exec(value)?.[1])
    .filter((path) => path !== undefined)
    .filter((path) => DATABASE_REGEXP.test(path));
}

/**
 * The database that the line names which was running, or the line above that
 * gave a name in it its value.
 */
function written({ own }: Subject, scene: Scene): string[] {
  if (!own) return [];
  const lines = linesOf(own.file, scene);
  const running = lines[own.line - 1] ?? "";
  const names: string[] = running.match(/\w+/g) ?? [];
  const given = lines.find((line) =>
    names.includes(/^\s*(\w+)\s*(?::[^=]+)?=[^=]/.exec(line)?.[1] ?? "") &&
    textsOf(line).some((text) => DATABASE_REGEXP.test(text))
  );
  const line = textsOf(running).some((text) => DATABASE_REGEXP.test(text))
    ? running
    : given ?? "";
  const texts = textsOf(line);
  const at = texts.findIndex((text) => DATABASE_REGEXP.test(text));
  const named = texts[at];
  if (named === undefined || isAdded(named, line)) return [];
  if (named.startsWith("/")) return [named];
  // As with os.path.join(…, "data", "app.db") and folder / "data" / "app.db".
  const isJoined = /join\s*\(|\/\s*["']/.test(line);
  const begin = /__file__/.test(line)
    ? line
    : lines.find((each) =>
      /__file__/.test(each) &&
      names.includes(/^(\w+)\s*(?::[^=]+)?=/.exec(each)?.[1] ?? "")
    );
  if (isJoined && begin === undefined) return [];
  const up = begin?.match(/\bdirname\(|\.parent\b/g)?.length ?? 1;
  const base = isJoined
    ? join(own.file, ...Array(up).fill(".."))
    : scene.directory;
  return [join(base, ...isJoined ? texts.slice(0, at) : [], named)];
}

/** Tells whether a text is only the end or the beginning of one that is made. */
function isAdded(text: string, line: string): boolean {
  const at = line.indexOf(text);
  return /\+\s*[rRuU]?["'](?:sqlite:\/{3})?$/.test(line.slice(0, at)) ||
    /^["']\s*\+/.test(line.slice(at + text.length));
}

/** The texts in a line of Python, without those that are put together. */
function textsOf(line: string): string[] {
  return [...line.matchAll(/(?<![\w{])[rR]?(["'])([^"'\\{}]*)\1/g)]
    .map(([, , text]) => text!.replace(/^sqlite:\/\/\//, ""));
}

function databaseFiles(scene: Scene): string[] {
  const named = configured(scene);
  const found: string[] = [];
  searchSite(scene, (names, folder) => {
    found.push(
      ...names.filter((name) => DATABASE_REGEXP.test(name))
        .map((name) => join(folder, name)),
    );
    return false;
  });
  return [...new Set([...named, ...found])];
}

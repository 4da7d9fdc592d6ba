/**
 * Databases that cannot be reached, opened or written.
 *
 * Drivers and frameworks wrap each other's exceptions, so that the
 * message decides. Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { firstLine, type PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { mayAccess, stateOf } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import {
  cause,
  isInside,
  ownFrame,
  placeIn,
  runnerOf,
  type Scene,
  searchSite,
} from "./scene.ts";

const DRIVER_REGEXP =
  /^(?:sqlite3|django\.db(?:\.utils)?|sqlalchemy(?:\.exc)?|psycopg2?(?:\.\w+)*|pymysql(?:\.err)?|MySQLdb(?:\.\w+)*|mysql\.connector(?:\.\w+)*|peewee|asyncpg(?:\.\w+)*|redis(?:\.\w+)*|pymongo(?:\.\w+)*|_mysql_exceptions)\./;

const UNREACHABLE_REGEXP =
  /Connection refused|could not translate host name|Name or service not known|Can't connect to (?:local )?(?:MySQL|MariaDB|server)|Unknown (?:MySQL|MariaDB)? ?server host|Connection timed out|timeout expired|No route to host|connection to server .* failed: No such file|could not connect to server|Lost connection to MySQL server|Network is unreachable|server closed the connection unexpectedly/i;
const REFUSED_REGEXP =
  /password authentication failed|Access denied for user|no pg_hba\.conf entry|Peer authentication failed|Ident authentication failed|role "[^"]*" does not exist|WRONGPASS|NOAUTH|Authentication failed/i;
const UNKNOWN_REGEXP = /database "[^"]*" does not exist|Unknown database/i;
const TABLE_REGEXP =
  /no such table|relation "[^"]*" does not exist|Table '[^']*' doesn't exist|no such column/i;

/** Explains an exception of a database. */
export function explainDatabase(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (!DRIVER_REGEXP.test(raised.type)) return undefined;
  const { message } = raised;
  const place = placeIn(raised, scene);
  const sqlite = explainSqlite(raised, scene);
  if (sqlite) return sqlite;
  const told = firstLine(message);
  if (REFUSED_REGEXP.test(message)) {
    return cause("database-login", {
      message: `The database refuses the login: ${told}`,
      place,
      fix: {
        text:
          "Correct name and password in the file that [secret_files] names, and see whether the database lets this machine in",
      },
    });
  }
  if (UNKNOWN_REGEXP.test(message)) {
    return cause("database-login", {
      message: `The database server has no such database: ${told}`,
      place,
      fix: { text: "Create the database, or correct its name in the settings" },
    });
  }
  if (UNREACHABLE_REGEXP.test(message)) {
    return cause("database-unreachable", {
      message: `The database cannot be reached: ${told}`,
      place,
      fix: {
        text:
          "See whether it runs and whether host and port in the settings are right for this machine; `localhost` is the web server itself",
      },
    });
  }
  if (!TABLE_REGEXP.test(message)) return undefined;
  const isDjango = /^django\./.test(raised.type);
  const manage = isDjango &&
    searchSite(scene, (names) => names.includes("manage.py"))[0];
  return cause("database-not-migrated", {
    message: `The database lacks what the application expects in it: ${told}`,
    place,
    fix: manage
      ? {
        command: shellCommand(
          scene.python,
          join(manage, "manage.py"),
          "migrate",
        ),
        safe: false,
      }
      : {
        text:
          "Create the tables, as with the migrations of the framework; or correct which database the settings name",
      },
  });
}

function explainSqlite(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { message } = raised;
  const place = placeIn(raised, scene);
  const runner = runnerOf(scene);
  if (/attempt to write a readonly database/.test(message)) {
    return unwritable("can only be read", raised, scene);
  }
  if (/unable to open database file/.test(message)) {
    return withoutFolder(raised, scene) ??
      unwritable("cannot be opened", raised, scene);
  }
  if (/database is locked/.test(message)) {
    return cause("database-locked", {
      message:
        "The SQLite database is locked: another process has been writing to it for too long",
      place,
      fix: {
        text:
          "Look for a process that holds it (`fuser FILE`), keep transactions short, or use `PRAGMA journal_mode=WAL`; SQLite on a network file system locks badly",
      },
    });
  }
  if (/database or disk is full/.test(message)) {
    return cause("disk-full", {
      message: "The file system of the SQLite database is full",
      place,
      fix: {
        command: shellCommand("df", "-h", scene.site.layout.siteDirectory),
        safe: false,
      },
    });
  }
  if (/file is not a database|database disk image is malformed/.test(message)) {
    return cause("database-damaged", {
      message: `The SQLite database is damaged, or is no such file: ${message}`,
      place,
      fix: {
        text: `Restore it from a backup that ${runner} may read and write`,
      },
    });
  }
  return undefined;
}

/**
 * SQLite needs to write the file and its folder. Which file it was, the
 * exception does not say; one that cannot be written is the one.
 */
function unwritable(
  how: string,
  raised: PythonException,
  scene: Scene,
): Finding {
  const runner = runnerOf(scene);
  const place = placeIn(raised, scene);
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
    return cause("database-readonly", {
      message:
        `The SQLite database cannot be opened: mostly the folder that it should be in does not exist; else, ${rule}`,
      place,
      fix: {
        text:
          `Create the folder (\`mkdir -p FOLDER\`), and name the database by its absolute path: a relative one begins at ${scene.directory}`,
      },
    });
  }
  if (!blocked) {
    return cause("database-readonly", {
      message: `The SQLite database ${how}: ${rule}`,
      place,
      fix: {
        text: `Look at both with \`ls -ld\`, and give them to ${runner}`,
      },
    });
  }
  const { file, path, status } = blocked;
  const owned = status.uid === scene.host.identity.uid;
  return cause("database-readonly", {
    message: `The SQLite database ${how}: ${rule}; ${path} has ${
      stateOf(status, scene.host)
    }`,
    place: { file: path },
    fix: owned
      ? { command: shellCommand("chmod", "u+w", path), safe: false }
      : {
        text: `As root: \`${
          shellCommand("chown", runner, file, dirname(file))
        }\``,
      },
  });
}

/** SQLite creates the file, and not the folder that it should be in. */
function withoutFolder(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { host, site } = scene;
  const file = [...configured(scene), ...written(raised, scene)]
    .find((path) => {
      const folder = host.stat(dirname(path));
      return refused(folder) && folder.errno === "ENOENT";
    });
  if (!file) return undefined;
  const folder = dirname(file);
  const make = shellCommand("mkdir", "-p", folder);
  return cause("file-missing", {
    message:
      `The folder ${folder} does not exist, in which the SQLite database "${
        basename(file)
      }" should be`,
    place: placeIn(raised, scene) ?? { file },
    fix: isInside(folder, site.layout.siteDirectory)
      ? { command: make, safe: false }
      : { text: `Correct the path, or create the folder: \`${make}\`` },
  });
}

const DATABASE_REGEXP = /\.(?:db|db3|sqlite|sqlite3)$/;

/** The databases that `[environment]` names. */
function configured({ site }: Scene): string[] {
  return Object.values(site.config?.environment ?? {})
    .map((value) => /^(?:sqlite:\/\/\/)?(\/.*)$/.exec(value)?.[1])
    .filter((path) => path !== undefined)
    .filter((path) => DATABASE_REGEXP.test(path));
}

/**
 * The database that the line names which was running, or the line above that
 * gave a name in it its value.
 */
function written(raised: PythonException, scene: Scene): string[] {
  const frame = ownFrame(raised.frames, scene);
  const bytes = frame ? scene.host.readBytes(frame.file, 1_000_000) : undefined;
  if (!frame || !bytes || refused(bytes)) return [];
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const running = lines[frame.line - 1] ?? "";
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
  if (named === undefined) return [];
  if (named.startsWith("/")) return [named];
  // As with os.path.join(…, "data", "app.db") and folder / "data" / "app.db".
  const isJoined = /join\s*\(|\/\s*["']/.test(line);
  if (isJoined && !/__file__/.test(line)) return [];
  const base = isJoined ? dirname(frame.file) : scene.directory;
  return [join(base, ...isJoined ? texts.slice(0, at) : [], named)];
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

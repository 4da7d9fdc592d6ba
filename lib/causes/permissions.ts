/**
 * What the system refuses the application: which folder or file stands in the
 * way, and what opens it to the site alone.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type FileStatus, refused } from "../machine/host.ts";
import {
  type Access,
  chmod,
  findBarrier,
  mayAccess,
  stateOf,
} from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { isLibraryFile } from "../python/failure.ts";
import { ownerOf, packageOf } from "./installed.ts";
import { highestMissing, pathOf, placeOfPath, spotOf } from "./paths.ts";
import { START } from "./programs.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { isInside, lineOf, linesOf, runnerOf, type Scene } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

/** A setting that is a path; the groups are its name and the path. */
const PATH_LINE =
  /^\s*(?:[\w.]+\[)?["']?(\w+)["']?\]?\s*[:=]\s*(?:[\w.]+\()?r?["'](\/[^"']+)["']/;

/** A path lies in a folder, or on the way to it. */
function isOnWay(path: string, folder: string): boolean {
  return path === folder || isInside(path, folder) || isInside(folder, path);
}

/** The rules of what is refused. */
export const permissions = (): Rule[] => [
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
      {
        raised: "PermissionError: [Errno 13] Permission denied: '/app'",
        facts: { errno: "EACCES", filename: "/app" },
        files: { "/": { mode: 0o755, owner: "root:root" } },
        says: 'may not create "app" in /',
        mend: "Name a folder of the site in place of /app",
      },
      // What a line shows that it does is what needs a right.
      ...([
        ['Path("x").write_text("1")', "may not write", "chmod g+w SITE/x"],
        [
          'with open("/srv/site/x", "w") as file:',
          "may not write",
          "chmod g+w SITE/x",
        ],
        ['f = open(NAME, mode="ab")', "may not write", "chmod g+w SITE/x"],
        ["image.save(NAME)", "may not write", "chmod g+w SITE/x"],
        [
          'f = json.load(open(os.path.join(HERE, "x.json")))',
          "may not read",
          "chmod g+r SITE/x",
        ],
        ['Path("x").read_text()', "may not read", "chmod g+r SITE/x"],
        ["load(NAME)", "may not open", "let its owner root allow that alone"],
        [
          "f = open(NAME, mode)",
          "may not open",
          "let its owner root allow that alone",
        ],
        [
          'open(NAME, "r+")',
          "may not open",
          "let its owner root allow that alone",
        ],
      ] as const).map(([line, may, mend]) => ({
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/srv/site/x" },
        files: {
          "SITE/x": { text: "", mode: 0o600, owner: "root:root" },
          "APP/app.py": `\n\n${line}\n`,
        },
        says: `jdoe ${may} SITE/x (mode 0600, owner root:root)`,
        mend,
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
    claim: ({ raised, own }, scene) => {
      if (raised.filename) return undefined;
      const isRaw = /SOCK_RAW|AF_PACKET/.test(lineOf(own, scene)) ||
        raised.frames.some(({ file }) =>
          /\/(?:scapy|ping3|icmplib|pythonping)\//.test(file)
        );
      return {
        says:
          `The application asked for something that only root may do, and it runs as ${
            runnerOf(scene)
          }: ${raised.message}`,
        mend: isRaw
          ? "A raw socket, as for ping, is root's: start the program `ping`, or try whether a port answers (`socket.create_connection(…, timeout=2)`)"
          : "Leave the call out: the web server has set user, group and limits already",
      };
    },
    examples: [{
      raised: "PermissionError: [Errno 1] Not permitted",
      facts: { errno: "EPERM" },
      says: "only root may do, and it runs as jdoe",
      mend: "Leave the call out",
    }, {
      raised: "PermissionError: [Errno 1] Operation not permitted",
      facts: { errno: "EPERM" },
      files: {
        "APP/app.py":
          "\n\ns = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\n",
      },
      mend: "start the program `ping`",
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
    name: "package-writes-to-itself",
    code: "permission-denied",
    over: "permission-denied file-system-read-only",
    when: { errno: "EACCES EPERM EROFS" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      const folder = path &&
        /^.*\/(?:site|dist)-packages\/([\w.-]+)/.exec(path);
      if (
        !path || !folder ||
        !subject.raised.frames.some(({ file }) =>
          isLibraryFile(file) && packageOf(file) !== undefined
        )
      ) return undefined;
      const status = scene.host.stat(path);
      const at = refused(status) ? scene.host.stat(dirname(path)) : status;
      // What may only not be read, is damaged by its installation.
      if (
        refused(at) || !refused(status) &&
          !mayAccess(status, scene.host.identity, "read") ||
        mayAccess(at, scene.host.identity, "write")
      ) return undefined;
      const owner = ownerOf(folder[1]!.replace(/\.py$/, ""), scene).name;
      return {
        seen:
          `${owner} wants to write into the folder that it is installed in, which ${
            runnerOf(scene)
          } may not: ${path}${spotOf(subject)}`,
        place: subject.place,
        mend:
          `Give it another folder for what it keeps, by the setting or the variable that its documentation names for its cache or data, under [environment] in config.toml; what it only fetches once may be fetched by who installs the packages`,
      };
    },
    examples: [{
      raised: "PermissionError: [Errno 13] Permission denied",
      facts: { errno: "EACCES", filename: "PACKAGES/pattern/cache/x" },
      in: "PACKAGES/pattern/web.py save",
      files: {
        "PACKAGES/pattern/cache": { mode: 0o755, owner: "root:root" },
      },
      says: "pattern wants to write into the folder that it is installed in",
      mend: "its cache or data",
    }],
    not: [{
      raised: "PermissionError: [Errno 13] Permission denied",
      facts: { errno: "EACCES", filename: "PACKAGES/pattern/web.py" },
      in: "PACKAGES/other/read.py load",
      files: {
        "PACKAGES/pattern/web.py": {
          text: "",
          mode: 0o600,
          owner: "root:root",
        },
      },
    }],
  },
  {
    name: "mode-of-other-owner",
    code: "permission-denied",
    over: "permission-denied",
    when: { errno: "EPERM" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      const { raised, own } = subject;
      const line = own ? lineOf(own, scene) : "";
      const isCopy = raised.frames.some((frame) =>
        /\/shutil\.py$/.test(frame.file)
      );
      const call = /^(?:chmod|chown|lchmod|utime|copystat|copymode|_copyxattr)$/
        .exec(raised.frames.at(-1)?.function ?? "")?.[0] ??
        /\b(chmod|chown|utime|touch)\(/.exec(line)?.[1] ??
        (isCopy ? "copystat" : undefined);
      const status = path ? scene.host.stat(path) : undefined;
      if (
        !path || !call || !status || refused(status) ||
        status.uid === scene.host.identity.uid && call !== "chown"
      ) return undefined;
      const owner = scene.host.user(status.uid)?.name ?? `uid ${status.uid}`;
      return {
        seen: `${
          runnerOf(scene)
        } may not change mode, owner or time of ${path}: it belongs to ${owner}, and only its owner may${
          call === "chown" ? "; another owner only root sets" : ""
        }${spotOf(subject)}`,
        place: placeOfPath(path, scene),
        mend: isCopy
          ? "Copy without them: `shutil.copyfile()` in place of `copy()`, `copy2()` and `move()`"
          : `Leave that call out, or let ${
            runnerOf(scene)
          } make the file itself; in Django FILE_UPLOAD_PERMISSIONS = None leaves modes as they come`,
      };
    },
    examples: [
      {
        raised: "PermissionError: [Errno 1] Operation not permitted: 'SITE/x'",
        facts: { errno: "EPERM", filename: "/srv/site/x" },
        files: {
          "SITE/x": { text: "", mode: 0o664, owner: "ann:project" },
          "APP/app.py": "\n\nos.chmod(NAME, 0o644)\n",
        },
        says: "it belongs to ann, and only its owner may",
        mend: "Leave that call out",
      },
      {
        raised: "PermissionError: [Errno 1] Operation not permitted: 'SITE/x'",
        facts: { errno: "EPERM", filename: "/srv/site/x" },
        in: ["PYTHON/shutil.py copy2", "PYTHON/shutil.py copystat"],
        files: { "SITE/x": { text: "", mode: 0o664, owner: "ann:project" } },
        mend: "`shutil.copyfile()`",
      },
    ],
  },
  {
    name: "port-refused",
    code: "privilege-missing",
    over: "server-of-its-own permission-denied",
    when: [
      {
        errno: "EACCES",
        in: / (?:server_bind|bind|create_server|_bind|bind_sockets)$/,
      },
      {
        errno: "EADDRNOTAVAIL",
        in: / (?:server_bind|bind|create_server|_bind)$/,
      },
      // Python's own socket has no frame.
      { type: "PermissionError", errno: "EACCES" },
    ],
    claim: ({ raised, own }, scene) =>
      raised.filename ||
        !/ (?:server_bind|bind|create_server|_bind|bind_sockets)$/.test(
            `${raised.frames.at(-1)?.file} ${raised.frames.at(-1)?.function}`,
          ) && !/\.bind\(\(/.test(lineOf(own, scene))
        ? undefined
        : {
          says: raised.errno === "EACCES"
            ? "The application wants to listen on a port that only root may have (below 1024)"
            : "The application wants to listen at an address that is none of this machine",
          mend:
            'Leave that out: the web server listens, and calls the application itself; move `app.run(…)` or what else opens the port below `if __name__ == "__main__":`',
        },
    examples: [
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES" },
        in: [
          "PACKAGES/werkzeug/serving.py __init__",
          "PYTHON/socketserver.py server_bind",
        ],
        says: "below 1024",
      },
    ],
  },
  {
    name: "semaphores-refused",
    code: "permission-denied",
    over: "permission-denied file-missing privilege-missing",
    when: {
      errno: "EACCES ENOSYS ENOENT EPERM",
      through:
        /\/multiprocessing\/(?:synchronize|heap|context|queues|pool)\.py /,
    },
    claim: ({ raised }, scene) => {
      if (!/\/synchronize\.py$/.test(raised.frames.at(-1)?.file ?? "")) {
        return undefined;
      }
      const status = scene.host.stat("/dev/shm");
      return {
        says:
          `The system gives the application no semaphores, which locks, queues and pools of processes need${
            refused(status)
              ? ": there is no /dev/shm"
              : ": /dev/shm must be open to it"
          }`,
        mend:
          "Use threads in their place, as `concurrent.futures.ThreadPoolExecutor` or `multiprocessing.pool.ThreadPool`; or ask the administrators for /dev/shm (mode 1777)",
      };
    },
    examples: [{
      raised: "PermissionError: [Errno 13] Permission denied",
      facts: { errno: "EACCES" },
      in: "PYTHON/multiprocessing/synchronize.py __init__",
      mend: "ThreadPool",
    }],
  },
  {
    name: "folder-of-other-machine",
    code: "permission-denied",
    over: "permission-denied",
    when: { errno: "EACCES EPERM EROFS" },
    claim: (subject, scene) => {
      const path = pathOf(subject, scene);
      const { siteDirectory } = scene.site.layout;
      // What is there may be opened to the site.
      if (
        !path || isInside(path, siteDirectory) ||
        !refused(scene.host.stat(path)) ||
        // A file in a folder that is there is another matter.
        /\.\w+$/.test(basename(path)) &&
          !refused(scene.host.stat(dirname(path)))
      ) return undefined;
      const [found] = settingsFiles(scene).flatMap((file) =>
        linesOf(file, scene).flatMap((line, at) => {
          const [, name, value] = PATH_LINE.exec(line.slice(0, 500)) ?? [];
          return name && value && isOnWay(path, value)
            ? [{ file, line: at + 1, name, value }]
            : [];
        })
      );
      if (!found) return undefined;
      const { file, line, name, value } = found;
      const base =
        linesOf(file, scene).some((each) =>
            /^BASE_DIR\s*=\s*.*\bPath\(/.test(each)
          )
          ? "BASE_DIR"
          : "Path(__file__).parent";
      return {
        seen:
          `${name}, on line ${line} of ${file}, is "${value}": there is no such folder on this machine, and ${
            runnerOf(scene)
          } may not make it`,
        place: { file, line },
        mend: `Name a folder of the site there, as with \`${base} / "${
          basename(value)
        }"\`, and bring to it what belongs in it`,
      };
    },
    examples: [
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/home/anna" },
        files: {
          "/home": { owner: "root:root" },
          "APP/shop/settings.py":
            'BASE_DIR = Path(__file__).parent.parent\nMEDIA_ROOT = "/home/anna/shop/media"\n',
        },
        says: 'MEDIA_ROOT, on line 2 of APP/shop/settings.py, is "/home/anna',
        mend: '`BASE_DIR / "media"`',
      },
      {
        raised: "PermissionError: [Errno 13] Permission denied",
        facts: { errno: "EACCES", filename: "/var/www/up/x.png" },
        files: {
          "APP/app.py": 'app.config["UPLOAD_FOLDER"] = "/var/www/up"\n',
        },
        says: "UPLOAD_FOLDER, on line 1 of APP/app.py",
      },
    ],
    not: [{
      raised: "PermissionError: [Errno 13] Permission denied",
      facts: { errno: "EACCES", filename: "/srv/site/data/x" },
      files: {
        "SITE/data": { mode: 0o755, owner: "root:root" },
        "APP/app.py": 'DATA = "/srv/site/data"\n',
      },
    }, {
      raised: "PermissionError: [Errno 13] Permission denied",
      facts: { errno: "EACCES", filename: "/var/log/shop.log" },
      files: {
        "/var/log": { mode: 0o755, owner: "root:root" },
        "APP/app.py": 'LOG = "/var/log/shop.log"\n',
      },
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
];

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

export function denied(
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
    // Folders above it may be missing, too.
    const made = highestMissing(path, scene);
    const parent = dirname(made);
    const folder = host.stat(parent);
    if (refused(folder) || status.errno !== "ENOENT") return undefined;
    if (mayAccess(folder, who, "write")) return undefined;
    return {
      seen: `${runner} may not create "${basename(made)}" in ${parent} (${
        stateOf(folder, host)
      })${spot}`,
      place,
      mend: parent === "/"
        ? `Name a folder of the site in place of ${made}, as \`Path(__file__).parent / "${
          basename(path)
        }"\`: in / only root makes folders, and other machines, as containers, have one there`
        : opening(parent, folder, "write", scene),
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
export function opening(
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

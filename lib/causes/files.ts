/**
 * File systems that are full, read-only or fail, and files that are not what
 * they are used for.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, resolve } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { mountsBelow } from "../machine/mounts.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import { deadLink, pathOf, placeOfPath, spotOf } from "./paths.ts";
import type { Rule } from "./rule.ts";
import { exists, lineOf, runnerOf, type Scene, textOf } from "./scene.ts";

/** Something in the folder of the pattern is as the pattern says. */
function found(pattern: string, { directory, host }: Scene): boolean {
  const folder = resolve(directory, dirname(pattern));
  if (/[*?[]/.test(dirname(pattern))) return false;
  const name = new RegExp(
    `^${
      basename(pattern).replace(/[.+^$()|\\{}\]]/g, "\\$&")
        .replace(/\[/g, "\\[").replace(/\*+/g, ".*").replace(/\?/g, ".")
    }$`,
  );
  return namesIn(folder, host).some((each) => name.test(each));
}

/** Packages that lock files. */
const OF_LOCKS = /\/(?:filelock|portalocker|fasteners|fcntl)\b/;

/** The rules of files and their file systems. */
export const files = (): Rule[] => [
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
    name: "removed-before",
    code: "app-code",
    over: "file-missing",
    when: { type: "FileNotFoundError", errno: "ENOENT" },
    claim: ({ own, raised: { filename } }, scene) =>
      filename && !/\bopen\(/.test(lineOf(own, scene)) &&
        /\bos\.(?:remove|unlink|rmdir)\(|\brmtree\(|\.unlink\(\s*\)|\.rmdir\(/
          .test(lineOf(own, scene))
        ? {
          says: `"${filename}" is to be removed, and is not there`,
          mend:
            `Another request or process may have removed it before: \`Path(path).unlink(missing_ok=True)\` lets that pass, as does \`shutil.rmtree(path, ignore_errors=True)\`${
              isAbsolute(filename)
                ? ""
                : `; a path without \`/\` at its start begins at ${scene.directory}`
            }`,
        }
        : undefined,
    examples: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory: 'a.txt'",
      facts: { errno: "ENOENT", filename: "a.txt" },
      files: { "APP/app.py": '\n\nos.remove("a.txt")\n' },
      says: "is to be removed",
      mend: "missing_ok=True",
    }],
  },
  {
    name: "pattern-without-files",
    code: "file-missing",
    when: [
      { type: "IndexError", message: /^list index out of range$/ },
      {
        type: "ValueError",
        message:
          /^(?:max|min)\(\) (?:arg is an empty sequence|iterable argument is empty)$/,
      },
    ],
    claim: ({ own }, scene) => {
      const line = lineOf(own, scene);
      const isFirst = /\)\s*\[(?:0|-1)\]/.test(line) ||
        /\b(?:max|min)\(\s*(?:glob\.)?glob\(/.test(line);
      const [, pattern] = isFirst
        ? /\bglob\(\s*["']([^"'{}]*\*[^"'{}]*)["']/.exec(line) ?? []
        : [];
      if (!own || !pattern || /Path\(|\/\s*["']/.test(line)) {
        return undefined;
      }
      if (found(pattern, scene)) return undefined;
      return {
        says: `No file is found by "${pattern}"${
          isAbsolute(pattern)
            ? ""
            : `, from the working directory ${scene.directory}`
        }, and one of them is taken`,
        mend: `${
          isAbsolute(pattern)
            ? "Copy the files there"
            : "Copy the files there, or begin at the code: `Path(__file__).parent.glob(…)`"
        }; what .gitignore names, and an empty folder, do not come along with git`,
      };
    },
    examples: [{
      raised: "IndexError: list index out of range",
      files: { "APP/app.py": '\n\nF = glob.glob("models/*.pkl")[0]\n' },
      says:
        'No file is found by "models/*.pkl", from the working directory APP',
    }, {
      raised: "ValueError: max() arg is an empty sequence",
      files: {
        "APP/app.py": '\n\nF = max(glob.glob("/data/*.pkl"), key=getmtime)\n',
      },
      says: 'No file is found by "/data/*.pkl", and',
    }],
    not: [{
      raised: "IndexError: list index out of range",
      files: { "APP/app.py": '\n\nF = names("models/*.pkl")[0]\n' },
    }, {
      raised: "IndexError: list index out of range",
      files: { "APP/app.py": '\n\nF = glob.glob("models/*.pkl")[5]\n' },
    }, {
      raised: "IndexError: list index out of range",
      files: {
        "APP/models/a.pkl": "",
        "APP/app.py": '\n\nF = glob.glob("models/*.pkl")[0]\n',
      },
    }],
  },
  {
    name: "account-unknown",
    code: "app-code",
    when: {
      type: "KeyError",
      message:
        /^["']?get(pw|gr)(?:nam|uid|gid)\(\): (?:name|[ug]id) not found: '?([\w.-]+)/,
    },
    claim: ({ groups: [kind, name = ""] }, { host }) => ({
      says: `This machine has no ${
        kind === "gr" ? "group" : "account"
      } "${name}", which the code asks for`,
      mend: `The site runs as ${
        host.user(host.identity.uid)?.name ?? String(host.identity.uid)
      }: leave out what changes user or group, which only root may, or name one that is here (\`id\`)`,
    }),
    examples: [{
      raised: "KeyError: \"getpwnam(): name not found: 'deploy'\"",
      says: 'no account "deploy"',
      mend: "The site runs as jdoe",
    }],
  },
  {
    name: "null-byte",
    code: "app-code",
    when: {
      type: "ValueError",
      message: /embedded null (?:byte|character)$/,
    },
    claim: {
      says:
        "A path, or another text for the system, has a byte of value 0 in it, which it may not",
      mend:
        "See where it comes from: content in place of a name, or what a visitor sent (`%00`): refuse that with 400",
    },
    examples: ["ValueError: embedded null byte"],
  },
  {
    name: "folder-opened-as-file",
    code: "file-wrong-kind",
    when: { errno: "EISDIR" },
    claim: ({ raised: { filename, frames } }) => ({
      says: filename
        ? `"${filename}" is a folder, and it is opened as if it were a file`
        : "A folder is opened as if it were a file",
      mend: frames.some(({ file }) => /\/werkzeug\/datastructures/.test(file))
        ? "Give `save()` the folder with a name: `os.path.join(folder, secure_filename(file.filename))`; a form that was sent without a file has an empty name, so that the folder alone is left: `if file and file.filename:`"
        : "Name the file in it",
    }),
    examples: [{
      raised: "IsADirectoryError: [Errno 21] Is a directory: '/x'",
      facts: { errno: "EISDIR", filename: "/x" },
      mend: "Name the file in it",
    }, {
      raised: "IsADirectoryError: [Errno 21] Is a directory: 'static/'",
      facts: { errno: "EISDIR", filename: "static/" },
      in: "PACKAGES/werkzeug/datastructures/file_storage.py save",
      mend: "`if file and file.filename:`",
    }],
  },
  {
    name: "file-system-fails",
    code: "file-system-fails",
    when: [
      { errno: "ESTALE EIO EREMOTEIO" },
      // Without a file it is a matter of the network.
      { errno: "ENOTCONN EHOSTDOWN", message: /['"]\// },
    ],
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
      {
        raised:
          "OSError: [Errno 107] Transport endpoint is not connected: '/mnt/data/x'",
        facts: { errno: "ENOTCONN", filename: "/mnt/data/x" },
        mend: "Tell the administrators",
      },
    ],
  },
  {
    name: "file-system-cannot",
    code: "file-system-fails",
    when: [
      { errno: "EOPNOTSUPP ENOTSUP", message: /['"]/ },
      {
        errno: "EINVAL EPERM",
        message: /['"]/,
        in: / (?:symlink|link|symlink_to|hardlink_to|mkfifo)$/,
      },
    ],
    over: "permission-denied mode-of-other-owner",
    claim: ({ raised, line }) => ({
      says: `The file system${
        raised.filename ? ` of ${raised.filename}` : ""
      } does not do what is asked of it, such as links, locks, modes or extended attributes: ${line}`,
      mend:
        "Do without it there, or use a folder on a disk of the machine itself: shares of Windows (CIFS), FUSE and some network file systems have less",
    }),
    examples: [{
      raised: "OSError: [Errno 95] Operation not supported: '/mnt/share/x'",
      facts: { errno: "EOPNOTSUPP", filename: "/mnt/share/x" },
      says: "does not do what is asked of it",
    }],
  },
  {
    name: "locks-unavailable",
    code: "file-locked",
    when: [
      { errno: "ENOLCK" },
      {
        errno: "EAGAIN EWOULDBLOCK EACCES",
        through: OF_LOCKS,
      },
      {
        type: "Timeout LockException AlreadyLocked",
        through: /\/(?:filelock|portalocker|fasteners)\b/,
      },
      // What the system's own module does, has no frame.
      { type: "BlockingIOError", errno: "EAGAIN EWOULDBLOCK" },
    ],
    over: "permission-denied",
    claim: ({ raised, own }, scene) =>
      raised.type === "BlockingIOError" &&
        !raised.frames.some(({ file }) => OF_LOCKS.test(file)) &&
        !/\b(?:flock|lockf)\(/.test(lineOf(own, scene))
        ? undefined
        : ({
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
      {
        raised: "BlockingIOError: [Errno 11] Resource temporarily unavailable",
        facts: { errno: "EAGAIN" },
        files: { "APP/app.py": "\n\nfcntl.flock(f, LOCK_EX | LOCK_NB)\n" },
        says: "held by another process",
      },
    ],
    not: [{
      raised: "BlockingIOError: [Errno 11] Resource temporarily unavailable",
      facts: { errno: "EAGAIN" },
    }],
  },
  {
    name: "file-exists",
    code: "app-code",
    when: { errno: "EEXIST EXDEV ENOTEMPTY ELOOP ETXTBSY" },
    claim: (subject, scene) => {
      const { raised } = subject;
      const path = pathOf(subject, scene);
      const name = raised.filename ?? "What is to be made";
      const status = path ? scene.host.lstat(path) : undefined;
      const isFolderMade = raised.errno === "EEXIST" &&
          raised.frames.some((frame) =>
            /^(?:makedirs|mkdir)$/.test(frame.function)
          ) ||
        /\bmk(?:dir|edirs)\(/.test(lineOf(subject.own, scene));
      if (
        raised.errno === "EEXIST" && path && isFolderMade && status &&
        !refused(status) && status.kind !== "folder"
      ) {
        const dead = deadLink(path, scene);
        return {
          seen: dead
            ? `${path} is a link to ${dead.to}, which is not there, and a folder is to be made in its place`
            : `${path} is a file, and a folder is to be made in its place`,
          mend: dead
            ? "Let the link lead to a folder of this machine, or take the link away"
            : "See what that file is, and give it another name; or name another folder",
        };
      }
      switch (raised.errno) {
        case "EXDEV":
          return {
            says:
              "A file is moved by rename to another file system, which the system cannot do",
            mend:
              "Use `shutil.move()` in place of `os.rename()`, or write the file beside its place first",
          };
        case "ENOTEMPTY":
          return {
            says:
              `${name} is a folder that is not empty, and is to be removed or replaced`,
            mend:
              "`os.rmdir()` takes empty folders alone, and a rename replaces no folder with something in it: see what is in it, as what another process writes there",
          };
        case "ELOOP":
          return {
            says: `${name} is a link that leads back to itself`,
            mend:
              "See with `ls -l` where the links lead, and let the wrong one lead to what is meant",
          };
        case "ETXTBSY":
          return {
            says: `${name} is a program that runs, and is to be written`,
            mend:
              "Write it under another name beside it, and rename that to its place",
          };
        default:
          return {
            says: `${name} is there already`,
            mend:
              "With several processes and restarts it may always be there: `os.makedirs(path, exist_ok=True)`",
          };
      }
    },
    examples: [
      {
        raised: "FileExistsError: [Errno 17] File exists: '/x'",
        facts: { errno: "EEXIST", filename: "/x" },
        mend: "exist_ok=True",
      },
      {
        raised: "FileExistsError: [Errno 17] File exists: 'SITE/up'",
        facts: { errno: "EEXIST", filename: "/srv/site/up" },
        in: "PYTHON/os.py makedirs",
        files: { "SITE/up": "x" },
        says: "SITE/up is a file, and a folder is to be made",
      },
      {
        raised: "OSError: [Errno 39] Directory not empty: '/x'",
        facts: { errno: "ENOTEMPTY", filename: "/x" },
        says: "not empty",
      },
      {
        raised: "OSError: [Errno 40] Too many levels of symbolic links: '/x'",
        facts: { errno: "ELOOP", filename: "/x" },
        mend: "where the links lead",
      },
    ],
  },
  {
    name: "name-too-long",
    code: "file-wrong-kind",
    when: [
      { errno: "ENAMETOOLONG" },
      { type: "OSError", message: /^AF_UNIX path too long/ },
    ],
    claim: ({ text }) => ({
      says: "A name of a file or socket is longer than the system takes",
      mend: /AF_UNIX/.test(text)
        ? "The whole path of a socket has 107 letters at most: let it be in a folder with a shorter path; what several processes make by themselves (multiprocessing) lies in TMPDIR"
        : "Look at what is put into the path there: mostly a text in place of the path of a file, as the content of a key: hand it to what takes a text (`json.loads()`, `from_service_account_info()`), or write it into a file that [secret_files] of config.toml names",
    }),
    examples: [{
      raised: "OSError: [Errno 36] File name too long: 'aaa'",
      facts: { errno: "ENAMETOOLONG" },
    }, {
      raised: "OSError: AF_UNIX path too long",
      mend: "107 letters",
    }],
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

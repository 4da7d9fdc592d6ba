/**
 * Files that the application cannot find, read or write: which path it was,
 * what stands in the way, and what opens it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join } from "node:path";
import type { PythonException } from "../python/failure.ts";
import type { Finding, Fix, Place } from "../findings/finding.ts";
import { type FileStatus, refused } from "../machine/host.ts";
import {
  type Access,
  chmod,
  findBarrier,
  mayAccess,
  stateOf,
} from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { explainOutput, explainProgram, isProgramStart } from "./programs.ts";
import {
  cause,
  isInside,
  namesIn,
  placeIn,
  runnerOf,
  type Scene,
  searchSite,
  spotOf,
} from "./scene.ts";

/** Explains an exception of a file, a folder or a disk. */
export function explainFile(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const path = pathOf(raised, scene);
  switch (raised.errno) {
    case "ENOENT":
    case "ENOTDIR":
      if (isProgramStart(raised)) return explainProgram(raised, scene);
      return path === undefined
        ? explainLostFolder(raised, scene)
        : explainMissing(path, raised, scene);
    case "EACCES":
    case "EPERM":
      return path === undefined
        ? explainPrivilege(raised, scene)
        : explainDenied(path, raised, scene);
    case "EROFS":
      return explainReadOnly(path, raised, scene);
    case "ENOSPC":
    case "EDQUOT":
      return explainFull(path, raised, scene);
    case "ENXIO":
      return explainOutput(raised, scene);
    default:
      return undefined;
  }
}

/** Only the working directory is missed without being named. */
function explainLostFolder(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { failure, site } = scene;
  if (
    failure.problem !== "request-raised" ||
    raised.message !== "[Errno 2] No such file or directory"
  ) return undefined;
  return cause("app-directory", {
    message:
      "The folder that the application was started in is gone: it was removed or replaced while the site ran",
    place: placeIn(raised, scene),
    fix: {
      command: shellCommand("wsgi-shim", "restart", site.layout.appRoot),
      safe: false,
    },
  });
}

/** The absolute path that an exception names; relative ones are resolved. */
function pathOf(raised: PythonException, scene: Scene): string | undefined {
  const { filename } = raised;
  if (!filename) return undefined;
  return isAbsolute(filename) ? filename : join(scene.directory, filename);
}

/** Where it was: the path itself, and the code in the message. */
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

function explainMissing(
  path: string,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { host, directory } = scene;
  const status = host.stat(path);
  // It is there now, or the application had changed its working directory.
  if (!refused(status)) return undefined;
  if (status.errno !== "ENOENT" && status.errno !== "ENOTDIR") {
    return undefined;
  }
  const { filename } = raised;
  const spot = spotOf(raised, scene);
  if (filename && !isAbsolute(filename)) {
    const homes = searchSite(
      scene,
      (_, folder) =>
        folder !== directory && !refused(host.stat(join(folder, filename))),
    );
    const folder = dirname(path);
    // The folder comes first: nothing can be created without it.
    if (!homes[0] && folder !== directory && refused(host.stat(folder))) {
      return cause("file-missing", {
        message: `The folder "${
          dirname(filename)
        }" does not exist in the working directory ${directory}, and "${
          basename(filename)
        }" should be in it`,
        place: placeIn(raised, scene) ?? { file: path },
        fix: {
          text: `Create it: \`${
            shellCommand("mkdir", "-p", folder)
          }\`; or name the file by its absolute path, as with \`Path(__file__).parent\``,
        },
      });
    }
    return cause("file-missing", {
      message:
        `The file "${filename}" is looked for in the working directory ${directory}, and is not there${
          homes[0] ? `, but in ${homes[0]}` : ""
        }`,
      place: placeIn(raised, scene) ?? { file: path },
      fix: {
        text: homes[0]
          ? `Open it beside the code, as with \`Path(__file__).parent / "${
            basename(filename)
          }"\`; or write in [wsgi] of config.toml: chdir = "${homes[0]}"`
          : "Create it there, or name it by its absolute path, as with `Path(__file__).parent`",
      },
    });
  }
  const parent = dirname(path);
  if (refused(host.stat(parent))) {
    return cause("file-missing", {
      message: `The folder ${parent} does not exist, in which "${
        basename(path)
      }" should be${spot}`,
      place: placeOfPath(path, scene),
      fix: isInside(parent, scene.site.layout.siteDirectory)
        ? { command: shellCommand("mkdir", "-p", parent), safe: false }
        : {
          text: `Correct the path, or create the folder: \`${
            shellCommand("mkdir", "-p", parent)
          }\``,
        },
    });
  }
  const near = suggest(basename(path), namesIn(parent, host));
  return cause("file-missing", {
    message: `${path} does not exist${
      near ? `; in the same folder there is "${near}"` : ""
    }${spot}`,
    place: placeOfPath(path, scene),
    fix: { text: `Create ${path}, or correct the path` },
  });
}

function explainDenied(
  path: string,
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { host } = scene;
  const who = host.identity;
  const runner = runnerOf(scene);
  const spot = spotOf(raised, scene);
  const place = placeOfPath(path, scene);
  const barrier = findBarrier(path, who, host);
  if (barrier) {
    return cause("permission-denied", {
      message: `${runner} may not enter ${barrier.folder} (${
        stateOf(barrier.status, host)
      }), on the way to ${path}${spot}`,
      place,
      fix: opening(barrier.folder, barrier.status, "search", scene),
    });
  }
  const status = host.stat(path);
  if (refused(status)) {
    const parent = dirname(path);
    const folder = host.stat(parent);
    if (refused(folder) || status.errno !== "ENOENT") return undefined;
    if (mayAccess(folder, who, "write")) return undefined;
    return cause("permission-denied", {
      message: `${runner} may not create "${basename(path)}" in ${parent} (${
        stateOf(folder, host)
      })${spot}`,
      place,
      fix: opening(parent, folder, "write", scene),
    });
  }
  const access: Access | undefined = !mayAccess(status, who, "read")
    ? "read"
    : !mayAccess(status, who, "write")
    ? "write"
    : undefined;
  if (isProgramStart(raised) && !mayAccess(status, who, "execute")) {
    return cause("permission-denied", {
      message: `${runner} may not run the program ${path} (${
        stateOf(status, host)
      })${spot}`,
      place,
      fix: { command: chmod("a+x", path), safe: false },
    });
  }
  if (!access) return deniedBeyondMode(path, status, raised, scene);
  return cause("permission-denied", {
    message: `${runner} may not ${access} ${path} (${
      stateOf(status, host)
    })${spot}`,
    place,
    fix: opening(path, status, access, scene),
  });
}

/** The mode bits allow what was refused: a list, a label, or another rule. */
function deniedBeyondMode(
  path: string,
  status: FileStatus,
  raised: PythonException,
  scene: Scene,
): Finding {
  return cause("permission-denied", {
    message: `The system refuses ${
      runnerOf(scene)
    } access to ${path}, though its mode allows it (${
      stateOf(status, scene.host)
    })${spotOf(raised, scene)}`,
    place: placeOfPath(path, scene),
    fix: {
      text:
        `Look at its access control list (\`getfacl\`), its SELinux label (\`ls -Z\`) and its attributes (\`lsattr\`)`,
    },
  });
}

/** Never opens anything to everyone. */
function opening(
  path: string,
  status: FileStatus,
  access: Access,
  { host, site }: Scene,
): Fix {
  const who = host.identity;
  const letter = access === "search" ? "x" : access[0]!;
  const letters = status.kind === "folder" && access === "write"
    ? "wx"
    : letter;
  if (status.uid === who.uid) {
    return { command: chmod(`u+${letters}`, path), safe: false };
  }
  // Nobody should open a file of the system for the sake of a site.
  if (status.uid === 0 && !isInside(path, site.layout.siteDirectory)) {
    return {
      text:
        `Let the application use a file of its own: ${path} belongs to root, and not to the site`,
    };
  }
  const group = site.group?.name ?? String(who.gid);
  const user = host.user(who.uid)?.name ?? String(who.uid);
  const chgrp = who.groups.includes(status.gid)
    ? ""
    : `${shellCommand("chgrp", group, path)} && `;
  const owner = host.user(status.uid)?.name ?? `uid ${status.uid}`;
  return {
    text: `Let its owner ${owner} run: \`${chgrp}${
      chmod(`g+${letters}`, path)
    }\`; or root: \`${shellCommand("chown", user, path)}\``,
  };
}

function explainPrivilege(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (raised.errno !== "EPERM") return undefined;
  return cause("privilege-missing", {
    message:
      `The application asked for something that only root may do, and it runs as ${
        runnerOf(scene)
      }: ${raised.message}`,
    place: placeIn(raised, scene),
    fix: {
      text:
        "Leave the call out: the web server has set user, group and limits already",
    },
  });
}

function explainReadOnly(
  path: string | undefined,
  raised: PythonException,
  scene: Scene,
): Finding {
  return cause("read-only-file-system", {
    message: `${
      path ?? "What the application wants to write"
    } is on a file system that can only be read${spotOf(raised, scene)}`,
    place: path ? placeOfPath(path, scene) : placeIn(raised, scene),
    fix: {
      text:
        "Ask the administrators why it is mounted read-only, or write to another folder",
    },
  });
}

/** `No space left on device` means bytes, or the number of files. */
function explainFull(
  path: string | undefined,
  raised: PythonException,
  scene: Scene,
): Finding {
  const { host, directory } = scene;
  const at = path && !refused(host.stat(dirname(path)))
    ? dirname(path)
    : directory;
  const space = host.space(at);
  const spot = spotOf(raised, scene);
  const place = path ? placeOfPath(path, scene) : placeIn(raised, scene);
  if (raised.errno === "EDQUOT") {
    return cause("disk-full", {
      message: `The quota of ${runnerOf(scene)} is used up${spot}`,
      place,
      fix: { command: "quota -s", safe: false },
    });
  }
  if (!refused(space) && space.totalFiles > 0 && space.freeFiles === 0) {
    return cause("inodes-full", {
      message:
        `The file system of ${at} holds all the files that it can (${space.totalFiles} inodes), though it has room for more bytes${spot}`,
      place,
      fix: { command: shellCommand("df", "-i", at), safe: false },
    });
  }
  return cause("disk-full", {
    message: `The file system ${path ? `of ${at} ` : ""}is full${spot}`,
    place,
    fix: { command: shellCommand("df", "-h", at), safe: false },
  });
}

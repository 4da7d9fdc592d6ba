/**
 * A site as it was read: where it lies, what its `config.toml` says, and who
 * its application runs as. Checks look at nothing else.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import {
  type Config,
  type Feedback,
  parseConfig,
  statedFeedback,
} from "./config.ts";
import { type Finding, finding, type Place } from "../findings/finding.ts";
import {
  type Group,
  type Host,
  type Identity,
  namesIn,
  refused,
  type User,
} from "../machine/host.ts";
import {
  type Application,
  type ApplicationFault,
  isFault,
  readApplication,
} from "./application.ts";
import { applyMachine, readMachine } from "./machine_settings.ts";
import { parseStatements } from "./toml_text.ts";
import { knownValues } from "./known_values.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Native, nativeConfig, readNative } from "./native.ts";
import { findObstacle, formatMode, openingFor } from "../machine/permission.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  conversionCommand,
  decodeText,
  firstBrokenLine,
  hasUtf16Mark,
} from "../text/encoding.ts";

/** A site as it was read. */
export interface Site {
  /** Where it was read. */
  host: Host;
  /** Where its files lie. */
  layout: Layout;
  /** Absent when `config.toml` cannot be read or is not TOML. */
  config?: Config;
  /** The site runs without us; `config` is what it amounts to. */
  native?: Native;
  /** The text of `config.toml`, where it could be read. */
  configText?: string;
  /** What `[wsgi]` asks for; absent without it, and where it is at fault. */
  application?: Application;
  /** Why `[wsgi]` cannot be understood. */
  applicationFault?: ApplicationFault;
  /** What is wrong with `config.toml` by itself. */
  configFindings: Finding[];
  /** How much the pages may tell. */
  feedback: Feedback;
  /** Where a dotted key of `config.toml` stands. */
  placeOf(key: string): Place;
  /** Who the application runs as; undefined when that user does not exist. */
  user?: User;
  /** The group that the application runs as. */
  group?: Group;
  /** The ids behind user and group; those of the app root's owner if unknown. */
  identity: Identity;
}

/** The site's user by name, or by number. */
export function userOf(site: Site): string {
  return site.user?.name ?? `uid ${site.identity.uid}`;
}

const CONFIG_BYTES_LIMIT = 64 * 1024;

/**
 * Reads a site.
 *
 * @param appRoot Absolute path of the app root
 */
export function readSite(appRoot: string, host: Host): Site {
  const layout = withPackage(layoutOf(appRoot), host);
  const native = readNative(layout, host);
  if (native) return readNativeSite(native, layout, host);
  const bytes = readConfigBytes(layout, host);
  const source = isFinding(bytes) ? bytes : decode(bytes, layout.config);
  const parsed = typeof source === "string"
    ? parseConfig(source, layout.config, () => knownValues(layout, host))
    : undefined;
  const read = isFinding(bytes)
    ? host.readBytes(layout.config, CONFIG_BYTES_LIMIT)
    : bytes;
  const guess = refused(read) ? "" : decodeText(read) ?? "";
  const placeOf = parsed?.placeOf ??
    ((key: string) => ({ file: layout.config, key }));
  const machine = readMachine(host);
  const written = new Set(
    parseStatements(guess).map(({ path }) => path.join(".")),
  );
  const limited = applyMachine({
    config: parsed?.config,
    feedback: parsed?.feedback ?? statedFeedback(guess),
    isStated: (key) => written.has(key),
    placeOf,
  }, machine);
  const { config } = limited;
  return {
    host,
    layout,
    config,
    ...applicationIn(config, layout, host),
    configText: typeof source === "string" ? source : undefined,
    configFindings: [
      ...typeof source === "string" ? parsed!.findings : [source],
      ...limited.findings,
      ...machine.findings,
    ],
    feedback: limited.feedback,
    placeOf,
    ...runnerOf(config, layout, host),
  };
}

/** Reads a site that was made without us, by what it amounts to. */
export function readNativeSite(
  native: Native,
  layout: Layout,
  host: Host,
): Site {
  const config = nativeConfig(native, layout);
  const { source } = native.interpreter;
  return {
    host,
    layout,
    native,
    config,
    ...applicationIn(config, layout, host),
    configFindings: [],
    feedback: statedFeedback(""),
    placeOf: (key) =>
      source && key === "passenger.passenger_python"
        ? source
        : { file: native.startupFile },
    ...runnerOf(config, layout, host),
  };
}

/** Who the application runs as. */
function runnerOf(
  config: Config | undefined,
  { appRoot }: Layout,
  host: Host,
): Pick<Site, "user" | "group" | "identity"> {
  const owner = host.stat(appRoot);
  const ownerIds = refused(owner) ? host.identity : owner;
  const user = host.user(config?.passenger.user ?? ownerIds.uid);
  const group = host.group(
    config?.passenger.group ?? (user ? user.gid : ownerIds.gid),
  );
  return { user, group, identity: identityOf(user, group, ownerIds, host) };
}

/**
 * A site that took the runtime from npm has no files of ours: they are the
 * package's, found where Node finds the package itself.
 */
function withPackage(layout: Layout, host: Host): Layout {
  if (!refused(host.stat(layout.hostMain))) return layout;
  let folder = layout.appRoot;
  while (true) {
    const at = (...names: string[]) =>
      join(folder, "node_modules", "wsgi-shim", ...names);
    const hostMain = at("host", "__main__.py");
    if (!refused(host.stat(hostMain))) {
      return {
        ...layout,
        host: at("host"),
        hostMain,
        runtime: at("runtime.cjs"),
      };
    }
    if (folder === dirname(folder)) return layout;
    folder = dirname(folder);
  }
}

function applicationIn(
  config: Config | undefined,
  layout: Layout,
  host: Host,
): Pick<Site, "application" | "applicationFault"> {
  if (!config?.wsgi) return {};
  const read = readApplication(config.wsgi, layout, host);
  return isFault(read) ? { applicationFault: read } : { application: read };
}

function identityOf(
  user: User | undefined,
  group: Group | undefined,
  owner: { uid: number; gid: number },
  host: Host,
): Identity {
  if (!user) {
    const gid = group?.gid ?? owner.gid;
    return { uid: owner.uid, gid, groups: [gid] };
  }
  // The process itself knows its groups best, and needs no other process.
  if (user.uid === host.identity.uid) return host.identity;
  const gid = group?.gid ?? user.gid;
  return {
    uid: user.uid,
    gid,
    groups: [...new Set([gid, ...host.groupsOf(user)])],
  };
}

function isFinding(read: Uint8Array | Finding): read is Finding {
  return "code" in read;
}

function readConfigBytes(layout: Layout, host: Host): Uint8Array | Finding {
  const file = layout.config;
  const place = { file };
  const status = host.stat(file);
  if (refused(status)) {
    if (status.errno === "ENOENT" || status.errno === "ENOTDIR") {
      return missingConfig(layout, host);
    }
    return unreadable(layout, status.errno, host);
  }
  if (status.kind !== "file") {
    return finding("config-unreadable", {
      message: `${file} is ${
        status.kind === "folder" ? "a folder" : "not a regular file"
      }, where the file with the settings should be`,
      place,
      fix: {
        text: `Move it away with \`${
          shellCommand("mv", file, `${file}.old`)
        }\`. ${restoreAdvice(layout)}`,
      },
    });
  }
  if (status.size > CONFIG_BYTES_LIMIT) {
    return finding("config-too-large", {
      message:
        `${file} has ${status.size} bytes; settings need a few hundred, and more than ${CONFIG_BYTES_LIMIT} are not read`,
      place,
      fix: { text: "Restore the file from a backup" },
    });
  }
  const bytes = host.readBytes(file, CONFIG_BYTES_LIMIT);
  return refused(bytes) ? unreadable(layout, bytes.errno, host) : bytes;
}

function missingConfig(layout: Layout, host: Host): Finding {
  const place = { file: layout.config };
  const link = host.readLink(layout.config);
  if (typeof link === "string") {
    return finding("config-missing", {
      message: `${layout.config} is a link to ${link}, which does not exist`,
      place,
      fix: { text: `Restore ${link}, or replace the link by the file itself` },
    });
  }
  const others = namesIn(layout.appRoot, host).filter((name) => {
    if (!/^config|\.toml/i.test(name)) return false;
    // What was moved out of the way need not be moved back.
    const status = host.stat(join(layout.appRoot, name));
    return !refused(status) && status.kind === "file";
  });
  const near = others.find((name) => /^config\.toml/i.test(name)) ??
    suggest("config.toml", others);
  return finding("config-missing", {
    message: `There is no ${basename(layout.config)} in ${layout.appRoot}${
      near ? `; a file ${near} is there` : ""
    }`,
    place,
    fix: near
      ? {
        command: `mv -n ${quoteWord(`${layout.appRoot}/${near}`)} ${
          quoteWord(layout.config)
        }`,
        safe: false,
      }
      : {
        text: restoreAdvice(layout),
      },
  });
}

/** `install` takes no folder with anything in it. */
function restoreAdvice({ appRoot }: Layout): string {
  return `Restore config.toml from a backup; without one, begin a new site with \`${
    shellCommand("mv", appRoot, `${appRoot}.old`)
  } && ${shellCommand("wsgi-shim", "install", appRoot)}\``;
}

/** The user that must read the settings, as far as that can be known. */
function readerOf({ appRoot }: Layout, host: Host): Identity {
  const owner = host.stat(appRoot);
  // Passenger runs us as the site's user.
  if (
    host.env.IN_PASSENGER !== undefined || refused(owner) ||
    owner.uid === 0 || owner.uid === host.identity.uid
  ) return host.identity;
  const user = host.user(owner.uid);
  const groups = user ? host.groupsOf(user) : [owner.gid];
  return { uid: owner.uid, gid: owner.gid, groups };
}

/** The site is another's, who can read them. */
function hidden({ appRoot, config }: Layout, owner: string, host: Host) {
  const asking = host.user(host.identity.uid)?.name;
  return finding("config-hidden", {
    message: `You${
      asking ? `, "${asking}",` : ""
    } may not read ${config}, which user "${owner}" may, so nothing can be told of what the site serves`,
    place: { file: config },
    fix: {
      text: `Ask ${owner} to run: \`${
        shellCommand("wsgi-shim", "check", appRoot)
      }\``,
    },
  });
}

function unreadable(
  layout: Layout,
  errno: string,
  host: Host,
): Finding {
  const file = layout.config;
  if (errno === "ELOOP") {
    return finding("config-unreadable", {
      message: `${file} is a link that leads back to itself`,
      place: { file },
      fix: { text: "Replace the link by the file itself" },
    });
  }
  const identity = readerOf(layout, host);
  const who = host.user(identity.uid)?.name ?? `uid ${identity.uid}`;
  const obstacle = findObstacle(file, identity, "read", host);
  if (!obstacle && identity !== host.identity) return hidden(layout, who, host);
  if (!obstacle || obstacle.beyondMode) {
    const reason = errno === "EACCES" ? "permission denied" : errno;
    return finding("config-unreadable", {
      message: `Cannot read ${file}: ${reason}`,
      place: { file },
      fix: {
        text:
          "Look for an access control list (getfacl), a security label (ls -Z) or a network file system that refuses",
      },
    });
  }
  const { folder, onTheWay, status } = obstacle;
  const owner = `${host.user(status.uid)?.name ?? status.uid}:${
    host.group(status.gid)?.name ?? status.gid
  }`;
  const opening = openingFor(status, identity, onTheWay ? "search" : "read");
  const isForeign = opening.change.startsWith("o") && !onTheWay;
  return finding("config-unreadable", {
    message: `User "${who}" cannot ${onTheWay ? "enter" : "read"} "${folder}"${
      onTheWay ? ` on the way to "${file}"` : ""
    }: it has mode ${formatMode(status.mode)}, owner ${owner}, and ${
      isForeign
        ? "should belong to that user"
        : `needs mode ${formatMode(opening.mode)}`
    }`,
    place: { file: folder },
    fix: {
      // What only the site's user is to read does not become everybody's.
      command: isForeign
        ? shellCommand("chown", who, folder)
        : shellCommand("chmod", opening.change, folder),
      safe: false,
    },
  });
}

function decode(bytes: Uint8Array, file: string): string | Finding {
  function wrong(message: string, line: number | undefined, command: string) {
    return finding("config-encoding", {
      message: message,
      place: line ? { file, line, column: 1 } : { file },
      fix: { command, safe: false },
    });
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return wrong(
      `${file} begins with a byte order mark (EF BB BF), which TOML does not allow`,
      1,
      `sed -i '1s/^\\xEF\\xBB\\xBF//' ${quoteWord(file)}`,
    );
  }
  if (hasUtf16Mark(bytes)) {
    return wrong(
      `${file} is UTF-16 text; TOML is UTF-8`,
      undefined,
      conversionCommand(file, "UTF-16"),
    );
  }
  if (bytes.includes(0)) {
    return finding("config-encoding", {
      message: `${file} is not text: it holds NUL bytes`,
      place: { file },
      fix: { text: "Restore the file from a backup" },
    });
  }
  const line = firstBrokenLine(bytes);
  return line === undefined ? new TextDecoder().decode(bytes) : wrong(
    `Line ${line} of ${file} has a byte that is not UTF-8, probably a letter with an accent in Latin-1`,
    line,
    conversionCommand(file, "LATIN1"),
  );
}

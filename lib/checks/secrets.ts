/**
 * Reports secret files that are missing, open to others, or closed to the
 * application. Judged as ssh judges keys; their contents are never told.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, join } from "node:path";
import { type FileStatus, namesIn, refused } from "../machine/host.ts";
import { type Finding, finding } from "../findings/finding.ts";
import {
  chmod,
  findObstacle,
  formatMode,
  openingFor,
  stateOf,
} from "../machine/permission.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import { type Site, userOf } from "../site/site.ts";
import { suggest } from "../text/suggestion.ts";
import { heedAcl } from "./acl.ts";
import { isBehind } from "./blocked.ts";
import { movedPath } from "./config.ts";
import type { CheckOptions } from "./check.ts";
import { isUnsafeGroup } from "./protection.ts";
import { holdsSecret } from "../site/secret_words.ts";

const SETTINGS_BYTES_LIMIT = 64 * 1024;
/** Whoever has more to mend begins with these. */
const FINDINGS_LIMIT = 100;

export function checkSecrets(
  site: Site,
  { at }: CheckOptions,
  found: readonly Finding[],
): Finding[] {
  const { config } = site;
  if (!config) return [];
  const told = new Set(found.map((one) => one.place?.key));
  const findings: Finding[] = [];
  for (const [name, path] of Object.entries(config.secretFiles)) {
    if (findings.length >= FINDINGS_LIMIT) break;
    const isTold = told.has(`secret_files.${name}`) ||
      isBehind(path, found, site);
    if (!isTold) findings.push(...checkSecretFile(name, path, site, at));
  }
  return [...findings, ...checkEnvironmentValues(site)];
}

function checkSecretFile(
  name: string,
  path: string,
  site: Site,
  at: CheckOptions["at"],
): Finding[] {
  const { host, identity, placeOf } = site;
  const key = `secret_files.${name}`;
  const status = host.stat(path);
  if (refused(status) && !/^(EACCES|EPERM)$/.test(status.errno)) {
    return movedPath(path, site) ? [] : [missing(name, path, site)];
  }
  if (!refused(status) && status.kind !== "file") {
    return [finding("secret-not-a-file", {
      message: `The secret file ${name}, "${path}", is ${
        status.kind === "folder" ? "a folder" : "not a regular file"
      }`,
      place: placeOf(key),
      fix: { text: `Write the path of the file itself at ${name}` },
    })];
  }
  const obstacle = findObstacle(path, identity, "read", host);
  if (obstacle) {
    return [
      heedAcl(
        unreadable(name, path, obstacle, site),
        obstacle.folder,
        site,
        at,
      ),
    ];
  }
  if (refused(status)) return [];
  return [
    ...checkMode(name, path, status, site, at),
    ...checkPlace(name, path, site),
    ...(at === "shell" ? checkFormat(path, site) : []),
  ];
}

function missing(name: string, path: string, site: Site): Finding {
  const { host, placeOf } = site;
  const link = host.readLink(path);
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const near = suggest(basename(path), namesIn(folder, host));
  return finding("secret-missing", {
    message: typeof link === "string"
      ? `The secret file ${name}, "${path}", is a link to "${link}", which does not exist`
      : `The secret file ${name}, "${path}", does not exist${
        near ? `; "${near}" is there` : ""
      }`,
    place: placeOf(`secret_files.${name}`),
    fix: near
      ? { text: `Write ${name} = "${join(folder, near)}", or copy the file` }
      : {
        text:
          `Copy the file to ${path}, or correct its path; then close it with: ${
            chmod("go=", path)
          }`,
      },
  });
}

function unreadable(
  name: string,
  path: string,
  obstacle: NonNullable<ReturnType<typeof findObstacle>>,
  site: Site,
): Finding {
  const { host, identity, user } = site;
  const { folder, status, onTheWay, beyondMode } = obstacle;
  const place = { file: folder, key: `secret_files.${name}` };
  const who = userOf(site);
  if (beyondMode) {
    return finding("secret-unreadable", {
      message:
        `The system refuses user "${who}" to read the secret file ${name}, "${path}", although its mode allows it`,
      place,
      fix: {
        text:
          "Look for an access control list (getfacl), a security label (ls -Z) or a network file system that refuses",
      },
    });
  }
  const opening = openingFor(status, identity, onTheWay ? "search" : "read");
  const group = host.group(status.gid);
  // The groups of a process are those of its start, not those of now.
  const late = !identity.groups.includes(status.gid) &&
    user !== undefined && group?.members.includes(user.name) === true &&
    (status.mode & (onTheWay ? 0o010 : 0o040)) !== 0;
  if (late) {
    return finding("secret-unreadable", {
      message:
        `User "${who}" was added to the group "${group.name}" after this process had started, so it cannot read the secret file ${name}, "${path}"`,
      place,
      fix: {
        command: shellCommand("wsgi-shim", "restart", site.layout.appRoot),
        safe: false,
      },
    });
  }
  // Others must not read a secret: it has to change hands.
  const fix = opening.change.startsWith("o")
    ? onTheWay
      ? isInside(folder, site)
        ? { command: chmod(opening.change, folder), safe: false }
        // To open another's home for a secret in it would be a poor mend.
        : {
          text:
            `Copy the file into a folder of the site, as a file of ${who}, and write its path at ${name}`,
        }
      : { command: shellCommand("chown", who, folder), safe: false }
    : { command: chmod(opening.change, folder), safe: false };
  return finding("secret-unreadable", {
    message: onTheWay
      ? `User "${who}" cannot enter "${folder}" on the way to the secret file ${name}: it has ${
        stateOf(status, host)
      }`
      : `User "${who}" cannot read the secret file ${name}, "${path}": it has ${
        stateOf(status, host)
      }`,
    place,
    fix,
  });
}

function checkMode(
  name: string,
  path: string,
  status: FileStatus,
  site: Site,
  at: CheckOptions["at"],
): Finding[] {
  const { host } = site;
  const others = status.mode & 0o007;
  const group = isUnsafeGroup(status.gid, site) ? status.mode & 0o070 : 0;
  if (others === 0 && group === 0) return [];
  const real = host.realPath(path);
  const file = refused(real) ? path : real;
  const classes = `${group ? "g" : ""}${others ? "o" : ""}`;
  const wanted = status.mode & ~(others ? 0o007 : 0) & ~(group ? 0o070 : 0);
  const who = others
    ? "others"
    : `the group "${
      host.group(status.gid)?.name ?? status.gid
    }", which many users may share`;
  const found = finding("secret-too-open", {
    message:
      `The secret file ${name}, "${path}", is open to ${who}: it has mode ${
        formatMode(status.mode)
      }, and needs ${formatMode(wanted)}`,
    place: { file, key: `secret_files.${name}` },
    fix: { command: chmod(`${classes}=`, file), safe: isInside(file, site) },
  });
  // With an access control list, the group's bits are a limit for all of it.
  return [others ? found : heedAcl(found, file, site, at)];
}

function isInside(file: string, { host, layout }: Site): boolean {
  const folder = host.realPath(layout.siteDirectory);
  return !refused(folder) && file.startsWith(`${folder}/`);
}

function checkPlace(name: string, path: string, site: Site): Finding[] {
  const { host, layout } = site;
  const [file, root] = [host.realPath(path), host.realPath(layout.appRoot)];
  if (refused(file) || refused(root) || !file.startsWith(`${root}/`)) return [];
  // Below public/ it is worse, and told by the checks of exposure.
  if (file.startsWith(`${root}/public/`)) return [];
  return [finding("secret-in-app-root", {
    message:
      `The secret file ${name}, "${path}", lies in the app root, and belongs outside it`,
    place: { file, key: `secret_files.${name}` },
    fix: {
      command: `${
        shellCommand(
          "mkdir",
          "-p",
          "-m",
          "0700",
          `${layout.siteDirectory}/secrets`,
        )
      } && ${shellCommand("mv", file, `${layout.siteDirectory}/secrets/`)}`,
      safe: false,
    },
  })];
}

/** Only lines are told, never what is on them. */
function checkFormat(path: string, { host }: Site): Finding[] {
  if (!/(^|[./])env$/i.test(path)) return [];
  const bytes = host.readBytes(path, SETTINGS_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const lines = new TextDecoder().decode(bytes).split("\n");
  const returns = lines.findIndex((line) => line.endsWith("\r"));
  if (returns >= 0) {
    return [finding("secret-format", {
      message: `Line ${
        returns + 1
      } of "${path}" ends as on Windows (CR LF), and should end with LF alone`,
      place: { file: path, line: returns + 1 },
      fix: { command: `sed -i 's/\\r$//' ${quoteWord(path)}`, safe: false },
    })];
  }
  const spaces = lines.findIndex((line) =>
    /^\s*(export\s+)?[A-Za-z_]\w*(\s+=|=\s+\S)/.test(line)
  );
  if (spaces < 0) return [];
  return [finding("secret-format", {
    message: `Line ${
      spaces + 1
    } of "${path}" has spaces around =, which not every program accepts`,
    place: { file: path, line: spaces + 1 },
    fix: { text: `Write NAME=value on line ${spaces + 1}, without spaces` },
  })];
}

function checkEnvironmentValues({ config, layout, placeOf }: Site): Finding[] {
  return Object.entries(config!.environment).flatMap(([name, value]) => {
    if (!holdsSecret(name, value)) return [];
    const file = join(layout.siteDirectory, "secrets", name.toLowerCase());
    return [finding("secret-in-config", {
      message: `${name} in [environment] looks like a secret`,
      place: placeOf(`environment.${name}`),
      fix: {
        text:
          `Write the value into a file of its own, as ${file}, closed with \`chmod 600\`; then, in place of the line, below [secret_files]: \`${name}_FILE = "${file}"\`. The application reads the file that this variable names`,
      },
    })];
  });
}

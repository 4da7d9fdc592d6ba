/**
 * Reports what is wrong with `config.toml`: by itself, and beside the disk and
 * the accounts of the machine.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { type Finding, finding, isOf } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { keysOf } from "../site/settings_table.ts";
import { knownValues } from "../site/known_values.ts";
import type { Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import type { CheckOptions } from "./check.ts";
import { checkThreads } from "./interface.ts";

/** Names that templates and guides use for the reader's own. */
const PLACEHOLDER_REGEXP =
  /^(my_?user(name)?|my_?group|my_?netid|my_?project|user_?name|netid|your_?\w+|<.*>)$/i;
const PLACEHOLDER_PATH_REGEXP = /^\/(path\/to|n\/fs\/myproject)(\/|$)/;

export function checkConfig(site: Site, { at }: CheckOptions): Finding[] {
  const { config } = site;
  if (!config) return site.configFindings;
  const placeholders = checkPlaceholders(site);
  const held = new Set(placeholders.map((found) => found.place?.key));
  return [
    ...withRequired(site),
    ...placeholders,
    ...(config.wsgi?.interface === "asgi" ? checkThreads(site) : []),
    ...checkAppRoot(site).filter((found) => !held.has(found.place?.key)),
    ...checkAccounts(site, at).filter((found) => !held.has(found.place?.key)),
  ];
}

/**
 * The findings of the text with those of required settings; a mistyped name
 * and the setting that is missing because of it are one finding.
 */
function withRequired(site: Site): Finding[] {
  const config = site.config!;
  let findings = site.configFindings;
  const isTold = (...keys: string[]) =>
    findings.some((found) =>
      found.severity === "error" &&
      keys.some((key) => found.place?.key?.split(".").at(-1) === key)
    );

  function demand(section: string, key: string, otherwise: () => Finding) {
    const near = findings.find((found) => {
      if (!isOf(found, "config-unknown-key")) return false;
      const [where, name] = (found.place?.key ?? "").split(".");
      return where === section && suggest(name ?? "", keysOf(section)) === key;
    });
    if (!near) {
      findings = [...findings, otherwise()];
      return;
    }
    const written = near.place!.key!.split(".").slice(1).join(".");
    findings = findings.filter((found) => found !== near);
    findings.push(finding("config-key-missing", {
      message:
        `[${section}] has no \`${key}\`; \`${written}\` seems to be meant`,
      place: near.place,
      fix: { text: `Write ${key} in place of ${written}` },
    }));
  }

  if (
    !config.passenger.python &&
    !isTold("passenger", "passenger_python")
  ) {
    const { layout } = site;
    demand(
      "passenger",
      "passenger_python",
      () =>
        finding("config-key-missing", {
          message: "[passenger] has no `passenger_python`",
          place: site.placeOf("passenger.passenger_python"),
          fix: {
            text:
              `Add below [passenger]: passenger_python = "${layout.siteDirectory}/venv/bin/python"`,
          },
        }),
    );
  }
  const { applicationFault: fault } = site;
  if (fault && !isTold("module", "app")) {
    const found = () =>
      finding("app-setting", {
        message: fault.message,
        place: site.placeOf(fault.key),
        fix: { text: fault.advice },
      });
    const missing = config.wsgi!.module === undefined &&
      fault.key === "wsgi.module";
    if (missing) demand("wsgi", "module", found);
    else findings = [...findings, found()];
  }
  return findings;
}

function checkPlaceholders({ config, host, placeOf }: Site): Finding[] {
  const { user, group, appRoot, python, nodejs } = config!.passenger;
  const isPlaceholder = (value: string) =>
    PLACEHOLDER_REGEXP.test(value) || PLACEHOLDER_PATH_REGEXP.test(value);
  const values: [string, string | undefined, boolean][] = [
    ["passenger.user", user, Boolean(user && host.user(user))],
    ["passenger.group", group, Boolean(group && host.group(group))],
    ["passenger.passenger_app_root", appRoot, exists(appRoot)],
    ["passenger.passenger_python", python, exists(python)],
    ["passenger.passenger_nodejs", nodejs, exists(nodejs)],
    ["wsgi.module", config!.wsgi?.module, exists(config!.wsgi?.module)],
    ...Object.entries(config!.secretFiles).map((
      [name, path],
    ): [string, string, boolean] => [
      `secret_files.${name}`,
      path,
      exists(path),
    ]),
  ];

  function exists(path: string | undefined): boolean {
    return path !== undefined && !refused(host.stat(path));
  }

  return values.flatMap(([key, value, real]) =>
    value === undefined || real || !isPlaceholder(value)
      ? []
      : [finding("config-placeholder", {
        message: `\`${
          key.split(".").at(-1)
        }\` is still the placeholder "${value}"`,
        place: placeOf(key),
        fix: { text: `Write the value for your site in place of ${value}` },
      })]
  );
}

/** The site was moved or copied, and `config.toml` with it. */
function checkAppRoot(site: Site): Finding[] {
  const { config, host, layout, placeOf } = site;
  const written = config!.passenger.appRoot;
  if (written === undefined || isSameFolder(written, layout.appRoot, site)) {
    return [];
  }
  const key = "passenger.passenger_app_root";
  const there = !refused(host.stat(written));
  return [finding("config-app-root-elsewhere", {
    message:
      `\`passenger_app_root\` is "${written}", but this site is "${layout.appRoot}"${
        there ? "" : `; "${written}" does not exist`
      }`,
    place: placeOf(key),
    fix: {
      text:
        `Write passenger_app_root = "${layout.appRoot}", and correct the other paths below ${
          dirname(written)
        }`,
    },
  })];
}

function isSameFolder(a: string, b: string, { host }: Site): boolean {
  if (resolve(a) === resolve(b)) return true;
  const [one, other] = [host.stat(a), host.stat(b)];
  return !refused(one) && !refused(other) && one.inode === other.inode &&
    one.device === other.device;
}

/**
 * Where a path of the old site lies in this one; undefined unless
 * `config.toml` is of another site and the path exists here.
 */
export function movedPath(path: string, site: Site): string | undefined {
  const { config, host, layout } = site;
  const written = config?.passenger.appRoot;
  if (!written || isSameFolder(written, layout.appRoot, site)) return undefined;
  const old = dirname(resolve(written));
  if (!path.startsWith(`${old}/`)) return undefined;
  const here = layout.siteDirectory + path.slice(old.length);
  // A venv's interpreter is a link, and may lead back to the old place.
  return refused(host.lstat(here)) ? undefined : here;
}

function checkAccounts(site: Site, at: CheckOptions["at"]): Finding[] {
  const { config, host, layout, placeOf } = site;
  const { user, group } = config!.passenger;
  const findings: Finding[] = [];
  const owner = knownValues(site.layout, site.host);
  const elsewhere = at === "shell" ? " on this machine" : "";
  if (user !== undefined && !site.user) {
    findings.push(finding("config-user-unknown", {
      message: `The user "${user}" does not exist${elsewhere}`,
      place: placeOf(placedKey(site, "user")),
      fix: {
        text: owner.user
          ? `Write the name of the user that the site runs as; "${owner.user}" owns ${layout.appRoot}`
          : "Write the name of the user that the site runs as",
      },
    }));
  }
  if (group !== undefined && !site.group) {
    findings.push(finding("config-group-unknown", {
      message: `The group "${group}" does not exist${elsewhere}`,
      place: placeOf(placedKey(site, "group")),
      fix: { text: "Write the name of a group that the site's user is in" },
    }));
  }
  const root = checkRoot(site);
  // Passenger runs the site as another user, and so does everybody who can.
  if (root.length > 0) return [...findings, ...root];
  if (at === "startup") return [...findings, ...checkProcess(site)];
  if (
    group !== undefined && site.user && site.group &&
    !host.groupsOf(site.user).includes(site.group.gid)
  ) {
    findings.push(finding("config-group-foreign", {
      message: `The user "${site.user.name}" is not in the group "${group}"`,
      place: placeOf(placedKey(site, "group")),
      fix: {
        text: "Write a group that the user is in, as `id -nG` lists them",
      },
    }));
  }
  return findings;
}

/** Passenger takes its default user for root, and its default group. */
function checkRoot(site: Site): Finding[] {
  const { config, layout, placeOf } = site;
  const isUser = site.user?.uid === 0;
  const isGroup = Boolean(config!.passenger.group) && site.group?.gid === 0;
  if (!isUser && !isGroup) return [];
  const { user: owner } = knownValues(site.layout, site.host);
  const key = isUser ? "user" : "group";
  const isWritten = config!.passenger[key] !== undefined;
  const what = isWritten
    ? `\`${key}\` in config.toml is "${config!.passenger[key]}"`
    : `\`user\` is not set, and ${layout.appRoot} belongs to root`;
  return [finding("config-user-root", {
    message: `${what}; Passenger does not run a site ${
      isUser ? "as root" : "in that group"
    }, and takes its default ${key} (mostly "${
      isUser ? "nobody" : "nogroup"
    }") in its place`,
    place: placeOf(isWritten ? placedKey(site, key) : "passenger"),
    fix: {
      text: !isUser
        ? "Write a group that the user is in, as `id -nG` lists them"
        : owner
        ? `Write user = "${owner}", who owns ${layout.appRoot}`
        : `Write the name of an ordinary user as \`user\`, and give the site to that user: \`${
          shellCommand("chown", "-R", "USER:", layout.siteDirectory)
        }\``,
    },
  })];
}

/** The key as it is written, which may be an older name. */
function placedKey(site: Site, key: string): string {
  const name = `passenger.${key}`;
  const older = `passenger.passenger_${key}`;
  return site.placeOf(name).line === site.placeOf("passenger").line
    ? older
    : name;
}

/** Passenger takes another user or group for one that it does not know. */
function checkProcess(site: Site): Finding[] {
  const { config, host, placeOf } = site;
  if (host.env.IN_PASSENGER === undefined) return [];
  const findings: Finding[] = [];
  const { uid, gid } = host.identity;
  const name = (found: { name: string } | undefined, id: number) =>
    found ? `"${found.name}"` : String(id);
  if (config!.passenger.user && site.user && site.user.uid !== uid) {
    findings.push(finding("user-differs", {
      message: `The site runs as user ${
        name(host.user(uid), uid)
      }, but config.toml names "${site.user.name}"`,
      place: placeOf(placedKey(site, "user")),
      fix: {
        text:
          `Ask the administrators to set PassengerUser ${site.user.name}, or correct config.toml`,
      },
    }));
  }
  if (
    config!.passenger.group && site.group && site.group.gid !== gid
  ) {
    findings.push(finding("group-differs", {
      message: `The site runs in group ${
        name(host.group(gid), gid)
      }, but config.toml names "${site.group.name}"`,
      place: placeOf(placedKey(site, "group")),
      fix: {
        text:
          `Ask the administrators to set PassengerGroup ${site.group.name}, or correct config.toml`,
      },
    }));
  }
  return findings;
}

/**
 * Root steps down before any command that names a site: it goes on
 * as the owner of the app root, in a process of that user's own. No other
 * code knows of root.
 *
 * Whose a site is must not be for others to say: root follows only links of
 * its own and of that owner. Where a third user could exchange the site on
 * the way to it, nothing of it is started. A site that is root's as a whole
 * stays root's.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import { type Host, refused, type User } from "../machine/host.ts";
import { formatMode } from "../machine/permission.ts";
import { isInOtherHands, type Step, wayTo } from "../machine/way.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { resolveAppRoot } from "./app_root.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { CommandError, TRUST, type Usage } from "./command.ts";
import { errnoInWords } from "./errno.ts";
import { findForeignPart } from "./own_site.ts";
import { RUNNER, type Runner } from "./run_again.ts";
import { ALONE } from "./sites.ts";
import { LOOK_ONLY } from "./stranger.ts";
import type { ExitCode, Io } from "./terminal.ts";

/** The commands that start what belongs to a site. */
const STARTING = ["adopt", "check", "status", "serve"];

/** A site, as root finds it. */
interface Found {
  appRoot: string;
  /** The way to it, or to what is there of the way to a new one. */
  way: Step[];
  isThere: boolean;
  owner: number;
}

/**
 * Lets root go on as the owner of the site that a command line names.
 *
 * @param argv What follows the command's name
 * @param runner Runs a command line as somebody else
 * @returns how that ended; undefined for whoever may go on here
 */
export async function stepDown(
  usage: Usage,
  argv: string[],
  io: Io,
  runner: Runner = RUNNER,
): Promise<ExitCode | undefined> {
  const at = usage.arguments.findIndex(({ name }) => name === "APPROOT");
  if (io.host.identity.uid !== 0 || at < 0) return undefined;
  const given = parseArguments(argv, usage);
  const isNew = usage.name === "install";
  const named = given.positionals[at];
  const appRoot = resolveAppRoot(named, io, {
    mayBeMissing: true,
    mayBeNative: true,
  });
  const site = isNew
    ? findNew(appRoot, given, io.host)
    : findSite(appRoot, io.host);
  if (site.owner === 0) {
    refuseShared(site, isNew, io.host);
    if (STARTING.includes(usage.name)) {
      io.narrate("note: the site is root's own, and runs as root here");
    }
    return undefined;
  }
  const user = userOf(site.owner, io.host);
  refuseForeignLinks(site, user, io.host);
  const env = isNew || given.has(TRUST.name)
    ? {}
    : heedExchange(site, user, io, usage.isReading && !given.has("fix"));
  if (isNew) await refuseClosed(site, user, io.host, runner);
  const words = [usage.name, ...argv, ...named === undefined ? [appRoot] : []];
  return await runner.run(user, words, io, { ...env, [ALONE]: "1" });
}

function findSite(appRoot: string, host: Host): Found {
  const way = stepsTo(appRoot, host);
  return { appRoot, way, isThere: true, owner: way.at(-1)!.status.uid };
}

/** The owner of a new site is who has its folder already, or who is named. */
function findNew(appRoot: string, given: Arguments, host: Host): Found {
  let path = appRoot;
  while (refused(host.lstat(path)) && path !== dirname(path)) {
    path = dirname(path);
  }
  const way = stepsTo(path, host);
  const isThere = path === appRoot;
  const { uid } = way.at(-1)!.status;
  if (isThere && uid !== 0) return { appRoot, way, isThere, owner: uid };
  const name = given.value("user");
  const account = name === undefined ? undefined : host.user(name);
  if (name !== undefined && !account) {
    throw new CommandError(`There is no user ${printable(name)} here`);
  }
  return { appRoot, way, isThere, owner: account?.uid ?? 0 };
}

function stepsTo(path: string, host: Host): Step[] {
  const { steps, errno } = wayTo(path, host);
  if (errno === undefined) return steps;
  const reason = errno === "ENOENT"
    ? "there is no such folder"
    : errnoInWords(errno);
  throw new CommandError(`Cannot look into ${printable(path)}: ${reason}`);
}

/** The owner of files need have no account on this machine. */
function userOf(uid: number, host: Host): User {
  return host.user(uid) ??
    { name: `#${uid}`, uid, gid: NO_GROUP, home: "/", shell: "/bin/sh" };
}

/** The group that nothing belongs to. */
const NO_GROUP = 65_534;

/** Root stays root only where nobody else has a hand in it. */
function refuseShared(
  { appRoot, way, isThere }: Found,
  isNew: boolean,
  host: Host,
): void {
  const led = way.find((step) => isInOtherHands(step.status, 0, host));
  const foreign = led ??
    (isThere && !isNew ? findForeignPart(appRoot, host) : undefined);
  if (!foreign) return;
  const owner = host.user(foreign.status.uid)?.name;
  const isOwned = isNew && owner !== undefined && owner !== "root";
  throw new CommandError(
    `${printable(appRoot)} ${
      isNew ? "would belong" : "belongs"
    } to root, but others could change what root runs there: ${
      describe(foreign, host)
    }`,
    isOwned
      ? `Name the user of the site: --user ${printable(owner)}`
      : "Run it as the user of the site, or give all of it to one user.",
  );
}

/** Nobody leads root to another user's site. */
function refuseForeignLinks({ way }: Found, user: User, host: Host): void {
  const link = way.find(({ status }) =>
    status.kind === "link" && status.uid !== 0 && status.uid !== user.uid
  );
  if (!link) return;
  throw new CommandError(
    `${describe(link, host)}, and leads to a folder of ${
      printable(user.name)
    }; root does not follow it`,
    "Name the folder itself.",
  );
}

/**
 * Where a third user could put another site in the place of this one, it is
 * only looked at.
 *
 * @returns variables for the command
 */
function heedExchange(
  { way }: Found,
  user: User,
  io: Io,
  isReading = false,
): Record<string, string> {
  const open = way.slice(0, -1).find(({ status }) =>
    isInOtherHands(status, user.uid, io.host)
  );
  if (!open) return {};
  const others = `${describe(open, io.host)}, so that others than ${
    printable(user.name)
  } could exchange the site`;
  if (!isReading) {
    throw new CommandError(
      `${others} while it is changed`,
      `If they may be trusted, add --${TRUST.name}.`,
    );
  }
  io.narrate(
    `note: ${others}: nothing of it is started without --${TRUST.name}`,
  );
  return { [LOOK_ONLY]: "1" };
}

/** A new site needs a folder that its owner may write to. */
async function refuseClosed(
  { appRoot, way, isThere }: Found,
  user: User,
  host: Host,
  runner: Runner,
): Promise<void> {
  const { path } = way.at(-1)!;
  if (await runner.mayWrite(user, path)) return;
  const [first] = isThere ? [""] : relative(path, appRoot).split("/");
  // A line for root must not lead through folders of others.
  const isSafe = way.every(({ status }) => !isInOtherHands(status, 0, host));
  const group = host.group(user.gid)?.name ?? String(user.gid);
  throw new CommandError(
    `${printable(path)} is closed to ${
      printable(user.name)
    }, who would own the site`,
    ...isSafe
      ? [
        "Make a folder for it first:",
        `  ${
          shellCommand(
            ...["install", "-d", "-o", user.name, "-g", group],
            join(path, first!),
          )
        }`,
      ]
      : [],
  );
}

function describe({ path, status }: Step, host: Host): string {
  const owner = host.user(status.uid)?.name ?? String(status.uid);
  const group = host.group(status.gid)?.name ?? String(status.gid);
  return printable(
    status.kind === "link"
      ? `${path} is a link of ${owner}`
      : `${path} has mode ${formatMode(status.mode)}, owner ${owner}:${group}`,
  );
}

/**
 * `wsgi-shim maint`: closes a site for maintenance, and opens it again, with
 * the restart that this needs.
 *
 * @module
 */

import { toJson } from "../text/json.ts";
import { refused } from "../machine/host.ts";
import { type Layout, layoutOf } from "../site/layout.ts";
import { MESSAGE_BYTES_LIMIT } from "../site/maintenance.ts";
import { type MaintenancePlan, makePlan } from "../judge/plan.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { readSite } from "../site/site.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { wrapText } from "../text/wrap.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { oneOf, parseArguments } from "./arguments.ts";
import { command, CommandError, TRUST, UsageError } from "./command.ts";
import type { Usage } from "./command.ts";
import { agoInWords, timeInWords } from "../text/moment.ts";
import { warnOfMode, WHEN_NOTICED } from "./restart.ts";
import {
  change,
  makeFolder,
  refuseForeign,
  replaceFile,
  touchRestart,
} from "./site_files.ts";

const ACTIONS = ["on", "off", "status"] as const;

/** What `maint` was asked for. */
export interface MaintOptions {
  action: typeof ACTIONS[number];
  appRoot?: string;
  /** Plain text for visitors. */
  message?: string;
  /** The status, for a program. */
  json: boolean;
}

export const maintUsage: Usage = {
  name: "maint",
  summary: "Close the site for maintenance, or open it again",
  arguments: [{ name: "ACTION", kind: ACTIONS }, APP_ROOT],
  options: [
    {
      name: "message",
      value: "TEXT",
      meaning: "what visitors read, as plain text",
    },
    { name: "json", meaning: "with status: the same as JSON" },
    TRUST,
  ],
  description: [
    "While tmp/maint.txt is there, visitors get a maintenance page with " +
    "status 503. Its text, if any, is shown on the page; a file maint.html " +
    "in the app root takes the place of the whole page.",
  ],
  examples: [
    ["wsgi-shim maint on --message 'Back at noon.'", "close the site"],
    ["wsgi-shim maint off", "open it again"],
    ["wsgi-shim maint status", "is it closed, and since when?"],
  ],
};

/** Parses the arguments of `maint`. */
export function parseMaint(argv: string[]): MaintOptions {
  const given = parseArguments(argv, maintUsage);
  const action = oneOf(given.positionals[0]!, ACTIONS, "What follows maint");
  const message = given.value("message");
  if (message !== undefined && action !== "on") {
    throw new UsageError(`maint ${action} takes no --message`);
  }
  const size = new TextEncoder().encode(message ?? "").length;
  if (size > MESSAGE_BYTES_LIMIT) {
    throw new UsageError(
      `--message has ${size} bytes; at most ${MESSAGE_BYTES_LIMIT} are shown`,
    );
  }
  const json = given.has("json");
  if (json && action !== "status") {
    throw new UsageError(`maint ${action} takes no --json`);
  }
  return { action, appRoot: given.positionals[1], message, json };
}

/** Closes or opens a site. */
export async function runMaint(
  options: MaintOptions,
  io: Io,
): Promise<ExitCode> {
  const layout = layoutOf(resolveAppRoot(options.appRoot, io));
  const before = maintenanceOf(layout.appRoot, io);
  switch (options.action) {
    case "status":
      io.out(
        options.json
          ? renderMaintJson(before, layout)
          : tell(before, layout, io),
      );
      if (!before) noteLink(layout, io);
      return 0;
    case "on":
      await close(layout, io, { before, message: options.message });
      break;
    case "off":
      if (!before) {
        io.out("Maintenance is off already.");
        noteLink(layout, io);
        return 0;
      }
      refuseForeign([layout.tmp], io);
      refuseFilled(layout, io);
      await change(layout.maintenance, () => Deno.remove(layout.maintenance));
      await touchRestart(layout, io);
      io.out(io.paint.good("Maintenance is off."));
      // The page looks by itself; Passenger need not notice anything.
      io.narrate("Visitors get the site again within seconds.");
      break;
    default: {
      const unknown: never = options.action;
      throw new TypeError(`Unknown action: ${unknown}`);
    }
  }
  return 0;
}

async function close(
  layout: Layout,
  io: Io,
  { before, message }: { before?: MaintenancePlan; message?: string },
): Promise<void> {
  if (before && (message === undefined || message === before.message)) {
    io.out(`Maintenance is on already, ${sinceInWords(before, io)}.`);
    return;
  }
  refuseForeign([layout.tmp], io);
  const link = io.host.readLink(layout.maintenance);
  if (!before && typeof link === "string") {
    throw new CommandError(
      `${printable(layout.maintenance)} is a link that leads nowhere`,
      `Remove it first: ${shellCommand("rm", layout.maintenance)}`,
    );
  }
  await makeFolder(layout.tmp, io);
  const text = message === undefined || message === "" ? "" : `${message}\n`;
  await replaceFile(layout.maintenance, text, 0o644);
  await touchRestart(layout, io);
  io.out(
    before
      ? `${io.paint.warning("Maintenance stays on")}, with the new message.`
      : `${io.paint.warning("Maintenance is on.")}`,
  );
  if (text !== "" && !refused(io.host.stat(layout.maintenancePage))) {
    io.narrate(
      "warning: maint.html takes the place of the page, so visitors do not " +
        "see the message",
    );
  }
  warnOfMode(layout.maintenance, io);
  io.narrate(WHEN_NOTICED);
  io.err(
    `Open it again: ${
      shellCommand("wsgi-shim", "maint", "off", layout.appRoot)
    }`,
  );
}

/** A link to nowhere closes nothing, but stands where the file would be. */
function noteLink({ maintenance }: Layout, io: Io): void {
  if (typeof io.host.readLink(maintenance) !== "string") return;
  io.narrate(
    `note: ${printable(maintenance)} is a link that leads nowhere, so it ` +
      `does not close the site; remove it with \`${
        shellCommand("rm", maintenance)
      }\``,
  );
}

/** A folder in the place of the file closes the site as well. */
function refuseFilled({ maintenance }: Layout, io: Io): void {
  const names = io.host.list(maintenance);
  if (refused(names) || names.length === 0) return;
  throw new CommandError(
    `${printable(maintenance)} is a folder that is not empty`,
    `Move it away: ${shellCommand("mv", maintenance, `${maintenance}.old`)}`,
  );
}

/** How a site is closed; undefined while it is open. */
function maintenanceOf(appRoot: string, io: Io): MaintenancePlan | undefined {
  const { maintenance } = layoutOf(appRoot);
  const status = io.host.stat(maintenance);
  if (refused(status) && status.errno === "EACCES") {
    throw new CommandError(
      `Cannot look at ${printable(maintenance)}: permission denied`,
    );
  }
  const plan = makePlan(readSite(appRoot, io.host), []);
  return plan.kind === "maintenance" ? plan : undefined;
}

function renderMaintJson(
  plan: MaintenancePlan | undefined,
  { appRoot }: Layout,
): string {
  const maintenance = plan && {
    since: new Date(plan.since).toISOString(),
    message: plan.message ?? null,
    ownPage: plan.html !== undefined,
  };
  return toJson(
    { version: 1, appRoot, maintenance: maintenance ?? null },
    2,
  );
}

function tell(
  plan: MaintenancePlan | undefined,
  layout: Layout,
  io: Io,
): string {
  if (!plan) return "Maintenance is off.";
  const page = plan.html !== undefined
    ? `\nVisitors see maint.html.`
    : plan.message
    ? `\nVisitors read:\n${
      plan.message.split("\n").map((line) =>
        wrapText(printable(line), {
          columns: io.columns,
          first: "  ",
          rest: "  ",
        })
      ).join("\n")
    }`
    : "";
  const since = `Maintenance is on, ${sinceInWords(plan, io)}, by ${
    printable(layout.maintenance)
  }.`;
  return wrapText(since, { columns: io.columns }) + page;
}

function sinceInWords(plan: MaintenancePlan, io: Io): string {
  return `since ${timeInWords(plan.since)} (${
    agoInWords(plan.since, io.host.now())
  })`;
}

export const maintCommand = command(maintUsage, parseMaint, runMaint);

/**
 * `wsgi-shim serve`: runs a site without Passenger, on a local port.
 *
 * @module
 */

import process from "node:process";
import { type Host, refused } from "../machine/host.ts";
import { outcomeInWords, renderReport } from "../reports/report.ts";
import { printable, shellCommand } from "../text/shell.ts";
import {
  serveSite,
  type SiteServer,
  type Start,
} from "../preview/site_server.ts";
import { wrapText } from "../text/wrap.ts";
import type { ExitCode, Io } from "./terminal.ts";
import { APP_ROOT, resolveAppRoot } from "./app_root.ts";
import { integerOf, parseArguments } from "./arguments.ts";
import { command, CommandError, TRUST, type Usage } from "./command.ts";
import { tellIfSlow } from "../text/moment.ts";
import { sourceReader } from "./source_reader.ts";
import { heedOwner } from "./stranger.ts";

/** What `serve` was asked for. */
export interface ServeOptions {
  appRoot?: string;
  port: number;
  host: string;
  reload: boolean;
  /** Start what belongs to the site of a stranger. */
  trust: boolean;
}

export const serveUsage: Usage = {
  name: "serve",
  summary: "Run the site without Passenger, on a local port",
  arguments: [APP_ROOT],
  options: [
    {
      name: "port",
      value: "PORT",
      meaning: "port to listen on, 0 for any free one (default: 8000)",
    },
    {
      name: "host",
      value: "ADDRESS",
      meaning: "address to listen on (default: 127.0.0.1)",
    },
    {
      name: "reload",
      meaning: "start the application anew when one of its files changes",
    },
    TRUST,
  ],
  description: [
    "Shows what Passenger would show: the application, the maintenance page, " +
    "or the error page. The application starts with the first request.",
  ],
  examples: [
    ["wsgi-shim serve", "serve the app root that you are in"],
    ["wsgi-shim serve --port 8080 --reload www", "while you write code"],
  ],
};

/** Parses the arguments of `serve`. */
export function parseServe(argv: string[]): ServeOptions {
  const given = parseArguments(argv, serveUsage);
  return {
    appRoot: given.positionals[0],
    port: integerOf(given.value("port") ?? "8000", "--port", {
      least: 0,
      most: 65_535,
    }),
    host: given.value("host") ?? "127.0.0.1",
    reload: given.has("reload"),
    trust: given.has(TRUST.name),
  };
}

/** What differs where something other than the command line serves. */
export interface ServeCaller {
  /** The command that was typed, to be printed with other options. */
  commandWith(options: string[]): string;
  /** Called when visitors can come, with the URL. */
  onListening(address: string): void;
}

/** Serves until it is interrupted, or until nobody reads what it prints. */
export async function runServe(
  options: ServeOptions,
  terminal: Io,
  caller?: ServeCaller,
): Promise<ExitCode> {
  const appRoot = resolveAppRoot(options.appRoot, terminal);
  if (heedOwner(appRoot, terminal, options).host.startsNothing) {
    throw new CommandError("To serve a site is to start it; nothing was done");
  }
  const { io, left, stopListening } = heedBrokenPipes(terminal);
  let stopWatching: (() => void) | undefined;
  let site: SiteServer | undefined;
  const listen = () =>
    serveSite({
      appRoot,
      host: io.host,
      door: "serve",
      echo: true,
      where: { hostname: options.host, port: options.port },
      onStart(start) {
        tellStart(start, io);
        if (!options.reload) return;
        stopWatching?.();
        stopWatching = watch(watchedFolders(start, appRoot, io.host), () => {
          io.err("A file has changed: starting anew.");
          site?.restart();
        });
      },
      onFault(error) {
        io.narrate(
          `A request was not answered to its end: ${printable(String(error))}`,
        );
      },
    });
  try {
    await io.interruptible((signal) => {
      const { port } = site = explainRefusal(
        listen,
        options,
        caller?.commandWith ??
          ((other) => shellCommand("wsgi-shim", "serve", ...other, appRoot)),
      );
      const name = options.host.includes(":")
        ? `[${options.host}]`
        : options.host;
      const address = `http://${name}:${port}/`;
      io.out(
        wrapText(`Serving ${printable(appRoot)} on ${address}`, {
          columns: io.columns,
        }),
      );
      io.err("Press Ctrl-C to end.");
      caller?.onListening(address);
      return new Promise<void>((end) => {
        for (const each of [signal, left]) {
          if (each.aborted) end();
          else each.addEventListener("abort", () => end());
        }
      });
    });
    return 0;
  } finally {
    stopWatching?.();
    await tellIfSlow(Promise.resolve(site?.stop()), () => {
      io.narrate("Waiting for what still runs; Ctrl-C again ends it at once.");
    }, STOP_MS);
    stopListening();
  }
}

/**
 * `serve | head`: when the reader has left, that is the end, and no fault of
 * a start or of a request that happens to print.
 */
function heedBrokenPipes(io: Io) {
  const left = new AbortController();
  const heed = (write: (line: string) => void) => (line: string) => {
    try {
      write(line);
    } catch (error) {
      if (!isBrokenPipe(error)) throw error;
      left.abort();
    }
  };
  /** What the application prints is passed on where nobody waits for it. */
  const listener = (event: PromiseRejectionEvent) => {
    if (!isBrokenPipe(event.reason)) return;
    event.preventDefault();
    left.abort();
  };
  // So Node tells of it, and Deno from 2.9 on.
  const onError = (error: Error) => {
    if (!isBrokenPipe(error)) throw error;
    left.abort();
  };
  globalThis.addEventListener("unhandledrejection", listener);
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on("error", onError);
  return {
    io: {
      ...io,
      out: heed(io.out),
      err: heed(io.err),
      narrate: heed(io.narrate),
    },
    left: left.signal,
    stopListening() {
      globalThis.removeEventListener("unhandledrejection", listener);
      for (const stream of streams) stream.off("error", onError);
    },
  };
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    error instanceof Error && "code" in error && error.code === "EPIPE";
}

/** Says why nobody can listen there, and where one can. */
function explainRefusal(
  listen: () => SiteServer,
  { port, host }: ServeOptions,
  commandWith: (options: string[]) => string,
): SiteServer {
  try {
    return listen();
  } catch (caught) {
    const { code = "", message } = caught as Error & { code?: string };
    const reason = /lookup/.test(message)
      ? "there is no such name"
      : REASONS[code] ?? message;
    const isPort = ["EADDRINUSE", "EACCES"].includes(code);
    const other = isPort ? ["--port", "0"] : ["--host", "127.0.0.1"];
    throw new CommandError(
      `Cannot listen on ${host}, port ${port}: ${reason}`,
      `${isPort ? "Take any free one" : "Take this machine alone"}: ${
        commandWith(other)
      }`,
    );
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: "another program uses the port",
  EACCES: "ports below 1024 are for root",
  EADDRNOTAVAIL: "this machine does not have that address",
};

function tellStart(start: Start, io: Io): void {
  if (start.kind === "running") {
    const { python, pid } = start.host;
    io.narrate(
      `Started ${
        outcomeInWords(start.plan)
      }: Python ${python}, process ${pid}.`,
    );
    return;
  }
  const { judgement: { site, plan, findings }, failed } = start.reason;
  if (plan.kind === "maintenance") {
    io.narrate(
      `Maintenance: visitors get ${outcomeInWords(plan)} until ${
        printable(site.layout.maintenance)
      } is removed.`,
    );
    return;
  }
  const all = [...(failed?.findings ?? []), ...findings];
  io.err(renderReport({
    appRoot: site.layout.appRoot,
    findings: all,
    outcome: { kind: "error", findings: all },
    configText: site.configText,
    readSource: sourceReader(site),
    looks: [],
    isGood: false,
  }, { paint: io.errPaint, columns: io.columns, isQuiet: true }));
  io.narrate("Visitors get the error page. Mend it, and reload the page.");
}

/** The folder of the settings, and those that the application lives in. */
function watchedFolders(start: Start, appRoot: string, host: Host): string[] {
  const plan = start.kind === "running"
    ? start.plan
    : start.reason.judgement.plan;
  const own = plan.kind === "run" ? plan.application : undefined;
  const folders = [appRoot, own?.directory, ...(own?.path ?? [])];
  return [...new Set(folders)].filter((folder) =>
    folder !== undefined && !refused(host.stat(folder))
  ) as string[];
}

/** An end that takes longer wants to be explained. */
const STOP_MS = 1_000;
const SETTLE_MS = 200;
const WATCHED_REGEXP = /\.(py|toml|html|txt|json|yaml|yml|env|cfg|ini)$/;
const IGNORED_REGEXP =
  /\/(__pycache__|site-packages|node_modules|\.git|log)\/|\/restart\.txt$/;

/** Calls back once after each burst of changes; returns what ends it. */
function watch(folders: string[], changed: () => void): () => void {
  const watcher = Deno.watchFs(folders);
  let pending: ReturnType<typeof setTimeout> | undefined;
  (async () => {
    for await (const event of watcher) {
      const isOurs = event.kind !== "access" &&
        event.paths.some((path) =>
          WATCHED_REGEXP.test(path) && !IGNORED_REGEXP.test(path)
        );
      if (!isOurs) continue;
      clearTimeout(pending);
      pending = setTimeout(changed, SETTLE_MS);
    }
  })();
  return () => {
    clearTimeout(pending);
    watcher.close();
  };
}

export const serveCommand = command(serveUsage, parseServe, runServe);

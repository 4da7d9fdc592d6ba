/**
 * A site on a port of its own: pages, host, and a proxy between visitors and
 * host. For `serve`.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import * as fs from "node:fs";
import { createServer, type Server } from "node:http";
import * as os from "node:os";
import { join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import type { HttpRequest, HttpResponse } from "../start/http_message.ts";
import { explainException } from "../start/explaining.ts";
import { type HostProcess, startHost } from "../start/host_process.ts";
import type { Door } from "../start/incident.ts";
import { layoutOf } from "../site/layout.ts";
import { sendPage } from "../start/page_server.ts";
import { createProxy, type Proxy } from "./proxy.ts";
import {
  judgeFailure,
  judgeStart,
  logReason,
  logStopped,
  type Run,
  type Stopped,
} from "../start/starting.ts";
import { createStandIn, type StandIn } from "../start/stand_in.ts";

/** A site whose application runs. */
export interface Running extends Pick<Run, "plan" | "site"> {
  kind: "running";
  host: HostProcess;
}

/** What came of a start. */
export type Start = Running | Stopped;

/** How a site is served. */
export interface SiteServerOptions {
  /** Absolute path of the app root. */
  appRoot: string;
  host: Host;
  door: Door;
  /** The application's output also goes to this process's own. */
  echo: boolean;
  /** Called with every start, for whoever watches. */
  onStart?: (start: Start) => void;
}

/** A site that answers the requests it is given. */
export interface SiteHandler {
  answer(request: HttpRequest, response: HttpResponse): Promise<void>;
  /** Starts the application anew, for the next request. */
  restart(): Promise<void>;
  /** Ends the worker. */
  stop(): Promise<void>;
}

/** A site that is served. */
export interface SiteServer {
  /** Not listening yet. */
  http: Server;
  /** Starts the application anew, for the next request. */
  restart(): Promise<void>;
  /** Ends the worker and stops listening. */
  stop(): Promise<void>;
}

/** One start, and what came of it. */
interface Attempt {
  state: Promise<State>;
}

type State =
  | { kind: "running"; proxy: Proxy; end: () => Promise<void> }
  | { kind: "standing in"; standIn: StandIn };

/** As Passenger has it; Node's own limit is a fifth of that. */
const HEADERS_LIMIT = 80 * 1_024;
/** Bytes of a folder's path that leave room for the folder of our sockets. */
const SOCKET_PARENT_LIMIT = 70;
/** How often a request is tried on a worker that has just gone. */
const TRIES = 3;

/** Creates the server of a site; the caller listens. */
export function createSiteServer(options: SiteServerOptions): SiteServer {
  const { answer, restart, stop } = createSiteHandler(options);
  const http = createServer({ maxHeaderSize: HEADERS_LIMIT }, answer);
  // A request may take as long as the application wants.
  http.requestTimeout = 0;
  return {
    http,
    restart,
    stop() {
      http.close();
      http.closeAllConnections();
      return stop();
    },
  };
}

/**
 * The path of a socket has 107 bytes at most (`unix(7)`), and `TMPDIR` may be
 * longer, or not there.
 */
function makeSocketFolder(): string {
  const preferred = os.tmpdir();
  if (Buffer.byteLength(preferred) <= SOCKET_PARENT_LIMIT) {
    try {
      return fs.mkdtempSync(join(preferred, "wsgi-shim-"));
    } catch {
      // As good as a path that is too long.
    }
  }
  return fs.mkdtempSync("/tmp/wsgi-shim-");
}

/** Creates what answers for a site; the caller has an HTTP server. */
export function createSiteHandler(options: SiteServerOptions): SiteHandler {
  const { appRoot, host } = options;
  const layout = layoutOf(appRoot);
  const folder = makeSocketFolder();
  let starts = 0;
  let current: Attempt | undefined;
  let restartStamp = stampOf(layout.restart, host);

  /** The state of the site; starts it when nothing runs. */
  function state(): Promise<State> {
    current ??= attempt();
    return current.state;
  }

  function attempt(): Attempt {
    const own = {
      state: begin(() => current === own && (current = undefined)),
    };
    return own;
  }

  async function begin(forget: () => void): Promise<State> {
    const socket = join(folder, `host.${++starts}`);
    const start = await startSite({ ...options, socket });
    options.onStart?.(start);
    if (start.kind === "stopped") {
      logStopped(start);
      const standIn = createStandIn(start.reason, {
        door: options.door,
        retryMs: start.retryMs,
        onChange: (changed) => logReason(start.log, changed),
      });
      return { kind: "standing in", standIn };
    }
    const { ended, stop, concurrency } = start.host;
    ended.then(forget);
    const proxy = createProxy({ socket, concurrency });
    return { kind: "running", proxy, end: stop };
  }

  async function restart() {
    const before = current;
    current = undefined;
    const ended = await before?.state;
    if (ended?.kind === "running") await ended.end();
  }

  async function answer(request: HttpRequest, response: HttpResponse) {
    const stamp = stampOf(layout.restart, host);
    if (stamp !== restartStamp) {
      restartStamp = stamp;
      await restart();
    }
    for (let tries = 0; tries < TRIES; tries++) {
      const now = await state();
      if (now.kind === "running") {
        if (await now.proxy(request, response)) return;
        // The host ended a moment ago: that is about to be noticed.
        await new Promise((go) => setTimeout(go, 50));
        continue;
      }
      if (now.standIn.isMended()) {
        current = undefined;
        continue;
      }
      request.resume();
      const page = now.standIn.page(request.headers.accept);
      return sendPage(request, response, page);
    }
    response.writeHead(502, "Bad Gateway", [
      "Content-Type",
      "text/plain; charset=utf-8",
    ]);
    response.end("The application does not stay alive.\n");
  }

  async function stop() {
    await restart();
    fs.rmSync(folder, { recursive: true, force: true });
  }

  return { answer, restart, stop };
}

function stampOf(path: string, host: Host): number | undefined {
  const status = host.stat(path);
  return refused(status) ? undefined : status.modified;
}

async function startSite(
  options: SiteServerOptions & { socket: string },
): Promise<Start> {
  const { door, echo, socket } = options;
  const start = await judgeStart(options);
  if (start.kind === "stopped") return start;
  const { site, plan } = start;
  const started = await startHost(site, plan, {
    door,
    echo,
    socket,
    explain: (question) => explainException(question, site, door),
  });
  return "failure" in started
    ? judgeFailure(started.failure, options)
    : { kind: "running", host: started.host, site, plan };
}

/**
 * A site on a port of its own: pages, host, and a proxy between visitors and
 * host. For `serve`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import * as fs from "node:fs";
import * as os from "node:os";
import { join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import { explainException } from "../start/explaining.ts";
import { type HostProcess, startHost } from "../start/host_process.ts";
import { askInterpreter } from "../start/probe.ts";
import type { Door } from "../start/incident.ts";
import { layoutOf } from "../site/layout.ts";
import { type HttpServer, serveHttp, type Visit } from "./http_server.ts";
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
  /** Where visitors come; port 0 is any free one. */
  where: { hostname: string; port: number };
  /** Called with every start, for whoever watches. */
  onStart?: (start: Start) => void;
  /** Called with what went wrong with a visit, other than by its visitor. */
  onFault?: (error: unknown) => void;
}

/** A site that is served. */
export interface SiteServer {
  port: number;
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

/** Bytes of a folder's path that leave room for the folder of our sockets. */
const SOCKET_PARENT_LIMIT = 70;
/** How often a request is tried on a worker that has just gone. */
const TRIES = 3;

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

/**
 * Serves a site.
 *
 * @throws {Error} when it cannot listen there
 */
export function serveSite(options: SiteServerOptions): SiteServer {
  const { appRoot, host, onFault = () => {} } = options;
  const layout = layoutOf(appRoot);
  const folder = makeSocketFolder();
  let starts = 0;
  let current: Attempt | undefined;
  let restartStamp = stampOf(layout.restart, host);
  let server: HttpServer;
  try {
    server = serveHttp(options.where, { folder, answer, onFault });
  } catch (error) {
    fs.rmSync(folder, { recursive: true, force: true });
    throw error;
  }

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

  async function answer(visit: Visit) {
    const stamp = stampOf(layout.restart, host);
    if (stamp !== restartStamp) {
      restartStamp = stamp;
      await restart();
    }
    for (let tries = 0; tries < TRIES; tries++) {
      const now = await state();
      if (now.kind === "running") {
        if (await now.proxy(visit)) return;
        // The host ended a moment ago: that is about to be noticed.
        await new Promise((go) => setTimeout(go, 50));
        continue;
      }
      if (now.standIn.isMended()) {
        current = undefined;
        continue;
      }
      return visit.sendPage(now.standIn.page(visit.request.headers.accept));
    }
    await visit.sendText(502, "The application does not stay alive.\n");
  }

  async function stop() {
    await server.stop();
    await restart();
    fs.rmSync(folder, { recursive: true, force: true });
  }

  return { port: server.port, restart, stop };
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
    ? judgeFailure(await askInterpreter(started.failure, site), options)
    : { kind: "running", host: started.host, site, plan };
}

/**
 * How a starting process tells Passenger where requests go: through the spawn
 * work directory.
 *
 * Facts from Passenger's SpawningKit document ("The work directory")
 * and its `Handshake/Perform.h`. Runs on Node and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import { randomHex } from "./random.ts";

/** What Passenger told a starting process. */
export interface Spawn {
  /** The spawn work directory; gone when the spawn has ended. */
  directory: string;
  /** Where sockets must lie. */
  socketDirectory: string;
  /** Longest path of a Unix socket, in bytes. */
  socketPathLimit: number;
  /** What every request of Passenger's carries. */
  password?: string;
}

/** A socket that is ready for requests. */
export interface Listener {
  /** Absolute path of the Unix socket. */
  path: string;
  protocol: "session" | "http";
  /** Requests at once; Passenger demands an integer. */
  concurrency: number;
}

/**
 * Reads what Passenger told this process.
 *
 * @returns undefined without a spawn work directory (Passenger before 5.3.0,
 *   or another host) or where it names no folder for sockets
 */
export function readSpawn(
  env: Readonly<Record<string, string | undefined>>,
): Spawn | undefined {
  const directory = env.PASSENGER_SPAWN_WORK_DIR;
  if (!directory) return undefined;
  let args: Record<string, unknown>;
  try {
    args = JSON.parse(fs.readFileSync(join(directory, "args.json"), "utf8"));
  } catch {
    return undefined;
  }
  const text = (name: string) => {
    const value = args[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const socketDirectory = text("socket_dir");
  if (!socketDirectory) return undefined;
  return {
    directory,
    socketDirectory,
    socketPathLimit: Number(args.UNIX_PATH_MAX) || 107,
    password: text("connect_password"),
  };
}

/**
 * A new path for a socket where Passenger wants it: not to be guessed, because
 * other users may make files in that folder, and short enough.
 */
export function newSocketPath(spawn: Spawn): string {
  const room = spawn.socketPathLimit -
    Buffer.byteLength(join(spawn.socketDirectory, "shim."));
  const name = randomHex(16).slice(0, Math.max(8, room));
  return join(spawn.socketDirectory, `shim.${name}`);
}

/** Tells Passenger that the process is ready, and where requests go. */
export function announce(spawn: Spawn, listener: Listener): void {
  const properties = {
    sockets: [{
      address: `unix:${listener.path}`,
      protocol: listener.protocol,
      concurrency: listener.concurrency,
      accept_http_requests: true,
    }],
  };
  const response = join(spawn.directory, "response");
  fs.writeFileSync(
    join(response, "properties.json"),
    JSON.stringify(properties),
  );
  // A FIFO, which Passenger is reading. Not to wait for a reader that is gone,
  // and without the threads that an asynchronous write would start for good.
  const { O_NONBLOCK, O_WRONLY } = fs.constants;
  const finish = fs.openSync(join(response, "finish"), O_WRONLY | O_NONBLOCK);
  fs.writeSync(finish, "1");
  fs.closeSync(finish);
}

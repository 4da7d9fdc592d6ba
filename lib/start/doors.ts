/**
 * What happens behind Passenger's doors: the site is judged, and this process
 * gives way to the host, or serves a page.
 *
 * `app.js` calls `openNodeDoor`; `shim/python`, `passenger_wsgi.py` and the
 * host run this code as a program, by the words of `runDoor`. Runs on Node
 * and Deno.
 *
 * @module
 */

import * as fs from "node:fs";
import process from "node:process";
import { type Host, refused } from "../machine/host.ts";
import type { Failure } from "../python/failure.ts";
import { readSite } from "../site/site.ts";
import { explainException, type Question } from "./explaining.ts";
import { answerGuest } from "./guest.ts";
import { findDoubt } from "./doubt.ts";
import { readSpawn, type Spawn } from "./handoff.ts";
import { startHost } from "./host_process.ts";
import type { Door } from "./incident.ts";
import { earlyVariables, makeOrders, writeOrders } from "./orders.ts";
import { type Self, servePage } from "./page_process.ts";
import type { Listen } from "./page_server.ts";
import { judgeAgain, judgeFailure, judgeStart, type Run } from "./starting.ts";

/** What Passenger's Node loader leaves in the global scope. */
export interface PassengerLoader {
  /** Unless somebody listens, the loader ends the process at once. */
  on(event: "exit", listener: () => void): void;
}

/** A process that can become another program (Node 22.15, 23.11 and later). */
type Execve = (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) => never;

/**
 * Starts a site in the process of Passenger's Node loader.
 *
 * @param appRoot Absolute path of the app root
 */
export async function openNodeDoor(
  appRoot: string,
  host: Host,
  spawn: Spawn,
  loader: PassengerLoader,
  self: Self & { execve?: Execve } = process,
): Promise<void> {
  const door = "node";
  let end: () => void = () => self.exit(0);
  loader.on("exit", () => end());
  const start = await judgeStart({ appRoot, host, door });
  if (start.kind === "stopped") {
    return await servePage(start, { door, spawn, isInLoader: true, self });
  }
  const { runtime } = start.site.layout;
  if (self.execve && !refused(host.stat(runtime))) {
    const judge = [process.execPath, runtime, "door"];
    const { file, words, env } = becomeHost(start, door, spawn, judge);
    return self.execve(file, words, { ...process.env, ...env });
  }
  const { site, plan } = start;
  const started = await startHost(site, plan, {
    door,
    spawn: spawn.directory,
    echo: true,
    explain: (question) => explainException(question, site, door),
  });
  if ("failure" in started) {
    const stopped = judgeFailure(started.failure, { appRoot, host, door });
    return await servePage(stopped, { door, spawn, isInLoader: true, self });
  }
  end = () => void started.host.stop();
  started.host.ended.then(() => self.exit(0));
}

/** What this process must be replaced by to become the host. */
function becomeHost(
  { site, plan }: Run,
  door: Door,
  spawn: Spawn,
  judge: readonly string[],
): { file: string; words: string[]; env: Record<string, string> } {
  const orders = makeOrders(site, plan, {
    door,
    spawn: spawn.directory,
    judge,
  });
  const file = plan.interpreter;
  const words = [
    file,
    site.layout.hostMain,
    writeOrders(orders, spawn.directory),
  ];
  return { file, words, env: earlyVariables(orders) };
}

/** What the words of a door say. */
export interface DoorCall {
  /**
   * `judge`: what the shell that asks is to become, in its own language;
   * `page`: serve a page in this process; `explain`: the page for an
   * exception; `guest`: what another server than Passenger is to show.
   */
  word: "judge" | "page" | "explain" | "guest";
  /** Absolute path of the app root. */
  appRoot: string;
  door: Door;
  /** The process that the log tells of. */
  pid?: number;
  /** The Python that the server itself runs; empty where it may not go on. */
  server?: string;
  /** A file with a failure, which is read once. */
  failure?: string;
  /** The command line of this judge, without the word. */
  judge: readonly string[];
}

/** Reads the words `WORD APPROOT [--door DOOR] [--pid PID] [--server PYTHON] [--failure FILE]`. */
export function parseDoor(
  argv: readonly string[],
  judge: readonly string[],
): DoorCall | undefined {
  const [word, appRoot, ...options] = argv;
  const option = (name: string) => {
    const at = options.indexOf(`--${name}`);
    return at < 0 ? undefined : options[at + 1];
  };
  const words = ["judge", "page", "explain", "guest"] as const;
  const known = words.find((one) => one === word);
  if (!known || appRoot === undefined) return undefined;
  const door = (["node", "python", "wsgi"] as const)
    .find((one) => one === option("door")) ?? "python";
  const pid = option("pid");
  return {
    word: known,
    appRoot,
    door,
    pid: pid === undefined ? undefined : Number(pid),
    server: option("server"),
    failure: option("failure"),
    judge,
  };
}

/**
 * Answers one of our own files on a site.
 *
 * @returns The answer; undefined when a page is being served
 * @throws {Error} when Passenger has not started this process, for `judge`
 *   and `page`
 */
export async function runDoor(
  call: DoorCall,
  host: Host,
  readInput: () => Promise<string>,
  listen?: Listen,
): Promise<string | undefined> {
  switch (call.word) {
    case "judge":
      return await judgeForShell(call, host);
    case "page":
      await serveInPlace(call, host, listen);
      return undefined;
    case "explain": {
      const question: Question = JSON.parse(await readInput());
      const site = readSite(call.appRoot, host);
      return JSON.stringify({
        page: explainException(question, site, call.door),
      });
    }
    case "guest":
      return JSON.stringify(
        await answerGuest(call.appRoot, host, JSON.parse(await readInput())),
      );
  }
}

/** Says in the language of the shell what it is to become. */
async function judgeForShell(call: DoorCall, host: Host): Promise<string> {
  const { appRoot, door, pid, judge } = call;
  const spawn = spawnOrThrow();
  const start = await judgeStart({ appRoot, host, door, pid });
  if (start.kind === "run") {
    const { words, env } = becomeHost(start, door, spawn, judge);
    const settings = Object.entries(env).map(([name, value]) =>
      `export ${name}=${posixWord(value)}`
    );
    return [...settings, `exec ${words.map(posixWord).join(" ")}`].join("\n");
  }
  const doubt = findDoubt(start, call.server ?? "");
  if (doubt !== undefined) return `doubt=${posixWord(doubt)}`;
  const page = [...judge, "page", appRoot, "--door", door];
  if (start.failure) page.push("--failure", keepFailure(start.failure, spawn));
  return `exec ${page.map(posixWord).join(" ")}`;
}

/** Quotes a word for any shell of POSIX, whatever characters it has. */
function posixWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

function keepFailure(failure: Failure, { directory }: Spawn): string {
  const path = `${directory}/wsgi-shim-failure.json`;
  fs.writeFileSync(path, JSON.stringify(failure), { mode: 0o600 });
  return path;
}

async function serveInPlace(
  call: DoorCall,
  host: Host,
  listen: Listen | undefined,
): Promise<void> {
  const { appRoot, door, failure } = call;
  const spawn = spawnOrThrow();
  const options = { appRoot, host, door };
  const start = failure === undefined
    ? judgeAgain(options)
    : judgeFailure(readFailure(failure), options);
  await servePage(start, { door, spawn, isInLoader: false, listen });
}

function readFailure(file: string): Failure {
  const failure = JSON.parse(fs.readFileSync(file, "utf8"));
  fs.rmSync(file, { force: true });
  return failure;
}

function spawnOrThrow(): Spawn {
  const spawn = readSpawn(process.env);
  if (spawn) return spawn;
  throw new Error(
    "This is no process of Passenger's: it names no spawn work directory",
  );
}

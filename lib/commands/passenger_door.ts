/**
 * `wsgi-shim door`: the judge, for the files of ours on a site where Node
 * does not run. It is called by them, not by people.
 *
 * @module
 */

import { resolve } from "node:path";
import { parseDoor, runDoor } from "../start/doors.ts";
import type { DoorCall } from "../start/doors.ts";
import { listenOnSocket } from "../preview/http_server.ts";
import { command, CommandError, type Usage, UsageError } from "./command.ts";
import type { ExitCode, Io } from "./terminal.ts";

export const doorUsage: Usage = {
  name: "door",
  isHidden: true,
  summary: "Judge a site for Passenger, for the files in its shim/",
  arguments: [
    { name: "WORD", kind: ["judge", "page", "explain", "guest"] },
    { name: "APPROOT", kind: "folder" },
  ],
  options: [
    { name: "door", value: "DOOR", meaning: "which door asks" },
    { name: "pid", value: "PID", meaning: "the process that asks" },
    { name: "failure", value: "FILE", meaning: "how Python failed" },
  ],
  description: [
    "The files that wsgi-shim writes to a site call this on the web server. " +
    "There is no other use for it; people want wsgi-shim check.",
  ],
  examples: [],
};

/** Parses the words of `door`. */
export function parseDoorWords(argv: string[]): DoorCall {
  const call = parseDoor(argv, [Deno.execPath(), "door"]);
  if (call) return { ...call, appRoot: resolve(call.appRoot) };
  throw new UsageError("door takes judge, page, explain or guest, and APPROOT");
}

/** Answers; or serves a page, until Passenger ends it. */
export async function runDoorCommand(
  call: DoorCall,
  io: Io,
): Promise<ExitCode> {
  let answer: string | undefined;
  try {
    answer = await runDoor(
      call,
      io.host,
      () => new Response(Deno.stdin.readable).text(),
      listenOnSocket,
    );
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CommandError(error.message);
  }
  if (answer === undefined) return await new Promise<never>(() => {});
  io.out(answer);
  return 0;
}

export const doorCommand = command(doorUsage, parseDoorWords, runDoorCommand);

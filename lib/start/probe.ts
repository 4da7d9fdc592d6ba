/**
 * Whether an interpreter starts at all. A host takes the place of the process
 * that judged the site: nobody would be left to explain a Python that ends
 * before the host's first line, for want of a library or of its own modules.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Failure } from "../python/failure.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import type { Site } from "../site/site.ts";

const OUTPUT_LINES = 20;
const OUTPUT_BYTES_LIMIT = 100_000;

/** A look at an interpreter that is under way. */
export interface Probe {
  /** How it failed; undefined when it is well. */
  failure: Promise<Failure | undefined>;
  /** Ends it: nobody wants to know any more. */
  cancel(): void;
}

/**
 * Starts the interpreter of a site with a host that has nothing to do; it
 * runs while the site is judged.
 *
 * @param environment The variables besides those of the site
 * @returns undefined where no interpreter is named
 */
export function probeInterpreter(
  { config, layout }: Site,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Probe | undefined {
  const interpreter = config?.passenger.python;
  if (!config || !interpreter) return undefined;
  const startTimeout = config.wsgi?.startTimeout ?? DEFAULTS.startTimeout;
  const child = spawn(interpreter, [layout.hostMain], {
    env: { ...environment, ...config.secretFiles, ...config.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const failure = failureOf(child, interpreter, startTimeout);
  return {
    failure,
    cancel() {
      // Node would kill whatever it takes for the pid of a child that could
      // not be started: at times 0, which is our own process group.
      if (child.pid !== undefined) child.kill("SIGKILL");
    },
  };
}

/**
 * A failure of a host, with what the interpreter says where that ended before
 * the host's first line: nothing is known then but its status.
 */
export async function askInterpreter(
  failure: Failure,
  site: Site,
  environment?: Readonly<Record<string, string | undefined>>,
): Promise<Failure> {
  if (failure.problem !== "exited" || failure.output) return failure;
  return await probeInterpreter(site, environment)?.failure ?? failure;
}

function failureOf(
  child: ChildProcess,
  interpreter: string,
  startTimeout: number,
): Promise<Failure | undefined> {
  return new Promise((settle) => {
    let text = "";
    const overdue = setTimeout(() => {
      child.kill("SIGKILL");
      settle({ problem: "hung", seconds: startTimeout, ...told() });
    }, startTimeout * 1_000);
    const take = (chunk: Uint8Array) => {
      if (text.length < OUTPUT_BYTES_LIMIT) {
        text += new TextDecoder().decode(chunk);
      }
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.on("error", (error: Error & { code?: string }) => {
      clearTimeout(overdue);
      settle({
        problem: "unstartable",
        subject: interpreter,
        exception: {
          type: "OSError",
          message: error.message,
          errno: error.code,
          frames: [],
        },
      });
    });
    child.on("close", (status: number | null, signal: string | null) => {
      clearTimeout(overdue);
      if (signal) settle({ problem: "killed", signal, ...told() });
      else if (status) settle({ problem: "exited", status, ...told() });
      else settle(undefined);
    });

    function told(): Pick<Failure, "output"> {
      const lines = text.split("\n").filter((line) => line !== "");
      return { output: lines.slice(-OUTPUT_LINES) };
    }
  });
}

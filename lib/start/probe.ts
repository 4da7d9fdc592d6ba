/**
 * Whether an interpreter starts at all. A host takes the place of the process
 * that judged the site: nobody would be left to explain a Python that ends
 * before the host's first line, for want of a library or of its own modules.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { spawn } from "node:child_process";
import process from "node:process";
import type { RunPlan } from "../judge/plan.ts";
import type { Failure } from "../python/failure.ts";
import type { Layout } from "../site/layout.ts";

const OUTPUT_LINES = 20;
const OUTPUT_BYTES_LIMIT = 100_000;

/**
 * Starts the interpreter of a plan with a host that has nothing to do.
 *
 * @returns How it failed; undefined when it is well
 */
export function probeInterpreter(
  { interpreter, environment, startTimeout }: RunPlan,
  { hostMain }: Layout,
): Promise<Failure | undefined> {
  return new Promise((settle) => {
    let text = "";
    const child = spawn(interpreter, [hostMain], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
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

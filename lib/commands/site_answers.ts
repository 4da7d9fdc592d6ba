/**
 * What a native site answers as it is, and what it would answer once adopted.
 * Each start is one of its own; the web server is not asked.
 *
 * @module
 */

import { join } from "node:path";
import { askOnce } from "../preview/one_request.ts";
import type { Answer } from "../reports/answers.ts";
import type { Site } from "../site/site.ts";
import { tryLoginShell } from "../checks/login_shell.ts";
import { startHost } from "../start/host_process.ts";
import { makeStartPlan } from "../judge/plan.ts";
import { cleanFailure } from "../python/clean_failure.ts";
import { explainFailure } from "../causes/mod.ts";
import { findingLine } from "../findings/finding.ts";
import { readSecrets } from "../site/secrets.ts";
import { ANSWERS_PROGRAM } from "../python/programs.ts";
import { withHost } from "./native_site.ts";
import type { Io } from "./terminal.ts";

/** What is asked, and with which variables of the environment. */
export interface Questions {
  /** Paths with their queries, below the path of the site. */
  paths: readonly string[];
  /** Below which path the site answers; empty for the root. */
  baseUri: string;
  /** The address of the site, where it is known. */
  url?: URL;
  /** What the web server sets. */
  environment: Readonly<Record<string, string>>;
}

/** Answers by the order of the paths; or why there are none. */
export type Answers = { answers: Answer[] } | { failed: string };

const START_MS = 120_000;
const ANSWER_MS = 60_000;

/** Asks the site by its own startup file. */
export async function askNative(
  site: Site,
  questions: Questions,
  io: Io,
): Promise<Answers> {
  const { startupFile, interpreter } = site.native!;
  const folder = await Deno.makeTempDir({ prefix: "wsgi-shim-ask-" });
  try {
    const at = (name: string) => join(folder, name);
    await Deno.writeTextFile(
      at("native_answers.py"),
      await io.embedded(ANSWERS_PROGRAM),
    );
    const question = {
      file: startupFile,
      requests: requestsOf(questions),
      answer: at("answer.json"),
    };
    await Deno.writeTextFile(at("question.json"), JSON.stringify(question));
    const run = io.host.run(
      interpreter.path,
      [at("native_answers.py"), at("question.json")],
      {
        env: environmentOf(site, questions),
        cwd: site.layout.appRoot,
        timeout: START_MS,
      },
    );
    const text = await Deno.readTextFile(at("answer.json"))
      .catch(() => undefined);
    if (text === undefined) return { failed: endOf(run) };
    const told = JSON.parse(text);
    return told.failed === undefined
      ? { answers: told.answers.map(decoded) }
      : { failed: told.failed };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asks the site as our host would run it. */
export async function askAdopted(
  site: Site,
  questions: Questions,
  io: Io,
): Promise<Answers> {
  return await withHost(site, io, async (hosted) => {
    const { layout } = hosted;
    const at = (name: string) => join(layout.host, name);
    const staged: Site = {
      ...hosted,
      layout: {
        ...layout,
        log: at("log"),
        deaths: at("deaths.json"),
      },
    };
    const plan = makeStartPlan(staged, []);
    if (plan.kind !== "run") return { failed: "it cannot be started" };
    const started = await startHost(staged, plan, {
      door: "serve",
      socket: at("socket"),
      echo: false,
      environment: environmentOf(site, questions),
      explain: () => undefined,
    });
    if ("failure" in started) {
      const failure = cleanFailure(started.failure, readSecrets(site));
      const [first] = explainFailure(failure, site);
      return { failed: first ? findingLine(first) : "it does not start" };
    }
    try {
      const answers: Answer[] = [];
      for (const variables of requestsOf(questions)) {
        const asked = { variables, timeoutMs: ANSWER_MS };
        answers.push(await askOnce(at("socket"), asked));
      }
      return { answers };
    } catch (error) {
      return { failed: (error as Error).message };
    } finally {
      await started.host.stop();
    }
  });
}

function requestsOf(
  { paths, baseUri, url }: Questions,
): Record<string, string>[] {
  return paths.map((path) => {
    const [name = "", query = ""] = path.split(/\?(.*)/);
    const host = url?.host ?? "localhost";
    return {
      REQUEST_METHOD: "GET",
      REQUEST_URI: baseUri + path,
      SCRIPT_NAME: baseUri,
      PATH_INFO: decodePath(name),
      QUERY_STRING: query,
      SERVER_NAME: url?.hostname ?? "localhost",
      SERVER_PORT: url?.port || (url?.protocol === "https:" ? "443" : "80"),
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_SOFTWARE: "wsgi-shim",
      REMOTE_ADDR: "127.0.0.1",
      REMOTE_PORT: "9",
      HTTP_HOST: host,
      HTTP_ACCEPT: "text/html,*/*",
      HTTP_USER_AGENT: "wsgi-shim adopt",
      ...url?.protocol === "https:" && { HTTPS: "on" },
    };
  });
}

/** As WSGI has it: a character is a byte. */
function decodePath(path: string): string {
  return path.replaceAll(
    /%([0-9a-f]{2})/gi,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  );
}

function environmentOf(
  site: Site,
  { environment }: Questions,
): Record<string, string> {
  const own = tryLoginShell(site).environment ?? site.host.env;
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given) as Record<string, string>,
    ...environment,
    // A look at the application leaves nothing beside it.
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

function decoded(
  answer: {
    error?: string;
    status: number;
    headers: [string, string][];
    body: string;
  },
): Answer {
  if (answer.error !== undefined) return { error: answer.error };
  const { status, headers } = answer;
  const body = Uint8Array.from(atob(answer.body), (one) => one.charCodeAt(0));
  return { status, headers, body };
}

/** How a process ended that left no answer. */
function endOf(
  { status, signal, errno, stderr }: ReturnType<Io["host"]["run"]>,
): string {
  const how = errno === "ETIMEDOUT"
    ? `it took more than ${START_MS / 1000} s`
    : errno ?? signal ?? `it ended with status ${status}`;
  const last = stderr.trim().split("\n").at(-1);
  return last ? `${how}: ${last}` : how;
}

/**
 * A look at a site from outside: what a visitor's browser would get, and what
 * that tells about the site.
 *
 * Layer 4. Only `check --url` looks from outside.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding, type FindingFacts } from "./finding.ts";
import { refused } from "./host.ts";
import type { Plan } from "./plan.ts";
import type { Code } from "./rules/mod.ts";
import { printable, shellCommand } from "./shell.ts";
import type { Site } from "./site.ts";

/** How long an answer may take; the application may have to start first. */
const ANSWER_MS = 60_000;
const BODY_BYTES_LIMIT = 65_536;

/** Files of the app root that nobody may get by their name. */
const PRIVATE_FILES = ["config.toml", "passenger_wsgi.py", "app.js"];

/** An answer of the web server. */
interface Answer {
  url: string;
  status: number;
  /** The header by which our pages are known. */
  mark: string | null;
  body: string;
}

/**
 * Looks at the address of a site.
 *
 * @param plan What the site would serve, by what is known here
 */
export async function lookFromOutside(
  site: Site,
  url: URL,
  { plan }: { plan: Plan },
): Promise<Finding[]> {
  const answer = await ask(url);
  if (answer instanceof Error) return [judgeSilence(url, answer)];
  const exposed = await Promise.all(
    PRIVATE_FILES.map((name) => lookFor(name, site, new URL(answer.url))),
  );
  const found = judgeAnswer(answer, site, plan);
  return [...found ? [found] : [], ...exposed.flat()];
}

async function ask(url: URL): Promise<Answer | Error> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { "Accept": "text/html,*/*;q=0.1", "Cache-Control": "no-cache" },
    });
    return {
      url: response.url,
      status: response.status,
      mark: response.headers.get("X-WSGI-Shim"),
      body: await readStart(response),
    };
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** The start of a body says whose page it is; the rest may be endless. */
async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const reader = response.body?.getReader();
  while (reader && size < BODY_BYTES_LIMIT) {
    const { value, done } = await reader.read();
    if (done) return text;
    size += value.length;
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
}

function judgeSilence(url: URL, error: Error): Finding {
  const { message } = error;
  if (/dns error|lookup/.test(message)) {
    return tell("outside-name-unknown", {
      message: `The name ${url.hostname} cannot be resolved on this machine`,
      fix: { text: `Look for a typing mistake in ${url.hostname}` },
    });
  }
  const certificate = /invalid peer certificate: (.*)/.exec(message)?.[1];
  if (certificate !== undefined) {
    return tell("outside-certificate", {
      message: `The certificate of ${url.host} is not accepted: ${
        certificateInWords(certificate)
      }`,
      fix: { text: "Show this to the administrators of the web server" },
    });
  }
  const reason = error.name === "TimeoutError"
    ? `no answer within ${ANSWER_MS / 1000} seconds`
    : /Connection refused/.test(message)
    ? "the connection is refused"
    : /InvalidContentType|corrupt message/.test(message)
    ? "it does not speak TLS there; is the address one of http://?"
    : message.replace(/^error sending request.*?: /, "");
  return tell("outside-unreachable", {
    message: `Cannot reach ${url.href}: ${reason}`,
    fix: { text: "Ask the administrators whether the web server runs" },
  });
}

function certificateInWords(reason: string): string {
  if (/Expired/.test(reason)) return "it has expired";
  if (/NotValidForName/.test(reason)) return "it is for another name";
  if (/NotValidYet/.test(reason)) return "it is not valid yet";
  if (/UnknownIssuer|CaUsedAsEndEntity/.test(reason)) {
    return "this machine does not know who issued it";
  }
  return reason;
}

/** Tells what is wrong with an answer; undefined for one that looks well. */
function judgeAnswer(
  answer: Answer,
  site: Site,
  plan: Plan,
): Finding | undefined {
  const { appRoot } = site.layout;
  const { status, body, mark, url } = answer;
  const restart = {
    command: shellCommand("wsgi-shim", "restart", appRoot),
    safe: false,
  };
  const logs = {
    command: shellCommand("wsgi-shim", "logs", appRoot),
    safe: false,
  };
  const settings = {
    command: shellCommand("wsgi-shim", "settings", appRoot),
    safe: false,
  };
  const [kind, incident] = (mark ?? "").split(/; incident=/);
  const named = incident ? `, incident ${incident}` : "";
  if (kind === "error") {
    return tell("outside-error-page", {
      message: `${url} shows the error page${named}`,
      fix: logs,
    });
  }
  if (kind === "maintenance") {
    return plan.kind === "maintenance" ? undefined : tell(
      "outside-maintenance",
      { message: `${url} still shows the maintenance page`, fix: restart },
    );
  }
  if (/We're sorry, but something went wrong/.test(body) && status >= 500) {
    const words = body.replace(/<[^>]*>/g, " ");
    const id = /Error ID:?\s*([0-9a-f]{8})/.exec(words)?.[1];
    return tell("outside-passenger-error", {
      message: `${url} shows Passenger's own error page${
        id ? `, error id ${id}` : ""
      }: the site could not be started at all`,
      fix: settings,
    });
  }
  if (/Incomplete response received from application/.test(body)) {
    return tell("outside-failure", {
      message: `${url} gives status ${status}: the process ended while it ` +
        "was answering",
      fix: logs,
    });
  }
  if (isDefaultPage(body)) {
    return tell("outside-other-site", {
      message: `${url} shows a page that the web server has by default`,
      fix: settings,
    });
  }
  if (status === 403 && /<title>\s*403 Forbidden/i.test(body)) {
    return tell("outside-forbidden", {
      message: `${url} gives status 403: the web server itself refuses`,
      fix: settings,
    });
  }
  if (status >= 500) {
    return tell("outside-failure", {
      message: `${url} gives status ${status}${named}`,
      fix: logs,
    });
  }
  if (plan.kind === "maintenance") {
    return tell("outside-still-open", {
      message:
        `${url} does not show the maintenance page, but status ${status}`,
      fix: restart,
    });
  }
}

function isDefaultPage(body: string): boolean {
  return /<title>\s*(Apache2? .{0,40}(Default|Test) Page|Welcome to nginx|Test Page for|Index of \/)|<h1>It works!<\/h1>/i
    .test(body);
}

/** Compares with the file itself: an application may answer to any name. */
async function lookFor(
  name: string,
  site: Site,
  base: URL,
): Promise<Finding[]> {
  const file = join(site.layout.appRoot, name);
  const bytes = site.host.readBytes(file, BODY_BYTES_LIMIT);
  if (refused(bytes) || bytes.length === 0) return [];
  const folder = new URL("./", base);
  const answer = await ask(new URL(name, folder));
  if (answer instanceof Error || answer.status !== 200) return [];
  const own = new TextDecoder().decode(bytes).slice(0, 1_000);
  if (!answer.body.startsWith(own)) return [];
  return [tell("outside-exposed", {
    message: `Everyone can read ${name} at ${new URL(name, folder).href}`,
    place: { file },
    fix: {
      text:
        `Ask the administrators for: DocumentRoot ${site.layout.publicDirectory}`,
    },
  })];
}

function tell(code: Code, facts: FindingFacts): Finding {
  return finding(code, { ...facts, message: printable(facts.message) });
}

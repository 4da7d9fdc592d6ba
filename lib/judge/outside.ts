/**
 * A look at a site from outside: what a visitor's browser would get, and what
 * that tells about the site.
 *
 * Only `check --url` looks from outside.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding, isOf } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { readLogTail } from "../site/log.ts";
import { readFailure } from "../site/log_text.ts";
import { markup } from "../text/markup.ts";
import type { Plan } from "./plan.ts";
import type { Code } from "../findings/words.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";

/** How long an answer may take; the application may have to start first. */
const ANSWER_MS = 60_000;
const BODY_BYTES_LIMIT = 65_536;

/** Of the log, where an incident is looked for. */
const LOG_BYTES = 1_000_000;
const NAMES_LIMIT = 1_000;

/** Codes of pages that are not of a site at all, or of this one for sure. */
const STRANGERS: readonly Code[] = [
  "outside-exposed",
  "outside-forbidden",
  "outside-other-site",
  "outside-passenger-error",
];

/** Files of the app root that nobody may get by their name. */
const PRIVATE_FILES = ["config.toml", "passenger_wsgi.py", "app.js"];

/** An answer, of which the body has not been read yet. */
export interface Visit {
  /** Where the answer came from, after redirections. */
  url: string;
  status: number;
  headers: Headers;
  body: ReadableStream<Uint8Array> | null;
}

/** Asks an address as a browser does; throws where no answer comes. */
export type Visitor = (
  url: URL,
  options: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<Visit>;

/** An answer of the web server. */
interface Answer {
  url: string;
  status: number;
  /** The header by which our pages are known. */
  mark: string | null;
  /** It asks for a name and a password. */
  asksForLogin: boolean;
  body: string;
}

/** How a site is looked at from outside. */
export interface OutsideOptions {
  /** What the site would serve, by what is known here. */
  plan: Plan;
  visit: Visitor;
}

/** Looks at the address of a site. */
export async function lookFromOutside(
  site: Site,
  url: URL,
  { plan, visit }: OutsideOptions,
): Promise<Finding[]> {
  const ask = (one: URL) => askFor(one, visit);
  const answer = await ask(url);
  if (answer instanceof Error) {
    return [judgeSilence(url, answer, site.layout.appRoot)];
  }
  const exposed = await Promise.all(
    PRIVATE_FILES.map((name) =>
      lookFor(name, site, { base: new URL(answer.url), ask })
    ),
  );
  const found = judgeAnswer(answer, site, plan);
  const told = [...found ? [found] : [], ...exposed.flat()];
  // Nobody takes such a page for that of a site.
  const isStranger = told.some((one) => isOf(one, ...STRANGERS));
  return [
    ...told,
    ...isStranger ? [] : await judgeOrigin(site, url, { answer, ask }),
  ];
}

/**
 * Whether it is this site that answers: by what only its own pages tell, or
 * else by a file of `public/`, which must come back as it is.
 */
async function judgeOrigin(
  site: Site,
  url: URL,
  { answer, ask }: { answer: Answer; ask: Ask },
): Promise<Finding[]> {
  const { publicDirectory } = site.layout;
  if (hasOwnSign(answer, site)) return [];
  const sample = sampleOf(site);
  if (!sample) {
    return [finding("outside-unproven", {
      message:
        `Cannot tell whether it is this site that answers at ${answer.url}: there is nothing in ${publicDirectory} to compare`,
      place: { file: publicDirectory },
      fix: {
        text:
          `Put a file of its own into ${publicDirectory}, such as an icon, and look again`,
      },
    })];
  }
  const { name, text } = sample;
  const folders = new Set(
    [
      new URL(url.pathname.replace(/\/?$/, "/"), url),
      ...[url, answer.url].flatMap((one) => [
        new URL("./", one),
        new URL("/", one),
      ]),
    ].map((folder) => folder.href),
  );
  const path = name.split("/").map(encodeURIComponent).join("/");
  for (const folder of folders) {
    const given = await ask(new URL(path, folder));
    if (!(given instanceof Error) && given.body === text) return [];
  }
  return [finding("outside-other-files", {
    message:
      `${answer.url} does not give the file ${name} as it is in ${publicDirectory}: another site answers there, or the web server has another document root`,
    place: { file: join(publicDirectory, name) },
    fix: {
      command: shellCommand("wsgi-shim", "settings", site.layout.appRoot),
      safe: false,
    },
  })];
}

/** What no other site would show: an incident of the log, its Python. */
function hasOwnSign({ mark, body }: Answer, { config, layout }: Site): boolean {
  const incident = /; incident=(\w+)/.exec(mark ?? "")?.[1];
  if (incident !== undefined) {
    return readLogTail(layout.log, { bytes: LOG_BYTES })
      .some((line) => readFailure(line)?.incident === incident);
  }
  const python = config?.passenger.python;
  return python !== undefined && config?.wsgi === undefined &&
    body.includes(`${markup`<dd>${python}</dd>`}`);
}

/** The largest file of `public/` that can be compared as a whole. */
function sampleOf(
  { host, layout }: Site,
): { name: string; text: string } | undefined {
  const folder = layout.publicDirectory;
  const namesIn = (path: string) => {
    const names = host.list(join(folder, path));
    return refused(names) ? [] : names.map((name) => join(path, name));
  };
  const [best] = namesIn("").flatMap((name) => [name, ...namesIn(name)])
    .slice(0, NAMES_LIMIT)
    .flatMap((name) => {
      const status = host.stat(join(folder, name));
      if (refused(status) || status.kind !== "file") return [];
      const { size, mode } = status;
      const isPlain = !/(^|\/)\.|\.(php\d?|phtml|cgi|pl|py|rb|shtml)$/.test(
        name,
      );
      return isPlain && (mode & 0o004) !== 0 && size > 0 &&
          size < BODY_BYTES_LIMIT
        ? [{ name, size }]
        : [];
    }).sort((a, b) => b.size - a.size);
  const bytes = best && host.readBytes(join(folder, best.name), best.size);
  return !best || !bytes || refused(bytes) ? undefined : {
    name: best.name,
    text: new TextDecoder().decode(bytes, { stream: true }),
  };
}

/** Asks one more address of the site. */
type Ask = (url: URL) => Promise<Answer | Error>;

async function askFor(url: URL, visit: Visitor): Promise<Answer | Error> {
  try {
    const response = await visit(url, {
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { "Accept": "text/html,*/*;q=0.1", "Cache-Control": "no-cache" },
    });
    return {
      url: response.url,
      status: response.status,
      mark: response.headers.get("X-WSGI-Shim"),
      asksForLogin: response.status === 401 &&
        response.headers.has("WWW-Authenticate"),
      body: await readStart(response.body),
    };
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** The start of a body says whose page it is; the rest may be endless. */
async function readStart(
  body: ReadableStream<Uint8Array> | null,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const reader = body?.getReader();
  while (reader && size < BODY_BYTES_LIMIT) {
    const { value, done } = await reader.read();
    if (done) return text;
    size += value.length;
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return text;
}

/** Tells why there was no answer. */
export function judgeSilence(
  url: URL,
  error: Error,
  appRoot: string,
): Finding {
  // Deno tells the reason in the cause, or, before 2.9, in the error itself.
  const { message } = error.cause instanceof Error ? error.cause : error;
  if (/dns error|lookup|ENOTFOUND|EAI_AGAIN/.test(message)) {
    return finding("outside-name-unknown", {
      message: `The name ${url.hostname} cannot be resolved on this machine`,
      fix: { text: `Look for a typing mistake in ${url.hostname}` },
    });
  }
  const certificate = /invalid peer certificate: (.*)/.exec(message)?.[1];
  if (certificate !== undefined) {
    return finding("outside-certificate", {
      message: `The certificate of ${url.host} is not accepted: ${
        certificateInWords(certificate)
      }`,
      fix: {
        text:
          `Show this to the administrators of the web server; what comes behind it, \`${
            shellCommand(
              ...["wsgi-shim", "check", "--insecure", "--url", url.href],
              appRoot,
            )
          }\` looks at`,
      },
    });
  }
  if (/InvalidContentType|corrupt message/.test(message)) {
    const plain = url.href.replace(/^https:/, "http:");
    return finding("outside-unreachable", {
      message:
        `Cannot reach ${url.href}: what answers there does not speak TLS`,
      fix: {
        command: shellCommand(
          ...["wsgi-shim", "check", "--url", plain, appRoot],
        ),
        safe: false,
      },
    });
  }
  const reason = error.name === "TimeoutError"
    ? `no answer within ${ANSWER_MS / 1000} seconds`
    : /Connection refused|ECONNREFUSED/.test(message)
    ? "the connection is refused"
    : message.replace(/^error sending request.*?: /, "");
  return finding("outside-unreachable", {
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
  const { status, body, mark, url, asksForLogin } = answer;
  const given = statusInWords(status);
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
    return finding("outside-error-page", {
      message: `${url} shows the error page${named}`,
      fix: logs,
    });
  }
  if (kind === "maintenance") {
    return plan.kind === "maintenance" ? undefined : finding(
      "outside-maintenance",
      { message: `${url} still shows the maintenance page`, fix: restart },
    );
  }
  if (/We're sorry, but something went wrong/.test(body) && status >= 500) {
    const words = body.replace(/<[^>]*>/g, " ");
    const id = /Error ID:?\s*([0-9a-f]{8})/.exec(words)?.[1];
    return finding("outside-passenger-error", {
      message: `${url} shows Passenger's own error page${
        id ? `, error id ${id}` : ""
      }: the site could not be started at all`,
      fix: settings,
    });
  }
  if (/Incomplete response received from application/.test(body)) {
    return finding("outside-failure", {
      message: `${url} gives ${given}: the process ended while it ` +
        "was answering",
      fix: logs,
    });
  }
  if (isDefaultPage(body)) {
    return finding("outside-other-site", {
      message: `${url} shows a page that the web server has by default`,
      fix: settings,
    });
  }
  if (status === 403 && isServersOwn(answer)) {
    return finding("outside-forbidden", {
      message: `${url} gives ${given}: the web server itself refuses`,
      fix: settings,
    });
  }
  if (status >= 500) {
    return finding("outside-failure", {
      message: `${url} gives ${given}${named}`,
      fix: logs,
    });
  }
  // Who must log in sees that the site is there.
  if (status >= 400 && !asksForLogin) {
    const isOwn = isServersOwn(answer);
    return finding("outside-refused", {
      message: `${url} gives ${given}${
        isOwn ? ", on a page of the web server itself" : ""
      }`,
      fix: isOwn ? settings : {
        text:
          `Ask for a page that the application has; what it printed, \`${logs.command}\` shows`,
      },
    });
  }
  if (plan.kind === "maintenance") {
    return finding("outside-still-open", {
      message: `${url} does not show the maintenance page, but ${given}`,
      fix: restart,
    });
  }
}

/** The statuses that visitors meet: RFC 9110, section 15. */
const STATUS_NAMES: Record<number, string> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  410: "Gone",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** A status with its name: `status 404 (Not Found)`. */
export function statusInWords(status: number): string {
  const name = STATUS_NAMES[status];
  return `status ${status}${name ? ` (${name})` : ""}`;
}

/** The pages for refusals that Apache and nginx have built in. */
function isServersOwn({ status, body }: Answer): boolean {
  const name = STATUS_NAMES[status] ?? "";
  return body.includes(`<title>${status} ${name}</title>`) &&
    (status === 403 || /on this server|<center>nginx/.test(body));
}

function isDefaultPage(body: string): boolean {
  return /<title>\s*(Apache2? .{0,40}(Default|Test) Page|Welcome to nginx|Test Page for|Index of \/|Directory listing for \/)|<h1>It works!<\/h1>/i
    .test(body);
}

/** Compares with the file itself: an application may answer to any name. */
async function lookFor(
  name: string,
  site: Site,
  { base, ask }: { base: URL; ask: Ask },
): Promise<Finding[]> {
  const file = join(site.layout.appRoot, name);
  const bytes = site.host.readBytes(file, BODY_BYTES_LIMIT);
  if (refused(bytes) || bytes.length === 0) return [];
  const folder = new URL("./", base);
  const answer = await ask(new URL(name, folder));
  if (answer instanceof Error || answer.status !== 200) return [];
  const own = new TextDecoder().decode(bytes).slice(0, 1_000);
  if (!answer.body.startsWith(own)) return [];
  return [finding("outside-exposed", {
    message: `Everyone can read ${name} at ${new URL(name, folder).href}`,
    place: { file },
    fix: {
      text:
        `Ask the administrators for: DocumentRoot ${site.layout.publicDirectory}`,
    },
  })];
}

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
import {
  type Answering,
  type Asking,
  lineOfModule,
  lineThatAnswers,
  lineToHttps,
} from "../checks/htaccess.ts";
import { refused } from "../machine/host.ts";
import { readLogTail } from "../site/log.ts";
import { readFailure } from "../site/log_text.ts";
import { markup } from "../text/markup.ts";
import type { Plan } from "./plan.ts";
import type { Code } from "../findings/words.ts";
import { shellCommand } from "../text/shell.ts";
import { isThroughPassenger, type Speaker, speakerOf } from "./speakers.ts";
import type { Site } from "../site/site.ts";

/** How long an answer may take; the application may have to start first. */
const ANSWER_MS = 60_000;
const BODY_BYTES_LIMIT = 65_536;
/** Passenger's page with details begins with its style. */
const PAGE_BYTES_LIMIT = 262_144;
/** As browsers do. */
const MOST_REDIRECTIONS = 20;

/** Of the log, where an incident is looked for. */
const LOG_BYTES = 1_000_000;
const NAMES_LIMIT = 1_000;

/** Codes of pages that are not of a site at all, or of this one for sure. */
const STRANGERS: readonly Code[] = [
  "outside-exposed",
  "outside-forbidden",
  "outside-other-site",
  "outside-passenger-error",
  "outside-overloaded",
  "outside-server-error",
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
  options: {
    headers: Record<string, string>;
    signal: AbortSignal;
    redirect?: "follow" | "manual";
  },
) => Promise<Visit>;

/** An answer of the web server. */
interface Answer {
  url: string;
  status: number;
  /** The header by which our pages are known. */
  mark: string | null;
  /** It asks for a name and a password. */
  asksForLogin: boolean;
  headers: Headers;
  body: string;
  /** The answers that sent here, from the first on. */
  hops: readonly Hop[];
}

/** An answer that sends to another address. */
interface Hop {
  url: string;
  status: number;
  to: string;
  /** The answer came through Passenger: the application sends there. */
  isOfApplication: boolean;
}

/** No answer came, perhaps from where the address had sent to. */
interface Silence {
  error: Error;
  url: URL;
  hops: readonly Hop[];
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
  if ("error" in answer) {
    return [
      answer.hops.length > 0
        ? judgeRedirection(url, answer, site)
        : judgeSilence(url, answer.error, site.layout.appRoot),
    ];
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
    if (!("error" in given) && given.body === text) return [];
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
type Ask = (url: URL) => Promise<Answer | Silence>;

/** Follows by itself where it is sent: what fails there is another's. */
async function askFor(url: URL, visit: Visitor): Promise<Answer | Silence> {
  const hops: Hop[] = [];
  let next = url;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    while (hops.length <= MOST_REDIRECTIONS) {
      const response = await visit(next, {
        signal,
        redirect: "manual",
        headers: {
          "Accept": "text/html,*/*;q=0.1",
          "Cache-Control": "no-cache",
        },
      });
      const { status, headers } = response;
      const location = headers.get("Location");
      if (status < 300 || status >= 400 || location === null) {
        return {
          url: next.href,
          status,
          mark: headers.get("X-WSGI-Shim"),
          asksForLogin: status === 401 && headers.has("WWW-Authenticate"),
          headers,
          body: await readStart(response.body),
          hops,
        };
      }
      await response.body?.cancel();
      hops.push({
        url: next.href,
        status,
        to: location,
        isOfApplication: /Passenger/i.test(headers.get("X-Powered-By") ?? ""),
      });
      if (!URL.canParse(location, next)) {
        return { error: new Error("that is no address"), url: next, hops };
      }
      next = new URL(location, next);
    }
    return { error: new Error("it redirects without end"), url: next, hops };
  } catch (error) {
    if (error instanceof Error) return { error, url: next, hops };
    throw error;
  }
}

/** The address answers, and sends to where no answer comes from. */
function judgeRedirection(
  url: URL,
  { error, url: at, hops }: Silence,
  site: Site,
): Finding {
  const last = hops.at(-1)!;
  const { message } = error.cause instanceof Error ? error.cause : error;
  const isEndless = /redirects? without end/.test(message);
  const isLocal = /^(?:localhost|127\.|0\.0\.0\.0|\[?::1|10\.|192\.168\.)/.test(
    at.hostname,
  ) && at.hostname !== url.hostname;
  if (isEndless) return judgeEndless(url, hops, site);
  return finding("outside-redirect", {
    message:
      `${url.href} answers, and sends visitors to ${at.href} (status ${last.status}), where no answer comes from: ${
        reasonOfSilence(error, at)
      }`,
    fix: {
      text: isLocal
        ? "The application makes addresses of a name that only its own machine knows: look for it in its settings (SERVER_NAME, SITE_URL, BASE_URL and the like), or let it take the name from the request"
        : `Look for ${at.host} in the settings of the application (SERVER_NAME, SITE_URL, SECURE_SSL_REDIRECT and the like), in .htaccess, and ask the administrators: whoever sends there names an address that is wrong, or not open yet`,
    },
  });
}

/** Sends round and round: whether the application does, and where to. */
function judgeEndless(
  url: URL,
  hops: readonly Hop[],
  site: Site,
): Finding {
  const last = hops.at(-1)!;
  const targets = [...new Set(hops.map(({ to }) => to))];
  const isSame = URL.canParse(last.to, last.url) &&
    new URL(last.to, last.url).href === last.url;
  const isOfApplication = hops.slice(-2).every((hop) => hop.isOfApplication);
  const isHttps = isSame && last.url.startsWith("https:");
  const rule = isHttps && !isOfApplication ? lineToHttps(site) : undefined;
  return finding("outside-redirect", {
    message:
      `${url.href} answers, and sends visitors on without end (status ${last.status} to ${last.to}${
        isSame
          ? ", which is the very same address"
          : targets.length === 2
          ? `, and from there to ${targets.find((each) => each !== last.to)}`
          : ""
      })${
        isOfApplication
          ? "; it is the application that does so, as its answers tell"
          : rule
          ? `; line ${rule.line} of ${rule.file} sends those to https who came to this server by http, as all do behind a server that ends TLS`
          : ""
      }`,
    ...rule && { place: { file: rule.file, line: rule.line } },
    fix: {
      text: rule
        ? `Write \`RewriteCond %{HTTP:X-Forwarded-Proto} !https\` in place of the condition above line ${rule.line} of ${rule.file}; or leave that to the server before it, and remove both`
        : isHttps
        ? isOfApplication
          ? "The application demands https, and takes the request for http: let it believe the server before it (Django: SECURE_PROXY_SSL_HEADER; Flask: ProxyFix with x_proto=1), or leave the redirection to that server (SECURE_SSL_REDIRECT, Talisman, HTTPSRedirectMiddleware)"
          : "What sends there takes the request for http: a rule of .htaccess or of the web server without a condition, or one that asks for %{HTTPS} behind a server that ends TLS (write `RewriteCond %{HTTP:X-Forwarded-Proto} !https` there); or an application that demands https (Django: SECURE_PROXY_SSL_HEADER; Flask: ProxyFix)"
        : "Two of them want different things: an application that demands https behind a proxy that speaks http to it (Django: SECURE_PROXY_SSL_HEADER; Flask: ProxyFix), rules for www and for a slash at the end, in .htaccess and in the application; or a page for the login that asks for a login",
    },
  });
}

function reasonOfSilence(error: Error, url: URL): string {
  const { message } = error.cause instanceof Error ? error.cause : error;
  const certificate = /invalid peer certificate: (.*)/.exec(message)?.[1];
  return error.name === "TimeoutError"
    ? `no answer within ${ANSWER_MS / 1000} seconds`
    : /dns error|lookup|ENOTFOUND|EAI_AGAIN/.test(message)
    ? `the name ${url.hostname} cannot be resolved on this machine`
    : certificate !== undefined
    ? `its certificate is not accepted, ${certificateInWords(certificate)}`
    : /InvalidContentType|corrupt message/.test(message)
    ? "what answers there does not speak TLS"
    : /Connection refused|ECONNREFUSED/.test(message)
    ? "the connection is refused"
    : message.replace(/^error sending request.*?: /, "");
}

/** The start of a body says whose page it is; the rest may be endless. */
async function readStart(
  body: ReadableStream<Uint8Array> | null,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  const reader = body?.getReader();
  while (reader && size < PAGE_BYTES_LIMIT) {
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
  return finding("outside-unreachable", {
    message: `Cannot reach ${url.href}: ${reasonOfSilence(error, url)}`,
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
  if (isDefaultPage(body)) {
    return finding("outside-other-site", {
      message: `${url} shows a page that the web server has by default`,
      fix: settings,
    });
  }
  if (/^It works!\s+Python \d+\.\d[\w.+]*\s*$/.test(body)) {
    return finding("outside-other-site", {
      message:
        `${url} shows the sample that a hosting panel writes for a new Python application`,
      fix: {
        text:
          "Let the startup file of the application that the panel has set up for this address name your own; where it does so, restart the site, or compare the folder that the panel names with this one",
      },
    });
  }
  if (status === 200 && isSource(answer)) {
    return finding("outside-exposed", {
      message:
        `${url} shows the source of a Python file in place of what that does: the web server does not run the application there`,
      fix: settings,
    });
  }
  if (isListing(answer)) return judgeListing(answer, site);
  const speaker = kind === "" && (status >= 400 || isForAnyStatus(answer))
    ? speakerOf(answer)
    : undefined;
  const passenger = speaker && judgePassenger(answer, speaker, site);
  if (passenger) return passenger;
  if (speaker?.kind === "other-site") {
    return finding("outside-other-site", {
      message: `${url} shows a page of ${speaker.name}${means(speaker)}`,
      fix: { text: speaker.mend! },
    });
  }
  if (speaker?.kind === "server" && status === 403 && !speaker.mend) {
    return judgeForbidden(answer, speaker, site);
  }
  if (speaker?.kind === "server" && (status >= 500 || speaker.mend)) {
    const line = lineThatAnswers(status, site);
    const asking = !line && status === 500 && speaker.name === "Apache"
      ? lineOfModule(site)
      : undefined;
    if (asking) return judgeModule(url, given, asking);
    return finding("outside-server-error", {
      message:
        `${url} gives ${given} on a page that ${speaker.name} made, and not the application${
          line ? `; ${answeringInWords(line)}` : means(speaker)
        }`,
      ...line && { place: { file: line.file, line: line.line } },
      fix: line
        ? {
          text:
            `Remove line ${line.line} of ${line.file}, where the site is to be open`,
        }
        : speaker.mend
        ? { text: speaker.mend }
        : settings,
    });
  }
  if (status >= 500) {
    const isApplication = kind !== "" || speaker !== undefined ||
      isThroughPassenger(answer);
    return finding("outside-failure", {
      message: `${url} gives ${given}${named}${
        speaker
          ? `, on a page of ${speaker.name}: the application was reached`
          : isApplication
          ? ""
          : "; the page does not tell whether the application made it or a server before it"
      }`,
      fix: speaker?.mend
        ? { text: `${speaker.mend}: \`${logs.command}\`` }
        : logs,
    });
  }
  if (status >= 300 && status < 400) {
    return finding("outside-refused", {
      message: `${url} gives ${given}, and no address to go to`,
      fix: logs,
    });
  }
  // Who must log in sees that the site is there.
  if (status >= 400 && !asksForLogin) {
    const isOwn = speaker?.kind === "server";
    // https://httpd.apache.org/docs/2.4/mod/core.html#allowencodedslashes
    const hasSlash = isOwn && status === 404 && speaker.name === "Apache" &&
      /%2f/i.test(new URL(url).pathname);
    if (hasSlash) {
      return finding("outside-refused", {
        message:
          `${url} gives ${given}, on a page of Apache itself: the address has an encoded slash (%2F), and Apache answers so to each of those while AllowEncodedSlashes is off`,
        fix: {
          text:
            "Ask the administrators for `AllowEncodedSlashes NoDecode` in the VirtualHost of the site; or let the application take such names behind the `?` of an address",
        },
      });
    }
    return finding("outside-refused", {
      message: `${url} gives ${given}${
        isOwn
          ? `, on a page of the web server itself, ${speaker.name}`
          : speaker
          ? `, on a page of ${
            speaker.name.replace(/,$/, "")
          }: the application was reached${means(speaker)}`
          : ""
      }${sentFrom(answer)}`,
      fix: isOwn ? settings : {
        text: speaker?.mend ??
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
  const [first] = answer.hops;
  const hostOf = (one: string) => new URL(one).hostname.replace(/^www\./, "");
  if (first && hostOf(first.url) !== hostOf(url)) {
    return finding("outside-elsewhere", {
      message: `${first.url} sends visitors to ${url} (status ${first.status})`,
      fix: {
        text:
          "Where that is not meant, look for the other name in .htaccess, and in the settings of the application and of the web server",
      },
    });
  }
}

/** A server that refuses by itself: the site, or something below public/. */
function judgeForbidden(
  { url, status }: Answer,
  { name }: Speaker,
  site: Site,
): Finding {
  const message = `${url} gives ${
    statusInWords(status)
  }: ${name} itself refuses`;
  const file = publicFileOf(url, site);
  const refusing = lineThatAnswers(status, site);
  if (refusing) {
    return finding("outside-forbidden", {
      message: `${message}; ${answeringInWords(refusing)}`,
      place: { file: refusing.file, line: refusing.line },
      fix: {
        text:
          `Correct line ${refusing.line} of ${refusing.file}, or remove it, where it keeps out whom it should not; it may be right for visitors from elsewhere, as this was asked from this machine`,
      },
    });
  }
  if (file === undefined) {
    return finding("outside-forbidden", {
      message,
      fix: {
        command: shellCommand("wsgi-shim", "settings", site.layout.appRoot),
        safe: false,
      },
    });
  }
  const names = site.host.list(file);
  const isUnlisted = !refused(names) &&
    !names.some((each) => /^index\.x?html?$/.test(each));
  return finding("outside-forbidden", {
    message:
      `${message}, as it serves what is below public/ without the application: ${file}${
        isUnlisted
          ? " is a folder without an index.html, and its names are not listed"
          : ""
      }`,
    place: { file },
    fix: {
      text: isUnlisted
        ? "Ask for a file in it; or put an index.html there, if visitors are to see one; what the application serves must not have the name of a folder of public/"
        : `Let the web server read ${file}, and look for rules that refuse it, such as in .htaccess`,
    },
  });
}

/** The names in a folder, as Apache and Python's own server list them. */
function isListing({ status, body, headers }: Answer): boolean {
  // An application may make such pages as well; Passenger marks its answers.
  const isApplication = /Passenger/.test(headers.get("X-Powered-By") ?? "");
  return status === 200 && !isApplication &&
    /<title>\s*(?:Index of|Directory listing for) \//i.test(body);
}

function judgeListing(
  { url }: Answer,
  site: Site,
): Finding {
  const file = publicFileOf(url, site);
  const message =
    `${url} lists the names in a folder, which the web server does by itself`;
  return file === undefined
    ? finding("outside-other-site", {
      message: `${message}: it does not ask the application there`,
      fix: {
        command: shellCommand("wsgi-shim", "settings", site.layout.appRoot),
        safe: false,
      },
    })
    : finding("outside-other-site", {
      message:
        `${message}: ${file}, below public/, which it serves without the application`,
      place: { file },
      fix: {
        text:
          "Where nobody is to see the names, put an index.html there, or ask the administrators for `Options -Indexes`; what the application serves must not have the name of a folder of public/",
      },
    });
}

/** What an address means below public/, where there is something there. */
function publicFileOf(
  url: string,
  { host, layout: { publicDirectory } }: Site,
): string | undefined {
  const path = new URL(url).pathname.split("/").filter((each) => each !== "");
  // A site below an address of its own has that before its paths.
  return [path, path.slice(1)].filter((parts) => parts.length > 0)
    .map((parts) => join(publicDirectory, ...parts.map(decoded)))
    .find((file) => {
      const status = host.stat(file);
      return file.startsWith(`${publicDirectory}/`) && !refused(status);
    });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function answeringInWords({ file, line, text }: Answering): string {
  return `line ${line} of ${file} says so to some or all: ${
    text.slice(0, 100)
  }`;
}

function means({ means }: Speaker): string {
  return means ? `: ${means}` : "";
}

function sentFrom({ hops }: Answer): string {
  const [first] = hops;
  return first ? `; ${first.url} sends there (status ${first.status})` : "";
}

/** Pages that are wrong whatever their status says. */
function isForAnyStatus({ body }: Answer): boolean {
  return /suspendedpage\.cgi|Account Suspended|window\.spec\s*=/.test(body);
}

/** What Passenger says by itself: the application has not answered. */
function judgePassenger(
  { url, status, body }: Answer,
  { kind }: Speaker,
  { layout: { appRoot } }: Site,
): Finding | undefined {
  const given = statusInWords(status);
  const settings = {
    command: shellCommand("wsgi-shim", "settings", appRoot),
    safe: false,
  };
  const words = body.replace(/<(style|script)\b[\s\S]*?<\/\1>|<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
  const id = /Error ID:?\s*([0-9a-f]{8})/.exec(words)?.[1];
  switch (kind) {
    case "passenger":
      return finding("outside-passenger-error", {
        message: `${url} shows Passenger's own error page${
          id ? `, error id ${id}` : ""
        }: the site could not be started at all`,
        fix: {
          text: `The reason stands in the error log of the web server${
            id ? `, under the error id ${id}` : ""
          }: ask the administrators for those lines; which settings the site needs there, \`${settings.command}\` prints`,
        },
      });
    case "passenger-details": {
      const told = (name: string) =>
        new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(body)?.[1]
          ?.replaceAll("\\/", "/").replaceAll('\\"', '"');
      const root = told("app_root");
      const summary = told("summary");
      const isElsewhere = root !== undefined && root !== appRoot;
      return finding("outside-passenger-error", {
        message:
          `${url} shows Passenger's own error page with all details, which everyone can read: the site could not be started${
            summary ? ` (${summary.slice(0, 200)})` : ""
          }${
            isElsewhere
              ? `; Passenger looks for it in "${root}", and this one is in "${appRoot}"`
              : ""
          }`,
        fix: {
          text: `${
            isElsewhere
              ? `Ask the administrators for: PassengerAppRoot ${appRoot}; and `
              : "Compare the settings of the web server with those of "
          }${
            isElsewhere ? "show them " : ""
          }\`${settings.command}\`; ask also for PassengerFriendlyErrorPages off: the page shows variables and paths to anybody`,
        },
      });
    }
    case "passenger-busy":
      return finding("outside-overloaded", {
        message:
          `${url} gives ${given}: Passenger has more requests waiting than its queue holds, as the processes of the site do not answer fast enough or hang`,
        fix: {
          text: `See what the processes wait for: \`${
            shellCommand("wsgi-shim", "status", appRoot)
          }\`; a restart frees those that hang; more at a time by \`threads\` in [wsgi], or by PassengerMaxPoolSize and PassengerMaxRequestQueueSize, for which the administrators care`,
        },
      });
    case "passenger-access":
      return finding("outside-passenger-error", {
        message: `${url} shows an error of Passenger: ${
          /trying to access '([^']+)'/.test(words)
            ? `the web server may not look at ${
              /trying to access '([^']+)'/.exec(words)![1]
            }, by which Passenger looks for the site`
            : "it cannot find out which folder belongs to the address"
        }`,
        fix: {
          text: `Let the web server enter the folders above it, which \`${
            shellCommand("wsgi-shim", "check", appRoot)
          }\` judges; where PassengerAppRoot and PassengerAppType are set, it does not look there`,
        },
      });
    case "passenger-ended":
      return finding("outside-failure", {
        message: `${url} gives ${given}: the process ended while it ` +
          "was answering",
        fix: {
          command: shellCommand("wsgi-shim", "logs", appRoot),
          safe: false,
        },
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
  301: "Moved Permanently",
  302: "Found",
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

/** A Python file, as a web server hands out files that it knows nothing of. */
function isSource({ headers, body }: Answer): boolean {
  const type = headers.get("Content-Type") ?? "";
  return !/html|json|javascript/i.test(type) &&
    /^\uFEFF?(?:#!.*python|# -\*- coding|(?:#.*\n|\s*\n)*(?:import (?:os|sys)\b|from [\w.]+ import \w))/
      .test(body) &&
    /\bapplication\b|\bapp\b/.test(body);
}

function isDefaultPage(body: string): boolean {
  return /<title>\s*(Apache2? .{0,40}(Default|Test) Page|Welcome to nginx|Test Page for)|<h1>It works!<\/h1>/i
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
  if ("error" in answer || answer.status !== 200) return [];
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

/** A page of Apache with 500, where a line of .htaccess asks for a module. */
function judgeModule(
  url: string,
  given: string,
  { file, line, text, module }: Asking,
): Finding {
  return finding("outside-server-error", {
    message:
      `${url} gives ${given} on a page that Apache made, and not the application: a line of .htaccess is wrong; probably line ${line}, "${text}", as mod_${module}, which it needs, is not loaded`,
    place: { file, line },
    fix: {
      text: module === "access_compat"
        ? `Write what Apache 2.4 has in place of Order, Allow, Deny and Satisfy: "Require all denied" or "Require all granted"`
        : `Write that line between "<IfModule mod_${module}.c>" and "</IfModule>", or ask the administrators for the module; their error log names the line`,
    },
  });
}

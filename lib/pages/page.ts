/**
 * The pages that a site shows when its application does not: start-up errors,
 * exceptions, maintenance, starting again, and the first Hello World.
 *
 * A page speaks to the visitor in one calm sentence, and below it to
 * the owner (`owner.ts`), as far as the settings allow. It needs no
 * script and nothing from outside. Runs on Node and Deno.
 *
 * @module
 */

import type { Failure } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import {
  type Content,
  Markup,
  markup,
  printableLines,
} from "../text/markup.ts";
import { chooseTold, type PageContext, type Told } from "./told.ts";
import type { PageFormat } from "./format.ts";
import { renderOwnerSection } from "./owner.ts";
import { renderPlainText } from "./plain_text.ts";
import { PAGE_STYLE } from "./style.ts";

export type { PageContext } from "./told.ts";
export { type PageFormat, preferredFormat } from "./format.ts";

/** A response that is ready to be sent. */
export interface Page {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What the owner wrote for visitors. */
export interface MaintenanceText {
  /** Plain text of `tmp/maint.txt`. */
  message?: string;
  /** The page `maint.html`, which replaces ours. */
  html?: string;
}

/** Renders the page of a site that cannot start. */
export function renderErrorPage(
  findings: readonly Finding[],
  failure: Failure | undefined,
  context: PageContext,
  format: PageFormat,
): Page {
  return renderTrouble(chooseTold(findings, failure, context), context, {
    format,
    kind: "error",
    status: 503,
    title: "This site is not available at the moment",
    sentence: "Please try again later.",
    retryAfter: RETRY_AFTER_ERROR_S,
  });
}

/** Renders the page of a request whose application raised an exception. */
export function renderExceptionPage(
  failure: Failure,
  findings: readonly Finding[],
  context: PageContext,
  format: PageFormat,
): Page {
  const details = context.requestDetails;
  const level = { ...context, details };
  return renderTrouble(chooseTold(findings, failure, level), level, {
    format,
    kind: "exception",
    status: 500,
    title: "This page could not be shown",
    sentence: "Something went wrong while it was being made.",
  });
}

/** Renders the page of a site in maintenance. */
export function renderMaintenancePage(
  text: MaintenanceText,
  format: PageFormat,
): Page {
  const title = "This site is being worked on";
  const message = text.message?.trim() ||
    "It will be back soon. Thank you for your patience.";
  const occasion = {
    format,
    kind: "maintenance",
    status: 503,
    title,
    retryAfter: RETRY_AFTER_MAINTENANCE_S,
  };
  if (format === "json") return problemPage(occasion, { detail: message });
  if (format === "text") {
    return makePage(occasion, renderPlainText({ title, sentences: [message] }));
  }
  if (text.html !== undefined) {
    const page = makePage(occasion, text.html);
    // The owner's own page may have pictures and scripts.
    delete page.headers["Content-Security-Policy"];
    return page;
  }
  return makePage(
    occasion,
    renderDocument(
      title,
      markup`<header>
<h1>${title}</h1>
<p class="message">${message}</p>
</header>`,
    ),
  );
}

/**
 * Renders the page of a site that is starting again.
 *
 * @param isMended It was seen to be mended, not only given another try
 */
export function renderRestartingPage(
  context: PageContext,
  format: PageFormat,
  isMended = true,
): Page {
  const title = "This site is starting again";
  const occasion = {
    format,
    kind: "restarting",
    status: 503,
    title,
    incident: context.incident,
    retryAfter: 1,
  };
  const known = isMended
    ? "What was wrong has been changed."
    : "It is given another try.";
  const detail = `${known} Please try again in a moment.`;
  if (format === "json") return problemPage(occasion, { detail });
  if (format === "text") {
    return makePage(occasion, renderPlainText({ title, sentences: [detail] }));
  }
  return makePage(
    occasion,
    renderDocument(
      title,
      markup`<header>
<h1>${title}</h1>
<p>${known} This page reloads by itself in a moment.</p>
</header>`,
      markup`<meta http-equiv="refresh" content="1">
`,
    ),
  );
}

/**
 * Renders the Hello World page of a new site, in which the worker replaces
 * `@python@`, `@executable@` and `@user@` by escaped text.
 *
 * @param isFull Paths and users are told
 */
export function renderHelloPage(isFull = true): string {
  const settings = `[wsgi]
module = "/path/to/myapp/wsgi.py"
app = "application"`;
  return renderDocument(
    "Hello World",
    markup`<header>
<h1>Hello World</h1>
<p>This site runs Python, and waits for its application.</p>
</header>
<section class="owner" aria-labelledby="owner">
<h2 id="owner">For the owner of this site</h2>
<p>Name the application in <code>config.toml</code>:</p>
<pre class="output"><code>${settings}</code></pre>
<p>Then, in its folder, look whether all is well, and restart the site:</p>
<pre class="command"><code>wsgi-shim check</code></pre>
<pre class="command"><code>wsgi-shim restart</code></pre>
${
      isFull
        ? markup`<h3>What runs here</h3>
<dl>
<div><dt>Python</dt><dd>@python@</dd></div>
<div><dt>Interpreter</dt><dd>@executable@</dd></div>
<div><dt>User</dt><dd>@user@</dd></div>
</dl>`
        : undefined
    }
</section>`,
  );
}

const RETRY_AFTER_ERROR_S = 30;
const RETRY_AFTER_MAINTENANCE_S = 300;

/** What happened, as a response tells it. */
interface Occasion {
  format: PageFormat;
  kind: string;
  status: number;
  title: string;
  incident?: string;
  retryAfter?: number;
}

function renderTrouble(
  told: Told | undefined,
  context: PageContext,
  about: Occasion & { sentence: string },
): Page {
  const { incident } = context;
  const occasion = { ...about, incident };
  if (about.format === "json") {
    return problemPage(occasion, {
      detail: `${about.sentence} The incident number is ${incident}.`,
      ...told && problemMembers(told, context),
    });
  }
  if (about.format === "text") {
    const sentence =
      `${about.sentence} If you write to its owner, please mention incident ${incident}.`;
    return makePage(
      occasion,
      renderPlainText({
        title: about.title,
        sentences: [sentence],
        owner: told,
      }),
    );
  }
  const owner = told && renderOwnerSection(told, {
    isRunning: about.kind === "exception",
    isFull: context.details === "full",
  });
  return makePage(
    occasion,
    renderDocument(
      about.title,
      markup`<header>
<h1>${about.title}</h1>
<p>${about.sentence} If you write to its owner, please mention <span
class="incident">incident <code>${incident}</code>.</span></p>
</header>${owner}`,
    ),
  );
}

function renderDocument(
  title: string,
  content: Content,
  head?: Markup,
): string {
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${head}<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.toString();
}

/** The extension members of RFC 9457, section 3.2. */
function problemMembers(told: Told, context: PageContext) {
  const { ending, exceptions, findings, stack, output } = told;
  const [exception, ...causes] = exceptions;
  return {
    time: context.now.toISOString(),
    findings,
    ending,
    exception: exception && { ...exception, causes },
    stack,
    output,
    log: told.facts.Log,
  };
}

function problemPage(
  occasion: Occasion,
  members: Record<string, unknown>,
): Page {
  const { kind, title, status, incident } = occasion;
  const problem = {
    type: `urn:wsgi-shim:${kind}`,
    title,
    status,
    instance: incident && `urn:wsgi-shim:incident:${incident}`,
    ...members,
  };
  // Terminals, too, are kept from control characters and overrides.
  const body = JSON.stringify(
    problem,
    (_, value) => typeof value === "string" ? printableLines(value) : value,
    2,
  );
  return makePage(occasion, `${body}\n`);
}

const CONTENT_TYPES: Readonly<Record<PageFormat, string>> = {
  html: "text/html",
  json: "application/problem+json",
  text: "text/plain",
};

function makePage(occasion: Occasion, body: string): Page {
  const { format, incident, kind, retryAfter, status } = occasion;
  return {
    status,
    headers: {
      "Content-Type": `${CONTENT_TYPES[format]}; charset=utf-8`,
      "Cache-Control": "no-store",
      "Content-Security-Policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "Referrer-Policy": "no-referrer",
      ...retryAfter && { "Retry-After": String(retryAfter) },
      "Vary": "Accept",
      "X-Content-Type-Options": "nosniff",
      "X-Robots-Tag": "noindex",
      "X-WSGI-Shim": incident ? `${kind}; incident=${incident}` : kind,
    },
    body,
  };
}

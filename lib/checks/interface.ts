/**
 * Reports settings and wrappers that do nothing for an application that speaks
 * ASGI: as far as the settings tell, and as the trial has seen.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import {
  type Code,
  type Finding,
  finding,
  type Place,
  soften,
} from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { codeLines } from "../python/code_lines.ts";
import type { Site } from "../site/site.ts";

const SOURCE_BYTES_LIMIT = 1_000_000;

interface Said {
  code: Code;
  message: string;
  mend: string;
  /** Finds the line of the application's file that it is about. */
  line?: RegExp;
  /** It is only so behind other servers. */
  isAdvice?: true;
}

/** What is said of what the trial of an application has seen besides. */
const REMARKS = {
  "wrapped": {
    code: "asgi-wrapped",
    message:
      "The application is wrapped in a2wsgi's ASGIMiddleware, which runs each request in a thread and knows no lifespan",
    mend:
      "Let `app` name the ASGI application that is in the wrapper; wsgi-shim serves it as it is",
  },
  "django-sync": {
    code: "django-asgi-sync",
    message:
      "The application is Django's for ASGI, and none of its views is asynchronous: Django runs them one after another",
    mend:
      "Let `module` and `app` name the application of Django's wsgi.py, and set threads as needed",
  },
  "websockets": {
    code: "websockets-refused",
    message:
      "The application has routes for WebSockets: Passenger Standalone lets them through, Apache with Passenger does not",
    mend:
      "Behind Apache, let the browser ask again and again, or send events over a StreamingResponse",
  },
  "root-path": {
    code: "root-path-given",
    message:
      "`root_path` is given to FastAPI; the web server tells it with each request, and the one that is given takes its place",
    mend: "Leave out root_path",
  },
  "server-name": {
    code: "host-not-allowed",
    message:
      "SERVER_NAME in the application's settings is a name for your own machine, or has a port: Flask answers requests for any other name, so those of all visitors, with 404 Not Found",
    mend: "Remove SERVER_NAME, or write the name of the site, without a port",
    line: /SERVER_NAME/,
  },
  "no-http": {
    code: "routes-missing",
    message:
      'The application is a `ProtocolTypeRouter` of Channels without an application for "http": every page fails',
    mend:
      'Write `"http": get_asgi_application(),` into its dictionary, with `from django.core.asgi import get_asgi_application`',
    line: /\bProtocolTypeRouter\(/,
  },
  "https-alone": {
    code: "https-redirect",
    message:
      "HTTPSRedirectMiddleware sends whoever comes by http to https, and knows https by the word of this web server alone: where another one before it ends TLS, browsers are sent round without end",
    mend:
      "Where a proxy before this web server speaks https, and sets X-Forwarded-Proto itself on every request, add `ProxyHeadersMiddleware` of uvicorn.middleware.proxy_headers last, or leave the redirection to that proxy; where this web server speaks https itself, all is well",
    line: /HTTPSRedirectMiddleware/,
    isAdvice: true,
  },
} satisfies Record<string, Said>;

/** What the trial of an application has seen besides. */
export type Remark = keyof typeof REMARKS;

/** An ASGI application has one event loop, and no threads of ours. */
export function checkThreads(site: Site): Finding[] {
  const threads = site.config?.wsgi?.threads ?? 1;
  if (threads <= 1) return [];
  return [finding("threads-without-effect", {
    message:
      `\`threads = ${threads}\` has no effect: the application speaks ASGI, and one event loop serves all its requests at once`,
    place: site.placeOf("wsgi.threads"),
    fix: { text: "Leave out threads" },
  })];
}

/** What a trial has seen. */
export function checkSpoken(
  site: Site,
  spoken: "wsgi" | "asgi",
  remarks: readonly Remark[],
): Finding[] {
  const isKnown = site.config?.wsgi?.interface === "asgi";
  return [
    ...(spoken === "asgi" && !isKnown ? checkThreads(site) : []),
    // The host of a site may be of another version, and know other remarks.
    ...Object.entries<Said>(REMARKS).filter(([remark]) =>
      (remarks as readonly string[]).includes(remark)
    ).map(([, { code, message, mend, line, isAdvice }]) => {
      const found = finding(code, {
        message,
        place: (line && lineOf(line, site)) ?? site.placeOf("wsgi.app"),
        fix: { text: mend },
      });
      return isAdvice
        ? { ...found, severity: "advice" as const }
        : soften(found, "the application itself starts");
    }),
  ];
}

/** The first line of the application's code that fits. */
function lineOf(
  pattern: RegExp,
  { application, host }: Site,
): Place | undefined {
  if (!application || !("file" in application.target)) return undefined;
  const { file } = application.target;
  const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
  if (refused(bytes)) return undefined;
  const at = codeLines(new TextDecoder().decode(bytes))
    .findIndex((line) => pattern.test(line));
  return at < 0 ? undefined : { file, line: at + 1 };
}

/**
 * Reports settings and wrappers that do nothing for an application that speaks
 * ASGI: as far as the settings tell, and as the trial has seen.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import {
  type Finding,
  finding,
  type Place,
  soften,
} from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";

const SOURCE_BYTES_LIMIT = 1_000_000;

/** What the trial of an application has seen besides. */
export type Remark =
  | "wrapped"
  | "django-sync"
  | "websockets"
  | "root-path"
  | "server-name";

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
  const place = site.placeOf("wsgi.app");
  return [
    ...(spoken === "asgi" && !isKnown ? checkThreads(site) : []),
    ...(remarks.includes("wrapped")
      ? [finding("asgi-wrapped", {
        message:
          "The application is wrapped in a2wsgi's ASGIMiddleware, which runs each request in a thread and knows no lifespan",
        place,
        fix: {
          text:
            "Let `app` name the ASGI application that is in the wrapper; wsgi-shim serves it as it is",
        },
      })]
      : []),
    ...(remarks.includes("django-sync")
      ? [finding("django-asgi-sync", {
        message:
          "The application is Django's for ASGI, and none of its views is asynchronous: Django runs them one after another",
        place,
        fix: {
          text:
            "Let `module` and `app` name the application of Django's wsgi.py, and set threads as needed",
        },
      })]
      : []),
    ...(remarks.includes("websockets")
      ? [finding("websockets-refused", {
        message:
          "The application has routes for WebSockets: Passenger Standalone lets them through, Apache with Passenger does not",
        place,
        fix: {
          text:
            "Behind Apache, let the browser ask again and again, or send events over a StreamingResponse",
        },
      })]
      : []),
    ...(remarks.includes("root-path")
      ? [finding("root-path-given", {
        message:
          "`root_path` is given to FastAPI; the web server tells it with each request, and the one that is given takes its place",
        place,
        fix: { text: "Leave out root_path" },
      })]
      : []),
    ...(remarks.includes("server-name")
      ? [soften(
        finding("host-not-allowed", {
          message:
            "SERVER_NAME in the application's settings is a name for your own machine, or has a port: Flask answers requests for any other name, so those of all visitors, with 404 Not Found",
          place: lineOf(/SERVER_NAME/, site) ?? place,
          fix: {
            text:
              "Remove SERVER_NAME, or write the name of the site, without a port",
          },
        }),
        "the application itself starts",
      )]
      : []),
  ];
}

/** The first line of the application's file that fits. */
function lineOf(
  pattern: RegExp,
  { application, host }: Site,
): Place | undefined {
  if (!application || !("file" in application.target)) return undefined;
  const { file } = application.target;
  const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
  if (refused(bytes)) return undefined;
  const at = new TextDecoder().decode(bytes).split("\n")
    .findIndex((line) => pattern.test(line));
  return at < 0 ? undefined : { file, line: at + 1 };
}

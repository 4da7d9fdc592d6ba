/**
 * What a program may do and a web application may not: run a server of its
 * own, ask the keyboard, end the process, be an answer of another kind.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Frame, PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { cause, classOf, ownFrame, placeIn, type Scene } from "./scene.ts";

const SERVER_REGEXP =
  /\/(?:socketserver|wsgiref\/simple_server|http\/server)\.py$|\/(?:werkzeug\/serving|waitress\/\w+|gunicorn\/\w+|uvicorn\/\w+|hypercorn\/\w+|cheroot\/\w+|gevent\/(?:base)?server|tornado\/(?:tcp|http)server|bottle|aiohttp\/web|django\/core\/servers\/\w+|flask\/app)\.py$/;
const SERVE_FUNCTION_REGEXP =
  /^(?:serve_forever|run_simple|run|serve|run_server|run_app|handle_request|server_bind|bind_sockets?|listen)$/;

/** Tells whether code of the application was starting a server. */
export function findServerStart(frames: readonly Frame[]): Frame | undefined {
  return frames.find((frame) =>
    SERVER_REGEXP.test(frame.file) && SERVE_FUNCTION_REGEXP.test(frame.function)
  );
}

/** Makes the finding of an application that runs a server. */
export function explainServerStart(
  place: Finding["place"],
): Finding {
  return cause("app-runs-server", {
    message:
      "The application starts a web server of its own while it is imported, as with app.run()",
    place,
    fix: {
      text: 'Move that call below `if __name__ == "__main__":`, or remove it',
    },
  });
}

/** Explains what a web application may not do. */
export function explainBehaviour(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const kind = classOf(raised);
  const { message, frames } = raised;
  const place = placeIn(raised, scene);
  const isServing = scene.failure.problem === "request-raised";
  if (!isServing && findServerStart(frames)) return explainServerStart(place);
  if (!isServing && raised.errno === "EADDRINUSE") {
    return cause("app-runs-server", {
      message:
        "The application listens on a port of its own while it is imported, and that port is in use already",
      place,
      fix: {
        text:
          'Move that below `if __name__ == "__main__":`, or remove it: the web server listens',
      },
    });
  }
  if (
    kind === "EOFError" && (/^EOF when reading a line$/.test(message) ||
      /\/getpass\.py$/.test(frames.at(-1)?.file ?? ""))
  ) {
    return cause("app-reads-keyboard", {
      message:
        "The application asks for input from a keyboard, and a web server has none",
      place,
      fix: {
        text:
          "Remove input() or the debugger; take settings from config.toml, in [environment] or [secret_files]",
      },
    });
  }
  if (kind === "BdbQuit") {
    return cause("app-reads-keyboard", {
      message:
        "The application stops in a debugger, and a web server has no keyboard",
      place,
      fix: { text: "Remove breakpoint() or pdb.set_trace()" },
    });
  }
  if (isThreadBound(kind, message)) {
    return cause("thread-bound", {
      message:
        `The code must stay in one thread, and is used in another: ${message}`,
      place,
      fix: {
        text:
          "Write in [wsgi] of config.toml: threads = 1; or let each request use an object of its own",
      },
    });
  }
  if (kind === "RecursionError") return explainRecursion(raised, scene);
  return undefined;
}

function isThreadBound(kind: string, message: string): boolean {
  return (kind === "ValueError" &&
    /^signal only works in main thread/.test(message)) ||
    (kind === "RuntimeError" &&
      /^There is no current event loop in thread/.test(message)) ||
    (kind === "ProgrammingError" &&
      /^SQLite objects created in a thread can only be used/.test(message));
}

function explainRecursion(
  { frames }: PythonException,
  scene: Scene,
): Finding | undefined {
  const starter = frames.find(({ file }) => /\/passenger_wsgi\.py$/.test(file));
  const again = frames.filter((frame) =>
    frame.file === starter?.file && frame.function === "<module>"
  );
  if (!starter || again.length < 2) return undefined;
  return cause("startup-file-loads-itself", {
    message: `${starter.file} loads itself over and over`,
    place: { file: starter.file, line: starter.line },
    fix: {
      text:
        `Let module in [wsgi] of ${scene.site.layout.config} name the application's own file`,
    },
  });
}

/** How the worker words what is wrong with an answer, and what mends it. */
const ANSWERS: readonly { type: string; message: RegExp; fix: string }[] = [
  {
    type: "TypeError",
    message: /^application returned None;/,
    fix:
      'End the application with `return [body]`, where body is bytes, after start_response("200 OK", headers)',
  },
  {
    type: "TypeError",
    message: /^application returned str, not bytes/,
    fix:
      'Return bytes in a list: `return [body.encode("utf-8")]`; a dict as JSON: `return [json.dumps(data).encode("utf-8")]`',
  },
  {
    type: "TypeError",
    message: /^application returned str/,
    fix: 'Return bytes in a list: `return [body.encode("utf-8")]`',
  },
  {
    type: "TypeError",
    message: /^application returned /,
    fix: "Return an iterable of bytes: `return [body]`",
  },
  {
    type: "TypeError",
    message: /^headers? (?:are|is) \w+, not a /,
    fix:
      'Give the headers as a list of tuples: `[("Content-Type", "text/html")]`; of a dict, `list(headers.items())`',
  },
  {
    type: "TypeError",
    message: /^(?:status is |header )/,
    fix: "Give status, names and values of headers as str",
  },
  {
    type: "ValueError",
    message: /^status is /,
    fix:
      'Write the status as number and words: `start_response("200 OK", headers)`',
  },
  {
    type: "ValueError",
    message: /^header |^Content-Length is |^status or header has a character/,
    fix:
      "Headers are ASCII without line ends; encode other text, as with urllib.parse.quote, and never put what a visitor sent into one unseen",
  },
  {
    type: "AssertionError",
    message:
      /^start_response was called a second time|^application (?:sent its body before|did not call) start_response$|^application did not call|^header .* is hop-by-hop/,
    fix:
      'Call `start_response("200 OK", headers)` once, before the body is returned; leave the headers of the connection to the server',
  },
];

/** Where the application begins in its file; it left no frame of its own. */
function placeOfApplication({ site }: Scene): Finding["place"] {
  const { module: file, app = "" } = site.config?.wsgi ?? {};
  const name = /^[\w]+/.exec(app)?.[0];
  const bytes = file?.startsWith("/") && name
    ? site.host.readBytes(file, 1_000_000)
    : undefined;
  if (!file || !bytes || refused(bytes)) return site.placeOf("wsgi.app");
  const begins = new RegExp(
    `^(?:(?:async )?def|class) +${name}\\b|^${name} *[:=]`,
  );
  const line = new TextDecoder().decode(bytes).split(/\r?\n/)
    .findIndex((each) => begins.test(each)) + 1;
  return line > 0 ? { file, line } : { file };
}

const ARITY_REGEXP =
  /^([\w.<>]+)\(\) (?:takes (?:from )?\d+(?: to \d+)? positional arguments? but \d+ (?:was|were) given|missing \d+ required (?:positional|keyword-only) arguments?)/;

/** Explains an answer that is none in WSGI. */
export function explainAnswer(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { failure, site } = scene;
  if (failure.problem !== "request-raised") return undefined;
  const kind = classOf(raised);
  const answer = ANSWERS.find((each) =>
    each.type === kind && each.message.test(raised.message)
  );
  const own = ownFrame(raised.frames, scene);
  // The worker's own words come from the worker, not from the application.
  if (answer && !own) {
    return cause("response-invalid", {
      message: `This is no answer in WSGI: ${raised.message}`,
      place: placeOfApplication(scene),
      fix: { text: answer.fix },
    });
  }
  if (
    answer &&
    /^(?:status|header|Content-Length|start_response)/.test(raised.message)
  ) {
    return cause("response-invalid", {
      message: `This is no answer in WSGI: ${raised.message}`,
      place: placeIn(raised, scene),
      fix: { text: answer.fix },
    });
  }
  const arity = ARITY_REGEXP.exec(raised.message);
  if (kind === "TypeError" && arity && raised.frames.length === 0) {
    return cause("app-not-wsgi", {
      message:
        `WSGI calls the application with two arguments, and it takes others: ${raised.message}`,
      place: site.placeOf("wsgi.app"),
      fix: {
        text:
          'Let `app` in config.toml name the application itself; a factory is written app = "create_app()"',
      },
    });
  }
  if (kind === "SystemExit") {
    return cause("request-exited", {
      message:
        "The application called exit while it served a request; that ends a program, not a request",
      place: placeIn(raised, scene),
      fix: { text: "Return an answer in its place" },
    });
  }
  return undefined;
}

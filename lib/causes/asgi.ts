/**
 * What goes wrong in applications that speak ASGI: FastAPI, Starlette, Quart,
 * and Django's views that are asynchronous.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isAbsolute, join } from "node:path";
import { appoint, placeOf, sourceOf } from "./appointed.ts";
import { missing } from "./missing_files.ts";
import type { Rule } from "./rule.ts";

const REQUEST = { problem: "request-raised" } as const;
const STARTUP = { problem: "startup-raised" } as const;

/** The rules of this family. */
export const asgi = (): readonly Rule[] => [
  {
    name: "wsgi-middleware-reversed",
    code: "app-not-wsgi",
    over: "arguments-wrong",
    when: {
      type: "TypeError",
      message:
        /^(\w+)\.?__call__\(\) missing \d+ required positional arguments?: .*'send'/,
      through: /\/(?:starlette\/middleware\/wsgi|a2wsgi\/\w+)\.py /,
    },
    claim: ({ groups: [kind] }, scene) => {
      const [, inner] = /\bWSGIMiddleware\(\s*(\w+)/.exec(sourceOf(scene)) ??
        [];
      return {
        says:
          `WSGIMiddleware was given an application that speaks ASGI (${kind}): it lets one of WSGI, such as Flask's, run inside of one of ASGI, and not the other way`,
        place: placeOf(scene),
        mend:
          `Leave WSGIMiddleware out: applications of ASGI run here as they are. ${
            appoint(inner ?? "app", scene)
          }`,
      };
    },
    examples: [{
      raised:
        "TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'",
      frames: ["PACKAGES/starlette/middleware/wsgi.py wsgi"],
      failure: { problem: "request-raised" },
      files: {
        "APP/app.py":
          "from main import site\napplication = WSGIMiddleware(site)\n",
      },
      mend: 'app = "site"',
    }],
    not: [{
      raised:
        "TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'",
      failure: { problem: "request-raised" },
      in: "PACKAGES/werkzeug/test.py run_wsgi_app",
    }],
  },
  {
    name: "event-loop-runs-already",
    code: "app-code",
    when: [
      {
        type: "RuntimeError",
        message:
          /^(asyncio\.run\(\)|Runner\.run\(\)) cannot be called from a running event loop/,
      },
      {
        type: "RuntimeError",
        message:
          /^(?:This event loop is already running|Cannot run the event loop while another loop is running)/,
      },
    ],
    claim: {
      says:
        "The code starts an event loop while the one that serves the site runs: {line}",
      mend:
        "Write `await …` there, in a function that begins with `async def`; a function that cannot be one may be called by `await asyncio.to_thread(…)`, and has a thread without a loop then",
    },
    examples: [
      {
        raised:
          "RuntimeError: asyncio.run() cannot be called from a running event loop",
        failure: REQUEST,
        says: "asyncio.run() cannot be called",
        mend: "`await …`",
      },
      {
        raised: "RuntimeError: This event loop is already running",
        in: "PYTHON/asyncio/base_events.py _check_running",
        failure: STARTUP,
      },
      {
        raised:
          "RuntimeError: Cannot run the event loop while another loop is running",
        failure: REQUEST,
      },
    ],
  },
  {
    name: "event-loop-not-yet",
    code: "app-code",
    when: { type: "RuntimeError", message: /^no running event loop/ },
    claim: ({ failure: { problem } }) => ({
      says: problem === "import-raised" || problem === "factory-raised"
        ? "Something is made for the event loop while the file is imported, when none runs yet"
        : "Something is made for the event loop where none runs, as in a view without `async` or in a thread",
      mend: problem === "request-raised"
        ? "Make it in a function that begins with `async def`; such a view is called in the event loop"
        : "Make it in the startup handler, or in the lifespan function, of the application",
    }),
    examples: [
      {
        raised: "RuntimeError: no running event loop",
        in: "PYTHON/asyncio/tasks.py create_task",
        says: "while the file is imported",
        mend: "startup handler",
      },
      {
        raised: "RuntimeError: no running event loop",
        failure: REQUEST,
        says: "where none runs",
      },
    ],
  },
  {
    name: "event-loop-of-another",
    code: "app-code",
    when: [
      {
        type: "RuntimeError ValueError",
        message: /\battached to a different loop\b/,
      },
      {
        type: "RuntimeError ValueError",
        message: /\bis bound to a different event loop\b/,
      },
    ],
    claim: {
      says:
        "Something is used in the event loop of the site that was made in another loop: {line}",
      probably:
        "it was made while the file is imported, or within `asyncio.run(…)`",
      mend:
        "Make it in the startup handler, or in the lifespan function, of the application",
    },
    examples: [
      {
        raised:
          "RuntimeError: Task <Task pending name='Task-9' coro=<x()>> got Future <Future pending> attached to a different loop",
        failure: REQUEST,
      },
      {
        raised:
          "RuntimeError: <asyncio.locks.Lock object at 0x7f0 [locked]> is bound to a different event loop",
        failure: REQUEST,
      },
    ],
  },
  {
    name: "not-from-async-view",
    code: "app-code",
    when: [
      {
        type: "SynchronousOnlyOperation",
        message: /^You cannot call this from an async context/,
      },
      {
        type: "RuntimeError",
        message:
          /^You cannot use AsyncToSync in the same thread as an async event loop/,
      },
    ],
    claim: ({ kind }) =>
      kind === "SynchronousOnlyOperation"
        ? {
          says:
            "Django's database is asked from a function that begins with `async def`",
          mend:
            "Write `def` in place of `async def`; or take the forms for it, as `await Model.objects.aget(…)`, or `await sync_to_async(…)()`",
        }
        : {
          says:
            "async_to_sync() is called in a function that the event loop runs",
          mend: "Write `await …` there, without async_to_sync",
        },
    examples: [
      {
        raised:
          "django.core.exceptions.SynchronousOnlyOperation: You cannot call this from an async context - use a thread or sync_to_async.",
        in: "PACKAGES/django/utils/asyncio.py inner",
        failure: REQUEST,
        mend: "sync_to_async",
      },
      {
        raised:
          "RuntimeError: You cannot use AsyncToSync in the same thread as an async event loop - just await the async function directly.",
        failure: REQUEST,
        mend: "Write `await …` there",
      },
    ],
  },
  {
    name: "await-forgotten",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message:
          /^'coroutine' object is not (?:iterable|subscriptable|callable|an iterator)|^Object of type coroutine is not JSON serializable/,
      },
      {
        type: "AttributeError",
        message: /^'coroutine' object has no attribute '(\w+)'/,
      },
      {
        type: "ValueError",
        message: /^\[TypeError\("'coroutine' object is not iterable"\)/,
      },
    ],
    claim: {
      says:
        "What a function that begins with `async def` returns is used without `await`",
      mend: "Write `await` before the call",
    },
    examples: [
      {
        raised: "TypeError: 'coroutine' object is not subscriptable",
        failure: REQUEST,
      },
      {
        raised: "AttributeError: 'coroutine' object has no attribute 'json'",
        failure: REQUEST,
      },
      {
        raised:
          "ValueError: [TypeError(\"'coroutine' object is not iterable\"), TypeError('vars() argument must have __dict__ attribute')]",
        in: "PACKAGES/fastapi/encoders.py jsonable_encoder",
        failure: REQUEST,
      },
    ],
    not: [{
      raised: "TypeError: 'generator' object is not subscriptable",
      failure: REQUEST,
    }],
  },
  {
    name: "lifespan-without-context",
    code: "app-code",
    when: [
      {
        problem: "startup-raised",
        type: "TypeError",
        message:
          /^'(?:coroutine|function|NoneType|(?:async_)?generator)' object does not support the asynchronous context manager protocol/,
      },
      {
        problem: "startup-raised",
        type: "AttributeError",
        message: /^(?:'\w+' object has no attribute ')?__aenter__'?$/,
      },
      {
        problem: "startup-raised",
        type: "TypeError",
        message: /^'coroutine' object is not an async iterator/,
      },
      {
        problem: "startup-raised",
        type: "RuntimeError",
        message: /^generator didn't yield$/,
      },
    ],
    claim: {
      says:
        "The lifespan function of the application is none that can be started and ended: {line}",
      mend:
        "Write `@asynccontextmanager` above it, from contextlib, begin it with `async def`, and let it `yield` once, between what starts and what ends",
    },
    examples: [
      {
        raised:
          "TypeError: 'coroutine' object does not support the asynchronous context manager protocol",
        in: "PACKAGES/starlette/routing.py lifespan",
        failure: STARTUP,
        mend: "`@asynccontextmanager`",
      },
      {
        raised: "AttributeError: __aenter__",
        in: "PACKAGES/starlette/routing.py lifespan",
        failure: STARTUP,
      },
      {
        raised: "TypeError: 'coroutine' object is not an async iterator",
        in: "PYTHON/contextlib.py __aenter__",
        failure: STARTUP,
      },
      {
        raised: "RuntimeError: generator didn't yield",
        in: "PYTHON/contextlib.py __aenter__",
        failure: STARTUP,
      },
    ],
    not: [{ raised: "AttributeError: __aenter__", failure: REQUEST }],
  },
  {
    name: "middleware-too-late",
    code: "app-code",
    when: {
      type: "RuntimeError",
      message: /^Cannot add middleware after an application has started/,
    },
    claim: {
      says: "Middleware is added when the application has started already",
      mend:
        "Call `add_middleware()` below the line that makes the application, and not in a startup handler",
    },
    examples: [{
      raised:
        "RuntimeError: Cannot add middleware after an application has started",
      in: "PACKAGES/starlette/applications.py add_middleware",
      failure: STARTUP,
    }],
  },
  {
    name: "folder-of-static-files",
    code: "file-missing",
    when: {
      type: "RuntimeError",
      message: /^(?:StaticFiles d|D)irectory '([^']+)' does not exist/,
      in: /\/starlette\/staticfiles\.py /,
    },
    claim: (subject, scene) => {
      const [told = ""] = subject.groups;
      const path = isAbsolute(told) ? told : join(scene.directory, told);
      const raised = { ...subject.raised, filename: told };
      return missing(path, { ...subject, raised }, scene);
    },
    examples: [
      {
        raised: "RuntimeError: Directory 'static' does not exist",
        in: "PACKAGES/starlette/staticfiles.py __init__",
        says: '"static" is looked for in the working directory APP',
        mend: "Path(__file__).parent",
      },
      {
        raised: "RuntimeError: Directory '/srv/site/statc' does not exist",
        in: "PACKAGES/starlette/staticfiles.py __init__",
        files: { "SITE/static": {} },
        says: "SITE/statc",
      },
    ],
    not: ["RuntimeError: Directory 'static' does not exist"],
  },
  {
    name: "response-model-impossible",
    code: "app-code",
    when: {
      type: "FastAPIError",
      message:
        /^Invalid args for response field! Hint: check that (.+?) is a valid [Pp]ydantic field type/,
    },
    claim: {
      says: "FastAPI cannot make a model of $1, which a view takes or returns",
      mend:
        "Let the view return a model of pydantic; or write `response_model=None` into the decorator of the view; a parameter that is no data of the request takes `Depends(…)`",
    },
    examples: [{
      raised:
        "fastapi.exceptions.FastAPIError: Invalid args for response field! Hint: check that <class 'app.Thing'> is a valid Pydantic field type. If you are using a return type annotation",
      in: "PACKAGES/fastapi/utils.py create_response_field",
      says: "<class 'app.Thing'>",
      mend: "`response_model=None`",
    }],
  },
  {
    name: "path-parameter-impossible",
    code: "app-code",
    when: {
      type: "AssertionError",
      message: /^Path params must be of one of the supported types/,
      in: /\/fastapi\//,
    },
    claim: {
      says:
        "A part of the path of a view is declared as a type that cannot stand in an address",
      mend:
        "Declare it as `str`, `int` or the like; what comes in the body has no place in the path",
    },
    examples: [{
      raised:
        "AssertionError: Path params must be of one of the supported types",
      in: "PACKAGES/fastapi/dependencies/utils.py get_dependant",
    }],
    not: ["AssertionError: Path params must be of one of the supported types"],
  },
  {
    name: "asgi-is-not-flask",
    code: "app-code",
    when: {
      type: "AttributeError",
      message:
        /^'(FastAPI|Starlette|Quart|Litestar)' object has no attribute '(run|wsgi_app)'/,
    },
    claim: ({ groups: [kind, name] }) => ({
      says: `An application of ${kind} has no \`${name}\`, as Flask's has`,
      mend: name === "run"
        ? "Remove that line: the web server calls the application"
        : "Remove that line: client and scheme are those of the visitor already; a middleware for ASGI is added by `add_middleware()`",
    }),
    examples: [
      {
        raised: "AttributeError: 'FastAPI' object has no attribute 'run'",
        mend: "the web server calls",
      },
      {
        raised:
          "AttributeError: 'Starlette' object has no attribute 'wsgi_app'",
        mend: "add_middleware()",
      },
    ],
    not: ["AttributeError: 'FastAPI' object has no attribute 'rout'"],
  },
  {
    name: "asgi-without-http",
    code: "routes-missing",
    when: {
      type: "ValueError",
      message: /^No application configured for scope type 'http'/,
    },
    claim: {
      says:
        'What answers here, a `ProtocolTypeRouter` of Channels, is given no application for "http", so that every page fails',
      mend:
        'Write `"http": get_asgi_application(),` into its dictionary, with `from django.core.asgi import get_asgi_application`; where Apache serves the site, WebSockets do not come through it, and `application` of wsgi.py serves the pages as well',
    },
    examples: [{
      raised: "ValueError: No application configured for scope type 'http'",
      in: "PACKAGES/channels/routing.py __call__",
      failure: { problem: "request-raised" },
      mend: '"http": get_asgi_application()',
    }],
    not: ["ValueError: No application configured for scope type 'lifespan'"],
  },
  {
    name: "asgi-answer-invalid",
    code: "response-invalid",
    when: {
      problem: "request-raised",
      type: "TypeError ValueError AssertionError",
      message:
        /^(body of http\.response\.body is (\w+), not bytes|headers? (?:are|.{1,90}:|is) .*not (?:pairs?|a pair) of bytes|header is \w+, not a \(name, value\) pair|status is .{1,90}, not (?:int|between 200 and 999)|http\.response\.start was sent a second time|http\.response\.body was sent before http\.response\.start|application returned (?:without|before its last) http\.response\.\w+|unknown message type .{1,90})/,
    },
    claim: ({ groups: [what = ""] }) => ({
      says: `This is no answer in ASGI: ${what}`,
      mend: /^body/.test(what)
        ? 'Send bytes: `{"type": "http.response.body", "body": text.encode("utf-8")}`'
        : /^header/.test(what)
        ? 'Send headers as pairs of bytes: `[(b"content-type", b"text/html; charset=utf-8")]`'
        : /^status/.test(what)
        ? 'Send the status as a number: `"status": 200`'
        : "Send `http.response.start` once, with status and headers, and after it `http.response.body`, for each request; a middleware hands on what it does not answer: `await app(scope, receive, send)`",
    }),
    examples: [
      {
        raised:
          'TypeError: body of http.response.body is str, not bytes: encode it, as in body.encode("utf-8")',
        failure: { problem: "request-raised" },
        says: "body of http.response.body is str",
        mend: "text.encode",
      },
      {
        raised:
          "TypeError: header 'content-type': 'text/html' is not a pair of bytes: encode both, as in b\"content-type\"",
        failure: { problem: "request-raised" },
        mend: "pairs of bytes",
      },
      {
        raised:
          "AssertionError: application returned without http.response.start",
        frames: [],
        failure: { problem: "request-raised" },
        mend: "`http.response.start` once",
      },
    ],
  },
];

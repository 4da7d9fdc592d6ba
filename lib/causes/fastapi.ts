/**
 * What FastAPI and Starlette say of views, templates, routers and middleware.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { versionOf } from "./installed.ts";
import type { Rule } from "./rule.ts";
import { lineOf, type Scene } from "./scene.ts";

/** ` (installed is 1.0)`. */
function installed(name: string, scene: Scene): string {
  const version = versionOf(name, scene);
  return version ? ` (installed is ${version})` : "";
}

/** The rules of FastAPI and Starlette. */
export const fastapi = (): Rule[] => [
  {
    name: "response-not-as-declared",
    code: "app-code",
    when: {
      type: "ResponseValidationError",
      message: /^\d+ validation errors?:([\s\S]*)/,
    },
    claim: ({ groups: [told = ""], text }) => {
      const [, place] = /'loc': \(([^)]*)\)/.exec(told) ?? [];
      const [, what] = /'msg': ["']((?:[^"'\\]|\\.)*)["']/.exec(told) ?? [];
      const [, view] = /line \d+, in (\w+)/.exec(text) ?? [];
      const fields = (place ?? "").split(",")
        .map((each) => each.trim().replace(/^'|'$/g, ""))
        .filter((each) => each !== "" && each !== "response");
      const isNone = /'input': None\b/.test(told) && fields.length === 0;
      return {
        says: `What the view${
          view ? ` \`${view}\`` : ""
        } returns is not what it declares (\`response_model\` or the type behind \`->\`)${
          isNone
            ? ": it returns None"
            : `${fields.length > 0 ? `, at "${fields.join(".")}"` : ""}${
              what ? `: ${what}` : ""
            }`
        }`,
        mend: isNone
          ? "Let each way through the view end with `return …`; where nothing is found, `raise HTTPException(status_code=404)`; or declare that None may come: `-> Model | None`"
          : "Return what the model wants, or correct the model; for rows of a database, let the model read attributes: `model_config = ConfigDict(from_attributes=True)` (`orm_mode = True` before pydantic 2)",
      };
    },
    examples: [
      {
        raised:
          "fastapi.exceptions.ResponseValidationError: 1 validation error:\n  {'type': 'model_attributes_type', 'loc': ('response',), 'msg': 'Input should be a valid dictionary', 'input': None}\n\n  File \"/srv/site/myapp/app.py\", line 5, in show\n    GET /",
        failure: { problem: "request-raised" },
        says: "the view `show` returns is not what it declares",
        mend: "HTTPException(status_code=404)",
      },
      {
        raised:
          "fastapi.exceptions.ResponseValidationError: 1 validation error:\n  {'type': 'int_parsing', 'loc': ('response', 'price'), 'msg': 'Input should be a valid integer', 'input': 'x'}\n",
        failure: { problem: "request-raised" },
        says: 'at "price": Input should be a valid integer',
        mend: "from_attributes=True",
      },
    ],
  },
  {
    name: "answer-not-encodable",
    code: "app-code",
    when: {
      type: "ValueError",
      message: /^\[TypeError\("'(?!coroutine')(\w+)' object is not iterable"\)/,
      through: /\/fastapi\/encoders\.py /,
    },
    claim: {
      says:
        "A view returns an object of type $1, which FastAPI cannot write as JSON",
      mend:
        'Return a dict, a list, a text or a model of pydantic; of an object, take what is to be shown, as in `{"name": item.name}`',
    },
    examples: [{
      raised:
        "ValueError: [TypeError(\"'Engine' object is not iterable\"), TypeError('vars() argument must have __dict__ attribute')]",
      in: "PACKAGES/fastapi/encoders.py jsonable_encoder",
      failure: { problem: "request-raised" },
      says: "of type Engine",
    }],
  },
  {
    name: "template-response-old",
    code: "package-conflict",
    when: [
      {
        type: "TypeError",
        message:
          /^(?:Jinja2Templates\.)?TemplateResponse\(\) missing \d+ required positional argument/,
      },
      {
        type: "TypeError",
        message: /^unhashable type: 'dict'|^cannot use 'dict' as a dict key/,
        through: /\/starlette\/templating\.py /,
      },
      {
        type: "AttributeError",
        message:
          /^'(?:str|dict)' object has no attribute '(?:scope|headers|url_for)'/,
        through: /\/starlette\/templating\.py /,
      },
    ],
    claim: ({ own }, scene) => {
      const [, name] = /TemplateResponse\(\s*(["'][^"']+["'])/
        .exec(lineOf(own, scene)) ?? [];
      return {
        says:
          `\`TemplateResponse()\` is called with the name of the template first, as it was before; Starlette wants the request first${
            installed("starlette", scene)
          }`,
        mend: `Write \`TemplateResponse(request, ${
          name ?? '"page.html"'
        }, {…})\`, with the data of the template last; "request" need not be among them`,
      };
    },
    examples: [
      {
        raised: "TypeError: unhashable type: 'dict'",
        in: [
          "PACKAGES/starlette/templating.py TemplateResponse",
          "PACKAGES/jinja2/utils.py __getitem__",
        ],
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            '\n\nreturn t.TemplateResponse("index.html", {"request": request})\n',
        },
        says: "Starlette wants the request first",
        mend: '`TemplateResponse(request, "index.html", {…})`',
      },
      {
        raised:
          "TypeError: Jinja2Templates.TemplateResponse() missing 1 required positional argument: 'name'",
        failure: { problem: "request-raised" },
      },
    ],
    not: [{
      raised: "TypeError: unhashable type: 'dict'",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "template-response-new",
    code: "package-conflict",
    when: [
      {
        type: "ValueError AssertionError",
        message: /^context must include a "request" key/,
      },
      {
        type: "AttributeError",
        message: /^'Request' object has no attribute '(?:split|startswith)'/,
        through: /\/starlette\/templating\.py /,
      },
      {
        type: "TypeError",
        message: /^join\(\) argument must be .* not 'Request'/,
        through: /\/starlette\/templating\.py /,
      },
    ],
    claim: ({ text }, scene) =>
      /must include/.test(text)
        ? {
          says:
            "A template of Starlette is rendered without the request, which must be among its data",
          mend:
            'Write `TemplateResponse(request, "page.html", {…})` from Starlette 0.29 on, `TemplateResponse("page.html", {"request": request})` before',
        }
        : {
          says:
            `\`TemplateResponse()\` is called with the request first, which Starlette knows from 0.29 on${
              installed("starlette", scene)
            }`,
          mend:
            'Write `TemplateResponse("page.html", {"request": request})`; or write later versions of fastapi and starlette into the requirements of the site',
        },
    examples: [
      {
        raised: 'ValueError: context must include a "request" key',
        in: "PACKAGES/starlette/templating.py TemplateResponse",
        failure: { problem: "request-raised" },
      },
      {
        raised: "AttributeError: 'Request' object has no attribute 'split'",
        in: [
          "PACKAGES/starlette/templating.py TemplateResponse",
          "PACKAGES/jinja2/loaders.py split_template_path",
        ],
        failure: { problem: "request-raised" },
        says: "from 0.29 on",
      },
    ],
  },
  {
    name: "starlette-middleware-wanted",
    code: "app-code",
    when: {
      type: "AssertionError",
      message: /^(\w+Middleware) must be installed to access request\.(\w+)/,
    },
    claim: ({ groups: [name = "", what] }) => ({
      says:
        `\`request.${what}\` is asked for, and the application has no ${name}`,
      mend: name === "SessionMiddleware"
        ? "Add it where the application is made: `app.add_middleware(SessionMiddleware, secret_key=KEY)`, from starlette.middleware.sessions (it needs the package itsdangerous), with a KEY that is read from a file of [secret_files]; a middleware that asks for the session must be added before it"
        : `Add it where the application is made: \`app.add_middleware(${name}, …)\`, from starlette.middleware.authentication, with a backend of your own`,
    }),
    examples: [{
      raised:
        "AssertionError: SessionMiddleware must be installed to access request.session",
      in: "PACKAGES/starlette/requests.py session",
      failure: { problem: "request-raised" },
      says: "`request.session` is asked for",
      mend: "app.add_middleware(SessionMiddleware, secret_key=KEY)",
    }],
  },
  {
    name: "state-unset",
    code: "app-code",
    when: {
      type: "AttributeError",
      message: /^'State' object has no attribute '(\w+)'/,
      in: /\/starlette\/datastructures\.py /,
    },
    claim: ({ groups: [name = ""], own }, scene) => {
      const isOfRequest = /\brequest\.state\./.test(lineOf(own, scene));
      return {
        says: `\`${
          isOfRequest ? "request" : "app"
        }.state.${name}\` is asked for, and nothing has set it`,
        mend: isOfRequest
          ? "Set it in a middleware or a dependency that runs before the view"
          : "Set it in the startup handler, or before `yield` in the lifespan function, of the application that `app` in config.toml names; an application that is mounted has a state of its own, and `lifespan=` lets `on_event` handlers be passed over",
      };
    },
    examples: [{
      raised: "AttributeError: 'State' object has no attribute 'db'",
      in: "PACKAGES/starlette/datastructures.py __getattr__",
      failure: { problem: "request-raised" },
      says: "`app.state.db` is asked for",
      mend: "lifespan",
    }],
  },
  {
    name: "router-prefix",
    code: "app-code",
    when: {
      type: "AssertionError",
      message:
        /^A path prefix must (start with|not end with) '\/'|^Routed paths must start with '\/'|^Prefix and path cannot be both empty/,
    },
    claim: ({ line, own }, scene) => {
      const [, written] = /prefix\s*=\s*["']([^"']*)["']/
        .exec(lineOf(own, scene)) ?? [];
      return {
        says:
          `The address of a router or a view is written in a wrong form: ${line}`,
        mend: written
          ? `Write \`prefix="/${written.replace(/^\/+|\/+$/g, "")}"\``
          : 'Begin it with a slash and end it without one, as in `prefix="/api"`; a view of it has at least `"/"`',
      };
    },
    examples: [{
      raised: "AssertionError: A path prefix must start with '/'",
      in: "PACKAGES/fastapi/routing.py __init__",
      files: { "APP/app.py": '\n\nr = APIRouter(prefix="api/")\n' },
      mend: '`prefix="/api"`',
    }],
  },
];

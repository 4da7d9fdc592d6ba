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
      message:
        /^\[TypeError\("'(?!coroutine')([\w.]+)' object is not iterable"\)/,
      through: /\/fastapi\/encoders\.py /,
    },
    claim: {
      says:
        "A view returns an object of type $1, which FastAPI cannot write as JSON",
      mend:
        'Return a dict, a list, a text or a model of pydantic; of an object, take what is to be shown, as in `{"name": item.name}`; of numpy and pandas `value.item()`, `array.tolist()` and `frame.to_dict("records")`',
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
    name: "json-without-nan",
    code: "app-code",
    when: {
      type: "ValueError",
      message: /^Out of range float values are not JSON compliant/,
    },
    claim: {
      says:
        "A number that is none (nan) or endless (inf) is to be written as JSON, which has no such thing",
      mend:
        "Write None in its place, as with `math.isfinite(value)`; of pandas, `frame.astype(object).where(frame.notna(), None)`",
    },
    examples: [{
      raised: "ValueError: Out of range float values are not JSON compliant",
      in: [
        "PACKAGES/starlette/responses.py render",
        "PYTHON/json/encoder.py iterencode",
      ],
      failure: { problem: "request-raised" },
      mend: "isfinite",
    }],
  },
  {
    name: "starlette-answer-of-other-kind",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message: /^'(\w+)' object is not callable/,
        in:
          /\/starlette\/(?:routing|_exception_handler|middleware\/base)\.py (?:app|wrapped_app|__call__)$/,
      },
      {
        type: "AttributeError",
        message: /^'(\w+)' object has no attribute 'encode'/,
        in: /\/starlette\/responses\.py render$/,
      },
    ],
    claim: ({ groups: [kind = ""], raised }) => {
      const { file, function: called } = raised.frames.at(-1)!;
      const what = kind === "NoneType" ? "None" : `a ${kind}`;
      return called === "render"
        ? {
          says: `A \`Response\` is made of ${what}, and wants a text or bytes`,
          mend:
            "Write `JSONResponse(data)` for data, or make a text of it: `str(value)`",
        }
        : file.endsWith("/base.py")
        ? {
          says:
            `A middleware (\`@app.middleware("http")\`) returns ${what} in place of an answer`,
          mend:
            "End it with `return response`, what `await call_next(request)` gave",
        }
        : {
          says: `A view of Starlette returns ${what} in place of an answer`,
          mend:
            "Return an answer: `PlainTextResponse(text)`, `JSONResponse(data)`, `HTMLResponse(page)`",
        };
    },
    examples: [
      {
        raised: "TypeError: 'str' object is not callable",
        frames: ["PACKAGES/starlette/routing.py app"],
        failure: { problem: "request-raised" },
        says: "A view of Starlette returns a str",
      },
      {
        raised: "TypeError: 'NoneType' object is not callable",
        frames: ["PACKAGES/starlette/middleware/base.py __call__"],
        failure: { problem: "request-raised" },
        mend: "`return response`",
      },
      {
        raised: "AttributeError: 'dict' object has no attribute 'encode'",
        in: "PACKAGES/starlette/responses.py render",
        failure: { problem: "request-raised" },
        mend: "`JSONResponse(data)`",
      },
    ],
    not: [{
      raised: "TypeError: 'str' object is not callable",
      in: "APP/app.py index",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "dependency-called",
    code: "app-code",
    over: "everyday-mistake",
    when: {
      type: "TypeError",
      message: /^([^\n]{1,100}) is not a callable object$/,
      through: /\/fastapi\/dependencies\//,
    },
    claim: ({ own }, scene) => {
      const [, name = "get_db"] = /\bDepends\(\s*(\w+)\(/
        .exec(lineOf(own, scene)) ?? [];
      return {
        says:
          "`Depends()` is given what a function returned, and wants the function itself",
        mend: `Leave its brackets out: \`Depends(${name})\``,
      };
    },
    examples: [{
      raised: "TypeError: 1 is not a callable object",
      in: [
        "PACKAGES/fastapi/dependencies/utils.py get_dependant",
        "PYTHON/inspect.py _signature_from_callable",
      ],
      mend: "`Depends(get_db)`",
    }],
  },
  {
    name: "pydantic-model-faulty",
    code: "app-code",
    over: "name-gone-told",
    when: {
      type: "PydanticUserError",
      // What was right before pydantic 2 is told by another rule.
      message:
        /^(?![\s\S]{0,600}(?:non-annotated|removed|root_validator|from_attributes|signature|__modify_schema__|no longer|instead))(\S[^\n]{0,300})/,
    },
    claim: ({ groups: [told = ""], own, raised }) =>
      own === undefined ||
        raised.frames.findLast(({ file }) =>
            !/\/(?:pydantic|pydantic_core|fastapi)\//.test(file)
          )?.file !== own.file
        ? undefined
        : {
          says: `pydantic does not take a model as it is written: ${told}`,
          mend: "Correct the model, as it says",
        },
    examples: [{
      raised:
        "pydantic.errors.PydanticUserError: Decorators defined with incorrect fields: app.Item:1.check (use check_fields=False if you're inheriting from the model and intended this)",
      in: "PACKAGES/pydantic/_internal/_decorators.py f",
      says: "pydantic does not take a model as it is written",
    }],
    not: [{
      raised:
        "pydantic.errors.PydanticUserError: A non-annotated attribute was detected: `x = 1`. All model fields require a type annotation",
      in: "PACKAGES/pydantic/_internal/_model_construction.py f",
    }],
  },
  {
    name: "model-value-invalid",
    code: "app-code",
    when: {
      type: /^pydantic(?:_core|\.error_wrappers|\.v1)?[\w.]*\.ValidationError$/,
      message:
        /^\d+ validation errors? for (\w+)\n([\w.-]{1,80})\n +([^\n[(]{1,200})/,
      problem: "request-raised",
    },
    claim: ({ groups: [model, field, told], raised }) =>
      raised.frames.some(({ file }) =>
          /\/pydantic_settings\/|env_settings/.test(file)
        )
        ? undefined
        : {
          says:
            `The model "${model}" of pydantic is made of what it does not take, at "${field}": ${told?.trim()}`,
          mend:
            "See where the value comes from. What a visitor sends, FastAPI checks by itself where the view has a parameter of that model, and answers 422; else catch `ValidationError`; a field that may be left out has `| None = None`",
        },
    examples: [{
      raised:
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for Item\nprice\n  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='x', input_type=str]",
      in: "PACKAGES/pydantic/main.py __init__",
      failure: { problem: "request-raised" },
      says: 'The model "Item" of pydantic is made of what it does not take',
      mend: "422",
    }],
    not: [{
      raised:
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for Item\nprice\n  Field required [type=missing]",
      in: "PACKAGES/pydantic/main.py __init__",
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

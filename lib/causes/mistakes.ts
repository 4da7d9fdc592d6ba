/**
 * Everyday mistakes that Python's own words and the line together tell.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { codeOf } from "../python/syntax.ts";
import { statementAt } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { linesOf, type Scene, textOf } from "./scene.ts";

/** What is raised in the application's own line, and what is behind it. */
const MISTAKES: readonly {
  type: string;
  message: RegExp;
  /** The statement, without what stands between quotes. */
  code?: RegExp;
  says: string;
  mend: string;
}[] = [
  {
    type: "TypeError",
    message:
      /^'(?:Immutable|Combined)?(?:MultiDict|HeaderDict)?\w*' object is not callable/,
    code:
      /\.(?:form|args|values|files|cookies|headers|GET|POST|FILES|COOKIES|META|session|environ)\(/,
    says:
      "What came with the request is asked with round brackets, as if it were a function",
    mend:
      'Write square brackets, `request.form["name"]`, or `request.form.get("name")` where it may be missing',
  },
  {
    type: "TypeError",
    message: /^'bool' object is not callable/,
    code:
      /\.is_(?:authenticated|active|anonymous|staff|superuser|json|xhr|secure)\(/,
    says:
      "`is_authenticated` and its like are values and no functions any more (Django since 1.10, Flask-Login since 0.3)",
    mend: "Leave the brackets out: `user.is_authenticated`",
  },
  {
    type: "TypeError",
    message: /^string indices must be integers/,
    says: "What is asked by a name there is a text",
    mend:
      "Make data of it first, as `json.loads(text)` or `response.json()`, where it is JSON; a loop over a dict gives its names: `for name, value in data.items():`",
  },
  {
    type: "TypeError",
    message: /^list indices must be integers or slices, not str/,
    says: "What is asked by a name there is a list",
    mend:
      "Take one of it first, by its number (`data[0]`), or go through all with `for each in data:`",
  },
  {
    type: "TypeError",
    message: /^unhashable type: '(?:list|dict|set)'/,
    says:
      "A list, a dict or a set stands where only what never changes may stand: as the key of a dict, in a set, or as an argument that is remembered (`lru_cache`)",
    mend: "Give a tuple in its place, `tuple(names)`, or a text made of it",
  },
  {
    type: "TypeError",
    message:
      /^can only concatenate str \(not "(?:int|float|Decimal|NoneType|bytes|list|dict|tuple|datetime\.\w+)"\)|^unsupported operand type\(s\) for \+: '(?:int|float|Decimal)' and 'str'|^must be str, not \w+/,
    says: "A text and something that is none are to be joined",
    mend:
      'Write both into one text, `f"{name} {number}"`, or make a text of it, `str(number)`; where numbers are to be added, make a number of the text: `int(text)`; what comes from a form or a variable is always a text',
  },
  {
    type: "TypeError",
    message:
      /^'(?:<|>|<=|>=)' not supported between instances of '(?:str' and '(?:int|float|Decimal)|(?:int|float|Decimal)' and 'str)'/,
    says: "A text and a number are compared",
    mend:
      "Make a number of the text first, `int(text)`: what comes from a form, a file or a variable is always a text",
  },
  {
    type: "TypeError",
    message: /^exceptions must derive from BaseException/,
    says: "What stands behind `raise` is no exception",
    mend:
      'Raise one, as `raise ValueError("what is wrong")`; for a page that is not there, `abort(404)` in Flask and `raise Http404` in Django',
  },
  {
    type: "TypeError",
    message: /^catching classes that do not inherit from BaseException/,
    says: "What stands behind `except` is no exception",
    mend:
      "Name exceptions there, several in parentheses: `except (ValueError, KeyError):`; a module is none: `except requests.RequestException:`",
  },
  {
    type: "TypeError",
    message: /^Cannot create a consistent method resolution/,
    says:
      "The classes behind the name of the class stand in an order that contradicts itself: one of them is the base of another that comes after it",
    mend:
      "Leave `object` and other bases out that another one brings already, or write the more particular class first: `class Shop(Mixin, Base):`",
  },
  {
    type: "TypeError",
    message:
      /^object ([\w.]+) can't be used in 'await' expression|^'?([\w.]+)'? object can't be awaited/,
    says:
      "`await` stands before what is no coroutine: an ordinary call gives its result at once",
    mend:
      "Leave `await` out there; or use a package that is async, as httpx in place of requests",
  },
  {
    type: "TypeError",
    message: /^'async_generator' object is not iterable/,
    says: "An async generator is gone through with an ordinary loop",
    mend: "Write `async for` in place of `for`, in a function with `async def`",
  },
  {
    type: "TypeError",
    message:
      /^argument of type 'NoneType' is not (?:iterable|a container)|^(?:float|int)\(\) argument must be .*'NoneType'|^strptime\(\) argument 1 must be str, not None|^fromisoformat: argument must be str|^expected string or bytes-like object(?:, got 'NoneType')?$|^the JSON object must be str, bytes or bytearray, not NoneType/,
    says: "None came where a text is needed",
    mend:
      "See what gave it, such as a field that the form or the address does not have (`.get(…)` gives None then), an empty field of the database, or a setting that is not set: refuse it there, or give a value in its place, `.get(name, default)`",
  },
  {
    type: "AttributeError",
    message: /^'Response' object has no attribute '(?:get|items|keys|values)'/,
    says:
      "What `requests` gives back is the answer of the other server, and no dict",
    mend:
      "Take its data first: `response.json()`, or its text: `response.text`",
  },
  {
    type: "AttributeError",
    message:
      /^'str' object has no attribute '(?:get|items|keys|values|pop|update)'/,
    says: "What is asked like a dict there is a text",
    mend:
      "Make data of it first, as `json.loads(text)` or `response.json()`, where it is JSON; a loop over a dict gives its names",
  },
  {
    type: "AttributeError",
    message:
      /^'str' object has no attribute '(?:tzinfo|strftime|isoformat|year|month|day|hour|date|days|timestamp)'/,
    says: "What is asked like a time there is a text",
    mend:
      "Make a time of it first: `datetime.fromisoformat(text)`, or `datetime.strptime(text, …)`; what comes from a form or from SQLite may be a text",
  },
  {
    type: "AttributeError",
    message:
      /^'(?:list' object has no attribute '(?:add|push|put|length|size|count_all)|dict' object has no attribute '(?:append|add|push|extend)|set' object has no attribute '(?:append|push)|tuple' object has no attribute '(?:append|add|extend|sort|remove))'/,
    says: "What stands there is of another kind than the method is for",
    mend:
      "A list has `append()`, a set `add()`, a dict takes `data[name] = value`, and a tuple cannot be changed: make a list of it, `list(…)`",
  },
  {
    type: "AttributeError",
    message: /^'MySQL' object has no attribute '(?:connection|get_db|connect)'/,
    says:
      "Two packages bring a class `MySQL` for Flask, and the code is written for the other one",
    mend:
      "With `from flask_mysqldb import MySQL` write `mysql.connection.cursor()`; with `from flaskext.mysql import MySQL` (Flask-MySQL) `mysql.get_db().cursor()` or `mysql.connect()`",
  },
  {
    type: "AttributeError",
    message:
      /^'(?:list|tuple|QuerySet|InstrumentedList|ScalarResult|CursorResult)' object has no attribute '\w+'/,
    says: "What stands there is many, and is asked as if it were one",
    mend:
      "Take one of them first, as by `[0]`, `.first()` or `.get(…)`, or go through all with `for each in …:`",
  },
  {
    type: "AttributeError",
    message:
      /^'dict' object has no attribute '(?!iter|has_key|view|append|add'|sort|extend|remove)\w+'/,
    says: "A dict is asked for a part of it as for an attribute",
    mend: 'Write `data["name"]`, or `data.get("name")` where it may be missing',
  },
  {
    type: "AttributeError",
    message:
      /^'(?:builtin_function_or_method|method|method-wrapper)' object has no attribute '\w+'/,
    says: "A function is asked for something that what it gives has",
    mend:
      "Write the brackets that call it, as `data.items()` or `datetime.now().year`",
  },
  {
    type: "TypeError",
    message:
      /^'(?:builtin_function_or_method|method|function)' object is not (?:subscriptable|iterable)/,
    says: "A function stands where what it gives is wanted",
    mend:
      'Call it with round brackets: `request.form.get("name")` and not `get["name"]`, `data.items()` and not `data.items`',
  },
  {
    type: "AttributeError",
    message: /^'function' object has no attribute 'as_view'/,
    says: "`as_view()` is asked of a view that is a function",
    mend: "Leave `.as_view()` out: only classes of views want it",
  },
  {
    type: "AttributeError",
    message: /^type object '(\w+)' has no attribute 'as_view'/,
    says: "`as_view()` is asked of a class that is no view",
    mend:
      "Let the class be one of views, `class Shop(View):`, with `View` of the framework, or name the view in place of a model or a form of that name",
  },
  {
    type: "AttributeError",
    message:
      /^'(?:Blueprint|APIRouter)' object has no attribute '(?:run|config|wsgi_app|test_client|before_first_request)'/,
    says:
      "What stands there is a part of an application (a blueprint or router), and not the application",
    mend:
      "Register it with the application, `app.register_blueprint(…)` or `app.include_router(…)`, and ask that one; within a view `current_app` is it",
  },
  {
    type: "AttributeError",
    message: /^'bytes' object has no attribute '(?:encode|format)'/,
    says: "What stands there are bytes already",
    mend:
      'Leave `.encode()` out, or make a text of them first: `.decode("utf-8")`',
  },
  {
    type: "AttributeError",
    message: /^'(?:Base)?Query' object has no attribute 'paginate'/,
    says:
      "`paginate()` is Flask-SQLAlchemy's, and what stands there is a query of SQLAlchemy itself",
    mend:
      "Write `db.paginate(db.select(Shop), page=…)`, or `Shop.query.paginate(…)` in place of `session.query(Shop)`",
  },
  {
    type: "RuntimeError",
    message: /^Event loop is closed/,
    says:
      "A client or a connection is used in another event loop than the one that it was made in, and that one has ended: each `asyncio.run()` makes a loop of its own",
    mend:
      "Make it inside of the function that `asyncio.run(…)` runs, `async with httpx.AsyncClient() as client:`, and not at the top of the file",
  },
  {
    type: "UnsupportedOperation",
    message: /^fileno/,
    says:
      "What stands there is a file in memory, and a file of the system is wanted",
    mend:
      "Save it first, as `upload.save(path)` or into `tempfile.NamedTemporaryFile()`, and give the path; or give its content: `.read()`",
  },
  {
    type: "UnsupportedOperation",
    message: /^(?:not (?:readable|writable)|read|write)/,
    says: "A file is read or written that was not opened for that",
    mend:
      'Open it for what is done with it: `open(path, "r")`, `"w"`, `"a"` or `"r+"`',
  },
  {
    type: "ValueError",
    message: /^(?:I\/O operation on|read of|write to|seek of) closed file/,
    says: "A file is used after it was closed",
    mend:
      "Use it inside of its `with` block, or open it again; what is sent to a visitor is read after the view has ended: give the path, or a copy in memory (`BytesIO`)",
  },
  {
    type: "ValueError",
    message: /^Exceeds the limit \(\d+ digits\) for integer string conversion/,
    says:
      "A number of more digits comes there than Python reads or writes, as that takes long",
    mend: "Refuse such a number where it comes from, by its length",
  },
  {
    type: "OverflowError",
    message: /too large to convert to|int too big to convert|out of range/,
    says:
      "A number is larger than what takes it can hold, as a field of a database",
    mend:
      "Refuse it where it comes from, or take a wider field, such as BigInteger; a time in milliseconds is divided by 1000 first",
  },
  {
    type: "ValueError",
    message: /^(?:not enough|too many) values to unpack/,
    code: /^\s*for\s+\w+\s*,\s*\w+\s+in\s+[\w.]+\s*:/,
    says:
      "A loop takes two values of each item, and the items have another number",
    mend:
      "Write `.items()` behind a dict, and `enumerate(…)` around a list, where the number of each is meant",
  },
  {
    type: "TypeError",
    message:
      /^'float' object cannot be interpreted as an integer|^list indices must be integers or slices, not float|^slice indices must be integers/,
    says:
      "A whole number is wanted there, and what comes has a point: `/` gives such a one since Python 3, even where nothing is left over",
    mend:
      "Divide by `//`, or write `int(…)` around it, `round(…)` where it is to be rounded",
  },
  {
    type: "TypeError",
    message: /^sort\(\) takes no positional arguments/,
    says: "`sort()` takes how to sort only by name",
    mend:
      "Write `key=…`, what to sort by; for a function that compares two, `key=functools.cmp_to_key(…)`",
  },
  {
    type: "RuntimeError",
    message: /^dictionary changed size during iteration|^Set changed size/,
    says: "A dict or a set is changed while a loop goes through it",
    mend: "Go through a copy: `for name in list(data):`",
  },
];

/** The rules of mistakes. */
export const mistakes = (): Rule[] => [
  {
    name: "everyday-mistake",
    code: "app-code",
    last: true,
    when: {
      type:
        "TypeError AttributeError ValueError RuntimeError OverflowError UnsupportedOperation",
    },
    claim: (subject, scene) => {
      const { own, raised, text, kind } = subject;
      const inner = raised.frames.at(-1);
      // What Python's own library raises, it was given by the line.
      const isOwn = own && inner &&
        (inner.file === own.file ||
          /\/lib(?:64)?\/python3[\d.]*\/(?!site-packages)|^</.test(inner.file));
      if (!isOwn) return undefined;
      const code = codeOf(statementAt(own, scene));
      const found = MISTAKES.find((each) =>
        each.type === kind && each.message.test(text) &&
        (each.code?.test(code) ?? true)
      );
      return found && {
        says: `${found.says}: line ${own.line} of ${own.file}, ${
          text.split("\n")[0]
        }`,
        mend: found.mend,
      };
    },
    examples: [
      {
        raised: "TypeError: 'ImmutableMultiDict' object is not callable",
        files: { "APP/app.py": "\n\nname = request.form('name')\n" },
        mend: 'request.form["name"]',
      },
      {
        raised: "TypeError: 'bool' object is not callable",
        files: { "APP/app.py": "\n\nif user.is_authenticated():\n" },
        mend: "Leave the brackets out",
      },
      {
        raised: "TypeError: 'float' object cannot be interpreted as an integer",
        mend: "Divide by `//`",
      },
      {
        raised: "TypeError: string indices must be integers, not 'str'",
        mend: "json.loads(text)",
      },
      {
        raised: 'TypeError: can only concatenate str (not "int") to str',
        mend: 'f"{name} {number}"',
      },
      {
        raised:
          "TypeError: expected string or bytes-like object, got 'NoneType'",
        in: "PYTHON/re/__init__.py sub",
        says: "None came where a text is needed",
      },
      {
        raised: "ValueError: too many values to unpack (expected 2)",
        files: { "APP/app.py": "\n\nfor name, price in prices:\n" },
        mend: ".items()",
      },
      {
        raised: "AttributeError: 'Response' object has no attribute 'get'",
        mend: "response.json()",
      },
      {
        raised: "AttributeError: 'QuerySet' object has no attribute 'name'",
        mend: "`.first()`",
      },
      {
        raised: "AttributeError: 'dict' object has no attribute 'name'",
        mend: 'data["name"]',
      },
    ],
    not: [
      {
        raised: "TypeError: string indices must be integers, not 'str'",
        in: "PACKAGES/shop/core.py f",
      },
      {
        raised: "ValueError: too many values to unpack (expected 2)",
        files: { "APP/app.py": "\n\na, b = price()\n" },
      },
    ],
  },
  {
    name: "module-called",
    code: "app-code",
    when: { type: "TypeError", message: /^'module' object is not callable/ },
    claim: (subject, scene) => moduleCalled(subject, scene),
    examples: [
      {
        raised:
          "TypeError: 'module' object is not callable. Did you mean: 'pprint.pprint(...)'?",
        files: { "APP/app.py": "import pprint\n\npprint(x)\n" },
        says: 'Line 1 of APP/app.py imports the module "pprint"',
        mend: "`from pprint import pprint`",
      },
      {
        raised: "TypeError: 'module' object is not callable",
        files: { "APP/app.py": "from shop import cart\n\ncart(1)\n" },
        mend: "`cart.NAME(…)`",
      },
    ],
    not: [{
      raised: "TypeError: 'module' object is not callable",
      files: { "APP/app.py": "import a, b\n\na(b(1))\n" },
    }],
  },
  {
    name: "view-arguments",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^(?:\w+\.)*((?!__init__)\w+)\(\) (?:got an unexpected keyword argument '(\w+)'|missing \d+ required positional arguments?: (.+)|takes (\d+) positional arguments? but (\d+))/,
      in:
        /\/(?:flask\/app\.py dispatch_request|flask\/views\.py \w+|django\/core\/handlers\/base\.py _get_response|django\/views\/generic\/base\.py \w+)$/,
    },
    claim: (subject, scene) => viewArguments(subject, scene),
    examples: [
      {
        raised:
          "TypeError: index() missing 1 required positional argument: 'name'",
        in: "PACKAGES/flask/app.py dispatch_request",
        failure: { problem: "request-raised" },
        says: "which the address of its route does not have",
        mend: '`@app.route("/…/<name>")`',
      },
      {
        raised: "TypeError: index() got an unexpected keyword argument 'id'",
        in: "PACKAGES/flask/app.py dispatch_request",
        failure: { problem: "request-raised" },
        mend: "def index(id):",
      },
      {
        raised:
          "TypeError: index() takes 0 positional arguments but 1 was given",
        in: "PACKAGES/django/core/handlers/base.py _get_response",
        failure: { problem: "request-raised" },
        mend: "def index(request):",
      },
      {
        raised:
          "TypeError: detail() missing 1 required positional argument: 'pk'",
        in: "PACKAGES/django/core/handlers/base.py _get_response",
        failure: { problem: "request-raised" },
        mend: '`path("…/<int:pk>/", …)`',
      },
      {
        raised:
          "TypeError: Shop() takes 0 positional arguments but 1 was given",
        in: "PACKAGES/django/core/handlers/base.py _get_response",
        failure: { problem: "request-raised" },
        files: { "APP/shop/views.py": "class Shop(View):\n    pass\n" },
        mend: "def Shop(request):",
      },
    ],
    not: ["TypeError: index() missing 1 required positional argument: 'name'"],
  },
];

/** A module of that name that the line calls as a function. */
function moduleCalled(
  { own, raised }: Subject,
  scene: Scene,
): Claim | undefined {
  if (!own || raised.frames.at(-1)?.file !== own.file) return undefined;
  const code = codeOf(statementAt(own, scene));
  const called = new Set(
    [...code.matchAll(/(?<![\w.])(\w+)\(/g)].map(([, name]) => name!),
  );
  const found = [...called].flatMap((name) => {
    const at = linesOf(own.file, scene).findIndex((each) =>
      new RegExp(
        `^\\s*(?:from\\s+(\\S+)\\s+)?import\\s+(?:[\\w\\s,.]*[\\s,])?${name}\\s*(?:,|#|$)`,
      ).test(each)
    );
    return at < 0 ? [] : [{ name, line: at + 1 }];
  });
  const [only] = found;
  if (!only || found.length > 1) return undefined;
  const { name, line } = only;
  const isPlain = new RegExp(`^\\s*import\\s`).test(
    linesOf(own.file, scene)[line - 1] ?? "",
  );
  const holds = /^(?:pprint|datetime|time|glob|copy|tqdm|random|slugify|uuid)$/
    .test(name);
  return {
    seen:
      `Line ${line} of ${own.file} imports the module "${name}", and line ${own.line} calls it as a function`,
    place: { file: own.file, line: own.line },
    mend: isPlain && holds
      ? `Write \`from ${name} import ${name}\` on line ${line}, or call what is in it: \`${name}.NAME(…)\``
      : `Call what is in it, \`${name}.NAME(…)\`, or import that: \`from ${name} import NAME\``,
  };
}

/** A view whose arguments are not those that its address has. */
function viewArguments(
  { groups: [view = "", extra, missing, takes, given], raised }: Subject,
  scene: Scene,
): Claim | undefined {
  const isDjango = /\/django\//.test(raised.frames.at(-1)?.file ?? "");
  const entry = textOf(scene.site.config?.wsgi?.module, scene);
  const owner = isDjango ? "urls.py" : "`@app.route(…)`";
  if (extra) {
    return {
      says:
        `The view ${view}() gets "${extra}" from its address, and has no such parameter`,
      mend: isDjango
        ? `Write it as \`def ${view}(request, ${extra}):\`, or take \`<${extra}>\` out of its path in urls.py`
        : `Write it as \`def ${view}(${extra}):\`, or take \`<${extra}>\` out of ${owner}`,
    };
  }
  if (missing) {
    const names = [...missing.matchAll(/'(\w+)'/g)].map(([, name]) => name!);
    if (names.includes("self")) {
      return {
        says: `The view ${view}() is a method, and is called as a function`,
        mend: isDjango
          ? "Give the class itself in urls.py, `ShopView.as_view()`, and not one of its methods"
          : 'Make a view of the class: `add_url_rule("/", view_func=Shop.as_view("shop"))`',
      };
    }
    const [name = ""] = names;
    return {
      says:
        `The view ${view}() wants ${missing}, which the address of its route does not have`,
      mend: isDjango
        ? `Write it into its path in urls.py, \`path("…/<int:${name}>/", …)\`, or give it a default in the view, \`${name}=None\``
        : `Write it into the route, \`@app.route("/…/<${name}>")\`, or take it out of the view's parameters: what comes with a form or behind \`?\` is in \`request\`${
          /\bfrom flask import .*\brequest\b/.test(entry)
            ? ""
            : ", imported from flask"
        }`,
    };
  }
  if (takes !== undefined && isDjango && Number(takes) < Number(given)) {
    return {
      says:
        `The view ${view}() takes ${takes} arguments by their place, and Django gives it ${given}: the request comes first`,
      mend: Number(takes) === 0
        ? `Write it as \`def ${view}(request):\`; a class is given as \`${view}.as_view()\` in urls.py`
        : `Compare \`def ${view}(…)\` with its path in urls.py; in a class of views \`self\` comes before \`request\``,
    };
  }
  return undefined;
}

/**
 * Routes that Flask and Werkzeug do not take, and applications that are made
 * without what they want.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of routes. */
export const flaskRoutes = (): Rule[] => [
  {
    name: "route-form",
    code: "app-code",
    when: [
      {
        type: "ValueError",
        message:
          /^urls must start with a leading slash|^URL rule '([^']*)' must start with a slash/,
      },
      {
        type: "ValueError",
        message: /^malformed url rule: ['"](.*)['"]$/,
      },
      {
        type: "ValueError",
        message: /^variable name '(\w+)' used twice/,
      },
      {
        type: "LookupError",
        message: /^the converter '(\w+)' does not exist/,
      },
    ],
    claim: ({ groups: [what], line, own }, scene) => {
      const [, written] =
        /\.(?:route|get|post|put|delete|add_url_rule)\(\s*["']([^"']*)["']/
          .exec(lineOf(own, scene)) ?? [];
      const rule = written ??
        (/^the converter|^variable/.test(line) ? undefined : what);
      return {
        says: `The address of a route${
          rule === undefined ? "" : ` ("${rule}")`
        } is written in a wrong form: ${line}`,
        mend: /slash/.test(line)
          ? `Begin it with a slash${rule === undefined ? "" : `: "/${rule}"`}`
          : /^the converter/.test(line)
          ? "Write one of those that there are: string, int, float, path, uuid; as in `<int:number>`"
          : /used twice/.test(line)
          ? "Give each part of the address a name of its own"
          : "Close each `<` with a `>`; within stands a name, or a converter, a colon and a name: `<int:number>`",
      };
    },
    examples: [
      {
        raised: "ValueError: urls must start with a leading slash",
        in: "PACKAGES/werkzeug/routing/rules.py __init__",
        files: { "APP/app.py": '\n\n@app.route("about")\n' },
        says: '("about")',
        mend: '"/about"',
      },
      {
        raised: "ValueError: malformed url rule: '/<int:id'",
        in: "PACKAGES/werkzeug/routing/rules.py _parse_rule",
        mend: "Close each `<`",
      },
      {
        raised: "LookupError: the converter 'integer' does not exist",
        in: "PACKAGES/werkzeug/routing/rules.py get_converter",
        mend: "`<int:number>`",
      },
    ],
  },
  {
    name: "route-arguments",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message: /^Allowed methods must be a list of strings/,
      },
      {
        type: "ValueError AssertionError",
        message: /^[Ee]xpected view func if endpoint is not provided/,
      },
    ],
    claim: ({ line, own }, scene) => ({
      says: /^Allowed/.test(line)
        ? "The methods of a route are given as a text, and a list is wanted"
        : "A route is added without the function that answers it",
      mend: /^Allowed/.test(line)
        ? `Write \`methods=["${
          /methods\s*=\s*\(?["'](\w+)/.exec(lineOf(own, scene))?.[1] ?? "POST"
        }"]\``
        : 'Give the function itself, without brackets and not as a text: `app.add_url_rule("/", view_func=index)`',
    }),
    examples: [
      {
        raised:
          'TypeError: Allowed methods must be a list of strings, for example: @app.route(..., methods=["POST"])',
        in: "PACKAGES/flask/sansio/app.py add_url_rule",
        files: { "APP/app.py": '\n\n@app.route("/", methods="GET")\n' },
        mend: '`methods=["GET"]`',
      },
      {
        raised: "ValueError: Expected view func if endpoint is not provided.",
        in: "PACKAGES/flask/helpers.py _endpoint_from_view_func",
        mend: "view_func=index",
      },
    ],
  },
  {
    name: "application-without-name",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^(?:(\w+)\.)?__init__\(\) missing 1 required positional argument: 'import_name'/,
    },
    claim: ({ groups: [kind], own }, scene) => {
      const name = kind ??
        /\b(Flask|Blueprint|Quart)\(/.exec(lineOf(own, scene))?.[1] ?? "Flask";
      return {
        says: `\`${name}()\` is made without the name of its module`,
        mend: name === "Blueprint"
          ? 'Write `Blueprint("name", __name__)`'
          : `Write \`${name}(__name__)\``,
      };
    },
    examples: [{
      raised:
        "TypeError: Flask.__init__() missing 1 required positional argument: 'import_name'",
      mend: "`Flask(__name__)`",
    }],
  },
  {
    name: "user-not-logged-in",
    code: "app-code",
    when: [
      {
        type: "AttributeError",
        message: /^'AnonymousUserMixin' object has no attribute '(\w+)'/,
      },
      {
        type: "AttributeError",
        message:
          /^'NoneType' object has no attribute '(is_authenticated|is_active|is_anonymous)'/,
        through: /\/(?:werkzeug\/local|flask_login\/\w+|jinja2\/\w+)\.py /,
      },
    ],
    claim: ({ text }) => ({
      says: /AnonymousUserMixin/.test(text)
        ? "A view uses `current_user` as a user of the site, and this visitor has not logged in"
        : "`current_user` of Flask-Login is None: the function of `user_loader` was not asked, or the application has no LoginManager",
      mend: /AnonymousUserMixin/.test(text)
        ? "Write `@login_required` below the route, or ask `current_user.is_authenticated` first"
        : "Call `login_manager.init_app(app)` where the application is made, and ask `current_user` only while a request is answered",
    }),
    examples: [
      {
        raised:
          "AttributeError: 'AnonymousUserMixin' object has no attribute 'name'",
        failure: { problem: "request-raised" },
        mend: "@login_required",
      },
      {
        raised:
          "AttributeError: 'NoneType' object has no attribute 'is_authenticated'",
        in: "PACKAGES/werkzeug/local.py __getattr__",
        failure: { problem: "request-raised" },
        mend: "init_app(app)",
      },
    ],
  },
  {
    name: "dash-callback",
    code: "app-code",
    when: {
      type:
        "DuplicateCallback DuplicateCallbackOutput DuplicateIdError NonExistentIdException InvalidConfig InvalidCallbackReturnValue MissingCallbackContextException",
      message: /./,
    },
    claim: ({ kind, line, raised }) =>
      !raised.type.startsWith("dash.") ? undefined : {
        says: `Dash does not accept what the application gives it: ${
          line.slice(0, 300)
        }`,
        mend: /^DuplicateCallback/.test(kind)
          ? "Let one callback alone have that Output, or write `allow_duplicate=True` into the later one, with `prevent_initial_call=True`; a file that is imported twice under two names does this as well"
          : kind === "DuplicateIdError"
          ? "Give each component of the layout an id of its own"
          : kind === "NonExistentIdException"
          ? "Give a component of the layout that id; of pages that come later, write `suppress_callback_exceptions=True` where the application is made"
          : kind === "InvalidConfig"
          ? "Begin and end the prefixes with a slash; where the web server serves the site below a path, it tells that by itself: leave `requests_pathname_prefix` and `url_base_pathname` out first"
          : "Let the callback return as many values as it has Outputs, of the kind that they want",
      },
    examples: [
      {
        raised:
          "dash.exceptions.DuplicateIdError: Duplicate component id found in the initial layout: `graph`",
        mend: "an id of its own",
      },
      {
        raised:
          "dash.exceptions.InvalidConfig: `requests_pathname_prefix` needs to start with `/`",
        mend: "slash",
      },
    ],
  },
];

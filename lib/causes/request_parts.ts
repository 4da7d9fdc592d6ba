/**
 * What a view asks a request for, and this one has not: headers, cookies,
 * values of the session, what an earlier step should have left.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { lineOf, readBy } from "./scene.ts";

/** What servers before this one tell, if they are told to. */
const OF_PROXIES = /^HTTP_(?:X_|CF_|TRUE_CLIENT|FORWARDED|VIA|CLIENT_IP)/;
/** What the login of the web server, or single sign-on, brings. */
const OF_LOGINS =
  /^(?:HTTP_)?(?:REMOTE_USER|AUTH_TYPE|SSL_CLIENT_|SHIB|MELLON_|OIDC_)/i;

/** The rules of what a request has not. */
export const requestParts = (): Rule[] => [
  {
    name: "request-part-unsent",
    code: "app-code",
    when: {
      type: "KeyError",
      message: /^'([\w-]{1,80})'$/,
      problem: "request-raised",
    },
    claim: ({ groups: [name = ""], own }, scene) => {
      const [, os, holder = ""] = new RegExp(
        `(\\bos\\.)?\\b(META|environ|headers|COOKIES|cookies|query_params|path_params)\\s*\\[\\s*(?:[bru]?["']${name}["'])`,
        "i",
      ).exec(readBy(lineOf(own, scene))) ?? [];
      if (os || !holder) return undefined;
      const plain = name.replace(/^HTTP_/, "").toLowerCase()
        .replaceAll("_", "-");
      if (/^cookies$/i.test(holder)) {
        return {
          says:
            `A view asks for the cookie "${name}", which the visitor's browser did not send`,
          mend:
            `Take \`.get("${name}")\`, which may be None: visitors who come for the first time have none`,
        };
      }
      if (/_params$/i.test(holder)) {
        return {
          says: `A view asks for "${name}", which the address does not have`,
          mend: holder.startsWith("query")
            ? `Take \`.get("${name}")\`, which may be None; visitors may leave out what stands behind the question mark`
            : `Let the path of the route name it: \`{${name}}\``,
        };
      }
      const isEnviron = /^(?:META|environ)$/i.test(holder);
      if (isEnviron && !/^HTTP_/.test(name) && !OF_LOGINS.test(name)) {
        return undefined;
      }
      return {
        says: OF_LOGINS.test(name)
          ? `A view asks for ${name}, which the login of a web server gives, and this one gives none`
          : `A view asks for the header "${plain}", which came not with this request`,
        mend: OF_LOGINS.test(name)
          ? `Where the web server is to log visitors in, its administrators must set that up for this site; else take \`.get("${name}")\`, which may be None, or a login of the application`
          : isEnviron && OF_PROXIES.test(name)
          ? `Only a server before this one sends it, if it is told to: take \`.get("${name}")\`, which may be None${
            /FORWARDED_FOR|REAL_IP|CLIENT_IP|CONNECTING_IP/.test(name)
              ? ", and REMOTE_ADDR for the address of the visitor"
              : ""
          }`
          : `Visitors need not send it: take \`.get("${name}")\`, which may be None`,
      };
    },
    examples: [
      {
        raised: "KeyError: 'HTTP_REFERER'",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": '\n\n    back = request.META["HTTP_REFERER"]\n',
        },
        says: 'the header "referer"',
        mend: '`.get("HTTP_REFERER")`',
      },
      {
        raised: "KeyError: 'HTTP_X_FORWARDED_FOR'",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py":
            "\n\n    ip = request.environ['HTTP_X_FORWARDED_FOR']\n",
        },
        mend: "REMOTE_ADDR",
      },
      {
        raised: "KeyError: 'REMOTE_USER'",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": "\n\n    who = environ['REMOTE_USER']\n" },
        mend: "its administrators",
      },
      {
        raised: "KeyError: 'basket'",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": "\n\n    b = request.COOKIES['basket']\n" },
        says: 'the cookie "basket"',
      },
      {
        raised: "KeyError: 'x-token'",
        in: "PACKAGES/starlette/datastructures.py __getitem__",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": '\n\n    t = request.headers["X-Token"]\n' },
        says: 'the header "x-token"',
      },
    ],
    not: [
      {
        raised: "KeyError: 'HTTP_PROXY'",
        in: "PYTHON/os.py __getitem__",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": '\n\n    p = os.environ["HTTP_PROXY"]\n' },
      },
      {
        raised: "KeyError: 'name'",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": '\n\n    p = data["name"]\n' },
      },
    ],
  },
  {
    name: "session-value-unset",
    code: "app-code",
    when: {
      type: "KeyError",
      message: /^'([^'\n]{1,80})'$/,
      problem: "request-raised",
    },
    claim: ({ groups: [name = ""], own }, scene) => {
      const quoted = name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      const [, way = ""] = new RegExp(
        `(?:^|[^\\w])(?:\\w+\\.)?session(\\s*\\[|\\.pop\\()\\s*[bru]?["']${quoted}["']\\s*[\\])]`,
      ).exec(readBy(lineOf(own, scene))) ?? [];
      return way && {
        says:
          `A view takes "${name}" out of the visitor's session, which has no such value`,
        mend: `${
          way.startsWith(".")
            ? `Write \`session.pop("${name}", None)\``
            : `Take \`.get("${name}")\`, which may be None`
        }: visitors who were not at the page that sets it, or whose session has ended, have none; if nobody has it, see that their cookie comes back (SESSION_COOKIE_SECURE wants https, SESSION_COOKIE_DOMAIN the name of the site) and that the secret key stays the same`,
      };
    },
    examples: [
      {
        raised: "KeyError: 'cart'",
        in: "PACKAGES/django/contrib/sessions/backends/base.py __getitem__",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": "\n\n    cart = request.session['cart']\n" },
        mend: '`.get("cart")`',
      },
      {
        raised: "KeyError: 'user_id'",
        failure: { problem: "request-raised" },
        files: { "APP/app.py": '\n\n    session.pop("user_id")\n' },
        mend: '`session.pop("user_id", None)`',
      },
    ],
    not: [
      "cart = request.form['cart']",
      "session['cart'] = data['cart']",
    ].map((line) => ({
      raised: "KeyError: 'cart'",
      failure: { problem: "request-raised" },
      files: { "APP/app.py": `\n\n    ${line}\n` },
    })),
  },
  {
    name: "flask-g-unset",
    code: "app-code",
    over: "name-undefined",
    when: {
      type: "AttributeError",
      message: /^'?(\w+)'?$/,
      in: /\/flask\/ctx\.py __getattr__$/,
    },
    claim: {
      says:
        "A view asks for `g.$1`, which nothing has set in this request: what is in `g` ends with each request",
      mend:
        'Set it in a function that runs before each view (`@app.before_request`; one of a blueprint, `@bp.before_app_request`); or take `g.get("$1")`, which may be None',
    },
    examples: [{
      raised: "AttributeError: user",
      in: "PACKAGES/flask/ctx.py __getattr__",
      failure: { problem: "request-raised" },
      says: "`g.user`",
      mend: '`g.get("user")`',
    }],
  },
];

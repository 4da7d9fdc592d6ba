/**
 * What is answered without an exception and is no page all the same, because
 * settings say so: forms that Django refuses, files that it does not hand out,
 * visitors who are sent round without end.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { sourceOf } from "./appointed.ts";
import { readDjangoSettings } from "./django_entries.ts";
import type { Claim, Rule } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";

/** As `django/middleware/csrf.py` words it, from 1.9 on. */
const FOREIGN =
  /(Origin|Referer) checking failed - (\S+) does not match any trusted origins/;

export const refusals = (): Rule[] => [
  {
    name: "origin-untrusted",
    code: "form-refused",
    when: { problem: "request-refused", message: FOREIGN },
    claim: ({ groups: [header, address = ""] }) => {
      const [origin] = /^https?:\/\/[^/]+/.exec(address) ?? [];
      return {
        says:
          `Django refused a form (403 Forbidden): its ${header} is "${address}", which is neither the address that Django takes for its own nor in CSRF_TRUSTED_ORIGINS`,
        probably: /^https:/.test(address)
          ? "something in front of this web server ends TLS, and Django takes the request for http"
          : undefined,
        mend: origin
          ? `If that is the site's own address, write it into Django's settings: \`CSRF_TRUSTED_ORIGINS = ["${origin}"]\`; if it is not, the form stands on a strange page, and Django is right`
          : "Let pages and forms of the site have an address that the browser tells: a page in a sandbox, or opened from a file, has none",
      };
    },
    examples: [
      {
        raised:
          "django.security.csrf: Forbidden (Origin checking failed - https://shop.example.org does not match any trusted origins.): /login/",
        failure: { problem: "request-refused" },
        says: "takes the request for http",
        mend: 'CSRF_TRUSTED_ORIGINS = ["https://shop.example.org"]',
      },
      {
        raised:
          "django.security.csrf: Forbidden (Referer checking failed - https://shop.example.org/a?b does not match any trusted origins.): /login/",
        failure: { problem: "request-refused" },
        mend: 'CSRF_TRUSTED_ORIGINS = ["https://shop.example.org"]',
      },
      {
        raised:
          "django.security.csrf: Forbidden (Origin checking failed - null does not match any trusted origins.): /",
        failure: { problem: "request-refused" },
        mend: "sandbox",
      },
    ],
  },
  {
    name: "form-cookie-lost",
    code: "form-refused",
    when: {
      problem: "request-refused",
      type: "django.security.csrf",
      message: /^Forbidden \((CSRF [^)]*)\): (\S+)/,
    },
    claim: {
      says:
        "Django refused a form at $2 (403 Forbidden: $1): CSRF_COOKIE_SECURE is on in its settings, and the request came by http, where browsers keep no such cookie",
      mend:
        'Let visitors come by https; where a server before this one ends TLS, and sets X-Forwarded-Proto itself, write in the settings `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`; on a site that has no https, take CSRF_COOKIE_SECURE and SESSION_COOKIE_SECURE out',
    },
    examples: [{
      raised: "django.security.csrf: Forbidden (CSRF cookie not set.): /login/",
      failure: { problem: "request-refused" },
      says: "CSRF_COOKIE_SECURE is on",
      mend: "https",
    }],
    not: [{
      raised:
        "django.security.csrf: Forbidden (Origin checking failed - null does not match any trusted origins.): /",
      failure: { problem: "request-refused" },
    }],
  },
  {
    name: "form-session-lost",
    code: "form-refused",
    when: {
      problem: "request-refused",
      type: "flask_wtf.csrf",
      message: /^Bad Request: (\S+): (.*?): SESSION_COOKIE_SECURE is on/,
    },
    claim: {
      says:
        "Flask-WTF refused a form at $1 (400 Bad Request: $2): SESSION_COOKIE_SECURE is on in the configuration, and the request came by http, where browsers send no such cookie",
      mend:
        "Let visitors come by https; where a server before this one ends TLS, and sets X-Forwarded-Proto itself, write `app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)`, from werkzeug.middleware.proxy_fix; on a site that has no https, take SESSION_COOKIE_SECURE out",
    },
    examples: [{
      raised:
        "flask_wtf.csrf: Bad Request: /login: The CSRF session token is missing.: SESSION_COOKIE_SECURE is on, and the request came by http",
      failure: { problem: "request-refused" },
      says: "Flask-WTF refused a form at /login",
      mend: "ProxyFix",
    }],
  },
  {
    name: "redirected-without-end",
    code: "https-redirect",
    when: {
      problem: "request-refused",
      message: /^Redirected without end: ([^[]*)(?:\[(.*)\])?/,
    },
    claim: ({ groups: [told = "", said] }, scene) => {
      const steps = [...told.matchAll(STEP)].map((
        [, scheme = "", host = "", path = "", to = "", at = "", way = ""],
      ) => ({ scheme, host, path, to, at, way }));
      const [first] = steps;
      if (!first) return undefined;
      const line = told.replace(/\s+$/, "");
      if (
        steps.every(({ scheme, to, path, way }) =>
          scheme === "http" && to === "https" && same(path, way)
        )
      ) return toHttps(line, said, scene);
      return {
        ...withoutEnd(line, steps, scene),
        code: "redirect-without-end",
      };
    },
    examples: [
      {
        raised:
          "redirection: Redirected without end: http://a.org/ is sent to https://a.org/ (301) [X-Forwarded-Proto: https]",
        failure: { problem: "request-refused" },
        files: {
          "APP/mysite/settings.py": "A = 1\nSECURE_SSL_REDIRECT = True\n",
        },
        says: "a server before this one ends TLS (X-Forwarded-Proto: https)",
        mend: "SECURE_PROXY_SSL_HEADER",
      },
      {
        raised:
          "redirection: Redirected without end: http://a.org/x is sent to https://a.org/x (302)",
        failure: { problem: "request-refused" },
        files: {
          "APP/app.py": "from flask_talisman import Talisman\nTalisman(app)\n",
        },
        says: "probably a server before this one ends TLS",
        mend: "force_https=False",
      },
      {
        raised:
          "redirection: Redirected without end: http://a.org/ is sent to http://www.a.org/ (301)",
        failure: { problem: "request-refused" },
        code: "redirect-without-end",
        says: "to the name www.a.org",
        mend: "one name",
      },
      {
        raised:
          "redirection: Redirected without end: http://a.org/login is sent to http://a.org/login (302)",
        failure: { problem: "request-refused" },
        code: "redirect-without-end",
        says: "to itself",
        mend: "login",
      },
      {
        raised:
          "redirection: Redirected without end: http://a.org/a is sent to http://a.org/a/ (301)",
        failure: { problem: "request-refused" },
        files: {
          "ROOT/public/.htaccess": "RewriteRule ^(.*)/$ /$1 [R=301,L]\n",
        },
        code: "redirect-without-end",
        says: "slash",
        mend: "line 1 of ROOT/public/.htaccess",
      },
      {
        raised:
          "redirection: Redirected without end: http://a.org/ is sent to http://a.org/login (302); http://a.org/login is sent to http://a.org/ (302)",
        failure: { problem: "request-refused" },
        code: "redirect-without-end",
        says: "to one another",
        mend: "cookie",
      },
    ],
  },
  {
    name: "file-unserved",
    code: "django-static",
    when: {
      problem: "request-refused",
      message:
        /^Not Found: (\S+): (MEDIA|STATIC)_URL begins so, and the file is there, "([^"]+)"/,
    },
    claim: ({ groups: [path = "", kind, file = ""] }, { site }) => {
      const inner = path.split("/").filter((part) => part !== "");
      const folder = inner.slice(0, 1).join("/") ||
        (kind === "MEDIA" ? "media" : "static");
      const wanted = join(site.layout.publicDirectory, folder);
      const depth = Math.max(1, inner.length - 1);
      const root = file.split("/").slice(0, -depth).join("/");
      return {
        code: kind === "MEDIA" ? "django-media" : "django-static",
        seen:
          `A visitor asked for ${path} and got 404 Not Found: the file is there, ${file}, and with DEBUG off Django itself hands out none`,
        mend: kind === "MEDIA"
          ? mendForMedia(root, wanted)
          : `Write in the settings STATIC_ROOT = "${wanted}", and run \`manage.py collectstatic\` as the site's user: the web server hands out what lies in ${site.layout.publicDirectory} by itself`,
      };
    },
    examples: [
      {
        raised:
          'django.request: Not Found: /media/a/b.png: MEDIA_URL begins so, and the file is there, "/srv/site/myapp/media/a/b.png"',
        failure: { problem: "request-refused" },
        code: "django-media",
        says: "with DEBUG off Django itself hands out none",
        mend: 'MEDIA_ROOT = "ROOT/public/media"',
      },
      {
        raised:
          'django.request: Not Found: /static/x.css: STATIC_URL begins so, and the file is there, "/srv/site/myapp/shop/static/x.css"',
        failure: { problem: "request-refused" },
        mend: 'STATIC_ROOT = "ROOT/public/static"',
      },
    ],
  },
  {
    name: "login-page-absent",
    code: "routes-missing",
    when: {
      problem: "request-refused",
      message: /^Not Found: (\S+): LOGIN_URL names it/,
    },
    claim: ({ groups: [path = ""] }) => ({
      says:
        `Whoever is not logged in was sent to ${path} (LOGIN_URL in Django's settings), and got 404 Not Found: no address of the site fits it`,
      mend: path.endsWith("/accounts/login/")
        ? 'Write the address of your own page into the settings, as in `LOGIN_URL = "login"` with the name of its address; or give the site those of Django: `path("accounts/", include("django.contrib.auth.urls"))` in urls.py'
        : "Correct LOGIN_URL in the settings, or give the site that address in urls.py",
    }),
    examples: [{
      raised:
        "django.request: Not Found: /accounts/login/: LOGIN_URL names it, and no address of the site fits",
      failure: { problem: "request-refused" },
      mend: "`LOGIN_URL =",
    }],
  },
];

const STEP =
  /(https?):\/\/([^/\s]*)(\S*) is sent to (\w+):\/\/([^/\s]*)(\S*) \(\d+\)/g;

interface Step {
  scheme: string;
  host: string;
  path: string;
  to: string;
  at: string;
  way: string;
}

function same(a: string, b: string): boolean {
  return a.replace(/\/$/, "") === b.replace(/\/$/, "");
}

/** How uploaded files come to visitors. */
export function mendForMedia(root: string, wanted: string): string {
  return `Write in the settings: MEDIA_ROOT = "${wanted}", move there what lies in "${root}", and restart the site: the web server hands out what lies in its public folder by itself; or let that name be a link, \`ln -s ${root} ${wanted}\`, where the web server follows links`;
}

/** The application demands https, and sees http. */
function toHttps(told: string, said: string | undefined, scene: Scene): Claim {
  const source = sourceOf(scene);
  const isDjango = readDjangoSettings(scene).some(({ text }) =>
    /^\s*SECURE_SSL_REDIRECT\s*=(?!\s*False)/m.test(text)
  );
  const header = said === undefined
    ? "let the server before this one set X-Forwarded-Proto on every request (ask the administrators), and "
    : "";
  return {
    says: `Visitors are sent round without end: ${told}${
      said === undefined
        ? ""
        : `; a server before this one ends TLS (${said}) and hands requests on as http, and the application sends each to https once more`
    }`,
    probably: said === undefined
      ? "a server before this one ends TLS and hands requests on as http, and the application sends each to https once more"
      : undefined,
    mend: `Leave the redirection to that server; or ${header}${
      isDjango
        ? 'write in the settings `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`; without it, take SECURE_SSL_REDIRECT out'
        : /\bTalisman\b/.test(source)
        ? "write `app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)`, from werkzeug.middleware.proxy_fix; without it, `Talisman(app, force_https=False)`"
        : /\bHTTPSRedirectMiddleware\b/.test(source)
        ? "add `ProxyHeadersMiddleware` of uvicorn.middleware.proxy_headers last, so that it comes before HTTPSRedirectMiddleware; without it, take HTTPSRedirectMiddleware out"
        : "let the application believe it: for Flask `app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)`, for Django SECURE_PROXY_SSL_HEADER in the settings"
    } (only where nobody reaches this web server but through that one)`,
  };
}

/** What sends to and fro: two names, a slash, a login. */
function withoutEnd(
  told: string,
  steps: readonly Step[],
  scene: Scene,
): Claim {
  const [{ host, path, at, way, scheme, to } = steps[0]!] = steps;
  const says = `Visitors are sent round without end: ${told}`;
  if (steps.length > 1) {
    return {
      says: `${says}; these pages send to one another`,
      probably: path !== way && /log|sign|auth|account/i.test(told)
        ? "nobody stays logged in, as the browser keeps no cookie of the site, or one page asks for less than the other"
        : undefined,
      mend:
        "Look at the conditions of both: each must know when the visitor has been sent already; for a login, see that its cookie is kept (SESSION_COOKIE_SECURE wants https, SESSION_COOKIE_DOMAIN the name of the site), and that the page for it asks for no login",
    };
  }
  const rule = ruleOf(scene);
  if (host !== at) {
    return {
      says:
        `${says}; the application sends to the name ${at}, and what comes from there has the name ${host} again`,
      mend:
        `Decide for one name: the application (in Django PREPEND_WWW, in others a redirection of their own) and the web server ${
          rule ? `(line ${rule.line} of ${rule.file}) ` : ""
        }must not want different ones`,
    };
  }
  if (path !== way && same(path, way)) {
    return {
      says: `${says}; the application wants ${
        way.endsWith("/") ? "a slash" : "no slash"
      } at the end, and something before it changes that back`,
      mend: rule
        ? `Take the rewriting of the slash out, line ${rule.line} of ${rule.file}`
        : "Look for a rule of the web server or of a proxy that takes the slash away or adds it, or turn it off in the application (APPEND_SLASH of Django, strict_slashes of Flask, redirect_slashes of FastAPI)",
    };
  }
  return {
    says: `${says}; ${
      scheme === to
        ? "the page sends to itself"
        : `it sends from ${scheme} to ${to}`
    }`,
    mend: /log|sign|auth|account/i.test(path)
      ? "Let what asks for a login (a middleware, `before_request`, a decorator) leave out the page for the login itself, and the static files; in Django, LoginRequiredMiddleware wants `@login_not_required` there"
      : "Look for what sends to this address, in its view, a middleware or `before_request`, and give it a condition that no longer holds there",
  };
}

/** A rule of .htaccess that changes addresses. */
function ruleOf(
  scene: Scene,
): { file: string; line: number } | undefined {
  const { appRoot, publicDirectory } = scene.site.layout;
  for (const folder of [publicDirectory, appRoot]) {
    const file = join(folder, ".htaccess");
    const line = linesOf(file, scene).findIndex((each) =>
      /^\s*(?:RewriteRule\b.*\[(?:[^\]]*,)?R\b|Redirect)/i.test(each)
    );
    if (line >= 0) return { file, line: line + 1 };
  }
  return undefined;
}

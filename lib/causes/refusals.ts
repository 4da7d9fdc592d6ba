/**
 * What Django refuses without an exception, because its settings say so.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";

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
    not: [
      {
        raised:
          "django.security.csrf: Forbidden (CSRF cookie not set.): /login/",
        failure: { problem: "request-refused" },
      },
    ],
  },
];

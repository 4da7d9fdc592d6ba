/**
 * Secrets in a `config.toml` that is wrong stay secret: no page of any level
 * and form holds one. What an application does with them is in
 * `secret_fuzz_test.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Details } from "../../lib/site/config.ts";
import { pageContext } from "../../lib/start/incident.ts";
import { renderErrorPage } from "../../lib/pages/page.ts";
import { judgeSite } from "../../lib/judge/plan.ts";
import { createFakeHost } from "../worlds/machine.ts";
import { CONFIG, healthyFiles, ROOT } from "../worlds/site.ts";

const LEVELS: readonly Details[] = ["full", "summary", "none"];
const FORMATS = ["html", "json"] as const;

/** Pages of a site with this `config.toml`, at every level and in every form. */
function pagesOf(config: string): { text: string; details: Details }[] {
  return LEVELS.flatMap((details) => {
    const files = {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: {
        text: `[feedback]\ndetails = "${details}"\n${config}`,
        mode: 0o640,
      },
    };
    const host = createFakeHost({ files });
    const { site, findings } = judgeSite(ROOT, host, { at: "startup" });
    assertEquals(site.feedback.details, details);
    assert(findings.length > 0, config);
    const context = pageContext(site, "node", "1234abcd");
    return FORMATS.map((format) => ({
      details,
      text: renderErrorPage(findings, undefined, context, format).body,
    }));
  });
}

const SECRETS = [
  "hunter2-SeKrEt",
  "correcthorse",
  "MIIEvQ0bAd4GHk",
  "sw0rd,fish",
];

/** Ways to get a line with a secret wrong; `@` is the secret. */
const BROKEN = [
  "DB_PASSWORD = @",
  "DB_PASSWORD=@",
  'DB_PASSWORD: "@"',
  "DB_PASSWORD: @",
  "DB_PASSWORD : '@'",
  "API_KEY = “@”",
  "API_KEY = ‘@’",
  "API_KEY = «@»",
  'A=1 API_KEY = "@"',
  'A = "1", API_KEY = "@"',
  'A = "1" API_KEY = "@"',
  "URL = postgres://u:@@h/db",
  "URL = postgres://u:@@h/db?sslmode=require",
  'DB_PASSWORD = "@',
  "DB_PASSWORD = '@",
  'DB_PASSWORD = @"',
  'DB_PASSWORD = "@" # and "@"',
  'DB_PASSWORD = "@",',
  'DB_PASSWORD = "@";',
  'DB_PASSWORD = "@\\q"',
  'DB_PASSWORD = """@',
  'DB_PASSWORD = ["@"',
  'DB_PASSWORD = ["@", x]',
  'DB_PASSWORD = {a = "@"',
  'export DB_PASSWORD="@"',
  "export DB_PASSWORD=@",
  "set DB_PASSWORD = @",
  "DB_PASSWORD @",
  'DB_PASSWORD "@"',
  'DB_PASSWORD =\n"@"',
  "DB_PASSWORD =\n@",
  'GREETING = "x"\n@',
  'A = "x"\n@==',
  "// DB_PASSWORD = @",
  "; DB_PASSWORD = @",
  'DB_PASSWORD == "@"',
  'DB_PASSWORD => "@"',
  'DB PASSWORD = "@"',
  'DB.PASSWORD = "@"\nDB = 1',
  '"DB PASSWORD" = "@"',
  'DB_PASSWORD = "@"\nDB_PASSWORD = "@"',
  'DB_PASSWORD = "@"\n<<<<<<< HEAD',
  'DB_PASSWORD = "\u00a0" "@"',
  "DB_PASSWORD\u00a0=\u00a0@",
  '[wsgi] DB_PASSWORD = "@"',
  '["@", "b"]',
  "[environment",
  '[wsgi]\nthreads = 1 API_KEY = "@"',
  "[secret_files]\nKEY = @",
  '[more]\nPASSWORD = "@',
  'PASSWORD = "@"\n[[[',
  "- DB_PASSWORD=@",
  'DB_PASSWORD="@"; OTHER="@"',
  "DB_PASSWORD = $(echo @)",
  'DB_PASSWORD = "a"@"b"',
];

/** Right as TOML, and wrong as settings. */
const UNFIT = [
  'TOKEN = {password = "@"}',
  'TOKEN = ["@"]',
  '[environment.MORE]\nTOKEN = "@"',
  '[enviroment]\nPASSWORD = "@"',
  '[passenger2]\nuser = "@"',
  'user = "@"',
  'MY-KEY = "@"',
  'TOKEN = "@\\u0000"',
  '[secret_files]\nKEY = "@"',
  '[secret_files]\nKEY = " @"',
  "[secret_files]\nKEY = \"'@'\"",
  '[secret_files]\nKEY = "~@"',
  '[secret_files]\nKEY = "$@"',
  '[secret_files]\nKEY = "${@}"',
  '[secret_files]\nKEY = "C:@"',
  '[secret_files]\nKEY = "file:///@"',
];

const BEFORE = CONFIG.replace(/\[secret_files\][^[]*/, "");

for (const line of [...BROKEN, ...UNFIT]) {
  Deno.test(`pages keep the secret in ${JSON.stringify(line)}`, () => {
    for (const secret of SECRETS) {
      const written = line.replaceAll("@", () => secret);
      // An `@` of an address itself.
      const config = `${BEFORE}\n${
        written.replace(`${secret}${secret}h/`, `${secret}@h/`)
      }\n`;
      for (const { text, details } of pagesOf(config)) {
        const where = text.split("\n").filter((one) => one.includes(secret));
        assertEquals(where, [], `${details}: ${written}`);
      }
    }
  });
}

Deno.test("pages still tell how to mend a line that may hold a secret", () => {
  const [full] = pagesOf(`${BEFORE}\nDB_PASSWORD = hunter2-SeKrEt\n`);
  assertStringIncludes(
    full!.text,
    "the value of <code>DB_PASSWORD</code> needs quotes",
  );
  assertStringIncludes(full!.text, "DB_PASSWORD = &quot;…&quot;");
  const [user] = pagesOf(CONFIG.replace('"jdoe"', "jdoe"));
  assertStringIncludes(user!.text, "user = &quot;jdoe&quot;");
});

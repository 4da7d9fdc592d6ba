/**
 * Secrets stay secret behind real Passenger, by every door: what the login
 * files export, what a secret file holds, and what an application reads into
 * its environment.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type ApacheSite, startApache, whyNoApache } from "../worlds/apache.ts";
import { FeedbackSite, HELLO } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const ignore = leaveOut("secrets behind Apache", whyNoApache());

const SECRETS = ["loginsecret-42", "p4ss", "filesecret-98765", "dotsecret-77"];

const LOGIN = `export DB_PASSWORD=loginsecret-42
export DATABASE_URL=postgres://user:p4ss@host/db
export MODE=production
`;

const TELL = `
import os
os.environ["DOT_PASSWORD"] = "dotsecret-77"
known = open(os.environ["KEYS"]).read().strip().split("=")[1]
def tell():
    print(dict(os.environ), known)
    try:
        open("/nope/x-" + known)
    except OSError as error:
        raise ValueError("p4ss of %s: %s" % (known, dict(os.environ)))
`;

/** An application that fails at its start, and one that fails in requests. */
const APPLICATIONS = [
  `${TELL}\ntell()\n${HELLO}`,
  `${TELL}\ndef app(environ, start_response):\n    tell()\n`,
  `${TELL}\nopen("/nope/x-" + known)\n`,
];

function doors({ appRoot, served }: FeedbackSite): ApacheSite[] {
  const python = join(appRoot, "shim/python");
  return [
    { ...served },
    { ...served, appType: "wsgi" },
    { ...served, appType: "wsgi", python },
  ];
}

Deno.test({
  name: "pages keep what login files, secret files and applications hold",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using user = await makeSiteUser();
    const sites = ["node", "wsgi", "python"].map((name) =>
      new FeedbackSite(user, name)
    );
    for (const site of sites) {
      await site.create();
      await site.write("secrets/keys.env", "PW=filesecret-98765\n");
      await site.shell(
        `chmod 700 ${site.directory}/secrets; chmod 600 ${site.directory}/secrets/*`,
      );
    }
    Deno.writeTextFileSync(`${user.home}/.bash_profile`, LOGIN);
    await using apache = await startApache(
      sites.map((site, door) => doors(site)[door]!),
    );
    for (const site of sites) {
      site.apache = apache;
      for (const app of APPLICATIONS) {
        for (const details of ["full", "summary"]) {
          await site.write("www/config.toml", settings(site, details));
          await site.write("myapp/hello.py", app);
          await site.restart();
          await assertKept(site, details);
        }
      }
    }
  },
});

function settings(site: FeedbackSite, details: string): string {
  return site.config().replace(
    "[secret_files]\n",
    `[secret_files]\nKEYS = "${site.directory}/secrets/keys.env"\n`,
  ).replace(/#?details = .*/, `details = "${details}"`);
}

async function assertKept(site: FeedbackSite, details: string) {
  const json = await site.get();
  const accept = "text/html";
  const html = await site.get("/", { headers: { accept } });
  for (const { status, text } of [json, html]) {
    assert(status >= 500, text);
    for (const secret of SECRETS) {
      const plain = text.replaceAll("<wbr>", "");
      const where = plain.split("\n").filter((line) => line.includes(secret));
      assertEquals(where, [], `${site.directory} ${details}`);
    }
  }
  const { findings } = json.problem!;
  assert(findings!.length > 0, json.text);
  if (details === "full" && json.problem?.exception?.type === "ValueError") {
    const { message } = json.problem.exception;
    assertStringIncludes(message!, "'DB_PASSWORD': '•••'");
    assertStringIncludes(message!, `'HOME': '/`);
    assertStringIncludes(message!, site.directory);
  }
}

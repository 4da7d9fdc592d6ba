/**
 * The check-up of sites that were made without wsgi-shim, as panels and
 * tutorials make them; nothing in them is changed, and the other commands say
 * that they are not ours.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseCheck, runCheck } from "../../lib/commands/check.ts";
import { CommandError } from "../../lib/commands/command.ts";
import { readEmbedded } from "../../lib/commands/embedded.ts";
import { parseLogs, runLogs } from "../../lib/commands/logs.ts";
import { parseMaint, runMaint } from "../../lib/commands/maint.ts";
import { parseServe, runServe } from "../../lib/commands/serve.ts";
import { parseSettings, runSettings } from "../../lib/commands/settings.ts";
import { parseStatus, runStatus } from "../../lib/commands/status.ts";
import { parseUpgrade, runUpgrade } from "../../lib/commands/upgrade.ts";
import { createFakeIo, inTempFolder } from "../worlds/fake_io.ts";
import { leaveOut, whyNoModules } from "../worlds/left_out.ts";

const ignore = leaveOut(
  "the check-up of sites with Flask and Django",
  whyNoModules(["flask", "django"]),
);

const FLASK = `import flask
app = flask.Flask(__name__)
with open("data.txt") as file:
    said = file.read()
app.add_url_rule("/", view_func=lambda: said)
`;
const LAST_LINE = "The web server would run: passenger_wsgi.py (not wsgi-shim)";

/** Makes a site, and looks at it; what it holds must stay as it was. */
async function check(
  files: Record<string, string>,
  ...argv: string[]
): Promise<{ codes: string[]; out: string; err: string; code: number }> {
  let result;
  await inTempFolder(async (folder) => {
    Deno.chmodSync(folder, 0o755);
    const root = `${folder}/site`;
    for (const [path, text] of Object.entries(files)) {
      const file = `${root}/${path}`;
      Deno.mkdirSync(file.replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(file, text.replaceAll("@ROOT@", root));
    }
    const before = listed(root);
    async function run(...more: string[]) {
      const io = { ...createFakeIo({ cwd: folder }), embedded: readEmbedded };
      const code = await runCheck(parseCheck([...argv, ...more, "site"]), io);
      return { code, out: io.stdout(), err: io.stderr() };
    }
    const text = await run();
    const { findings } = JSON.parse((await run("--json")).out);
    assertEquals(listed(root), before);
    const codes = findings.map(
      ({ code, severity }: Record<string, string>) => `${severity}[${code}]`,
    );
    result = { ...text, codes };
  });
  return result!;
}

function listed(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? listed(`${folder}/${name}`) : [`${folder}/${name}`]
  ).sort();
}

function assertNative(out: string) {
  assert(out.includes(LAST_LINE), out);
  assertEquals(
    /config\.toml|app\.js|backup|wsgi-shim install|mv .*\.old/.exec(out)?.[0],
    undefined,
    out,
  );
}

/** A site that answers by itself where its application cannot be loaded. */
function catching(status: string): Record<string, string> {
  return {
    "passenger_wsgi.py": "try:\n    from app import application\n" +
      "except Exception:\n    def application(environ, start_response):\n" +
      `        start_response("${status}", [])\n        return []\n`,
    "app.py": "import no_such_package\n",
  };
}

/** Sites, and what is wrong with them. */
const SITES: Record<string, [Record<string, string>, string[]]> = {
  "code beside it, and a file by a relative path": [{
    "passenger_wsgi.py":
      "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n" +
      "from app import app as application\n",
    "app.py": FLASK,
    "data.txt": "d",
  }, []],
  "a template of CloudLinux, with imp": [{
    "passenger_wsgi.py":
      "import imp, os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n" +
      "wsgi = imp.load_source('wsgi', 'app.py')\napplication = wsgi.app\n",
    "app.py": FLASK,
    "data.txt": "d",
  }, []],
  "another interpreter by os.execl": [{
    "passenger_wsgi.py": "import os, sys\nINTERP = '/usr/bin/python3'\n" +
      "if sys.executable != INTERP:\n" +
      "    os.execl(INTERP, INTERP, *sys.argv)\n" +
      "from app import app as application\n",
    "app.py": FLASK,
    "data.txt": "d",
  }, ["warning[python-not-venv]"]],
  "an interpreter that is gone": [{
    "passenger_wsgi.py": "import os, sys\nINTERP = '@ROOT@/venv/bin/python'\n" +
      "if sys.executable != INTERP:\n" +
      "    os.execl(INTERP, INTERP, *sys.argv)\n",
  }, ["error[python-missing]"]],
  "`app` where `application` is needed": [{
    "passenger_wsgi.py": "import flask\napp = flask.Flask(__name__)\n",
  }, ["error[app-callable-missing]"]],
  "a panel's template that stands there as a comment": [{
    "passenger_wsgi.py":
      "#wsgi = imp.load_source('wsgi', 'passenger_wsgi.py')\n" +
      "import flask\napplication = flask.Flask(__name__)\n" +
      'application.add_url_rule("/", view_func=lambda: "hello")\n',
  }, []],
  "a file that loads itself": [{
    "passenger_wsgi.py":
      "import imp\nwsgi = imp.load_source('wsgi', 'passenger_wsgi.py')\n",
  }, ["error[startup-file-loads-itself]"]],
  "an empty file": [
    { "passenger_wsgi.py": "" },
    ["error[source-empty]"],
  ],
  "blank lines": [
    { "passenger_wsgi.py": "\n\n" },
    ["error[startup-file-empty]"],
  ],
  "a syntax error": [
    { "passenger_wsgi.py": "def x(:\n" },
    ["error[source-syntax]"],
  ],
  "an ASGI application": [{
    "passenger_wsgi.py": "async def application(scope, receive, send):\n" +
      "    pass\n",
  }, ["error[app-not-wsgi]"]],
  "a page of its own in place of what cannot be loaded": [
    catching("500 Failed"),
    ["error[module-not-here]"],
  ],
  "another application in place of what cannot be loaded": [
    catching("200 OK"),
    [],
  ],
  "a variable that only the web server may have": [{
    "passenger_wsgi.py": "import os\nKEY = os.environ['NO_SUCH_SECRET']\n",
  }, ["warning[variable-missing]"]],
  "a Django whose addresses cannot be imported, in debug mode": [{
    "passenger_wsgi.py": "import os\n" +
      "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n" +
      "from django.core.wsgi import get_wsgi_application\n" +
      "application = get_wsgi_application()\n",
    "shop/__init__.py": "",
    "shop/settings.py": "SECRET_KEY = 'for tests only'\nDEBUG = True\n" +
      "ALLOWED_HOSTS = ['*']\nROOT_URLCONF = 'shop.urls'\n",
    "shop/urls.py": "import no_such_package\n",
  }, ["error[module-not-here]", "warning[debug-enabled]"]],
};

for (const [name, [files, codes]] of Object.entries(SITES)) {
  Deno.test({
    name: `check of a site made without us: ${name}`,
    ignore,
    async fn() {
      const seen = await check(files);
      assertEquals(seen.codes, codes, seen.out);
      assertEquals(seen.code, codes.join("").includes("error") ? 1 : 0);
      assertNative(seen.out);
    },
  });
}

Deno.test("check says which Python it has tried where nothing names one", async () => {
  const text = "def application(environ, start_response):\n    return []\n";
  const { err } = await check({ "passenger_wsgi.py": text });
  assert(err.includes("/usr/bin/python3"), err);
  const { err: quiet } = await check(
    { "passenger_wsgi.py": text },
    "--no-import",
  );
  assertEquals(quiet, "");
});

Deno.test("commands say that a site made without us is not ours, and change nothing", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/passenger_wsgi.py`, "application = 1\n");
    const io = createFakeIo({ cwd: folder });
    const calls: Record<string, () => Promise<unknown>> = {
      status: () => runStatus(parseStatus([folder]), io),
      "maint on": () => runMaint(parseMaint(["on", folder]), io),
      "maint status": () => runMaint(parseMaint(["status"]), io),
      logs: () => runLogs(parseLogs([folder]), io),
      settings: async () => await runSettings(parseSettings([]), io),
      upgrade: () => runUpgrade(parseUpgrade([folder]), io),
      serve: () => runServe(parseServe([folder]), io),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await assertRejects(call, CommandError);
      assert(
        (error as Error).message.includes("does not run through wsgi-shim"),
        `${name}: ${error}`,
      );
    }
    assertEquals(listed(folder), [`${folder}/passenger_wsgi.py`]);
  }));

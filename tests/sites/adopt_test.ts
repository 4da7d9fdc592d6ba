/**
 * Sites that were made without us are adopted, answer as before, explain
 * themselves once they are broken, and are given back as they were.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { CommandError } from "../../lib/commands/command.ts";
import { parseUpgrade, runUpgrade } from "../../lib/commands/upgrade.ts";
import { lasting, onGrounds, picture } from "../worlds/native_grounds.ts";
import { NATIVE_SITES } from "../worlds/native_sites.ts";
import { leaveOut, whyNoProgram } from "../worlds/left_out.ts";
import { PYTHON_MINOR } from "../worlds/python_version.ts";

const ignore = leaveOut(
  "the adoption of sites that were made without us",
  whyNoProgram("node"),
);

const PLAIN = {
  "passenger_wsgi.py": `def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"plain"]
`,
};

/** Sites that are not to be adopted, and why. */
const REFUSED: Record<
  string,
  { files: Record<string, string>; argv?: string[]; says: string }
> = {
  "that loads itself": {
    files: {
      "passenger_wsgi.py":
        "import imp\nwsgi = imp.load_source('wsgi', 'passenger_wsgi.py')\n",
    },
    says: "startup-file-loads-itself",
  },
  "without a callable": {
    files: { "passenger_wsgi.py": "app = 1\n" },
    argv: ["--no-import"],
    says: "defines no `application`",
  },
  "that does not start": {
    files: { "passenger_wsgi.py": "import no_such_package\n" },
    says: "no_such_package",
  },
  "with a syntax error": {
    files: { "passenger_wsgi.py": "def x(:\n" },
    says: "source-syntax",
  },
  "whose startup file is no text": {
    files: { "passenger_wsgi.py": "\0\x01\x02" },
    says: "Nothing was changed",
  },
  "with nothing in it": {
    files: { "passenger_wsgi.py": "" },
    says: "source-empty",
  },
  "that needs what only the web server has": {
    files: {
      "passenger_wsgi.py": "import os\nKEY = os.environ['NO_SUCH_SECRET']\n",
    },
    says: "NO_SUCH_SECRET",
  },
  "with two interpreters": {
    files: {
      ...PLAIN,
      ".htaccess": 'PassengerPython "/usr/bin/python3"\n',
      "public/.htaccess": 'PassengerPython "@PYTHON@"\n',
    },
    says: "not clear which Python",
  },
  "with a config.toml of its own": {
    files: { ...PLAIN, "config.toml": "[mine]\n" },
    says: "config.toml",
  },
  "with a folder shim": {
    files: { ...PLAIN, "shim/a": "" },
    says: "shim",
  },
  "of which the web server loads another file": {
    files: { ...PLAIN, "public/.htaccess": "PassengerStartupFile app.py\n" },
    says: "loads app.py",
  },
  "that the web server shows to everyone": {
    files: {
      ...PLAIN,
      ".htaccess": 'PassengerAppRoot "@SITE@"\n',
    },
    says: "show to everyone",
  },
};

Deno.test({
  name: "adopt refuses sites, and changes nothing in them",
  ignore,
  async fn(t) {
    for (const [name, { files, argv = [], says }] of Object.entries(REFUSED)) {
      await t.step(
        `one ${name}`,
        () =>
          onGrounds({ files }, async ({ root, io, adopt }) => {
            const seen = picture(root);
            const error = await assertRejects(
              () => adopt("--yes", ...argv),
              CommandError,
            ) as CommandError;
            const said = [error.message, ...error.advice].join("\n");
            assertStringIncludes(said, says);
            assertEquals(picture(root), seen, io.stderr());
          }),
      );
    }
  },
});

Deno.test({
  name: "adopt shows what would be answered differently, and changes nothing",
  ignore,
  fn: () =>
    onGrounds({
      files: {
        "passenger_wsgi.py": `import os, sys, time

def application(environ, start_response):
    start_response("200 OK", [("X-Time", str(time.time()))])
    return [str(time.time()).encode(), b"\\n", sys.argv[0][-5:].encode()]
`,
      },
    }, async ({ root, adopt }) => {
      const seen = picture(root);
      const error = await assertRejects(
        () => adopt("--yes"),
        CommandError,
      ) as CommandError;
      assertStringIncludes(error.message, "answer differently");
      assertStringIncludes(error.advice.join(), "/: body, line 2");
      assert(!/x-time|line 1/.test(error.advice.join()), error.advice.join());
      assertEquals(picture(root), seen);
    }),
});

Deno.test({
  name: "eject refuses where somebody has changed a startup file since",
  ignore,
  fn: () =>
    onGrounds({ files: PLAIN }, async ({ root, io, adopt, eject, write }) => {
      await adopt("--yes", "--no-import");
      const ours = Deno.readTextFileSync(`${root}/passenger_wsgi.py`);
      write("passenger_wsgi.py", "of a panel = 1\n");
      const seen = picture(root);
      await assertRejects(() => eject(), CommandError, "is not the one");
      assertEquals(picture(root), seen);
      write("passenger_wsgi.py", ours);
      write("passenger_wsgi.app.py", "edited = 1\n");
      await assertRejects(() => eject(), CommandError, "has been changed");
      write("passenger_wsgi.py", "of a panel = 1\n");
      write("config.toml", "# mine\n");
      assertEquals(await eject("--force"), 0, io.stderr());
      const read = (name: string) => Deno.readTextFileSync(`${root}/${name}`);
      assertEquals(read("passenger_wsgi.py"), "edited = 1\n");
      assertEquals(read("passenger_wsgi.replaced.py"), "of a panel = 1\n");
      assertEquals(read("log/config.toml"), "# mine\n");
      await assertRejects(() => eject(), CommandError, "was not adopted");
    }),
});

Deno.test({
  name: "without anything that can run wsgi-shim, the site runs as before",
  ignore,
  fn: () =>
    onGrounds({
      files: {
        ...NATIVE_SITES["code beside the startup file"]!.files,
      },
      paths: ["/module", "/place", "/nothing"],
    }, async ({ root, adopt, ask }) => {
      const before = ask();
      await adopt("--yes", "--no-import");
      const runtime = Deno.readTextFileSync(`${root}/shim/runtime.cjs`);
      for (
        const fault of [
          () => Deno.writeTextFileSync(`${root}/shim/runtime.cjs`, "x("),
          () => Deno.removeSync(`${root}/shim/host/guest.py`),
          () => Deno.removeSync(`${root}/shim/python`),
          () => Deno.renameSync(`${root}/shim`, `${root}/gone`),
        ]
      ) {
        fault();
        const after = ask();
        // The application's own name for its module is the original's.
        assertEquals(after, before);
      }
      assert(runtime !== "");
      const log = Deno.readTextFileSync(`${root}/log/wsgi-shim.log`);
      assertStringIncludes(log, "The site runs without wsgi-shim");
    }),
});

Deno.test({
  name: "a startup file that something has replaced is told, and adopted again",
  ignore,
  fn: () =>
    onGrounds({ files: PLAIN }, async ({ root, io, ...site }) => {
      const { adopt, check, eject, ask, write } = site;
      const before = ask();
      await adopt("--yes", "--no-import");
      const told = () => check("--no-import");
      const startup = `${root}/passenger_wsgi.py`;
      const good = Deno.readTextFileSync(startup);
      // As `git checkout` does.
      write("passenger_wsgi.py", PLAIN["passenger_wsgi.py"]);
      assertStringIncludes(await told(), "startup-file-replaced");
      assertStringIncludes(await told(), "(not wsgi-shim)");
      await assertRejects(() => adopt("--yes"), CommandError, "already");
      assertEquals(await adopt("--again", "--yes", "--no-import"), 0);
      assertEquals(Deno.readTextFileSync(startup), good);
      assert(!(await told()).includes("startup-file-replaced"));
      const other = PLAIN["passenger_wsgi.py"].replace('b"plain', 'b"other');
      write("passenger_wsgi.py", other);
      assertEquals(await adopt("--again", "--yes"), 0, io.stderr());
      assertEquals(ask()[0]!.text, "other");
      await assertRejects(
        () => adopt("--again", "--yes"),
        CommandError,
        "nothing is to be done",
      );
      assertEquals(
        Deno.readTextFileSync(`${root}/passenger_wsgi.before.py`),
        PLAIN["passenger_wsgi.py"],
      );
      assertEquals(await eject(), 0);
      assertEquals(Deno.readTextFileSync(startup), other);
      assert(JSON.stringify(before) !== JSON.stringify(ask()));
    }),
});

Deno.test({
  name: "upgrade brings no app.js to an adopted site",
  ignore,
  fn: () =>
    onGrounds({ files: PLAIN }, async ({ root, io, adopt }) => {
      await adopt("--yes", "--no-import");
      const seen = picture(root);
      assertEquals(await runUpgrade(parseUpgrade([root]), io), 0);
      assertEquals(picture(root), seen);
    }),
});

/** A virtual environment whose Python is a script, as CloudLinux makes them. */
function wrapPython(python: string): void {
  const inside = `${python}3_bin`;
  Deno.removeSync(python);
  Deno.symlinkSync("/usr/bin/python3", inside);
  Deno.writeTextFileSync(
    python,
    `#!/bin/sh\nSECRET=wrapped exec "${inside}" "$@"\n`,
    { mode: 0o755 },
  );
}

Deno.test({
  name: "a panel's wrapper of Python is kept, and takes no site for another's",
  ignore,
  fn: () => {
    const { files } = NATIVE_SITES["code beside the startup file"]!;
    const paths = ["/module", "/secret"];
    return onGrounds({
      files: { ...files, "public/.htaccess": "PassengerPython @PYTHON@\n" },
      paths,
    }, async ({ root, python, io, adopt, ask }) => {
      wrapPython(python);
      const before = ask();
      assertEquals(before[2]!.text, "wrapped");
      assertEquals(await adopt("--yes"), 0, io.stderr());
      const config = Deno.readTextFileSync(`${root}/config.toml`);
      assertStringIncludes(config, `passenger_python = "${python}"`);
      assertEquals(ask(), before);
      const log = Deno.readTextFileSync(`${root}/log/wsgi-shim.log`);
      assert(!log.includes("runs without wsgi-shim"), log);
    });
  },
});

Deno.test({
  name: "a Python that the startup file looks for by its name is the one there",
  ignore,
  fn: () =>
    onGrounds({
      files: {
        "passenger_wsgi.py": `import os, sys

os.environ["PATH"] = "@HOME@/venv/bin:" + os.environ["PATH"]
if "python3" not in sys.executable:
    os.execlp("python3", "python3", *sys.argv)
else:
    from app import application
`,
        "app.py": PLAIN["passenger_wsgi.py"],
      },
    }, async ({ io, adopt, ask }) => {
      assertEquals(await adopt("--yes"), 0, io.stderr());
      assertEquals(ask()[0]!.text, "plain");
    }),
});

Deno.test({
  name: "a server with a Python of its own serves a site whose Python is gone",
  ignore,
  fn: () => {
    const { files } = NATIVE_SITES["code beside the startup file"]!;
    return onGrounds({ files, paths: ["/module"] }, async (grounds) => {
      const { root, python, home, adopt, ask } = grounds;
      const before = ask("plain", "/usr/bin/python3");
      await adopt("--yes", "--no-import", "--python", python);
      const log = () => Deno.readTextFileSync(`${root}/log/wsgi-shim.log`);
      for (
        const [fault, told] of [
          [() => {
            const lib = `${home}/venv/lib`;
            Deno.renameSync(`${lib}/python${PYTHON_MINOR}`, `${lib}/python3.0`);
          }, "python-wrong-interpreter"],
          [() => Deno.removeSync(`${home}/venv/bin/python3`), "python-"],
        ] as const
      ) {
        fault();
        assertEquals(ask("plain", "/usr/bin/python3"), before);
        assertStringIncludes(log(), told);
        assertStringIncludes(log(), "The site runs without wsgi-shim");
      }
    });
  },
});

Deno.test({
  name: "adopt --url gives a site back that answers differently",
  ignore,
  fn: () =>
    onGrounds({ files: PLAIN }, async ({ root, adopt }) => {
      const seen = picture(root);
      const startup = `${root}/passenger_wsgi.py`;
      const native = Deno.readTextFileSync(startup);
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        () =>
          new Response(
            Deno.readTextFileSync(startup) === native ? "well" : "broken",
          ),
      );
      const { port } = server.addr as Deno.NetAddr;
      const url = `http://127.0.0.1:${port}/`;
      const error = await assertRejects(
        () => adopt("--yes", "--no-import", "--url", url),
        CommandError,
        "given back",
      ) as CommandError;
      assertStringIncludes(error.advice.join(), "body, line 1");
      assertEquals(lasting(root), seen);
    }),
});

Deno.test({
  name: "adopt --url looks whether everyone could read what it adds",
  ignore,
  fn: () =>
    onGrounds({
      files: { ...PLAIN, ".htaccess": 'PassengerAppRoot "@SITE@"\n' },
    }, async ({ root, adopt }) => {
      const seen = picture(root);
      await using server = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        ({ url }) => {
          const { pathname } = new URL(url);
          if (pathname === "/") return new Response("well");
          return new Response(Deno.readTextFileSync(root + pathname));
        },
      );
      const { port } = server.addr as Deno.NetAddr;
      await assertRejects(
        () =>
          adopt("--yes", "--no-import", "--url", `http://127.0.0.1:${port}/`),
        CommandError,
        "everyone could read config.toml",
      );
      assertEquals(picture(root), seen);
    }),
});

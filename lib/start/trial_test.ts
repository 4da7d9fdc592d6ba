import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { createHost } from "../machine/host.ts";
import { judgeSite } from "../judge/plan.ts";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { readOwned } from "../../tests/worlds/owned_files.ts";
import { tryApplication } from "./trial.ts";

Deno.test(
  "tryApplication() tells how the application ended, and starts no stranger's",
  () =>
    inTempFolder(async (site) => {
      const root = join(site, "www");
      for (const folder of ["shim", "public", "log", "tmp"]) {
        Deno.mkdirSync(join(root, folder), { recursive: true });
      }
      for (const [path, text] of readOwned()) {
        Deno.mkdirSync(dirname(join(root, path)), { recursive: true });
        Deno.writeTextFileSync(join(root, path), text);
      }
      Deno.writeTextFileSync(
        join(site, "app.py"),
        // The child keeps the pipes of its parent open.
        "import subprocess\nsubprocess.Popen(['sleep', '9'])\n" +
          "raise SystemExit('no more tea')\n",
      );
      Deno.writeTextFileSync(
        join(root, "config.toml"),
        `[passenger]
passenger_app_root = "${root}"
passenger_python = "/usr/bin/python3"
[wsgi]
module = "${site}/app.py"
`,
      );
      const application = {
        target: { file: join(site, "app.py") },
        attribute: "application",
        call: false,
        path: [site],
        directory: site,
      };
      const tried = (host: ReturnType<typeof createHost>) =>
        tryApplication(judgeSite(root, host, { at: "startup" }).site, {
          kind: "run",
          interpreter: "/usr/bin/python3",
          application,
          threads: 1,
          startTimeout: 5,
          environment: {},
        });
      const { findings: found } = await tried(createHost());
      assertEquals(found.map((one) => one.code), ["app-exited"]);
      assertStringIncludes(found[0]!.message, "no more tea");
      Deno.writeTextFileSync(
        join(site, "app.py"),
        "import os\nprint('no tea', flush=True)\nos._exit(4)\n",
      );
      const [died] = (await tried(createHost())).findings;
      assertEquals(died?.code, "app-died");
      // A trial writes no log that could tell what was printed.
      assertStringIncludes(JSON.stringify(died?.fix), "wsgi-shim serve");
      const untried = await tried({ ...createHost(), startsNothing: true });
      assertEquals(untried, { findings: [] });
    }),
);

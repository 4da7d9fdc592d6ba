import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { whyNoApache } from "../../tests/worlds/apache.ts";
import { leaveOut } from "../../tests/worlds/left_out.ts";
import { makeSiteUser } from "../../tests/worlds/site_user.ts";
import { createHost } from "../machine/host.ts";
import { judgeSite } from "../judge/plan.ts";
import { tryApplication } from "./trial.ts";

const WORKER = new URL("../shim/worker.py", import.meta.url);

Deno.test({
  name: "tryApplication() as root runs the application as the site's user",
  ignore: leaveOut("the trial of an application by root", whyNoApache()),
  async fn() {
    await using user = await makeSiteUser();
    const site = join(user.home, "site");
    const root = join(site, "www");
    for (const folder of ["shim", "public", "log", "tmp"]) {
      Deno.mkdirSync(join(root, folder), { recursive: true });
    }
    Deno.copyFileSync(WORKER, join(root, "shim", "worker.py"));
    Deno.writeTextFileSync(
      join(site, "app.py"),
      // The child keeps the pipes of its parent open.
      "import os, subprocess\nsubprocess.Popen(['sleep', '9'])\n" +
        "raise SystemExit(f'{os.getuid()} {os.getgid()}')\n",
    );
    Deno.writeTextFileSync(
      join(root, "config.toml"),
      `[passenger]
user = "${user.name}"
group = "${user.group}"
passenger_app_root = "${root}"
passenger_python = "/usr/bin/python3"
[wsgi]
module = "${site}/app.py"
`,
    );
    const judgement = judgeSite(root, createHost(), { at: "startup" });
    const { findings: found } = await tryApplication(judgement.site, {
      kind: "run",
      interpreter: "/usr/bin/python3",
      application: {
        target: { file: join(site, "app.py") },
        attribute: "application",
        call: false,
        path: [site],
        directory: site,
      },
      threads: 1,
      startTimeout: 5,
      environment: {},
    });
    assertEquals(found.map((one) => one.code), ["app-exited"]);
    assertStringIncludes(found[0]!.message, `${user.uid} ${user.gid}`);
  },
});

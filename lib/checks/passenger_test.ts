import { assertEquals } from "@std/assert";
import { NOW } from "../../tests/worlds/machine.ts";
import type { RunResult } from "../machine/host.ts";
import { VERSION } from "../site/version.ts";
import {
  type Changes,
  check,
  codes,
  only,
  programs,
  ROOT,
} from "../../tests/worlds/site.ts";

Deno.test("checkPassenger() judges the Node of the web server", () => {
  const nodejs = [["[wsgi]", 'passenger_nodejs = "/opt/node"\n[wsgi]']] as [
    string,
    string,
  ][];
  assertEquals(codes({ config: nodejs }), ["node-missing"]);
  const file = (mode: number, node?: string) =>
    codes({
      config: nodejs,
      files: { "/opt/node": { text: "x", mode, owner: "root:root" } },
      run: programs({ node }),
    });
  assertEquals(file(0o644), ["node-missing"]);
  assertEquals(file(0o755, "v16.20.0\n"), ["node-too-old"]);
  assertEquals(file(0o755, "v22.1.0\n"), []);
  const env = { IN_PASSENGER: "1" };
  assertEquals(codes({ at: "startup", env, nodeVersion: "14.0.0" }), [
    "node-too-old",
  ]);
  assertEquals(codes({ at: "startup", env, nodeVersion: "18.0.0" }), []);
});

Deno.test("checkPassenger() tries the command of the wsgi door", () => {
  function recorded(command: string, run: (words: string[]) => RunResult) {
    return codes({
      config: [["[wsgi]", 'passenger_app_type = "wsgi"\n[wsgi]']],
      files: {
        [`${ROOT}/passenger_wsgi.py`]: `COMMAND = ${command}  # @COMMAND@\n`,
      },
      run: (program, words) =>
        program === "/opt/shim" || program === "node"
          ? run(words)
          : programs()(program, words),
    }).filter((code) => code === "startup-command-broken");
  }
  const ended = (status: number, stdout: string): RunResult => ({
    status,
    stdout,
    stderr: "",
  });
  const gone: RunResult = {
    ...ended(0, ""),
    status: undefined,
    errno: "ENOENT",
  };
  const broken = ["startup-command-broken"];
  const ours = () => ended(0, `wsgi-shim ${VERSION}\n`);
  assertEquals(recorded('["/opt/shim"]', ours), []);
  assertEquals(recorded('["/opt/shim"]', () => gone), broken);
  assertEquals(recorded('["/opt/shim"]', () => ended(127, "")), broken);
  const older = () => ended(0, "wsgi-shim 0.0.1\n");
  assertEquals(recorded('["/opt/shim"]', older), broken);
  assertEquals(recorded("[]", () => ended(0, "v20.1.0\n")), []);
  assertEquals(recorded("[]", () => gone), broken);
});

Deno.test("checkPassenger() reads package.json as Node does", () => {
  const file = (text: string, append = "") =>
    codes({
      files: { [`${ROOT}/package.json`]: text },
      config: append ? [["[wsgi]", `${append}\n[wsgi]`]] : [],
    });
  assertEquals(file("{"), ["package-json-invalid"]);
  assertEquals(file('{\n "type": "module" }'), ["package-json-module"]);
  assertEquals(file('{ "type": "commonjs" }'), []);
  assertEquals(file("null"), []);
  assertEquals(file("{", 'passenger_app_type = "wsgi"'), []);
});

Deno.test("checkPassenger() does not deny a start that has happened", () => {
  const found = only({
    at: "startup",
    files: { [`${ROOT}/package.json`]: "{" },
  });
  assertEquals(found.severity, "warning");
});

Deno.test("checkPassenger() reports what was left behind", () => {
  const file = (name: string, text = "") =>
    codes({ files: { [`${ROOT}/${name}`]: text } });
  assertEquals(file("Passengerfile.json", '{"app_start_command": "x"}'), [
    "passengerfile",
  ]);
  assertEquals(file("Passengerfile.json", "{}"), []);
});

Deno.test("checkPassenger() compares the app type with the last start", () => {
  const seen = (door: string, config: Changes["config"] = []) =>
    check({
      config,
      files: {
        [`${ROOT}/log/wsgi-shim.log`]: `${
          new Date(NOW - 1_000).toISOString()
        } [12] start: wsgi-shim 0.1.0, door ${door}, plan run\n`,
      },
    }).filter(({ code }) => code === "app-type-differs");
  assertEquals(seen("node"), []);
  assertEquals(seen("serve"), []);
  for (const door of ["wsgi", "python"]) {
    const [found] = seen(door);
    assertEquals(
      found?.message,
      'config.toml does not say passenger_app_type, so that "node" counts; the web server has last started the site by passenger_wsgi.py, of app type "wsgi"',
    );
    const stated: Changes["config"] = [
      ["[passenger]\n", '[passenger]\npassenger_app_type = "wsgi"\n'],
    ];
    assertEquals(seen(door, stated), []);
    assertEquals(seen("node", stated).length, 1);
  }
});

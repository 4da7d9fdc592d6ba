import { assertEquals } from "@std/assert";
import { sceneOf, spellOut } from "../../tests/worlds/failing_site.ts";
import { installFix, leftOf } from "./installing.ts";
import type { Example } from "./rule.ts";
import type { Scene } from "./scene.ts";

const VENV = {
  "SITE/venv/pyvenv.cfg": "",
};

function wordsOf(also: string[], example: Example & object) {
  const fix = installFix(
    { module: "flask", also },
    sceneOf({ ...example, files: { ...VENV, ...example.files } }),
    true,
  );
  const command = "command" in fix ? fix.command : fix.text;
  return command.slice(command.indexOf("install ") + "install ".length);
}

Deno.test("installFix() takes the list of requirements that names the package, and adds what it does not name", () => {
  const files = { "APP/requirements.txt": "Flask==2.1.3\nrequests\n" };
  assertEquals(
    wordsOf(["requests", "dotenv"], { files }),
    spellOut("-r APP/requirements.txt python-dotenv"),
  );
});

Deno.test("installFix() takes the list that names most, from the application up to the site's folder", () => {
  const files = {
    "SITE/requirement.txt": "flask\nrequests\n",
    "APP/web/requirements.txt": "flask-login\n",
  };
  const failure = { directory: spellOut("APP/web") };
  assertEquals(
    wordsOf(["flask_login", "requests"], { files, failure }),
    spellOut("-r SITE/requirement.txt flask-login"),
  );
});

Deno.test("installFix() names the packages where no list does", () => {
  const files = { "APP/requirements.txt.bak": "flask\n" };
  assertEquals(wordsOf(["dotenv"], { files }), "flask python-dotenv");
});

Deno.test("leftOf() takes a file that git once knew for the site's own, unless the site asks for that package", () => {
  const scene = (requirements: string): Scene => {
    const scene = sceneOf({
      files: {
        "APP/.git/index": "DIRC",
        "APP/requirements.txt": requirements,
      },
    });
    const run = () => ({ status: 0, stdout: "f6c1085\n", stderr: "" });
    return { ...scene, host: { ...scene.host, run } };
  };
  const whats = (requirements: string) =>
    leftOf("celery", scene(requirements)).map(({ what }) => what);
  assertEquals(whats("flask\n"), ["past"]);
  assertEquals(whats("flask\ncelery==4.3.0\n"), []);
});

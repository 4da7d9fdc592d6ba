import { assertEquals, assertStringIncludes } from "@std/assert";
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

Deno.test("installFix() sees what a list takes in from others, and passes over a Pipfile", () => {
  const files = {
    "APP/Pipfile": '[packages]\nflask = "*"\n',
    "APP/requirements.txt": "-r requirements/prod.txt\n",
    "APP/requirements/prod.txt": "Flask\nFlask_Login==0.6\n-r prod.txt\n",
  };
  assertEquals(
    wordsOf(["flask_login", "redis"], { files }),
    spellOut("-r APP/requirements.txt redis"),
  );
});

Deno.test("installFix() takes no version that what is installed does not go with", () => {
  const files = {
    "PACKAGES/passlib-1.7.4.dist-info/METADATA": "Name: passlib\n",
    "PACKAGES/shop-1.0.dist-info/METADATA":
      "Name: shop\nRequires-Dist: redis (>=4.0,<6)\nRequires-Dist: celery>=5\n",
  };
  assertEquals(
    wordsOf(["bcrypt", "redis", "celery"], { files }),
    "flask 'bcrypt<5' 'redis<6' celery",
  );
  assertEquals(
    wordsOf(["bcrypt"], {
      files: { ...files, "APP/requirements.txt": "flask\nbcrypt\n" },
    }),
    spellOut("-r APP/requirements.txt 'bcrypt<5'"),
  );
  assertEquals(
    wordsOf(["bcrypt"], {
      files: { ...files, "APP/requirements.txt": "flask\nbcrypt==4.0.1\n" },
    }),
    spellOut("-r APP/requirements.txt"),
  );
  assertEquals(wordsOf(["bcrypt"], {}), "flask bcrypt");
});

Deno.test("installFix() lays no package beside another one with that module", () => {
  const files = { "APP/requirements.txt": "flask\nunicode_slugify\n" };
  assertEquals(
    wordsOf(["slugify", "jwt"], { files }),
    spellOut("-r APP/requirements.txt PyJWT"),
  );
});

Deno.test("installFix() names the packages where no list does", () => {
  const files = { "APP/requirements.txt.bak": "flask\n" };
  assertEquals(wordsOf(["dotenv"], { files }), "flask python-dotenv");
});

Deno.test("installFix() tells of lines that cannot be installed here, before the command", () => {
  const fix = (list: string) => {
    const found = installFix(
      { module: "flask" },
      sceneOf({ files: { ...VENV, "APP/requirements.txt": list } }),
      true,
    );
    return "text" in found ? found.text : found.command;
  };
  const words = fix("Flask\npywin32==306\nx @ file:///C:/ci/x_1\n");
  assertStringIncludes(words, "what is not for this system (line 2, pywin32)");
  assertStringIncludes(words, "names a file of another machine (line 3, x)");
  assertStringIncludes(words, spellOut("-r APP/requirements.txt"));
  assertStringIncludes(fix("flask=3.0=py311_0\n"), "for conda");
  const plain = fix('Flask>=2,!=2.1\npywin32; sys_platform == "win32"\n');
  assertEquals(plain.startsWith("In "), false);
});

/** A scene whose git knows files by its list of today, or by its history. */
function sceneOfGit(listed: string, past: string, requirements = ""): Scene {
  const scene = sceneOf({
    files: {
      "APP/.git/index": `DIRC\0${
        String.fromCharCode(listed.length)
      }${listed}\0`,
      "APP/requirements.txt": requirements,
    },
  });
  const run = () => ({ status: 0, stdout: past, stderr: "" });
  return { ...scene, host: { ...scene.host, run } };
}

function left(...world: Parameters<typeof sceneOfGit>) {
  return leftOf("celery", sceneOfGit(...world)).map(({ what }) => what);
}

Deno.test("leftOf() takes a file that git lists for the site's own, and none that ends alike", () => {
  assertEquals(left("celery.py", "", "celery"), ["tracked"]);
  assertEquals(left("celery/__init__.py", ""), ["tracked"]);
  assertEquals(left("blog/celery.py", ""), []);
});

Deno.test("leftOf() reads what git ignores where it is meant", () => {
  const ignored = (list: string, requirements = "", module = "shop.prices") =>
    leftOf(
      module,
      sceneOf({
        files: {
          "APP/.gitignore": `${list}\n`,
          "APP/requirements.txt": requirements,
        },
      }),
    ).length > 0;
  for (const list of ["prices.py", "/shop/prices.py", "shop/pri*", "pri*.py"]) {
    assertEquals(ignored(list), true, list);
  }
  for (const list of ["venv/*.*", "*.*", "*", "*.py", "/prices.py", "prices"]) {
    assertEquals(ignored(list), false, list);
  }
  assertEquals(ignored("celery.py", "", "celery"), true);
  assertEquals(ignored("celery.py", "celery\n", "celery"), false);
});

Deno.test("leftOf() takes a file that git once knew for the site's own, unless the site asks for that package", () => {
  assertEquals(left("app.py", "f6c1085\n", "flask\n"), ["past"]);
  assertEquals(left("app.py", "f6c1085\n", "celery==4.3.0\n"), []);
});

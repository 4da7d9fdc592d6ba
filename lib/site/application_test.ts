import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { isFault, readApplication } from "./application.ts";
import { layoutOf } from "./layout.ts";
import { DEFAULTS } from "./settings_table.ts";

const host = createFakeHost({
  files: {
    "/s/pkg/web.py": "",
    "/s/app.py": "",
    "/s/site/__init__.py": "",
    "/s/lib/py.py": "",
    "/s/flat/app.py": "",
    "/s/flat/models.py": "",
    "/s/many/one.py": "",
    "/s/many/two.py": "",
  },
});

function read(module: string | undefined, app: string, chdir?: string) {
  const wsgi = { ...DEFAULTS, module, app, chdir };
  return readApplication(wsgi, layoutOf("/s/www"), host);
}

Deno.test("readApplication() reads a file, and where its imports start", () => {
  assertEquals(read("/s/app.py", "create_app()"), {
    target: { file: "/s/app.py" },
    attribute: "create_app",
    call: true,
    path: ["/s"],
    directory: "/s",
  });
  assertEquals((read("../app.py", "app", "/d") as { path: string[] }).path, [
    "/d",
  ]);
});

Deno.test("readApplication() splits the callable from a path", () => {
  const fault = read("/s/app.py:create_app()", "application");
  assert(isFault(fault));
  assertEquals(
    fault.advice,
    'Write: `module = "/s/app.py"` and `app = "create_app()"`',
  );
});

Deno.test("readApplication() reads a folder as a package", () => {
  const read_ = read("/s/pkg", "web.app");
  assert(!isFault(read_));
  assertEquals(read_.target, { module: "pkg.web" });
  assertEquals(read_.attribute, "app");
  const whole = read("/s/site", "create_app()");
  assert(!isFault(whole));
  assertEquals(whole.target, { module: "site" });
  assertEquals([whole.attribute, whole.call], ["create_app", true]);
  const many = read("/s/many", "app");
  assert(isFault(many));
  assertStringIncludes(many.advice, "submodule.app");
  for (const [folder, file] of [["flat", "app.py"], ["pkg", "web.py"]]) {
    const fault = read(`/s/${folder}`, "app");
    assert(isFault(fault));
    assertEquals(fault.advice, `Write module = "/s/${folder}/${file}"`);
  }
});

Deno.test("readApplication() reads dotted names in each of their forms", () => {
  for (
    const [module, app] of [
      ["mysite.wsgi", "application"],
      [undefined, "mysite.wsgi:application"],
      [undefined, "mysite.wsgi.application"],
    ] as const
  ) {
    const found = read(module, app);
    assert(!isFault(found), app);
    assertEquals(found.target, { module: "mysite.wsgi" });
    assertEquals(found.directory, "/s");
  }
});

Deno.test("readApplication() finds a file that was named without its folder", () => {
  const web = read("web.py", "app");
  assert(isFault(web));
  assertStringIncludes(web.message, '"/s/pkg/web.py" is there');
  assertEquals(web.advice, 'Write: module = "/s/pkg/web.py"');
  const gone = read("gone.py", "app");
  assert(isFault(gone));
  assertEquals(gone.advice, 'Write: module = "/s/myapp/gone.py"');
  const entry = read("mysite.wsgi:application", "application");
  assert(isFault(entry));
  assertEquals(
    entry.advice,
    'Write: `module = "mysite.wsgi"` and `app = "application"`',
  );
  // A module that is called py.
  assert(!isFault(read("lib.py", "app")));
});

Deno.test("readApplication() says where a factory gets its arguments", () => {
  const advice = (module: string | undefined, app: string, chdir?: string) => {
    const fault = read(module, app, chdir);
    assert(isFault(fault), app);
    assertEquals(fault.key, "wsgi.app");
    return fault.advice;
  };
  assertEquals(
    advice("/s/app.py", "create_app('x', y=1)"),
    'Create /s/wsgi.py with the two lines `from app import create_app` and `application = create_app(\'x\', y=1)`; then write in [wsgi]: `module = "/s/wsgi.py"` and `app = "application"`',
  );
  for (
    const [module, app, chdir, line, file] of [
      ["/s/pkg", "web.make(1)", undefined, "from pkg.web import make", "/s"],
      ["/s/pkg/web.py", "make(1)", "/s", "from pkg.web import make", "/s"],
      ["/s/site/__init__.py", "f(1)", "/s", "from site import f", "/s"],
      ["/s/app.py", "make(1)", "/d", "from app import make", "/s"],
      ["mysite.web", "make(1)", undefined, "from mysite.web import make", "/s"],
      [undefined, "my.web:make(1)", undefined, "from my.web import make", "/s"],
      [undefined, "my.web.make(1)", undefined, "from my.web import make", "/s"],
      ["/s/app.py", "Web.make(1)", undefined, "from app import Web", "/s"],
    ] as const
  ) {
    const text = advice(module, app, chdir);
    assertStringIncludes(text, `Create ${file}/wsgi.py with`);
    assertStringIncludes(text, `\`${line}\``);
  }
  assertStringIncludes(advice("/s/my-app.py", "f(1)"), "to the end of");
});

Deno.test("readApplication() says which key is at fault", () => {
  const key = (module: string | undefined, app: string) => {
    const found = read(module, app);
    return isFault(found) ? found.key : undefined;
  };
  assertEquals(key(undefined, "app"), "wsgi.module");
  assertEquals(key("my-site", "app"), "wsgi.module");
  assertEquals(key("/s/app.py", "a b"), "wsgi.app");
  assertEquals(key("/s/app.py", "m:app"), "wsgi.app");
  assertEquals(key("/s/app.py", "create_app(1)"), "wsgi.app");
});

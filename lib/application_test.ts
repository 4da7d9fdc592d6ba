import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../tests/host.ts";
import { isFault, readApplication } from "./application.ts";
import { layoutOf } from "./layout.ts";

const host = createFakeHost({
  files: { "/s/pkg/web.py": "", "/s/app.py": "", "/s/site/__init__.py": "" },
});

function read(module: string | undefined, app: string, chdir?: string) {
  const wsgi = { module, app, chdir, threads: 1, startTimeout: 30 };
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

Deno.test("readApplication() reads a folder as a package", () => {
  const read_ = read("/s/pkg", "web.app");
  assert(!isFault(read_));
  assertEquals(read_.target, { module: "pkg.web" });
  assertEquals(read_.attribute, "app");
  const whole = read("/s/site", "create_app()");
  assert(!isFault(whole));
  assertEquals(whole.target, { module: "site" });
  assertEquals([whole.attribute, whole.call], ["create_app", true]);
  const fault = read("/s/pkg", "app");
  assert(isFault(fault));
  assertStringIncludes(fault.advice, "submodule.app");
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

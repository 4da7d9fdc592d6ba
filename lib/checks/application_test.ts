import { assertEquals, assertStringIncludes } from "@std/assert";
import { codes, MODULE, only, SITE } from "../../tests/worlds/site.ts";

const HOME = `${SITE}/myapp`;

Deno.test("checkApplication() names the file that was probably meant", () => {
  const named = (name: string) =>
    only({ config: [["myapp/app.py", `myapp/${name}`]] });
  const typo = named("ap.py");
  assertEquals(typo.code, "app-module-missing");
  assertEquals(typo.fix, { text: `Write module = "${MODULE}"` });
  assertEquals(typo.place?.line, 8);
  assertEquals(named("App.py").fix, {
    command: `mv -n ${MODULE} ${HOME}/App.py`,
    safe: false,
  });
  assertEquals(named("app").fix, { text: `Write module = "${MODULE}"` });
});

Deno.test("checkApplication() names the folder that is missing", () => {
  const found = only({ config: [["/myapp/app.py", "/myap/app.py"]] });
  assertStringIncludes(found.message, `the folder "${SITE}/myap"`);
  assertStringIncludes(found.message, '"myapp" is there');
});

Deno.test("checkApplication() finds the module of another machine by the end of its path", () => {
  const found = only({ config: [[MODULE, "/Users/ann/shop/myapp/app.py"]] });
  assertStringIncludes(found.message, `"${MODULE}" is there`);
  assertEquals(found.fix, { text: `Write ${MODULE}, if that is meant` });
});

Deno.test("checkApplication() tells links to nowhere and things that are no files", () => {
  const at = (entry: Record<string, unknown>) =>
    only({ files: { [MODULE]: entry } });
  assertStringIncludes(at({ link: "gone.py" }).message, "cannot be followed");
  assertStringIncludes(at({ other: true }).message, "not a regular file");
  assertEquals(at({ text: "" }).code, "source-empty");
});

Deno.test("checkApplication() tells a folder that is a link to nowhere", () => {
  const found = only({
    config: [["/myapp/app.py", "/deploy/current/app.py"]],
    files: {
      [`${SITE}/deploy/current`]: { link: "releases/20260901" },
      [`${SITE}/deploy/releases/20261115/app.py`]: "app = 1\n",
    },
  });
  assertStringIncludes(found.message, 'a link to "releases/20260901"');
  assertStringIncludes(found.message, '"20261115"');
});

Deno.test("checkApplication() finds modules by dotted name", () => {
  const module = (name: string) => ({
    config: [[/module = .*/, `module = "${name}"`]] as [RegExp, string][],
    files: {
      [`${SITE}/mysite/__init__.py`]: "",
      [`${SITE}/mysite/wsgi.py`]: "app = 1\n",
    },
  });
  assertEquals(codes(module("mysite.wsgi")), []);
  const near = only(module("mysite.wsgy"));
  assertEquals(near.code, "app-module-missing");
  assertEquals(near.fix, { text: "Write wsgi in place of wsgy" });
  // An installed package is for Python to find.
  assertEquals(codes(module("trac.web.main")), []);
});

Deno.test("checkApplication() wants a working directory that is there", () => {
  assertEquals(
    only({ config: [["app =", 'chdir = "/no/where"\napp =']] }).code,
    "app-directory",
  );
  assertEquals(
    codes({ config: [["app =", `chdir = "${MODULE}"\napp =`]] }),
    ["app-directory"],
  );
  assertEquals(codes({ config: [["app =", 'chdir = "../myapp"\napp =']] }), []);
});

Deno.test("checkApplication() finds a relative path beside the app root", () => {
  const found = only({ config: [[MODULE, "myapp/app.py"]] });
  assertEquals(found.code, "app-module-missing");
  assertStringIncludes(found.message, "begins at the app root");
  assertEquals(found.fix, { text: `Write module = "${MODULE}"` });
  assertEquals(codes({ config: [[MODULE, "../myapp/app.py"]] }), []);
});

Deno.test("checkApplication() does not run a notebook", () => {
  const notebook = MODULE.replace(".py", ".ipynb");
  const found = only({
    config: [[MODULE, notebook]],
    files: { [notebook]: '{"cells": []}' },
  });
  assertEquals(found.code, "app-module-missing");
  assertStringIncludes(found.message, "a notebook of Jupyter");
});

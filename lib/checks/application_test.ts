import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  codes,
  loggedIn,
  MODULE,
  only,
  programs,
  SITE,
} from "../../tests/worlds/site.ts";

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

Deno.test("checkApplication() tells links to nowhere and things that are no files", () => {
  const at = (entry: Record<string, unknown>) =>
    only({ files: { [MODULE]: entry } });
  assertStringIncludes(at({ link: "gone.py" }).message, "cannot be followed");
  assertStringIncludes(at({ other: true }).message, "not a regular file");
  assertEquals(at({ text: "" }).code, "source-empty");
});

Deno.test("checkSource() tells encodings apart", () => {
  const source = (text: string | Uint8Array) =>
    codes({ at: "startup", files: { [MODULE]: { text } } });
  const utf16 = Uint8Array.from([0xff, 0xfe, 0x78, 0, 0x0a, 0]);
  assertEquals(source(utf16), ["source-encoding"]);
  assertEquals(source(utf16.subarray(2)), ["source-encoding"]);
  assertEquals(source("x = 'a\0b'\n"), ["source-encoding"]);
  const latin = Uint8Array.from([0x23, 0xe9, 0x0a]);
  assertEquals(source(latin), ["source-encoding"]);
  const declared = new TextEncoder().encode("# -*- coding: latin-1 -*-\n");
  assertEquals(source(Uint8Array.from([...declared, ...latin])), []);
  assertEquals(source("\ufeffx = 'é'\r\n"), []);
});

Deno.test("checkSource() finds what a merge left, and not a line of equal signs", () => {
  const source = (text: string) => codes({ files: { [MODULE]: text } });
  assertEquals(source("x = 1\n<<<<<<< HEAD\n"), ["source-merge-markers"]);
  assertEquals(source('"""\nTitle\n=======\n"""\n'), []);
  assertEquals(source("x = 1 << 2\n"), []);
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

Deno.test("checkImports() reports what Python saw in the files", () => {
  const facts = (python: Record<string, unknown>) =>
    only({ run: programs({ python }) });
  const syntax = facts({
    syntax: [{
      file: MODULE,
      line: 3,
      column: 7,
      type: "SyntaxError",
      message: "invalid syntax",
    }],
  });
  assertEquals(syntax.code, "source-syntax");
  assertEquals(syntax.place, { file: MODULE, line: 3, column: 7 });
  assertEquals(
    facts({ stale: [{ file: MODULE, cached: `${HOME}/__pycache__/app.pyc` }] })
      .fix,
    { command: `touch ${MODULE}`, safe: false },
  );
  assertEquals(
    facts({ shadows: [`${HOME}/random.py`] }).code,
    "module-shadowed",
  );
});

Deno.test("checkImports() blames a merge, not the syntax error that it makes", () => {
  assertEquals(
    codes({
      files: { [MODULE]: "<<<<<<< HEAD\n" },
      run: programs({
        python: {
          syntax: [{ file: MODULE, line: 1, type: "S", message: "x" }],
        },
      }),
    }),
    ["source-merge-markers"],
  );
});

Deno.test("checkImports() reports variables that only this shell has", () => {
  const needed = (name: string, env = {}) =>
    codes({
      env,
      run: programs({ python: { needed: [{ name, file: MODULE, line: 1 }] } }),
    });
  assertEquals(needed("DATABASE_URL"), ["environment-missing"]);
  assertEquals(needed("DATABASE_URL", { DATABASE_URL: "x" }), [
    "environment-missing",
  ]);
  assertEquals(needed("GREETING"), []);
  assertEquals(needed("HOME"), []);
  const run = programs({
    python: { needed: [{ name: "DATABASE_URL", file: MODULE, line: 1 }] },
    login: loggedIn({ DATABASE_URL: "x" }),
  });
  assertEquals(codes({ run }), []);
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

import { assertEquals } from "@std/assert";
import {
  codes,
  loggedIn,
  MODULE,
  only,
  programs,
  SITE,
} from "../../tests/worlds/site.ts";

const HOME = `${SITE}/myapp`;

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
  const key = facts({ keys: [{ name: "secret_key", file: MODULE, line: 3 }] });
  assertEquals(key.code, "session-key-renewed");
  assertEquals(key.place, { file: MODULE, line: 3 });
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

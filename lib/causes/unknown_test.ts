import { assertEquals, assertStringIncludes } from "@std/assert";
import { spellOut, stage } from "../../tests/worlds/failing_site.ts";
import { explainFailure } from "./explain.ts";
import type { Example } from "./rule.ts";

function told(example: Example) {
  const { failure, site } = stage(example);
  const [found] = explainFailure(failure, site, (error) => {
    throw error;
  });
  const { fix, message, code } = found!;
  return { code, message, mend: fix && "text" in fix ? fix.text : "" };
}

Deno.test("explainFailure() tells of an unknown exception of a package whose it is, and at which line", () => {
  const { code, message, mend } = told({
    raised: "ValueError: no such colour",
    in: "PACKAGES/paint/core.py mix",
    files: {
      "PACKAGES/paint/__init__.py": "",
      "PACKAGES/paint-1.2.dist-info/METADATA": "Name: Paint\n",
    },
  });
  assertEquals(code, "app-import-failed");
  assertStringIncludes(message, "ValueError: no such colour");
  assertStringIncludes(
    mend,
    spellOut(
      'inside the package "paint" (Paint 1.2), which is called by line 3 of APP/app.py',
    ),
  );
});

Deno.test("explainFailure() tells of a package that fails while it is imported where its versions stand", () => {
  const { mend } = told({
    raised: "RuntimeError: too old",
    in: "PACKAGES/paint/__init__.py <module>",
  });
  assertStringIncludes(mend, "while it is imported by line 3");
  assertStringIncludes(mend, "documentation of paint");
});

Deno.test("explainFailure() tells what is mostly behind an everyday exception", () => {
  for (
    const [raised, words] of [
      ["AttributeError: 'NoneType' object has no attribute 'get'", "`get`"],
      ["IndexError: list index out of range", "fewer items"],
      ["KeyError: 'users'", "there is no 'users' in what is asked"],
      ["KeyError: <Shop 1>", "the key is not in what is asked"],
      [
        "TypeError: f() missing 1 required positional argument: 'x'",
        "`f()` needs 'x'",
      ],
      [
        "TypeError: A.f() got an unexpected keyword argument 'x'",
        "`A.f()` takes no argument `x`",
      ],
      [
        "TypeError: f() takes 1 positional argument but 2 were given",
        "`name=value`",
      ],
      ["AttributeError: 'Shop' object has no attribute 'open'", "is a Shop"],
      [
        "UnboundLocalError: cannot access local variable 'x' where it is not associated with a value",
        "`x` is set somewhere",
      ],
      ["RecursionError: maximum recursion depth exceeded", "calls itself"],
      ["ValueError: time data 'x' does not match format '%Y'", "'x' is what"],
      ["ValueError: 'x' is not a valid Colour", "Colour has no such member"],
      ["ZeroDivisionError: division by zero", "line 3 of APP/app.py"],
    ] as const
  ) {
    const { mend } = told({ raised });
    assertStringIncludes(mend, spellOut(words), raised);
  }
});

Deno.test("explainFailure() sees that a package calls a function of the application's", () => {
  const { mend } = told({
    raised:
      "TypeError: Shop.make() missing 1 required positional argument: 'x'",
    in: "PACKAGES/paint/core.py draw",
    files: {
      "APP/app.py": "def make(self, x):\n  pass\npaint.draw(make)\n",
    },
  });
  assertStringIncludes(mend, 'The package "paint", which line 3');
  assertStringIncludes(mend, "calls your `make()`");
});

Deno.test("explainFailure() sees that the application raises something itself", () => {
  const { mend } = told({
    raised: "RuntimeError: the shop is closed",
    files: { "APP/app.py": "\n\nraise RuntimeError('the shop is closed')\n" },
  });
  assertStringIncludes(mend, "The application raises that itself, at line 3");
});

import { assertEquals, assertThrows } from "@std/assert";
import { integerOf, oneOf, parseArguments } from "./arguments.ts";
import { type Usage, UsageError } from "./command.ts";

const USAGE: Usage = {
  name: "try",
  summary: "",
  arguments: [
    { name: "WHAT", kind: "text" },
    { name: "APPROOT", kind: "folder", isOptional: true },
  ],
  options: [
    { name: "no-import", meaning: "" },
    { name: "follow", short: "f", meaning: "" },
    { name: "lines", short: "n", value: "LINES", meaning: "" },
    { name: "message", value: "TEXT", meaning: "" },
  ],
  description: [],
  examples: [],
};

function parse(...argv: string[]) {
  const given = parseArguments(argv, USAGE);
  return {
    noImport: given.has("no-import"),
    follow: given.has("follow"),
    lines: given.value("lines"),
    message: given.value("message"),
    positionals: given.positionals,
  };
}

const NOTHING = {
  noImport: false,
  follow: false,
  lines: undefined,
  message: undefined,
};

Deno.test("parseArguments() reads every way to write an option", () => {
  const table: [string[], Partial<ReturnType<typeof parse>>][] = [
    [["x"], {}],
    [["x", "--no-import"], { noImport: true }],
    [["--no-import", "x"], { noImport: true }],
    [["x", "--lines", "20"], { lines: "20" }],
    [["x", "--lines=020"], { lines: "020" }],
    [["x", "-n", "20"], { lines: "20" }],
    [["x", "-n20"], { lines: "20" }],
    [["x", "-fn20"], { lines: "20", follow: true }],
    [["x", "-f", "-n", "1", "-n", "2"], { lines: "2", follow: true }],
    [["x", "--message="], { message: "" }],
    [["x", "--message", ""], { message: "" }],
    [["x", "--message", "-f"], { message: "-f" }],
    [["x", "--message", "--", "--lines", "1"], { message: "--", lines: "1" }],
    [["x", "--message=--no-import"], { message: "--no-import" }],
    [["x", "--message=a=b c\n'd'"], { message: "a=b c\n'd'" }],
    [["x", "--message", "1e3"], { message: "1e3" }],
    [["x", "--message", "true", "--follow"], {
      message: "true",
      follow: true,
    }],
  ];
  for (const [argv, wanted] of table) {
    assertEquals(
      parse(...argv),
      { ...NOTHING, positionals: ["x"], ...wanted },
      argv.join(" "),
    );
  }
});

Deno.test("parseArguments() keeps positionals as they are", () => {
  const table: [string[], string[]][] = [
    [["007"], ["007"]],
    [["1e3", "0x10"], ["1e3", "0x10"]],
    [["true", "false"], ["true", "false"]],
    [["--follow", "true"], ["true"]],
    [["--", "--follow", "-n"], ["--follow", "-n"]],
    [["-", "--", "--"], ["-", "--"]],
    [["", "a b"], ["", "a b"]],
    [["__proto__"], ["__proto__"]],
  ];
  for (const [argv, wanted] of table) {
    assertEquals(parse(...argv).positionals, wanted, argv.join(" "));
  }
});

Deno.test("parseArguments() refuses what it does not know", () => {
  const table: [string[], string][] = [
    [["x", "--folow"], "try has no option --folow; did you mean --follow?"],
    [["x", "--import"], "try has no option --import"],
    [["x", "--mes"], "try has no option --mes; did you mean --message?"],
    [["x", "--zzzzzz"], "try has no option --zzzzzz"],
    [["x", "-q"], "try has no option -q"],
    [["x", "--__proto__"], "try has no option --__proto__"],
    [["x", "--follow=yes"], "--follow takes no value"],
    [["x", "--lines"], "--lines needs a value: LINES"],
    [["x", "-n"], "--lines needs a value: LINES"],
    [[], "try needs WHAT"],
    [
      ["a", "b", "c d"],
      "try takes WHAT and APPROOT only; one too many: 'c d'",
    ],
  ];
  for (const [argv, message] of table) {
    const error = assertThrows(() => parse(...argv), UsageError);
    assertEquals(error.message, message);
  }
});

Deno.test("oneOf() and integerOf() tell what they want", () => {
  assertEquals(oneOf("on", ["on", "off"], "X"), "on");
  assertEquals(
    assertThrows(() => oneOf("onn", ["on", "off"], "X"), UsageError).message,
    "X must be on or off, and is onn; did you mean on?",
  );
  const limits = { least: 1, most: 10 };
  assertEquals(integerOf("10", "X", limits), 10);
  for (const bad of ["0", "11", "-1", "1.5", "", "1e1", "0x1", " 1"]) {
    assertThrows(() => integerOf(bad, "X", limits), UsageError);
  }
});

/**
 * Variables that are set, and whose values are not what the line takes: empty,
 * with quotation marks or a comment of a .env file in them, or of another kind.
 *
 * Never shows a value that the message does not show. Runs on Node and Deno.
 *
 * @module
 */

import { statementAt, unsetBehind } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";
import { missingVariables } from "./unset.ts";

const READ_REGEXP =
  /\b(?:environ(?:\.get)?\s*[([]|getenv\s*\()\s*["'](\w+)["']/g;
const LONGEST_CLASS = 30;

/** The variables that are set and that the statement reads, by its name. */
export function givenIn({ own }: Subject, scene: Scene): [string, string][] {
  const statement = own ? statementAt(own, scene) : "";
  const names = [...statement.matchAll(READ_REGEXP)].map(([, name]) => name!);
  if (/\bdj_database_url\.config\((?!.*\benv\s*=)/.test(statement)) {
    names.push("DATABASE_URL");
  }
  return [...new Set(names)].flatMap((name): [string, string][] => {
    const value = scene.site.config?.environment[name] ?? scene.host.env[name];
    return value === undefined ? [] : [[name, value]];
  });
}

/** What is wrong with a value, whatever it is for. */
export function flawOf(value: string): string | undefined {
  return value === ""
    ? "is set to an empty text, so that no default counts in its place"
    : /^(["']).*\1$/s.test(value)
    ? "has quotation marks in its value, which count as a part of it"
    : value.trim() === ""
    ? "is set to blanks alone"
    : / #/.test(value)
    ? "has a comment in its value, which counts as a part of it"
    : /^\s|\s$/.test(value)
    ? "has a blank or a line end around its value"
    : undefined;
}

/** The values of the members of an enumeration, as its class lists them. */
function membersOf(name: string, file: string, scene: Scene): string[] {
  const lines = linesOf(file, scene);
  const at = lines.findIndex((line) =>
    new RegExp(`^\\s*class\\s+${name}\\b`).test(line)
  );
  if (at < 0) return [];
  const below = lines.slice(at + 1, at + LONGEST_CLASS);
  const end = below.findIndex((line) => /^\S/.test(line));
  return (end < 0 ? below : below.slice(0, end)).flatMap((line) =>
    [...line.matchAll(/(?:^|;)\s*\w+\s*=\s*["']([\w.-]+)["']/g)]
      .map(([, value]) => value!)
  );
}

/** The rules of variables whose values are not what the line takes. */
export const setValues = (): Rule[] => [
  {
    name: "value-set-wrong",
    code: "config-value",
    over:
      "empty-number sqlalchemy-dialect address-form none-from-variable value-from-variable",
    when: [
      {
        type: "ValueError",
        message:
          /^(?:invalid literal for int\(\) with base \d+|could not convert string to float): '(.*)'$/,
      },
      { message: /^Could not parse (?:rfc1738|SQLAlchemy) URL from / },
      { message: /^Scheme '[^']*' is unknown\. Did you forget/ },
      { message: /^Redis URL must specify one of the following schemes/ },
      { message: /^Invalid URI scheme: URI must begin with 'mongodb:/ },
      { message: /missing "=" after "[^"]*" in connection info string/ },
      { type: "ValueError", message: /^'(.*)' is not a valid (\w+)$/ },
      { type: "SyntaxError", message: /\(<(?:unknown|string)>, line \d+\)$/ },
      { type: "ValueError", message: /^malformed node or string/ },
    ],
    claim: (subject, scene) => {
      const { text, own, groups: [value] } = subject;
      const given = givenIn(subject, scene);
      const isNumber = /^invalid literal|^could not convert/.test(text);
      const isMember = / is not a valid \w+$/.test(text);
      const isSyntax = /^malformed|\(<\w+>, line/.test(text);
      const statement = own ? statementAt(own, scene) : "";
      if (isSyntax && !/\b(?:literal_)?eval\(/.test(statement)) {
        return undefined;
      }
      const unset = isSyntax
        ? missingVariables(
          unsetBehind(subject, scene).filter(({ hasDefault }) => !hasDefault)
            .map(({ name }) => name),
          subject,
          scene,
        )
        : undefined;
      if (unset) return { ...unset, code: "variable-missing" };
      // What is secret, the message does not show.
      const isShown = !value?.includes("•");
      const [name, set] =
        given.find(([, each]) =>
          isNumber
            ? isShown ? each === value : Number.isNaN(Number(each))
            : isMember
            ? each === value || !isShown
            : isSyntax || flawOf(each)
        ) ?? [];
      if (!own || name === undefined || set === undefined) return undefined;
      const flaw = flawOf(set);
      const place = scene.site.config?.environment[name] === undefined
        ? undefined
        : scene.site.placeOf(`environment.${name}`);
      const where = place
        ? "under [environment] in config.toml"
        : "where it is set";
      if (flaw) {
        return {
          seen:
            `The variable "${name}", which line ${own.line} of ${own.file} reads, ${flaw}`,
          ...place && { place },
          mend: set.trim() === ""
            ? `Give it a value ${where}, or take it out there`
            : `Correct it ${where}: the value alone, ${
              place
                ? `once in quotation marks: ${name} = "…"`
                : `as under [environment] in config.toml: ${name} = "…"`
            }; a file .env allows quotation marks and comments that others count as a part of the value`,
        };
      }
      const [, kind = ""] = / is not a valid (\w+)$/.exec(text) ?? [];
      const members = isMember ? membersOf(kind, own.file, scene) : [];
      return {
        seen: isMember
          ? `The variable "${name}" has a value that is none of ${kind}, on line ${own.line} of ${own.file}`
          : isNumber
          ? `The variable "${name}" has a value that is no number, and line ${own.line} of ${own.file} takes it for one`
          : `The value of the variable "${name}" is not written as Python writes it, and line ${own.line} of ${own.file} reads it so`,
        ...place && { place },
        mend: isMember
          ? `Write one that it has ${where}${
            members.length > 0
              ? `: ${members.map((each) => `"${each}"`).join(", ")}`
              : ""
          }; capital letters count`
          : isNumber
          ? `Write digits alone ${where}, without a unit${
            /float/.test(text) ? "" : " and without a point"
          }`
          : `Write it as a list or dictionary of Python ${where}, such as ${name} = "['a', 'b']"; a plain list is simpler as "a,b", read by \`.split(",")\``,
      };
    },
    examples: [
      {
        raised: "ValueError: invalid literal for int() with base 10: ''",
        env: { PORT: "" },
        files: {
          "APP/app.py": '\n\nP = int(os.environ.get("PORT", "5432"))\n',
        },
        says:
          '"PORT", which line 3 of APP/app.py reads, is set to an empty text',
      },
      {
        raised: "ValueError: invalid literal for int() with base 10: '•••'",
        config: 'PORT = "80 # web"',
        files: { "APP/app.py": '\n\nP = int(os.environ["PORT"])\n' },
        says: "has a comment in its value",
        mend: 'once in quotation marks: PORT = "…"',
      },
      {
        raised: "ValueError: could not convert string to float: '30s'",
        env: { LIMIT: "30s" },
        files: { "APP/app.py": '\n\nT = float(os.environ["LIMIT"])\n' },
        says: '"LIMIT" has a value that is no number',
        mend: "without a unit",
      },
      {
        raised:
          "sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from given URL string",
        in: "PACKAGES/sqlalchemy/engine/url.py _parse_url",
        env: { DATABASE_URL: '"sqlite:///x.db"' },
        files: {
          "APP/app.py": '\n\ne = create_engine(os.environ["DATABASE_URL"])\n',
        },
        says: "has quotation marks in its value",
      },
      {
        raised: "ValueError: 'prod' is not a valid Mode",
        in: "PYTHON/enum.py __new__",
        env: { MODE: "prod" },
        files: {
          "APP/app.py":
            'class Mode(Enum): D = "dev"; P = "production"\n\nM = Mode(os.environ["MODE"])\n',
        },
        says: 'The variable "MODE" has a value that is none of Mode',
      },
      {
        raised: "SyntaxError: '[' was never closed (<unknown>, line 1)",
        in: "PYTHON/ast.py parse",
        env: { ADMINS: "[a" },
        files: {
          "APP/app.py": '\n\nA = ast.literal_eval(os.environ["ADMINS"])\n',
        },
        mend: "of Python",
      },
      {
        raised: "SyntaxError: invalid syntax (<unknown>, line 0)",
        in: "PYTHON/ast.py parse",
        files: {
          "APP/app.py":
            '\n\nA = ast.literal_eval(os.environ.get("ADMINS", ""))\n',
        },
        code: "variable-missing",
        says: '"ADMINS" is not set',
      },
    ],
    not: [
      // What a visitor sends, is not what the variable holds.
      {
        raised: "ValueError: could not convert string to float: 'x'",
        env: { LIMIT: "30" },
        files: {
          "APP/app.py":
            '\n\nT = float(request.args.get("t", os.environ["LIMIT"]))\n',
        },
      },
    ],
  },
];

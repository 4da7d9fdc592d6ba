/**
 * Texts of JSON that are none: which file, variable or answer it was, and what
 * mends the slip in it.
 *
 * Looks at the text, and never shows it. Runs on Node and Deno.
 *
 * @module
 */

import { damaged, fileRead } from "./data_files.ts";
import { statementAt, unsetBehind } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { flawOf, givenIn } from "./set_values.ts";
import { type Scene, textOf } from "./scene.ts";
import { missingVariables } from "./unset.ts";

/** What mends a slip in JSON, as its message and what stands there tell. */
function slipOfJson(
  { text }: Subject,
  file: string | undefined,
  scene: Scene,
): string | undefined {
  const at = Number(/\(char (\d+)\)/.exec(text)?.[1]);
  const rest = textOf(file, scene).slice(at, at + 10);
  return /^Extra data: line [2-9]\d* column 1 /.test(text)
    ? "It holds more than one value, as files do that have one on each line (.jsonl): read them with `[json.loads(line) for line in file]`; or write them as one list, in [ ] and with commas"
    : /^Invalid \\escape/.test(text)
    ? 'In JSON a backslash is written twice: a path of Windows as "C:\\\\data", or with `/` in its place'
    : /^Invalid control character/.test(text)
    ? "A text of JSON ends on the line that it begins on: write a line end in it as `\\n`, a tab as `\\t`"
    : /^Expecting/.test(text) && rest.startsWith("'")
    ? 'JSON wants double quotes, "…": single ones are of Python; what Python shall write is written with `json.dump()`, not with `str()`'
    : /^(?:Expecting|Illegal trailing comma)/.test(text) &&
        /^[}\]]|^,\s*[}\]]/.test(rest)
    ? "Take out the comma before that sign: JSON has none behind the last value"
    : /^Expecting/.test(text) && /^(?:None|True|False)\b/.test(rest)
    ? "JSON writes `null`, `true` and `false`: those are of Python; what Python shall write is written with `json.dump()`, not with `str()`"
    : /^Expecting/.test(text) && /^(?:\/\/|\/\*|#)/.test(rest)
    ? "JSON has no comments: take them out"
    : undefined;
}

/** The rules of texts of JSON. */
export const jsonTexts = (): Rule[] => [
  {
    name: "json-broken",
    code: "data-damaged",
    when: { type: "JSONDecodeError" },
    claim: (subject, scene) => {
      // What comes out of a variable that is not set, is an empty text.
      const reads = /char 0\)/.test(subject.line)
        ? unsetBehind(subject, scene)
        : [];
      const claim = missingVariables(
        reads.filter(({ hasDefault }) => !hasDefault).map(({ name }) => name),
        subject,
        scene,
      );
      if (claim) return { ...claim, code: "variable-missing" };
      const found = damaged("is no JSON", subject, scene);
      if (!found && /BOM/.test(subject.line)) {
        return {
          says:
            `What is read there begins with a byte order mark (BOM), as editors on Windows write it: ${subject.line}`,
          mend:
            'Open the file with `encoding="utf-8-sig"`, or save it as UTF-8 without a BOM',
        };
      }
      const isAnswer =
        subject.raised.frames.some(({ file }) =>
          /\/(?:requests|httpx|aiohttp)\//.test(file)
        ) || /^requests\.|^httpx\./.test(subject.raised.type);
      if (isAnswer) {
        return {
          code: "server-refused",
          says: `The answer of another server is no JSON: ${subject.line}`,
          mend:
            "Print what came before it is read, `response.status_code` and `response.text[:200]`: mostly a page of an error or of a login, or nothing at all; `response.raise_for_status()` tells of it in time",
        };
      }
      if (
        /\brequest\.(?:data|body|get_data|form|args|GET|POST|values)\b/.test(
          statementAt(subject.own ?? { file: "", line: 0 }, scene),
        )
      ) {
        return {
          code: "app-code",
          says: `What a visitor has sent is no JSON: ${subject.line}`,
          mend:
            "Catch the error, and answer with 400; `request.get_json(silent=True)` of Flask gives None then; what is empty mostly comes from a request without a body, as a page that is only opened",
        };
      }
      const [, name] =
        /\benviron(?:\.get)?\s*[([]\s*["'](\w+)["']|\bgetenv\(\s*["'](\w+)["']/
          .exec(statementAt(subject.own ?? { file: "", line: 0 }, scene))
          ?.filter((each) => each !== undefined) ?? [];
      const flaw = name && flawOf(
        givenIn(subject, scene).find(([each]) => each === name)?.[1] ?? "{}",
      );
      if (!found && name && flaw) {
        return {
          code: "config-value",
          says: `The variable "${name}", which is read as JSON, ${flaw}`,
          mend:
            `Write JSON, as under [environment] in config.toml, or take the variable out where it is set: ${name} = '…', with the double quotes of JSON inside`,
        };
      }
      if (!found && name) {
        return {
          code: "config-value",
          says:
            `The value of the environment variable "${name}" is no JSON: ${subject.line}`,
          mend:
            `JSON wants double quotes within; so in config.toml, under [environment], single ones go around all of it: ${name} = '…'; where it is a secret, keep it in a file, named in [secret_files], and read that by \`json.load(open(os.environ["…"]))\``,
        };
      }
      const slip = slipOfJson(subject, fileRead(subject, scene), scene);
      if (found && slip) return { ...found, mend: slip };
      return found ?? {
        says: `What is read there is no JSON: ${subject.line}`,
        mend: slip ??
          "Look at what is read: a file that is empty, cut off or holds a comma too many or single quotes; an answer of another server that is a page of an error",
      };
    },
    examples: [
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        says: "no JSON",
        mend: "an answer of another server",
      },
      {
        raised:
          "requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        in: "PACKAGES/requests/models.py json",
        code: "server-refused",
        mend: "`response.text[:200]`",
      },
      ...([
        [
          "{'a': 1}",
          "Expecting property name enclosed in double quotes",
          1,
          "JSON wants double quotes",
        ],
        [
          '{"a": 1,}',
          "Expecting property name enclosed in double quotes",
          8,
          "Take out the comma",
        ],
        ['{"a": None}', "Expecting value", 6, "`null`"],
        ["{}\n{}\n", "Extra data", 3, "json.loads(line)"],
        ['{"a": 1} // b', "Expecting value", 9, "no comments"],
      ] as const).map(([text, what, at, mend]) => ({
        raised: `json.decoder.JSONDecodeError: ${what}: line ${
          what === "Extra data" ? 2 : 1
        } column 1 (char ${at})`,
        in: "PYTHON/json/decoder.py raw_decode",
        files: {
          "APP/c.json": text,
          "APP/app.py": '\n\nc = json.load(open("c.json"))\n',
        },
        says: "APP/c.json, which is read there, is no JSON",
        mend,
      })),
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        in: "PYTHON/json/decoder.py raw_decode",
        env: { CREDS: "{'a': 1}" },
        files: { "APP/app.py": '\n\nc = json.loads(os.environ["CREDS"])\n' },
        code: "config-value",
        says: 'variable "CREDS" is no JSON',
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        in: "PYTHON/json/decoder.py raw_decode",
        env: { CONF: "" },
        files: {
          "APP/app.py": '\n\nc = json.loads(os.environ.get("CONF", "{}"))\n',
        },
        code: "config-value",
        says: '"CONF", which is read as JSON, is set to an empty text',
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        in: "PYTHON/json/decoder.py raw_decode",
        files: { "APP/app.py": "\n\ndata = json.loads(request.data)\n" },
        code: "app-code",
        mend: "answer with 400",
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        in: "PYTHON/json/decoder.py raw_decode",
        // One name, given value after value.
        files: { "APP/app.py": "rows = load(rows)\n".repeat(1000) },
        says: "no JSON",
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        in: "PYTHON/json/decoder.py raw_decode",
        files: {
          "APP/users.json": "",
          "APP/app.py":
            'with open("users.json") as file:\n\n    users = json.load(file)\n',
        },
        says: "APP/users.json, which is read there, is empty (0 bytes)",
        mend: "Copy APP/users.json",
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 2 column 1 (char 9)",
        files: {
          "APP/data/users.json": "{'a': 1,\n}",
          "APP/app.py":
            'USERS = Path(__file__).parent / "data" / "users.json"\n\nusers = json.loads(USERS.read_text())\n',
        },
        says: "APP/data/users.json, which is read there, is no JSON",
        mend: "Take out the comma",
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)",
        files: {
          "APP/users.json": "\uFEFF{}",
          "APP/app.py": '\n\nusers = json.load(open("users.json"))\n',
        },
        says: "byte order mark",
        mend: "utf-8-sig",
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files: {
          "APP/app.py": '\n\nkey = json.loads(os.getenv("KEY_JSON", ""))\n',
        },
        code: "variable-missing",
        says: '"KEY_JSON" is not set',
      },
    ],
  },
];

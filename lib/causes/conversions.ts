/**
 * Values that cannot be made into what is wanted: objects into JSON, texts into
 * numbers and dates.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { statementAt } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import type { Scene } from "./scene.ts";

/** What makes JSON of a kind of object. */
const JSON_KINDS: readonly { kind: RegExp; mend: string }[] = [
  {
    kind: /^(?:datetime|date|time|Timestamp|DateTime)$/,
    mend:
      "Write `value.isoformat()`; or for all of them at once `json.dumps(data, default=str)`",
  },
  { kind: /^timedelta$/, mend: "Write `value.total_seconds()`" },
  {
    kind: /^Decimal$/,
    mend: "Write `str(value)`, which keeps each digit, or `float(value)`",
  },
  {
    kind:
      /^(?:UUID|ObjectId|(?:Pure)?(?:Posix|Windows)?Path|LazyString|__proxy__|IPv[46]\w+|URL|HttpUrl|AnyUrl|PhoneNumber|FieldFile|ImageFieldFile)$/,
    mend:
      "Write `str(value)`; or for all of them at once `json.dumps(data, default=str)`",
  },
  {
    kind:
      /^(?:set|frozenset|dict_\w+|generator|map|filter|zip|range|deque|odict_\w+|Undefined\w*List|chain)$/,
    mend: "Write `list(value)`",
  },
  {
    kind: /^QuerySet$/,
    mend: 'Write `list(queryset.values())`, or with names `.values("id", …)`',
  },
  {
    kind: /^bytes$/,
    mend:
      'Write `value.decode("utf-8")` where it is a text, `base64.b64encode(value).decode()` where it is not',
  },
  {
    kind: /^(?:u?int(?:8|16|32|64)|float(?:16|32|64)|bool_?|NAType|NaTType)$/,
    mend:
      "Write `value.item()` of a single number of numpy or pandas, `.tolist()` of a whole row or column",
  },
  { kind: /^(?:ndarray|Series|Index|Tensor)$/, mend: "Write `value.tolist()`" },
  {
    kind: /^DataFrame$/,
    mend: 'Write `frame.to_dict(orient="records")`',
  },
  {
    kind: /^(?:Row|LegacyRow|RowProxy|RowMapping|Record|sqlite3\.Row)$/,
    mend:
      "Write `dict(row)`, with SQLAlchemy `dict(row._mapping)`; of a list, `[dict(row) for row in rows]`",
  },
  {
    kind:
      /^(?:Response|JSONResponse|HttpResponse|JsonResponse|ClientResponse)$/,
    mend:
      "Give the data, and not the answer that holds it: `answer.json()` of what another server gave; of a view that is called by another, put the data into a function that both call",
  },
];

/** How dates are written that forms, browsers and databases give. */
const DATES: readonly { seen: RegExp; format: string }[] = [
  { seen: /^\d{4}-\d\d-\d\d$/, format: "%Y-%m-%d" },
  { seen: /^\d{4}-\d\d-\d\dT\d\d:\d\d$/, format: "%Y-%m-%dT%H:%M" },
  { seen: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/, format: "%Y-%m-%dT%H:%M:%S" },
  { seen: /^\d{4}-\d\d-\d\d \d\d:\d\d$/, format: "%Y-%m-%d %H:%M" },
  { seen: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, format: "%Y-%m-%d %H:%M:%S" },
  {
    seen: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+$/,
    format: "%Y-%m-%d %H:%M:%S.%f",
  },
  { seen: /^\d{1,2}\.\d{1,2}\.\d{4}$/, format: "%d.%m.%Y" },
  { seen: /^(?:1[3-9]|2\d|3[01])\/\d{1,2}\/\d{4}$/, format: "%d/%m/%Y" },
  { seen: /^\d{1,2}\/(?:1[3-9]|2\d|3[01])\/\d{4}$/, format: "%m/%d/%Y" },
  { seen: /^\d\d:\d\d$/, format: "%H:%M" },
  { seen: /^\d\d:\d\d:\d\d$/, format: "%H:%M:%S" },
];

/** What a text that is no number tells of itself. */
function numberOf(kind: string, value: string): Claim | undefined {
  const says = `A number is expected, and what came is "${value}"`;
  if (/^(?:undefined|null|NaN|\[object Object\])$/.test(value)) {
    return {
      says: `${says}: so JavaScript writes a variable that holds no number`,
      mend:
        "Look at the script of the page that sends it, and answer with 400 where no number came",
    };
  }
  if (value === "None") {
    return {
      says: `${says}: a text that was made of Python's None`,
      mend:
        "See what writes it, such as a template with a value that is not set, `str(None)` or a file; leave it out there",
    };
  }
  if (/^-?\d+[.,]0*$/.test(value) && kind === "int") {
    return {
      says: `${says}, which has a point: int() takes whole numbers alone`,
      mend: value.includes(",")
        ? 'Write `int(float(text.replace(",", ".")))`'
        : "Write `int(float(text))`",
    };
  }
  if (/^-?\d{1,3}(?:[.'\u2019\u00a0\u202f ]\d{3})*,\d+$/.test(value)) {
    return {
      says: `${says}, with a comma: Python writes a point there`,
      mend: /[^\d,-]/.test(value)
        ? `Take out what parts the thousands, and write a point for the comma: \`float(re.sub(r"[^\\d,-]", "", text).replace(",", "."))\``
        : 'Write `float(text.replace(",", "."))`, also for what comes of a form',
    };
  }
  if (/^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(value)) {
    return {
      says: `${says}, with commas between the thousands`,
      mend: `Write \`${kind}(text.replace(",", ""))\``,
    };
  }
  if (/^-?\d+\.\d+$/.test(value)) {
    return {
      says: `${says}, which has a point: int() takes whole numbers alone`,
      mend:
        "Write `float(text)`; or `round(float(text))` where a whole one is wanted",
    };
  }
  return undefined;
}

/** A date that is written in another way than it is read. */
function dateOf(value: string, format: string): Claim | undefined {
  const fit = DATES.find(({ seen }) => seen.test(value))?.format;
  if (fit === undefined || fit === format) return undefined;
  return {
    says:
      `A date is read as \`${format}\`, and "${value}" is written as \`${fit}\``,
    mend: `Write \`strptime(text, "${fit}")\`${
      /^%Y-%m-%d|^%H:%M$/.test(fit)
        ? "; so a field of a form of the kind date or time sends it, whatever the visitor sees"
        : ""
    }`,
  };
}

/** Where a variable is read, those rules tell more that know its name. */
function readsVariable({ own }: Subject, scene: Scene): boolean {
  return own !== undefined &&
    /\b(?:environ|getenv)\b/.test(statementAt(own, scene));
}

/** The rules of conversions. */
export const conversions = (): Rule[] => [
  {
    name: "json-of-kind",
    code: "app-code",
    over: "not-json",
    when: {
      type: "TypeError",
      message: /^Object of type ([\w.]+) is not JSON serializable/,
    },
    claim: ({ groups: [kind = ""] }) => {
      const known = JSON_KINDS.find((each) => each.kind.test(kind));
      return known && {
        says:
          `JSON knows no ${kind}, and the data that is written there holds one`,
        mend: known.mend,
      };
    },
    examples: [
      {
        raised: "TypeError: Object of type datetime is not JSON serializable",
        says: "JSON knows no datetime",
        mend: "`value.isoformat()`",
      },
      {
        raised: "TypeError: Object of type int64 is not JSON serializable",
        mend: "`value.item()`",
      },
      {
        raised: "TypeError: Object of type Response is not JSON serializable",
        mend: "`answer.json()`",
      },
    ],
    not: ["TypeError: Object of type User is not JSON serializable"],
  },
  {
    name: "json-keys",
    code: "app-code",
    when: {
      type: "TypeError ValueError",
      message:
        /^keys must be (?:str|a string)[\w, ]*not (\w+)|^(Circular) reference detected/,
    },
    claim: ({ groups: [kind] }) =>
      kind
        ? {
          says:
            `A dict is to be written as JSON, and one of its keys is a ${kind}: JSON has texts for keys`,
          mend: `Write \`{str(key): value for key, value in data.items()}\`${
            kind === "tuple" ? ", or a list of the pairs" : ""
          }`,
        }
        : {
          says:
            "The data that is to be written as JSON holds itself, directly or through others",
          mend:
            "Leave the way back out, as from a child to its parent; of an object of a database write the fields that are wanted",
        },
    examples: [
      {
        raised:
          "TypeError: keys must be str, int, float, bool or None, not tuple",
        in: "PYTHON/json/encoder.py _iterencode_dict",
        says: "one of its keys is a tuple",
        mend: "a list of the pairs",
      },
      {
        raised: "ValueError: Circular reference detected",
        in: "PYTHON/json/encoder.py _iterencode_dict",
        says: "holds itself",
      },
    ],
  },
  {
    name: "number-written",
    code: "app-code",
    last: true,
    when: {
      type: "ValueError",
      message:
        /^(?:invalid literal for (int)\(\) with base 10: |could not convert string to (float): )['"](.{1,60})['"]$/,
    },
    claim: (subject, scene) => {
      const { groups: [whole, , value = ""] } = subject;
      return readsVariable(subject, scene)
        ? undefined
        : numberOf(whole ? "int" : "float", value);
    },
    examples: [
      {
        raised: "ValueError: could not convert string to float: '1,5'",
        says: "with a comma",
        mend: 'float(text.replace(",", "."))',
      },
      {
        raised: "ValueError: could not convert string to float: '1.234,50'",
        mend: "what parts the thousands",
      },
      {
        raised: "ValueError: could not convert string to float: '1,234.50'",
        mend: 'float(text.replace(",", ""))',
      },
      {
        raised: "ValueError: invalid literal for int() with base 10: '3.0'",
        mend: "int(float(text))",
      },
      {
        raised:
          "ValueError: invalid literal for int() with base 10: 'undefined'",
        says: "JavaScript",
      },
      {
        raised: "ValueError: invalid literal for int() with base 10: 'None'",
        says: "Python's None",
      },
    ],
    not: ["ValueError: could not convert string to float: 'apple'"],
  },
  {
    name: "date-written",
    code: "app-code",
    last: true,
    when: {
      type: "ValueError",
      message:
        /^time data ['"](.{1,60}?)['"] does not match format ['"](.{1,60})['"]|^unconverted data remains: (.{1,60})/,
    },
    claim: ({ groups: [value, format = "", rest] }) =>
      value !== undefined ? dateOf(value, format) : {
        says:
          `A date is read by a format that ends before it does: "${rest?.trim()}" is left`,
        mend: /^Z$|^[+-]\d\d:?\d\d$/.test(rest?.trim() ?? "")
          ? "Write %z at the end of the format, for the zone"
          : /^\.\d+/.test(rest?.trim() ?? "")
          ? "Write .%f at the end of the format, for the parts of a second"
          : "Write what is left into the format as well, such as ` %H:%M:%S` or `T%H:%M`, or cut the text; `datetime.fromisoformat(text)` reads all that begins as 2026-01-31",
      },
    examples: [
      {
        raised:
          "ValueError: time data '2026-01-31' does not match format '%d.%m.%Y'",
        in: "PYTHON/_strptime.py _strptime",
        says: "is written as `%Y-%m-%d`",
        mend: "a field of a form",
      },
      {
        raised: "ValueError: unconverted data remains:  10:00:00",
        in: "PYTHON/_strptime.py _strptime",
        says: '"10:00:00" is left',
        mend: "%H:%M:%S",
      },
      {
        raised: "ValueError: unconverted data remains: .123",
        in: "PYTHON/_strptime.py _strptime",
        mend: ".%f",
      },
    ],
    not: [
      "ValueError: time data 'tomorrow' does not match format '%d.%m.%Y'",
      "ValueError: time data '31.02.2026' does not match format '%d.%m.%Y'",
    ],
  },
  {
    name: "pattern-wrong",
    code: "app-code",
    when: {
      type: "re.error sre_constants.error re.PatternError PatternError",
      message:
        /^((?:nothing to repeat|multiple repeat|unterminated (?:character set|subpattern)|missing \)|unbalanced parenthesis|bad escape|bad character range|unknown extension|incomplete escape|invalid group reference|look-behind requires|redefinition of group|bad character in group name|min repeat).*)$/,
    },
    claim: ({ groups: [why = ""] }) => ({
      says: `What is given as a regular expression is none: ${why}`,
      mend: why.startsWith("bad escape")
        ? 'Write the expression as r"…", and a backslash that means itself as `\\\\\\\\`; what is put in the place of a find may be a function: `re.sub(pattern, lambda found: text, …)`'
        : "Write `re.escape(text)` where a text is meant as it stands, such as what a visitor searches for; in an expression of your own, a backslash before each of `. * + ? ( ) [ ] { } | ^ $` that means itself",
    }),
    examples: [
      {
        raised: "re.error: nothing to repeat at position 0",
        in: "PYTHON/re/_parser.py _parse",
        says: "is none: nothing to repeat",
        mend: "re.escape(text)",
      },
    ],
  },
];

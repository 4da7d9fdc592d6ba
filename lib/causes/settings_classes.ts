/**
 * Classes of settings (pydantic-settings): of which variable each field is
 * made, and what is wrong with what came there.
 *
 * Names are told, and values never. Runs on Node and Deno.
 *
 * @module
 */

import { isLibraryFile } from "../python/failure.ts";
import { quoted } from "../text/wrap.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { type Scene, textOf, whereSet } from "./scene.ts";
import { isUnset, missingVariables } from "./unset.ts";

/** Pydantic's classes of settings; in its first version compiled. */
const THROUGH =
  /\/pydantic_settings\/|(?:^|\/)pydantic\/(?:v1\/)?env_settings\.py /;

const HEAD_REGEXP = /^\d+ validation errors? for (\w+)\n/;
/** A field, what is said of it, and of which kind that is. */
const ITEM_REGEXP =
  /(?:^|\n)([A-Za-z_][\w.]*)\n +([^\n]*?) *(?:\[type=(\w+)(?:, input_value=(None\b|''(?=,)|))?|\(type=([\w.]+))/g;

interface Item {
  /** `db.port` for a field in a field. */
  field: string;
  says: string;
  kind: string;
  isNone: boolean;
  isEmpty: boolean;
}

function itemsOf(text: string): Item[] {
  const rest = text.replace(HEAD_REGEXP, "\n");
  return [...rest.matchAll(ITEM_REGEXP)].map((
    [, field = "", says = "", kind, value = "", older = ""],
  ) => ({
    field,
    says: says.replace(/^Value error, /, ""),
    kind: kind ?? older,
    isNone: value === "None" || older.includes("none.not_allowed"),
    isEmpty: value === "''",
  }));
}

/** The source of the class that is meant. */
function classSource(name: string, { raised }: Subject, scene: Scene): string {
  return raised.frames.map(({ file }) => file)
    .filter((file) => !isLibraryFile(file)).reverse()
    .map((file) => textOf(file, scene))
    .map((each) =>
      new RegExp(`^class ${name}\\b[\\s\\S]*?(?=^\\S|(?![\\s\\S]))`, "m")
        .exec(each)?.[0]
    )
    .find((each) => each !== undefined) ?? "";
}

/** The line of a field; the second group is what it has without a value. */
function fieldLine(field: string, source: string): string {
  return new RegExp(`^[ \\t]+${field}[ \\t]*:.*$`, "m").exec(source)?.[0] ?? "";
}

/** How the variable is called that a field is read from. */
function variableOf(field: string, source: string, isOld: boolean): string {
  const [first = "", ...rest] = field.split(".");
  const line = fieldLine(first, source);
  const words = isOld ? "env|alias" : "validation_alias|alias";
  const named = new RegExp(`\\b(?:${words})\\s*=\\s*["'](\\w+)["']`)
    .exec(line)?.[1];
  const prefix = /\benv_prefix["']?\s*[=:]\s*["'](\w*)["']/.exec(source)?.[1] ??
    "";
  const parted =
    /\benv_nested_delimiter["']?\s*[=:]\s*["']([^"']+)["']/.exec(source)?.[1] ??
      "__";
  const isExact = /\bcase_sensitive["']?\s*[=:]\s*True/.test(source);
  const whole = [
    named ?? (line === "" && first === first.toUpperCase() ? "" : prefix) +
        first,
    ...rest,
  ].join(parted);
  return isExact ? whole : whole.toUpperCase();
}

/** The name by which a variable is set, whatever its capital letters. */
function setName(name: string, scene: Scene): string | undefined {
  const { config } = scene.site;
  return [
    ...Object.keys(config?.environment ?? {}),
    ...Object.keys(config?.secretFiles ?? {}),
    ...Object.keys(scene.host.env),
  ].find((each) => each.toUpperCase() === name);
}

/** The rules of classes of settings. */
export const settingsClasses = (): Rule[] => [
  {
    name: "settings-class-missing",
    code: "variable-missing",
    over: "variable-missing",
    when: { message: HEAD_REGEXP, through: THROUGH },
    claim: (subject, scene) => {
      const [name = ""] = subject.groups;
      const items = itemsOf(subject.text);
      const source = classSource(name, subject, scene);
      const isOld = !subject.raised.frames.some(({ file }) =>
        file.includes("/pydantic_settings/")
      );
      const missing = items.filter(({ kind }) => /missing$/.test(kind));
      if (missing.length > 0) {
        return lacking(name, missing, source, isOld, subject, scene);
      }
      const extra = items.filter(({ kind }) => /(?:^|\.)extra/.test(kind));
      if (extra.length > 0) return unasked(name, extra, subject);
      const none =
        items.find((each) =>
          each.isNone && unsetDefault(each, source, scene)
        ) ?? items.find(({ isNone }) => isNone);
      const [first] = items;
      return none
        ? noValue(name, none, source, subject, scene)
        : first && wrongValue(name, first, source, isOld, subject, scene);
    },
    examples: [
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing]",
        in: "PACKAGES/pydantic_settings/main.py f",
        says: '"DATABASE_URL" is not set for the application',
        mend: "[environment]",
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.9/v/missing\napi_url\n  Field required [type=missing, input_value={}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="shop_")\n    database_url: str\n',
        },
        says:
          'The environment variable "SHOP_DATABASE_URL" is not set for the application; neither is "SHOP_API_URL"',
      },
      {
        raised:
          "pydantic.error_wrappers.ValidationError: 1 validation error for Settings\ndb\n  field required (type=value_error.missing)",
        in:
          "pydantic/env_settings.py pydantic.env_settings.BaseSettings.__init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    db: str = Field(..., env="DATABASE_URL")\n',
        },
        says: '"DATABASE_URL" is not set',
      },
      ...([
        ['env_prefix="shop_"', '"SHOP_API_URL" (env_prefix), and "API_URL"'],
        ["case_sensitive=True", '"api_url", and heeds capital letters'],
      ] as const).map(([given, says]) => ({
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\napi_url\n  Field required [type=missing, input_value={}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            `class Settings(BaseSettings):\n    model_config = SettingsConfigDict(${given})\n    api_url: str\n`,
        },
        config: 'API_URL = "x"',
        code: "app-setting-missing" as const,
        says,
        mend: 'in place of "API_URL"',
      })),
      // What the second version of Pydantic does not read any more.
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndb\n  Field required [type=missing, input_value={}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    db: str = Field(..., env="DATABASE_URL")\n',
        },
        config: 'DATABASE_URL = "x"',
        code: "app-setting-missing",
        says: "`env=` of a field counts no more since Pydantic 2",
        mend: '`validation_alias="DATABASE_URL"`',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndb.port\n  Field required [type=missing, input_value={'host': 'x'}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        says: '"DB__PORT" is not set',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndb\n  Field required [type=missing, input_value={}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            'class Db(BaseModel):\n    host: str\n    port: int = 5432\n    name: str\n\nclass Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter="__")\n    db: Db\n',
        },
        says:
          '"DB__HOST" is not set for the application; neither is "DB__NAME"',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\napi_url\n  Field required [type=missing, input_value={}, input_type=dict]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "SITE/.env": "api_url=x\n",
          "APP/app.py":
            'class Settings(BaseSettings):\n    api_url: str\n    model_config = SettingsConfigDict(env_file=".env")\n',
        },
        says: 'line 3 of APP/app.py looks for ".env" in another place',
        mend: 'env_file="SITE/.env"',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nother\n  Extra inputs are not permitted [type=extra_forbidden, input_value='1', input_type=str]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        code: "config-value",
        says: 'holds "other"',
        mend: 'extra="ignore"',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nport\n  Input should be a valid integer [type=int_type, input_value=None, input_type=NoneType]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            "class Settings(BaseSettings):\n    port: int = None\ns = Settings()\n",
        },
        code: "config-value",
        says: 'the field "port" is None without a value',
        mend: "`port: int | None = None`",
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nurl\n  Input should be a valid string [type=string_type, input_value=None, input_type=NoneType]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    url: str = os.getenv("APP_URL")\ns = Settings()\n',
        },
        says: '"APP_URL" is not set for the application',
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndebug\n  Input should be a valid boolean, unable to interpret input [type=bool_parsing, input_value='', input_type=str]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        config: 'DEBUG = ""',
        code: "config-value",
        says:
          'The variable "DEBUG", set in [environment] of config.toml, is an empty text',
        mend: "take it out",
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nsecret_key\n  Value error, the key is too short [type=value_error, input_value='x', input_type=str]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        env: { SECRET_KEY: "x", IN_PASSENGER: "1" },
        code: "config-value",
        says: "the key is too short",
      },
      {
        raised:
          "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nu\n  Input should be a valid URL, input is empty [type=url_parsing, input_value='', input_type=str]",
        in: "PACKAGES/pydantic_settings/main.py __init__",
        files: {
          "APP/app.py":
            'class Settings(BaseSettings):\n    u: AnyUrl = ""\ns = Settings()\n',
        },
        code: "config-value",
        says: 'the field "u" of Settings is given without a variable, its own',
      },
    ],
    not: [
      "ValueError: 1 validation error for Order\nid\n  Field required",
      "pydantic_core._pydantic_core.ValidationError: 1 validation error for Item\nprice\n  Input should be a valid number [type=float_parsing]",
    ],
  },
  {
    name: "settings-class-no-json",
    code: "config-value",
    over: "json-broken",
    when: {
      type: "SettingsError",
      message:
        /^error parsing (?:value for field|env var) "(\w+)"(?: from source "(\w+)")?/,
    },
    claim: ({ groups: [field = "", source = ""], raised }, scene) => {
      const name = setName(field.toUpperCase(), scene);
      const where = name
        ? whereSet(name, scene)
        : /DotEnv/.test(source)
        ? "the file of variables"
        : undefined;
      return {
        says: `The value of "${name ?? field.toUpperCase()}"${
          where ? `, set in ${where},` : ""
        } is to be a list or a dictionary, which Pydantic reads as JSON, and is none`,
        place: raised.frames.length > 0 && name &&
            scene.site.config?.environment[name] !== undefined
          ? scene.site.placeOf(`environment.${name}`)
          : undefined,
        mend: `Write it as JSON: ${
          name ?? field.toUpperCase()
        } = '["a", "b"]', with the quotation marks inside; an empty text is no JSON either, \`[]\` is; or let the field take a plain text (\`Annotated[list[str], NoDecode]\`) and part it in a validator`,
      };
    },
    examples: [
      {
        raised:
          'pydantic_settings.exceptions.SettingsError: error parsing value for field "cors" from source "EnvSettingsSource"',
        in: "PACKAGES/pydantic_settings/sources/base.py __call__",
        facts: {
          cause: {
            type: "json.decoder.JSONDecodeError",
            message: "Expecting value: line 1 column 1 (char 0)",
            frames: [],
          },
        },
        config: 'CORS = "http://a,http://b"',
        says: '"CORS", set in [environment] of config.toml',
        mend: 'CORS = \'["a", "b"]\'',
      },
      {
        raised:
          'pydantic.env_settings.SettingsError: error parsing env var "hosts"',
        says: '"HOSTS"',
      },
    ],
  },
];

/** Fields that nothing gives a value. */
function lacking(
  name: string,
  missing: readonly Item[],
  source: string,
  isOld: boolean,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  if (!isOld) {
    for (const { field } of missing) {
      const old = /\benv\s*=\s*["'](\w+)["']/.exec(fieldLine(field, source))
        ?.[1];
      if (old && setName(old.toUpperCase(), scene)) {
        return {
          code: "app-setting-missing",
          seen:
            `${name} finds no value for "${field}": \`env=\` of a field counts no more since Pydantic 2, so that the variable "${
              variableOf(field, source, false)
            }" is asked for, and "${old}" is set`,
          mend:
            `Write \`validation_alias="${old}"\` in place of \`env="${old}"\``,
        };
      }
    }
  }
  for (const { field } of missing) {
    const asked = variableOf(field, source, isOld);
    const plain = setName(field.toUpperCase(), scene);
    if (plain && plain !== asked && !isSetExactly(asked, scene)) {
      const isCase = plain.toUpperCase() === asked.toUpperCase();
      if (isCase && !/case_sensitive/.test(source)) continue;
      return {
        code: "app-setting-missing",
        seen:
          `${name} finds no value for "${field}": it asks for the variable "${asked}"${
            isCase
              ? ", and heeds capital letters (case_sensitive)"
              : " (env_prefix)"
          }, and "${plain}" is set`,
        mend: isOurs(plain, scene)
          ? `Write in config.toml "${asked}" in place of "${plain}"; or change the class`
          : `Call the variable "${asked}" where it is set; or change the class`,
      };
    }
  }
  const names = missing.flatMap(({ field }) =>
    partsOf(field, source, subject, scene).map((each) =>
      variableOf(each, source, isOld)
    )
  );
  const claim = missingVariables(names, subject, scene);
  if (claim) return claim;
  // It is set, and the class does not see it.
  const [first = ""] = names;
  return {
    code: "app-setting-missing",
    says: `${name} finds no value for ${
      quoted(missing.map(({ field }) => field))
    }`,
    mend:
      `See how the class calls the variable (env_prefix, validation_alias): by its own names it is "${first}"`,
  };
}

function isOurs(name: string, { site: { config } }: Scene): boolean {
  return config?.environment[name] !== undefined ||
    config?.secretFiles[name] !== undefined;
}

function isSetExactly(name: string, scene: Scene): boolean {
  return isOurs(name, scene) || scene.host.env[name] !== undefined;
}

/** A field, or those in it that must have a value, where it is a class itself. */
function partsOf(
  field: string,
  source: string,
  subject: Subject,
  scene: Scene,
): string[] {
  const kind = /:\s*([A-Z]\w*)\s*$/.exec(fieldLine(field, source))?.[1];
  if (!kind || !/\benv_nested_delimiter\b/.test(source)) return [field];
  const parts = [
    ...classSource(kind, subject, scene).matchAll(
      /^[ \t]+([a-z]\w*)[ \t]*:[ \t]*[^=\n]+$/gm,
    ),
  ].map(([, part]) => `${field}.${part}`);
  return parts.length > 0 ? parts : [field];
}

/** What the class does not know, and refuses. */
function unasked(
  name: string,
  extra: readonly Item[],
  { place }: Subject,
): Claim {
  return {
    code: "config-value",
    says: `The file of variables that ${name} reads, holds ${
      quoted(extra.map(({ field }) => field), 4)
    }, which is no field of it, and Pydantic refuses what it does not know`,
    place,
    mend:
      'Write `extra="ignore"` where the class is set up, as in `model_config = SettingsConfigDict(env_file=".env", extra="ignore")`; or define a field for it',
  };
}

/** The variable, not set, that a field takes in place of its own. */
function unsetDefault(
  { field }: Pick<Item, "field">,
  source: string,
  scene: Scene,
): string | undefined {
  const read = /(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*\)/.exec(
    fieldLine(field, source),
  )?.[1];
  return read && isUnset(read, scene) ? read : undefined;
}

/** The field's own default is None, or made of a variable that is not set. */
function noValue(
  name: string,
  { field }: Item,
  source: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const line = fieldLine(field, source);
  const read = unsetDefault({ field }, source, scene);
  if (read) return missingVariables([read], subject, scene);
  const kind = /:\s*([^=#]+?)\s*(?:=|$)/.exec(line)?.[1];
  return {
    code: "config-value",
    says: `In ${name} the field "${field}" is None without a value, and ${
      kind ? `\`${kind}\`` : "its type"
    } does not take that: Pydantic checks what stands for a value, too`,
    place: subject.place,
    mend: `${
      kind
        ? `Write \`${field}: ${kind} | None = None\``
        : "Let its type take None"
    }, if the code can do without; else give it a value under [environment] in config.toml: ${
      variableOf(field, source, false)
    } = "…"`,
  };
}

/** A value came, and is another than is wanted. */
function wrongValue(
  name: string,
  { field, says, isEmpty }: Item,
  source: string,
  isOld: boolean,
  subject: Subject,
  scene: Scene,
): Claim {
  const variable = variableOf(field, source, isOld);
  const set = setName(variable, scene);
  const where = set && whereSet(set, scene);
  const isOurs = set !== undefined &&
    scene.site.config?.environment[set] !== undefined;
  const isDefault = !set && /=\s*[^\s.]/.test(fieldLine(field, source)) &&
    !/env_file/.test(source);
  return {
    code: "config-value",
    says: isDefault
      ? `What the field "${field}" of ${name} is given without a variable, its own default, is not what it takes: ${says}`
      : `The variable "${set ?? variable}"${
        where ? `, set in ${where},` : ""
      } ${
        isEmpty ? "is an empty text, and" : "is"
      } not what ${name} takes: ${says}`,
    place: isOurs ? scene.site.placeOf(`environment.${set}`) : subject.place,
    mend: isDefault
      ? `Correct the default in the class, or give it a value under [environment] in config.toml: ${variable} = "…"`
      : isEmpty
      ? `Give it a value, or take it out${
        where ? ` of ${where}` : " where it is set"
      }, so that the class takes its default; or write \`env_ignore_empty=True\` where the class is set up`
      : `Correct it ${
        isOurs
          ? "under [environment] in config.toml"
          : where
          ? `in ${where}`
          : "where it is set, as in a file of variables that the class reads"
      }`,
  };
}

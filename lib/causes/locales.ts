/**
 * Locales and time zones that a bare system lacks.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { suggest } from "../text/suggestion.ts";
import type { Rule } from "./rule.ts";
import { ownerInWords } from "./installed.ts";
import { exists, lineOf, type Scene, textOf, whereSet } from "./scene.ts";

/** The rules of locales and time zones. */
export const locales = (): Rule[] => [
  {
    name: "locale-missing",
    code: "locale-missing",
    when: { type: "locale.Error", message: /unsupported locale/ },
    claim: ({ own }, scene) => {
      const line = lineOf(own, scene);
      const [, asked] = /setlocale\([^,]+,\s*["']([^"']+)["']/.exec(line) ?? [];
      const isOfSystem = /setlocale\(\s*[\w.]+\s*(?:,\s*["']{2}\s*)?\)/.test(
        line,
      );
      const variable = isOfSystem
        ? ["LC_ALL", "LC_CTYPE", "LANG"].find((name) =>
          (scene.site.config?.environment[name] ?? scene.host.env[name] ??
            "") !== ""
        )
        : undefined;
      if (variable) {
        const value = scene.site.config?.environment[variable] ??
          scene.host.env[variable];
        return {
          says:
            `The application takes the locale of its environment, and that names one which this machine does not have: ${variable} is "${value}", set in ${
              whereSet(variable, scene) ?? "the environment"
            }`,
          mend:
            `Write under [environment] in config.toml: ${variable} = "C.UTF-8"; or one that \`locale -a\` shows`,
        };
      }
      const isOfWindows = asked !== undefined &&
        /^[A-Z][a-z]+_[A-Z][A-Za-z .]+(?:\.\d+)?$|^[A-Z][a-z]{3,}$|\.(?:125\d|65001)$/
          .test(asked);
      if (isOfWindows) {
        return {
          says:
            `The application asks for the locale "${asked}", which is a name of Windows; Linux names them such as "de_DE.UTF-8"`,
          mend:
            "Write the name that this machine has: `locale -a` shows all; where it has none of that language, ask the administrators for it (in Debian by `dpkg-reconfigure locales`), or let the package Babel write dates and numbers",
        };
      }
      return {
        says:
          `The application asks for a locale that this machine does not have${
            asked ? `, "${asked}"` : ""
          }`,
        mend:
          `See which there are with \`locale -a\`; use one of these, such as C.UTF-8, or ask the administrators for another${
            asked ? ` (in Debian by \`dpkg-reconfigure locales\`)` : ""
          }; the package Babel writes dates and numbers of any language without it`,
      };
    },
    examples: [
      {
        raised: "locale.Error: unsupported locale setting",
        mend: "locale -a",
      },
      {
        raised: "locale.Error: unsupported locale setting",
        files: {
          "APP/app.py":
            '\n\nlocale.setlocale(locale.LC_ALL, "German_Germany.1252")\n',
        },
        says: "which is a name of Windows",
        mend: "locale -a",
      },
      {
        raised: "locale.Error: unsupported locale setting",
        files: {
          "APP/app.py": '\n\nlocale.setlocale(locale.LC_ALL, "pt_BR.UTF-8")\n',
        },
        says: '"pt_BR.UTF-8"',
      },
      {
        raised: "locale.Error: unsupported locale setting",
        files: { "APP/app.py": '\n\nlocale.setlocale(locale.LC_ALL, "")\n' },
        env: { LC_ALL: "de_DE.UTF-8", IN_PASSENGER: "1" },
        says: 'LC_ALL is "de_DE.UTF-8"',
        mend: 'LC_ALL = "C.UTF-8"',
      },
    ],
  },
  {
    name: "locale-unread",
    code: "locale-missing",
    over: "value-from-variable",
    when: [
      {
        type: "ValueError",
        message: /^unknown locale: (\S+)/,
        in: /\/locale\.py /,
      },
      {
        message:
          /^unknown locale '([^']+)'|^expected only letters, got '([^']+)'/,
        through: /\/babel\//,
      },
    ],
    claim: ({ groups, raised }, scene) => {
      const told = groups.find((each) => each !== undefined) ?? "";
      const variable = ["LANGUAGE", "LC_ALL", "LC_CTYPE", "LANG"].find((name) =>
        (scene.site.config?.environment[name] ?? scene.host.env[name] ?? "")
          .toLowerCase().includes(told.toLowerCase())
      );
      const isOfBabel = raised.frames.some(({ file }) =>
        /\/babel\//.test(file)
      );
      return {
        says: `"${told}" is no name of a locale${
          variable
            ? `; ${variable}, set in ${
              whereSet(variable, scene) ?? "the environment"
            }, holds it`
            : ""
        }`,
        mend: variable || !isOfBabel
          ? `Write under [environment] in config.toml: ${
            variable ?? "LC_CTYPE"
          } = "${
            isOfBabel ? "en_US.UTF-8" : "C.UTF-8"
          }"; macOS hands on LC_CTYPE=UTF-8 by ssh, which is a name there alone`
          : 'Write the language as in "de" or "pt_BR", where the settings or the address of the page name it',
      };
    },
    examples: [
      {
        raised: "ValueError: unknown locale: UTF-8",
        in: "PYTHON/locale.py _parse_localename",
        env: { LC_CTYPE: "UTF-8", IN_PASSENGER: "1" },
        says: "LC_CTYPE, set in the login files, holds it",
        mend: 'LC_CTYPE = "C.UTF-8"',
      },
      {
        raised: "babel.core.UnknownLocaleError: unknown locale 'xx'",
        in: "PACKAGES/babel/core.py load",
        mend: '"pt_BR"',
      },
    ],
  },
  {
    name: "month-of-language",
    code: "app-code",
    when: {
      type: "ValueError",
      message:
        /^time data ["'](.*)["'] does not match format ["'].*%[aAbB].*["']$/,
    },
    claim: ({ groups: [data = ""], own, line }, scene) => {
      const words = data.match(/\p{L}{3,}/gu) ?? [];
      const isEnglish = words.every((word) =>
        /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|GMT|UTC|CET|CEST|EST|PST)$/i
          .test(word) && /^[a-z]+$/i.test(word)
      );
      return isEnglish || /\bsetlocale\(/.test(textOf(own?.file, scene))
        ? undefined
        : {
          says:
            `A date is read with its month or day as a word, which is looked for in the locale, English where none is set: ${line}`,
          mend:
            "Map the words to numbers in the code, or read it by the package `dateparser`, which knows languages; `locale.setlocale()` changes it for all threads, and needs the locale on this machine (`locale -a`)",
        };
    },
    examples: [{
      raised:
        "ValueError: time data '3. März 2024' does not match format '%d. %B %Y'",
      in: "PYTHON/_strptime.py _strptime",
      mend: "dateparser",
    }, "ValueError: time data 'Montag' does not match format '%A'"],
    not: [
      "ValueError: time data '3 Mar' does not match format '%d %B %Y'",
    ],
  },
  {
    name: "time-zone-of-machine",
    code: "time-zone-missing",
    over: "time-zone-missing versions-clash value-from-variable django-setup",
    when: [
      {
        message:
          /Multiple conflicting time zone configurations|Timezone offset does not match system offset|ZoneInfo keys may not be absolute paths, got: (\S+)|Can not find any timezone configuration/,
      },
      { type: "UnknownTimeZoneError", message: /^'?(local|None)'?$/ },
      {
        message: /^Only timezones from the pytz library are supported/,
        through: /\/apscheduler\//,
      },
    ],
    claim: ({ text }, scene) => {
      const isPytz = /pytz library/.test(text);
      return {
        says: isPytz
          ? `The installed ${
            ownerInWords("apscheduler", scene)
          } takes zones of pytz alone, and gets one of another kind, as tzlocal gives it since 3.0`
          : "The time zone of this machine is asked for, and its settings (TZ, /etc/timezone, /etc/localtime) name none, or several",
        mend: isPytz
          ? 'Write APScheduler>=3.10 into the requirements of the site; or give the zone yourself: `BackgroundScheduler(timezone=pytz.timezone("Europe/Berlin"))`'
          : 'Write under [environment] in config.toml: TZ = "Europe/Berlin", with the zone that is meant; or name it in the code, as `BackgroundScheduler(timezone="Europe/Berlin")`, so that nothing asks the machine',
      };
    },
    examples: [
      {
        raised: "TypeError: Only timezones from the pytz library are supported",
        in: "PACKAGES/apscheduler/util.py astimezone",
        mend: "APScheduler>=3.10",
      },
      {
        raised:
          "ValueError: Timezone offset does not match system offset: 0 != 3600. Please, check your config files.",
        in: "PACKAGES/tzlocal/utils.py f",
        mend: "TZ =",
      },
    ],
  },
  {
    name: "time-zone-missing",
    code: "time-zone-missing",
    over: "django-setup",
    when: [
      {
        type: "ZoneInfoNotFoundError",
        message: /No time zone found with key ([\w/+-]+)/,
      },
      { type: "ZoneInfoNotFoundError", message: /([\w/+-]+)/ },
      { type: "UnknownTimeZoneError", message: /'([\w/+-]+)'/ },
      { message: /^Incorrect timezone setting: ([\w/+-]+)/ },
    ],
    claim: ({ groups: [key = ""], kind, text }, scene) => {
      const today = OLD_ZONES[key];
      // Django asks the zones of the machine, and no package.
      const isOfMachine = kind === "UnknownTimeZoneError" ||
        text.startsWith("Incorrect timezone setting");
      const known = "/usr/share/zoneinfo";
      const hasZones = exists(`${known}/UTC`, scene);
      const near = hasZones && !today && zoneNear(key, scene);
      if (near) {
        return {
          seen: `There is no time zone "${key}"; "${near}" is one`,
          mend: `Write "${near}", if that is meant`,
        };
      }
      const rest = today
        ? `write the present name of the zone, "${today}"`
        : `correct the name: zones are written as "Europe/Berlin"`;
      return {
        says: `The data of time zones have no "${key}"${
          today ? `, an old name of "${today}"` : ""
        }${
          hasZones || kind === "UnknownTimeZoneError"
            ? ""
            : "; this machine has none at all"
        }`,
        mend: isOfMachine
          ? `${rest[0]!.toUpperCase()}${rest.slice(1)}`
          : { install: "tzdata", or: rest },
      };
    },
    examples: [
      {
        raised: "ValueError: Incorrect timezone setting: US/Eastern",
        in: "PACKAGES/django/conf/__init__.py __init__",
        files: { "/usr/share/zoneinfo/UTC": "" },
        mend: 'Write the present name of the zone, "America/New_York"',
      },
      {
        raised:
          "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key US/Eastern'",
        files: { "/usr/share/zoneinfo/UTC": "" },
        says: '"US/Eastern", an old name of "America/New_York"',
        mend: "pip install tzdata",
      },
      {
        raised:
          "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key Europe/Berlin'",
        says: "this machine has none at all",
        mend: "tzdata",
      },
      {
        raised:
          "zoneinfo._common.ZoneInfoNotFoundError: 'No time zone found with key europe/Berlin'",
        files: {
          "/usr/share/zoneinfo/UTC": "",
          "/usr/share/zoneinfo/Europe/Berlin": "",
        },
        says: '"Europe/Berlin" is one',
      },
    ],
  },
];

/** Zones that newer systems keep in a package of their own (backward names). */
const OLD_ZONES: Readonly<Record<string, string>> = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Canada/Eastern": "America/Toronto",
  "Europe/Kiev": "Europe/Kyiv",
  "GB": "Europe/London",
  "Japan": "Asia/Tokyo",
  "PRC": "Asia/Shanghai",
  "Singapore": "Asia/Singapore",
  "Turkey": "Europe/Istanbul",
  "US/Alaska": "America/Anchorage",
  "US/Arizona": "America/Phoenix",
  "US/Central": "America/Chicago",
  "US/Eastern": "America/New_York",
  "US/Hawaii": "Pacific/Honolulu",
  "US/Mountain": "America/Denver",
  "US/Pacific": "America/Los_Angeles",
};

/** The zone of that name in other letters. */
function zoneNear(key: string, scene: Scene): string | undefined {
  const parts: string[] = [];
  for (const part of key.split("/")) {
    const names = namesIn(join("/usr/share/zoneinfo", ...parts), scene.host);
    const found = suggest(part.replaceAll(/[ -]/g, "_"), names);
    if (!found) return undefined;
    parts.push(found);
  }
  const near = parts.join("/");
  return near === key ? undefined : near;
}

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
import { exists, type Scene } from "./scene.ts";

/** The rules of locales and time zones. */
export const locales = (): Rule[] => [
  {
    name: "locale-missing",
    code: "locale-missing",
    when: { type: "locale.Error", message: /unsupported locale/ },
    claim: {
      says: "The application asks for a locale that this machine does not have",
      mend:
        "See which there are with `locale -a`; use one of these, such as C.UTF-8, or ask the administrators for another",
    },
    examples: [{
      raised: "locale.Error: unsupported locale setting",
      mend: "locale -a",
    }],
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
    claim: ({ groups: [key = ""], kind }, scene) => {
      const today = OLD_ZONES[key];
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
        mend: kind === "UnknownTimeZoneError"
          ? `${rest[0]!.toUpperCase()}${rest.slice(1)}`
          : { install: "tzdata", or: rest },
      };
    },
    examples: [
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

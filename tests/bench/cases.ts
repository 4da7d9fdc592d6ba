/**
 * What is measured: each case is one number for each server that takes part,
 * taken in turns, and some have a target.
 *
 * @module
 */

import type { Contender, Direct, Field, Kind } from "./contenders.ts";
import { load, memoryOf, pause, timeRequest } from "./measures.ts";

/** A column of the table. */
export type Column = Kind | "other";

/** What is wanted of a case: beside `base`, or of the number itself. */
export type Target =
  | { kind: "ratio"; least: number }
  | { kind: "ratio"; most: number }
  | { kind: "more"; most: number }
  | { kind: "value"; most: number };

/** One row of the table. */
export interface Case {
  name: string;
  unit: "/s" | "ms" | "MB";
  /** Called in turns; each call gives one number. */
  columns: Partial<Record<Column, () => Promise<number>>>;
  /** What ours is compared with. @default {"native"} */
  base?: Column;
  target?: Target;
  /** A measure that does not change from round to round. */
  once?: boolean;
}

/** The sites that the cases need. */
export const CONTENDERS: readonly Contender[] = [
  { name: "native", kind: "native", app: "app.py", threads: 1 },
  { name: "shim1", kind: "shim", app: "app.py", threads: 1 },
  { name: "shim8", kind: "shim", app: "app.py", threads: 8 },
  { name: "wsgi1", kind: "mod_wsgi", app: "app.py", threads: 1 },
  { name: "wsgi8", kind: "mod_wsgi", app: "app.py", threads: 8 },
  { name: "gunicorn1", kind: "gunicorn", app: "app.py", threads: 1 },
  { name: "gunicorn8", kind: "gunicorn", app: "app.py", threads: 8 },
  {
    name: "native-unbuffered",
    kind: "native",
    app: "app.py",
    threads: 1,
    htaccess: "PassengerBufferUpload off",
  },
  {
    name: "shim-unbuffered",
    kind: "shim",
    app: "app.py",
    threads: 8,
    htaccess: "PassengerBufferUpload off",
  },
  { name: "native-django", kind: "native", app: "django_app.py", threads: 1 },
  { name: "shim-django", kind: "shim", app: "django_app.py", threads: 8 },
  { name: "wsgi-django", kind: "mod_wsgi", app: "django_app.py", threads: 8 },
  {
    name: "gunicorn-django",
    kind: "gunicorn",
    app: "django_app.py",
    threads: 8,
  },
];

/** What the cases work with. */
export interface Ground {
  field: Field;
  /** Seconds of each load. */
  seconds: number;
  /** Where `serve` and gunicorn answer without Apache. */
  direct: Direct;
  /** `judge.ts` as Node runs it. */
  judge: string;
  /** The compiled binary, where there is one. */
  binary?: string;
}

/** All cases, in the order of the table. */
export function makeCases(ground: Ground): Case[] {
  const { field, seconds, direct, binary, judge } = ground;
  const has = new Set(field.names);

  /** The same load on several contenders. */
  function loads(
    names: Partial<Record<Kind, string>>,
    path: string,
    connections: number,
    upload = 0,
  ) {
    const columns: Case["columns"] = {};
    for (const [kind, name] of Object.entries(names)) {
      if (!has.has(name)) continue;
      const url = field.url(name) + path;
      columns[kind as Kind] = () => load({ url, connections, seconds, upload });
    }
    return columns;
  }
  const one = {
    native: "native",
    shim: "shim1",
    mod_wsgi: "wsgi1",
    gunicorn: "gunicorn1",
  };
  const eight = {
    native: "native",
    shim: "shim8",
    mod_wsgi: "wsgi8",
    gunicorn: "gunicorn8",
  };
  const django = {
    native: "native-django",
    shim: "shim-django",
    mod_wsgi: "wsgi-django",
    gunicorn: "gunicorn-django",
  };
  const unbuffered = { native: "native-unbuffered", shim: "shim-unbuffered" };

  const cases: Case[] = [
    {
      name: "Hello World, 1 connection",
      unit: "/s",
      columns: loads(one, "/", 1),
      target: { kind: "ratio", least: 1.15 },
    },
    {
      name: "Hello World, 16 connections",
      unit: "/s",
      columns: loads(eight, "/", 16),
      target: { kind: "ratio", least: 1.4 },
    },
    {
      name: "100 KB answers, 4 connections",
      unit: "/s",
      columns: loads(eight, "/large", 4),
    },
    {
      name: "20 ms application, 32 connections",
      unit: "/s",
      columns: loads(eight, "/wait", 32),
    },
    {
      name: "Django view, 16 connections",
      unit: "/s",
      columns: loads(django, "/", 16),
    },
    {
      name: "1 MB uploads, 4 connections",
      unit: "/s",
      columns: loads(eight, "/upload", 4, 1 << 20),
    },
    {
      name: "the same, PassengerBufferUpload off",
      unit: "/s",
      columns: loads(unbuffered, "/upload", 4, 1 << 20),
    },
    {
      name: "start to first answer after a restart",
      unit: "ms",
      columns: {
        native: () => timeRestart(field, "native"),
        shim: () => timeRestart(field, "shim1"),
      },
      target: { kind: "more", most: 120 },
    },
    ...memoryCases(field, one),
    directCase(direct, 1, 1, seconds),
    directCase(direct, 8, 16, seconds),
    {
      name: "judging a healthy site at its start (Node)",
      unit: "ms",
      base: "other",
      columns: {
        shim: () => timeJudgement(judge, field.site("shim1").appRoot),
      },
      target: { kind: "value", most: 40 },
    },
  ];
  if (binary !== undefined) {
    cases.push({
      name: "`check --no-import`, beside Python's own start",
      unit: "ms",
      base: "other",
      columns: {
        shim: () =>
          field.timeAsUser(binary, [
            ...["check", "--no-import", "--quiet"],
            field.site("shim1").appRoot,
          ]),
        // Debian's: the one of a version manager is a script in front.
        other: () =>
          field.timeAsUser("/usr/bin/python3", [
            ...["-c", "import argparse, tomllib"],
          ]),
      },
      target: { kind: "ratio", most: 1 },
    });
  }
  return cases;
}

function memoryCases(
  field: Field,
  names: Partial<Record<Kind, string>>,
): Case[] {
  const kinds = [
    ["rss", "memory per application process, resident"],
    ["pss", "the same, its share of what is shared"],
    ["private", "the same, private alone"],
  ] as const;
  return kinds.map(([kind, name]): Case => ({
    name,
    unit: "MB",
    once: true,
    columns: Object.fromEntries(
      Object.entries(names).filter(([, name]) => field.names.includes(name))
        .map(([column, name]) => [
          column,
          () => Promise.resolve(memoryOf(field.pids(name))[kind]),
        ]),
    ),
    target: kind === "rss" ? { kind: "more", most: 45 } : undefined,
  }));
}

/** From the first request after `restart.txt` changed to its answer. */
async function timeRestart(field: Field, name: string): Promise<number> {
  await field.site(name).restart();
  const time = await timeRequest(field.url(name));
  // The process before is still about to leave.
  await pause(300);
  return time;
}

async function timeJudgement(judge: string, site: string): Promise<number> {
  const { stdout } = await new Deno.Command("/usr/bin/node", {
    args: [judge, site],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

function directCase(
  direct: Direct,
  threads: 1 | 8,
  connections: number,
  seconds: number,
): Case {
  const columns: Case["columns"] = {};
  for (const kind of ["shim", "gunicorn"] as const) {
    const url = direct[kind][threads];
    if (url) columns[kind] = () => load({ url, connections, seconds });
  }
  const plural = connections > 1 ? "s" : "";
  return {
    name: `without Apache: \`serve\`, ${connections} connection${plural}`,
    unit: "/s",
    base: "gunicorn",
    columns,
  };
}

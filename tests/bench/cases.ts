/**
 * What is measured: each case is one number for each server that takes part,
 * taken in turns, and some have a target.
 *
 * @module
 */

import type { Contender, Direct, Field, Kind } from "./contenders.ts";
import { load, memoryOf, pause, timeRequest } from "./measures.ts";

/** A column of the table. */
export type Column = Exclude<Kind, "uvicorn"> | "other";

/** What is wanted of a case: beside `base`, or of the number itself. */
export type Target =
  | { kind: "ratio"; least: number }
  | { kind: "ratio"; most: number }
  | { kind: "more"; most: number }
  | { kind: "value"; most: number };

/** One row of the table. */
export interface Case {
  name: string;
  unit: "/s" | "ms" | "MB" | "µs";
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
  { name: "python1", kind: "shim", app: "app.py", threads: 1, door: "python" },
  { name: "door1", kind: "shim", app: "app.py", threads: 1, door: "wsgi" },
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
  { name: "shim-fastapi", kind: "shim", app: "fastapi_app.py", threads: 1 },
  { name: "uvicorn", kind: "uvicorn", app: "fastapi_app.py", threads: 1 },
];

/** Ours by their ways in; Node that can give way to Python, and older Node. */
const OURS = [
  { name: "shim1", door: "node door, the system's Node" },
  { name: "node24", door: "node door, Node 24" },
  { name: "python1", door: "python door" },
  { name: "door1", door: "wsgi door" },
] as const;

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
      columns[kind as Column] = () =>
        load({ url, connections, seconds, upload });
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
      target: { kind: "ratio", least: 1.1 },
    },
    {
      name: "Hello World, 16 connections",
      unit: "/s",
      columns: loads(eight, "/", 16),
      target: { kind: "ratio", least: 1.6 },
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
      name: "processor time of a request, Hello World",
      unit: "µs",
      columns: Object.fromEntries(
        Object.entries(one).filter(([, name]) => has.has(name)).map((
          [kind, name],
        ) => [kind, () => timeProcessor(field, name, seconds)]),
      ),
      target: { kind: "ratio", most: 0.5 },
    },
    ...OURS.filter(({ name }) => has.has(name)).map(({ name, door }): Case => ({
      name: `restart to first answer, ${door}`,
      unit: "ms",
      columns: {
        native: () => timeRestart(field, "native"),
        shim: () => timeRestart(field, name),
      },
      target: { kind: "more", most: 70 },
    })),
    {
      name: "death of a worker to the next good answer",
      unit: "ms",
      base: "other",
      columns: { shim: () => timeDeath(field, "python1") },
      target: { kind: "value", most: 50 },
    },
    ...OURS.filter(({ name }) => has.has(name))
      .flatMap((ours) => memoryCases(field, ours)),
    ...has.has("uvicorn") ? fastapiCases(field, seconds) : [],
    ...direct.shim[1] === undefined ? [] : [
      directCase(direct, 1, 1, seconds),
      directCase(direct, 8, 16, seconds),
    ],
    {
      name: "judging a healthy site at its start (Node)",
      unit: "ms",
      base: "other",
      columns: {
        shim: () => timeJudgement(judge, field.site("shim1").appRoot),
      },
      target: { kind: "value", most: 25 },
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
      target: { kind: "ratio", most: 4 },
    });
  }
  return cases;
}

function memoryCases(
  field: Field,
  { name, door }: typeof OURS[number],
): Case[] {
  const kinds = [
    ["private", "private memory of a process", 3],
    ["pss", "proportional memory", 6],
  ] as const;
  return kinds.map(([kind, what, most]): Case => {
    const take = (of: string) => () =>
      Promise.resolve(memoryOf(field.pids(of))[kind]);
    return {
      name: `${what}, ${door}`,
      unit: "MB",
      once: true,
      columns: { native: take("native"), shim: take(name) },
      target: { kind: "more", most },
    };
  });
}

/** FastAPI beside uvicorn behind mod_proxy. */
function fastapiCases(field: Field, seconds: number): Case[] {
  const names = { shim: "shim-fastapi", other: "uvicorn" };
  const both = (measure: (name: string) => Promise<number>) =>
    Object.fromEntries(
      Object.entries(names).map(([kind, name]) => [kind, () => measure(name)]),
    );
  const rates = [["Hello World", "/"], ["20 ms", "/wait"]].flatMap(
    ([what, path]) =>
      [1, 16, 64].map((connections): Case => ({
        name: `FastAPI beside uvicorn, ${what}, ${connections} connections`,
        unit: "/s",
        base: "other",
        columns: both((name) =>
          load({ url: field.url(name) + path, connections, seconds })
        ),
        target: { kind: "ratio", least: 0.8 },
      })),
  );
  return [...rates, {
    name: "FastAPI beside uvicorn, proportional memory of the worker",
    unit: "MB",
    base: "other",
    once: true,
    columns: both(async (name) => memoryOf([await field.worker(name)]).pss),
    target: { kind: "ratio", most: 1 },
  }];
}

/** Microseconds of a worker's processor time for each answer of a load. */
async function timeProcessor(
  field: Field,
  name: string,
  seconds: number,
): Promise<number> {
  const pid = await field.worker(name);
  const before = processorTime(pid);
  const rate = await load({ url: field.url(name), connections: 1, seconds });
  return (processorTime(pid) - before) / (rate * seconds);
}

/** Processor time of a process so far, in microseconds; proc(5). */
function processorTime(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/schedstat`);
  return Number(text.split(" ")[0]) / 1_000;
}

/** Milliseconds from the death of a worker to an answer of the next one. */
async function timeDeath(field: Field, name: string): Promise<number> {
  // One that has answered well for a while died by accident.
  for (let asked = 0; asked < 25; asked++) await timeRequest(field.url(name));
  const pid = await field.worker(name);
  const begun = performance.now();
  Deno.kill(pid, "SIGKILL");
  while (true) {
    const response = await fetch(field.url(name)).catch(() => undefined);
    await response?.bytes();
    if (response?.ok) return performance.now() - begun;
  }
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

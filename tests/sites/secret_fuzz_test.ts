/**
 * Secrets of every look, from every source, in every form, at every place of
 * every rule's examples: nothing that leaves the site holds one.
 *
 * The same cases in every run. `SECRET_CASES=20000` makes as many of them;
 * `SECRET_SEED` makes others.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { catalogue } from "../../lib/causes/catalogue.ts";
import { explainFailure } from "../../lib/causes/explain.ts";
import type { Example } from "../../lib/causes/rule.ts";
import { type Finding, findingLine } from "../../lib/findings/finding.ts";
import { runChecks } from "../../lib/checks/mod.ts";
import { renderErrorPage, renderExceptionPage } from "../../lib/pages/page.ts";
import { cleanFailure } from "../../lib/python/clean_failure.ts";
import type { Failure } from "../../lib/python/failure.ts";
import { renderJson, renderReport } from "../../lib/reports/report.ts";
import { readSecrets } from "../../lib/site/secrets.ts";
import type { Site } from "../../lib/site/site.ts";
import { pageContext } from "../../lib/start/incident.ts";
import { stage } from "../worlds/failing_site.ts";
import {
  pick,
  type Planted,
  plantSecrets,
  type Random,
  seeded,
} from "../worlds/planted_secret.ts";

const COUNT = Number(Deno.env.get("SECRET_CASES") ?? 250);
const SEED = Number(Deno.env.get("SECRET_SEED") ?? 1);
const LEVELS = ["full", "summary", "none"] as const;
const FORMATS = ["html", "json"] as const;

const EXAMPLES: readonly Example[] = catalogue().flatMap((rule) => [
  ...rule.examples,
  ...rule.not ?? [],
]);

/** All that leaves a site when it fails like this, by where it goes. */
function tellAll(failure: Failure, site: Site): Record<string, string> {
  const found = explainFailure(failure, site, (error) => {
    throw error;
  });
  const findings = [...found, ...runChecks(site, { at: "startup" })];
  const secrets = readSecrets(site);
  const report = {
    appRoot: site.layout.appRoot,
    findings,
    configText: site.configText,
    failure: {
      failure: cleanFailure(failure, secrets),
      clean: secrets.clean,
    },
    looks: [],
    isGood: false,
  };
  return {
    "the log": findings.map(findingLine).join("\n"),
    "check": renderReport(report, { isVerbose: true }),
    "check --json": renderJson(report),
    ...pagesOf(failure, findings, site),
  };
}

function pagesOf(failure: Failure, findings: Finding[], site: Site) {
  const context = pageContext(site, "node", "1234abcd");
  return Object.fromEntries(
    LEVELS.flatMap((details) =>
      FORMATS.map((format) => {
        const told = { ...context, details, requestDetails: details };
        const page = failure.problem === "request-raised"
          ? renderExceptionPage(failure, findings, told, format)
          : renderErrorPage(findings, failure, told, format);
        return [
          `the page, ${details}, ${format}`,
          page.body + JSON.stringify(page.headers),
        ];
      })
    ),
  );
}

/** A text, and what its reader makes of it. */
function readingsOf(text: string): string[] {
  const bare = text.replace(/<wbr>|<\/?span[^>]*>/g, "");
  const unescaped = bare.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll(
      "&amp;",
      "&",
    );
  const joined = text.replace(/\n\s*/g, "");
  return [...new Set([text, bare, unescaped, joined])];
}

/** What of a secret must not be seen: all of it, its ends, and its parts. */
function tracesOf({ value, forms }: Planted): string[] {
  const parts = [value, value.slice(0, 10), value.slice(-10)];
  if (value.includes("/")) parts.push(...value.split("/"));
  for (const name of ["ascii", "percent", "base64", "hex", "HTML", "bytes"]) {
    const form = (forms[name] ?? "").replace(/^b?["']|["']$|=+$/g, "");
    parts.push(form, form.slice(0, 20));
  }
  return [...new Set(parts)].filter((part) => part.trim().length >= 8);
}

function assertKept(
  planted: Planted,
  told: Record<string, string>,
  how: string,
) {
  const traces = tracesOf(planted);
  for (const [where, text] of Object.entries(told)) {
    for (const reading of readingsOf(text)) {
      for (const trace of traces) {
        const at = reading.indexOf(trace);
        if (at < 0) continue;
        const around = reading.slice(Math.max(0, at - 80), at + 120);
        throw new Error(
          `${where} tells ${JSON.stringify(trace)} of ${
            JSON.stringify(planted.value.slice(0, 200))
          } (${planted.kind} in ${planted.source}), ${how}:\n…${around}…`,
        );
      }
    }
  }
}

/** Puts a text at some places of a failure. */
function plant(failure: Failure, told: string, random: Random): Failure {
  const planted = structuredClone(failure);
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
    // A secret in the middle of another is none any more.
    const leaves = leavesOf(planted).filter(({ text }) => !text.includes(told));
    const leaf = pick(leaves, random);
    if (leaf) leaf.set(pick(WAYS, random)(leaf.text, told));
  }
  const { exception } = planted;
  const frame = { file: `/made/up/${told}.py`, line: 1, function: "f" };
  const raised = { type: "ValueError", message: told, frames: [frame] };
  const more: (() => void)[] = [
    () => planted.output = [...planted.output ?? [], `it is ${told}`],
    () => planted.output = [...planted.output ?? [], ...told.split("\n")],
    () => planted.stack = [frame],
    () => planted.candidates = [told],
    () => planted.subject = told,
    () => planted.kind = told,
    () => planted.request = { method: "GET", path: `/reset/${told}` },
    () => exception && (exception.cause = raised),
    () => exception && (exception.group = [raised]),
    () => exception && (exception.filename = told),
    () => exception && (exception.name = told),
    () => exception?.frames.push(frame),
  ];
  if (random() < 0.5) pick(more, random)();
  if (exception) exception.message = exception.message.slice(0, 2_000);
  return planted;
}

const WAYS: readonly ((text: string, told: string) => string)[] = [
  (_, told) => told,
  (text, told) => `${text} ${told}`,
  (text, told) => `${told} ${text}`,
  (text, told) => text.replace(/'[^']*'/, () => `'${told}'`),
  (text, told) => text.replace(/"[^"]*"/, () => `"${told}"`),
  (text, told) => text.replace(/[^/]*$/, () => told),
  (text, told) => text.replace(/\/[^/]*/, () => `/${told}`),
  (text, told) => text + told,
];

/** The texts in a failure that come from the application. */
function leavesOf(
  failure: Failure,
): { text: string; set(text: string): void }[] {
  const leaves: { text: string; set(text: string): void }[] = [];
  const skipped = ["problem", "python", "signal", "errno"];
  visit(failure as unknown as Record<string, unknown>);
  return leaves;

  function visit(holder: Record<string, unknown>) {
    for (const [key, value] of Object.entries(holder)) {
      if (skipped.includes(key)) continue;
      if (typeof value === "string") {
        leaves.push({ text: value, set: (text) => void (holder[key] = text) });
      } else if (typeof value === "object" && value !== null) {
        visit(value as Record<string, unknown>);
      }
    }
  }
}

const BATCH = 250;

for (let from = 0; from < COUNT; from += BATCH) {
  const to = Math.min(COUNT, from + BATCH);
  Deno.test(`a planted secret never appears: cases ${from + 1} to ${to}`, () => {
    const random = seeded(SEED * 1_000_003 + from);
    for (const planted of plantSecrets(to - from, random)) {
      const example = pick(EXAMPLES, random);
      const given = typeof example === "string" ? { raised: example } : example;
      const { config = "", env, files, variables } = planted.world;
      const { failure, site } = stage({
        ...given,
        config: `${given.config ?? ""}\n${config}`,
        env: { ...given.env, ...env },
        files: { ...given.files, ...files },
      });
      const form = pick(Object.keys(planted.forms), random);
      const broken = plant(failure, planted.forms[form]!, random);
      if (variables) broken.variables = variables;
      if (random() < 0.3) broken.problem = "request-raised";
      const told = tellAll(broken, site);
      assertKept(
        planted,
        told,
        `${form}, in ${JSON.stringify(broken).slice(0, 600)}`,
      );
    }
  });
}

/** What a shell, systemd, a web server and a build machine set. */
const ORDINARY = {
  CI: "true",
  COLORTERM: "truecolor",
  DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus",
  DEBUGINFOD_URLS: "https://debuginfod.debian.net",
  DJANGO_SETTINGS_MODULE: "shop.settings",
  EDITOR: "vim",
  FLASK_APP: "app:create_app()",
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "jdoe/site",
  GITHUB_SERVER_URL: "https://github.com",
  INFOPATH: "/usr/share/info:",
  INVOCATION_ID: "5f2c8e6c9c9e4f1d8f0a1b2c3d4e5f60",
  JOURNAL_STREAM: "8:21345",
  LESSOPEN: "| /usr/bin/lesspipe %s",
  LOG_LEVEL: "info",
  LS_COLORS: "rs=0:di=01;34:ln=01;36:*.tar=01;31:*.py=00;32",
  MANPATH: "/usr/share/man:",
  PAGER: "less -R",
  SERVER_SOFTWARE: "Apache/2.4.57 (Debian) Phusion_Passenger/6.0.17",
  SSH_CLIENT: "192.168.1.20 51234 22",
  SSH_TTY: "/dev/pts/0",
  SYSTEMD_EXEC_PID: "1234",
  TERM_PROGRAM: "tmux",
  WINDOWID: "54525958",
  XAUTHORITY: "/run/user/1000/xauth",
};

Deno.test("what holds no secret is told as it is", () => {
  for (const example of EXAMPLES) {
    const given = typeof example === "string" ? { raised: example } : example;
    const env = { ...ORDINARY, ...given.env };
    const { failure, site } = stage({ ...given, env });
    const secrets = readSecrets(site);
    const { variables: _, ...facts } = failure;
    assertEquals(cleanFailure(failure, secrets), facts);
  }
});

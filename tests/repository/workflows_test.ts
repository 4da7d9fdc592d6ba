/**
 * The workflows of GitHub, as far as they can be looked at without GitHub:
 * what they run is there, actions are pinned, and no job may do more than it
 * needs. That they are YAML, `deno fmt --check` sees.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { RELEASE_DENO } from "../../build/compile.ts";
import {
  parseChangelog,
  whyNotLocked,
  whyNotReleased,
} from "../../build/release.ts";
import { ROOT } from "../../build/run_deno.ts";

const FOLDER = join(ROOT, ".github/workflows");
const PINNED_REGEXP = /^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const WORKFLOWS = new Map(
  ["ci.yml", "release.yml"].map((name) => [
    name,
    Deno.readTextFileSync(join(FOLDER, name)),
  ]),
);

/** The jobs of a workflow, by name, as text. */
function jobsOf(text: string): [name: string, text: string][] {
  const [, jobs = ""] = text.split("\njobs:\n");
  const parts = jobs.split(/^ {2}([\w-]+):\n/m).slice(1);
  return parts.flatMap((part, index) =>
    index % 2 === 0 ? [[part, parts[index + 1]!] as [string, string]] : []
  );
}

Deno.test("there are no other workflows", () => {
  const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  assertEquals(names, [...WORKFLOWS.keys()]);
});

for (const [name, text] of WORKFLOWS) {
  Deno.test(`${name} uses GitHub's own actions, by commit and version`, () => {
    const used = [...text.matchAll(/\buses: (.+)$/gm)].map(([, it]) => it!);
    assert(used.length > 0);
    for (const action of used) {
      if (action === "./.github/workflows/ci.yml") continue;
      assertMatch(action, PINNED_REGEXP);
    }
  });

  Deno.test(`${name} runs tasks and files that are there`, async () => {
    for (const [, task] of text.matchAll(/\bdeno@\S+ task ([\w:-]+)/g)) {
      assert(task! in project.tasks, `task ${task}`);
    }
    for (const [, file] of text.matchAll(/(?:run -A|bash) (\S+\/\w\S*)/g)) {
      assert((await Deno.stat(join(ROOT, file!))).isFile);
    }
  });

  Deno.test(`${name} gives every job its own permissions, and no secret`, () => {
    assertMatch(text, /^permissions: \{\}$/m);
    const jobs = jobsOf(text);
    assert(jobs.length > 1);
    for (const [, job] of jobs) {
      assertMatch(job, /^ {4}permissions:\n {6}contents: (read|write)$/m);
    }
    const writers = jobs.filter(([, job]) => job.includes("contents: write"))
      .map(([job]) => job);
    assertEquals(writers, name === "release.yml" ? ["release"] : []);
    assertEquals(text.includes("secrets."), false);
  });
}

Deno.test("the gate runs the oldest Deno and the newest, which programs carry", async () => {
  const versionsIn = (
    text: string,
  ) => [
    ...new Set([...text.matchAll(/\bdeno@(\d[\d.]+)/g)].map(([, it]) => it)),
  ];
  const gate = await Deno.readTextFile(join(ROOT, ".ci/run"));
  assertEquals(versionsIn(gate), ["2.5.7", RELEASE_DENO]);
  for (const [name, text] of WORKFLOWS) {
    for (const version of versionsIn(text)) {
      assert(["2.5.7", RELEASE_DENO].includes(version!), name);
    }
    const compiling = [...text.matchAll(/deno@([\d.]+) task compile:all/g)];
    for (const [, version] of compiling) assertEquals(version, RELEASE_DENO);
  }
});

Deno.test("what cannot be taken back is published last, and no stand-in is", () => {
  const text = WORKFLOWS.get("release.yml")!;
  assertMatch(text, /^env:\n {2}WSGI_SHIM_JSR: required$/m);
  const needs = Object.fromEntries(
    jobsOf(text).map(([name, job]) => [name, /needs: (.+)/.exec(job)?.[1]]),
  );
  assertEquals([needs.npm, needs.jsr], ["release", "release"]);
  assertEquals([needs.release, needs.try], ["try", "programs"]);
});

Deno.test("whyNotLocked() names what the lock file does not hold", () => {
  const imports = { "@a/b": "jsr:@a/b@^1.0.1", c: "npm:c@1" };
  const lock = '{"specifiers": {"jsr:@a/b@^1.0.1": "1.0.2"}}';
  assertEquals(whyNotLocked(lock, imports), undefined);
  for (const other of [undefined, "{}"]) {
    assertEquals(
      whyNotLocked(other, imports),
      "deno.lock does not hold jsr:@a/b@^1.0.1: run `deno task lock` where JSR " +
        "answers, and commit the file",
    );
  }
});

Deno.test("whyNotReleased() holds tag, version and changelog together", () => {
  const text = "# Changelog\n\nWords.\n\n" +
    "## 1.1.0 - 2026-01-02\n\n### Added\n\n- A thing.\n\n" +
    "## 1.0.0 - 2025-12-31\n\nThe first.\n";
  const chapters = parseChangelog(text);
  assertEquals(chapters, [
    {
      version: "1.1.0",
      date: "2026-01-02",
      text: "### Added\n\n- A thing.",
    },
    { version: "1.0.0", date: "2025-12-31", text: "The first." },
  ]);
  assertEquals(whyNotReleased("v1.1.0", "1.1.0", chapters), undefined);
  assertEquals(
    whyNotReleased("v1.1.1", "1.1.0", chapters),
    "The tag is v1.1.1, and deno.json has version 1.1.0",
  );
  assertEquals(
    whyNotReleased("v1.2.0", "1.2.0", chapters),
    "The changelog begins with 1.1.0, and deno.json has version 1.2.0",
  );
  assertEquals(
    whyNotReleased("v0.1.0", "0.1.0", parseChangelog("## 0.1.0 - Unreleased")),
    "The changelog has no day for 0.1.0: Unreleased",
  );
  assertEquals(
    whyNotReleased("v0.1.0", "0.1.0", []),
    "The changelog begins with no version, and deno.json has version 0.1.0",
  );
});

/**
 * Whether the version of a package that still had something can be used here:
 * one that nothing else on the site allows, or that this Python cannot run, is
 * no way out. And what became of a module of it. Runs on Node and Deno.
 *
 * @module
 */

import {
  type Change,
  findLost,
  successorOf,
} from "../python/package_changes.ts";
import { compareReleases } from "../python/version.ts";
import { distributions, ownerOf, versionOf, wantedBy } from "./installed.ts";
import type { Scene } from "./scene.ts";

/**
 * The first versions that run on a Python 3, by its minor version: what their
 * wheels, classifiers and notes on releases say.
 */
const FIRST = `
Celery 7:4.3
Django 10:3.2 11:4.1 12:4.2 13:5.1
Flask 10:2.0
gensim 10:4.1 12:4.3
IPython 8:7.10
Jinja2 10:3.0
kombu 7:4.3
Markdown 9:3.2
matplotlib 10:3.5 11:3.6 12:3.8 13:3.9
networkx 9:2.4
numpy 10:1.21 11:1.23 12:1.26 13:2.1
pandas 10:1.3 11:1.5 12:2.1 13:2.2
Pillow 10:8.4 11:9.3 12:10.1 13:11.0
pip 10:21.2 12:23.1
scikit-learn 10:1.0 11:1.1 12:1.3 13:1.5
scipy 10:1.7 11:1.9 12:1.11 13:1.14
tensorflow 8:2.2 9:2.5 10:2.8 11:2.12 12:2.16
torch 10:1.11 11:2.0 12:2.2 13:2.5
tornado 10:6.1
Werkzeug 10:2.0
`;

function firstFor(name: string, minor: number): string | undefined {
  const line = FIRST.split("\n").find((each) => each.startsWith(`${name} `));
  return [...line?.matchAll(/ (\d+):([\d.]+)/g) ?? []]
    .findLast(([, from]) => Number(from) <= minor)?.[2];
}

/** What others ask for at least: `>=2.2` of `>=2.2,<3`. */
const LEAST_REGEXP = /(?:>=?|==|~=) *v?(\d[\w.]*)/;

/**
 * The versions before one, as requirements lists write them, where one of them
 * may do here: `Flask<2.3 and Werkzeug<2.3`.
 */
function before(
  name: string,
  version: string,
  scene: Scene,
): string | undefined {
  const [major = 0, ...below] = version.split(".").map(Number);
  const last = below.every((each) => each === 0) ? major - 1 : major;
  const installed = versionOf(name, scene);
  if (installed && Number.parseInt(installed) - last > 1) return undefined;
  const first = scene.version?.[0] === 3 &&
    firstFor(name, scene.version[1]);
  if (first && compareReleases(first, version) >= 0) return undefined;
  const isAskedFor = distributions(scene).slice(0, 400).some(({ folder }) => {
    const [, least] = LEAST_REGEXP.exec(wantedBy(folder, name, scene) ?? "") ??
      [];
    return least !== undefined && compareReleases(least, version) >= 0;
  });
  if (isAskedFor) return undefined;
  // Flask says from which Werkzeug on it works, and not up to which.
  return name === "Flask"
    ? `Flask<${version} and Werkzeug<${version}`
    : `${name}<${version}`;
}

/** `; or write …`: the way out that changes no code, where there is one. */
export function orBefore(name: string, version: string, scene: Scene): string {
  const bound = before(name, version, scene);
  return bound
    ? `; or write ${bound} into the requirements of the site, where nothing else there needs a later one`
    : "";
}

/** What is done about a package that asks another for what is gone. */
export function insteadOf(
  asker: string,
  asked: string,
  version: string,
  scene: Scene,
): string {
  const name = ownerOf(asker, scene).name;
  const successor = successorOf(name);
  const bound = before(asked, version, scene);
  const mend = successor
    ? `Nobody keeps ${name} any more: use ${successor} in its place, in the requirements of the site as well`
    : `Write a later version of ${name} into the requirements of the site, if there is one`;
  return bound
    ? `${mend}; else ${bound}, which is a step back for all of the site`
    : successor
    ? mend
    : `${mend}; or leave it out, with what uses it`;
}

/** What became of a module that a package gave up: the longest name counts. */
export function goneIn(name: string): Change | undefined {
  const parts = name.split(".");
  return parts.slice(1).map((part, at) =>
    findLost(parts.slice(0, at + 1).join("."), part)
  ).findLast((each) => each !== undefined);
}

/** What was renamed twice has the last name, where the version has that. */
export function asToday(gone: Change | undefined, scene: Scene) {
  const installed = gone && versionOf(gone.package, scene);
  const again = installed && gone.now ? goneIn(gone.now) : undefined;
  return again && compareReleases(installed!, again.version) >= 0
    ? { ...gone!, now: again.now }
    : gone;
}

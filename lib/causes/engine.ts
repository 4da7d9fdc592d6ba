/**
 * Asks the catalogue what a failure of Python means on a site: which rule
 * claims it, and a finding out of what that says.
 *
 * What a rule may not do is held here: a guess is told as one, a command is
 * printed only for what was seen, and only this module names packages to
 * install. Runs on Node and Deno.
 *
 * @module
 */

import {
  type Code,
  type Finding,
  finding,
  type Fix,
} from "../findings/finding.ts";
import {
  firstLine,
  type Frame,
  type PythonException,
} from "../python/failure.ts";
import { printable } from "../text/shell.ts";
import { packageOf } from "./installed.ts";
import { installFix } from "./installing.ts";
import type { Claim, Rule, Subject, When } from "./rule.ts";
import { classOf, ownFrame, runnerOf, type Scene } from "./scene.ts";

/** A rule, and what it says of a failure. */
export interface Claimed {
  rule: Rule;
  claim: Claim;
  subject: Subject;
}

/** Called with what went wrong in a rule; the rule is passed over then. */
export type OnFault = (error: unknown) => void;

/** The problems whose exception is news, not a consequence. */
const RAISING = [
  "import-raised",
  "factory-raised",
  "startup-raised",
  "request-raised",
  "thread-raised",
];

/**
 * All claims to a failure, those of the exception that tells most. There
 * should be one: what others go before is left out already.
 */
export function claimsTo(
  rules: readonly Rule[],
  scene: Scene,
  onFault: OnFault,
): Claimed[] {
  const subjects = subjectsOf(scene);
  for (const turn of ["first", undefined, "last"]) {
    const asked = rules.filter((rule) => turnOf(rule) === turn);
    for (const subject of subjects) {
      const claims = asked.flatMap((rule) => {
        try {
          return claimOf(rule, subject, scene);
        } catch (error) {
          onFault(error);
          return [];
        }
      });
      const beaten = claims.flatMap(({ rule }) => rule.over?.split(" ") ?? []);
      const left = claims.filter(({ rule }) => !beaten.includes(rule.name));
      if (left.length > 0) return left;
    }
  }
  return [];
}

function turnOf({ first, last }: Rule): "first" | "last" | undefined {
  return first ? "first" : last ? "last" : undefined;
}

/** Makes the finding of a claim: whatever its rule says, it stopped the site. */
export function findingOf(
  { rule, claim, subject }: Claimed,
  scene: Scene,
  onFault: OnFault,
): Finding {
  const isSeen = "seen" in claim;
  const message = isSeen
    ? claim.seen
    : claim.probably === undefined
    ? claim.says
    : `${claim.says}; probably ${claim.probably}`;
  return makeCause(claim.code ?? rule.code, {
    message,
    place: claim.place ?? subject.place,
    fix: fixOf(claim, scene, (what) => {
      onFault(new Error(`rule ${rule.name} must not print: ${what}`));
    }),
  });
}

/** A finding of severity error whose texts are safe to print. */
export function makeCause(
  code: Code,
  facts: Pick<Finding, "message" | "place" | "fix">,
): Finding {
  const { fix, message } = facts;
  return {
    ...finding(code, { ...facts, message: printable(message) }),
    severity: "error",
    fix: fix && "text" in fix ? { text: printable(fix.text) } : fix,
  };
}

/** What destroys what its reader would miss: never printed. */
const HARMFUL_REGEXP =
  /\bvenv --clear\b|\brm -r|--break-system-packages|\bchmod (?:-R )?(?:[ao]*[ao]\+\w*w|\d*[2367]\b)|--upgrade\b|\bverify ?= ?False/;
/** What is right only where the world was looked at. */
const GUESSED_REGEXP =
  /\bpip install\b|--force-reinstall|(?:^|`)(?:mv|chmod \S*[+]|chown|chgrp|mkdir) /;

function fixOf(
  claim: Claim,
  scene: Scene,
  refuse: (text: string) => void,
): Fix | undefined {
  const { mend } = claim;
  const isSeen = "seen" in claim;
  if (typeof mend === "object" && !("command" in mend)) {
    return installFix(mend, scene, isSeen);
  }
  const text = typeof mend === "string" ? mend : mend.command;
  if (
    HARMFUL_REGEXP.test(text) || !isSeen && GUESSED_REGEXP.test(text)
  ) {
    refuse(text);
    return undefined;
  }
  return typeof mend === "string" ? { text } : { command: text, safe: false };
}

/** The exceptions that may tell the cause, or the failure as a whole. */
function subjectsOf(scene: Scene): Subject[] {
  const { exception, problem, stack = [] } = scene.failure;
  const isExit = problem === "import-exited";
  const raised = RAISING.includes(problem) || isExit ? suspects(exception) : [];
  const all = raised.length > 0
    ? raised
    : [exception ?? { type: "", message: "", frames: [] }];
  return all.map((each): Subject => {
    const frames = each.frames.length > 0 ? each.frames : stack;
    const own = ownFrame(frames, scene) ??
      ownFrame(exception?.frames ?? [], scene);
    return {
      raised: { ...each, frames },
      failure: scene.failure,
      text: each.message,
      line: firstLine(each.message),
      kind: classOf(each),
      groups: [],
      own,
      place: own && { file: own.file, line: own.line },
    };
  });
}

const LONGEST_CHAIN = 6;

/** The outermost first. */
function suspects(raised?: PythonException, depth = 0): PythonException[] {
  if (!raised || depth >= LONGEST_CHAIN) return [];
  // What was only being handled may have nothing to do with it.
  const isCause = !raised.incidental || isWrapper(raised) ||
    isStumble(raised);
  return [
    raised,
    ...(raised.group ?? []).flatMap((each) => suspects(each, depth + 1)),
    ...(isCause ? suspects(raised.cause, depth + 1) : []),
  ];
}

/** Exceptions that stand for the one below them, however they were raised. */
function isWrapper(raised: PythonException): boolean {
  return /^(?:(?:django|sqlalchemy|werkzeug|flask|celery|jinja2|rest_framework|requests|urllib3|httpx)\.|SystemExit$)/
    .test(raised.type) ||
    (classOf(raised) === "ValueError" &&
      /^Unable to (?:configure|add|set) /.test(raised.message));
}

/** Words of one who tells what is to be installed. */
const INSTALLING_REGEXP =
  /\binstall|\brequire|\bneed|not (?:found|available)|missing|import/i;

/**
 * Code that went on without what it could not import, and fell; or that only
 * says in its own words what it could not import.
 */
function isStumble({ cause, frames, message }: PythonException): boolean {
  const file = frames.at(-1)?.file ?? "";
  return /^(?:ModuleNotFound|Import)Error$/.test(cause?.type ?? "") &&
    (packageOf(file) !== undefined ||
      cause?.type === "ModuleNotFoundError" &&
        INSTALLING_REGEXP.test(message) &&
        cause.frames.some((frame) => frame.file === file));
}

function claimOf(rule: Rule, subject: Subject, scene: Scene): Claimed[] {
  const cases = Array.isArray(rule.when) ? rule.when : [rule.when];
  for (const when of cases as readonly When[]) {
    const groups = fits(when, subject);
    if (!groups) continue;
    const fitting = { ...subject, groups };
    const claim = typeof rule.claim === "function"
      ? rule.claim(fitting, scene)
      : fillIn(rule.claim, fitting, scene);
    return claim ? [{ rule, claim, subject }] : [];
  }
  return [];
}

/** What the expression took out, where the failure is one that is meant. */
function fits(when: When, subject: Subject): Subject["groups"] | undefined {
  const { raised, failure, text } = subject;
  if (when.problem) {
    if (!has(when.problem, failure.problem)) return undefined;
  } else if (
    !RAISING.includes(failure.problem) &&
    !(failure.problem === "import-exited" && raised !== failure.exception)
  ) return undefined;
  if (when.type && !isOfType(when.type, raised)) return undefined;
  if (when.errno && !has(when.errno, errnoOf(raised))) return undefined;
  if (when.signal && !has(when.signal, failure.signal)) return undefined;
  const names = raised.frames.map(nameOf);
  if (when.in && !when.in.test(names.at(-1) ?? "")) return undefined;
  const { through } = when;
  if (through && !names.some((name) => through.test(name))) return undefined;
  let groups: (string | undefined)[] = [];
  const texts: [RegExp | undefined, string][] = [
    [when.message, text],
    [when.output, (failure.output ?? []).join("\n")],
    [when.kind, failure.kind ?? ""],
  ];
  for (const [expression, tried] of texts) {
    if (!expression) continue;
    const found = expression.exec(tried);
    if (!found) return undefined;
    groups = [...groups, ...found.slice(1)];
  }
  return groups;
}

/** Numbers of other libraries' errors are none of the system's. */
function errnoOf({ type, errno }: PythonException): string | undefined {
  return type.includes(".") ? undefined : errno;
}

function has(words: string, word: string | undefined): boolean {
  return word !== undefined && words.split(" ").includes(word);
}

function isOfType(wanted: string | RegExp, raised: PythonException): boolean {
  return typeof wanted === "string"
    ? has(wanted, raised.type) || has(wanted, classOf(raised))
    : wanted.test(raised.type);
}

function nameOf(frame: Frame): string {
  return `${frame.file} ${frame.function}`;
}

/** Puts what was taken out of the failure into words that are given as such. */
function fillIn(claim: Claim, subject: Subject, scene: Scene): Claim {
  const fill = (text: string) =>
    text.replace(
      /\$(\d)|\{(line|type|user)\}/g,
      (_, group, word) =>
        group
          ? subject.groups[group - 1] ?? ""
          : word === "line"
          ? subject.line
          : word === "type"
          ? subject.kind
          : runnerOf(scene),
    );
  return Object.fromEntries(
    Object.entries(claim).map(([key, value]) => [
      key,
      typeof value === "string"
        ? fill(value)
        : key === "mend"
        ? Object.fromEntries(
          Object.entries(value).map(([name, each]) => [
            name,
            typeof each === "string" ? fill(each) : each,
          ]),
        )
        : value,
    ]),
  ) as Claim;
}

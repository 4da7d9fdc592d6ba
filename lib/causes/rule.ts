/**
 * A rule of the catalogue: which failures it means, what it says of them and
 * what mends them, with failures that it must and must not claim.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Code, Fix, Place } from "../findings/finding.ts";
import type { Failure, Frame, PythonException } from "../python/failure.ts";
import type { Scene } from "./scene.ts";

/** Names in one text: `"EACCES EPERM"`. */
type Words = string;

/** Which failures a rule means: all that is given must fit. */
export interface When {
  /** Classes of the exception, by name alone or with their module. */
  type?: Words | RegExp;
  /** Its message, without the colours of a terminal. */
  message?: RegExp;
  /** Errors of the system, by name: `"EACCES EPERM"`. */
  errno?: Words;
  /**
   * Stages that the failure must have come to. Without, the rule means
   * exceptions of the import, of the factory, of a startup handler and of a
   * request.
   */
  problem?: Words;
  /** The innermost frame, as `FILE FUNCTION`. */
  in?: RegExp;
  /** Any frame, as `FILE FUNCTION`. */
  through?: RegExp;
  /** What the process printed last, its lines joined. */
  output?: RegExp;
  /** What was found in place of an application: `Failure.kind`. */
  kind?: RegExp;
  /** What killed the process, by name. */
  signal?: Words;
}

/** One exception of a failure, as a rule gets it. */
export interface Subject {
  /** Stands for the whole failure where that has no exception. */
  raised: PythonException;
  failure: Failure;
  /** Its message, without the colours of a terminal. */
  text: string;
  /** The first line of it that says something. */
  line: string;
  /** The name of its class alone: `OperationalError`. */
  kind: string;
  /** What the expression for the message, the output or the kind took out. */
  groups: readonly (string | undefined)[];
  /** Where the application's own code met it. */
  place?: Place;
  /** The innermost frame of the application's own code. */
  own?: Frame;
}

/**
 * What mends a failure: words, or a package to install. Whether a package may
 * be named in a command, and how it is installed here, the engine decides.
 */
export type Mend = string | Install;

/** A package that is to be installed. */
export interface Install {
  /**
   * The distribution, with a version where that matters: `Werkzeug<3`. Without
   * it, the one that is known for the module.
   */
  install?: string;
  /**
   * The module that the failure names: it may be the site's own, or a
   * stranger's. What a rule names by itself has none.
   */
  module?: string;
  /** More modules, whose packages are installed by the same command. */
  also?: readonly string[];
  /** Same version, whole again: the package is installed already. */
  again?: true;
  /** What is to be done after it, as a sentence goes on. */
  then?: string;
  /** What else would mend it, as a sentence goes on. */
  or?: string;
}

interface Told {
  /** What the failure itself tells, as a fact. */
  says: string;
  /** A guess at what is behind it; told as one. */
  probably?: string;
  mend: Mend;
}

interface Seen {
  /** A fact that was found in the world, beyond what the failure tells. */
  seen: string;
  /** Only what was seen is mended by a command. */
  mend: Mend | { command: string };
}

/** A fix that checks make as well, as what mends what was seen. */
export function asMend(fix: Fix): Seen["mend"] {
  return "command" in fix ? { command: fix.command } : fix.text;
}

/** What a rule says of a failure. */
export type Claim = (Told | Seen) & {
  /** Where it is not the rule's. */
  code?: Code;
  /** Where it is not where the application's own code met the exception. */
  place?: Place;
};

/** Looks at a failure, and at the world; says nothing where it is not sure. */
export type Look = (
  subject: Subject,
  scene: Scene,
) => Claim | undefined | "";

/** A cause, and all that is known of it. */
export interface Rule {
  /** Its name in the catalogue. */
  name: string;
  /** The finding that it makes. */
  code: Code;
  /** Which failures it means: any of these. */
  when: When | readonly When[];
  /** Rules, by name, that this one goes before where both claim a failure. */
  over?: Words;
  /** Speaks only where no other rule does. */
  last?: true;
  /**
   * Speaks before all others: what it tells makes all that they say beside the
   * point.
   */
  first?: true;
  /**
   * What it says. In the words, `$1` is a group of the expression that fits,
   * `{line}` the message's first line, `{type}` the class of the exception,
   * `{user}` who the application runs as.
   */
  claim: Claim | Look;
  /** Failures that it claims, alone; the first words are the exception. */
  examples: readonly Example[];
  /** Failures that look alike, and that it must not claim. */
  not?: readonly Example[];
}

/** A failure on the healthy site of the tests, and what is said of it. */
export type Example = string | {
  /** As Python prints it: `KeyError: 'PORT'`. */
  raised?: string;
  /**
   * Frames below the line of the application, `FILE FUNCTION` each. Files
   * begin with `PACKAGES/`, `PYTHON/`, `APP/`, `SITE/`, `ROOT/` or `/`.
   */
  in?: string | readonly string[];
  /** All frames, where the line of the application is not to be among them. */
  frames?: readonly string[];
  /** More facts of the exception. */
  facts?: Partial<PythonException>;
  /** More facts of the failure. */
  failure?: Partial<Failure>;
  /** Files by path; null for one that is not there. */
  files?: Readonly<Record<string, ExampleFile>>;
  /** Lines for the end of config.toml, below `[environment]`. */
  config?: string;
  /** The environment of the process. */
  env?: Record<string, string>;
  /** Parts of the message and of the mend. */
  says?: string;
  mend?: string;
  /** The code, where it is not the rule's. */
  code?: Code;
};

/** A file's text; or a folder, or a file with a mode and an owner. */
export type ExampleFile = string | null | {
  text?: string | Uint8Array;
  link?: string;
  mode?: number;
  owner?: string;
};

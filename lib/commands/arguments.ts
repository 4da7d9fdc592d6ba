/**
 * From the words of a command line to options, by the usage of the command.
 *
 * The words are first spelled out (`-n20` becomes `--lines=20`), because the
 * two parsers that this project runs with agree only on plain forms: they
 * differ in `--no-…`, in empty values and in repeated options, and both turn
 * words that look like numbers into numbers.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { quoteWord } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { listed } from "../text/wrap.ts";
import { type OptionUsage, type Usage, UsageError } from "./command.ts";

/** A command line, taken apart. */
export interface Arguments {
  /** Tells whether a switch was given. */
  has(name: string): boolean;
  /** The value of an option; undefined when it was not given. */
  value(name: string): string | undefined;
  /** Positional arguments. */
  positionals: string[];
}

/** Takes the words after a command's name apart. */
export function parseArguments(argv: string[], usage: Usage): Arguments {
  const { switches, values, positionals } = spellOut(argv, usage);
  checkCount(positionals, usage);
  const parsed = parseArgs(
    [
      ...[...switches].map((name) => `--${keyOf(name)}`),
      ...[...values].map(([name, value]) =>
        value === "" ? `--${keyOf(name)}` : `--${keyOf(name)}=${value}`
      ),
      "--",
      ...positionals,
    ],
    {
      boolean: [...switches].map(keyOf),
      string: ["_", ...[...values.keys()].map(keyOf)],
    },
  );
  return {
    has: (name) => parsed[keyOf(name)] === true,
    value: (name) => parsed[keyOf(name)] as string | undefined,
    positionals: parsed._.map(String),
  };
}

/** Refuses a value that is not one of a few. */
export function oneOf<Choice extends string>(
  value: string,
  choices: readonly Choice[],
  what: string,
): Choice {
  const choice = choices.find((one) => one === value);
  if (choice) return choice;
  const begun = choices.filter((one) => value && one.startsWith(value));
  const near = begun.length === 1 ? begun[0] : suggest(value, choices);
  throw new UsageError(
    `${what} must be ${listed(choices, "or")}, and is ${quoteWord(value)}${
      near ? `; did you mean ${near}?` : ""
    }`,
  );
}

/** Reads a value that must be a whole number. */
export function integerOf(
  value: string,
  what: string,
  limits: { least: number; most: number },
): number {
  const number = Number(value);
  const isGood = /^\d+$/.test(value) && number >= limits.least &&
    number <= limits.most;
  if (isGood) return number;
  throw new UsageError(
    `${what} must be a number from ${limits.least} to ${limits.most}, and is ${
      quoteWord(value)
    }`,
  );
}

interface SpelledOut {
  switches: Set<string>;
  values: Map<string, string>;
  positionals: string[];
}

function spellOut(argv: string[], usage: Usage): SpelledOut {
  const spelled: SpelledOut = {
    switches: new Set(),
    values: new Map(),
    positionals: [],
  };
  const words = [...argv];

  function take(option: OptionUsage, given: string | undefined) {
    if (option.value === undefined) {
      if (given !== undefined) {
        throw new UsageError(`--${option.name} takes no value`);
      }
      spelled.switches.add(option.name);
      return;
    }
    const value = given ?? words.shift();
    if (value === undefined) {
      throw new UsageError(`--${option.name} needs a value: ${option.value}`);
    }
    spelled.values.set(option.name, value);
  }

  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "--") {
      spelled.positionals.push(...words.splice(0));
    } else if (word.startsWith("--")) {
      const at = word.indexOf("=");
      const name = word.slice(2, at < 0 ? undefined : at);
      const option = usage.options.find((one) => one.name === name);
      if (!option) throw unknownOption(`--${name}`, usage);
      take(option, at < 0 ? undefined : word.slice(at + 1));
    } else if (word.startsWith("-") && word !== "-") {
      const letter = word.slice(1, 2);
      const option = usage.options.find((one) => one.short === letter);
      if (!option) throw unknownOption(word, usage);
      const rest = word.slice(2);
      if (rest !== "" && option.value === undefined) {
        // `-fn20`: the rest is made of short options again.
        words.unshift(`-${rest}`);
        take(option, undefined);
      } else {
        take(option, rest === "" ? undefined : rest);
      }
    } else {
      spelled.positionals.push(word);
    }
  }
  return spelled;
}

function unknownOption(word: string, usage: Usage): UsageError {
  const name = word.replace(/^-+/, "");
  const near = suggest(name, usage.options.map((option) => option.name)) ??
    usage.options.find((option) => option.name.startsWith(name))?.name;
  return new UsageError(
    `${usage.name} has no option ${quoteWord(word)}${
      near ? `; did you mean --${near}?` : ""
    }`,
  );
}

function checkCount(positionals: string[], usage: Usage): void {
  const wanted = usage.arguments;
  const missing = wanted.slice(positionals.length).find((one) =>
    !one.isOptional
  );
  if (missing) {
    const { kind, name } = missing;
    const what = typeof kind === "string" ? name : listed(kind, "or");
    throw new UsageError(`${usage.name} needs ${what}`);
  }
  const isEndless = wanted.at(-1)?.isRepeated;
  if (positionals.length > wanted.length && !isEndless) {
    const extra = positionals[wanted.length]!;
    throw new UsageError(
      `${usage.name} takes ${
        wanted.length === 0
          ? "no argument"
          : wanted.map(({ kind, name }) =>
            typeof kind === "string" ? name : kind.join("|")
          ).join(" and ") + " only"
      }; one too many: ${quoteWord(extra)}`,
    );
  }
}

/** `--no-x` would mean "x is false" to one of the parsers. */
function keyOf(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

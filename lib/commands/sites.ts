/**
 * One command for many sites: each is looked at by a process of its own, side
 * by side, as if somebody had named it alone; root's door is passed there.
 *
 * @module
 */

import { join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { counted, widthOf, wrapText } from "../text/wrap.ts";
import { givenPath, isAppRoot } from "./app_root.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { type Command, CommandError, UsageError } from "./command.ts";
import { ownWords } from "./run_again.ts";
import type { ExitCode, Io } from "./terminal.ts";

/** How the command for one site ended. */
export interface SiteAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs our command line for one site. */
export type SiteRunner = (
  words: readonly string[],
  signal: AbortSignal,
) => Promise<SiteAnswer>;

/** What is needed for many sites. */
export interface SitesOptions {
  /** @default a process of our own */
  run?: SiteRunner;
  /** Reads the list of sites. @default standard input */
  readList?: () => Promise<string>;
  /** How many at once. @default the number of processors */
  width?: number;
}

/** Tells a process of ours that it looks at one site, whatever is there. */
export const ALONE = "WSGI_SHIM_ALONE";
/** Stands for a list on standard input. */
const LIST = "-";
/** Options that are about one site, or about how an answer is shown. */
const FOR_ONE = ["fix", "url", "insecure", "verbose"];

/**
 * Runs a command for all sites that a command line names.
 *
 * @param argv What follows the command's name
 * @returns how that ended; undefined where one site is named
 */
export async function runForSites(
  command: Command,
  argv: string[],
  io: Io,
  options: SitesOptions = {},
): Promise<ExitCode | undefined> {
  const { usage } = command;
  if (!usage.arguments.some(({ isRepeated }) => isRepeated)) return undefined;
  // Whatever it is named, a process that looks at one site starts no other.
  if (io.host.env[ALONE]) return undefined;
  const given = parseArguments(argv, usage);
  const { readList = readStandardInput } = options;
  const sites = await findSites(given.positionals, io, readList);
  if (!sites) return undefined;
  const wrong = FOR_ONE.find((name) => given.has(name) || given.value(name));
  if (wrong !== undefined) throw new UsageError(`--${wrong} is for one site`);
  return await io.interruptible((signal) =>
    new Round(command, given, io).run(sites, signal, options)
  );
}

async function readStandardInput(): Promise<string> {
  return await new Response(Deno.stdin.readable).text();
}

/** The sites that are named; undefined where it is one, or none. */
async function findSites(
  named: readonly string[],
  io: Io,
  readList: () => Promise<string>,
): Promise<string[] | undefined> {
  const [only] = named;
  if (only === undefined) return undefined;
  if (only === "") throw new UsageError("APPROOT is empty");
  const listed = named.includes(LIST)
    ? (await readList()).split(/[\0\n]/).map((line) => line.trim())
    : [];
  const paths = [...named.filter((one) => one !== LIST), ...listed]
    .filter((path) => path !== "").map((path) => givenPath(path, io));
  const inside = paths.map((path) => sitesIn(path, io.host));
  const isOne = paths.length === 1 && inside[0] === undefined &&
    listed.length === 0;
  if (isOne) return undefined;
  const sites = paths.flatMap((path, index) =>
    inside[index] ?? [isSiteDirectory(path, io.host) ? join(path, "www") : path]
  );
  if (sites.length === 0) {
    throw new CommandError("There is no site in the list on standard input");
  }
  return [...new Set(sites)];
}

/** A folder that holds one site, by the name that the documents give it. */
function isSiteDirectory(folder: string, host: Host): boolean {
  return !isAppRoot(folder, host) && isAppRoot(join(folder, "www"), host);
}

/** The sites of a folder that is none itself, but holds some. */
function sitesIn(folder: string, host: Host): string[] | undefined {
  if (isAppRoot(folder, host) || isSiteDirectory(folder, host)) {
    return undefined;
  }
  const names = host.list(folder);
  if (refused(names)) return undefined;
  const sites = names.sort().flatMap((name) => {
    const inside = join(folder, name);
    return [inside, join(inside, "www")].filter((one) => isAppRoot(one, host))
      .slice(0, 1);
  });
  return sites.length === 0 ? undefined : sites;
}

/** One go through all sites. */
class Round {
  readonly #command: Command;
  readonly #io: Io;
  readonly #given: Arguments;
  readonly #isJson: boolean;
  readonly #isQuiet: boolean;

  constructor(command: Command, given: Arguments, io: Io) {
    this.#command = command;
    this.#io = io;
    this.#given = given;
    this.#isJson = given.has("json");
    this.#isQuiet = given.has("quiet");
  }

  async run(
    sites: readonly string[],
    signal: AbortSignal,
    options: SitesOptions,
  ): Promise<ExitCode> {
    const { run = runOwn, width = navigator.hardwareConcurrency } = options;
    const io = this.#io;
    const begun = io.host.now();
    const words = this.#wordsForEach();
    const answers: SiteAnswer[] = [];
    const room = Math.max(...sites.map((site) => widthOf(printable(site))));
    const bad: string[] = [];
    let next = 0;
    let shown = 0;

    const work = async () => {
      while (next < sites.length && !signal.aborted) {
        const index = next++;
        answers[index] = await run([...words, "--", sites[index]!], signal);
        // In the order of the list, each as soon as it can be told.
        while (answers[shown] && !signal.aborted) {
          const site = sites[shown]!;
          if (!this.#show(site, answers[shown]!, room)) bad.push(site);
          shown++;
        }
        io.progress(`Looked at ${shown} of ${sites.length} sites …`);
      }
    };
    io.progress(`Looked at 0 of ${sites.length} sites …`);
    await Promise.all(
      Array.from({ length: Math.max(1, Math.min(width, sites.length)) }, work),
    );
    io.progress("");
    if (signal.aborted) return 130;
    if (!this.#isJson && !this.#isQuiet) {
      const seconds = ((io.host.now() - begun) / 1000).toFixed(1);
      this.#sumUp(sites.length, bad, seconds);
    }
    return bad.length === 0 ? 0 : 1;
  }

  /** The command line as it was given, without the sites. */
  #wordsForEach(): string[] {
    const { name, options } = this.#command.usage;
    const words = [name];
    for (const option of options) {
      const value = this.#given.value(option.name);
      if (option.value !== undefined && value !== undefined) {
        words.push(`--${option.name}=${value}`);
      } else if (option.value === undefined && this.#given.has(option.name)) {
        words.push(`--${option.name}`);
      }
    }
    const isAsked = this.#command.row && !this.#isJson;
    return isAsked ? [...words, "--json"] : words;
  }

  /** Shows the answer of a site; tells whether all is well there. */
  #show(site: string, answer: SiteAnswer, room: number): boolean {
    const { row } = this.#command;
    const isGood = answer.code === 0;
    const json = row && parse(answer.stdout);
    if (this.#isJson) {
      this.#io.out(JSON.stringify(
        json ?? { version: 1, appRoot: site, error: whyNot(answer) },
      ));
    } else if (row && !(this.#isQuiet && isGood)) {
      this.#showRow(site, {
        ...json ? row(json) : { words: `unknown: ${whyNot(answer)}` },
        isGood,
        room,
      });
    } else if (!row) {
      this.#io.out(`${this.#io.paint.strong(printable(site))}`);
      const said = (answer.stdout + answer.stderr).trimEnd();
      if (said) this.#io.out(said.replace(/^(?=.)/gm, "  "));
    }
    return isGood;
  }

  #showRow(
    site: string,
    row: { words: string; isWarned?: boolean; isGood: boolean; room: number },
  ): void {
    const { paint, columns } = this.#io;
    const [mark, colour] = !row.isGood
      ? ["✗", paint.error] as const
      : row.isWarned
      ? ["!", paint.warning] as const
      : ["✓", paint.good] as const;
    const name = printable(site);
    const beside = `  ${name}${" ".repeat(row.room - widthOf(name))}  `;
    const isTight = widthOf(beside) > columns / 2 &&
      widthOf(beside + row.words) > columns;
    const text = isTight
      ? `  ${name}\n${
        wrapText(printable(row.words), { columns, first: MARGIN, rest: MARGIN })
      }`
      : wrapText(printable(row.words), {
        columns,
        first: beside,
        rest: " ".repeat(widthOf(beside)),
      });
    this.#io.out(`${colour(mark)}${text.slice(1)}`);
  }

  #sumUp(count: number, bad: readonly string[], seconds: string): void {
    const { paint, columns } = this.#io;
    const [first] = bad;
    const sum = first === undefined
      ? paint.good(
        count === 1 ? "The site is well." : `All ${count} sites are well.`,
      )
      : paint.error(
        `${bad.length} of ${counted(count, "site")} ${
          bad.length === 1 ? "is" : "are"
        } not well.`,
      );
    this.#io.out(`\n${sum} ${seconds} s.`);
    const { row, usage } = this.#command;
    if (first === undefined || !row) return;
    const line = shellCommand("wsgi-shim", usage.name, first);
    const text = `More about the first: ${line}`;
    this.#io.out(
      widthOf(text) > columns ? `More about the first:\n${line}` : text,
    );
  }
}

const MARGIN = " ".repeat(4);

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? json as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

/** What a process said that could not answer. */
function whyNot({ code, stderr }: SiteAnswer): string {
  const lines = stderr.trim().split("\n").filter((line) =>
    !/^(note|warning): /.test(line)
  );
  const said = lines.join(" ").replace(/^error: /, "");
  return said === "" ? `it ended with status ${code}` : said;
}

/** Runs this program once more. */
async function runOwn(
  words: readonly string[],
  signal: AbortSignal,
): Promise<SiteAnswer> {
  const self = ownWords();
  const [program, ...first] = self.words;
  const child = new Deno.Command(program!, {
    args: [...first, ...words],
    env: { [ALONE]: "1", NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const end = () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
  };
  signal.addEventListener("abort", end, { once: true });
  const { code, stdout, stderr } = await child.output();
  signal.removeEventListener("abort", end);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

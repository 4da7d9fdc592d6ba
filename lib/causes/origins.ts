/**
 * Where a value comes from that a line uses: the variables of the environment
 * that are not set, as far as the application's own source tells.
 *
 * Reads lines as text, and follows a name only where it is written plainly.
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { quoted } from "../text/wrap.ts";
import type { Subject } from "./rule.ts";
import { exists, linesOf, type Scene, textOf } from "./scene.ts";
import { isUnset, settingsFiles } from "./unset.ts";

/** A line that reads a variable which is not set. */
export interface Read {
  /** The variable. */
  name: string;
  file: string;
  line: number;
  /** Something is taken in its place. */
  hasDefault: boolean;
}

/** What reads a variable: of Python, of django-environ, environs, decouple. */
const READER =
  "(?:\\bos\\.environ\\.get|(?<![\\w.])environ\\.get|\\bgetenv|(?<![\\w.])env(?:\\.(?:str|int|bool|float|list|dict|tuple|json|bytes|get|get_value|url|db|db_url|cache|cache_url|email|email_url|search_url|path|date|datetime|timedelta|decimal|uuid|enum|log_level|dj_db_url|dj_cache_url|dj_email_url))?|(?<![\\w.])config)";

/** A read of a variable; what stands in for it, is the second group. */
const READ_REGEXP = new RegExp(
  READER +
    "\\(\\s*[\"'](\\w+)[\"']\\s*(?:,\\s*((?:[^()]|\\([^()]*\\))*))?\\)",
  "g",
);
/** What every request has, in the dictionary that WSGI calls so, too. */
const OF_REQUEST =
  /^(?:HTTP_|REQUEST_|REMOTE_|SERVER_|PATH_|SCRIPT_|QUERY_|CONTENT_)\w+$/;
/** What stands for nothing, as the second argument of a read. */
const NOTHING_REGEXP =
  /^(?:(?:default\s*=\s*)?(?:None|["']{2})|cast\s*=\s*\w+)?\s*,?\s*$/;
const TERM_REGEXP =
  /(?<![\w."'])([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)(?:(?:\.get\(|\[)\s*["']([A-Za-z]\w*)["'])?(\s*[(=](?!=))?/g;
/** Objects whose keys and attributes are settings of the application. */
const SETTINGS_REGEXP = /(?:^|\.)(?:config|settings|conf|cfg)$/i;
const DEEPEST = 3;
const MOST_LINES = 40;
const LONGEST_LINE = 500;

/** A place in the source, and how far it is from the failure. */
interface Spot {
  file: string;
  line: number;
  depth: number;
}

/**
 * The variables, not set, that go into the statement which failed.
 *
 * @param isLoose Follows what an object was made of, too: right where its use
 *   failed for what it was given, and not for what it gave
 */
export function unsetBehind(
  { own, raised, text }: Subject,
  scene: Scene,
  isLoose = false,
): Read[] {
  const frames = raised.frames.filter(({ file }) =>
    file.startsWith("/") && !isLibraryFile(file)
  );
  const spots = own ? [own, ...frames.reverse().slice(1, 3)] : [];
  // Inside of a package, it is nothing that the statement names.
  const asked = !isLibraryFile(raised.frames.at(-1)?.file ?? "")
    ? /^'NoneType' object has no attribute '(\w+)'/.exec(text)?.[1]
    : undefined;
  let given: string | undefined;
  for (const [depth, { file, line }] of spots.entries()) {
    const statement = given ?? statementAt({ file, line }, scene);
    const asking = asked && depth === 0
      ? receiversOf(asked, statement)
      : statement;
    const spot = { file, line, depth };
    const found = readsIn(asking, spot, scene, isLoose, new Set());
    const caller = spots[depth + 1];
    if (found.length > 0 || !caller) return unique(found);
    given = argumentGiven(asking, spot, caller, scene);
    if (given === undefined) return [];
  }
  return [];
}

/** The variable, not set, of which a setting of that name is made. */
export function unsetBehindSetting(
  name: string,
  scene: Scene,
): Read | undefined {
  return settingsFiles(scene).flatMap((file) =>
    readsOf(name, { file, depth: 1 }, scene, false, new Set())
  ).find(({ hasDefault }) => !hasDefault);
}

function unique(found: readonly Read[]): Read[] {
  return found.filter(({ name }, at) =>
    found.findIndex((each) => each.name === name) === at
  );
}

/** A call that connects, with what is given to it. */
const CONNECT_REGEXP =
  /(?:\bconnect|\bcreate_\w*(?:engine|pool)|Client|Redis|Producer|Consumer|Elasticsearch|\bdriver|from_url|\bSMTP(?:_SSL)?|Database)\(([^()]+)\)/;

/** Nothing but values that are written out goes into the call that connects. */
function isWrittenOut(statement: string): boolean {
  const given = CONNECT_REGEXP.exec(statement)?.[1];
  return given !== undefined &&
    /^[\s,:{}[\]]*$/.test(
      given.replace(/(?<![\w"'])(?:"[^"]*"|'[^']*')/g, "")
        .replace(/\w+\s*=(?!=)/g, "")
        .replace(/\b(?:\d+|True|False|None)\b/g, ""),
    );
}

/** What a server is asked by: its host, or the whole address. */
const ADDRESS_REGEXP = /HOST|SERVER|UR[IL]|ADDR|DSN|PORT|SOCKET|BROKER|NODE/;

/**
 * The variables, not set, that give a server its address: those that go into
 * the statement, or that the files of settings read under such a name.
 *
 * @param kind What names of variables for such a server have in them
 */
export function unsetAddress(
  subject: Subject,
  scene: Scene,
  kind: RegExp,
): Read[] {
  const inStatement = unsetBehind(subject, scene, true)
    .filter(({ name }) => ADDRESS_REGEXP.test(name));
  const { own } = subject;
  if (
    inStatement.length > 0 ||
    own &&
      linesOf(own.file, scene).some((each, at) =>
        CONNECT_REGEXP.test(each) &&
        isWrittenOut(statementAt({ file: own.file, line: at + 1 }, scene))
      )
  ) return inStatement;
  return unique(
    settingsFiles(scene).flatMap((file) =>
      linesOf(file, scene).flatMap((each, at) =>
        /^\s*#/.test(each)
          ? []
          : directReads(each, { file, line: at + 1 }, scene)
      )
    ).filter(({ name }) => kind.test(name) && ADDRESS_REGEXP.test(name)),
  );
}

/** Tells of reads of variables as of a fact beside another one. */
export function unsetInWords(reads: readonly Read[]): string {
  const [first] = reads;
  if (!first) return "";
  // Others are read on other lines.
  const names = reads.filter(({ file, line }) =>
    file === first.file && line === first.line
  ).slice(0, 4).map(({ name }) => name);
  return `; ${names.length > 1 ? "the variables" : "the variable"} ${
    quoted(names)
  }, which line ${first.line} of ${first.file} reads, ${
    names.length > 1 ? "are" : "is"
  } not set for the application${
    first.hasDefault && names.length === 1 ? ", so that its default counts" : ""
  }`;
}

/** A whole statement, from the line that it is met at. */
export function statementAt(
  { file, line }: { file: string; line: number },
  scene: Scene,
): string {
  const lines = linesOf(file, scene);
  const taken: string[] = [];
  let open = 0;
  for (const each of lines.slice(line - 1, line - 1 + MOST_LINES)) {
    const code = each.slice(0, LONGEST_LINE).replace(/(^|\s)#.*$/, "");
    taken.push(code);
    open += count(code, /[([{]/g) - count(code, /[)\]}]/g);
    if (open <= 0 && !code.endsWith("\\")) break;
  }
  return taken.join("\n");
}

function count(text: string, expression: RegExp): number {
  return text.match(expression)?.length ?? 0;
}

function readsAt(
  spot: Spot,
  scene: Scene,
  isLoose: boolean,
  seen: Set<string>,
): Read[] {
  const at = `${spot.file}:${spot.line}`;
  if (spot.depth > DEEPEST || seen.has(at)) return [];
  seen.add(at);
  const statement = statementAt(spot, scene);
  return readsIn(
    isLoose ? statement : valueOf(statement),
    spot,
    scene,
    isLoose,
    seen,
  );
}

function readsIn(
  statement: string,
  spot: Spot,
  scene: Scene,
  isLoose: boolean,
  seen: Set<string>,
): Read[] {
  return [
    ...directReads(statement, spot, scene),
    ...terms(statement).flatMap((term) =>
      follow(term, spot, scene, isLoose, seen)
    ),
  ];
}

/** The variables, not set, that go into a line of a file, as into an `if`. */
export function unsetInLine(
  statement: string,
  { file, line }: { file: string; line: number },
  scene: Scene,
): Read[] {
  const spot = { file, line, depth: 0 };
  return unique(readsIn(statement, spot, scene, false, new Set()));
}

/** The reads that a statement itself makes. */
function directReads(
  statement: string,
  spot: Omit<Spot, "depth">,
  scene: Scene,
): Read[] {
  const direct = [...statement.matchAll(READ_REGEXP)]
    .filter(([whole, name]) =>
      !(whole.startsWith("environ") && OF_REQUEST.test(name!)) &&
      isUnset(name!, scene)
    )
    .map(([, name, rest = ""]): Read => ({
      name: name!,
      file: spot.file,
      line: spot.line,
      hasDefault: !NOTHING_REGEXP.test(rest),
    }));
  // It reads a variable that it does not name.
  const [, rest] = /\bdj_database_url\.config\(\s*([^)]*)/.exec(statement) ??
    [];
  if (rest !== undefined && isUnset("DATABASE_URL", scene)) {
    const { file, line } = spot;
    const hasDefault = /\bdefault\s*=/.test(rest);
    direct.push({ name: "DATABASE_URL", file, line, hasDefault });
  }
  return direct;
}

/** What is asked for an attribute, as far as it is no call of a function. */
function receiversOf(attribute: string, statement: string): string {
  return [...statement.matchAll(new RegExp(`\\.${attribute}\\b`, "g"))]
    .map(({ index }) => {
      const before = statement.slice(0, index);
      // A call of what reads a variable, or a name, an attribute or a key.
      return /(?:os\.)?(?:environ\.get|getenv|\benv|\bconfig)\([^()]*\)$/
        .exec(before)?.[0] ??
        /[A-Za-z_][\w.]*(?:\[["']\w+["']\]|\.get\(["']\w+["']\))?$/
          .exec(before)?.[0] ??
        "";
    }).join(" ");
}

interface Term {
  root: string;
  /** What is asked of it, by the last of its names, or by a key. */
  part?: string;
  /** All that comes before the part. */
  owner: string;
  isCalled: boolean;
}

/** The names in a statement that hold values. */
function terms(statement: string): Term[] {
  const code = statement.replace(
    /(\b[rRbBuU]?[fF][rR]?)?("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g,
    (whole, prefix, _, at) =>
      prefix
        ? [...whole.matchAll(/\{([^{}]*)\}/g)].map(([, each]) => each).join(" ")
        // A key is a part of a term.
        : /(?:\.get\(|\[)\s*$/.test(statement.slice(0, at))
        ? whole
        : '""',
  );
  return [...code.matchAll(TERM_REGEXP)].flatMap(
    ([, root = "", path = "", key, end = ""]) => {
      // A name of an argument, or what is given a value, holds none yet.
      if (end.trim() === "=") return [];
      const names = path.split(".").filter((each) => each !== "");
      const part = key ?? names.at(-1);
      const owner = [root, ...key ? names : names.slice(0, -1)].join(".");
      return [{ root, part, owner, isCalled: end.trim() === "(" }];
    },
  );
}

function follow(
  { root, part, owner, isCalled }: Term,
  { file, depth }: Spot,
  scene: Scene,
  isLoose: boolean,
  seen: Set<string>,
): Read[] {
  const below = { file, depth: depth + 1 };
  if (part === undefined) {
    return isCalled ? [] : readsOf(root, below, scene, isLoose, seen);
  }
  if (isCalled && !isLoose) return [];
  const text = textOf(file, scene);
  const isOwn = root === "self" ||
    new RegExp(`^class\\s+${root}\\b|^\\s*${root}\\.`, "m").test(text);
  return [
    ...SETTINGS_REGEXP.test(owner) || /^[A-Z]\w*$/.test(part) && !isCalled
      ? unsetBehindKey(part, below, scene, seen)
      : [],
    ...isOwn && !isCalled ? readsOf(part, below, scene, isLoose, seen) : [],
    ...importedFrom(root, file, scene).flatMap((other) =>
      readsOf(part, { ...below, file: other }, scene, isLoose, seen)
    ),
    ...isLoose ? readsOf(root, below, scene, isLoose, seen) : [],
  ];
}

function unsetBehindKey(
  key: string,
  below: Omit<Spot, "line">,
  scene: Scene,
  seen: Set<string>,
): Read[] {
  return [...new Set([below.file, ...settingsFiles(scene)])]
    .flatMap((file) => readsOf(key, { ...below, file }, scene, false, seen));
}

/** The lines of a file that give a name its value, or take it from another. */
function readsOf(
  name: string,
  { file, depth }: Omit<Spot, "line">,
  scene: Scene,
  isLoose: boolean,
  seen: Set<string>,
): Read[] {
  const given = new RegExp(
    `^\\s*(?:(?:self|\\w*app\\w*)\\.|\\w+(?:\\.\\w+)*\\[["'])?${name}(?:["']\\])?${
      isLoose ? "(?:\\.\\w+)?" : ""
    }\\s*(?::[^=]+)?=(?!=)|^\\s*["']${name}["']\\s*:|[(,]\\s*${name}\\s*=(?!=)\\s*(?:os\\.)?(?:environ|getenv|config\\(|env\\()`,
  );
  const lines = linesOf(file, scene);
  return [
    ...lines.flatMap((each, at) =>
      given.test(each)
        ? readsAt({ file, line: at + 1, depth }, scene, isLoose, seen)
        : []
    ),
    ...importedFrom(name, file, scene, true).flatMap((other) =>
      depth < DEEPEST
        ? readsOf(name, { file: other, depth: depth + 1 }, scene, isLoose, seen)
        : []
    ),
  ];
}

/** The site's own modules that an import line takes a name from. */
function importedFrom(
  name: string,
  file: string,
  scene: Scene,
  isValue = false,
): string[] {
  const text = textOf(file, scene);
  const modules = [
    ...text.matchAll(
      /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^()]*\)|[^\n]*)/gm,
    ),
  ].flatMap(([, module = "", names = ""]) =>
    new RegExp(`\\b${name}\\b|\\*`).test(names)
      ? isValue ? [module] : [module, `${module}.${name}`.replace("..", ".")]
      : []
  );
  const plain = isValue
    ? []
    : new RegExp(`^[ \\t]*import[ \\t]+(?:.*,[ \\t]*)?${name}\\b`, "m").test(
        text,
      )
    ? [name]
    : [];
  return [...new Set([...modules, ...plain])].flatMap((module) => {
    const way = module.replace(/^\.+/, "").replaceAll(".", "/");
    const up = /^\.*/.exec(module)![0].length;
    const bases = up > 0
      ? [join(dirname(file), ...Array(up - 1).fill(".."))]
      : [...scene.folders, dirname(file)];
    return bases.flatMap((base) => [
      `${join(base, way)}.py`,
      join(base, way, "__init__.py"),
    ]).filter((each) => exists(each, scene)).slice(0, 1);
  }).filter((each) => each !== file && !isLibraryFile(each));
}

/** What a caller gives for the parameter that a statement uses. */
function argumentGiven(
  statement: string,
  { file, line }: { file: string; line: number },
  caller: { file: string; line: number },
  scene: Scene,
): string | undefined {
  const lines = linesOf(file, scene);
  const head = lines.slice(0, line).findLastIndex((each) =>
    /^\s*(?:async\s+)?def\s/.test(each)
  );
  if (head < 0) return undefined;
  const [, called = "", inside = ""] = /def\s+(\w+)\s*\(([\s\S]*)\)/
    .exec(statementAt({ file, line: head + 1 }, scene)) ?? [];
  const parameters = inside.split(",")
    .map((each) => /^[\s*]*(\w+)/.exec(each)?.[1] ?? "")
    .filter((each) => each !== "self" && each !== "cls");
  const used = terms(statement).map(({ root }) => root)
    .filter((root) => parameters.includes(root));
  if (used.length === 0) return undefined;
  const [, rest = ""] = new RegExp(`\\b${called}\\(([\\s\\S]*)`)
    .exec(statementAt(caller, scene)) ?? [];
  const given = argumentsIn(rest);
  const inOrder = given.filter((each) => !/^\s*\w+\s*=(?!=)/.test(each));
  return [...new Set(used)].flatMap((name) => {
    const named = new RegExp(`^\\s*${name}\\s*=(?!=)`);
    return given.find((each) => named.test(each))?.replace(named, "") ??
      inOrder[parameters.indexOf(name)] ?? [];
  }).join(" , ");
}

/** The arguments of a call, from what follows its opening bracket. */
function argumentsIn(text: string): string[] {
  const found = [""];
  let open = 0;
  for (const sign of text) {
    if (/[([{]/.test(sign)) open++;
    if (/[)\]}]/.test(sign) && open-- === 0) break;
    if (sign === "," && open === 0) found.push("");
    else found[found.length - 1] += sign;
  }
  return found;
}

/** Calls that hand on what they are given, as far as it is None or empty. */
const PASSING_REGEXP =
  /(?:^|\.)(?:int|float|str|Path|join|dict|list|strip|rstrip|lower|upper|split|replace|update|from_mapping|setdefault)?$/;
const READING_REGEXP = /(?:environ\.get|getenv|\benv(?:\.\w+)?|\bconfig)$/;

/**
 * What a line that gives a value makes it of: what goes into other calls comes
 * out of them as something else.
 */
function valueOf(statement: string): string {
  let value = statement;
  for (let round = 0; round < MOST_LINES; round++) {
    const next = value.replace(
      /([\w.]*)\(([^()]*)\)/,
      (_, name: string, inside: string) =>
        READING_REGEXP.test(name)
          ? `${name}\u27E6${inside}\u27E7`
          : PASSING_REGEXP.test(name)
          ? ` ${inside} `
          : " ",
    );
    if (next === value) break;
    value = next;
  }
  return value.replaceAll("\u27E6", "(").replaceAll("\u27E7", ")");
}

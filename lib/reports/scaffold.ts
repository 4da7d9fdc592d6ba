/**
 * What `install` would write: every folder and file of a new site with its
 * mode and content.
 *
 * Pure; `commands/install.ts` writes it. Runs on Node and Deno.
 *
 * @module
 */

import { HOST_FILES } from "../site/layout.ts";
import { markText } from "../site/marker.ts";
import { fillRecorded, type Recorded } from "../site/recorded.ts";
import { SECTIONS, type Setting, SETTINGS } from "../site/settings_table.ts";
import { wrapText } from "../text/wrap.ts";

/** A file on a site that is ours: `upgrade` renews it. */
export interface OwnedFile {
  /** Path in the app root. */
  path: string;
  /** Where its text lies in our source, relative to `lib/`. */
  source: string;
  /** What begins a comment in it. */
  comment: "//" | "#";
  mode: number;
  /** What it is for, in a few words. */
  meaning: string;
  /** It holds how we are run on the web server (`recorded.ts`). */
  isRecorded?: boolean;
}

/** The files that `install` writes and `upgrade` renews. */
export const OWNED_FILES: readonly OwnedFile[] = [
  {
    path: "app.js",
    source: "shim/app.js",
    comment: "//",
    mode: 0o644,
    meaning: "startup file for app type node",
  },
  {
    path: "passenger_wsgi.py",
    source: "shim/passenger_wsgi.py",
    comment: "#",
    mode: 0o644,
    meaning: "startup file for app type wsgi",
    isRecorded: true,
  },
  {
    path: "shim/runtime.cjs",
    source: "../build/runtime.cjs",
    comment: "//",
    mode: 0o644,
    meaning: "judges the site, and makes its pages",
  },
  {
    path: "shim/last_words.py",
    source: "shim/last_words.py",
    comment: "#",
    mode: 0o644,
    meaning: "what is said where nothing else runs",
  },
  ...HOST_FILES.map((name): OwnedFile => ({
    path: `shim/host/${name}`,
    source: `shim/host/${name}`,
    comment: "#",
    mode: 0o644,
    meaning: "runs your application in Python",
  })),
  {
    path: "shim/python",
    source: "shim/python",
    comment: "#",
    mode: 0o755,
    meaning: "stands in for Python, under app type wsgi",
    isRecorded: true,
  },
];

/** What our files on a site are filled with. */
export interface OwnedFileFacts {
  /** Version that is written into them. */
  version: string;
  recorded: Recorded;
}

/** The text of a file of ours, as it is to be on a site. */
export function ownedText(
  file: OwnedFile,
  source: string,
  { version, recorded }: OwnedFileFacts,
): string {
  const text = file.isRecorded ? fillRecorded(source, recorded) : source;
  return markText(text, version, file.comment);
}

/** What is filled into a new `config.toml`. */
export interface ConfigValues {
  /** Absolute path. */
  appRoot: string;
  /** Absolute path of the interpreter. */
  python: string;
  user: string;
  group: string;
  appType: "node" | "wsgi";
  nodejs?: string;
  /** `module` of `[wsgi]`. */
  module?: string;
  /** `chdir` of `[wsgi]`, an absolute path. */
  chdir?: string;
  /** `app` of `[wsgi]`. */
  app?: string;
}

/** What a new site is made from. */
export interface ScaffoldOptions {
  settings: ConfigValues;
  /** Texts of our files by their path in the app root. */
  owned: ReadonlyMap<string, string>;
  /** Version that is written into them. */
  version: string;
  /** How we are run. @default by Node, with the runtime on the site */
  recorded?: Recorded;
  /** The site is closed at first. @default {false} */
  maintenance?: boolean;
  /** The group holds nobody but those who may see the settings. */
  isGroupSafe: boolean;
}

/** A file of the host, which people know as one thing: its folder. */
export function isInHost(path: string): boolean {
  return path.startsWith("shim/host/");
}

/** One folder or file of a new site. */
export interface ScaffoldEntry {
  /** Path in the app root; empty for the app root itself. */
  path: string;
  mode: number;
  /** Absent for a folder. */
  content?: string;
  /** What it is for, in a few words. */
  meaning: string;
}

/** Lists what a new site is made of; folders come before what is in them. */
export function makeScaffold(options: ScaffoldOptions): ScaffoldEntry[] {
  const { settings, owned, version, maintenance, isGroupSafe } = options;
  const recorded = options.recorded ??
    { command: [], node: settings.nodejs ?? "", python: settings.python };
  const ours = OWNED_FILES.filter((file) => owned.has(file.path))
    .map((file) => ({
      ...file,
      content: ownedText(file, owned.get(file.path)!, { version, recorded }),
    }));
  const inShim = ours.filter((file) => file.path.startsWith("shim/"));
  const atTop = ours.filter((file) => !inShim.includes(file));
  const entries: ScaffoldEntry[] = [
    { path: "", mode: 0o755, meaning: "the app root" },
    {
      path: "config.toml",
      mode: 0o640,
      content: renderConfig(settings),
      meaning: "your settings",
    },
    ...atTop,
    { path: "shim", mode: 0o755, meaning: "files of wsgi-shim" },
    ...inShim.filter(({ path }) => !isInHost(path)),
    {
      path: "shim/host",
      mode: 0o755,
      meaning: "runs your application in Python",
    },
    ...inShim.filter(({ path }) => isInHost(path)),
    {
      path: "public",
      mode: 0o755,
      meaning: "static files: what is in here is served as it is",
    },
    {
      path: "log",
      mode: 0o750,
      meaning: "wsgi-shim.log, from the first start",
    },
    { path: "tmp", mode: 0o755, meaning: "signals to Passenger" },
    {
      path: "tmp/restart.txt",
      mode: 0o644,
      content: "",
      meaning: "its date changes: the site restarts",
    },
    ...maintenance
      ? [{
        path: "tmp/maint.txt",
        mode: 0o644,
        content: "",
        meaning: "it is there: the site is closed",
      }]
      : [],
  ];
  return entries.map(({ path, mode, content, meaning }) => ({
    path,
    mode: isGroupSafe ? mode : withoutGroup(mode),
    content,
    meaning,
  }));
}

/** Renders a `config.toml` that explains itself. */
export function renderConfig(settings: ConfigValues): string {
  const values: Record<string, string | undefined> = {
    "passenger.user": settings.user,
    "passenger.group": settings.group,
    "passenger.passenger_app_root": settings.appRoot,
    "passenger.passenger_python": settings.python,
    "passenger.passenger_app_type": settings.appType,
    "passenger.passenger_nodejs": settings.nodejs,
    "wsgi.module": settings.module,
    "wsgi.app": settings.app,
    "wsgi.chdir": settings.chdir,
  };
  const sections = SECTIONS.map(({ name, meaning, free }) => {
    const own = SETTINGS.filter((setting) => setting.section === name);
    const lines = own.map((setting) =>
      renderSetting(setting, values[`${name}.${setting.key}`])
    );
    // The section by its mere presence asks for an application.
    const isAbsent = name === "wsgi" &&
      own.every((setting) => values[`${name}.${setting.key}`] === undefined);
    return [
      comment(meaning),
      isAbsent ? `#[${name}]` : `[${name}]`,
      ...free ? [`#${free.example}`] : [],
      ...lines,
    ].join("\n");
  });
  return [
    comment(
      "Settings of this site, in TOML. Lines that begin with # are comments; " +
        "remove the # to make a setting count. After a change: " +
        "wsgi-shim check, then wsgi-shim restart.",
    ),
    ...sections,
  ].join("\n\n") + "\n";
}

/** Writes a text as a TOML string. */
export function tomlString(text: string): string {
  // JSON's escapes are TOML's, but JSON leaves DEL as it is.
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

function renderSetting(setting: Setting, value: string | undefined): string {
  const line = value === undefined
    ? `#${setting.key} = ${setting.example}`
    : `${setting.key} = ${tomlString(value)}`;
  return `${comment(sentence(setting.meaning))}\n${line}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function comment(text: string): string {
  return wrapText(text, { first: "# ", rest: "# " });
}

/** Takes from the group what others do not have either. */
function withoutGroup(mode: number): number {
  return mode & ~0o070 | ((mode & 0o007) << 3);
}

/**
 * The login files of a site's user: which a shell reads, and what stands in
 * them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, join } from "node:path";
import { refused } from "../machine/host.ts";
import type { Site } from "./site.ts";

const FILE_BYTES_LIMIT = 256 * 1024;
const MOST_FILES = 20;
/** The files that each shell reads when it logs in, in their order. */
const LOGIN_FILES: Record<string, string[]> = {
  bash: [".bash_profile", ".bash_login", ".profile", ".bashrc"],
  zsh: [".zshenv", ".zprofile", ".zlogin"],
  ksh: [".profile"],
  sh: [".profile"],
};
/** Another file of the home folder that is read in its place. */
const SOURCED_REGEXP =
  /(?:^|[;&|{]|\bthen\b)\s*(?:\.|source)\s+["']?(?:~|\$HOME|\$\{HOME\})\/([\w./-]+)/;

/** Finds the first line of the login files that could have done something. */
export type FindLine = (
  pattern: RegExp,
) => { file: string; line: number } | undefined;

/** Where the login files of the site's user lie, and what stands in them. */
export interface LoginFiles {
  /** The first of them that is there. */
  first?: string;
  findLine: FindLine;
  home: string;
}

const read = new WeakMap<Site, Map<string, string[]>>();

/** The login files of the site's user; those that they read, too. */
export function loginFilesOf(site: Site): LoginFiles {
  let lines = read.get(site);
  if (!lines) {
    lines = readLines(site);
    read.set(site, lines);
  }
  const files = [...lines];
  return {
    first: files[0]?.[0],
    findLine: (pattern) => {
      for (const [file, text] of files) {
        const index = text.findIndex((line) =>
          !/^\s*#/.test(line) && pattern.test(line)
        );
        if (index >= 0) return { file, line: index + 1 };
      }
      return undefined;
    },
    home: site.user?.home ?? site.layout.config,
  };
}

function readLines({ host, user }: Site): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (!user) return found;
  const pending = (LOGIN_FILES[basename(user.shell)] ?? [])
    .map((name) => join(user.home, name));
  for (const file of pending) {
    if (found.has(file) || found.size >= MOST_FILES) continue;
    const bytes = host.readBytes(file, FILE_BYTES_LIMIT);
    if (refused(bytes)) continue;
    const lines = new TextDecoder().decode(bytes).split("\n");
    found.set(file, lines);
    for (const line of lines) {
      const sourced = SOURCED_REGEXP.exec(line)?.[1];
      if (sourced && !/^\s*#/.test(line)) {
        pending.push(join(user.home, sourced));
      }
    }
  }
  return found;
}

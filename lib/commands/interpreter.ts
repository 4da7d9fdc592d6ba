/**
 * Which Python a new site gets: the one that was named, the active virtual
 * environment, or one beside the app root.
 *
 * @module
 */

import { delimiter, dirname, join } from "node:path";
import { refused } from "../machine/host.ts";
import { printable } from "../text/shell.ts";
import type { Io } from "./terminal.ts";
import { absolutePath, givenPath } from "./app_root.ts";
import { CommandError } from "./command.ts";

/** The interpreter of a new site. */
export interface Interpreter {
  /** Absolute path; links stay, because they are what makes a venv. */
  path: string;
  /** Why this one, in a few words. */
  origin: string;
  /** The virtual environment that must still be created. */
  missingVenv?: string;
}

/** Chooses the interpreter of a new site. */
export function chooseInterpreter(
  appRoot: string,
  io: Io,
  options: { python?: string } = {},
): Interpreter {
  const { python } = options;
  if (python !== undefined) return named(python, io);
  const active = io.host.env.VIRTUAL_ENV;
  if (active) {
    const path = join(absolutePath(active, io), "bin", "python");
    if (isThere(path, io)) {
      return { path, origin: "the active virtual environment" };
    }
  }
  const site = dirname(appRoot);
  for (const name of ["venv", ".venv"]) {
    const path = join(site, name, "bin", "python");
    if (isThere(path, io)) {
      return { path, origin: "found beside the app root" };
    }
  }
  return {
    path: join(site, "venv", "bin", "python"),
    origin: "not created yet",
    missingVenv: join(site, "venv"),
  };
}

function named(python: string, io: Io): Interpreter {
  const origin = "as given";
  if (!python.includes("/")) {
    const folders = (io.host.env.PATH ?? "").split(delimiter).filter(Boolean);
    const path = folders.map((folder) => join(absolutePath(folder, io), python))
      .find((path) => isFile(path, io));
    if (path) return { path, origin: "found on the PATH" };
  }
  const path = givenPath(python, io);
  const inside = join(path, "bin", "python");
  // The folder of a virtual environment is as clear as its interpreter.
  if (isThere(inside, io)) return { path: inside, origin };
  if (isFile(path, io)) {
    refuseUnlessRunnable(path, "--python", io);
    return { path, origin };
  }
  if (isThere(path, io)) {
    throw new CommandError(
      `${printable(path)} is a folder without bin/python; --python needs ` +
        "the path of an interpreter",
    );
  }
  const isVenv = /\/bin\/python[\d.]*$/.test(path);
  return {
    path,
    origin: "as given; not there yet",
    missingVenv: isVenv ? dirname(dirname(path)) : undefined,
  };
}

/** Notes a Node that is not there; it need not be on this machine. */
export function judgeNode(path: string | undefined, io: Io): string[] {
  if (path === undefined) return [];
  const status = io.host.stat(path);
  if (refused(status)) {
    return status.errno === "ENOENT"
      ? [`there is no ${printable(path)} on this machine`]
      : [];
  }
  if (status.kind === "folder") {
    throw new CommandError(
      `${printable(path)} is a folder; --node needs the path of a program`,
    );
  }
  refuseUnlessRunnable(path, "--node", io);
  return [];
}

function refuseUnlessRunnable(path: string, option: string, io: Io): void {
  const status = io.host.stat(path);
  if (refused(status) || (status.mode & 0o111) !== 0) return;
  throw new CommandError(
    `${printable(path)} may not be run by anyone; ${option} needs the path ` +
      "of a program",
  );
}

function isThere(path: string, io: Io): boolean {
  return !refused(io.host.stat(path));
}

function isFile(path: string, io: Io): boolean {
  const status = io.host.stat(path);
  return !refused(status) && status.kind === "file";
}

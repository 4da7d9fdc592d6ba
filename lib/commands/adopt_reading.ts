/**
 * What is known of a site before it is adopted: by its startup file and the
 * records of panels, without running any of it.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import { readStartupFile, STARTUP_PROGRAM } from "../python/startup_file.ts";
import { type NamedPython, type Panel, readPanel } from "../site/panel.ts";
import { readNativeSite, readSite, type Site } from "../site/site.ts";
import { printable } from "../text/shell.ts";
import { refuseOtherServer, refuseUnfit } from "./adopt_refusals.ts";
import { givenPath } from "./app_root.ts";
import { CommandError } from "./command.ts";
import type { Io } from "./terminal.ts";

/** A native site, and what its panel says. */
export interface Found {
  site: Site;
  panel: Panel;
}

/** Reads a site, and refuses one that cannot be adopted. */
export async function readForAdoption(
  appRoot: string,
  { python, noImport }: { python?: string; noImport: boolean },
  io: Io,
): Promise<Found> {
  const read = readSite(appRoot, io.host);
  refuseUnfit(appRoot, read);
  const { layout, host } = read;
  const native = read.native!;
  const program = await io.embedded(STARTUP_PROGRAM);
  const startup = readStartupFile(native, read, program);
  if (noImport && startup.defines === false) {
    throw new CommandError(
      `${printable(native.startupFile)} defines no \`application\``,
    );
  }
  const panel = readPanel(layout, host);
  const { interpreter: started } = startup;
  const pythons = distinct(
    [...started ? [started] : [], ...panel.pythons],
    host,
  );
  const path = python === undefined ? undefined : givenPath(python, io);
  refuseOtherServer({ ...panel, pythons: path ? [] : pythons });
  const interpreter = path === undefined
    ? pythons[0] ?? native.interpreter
    : { path, source: { file: "--python" } };
  if (interpreter.source === undefined) {
    io.narrate(
      `note: nothing here says which Python the web server runs; ` +
        `${printable(interpreter.path)} lies at hand (another: --python PATH)`,
    );
  }
  return {
    site: readNativeSite({ ...native, interpreter }, layout, host),
    panel,
  };
}

/** Interpreters of one environment are one; the first name of it counts. */
function distinct(pythons: readonly NamedPython[], host: Host): NamedPython[] {
  const keys = pythons.map(({ path }) => environmentOf(path, host));
  return pythons.filter((_, index) => keys.indexOf(keys[index]!) === index);
}

/** The virtual environment of an interpreter, or the file behind its links. */
function environmentOf(path: string, host: Host): string {
  const prefix = dirname(dirname(path));
  const isVenv = !refused(host.stat(join(prefix, "pyvenv.cfg")));
  const real = host.realPath(isVenv ? prefix : path);
  return refused(real) ? path : real;
}

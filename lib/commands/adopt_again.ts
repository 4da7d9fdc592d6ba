/**
 * A site that was adopted, and whose startup file something has replaced
 * since: it is taken over as it runs now. No file is lost.
 *
 * @module
 */

import { join } from "node:path";
import { refused } from "../machine/host.ts";
import { OWNED_FILES, ownedText } from "../reports/scaffold.ts";
import {
  type Adoption,
  checksum,
  checksumOf,
  readAdoption,
} from "../site/adoption.ts";
import { layoutOf } from "../site/layout.ts";
import { readPanel } from "../site/panel.ts";
import { readNativeSite, readSite } from "../site/site.ts";
import { VERSION } from "../site/version.ts";
import { printable } from "../text/shell.ts";
import type { Found } from "./adopt_reading.ts";
import { keepOriginal } from "./adoption_steps.ts";
import { CommandError } from "./command.ts";
import { change, replaceFile } from "./site_files.ts";
import { freeName, startupStateOf, takeBack } from "./take_back.ts";
import type { Io } from "./terminal.ts";

/** How a site is taken over again. */
export interface Again extends Found {
  /** What will be done, in words. */
  text: string;
  write(): Promise<Adoption>;
}

/**
 * Plans it.
 *
 * @returns Undefined where the site is to be adopted as any other
 */
export async function planAgain(
  appRoot: string,
  { dryRun }: { dryRun: boolean },
  io: Io,
): Promise<Again | undefined> {
  const layout = layoutOf(appRoot);
  const record = readAdoption(layout, io.host);
  if (!record) return undefined;
  const state = startupStateOf(layout, record, io);
  const { passengerWsgi: startup, original } = layout;
  if (state === "ours") {
    throw new CommandError(
      `${
        printable(startup)
      } is the one that adopt wrote; nothing is to be done`,
    );
  }
  if (state === "missing") {
    throw new CommandError(`${printable(startup)} is missing`);
  }
  const { config } = readSite(appRoot, io.host);
  const python = config?.passenger.python;
  if (python === undefined || config?.wsgi?.module !== original) {
    if (state === "other" || dryRun) {
      throw new CommandError(
        `${printable(layout.config)} does not say any more what adopt wrote`,
      );
    }
    // It was cut short: begin anew.
    await takeBack(layout, record, io, { isBegun: true });
    return undefined;
  }
  const site = readNativeSite(
    {
      startupFile: startup,
      interpreter: { path: python, source: { file: layout.config } },
    },
    layout,
    io.host,
  );
  const former = state === "other" && !refused(io.host.lstat(original))
    ? freeName(join(appRoot, "passenger_wsgi.before.py"), io)
    : undefined;
  return {
    site,
    panel: readPanel(layout, io.host),
    text: [
      `  ${printable(startup)} will be kept as ${printable(original)}`,
      ...former ? [`  and the one of before as ${printable(former)}`] : [],
    ].join("\n"),
    async write() {
      const status = io.host.stat(startup);
      if (refused(status)) throw new CommandError(`${startup} is gone`);
      const file = OWNED_FILES.find(({ path }) =>
        path === "passenger_wsgi.py"
      )!;
      const recorded = { command: io.ownCommand, node: "", python };
      const facts = { version: VERSION, recorded };
      const text = ownedText(file, await io.embedded(file), facts);
      const renewed: Adoption = {
        ...record,
        original: {
          sha256: checksumOf(startup, io.host) ?? "",
          mode: status.mode,
          modified: status.modified,
        },
        written: { ...record.written, [file.path]: checksum(text) },
      };
      await change(original, async () => {
        if (former !== undefined) await Deno.rename(original, former);
        if (refused(io.host.lstat(original))) {
          await keepOriginal(startup, original);
        }
      });
      const told = `${JSON.stringify(renewed, null, 2)}\n`;
      await replaceFile(layout.adoption, told, 0o600);
      await replaceFile(startup, text, file.mode);
      return renewed;
    },
  };
}

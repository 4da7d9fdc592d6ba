/**
 * Reports what Passenger and Node find beside the application: files in
 * `tmp/`, `package.json`, the Node that is configured.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type Finding, finding, isOf, soften } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { readRecordedCommand } from "../site/recorded.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { readStart } from "../site/log_text.ts";
import { VERSION } from "../site/version.ts";
import { loginFilesOf } from "../site/login_files.ts";
import { tryLoginShell } from "./login_shell.ts";
import { checkHtaccess } from "./htaccess.ts";
import type { CheckOptions } from "./check.ts";
import { checkFailures } from "./failures.ts";
import { checkRestart, lastStart } from "./restart.ts";
import { checkTmpFiles } from "./tmp_files.ts";

const OLDEST_NODE = 18;
const STARTUP_BYTES_LIMIT = 100_000;
const RUN_TIMEOUT_MS = 5_000;
const JSON_BYTES_LIMIT = 1_000_000;

export function checkPassenger(site: Site, options: CheckOptions): Finding[] {
  // A start that happened was not stopped by what stops Node and Apache.
  const heed = (found: Finding[]) =>
    options.at === "shell"
      ? found
      : found.map((one) => soften(one, "the site was started all the same"));
  return [
    ...checkNode(site, options),
    ...(options.at === "shell" && !site.native ? checkCommand(site) : []),
    ...heed(checkPackageJson(site)),
    ...site.native ? [] : checkPassengerfile(site),
    ...checkTmpFiles(site),
    ...(options.at === "shell" && !site.native
      ? [...checkLife(site), ...checkDoor(site)]
      : []),
    ...heed(checkHtaccess(site)),
  ];
}

/** What has failed may be mended by what waits for a restart. */
function checkLife(site: Site): Finding[] {
  const waiting = checkRestart(site);
  return waiting.some((one) => isOf(one, "restart-needed"))
    ? waiting
    : [...waiting, ...checkFailures(site)];
}

function checkNode(site: Site, { at }: CheckOptions): Finding[] {
  const { config, host, placeOf } = site;
  if (!config || config.passenger.appType !== "node") return [];
  const place = placeOf("passenger.passenger_nodejs");
  const { nodejs } = config.passenger;
  if (at === "startup") {
    return host.env.IN_PASSENGER === undefined
      ? []
      : checkNodeVersion("The web server's Node", host.nodeVersion, site);
  }
  if (nodejs === undefined) return site.native ? [] : checkNodeOnPath(site);
  const status = host.stat(nodejs);
  if (refused(status) || status.kind !== "file" || !(status.mode & 0o111)) {
    return [finding("node-missing", {
      message: `Cannot run Node "${nodejs}": ${
        refused(status)
          ? "the file does not exist on this machine"
          : status.kind !== "file"
          ? "it is not a file"
          : "it is not executable"
      }`,
      place,
      fix: {
        text:
          "Correct passenger_nodejs, or remove it to use the web server's own Node",
      },
    })];
  }
  if (host.startsNothing) return [];
  const run = host.run(nodejs, ["--version"], {
    timeout: RUN_TIMEOUT_MS,
  });
  const version = /^v(\d+\.\d+\.\d+)/.exec(run.stdout)?.[1];
  return version ? checkNodeVersion(`"${nodejs}"`, version, site) : [];
}

/**
 * Without a path of its own, Passenger takes the Node that is found first by
 * PATH, as the login files leave it. One that the system has is told elsewhere.
 */
function checkNodeOnPath(site: Site): Finding[] {
  const { host } = site;
  const { PATH: path = "" } = tryLoginShell(site).environment ?? {};
  const node = path.split(":").filter((folder) => folder.startsWith("/"))
    .map((folder) => join(folder, "node"))
    .find((file) => {
      const status = host.stat(file);
      return !refused(status) && status.kind === "file" &&
        (status.mode & 0o111) !== 0;
    });
  if (!node || /^\/usr\/(?:local\/)?bin\//.test(node)) return [];
  const run = host.run(node, ["--version"], { timeout: RUN_TIMEOUT_MS });
  const version = /^v(\d+)\.\d+\.\d+/.exec(run.stdout);
  if (version && Number(version[1]) >= OLDEST_NODE) return [];
  const { findLine, home } = loginFilesOf(site);
  return [finding(version ? "node-too-old" : "node-missing", {
    message:
      `PATH, as set by the login files, finds Node first at "${node}", which ${
        version
          ? `is Node ${
            version[0].slice(1)
          }; wsgi-shim needs Node ${OLDEST_NODE} or later`
          : `does not tell its version as Node does${
            run.stderr.trim() ? `: ${run.stderr.trim().split("\n")[0]}` : ""
          }`
      }`,
    place: findLine(/\bPATH=/) ?? { file: home },
    fix: {
      text: `Let PATH name ${
        dirname(node)
      } last for the web server, or not at all; or name another Node in passenger_nodejs and tell the administrators`,
    },
  })];
}

function checkNodeVersion(
  which: string,
  version: string,
  { placeOf }: Site,
): Finding[] {
  if (Number(version.split(".")[0]) >= OLDEST_NODE) return [];
  return [finding("node-too-old", {
    message:
      `${which} is Node ${version}; wsgi-shim needs Node ${OLDEST_NODE} or later`,
    place: placeOf("passenger.passenger_nodejs"),
    fix: {
      text:
        'Name a later Node in passenger_nodejs and tell the administrators, or use passenger_app_type = "wsgi"',
    },
  })];
}

/** What the startup file of the wsgi door runs to ask us. */
function checkCommand(site: Site): Finding[] {
  const { config, host, layout } = site;
  if (config?.passenger.appType !== "wsgi" || host.startsNothing) return [];
  const bytes = host.readBytes(layout.passengerWsgi, STARTUP_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const command = readRecordedCommand(new TextDecoder().decode(bytes)) ?? [];
  const [program, ...words] = command;
  const place = { file: layout.passengerWsgi };
  const fix = {
    command: shellCommand("wsgi-shim", "upgrade", layout.appRoot),
    safe: false,
  };
  if (program === undefined) {
    const node = host.run("node", ["--version"], { timeout: RUN_TIMEOUT_MS });
    if (node.status === 0) {
      return checkNodeVersion("node", node.stdout.trim().slice(1), site);
    }
    return [finding("startup-command-broken", {
      message:
        `"${layout.passengerWsgi}" runs Node to find out what to do, and there is no command \`node\` on this machine`,
      place,
      fix: {
        text:
          `Ask the administrators for Node ${OLDEST_NODE} or later; or put the wsgi-shim program on the web server, and let it run: ${fix.command}`,
      },
    })];
  }
  const run = host.run(program, [...words, "--version"], {
    timeout: RUN_TIMEOUT_MS,
  });
  const told = `The command that "${layout.passengerWsgi}" runs, "${
    command.join(" ")
  }",`;
  if (run.status !== 0) {
    const why = run.errno === "ENOENT"
      ? "does not exist"
      : run.errno === "EACCES"
      ? "may not be run"
      : `cannot be run: ${run.errno ?? run.signal ?? `status ${run.status}`}`;
    return [finding("startup-command-broken", {
      message: `${told} ${why}`,
      place,
      fix,
    })];
  }
  const version = /^wsgi-shim (\S+)/.exec(run.stdout)?.[1];
  if (version === undefined || version === VERSION) return [];
  return [finding("startup-command-broken", {
    message: `${told} is version ${version}, and this one is ${VERSION}`,
    place,
    fix,
  })];
}

function checkPackageJson({ config, host, layout }: Site): Finding[] {
  if (config?.passenger.appType === "wsgi") return [];
  const file = join(layout.appRoot, "package.json");
  const bytes = host.readBytes(file, JSON_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const text = new TextDecoder().decode(bytes);
  const remove = { command: shellCommand("rm", file), safe: false };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return [finding("package-json-invalid", {
      message: `"${file}" is not valid JSON, so Node does not load app.js`,
      place: { file, line: 1 },
      fix: remove,
    })];
  }
  if ((content as { type?: unknown } | null)?.type !== "module") return [];
  const line = text.split("\n").findIndex((one) => one.includes('"type"')) + 1;
  return [finding("package-json-module", {
    message:
      `"${file}" has "type": "module", so Node takes app.js for an ES module, which it is not`,
    place: { file, line: line || undefined },
    fix: { text: `Write "type": "commonjs" in ${file}, or remove the file` },
  })];
}

function checkPassengerfile({ host, layout }: Site): Finding[] {
  const file = join(layout.appRoot, "Passengerfile.json");
  const bytes = host.readBytes(file, JSON_BYTES_LIMIT);
  if (refused(bytes)) return [];
  if (!/"app_start_command"|kuria/.test(new TextDecoder().decode(bytes))) {
    return [];
  }
  return [finding("passengerfile", {
    message:
      `"${file}" names a command that Passenger may run in place of wsgi-shim`,
    place: { file },
    fix: { command: shellCommand("rm", file), safe: false },
  })];
}

/** The web server starts the site by another file than is judged here. */
function checkDoor(site: Site): Finding[] {
  const { config, layout, placeOf } = site;
  const last = lastStart(site);
  const start = last && readStart(last);
  if (!config || !start) return [];
  const { appType } = config.passenger;
  const seen = start.door === "node" ? "node" : "wsgi";
  if (start.door === "" || seen === appType) return [];
  const key = "passenger.passenger_app_type";
  const isStated = placeOf(key).line !== placeOf("passenger").line;
  const file = basename(seen === "node" ? layout.appJs : layout.passengerWsgi);
  return [finding("app-type-differs", {
    message: `${
      isStated
        ? `passenger_app_type is "${appType}"`
        : `config.toml does not say passenger_app_type, so that "${appType}" counts`
    }; the web server has last started the site by ${file}, of app type "${seen}"`,
    place: placeOf(key),
    fix: { text: `Write in [passenger]: passenger_app_type = "${seen}"` },
  })];
}

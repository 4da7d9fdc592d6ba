/**
 * A Python that ends before it comes to the application: because of a variable
 * of its environment, or because our own part of it is damaged.
 *
 * Never tells a value. Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { readMarker } from "../site/marker.ts";
import { shellCommand } from "../text/shell.ts";
import { cause, isInside, type Scene } from "./scene.ts";

/** What Python says of a variable, where it does not name it. */
const SIGNS: readonly { sign: RegExp; names: readonly string[] }[] = [
  {
    sign: /^LookupError: unknown (?:encoding|error handler)/m,
    names: ["PYTHONIOENCODING"],
  },
  {
    sign: /failed to get the Python codec|No module named 'encodings'/,
    names: ["PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR"],
  },
];

/** Explains a start that Python gave up, where the cause is known. */
export function explainFatal(scene: Scene): Finding | undefined {
  const { failure, site, host } = scene;
  const said = (failure.output ?? []).join("\n");
  const raisedIn = [...said.matchAll(/^ +File "([^"]+)", line \d+/gm)].at(-1)
    ?.[1];
  // Our loader is a text on the command line, and calls what the file has.
  if (raisedIn === site.layout.worker || raisedIn === "<string>") {
    return explainWorker(scene);
  }
  const own = site.config?.environment ?? {};
  const isSet = (name: string) => own[name] !== undefined || !!host.env[name];
  const path = own.PYTHONPATH ?? host.env.PYTHONPATH ?? "";
  const isShadowed = raisedIn !== undefined && path.split(":")
    .some((folder) => folder.startsWith("/") && isInside(raisedIn, folder));
  const isUnloadable = /error while loading shared libraries/.test(said);
  const isFatal = /^Fatal Python error: /m.test(said);
  if (!isFatal && !isShadowed && !isUnloadable) return undefined;
  const told = /^Fatal Python error: .*\b(PYTHON[A-Z0-9]+)\b/m.exec(said)?.[1];
  const name = [
    ...(told ? [told] : []),
    ...(isShadowed ? ["PYTHONPATH"] : []),
    ...(isUnloadable ? ["LD_LIBRARY_PATH", "LD_PRELOAD"] : []),
    ...SIGNS.flatMap(({ sign, names }) => sign.test(said) ? names : []),
  ].find(isSet);
  if (!name) return undefined;
  const isOwn = own[name] !== undefined;
  const where = isOwn
    ? "[environment] of config.toml"
    : host.env.IN_PASSENGER === undefined
    ? "the environment of this shell"
    : "the login files";
  return cause(isOwn ? "config-value" : "login-variable", {
    message: `Python cannot start with ${name} as it is set in ${where}${
      isShadowed ? `: "${raisedIn}" is imported from there, and fails` : ""
    }`,
    place: isOwn
      ? site.placeOf(`environment.${name}`)
      : { file: site.user?.home ?? site.layout.config },
    fix: {
      text: `Remove ${name} from ${where}, or correct its value`,
    },
  });
}

/** Whole, it is tested; edited or cut off, it is the cause. */
function explainWorker({ site: { layout }, host }: Scene): Finding | undefined {
  const bytes = host.readBytes(layout.worker, 1_000_000);
  if (refused(bytes)) return undefined;
  if (readMarker(new TextDecoder().decode(bytes))?.isIntact) return undefined;
  return cause("shim-changed", {
    message:
      `"${layout.worker}" is not as wsgi-shim wrote it, and fails before it loads the application`,
    place: { file: layout.worker },
    fix: {
      command: `${
        shellCommand("mv", layout.worker, `${layout.worker}.old`)
      } && ${shellCommand("wsgi-shim", "upgrade", layout.appRoot)}`,
      safe: false,
    },
  });
}

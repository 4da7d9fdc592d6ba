/**
 * A Python that ends before it runs a line of anybody's code, because of a
 * variable of its environment.
 *
 * Layer 3. Never tells a value. Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../finding.ts";
import { cause, type Scene } from "./scene.ts";

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

/** Explains a start that Python gave up, where a variable is the cause. */
export function explainFatal(scene: Scene): Finding | undefined {
  const { failure, site, host } = scene;
  const said = (failure.output ?? []).join("\n");
  if (!/^Fatal Python error: /m.test(said)) return undefined;
  const own = site.config?.environment ?? {};
  const isSet = (name: string) => own[name] !== undefined || !!host.env[name];
  const told = /^Fatal Python error: .*\b(PYTHON[A-Z0-9]+)\b/m.exec(said)?.[1];
  const name = [
    ...(told ? [told] : []),
    ...SIGNS.flatMap(({ sign, names }) => sign.test(said) ? names : []),
  ].find(isSet);
  if (!name) return undefined;
  const isOwn = own[name] !== undefined;
  const where = isOwn ? "[environment] of config.toml" : "the login files";
  return cause(isOwn ? "config-value" : "login-variable", {
    message: `Python cannot start with ${name} as it is set in ${where}`,
    place: isOwn
      ? site.placeOf(`environment.${name}`)
      : { file: site.user?.home ?? site.layout.config },
    fix: {
      text: `Remove ${name} from ${where}, or correct its value`,
    },
  });
}

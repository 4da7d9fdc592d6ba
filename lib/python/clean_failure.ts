/**
 * Takes secrets out of a failure, where its facts come in. Whoever looks for
 * its cause, or tells of it, sees what is left: no rule can put together
 * again what it never had.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { BLANK } from "../site/redaction.ts";
import type { Secrets } from "../site/secrets.ts";
import type { Failure, PythonException } from "./failure.ts";

/** What is ours, and no text of the application. */
const OWN_WORDS: readonly string[] = [
  "problem",
  "python",
  "signal",
  "errno",
  "refusal",
];

/** What says of a path how it is: nothing that can be seen, without the path. */
const PATH_ERRNO_REGEXP = /^E(?:NOENT|NOTDIR|ACCES|PERM|ISDIR|EXIST|ROFS)$/;

/**
 * Takes secrets out of all that a failure says. The variables that the
 * application has set are nothing but secrets, and are left out.
 */
export function cleanFailure(failure: Failure, secrets: Secrets): Failure {
  const { variables, ...facts } = failure;
  const { cleanSaid } = variables ? secrets.and(variables) : secrets;
  const cleaned = cleanTexts(facts, cleanSaid) as Failure;
  if (!cleaned.exception) return cleaned;
  return { ...cleaned, exception: withoutGaps(cleaned.exception) };
}

function cleanTexts(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map((each) => cleanTexts(each, clean));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      OWN_WORDS.includes(name) ? each : cleanTexts(each, clean),
    ]),
  );
}

/** A path with a gap in it names no file: nobody can look what is wrong. */
function withoutGaps(raised: PythonException): PythonException {
  const { filename, errno, cause, group, ...rest } = raised;
  const isWhole = !String(filename ?? "").includes(BLANK);
  const isTold = isWhole || !PATH_ERRNO_REGEXP.test(errno ?? "");
  return {
    ...rest,
    ...isWhole && filename !== undefined && { filename },
    ...isTold && errno !== undefined && { errno },
    ...cause && { cause: withoutGaps(cause) },
    ...group && { group: group.map(withoutGaps) },
  };
}

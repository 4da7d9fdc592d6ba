/**
 * What is known of a site's secrets, and how it is taken out: of what a
 * program said, before anybody looks for a cause in it, and of the words of
 * findings, which may hold what was read elsewhere. Whatever leaves a site,
 * by a page, the log or a command, has come through here.
 *
 * Reads nothing before the first text is to be cleaned, and then everything
 * once for a site. Runs on Node and Deno.
 *
 * @module
 */

import type { Finding, Fix } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { decode, type Decoded, type Span } from "../text/decoding.ts";
import { shellCommand } from "../text/shell.ts";
import { BLANK, blankSpans, Finder, type Secret } from "./redaction.ts";
import { siteSecrets, variableSecrets } from "./secret_values.ts";
import { findLookingSecret } from "./secret_words.ts";
import type { Site } from "./site.ts";

/** What must not be told, and how it is taken out. */
export interface Secrets {
  /** Takes values out of words of ours. */
  clean(text: string): string;
  /**
   * Takes values out of what a program said, and whatever else looks like a
   * secret there, though nobody knows it.
   */
  cleanSaid(text: string): string;
  /** These, and those of variables that the application itself has set. */
  and(variables: Readonly<Record<string, string>>): Secrets;
}

const known = new WeakMap<Site, { secrets: Secrets; stamp: string }>();

/**
 * The secrets of a site. They are read when the first text is cleaned, and
 * again once a secret file is another: a process may run for months.
 */
export function readSecrets(site: Site): Secrets {
  const stamp = stampOf(site);
  const before = known.get(site);
  if (before?.stamp === stamp) return before.secrets;
  const secrets = makeSecrets(() => siteSecrets(site), {
    kept: pathsOf(site),
    of: (variables) => variableSecrets(variables, site),
  });
  known.set(site, { secrets, stamp });
  return secrets;
}

function stampOf({ config, host }: Site): string {
  return JSON.stringify(
    Object.values(config?.secretFiles ?? {}).map((file) => {
      const status = host.stat(file);
      if (refused(status)) return status.errno;
      return [status.changed, status.size, status.inode];
    }),
  );
}

/**
 * Makes secrets of values.
 *
 * @param options.kept Paths that stay readable where a value is a part of them
 * @param options.of What must not be told of variables
 */
export function makeSecrets(
  values: () => Iterable<Secret>,
  { kept = [], of = () => [] }: {
    kept?: readonly string[];
    of?: (variables: Readonly<Record<string, string>>) => Iterable<Secret>;
  } = {},
): Secrets {
  let finder: Finder | undefined;
  const find = (text: Decoded) => (finder ??= new Finder(values())).find(text);
  return secretsBy(find);

  function secretsBy(find: (text: Decoded) => Span[]): Secrets {
    const blank = (text: string, spans: Span[], ours: Span[] = []) =>
      spans.length === 0 ? text : blankSpans(text, spans, [
        ...kept.flatMap((path) => allOf(text, path)),
        ...ours,
      ]);
    return {
      clean: (text) => blank(text, find(decode(text)), wordsOfOurs(text)),
      cleanSaid(text) {
        const decoded = decode(text);
        return blank(text, [...find(decoded), ...findLookingSecret(decoded)]);
      },
      and(variables) {
        const own = new Finder(of(variables));
        return secretsBy((text) => [...find(text), ...own.find(text)]);
      },
    };
  }
}

/**
 * What words of ours say of any site, and a password that is such a word does
 * not make a secret: the section, and "secret" or "password" behind an
 * article, where no value stands.
 */
const OURS_REGEXP =
  /\bsecret_files\b|(?<=(?:^|\s)(?:an?|the|no|its) )(?:secret|password)(?=[ ,.;:)]|$)/g;

function wordsOfOurs(text: string): Span[] {
  return [...text.matchAll(OURS_REGEXP)]
    .map(({ 0: word, index }): Span => [index, index + word.length]);
}

function allOf(text: string, part: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    spans.push([at, at + part.length]);
  }
  return spans;
}

/**
 * Files and folders that the site is made of, by its layout and settings: a
 * value that is a part of their names is no news.
 */
function pathsOf({ config, layout }: Site): string[] {
  const { python, nodejs, appRoot } = config?.passenger ?? {};
  const { module, chdir } = config?.wsgi ?? {};
  const paths: (string | undefined)[] = [
    ...Object.values(layout),
    ...[python, nodejs, appRoot, module, chdir],
    ...Object.values(config?.secretFiles ?? {}),
  ];
  const folders = paths.filter((path) => path?.startsWith("/")).flatMap((
    path,
  ) => path!.split("/").map((_, at, all) => all.slice(0, at + 1).join("/")));
  return [...new Set(folders)].filter((path) => path.length > 1);
}

/** Takes secrets out of findings. */
export function cleanFindings(
  findings: readonly Finding[],
  secrets: Secrets,
  appRoot: string,
): Finding[] {
  const { clean } = secrets;
  return findings.map((found) => {
    const { message, place, fix } = found;
    return {
      ...found,
      message: clean(message),
      ...place && {
        place: {
          ...place,
          file: clean(place.file),
          ...place.key && { key: clean(place.key) },
        },
      },
      ...fix && { fix: cleanFix(fix, secrets, appRoot) },
    };
  });
}

/** A command with a gap in it mends nothing. */
function cleanFix(fix: Fix, { clean }: Secrets, appRoot: string): Fix {
  const isCommand = "command" in fix;
  const cleaned = clean(isCommand ? fix.command : fix.text);
  const hasGap = isCommand ? cleaned.includes(BLANK) : GAP_REGEXP.test(cleaned);
  if (hasGap) {
    const logs = shellCommand("wsgi-shim", "logs", appRoot);
    return {
      text:
        `What mends it has a value in it that is not shown here; the log tells more: \`${logs}\``,
    };
  }
  if (!isCommand) return { text: cleaned };
  return fix.by ? { ...fix, by: clean(fix.by) } : fix;
}

/** A gap in something that is to be pasted. */
const GAP_REGEXP = new RegExp(`\`[^\`\n]*${BLANK}[^\`\n]*\``);

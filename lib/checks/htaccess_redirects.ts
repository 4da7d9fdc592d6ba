/**
 * Reports rules of `.htaccess` that send visitors round without end, away from
 * the site, or to another server.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { type Directive, wordsOf } from "./htaccess_lines.ts";

/** A rule of mod_rewrite, with the conditions above it. */
interface Rule {
  line: number;
  pattern: string;
  target: string;
  flags: string;
  conditions: readonly Condition[];
}

interface Condition {
  tested: string;
  pattern: string;
}

/** A pattern that every address fits. */
const ALL_REGEXP = /^(?:\^|\/|\^?\/?\??\(?\.[*+]?\)?\$?)$/;
/** Sections whose lines do not hold for every request. */
const SOME_REGEXP = /^<(?:if$|else|elseif$|files|limit)/;
const HERE_REGEXP = /^%\{(?:HTTP_HOST|SERVER_NAME)\}/i;

const TO_HTTPS =
  "`RewriteCond %{HTTPS} off` above it, where this web server itself speaks https, or `RewriteCond %{HTTP:X-Forwarded-Proto} !https`, where another one before it does";

/** Looks at what sends requests elsewhere, by address. */
export function checkRedirects(
  directives: readonly Directive[],
  file: string,
): Finding[] {
  const always = directives.filter(({ within }) =>
    !within.some((key) => SOME_REGEXP.test(key))
  );
  const rules = rulesIn(always);
  return [
    ...rules.flatMap((rule) => checkRule(rule, file)),
    ...checkNames(rules, file),
    ...always.flatMap((each) => checkRedirect(each, file)),
  ];
}

function rulesIn(directives: readonly Directive[]): Rule[] {
  const isOn = directives.some(({ key, rest }) =>
    key === "rewriteengine" && /^on\b/i.test(rest)
  );
  if (!isOn) return [];
  const rules: Rule[] = [];
  let conditions: Condition[] = [];
  for (const { key, rest, line } of directives) {
    const [first = "", second = "", third = ""] = wordsOf(rest);
    if (key === "rewritecond") {
      conditions.push({ tested: first, pattern: second });
    } else if (key === "rewriterule") {
      rules.push({
        line,
        pattern: first,
        // Panels write `https\:\/\/`.
        target: second.replace(/\\(.)/g, "$1"),
        flags: third,
        conditions,
      });
      conditions = [];
    }
  }
  return rules;
}

function hasFlag({ flags }: Rule, name: string): boolean {
  return new RegExp(`[[,]${name}(?:[=,\\]])`, "i").test(flags);
}

function checkRule(rule: Rule, file: string): Finding[] {
  const { line, pattern, target, conditions } = rule;
  const place = { file, line };
  const [, scheme = "", host = ""] = /^(https?):\/\/([^/$]+)/i.exec(target) ??
    [];
  if (hasFlag(rule, "P")) {
    return scheme === "" || !ALL_REGEXP.test(pattern) ? [] : [
      finding("htaccess-rewrite", {
        message:
          `Line ${line} of "${file}" hands requests on to another server, ${scheme}://${host}, so that they do not reach the application; where Apache has no mod_proxy, visitors get 403 or 500`,
        place,
        fix: {
          text:
            `Remove the rewrite rules around line ${line} of ${file}: Passenger starts the application by itself, and needs none`,
        },
      }),
    ];
  }
  if (!ALL_REGEXP.test(pattern)) return [];
  if (scheme === "") {
    return target.includes("://")
      ? []
      : [...checkPage(rule, file), ...checkInner(rule, file)];
  }
  const isHere = HERE_REGEXP.test(host);
  if (conditions.length === 0) {
    return isHere
      ? [finding("htaccess-redirect", {
        message:
          `Line ${line} of "${file}" sends every request to ${scheme}, also one that came by ${scheme}: browsers are sent round without end ("too many redirects")`,
        place,
        fix: {
          text: scheme === "https"
            ? `Write ${TO_HTTPS}`
            : `Remove line ${line} of ${file}`,
        },
      })]
      : [away(line, `${scheme}://${host}`, file)];
  }
  // What holds for a request that is as the rule wants it.
  const isAlready = isHere &&
    conditions.every((each) => schemeOf(each) === scheme.toLowerCase());
  return isAlready
    ? [finding("htaccess-redirect", {
      message:
        `Line ${line} of "${file}" sends those to ${scheme} who came by ${scheme}: its condition is the wrong way round, and browsers are sent round without end`,
      place,
      fix: { text: `Write ${TO_HTTPS}, in place of the condition there` },
    })]
    : [];
}

/** All that is no file goes to one page, and nothing to the application. */
function checkPage(rule: Rule, file: string): Finding[] {
  const { line, target, conditions } = rule;
  const isOfFiles = conditions.length > 0 &&
    conditions.every(({ tested, pattern }) =>
      /^%\{REQUEST_FILENAME\}$/i.test(tested) && /^!-[fdl]$/.test(pattern)
    );
  if (!isOfFiles || !/^\/?[\w./-]+\.html?$/.test(target)) return [];
  return [finding("htaccess-rewrite", {
    message:
      `Line ${line} of "${file}" sends all that is no file to "${target}", as for an application that runs in the browser: no request reaches the application of the site`,
    place: { file, line },
    fix: {
      text:
        `Remove the rewrite rules around line ${line} of ${file}; where both are meant, let the rule leave out what the application answers, as with \`RewriteCond %{REQUEST_URI} !^/api/\` above it`,
    },
  })];
}

/** An inner rewriting that is done to its own outcome, until Apache gives up. */
function checkInner(rule: Rule, file: string): Finding[] {
  const { line, target, conditions } = rule;
  const grows = /\$\d/.test(target) && target.replace(/^\/|\$\d$/g, "") !== "";
  if (
    !grows || conditions.length > 0 || target.startsWith("-") ||
    ["R", "END", "F", "G"].some((flag) => hasFlag(rule, flag))
  ) return [];
  return [finding("htaccess-redirect", {
    message:
      `Line ${line} of "${file}" rewrites every address to "${target}", and that one again, without end: Apache gives up and answers with 500`,
    place: { file, line },
    fix: {
      text:
        `Remove the rewrite rules around line ${line} of ${file}: Passenger needs none`,
    },
  })];
}

/** How a request came that a condition lets through; empty: it may be any. */
function schemeOf({ tested, pattern }: Condition): string {
  const isNegated = pattern.startsWith("!");
  const value = pattern.replace(/^!?=?\^?|\$$/g, "").toLowerCase();
  const [on, off] = /^%\{HTTPS\}$/i.test(tested)
    ? ["on", "off"]
    : /^%\{SERVER_PORT\}$/i.test(tested)
    ? ["443", "80"]
    : /^%\{(?:REQUEST_SCHEME|HTTP:X-Forwarded-Proto)\}$/i.test(tested)
    ? ["https", "http"]
    : [];
  if (value !== on && value !== off || on === undefined) return "";
  return (value === on) !== isNegated ? "https" : "http";
}

/** Two rules of which one adds `www.` and the other takes it away. */
function checkNames(rules: readonly Rule[], file: string): Finding[] {
  const of = (isWith: boolean) =>
    rules.find(({ pattern, target, conditions }) =>
      ALL_REGEXP.test(pattern) && /^https?:/i.test(target) &&
      /:\/\/www\./i.test(target) === isWith &&
      conditions.length === 1 &&
      conditions.every(({ tested, pattern }) =>
        /^%\{HTTP_HOST\}$/i.test(tested) &&
        (isWith ? /^!\^?www/i : /^\^?www/i).test(pattern)
      )
    );
  const [adding, taking] = [of(true), of(false)];
  return adding && taking
    ? [finding("htaccess-redirect", {
      message:
        `Line ${adding.line} of "${file}" sends visitors to the name with www, and line ${taking.line} to the one without: browsers are sent round without end`,
      place: { file, line: taking.line },
      fix: { text: "Keep one of the two rules, with its condition" },
    })]
    : [];
}

/** Lines of mod_alias. */
function checkRedirect(
  { name, key, rest, line }: Directive,
  file: string,
): Finding[] {
  if (!/^redirect(?:match|permanent|temp)?$/.test(key)) return [];
  const words = wordsOf(rest);
  if (/^(?:3\d\d|permanent|temp|seeother)$/i.test(words[0] ?? "")) {
    words.shift();
  }
  const [from = "", to = ""] = words;
  const isAll = key === "redirectmatch" ? ALL_REGEXP.test(from) : from === "/";
  if (!isAll || to === "") return [];
  const [host] = /^https?:\/\/[^/$]+/i.exec(to) ?? [];
  if (host !== undefined) return [away(line, host, file)];
  return /^\/./.test(to)
    ? [finding("htaccess-redirect", {
      message:
        `Line ${line} of "${file}" (${name}) sends every address to one below "${to}", and that one again: browsers are sent round without end`,
      place: { file, line },
      fix: {
        text:
          `Write \`RedirectMatch ^/$ ${to}\` in place of line ${line} of ${file}, for the first page alone`,
      },
    })]
    : [];
}

function away(line: number, address: string, file: string): Finding {
  return {
    ...finding("htaccess-redirect", {
      message:
        `Line ${line} of "${file}" sends every visitor to ${address}, and none reaches the application; where that is the site itself, browsers are sent round without end ("too many redirects")`,
      place: { file, line },
      fix: {
        text:
          `Remove line ${line} of ${file}, if that is the site itself; to send visitors from http to https, write \`RewriteEngine On\`, then ${TO_HTTPS}, and below it \`RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\``,
      },
    }),
    severity: "warning",
  };
}

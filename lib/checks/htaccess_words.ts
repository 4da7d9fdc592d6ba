/**
 * Reports lines of `.htaccess` that Apache cannot read: unknown directives,
 * and words that a directive does not take. It answers every request with 500
 * then.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding, type Fix } from "../findings/finding.ts";
import { suggest } from "../text/suggestion.ts";
import { moduleOfDirective, NAMES } from "./apache_directives.ts";
import { type Directive, wordsOf } from "./htaccess_lines.ts";

/** Beginnings of directives of modules that are no part of Apache itself. */
const FOREIGN_REGEXP =
  /^<?(?:auth|bw|cache|cas|cloudflare|cookie|cosign|crawler|dos|fcgi|geoip|gss|h2|jk|kerb|krb|ldap|ls|maxmind|mellon|mod|mono|oidc|openid|pagespeed|perl|php|proxy|py|qs|r?paf|remoteip|sec|shib|suphp|svn|uwsgi|wsgi|xsendfile)/;
/** How nginx ends its lines, and begins its sections. */
const NGINX_REGEXP =
  /^(?:access_log|add_header|alias|client_max_body_size|error_page|expires|fastcgi_pass|gzip|if|include|index|listen|location|proxy_\w+|return|rewrite|root|server|server_name|ssl_\w+|try_files|upstream|uwsgi_\w+)\b.*[;{]\s*$/;
/** Words that other languages begin a line with. */
const LANGUAGES =
  /^(?:async|class|const|def|echo|export|for|from|function|import|let|print|return|try|use|var|while|with)$/;

const OPTIONS = new Set(
  "none all indexes includes includesnoexec followsymlinks symlinksifownermatch execcgi multiviews"
    .split(" "),
);
const SWITCHES = new Set(
  "rewriteengine expiresactive passengerenabled checkspelling authmerging directoryslash contentdigest enablesendfile enablemmap"
    .split(" "),
);
/** What JavaScript does not take in an expression, and Apache does. */
const OTHER_EXPRESSION = /\(\?|[*+?}]\+|\\[pPQEAzZGKRhHxX]|\[\[:/;

/** Looks at what every request needs to be read. */
export function checkWords(
  directives: readonly Directive[],
  file: string,
): Finding[] {
  let isStrange = false;
  return directives.flatMap((each) => {
    const { key, rest, line } = each;
    const tell = (what: string, text: string): Finding[] => [
      finding("htaccess-directive", {
        message:
          `Line ${line} of "${file}" ${what}, so that Apache answers every request with 500`,
        place: { file, line },
        fix: { text } satisfies Fix,
      }),
    ];
    const module = moduleOfDirective(key);
    if (module === undefined) {
      const found = isStrange ? [] : unknown(each, file, tell);
      // One line of another language is enough.
      isStrange ||= found.length > 0;
      return found;
    }
    if (rest.endsWith("\\")) return [];
    const wrong = wrongWords(key, wordsOf(rest));
    return wrong
      ? tell(wrong.what, `${wrong.mend} on line ${line} of ${file}`)
      : [];
  });
}

/** What no directive begins with: a mark that no editor shows, signs, code. */
export function checkBeginnings(bytes: Uint8Array, file: string): Finding[] {
  const tell = (line: number, message: string, text: string) => [
    finding("htaccess-directive", {
      message,
      place: { file, line },
      fix: { text } satisfies Fix,
    }),
  ];
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return tell(
      1,
      `"${file}" begins with a mark (BOM) that editors of Windows write and do not show: Apache takes it for a directive that it does not know, and answers every request with 500`,
      `Save ${file} as "UTF-8" without BOM, or make it anew with another editor`,
    );
  }
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const at = lines.findIndex((line, index) =>
    /^\s*(?:[^\s\w<#$]|<[^A-Za-z/])/.test(line) &&
    !lines[index - 1]?.endsWith("\\")
  );
  if (at < 0) return [];
  const begin = lines[at]!.trim().slice(0, 20);
  return tell(
    at + 1,
    `Line ${
      at + 1
    } of "${file}" begins with "${begin}", which is no directive, so that Apache answers every request with 500`,
    /^(?:<{7}|={7}|>{7})/.test(begin)
      ? `Choose between the two versions that git has put into ${file}, and remove its marks`
      : `Remove line ${
        at + 1
      } of ${file}, and what belongs to it: a remark begins with #`,
  );
}

function unknown(
  { name, key, rest, line }: Directive,
  file: string,
  tell: (what: string, mend: string) => Finding[],
): Finding[] {
  if (/^pass?enger/.test(key)) return [];
  if (NGINX_REGEXP.test(`${key} ${rest}`)) {
    return tell(
      `is written for nginx ("${name} …")`,
      `Remove what is written for nginx from ${file}: the web server here is Apache, and Passenger needs no lines there`,
    );
  }
  const near = suggest(name, NAMES);
  if (
    near &&
    (isOneOff(key, near.toLowerCase()) ||
      !FOREIGN_REGEXP.test(key) && Math.abs(near.length - name.length) < 3)
  ) {
    return tell(
      `has ${name}, which Apache does not know (it knows ${near})`,
      `Write ${near} in place of ${name} on line ${line} of ${file}, if that is meant; else remove the line`,
    );
  }
  return LANGUAGES.test(key) || /^[.=([:;{]/.test(rest)
    ? tell(
      `is no directive of Apache's ("${`${name} ${rest}`.slice(0, 40)}")`,
      `Remove line ${line} of ${file}, and what belongs to it: code has no place in this file`,
    )
    : [];
}

/** Tells whether two words differ in one place alone. */
export function isOneOff(a: string, b: string): boolean {
  const longer = Math.max(a.length, b.length);
  let front = 0;
  while (front < longer && a[front] === b[front]) front++;
  let back = 0;
  while (back < longer - front && a.at(-1 - back) === b.at(-1 - back)) back++;
  return front + back >= longer - 1;
}

/** What a directive says of its words, as Apache's own messages tell. */
function wrongWords(
  key: string,
  words: readonly string[],
): { what: string; mend: string } | undefined {
  const [first = "", second = "", third] = words;
  if (SWITCHES.has(key) && !/^(?:on|off)$/i.test(first)) {
    return {
      what: `has "${first}" where On or Off is wanted`,
      mend: "Write On or Off",
    };
  }
  switch (key) {
    case "options": {
      const strange = words.find((each) =>
        !OPTIONS.has(each.replace(/^[+-]/, "").toLowerCase())
      );
      if (strange !== undefined) {
        const near = suggest(strange.replace(/^[+-]/, ""), [...OPTIONS]);
        return {
          what: `has an option "${strange}" that there is not`,
          mend: near
            ? `Correct "${strange}" (${near}?)`
            : `Leave out "${strange}"`,
        };
      }
      const signed = words.filter((each) => /^[+-]/.test(each));
      return signed.length > 0 && signed.length < words.length
        ? {
          what: "has options with + or - beside others without",
          mend: `Give each option a sign: Options ${
            words.map((each) => /^[+-]/.test(each) ? each : `+${each}`)
              .join(" ")
          }`,
        }
        : undefined;
    }
    case "order":
      return /^(?:allow,deny|deny,allow|mutual-failure)$/i.test(words.join(" "))
        ? undefined
        : {
          what: `has "${words.join(" ")}" where one word is wanted`,
          mend: `Write it without a blank: Order ${
            words.join("").toLowerCase().startsWith("deny")
              ? "Deny,Allow"
              : "Allow,Deny"
          }`,
        };
    case "errordocument":
      return /^\d{3}$/.test(first) && second !== "" ? undefined : {
        what: "wants a number and an address, and has not both",
        mend: "Write both, as in: ErrorDocument 404 /404.html",
      };
    case "require":
      return /^all$/i.test(first) && !/^(?:granted|denied)$/i.test(second)
        ? {
          what:
            `has "all ${second}", where only "all granted" and "all denied" are known`,
          mend: "Write `Require all granted` or `Require all denied`",
        }
        : undefined;
    case "rewriterule":
    case "rewritecond":
      if (words.length < 2) {
        return {
          what: "has too few words: a pattern and what it becomes are wanted",
          mend: "Complete the rule",
        };
      }
      if (third !== undefined && !/^\[.*\]$/.test(third)) {
        return {
          what: third.startsWith("[")
            ? `has a blank in its flags ("${words.slice(2).join(" ")}")`
            : `has a third word, "${third}", that is no flags in brackets`,
          mend: third.startsWith("[")
            ? `Write the flags without blanks, and commas between them: ${
              words.slice(2).map((each) => each.replace(/,$/, "")).join(",")
            }`
            : "Put what has a blank in it between quotes",
        };
      }
      return wrongExpression(key === "rewriterule" ? first : second);
    default:
      return undefined;
  }
}

/** An expression that nobody could read, whatever its language. */
function wrongExpression(
  pattern: string,
): { what: string; mend: string } | undefined {
  const bare = pattern.replace(/^!/, "");
  if (/^(?:[<>=]|-[a-zA-Z])/.test(bare) || OTHER_EXPRESSION.test(bare)) {
    return undefined;
  }
  try {
    new RegExp(bare);
    return undefined;
  } catch (error) {
    const [, why] =
      /(Unterminated group|Unmatched '\)'|Nothing to repeat|Unterminated character class|\\ at end of pattern)/
        .exec(String(error)) ?? [];
    return why === undefined ? undefined : {
      what: `has a pattern that is none, "${pattern}" (${why.toLowerCase()})`,
      mend: "Correct the brackets of the pattern",
    };
  }
}

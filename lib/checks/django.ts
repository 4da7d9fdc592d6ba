/**
 * Reports what Django's settings leave out: the application starts, and its
 * pages will not do. The trial has seen the settings as they came out.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import {
  type Finding,
  finding,
  type Place,
  soften,
} from "../findings/finding.ts";
import { emptySettings, makeScene, mendForMedia } from "../causes/mod.ts";
import { namesIn, refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";
import { type Change, findLost } from "../python/package_changes.ts";
import { counted } from "../text/wrap.ts";

/** What a trial has seen of Django's settings. */
export type DjangoRemark =
  & { file: string | null }
  & (
    | {
      what:
        | "no-urls"
        | "hosts-text"
        | "hosts-local"
        | "no-hosts"
        | "key"
        | "origins"
        | "sessions-memory"
        | "no-key"
        | "https-alone";
    }
    | { what: "hosts-form"; entry: string }
    | { what: "debug-text"; value: string }
    | {
      what: "check";
      id: string;
      message: string;
      hint: string | null;
      /** How many it finds besides. */
      more: number;
    }
    | { what: "script-name"; value: string }
    | { what: "cookie-domain"; name: string; domain: string }
    | {
      what: "static";
      root: string | null;
      url: string;
      /** It hands them out in place of the web server. */
      whitenoise?: boolean;
    }
    | { what: "manifest"; manifest: string }
    | { what: "old-setting"; name: string; version: string; now: string }
    | { what: "name"; setting: string; name: string; message: string }
    | { what: "no-migrations"; app: string; folder: string }
    | {
      what: "changes";
      app: string;
      /** What the next migration would do first. */
      first: string;
    }
    | { what: "media"; root: string; url: string }
    | { what: "login-page"; url: string }
    | { what: "logout-link"; template: string; line: number }
    | {
      what: "migrations";
      /** Path of the SQLite database. */
      database: string;
      /** It has none of them, or is not there. */
      empty: boolean;
      count: number;
      first: string;
      /** Some are not of Django's own applications. */
      own: boolean;
    }
  );

/** What mends what Django's own checks find, where they give no hint. */
const CHECK_MENDS: Readonly<Record<string, string>> = {
  "2_0.W001":
    'Write the address without ^ and $, which `path()` takes as they stand, as in `path("", …)`; or write `re_path()` in place of `path()`',
  "staticfiles.E002":
    "Let STATIC_ROOT name another folder, into which collectstatic copies, such as one of public/: STATICFILES_DIRS names those that it copies from",
  "staticfiles.E005":
    'Add to STORAGES in the settings: `"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}`, or the backend that is meant, such as that of whitenoise',
  "urls.E006": "Write the slash at the end of it in the settings",
  "urls.E009": "Write the name with .as_view() behind it in urls.py",
};

/** Tells what became of it. */
export function checkDjango(
  site: Site,
  remarks: readonly DjangoRemark[],
): Finding[] {
  return remarks.flatMap((remark) => {
    const file = remark.file?.startsWith("/") ? remark.file : undefined;
    const found = judge(remark, site, file);
    return found ? [found] : [];
  });
}

function judge(
  remark: DjangoRemark,
  site: Site,
  file: string | undefined,
): Finding | undefined {
  const line = (name: string): Place | undefined => {
    if (!file) return undefined;
    const bytes = site.host.readBytes(file, 500_000);
    const text = refused(bytes) ? "" : new TextDecoder().decode(bytes);
    const at = text.split(/\r?\n/)
      // What is written last, counts.
      .findLastIndex((each) =>
        new RegExp(`^\\s*${name}\\s*(?::[^=]+)?=`).test(each)
      );
    return at < 0 ? { file } : { file, line: at + 1 };
  };
  switch (remark.what) {
    case "no-urls": {
      const missing = "ROOT_URLCONF";
      const scene = makeScene({ problem: "import-raised" }, site);
      const parts = emptySettings(missing, scene);
      return soften(
        finding("django-settings", {
          message: parts?.seen ??
            `Django's settings have no ${missing}, so that every request fails`,
          place: parts ? undefined : line(missing),
          fix: {
            text: parts?.mend ??
              `Write in the settings: ${missing} = "mysite.urls", with the name of your project`,
          },
        }),
        "the application itself starts",
      );
    }
    case "hosts-form":
      if (/^\s+\S+$|^\S+\s+$/.test(remark.entry)) {
        return soften(
          finding("host-not-allowed", {
            message:
              `ALLOWED_HOSTS holds "${remark.entry}", with a blank at an end of it: no request fits it, and Django answers 400 Bad Request`,
            place: line("ALLOWED_HOSTS"),
            fix: {
              text:
                `Write the name alone, as in \`"${remark.entry.trim()}"\`; where a text is split at its commas, leave out the blanks beside them (\`a.org,b.org\`), or take them off: \`[name.strip() for name in ….split(",")]\``,
            },
          }),
          "the application itself starts",
        );
      }
      return soften(
        finding("host-not-allowed", {
          message:
            `ALLOWED_HOSTS holds "${remark.entry}", which is no name: no request fits it, and Django answers 400 Bad Request`,
          place: line("ALLOWED_HOSTS"),
          fix: {
            text:
              "Write the name alone, without https://, port and path, as in: `www.example.org`",
          },
        }),
        "the application itself starts",
      );
    case "check":
      return finding("django-check", {
        message:
          `Django's own check, which its development server runs at home, finds: ${
            remark.message.replace(/\.$/, "")
          } (${remark.id})${
            remark.more > 0
              ? `, and ${counted(remark.more, "other mistake")}`
              : ""
          }`,
        place: file ? { file } : undefined,
        fix: {
          text: remark.hint?.replace(/\.$/, "") ??
            CHECK_MENDS[remark.id] ??
            `Correct it; all of them are told by \`${manage(site, "check")}\``,
        },
      });
    case "debug-text":
      return finding("debug-enabled", {
        message:
          `DEBUG in Django's settings is the text "${remark.value}", and every text but the empty one counts as true: debug mode is on`,
        place: line("DEBUG"),
        fix: {
          text:
            'Compare it where it is read, as in `DEBUG = os.environ.get("DEBUG", "") == "True"`',
        },
      });
    case "script-name":
      return finding("root-path-given", {
        message:
          `FORCE_SCRIPT_NAME in Django's settings is "${remark.value}"; the web server tells with each request where the site is, and what is written here takes its place: where it differs, links lead nowhere`,
        place: line("FORCE_SCRIPT_NAME"),
        fix: { text: "Leave out FORCE_SCRIPT_NAME" },
      });
    case "cookie-domain":
      return finding("session-cookie", {
        message:
          `${remark.name} is "${remark.domain}", which is not the domain of the site: browsers keep no cookie for it, so that ${
            remark.name.startsWith("CSRF")
              ? "forms are refused with 403"
              : "nobody stays logged in"
          }`,
        place: line(remark.name),
        fix: {
          text:
            `Leave ${remark.name} out, or write the domain of the site alone, as in: "example.org"`,
        },
      });
    case "sessions-memory":
      return finding("session-cookie", {
        message:
          "Django keeps sessions in a cache that each process has in its own memory: visitors are logged out by chance, and all of them at each restart",
        place: line("SESSION_ENGINE"),
        fix: {
          text:
            'Keep them in the database: `SESSION_ENGINE = "django.contrib.sessions.backends.db"`; or let CACHES name a cache that all processes share',
        },
      });
    case "hosts-local":
      return {
        ...finding("host-not-allowed", {
          message:
            "ALLOWED_HOSTS has names of this machine alone: unless a server before it asks by these, Django answers visitors, who ask by the name of the site, with 400 Bad Request",
          place: line("ALLOWED_HOSTS"),
          fix: {
            text:
              'Write the names by which visitors ask for the site, too, as in: `ALLOWED_HOSTS = ["www.example.org"]`',
          },
        }),
        severity: "advice",
      };
    case "hosts-text":
    case "no-hosts":
      return soften(
        finding("host-not-allowed", {
          message: remark.what === "no-hosts"
            ? "ALLOWED_HOSTS is empty, and debug mode is off, so that Django answers every request with 400 Bad Request"
            : "ALLOWED_HOSTS is a text and no list, so that Django takes each of its letters for a name, and answers every request with 400 Bad Request",
          place: line("ALLOWED_HOSTS"),
          fix: {
            text:
              'Write the names by which visitors ask for the site as a list: `ALLOWED_HOSTS = ["www.example.org"]`',
          },
        }),
        "the application itself starts",
      );
    case "key":
      return finding("django-key", {
        message:
          'SECRET_KEY in Django\'s settings is the one that startproject wrote ("django-insecure-…")',
        // The line itself is not to be shown.
        place: file ? { file } : undefined,
        fix: {
          text:
            'Keep a new key in a file that [secret_files] of config.toml names as DJANGO_SECRET_KEY_FILE, and write: `SECRET_KEY = open(os.environ["DJANGO_SECRET_KEY_FILE"]).read().strip()`; whoever is logged in must do so again',
        },
      });
    case "origins":
      return finding("django-origins", {
        message:
          "CSRF_TRUSTED_ORIGINS in Django's settings has an entry without https://, which fits no address from Django 4 on",
        place: line("CSRF_TRUSTED_ORIGINS"),
        fix: {
          text:
            'Write each with its scheme: `CSRF_TRUSTED_ORIGINS = ["https://www.example.org"]`',
        },
      });
    case "https-alone":
      return {
        ...finding("https-redirect", {
          message:
            "Django sends whoever comes by http to https (SECURE_SSL_REDIRECT), and knows https by the word of this web server alone: where another one before it ends TLS, browsers are sent round without end",
          place: line("SECURE_SSL_REDIRECT"),
          fix: {
            text:
              'Where a proxy before this web server speaks https, and sets X-Forwarded-Proto itself on every request, write in the settings: `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`; where this web server speaks https itself, all is well',
          },
        }),
        severity: "advice",
      };
    case "no-key":
      return soften(
        finding("django-settings", {
          message:
            "SECRET_KEY in Django's settings is empty: logins, forms and messages fail with it",
          place: line("SECRET_KEY"),
          fix: {
            text:
              "Read it from a file that [secret_files] in config.toml names: the variable holds the path of the file. Where the settings read a variable, write that under [environment] instead",
          },
        }),
        "the application itself starts",
      );
    case "old-setting":
      return finding("setting-without-effect", {
        message:
          `${remark.name} in Django's settings has no effect: Django reads ${remark.now} in its place since ${remark.version}`,
        place: line(remark.name),
        fix: {
          text:
            `Write what ${remark.name} holds into ${remark.now}, and take ${remark.name} out`,
        },
      });
    case "name": {
      const { setting, name, message } = remark;
      const [, module] = /^ModuleNotFoundError: No module named '([\w.]+)'/
        .exec(message) ?? [];
      const cut = name.lastIndexOf(".");
      // Of a package that is not there at all, nothing is gone.
      const lost = module?.includes(".") === false
        ? undefined
        : findLost(name.slice(0, cut), name.slice(cut + 1)) ?? partLost(name);
      const isOther = module !== undefined &&
        !`${name}.`.startsWith(`${module}.`);
      return soften(
        finding("django-settings", {
          message:
            `${setting} in Django's settings names "${name}", which cannot be imported: requests that need it fail${
              lost
                ? `; it is gone since ${lost.package} ${lost.version}`
                : ` (${message})`
            }`,
          place: placeOfText(name, file, site) ?? line(setting),
          fix: {
            text: lost?.now
              ? `Write "${lost.now}" in its place`
              : lost
              ? "Take it out: nothing else is needed in its place"
              : isOther
              ? `Let "${module}" be there, which it imports: a package goes into the requirements of the site, a file of your own to this machine`
              : "Correct the name, copy the module that it names to this machine, or write the package that brings it into the requirements of the site",
          },
        }),
        "the application itself starts",
      );
    }
    case "manifest":
      return finding("django-static", {
        message:
          `There is no "${remark.manifest}", the list of static files that collectstatic writes: with DEBUG off, each page with \`{% static %}\` fails with 500`,
        place: line("(?:STATICFILES_STORAGE|STORAGES)"),
        fix: {
          text:
            `Collect the static files, as the site's user, and restart the site: \`${
              manage(site, "collectstatic")
            }\``,
        },
      });
    case "no-migrations":
      return finding("django-migrations", {
        message:
          `The application "${remark.app}" has models and no migrations, so that \`migrate\` makes no table for it: requests that need one fail`,
        place: { file: remark.folder },
        fix: {
          text: `Copy the folder ${
            join(remark.folder, "migrations")
          } with all its files from where the application ran before; where it never had any: \`${
            manage(site, "makemigrations", remark.app)
          }\`; then \`${manage(site, "migrate")}\``,
        },
      });
    case "changes":
      return finding("django-migrations", {
        message:
          `The models of "${remark.app}" have changed since the last migration of theirs (${remark.first}): the database has not what they ask for, and requests may fail`,
        fix: {
          text:
            `Copy the folder "migrations" of "${remark.app}" with all its files from where it was made; where it was never made: \`${
              manage(site, "makemigrations", remark.app)
            }\`; then \`${
              manage(site, "migrate")
            }\`, after a copy of the database`,
        },
      });
    case "media":
      return judgeMedia(remark, site, line("MEDIA_ROOT"));
    case "login-page":
      return finding("routes-missing", {
        message:
          `Views send whoever is not logged in to "${remark.url}" (LOGIN_URL in Django's settings), and no address of the site fits it: the answer is 404 Not Found`,
        place: line("LOGIN_URL"),
        fix: {
          text: remark.url === "/accounts/login/"
            ? 'Write the address of your own page into the settings, as in `LOGIN_URL = "login"` with the name of its address; or give the site those of Django: `path("accounts/", include("django.contrib.auth.urls"))` in urls.py'
            : "Correct LOGIN_URL in the settings, or give the site that address in urls.py",
        },
      });
    case "logout-link":
      return finding("link-of-other-method", {
        message:
          `Line ${remark.line} of "${remark.template}" is a link to Django's logout, which takes POST alone since Django 5: who follows it, gets 405 Method Not Allowed and stays logged in`,
        place: { file: remark.template, line: remark.line },
        fix: {
          text:
            `Write a form in place of the link: \`<form method="post" action="{% url 'logout' %}">{% csrf_token %}<button>…</button></form>\`, with the name of the address there`,
        },
      });
    case "static":
      return judgeStatic(remark, site, line("STATIC_ROOT"));
    case "migrations": {
      const { count, first, database, empty, own } = remark;
      const folder = dirname(database);
      if (empty && refused(site.host.stat(folder))) {
        return finding("django-migrations", {
          message:
            `The SQLite database "${database}" is not there, nor its folder "${folder}": what asks for it fails`,
          place: { file: database },
          fix: {
            text:
              `Name it in DATABASES by a path of this machine, as \`BASE_DIR / "${
                basename(database)
              }"\`; then copy it there, or make its tables: \`${
                manage(site, "migrate")
              }\``,
          },
        });
      }
      const found = finding("django-migrations", {
        message: empty
          ? `The SQLite database "${database}" ${
            refused(site.host.stat(database))
              ? "is not there"
              : "has no tables of Django's"
          }: ${counted(count, "migration")} of the code not applied`
          : `${
            counted(count, "migration")
          } of the code not applied in "${database}", the first of them ${first}`,
        place: { file: database },
        fix: {
          text: `${
            empty
              ? "Where another database was meant, name it by its absolute path; else bring"
              : "Make a copy of the database, and bring"
          } its tables up to date: \`${manage(site, "migrate")}\``,
        },
      });
      // Who uses no database has none.
      return empty && !own ? { ...found, severity: "advice" } : found;
    }
    // The host of a site may be of another version, and know other remarks.
    default:
      return undefined;
  }
}

/** Whether the web server, which serves `public/`, has the files of visitors. */
function judgeMedia(
  { root, url }: { root: string; url: string },
  site: Site,
  place: Place | undefined,
): Finding | undefined {
  const { host, layout: { publicDirectory } } = site;
  const served = servedFolders(url, publicDirectory);
  if (
    served.includes(root) ||
    served.some((folder) => !refused(host.stat(folder)))
  ) return undefined;
  return finding("django-media", {
    message:
      `Django keeps what is uploaded in "${root}" (MEDIA_ROOT), and with DEBUG off nothing serves it: addresses below ${url} lead to no file, as \`static(settings.MEDIA_URL, …)\` in urls.py counts only with DEBUG`,
    place,
    fix: { text: mendForMedia(root, served.at(-1) ?? publicDirectory) },
  });
}

/** Where the web server looks for an address; below a sub-URI, the first parts are the server's. */
function servedFolders(url: string, publicDirectory: string): string[] {
  const parts = url.split("/").filter((part) => part !== "");
  return parts.map((_, index) => join(publicDirectory, ...parts.slice(index)));
}

/** Whether the web server, which serves `public/`, has the static files. */
function judgeStatic(
  { root, url, whitenoise }: {
    root: string | null;
    url: string;
    whitenoise?: boolean;
  },
  site: Site,
  place: Place | undefined,
): Finding | undefined {
  const { host, layout: { publicDirectory } } = site;
  const served = servedFolders(url, publicDirectory);
  if (served.some((folder) => namesIn(folder, host).length > 0)) {
    return undefined;
  }
  const wanted = served.at(-1) ?? publicDirectory;
  if (whitenoise) {
    return finding("django-static", {
      message:
        `Django's static files are not collected: whitenoise hands out what lies in "${root}", which ${
          refused(host.stat(root ?? "")) ? "does not exist" : "is empty"
        }`,
      place,
      fix: {
        text: `Collect them, and restart the site: \`${
          manage(site, "collectstatic")
        }\``,
      },
    });
  }
  if (root && namesIn(root, host).length > 0) {
    return {
      ...finding("django-static", {
        message:
          `Django's static files are in "${root}", and the web server serves "${publicDirectory}": they come only where its settings have an Alias for ${url}`,
        place,
        fix: {
          text:
            `Where there is none, write in the settings: STATIC_ROOT = "${wanted}"; then run \`${
              manage(site, "collectstatic")
            }\``,
        },
      }),
      severity: "advice",
    };
  }
  return finding("django-static", {
    message: root
      ? `Django's static files are not collected: "${root}" ${
        refused(host.stat(root)) ? "does not exist" : "is empty"
      }, and with DEBUG off Django serves none`
      : `Django's static files are not served: DEBUG is off, and STATIC_ROOT names no folder to collect them in`,
    place,
    fix: {
      text: `${
        root && served.includes(root)
          ? "Collect them"
          : `Write in the settings: STATIC_ROOT = "${wanted}", and collect them`
      }: \`${manage(site, "collectstatic")}\``,
    },
  });
}

/** A module of a dotted name that is gone. */
function partLost(name: string): Change | undefined {
  const parts = name.split(".");
  for (let count = parts.length - 1; count > 1; count--) {
    const lost = findLost(
      parts.slice(0, count - 1).join("."),
      parts[count - 1]!,
    );
    if (lost) {
      return {
        ...lost,
        now: lost.now && [lost.now, ...parts.slice(count)].join("."),
      };
    }
  }
  return undefined;
}

/** The line of the settings that has a text. */
function placeOfText(
  text: string,
  file: string | undefined,
  { host }: Site,
): Place | undefined {
  const bytes = file ? host.readBytes(file, 500_000) : undefined;
  if (!file || !bytes || refused(bytes)) return undefined;
  const at = new TextDecoder().decode(bytes).split(/\r?\n/)
    .findIndex((each) =>
      /^\s*[^#\s]/.test(each) && /["']/.test(each) && each.includes(text)
    );
  return at < 0 ? undefined : { file, line: at + 1 };
}

/** The command of the project, where its manage.py can be found. */
function manage(
  { application, config, host, layout }: Site,
  ...what: string[]
): string {
  const { directory = layout.siteDirectory, path = [] } = application ?? {};
  const file = [directory, ...path, dirname(directory)]
    .map((folder) => join(folder, "manage.py"))
    .find((each) => !refused(host.stat(each)));
  return shellCommand(
    config?.passenger.python ?? "python3",
    file ?? "manage.py",
    ...what,
  );
}

/**
 * Addresses of servers with name and password in them, of which a sign in the
 * password ends a part too early.
 *
 * Never shows an address: there is a password in it.
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn } from "../machine/host.ts";
import type { Rule } from "./rule.ts";
import { linesOf, type Scene, searchSite } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

const ENCODE =
  "Write such signs as numbers, as `urllib.parse.quote_plus()` does: @ as %40, / as %2F, : as %3A, # as %23, ? as %3F, [ as %5B";

/** The rules of addresses that cannot be read as they are meant. */
export const addresses = (): Rule[] => [
  {
    name: "address-signs",
    code: "database-address",
    when: [
      {
        type: "ValueError",
        message: /^Port could not be cast to integer value as '([^'\n]*)'/,
      },
      {
        type: "ValueError",
        message: /^invalid literal for int\(\) with base 10: '([^'\n]*)'/,
        in: /\/sqlalchemy\/engine\/url\.py /,
      },
      {
        type: "ValueError",
        message: /^(Invalid IPv6 URL)/,
        through: /\/(?:redis|dj_database_url|environ|kombu|sqlalchemy)\b/,
      },
    ],
    claim: ({ groups: [port = ""] }) =>
      // A part that never arrived, or that a pattern leaves open.
      /^(?:None|[A-Z_]*|[<{$[].*)$/.test(port) ? undefined : {
        says:
          "The address of a server cannot be read: what stands in the place of its port is no number",
        probably:
          "a sign in name or password ends that part too early, as / # ? @ : and [ do",
        mend: `${ENCODE}; else correct the port`,
      },
    examples: [
      {
        raised: "ValueError: Port could not be cast to integer value as 'p'",
        in: [
          "PACKAGES/redis/connection.py parse_url",
          "PYTHON/urllib/parse.py port",
        ],
        mend: "/ as %2F",
      },
      {
        raised: "ValueError: invalid literal for int() with base 10: 'p'",
        in: "PACKAGES/sqlalchemy/engine/url.py _parse_url",
        says: "in the place of its port",
      },
    ],
    not: [
      {
        raised: "ValueError: Port could not be cast to integer value as 'None'",
        in: "PYTHON/urllib/parse.py port",
      },
      "ValueError: invalid literal for int() with base 10: 'p'",
    ],
  },
  {
    name: "address-host-cut",
    code: "database-address",
    over:
      "database-unreachable store-unreachable name-unknown network-unreachable",
    when: {
      message:
        /Name or service not known|name resolution|translate host name|Unknown .{0,20}server host|nodename nor servname|No address associated|Can't connect to|Connection refused|timed out/,
    },
    claim: ({ text }, scene) => {
      const found = addressesIn(scene).find(({ pieces }) =>
        pieces.some((piece) => isHostIn(text, piece))
      );
      return found && {
        seen:
          `The host that is asked, is a part of the password: ${found.where} has an address whose password holds signs that mean something else there, as @ : / # or ?, so that it ends too early`,
        mend:
          `${ENCODE}; or give the parts one by one, as with \`sqlalchemy.URL.create()\``,
      };
    },
    examples: [
      {
        raised:
          "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (2003, \"Can't connect to MySQL server on 'rt' ([Errno -2] Name or service not known)\")",
        files: {
          "APP/app.py":
            'app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://ann:K@rt/of@localhost/shop"\n',
        },
        says: "line 1 of APP/app.py",
        mend: "%40",
      },
      {
        raised:
          'psycopg2.OperationalError: could not translate host name "ss@db.example.org" to address: Name or service not known',
        config: 'DATABASE_URL = "postgres://ann:pa@ss@db.example.org/shop"',
        says: '"DATABASE_URL" of config.toml',
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error -2 connecting to w0rd:6379. Name or service not known.",
        config: 'REDIS_URL = "redis://:my@w0rd/x@cache.example.org:6379/0"',
      },
    ],
    not: [
      {
        raised:
          "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'localhost' ([Errno 111] Connection refused)\")",
        files: { "APP/app.py": 'URL = "mysql://ann:K%40rt@localhost/shop"\n' },
      },
      {
        raised:
          'psycopg2.OperationalError: could not translate host name "db" to address: Name or service not known',
        config: 'DATABASE_URL = "postgres://ann:word@db/shop"',
      },
    ],
  },
  {
    name: "address-of-container",
    code: "database-address",
    over:
      "database-unreachable store-unreachable name-unknown network-unreachable",
    when: {
      message:
        /(?:translate host name|resolve host|server host|server on|Failed to resolve|connecting to|host=|^(?=[a-z][\w-]*:\d+: ))[ ]?["']?([a-z][\w-]*)["']?[\s\S]*(?:not known|name resolution|nodename)/,
    },
    claim: ({ groups: [host = ""], place }, scene) => {
      if (host === "localhost") return undefined;
      const found = searchSite(
        scene,
        (names) => names.some((name) => COMPOSE.test(name)),
      ).flatMap((folder) =>
        namesIn(folder, scene.host).filter((name) => COMPOSE.test(name))
          .map((name) => join(folder, name))
      ).flatMap((file) => {
        const at = linesOf(file, scene).findIndex((line) =>
          new RegExp(`^\\s+["']?${host}["']?:\\s*(?:#.*)?$`).test(line)
        );
        return at < 0 ? [] : [{ file, line: at + 1 }];
      })[0];
      return found && {
        seen:
          `No machine is called "${host}" here: that is the name of a container, by line ${found.line} of ${found.file}, and counts only among containers that Docker has started`,
        place,
        mend:
          `Write in place of "${host}", where the application takes it from, the host that the administrators of this machine or the panel name for that server, as "localhost"`,
      };
    },
    examples: [
      {
        raised:
          'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) could not translate host name "db" to address: Name or service not known',
        files: {
          "APP/docker-compose.yml":
            "services:\n  web:\n    build: .\n  db:\n    image: postgres\n",
        },
        says: "line 4 of APP/docker-compose.yml",
        mend: '"localhost"',
      },
      {
        raised:
          "pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno -2] Name or service not known, Timeout: 30s",
        files: { "APP/docker-compose.yml": "services:\n  mongo:\n" },
        says: "line 2 of APP/docker-compose.yml",
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error -2 connecting to redis:6379. Name or service not known.",
        files: { "SITE/compose.yaml": "services:\n  redis:\n" },
      },
    ],
    not: [{
      raised:
        'psycopg2.OperationalError: could not translate host name "dbx" to address: Name or service not known',
      files: { "APP/docker-compose.yml": "services:\n  db:\n" },
    }],
  },
];

const COMPOSE = /^(?:docker-)?compose(?:\.\w+)*\.ya?ml$/;

/** An address whose password has signs in it, and where it is written. */
interface Address {
  where: string;
  /** What may be taken for its host. */
  pieces: string[];
}

const LONGEST_LINE = 1000;

function addressesIn(scene: Scene): Address[] {
  const { config } = scene.site;
  return [
    ...Object.entries({ ...scene.host.env, ...config?.environment }).flatMap((
      [name, value],
    ) =>
      value && !/\s/.test(value)
        ? piecesOf(value).map((pieces) => ({
          where: config?.environment[name] === undefined
            ? `the variable "${name}"`
            : `"${name}" of config.toml`,
          pieces,
        }))
        : []
    ),
    ...settingsFiles(scene).flatMap((file) =>
      linesOf(file, scene).flatMap((line, at) =>
        !/^\s*#/.test(line) && line.includes("://") &&
          line.length < LONGEST_LINE
          ? [...line.matchAll(/["']([a-z][\w+.-]*:\/\/[^"'\s]+)["']/g)]
            .flatMap(([, text]) => piecesOf(text!)).map((pieces) => ({
              where: `line ${at + 1} of ${file}`,
              pieces,
            }))
          : []
      )
    ),
  ];
}

/** The pieces that stand before the last @; nothing where all is well. */
function piecesOf(address: string): string[][] {
  const start = address.indexOf("://");
  const end = address.lastIndexOf("@");
  if (start < 1 || end < start) return [];
  const login = address.slice(start + "://".length, end);
  const word = login.slice(login.indexOf(":") + 1);
  if (!login.includes(":") || !/[@/#?]/.test(word)) return [];
  const host = address.slice(end + 1).split(/[:/?]/)[0]!;
  const pieces = word.split(/[@/#?:]/).slice(1).concat(
    word.includes("@") ? [`${word.slice(word.indexOf("@") + 1)}@${host}`] : [],
    word.split("@").slice(1).map((each) => `${each}@${host}`),
  );
  const [name = ""] = login.split(":");
  return [[name, ...pieces].filter((each) => each.length > 1 && each !== host)];
}

/** A message says that it asked for a host of this name. */
function isHostIn(text: string, piece: string): boolean {
  return [`'${piece}'`, `"${piece}"`, ` ${piece}:`, `'${piece}:`]
    .some((each) => text.includes(each));
}

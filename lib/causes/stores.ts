/**
 * Redis and Memcached, in which frameworks keep caches, sessions, limits and
 * messages: what asks for them, and what could stand in their place.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { unsetAddress } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

/** Who keeps something in such a store. */
interface Keeper {
  /** A frame of it. */
  through: RegExp;
  /** The line of the settings that chooses the store. */
  line: RegExp;
  /** What is kept there, and by whom. */
  keeps: string;
  /** What keeps it without a server. */
  instead: string;
}

const KEEPERS: readonly Keeper[] = [
  {
    through: /\/flask_session\//,
    line: /\bSESSION_TYPE["']?\]?\s*[:=]|\bSESSION_(?:REDIS|MEMCACHED)\b/,
    keeps: "Flask-Session keeps the visitors' sessions in it",
    instead:
      'the sessions in a folder of the site: SESSION_TYPE = "filesystem" with SESSION_FILE_DIR; without Flask-Session, Flask keeps small ones in a signed cookie',
  },
  {
    through: /\/flask_caching\//,
    line: /\bCACHE_TYPE["']?\]?\s*[:=]|\bCACHE_(?:REDIS|MEMCACHED)_\w+/,
    keeps: "Flask-Caching keeps its cache in it",
    instead:
      'the cache in a folder of the site: CACHE_TYPE = "FileSystemCache" with CACHE_DIR',
  },
  {
    through: /\/django\/contrib\/sessions\/backends\/(?:cache|cached_db)\.py /,
    line: /\bSESSION_ENGINE\s*=|\bCACHES\s*=/,
    keeps: "Django keeps the visitors' sessions in it, as in its cache",
    instead:
      'the sessions in the database: SESSION_ENGINE = "django.contrib.sessions.backends.db"; and the cache in a folder: "BACKEND": "django.core.cache.backends.filebased.FileBasedCache" with a "LOCATION"',
  },
  {
    through: /\/channels_redis\//,
    line: /\bCHANNEL_LAYERS\s*=/,
    keeps: "the channel layer of Django sends its messages through it",
    instead:
      'the messages in the process, if there is only one: "BACKEND": "channels.layers.InMemoryChannelLayer"',
  },
  {
    through: /\/django\/core\/cache\/|\/django_redis\/|\/cacheops\//,
    line: /\bCACHES\s*=|\bCACHEOPS_REDIS\b/,
    keeps: "Django keeps its cache in it",
    instead:
      'the cache in a folder of the site: "BACKEND": "django.core.cache.backends.filebased.FileBasedCache" with a "LOCATION" in CACHES, or in the database (DatabaseCache)',
  },
  {
    through: /\/(?:flask_limiter|slowapi|limits)\//,
    line: /\bRATELIMIT_STORAGE_UR[IL]\b|\bstorage_uri\s*=/,
    keeps: "the limits of requests are counted in it",
    instead:
      'the counts in the process, each process for itself: `storage_uri="memory://"`',
  },
  {
    through: /\/(?:flask_socketio|socketio)\//,
    line: /\bmessage_queue\s*=|\bRedisManager\(/,
    keeps: "Socket.IO sends its messages through it",
    instead: "nothing in it, where there is one process: leave the queue out",
  },
];

/** The rules of stores. */
export const stores = (): Rule[] => [
  {
    name: "store-unreachable",
    code: "database-unreachable",
    over: "database-unreachable network-unreachable name-unknown",
    when: [
      {
        type:
          /^(?:redis|pymemcache|pylibmc|_pylibmc|memcache|bmemcached|aiomcache|django_redis|limits)\./,
        message:
          /refused|timed out|[Tt]imeout (?:connecting|reading)|not known|name resolution|No route|unreachable|CONNECTION FAILURE|HAS FAILED|FAILED TO CONNECT|HOST LOOKUP|No such file|seem to be down|Connection closed/,
      },
      {
        errno: "ECONNREFUSED ETIMEDOUT ENOENT EHOSTUNREACH",
        through: /\/(?:pymemcache|bmemcached|aiomcache|valkey|redis)\//,
      },
      {
        type: "gaierror timeout TimeoutError",
        through: /\/(?:pymemcache|bmemcached|aiomcache)\//,
      },
    ],
    claim: (subject, scene) => {
      const { raised, line } = subject;
      const through = raised.frames.map((each) =>
        `${each.file} ${each.function}`
      );
      const isMemcached = /memcache|pylibmc|aiomcache/.test(raised.type) ||
        through.some((each) =>
          /\/(?:pymemcache|bmemcached|aiomcache)\//.test(each)
        );
      const keeper = KEEPERS.find((each) =>
        through.some((frame) => each.through.test(frame))
      );
      if (!isMemcached && !keeper) return undefined;
      // A variable that is not set tells more.
      if (
        unsetAddress(
            subject,
            scene,
            isMemcached ? /MEMCACHE|CACHE/ : /REDIS|CACHE|BROKER|SESSION/,
          ).length > 0 && !isMemcached
      ) return undefined;
      const chosen = keeper && chosenAt(keeper, subject, scene);
      return {
        says: `The ${
          isMemcached ? "Memcached" : "Redis"
        } server cannot be reached: ${line}${
          keeper ? `; ${keeper.keeps}` : ""
        }${chosen ? `, by line ${chosen.line} of ${chosen.file}` : ""}`,
        mend:
          `Write the host and port that the administrators of this machine name for such a server; where there is none${
            keeper
              ? `, keep ${keeper.instead}`
              : ", let the code do without, or keep the cache in a folder of the site"
          }`,
      };
    },
    examples: [
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        in: [
          "PACKAGES/flask_session/redis/redis.py _retrieve_session_data",
          "PACKAGES/redis/connection.py connect",
        ],
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": 'app.config["SESSION_TYPE"] = "redis"\nSession(app)\n',
        },
        says:
          "Flask-Session keeps the visitors' sessions in it, by line 1 of APP/app.py",
        mend: 'SESSION_TYPE = "filesystem"',
      },
      {
        raised: "ConnectionRefusedError: [Errno 111] Connection refused",
        facts: { errno: "ECONNREFUSED" },
        in: [
          "PACKAGES/django/core/cache/backends/memcached.py get",
          "PACKAGES/pymemcache/client/base.py _connect",
        ],
        files: {
          "APP/shop/settings.py": "\nCACHES = {\n}\n",
        },
        says:
          "The Memcached server cannot be reached: [Errno 111] Connection refused; Django keeps its cache in it, by line 2 of APP/shop/settings.py",
        mend: "FileBasedCache",
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error -2 connecting to cache:6379. Name or service not known.",
        in: "PACKAGES/limits/storage/redis.py incr",
        mend: "memory://",
      },
      "pylibmc.ConnectionError: error 3 from memcached_set: CONNECTION FAILURE",
    ],
    not: [
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        in: "PACKAGES/redis/connection.py connect",
      },
      {
        raised:
          "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        in: [
          "PACKAGES/flask_session/sessions.py open_session",
          "PACKAGES/redis/connection.py connect",
        ],
        files: {
          "APP/app.py":
            'import os\nurl = os.getenv("REDIS_URL", "redis://localhost:6379")\n',
        },
      },
    ],
  },
  {
    name: "redis-wants-no-password",
    code: "database-login",
    over: "database-login",
    when: {
      type: /^(?:redis|valkey)\./,
      message:
        /AUTH <password> called without any password configured|Client sent AUTH, but no password is set/,
    },
    claim: {
      says:
        "The Redis server wants no password, and the application gives it one",
      mend:
        "Take the password out of the settings or the address (`redis://HOST:6379/0`), if this is the right server; if it is to have one, its administrators set it",
    },
    examples: [
      "redis.exceptions.AuthenticationError: AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
      {
        raised:
          "redis.exceptions.ResponseError: Client sent AUTH, but no password is set",
        mend: "Take the password out",
      },
    ],
  },
  {
    name: "redis-of-other-kind",
    code: "database-address",
    when: {
      type: /^(?:redis|valkey)\./,
      message:
        /^(?:MOVED|ASK) \d|^CROSSSLOT|^CLUSTERDOWN|^(?:Redis|Valkey) Cluster cannot be connected|^No master found for|^DB index is out of range|^SELECT is not allowed in cluster mode/i,
    },
    claim: ({ line }) => ({
      says:
        `The Redis server is of another kind than the client takes it for: ${line}`,
      mend: /^(?:MOVED|ASK)/.test(line)
        ? "It is one of a cluster: make the client with `redis.cluster.RedisCluster(…)`, as `Redis(…)` knows one server only"
        : /^CROSSSLOT/.test(line)
        ? "In a cluster one command takes keys of one slot alone: give keys that belong together the same part in braces, as `{shop}:a` and `{shop}:b`"
        : /^CLUSTERDOWN/.test(line)
        ? "The cluster has not all its parts: tell its administrators"
        : /Cluster cannot/.test(line)
        ? "Where it is a single server, make the client with `Redis(…)`; where it is a cluster, none of the hosts that are named can be reached"
        : /No master/.test(line)
        ? "Sentinel knows no such name, or none of the sentinels can be reached (mostly port 26379): take both from the administrators"
        : /cluster mode/.test(line)
        ? "A cluster has the database 0 alone: leave the number out of the address"
        : "It has fewer databases than that number: write a smaller one at the end of the address, as `/0`, and a word before the keys of each use",
    }),
    examples: [
      {
        raised: "redis.exceptions.ResponseError: DB index is out of range",
        mend: "`/0`",
      },
      "redis.exceptions.ResponseError: MOVED 3999 10.0.0.2:6381",
      "redis.sentinel.MasterNotFoundError: No master found for 'mymaster'",
    ],
  },
  {
    name: "redis-command-unknown",
    code: "server-refused",
    when: {
      type: /^(?:redis|valkey)\./,
      message: /^unknown (?:sub)?command [`']?([\w.]+)/i,
    },
    claim: ({ groups: [command = ""] }) => ({
      says: `The Redis server knows no command ${command}`,
      mend: /^(?:JSON|FT|TS|BF|CF|GRAPH|TOPK|CMS)\./i.test(command)
        ? "That command is of a module (Redis Stack), which the server does not have: ask its administrators for it, or keep the value as a text with `json.dumps()`"
        : /^(?:CLIENT|CONFIG|FLUSHALL|KEYS|DEBUG)$/i.test(command)
        ? "The provider has switched it off, or the server is an older one: leave it out, as with a setting of the package that sends it"
        : "The server is older than the package that sends it: ask its administrators for a later one, or leave out what needs it",
    }),
    examples: [
      {
        raised:
          "redis.exceptions.ResponseError: unknown command `JSON.SET`, with args beginning with: `a`, `$`,",
        mend: "Redis Stack",
      },
      {
        raised: "redis.exceptions.ResponseError: unknown command 'GETEX'",
        mend: "older",
      },
    ],
  },
];

/** The line that chooses the store. */
function chosenAt(
  { line: chooses }: Keeper,
  { own }: Subject,
  scene: Scene,
): { file: string; line: number } | undefined {
  for (
    const file of new Set([...own ? [own.file] : [], ...settingsFiles(scene)])
  ) {
    const at = linesOf(file, scene).findIndex((line) =>
      !/^\s*#/.test(line) && chooses.test(line)
    );
    if (at >= 0) return { file, line: at + 1 };
  }
  return undefined;
}

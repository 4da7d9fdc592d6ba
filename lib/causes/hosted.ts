/**
 * Databases that a provider runs elsewhere, and poolers before them: what they
 * let in, by which way, and what they cannot do.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { told } from "./drivers.ts";
import type { Rule } from "./rule.ts";

const ACCESS_LIST =
  "Add the address of this machine to the IP access list of the project in Atlas (Network Access): `curl https://api.ipify.org` run on this machine shows it";

/** The rules of databases that a provider runs. */
export const hosted = (): Rule[] => [
  {
    name: "atlas-closed",
    code: "database-unreachable",
    over: "tls-broken tls-failed database-unreachable network-unreachable",
    when: [
      {
        type: /^pymongo\./,
        message:
          /mongodb\.net[\s\S]{0,200}?(TLSV1_ALERT_INTERNAL_ERROR|tlsv1 alert internal error|timed out|connection closed|Connection reset)/,
      },
    ],
    claim: ({ groups: [what = ""] }) =>
      /internal error|INTERNAL/.test(what)
        ? {
          says:
            "The cluster of MongoDB Atlas was reached, and ends the connection while TLS begins (internal error)",
          probably:
            "the address of this machine is not in its IP access list, which Atlas says in that way",
          mend:
            `${ACCESS_LIST}; a cluster that is paused must be resumed there`,
        }
        : {
          says: `The cluster of MongoDB Atlas does not answer: ${what}`,
          probably:
            "the address of this machine is not in its IP access list, or this machine lets nothing out to port 27017",
          mend:
            `${ACCESS_LIST}; if it is there, ask the administrators of this machine whether it may reach port 27017 of others`,
        },
    examples: [
      {
        raised:
          "pymongo.errors.ServerSelectionTimeoutError: SSL handshake failed: ac-x-shard-00-00.abc.mongodb.net:27017: [SSL: TLSV1_ALERT_INTERNAL_ERROR] tlsv1 alert internal error (_ssl.c:1129), Timeout: 30s",
        says: "probably the address of this machine is not in its IP access",
        mend: "Network Access",
      },
      {
        raised:
          "pymongo.errors.ServerSelectionTimeoutError: cluster0-shard-00-00.x.mongodb.net:27017: timed out (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s",
        says: "does not answer",
        mend: "port 27017",
      },
    ],
    not: [
      "pymongo.errors.ServerSelectionTimeoutError: localhost:27017: timed out (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s",
    ],
  },
  {
    name: "mongo-names-unanswered",
    code: "server-unreachable",
    when: {
      type: /^(?:pymongo|dns)\./,
      message:
        /^The (?:resolution lifetime|DNS operation) (?:expired|timed out)|^All nameservers failed to answer|^The DNS response does not contain an answer/,
    },
    claim: ({ text }) => ({
      says: /does not contain/.test(text)
        ? "The name of the cluster in the address (mongodb+srv://) has no list of servers"
        : "The name servers of this machine do not tell the servers of the cluster: an address that begins with mongodb+srv:// is looked up by them (SRV)",
      mend: /does not contain/.test(text)
        ? "Write the name of the cluster as Atlas shows it; for a single server, an address that begins with mongodb://"
        : "Ask the administrators whether this machine may ask for SRV records; or write the address in its long form, which names the servers one by one and begins with mongodb://: Atlas shows it for older drivers",
    }),
    examples: [
      {
        raised:
          "pymongo.errors.ConfigurationError: The resolution lifetime expired after 21.120 seconds: Server Do53:127.0.0.53@53 answered The DNS operation timed out.",
        mend: "begins with mongodb://",
      },
      "pymongo.errors.ConfigurationError: All nameservers failed to answer the query _mongodb._tcp.cluster0.x.mongodb.net. IN SRV: Server Do53:10.0.0.1@53 answered SERVFAIL",
    ],
  },
  {
    name: "asked-by-ipv6",
    code: "database-unreachable",
    over: "database-unreachable",
    when: told(
      /server at "([^"]+)" \([0-9a-f]*:[0-9a-f:]+\), port \d+ failed: (?:Network is unreachable|Cannot assign requested address|No route to host)/,
    ),
    claim: ({ groups: [host = ""], text }) => {
      // Another of its addresses was tried, too.
      if (/\(\d+\.\d+\.\d+\.\d+\), port/.test(text)) return undefined;
      return {
        says:
          `The database at ${host} has an address of IPv6 alone, and this machine has no way there`,
        mend: /supabase/.test(host)
          ? "Take from the pages of Supabase (Connect) the address of the session pooler, which has IPv4 as well: its host ends in pooler.supabase.com, and its user is postgres.PROJECT"
          : "Ask the provider for an address with IPv4, such as that of a pooler, or the administrators of this machine for IPv6",
      };
    },
    examples: [
      {
        raised:
          'psycopg2.OperationalError: connection to server at "db.abc.supabase.co" (2a05:d018::1), port 5432 failed: Network is unreachable\n\tIs the server running on that host',
        says: "an address of IPv6 alone",
        mend: "session pooler",
      },
    ],
    not: [
      'psycopg2.OperationalError: connection to server at "localhost" (::1), port 5432 failed: Connection refused',
    ],
  },
  {
    name: "pooler-user",
    code: "database-login",
    over: "database-unreachable database-login",
    when: told(/Tenant or user not found|no such tenant/i),
    claim: {
      says:
        "The pooler of the provider finds no project by the name of the user or by the region",
      mend:
        "Take host and user as the pages of Supabase (Connect) show them for the pooler: the user is postgres.PROJECT, not postgres alone, and the host is that of the project's region",
    },
    examples: [{
      raised:
        'psycopg2.OperationalError: connection to server at "aws-0-eu.pooler.supabase.com" (1.2.3.4), port 6543 failed: FATAL:  Tenant or user not found',
      mend: "postgres.PROJECT",
    }],
  },
  {
    name: "neon-endpoint",
    code: "database-login",
    over: "database-unreachable",
    when: told(/Endpoint ID is not specified/),
    claim: {
      says:
        "Neon is not told which database is meant: the library of PostgreSQL (libpq) below the driver is too old to say so by itself (SNI)",
      mend:
        "Write a later psycopg2-binary or psycopg[binary] into the requirements of the site, as they bring a libpq of their own; or add `options=endpoint%3D…` to the address, with the first part of the host's name (ep-…)",
    },
    examples: [{
      raised:
        "psycopg2.OperationalError: ERROR:  Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support or pass the endpoint ID",
      mend: "options=endpoint",
    }],
  },
  {
    name: "statements-behind-pooler",
    code: "database-address",
    when: [
      told(/prepared statement "[^"]*" (?:already exists|does not exist)/),
      {
        type:
          /^(?:asyncpg|psycopg)\.(?:\w+\.)*(?:Duplicate|Invalid)\w*(?:Statement|Name)\w*$/,
        message: /prepared statement/,
      },
    ],
    claim: {
      says:
        "A pooler such as PgBouncer hands one connection to several, and the driver prepares statements on it for itself: {line}",
      mend:
        'Let the driver prepare none: `statement_cache_size=0` with asyncpg (in SQLAlchemy `connect_args={"statement_cache_size": 0}`), `prepare_threshold=None` with psycopg 3; or take the provider\'s address that leads to the database itself, or to its session pooler (mostly port 5432)',
    },
    examples: [
      {
        raised:
          'asyncpg.exceptions.DuplicatePreparedStatementError: prepared statement "__asyncpg_stmt_1__" already exists\nHINT:  pgbouncer',
        mend: "statement_cache_size=0",
      },
      'psycopg.errors.DuplicatePreparedStatement: prepared statement "_pg3_0" already exists',
    ],
  },
  {
    name: "server-of-other-version",
    code: "package-conflict",
    when: [
      {
        type: /^elasticsearch\.|^elastic_transport\./,
        message:
          /Accept version must be either version|compatible-with=|media_type_header_exception/,
      },
      { type: "UnsupportedProductError" },
      {
        type: /^(?:django\.db|MySQLdb|pymysql|mysql\.connector|sqlalchemy)\./,
        message:
          /Unknown system variable '(?:tx_isolation|query_cache_size|storage_engine)'|Variable 'sql_mode' can't be set to the value of 'NO_AUTO_CREATE_USER'/,
      },
    ],
    claim: ({ kind, line, text }) => {
      const version = /must be either version (\d+)/.exec(text)?.[1];
      return kind === "UnsupportedProductError"
        ? {
          says:
            "The server is not the Elasticsearch that the package elasticsearch takes since 7.14: it is OpenSearch, or an older version, or a proxy stands before it",
          mend:
            "Use the package opensearch-py for OpenSearch, as on Amazon; for an older Elasticsearch write the version of the package with the same first number as the server's",
        }
        : /system variable|sql_mode/.test(line)
        ? {
          says: `The code, or the driver, is older than the server: ${line}`,
          mend:
            "Use a later version of the driver and of the framework, as mysqlclient or PyMySQL of today; where your own settings name that variable (init_command, sql_mode), take it out: MySQL 8 calls tx_isolation transaction_isolation",
        }
        : {
          says: `The package elasticsearch is newer than the server${
            version ? `, which speaks as version ${version} at most` : ""
          }: ${line}`,
          mend: version
            ? `Write elasticsearch>=${version},<${
              Number(version) + 1
            } into the requirements of the site, or let the server be renewed`
            : "Write the version of the package with the same first number as the server's into the requirements of the site",
        };
    },
    examples: [
      {
        raised:
          "elasticsearch.BadRequestError: BadRequestError(400, 'media_type_header_exception', 'Invalid media-type value on headers [Accept]', Accept version must be either version 8 or 7, but found 9)",
        mend: "elasticsearch>=8,<9",
      },
      {
        raised:
          "elasticsearch.UnsupportedProductError: The client noticed that the server is not Elasticsearch and we do not support this unknown product",
        mend: "opensearch-py",
      },
      {
        raised:
          "django.db.utils.OperationalError: (1193, \"Unknown system variable 'tx_isolation'\")",
        mend: "transaction_isolation",
      },
    ],
  },
];

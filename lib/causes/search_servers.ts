/**
 * What brokers, search servers and stores of files answer to what reaches them:
 * names that they do not have, rights, and disks that are full.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";

const SEARCH =
  /^(?:elasticsearch|elastic_transport|opensearchpy|meilisearch)\b/;

/** The rules of such servers. */
export const searchServers = (): Rule[] => [
  {
    name: "search-server-refuses",
    code: "server-refused",
    over: "database-login",
    when: {
      type: SEARCH,
      message:
        /(index_not_found_exception|index_not_found)|(read-only \/ allow delete|cluster_block_exception|TOO_MANY_REQUESTS\/12|flood stage)|(missing authentication credentials|security_exception|invalid_api_key|missing_authorization_header|unable to authenticate)|(Fielddata is disabled|Text fields are not optimised)|(circuit_breaking_exception|Data too large)|(resource_already_exists_exception|index_already_exists)/,
    },
    claim: (
      { groups: [absent, blocked, login, fielddata, memory, present], line },
    ) =>
      absent
        ? {
          says: `The search server has no such index: ${line}`,
          mend:
            "Make it, and write the rows into it, as by `manage.py search_index --rebuild` of django-elasticsearch-dsl, `rebuild_index` of Haystack or the code's own command; or correct its name",
        }
        : blocked
        ? {
          says: `The search server only lets itself be read: ${line}`,
          probably: "its disk is nearly full, at which it closes its indexes",
          mend:
            "Let its administrators make room; older versions keep the block until it is taken off (`index.blocks.read_only_allow_delete`)",
        }
        : login
        ? {
          code: "database-login",
          says: `The search server refuses the login: ${line}`,
          mend:
            'Give name and password, `basic_auth=("…", "…")`, or `api_key=…`, read from a file that [secret_files] of config.toml names: Elasticsearch asks for them since version 8',
        }
        : fielddata
        ? {
          code: "app-code",
          says:
            `Rows are sorted or counted by a text that is cut into words: ${line}`,
          mend:
            'Name the whole text beside it, `title.keyword`, or give the field the type "keyword" in the mapping',
        }
        : memory
        ? {
          says: `The search server has no memory for what is asked: ${line}`,
          mend:
            "Ask for less at once, or ask its administrators for more memory (heap)",
        }
        : present
        ? {
          code: "app-code",
          says: `An index is to be made that the search server has: ${line}`,
          mend:
            "Make it only where `indices.exists(index=…)` is false: each process of the site comes to that line",
        }
        : undefined,
    examples: [
      {
        raised:
          "elasticsearch.NotFoundError: NotFoundError(404, 'index_not_found_exception', 'no such index [posts]', posts, index_or_alias)",
        mend: "rebuild_index",
      },
      {
        raised:
          "elasticsearch.AuthorizationException: AuthorizationException(403, 'cluster_block_exception', 'index [posts] blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];')",
        says: "probably its disk is nearly full",
      },
      {
        raised:
          "elasticsearch.AuthenticationException: AuthenticationException(401, 'security_exception', 'missing authentication credentials for REST request')",
        code: "database-login",
        mend: "basic_auth",
      },
      {
        raised:
          "elasticsearch.BadRequestError: BadRequestError(400, 'search_phase_execution_exception', 'Fielddata is disabled on [title] in [posts]')",
        code: "app-code",
        mend: "keyword",
      },
    ],
  },
  {
    name: "broker-thing-refused",
    code: "server-refused",
    over: "database-unreachable",
    when: {
      type: /^(?:amqp|kombu|pika|aio_pika|aiormq)\./,
      message:
        /(NOT_FOUND - no (?:queue|exchange|binding)[^\n]{0,200})|(PRECONDITION_FAILED - [^\n]{0,200})|(RESOURCE_LOCKED)|(Refusing to deserialize)|(Invalid frame|FRAME_ERROR|missed heartbeats|connection\.blocked)/,
    },
    claim: ({ groups: [absent, other, locked, unread], line }) =>
      absent
        ? {
          says: `The message broker has no such queue or exchange: ${line}`,
          mend:
            "Declare it where it is used (`queue_declare`, `exchange_declare`), by the same name in the site and in the worker, and on the same virtual host",
        }
        : other
        ? {
          says:
            `A queue or exchange is declared in another way than the broker has it: ${line}`,
          mend:
            "Let all declare it alike (durable, arguments, type); one that is to be another way gets a new name, or is deleted at the broker once it is empty",
        }
        : locked
        ? {
          says: `The queue belongs to another connection (exclusive): ${line}`,
          mend:
            "Leave `exclusive=True` out where several processes are to use it: the site has more than one",
        }
        : unread
        ? {
          code: "config-value",
          says: `A message is in a form that is not taken here: ${line}`,
          mend:
            'Let the site and the worker have the same settings: `accept_content`, `task_serializer` and `result_serializer`, best "json"; what still lies in the queue from before is read by none then',
        }
        : {
          says: `The message broker ended the connection: ${line}`,
          mend:
            "Open a connection for each message, or let a pool try it before use: one that waits between requests sends no heartbeats",
        },
    examples: [
      {
        raised:
          "pika.exceptions.ChannelClosedByBroker: (404, \"NOT_FOUND - no queue 'jobs' in vhost '/'\")",
        mend: "queue_declare",
      },
      {
        raised:
          "amqp.exceptions.PreconditionFailed: Queue.declare: (406) PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'x' in vhost '/': received 'false' but current is 'true'",
        mend: "a new name",
      },
      {
        raised:
          "kombu.exceptions.ContentDisallowed: Refusing to deserialize untrusted content of type pickle (application/x-python-serialize)",
        code: "config-value",
        mend: "accept_content",
      },
    ],
  },
  {
    name: "minio-refuses",
    code: "server-refused",
    when: {
      type: /^minio\./,
      message:
        /code: (AccessDenied|NoSuchBucket|NoSuchKey|SignatureDoesNotMatch|InvalidAccessKeyId|RequestTimeTooSkewed|BucketAlreadyOwnedByYou)/,
    },
    claim: ({ groups: [code = ""], line }) => ({
      code: /Signature|AccessKey/.test(code)
        ? "credentials-missing"
        : undefined,
      says: `The store of files was reached, and refuses: ${
        line.slice(0, 200)
      }`,
      mend: code === "AccessDenied"
        ? "Give the key the right for that bucket in the settings of the store, or correct the bucket's name"
        : code === "NoSuchBucket"
        ? "Correct its name where the settings name it, or make it"
        : code === "NoSuchKey"
        ? "Correct the name of the object: capital letters and a `/` at its start count; catch the error where it may be missing"
        : code === "RequestTimeTooSkewed"
        ? "The clock of this machine differs from that of the store: see with `date -u`, and ask the administrators to let the machine keep its time (NTP)"
        : code === "BucketAlreadyOwnedByYou"
        ? "Make it only where `bucket_exists(…)` is false"
        : "See that key and secret are whole where the code reads them, with no line end, quotes or blanks around them (`.strip()`), and that they belong to this store",
    }),
    examples: [
      {
        raised:
          "minio.error.S3Error: S3 operation failed; code: NoSuchBucket, message: The specified bucket does not exist, resource: /b",
        mend: "make it",
      },
      {
        raised:
          "minio.error.S3Error: S3 operation failed; code: SignatureDoesNotMatch, message: x",
        code: "credentials-missing",
      },
    ],
  },
  {
    name: "memcached-key",
    code: "app-code",
    when: [
      {
        type: "InvalidCacheKey MemcacheIllegalInputError",
        message:
          /(characters that will cause errors|contains whitespace|non-ascii|control characters)|(longer than 250|too long)/i,
      },
    ],
    claim: ({ groups: [letters], line }) => ({
      says: `Memcached does not take that key: ${line}`,
      mend: letters
        ? "Make a key of plain letters, without blanks: `hashlib.sha256(text.encode()).hexdigest()` of what it is made of, or `urllib.parse.quote(text)`"
        : "A key has 250 letters at most: take `hashlib.sha256(text.encode()).hexdigest()` of what it is made of",
    }),
    examples: [
      "django.core.cache.backends.base.InvalidCacheKey: Cache key contains characters that will cause errors if used with memcached: 'a b'",
      {
        raised:
          "pymemcache.exceptions.MemcacheIllegalInputError: Key is too long: b'aaaa'",
        mend: "250 letters",
      },
    ],
  },
];

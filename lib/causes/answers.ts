/**
 * Requests to other servers that do not come to a whole answer, and addresses
 * that cannot be asked.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isOfDriver } from "./drivers.ts";
import { unsetBehind, unsetInWords } from "./origins.ts";
import type { Rule } from "./rule.ts";

const OF_HTTP =
  /\/(?:http\/client|urllib\/request)\.py |\/(?:requests|urllib3|httpx|httpcore|aiohttp)\//;

/** The server that a message names. */
function serverIn(text: string): string {
  const [, host] = /host='([^']+)'/.exec(text) ??
    /Cannot connect to host ([\w.-]+)/.exec(text) ?? [];
  return host ? ` ${host}` : "";
}

/** The rules of answers. */
export const answers = (): Rule[] => [
  {
    name: "answer-too-slow",
    code: "server-unreachable",
    over: "network-unreachable proxy-dead",
    when: [
      { type: "ReadTimeout ReadTimeoutError ServerTimeoutError" },
      {
        message: /Read timed out|The read operation timed out/,
        through: OF_HTTP,
      },
      {
        type: "TimeoutError timeout",
        through: OF_HTTP,
        in: / (?:readinto|recv|recv_into|read|_read_status)$/,
      },
    ],
    claim: ({ text, failure, raised }) =>
      isOfDriver(raised.type) ? undefined : {
        says: `Another server${
          serverIn(text)
        } was reached, and did not answer within the time that the code waits`,
        mend:
          `Let the code wait longer (\`timeout=\`), ask for less at once, and let the page do without the answer${
            failure.problem === "request-raised"
              ? ""
              : "; ask it in the function that needs the answer, not while the file is imported"
          }; where it never answers here and does elsewhere, it or a firewall may hold back what comes from this machine`,
      },
    examples: [
      {
        raised:
          "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.x.org', port=443): Read timed out. (read timeout=5)",
        in: "PACKAGES/requests/adapters.py send",
        says: "api.x.org was reached, and did not answer",
      },
      {
        raised: "TimeoutError: The read operation timed out",
        in: ["PYTHON/http/client.py _read_status", "PYTHON/ssl.py read"],
      },
    ],
    not: [{
      raised: "TimeoutError: timed out",
      in: [
        "PYTHON/http/client.py connect",
        "PYTHON/socket.py create_connection",
      ],
    }],
  },
  {
    name: "answer-cut-off",
    code: "server-unreachable",
    over: "network-unreachable proxy-dead",
    when: [
      {
        type:
          /^(?:http\.client|requests\.exceptions|urllib3\.exceptions|httpx|httpcore|aiohttp)\b.*\.(?:RemoteDisconnected|ChunkedEncodingError|IncompleteRead|ServerDisconnectedError|RemoteProtocolError|ProtocolError|ClientPayloadError|ReadError)$/,
        message: /^(?!.*(?:refused|timed out|not known))/,
      },
      {
        type: "ConnectionError ConnectionResetError",
        message:
          /Remote end closed connection|Connection reset by peer|Connection broken|IncompleteRead/,
        through: OF_HTTP,
      },
    ],
    claim: ({ line, text, raised }) =>
      /^(?:redis|pymongo|elastic|asyncpg|psycopg|amqp|kombu)/.test(raised.type)
        ? undefined
        : {
          says: `Another server${
            serverIn(text)
          } was reached, and ended the connection before its answer was whole: ${line}`,
          mend:
            "Ask once more where it fails (a session of requests with `Retry`), and see in the log of that server why: some end what asks too often, sends too much, or names no browser (User-Agent); http in place of https, or a firewall between, does so as well",
        },
    examples: [
      {
        raised:
          "requests.exceptions.ConnectionError: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
        in: "PACKAGES/requests/adapters.py send",
        mend: "`Retry`",
      },
      {
        raised:
          "http.client.IncompleteRead: IncompleteRead(10 bytes read, 20 more expected)",
        in: "PYTHON/http/client.py read",
      },
    ],
  },
  {
    name: "address-not-askable",
    code: "config-value",
    over: "network-unreachable value-from-variable none-from-variable",
    when: [
      {
        type: "MissingSchema UnsupportedProtocol",
        message:
          /'((?!None\b|undefined|null|\/|')[^'\n]+)'|()Request URL is missing/,
      },
      {
        type: "InvalidSchema",
        message: /No connection adapters were found for ['"](.{0,200}?)['"]?$/,
      },
      {
        type: "ValueError",
        message: /^unknown url type: '((?!None\b)[^'\n]+)'/,
        through: /\/urllib\/request\.py /,
      },
      {
        type:
          "InvalidURL LocationParseError NonHttpUrlClientError InvalidUrlClientError",
        message: /([\s\S]{0,200})/,
      },
      { type: "URLError", message: /^<urlopen error no host given>/ },
    ],
    claim: (subject, scene) => {
      const { groups, kind } = subject;
      const told = groups.find((each) => each) ?? "";
      const reads = unsetBehind(subject, scene);
      if (reads.length > 0) {
        return {
          code: "variable-missing",
          seen: `The address of another server cannot be asked${
            unsetInWords(reads)
          }`,
          mend:
            `Give it its whole address, with https:// at its start: under [environment] in config.toml, ${
              reads[0]!.name
            } = "…"`,
        };
      }
      // Words of the message put a value between quotation marks.
      const isQuoted = !/^(?:Invalid port|nonnumeric port)/.test(told) &&
        /^["'\s]|["'\s]$|%22/.test(told);
      const isSigns = /control characters|can't contain/.test(subject.text);
      return {
        says: isSigns
          ? "The address that is asked has blanks, line ends or letters that an address does not have"
          : /Schema|Protocol|ValueError/.test(kind)
          ? "The address that is asked does not begin with https:// or http://"
          : "The address that is asked cannot be read as one",
        mend: isSigns
          ? "Write what goes into it by `urllib.parse.quote()`, and take line ends off what is read from a file (`.strip()`)"
          : isQuoted
          ? "Take the quotation marks and blanks around it out, where it is set"
          : "Write it whole, as https://HOST/PATH, where it is set or put together: a variable that is not set, or a `/` too few between its parts, makes such ones",
      };
    },
    examples: [
      {
        raised:
          "requests.exceptions.MissingSchema: Invalid URL 'api.x.org/v1': No scheme supplied. Perhaps you meant https://api.x.org/v1?",
        in: "PACKAGES/requests/models.py prepare_url",
        says: "does not begin with https://",
      },
      {
        raised:
          "requests.exceptions.InvalidSchema: No connection adapters were found for 'localhost:8000/api'",
        in: "PACKAGES/requests/sessions.py get_adapter",
        mend: "https://HOST/PATH",
      },
      {
        raised:
          "http.client.InvalidURL: URL can't contain control characters. '/a b' (found at least ' ')",
        in: "PYTHON/http/client.py _validate_path",
        mend: "urllib.parse.quote()",
      },
      {
        raised:
          "httpx.UnsupportedProtocol: Request URL is missing an 'http://' or 'https://' protocol.",
        in: "PACKAGES/httpx/_client.py send",
      },
    ],
    not: [
      "requests.exceptions.MissingSchema: Invalid URL 'None/api': No scheme supplied. Perhaps you meant https://None/api?",
    ],
  },
  {
    name: "redirects-without-end",
    code: "server-refused",
    when: { type: "TooManyRedirects" },
    claim: ({ line }) => ({
      says: `Another server sends the request round and round: ${line}`,
      mend:
        "See with `curl -sIL` where it leads: https and http, or www and without, in turn; a login that is asked for each time needs a session that keeps its cookies (`requests.Session()`)",
    }),
    examples: [
      "requests.exceptions.TooManyRedirects: Exceeded 30 redirects.",
    ],
  },
  {
    name: "python-without-tls",
    code: "library-missing",
    over: "network-unreachable",
    when: {
      message:
        /unknown url type: https>|Can't connect to HTTPS URL because the SSL module is not available/,
    },
    claim: (_, scene) => ({
      says: "This Python was built without TLS, and asks no https:// address",
      mend:
        `Make another virtual environment with a Python that has it, such as that of the system: \`${scene.python} -c "import ssl"\` tells; one that was compiled by hand needs the files of OpenSSL while it is`,
    }),
    examples: [
      "urllib.error.URLError: <urlopen error unknown url type: https>",
    ],
  },
  {
    name: "header-empty",
    code: "app-setting-missing",
    over: "value-from-variable",
    when: {
      message:
        /^(?:Illegal header value|Invalid header value) b?['"](?:Bearer|Token|Basic|Bot)? ?['"]/,
    },
    claim: (subject, scene) => {
      const reads = unsetBehind(subject, scene, true);
      const says =
        "The header with the key for another server is empty: the key that it is made of has not come";
      return reads[0]
        ? {
          code: "variable-missing",
          seen: says + unsetInWords(reads),
          mend:
            "Keep the key in a file that [secret_files] of config.toml names, and let the code read it from there",
        }
        : {
          says,
          mend:
            "See where the key is read: a variable that is not set or an empty file gives none; keep it in a file that [secret_files] of config.toml names",
        };
    },
    examples: [{
      raised: "httpx.LocalProtocolError: Illegal header value b'Bearer '",
      in: "PACKAGES/httpx/_transports/default.py f",
      mend: "[secret_files]",
    }],
  },
];

/**
 * Proxies between the application and other servers: dead ones, those that
 * refuse, and those of another machine.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { quoted } from "../text/wrap.ts";
import { hostIn, NOT_AT_IMPORT } from "./hosts.ts";
import { findInstalled } from "./installed.ts";
import type { Rule } from "./rule.ts";
import { lineOf, linesOf, type Scene, whereSet } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

/** What a proxy says that is there, and refuses. */
const PROXY_ANSWER = /Tunnel connection failed: (\d{3}(?: [\w ]+)?)/;

/** A line of the application that names a proxy; its host is the group. */
const PROXY_LINE =
  /^[^#]*(?:\b(?:https?_proxy|all_proxy|HTTPS?_PROXY|ALL_PROXY|proxy|proxies|proxy_url|PROXY|ProxyHandler)\b).*?["'](?:https?|socks5h?):\/\/(?:[^"'@/]*@)?([\w.-]+:\d+)/;

/** A variable that names a proxy. */
interface ProxyVariable {
  name: string;
  value: string;
  /** Host and port, without a login. */
  host: string;
}

/** The variables of the application's environment that name a proxy. */
function proxyVariables({ site, host: { env } }: Scene): ProxyVariable[] {
  return ["https_proxy", "http_proxy", "all_proxy"]
    .flatMap((name) => [name, name.toUpperCase()])
    .flatMap((name) => {
      const value = site.config?.environment[name] ?? env[name];
      const host = value &&
        /^(?:\w+:\/{0,2})?(?:[^@/]*@)?([^/]+)/.exec(value)?.[1];
      return host ? [{ name, value, host }] : [];
    });
}

function whereAll(named: readonly ProxyVariable[], scene: Scene): string {
  const places = named.map(({ name }) =>
    whereSet(name, scene) ?? "the environment"
  );
  return [...new Set(places)].join(" and ");
}

/** The rules of proxies. */
export const proxies = (): Rule[] => [
  {
    name: "proxy-dead",
    code: "server-unreachable",
    over: "network-unreachable proxy-refused name-unknown",
    when: [
      {
        type:
          "URLError ConnectionRefusedError ConnectError ConnectTimeout ConnectTimeoutError ProxyError MaxRetryError NewConnectionError ClientConnectorError ConnectionError gaierror",
        through:
          /\/(?:urllib\/request|http\/client)\.py |\/(?:requests|urllib3|httpx|httpcore|aiohttp|botocore)\//,
      },
    ],
    claim: (subject, scene) => {
      const { text, failure, raised } = subject;
      if (
        !/refused|timed out|timeout|not known|Temporary failure|proxy/i.test(
          text,
        ) || PROXY_ANSWER.test(text)
      ) return undefined;
      const asked =
        raised.frames.some(({ file }) =>
          /\/(?:http\/client|urllib\/request)\.py$/.test(file)
        ) || hostIn(text);
      const named = proxyVariables(scene);
      const [first] = named;
      if (!first || !asked) return undefined;
      const told = hostIn(text);
      // The server itself was asked, where its name is told.
      if (
        told && !first.host.startsWith(told.split(":")[0]!) &&
        !/proxy/i.test(text)
      ) {
        return undefined;
      }
      const where = whereAll(named, scene);
      return {
        says:
          `A request to another server went to the proxy ${first.host}, and that does not answer: ${subject.line}`,
        probably: `it is the one that ${
          quoted(named.map(({ name }) => name))
        } ${named.length > 1 ? "name" : "names"}, set in ${where}`,
        mend: `Take ${
          named.length > 1 ? "the variables" : "the variable"
        } out of ${where}, if there is no such proxy any more; or name the right one, and in no_proxy the servers that are asked without it${
          failure.problem === "request-raised" ? "" : `; ${NOT_AT_IMPORT}`
        }`,
      };
    },
    examples: [
      {
        raised:
          "urllib.error.URLError: <urlopen error [Errno 111] Connection refused>",
        in: [
          "PYTHON/urllib/request.py urlopen",
          "PYTHON/urllib/request.py do_open",
        ],
        failure: { problem: "request-raised" },
        env: {
          http_proxy: "http://u:geheim@127.0.0.1:3128",
          IN_PASSENGER: "1",
        },
        says: "went to the proxy 127.0.0.1:3128, and that does not answer",
        mend: "Take the variable out of the login files",
      },
      {
        raised:
          "urllib.error.URLError: <urlopen error [Errno 111] Connection refused>",
        in: [
          "PYTHON/urllib/request.py urlopen",
          "PYTHON/urllib/request.py do_open",
        ],
        failure: { problem: "request-raised" },
        env: { http_proxy: "http://127.0.0.1:3128", IN_PASSENGER: "1" },
        files: {
          "/home/jdoe/.bash_profile":
            "umask 022\nexport http_proxy=http://127.0.0.1:3128\n",
        },
        says: "set in line 2 of /home/jdoe/.bash_profile",
        mend: "out of line 2 of /home/jdoe/.bash_profile",
      },
    ],
    not: [
      {
        raised:
          "requests.exceptions.ProxyError: HTTPSConnectionPool(host='x.org', port=443): Max retries exceeded with url: / (Caused by ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden')))",
        in: "PACKAGES/requests/adapters.py send",
        env: { https_proxy: "http://proxy.server:3128", IN_PASSENGER: "1" },
        failure: { problem: "request-raised" },
      },
      {
        raised:
          "urllib.error.URLError: <urlopen error [Errno 111] Connection refused>",
        in: [
          "PYTHON/urllib/request.py urlopen",
          "PYTHON/urllib/request.py do_open",
        ],
      },
    ],
  },
  {
    name: "proxy-of-other-kind",
    code: "server-unreachable",
    over: "optional-dependency proxy-refused network-unreachable",
    when: {
      message:
        /Missing dependencies for SOCKS support|Using SOCKS proxy, but the 'socksio' package|Unable to determine SOCKS version from|Unknown scheme for proxy URL|Proxy protocol must be either|Proxy URL had no scheme|Please check proxy URL\. It is malformed|Only http proxies are supported/,
    },
    claim: ({ text, line, own }, scene) => {
      const wanted = /Missing dependencies for SOCKS/.test(text)
        ? { distribution: "PySocks", module: "socks" }
        : /'socksio' package/.test(text)
        ? { distribution: "socksio", module: "socksio" }
        : undefined;
      if (wanted && findInstalled(wanted.module, scene)) return undefined;
      // What the code itself names, is not of the environment.
      if (PROXY_LINE.test(lineOf(own, scene).slice(0, 500))) return undefined;
      const named = proxyVariables(scene).filter(({ value }) =>
        wanted
          ? /^socks/i.test(value)
          : /scheme, should|malformed/.test(text)
          ? !/^\w+:\/\/[^/:@]/.test(value)
          : !/^https?:/i.test(value)
      );
      const [first] = named;
      if (!first) return undefined;
      const names = quoted(named.map(({ name }) => name));
      const isMany = named.length > 1;
      const where = whereAll(named, scene);
      const kind = /^(\w+):\/\//.exec(first.value)?.[1];
      const isHere = scene.site.config?.environment[first.name] !== undefined;
      const out = `Take ${
        isMany ? "them" : first.name
      } out of ${where}, if this machine has no such proxy (as where it is the one of a laptop)`;
      return {
        seen: `${names} in ${where} ${isMany ? "name" : "names"} ${
          kind
            ? `a proxy by "${kind}://"`
            : "a proxy without `http://` before it"
        }, ${first.host}, ${
          wanted
            ? `and requests to other servers through such a proxy need the package "${wanted.distribution}", which is not installed`
            : `and the library that asks other servers knows no such proxy: ${line}`
        }`,
        ...isHere &&
          { place: scene.site.placeOf(`environment.${first.name}`) },
        mend: `${out}; ${
          wanted
            ? `where the proxy is meant, install ${wanted.distribution} with pip, and add it to the requirements of the site`
            : kind === undefined
            ? `where the proxy is meant, write \`http://\` before its address`
            : `where the proxy is meant, write its address with a kind that the library knows, as http:// or, for a SOCKS proxy, socks5://`
        }`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: Using SOCKS proxy, but the 'socksio' package is not installed. Make sure to install httpx using `pip install httpx[socks]`.",
        in: "PACKAGES/httpx/_transports/default.py __init__",
        config: 'ALL_PROXY = "socks5://127.0.0.1:9050"',
        says:
          '"ALL_PROXY" in [environment] of config.toml names a proxy by "socks5://", 127.0.0.1:9050, and requests to other servers through such a proxy need the package "socksio"',
        mend: "Take ALL_PROXY out of [environment] of config.toml",
      },
      {
        raised:
          "requests.exceptions.InvalidSchema: Missing dependencies for SOCKS support.",
        in: "PACKAGES/requests/adapters.py SOCKSProxyManager",
        failure: { problem: "request-raised" },
        env: { https_proxy: "socks5h://u:p@localhost:1080", IN_PASSENGER: "1" },
        files: {
          "/home/jdoe/.bash_profile":
            "export https_proxy=socks5h://u:p@localhost:1080\n",
        },
        says:
          '"https_proxy" in line 1 of /home/jdoe/.bash_profile names a proxy by "socks5h://", localhost:1080',
        mend: "install PySocks with pip",
      },
      {
        raised:
          "ValueError: Unknown scheme for proxy URL URL('socks://127.0.0.1:1080/')",
        in: "PACKAGES/httpx/_config.py __init__",
        config: 'ALL_PROXY = "socks://127.0.0.1:1080/"',
        says: "knows no such proxy",
        mend: "socks5://",
      },
      {
        raised:
          "requests.exceptions.InvalidProxyURL: Please check proxy URL. It is malformed and could be missing the host.",
        in: "PACKAGES/requests/adapters.py get_connection",
        failure: { problem: "request-raised" },
        config: 'HTTP_PROXY = "http:/proxy.lan"',
        says: '"HTTP_PROXY" in [environment]',
      },
    ],
    not: [
      // Nothing of the environment names a proxy of that kind.
      "ImportError: Using SOCKS proxy, but the 'socksio' package is not installed. Make sure to install httpx using `pip install httpx[socks]`.",
      {
        raised:
          "ImportError: Using SOCKS proxy, but the 'socksio' package is not installed. Make sure to install httpx using `pip install httpx[socks]`.",
        config: 'HTTP_PROXY = "http://proxy.lan:3128"',
      },
      {
        raised:
          "ImportError: Using SOCKS proxy, but the 'socksio' package is not installed. Make sure to install httpx using `pip install httpx[socks]`.",
        config: 'ALL_PROXY = "socks5://127.0.0.1:9050"',
        files: {
          "APP/app.py":
            '\n\nclient = httpx.Client(proxy="socks5://10.0.0.7:1080")\n',
        },
      },
    ],
  },
  {
    name: "proxy-in-code",
    code: "server-unreachable",
    over: "network-unreachable proxy-refused name-unknown proxy-dead",
    when: [
      {
        message:
          /ProxyError|[Pp]roxy|not known|Failed to resolve|name resolution|refused|timed out/,
      },
    ],
    claim: (subject, scene) => {
      const { text, own } = subject;
      if (PROXY_ANSWER.test(text)) return undefined;
      const files = new Set([
        ...own ? [own.file] : [],
        ...settingsFiles(scene),
      ]);
      for (const file of files) {
        const lines = linesOf(file, scene);
        const found = lines.flatMap((each, at) => {
          const [, host] = PROXY_LINE.exec(each.slice(0, 500)) ?? [];
          return host ? [{ host, line: at + 1 }] : [];
        });
        const [first] = found;
        // What is asked otherwise names the server, and not the proxy.
        if (!first || !text.includes(first.host.split(":")[0]!)) continue;
        const numbers = found.map(({ line }) => line);
        return {
          seen:
            `A request to another server was to go through the proxy ${first.host}, which is not reached from this machine: ${
              numbers.length > 1 ? "lines" : "line"
            } ${numbers.join(" and ")} of ${file} ${
              numbers.length > 1 ? "name" : "names"
            } it${
              first.host.startsWith("proxy.server")
                ? "; it is the one of PythonAnywhere, and nowhere else"
                : ""
            }`,
          place: { file, line: first.line },
          mend: `Remove ${
            numbers.length > 1 ? "these lines" : "that line"
          }, so that the other server is asked directly; where this machine has a proxy of its own, its administrators name it`,
        };
      }
      return undefined;
    },
    examples: [
      {
        raised:
          "requests.exceptions.ProxyError: HTTPSConnectionPool(host='api.x.org', port=443): Max retries exceeded with url: / (Caused by ProxyError('Unable to connect to proxy', NameResolutionError(\"HTTPSConnection(host='proxy.server', port=3128): Failed to resolve 'proxy.server' ([Errno -2] Name or service not known)\")))",
        in: "PACKAGES/requests/adapters.py send",
        files: {
          "APP/app.py":
            'import os\nos.environ["http_proxy"] = "http://proxy.server:3128"\nos.environ["https_proxy"] = "http://proxy.server:3128"\n',
        },
        failure: { problem: "request-raised" },
        says: "lines 2 and 3 of APP/app.py name it",
        mend: "Remove these lines",
      },
      {
        raised:
          "telegram.error.NetworkError: httpx.ConnectError: Cannot connect to host proxy.lan:3128 ssl:default [Name or service not known]",
        files: {
          "APP/app.py": 'bot = Bot(TOKEN, proxy="http://u:p@proxy.lan:3128")\n',
        },
        says: "line 1 of APP/app.py names it",
        mend: "Remove that line",
      },
    ],
    not: [{
      raised:
        "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.x.org', port=443): Max retries exceeded (Caused by NameResolutionError(\"Failed to resolve 'api.x.org'\"))",
      files: {
        "APP/app.py": 'os.environ["no_proxy"] = "http://api.x.org"\n',
      },
    }],
  },
  {
    name: "proxy-refused",
    code: "server-unreachable",
    over: "network-unreachable name-unknown",
    when: [
      { type: "ProxyError" },
      {
        message:
          /Tunnel connection failed: (\d+ [\w ]+)|ProxyError|Cannot connect to proxy/,
      },
    ],
    claim: ({ line, text }) => {
      const answer = PROXY_ANSWER.exec(text)?.[1]?.trim();
      if (
        !answer &&
        /refused|timed out|not known|Failed to resolve|name resolution|No route|unreachable/
          .test(text)
      ) {
        return {
          says: `A proxy stands before the other server, and does not answer${
            hostIn(text) ? `, asked for ${hostIn(text)}` : ""
          }: ${line}`,
          mend:
            "Look for who names it: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY of the environment, or `proxies=` in the code; take it out if there is no such proxy any more, or name the one that the administrators of this machine have",
        };
      }
      return {
        says:
          `The proxy that HTTPS_PROXY or HTTP_PROXY names does not let the request through${
            answer ? `; it answers ${answer}` : ""
          }${hostIn(text) ? `, asked for ${hostIn(text)}` : ""}`,
        mend: answer?.startsWith("407")
          ? "It wants a login: ask the administrators for one, and keep the address with it in a secret file, not in config.toml"
          : "It lets only some addresses through: ask the administrators of the proxy to allow this one; a server inside of the house is named in NO_PROXY, under [environment] of config.toml",
      };
    },
    examples: [
      "OSError: Tunnel connection failed: 403 Forbidden",
      {
        raised:
          "requests.exceptions.ProxyError: HTTPSConnectionPool(host='api.x.org', port=443): Max retries exceeded with url: / (Caused by ProxyError('Cannot connect to proxy.', NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused')))",
        says: "does not answer, asked for api.x.org:443",
      },
      "requests.exceptions.ProxyError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: /x (Caused by ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden')))",
    ],
  },
];

/**
 * Files with certificates that are not there: lists of authorities, and what
 * is given for TLS.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { exists, lineOf, type Scene, whereSet } from "./scene.ts";

/** Variables that name a list of authorities. */
const AUTHORITY_VARIABLES = [
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "CURL_CA_BUNDLE",
];
/** Where Debian keeps the list of the machine. */
const SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

function outOf(named: string, scene: Scene): string {
  return `Take ${named} out of ${
    whereSet(named, scene)
  }, so that the usual list counts; or, where an authority of your own is needed, copy its file to this machine, and name it there by its absolute path${
    exists(SYSTEM_AUTHORITIES, scene)
      ? `; ${SYSTEM_AUTHORITIES} is the list of this machine`
      : ""
  }`;
}

/** The rules of files with certificates. */
export const authorities = (): Rule[] => [
  {
    name: "authorities-missing",
    code: "certificate-untrusted",
    over:
      "file-missing-told file-missing network-unreachable database-unreachable",
    when: {
      message:
        /Could not find a suitable TLS CA certificate bundle, invalid path: ([^\n]{1,400})|error setting certificate verify locations.*?CAfile: (\S+)|root certificate file "([^"]+)" does not exist/,
    },
    claim: ({ groups, text, own }, scene) => {
      const file = groups.find((each) => each !== undefined) ?? "";
      const { environment = {} } = scene.site.config ?? {};
      const named = AUTHORITY_VARIABLES.find((name) =>
        (environment[name] ?? scene.host.env[name]) === file
      );
      const isHere = named !== undefined && environment[named] !== undefined;
      return {
        ...named
          ? {
            seen:
              `The list of authorities for certificates, ${file}, is not there: ${named} names it, set in ${
                whereSet(named, scene)
              }${
                /^[A-Za-z]:[\\/]/.test(file)
                  ? "; that is a path of Windows"
                  : ""
              }`,
          }
          : {
            says:
              `The list of authorities for certificates, ${file}, is not there`,
          },
        ...isHere && { place: scene.site.placeOf(`environment.${named}`) },
        mend: named
          ? outOf(named, scene)
          : file !== "" && lineOf(own, scene).includes(file)
          ? `Correct it on line ${own!.line} of ${
            own!.file
          }, or leave it out there, so that the usual list counts`
          : /root certificate/.test(text)
          ? "Put the certificate of the server's authority there, or name it with `sslrootcert=` in the address of the database; leave sslmode as it is"
          : "Look for REQUESTS_CA_BUNDLE, SSL_CERT_FILE and CURL_CA_BUNDLE in the login files; a path of an old virtual environment means that its packages were copied from there",
      };
    },
    examples: [
      {
        raised:
          "OSError: Could not find a suitable TLS CA certificate bundle, invalid path: /old/cacert.pem",
        config: 'REQUESTS_CA_BUNDLE = "/old/cacert.pem"',
        says:
          "REQUESTS_CA_BUNDLE names it, set in [environment] of config.toml",
        mend: "Take REQUESTS_CA_BUNDLE out of [environment] of config.toml",
      },
      {
        raised:
          "OSError: Could not find a suitable TLS CA certificate bundle, invalid path: C:\\the ca\\corp.pem",
        env: { CURL_CA_BUNDLE: "C:\\the ca\\corp.pem", IN_PASSENGER: "1" },
        says: "in the login files; that is a path of Windows",
      },
      {
        raised:
          "OSError: Could not find a suitable TLS CA certificate bundle, invalid path: /opt/own.pem",
        files: {
          "APP/app.py": '\n\nr = requests.get(URL, verify="/opt/own.pem")\n',
        },
        mend: "Correct it on line 3 of APP/app.py",
      },
      'psycopg2.OperationalError: root certificate file "/home/x/.postgresql/root.crt" does not exist\nEither provide the file or change sslmode',
    ],
  },
  {
    name: "certificate-file-missing",
    code: "file-missing",
    over: "folder-lost",
    when: [
      { errno: "ENOENT", through: /\/ssl\.py / },
      { errno: "ENOENT", message: /^\[Errno 2\] No such file or directory$/ },
    ],
    claim: ({ raised, own }, scene) => {
      if (raised.filename !== undefined) return undefined;
      const line = lineOf(own, scene);
      const { environment = {} } = scene.site.config ?? {};
      // httpx and others hand it to ssl, which does not name it.
      const named = /cafile|certfile|load_|verify/.test(line)
        ? undefined
        : AUTHORITY_VARIABLES.slice(0, 2).find((name) => {
          const path = environment[name] ?? scene.host.env[name];
          return path?.startsWith("/") && !exists(path, scene) &&
            raised.frames.some(({ file }) => /\/ssl\.py$/.test(file));
        });
      if (named) {
        const path = environment[named] ?? scene.host.env[named];
        const where = whereSet(named, scene);
        return {
          code: "certificate-untrusted",
          seen:
            `The list of authorities for certificates, ${path}, is not there: ${named} names it, set in ${where}`,
          ...environment[named] !== undefined &&
            { place: scene.site.placeOf(`environment.${named}`) },
          mend: outOf(named, scene),
        };
      }
      const isMeant = /\/ssl\.py$/.test(raised.frames.at(-1)?.file ?? "") ||
        /\b(?:cafile|certfile|keyfile|load_cert_chain|load_verify_locations|ssl_ca|ssl_cert|ssl_key)\b/
          .test(line);
      const file = /["']([^"'\n]+\.(?:pem|crt|cer|key))["']/.exec(line)?.[1];
      return !isMeant ? undefined : {
        says: `A file with certificates or a key, which is given for TLS${
          file ? ` as "${file}"` : ""
        }, is not there; the exception does not name it`,
        mend:
          `Copy it to this machine, and name it by its absolute path: a relative one begins at ${scene.directory}; certificates of usual authorities need no file`,
      };
    },
    examples: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      in: [
        "PACKAGES/httpx/_config.py create_ssl_context",
        "PYTHON/ssl.py create_default_context",
      ],
      config: 'SSL_CERT_FILE = "/home/ann/ca.pem"',
      code: "certificate-untrusted",
      says: "/home/ann/ca.pem, is not there: SSL_CERT_FILE names it, set in",
      mend: "Take SSL_CERT_FILE out of [environment] of config.toml",
    }, {
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      in: "PYTHON/ssl.py create_default_context",
      failure: { problem: "request-raised" },
      files: {
        "APP/app.py": '\n\nssl.create_default_context(cafile="certs/ca.pem")\n',
      },
      says: 'as "certs/ca.pem", is not there',
      mend: "absolute path",
    }],
    not: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      in: "PYTHON/posixpath.py abspath",
      failure: { problem: "request-raised" },
    }],
  },
];

/**
 * Files with certificates that are not there: lists of authorities, and what
 * is given for TLS.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { exists, lineOf, whereSet } from "./scene.ts";

/** Variables that name a list of authorities. */
const AUTHORITY_VARIABLES = [
  "REQUESTS_CA_BUNDLE",
  "SSL_CERT_FILE",
  "CURL_CA_BUNDLE",
];
/** Where Debian keeps the list of the machine. */
const SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** The rules of files with certificates. */
export const authorities = (): Rule[] => [
  {
    name: "authorities-missing",
    code: "certificate-untrusted",
    over:
      "file-missing-told file-missing network-unreachable database-unreachable",
    when: {
      message:
        /Could not find a suitable TLS CA certificate bundle, invalid path: (\S+)|error setting certificate verify locations.*?CAfile: (\S+)|root certificate file "([^"]+)" does not exist/,
    },
    claim: ({ groups, text }, scene) => {
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
          ? `Take ${named} out of ${
            whereSet(named, scene)
          }, so that the usual list counts; or, where an authority of your own is needed, copy its file to this machine, and name it there by its absolute path${
            exists(SYSTEM_AUTHORITIES, scene)
              ? `; ${SYSTEM_AUTHORITIES} is the list of this machine`
              : ""
          }`
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
          "OSError: Could not find a suitable TLS CA certificate bundle, invalid path: C:\\ca\\corp.pem",
        env: { CURL_CA_BUNDLE: "C:\\ca\\corp.pem", IN_PASSENGER: "1" },
        says: "in the login files; that is a path of Windows",
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

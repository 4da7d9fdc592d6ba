/**
 * Variables of [secret_files], which hold the path of a file, and that the code
 * takes for the secret itself.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { told } from "./drivers.ts";
import type { Rule, Subject } from "./rule.ts";
import { linesOf, type Scene } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

/** What takes a path, so that the line is right. */
const TAKES_PATH =
  /\bopen\(|\bPath\(|read_text|read_env|load_dotenv|dotenv_values|_file\b|_path\b|FILE\b|PATH\b|exists\(|isfile\(|Config\(|Certificate\(|\bwith\b/;

/** The line that takes the path of a secret file for the secret. */
function pathTaken(
  { own }: Subject,
  scene: Scene,
): { name: string; file: string; line: number } | undefined {
  const names = Object.keys(scene.site.config?.secretFiles ?? {});
  for (
    const file of new Set([...own ? [own.file] : [], ...settingsFiles(scene)])
  ) {
    const lines = linesOf(file, scene);
    for (const [at, line] of lines.entries()) {
      if (/^\s*#/.test(line) || TAKES_PATH.test(line)) continue;
      const name = names.find((each) =>
        new RegExp(
          `(?:environ\\[|environ\\.get\\(|getenv\\(|\\b(?:env|config)\\()\\s*["']${each}["']`,
        ).test(line)
      );
      if (!name) continue;
      // What is given a name may be opened below.
      const [, given] = /^\s*(?:\w+\.)*(\w+)\s*=(?!=)/.exec(line) ?? [];
      if (
        given &&
        lines.some((each) =>
          TAKES_PATH.test(each) && new RegExp(`\\b${given}\\b`).test(each)
        )
      ) continue;
      return { name, file, line: at + 1 };
    }
  }
  return undefined;
}

/** The rules of paths that are taken for secrets. */
export const secretPaths = (): Rule[] => [
  {
    name: "secret-path-taken",
    code: "config-value",
    over:
      "database-login service-key-refused mail-server key-malformed server-answers-error signature-of-other-key",
    when: [
      told(
        /password authentication failed|Access denied for user|WRONGPASS|Authentication failed|Login failed for user|auth(?:entication)? failed|invalid (?:username-password|password)|invalid credentials/i,
      ),
      { type: "SMTPAuthenticationError AuthenticationError" },
      {
        message:
          /\b401\b|Invalid API [Kk]ey|Incorrect API key|Fernet key must be|Could not deserialize key|Not enough segments|Unauthorized/,
      },
    ],
    claim: (subject, scene) => {
      const found = pathTaken(subject, scene);
      return found && {
        seen:
          `What is given there as a secret is the path of a file: ${found.name} stands below [secret_files] in config.toml, whose variables hold paths, and line ${found.line} of ${found.file} takes it for the secret itself`,
        place: { file: found.file, line: found.line },
        mend:
          `Read the file on that line: \`open(os.environ["${found.name}"]).read().strip()\``,
      };
    },
    examples: [
      {
        raised:
          "pymysql.err.OperationalError: (1045, \"Access denied for user 'shop'@'localhost' (using password: YES)\")",
        files: {
          "APP/app.py":
            'import os\n\ndb = connect(password=os.environ["CREDENTIALS"])\n',
        },
        says: "line 3 of APP/app.py takes it for the secret itself",
        mend: 'open(os.environ["CREDENTIALS"]).read().strip()',
      },
    ],
    not: [
      {
        raised:
          "pymysql.err.OperationalError: (1045, \"Access denied for user 'shop'@'localhost' (using password: YES)\")",
        files: {
          "APP/app.py":
            'import os\nload_dotenv(os.environ["CREDENTIALS"])\ndb = connect(password=os.environ["PASSWORD"])\n',
        },
      },
    ],
  },
];

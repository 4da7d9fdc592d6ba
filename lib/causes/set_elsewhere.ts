/**
 * Files that give a variable to other programs than the one that the web
 * server starts: containers, platforms, servers, editors, an activated
 * environment.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { linesOf, type Scene } from "./scene.ts";

const FOR_WHOM: readonly [RegExp, string][] = [
  [/^(?:docker-)?compose(?:\.\w+)*\.ya?ml$/, "containers of Docker"],
  [/^Dockerfile(?:\.\w+)?$|^Containerfile$/, "containers of Docker"],
  [/^app\.ya?ml$/, "Google's App Engine"],
  [/^render\.ya?ml$/, "Render"],
  [/^fly\.toml$/, "Fly"],
  [/^gunicorn[\w.]*\.py$/, "gunicorn"],
  [/^uwsgi[\w.]*\.(?:ini|ya?ml|xml)$|^\w*uwsgi\.ini$/, "uWSGI"],
  [/\.service$/, "a service of systemd"],
  [/^launch\.json$/, "Visual Studio Code"],
  [
    /^activate(?:\.\w+)?$/,
    "shells in which somebody activates the virtual environment",
  ],
];

/** The line of a file that gives a variable to other programs alone. */
export function setElsewhere(name: string, scene: Scene): string | undefined {
  const { layout } = scene.site;
  const folders = new Set([
    scene.directory,
    dirname(scene.directory),
    layout.siteDirectory,
    join(scene.directory, ".vscode"),
    ...scene.venv ? [join(scene.venv, "bin")] : [],
  ]);
  const gives = new RegExp(
    `^[^#]*(?:(?:^|[\\s"'{,-])${name}["']?\\s*[:=]|\\bENV\\s+${name}[\\s=]|\\bkey:\\s*["']?${name}\\b)`,
  );
  for (const folder of folders) {
    for (const file of namesIn(folder, scene.host)) {
      const whom = FOR_WHOM.find(([names]) => names.test(file))?.[1];
      if (!whom) continue;
      const path = join(folder, file);
      const at = linesOf(path, scene).findIndex((line) =>
        line.length < 500 && gives.test(line)
      );
      if (at >= 0) {
        return `line ${
          at + 1
        } of ${path} sets it for ${whom}, and for nothing else`;
      }
    }
  }
  return undefined;
}

/** Platforms, by the variables that they set for what they run. */
const PLATFORMS: readonly [RegExp, string][] = [
  [/^(?:DYNO|HEROKU_\w+)$/, "Heroku"],
  [/^RENDER(?:_\w+)?$/, "Render"],
  [/^RAILWAY_\w+$/, "Railway"],
  [/^FLY_\w+$/, "Fly.io"],
  [/^REPL(?:_ID|_SLUG|_OWNER|IT_\w+)$/, "Replit"],
  [/^WEBSITE_\w+$/, "Azure"],
  [/^GAE_\w+$|^K_(?:SERVICE|REVISION|CONFIGURATION)$/, "Google's cloud"],
  [/^OPENSHIFT_\w+$/, "OpenShift"],
  [/^RDS_(?:HOSTNAME|PORT|DB_NAME|USERNAME)$/, "AWS Elastic Beanstalk"],
  [/^ECS_CONTAINER_\w+$/, "AWS"],
  [/^APPENGINE_\w+$/, "Google's App Engine"],
  [/^(?:GITPOD|C9)_\w+$/, "an editor on the web (Gitpod, Cloud9)"],
  [
    /^PLATFORM_(?:APPLICATION|APP_DIR|BRANCH|DOCUMENT_ROOT|ENVIRONMENT|PROJECT|RELATIONSHIPS|ROUTES|TREE_ID|VARIABLES)$/,
    "Platform.sh",
  ],
  [/^PYTHONANYWHERE_\w+$/, "PythonAnywhere"],
  [/^VERCEL(?:_\w+)?$/, "Vercel"],
  [/^AWS_LAMBDA_\w+$|^LAMBDA_TASK_ROOT$/, "AWS Lambda"],
  [/^VCAP_\w+$/, "Cloud Foundry"],
  [/^SPACE_(?:ID|HOST|AUTHOR_NAME)$/, "Hugging Face"],
  [/^CODESPACE(?:S|_NAME)$/, "GitHub's Codespaces"],
];

/** The platform that alone sets a variable; none for what is the owner's. */
export function platformOf(name: string): string | undefined {
  return /(?:KEY|TOKEN|SECRET|PASSWORD|URL|URI|DSN)$/.test(name)
    ? undefined
    : PLATFORMS.find(([expression]) => expression.test(name))?.[1];
}

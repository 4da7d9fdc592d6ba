/**
 * Brokers of messages that the application's tasks never get to know.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { namesIn } from "../machine/host.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { exists, linesOf, type Scene, searchSite, textOf } from "./scene.ts";
import { settingsFiles } from "./unset.ts";

/** Files in which Celery's application and its tasks are mostly written. */
const CELERY_FILES = /^(?:celery|tasks)\w*\.py$/;

/** The rules of brokers. */
export const brokers = (): Rule[] => [
  {
    name: "broker-given-nowhere",
    code: "database-unreachable",
    over: "database-unreachable",
    when: { type: /^(?:kombu|amqp)\./, message: /Connection refused/ },
    claim: brokerGivenNowhere,
    examples: [
      {
        raised:
          "kombu.exceptions.OperationalError: [Errno 111] Connection refused",
        in: "PACKAGES/kombu/connection.py _reraise_as_library_errors",
        files: {
          "APP/app.py":
            "from celery import Celery\ncelery = Celery(__name__)\nsend.delay()\n",
        },
        says: "line 2 of APP/app.py makes it without a broker",
        mend: "`Celery(…, broker=",
      },
      {
        raised:
          "kombu.exceptions.OperationalError: [Errno 111] Connection refused",
        in: "PACKAGES/kombu/connection.py _reraise_as_library_errors",
        files: {
          "APP/shop/__init__.py": "",
          "APP/shop/settings.py": 'CELERY_BROKER_URL = "redis://localhost"\n',
          "APP/shop/celery.py": 'app = Celery("shop")\n',
        },
        says: "APP/shop/__init__.py does not import it",
        mend: "`from .celery import app as celery_app`",
      },
    ],
    not: [
      {
        raised:
          "kombu.exceptions.OperationalError: [Errno 111] Connection refused",
        in: "PACKAGES/kombu/connection.py _reraise_as_library_errors",
        files: {
          "APP/app.py":
            'from celery import Celery\ncelery = Celery(__name__, broker="amqp://localhost")\nsend.delay()\n',
        },
      },
    ],
  },
];

/** Celery asks RabbitMQ on this machine, where nobody names another broker. */
function brokerGivenNowhere(
  { own, text }: Subject,
  scene: Scene,
): Claim | undefined {
  if (/connecting to|:\d{2,5}\b/.test(text)) return undefined;
  const files = [
    ...new Set([
      ...own ? [own.file] : [],
      ...settingsFiles(scene),
      ...searchSite(
        scene,
        (names) => names.some((each) => CELERY_FILES.test(each)),
      ).flatMap((folder) =>
        namesIn(folder, scene.host)
          .filter((each) => CELERY_FILES.test(each))
          .map((each) => join(folder, each))
      ),
    ]),
  ];
  const asks =
    "The message broker cannot be reached: Celery asks for RabbitMQ on this machine (amqp://localhost), where nothing answers, as its application is given no other";
  const isGiven = files.some((file) =>
    /\bbroker(?:_url)?\b|\bBROKER_URL\b|\bCELERY_BROKER/i.test(
      textOf(file, scene),
    )
  );
  for (const file of files) {
    const lines = linesOf(file, scene);
    const at = lines.findIndex((line) => /^[^#]*=\s*Celery\(/.test(line));
    if (at < 0) continue;
    const package_ = join(dirname(file), "__init__.py");
    if (!isGiven) {
      return {
        seen: `${asks}: line ${at + 1} of ${file} makes it without a broker`,
        place: { file, line: at + 1 },
        mend:
          'Name a broker that runs, and that the administrators name: `Celery(…, broker="redis://…")`, or the setting `broker_url`; a worker must run beside the site, too. Where neither is to be had, do the work without Celery',
      };
    }
    if (
      basename(file) === "celery.py" && exists(package_, scene) &&
      !/\bcelery\b/.test(textOf(package_, scene))
    ) {
      return {
        seen:
          `${asks}: ${file} makes one that may have it, and ${package_} does not import it, so that tasks know nothing of it`,
        place: { file: package_ },
        mend:
          `Write into ${package_}: \`from .celery import app as celery_app\``,
      };
    }
  }
  return undefined;
}

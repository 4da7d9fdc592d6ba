/**
 * Bots that are named as the application: programs that hold a connection of
 * their own and answer no visitor.
 *
 * Reads the source as text. Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { sourceOf } from "./appointed.ts";
import type { Rule } from "./rule.ts";
import { type Scene, textOf } from "./scene.ts";

/** What bots are made with, and for which service. */
const BOT_REGEXP =
  /^[ \t]*(?:import|from)[ \t]+(discord|nextcord|disnake|hikari|interactions|telegram|telebot|aiogram|pyrogram|telethon|vkbottle|twitchio|slack_bolt|mattermostdriver|nio|highrise)\b/m;
const SERVICES: Readonly<Record<string, string>> = {
  aiogram: "Telegram",
  disnake: "Discord",
  discord: "Discord",
  hikari: "Discord",
  highrise: "Highrise",
  interactions: "Discord",
  mattermostdriver: "Mattermost",
  nextcord: "Discord",
  nio: "Matrix",
  pyrogram: "Telegram",
  slack_bolt: "Slack",
  telebot: "Telegram",
  telegram: "Telegram",
  telethon: "Telegram",
  twitchio: "Twitch",
  vkbottle: "VK",
};
/** A call that keeps a bot running. */
const RUNNING_REGEXP =
  /\.(?:run|run_polling|start_polling|infinity_polling|polling|run_until_disconnected|run_forever|sync_forever|idle|start)\(|\bexecutor\.|\basyncio\.run\(/;
/** What makes an application that a web server can call. */
const MADE_REGEXP =
  /\b(?:Flask|FastAPI|Starlette|Dash|Quart|Bottle|Litestar|Sanic|SlackRequestHandler|AsyncSlackRequestHandler)\(|get_[aw]sgi_application|start_response|\b(?:scope, receive, send)\b/;
/** What makes a bot, by the name that an application mostly has. */
const BOT_MADE =
  "(?:\\w+\\.)*(?:\\w*Client|\\w*Bot|Application\\.builder|ApplicationBuilder|Updater|Dispatcher|TeleBot|App)\\(";

/** The rules of bots. */
export const bots = (): Rule[] => [
  {
    name: "bot-as-application",
    code: "app-not-wsgi",
    first: true,
    when: [
      {
        problem:
          "import-raised import-exited attribute-missing not-callable not-wsgi not-asgi factory-raised factory-result hung",
      },
    ],
    claim: ({ failure, kind, line }, scene) => {
      const text = entryText(scene);
      const library = BOT_REGEXP.exec(text)?.[1];
      if (
        !library || !RUNNING_REGEXP.test(text) || MADE_REGEXP.test(text) ||
        isOther(text, scene)
      ) return undefined;
      const { exception, subject } = failure;
      const { module, app = "application" } = scene.site.config?.wsgi ?? {};
      return {
        says: `${module ?? "The module"} is the program of a bot for ${
          SERVICES[library]
        } (${library}), and no website: a bot holds a connection of its own and runs without an end, and a web server calls an application for each visitor${
          exception
            ? `; what stopped it first: ${kind}: ${line}`
            : failure.problem === "hung"
            ? "; it did not come back from its start"
            : `; there is no application "${subject ?? app}" in it`
        }`,
        place: scene.site.placeOf("wsgi.module"),
        mend:
          `Run the bot as a program of its own, such as a service of systemd, where that is allowed; no setting makes a website of it. If there is a website beside it, let \`module\` in [wsgi] of config.toml name the file of that one${
            /^(?:Telegram|Slack)$/.test(SERVICES[library]!)
              ? `; ${
                SERVICES[library]
              } can call a website in place of that connection (webhooks): then the module is an application, as of Flask, with a view that takes the calls`
              : ""
          }`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'discord'",
        files: {
          "APP/app.py":
            'import os\nimport discord\nclient = discord.Client()\nclient.run(os.environ["TOKEN"])\n',
        },
        says: "is the program of a bot for Discord (discord), and no website",
        mend: "Run the bot as a program of its own",
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: {
          "APP/app.py":
            "from telegram.ext import Updater\ndef main():\n    Updater(T).start_polling()\nif __name__ == '__main__':\n    main()\n",
        },
        says: 'there is no application "application" in it',
        mend: "webhooks",
      },
      {
        failure: {
          problem: "not-callable",
          subject: "application",
          kind: "Application",
        },
        files: {
          "APP/app.py":
            "from telegram.ext import Application\napplication = Application.builder().token(T).build()\napplication.run_polling()\n",
        },
        says: "a bot for Telegram",
      },
      {
        failure: { problem: "hung", seconds: 30 },
        files: {
          "APP/app.py":
            "import telebot\nbot = telebot.TeleBot(T)\nbot.infinity_polling()\n",
        },
        says: "did not come back from its start",
      },
      {
        raised: "KeyError: 'BOT_TOKEN'",
        files: {
          "APP/app.py":
            'from aiogram import Bot, Dispatcher\nbot = Bot(os.environ["BOT_TOKEN"])\nasyncio.run(main())\n',
        },
        says: "what stopped it first: KeyError: 'BOT_TOKEN'",
      },
    ],
    not: [
      // A website that talks to one as well.
      {
        raised: "ModuleNotFoundError: No module named 'telebot'",
        files: {
          "APP/app.py":
            "import telebot\nfrom flask import Flask\napplication = Flask(__name__)\nbot = telebot.TeleBot(T)\nif __name__ == '__main__':\n    application.run()\n",
        },
      },
      {
        raised: "ModuleNotFoundError: No module named 'discord'",
        files: {
          "APP/app.py":
            "import discord\nfrom web import app\nif __name__ == '__main__':\n    discord.Client().run(T)\n",
        },
      },
      {
        raised: "ModuleNotFoundError: No module named 'discord'",
        files: {
          "APP/app.py": "import discord\napp = make_web(discord)\n",
        },
      },
    ],
  },
];

/** The source of the module that config.toml names. */
function entryText(scene: Scene): string {
  const { module = "" } = scene.site.config?.wsgi ?? {};
  return sourceOf(scene) ||
    textOf(
      join(scene.directory, `${module.replaceAll(".", "/")}.py`),
      scene,
    );
}

/** Tells whether the file has something else by the name of the application. */
function isOther(text: string, { site }: Scene): boolean {
  const name = /^\w+/.exec(site.config?.wsgi?.app ?? "application")?.[0] ?? "";
  const made = new RegExp(`^${name}\\s*(?::[^=\\n]+)?=(?!=)\\s*(.*)`, "m")
    .exec(text)?.[1];
  return made !== undefined
    ? !new RegExp(`^${BOT_MADE}`).test(made)
    : new RegExp(
      `^(?:(?:async )?def|class) +${name}\\b|import .*\\b${name}\\b`,
      "m",
    )
      .test(text);
}

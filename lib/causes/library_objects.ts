/**
 * Objects of libraries that `[wsgi]` names in place of an application: what
 * holds one, a part of one, or a program with a server of its own.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { appIs, appoint, callableOf, placeOf, sourceOf } from "./appointed.ts";
import { ANYWHERE } from "./missing.ts";
import type { Rule } from "./rule.ts";

const OWN_SERVER =
  /^\s*(?:import|from)\s+(streamlit|gradio|nicegui|chainlit|shiny|voila|panel|bokeh|tornado|robyn|socketify|japronto|vibora)\b/m;

/** What makes an application that this web server can call. */
const MADE =
  /\b(?:Flask|FastAPI|Starlette|Dash|Quart|Bottle|Litestar)\(|get_[aw]sgi_application|start_response|\bapplication\s*=/;

/** Applications that only the server of their own package can run. */
const OWN_APPLICATION =
  /\b(aiohttp|tornado|sanic|gradio|nicegui|streamlit|panel|bokeh|shiny|chainlit)\./;

/** Objects that hold their application in an attribute. */
const HOLDERS: readonly { kind: RegExp; attribute: string; what: string }[] = [
  { kind: /^dash\.|(?:^|\.)Dash$/, attribute: "server", what: "Dash" },
  {
    kind: /^connexion\.|(?:^|\.)(?:FlaskApp|App)$/,
    attribute: "app",
    what: "Connexion",
  },
  {
    kind: /^(?:flask_socketio|socketio)\.|(?:^|\.)SocketIO$/,
    attribute: "",
    what: "Flask-SocketIO",
  },
  {
    kind: /^(?:flask_restx|flask_restful|flask_restplus)\.|(?:^|\.)Api$/,
    attribute: "app",
    what: "an extension of Flask",
  },
  {
    kind: /^flask_appbuilder\.|AppBuilder$/,
    attribute: "app",
    what: "Flask-AppBuilder",
  },
  {
    kind: /^flask_sqlalchemy\.|SQLAlchemy$/,
    attribute: "",
    what: "an extension of Flask",
  },
  { kind: /Blueprint$/, attribute: "", what: "a blueprint of Flask" },
];

/** The rules of objects of libraries. */
export const libraryObjects = (): Rule[] => [
  {
    name: "server-of-framework",
    code: "app-not-wsgi",
    over:
      `${ANYWHERE} arguments-wrong callable-missing not-callable factory-result-wrong`,
    when: [
      {
        problem: "not-wsgi not-callable factory-result",
        kind: OWN_APPLICATION,
      },
      // Before anybody installs it.
      {
        type: "ModuleNotFoundError",
        message: /^No module named '(streamlit|gradio|nicegui|chainlit)'/,
      },
      { problem: "not-callable" },
      // NiceGUI's application can be called, before its server has set it up.
      { message: /^You must call ui\.run\(\) to start the server/ },
      {
        type: "AttributeError",
        message: /^'AppConfig' object has no attribute/,
        through: /\/nicegui\//,
      },
      { problem: "attribute-missing" },
    ],
    claim: ({ failure, kind, groups: [named] }, scene) => {
      const isDoubtful = kind === "ModuleNotFoundError" ||
        failure.problem === "not-callable" && !OWN_APPLICATION.test(kind);
      if (isDoubtful && MADE.test(sourceOf(scene))) return undefined;
      const server = named ||
        (failure.candidates?.length
          ? undefined
          : OWN_SERVER.exec(sourceOf(scene))?.[1]);
      return server === undefined ? undefined : {
        says:
          `The module is a program of ${server}, which runs a web server of its own, and has no WSGI application that this web server could call`,
        place: placeOf(scene),
        mend:
          `Ask the administrators for a way to run ${server} behind the web server, or write the site with a framework that speaks WSGI or ASGI, such as Flask, Dash, Django or FastAPI`,
      };
    },
    examples: [
      {
        failure: {
          problem: "not-wsgi",
          subject: "app",
          kind: "object of type tornado.web.Application that takes 1 argument",
        },
        says: "a program of tornado, which runs a web server of its own",
        mend: "Ask the administrators",
      },
      {
        failure: { problem: "attribute-missing", subject: "application" },
        files: { "APP/app.py": "import streamlit as st\nst.write(1)\n" },
        says: "a program of streamlit",
      },
      {
        raised: "ModuleNotFoundError: No module named 'streamlit'",
        files: { "APP/app.py": "import streamlit as st\nst.write(1)\n" },
        says: "a program of streamlit",
        mend: "a framework that speaks WSGI",
      },
      {
        failure: { problem: "not-callable", subject: "app", kind: "Robyn" },
        files: {
          "APP/app.py": "from robyn import Robyn\napp = Robyn(__file__)\n",
        },
        says: "a program of robyn",
      },
      {
        failure: { problem: "not-callable", subject: "app", kind: "Row" },
        files: { "APP/app.py": "import panel as pn\napp = pn.Row('x')\n" },
        says: "a program of panel",
      },
      {
        raised: "RuntimeError: You must call ui.run() to start the server.",
        in: "PACKAGES/nicegui/nicegui.py _startup",
        files: { "APP/app.py": "from nicegui import app, ui\n" },
        says: "a program of nicegui",
      },
      {
        failure: { problem: "not-callable", subject: "demo", kind: "Blocks" },
        files: { "APP/app.py": "import gradio as gr\ndemo = gr.Blocks()\n" },
        says: "a program of gradio",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'gradio'",
      files: {
        "APP/app.py":
          "import gradio\nfrom flask import Flask\napp = Flask(__name__)\n",
      },
    }],
  },
  {
    name: "cherrypy-root",
    code: "app-not-wsgi",
    over:
      "plain-class class-for-application arguments-wrong not-callable application-within",
    when: { problem: "not-wsgi not-callable" },
    claim: ({ failure: { subject = "app", kind } }, scene) => {
      if (!/^\s*(?:import|from) cherrypy\b/m.test(sourceOf(scene))) {
        return undefined;
      }
      const root = kind === "class" ? `${subject}()` : subject;
      return {
        says:
          `"${subject}" holds the pages of CherryPy, and is no WSGI application itself`,
        place: placeOf(scene),
        mend: appoint(
          "application",
          scene,
          `Add to the module \`application = cherrypy.Application(${root}, "/")\`, leave \`cherrypy.quickstart()\` below \`if __name__ == "__main__":\``,
        ),
      };
    },
    examples: [{
      failure: { problem: "not-wsgi", subject: "Root", kind: "class" },
      files: { "APP/app.py": "import cherrypy\nclass Root:\n    x = 1\n" },
      mend: "cherrypy.Application(Root(),",
    }],
  },
  {
    name: "application-within",
    code: "app-not-callable",
    over:
      "arguments-wrong not-callable factory-result-wrong class-for-application",
    when: { problem: "not-wsgi not-callable factory-result" },
    claim: ({ failure }, scene) => {
      const { subject = "app", kind = "" } = failure;
      const type = /([A-Za-z_][\w.]*)(?: that takes .*)?$/
        .exec(kind.replace(/ that takes .*/, ""))?.[1] ?? "";
      const text = sourceOf(scene);
      const holder = HOLDERS.find((each) => each.kind.test(type)) ??
        (type === "Dash" || new RegExp(
            `^${subject}\\s*=\\s*(?:dash\\.)?(?:Jupyter)?Dash\\(`,
            "m",
          ).test(text)
          ? HOLDERS[0]
          : undefined);
      if (!holder) return undefined;
      const flask = /^(\w+)\s*=\s*(?:flask\.)?Flask\(/m.exec(text)?.[1];
      const inside = holder.attribute
        ? `${callableOf(failure)}.${holder.attribute}`
        : undefined;
      // Where the file makes the application by itself, that is the one.
      const name = holder.what === "Dash" ? inside : flask ?? inside;
      return {
        says: `"${
          callableOf(failure)
        }" is an object of ${holder.what} (${type}), and no WSGI application itself${
          inside ? `; its attribute "${holder.attribute}" is` : ""
        }`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${appIs(scene)} the Flask application itself`,
      };
    },
    examples: [
      {
        failure: { problem: "not-callable", subject: "app", kind: "Dash" },
        says: 'its attribute "server" is',
        mend: 'app = "app.server"',
      },
      {
        failure: {
          problem: "not-callable",
          subject: "socketio",
          kind: "SocketIO",
        },
        files: {
          "APP/app.py": "app = Flask(__name__)\nsocketio = SocketIO(app)\n",
        },
        mend: 'app = "app"',
      },
    ],
    not: [{
      failure: { problem: "not-callable", subject: "app", kind: "str" },
    }],
  },
  {
    name: "command-line",
    code: "app-not-wsgi",
    over: "factory-result-wrong",
    when: {
      problem: "not-wsgi not-asgi factory-result",
      kind: /^command line of (\w+)$/,
    },
    claim: ({ failure, groups: [library] }, scene) => {
      const text = sourceOf(scene);
      const name = /^(\w+)\s*=\s*(?:\w+\.)?(?:Flask|FastAPI|create_app)\(/m
        .exec(text)?.[1];
      return {
        says: `"${
          callableOf(failure)
        }" is a command line, made with ${library}, and no web application`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${appIs(scene)} the application that the commands are about`,
      };
    },
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "manager",
        kind: "command line of flask_script",
      },
      files: { "APP/app.py": "app = Flask(1)\nmanager = Manager(app)\n" },
      says: "a command line, made with flask_script",
      mend: 'app = "app"',
    }],
  },
  {
    name: "router-alone",
    code: "app-not-wsgi",
    over: "factory-result-wrong wsgi-refused",
    when: {
      problem: "not-wsgi not-asgi factory-result",
      kind: /^router of FastAPI$/,
    },
    claim: ({ failure }, scene) => {
      const name = /^(\w+)\s*=\s*(?:\w+\.)?FastAPI\(/m.exec(sourceOf(scene))
        ?.[1];
      const subject = callableOf(failure);
      return {
        says:
          `"${subject}" is a router of FastAPI (APIRouter), a part of an application and none itself`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${
            appIs(scene)
          } the application that includes it: \`application = FastAPI()\` and \`application.include_router(${subject})\``,
      };
    },
    examples: [{
      failure: {
        problem: "not-wsgi",
        subject: "router",
        kind: "router of FastAPI",
      },
      says: "a part of an application",
      mend: "include_router(router)",
    }],
  },
  {
    name: "worker-application",
    code: "app-not-callable",
    over: "not-callable factory-result-wrong",
    when: {
      problem: "not-callable factory-result",
      kind:
        /^(Celery|Huey|\w+Huey|TeleBot|Bot|Dispatcher|Updater|Client|\w*Scheduler)$/,
    },
    claim: ({ failure, groups: [kind] }, scene) => {
      const text = sourceOf(scene);
      const name = /^(\w+)\s*=\s*(?:\w+\.)?(?:Flask|FastAPI)\(/m.exec(text)
        ?.[1];
      return {
        says: `"${
          callableOf(failure)
        }" is an object of type ${kind}, which works in processes of its own and answers no visitors`,
        place: placeOf(scene),
        mend: name
          ? appoint(name, scene)
          : `Let ${
            appIs(scene)
          } the web application, and start the ${kind} beside the web server, by a program of its own`,
      };
    },
    examples: [
      {
        failure: { problem: "not-callable", subject: "app", kind: "Celery" },
        says: "an object of type Celery",
        mend: "beside the web server",
      },
      {
        failure: { problem: "not-callable", subject: "celery", kind: "Celery" },
        files: { "APP/app.py": "app = Flask(1)\ncelery = Celery(1)\n" },
        mend: 'app = "app"',
      },
    ],
  },
  {
    name: "web-py-application",
    code: "app-not-callable",
    over: "not-callable factory-result-wrong",
    when: { problem: "not-callable factory-result", kind: /^application$/ },
    claim: ({ failure: { subject = "app" } }, scene) =>
      !/^\s*(?:import web|from web import)\b/m.test(sourceOf(scene)) ? "" : {
        says:
          `"${subject}" is an application of web.py, whose WSGI application \`wsgifunc()\` makes`,
        place: placeOf(scene),
        mend: appoint(`${subject}.wsgifunc()`, scene),
      },
    examples: [{
      failure: { problem: "not-callable", subject: "app", kind: "application" },
      files: { "APP/app.py": "import web\napp = web.application(urls, 1)\n" },
      mend: 'app = "app.wsgifunc()"',
    }],
  },
  {
    name: "class-of-library",
    code: "app-not-wsgi",
    over: "class-for-application arguments-wrong asgi-refused",
    when: { problem: "not-wsgi not-asgi", kind: /^class$/ },
    claim: ({ failure: { subject = "app" } }, scene) => {
      const text = sourceOf(scene);
      const imported = new RegExp(
        `^from[ \\t]+\\S+[ \\t]+import[ \\t]+(?:.*,[ \\t]*)?(Flask|Bottle|Quart|FastAPI|Starlette|Sanic|Falcon|Dash)[ \\t]+as[ \\t]+${subject}\\b`,
        "m",
      ).exec(text)?.[1];
      if (imported) {
        const made = new RegExp(`^(\\w+)\\s*=\\s*${subject}\\(`, "m")
          .exec(text)?.[1];
        return {
          seen:
            `"${subject}" is the class ${imported} itself, which is imported under that name, and no application of it`,
          place: placeOf(scene),
          mend:
            `Import \`${imported}\` under its own name, and write in the module: \`${subject} = ${
              made ?? `${imported}(__name__)`
            }\`${made ? ` below the line that makes \`${made}\`` : ""}`,
        };
      }
      const name = new RegExp(
        `^${subject}\\s*=\\s*((?:\\w+\\.)?(Flask|Bottle|Quart|FastAPI|Starlette|Sanic|Falcon|Dash))\\s*(?:#.*)?$`,
        "m",
      ).exec(text);
      const isFlask = /^(?:Flask|Quart|Dash|Sanic)$/.test(name?.[2] ?? "");
      if (!name) return undefined;
      return {
        seen: `"${subject}" is the class ${
          name[2]
        } itself, and no application of it: the brackets are missing`,
        place: placeOf(scene),
        mend: `Write in the module: \`${subject} = ${name[1]}(${
          isFlask ? "__name__" : ""
        })\``,
      };
    },
    examples: [{
      failure: { problem: "not-wsgi", subject: "app", kind: "class" },
      files: { "APP/app.py": "from flask import Flask\napp = Flask\n" },
      says: "the class Flask itself",
      mend: "`app = Flask(__name__)`",
    }, {
      failure: { problem: "not-wsgi", subject: "application", kind: "class" },
      files: {
        "APP/app.py":
          "from flask import Flask as application\nsite = application(1)\n",
      },
      says: "imported under that name",
      mend: "`application = site`",
    }],
  },
];

// The startup file of the node door, which Passenger loads. It only loads
// shim/runtime.cjs; when that is not possible, it says so on a page. Written
// by `wsgi-shim install`, renewed by `wsgi-shim upgrade`; not to be edited.
//
// Plain old JavaScript, so that a Node of any age can load and explain it.
// deno-lint-ignore-file
// deno-fmt-ignore-file: it would write commas that old Nodes do not know

"use strict";

// Called by its own name, `deno publish` would take it for an import, and
// make "./fs" of "fs".
var fs = module.require("fs");
var http = module.require("http");
var path = module.require("path");

var LEAST_NODE = 18;
var APP_ROOT = appRoot();
var RUNTIME = path.join(APP_ROOT, "shim", "runtime.cjs");

var before = stampOf(RUNTIME);
var trouble = loadTrouble();
if (trouble) explain(trouble);

// By the path that Passenger was given, wherever a link may lead.
function appRoot() {
  var loader = global.PhusionPassenger;
  var startupFile = loader && loader.options && loader.options.startup_file;
  return startupFile ? path.dirname(path.resolve(startupFile)) : __dirname;
}

// What kept the runtime from starting; nothing when it has started.
function loadTrouble() {
  if (parseInt(process.version.slice(1), 10) < LEAST_NODE) {
    return {
      text: "The web server's Node.js is too old: " + process.version +
        "; the runtime needs " + LEAST_NODE + " or later.",
      mend: "Ask the administrators to point PassengerNodejs to Node.js " +
        LEAST_NODE + " or later, or to use app type wsgi."
    };
  }
  var runtime;
  try {
    runtime = module.require(RUNTIME);
    // Cut off between two functions, it throws only here.
    if (!runtime || typeof runtime.start !== "function") {
      return runtimeTrouble("is not complete");
    }
  } catch (error) {
    return runtimeTrouble(before === "" ? "is missing" : "is broken", error);
  }
  try {
    var started = runtime.start(APP_ROOT);
    if (started && typeof started.then === "function") {
      started.then(null, function (error) {
        explain(runtimeTrouble("failed", error));
      });
    }
  } catch (error) {
    return runtimeTrouble("failed", error);
  }
}

function runtimeTrouble(state, error) {
  var command = "wsgi-shim upgrade " + quoteWord(APP_ROOT);
  // It keeps a file that is not as it was written.
  if (before !== "") {
    command = "mv " + quoteWord(RUNTIME) + " " + quoteWord(RUNTIME + ".old") +
      " && " + command;
  }
  return {
    text: "The file shim/runtime.cjs " + state + ".",
    mend: "Renew it in a shell: " + command,
    detail: error && (error.stack || String(error))
  };
}

// Serves the page until the cause may be gone; then Passenger starts afresh.
function explain(trouble) {
  var details = readDetails();
  report(trouble);
  http.createServer(function (request, response) {
    var isMended = stampOf(RUNTIME) !== before;
    var body = page(trouble, details, isMended);
    response.writeHead(503, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Length": Buffer.byteLength(body),
      "Cache-Control": "no-store",
      "Retry-After": isMended ? "1" : "60",
      "X-WSGI-Shim": "error",
      "Connection": "close"
    });
    response.end(request.method === "HEAD" ? undefined : body);
    if (isMended) {
      setTimeout(function () {
        process.exit(0);
      }, 100);
    }
  }).listen(process.env.PORT || 8000);
}

// To the server's log, and to the site's own, where that can be written.
function report(trouble) {
  var text = trouble.text + " " + trouble.mend +
    (trouble.detail ? "\n" + trouble.detail : "");
  console.error("wsgi-shim: " + text);
  try {
    var head = new Date().toISOString() + " [" + process.pid + "] failure: ";
    fs.appendFileSync(
      path.join(APP_ROOT, "log", "wsgi-shim.log"),
      head + text.split("\n").join("\n" + head) + "\n",
      { mode: parseInt("640", 8) }
    );
  } catch (error) {
    // The page still tells.
  }
}

// `[feedback] details`, without a parser of TOML: any mention counts.
function readDetails() {
  try {
    var text = fs.readFileSync(path.join(APP_ROOT, "config.toml"), "utf8")
      .replace(/["'](feedback|details)["']/g, "$1");
    var found =
      /^[ \t]*(?:feedback[ \t]*\.[ \t]*)?details[ \t]*=[ \t]*["'](\w+)["']/m
        .exec(text) ||
      /^[ \t]*feedback[ \t]*=.*\bdetails[ \t]*=[ \t]*["'](\w+)/m.exec(text);
    return found ? found[1] : "full";
  } catch (error) {
    return "none";
  }
}

function page(trouble, details, isMended) {
  var visitor = isMended
    ? "This site is being renewed. Please reload this page."
    : "This site cannot be shown at the moment. Please try again later.";
  var owner = "";
  if (!isMended && details !== "none") {
    owner = "<hr><p>For the owner of this site: " + escapeHtml(trouble.text) +
      "</p>";
    if (details === "full") {
      owner += "<p>" + escapeHtml(trouble.mend) + "</p>";
    }
  }
  return '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width">' +
    '<meta name="color-scheme" content="light dark">' +
    "<title>Service unavailable</title></head>\n" +
    '<body style="font-family:sans-serif;max-width:40em;margin:3em auto;' +
    'padding:0 1em">\n<h1>Service unavailable</h1><p>' + visitor + "</p>" +
    owner + "</body></html>\n";
}

// Changes when the file does; empty when it cannot be looked at.
function stampOf(file) {
  try {
    var stat = fs.statSync(file);
    return stat.size + " " + stat.mtime.getTime();
  } catch (error) {
    return "";
  }
}

function quoteWord(word) {
  return /^[A-Za-z0-9_@%+=:,.\/-]+$/.test(word)
    ? word
    : "'" + word.replace(/'/g, "'\\''") + "'";
}

function escapeHtml(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

import { assertEquals } from "@std/assert";
import { NOW } from "../../tests/worlds/machine.ts";
import {
  type Changes,
  check,
  codes,
  MODULE,
  only,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";

const VIEWS = `${SITE}/myapp/views.py`;

/** The log of a site that was started so many milliseconds ago. */
function startedAgo(age: number, door = "node"): string {
  return `${
    new Date(NOW - age).toISOString()
  } [12] start: wsgi-shim 0.1.0, door ${door}, plan run\n`;
}

Deno.test("checkRestart() compares the code with the last start", () => {
  const log = (
    start: number,
    modified: number,
    door = "node",
    config: Changes["config"] = [],
  ) =>
    codes({
      config,
      files: {
        [`${ROOT}/log/wsgi-shim.log`]: startedAgo(start, door),
        [MODULE]: { text: "app = 1\n", modified: NOW - modified },
      },
    });
  assertEquals(log(1_000_000, 500_000), ["restart-needed"]);
  assertEquals(
    log(1_000_000, 500_000, "node", [[MODULE, "../myapp/app.py"]]),
    ["restart-needed"],
  );
  assertEquals(log(500_000, 1_000_000), []);
  // The clock of another machine: no restart would end that.
  assertEquals(log(1_000_000, -500_000), []);
  // A trial run has ended, or looks for changes by itself.
  assertEquals(log(1_000_000, 500_000, "serve"), []);
  // Never started, so nothing runs that could be old.
  assertEquals(
    codes({ files: { [MODULE]: { text: "app = 1\n", modified: NOW } } }),
    [],
  );
});

/** Times are milliseconds before now. */
interface ImportedChanges {
  /** When the worker began. @default {900_000} */
  worker?: number;
  /** The date of views.py when it was imported. @default {2_000_000} */
  imported?: number;
  /** Its date on the disk. */
  now: number;
  /** When a restart was asked for. */
  asked?: number;
}

function withImported(
  { worker = 900_000, imported = 2_000_000, now, asked }: ImportedChanges,
): Changes["files"] {
  return {
    [`${ROOT}/log/wsgi-shim.log`]: startedAgo(1_000_000),
    [`${ROOT}/log/sources.json`]: JSON.stringify({
      time: NOW - worker,
      files: { [VIEWS]: NOW - imported, [`${SITE}/gone.py`]: 5 },
    }),
    [MODULE]: { text: "app = 1\n", modified: NOW - 2_000_000 },
    [VIEWS]: { text: "a = 1\n", modified: NOW - now },
    ...asked === undefined ? {} : {
      [`${ROOT}/tmp/restart.txt`]: { text: "", modified: NOW - asked },
    },
  };
}

Deno.test("checkRestart() sees each file that the worker has imported", () => {
  const seen = (changes: ImportedChanges) =>
    codes({ files: withImported(changes) });
  const needed = ["restart-needed"];
  assertEquals(seen({ now: 2_000_000 }), []);
  assertEquals(seen({ now: 500_000 }), needed);
  // A copy that kept the date of the original.
  assertEquals(seen({ now: 9_000_000 }), needed);
  // Another file would have to be restarted for; this one was imported so.
  assertEquals(seen({ imported: 500_000, now: 500_000 }), []);
  assertEquals(seen({ now: 500_000, asked: 400_000 }), []);
  assertEquals(seen({ now: 500_000, asked: 600_000 }), needed);
  // Of the process before the last start.
  assertEquals(seen({ worker: 1_500_000, now: 500_000 }), []);
  const { message } = only({ files: withImported({ now: 500_000 }) });
  assertEquals(
    message,
    `"${VIEWS}" was changed after the last start of the site`,
  );
});

Deno.test("checkRestart() heeds that a worker came later than the start", () => {
  const files = withImported({ worker: 100_000, now: 2_000_000 });
  assertEquals(
    codes({
      files: {
        ...files,
        [MODULE]: { text: "app = 1\n", modified: NOW - 500_000 },
      },
    }),
    [],
  );
});

Deno.test("checkRestart() asks for no restart of what was ended", () => {
  const line = (kind: string, pid: number) =>
    `${new Date(NOW - 800_000).toISOString()} [${pid}] ${kind}: x\n`;
  const seen = (more: string) => {
    const files = withImported({ now: 500_000 });
    const log = `${ROOT}/log/wsgi-shim.log`;
    return codes({ files: { ...files, [log]: startedAgo(1_000_000) + more } });
  };
  assertEquals(seen(line("ready", 12)), ["restart-needed"]);
  // The process before, which goes when the new one is there.
  assertEquals(seen(line("ready", 12) + line("stop", 7)), ["restart-needed"]);
  assertEquals(seen(line("ready", 12) + line("stop", 12)), []);
});

Deno.test("checkRestart() takes no other text for what was imported", () => {
  for (const text of ["", "[]", "null", '{"time": 1e15, "files": 3}']) {
    const files = withImported({ now: 500_000 });
    assertEquals(
      codes({ files: { ...files, [`${ROOT}/log/sources.json`]: text } }),
      [],
    );
  }
});

Deno.test("checkRestart() reads which folder the web server looks in", () => {
  const apache = "/etc/apache2/sites-enabled/my.conf";
  const found = (lines: string[], file = apache, more = {}) =>
    check({ files: { [file]: lines.join("\n"), ...more } });
  const server = (folder: string, root = ROOT) => [
    "<VirtualHost *:80>",
    `    PassengerAppRoot "${root}"`,
    `    PassengerRestartDir ${folder}`,
    "</VirtualHost>",
  ];
  const other = server("/srv/restart");
  const [one] = found(other);
  assertEquals(one?.code, "restart-folder-differs");
  assertEquals(one?.place, { file: apache, line: 3 });
  assertEquals(found(server(`${ROOT}/tmp`)), []);
  assertEquals(found(server("tmp")), []);
  assertEquals(found(server("/srv/restart", "/srv/other/www")), []);
  // Of the neighbour in the same file.
  assertEquals(
    found([...server("/srv/restart", "/srv/other"), ...server("tmp")]),
    [],
  );
  assertEquals(
    found([
      "server {",
      `  passenger_app_root ${ROOT};`,
      "  passenger_restart_dir /srv/restart;",
      "}",
    ], "/etc/nginx/conf.d/my.conf")[0]?.code,
    "restart-folder-differs",
  );
  // A restart that was asked for there counts.
  const changed = withImported({ now: 500_000 });
  const asked = (age: number) => ({
    ...changed,
    "/srv/restart/restart.txt": { text: "", modified: NOW - age },
  });
  const codesOf = (age: number) =>
    found(other, apache, asked(age)).map(({ code }) => code).sort();
  assertEquals(codesOf(400_000), ["restart-folder-differs"]);
  assertEquals(codesOf(600_000), ["restart-folder-differs", "restart-needed"]);
});

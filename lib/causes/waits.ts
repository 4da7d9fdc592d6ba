/**
 * What a start that does not end waits for, by the call at which the
 * application stands, and what lets it end.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Frame } from "../python/failure.ts";

/** What is waited for, and what mends that. */
export interface Wait {
  /** Follows "and", as in `waits for a keyboard`. */
  what: string;
  mend?: string;
}

const NO_ANSWER =
  "Give the call a timeout, and make it in a function that needs it, so that the site starts without; where nobody answers, see whether host and port are right, and whether this machine may reach them (many hosts let connections out only to a few)";
const DOWNLOAD =
  "Fetch it once in a shell, into a folder that the site's user can read, and let the code only load it from there: a web server starts an application again and again";

/** By the files and functions below the line of the application's own. */
const CALLS: readonly { call: RegExp; wait: Wait }[] = [
  {
    call:
      /\/(?:nltk\/downloader|huggingface_hub\/\w+|gdown\/\w+|torch\/hub|tensorflow_datasets\/\w+|spacy\/cli\/download|wget|kaggle\/\w+)\.py |\/urllib\/request\.py urlretrieve/m,
    wait: { what: "waits for a download to end", mend: DOWNLOAD },
  },
  {
    call: /\/tkinter\/__init__\.py |\/turtle\.py |\/pygame\/|\/PyQt\d\//m,
    wait: {
      what: "waits for a window to be closed",
      mend:
        "A server has no screen: leave the window and its `mainloop()` out; a web application shows what it has in its pages",
    },
  },
  {
    call: /\/(?:pdb|bdb)\.py |\/(?:ipdb|pudb)\//m,
    wait: {
      what: "waits for a keyboard, as a debugger does",
      mend:
        "Remove `breakpoint()` or `pdb.set_trace()`: a web server has no keyboard",
    },
  },
  {
    call: /\/(?:getpass|cmd|code)\.py |\/click\/termui\.py /m,
    wait: {
      what: "waits for a keyboard",
      mend:
        "Ask for nothing while the application starts: read what is needed from a variable or a file that config.toml names",
    },
  },
  {
    call:
      /\/multiprocessing\/(?:pool|process|managers|context)\.py |\/concurrent\/futures\/process\.py /m,
    wait: {
      what: "waits for another process",
      mend:
        'Start processes and pools in a function that needs them, not while the file is imported, or below `if __name__ == "__main__":`: each new process imports the file again',
    },
  },
  {
    call: /\/threading\.py (?:join|wait)|\/queue\.py get/m,
    wait: {
      what: "waits for a lock or another thread",
      mend:
        "Wait for no thread while the file is imported: leave `join()` and its like out; a thread that needs a module which is still being imported waits for that in turn",
    },
  },
  {
    call:
      /\/(?:psycopg2?|pymysql|MySQLdb|mysql\/connector|pymssql|pyodbc|oracledb|cx_Oracle|pymongo|redis|ldap3?|pika|kafka|elasticsearch)\/.* (?:connect\w*|__init__|_?create_connection|_?select_servers\w*|server_info|ping|authenticate)$/m,
    wait: {
      what: "waits for an answer from the network",
      mend: NO_ANSWER,
    },
  },
  {
    call:
      /\/(?:socket|ssl|http\/client|urllib\/request|smtplib|ftplib|imaplib|poplib)\.py |\/(?:urllib3|requests|httpx|httpcore|paramiko)\//m,
    wait: {
      what: "waits for an answer from the network",
      mend: NO_ANSWER,
    },
  },
  {
    call:
      /\/(?:sqlite3|sqlalchemy\/engine\/default|django\/db\/backends\/\w+)\b.* (?:do_execute|execute|_execute)$/m,
    wait: {
      what: "waits for the database",
      mend:
        "The query takes long, or another connection holds a lock on what it asks: end what is left over (a shell, a migration, another process of the site), and ask the database in a function, not while the file is imported",
    },
  },
  {
    call: /\/subprocess\.py /m,
    wait: { what: "waits for another program to end" },
  },
  {
    call: /\/fcntl|\/filelock|\/portalocker/m,
    wait: {
      what: "waits for the lock of a file",
      mend:
        "Another process holds the lock: see who does with `fuser` or `lsof`, end what is left over, or take the lock in a function and with a timeout",
    },
  },
  {
    call: /\/(?:asyncio|selectors)/m,
    wait: { what: "waits in an event loop that does not end" },
  },
];

/** By the line of the application's own, where nothing is called below it. */
const LINES: readonly { line: RegExp; wait: Wait }[] = [
  {
    line: /\b(?:input|raw_input)\s*\(/,
    wait: {
      what: "waits for a keyboard",
      mend:
        "Ask for nothing while the application starts: read what is needed from a variable or a file that config.toml names",
    },
  },
  {
    line: /\b(?:time\.)?sleep\s*\(/,
    wait: {
      what: "sleeps there",
      mend:
        "Leave `sleep()` out of what runs while the file is imported; what is to be done now and then is started by cron or by a program of its own",
    },
  },
];

/** Calls that load a model or many data, and only need their time. */
const LOADING =
  / (?:load_\w+|from_pretrained|load|read_\w+|pipeline|SentenceTransformer|__init__)$/m;

/**
 * Tells what is waited for.
 *
 * @param frames Below the line of the application's own, the outermost first
 * @param line The text of that line
 */
export function waitOf(
  frames: readonly Frame[],
  line: string,
): Wait | undefined {
  const called = frames.map((frame) => `${frame.file} ${frame.function}`)
    .join("\n");
  return called === ""
    ? LINES.find((each) => each.line.test(line))?.wait
    : CALLS.find(({ call }) => call.test(called))?.wait;
}

/** Tells whether it only takes long, as what loads a model does. */
export function isLoading(frames: readonly Frame[]): boolean {
  const [first] = frames;
  return first !== undefined &&
    (first.function === "<module>" ||
      LOADING.test(`${first.file} ${first.function}`));
}

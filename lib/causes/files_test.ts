import {
  inPackage,
  inPython,
  type Row,
  testRows,
  testSilence,
} from "../../tests/worlds/failing_site.ts";
import { MODULE, PYTHON, SITE } from "../../tests/worlds/site.ts";

const APP = `${SITE}/myapp`;
const ROOM = { freeBytes: 0, totalBytes: 10, freeFiles: 5, totalFiles: 10 };
const START = inPython("subprocess.py", "_execute_child");

testRows("file", [
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      errno: "ENOENT",
      failure: { problem: "request-raised" },
    },
    "app-directory",
    "removed or replaced while the site ran",
    "wsgi-shim restart",
  ],
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file: 'data.txt'",
      errno: "ENOENT",
      filename: "data.txt",
      files: { [`${SITE}/data.txt`]: "" },
    },
    "file-missing",
    `working directory ${APP}, and is not there, but in ${SITE}`,
    `chdir = "${SITE}"`,
  ],
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file: 'data.txt'",
      errno: "ENOENT",
      filename: "data.txt",
    },
    "file-missing",
    "and is not there",
    "Path(__file__).parent",
  ],
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file: 'uploads/new/a.txt'",
      errno: "ENOENT",
      filename: "uploads/new/a.txt",
    },
    "file-missing",
    `The folder "uploads/new" does not exist in the working directory ${APP}`,
    `mkdir -p ${APP}/uploads/new`,
  ],
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file",
      errno: "ENOENT",
      filename: `${SITE}/var/app/x.log`,
    },
    "file-missing",
    `The folder ${SITE}/var/app does not exist`,
    `mkdir -p ${SITE}/var/app`,
  ],
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file",
      errno: "ENOENT",
      filename: `${SITE}/secrets/credential.env`,
    },
    "file-missing",
    'there is "credentials.env"',
    "correct the path",
  ],
  [
    {
      raised: "PermissionError: [Errno 13] Permission denied",
      errno: "EACCES",
      filename: `${SITE}/data/x`,
      files: { [`${SITE}/data`]: { mode: 0o755, owner: "root:root" } },
    },
    "permission-denied",
    `jdoe may not create "x" in ${SITE}/data (mode 0755, owner root:root)`,
    `chown jdoe ${SITE}/data`,
  ],
  [
    {
      raised: "PermissionError: [Errno 13] Permission denied",
      errno: "EACCES",
      filename: `${SITE}/data/in/x`,
      files: { [`${SITE}/data`]: { mode: 0o700, owner: "ann:project" } },
    },
    "permission-denied",
    `jdoe may not enter ${SITE}/data (mode 0700, owner ann:project), on the way to ${SITE}/data/in/x`,
    `chmod g+x ${SITE}/data`,
  ],
  [
    {
      raised: "PermissionError: [Errno 13] Permission denied",
      errno: "EACCES",
      filename: `${SITE}/x`,
      files: { [`${SITE}/x`]: { text: "", mode: 0o444 } },
    },
    "permission-denied",
    `may not write ${SITE}/x (mode 0444`,
    `chmod u+w ${SITE}/x`,
  ],
  [
    {
      raised: "PermissionError: [Errno 13] Permission denied",
      errno: "EACCES",
      filename: `${SITE}/x`,
      files: { [`${SITE}/x`]: { text: "", mode: 0o644 } },
    },
    "permission-denied",
    "though its mode allows it",
    "getfacl",
  ],
  [
    { raised: "PermissionError: [Errno 1] Not permitted", errno: "EPERM" },
    "privilege-missing",
    "only root may do",
    "Leave the call out",
  ],
  [
    {
      raised: "OSError: [Errno 30] Read-only file system",
      errno: "EROFS",
      filename: `${SITE}/x`,
    },
    "read-only-file-system",
    `${SITE}/x is on a file system`,
    "administrators",
  ],
  [
    {
      raised: "OSError: [Errno 28] No space left on device",
      errno: "ENOSPC",
      filename: `${SITE}/x`,
      world: { space: { [SITE]: ROOM } },
    },
    "disk-full",
    `The file system of ${SITE} is full`,
    `df -h ${SITE}`,
  ],
  [
    {
      raised: "OSError: [Errno 28] No space left on device",
      errno: "ENOSPC",
      filename: `${SITE}/x`,
      world: { space: { [SITE]: { ...ROOM, freeBytes: 5, freeFiles: 0 } } },
    },
    "inodes-full",
    "10 inodes",
    `df -i ${SITE}`,
  ],
  [
    { raised: "OSError: [Errno 122] Disk quota exceeded", errno: "EDQUOT" },
    "disk-full",
    "quota of jdoe",
    "quota -s",
  ],
  [
    {
      raised: "OSError: [Errno 6] No such device or address: '/dev/stdout'",
      errno: "ENXIO",
      filename: "/dev/stdout",
    },
    "output-reopened",
    "/dev/stdout",
    "sys.stdout",
  ],
  [
    {
      raised: "FileNotFoundError: [Errno 2] No such file: 'git'",
      errno: "ENOENT",
      filename: "git",
      below: [START],
      config: 'PATH = "/nonexistent"\n',
    },
    "program-missing",
    '"git" is in none of the folders of PATH: /nonexistent',
    "absolute path",
  ],
]);

testRows("limit", [
  [{ raised: "MemoryError" }, "limit-memory", "not enough memory", "ulimit -v"],
  [
    { raised: "OSError: [Errno 12] Cannot allocate memory", errno: "ENOMEM" },
    "limit-memory",
    "not enough memory",
    "ulimit -v",
  ],
  [
    { raised: "RuntimeError: can't start new thread" },
    "limit-processes",
    "jdoe start another thread",
    "ps -L -u jdoe",
  ],
  [
    {
      raised: "BlockingIOError: [Errno 11] Resource temporarily unavailable",
      errno: "EAGAIN",
      below: [inPython("subprocess.py", "_fork_exec")],
    },
    "limit-processes",
    "start another process",
    "ulimit -u",
  ],
  [
    {
      raised: "KeyboardInterrupt",
      below: [inPackage("numpy/__init__.py")],
      failure: {
        output: [
          "OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 4",
        ],
      },
    },
    "limit-processes",
    "OpenBLAS",
    'OPENBLAS_NUM_THREADS = "1"',
  ],
  [
    { raised: "OSError: [Errno 24] Too many open files", errno: "EMFILE" },
    "limit-open-files",
    "as many files",
    "ulimit -n",
  ],
]);

testRows("database", [
  [
    {
      raised: "sqlite3.OperationalError: attempt to write a readonly database",
      files: {
        [`${APP}/db.sqlite3`]: { text: "", mode: 0o644, owner: "root:root" },
      },
    },
    "database-readonly",
    `${APP}/db.sqlite3 has mode 0644, owner root:root`,
    `chown jdoe ${APP}/db.sqlite3 ${APP}`,
  ],
  [
    {
      raised: "django.db.utils.OperationalError: unable to open database file",
      files: {
        [`${SITE}/data`]: { mode: 0o555 },
        [`${SITE}/data/x.db`]: { text: "", mode: 0o644 },
      },
    },
    "database-readonly",
    `${SITE}/data has mode 0555`,
    `chmod u+w ${SITE}/data`,
  ],
  [
    {
      raised:
        "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) unable to open database file\n(Background)",
    },
    "database-readonly",
    "mostly the folder that it should be in does not exist",
    "mkdir -p FOLDER",
  ],
  ...([
    ['db = connect("data/app.db")', `${APP}/data`],
    [`db = connect("${SITE}/data/app.db")`, `${SITE}/data`],
    ['db = connect(Path(__file__).parent / "data" / "app.db")', `${APP}/data`],
    ['db = connect(join(dirname(__file__), "var", "app.db"))', `${APP}/var`],
    ["db = connect(FILE)", `${SITE}/db`],
    ["engine.connect()", `${APP}/data`],
  ] as const).map(([line, folder]): Row => [
    {
      raised: "sqlite3.OperationalError: unable to open database file",
      files: {
        [MODULE]:
          `FILE = "${SITE}/db/app.sqlite3"\nengine = make("sqlite:///data/app.db")\n${line}\n`,
      },
    },
    "file-missing",
    `The folder ${folder} does not exist, in which the SQLite database "app`,
    `mkdir -p ${folder}`,
  ]),
  ...[
    'db = connect(HOME / "data" / "app.db")',
    "db = connect(f'{HOME}/app.db')",
    'db = connect("app.db")',
  ].map((line): Row => [
    {
      raised: "sqlite3.OperationalError: unable to open database file",
      files: { [MODULE]: `import x\n\n${line}\n` },
    },
    "database-readonly",
    "cannot be opened",
    "mkdir -p FOLDER",
  ]),
  [
    { raised: "sqlite3.OperationalError: database is locked" },
    "database-locked",
    "locked",
    "fuser",
  ],
  [
    { raised: "sqlite3.DatabaseError: file is not a database" },
    "database-damaged",
    "damaged",
    "backup",
  ],
  [
    {
      raised:
        'psycopg2.OperationalError: connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused\n\tIs the server running',
    },
    "database-unreachable",
    "port 5432 failed: Connection refused",
    "web server itself",
  ],
  [
    {
      raised:
        "MySQLdb.OperationalError: (2002, \"Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)\")",
    },
    "database-unreachable",
    "2002",
    "host and port",
  ],
  [
    {
      raised:
        "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
    },
    "database-unreachable",
    "6379",
    "host and port",
  ],
  [
    {
      raised:
        "psycopg2.OperationalError: FATAL:  password authentication failed for user",
    },
    "database-login",
    "refuses the login",
    "[secret_files]",
  ],
  [
    {
      raised: "pymysql.err.OperationalError: (1049, \"Unknown database 'x'\")",
    },
    "database-login",
    "no such database",
    "Create the database",
  ],
  [
    {
      raised: "django.db.utils.OperationalError: no such table: auth_user",
      files: { [`${APP}/manage.py`]: "" },
    },
    "database-not-migrated",
    "auth_user",
    `${PYTHON} ${APP}/manage.py migrate`,
  ],
]);

testSilence("files", [
  // There by now, or the application has changed its working directory.
  {
    raised: "FileNotFoundError: [Errno 2] No such file",
    errno: "ENOENT",
    filename: MODULE,
  },
  { raised: "FileNotFoundError: gone", errno: "ENOENT" },
  { raised: "PermissionError: no", errno: "EACCES" },
  { raised: "OSError: [Errno 6] ENXIO", errno: "ENXIO", filename: "/dev/tty" },
  { raised: "BlockingIOError: again", errno: "EAGAIN" },
  { raised: "ConnectionRefusedError: refused", errno: "ECONNREFUSED" },
  { raised: "KeyboardInterrupt" },
  { raised: "RuntimeError: database is locked" },
  { raised: "myapp.errors.OperationalError: Connection refused" },
  { raised: 'sqlite3.OperationalError: near "x": syntax error' },
]);

/**
 * Other machines by other ways than the web: SSH, FTP, mailboxes, and Docker on
 * this one.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { unsetBehind, unsetInWords } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { lineOf, runnerOf, type Scene, textOf } from "./scene.ts";

/** A login that was refused, and the variables that it is made of. */
function refused(
  what: string,
  mend: string,
  subject: Subject,
  scene: Scene,
): Claim {
  const reads = unsetBehind(subject, scene, true);
  const says = `${what}: ${subject.line}`;
  return reads[0]
    ? { code: "variable-missing", seen: says + unsetInWords(reads), mend }
    : { says, mend };
}

/** The rules of other machines. */
export const remote = (): Rule[] => [
  {
    name: "ssh-unreachable",
    code: "server-unreachable",
    over: "network-unreachable",
    when: {
      type: /^paramiko\.|^(?:asyncssh|fabric|pysftp|sshtunnel)\./,
      message:
        /Unable to connect to port (\d+) on ([\w.:-]+)|Error reading SSH protocol banner|Could not establish session to SSH gateway|No existing session/,
    },
    claim: ({ groups: [port, host], line }) => ({
      says: port
        ? `Nothing answers by SSH at ${host}, port ${port}`
        : `The connection by SSH did not come about: ${line}`,
      mend:
        "See whether host and port are right, and whether this machine may reach them: many hosts let nothing out to port 22; a tunnel for a database is not needed where the database is on this machine or lets it in",
    }),
    examples: [
      {
        raised:
          "paramiko.ssh_exception.NoValidConnectionsError: [Errno None] Unable to connect to port 22 on 127.0.0.1",
        says: "at 127.0.0.1, port 22",
      },
      "sshtunnel.BaseSSHTunnelForwarderError: Could not establish session to SSH gateway",
    ],
  },
  {
    name: "ssh-host-unknown",
    code: "server-refused",
    when: {
      type: /^(?:paramiko|asyncssh|pysftp)\./,
      message:
        /not found in known_hosts|No hostkey for host \S+ found|Host key is not trusted|Host key for server .* does not match/,
    },
    claim: ({ line, text }, scene) => ({
      says: `The server's key of SSH is not known here: ${line}`,
      mend: /does not match/.test(text)
        ? "Ask whoever runs that server whether its key was changed: if not, somebody else answers in its place; then correct the line of it in known_hosts"
        : `Log in to it once by \`ssh\` as ${
          runnerOf(scene)
        }, compare the key with what its administrators tell, and let the code read that list: \`client.load_system_host_keys()\``,
    }),
    examples: [
      {
        raised:
          "paramiko.ssh_exception.SSHException: Server 'x.org' not found in known_hosts",
        mend: "load_system_host_keys",
      },
    ],
  },
  {
    name: "remote-login",
    code: "server-refused",
    over: "credentials-missing network-unreachable",
    when: [
      {
        type:
          /^paramiko\.(?:ssh_exception\.)?(?:AuthenticationException|BadAuthenticationType|PasswordRequiredException)$|^asyncssh\.misc\.PermissionDenied$/,
      },
      {
        type: /^paramiko\./,
        message:
          /^(?:No authentication methods available|not a valid (?:RSA|OPENSSH|EC|DSA) private key file|Authentication failed)/,
      },
      { type: /^ftplib\.error_perm$/, message: /^5(?:30|31|32)\b/ },
      {
        type: /^imaplib\.(?:IMAP4\.)?(?:error|abort)$|^poplib\.error_proto$/,
        message:
          /AUTHENTICATIONFAILED|AUTHENTICATE failed|LOGIN failed|Invalid credentials|\bERR\b.*(?:auth|login|password)|Application-specific password/i,
      },
    ],
    claim: (subject, scene) => {
      const { raised, text, kind } = subject;
      if (/^(?:imaplib|poplib)/.test(raised.type)) {
        return refused(
          "The server of the mailbox refuses the login",
          "Correct name and password of the account; Google, Microsoft and others take no usual password there, but one for applications, or OAuth alone, and IMAP must be switched on in the account",
          subject,
          scene,
        );
      }
      if (/^ftplib/.test(raised.type)) {
        return refused(
          "The FTP server refuses the login",
          "Correct name and password where the code reads them; some servers want TLS first (`ftplib.FTP_TLS`), or SFTP, which is SSH and needs paramiko",
          subject,
          scene,
        );
      }
      return refused(
        "The server refuses the login by SSH",
        kind === "PasswordRequiredException"
          ? "The key has a password of its own: give it as `passphrase=`, from a file that [secret_files] names; or use a key without, closed with `chmod 600`"
          : /not a valid/.test(text)
          ? "The file is no private key of that kind: name the private key, not the .pub beside it, whole with its first and last line; `paramiko.PKey.from_path()` finds its kind by itself"
          : `Name the key by its absolute path (\`key_filename=\`): the site runs as ${
            runnerOf(scene)
          }, whose home folder may have none, and no agent of a login helps a web server; see that its public part is in authorized_keys there`,
        subject,
        scene,
      );
    },
    examples: [
      {
        raised:
          "paramiko.ssh_exception.AuthenticationException: Authentication failed.",
        in: "PACKAGES/paramiko/auth_handler.py wait_for_response",
        mend: "key_filename=",
      },
      {
        raised: "ftplib.error_perm: 530 Login incorrect.",
        in: "PYTHON/ftplib.py getresp",
        files: {
          "APP/app.py": '\n\nftp.login("me", os.getenv("FTP_PASS"))\n',
        },
        code: "variable-missing",
        says: '"FTP_PASS", which line 3',
      },
      {
        raised:
          "imaplib.IMAP4.error: b'[AUTHENTICATIONFAILED] Invalid credentials (Failure)'",
        in: "PYTHON/imaplib.py login",
        mend: "for applications",
      },
    ],
    not: ["ftplib.error_perm: 550 No such file or directory."],
  },
  {
    name: "ftp-file",
    code: "server-refused",
    when: {
      type: /^ftplib\.error_(?:perm|temp)$/,
      message: /^(5[05]\d|4\d\d)/,
    },
    claim: ({ line, groups: [code = ""] }) => ({
      says: `The FTP server was reached, and refuses: ${line}`,
      mend: code.startsWith("55")
        ? "See whether file and folder are there, by a path that begins where the login does, and whether the account may write to them"
        : code.startsWith("4")
        ? "Try again later; where it is about the data connection, `ftp.set_pasv(True)`, and a firewall that lets it through"
        : "See in its words what it does not do: some servers know not every command",
    }),
    examples: [
      {
        raised: "ftplib.error_perm: 550 No such file or directory.",
        mend: "where the login does",
      },
    ],
  },
  {
    name: "socket-file",
    code: "server-unreachable",
    over: "network-unreachable permission-denied file-missing",
    when: {
      type: "FileNotFoundError ConnectionRefusedError PermissionError",
      message: /^\[Errno (2|13|111)\] [\w ]+$/,
    },
    claim: ({ own, groups: [errno] }, scene) => {
      const [, path] = /\.connect(?:_ex)?\(\s*["'](\/[^"']+)["']/
        .exec(lineOf(own, scene)) ?? [];
      if (!own || !path || !/\bAF_UNIX\b/.test(textOf(own.file, scene))) {
        return undefined;
      }
      return errno === "2"
        ? {
          seen:
            `The server on this machine is asked through the file ${path} (a socket), and there is none`,
          mend:
            "The server makes it when it starts: see whether it runs, and whether it names the same file; in a container, or with a /tmp of its own, the application sees other files than this shell",
        }
        : errno === "13"
        ? {
          seen:
            `The server on this machine is asked through the file ${path} (a socket), which ${
              runnerOf(scene)
            } may not open`,
          mend:
            `See with \`ls -l ${path}\` which group may, and ask its administrators to take ${
              runnerOf(scene)
            } into it`,
        }
        : {
          seen:
            `The server on this machine is asked through the file ${path} (a socket): the file is there, and no server answers behind it`,
          mend:
            "The server has ended, and has left its file behind: start it again",
        };
    },
    examples: ([
      [
        "FileNotFoundError: [Errno 2] No such file or directory",
        "ENOENT",
        "and there is none",
      ],
      [
        "PermissionError: [Errno 13] Permission denied",
        "EACCES",
        "which jdoe may not open",
      ],
      [
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "ECONNREFUSED",
        "no server answers behind it",
      ],
    ] as const).map(([raised, errno, says]) => ({
      raised,
      facts: { errno },
      files: {
        "APP/app.py":
          's = socket.socket(socket.AF_UNIX)\n\ns.connect("/run/x.sock")\n',
      },
      says,
      mend: errno === "EACCES" ? "ls -l" : "The server",
    })),
    not: [{
      raised: "FileNotFoundError: [Errno 2] No such file or directory",
      facts: { errno: "ENOENT" },
      files: { "APP/app.py": '\n\ns.connect("/run/x.sock")\n' },
    }],
  },
  {
    name: "docker-closed",
    code: "server-unreachable",
    over: "network-unreachable permission-denied file-missing",
    when: {
      type: /^docker\./,
      message:
        /fetching server API version[\s\S]*(PermissionError|FileNotFoundError|Connection refused|ConnectionRefused)|Not supported URL scheme http\+docker/,
    },
    claim: ({ groups: [why = ""], text }, scene) => ({
      says: /Not supported URL/.test(text)
        ? "The package docker is older than the package requests beside it, and does not find its own way to the socket"
        : why === "PermissionError"
        ? `${runnerOf(scene)} may not ask Docker on this machine`
        : "Docker does not run on this machine, or not where the code looks for it (/var/run/docker.sock)",
      mend: /Not supported URL/.test(text)
        ? "Write docker>=7.1 into the requirements of the site, or requests<2.32"
        : why === "PermissionError"
        ? "Who may ask Docker is as good as root: leave that to a program of the administrators, and let the site ask that"
        : "Leave out what needs Docker where the site runs, or name a Docker that the administrators run for it (DOCKER_HOST under [environment])",
    }),
    examples: [
      {
        raised:
          "docker.errors.DockerException: Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied'))",
        mend: "as good as root",
      },
      {
        raised:
          "docker.errors.DockerException: Error while fetching server API version: ('Connection aborted.', FileNotFoundError(2, 'No such file or directory'))",
        says: "does not run on this machine",
      },
      {
        raised:
          "docker.errors.DockerException: Error while fetching server API version: Not supported URL scheme http+docker",
        mend: "docker>=7.1",
      },
    ],
  },
];

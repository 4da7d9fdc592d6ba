/**
 * Words about what a site uses up: room, files, processes.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const resourcesWords = {
  "disk-full": {
    severity: "warning",
    varies: true,
    title: "A file system is full, or nearly",
    why:
      "Logs, uploads and databases can no longer be written; files that are saved now may end up empty.",
    mend: "Remove what is not needed, or ask for more room.",
    example: "du -sh /site/* | sort -h",
  },
  "inodes-full": {
    severity: "warning",
    varies: true,
    title: "A file system has no room for more files",
    why:
      "A file system holds a limited number of files, whatever their size. New files fail with `No space left on device` although there is space.",
    mend:
      "Remove folders with very many files, such as old sessions or caches.",
    example: "df -i /site",
  },
  "read-only-file-system": {
    severity: "warning",
    varies: true,
    title: "A file system can only be read",
    why: "The application cannot write its log or its data there.",
    mend: "Ask the administrators; it may be a snapshot or a failed disk.",
    example: "grep /site /proc/self/mounts",
  },
  "log-large": {
    severity: "warning",
    title: "A log has grown very large",
    why: "It uses up the quota, and then nothing can be written any more.",
    mend: "Empty it after a look, and let the application rotate its logs.",
    example: "truncate -s 0 /site/log/app.log",
  },
  "limit-low": {
    severity: "warning",
    title: "A limit is too low for the site",
    why:
      "The system limits how many processes, open files and how much memory you may use. Near the limit, starts fail with messages that do not name it.",
    mend: "Raise the limit where it is set, or ask the administrators.",
    example: "ulimit -a",
  },
  "groups-many": {
    severity: "warning",
    title: "The user is in more groups than a network file system knows",
    why:
      "NFS passes on sixteen groups. Files of the others cannot be read although their mode allows it.",
    mend:
      "Let the group that the site needs be the one that it runs as, or leave some groups.",
    example: 'group = "mygroup"',
  },
} as const;

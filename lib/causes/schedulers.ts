/**
 * Schedulers and jobs inside of the web application, of which there are as
 * many as there are processes.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";

const BESIDE =
  "jobs that must run at their time belong into a program beside the site, as one that cron starts: the web server ends processes that nobody asks, and starts several when many ask";

/** The rules of schedulers. */
export const schedulers = (): Rule[] => [
  {
    name: "scheduler-twice",
    code: "app-code",
    over: "row-there-already",
    when: [
      { type: "SchedulerAlreadyRunningError" },
      { type: "ConflictingIdError" },
      {
        type: /^(?:sqlalchemy\.exc|sqlite3|psycopg2?\.errors|pymysql\.err)\./,
        message:
          /apscheduler_jobs[.\s]*(?:id|pkey|_pkey)|apscheduler_jobs_pkey/,
      },
    ],
    claim: ({ kind }) => {
      const isRunning = kind === "SchedulerAlreadyRunningError";
      return {
        says: isRunning
          ? "The scheduler is started that runs already"
          : "A job is added to the scheduler under an id that it has already: each start of the module, and each process of the site, adds it anew, where the jobs are kept in a database",
        mend: isRunning
          ? `Start it in one place that is come to once, or ask \`if not scheduler.running\` before; ${BESIDE}`
          : `Write \`add_job(…, id="…", replace_existing=True)\`; ${BESIDE}`,
      };
    },
    examples: [
      {
        raised:
          "apscheduler.schedulers.SchedulerAlreadyRunningError: Scheduler is already running",
        mend: "scheduler.running",
      },
      {
        raised:
          "apscheduler.jobstores.base.ConflictingIdError: 'Job identifier (x) conflicts with an existing job'",
        mend: "replace_existing=True",
      },
      "sqlalchemy.exc.IntegrityError: (sqlite3.IntegrityError) UNIQUE constraint failed: apscheduler_jobs.id",
    ],
  },
  {
    name: "scheduler-not-running",
    code: "app-code",
    when: { type: "SchedulerNotRunningError" },
    claim: {
      says:
        "A scheduler is to be stopped or asked that was never started, or not in this process",
      mend:
        `Start it where the module is read (\`scheduler.start()\`), above what asks it, and ask \`if scheduler.running\` before it is stopped; below \`if __name__ == "__main__":\` the web server never comes to it`,
    },
    examples: [
      "apscheduler.schedulers.SchedulerNotRunningError: Scheduler is not running",
    ],
  },
  {
    name: "job-not-kept",
    code: "app-code",
    over: "value-from-variable value-not-pickled",
    when: [
      {
        message:
          /^This Job cannot be serialized since the reference to its callable \((.{1,80}?)\) could not be determined/,
      },
      {
        message: /^Cannot create a reference to a (nested function|lambda)/,
      },
      {
        message: /^(Schedulers) cannot be serialized/,
        through: /\/apscheduler\//,
      },
      {
        message: /cannot (?:pickle|be pickled)|Can't (?:pickle|get local)/,
        through: /\/apscheduler\//,
      },
    ],
    claim: ({ line }) => ({
      says:
        `A job is to be kept in a store, and cannot be written there: ${line}`,
      mend:
        "Let it be a plain function at the top of a module that can be imported, no lambda, method or function in a function, and give it names and numbers alone, not the application, a connection or the scheduler; in a store in memory any function will do",
    }),
    examples: [
      "ValueError: This Job cannot be serialized since the reference to its callable (<function <lambda> at 0x7f5385d97f60>) could not be determined. Consider giving a textual reference (module:function name) instead.",
      {
        raised: "TypeError: cannot pickle '_thread.lock' object",
        in: "PACKAGES/apscheduler/jobstores/sqlalchemy.py add_job",
        says: "cannot be written there",
      },
    ],
    not: ["TypeError: cannot pickle '_thread.lock' object"],
  },
  {
    name: "job-not-found",
    code: "app-code",
    when: [
      { type: "JobLookupError", message: /^'?(?:No job by the id of )?(\S+)/ },
      {
        type: "LookupError",
        message: /^Error resolving reference ([\w.:]+)/,
        through: /\/apscheduler\//,
      },
    ],
    claim: ({ kind, line }) =>
      kind === "JobLookupError"
        ? {
          says: `The scheduler has no such job: ${line}`,
          probably:
            "it has run for the last time, or another process of the site has it: each has a scheduler of its own",
          mend:
            `Ask \`scheduler.get_job(id)\` first; keep jobs in a store that all share, with one process that runs them: ${BESIDE}`,
        }
        : {
          says:
            `A job that is kept in the store names a function that is not there any more: ${line}`,
          mend:
            "Let the module be imported by the same name as when the job was kept, or remove that job from the store and add it anew",
        },
    examples: [
      {
        raised:
          "apscheduler.jobstores.base.JobLookupError: 'No job by the id of mail was found'",
        says: "another process of the site has it",
      },
      {
        raised:
          "LookupError: Error resolving reference app:send: could not import module",
        in: "PACKAGES/apscheduler/util.py ref_to_obj",
        mend: "by the same name",
      },
    ],
  },
];

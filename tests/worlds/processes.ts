/**
 * Processes of the system as tests look at them, wait for them and end them.
 *
 * @module
 */

const POLL_MS = 20;

/** A process of the system. */
export interface Process {
  pid: number;
  parent: number;
  uid: number;
  /** Its arguments, or the title that it gave itself. */
  command: string;
  /** Each as `NAME=value`. */
  environment: string[];
}

/** Lists the processes that are wanted. */
export function processes(wanted: (each: Process) => boolean): Process[] {
  return [...Deno.readDirSync("/proc")]
    .filter(({ name }) => /^[0-9]+$/.test(name))
    .map(({ name }) => readProcess(Number(name)))
    .filter((each) => each !== undefined)
    .filter(wanted);
}

function readProcess(pid: number): Process | undefined {
  try {
    const read = (file: string) =>
      Deno.readTextFileSync(`/proc/${pid}/${file}`);
    const status = read("status");
    // Kernel threads, and zombies: nothing that anyone could end.
    if (!status.includes("\nVmRSS:")) return undefined;
    const field = (key: string) =>
      Number(status.match(`\n${key}:\\s+([0-9]+)`)?.[1]);
    return {
      pid,
      parent: field("PPid"),
      uid: field("Uid"),
      command: read("cmdline").replaceAll("\0", " ").trim(),
      environment: read("environ").split("\0"),
    };
  } catch {
    return undefined; // It ended while we looked.
  }
}

/** Kills processes until the list is empty. */
export async function killAll(list: () => Process[]): Promise<void> {
  for (let left = list(); left.length > 0; left = list()) {
    for (const { pid } of left) kill(pid, "SIGKILL");
    await pause();
  }
}

/** Sends a signal to a process, unless it has ended. */
export function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Undefined where it fails: files and processes go while one looks at them. */
export async function ifItWorks<T>(trial: Promise<T>): Promise<T | undefined> {
  try {
    return await trial;
  } catch {
    return undefined;
  }
}

/** Waits for the moment between two looks. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

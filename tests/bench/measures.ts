/**
 * What the benchmarks measure with: bounded loads of wrk, the time of one
 * request, the memory of processes, and the numbers made of them.
 *
 * @module
 */

const WRK = "/usr/bin/wrk";
const WRONG_REGEXP =
  /(Non-2xx or 3xx responses|connect|read|write|timeout):? ([1-9]\d*)/g;

/** What went wrong under the loads, and how often. */
export const troubles = new Map<string, number>();

/** Why loads cannot be made here; undefined where they can. */
export function whyNoLoads(): string | undefined {
  try {
    Deno.statSync(WRK);
  } catch {
    return `benchmarks need ${WRK}`;
  }
}

/** A load that ends by itself. */
export interface Load {
  /** An address on 127.0.0.1. */
  url: string;
  connections: number;
  seconds: number;
  /** Bytes to upload with each request. @default {0} */
  upload?: number;
}

/** Puts a load on a server; returns its answers per second. */
export async function load(options: Load): Promise<number> {
  const { url, connections, seconds, upload = 0 } = options;
  if (!url.startsWith("http://127.0.0.1:")) {
    throw new RangeError(`Cannot put a load on "${url}": it is not ours`);
  }
  const script = new URL("upload.lua", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(WRK, {
    args: ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s"]
      .concat(upload > 0 ? ["-s", script] : [], url),
    env: { UPLOAD: String(upload) },
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? NaN);
  if (!(rate > 0)) throw new Error(`Cannot load ${url}: ${text}`);
  // A server that refuses is fast: it must be told beside the number.
  for (const [, what, count] of text.matchAll(WRONG_REGEXP)) {
    const key = `${url}, ${connections} connections: ${what}`;
    troubles.set(key, (troubles.get(key) ?? 0) + Number(count));
  }
  return rate;
}

/** Milliseconds until one request is answered with 200. */
export async function timeRequest(url: string): Promise<number> {
  const begun = performance.now();
  const response = await fetch(url, { headers: { connection: "close" } });
  await response.bytes();
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
  return performance.now() - begun;
}

/** Memory in MB: resident, proportional to sharing, and nobody else's. */
export interface Memory {
  rss: number;
  pss: number;
  private: number;
}

/** The memory of processes together. */
export function memoryOf(pids: number[]): Memory {
  const sum = { rss: 0, pss: 0, private: 0 };
  for (const pid of pids) {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const field = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]) / 1_024;
    sum.rss += field("Rss");
    sum.pss += field("Pss");
    sum.private += field("Private_Clean") + field("Private_Dirty");
  }
  return sum;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[half]!
    : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Waits. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((go) => setTimeout(go, milliseconds));
}

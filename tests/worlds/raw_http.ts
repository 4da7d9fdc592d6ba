/**
 * A client that sends the bytes it is told to and shows the answer as it
 * came: for what `fetch` would put right, join or hide.
 *
 * @module
 */

/** An answer, with all that happened to it on its way. */
export interface RawAnswer {
  status: number;
  reason: string;
  /** In their order, names in lower case. */
  headers: [name: string, value: string][];
  body: Uint8Array;
  /** The connection ended before the answer did. */
  cut: boolean;
}

const PATIENCE_MS = 60_000;
const encoder = new TextEncoder();

/** A header's values, joined; undefined where it is absent. */
export function header(answer: RawAnswer, name: string): string | undefined {
  const found = answer.headers.filter(([given]) => given === name);
  return found.length > 0 ? found.map(([, value]) => value).join(", ") : void 0;
}

/** A connection to a server on 127.0.0.1. */
export class RawConnection {
  readonly #connection: Deno.TcpConn;
  #pending: Uint8Array<ArrayBuffer> = new Uint8Array();
  #isAtEnd = false;
  #patience: ReturnType<typeof setTimeout>;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    // A server that never answers fails the case, not the test's patience.
    this.#patience = setTimeout(() => this.close(), PATIENCE_MS);
  }

  static async open(port: number): Promise<RawConnection> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    return new RawConnection(connection);
  }

  /** Sends all of it. */
  async send(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? latin1(data) : data;
    while (rest.length > 0) {
      rest = rest.subarray(await this.#connection.write(rest));
    }
  }

  /** Sends no more. */
  async endSending(): Promise<void> {
    await this.#connection.closeWrite();
  }

  close(): void {
    clearTimeout(this.#patience);
    try {
      this.#connection.close();
    } catch {
      // It is closed.
    }
  }

  /** Bytes as they come; empty at the end. */
  async some(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#pending.length > 0) {
      const pending = this.#pending;
      this.#pending = new Uint8Array();
      return pending;
    }
    if (this.#isAtEnd) return new Uint8Array();
    const buffer = new Uint8Array(65_536);
    let count: number | null;
    try {
      count = await this.#connection.read(buffer);
    } catch {
      count = null;
    }
    if (count === null) this.#isAtEnd = true;
    return buffer.subarray(0, count ?? 0);
  }

  /** Whether nothing more comes. */
  async atEnd(): Promise<boolean> {
    const some = await this.some();
    this.#pending = some;
    return some.length === 0;
  }

  /** Takes an answer to a request of this method. */
  async receive(
    method: string | undefined,
    onBody?: (part: Uint8Array) => void | Promise<void>,
  ): Promise<RawAnswer> {
    const lines: string[] = [];
    for (let line = await this.#line(); line; line = await this.#line()) {
      lines.push(line);
    }
    const first = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(lines[0] ?? "");
    if (!first) {
      return {
        status: 0,
        reason: "",
        headers: [],
        body: encoder.encode(lines[0]),
        cut: true,
      };
    }
    const status = Number(first[1]);
    if (status === 100) return await this.receive(method, onBody);
    const headers = lines.slice(1).map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [
        line.slice(0, colon).toLowerCase(),
        line.slice(colon + 1).trim(),
      ];
    });
    const answer: RawAnswer = {
      status,
      reason: first[2]!,
      headers,
      body: new Uint8Array(),
      cut: false,
    };
    if (method === "HEAD" || [204, 304].includes(status)) return answer;
    const parts: Uint8Array[] = [];
    const take = onBody ?? ((part: Uint8Array) => void parts.push(part));
    const length = header(answer, "content-length");
    if (/chunked/i.test(header(answer, "transfer-encoding") ?? "")) {
      answer.cut = !await this.#chunks(take);
    } else if (length !== undefined) {
      answer.cut = !await this.#bytes(Number(length), take);
    } else await this.#bytes(Infinity, take);
    answer.body = joined(parts);
    return answer;
  }

  async #line(): Promise<string | undefined> {
    let line = "";
    while (true) {
      const some = await this.some();
      if (some.length === 0) return undefined;
      const end = some.indexOf(0x0a);
      const taken = end < 0 ? some : some.subarray(0, end + 1);
      line += String.fromCharCode(...taken);
      if (end < 0) continue;
      this.#pending = some.subarray(end + 1);
      return line.replace(/\r?\n$/, "");
    }
  }

  async #bytes(
    size: number,
    take: (part: Uint8Array) => void | Promise<void>,
  ): Promise<boolean> {
    let left = size;
    while (left > 0) {
      const some = await this.some();
      if (some.length === 0) return false;
      const part = some.subarray(0, Math.min(left, some.length));
      this.#pending = some.subarray(part.length);
      left -= part.length;
      await take(part);
    }
    return true;
  }

  async #chunks(
    take: (part: Uint8Array) => void | Promise<void>,
  ): Promise<boolean> {
    while (true) {
      const size = parseInt(await this.#line() ?? "", 16);
      if (!(size >= 0)) return false;
      if (size > 0 && !await this.#bytes(size, take)) return false;
      const line = await this.#line();
      if (line === undefined) return false;
      if (size === 0) return true;
    }
  }
}

/** A text whose characters are bytes. */
export function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0));
}

function joined(parts: Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

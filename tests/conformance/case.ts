/**
 * What the cases of `conformance_cases.ts` are made of: a server as they see
 * it, the kinds of cases, and ways to ask and to tell.
 *
 * @module
 */

import { header, type RawAnswer, RawConnection } from "../worlds/raw_http.ts";

/** A server as a case sees it. */
export interface Ground {
  port: number;
  /** Tells whether the application wrote a file of that name. */
  wrote(name: string): Promise<string | undefined>;
  /** Makes an empty file that the application waits for. */
  signal(name: string): Promise<void>;
  /** Removes both. */
  clear(): Promise<void>;
}

/** One case. */
export interface Case {
  name: string;
  /** Sends and receives; returns what is compared. */
  run: (ground: Ground) => Promise<string>;
  expected: string;
  /** Where Apache in front makes another thing of it, and why. */
  behindApache?: { expected: string; why: string };
  /** Why ours is right where others differ. */
  why?: string;
}

export const HOST = "Host: example.org\r\n";
export const CLOSE = `${HOST}Connection: close\r\n`;

/** Sends one request on a connection of its own. */
export async function ask(
  ground: Ground,
  request: string,
  body: string | Uint8Array = "",
): Promise<RawAnswer> {
  const connection = await RawConnection.open(ground.port);
  try {
    await connection.send(request);
    await connection.send(body);
    return await connection.receive(request.split(" ")[0]);
  } finally {
    connection.close();
  }
}

/** Asks for something. */
export function get(
  ground: Ground,
  target: string,
  more = "",
): Promise<RawAnswer> {
  return ask(ground, `GET ${target} HTTP/1.1\r\n${CLOSE}${more}\r\n`);
}

/** Uploads something. */
export function post(
  ground: Ground,
  target: string,
  body: string | Uint8Array,
  more = "",
): Promise<RawAnswer> {
  return ask(
    ground,
    `POST ${target} HTTP/1.1\r\n${CLOSE}Content-Length: ${body.length}\r\n` +
      `${more}\r\n`,
    body,
  );
}

/** The body, each byte a character. */
export function textOf({ body }: RawAnswer): string {
  return new TextDecoder("latin1").decode(body);
}

/** Status, chosen headers, length or text, and whether it was cut. */
export function told(answer: RawAnswer, ...names: string[]): string {
  const text = textOf(answer);
  return [
    answer.status,
    ...names.map((name) => `${name}=${header(answer, name) ?? "-"}`),
    text.length > 60 ? `${text.length} bytes` : text,
    ...answer.cut ? ["cut"] : [],
  ].join(" ").trim();
}

/** An error page is told by its status alone. */
export function status(answer: RawAnswer): string {
  return `${answer.status}${answer.cut ? " cut" : ""}`;
}

/** Some variables of the environ that was told. */
export async function environ(answer: Promise<RawAnswer>, ...names: string[]) {
  const got = await answer;
  if (got.status !== 200) return status(got);
  const facts = JSON.parse(textOf(got));
  return names.map((name) => facts[name] ?? "-").join(" ");
}

/** How a path arrives in the environ. */
export function path(name: string, target: string, expected: string): Case {
  return {
    why: "PEP 3333 wants the path decoded, once",
    name: `path: ${name}`,
    run: (ground) => environ(get(ground, target), "PATH_INFO", "QUERY_STRING"),
    expected,
  };
}

/** A request of a method. */
export function method(name: string): Case {
  return {
    name: `method ${name}`,
    run: async (ground) =>
      told(await ask(ground, `${name} /?do=bare HTTP/1.1\r\n${CLOSE}\r\n`)),
    expected: name === "HEAD" ? "200" : "200 hello",
  };
}

/** An upload that the application counts. */
export function upload(
  size: number,
  how: "length" | "chunked" | "expect",
): Case {
  return {
    name: `upload of ${size} bytes, ${how}`,
    async run(ground) {
      const connection = await RawConnection.open(ground.port);
      const block = new Uint8Array(65_536).fill(120);
      const isChunked = how === "chunked";
      try {
        await connection.send(
          `POST /?do=digest HTTP/1.1\r\n${CLOSE}` +
            (how === "expect" ? "Expect: 100-continue\r\n" : "") +
            (isChunked
              ? "Transfer-Encoding: chunked\r\n\r\n"
              : `Content-Length: ${size}\r\n\r\n`),
        );
        if (how === "expect") await connection.atEnd();
        for (let sent = 0; sent < size;) {
          const part = block.subarray(0, Math.min(block.length, size - sent));
          if (isChunked) {
            await connection.send(`${part.length.toString(16)}\r\n`);
          }
          await connection.send(part);
          if (isChunked) await connection.send("\r\n");
          sent += part.length;
        }
        if (isChunked) await connection.send("0\r\n\r\n");
        const answer = await connection.receive("POST");
        return `${answer.status} ${textOf(answer).split(" ")[0]}`;
      } finally {
        connection.close();
      }
    },
    expected: `200 ${size}`,
  };
}

/** An answer that the visitor counts. */
export function download(size: number, target: string, slowly = false): Case {
  return {
    name: `download of ${size} bytes, ${target}${slowly ? ", slowly" : ""}`,
    async run(ground) {
      const connection = await RawConnection.open(ground.port);
      let received = 0;
      try {
        await connection.send(
          `GET /?do=${target}&size=${size} HTTP/1.1\r\n${CLOSE}\r\n`,
        );
        const { status, cut } = await connection.receive(
          "GET",
          async (part) => {
            received += part.length;
            if (slowly) await new Promise((go) => setTimeout(go, 2));
          },
        );
        return `${status} ${received}${cut ? " cut" : ""}`;
      } finally {
        connection.close();
      }
    },
    expected: `200 ${size}`,
  };
}

/** One behaviour of the application, and what a visitor sees of it. */
export function answer(
  behaviour: string,
  expected: string,
  options:
    & { headers?: string[]; head?: boolean; why?: string }
    & Pick<
      Case,
      "behindApache"
    > = {},
): Case {
  const { headers = [], head = false, ...rest } = options;
  const name = head ? "HEAD" : "GET";
  return {
    name: `answer: ${behaviour}${head ? ", HEAD" : ""}`,
    async run(ground) {
      const got = await ask(
        ground,
        `${name} /?do=${behaviour} HTTP/1.1\r\n${CLOSE}\r\n`,
      );
      return got.status >= 500 && expected.length === 3
        ? status(got)
        : told(got, ...headers);
    },
    expected,
    ...rest,
  };
}

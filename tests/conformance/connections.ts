/**
 * The cases that are about connections: kept ones, slow ones, old ones, and
 * visitors who leave.
 *
 * @module
 */

import {
  ask,
  type Case,
  CLOSE,
  download,
  get,
  HOST,
  textOf,
  told,
} from "./case.ts";
import { RawConnection } from "../worlds/raw_http.ts";

/** A part of `CASES`. */
export const CONNECTION_CASES: readonly Case[] = [
  {
    name: "close() is called, even when the visitor leaves",
    async run(ground) {
      const count = async () =>
        Number(textOf(await get(ground, "/?do=closes")));
      const before = await count();
      await get(ground, "/?do=closing");
      const connection = await RawConnection.open(ground.port);
      await connection.send(
        `GET /?do=closing_endless HTTP/1.1\r\n${CLOSE}\r\n`,
      );
      await connection.some();
      connection.close();
      for (let tries = 0; tries < 100; tries++) {
        if (await count() === before + 2) return "twice";
        await new Promise((go) => setTimeout(go, 50));
      }
      return `${await count() - before} times`;
    },
    expected: "twice",
  },
  {
    name: "kept connection: three requests, with and without bodies",
    async run(ground) {
      const connection = await RawConnection.open(ground.port);
      const seen: string[] = [];
      try {
        for (const body of ["", "abc", ""]) {
          await connection.send(
            `POST /?do=digest HTTP/1.1\r\n${HOST}Content-Length: ${body.length}` +
              `\r\n\r\n${body}`,
          );
          seen.push(textOf(await connection.receive("POST")).split(" ")[0]!);
        }
        return seen.join(" ");
      } finally {
        connection.close();
      }
    },
    expected: "0 3 0",
  },
  {
    name: "kept connection: HEAD, 204, 304 and a whole answer",
    async run(ground) {
      const connection = await RawConnection.open(ground.port);
      const seen: string[] = [];
      try {
        for (
          const [name, behaviour] of [
            ["HEAD", "bare"],
            ["GET", "no_content"],
            ["GET", "not_modified"],
            ["GET", "long"],
            ["GET", "bare"],
          ] as const
        ) {
          await connection.send(
            `${name} /?do=${behaviour} HTTP/1.1\r\n${HOST}\r\n`,
          );
          const answer = await connection.receive(name);
          seen.push(`${answer.status}${textOf(answer)}`);
        }
        return seen.join(" ");
      } finally {
        connection.close();
      }
    },
    expected: "200 204 304 200hello 200hello",
  },
  {
    name: "HTTP/1.0: no chunks, and the end is the end",
    async run(ground) {
      const answer = await ask(ground, "GET /?do=write HTTP/1.0\r\n\r\n");
      return told(answer, "transfer-encoding");
    },
    expected: "200 transfer-encoding=- one two three",
  },
  {
    name: "a visitor who sends slowly",
    async run(ground) {
      const connection = await RawConnection.open(ground.port);
      try {
        const head =
          `POST /?do=digest HTTP/1.1\r\n${CLOSE}Content-Length: 5\r\n\r\n`;
        for (const piece of [head.slice(0, 9), head.slice(9), "ab", "cde"]) {
          await connection.send(piece);
          await new Promise((go) => setTimeout(go, 60));
        }
        return textOf(await connection.receive("POST")).split(" ")[0]!;
      } finally {
        connection.close();
      }
    },
    expected: "5",
  },
  download(8 << 20, "large", true),
  {
    name: "an upgrade that the application does not know",
    run: async (ground) =>
      told(
        await ask(
          ground,
          `GET /?do=bare HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        ),
      ),
    expected: "200 hello",
  },
];

import { assertEquals } from "@std/assert";
import { Spool } from "./spool.ts";

/** Bytes that tell where they stand. */
function bytes(from: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (from + at) % 251);
}

/** Reads at least so many bytes, in parts; compares them, and counts them. */
async function take(
  spool: Spool,
  { from, size, part }: { from: number; size: number; part: number },
): Promise<number> {
  const buffer = new Uint8Array(part);
  let taken = 0;
  while (taken < size) {
    const count = await spool.read(buffer);
    if (!count) break;
    const wanted = bytes(from + taken, count);
    assertEquals(buffer.subarray(0, count).join() === wanted.join(), true);
    taken += count;
  }
  return taken;
}

Deno.test("Spool gives what it took, from memory and from its file", async () => {
  using spool = new Spool("/tmp");
  const parts = [60_000, 60_000, 60_000, 1, 300_000, 5, 100_000];
  let written = 0;
  let read = 0;
  // Twice, as the file is empty in between.
  for (let round = 0; round < 2; round++) {
    for (const size of parts) {
      assertEquals(await spool.write(bytes(written, size)), true);
      written += size;
    }
    read += await take(spool, { from: read, size: 70_001, part: 7_777 });
    await spool.write(bytes(written, 9));
    written += 9;
    const rest = written - read;
    read += await take(spool, { from: read, size: rest, part: 64_000 });
    assertEquals(read, written);
  }
  assertEquals(spool.size, written);
  spool.end();
  assertEquals(await spool.read(new Uint8Array(1)), 0);
});

Deno.test("Spool lets who writes wait when very much waits", async () => {
  using spool = new Spool("/tmp", 1_000);
  const size = 128 * 1_024;
  await spool.write(bytes(0, size));
  await spool.write(bytes(0, 1_001));
  let isThrough = false;
  const writing = spool.write(bytes(0, 1)).then(() => isThrough = true);
  await spool.read(new Uint8Array(size));
  await new Promise((go) => setTimeout(go, 10));
  assertEquals(isThrough, false);
  await spool.read(new Uint8Array(1));
  await writing;
});

Deno.test("Spool says when nobody reads, and when nothing comes any more", async () => {
  using spool = new Spool("/tmp", 0);
  await spool.write(new Uint8Array(3));
  spool.cut();
  assertEquals(await spool.write(new Uint8Array(3)), false);
  const buffer = new Uint8Array(9);
  assertEquals(await spool.read(buffer), 3);
  assertEquals(await spool.read(buffer), undefined);
});

Deno.test("Spool loses nothing to a reader who is as quick as the writer", async () => {
  using spool = new Spool("/tmp");
  const block = new Uint8Array(300_000).fill(7);
  const blocks = 400;
  const write = async () => {
    for (let count = 0; count < blocks; count++) await spool.write(block);
    spool.end();
  };
  const read = async () => {
    const into = new Uint8Array(1_000_000);
    let size = 0;
    for (let count; (count = await spool.read(into));) size += count;
    return size;
  };
  const [size] = await Promise.all([read(), write()]);
  assertEquals(size, blocks * block.length);
});

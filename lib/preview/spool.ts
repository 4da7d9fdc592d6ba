/**
 * Bytes on their way from one who is quick to one who is slow: a few in
 * memory, the others in a file without a name. As Passenger keeps them, so
 * that a visitor who sends or reads slowly holds no thread of the application.
 *
 * @module
 */

/** As Passenger's `cxx_supportlib/Constants.h` has it. */
const MEMORY_SIZE = 128 * 1_024;
/** What may wait of an answer; then the application waits. */
const FILE_LIMIT = 128 * 1_024 * 1_024;

/** A queue of bytes, with one who writes and one who reads. */
export class Spool {
  readonly #folder: string;
  readonly #limit: number;
  #ring: Uint8Array | undefined;
  #start = 0;
  #held = 0;
  #file: { written: Deno.FsFile; read: Deno.FsFile } | undefined;
  #inFile = 0;
  #readOfFile = 0;
  #size = 0;
  #state: "open" | "ended" | "cut" = "open";
  #changed = Promise.withResolvers<void>();

  /**
   * @param folder Where the file may be made
   * @param limit Bytes that may wait in it
   */
  constructor(folder: string, limit = FILE_LIMIT) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /** Bytes that were written. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes bytes; settles when more may come, which is at once unless very
   * much waits. False when nobody reads any more.
   */
  async write(bytes: Uint8Array): Promise<boolean> {
    while (
      this.#state === "open" && this.#inFile - this.#readOfFile > this.#limit
    ) await this.#changed.promise;
    if (this.#state !== "open") return false;
    if (this.#inFile > 0 && this.#readOfFile === this.#inFile) {
      await this.#emptyFile();
    }
    this.#size += bytes.length;
    if (this.#inFile === 0 && this.#held + bytes.length <= MEMORY_SIZE) {
      this.#keep(bytes);
    } else {
      const { written } = this.#file ??= await this.#makeFile();
      for (let rest = bytes; rest.length > 0;) {
        rest = rest.subarray(await written.write(rest));
      }
      this.#inFile += bytes.length;
    }
    this.#tell();
    return true;
  }

  /** No more comes. */
  end(): void {
    if (this.#state === "open") this.#state = "ended";
    this.#tell();
  }

  /** What was to come does not, or nobody wants it. */
  cut(): void {
    this.#state = "cut";
    this.#tell();
  }

  /**
   * Fills in what there is, at least one byte.
   *
   * @returns how many bytes; 0 at the end, undefined where it was cut
   */
  async read(into: Uint8Array): Promise<number | undefined> {
    while (this.#held === 0 && this.#readOfFile === this.#inFile) {
      if (this.#state !== "open") {
        return this.#state === "ended" ? 0 : undefined;
      }
      await this.#changed.promise;
    }
    // What was written first is in memory.
    return this.#held > 0 ? this.#take(into) : await this.#takeFromFile(into);
  }

  /** Gives back the file. */
  [Symbol.dispose](): void {
    this.cut();
    this.#file?.read.close();
    this.#file?.written.close();
    this.#file = undefined;
  }

  #keep(bytes: Uint8Array): void {
    this.#ring ??= new Uint8Array(MEMORY_SIZE);
    const at = (this.#start + this.#held) % MEMORY_SIZE;
    const first = bytes.subarray(0, MEMORY_SIZE - at);
    this.#ring.set(first, at);
    this.#ring.set(bytes.subarray(first.length), 0);
    this.#held += bytes.length;
  }

  #take(into: Uint8Array): number {
    const end = Math.min(this.#start + this.#held, MEMORY_SIZE);
    const part = this.#ring!.subarray(this.#start, end)
      .subarray(0, into.length);
    into.set(part);
    this.#start = (this.#start + part.length) % MEMORY_SIZE;
    this.#held -= part.length;
    return part.length;
  }

  async #takeFromFile(into: Uint8Array): Promise<number> {
    // What is being written is no part of it yet: behind it, the file seems
    // to end.
    const there = into.subarray(0, this.#inFile - this.#readOfFile);
    const count = await this.#file!.read.read(there) ?? 0;
    this.#readOfFile += count;
    this.#tell();
    return count;
  }

  /** What comes next fits into memory again. */
  async #emptyFile(): Promise<void> {
    const { read, written } = this.#file!;
    await read.seek(0, Deno.SeekMode.Start);
    await written.seek(0, Deno.SeekMode.Start);
    await written.truncate();
    this.#readOfFile = this.#inFile = 0;
  }

  async #makeFile() {
    const path = await Deno.makeTempFile({ dir: this.#folder });
    const read = await Deno.open(path);
    const written = await Deno.open(path, { write: true });
    await Deno.remove(path);
    return { read, written };
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

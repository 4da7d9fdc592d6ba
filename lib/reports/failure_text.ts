/**
 * How Python failed, as the owner's own terminal shows it: the exception with
 * all that it says, the frames of the site's own code with their lines, and
 * what the process printed last.
 *
 * Pure. Runs on Node and Deno.
 *
 * @module
 */

import {
  type Failure,
  type Frame,
  isLibraryFile,
  type PythonException,
  relatives,
} from "../python/failure.ts";
import { blankSource } from "../python/message.ts";
import { printable } from "../text/shell.ts";
import { counted, wrapText } from "../text/wrap.ts";
import type { Paint } from "./paint.ts";
import { renderSourceFrame, type SourceReader } from "./source_frame.ts";

/** A failure, with what takes secrets out of it. */
export interface ToldFailure {
  failure: Failure;
  /** Cleans what an application said. */
  clean: (text: string) => string;
}

/** How it is shown. */
export interface FailureTextOptions {
  /** Gives the lines of the site's own code. */
  readSource: SourceReader;
  paint: Paint;
  columns: number;
}

const MOST_EXCEPTIONS = 10;
/** A recursion has a thousand frames; its two ends tell all. */
const MOST_FRAMES = { first: 10, last: 20 };
const MOST_OUTPUT = 20;
const MARGIN = " ".repeat(4);

/** Renders a failure; empty where nothing is known but its kind. */
export function renderFailure(
  { failure, clean }: ToldFailure,
  options: FailureTextOptions,
): string {
  const { paint, columns } = options;
  const parts: string[] = [];
  const { exception, stack } = failure;
  if (exception) {
    parts.push(paint.strong("What Python reported"));
    parts.push(...tellExceptions(exception, clean, options));
  } else if (stack?.length) {
    parts.push(paint.strong("Where Python stood"));
    parts.push(...tellFrames(stack, options));
  }
  const said = relatives(exception).flatMap((one) => one.message.split("\n"));
  const output = blankSource(failure.output ?? [], exception)
    .filter((line) => !said.includes(line)).slice(-MOST_OUTPUT);
  if (output.length > 0) {
    if (parts.length > 0) parts.push("");
    parts.push(paint.strong("The last lines that it printed"));
    parts.push(
      ...output.map((line) =>
        wrapText(printable(clean(line)), {
          columns,
          first: "  ",
          rest: MARGIN,
        }).trimEnd()
      ),
    );
  }
  return parts.join("\n");
}

function tellExceptions(
  first: PythonException,
  clean: (text: string) => string,
  options: FailureTextOptions,
): string[] {
  const told: string[] = [];
  let count = 0;
  tell(first, "");
  return told;

  function tell(raised: PythonException | undefined, relation: string) {
    if (!raised || count >= MOST_EXCEPTIONS) return;
    count++;
    if (relation) told.push("", relation);
    const { frames, type, message } = raised;
    told.push(...tellFrames(frames, options));
    // Every line that the exception has to say.
    const [head = "", ...rest] = clean(message).trimEnd().split("\n");
    const { paint, columns } = options;
    const name = printable(clean(type));
    const line = wrapText(`${name}${head && `: ${printable(head)}`}`, {
      columns,
      first: "  ",
      rest: "    ",
    });
    told.push(line.replace(name, () => paint.error(name)));
    told.push(
      ...rest.map((each) =>
        wrapText(printable(each), { columns, first: MARGIN, rest: MARGIN })
          .trimEnd()
      ),
    );
    for (const each of raised.group ?? []) tell(each, "One of the group:");
    tell(
      raised.cause,
      raised.incidental ? "Raised while this was handled:" : "Caused by:",
    );
  }
}

/** Frames in the order in which they were called; runs of library code as one. */
function tellFrames(
  frames: readonly Frame[],
  { readSource, paint, columns }: FailureTextOptions,
): string[] {
  const { first, last } = MOST_FRAMES;
  const skipped = frames.length - first - last;
  const shown = skipped > 0
    ? [...frames.slice(0, first), ...frames.slice(-last)]
    : frames;
  const lines: string[] = [];
  let library = 0;
  let again = 0;
  const say = (text: string) => lines.push(paint.quiet(`  … ${text}`));
  function flush() {
    if (library > 0) say(`${counted(library, "frame")} of libraries`);
    if (again > 0) say(`the same ${counted(again, "more time")}`);
    library = again = 0;
  }
  shown.forEach((frame, index) => {
    if (skipped > 0 && index === first) {
      flush();
      say(`${counted(skipped, "frame")} left out`);
    }
    const { file, line } = frame;
    const before = shown[index - 1];
    if (isLibraryFile(file)) {
      if (again > 0) flush();
      library++;
      return;
    }
    if (before?.file === file && before.line === line) {
      again++;
      return;
    }
    flush();
    lines.push(
      `  ${printable(file)}:${line} ${
        paint.quiet(`in ${printable(frame.function)}`)
      }`,
    );
    const source = renderSourceFrame(readSource, {
      file,
      line,
      columns: columns - 4,
    });
    if (source) lines.push(...source.lines.map((each) => `    ${each}`));
  });
  flush();
  return lines;
}

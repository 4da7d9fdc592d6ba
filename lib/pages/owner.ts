/**
 * The part of a page that speaks to the owner of the site: what was found and
 * what mends it, how Python failed, and when and as whom.
 *
 * Renders what is told (`told.ts`), which holds nothing that
 * may not be shown. Runs on Node and Deno.
 *
 * @module
 */

import {
  type Content,
  type Markup,
  markup,
  printableLines,
} from "../text/markup.ts";
import type {
  CodeFrame,
  Told,
  ToldException,
  ToldFinding,
  ToldFrame,
} from "./told.ts";
import { runnerInWords } from "../findings/finding.ts";
import { printable } from "../text/shell.ts";
import { counted } from "../text/wrap.ts";

/** What kind of trouble the page tells of. */
export interface OwnerOptions {
  /** The application runs, and raised an exception during one request. */
  isRunning: boolean;
  /** Paths and frames are told. */
  isFull: boolean;
}

/** Renders the section for the owner. */
export function renderOwnerSection(
  told: Told,
  options: OwnerOptions,
): Markup {
  return markup`
<section class="owner" aria-labelledby="owner">
<h2 id="owner">For the owner of this site</h2>
${renderNextStep(told, options)}
${renderFindings(told)}
${renderPython(told)}
${renderOutput(told.output)}
<h3>When and where</h3>
${renderFacts(told.facts)}
<p class="label">${
    options.isFull
      ? "Read the log"
      : "Read the log; run this in the folder of config.toml"
  }</p>
${renderCommand(told.commands.logs)}
</section>`;
}

function renderNextStep(told: Told, options: OwnerOptions): Content {
  const { check, restart } = told.commands;
  const more = options.isFull ? undefined : options.isRunning
    ? markup`
<p>The settings of this site keep what was raised off this page: the log tells
it, and <code>request_details</code> in <code>config.toml</code> says how much
this page may.</p>`
    : markup`
<p>The settings of this site keep paths and commands off this page. In the
folder of <code>config.toml</code>, <code>${check}</code> shows them.</p>`;
  const raised = markup`
<p>The application raised an exception while it served this request; the site
is still running. After a change to its code, restart it, then reload this
page.</p>
${renderCommand(restart)}`;
  const again = markup`
<p>Mend what is listed here, then reload this page: it looks again by
itself.</p>`;
  return [options.isRunning ? raised : again, more];
}

function renderFindings({ findings, commands }: Told): Content {
  const errors = findings.filter(({ severity }) => severity === "error");
  const others = findings.filter(({ severity }) => severity !== "error");
  const safe = findings.filter(({ fix }) =>
    fix !== undefined && "command" in fix && fix.safe
  );
  const isFolded = errors.length > 0 && others.length > 0;
  return [
    errors.map(renderFinding),
    isFolded
      ? markup`
<details class="others"><summary>${
        counted(others.length, "more finding")
      }, not the cause of this page</summary>
${others.map(renderFinding)}
</details>`
      : others.map(renderFinding),
    safe.length > 1
      ? markup`
<p class="label">Mend ${safe.length} of these in one go</p>
${renderCommand(commands.fix)}`
      : undefined,
  ];
}

function renderFinding(found: ToldFinding): Markup {
  return markup`
<article class="finding ${found.severity}">
<h3>${found.title}</h3>
<p class="code"><span>${found.severity}</span> <code>${found.code}</code></p>
${found.message && markup`<p class="message">${renderProse(found.message)}</p>`}
${renderPlace(found)}
${found.codeFrame && renderCodeFrame(found.codeFrame)}
${renderFix(found.fix)}
${
    found.why &&
    markup`<p class="why"><b>Why it matters.</b> ${renderProse(found.why)}</p>`
  }
</article>`;
}

function renderPlace({ place }: ToldFinding): Content {
  if (place === undefined) return undefined;
  const position = [place.line, place.line && place.column]
    .filter((part) => part !== undefined).map((part) => `:${part}`).join("");
  const file = place.file && markup`${renderPath(place.file)}${position}`;
  const key = place.key && markup`<code>${printable(place.key)}</code>`;
  if (!file) return key && markup`<p class="place">${key}</p>`;
  return markup`<p class="place"><code class="path">${file}</code>${
    key && markup` <span>(${key})</span>`
  }</p>`;
}

/** Renders a path so that its last name catches the eye. */
function renderPath(path: string): Markup {
  const text = printable(path);
  const cut = text.lastIndexOf("/") + 1;
  const folders = text.slice(0, cut).split(/(?<=\/)/)
    .map((name) => markup`${name}<wbr>`);
  return markup`<span>${folders}</span>${text.slice(cut)}`;
}

function renderCodeFrame({ line, text, column, width }: CodeFrame): Markup {
  const indent = " ".repeat(column - 1);
  const gutter = " ".repeat(String(line).length);
  return markup`
<pre class="frame" tabindex="0" role="group" aria-label="Line ${line}"><code><i>${line} | </i>${text}
<span aria-hidden="true"><i>${gutter} | </i>${indent}<b>${
    "^".repeat(width)
  }</b></span></code></pre>`;
}

function renderFix(fix: ToldFinding["fix"]): Content {
  if (fix === undefined) return undefined;
  return "command" in fix
    ? markup`<p class="label">What mends it</p>${renderCommand(fix.command)}${
      fix.by && markup`<p>${printable(runnerInWords(fix.by))}.</p>`
    }`
    : markup`<p class="label">What mends it</p><p>${renderProse(fix.text)}</p>`;
}

/** Renders a command so that one click selects it whole. */
function renderCommand(command: string): Markup {
  return markup`<pre class="command"><code>${command}</code></pre>`;
}

/** Renders our own sentences, in which backquotes mean code. */
function renderProse(text: string): Content {
  return text.split(/`([^`\n]+)`/).map((part, index) =>
    index % 2 === 1 ? markup`<code>${part}</code>` : part
  );
}

function renderPython(told: Told): Content {
  const { ending, exceptions, stack } = told;
  if (!ending && exceptions.length === 0 && !stack?.length) return undefined;
  return markup`
<article class="python">
<h3>What Python reported</h3>
${ending && markup`<p>${ending}.</p>`}
${exceptions.map(renderException)}
${
    stack?.length
      ? markup`<p class="label">Where it stood</p>${renderFrames(stack)}`
      : undefined
  }
</article>`;
}

function renderException(
  { type, message, frames, framesLeftOut, incidental, inGroup }: ToldException,
  index: number,
): Markup {
  return markup`
${
    index > 0
      ? markup`<p class="label">${
        inGroup
          ? "One of the group"
          : incidental
          ? "Raised while this was handled"
          : "Caused by"
      }</p>`
      : undefined
  }
<p class="exception"><b>${printable(type)}</b>${
    message && markup`: <span>${message.trimEnd()}</span>`
  }</p>
${
    framesLeftOut &&
    markup`<p>${counted(framesLeftOut, "frame")} in the middle left out:</p>`
  }
${frames?.length ? renderFrames(frames) : undefined}`;
}

/**
 * Renders frames in the order in which they were called; runs of library code
 * are folded, unless there is no other code to be seen.
 */
function renderFrames(frames: readonly ToldFrame[]): Markup {
  const own = frames.filter(({ library }) => !library).at(-1);
  const runs: ToldFrame[][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    if (frame.library && run?.[0]?.library) run.push(frame);
    else runs.push([frame]);
  }
  return markup`<ol class="frames">${
    runs.map((run) =>
      run[0]?.library
        ? markup`
<li><details${own ? "" : markup` open`}><summary>${
          counted(run.length, "frame")
        } of libraries</summary><ol>${
          run.map((frame) => markup`<li>${renderFrame(frame)}</li>`)
        }</ol></details></li>`
        : run.map((frame) =>
          frame === own
            ? markup`<li class="last">${renderFrame(frame)}</li>`
            : markup`<li>${renderFrame(frame)}</li>`
        )
    )
  }</ol>`;
}

function renderFrame(frame: ToldFrame): Markup {
  return markup`<code class="path">${
    renderPath(frame.file)
  }:${frame.line}</code> <span>in <code>${
    printable(frame.function)
  }</code></span>`;
}

function renderOutput(output: readonly string[] | undefined): Content {
  if (!output?.length) return undefined;
  return markup`
<h3>The last lines that it printed</h3>
<pre class="output" tabindex="0"><code>${
    printableLines(output.join("\n"))
  }</code></pre>`;
}

function renderFacts(facts: Told["facts"]): Markup {
  return markup`<dl>${
    Object.entries(facts).map(([name, value]) =>
      markup`
<div><dt>${name}</dt><dd>${printable(value)}</dd></div>`
    )
  }</dl>`;
}

/**
 * How pages look: one style sheet, put into each page, for light and dark,
 * from a narrow phone to a wide screen.
 *
 * Every pair of colours reaches a contrast of 4.5 to 1 (WCAG AA).
 * Runs on Node and Deno.
 *
 * @module
 */

/** The style sheet of every page. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f7f6f3; --sheet: #ffffff; --sunken: #f2f0ec; --line: #dedbd4;
  --text: #23262b; --quiet: #5c6169;
  --error: #a8271d; --warning: #855300; --advice: #1d5c96;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas,
    "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #15171a; --sheet: #1d2024; --sunken: #15171a; --line: #363b42;
    --text: #e4e5e7; --quiet: #a2a8b1;
    --error: #ff9a8f; --warning: #eab765; --advice: #8dbdf0;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto,
    "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main {
  max-width: 48rem; margin: 0 auto;
  padding: clamp(2.5rem, 10vh, 6rem) clamp(1rem, 5vw, 2rem) 4rem;
}
main:not(:has(.owner)) {
  min-height: 100vh; min-height: 100svh; max-width: 38rem;
  display: grid; align-content: center; padding-block: 2rem 14vh;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; overflow-wrap: break-word; }
h1 {
  margin: 0 0 .75rem; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.25rem);
  font-weight: 650; letter-spacing: -.018em;
}
h2 { margin: 0 0 .5rem; font-size: 1.25rem; font-weight: 650; }
h3 { margin: 2.25rem 0 .5rem; font-size: 1rem; font-weight: 650; }
p { margin: 0 0 .75rem; text-wrap: pretty; }
header p { max-width: 36rem; color: var(--quiet); font-size: 1.0625rem; }
header .incident { white-space: nowrap; }
header .message { color: var(--text); white-space: pre-line; }
code, pre, .exception { font-family: var(--mono); font-size: .875em; }
code, pre { direction: ltr; unicode-bidi: isolate; }
pre code { font-size: inherit; }
pre { margin: 0 0 .75rem; }
.owner {
  margin-top: clamp(2rem, 6vh, 3.5rem); background: var(--sheet);
  border: 1px solid var(--line); border-radius: .75rem;
  padding: clamp(1.1rem, 4vw, 2rem);
}
.owner > p { color: var(--quiet); }
.owner > p > code { color: var(--text); }
.owner > :last-child { margin-bottom: 0; }
.finding, .python { margin-top: 1.75rem; }
.finding {
  --tone: var(--advice);
  padding-left: clamp(.9rem, 3vw, 1.25rem);
  border-left: 3px solid var(--tone);
}
.finding.error { --tone: var(--error); }
.finding.warning { --tone: var(--warning); }
.finding h3, .python h3 { margin-top: 0; font-size: 1.0625rem; }
.finding > :last-child, .python > :last-child { margin-bottom: 0; }
.code { margin: -.25rem 0 .75rem; color: var(--quiet); }
.code span {
  color: var(--tone); font-size: .875rem; font-weight: 650;
  margin-right: .35rem; text-transform: capitalize;
}
.place { color: var(--quiet); font-size: .9375rem; }
.path { color: var(--text); }
.path span { color: var(--quiet); }
.label {
  margin: 1rem 0 .375rem; color: var(--quiet);
  font-size: .875rem; font-weight: 600;
}
section > .label { margin-top: 1.5rem; }
.why { margin-top: 1rem; color: var(--quiet); font-size: .9375rem; }
.why b { font-weight: 600; }
.command, .frame, .output {
  background: var(--sunken); border: 1px solid var(--line);
  border-radius: .5rem; padding: .625rem .875rem; line-height: 1.55;
}
.command { display: flex; gap: 1ch; white-space: pre-wrap; }
.command::before { content: "$"; color: var(--quiet); }
.command code { flex: 1; min-width: 0; -webkit-user-select: all; user-select: all; }
.frame { overflow-x: auto; overflow-wrap: normal; }
.frame i { color: var(--quiet); font-style: normal; user-select: none; }
.frame b { color: var(--tone); }
.output { max-height: 22rem; overflow: auto; white-space: pre-wrap; }
.exception {
  margin: 0 0 .75rem; white-space: pre-wrap; font-size: .9375em;
}
.exception b { color: var(--error); font-weight: 650; }
ol { list-style: none; margin: 0; padding: 0; }
.frames { margin: 0 0 1rem; border-left: 1px solid var(--line); }
.frames li { padding: .25rem 0 .25rem .875rem; line-height: 1.45; }
.frames li > span, .frames summary { color: var(--quiet); }
.frames li li { padding-left: 0; }
.frames details ol { padding-top: .25rem; }
.frames summary { font-size: .9375rem; }
.frames .last { box-shadow: inset 3px 0 var(--error); }
.frames .last .path { font-weight: 650; }
.frames .last .path span { font-weight: 400; }
summary { cursor: pointer; }
.others { margin-top: 1.75rem; }
.others > summary { color: var(--quiet); }
dl { margin: 0 0 1rem; font-size: .9375rem; }
dl div {
  display: grid; grid-template-columns: 8rem 1fr; gap: 0 1rem;
  padding: .375rem 0; border-top: 1px solid var(--line);
}
dt { color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
:focus-visible { outline: 2px solid var(--advice); outline-offset: 2px; border-radius: .25rem; }
@media (max-width: 30rem) {
  dl div { grid-template-columns: 1fr; }
}
@media print {
  body { background: none; }
  main { max-width: none; padding: 0; }
  .owner { border: 0; padding: 0; }
  .frame, .output {
    max-height: none; overflow: visible;
    white-space: pre-wrap; overflow-wrap: anywhere;
  }
  .finding, .command, .frame, dl div { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;

/**
 * Writes the two pages of the documentation that are made from the code's own
 * tables: `config.md` and `findings.md`. Run it with `deno task docs`.
 *
 * @module
 */

import { renderFindingsReference } from "../lib/findings/explanation.ts";
import {
  SECTIONS,
  type Setting,
  SETTINGS,
  type SettingType,
} from "../lib/site/settings_table.ts";

const MADE =
  "<!-- Made from the code by `deno task docs`; edits here are lost. -->";

/** Renders the reference of `config.toml`. */
export async function renderConfigPage(): Promise<string> {
  return await format(`${MADE}

# Settings: config.toml

The file \`config.toml\` in the app root holds every setting of a site. \`wsgi-shim install\` writes it with a comment for each setting. It is written in [TOML](https://toml.io/): text stands in quotes, numbers do not, and a line that begins with \`#\` is a comment.

After a change, check it and restart the site: \`wsgi-shim check && wsgi-shim restart\`.

Relative paths count from the app root; those of \`[secret_files]\` are always absolute. What is wrong in the file is a [finding](findings.md#configtoml) with line and column; nothing is ignored in silence.

${SECTIONS.map(renderSection).join("\n\n")}

## A whole file

\`\`\`toml
[passenger]
user = "jdoe"
group = "myproject"
passenger_app_root = "/path/to/mywebsitefiles/www"
passenger_python = "/path/to/mywebsitefiles/venv/bin/python"
passenger_app_type = "node"

[wsgi]
module = "/path/to/mywebsitefiles/myapp/app.py"
app = "app"
threads = 4

[secret_files]
CREDENTIALS = "/path/to/mywebsitefiles/secrets/credentials.env"

[environment]
LOG_FILENAME = "/path/to/mywebsitefiles/log/myapp.log"

[feedback]
details = "full"
\`\`\`

## Ways to name the application

| \`module\` | \`app\` | what is run |
| --- | --- | --- |
| \`"/path/to/mywebsitefiles/myapp/app.py"\` | \`"app"\` | \`app\` in that file; imports start from its folder |
| the same | \`"create_app()"\` | what the function \`create_app\` returns; it is called once, without arguments |
| \`"/path/to/mywebsitefiles/mypackage"\` | \`"wsgi.application"\` | \`application\` in the submodule \`wsgi\` of that package folder |
| the same | \`"app"\` | \`app\` in the \`__init__.py\` of that package folder |
| \`"mysite.wsgi"\` | \`"application"\` | the module by its dotted name, looked for in \`chdir\` or the site directory |
| not set | \`"mysite.wsgi:application"\` | the same, in one line |
| not set | \`"mysite.wsgi.application"\` | the same, with a dot |
`);
}

function renderSection(section: typeof SECTIONS[number]): string {
  const head = `## [${section.name}]\n\n${section.meaning}`;
  if (section.free) {
    const kind = section.free.value === "absolute path"
      ? "an absolute path"
      : "text";
    return `${head}

You choose the names: letters, digits and \`_\`, not beginning with a digit. Each value is ${kind}. A name may stand in one of \`[secret_files]\` and \`[environment]\` only, and a variable that the process already has with another value is an error.

\`\`\`toml
[${section.name}]
${section.free.example}
\`\`\``;
  }
  const rows = SETTINGS.filter((one) => one.section === section.name)
    .map(renderSetting);
  return `${head}

| key | value | if not set | meaning |
| --- | --- | --- | --- |
${rows.join("\n")}`;
}

function renderSetting(setting: Setting): string {
  const { key, aliases = [], type } = setting;
  const names = [key, ...aliases].map((name) => `\`${name}\``).join(" or ");
  const fallback = setting.default === undefined
    ? "–"
    : `\`${JSON.stringify(setting.default)}\``;
  return `| ${names} | ${nameType(type)} | ${fallback} | ${setting.meaning} |`;
}

function nameType(type: SettingType): string {
  switch (type.name) {
    case "choice":
      return type.choices.map((choice) => `\`"${choice}"\``).join(", ");
    case "integer":
      return `number, ${type.least} to ${type.most}`;
    case "seconds":
      return `seconds, ${type.least} to ${type.most}`;
    case "string":
      return "text";
    default:
      return type.name;
  }
}

/** Renders the reference of findings, with an index of its families. */
export async function renderFindingsPage(): Promise<string> {
  const text = renderFindingsReference();
  const at = text.indexOf("\n## ");
  const families = text.slice(at).split(/^## /m).slice(1).map((family) => {
    const codes = [...family.matchAll(/^### (\S+)$/gm)].map(([, code]) => code);
    const heading = family.split("\n")[0]!;
    const links = codes.map((code) => `[${code}](#${code})`).join(", ");
    return `- [${heading}](#${anchorOf(heading)}): ${links}`;
  });
  const index =
    `\nThe paths in the examples are those of a site in \`/site\`.\n\n${
      families.join("\n")
    }\n`;
  return await format(text.slice(0, at) + index + text.slice(at));
}

function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, "")
    .replace(/\s/g, "-");
}

/** Lays a page out as `deno fmt` does. */
async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--no-config", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`Cannot format: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

if (import.meta.main) {
  const at = (name: string) => new URL(name, import.meta.url);
  await Deno.writeTextFile(at("config.md"), await renderConfigPage());
  await Deno.writeTextFile(at("findings.md"), await renderFindingsPage());
}

/**
 * Completion scripts for bash, zsh and fish, made from the usages of all
 * commands, so that they cannot fall behind.
 *
 * Pure.
 *
 * @module
 */

import { WORDS } from "../findings/words.ts";
import type {
  ArgumentUsage,
  OptionUsage,
  Usage,
  ValueKind,
} from "./command.ts";
import { COMMON_OPTIONS } from "./help.ts";

/** The shells that we know. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** Renders the script for a shell. */
export function renderCompletions(
  usages: readonly Usage[],
  shell: typeof SHELLS[number],
): string {
  const render = { bash: renderBash, zsh: renderZsh, fish: renderFish };
  return render[shell](usages);
}

const GENERAL_OPTIONS = ["--help", "--version"];

function optionsOf(usage: Usage): readonly OptionUsage[] {
  return [...usage.options, ...COMMON_OPTIONS];
}

function namesOf(option: OptionUsage): string[] {
  return option.short === undefined
    ? [`--${option.name}`]
    : [`--${option.name}`, `-${option.short}`];
}

/** The words that a value is one of; undefined where they are not known. */
function wordsOf(
  kind: ValueKind,
  usages: readonly Usage[],
): readonly string[] | undefined {
  if (typeof kind !== "string") return kind;
  if (kind === "code") return Object.keys(WORDS);
  return kind === "command" ? usages.map((usage) => usage.name) : undefined;
}

function renderBash(usages: readonly Usage[]): string {
  function reply(kind: ValueKind): string {
    const words = wordsOf(kind, usages);
    if (words) return `_wsgi_shim_reply -W '${words.join(" ")}'`;
    const actions: Record<string, string> = {
      folder: "_wsgi_shim_paths -d",
      file: "_wsgi_shim_paths -f",
      user: "_wsgi_shim_reply -u",
      group: "_wsgi_shim_reply -g",
    };
    return actions[kind as string] ?? ":";
  }
  const values = usages.flatMap((usage) =>
    optionsOf(usage).filter((option) => option.value !== undefined)
      .map((option) => ({
        patterns: namesOf(option).map((name) => `'${usage.name} ${name}'`),
        action: reply(option.kind ?? "text"),
      }))
  );
  const names = usages.map((usage) => usage.name);
  return `# Completion of wsgi-shim for bash: source <(wsgi-shim completions bash)

_wsgi_shim_reply() {
    local IFS=$'\\n '
    COMPREPLY=($(compgen "$@" -- "$current"))
}

_wsgi_shim_paths() {
    local IFS=$'\\n'
    type compopt >/dev/null 2>&1 && compopt -o filenames
    COMPREPLY=($(compgen "$@" -- "$current"))
}

_wsgi_shim() {
    local current=\${COMP_WORDS[COMP_CWORD]}
    local previous=\${COMP_WORDS[COMP_CWORD - 1]}
    local command=\${COMP_WORDS[1]} index=0 i
    COMPREPLY=()
    # bash takes --name=value apart at the equals sign.
    if [[ $current == '=' ]]; then
        current=
    elif [[ $previous == '=' ]]; then
        previous=\${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        _wsgi_shim_reply -W '${[...names, ...GENERAL_OPTIONS].join(" ")}'
        return
    fi
    case "$command $previous" in
${
    values.map(({ patterns, action }) =>
      `        ${
        patterns.join(" | ")
      })\n            ${action}\n            return\n            ;;`
    ).join("\n")
  }
    esac
    if [[ $current == -* ]]; then
        case $command in
${
    usages.map((usage) => {
      const words = optionsOf(usage).map((option) => `--${option.name}`);
      return `            ${usage.name}) _wsgi_shim_reply -W '${
        words.join(" ")
      }' ;;`;
    }).join("\n")
  }
        esac
        return
    fi
    # How many arguments stand before this one.
    for ((i = 2; i < COMP_CWORD; i++)); do
        case "$command \${COMP_WORDS[i]}" in
            *' '-* | *' =') ;;
            *)
                previous=\${COMP_WORDS[i - 1]}
                [[ $previous == '=' ]] && previous=\${COMP_WORDS[i - 2]}
                case "$command $previous" in
                    ${
    values.flatMap(({ patterns }) => patterns).join(" | ")
  }) ;;
                    *) index=$((index + 1)) ;;
                esac
                ;;
        esac
    done
    case "$command $index" in
${
    usages.flatMap((usage) =>
      usage.arguments.map(({ kind }, index) =>
        `        '${usage.name} ${index}') ${reply(kind)} ;;`
      )
    ).join("\n")
  }
    esac
}

complete -F _wsgi_shim wsgi-shim`;
}

function renderZsh(usages: readonly Usage[]): string {
  function action(kind: ValueKind): string {
    const words = wordsOf(kind, usages);
    if (words) return `(${words.join(" ")})`;
    const actions: Record<string, string> = {
      folder: "_files -/",
      file: "_files",
      user: "_users",
      group: "_groups",
    };
    return actions[kind as string] ?? " ";
  }
  function optionSpec(option: OptionUsage): string[] {
    const meaning = `[${zshText(option.meaning)}]`;
    const value = option.value === undefined
      ? ""
      : `:${option.value}:${action(option.kind ?? "text")}`;
    const [long, short] = namesOf(option) as [string, string?];
    const equals = option.value === undefined ? "" : "=";
    const specs = [`${long}${equals}${meaning}${value}`];
    if (short) {
      specs.push(
        `${short}${option.value === undefined ? "" : "+"}${meaning}${value}`,
      );
    }
    return specs.map(quoteZsh);
  }
  function argumentSpec(argument: ArgumentUsage, index: number): string {
    const colon = argument.isOptional ? "::" : ":";
    return quoteZsh(
      `${index + 1}${colon}${argument.name}:${action(argument.kind)}`,
    );
  }
  const list = usages.map((usage) =>
    `        ${quoteZsh(`${usage.name}:${zshText(usage.summary)}`)}`
  );
  return `#compdef wsgi-shim
# Completion of wsgi-shim for zsh: source <(wsgi-shim completions zsh)

_wsgi-shim() {
    local -a commands
    commands=(
${list.join("\n")}
    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    shift words
    (( CURRENT-- ))
    case $words[1] in
${
    usages.map((usage) => {
      const specs = [
        ...optionsOf(usage).flatMap(optionSpec),
        ...usage.arguments.map(argumentSpec),
      ];
      return `        ${usage.name})\n            _arguments \\\n${
        specs.map((spec) => `                ${spec}`).join(" \\\n")
      }\n            ;;`;
    }).join("\n")
  }
    esac
}

if [[ $funcstack[1] == _wsgi-shim ]]; then
    _wsgi-shim "$@"
else
    compdef _wsgi-shim wsgi-shim
fi`;
}

function renderFish(usages: readonly Usage[]): string {
  function action(kind: ValueKind): string {
    const words = wordsOf(kind, usages);
    if (words) return `-x -a ${quoteFish(words.join(" "))}`;
    const actions: Record<string, string> = {
      folder: "-x -a '(__fish_complete_directories)'",
      file: "-r -F",
      user: "-x -a '(__fish_complete_users)'",
      group: "-x -a '(__fish_complete_groups)'",
    };
    return actions[kind as string] ?? "-x";
  }
  const lines = usages.flatMap((usage) => {
    const seen = `__fish_seen_subcommand_from ${usage.name}`;
    const options = optionsOf(usage).map((option) =>
      [
        `complete -c wsgi-shim -n '${seen}' -l ${option.name}`,
        option.short === undefined ? "" : `-s ${option.short}`,
        option.value === undefined ? "" : action(option.kind ?? "text"),
        `-d ${quoteFish(option.meaning)}`,
      ].filter(Boolean).join(" ")
    );
    const values = usage.arguments.map(({ kind }, index) => {
      const words = wordsOf(kind, usages);
      // Words are complete once one of them is there; what comes after them
      // waits for that.
      const before = usage.arguments.slice(0, index)
        .flatMap((one) => wordsOf(one.kind, usages) ?? []);
      const conditions = [
        seen,
        ...words && typeof kind !== "string"
          ? [`not __fish_seen_subcommand_from ${words.join(" ")}`]
          : [],
        ...before.length > 0
          ? [`__fish_seen_subcommand_from ${before.join(" ")}`]
          : [],
      ];
      return `complete -c wsgi-shim -n '${conditions.join("; and ")}' ${
        action(kind).replace(/^-r -F$/, "-F").replace(/^-x /, "-f ")
      }`;
    });
    return [
      `complete -c wsgi-shim -n __fish_use_subcommand -a ${usage.name} -d ${
        quoteFish(usage.summary)
      }`,
      ...options,
      ...values,
    ];
  });
  return `# Completion of wsgi-shim for fish: wsgi-shim completions fish | source

complete -c wsgi-shim -f
complete -c wsgi-shim -n __fish_use_subcommand -l help -s h -d 'show the help'
complete -c wsgi-shim -n __fish_use_subcommand -l version -d 'show versions'
${lines.join("\n")}`;
}

function zshText(text: string): string {
  return text.replace(/[\\[\]:]/g, "\\$&");
}

function quoteZsh(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function quoteFish(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

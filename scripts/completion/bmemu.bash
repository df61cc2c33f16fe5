# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
# Completion of bmemu's commands and options for bash. It asks the program's own --help, so it needs no change when a command is added.

_bmemu() {
  local current=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} command="" word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word != -* ]] && { command=$word; break; }
  done
  if [[ $current == -* ]]; then
    local help
    help=$("$program" $command --help 2>/dev/null)
    COMPREPLY=($(compgen -W "$(grep -oE -- '--[a-z][a-z0-9-]*' <<<"$help" | sort -u)" -- "$current"))
  elif [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "$("$program" --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z]\+\) .*/\1/p')" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _bmemu bmemu

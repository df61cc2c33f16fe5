# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: The bmemu authors
# Completion of bmemu's commands, options and their values for bash. It asks the program itself (--help, chips), so it
# needs no change when a command, an option or a chip is added.

_bmemu() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} program=${COMP_WORDS[0]} word help commands
  local -a path=()
  help=$("$program" --help 2>/dev/null)
  commands=$(_bmemu_commands "$help")
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    grep -qx -- "$word" <<<"$commands" || continue
    path+=("$word")
    help=$("$program" "${path[@]}" --help 2>/dev/null)
    commands=$(_bmemu_commands "$help")
  done
  local values=""
  case $previous in
    --chip|show) values=$("$program" chips 2>/dev/null | awk '/^bm1/ { print $1 }' | sort -u) ;;
    --product) values=$("$program" chips 2>/dev/null | awk '/^bm1/ { sub(/\*/, "", $2); print $2 }') ;;
    --set|--vary)
      values=$("$program" chips show bm1684x 2>/dev/null | awk '/^[a-z0-9_]+\./ { print $1 "=" }')
      compopt -o nospace 2>/dev/null ;;
    --*) values=$(sed -n "s/^ *\(-[a-z],\)\?$previous [^ ]*:{\([^}]*\)}.*/\2/p" <<<"$help" | tr ',' '\n') ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(grep -oE -- '--[a-z][a-z0-9-]*' <<<"$help" | sort -u)" -- "$current"))
  else
    COMPREPLY=($(compgen -W "${values:-$commands}" -- "$current"))
  fi
  if [[ -z $commands && ( -z $values || $previous == --chip || $previous == show ) ]]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}

_bmemu_commands() { sed -n '/^Subcommands:/,$s/^  \([a-z]\+\) .*/\1/p' <<<"$1"; }

complete -o filenames -F _bmemu bmemu

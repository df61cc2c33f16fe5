#!/bin/sh
# Prints README.md with the output of every command that it shows run anew: blocks that follow a line
# `<!-- output of: COMMAND -->`. Commands run in the project's root after a build in build/.
#   scripts/readme-output.sh > README.new && mv README.new README.md      updates
#   scripts/readme-output.sh | diff README.md -                           checks (a test does)
set -eu
cd "$(dirname "$0")/.."
awk '
  /^<!-- output of: .* -->$/ {
    print
    command = $0
    sub(/^<!-- output of: /, "", command)
    sub(/ -->$/, " 2>\\&1", command)
    getline; print  # the opening fence
    while ((command | getline line) > 0) print line
    close(command)
    while ((getline line) > 0) if (line == "```") { print line; break }
    next
  }
  { print }
' README.md

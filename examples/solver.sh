#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A Max-Cut solver for 'roadcut watch': the best of a hundred random cuts.
#   roadcut watch --with graph.mc -- sh solver.sh {}
file=${1:-$ROADCUT_INSTANCE}
[ -r "$file" ] || { echo "solver.sh: cannot read '$file'" >&2; exit 2; }
tell() { # TYPE REST
  printf '{"type":"%s","step":%d,"value":%s%s}\n' "$1" $step "$best" "$2"
}
step=0 best=-1000000000
while [ $step -lt 100 ]; do
  step=$((step + 1))
  line=$(awk -v seed=$step '
    BEGIN { srand(seed) }
    NR == 1 {
      for (i = 1; i <= $1; i++) { side[i] = rand() < .5; text = text side[i] }
      next
    }
    NF >= 2 && side[$1] != side[$2] { value += NF > 2 ? $3 : 1 }
    END { printf "%.12g %s", value, text }' "$file")
  value=${line% *} side=${line#* }
  if awk "BEGIN { exit !($value > $best) }"; then
    best=$value
    tell event ",\"kind\":\"improved\",\"side\":\"$side\""
  fi
  tell progress ",\"progress\":$(awk "BEGIN { print $step / 100 }")"
done
tell result ',"state":"done"'

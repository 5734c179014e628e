#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A Max-Cut solver in a shell: random cuts of a rudy file.
#   roadcut watch --with graph.mc -- sh solver.sh {}
file=${1:-$ROADCUT_INSTANCE}
[ -r "$file" ] || { echo "solver.sh: cannot read '$file'" >&2; exit 2; }
seed=1 best=-1000000000
while [ $seed -le 100 ]; do
  line=$(awk -v seed=$seed '
    BEGIN { srand(seed) }
    NR == 1 { for (i = 1; i <= $1; i++) { side[i] = rand() < .5; text = text side[i] } next }
    NF >= 2 && side[$1] != side[$2] { value += NF > 2 ? $3 : 1 }
    END { printf "%.12g %s", value, text }' "$file")
  value=${line% *} side=${line#* }
  if awk "BEGIN { exit !($value > $best) }"; then
    best=$value
    printf '{"type":"event","kind":"improved","step":%d,"value":%s,"side":"%s"}\n' $seed "$best" "$side"
  fi
  printf '{"type":"progress","step":%d,"progress":%s,"value":%s}\n' $seed "$(awk "BEGIN { print $seed / 100 }")" "$best"
  seed=$((seed + 1))
done
printf '{"type":"result","state":"done","step":%d,"value":%s}\n' $((seed - 1)) "$best"

# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion of roadcut; written by 'make docs'.
_roadcut() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    run|check|list|show|replay|cut|watch|verify) command=${COMP_WORDS[i]} && break ;;
    esac
  done
  COMPREPLY=()
  case $before in
  --format) mapfile -t COMPREPLY < <(compgen -W 'text ansi svg' -- "$word") && return ;;
  --graphics) mapfile -t COMPREPLY < <(compgen -W 'braille block ascii' -- "$word") && return ;;
  --theme) mapfile -t COMPREPLY < <(compgen -W 'dark light colour-blind terminal mono' -- "$word") && return ;;
  --json | --out) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
  esac
  local words=''
  case $command/$word in
  /-*) words='--seed --set --threads --record --theme --graphics --help --version' ;;
  run/-*) words='--seed --set --threads --study --steps --seconds --json --out --help' ;;
  check/-*) words='--set --help' ;;
  list/-*) words='--json --help' ;;
  show/-*) words='--seed --set --steps --size --format --do --theme --graphics --help' ;;
  replay/-*) words='--threads --json --headless --tour --speed --theme --graphics --help' ;;
  cut/-*) words='--seed --set --threads --seconds --json --record --theme --graphics --solver --no-bound --certificate --help' ;;
  watch/-*) words='--seed --with --set --threads --seconds --json --theme --graphics --help' ;;
  verify/-*) words='--help' ;;
  list/*) words='lattices studies solvers models optimizers views commands keys scenarios parameters themes options lists' ;;
  /*) words="run check list show replay cut watch verify $(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)" ;;
  show/*) words="$(roadcut list views 2>/dev/null | sed 's/^ *//; s/ .*//') $(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)" ;;
  *) words=$(roadcut list scenarios 2>/dev/null | cut -d' ' -f1) ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  [[ $word == -* || $command == list ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
}
complete -F _roadcut roadcut

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
  --do) mapfile -t COMPREPLY < <(compgen -W 'help palette options theme pixels back quit quit! suspend redraw key events view view.next view.prev pane.next pane.prev pane.focus pane.full explain crosshair log zoom.in zoom.out zoom.reset compare compare.side compare.figure compare.sync lattice.show search search.next search.prev move.up move.down move.left move.right move.page-up move.page-down move.first move.last press select.state select.site select.edge pause step history.back history.forward history.live history.branch until faster slower speed stop restart seed breaks break.add break.delete study cut.flip cut.move cut.round cut.node cut.improve cut.paths cut.vertex cut.vertex-next cut.vertex-prev cut.edge-next cut.edge-follow shot shot.next shot.prev shot.next-accepted shot.prev-accepted frame frame.next frame.prev flip.next flip.prev frame.ts frame.sp frame.live shoot branch select gamma freeze axes paths.compare paths.mechanism set params knob.next knob.prev knob.select plus minus reset knob.fine-up knob.fine-down undo redo form.apply form.cancel form.set open new filter save scenario.write tour.write record copy tour tour.next tour.answer tour.more tour.back tour.end' -- "$word") && return ;;
  --format) mapfile -t COMPREPLY < <(compgen -W 'text ansi svg csv json' -- "$word") && return ;;
  --graphics) mapfile -t COMPREPLY < <(compgen -W 'braille block ascii' -- "$word") && return ;;
  --study) mapfile -t COMPREPLY < <(compgen -W 'hilbert cut calibration paths watch' -- "$word") && return ;;
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

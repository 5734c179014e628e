# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion of roadcut; written by 'make docs'.
_roadcut_values() {
  case $1 in
  lattice.kind) printf '%s' 'chain ladder sawtooth square triangular honeycomb kagome shastry-sutherland checkerboard shuriken maple-leaf pyrochlore molecule complete random custom' ;;
  lattice.periodic) printf '%s' 'true false' ;;
  lattice.dedupe) printf '%s' 'true false' ;;
  sector.symmetry) printf '%s' 'none translation full' ;;
  sector.inversion) printf '%s' 'none +1 -1' ;;
  hilbert.storage) printf '%s' 'auto values pattern fly' ;;
  hilbert.graph) printf '%s' 'full structure none' ;;
  hilbert.signs) printf '%s' 'auto always none' ;;
  hilbert.correlations) printf '%s' 'true false' ;;
  hilbert.boson) printf '%s' 'true false' ;;
  hilbert.checks) printf '%s' 'true false' ;;
  hilbert.compare) printf '%s' 'true false' ;;
  hilbert.scan) printf '%s' 'true false' ;;
  cut.amplitudes.from) printf '%s' 'ground-state uniform noisy shuffled boson boltzmann file' ;;
  cut.amplitudes.symmetric) printf '%s' 'true false' ;;
  cut.solvers) printf '%s' 'greedy descent anneal tempering breakout tabu burer contract rounding' ;;
  cut.bound.kind) printf '%s' 'odd-cycle none' ;;
  cut.bound.engine) printf '%s' 'auto simplex first-order' ;;
  cut.bound.prove) printf '%s' 'true false' ;;
  cut.bound.orbits) printf '%s' 'true false' ;;
  calibration.model) printf '%s' 'exponentials decay polynomial rosenbrock michaelis reaction enzyme heisenberg magnet plasma oxygen nist' ;;
  calibration.optimizers) printf '%s' 'kalman kalman-exact hierarchical lm lm-exact two-stage dfo-ls bobyqa nelder-mead crs cma-es random' ;;
  calibration.start) printf '%s' 'nominal random' ;;
  calibration.coordinates) printf '%s' 'box scale log linear' ;;
  calibration.slices.wanted) printf '%s' 'true false' ;;
  calibration.profiles) printf '%s' 'auto all none' ;;
  calibration.geodesic) printf '%s' 'true false' ;;
  calibration.widths) printf '%s' 'true false' ;;
  calibration.reduce) printf '%s' 'true false' ;;
  paths.system) printf '%s' 'ising stripes triangular cut wsme potential' ;;
  paths.exact) printf '%s' 'auto off' ;;
  paths.sampler) printf '%s' 'tps rfps' ;;
  paths.inputs) printf '%s' 'features spins both' ;;
  paths.learn.schedule) printf '%s' 'aimmd ensemble' ;;
  paths.learn.frames) printf '%s' 'true false' ;;
  paths.compare) printf '%s' 'tps rfps' ;;
  paths.mechanism) printf '%s' 'true false' ;;
  watch.follow) printf '%s' 'true false' ;;
  esac
}
_roadcut() {
  # readline may have broken words at '=': they are put together, and only what follows it is replaced
  local word before kept='' command='' i
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if ((i > 1)) && [[ ${COMP_WORDS[i]} == = || ${COMP_WORDS[i - 1]} == = ]]; then
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
  word=${words[${#words[@]} - 1]} before=${words[${#words[@]} - 2]}
  [[ $COMP_WORDBREAKS == *=* || $word != *=* ]] || kept=${word%=*}=
  [[ $word == --*=* ]] && before=${word%%=*} && word=${word#*=}
  for i in "${words[@]:1:${#words[@]} - 2}"; do
    case $i in
    run | check | list | show | replay | cut | watch | verify) command=$i && break ;;
    esac
  done
  COMPREPLY=()
  case $before in
  --set)
    if [[ $word == *=* ]]; then
      mapfile -t COMPREPLY < <(compgen -P "$kept" -W "$(_roadcut_values "${word%%=*}")" -- "${word#*=}")
    else
      mapfile -t COMPREPLY < <(compgen -P "$kept" -S = -W 'title lattice.kind lattice.cluster lattice.torus lattice.periodic lattice.dedupe model.J1 model.J2 model.J3 model.delta model.field sector.sz sector.symmetry sector.momentum sector.character sector.inversion memory seed hilbert.tolerance hilbert.iterations hilbert.levels hilbert.storage hilbert.graph hilbert.signs hilbert.correlations hilbert.boson hilbert.checks hilbert.compare hilbert.scan cut.instance cut.amplitudes.from cut.amplitudes.sigma cut.amplitudes.lambda cut.amplitudes.symmetric cut.amplitudes.file cut.solvers cut.bound.kind cut.bound.engine cut.bound.prove cut.bound.nodes cut.bound.rounds cut.bound.orbits cut.bound.work cut.moves cut.edges cut.certificate calibration.model calibration.optimizers calibration.queries calibration.start calibration.spread calibration.coordinates calibration.goals calibration.slices.wanted calibration.slices.width calibration.slices.height calibration.profiles calibration.geodesic calibration.widths calibration.reduce calibration.ensemble calibration.temperature paths.system paths.exact paths.sampler paths.shots paths.burn paths.most paths.learning paths.relearn paths.inputs paths.learn.schedule paths.learn.hidden paths.learn.rate paths.learn.interval paths.learn.window paths.learn.epochs paths.learn.cutoff paths.learn.members paths.learn.batch paths.learn.patience paths.learn.decay paths.learn.frames paths.learn.anneal paths.compare paths.steps paths.mechanism paths.x paths.y watch.source watch.follow' -- "$word")
      compopt -o nospace 2>/dev/null
    fi
    return
    ;;
  --do) mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'help palette options theme pixels back quit quit! suspend redraw key events view view.next view.prev pane.next pane.prev pane.focus pane.full explain crosshair log zoom.in zoom.out zoom.reset compare compare.side compare.figure compare.sync lattice.show search search.next search.prev move.up move.down move.left move.right move.page-up move.page-down move.first move.last press select.state select.site select.edge pause step history.back history.forward history.live history.branch until faster slower speed stop restart seed breaks break.add break.delete study cut.flip cut.move cut.round cut.node cut.improve cut.paths cut.vertex cut.vertex-next cut.vertex-prev cut.edge-next cut.edge-follow shot shot.next shot.prev shot.next-accepted shot.prev-accepted frame frame.next frame.prev flip.next flip.prev frame.ts frame.sp frame.live shoot branch select gamma freeze axes paths.compare paths.mechanism set params knob.next knob.prev knob.select plus minus reset knob.fine-up knob.fine-down undo redo form.apply form.cancel form.set open new filter save scenario.write tour.write record copy tour tour.next tour.answer tour.more tour.back tour.end' -- "$word") && return ;;
  --format) mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'text ansi svg csv json' -- "$word") && return ;;
  --graphics) mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'braille block ascii' -- "$word") && return ;;
  --size) mapfile -t COMPREPLY < <(compgen -P "$kept" -W '80x24 100x30 120x40' -- "$word") && return ;;
  --solver) mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'greedy descent anneal tempering breakout tabu burer contract rounding' -- "$word") && return ;;
  --study) mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'hilbert cut calibration paths watch' -- "$word") && return ;;
  --theme) mapfile -t COMPREPLY < <(compgen -P "$kept" -W 'dark light colour-blind terminal mono' -- "$word") && return ;;
  --certificate | --json | --record | --tour) mapfile -t COMPREPLY < <(compgen -f -- "$word") && return ;;
  --out) mapfile -t COMPREPLY < <(compgen -d -- "$word") && return ;;
  --seconds | --seed | --speed | --steps | --threads) return ;;
  esac
  local all='' behind=$command
  [[ $before != --with ]] || behind=scenario
  case $behind/$word in
  /-*) all='--seed --set --threads --record --theme --graphics --help --version' ;;
  run/-*) all='--seed --set --threads --study --steps --seconds --json --out --help' ;;
  check/-*) all='--set --help' ;;
  list/-*) all='--json --help' ;;
  show/-*) all='--seed --set --steps --size --format --do --theme --graphics --help' ;;
  replay/-*) all='--threads --json --headless --tour --speed --theme --graphics --help' ;;
  cut/-*) all='--seed --set --threads --seconds --json --record --theme --graphics --solver --no-bound --certificate --help' ;;
  watch/-*) all='--seed --with --set --threads --seconds --json --theme --graphics --help' ;;
  verify/-*) all='--help' ;;
  list/*) all='lattices studies solvers models optimizers systems views commands keys scenarios parameters themes options lists' ;;
  /*) all="run check list show replay cut watch verify $(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)" ;;
  show/*) all="$(roadcut list views 2>/dev/null | sed 's/^ *//; s/ .*//') $(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)" ;;
  replay/* | watch/* | verify/*) ;;
  *) all=$(roadcut list scenarios 2>/dev/null | cut -d' ' -f1) ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$all" -- "$word")
  [[ $word == -* || $command == list ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
}
complete -F _roadcut roadcut

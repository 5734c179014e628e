# SPDX-License-Identifier: GPL-3.0-or-later
# fish completion of roadcut; written by 'make docs'.
function __roadcut_set
  switch (commandline -ct)
  case '*lattice.kind=*'
    printf '%s\n' lattice.kind={chain,ladder,sawtooth,square,triangular,honeycomb,kagome,shastry-sutherland,checkerboard,shuriken,maple-leaf,pyrochlore,molecule,complete,random,custom}
  case '*lattice.periodic=*'
    printf '%s\n' lattice.periodic={true,false}
  case '*lattice.dedupe=*'
    printf '%s\n' lattice.dedupe={true,false}
  case '*sector.symmetry=*'
    printf '%s\n' sector.symmetry={none,translation,full}
  case '*sector.inversion=*'
    printf '%s\n' sector.inversion={none,+1,-1}
  case '*hilbert.storage=*'
    printf '%s\n' hilbert.storage={auto,values,pattern,fly}
  case '*hilbert.graph=*'
    printf '%s\n' hilbert.graph={full,structure,none}
  case '*hilbert.signs=*'
    printf '%s\n' hilbert.signs={auto,always,none}
  case '*hilbert.correlations=*'
    printf '%s\n' hilbert.correlations={true,false}
  case '*hilbert.boson=*'
    printf '%s\n' hilbert.boson={true,false}
  case '*hilbert.checks=*'
    printf '%s\n' hilbert.checks={true,false}
  case '*hilbert.compare=*'
    printf '%s\n' hilbert.compare={true,false}
  case '*hilbert.scan=*'
    printf '%s\n' hilbert.scan={true,false}
  case '*cut.amplitudes.from=*'
    printf '%s\n' cut.amplitudes.from={ground-state,uniform,noisy,shuffled,boson,boltzmann,file}
  case '*cut.amplitudes.symmetric=*'
    printf '%s\n' cut.amplitudes.symmetric={true,false}
  case '*cut.solvers=*'
    printf '%s\n' cut.solvers={greedy,descent,anneal,tempering,breakout,tabu,burer,contract,rounding}
  case '*cut.bound.kind=*'
    printf '%s\n' cut.bound.kind={odd-cycle,none}
  case '*cut.bound.engine=*'
    printf '%s\n' cut.bound.engine={auto,simplex,first-order}
  case '*cut.bound.prove=*'
    printf '%s\n' cut.bound.prove={true,false}
  case '*cut.bound.orbits=*'
    printf '%s\n' cut.bound.orbits={true,false}
  case '*calibration.model=*'
    printf '%s\n' calibration.model={exponentials,decay,polynomial,rosenbrock,michaelis,reaction,enzyme,heisenberg,magnet,plasma,oxygen,nist}
  case '*calibration.optimizers=*'
    printf '%s\n' calibration.optimizers={kalman,kalman-exact,hierarchical,lm,lm-exact,two-stage,dfo-ls,bobyqa,nelder-mead,crs,cma-es,random}
  case '*calibration.start=*'
    printf '%s\n' calibration.start={nominal,random}
  case '*calibration.coordinates=*'
    printf '%s\n' calibration.coordinates={box,scale,log,linear}
  case '*calibration.slices.wanted=*'
    printf '%s\n' calibration.slices.wanted={true,false}
  case '*calibration.profiles=*'
    printf '%s\n' calibration.profiles={auto,all,none}
  case '*calibration.geodesic=*'
    printf '%s\n' calibration.geodesic={true,false}
  case '*calibration.widths=*'
    printf '%s\n' calibration.widths={true,false}
  case '*calibration.reduce=*'
    printf '%s\n' calibration.reduce={true,false}
  case '*paths.system=*'
    printf '%s\n' paths.system={ising,stripes,triangular,cut,wsme,potential}
  case '*paths.exact=*'
    printf '%s\n' paths.exact={auto,off}
  case '*paths.sampler=*'
    printf '%s\n' paths.sampler={tps,rfps}
  case '*paths.inputs=*'
    printf '%s\n' paths.inputs={features,spins,both}
  case '*paths.learn.schedule=*'
    printf '%s\n' paths.learn.schedule={aimmd,ensemble}
  case '*paths.learn.frames=*'
    printf '%s\n' paths.learn.frames={true,false}
  case '*paths.compare=*'
    printf '%s\n' paths.compare={tps,rfps}
  case '*paths.mechanism=*'
    printf '%s\n' paths.mechanism={true,false}
  case '*watch.follow=*'
    printf '%s\n' watch.follow={true,false}
  case '*'
    printf '%s\t%s\n' \
      title= 'title of the scenario' \
      lattice.kind= 'the lattice' \
      lattice.cluster= 'extents in unit cells' \
      lattice.torus= 'torus vectors [[a, b], [c, d]] in primitive vectors' \
      lattice.periodic= 'closed to a torus, or open' \
      lattice.dedupe= 'coinciding torus bonds count once' \
      model.J1= 'coupling of this class of bonds; positive is antiferromagnetic' \
      model.J2= 'coupling of this class of bonds; positive is antiferromagnetic' \
      model.J3= 'coupling of this class of bonds; positive is antiferromagnetic' \
      model.delta= 'XXZ anisotropy Jz / Jxy; 1 is Heisenberg' \
      model.field= 'magnetic field along z' \
      sector.sz= 'total Sz, or all' \
      sector.symmetry= 'group of the symmetric basis' \
      sector.momentum= 'numerators of the momentum' \
      sector.character= '+1 or -1 for each generator of the group' \
      sector.inversion= 'parity under spin inversion' \
      memory= 'limit for what grows with the Hilbert space' \
      seed= 'of all random numbers' \
      hilbert.tolerance= 'residual ||Hx - Ex|| at which the ground state counts as found, in units of the largest coupling; below rounding it is rounding' \
      hilbert.iterations= 'Lanczos iterations at most' \
      hilbert.levels= 'levels above the ground state: 1 gives the gap, 0 leaves it out' \
      hilbert.storage= 'how the matrix is kept: as values, as pattern with one value per coupling, or not' \
      hilbert.graph= 'of the Hilbert graph: also cycle, diameter and triangles, or counts alone, or nothing' \
      hilbert.signs= 'sign statistics: not of degenerate levels (auto), also of those, or none' \
      hilbert.correlations= 'spin correlations and the total spin' \
      hilbert.boson= 'energy of the sign-free (bosonic) partner, up to a million states' \
      hilbert.checks= 'structure theorems and sum rules as a self-check' \
      hilbert.compare= 'look whether a lower level lies outside the sector: small sectors are solved, of larger ones bounds are made' \
      hilbert.scan= 'lowest level of every symmetry sector, after everything else' \
      cut.instance= 'a Max-Cut file (rudy, Biq Mac, MatrixMarket) instead of the magnet' \
      cut.amplitudes.from= 'amplitudes of the basis states' \
      cut.amplitudes.sigma= 'noisy: each amplitude times exp(sigma u), u uniform in (-1, 1)' \
      cut.amplitudes.lambda= 'boltzmann: exp(-lambda D); 0 takes the best overlap with the ground state' \
      cut.amplitudes.symmetric= 'noise and shuffle keep the symmetry of the magnet' \
      cut.amplitudes.file= 'file: lines '\''state amplitude'\'', states from 0 as Hilbert views number them, moduli; of a symmetric sector those of its orthonormal states, sqrt(orbit) times a configuration'\''s' \
      cut.solvers= 'heuristics that climb from below; empty takes a good set' \
      cut.bound.kind= 'the relaxation that bounds from above' \
      cut.bound.engine= 'how it is solved; first-order for large sparse graphs' \
      cut.bound.prove= 'go on with branch and cut when the relaxation leaves a gap' \
      cut.bound.nodes= 'branch nodes at most; 0 for no limit' \
      cut.bound.rounds= 'rounds of cutting planes at most; 0 for no limit' \
      cut.bound.orbits= 'one variable for each orbit of edges where the weights have the symmetry of the magnet; without, the relaxation is larger and it may branch' \
      cut.bound.work= 'of a magnet: work of the bound at most, in 10^9 edges looked at, some 8 seconds each; 0 for no limit, as files have none' \
      cut.moves= 'moves of each solver at most; 0 for no limit' \
      cut.edges= 'largest Hilbert graph that is cut' \
      cut.certificate= 'file for the certificate; the instance goes beside it as FILE.mc' \
      calibration.model= 'the model and its data' \
      calibration.optimizers= 'who races; empty takes kalman, lm and hierarchical' \
      calibration.queries= 'evaluations of all data each optimiser may ask for, parts at their share' \
      calibration.start= 'where the race starts' \
      calibration.spread= 'random: half width round the nominal values, as a share of the box' \
      calibration.coordinates= 'what the Fisher information is taken with respect to' \
      calibration.goals= 'up to three losses above 0, falling, to which queries are counted; empty: by the kind of loss; '\''success'\'' is that the race came to a loss of at most the last of them, or of the noise of synthetic data' \
      calibration.slices.wanted= 'slices of the landscape in raw parameters and in eigen-directions' \
      calibration.slices.width= 'cells along the first axis' \
      calibration.slices.height= 'cells along the second axis' \
      calibration.profiles= 'profile likelihoods; auto: of all when there are at most 12 parameters' \
      calibration.geodesic= 'fly along the sloppiest direction to the edge of the model manifold' \
      calibration.widths= 'fly along every direction, both ways: the widths of the manifold' \
      calibration.reduce= 'models with fewer parameters, edge by edge, until chi2 rises over the noise' \
      calibration.ensemble= 'fits of the ensemble; 0 for none' \
      calibration.temperature= 'of the ensemble; 1 is the posterior of the data' \
      paths.system= 'what moves, and the states A and B; cut without a file: the instance of the cut study' \
      paths.exact= 'the exact committor over all states, where it can be had' \
      paths.sampler= 'how the watched sampler chooses and accepts' \
      paths.shots= 'shots of the watched sampler; 0: the exact committor alone' \
      paths.burn= 'first shots that averages leave out; 500 at least with density, which is corrected in them' \
      paths.most= 'of a half shot, before it counts as not committed' \
      paths.learning= 'shots from which the committor is learnt; then it is frozen. 0: nothing is learnt' \
      paths.relearn= 'times that rfps stops its averages to learn the committor anew, from all shots so far' \
      paths.inputs= 'what the learner sees of a state; spins: of a plane potential the coordinates' \
      paths.learn.schedule= 'one network trained on and on, or an ensemble fitted anew' \
      paths.learn.hidden= 'units in each of the two hidden layers' \
      paths.learn.rate= 'rate of Adam; 0: .01 for aimmd, .003 for the ensemble' \
      paths.learn.interval= 'aimmd: shots between trainings' \
      paths.learn.window= 'aimmd: shots over which expected and generated paths are compared' \
      paths.learn.epochs= 'aimmd: passes over all shots per training' \
      paths.learn.cutoff= 'aimmd: no training below this rate' \
      paths.learn.members= 'ensemble: networks, and folds of the shots' \
      paths.learn.batch= 'ensemble: samples per step of Adam' \
      paths.learn.patience= 'ensemble: passes without a better validation loss before a network stops' \
      paths.learn.decay= 'ensemble: weight decay' \
      paths.learn.frames= 'ensemble: frames of a half path bear its outcome while they help' \
      paths.learn.anneal= 'ensemble: total weight of a half path'\''s frames is min(1, (40/shots)^anneal)' \
      paths.compare= 'samplers of the board, beside uniform tps and the watched one' \
      paths.steps= 'steps of the dynamics for each sampler of the board, all with the same frozen model: what it was learnt from is not counted; 0: no board' \
      paths.mechanism= 'relevance of inputs, report cards of coordinates, formulas, gallery at the end' \
      paths.x= 'feature along the map; empty: the two that tell most' \
      paths.y= 'feature up the map' \
      watch.source= 'file of JSON Lines that is read' \
      watch.follow= 'wait for what is still to be written, until its runs have ended'
  end
end
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l seed -r -f -d 'seed of all random numbers, instead of the scenario'\''s'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l set -r -f -a '(__roadcut_set)' -d 'change a key of the scenario; repeatable'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l threads -r -f -d 'threads of a study; else one per processor'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l record -r -F -d 'keep the session in FILE, for '\''roadcut replay'\'''
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l theme -r -f -a 'dark light colour-blind terminal mono' -d 'dark, light, colour-blind, terminal or mono'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l graphics -r -f -a 'braille block ascii' -d 'braille, block or ascii'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l help -d 'this help, or that of a command'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -l version -d 'version and licence'
complete -c roadcut -n 'not __fish_seen_subcommand_from run check list show replay cut watch verify' -a "(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)"
complete -c roadcut -n '__fish_use_subcommand' -a run -d 'runs its studies without a screen'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l seed -r -f -d 'seed of all random numbers, instead of the scenario'\''s'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l set -r -f -a '(__roadcut_set)' -d 'change a key of the scenario; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l threads -r -f -d 'threads of a study; else one per processor'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l study -r -f -a 'hilbert cut calibration paths watch' -d 'run this study only; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l steps -r -f -d 'end each study after N steps'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l seconds -r -f -d 'end after the step that passes T seconds'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l json -r -F -d 'write JSON Lines to FILE, or to standard output with -'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l out -r -f -a '(__fish_complete_directories)' -d 'keep scenario, JSON Lines and results in a folder'
complete -c roadcut -n '__fish_seen_subcommand_from run' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from run' -a "(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)"
complete -c roadcut -n '__fish_use_subcommand' -a check -d 'validates scenarios'
complete -c roadcut -n '__fish_seen_subcommand_from check' -l set -r -f -a '(__roadcut_set)' -d 'change a key of the scenario; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from check' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from check' -a "(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)"
complete -c roadcut -n '__fish_use_subcommand' -a list -d 'what there is: lattices, views, keys, ..'
complete -c roadcut -n '__fish_seen_subcommand_from list' -l json -d 'as JSON'
complete -c roadcut -n '__fish_seen_subcommand_from list' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from list' -f -a 'lattices studies solvers models optimizers systems views commands keys scenarios parameters themes options lists'
complete -c roadcut -n '__fish_use_subcommand' -a show -d 'draws a view as text, ANSI or SVG'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l seed -r -f -d 'seed of all random numbers, instead of the scenario'\''s'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l set -r -f -a '(__roadcut_set)' -d 'change a key of the scenario; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l steps -r -f -d 'end each study after N steps'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l size -r -f -a '80x24 100x30 120x40' -d 'size of the picture in cells (100x30)'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l format -r -f -a 'text ansi svg csv json' -d 'text, ansi, svg, or the pane'\''s table: csv, json'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l do -r -f -a 'help palette options theme pixels back quit quit! suspend redraw key events view view.next view.prev pane.next pane.prev pane.focus pane.full explain crosshair log zoom.in zoom.out zoom.reset compare compare.side compare.figure compare.sync lattice.show search search.next search.prev move.up move.down move.left move.right move.page-up move.page-down move.first move.last press select.state select.site select.edge pause step history.back history.forward history.live history.branch until faster slower speed stop restart seed breaks break.add break.delete study cut.flip cut.move cut.round cut.node cut.improve cut.paths cut.vertex cut.vertex-next cut.vertex-prev cut.edge-next cut.edge-follow shot shot.next shot.prev shot.next-accepted shot.prev-accepted frame frame.next frame.prev flip.next flip.prev frame.ts frame.sp frame.live shoot branch select gamma freeze axes paths.compare paths.mechanism set params knob.next knob.prev knob.select plus minus reset knob.fine-up knob.fine-down undo redo form.apply form.cancel form.set open new filter save scenario.write tour.write record copy tour tour.next tour.answer tour.more tour.back tour.end' -d 'an explorer command: '\''set J2 0.3'\''; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l theme -r -f -a 'dark light colour-blind terminal mono' -d 'dark, light, colour-blind, terminal or mono'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l graphics -r -f -a 'braille block ascii' -d 'braille, block or ascii'
complete -c roadcut -n '__fish_seen_subcommand_from show' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from show' -a "(roadcut list views 2>/dev/null | sed 's/^ *//; s/ .*//')"
complete -c roadcut -n '__fish_seen_subcommand_from show' -a "(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)"
complete -c roadcut -n '__fish_use_subcommand' -a replay -d 'plays a recorded session again'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l threads -r -f -d 'threads of a study; else one per processor'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l json -r -F -d 'write JSON Lines to FILE, or to standard output with -'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l headless -d 'print the figures, open no screen'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l tour -r -F -d 'write the session as a scenario whose tour makes the same changes, each once its step has been reached'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l speed -r -f -d 'steps a second; else as fast as it goes'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l theme -r -f -a 'dark light colour-blind terminal mono' -d 'dark, light, colour-blind, terminal or mono'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l graphics -r -f -a 'braille block ascii' -d 'braille, block or ascii'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from replay' -F
complete -c roadcut -n '__fish_use_subcommand' -a cut -d 'finds and bounds the maximum cut of a file'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l seed -r -f -d 'seed of all random numbers, instead of the scenario'\''s'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l set -r -f -a '(__roadcut_set)' -d 'change a key of the scenario; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l threads -r -f -d 'threads of a study; else one per processor'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l seconds -r -f -d 'end after the step that passes T seconds'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l json -r -F -d 'write JSON Lines to FILE, or to standard output with -'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l record -r -F -d 'keep the session in FILE, for '\''roadcut replay'\'''
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l theme -r -f -a 'dark light colour-blind terminal mono' -d 'dark, light, colour-blind, terminal or mono'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l graphics -r -f -a 'braille block ascii' -d 'braille, block or ascii'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l solver -r -f -a 'greedy descent anneal tempering breakout tabu burer contract rounding' -d 'a heuristic instead of the usual set; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l no-bound -d 'heuristics alone'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l certificate -r -F -d 'write the certificate of cut and bound, and the instance beside it as FILE.mc'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from cut' -a "(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)"
complete -c roadcut -n '__fish_use_subcommand' -a watch -d 'shows what a FILE or -- COMMAND tells'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l seed -r -f -d 'seed of all random numbers, instead of the scenario'\''s'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l with -r -a "(roadcut list scenarios 2>/dev/null | cut -d' ' -f1)" -d 'a scenario with a cut, or a Max-Cut file, to solve at the same time'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l set -r -f -a '(__roadcut_set)' -d 'change a key of the scenario; repeatable'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l threads -r -f -d 'threads of a study; else one per processor'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l seconds -r -f -d 'end after the step that passes T seconds'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l json -r -F -d 'write JSON Lines to FILE, or to standard output with -'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l theme -r -f -a 'dark light colour-blind terminal mono' -d 'dark, light, colour-blind, terminal or mono'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l graphics -r -f -a 'braille block ascii' -d 'braille, block or ascii'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from watch' -F
complete -c roadcut -n '__fish_use_subcommand' -a verify -d 'checks certificates of cuts exactly'
complete -c roadcut -n '__fish_seen_subcommand_from verify' -l help -d 'this help, or that of a command'
complete -c roadcut -n '__fish_seen_subcommand_from verify' -F

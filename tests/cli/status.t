#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Exit statuses, and what is said: one line on standard error that names the next thing to do.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Roadcut;
use Test::More;

my $dir = scratch();
sub fails {
  my ($want, $said, @args) = @_;
  my ($status, $out, $err) = roadcut(@args);
  my $name = join ' ', grep { !ref } @args;
  is($status, $want, "$name: status $want") or diag($err);
  like($err, $said, "$name: says what is wrong");
  is(lines_of($err), 1, "$name: in one line") or diag($err);
  is($out, '', "$name: and prints nothing else");
}
sub works {
  my ($said, @args) = @_;
  my ($status, $out, $err) = roadcut(@args);
  my $name = join ' ', grep { !ref } @args;
  is($status, 0, "$name: status 0") or diag($err);
  like($out, $said, "$name: prints it");
  is($err, '', "$name: no complaint");
}

# 0: done
works(qr/^roadcut 0\.\d+\.\d+\n.*GPL-3/, '--version');
works(qr/^usage: roadcut run SCENARIO/, 'run', '--help');
works(qr/^usage: roadcut run SCENARIO/, '--help', 'run');
works(qr/good: .*kagome/, 'check', 'kagome-12');
works(qr/energy\s+-3\n/, 'run', 'octahedron');
works(qr/energy\s+-3\n/, 'run', 'scenarios/octahedron.yaml');
works(qr/energy\s+-3\n/, 'run', '--', 'octahedron');
works(qr/expected: all \d+ figures/, 'run', 'octahedron');

# 1: an expectation failed
spew("$dir/wrong.yaml", "title: x\nlattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\n" .
  "expect:\n  - {study: hilbert, value: energy, is: -0.7, within: 1.0e-6}\n");
my ($status, $out, $err) = roadcut('run', "$dir/wrong.yaml", '--json', '-');
is($status, 1, 'a wrong expectation: status 1');
like($err, qr/^\Q$dir\E\/wrong\.yaml:5:\d+: expected energy of hilbert to be -0\.7 within 1e-06, got -0\.7/m, 'and says where and what');
like($out, qr/"type":"end".*"status":1/, 'the end line has it too');

# a long search tells how it stands, and what to change when it is given up
spew("$dir/search.yaml", "title: x\nstudies:\n  paths: {system: {kind: stripes, side: 8, temperature: 1}, most: 10, learning: 0, " .
  "sampler: {kind: tps, select: uniform}}\n");
($status, $out, $err) = roadcut('run', "$dir/search.yaml");
is($status, 4, 'no first path: a limit') or diag($err);
my @told = $err =~ /^paths: no path from A to B in (\d+) shots so far: .*given up after/mg;
ok(@told >= 5 && @told <= 10, 'on the way it is said how many shots there were') or diag($err);
is(join(' ', @told), join(' ', sort { $a <=> $b } @told), 'more and more');
like($err, qr/^roadcut: no path from A to B in 200000 shots .*: raise the limit of frames \('most'\)/m, 'and what to change');

# 2: usage, no terminal
fails(2, qr/there is no option '--sed'; did you mean --seed; see roadcut run --help/, 'run', '--sed', '3', 'triangle');
fails(2, qr/there is no option '--frobnicate'; see roadcut --help/, '--frobnicate');
fails(2, qr/the option '--json' belongs to/, 'check', '--json', '-', 'triangle');
fails(2, qr/the option '--seed' wants N after it/, 'run', 'triangle', '--seed');
fails(2, qr/--seed wants a whole number of at least 1, not 'x'/, 'run', 'triangle', '--seed', 'x');
fails(2, qr/--seed wants .* not '1x'/, 'run', 'triangle', '--seed=1x');
fails(2, qr/--threads wants a whole number from 1 to 256, not '0'/, 'run', 'triangle', '--threads', '0');
fails(2, qr/--seconds wants a number of seconds above 0, not '-1'/, 'run', 'triangle', '--seconds', '-1');
fails(2, qr/--set wants KEY=VALUE, not 'J2'/, 'run', 'triangle', '--set', 'J2');
fails(2, qr/roadcut run wants SCENARIO; see roadcut run --help/, 'run');
fails(2, qr/'square-neel' is one word too many/, 'run', 'triangle', 'square-neel');
fails(2, qr/no command 'rum'; did you mean 'run'\?/, 'rum', 'triangle');
fails(2, qr/no list 'latices'; did you mean 'lattices'\?/, 'list', 'latices');
fails(2, qr/--size wants COLSxROWS up to 1000x500, not '80'/, 'show', 'lattice', 'triangle', '--size', '80');
fails(2, qr/--size wants/, 'show', 'lattice', 'triangle', '--size', '0x10');
fails(2, qr/no view 'latice'; did you mean 'lattice'\?/, 'show', 'latice', 'triangle');
fails(2, qr/no view 'nosuch'; 'roadcut list views' names them/, 'show', 'nosuch', 'triangle');
fails(2, qr/no format 'pgn'/, 'show', 'lattice', 'triangle', '--format', 'pgn');
fails(2, qr/no theme 'drak'; did you mean 'dark'/, 'show', 'lattice', 'triangle', '--theme', 'drak');
fails(2, qr/no pixel set 'brail'; did you mean 'braille'/, 'show', 'lattice', 'triangle', '--graphics', 'brail');
fails(2, qr/the explorer needs a terminal.*run it in a terminal, or use 'roadcut run'/);
fails(2, qr/the explorer needs a terminal/, 'triangle');

# 3: bad input
fails(3, qr/there is no scenario 'kagme-12'; did you mean 'kagome-12'\?/, 'run', 'kagme-12');
{
  # Away from ./scenarios and with nothing of one's own: where was looked, unless some are installed.
  my %away = (cwd => $dir, env => {HOME => $dir, XDG_DATA_HOME => "$dir/data"});
  my ($status, $out, $err) = roadcut(\%away, 'list', 'scenarios');
  is($status, 0, 'list scenarios in a folder without any: status 0');
  if ($out eq '') {
    my $where = qr{in \./scenarios, \Q$dir\E/data/roadcut, .*/share/roadcut/scenarios: .*install it, or give a file$};
    like($err, qr/^roadcut: there is no scenario $where/, 'and says where it looked');
    fails(3, qr/there is no scenario 'kagome-12', and none $where/, \%away, 'run', 'kagome-12');
    ($status, $out, $err) = roadcut(\%away, 'list', 'scenarios', '--json');
    is($out, "[]\n", 'as JSON an empty list');
  } else {
    like($out, qr/^kagome-12 /m, 'and names the installed ones');
    is($err, '', 'without a word more');
  }
}
fails(3, qr/there is no file 'nowhere\/x\.yaml'/, 'check', 'nowhere/x.yaml');
fails(3, qr/'scenarios\/' is not a file/, 'check', 'scenarios/');
fails(3, qr/^roadcut: --set J9=1: /, 'run', 'triangle', '--set', 'J9=1');
fails(3, qr/--set delta=many: /, 'run', 'triangle', '--set', 'delta=many');
fails(3, qr/the scenario has no study 'cut'; it has: hilbert/, 'run', 'triangle', '--study', 'cut', '--json', '-');
fails(3, qr/cannot write '\/nowhere\/x'/, 'run', 'triangle', '--json', '/nowhere/x');
fails(3, qr/cannot make the folder '\/dev\/null\/x'/, 'run', 'triangle', '--out', '/dev/null/x');
spew("$dir/bad.yaml", "lattice: {kind: kagomee}\n");
fails(3, qr/^\Q$dir\E\/bad\.yaml:1:17: .*kagome/, 'check', "$dir/bad.yaml");
fails(3, qr/^\Q$dir\E\/bad\.yaml:1:17: /, "$dir/bad.yaml");

# what a scenario says of figures, views and commands must exist
for ([q(expect: [{study: hilbert, value: enrgy, is: 1}]), qr/:2:34: unknown figure 'enrgy'; did you mean 'energy'\?/],
     [q(tour: [{say: x, view: lattic}]), qr/:2:23: unknown view 'lattic'; did you mean 'lattice'\?/],
     [q(tour: [{say: x, do: [knob.slect J1]}]), qr/:2:22: unknown command 'knob.slect'; did you mean 'knob.select'\?/],
     [q(tour: [{say: x, wait: energy <}]), qr/:2:31: 'wait': condition 'energy <', column 9: /]) {
  spew("$dir/words.yaml", "lattice: {kind: chain}\n$_->[0]\n");
  fails(3, $_->[1], 'check', "$dir/words.yaml");
}

# paths are checked as far as they open: temperatures, features of the map, A and B without a table
for (['system: {kind: wsme, temperature: 1}', qr/:3:45: energies span 7047 kT/],
     ['system: wsme, x: nonsense', qr/:3:28: no feature of 'wsme' is called 'nonsense'; there are n_native/],
     ['system: {kind: ising, width: 16, height: 16, A: M < 100, B: M > 50}', qr/:3:\d+: A and B overlap: a state with M/],
     ['system: {kind: ising, width: 16, height: 16, B: M > 300}', qr/:3:59: state B is empty: no state is in it, M is -256 to 256/]) {
  spew("$dir/ways.yaml", "title: t\nstudies:\n  paths: {$_->[0]}\n");
  fails(3, $_->[1], 'check', "$dir/ways.yaml");
}

# a run looks at the options of its studies as check does, before it says or writes anything
($status, $out, $err) = roadcut('run', 'tests/broken/study-183-measurements-no-x.yaml', '--out', "$dir/none", '--json', '-');
is($status, 3, 'lists of data without x: status 3');
like($err, qr/study-183-measurements-no-x\.yaml:7:9: measurements: there is nothing in 'x'/, 'said with its place');
is(lines_of($err), 1, 'in one line');
is($out, '', 'and nothing else');
ok(!-e "$dir/none", 'nothing is made');
fails(3, qr/: tables\/none\.csv: cannot open/, 'run', 'tests/broken/study-171-calibration-no-table.yaml');

# 4: a limit
spew("$dir/large.yaml", "lattice: {kind: square, cluster: [6, 6]}\nmemory: 1 GiB\n");
($status, $out, $err) = roadcut('run', "$dir/large.yaml", '--json', '-');
is($status, 4, 'too large for its memory limit: status 4');
like($err, qr/states need \S+ [TG]iB, the limit is 1 GiB; without symmetry about 26 sites fit/, 'and says how much it needs and what fits');
is(lines_of($err), 1, 'in one line') or diag($err);
($status, $out, $err) = roadcut('run', 'square-j1j2', '--seconds', '0.000001', '--json', '-');
is($status, 4, 'a time limit: status 4');
like($out, qr/"type":"result".*"state":"time limit"/, 'with the results so far');
($status, $out, $err) = roadcut({out => '/dev/full'}, 'list', 'lattices');
is($status, 4, 'a full disk: status 4');
like($err, qr/cannot write to standard output/, 'and it is said');
($status, $out, $err) = roadcut('run', 'triangle', '--study', 'hilbert', '--set', 'J1=1e-160');
is($status, 3, 'couplings too small for double precision: status 3');
like($err, qr/largest coupling is 1e-160, too small.*give the couplings in a unit/, '... said');
is(lines_of($err), 1, '... in one line');

($status, $out, $err) = roadcut('run', 'square-j1j2', '--steps', '2', '--json', '-');
is($status, 0, 'a step limit is what was asked for: status 0') or diag($err);
like($out, qr/"type":"result".*"state":"step limit"/, 'with the results so far');

# 5 has no input that leads there; 128+n: see signal.t
done_testing();

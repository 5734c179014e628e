#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# What ARCHITECTURE.md says of adding things: its examples are added to a copy of the tree, which is
# built (only what they touch) and run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

my $top = top();
my $build = $ENV{ROADCUT_BUILD} // "$top/build";
my $dir = scratch();
system("cp -a '$top/src' '$top/include' '$top/mk' '$top/Makefile' '$dir' && mkdir '$dir/tests' && mkdir -p '$dir/b' && cp -a '$build/release' '$dir/b/release'") == 0
  or die 'cp failed';
system('rm', '-rf', "$dir/b/release/test", "$dir/b/release/bench");

my $page = slurp("$top/ARCHITECTURE.md");
my %added;
while ($page =~ /`(src\/[\w\/]+\.c)`, and the\s+line\s+`(\w+\((\w+)\))`\s+in\s+`(src\/[\w\/]+\.def)`.*?^```c\n(.*?)^```/msg) {
  my ($file, $line, $name, $list, $code) = ($1, $2, $3, $4, $5);
  ok(!-e "$dir/$file", "$file is new");
  spew("$dir/$file", $code);
  spew("$dir/$list", slurp("$dir/$list") . "$line\n");
  $added{$name} = $list;
  my $lines = () = $code =~ /\n/g;
  cmp_ok($lines, '<=', 30, 'and short');
  # of objects that have read the list: their times say nothing in a copy
  for my $d (split /\n/, qx(grep -rl '$list' '$dir/b/release/obj' --include='*.d')) {
    (my $object = $d) =~ s/\.d$/.o/;
    unlink $object;
  }
}
is(join(' ', sort keys %added), 'chance half_crossed line meanfield plain', 'a lattice, a solver, a model, a system and a view');

delete local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};
my $said = qx(make -C '$dir' -s BUILD='$dir/b' '$dir/b/release/roadcut' 2>&1);
is($?, 0, 'the copy is built') or diag(join "\n", grep { !/^(?:CC|AR) / } split /\n/, $said);
is(join("\n", grep { !/^(?:CC|AR|LINK) |warning: .*modification time/ } split /\n/, $said), '', 'without a warning');
my $program = "$dir/b/release/roadcut";
sub run_yaml {
  my ($yaml, @words) = @_;
  spew("$dir/x.yaml", $yaml);
  my $out = qx('$program' run '$dir/x.yaml' --json - 2>'$dir/err');
  return ($? >> 8, map { $_->{type} eq 'result' ? $_ : () } map { decode_json($_) } split /\n/, $out);
}
for my $what (['lattices', 'half-crossed'], ['solvers', 'chance'], ['models', 'line'], ['views', 'plain']) {
  like(scalar qx('$program' list $what->[0]), qr/^$what->[1] /m, "list $what->[0]");
}
# with both couplings alike it is the triangular lattice
my ($status, $ours) = run_yaml("lattice: {kind: half-crossed, cluster: [4, 3]}\nmodel: {J1: 1, J2: 1}\nstudies: {hilbert: {}}\n");
my (undef, $theirs) = run_yaml("lattice: {kind: triangular, cluster: [4, 3]}\nmodel: {J1: 1}\nstudies: {hilbert: {}}\n");
is($status, 0, 'the lattice runs') or diag(slurp("$dir/err"));
cmp_ok(abs($ours->{energy} - $theirs->{energy}), '<=', 1e-8, 'and is the triangular one at J2 = J1');
my ($cut);
($status, $cut) = run_yaml("lattice: {kind: chain, cluster: [6]}\nmodel: {J1: 1, J2: 0.6}\nstudies: {cut: {solvers: [chance], moves: 2000}}\n");
is($status, 0, 'the solver runs') or diag(slurp("$dir/err"));
cmp_ok($cut->{solvers}[0]{best}, '>', 0, 'and finds a cut');
my ($fit);
($status, $fit) = run_yaml("title: x\nstudies: {calibration: {model: line, optimizers: [lm], queries: 60}}\n");
is($status, 0, 'the model runs') or diag(slurp("$dir/err"));
cmp_ok($fit->{loss} // $fit->{loss_best} // 1, '<=', 1e-12, 'and is fitted') or diag(explain $fit);
($status) = run_yaml("title: x\nstudies: {paths: {system: meanfield, shots: 50, steps: 10000}}\n");
is($status, 0, 'the system runs') or diag(slurp("$dir/err"));
like(scalar qx('$program' show plain '$dir/x.yaml' 2>&1; '$program' show plain '$top/scenarios/octahedron.yaml' --format text 2>&1), qr/energy +-\d\.\d{10}/, 'the view draws');
done_testing();

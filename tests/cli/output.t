#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# What is printed: help that fits the screen, lists, pictures, folders of results, no colours in pipes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode qw(decode);
use JSON::PP;
use Roadcut;
use Test::More;

my $dir = scratch();
my ($status, $out, $err) = roadcut('--help');
is($status, 0, '--help');
cmp_ok(lines_of($out), '<=', 24, 'fits 24 lines');
is(scalar(grep { length > 80 } split /\n/, $out), 0, 'and 80 columns');
like($out, qr/roadcut $_ /, "names $_") for qw(run check list show);
for my $command (qw(run check list show)) {
  ($status, $out, $err) = roadcut($command, '--help');
  is($status, 0, "$command --help");
  cmp_ok(lines_of($out), '<=', 24, "$command --help fits 24 lines");
  is(join('', grep { length > 80 } split /\n/, $out), '', "$command --help fits 80 columns");
}

# lists: for people and as JSON
for my $what (map { $_->{name} } @{decode_json((roadcut('list', 'lists', '--json'))[1])}) {
  my ($plain_status, $plain) = roadcut('list', $what);
  ($status, $out, $err) = roadcut('list', $what, '--json');
  is("$plain_status $status", '0 0', "list $what");
  my $list = eval { decode_json($out) };
  cmp_ok(scalar @{$list // []}, '>=', 1, "list $what --json is a list");
  unlike($plain . $out, qr/\e/, "list $what: no colours");
  is(scalar(grep { !defined $_->{name} } @$list), 0, "list $what: all have names");
  for my $row (@$list) { die "$row->{name} is not in the plain list" if index($plain, $row->{name}) < 0 }
}
my %lattice = map { $_->{name} => $_ } @{decode_json((roadcut('list', 'lattices', '--json'))[1])};
ok($lattice{$_}, "there is the lattice $_")
  for qw(chain ladder sawtooth square triangular honeycomb kagome shastry-sutherland checkerboard pyrochlore
  shuriken maple-leaf molecule random custom);
is(join(' ', map { $_->{name} } @{$lattice{square}{couplings}}), 'J1 J2 J3', 'the square lattice has J1, J2, J3');

# pictures
($status, $out, $err) = roadcut('show', 'lattice', 'kagome-12', '--size', '80x24');
is($status, 0, 'show') or diag($err);
is(lines_of($out), 24, 'text has the lines that were asked for');
unlike($out, qr/\e/, 'a pipe gets no colours');
my @wide = grep { length > 80 } split /\n/, decode('UTF-8', $out);
is(scalar @wide, 0, 'and no line is too wide');
my ($s2, $out2) = roadcut('show', 'lattice', 'kagome-12', '--size', '80x24');
is($out2, $out, 'twice the same');
($status, $out) = roadcut('show', 'lattice', 'kagome-12', '--format', 'ansi');
like($out, qr/\e\[/, 'colours when they are asked for');
# NO_COLOR: attributes alone, unless a theme with colours is asked for; a picture keeps its colours
my $colour = qr/\e\[[\d;]*\b(?:[34][0-8]|9[0-7]|10[0-7])\b/;
like($out, $colour, 'with colours');
sub pale { return (roadcut({env => {NO_COLOR => $_[0]}}, 'show', 'lattice', 'kagome-12', @_[1 .. $#_]))[1] }
unlike(pale('1', '--format', 'ansi'), $colour, 'none when NO_COLOR is set');
like(pale('1', '--format', 'ansi'), qr/\e\[[\d;]*\b[1247]m/, 'but attributes');
is(pale('', '--format', 'ansi'), $out, 'an empty NO_COLOR says nothing');
is(pale('1', '--format', 'ansi', '--theme', 'dark'), $out, 'the command line has the last word');
($status, $out) = roadcut('show', 'lattice', 'kagome-12', '--format', 'svg');
like($out, qr/^<\?xml|^<svg/, 'SVG');
like($out, qr/<\/svg>\s*$/, 'to its end');
is(pale('1', '--format', 'svg'), $out, 'NO_COLOR is no word on pictures');
my ($told) = $out =~ /^<svg [^>]*><desc>(roadcut run \S*kagome-12\S* --seed 1)<\/desc>/;
ok(defined $told, 'a picture tells the line behind it');
($status) = roadcut((split / /, $told // '')[1 .. 4], '--json', '-');
is($status, 0, 'which runs');
for my $format ('text', 'ansi') {
  unlike((roadcut('show', 'lattice', 'kagome-12', '--format', $format))[1], qr/roadcut run/, "$format is the picture alone");
}
($status, $out) = roadcut({env => {LC_ALL => 'C'}}, 'show', 'lattice', 'kagome-12');
unlike($out, qr/[^\x00-\x7f]/, 'nothing but ASCII in the C locale');
($status, $out) = roadcut('show', 'lattice', 'kagome-12', '--graphics', 'ascii');
unlike($out, qr/[^\x00-\x7f]/, 'nor with --graphics ascii');
($status, $out, $err) = roadcut('show', 'lattice', 'square-j1j2', '--do', 'set J2 0.25', '--do', 'knob.select J2');
is($status, 0, 'commands are done') or diag($err);
like($out, qr/0\.25/, 'and are seen');
($status, $out, $err) = roadcut('show', 'lattice', 'triangle', '--do', 'frobnicate');
is($status, 2, 'an unknown command is an error of usage') or diag($err);
like($err, qr/frobnicate/, 'and is named');

# run: figures for people, JSON for programs, a folder for later
($status, $out, $err) = roadcut('run', 'kagome-12');
like($out, qr/^Kagome, 12 spins/, 'the title on top');
like($out, qr/^  energy +-5\.4448752/m, 'figures by name');
unlike($out, qr/\e|\r/, 'no colours, no progress in a pipe');
unlike($err, qr/\e|\r/, 'nor on standard error');
($status, $out, $err) = roadcut('run', 'kagome-12', '--out', "$dir/a/b", '--json', "$dir/x.jsonl");
is($status, 0, 'run --out --json FILE') or diag($err);
is(slurp("$dir/x.jsonl"), slurp("$dir/a/b/run.jsonl"), 'the same lines in the file and in the folder');
is(lines_of(slurp("$dir/a/b/results.jsonl")), 1, 'the results by themselves');
($status, $out, $err) = roadcut('check', "$dir/a/b/scenario.yaml");
is($status, 0, 'the scenario in the folder is one') or diag($err);
spew("$dir/paths.yaml", "title: shots\nstudies:\n  paths: {system: wsme, shots: 40, learning: 12, steps: 0}\n");
($status, $out, $err) = roadcut('run', "$dir/paths.yaml", '--out', "$dir/p");
is($status, 0, 'a run of paths into a folder') or diag($err);
my ($head, @shots) = split /\n/, slurp("$dir/p/paths-shots.csv");
like($head, qr/^shot,parent,branch,.*,state$/, 'the shots have a head');
is(scalar @shots, 40, 'and a line each');
my $tree = decode_json(slurp("$dir/p/paths-tree.json"));
is(scalar @{$tree->{trials}}, 40, 'the tree has them all');
my ($columns, @frames) = split /\n/, slurp("$dir/p/paths-frames.csv");
my %dwell; # of the interior: states that are in neither end
for (map { [split /,/] } @frames) { $dwell{$_->[0]} += $_->[3]; }
my @accepted = grep { (split /,/)[8] == 1 } @shots;
is(scalar keys %dwell, 1 + @accepted, 'every accepted path and the first one');
is($dwell{$_->[0]}, $_->[9] + 2, "all frames of path $_->[0]") for map { [split /,/] } @accepted;
for (@{$tree->{trials}}) {
  my @shot = split /,/, $shots[$_->{id} - 1];
  fail("trial $_->{id}") if $_->{before} + 1 + $_->{after} != $shot[9] + 2 || $_->{parent} != $shot[1];
}
($status, $out, $err) = roadcut('run', 'square-j1j2', '--set', 'J2=0', '--json', '-');
is($status, 1, 'other couplings, other figures: the expectations fail');
my ($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } split /\n/, $out;
cmp_ok(abs($result->{energy} + 11.228483208429), '<', 1e-8, '--set J2=0 is the unfrustrated magnet');

# a slice through a loss of nothing has its levels all the same
($status, $out, $err) = roadcut('show', 'terrain.slice', 'rosenbrock-canyon', '--size', '80x24', '--theme', 'mono');
like($out, qr/loss ≤ [\d.e-]+ /, 'the lowest level holds what is less');
my @shades = grep { $out =~ /(?:$_){4}/ } '▓', '█';
is(scalar @shades, 2, 'and the canyon is seen');

# scenarios by name: ./scenarios first, then the user's own
mkdir "$dir/roadcut";
spew("$dir/roadcut/mine.yaml", "title: mine alone\nlattice: {kind: chain, cluster: [4]}\n");
spew("$dir/roadcut/triangle.yaml", "title: hidden by the one in scenarios\nlattice: {kind: chain, cluster: [4]}\n");
($status, $out, $err) = roadcut({env => {XDG_DATA_HOME => $dir}}, 'run', 'mine');
like($out, qr/^mine alone/, "a user's own scenario is found by name") or diag($err);
($status, $out, $err) = roadcut({env => {XDG_DATA_HOME => $dir}}, 'list', 'scenarios');
like($out, qr/^mine +mine alone$/m, 'and listed');
unlike($out, qr/hidden by/, 'an earlier folder hides later ones');
done_testing();

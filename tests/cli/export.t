#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The line in the head of an exported pane gives the pane's figures, wherever in the run it was taken;
# and where no line can, the head says so.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

my $dir = scratch();
my $scenario = 'scenarios/cut-steps.yaml';

sub pane {
  my ($status, $out, $err) = roadcut('show', 'cut.facts', $scenario, @_, '--format', 'json');
  is($status, 0, "a pane (@_)") or diag($err);
  my $o = decode_json($out);
  $o->{figure}{$_->{name}} = $_->{value} for @{$o->{rows}};
  return $o;
}

# The last result of the study that a printed line runs.
sub result_of {
  my ($line) = @_;
  like($line, qr/^roadcut run \S+( --[a-z]+ \S+)*$/, $line);
  my (undef, @words) = split / /, $line;
  my ($status, $out, $err) = roadcut(@words, '--json', '-');
  is($status, 0, 'it runs') or diag($err);
  my ($r) = grep { $_->{type} eq 'result' && $_->{study} eq 'cut' } map { decode_json($_) } split /\n/, $out;
  return $r;
}

sub agrees {
  my ($o, $what) = @_;
  my $r = result_of($o->{command});
  is($r->{step}, $o->{step}, "$what: the step");
  for (['best cut', 'value'], ['bound', 'bound'], ['total weight', 'weight_total']) {
    my ($shown, $run) = ($o->{figure}{$_->[0]}, $r->{$_->[1]});
    cmp_ok(abs($shown - $run), '<=', 1e-8, "$what: $_->[0]");
  }
  ok(!defined $o->{command_note}, "$what: nothing is missing");
}

# racers: what is not reached is empty or null, queries are as short as they are right
{
  my @show = ('show', 'race.racers', 'oxygen-surface', '--set', 'calibration.queries=7', '--set', 'calibration.goals=[100, 1e-9]');
  my ($status, $out, $err) = roadcut(@show, '--steps', 3, '--format', 'csv');
  like($out, qr/^optimizer,best,queries,.*,queries_to_100,queries_to_1e-09,end$/m, 'racers: head') or diag($err);
  like($out, qr/^\S+,,0,0,.*,,,$/m, 'racers: one that has not begun');
  unlike($out, qr/inf|nan/, 'racers: no infinity');
  ($status, $out, $err) = roadcut(@show, '--steps', 60, '--format', 'csv');
  my ($kalman) = grep { /^kalman,/ } split /\n/, $out;
  my @cell = split /,/, $kalman;
  cmp_ok($cell[8], '>', 1, 'racers: parts of the data were asked');
  like($cell[2], qr/^[1-6](\.\d)?$|^7$/, 'racers: tenths, and within the budget');
  is($cell[10], '', 'racers: a goal that is not reached');
  ($status, $out, $err) = roadcut(@show, '--steps', 3, '--format', 'json');
  my ($late) = grep { $_->{queries} == 0 } @{decode_json($out)->{rows}};
  ok(exists $late->{best} && !defined $late->{best}, 'racers: null in JSON');
  for my $goals ('[1]', '[1, 0.1]', '[1, 0.1, 0.01]') { # beside long names, too
    ($status, $out, $err) = roadcut('show', 'race', 'nist-misra1a', '--steps', 40, '--size', '80x24', '--set', "calibration.goals=$goals",
      '--set', 'calibration.optimizers=[{kind: kalman, probe: 0.1, caution: 0.5}, {kind: kalman, probe: 0.2, caution: 0.4}]');
    my ($head) = $out =~ /(name .*)$/m;
    my $want = join ' +', map { my $g = $_; $g =~ s/^0//; "\Q$g\E" } $goals =~ /([\d.]+)/g;
    like($head, qr/\xe2\x89\xa4 *$want /, "racers: $goals beside long names");
  }
}

# what --set changed stands in every line
for (['cut.solvers', 'cut-kagome', 'J2=0.3', '--set model.J2=0.3'],
     ['cut.solvers', 'cut-kagome', 'cut.solvers=[tabu]', "--set 'cut.solvers=[tabu]'"]) {
  my ($view, $name, $set, $want) = @$_;
  my @show = ('show', $view, $name, '--steps', 2, '--set', $set);
  my ($status, $out, $err) = roadcut(@show, '--format', 'csv');
  like($out, qr/^# roadcut run \S+ --seed 1 \Q$want\E /, "$set: csv") or diag($err);
  ($status, $out, $err) = roadcut(@show, '--format', 'json');
  like(decode_json($out)->{command}, qr/ --seed 1 \Q$want\E /, "$set: json");
  ($status, $out, $err) = roadcut(@show, '--do', "copy $dir/line", '--do', "save $dir/pane.csv");
  is($status, 0, "$set: written") or diag($err);
  like(slurp("$dir/line"), qr/^roadcut run \S+ --seed 1 \Q$want\E /, "$set: copied");
  like(slurp("$dir/pane.csv"), qr/^# roadcut run \S+ --seed 1 \Q$want\E /, "$set: saved");
}

my $end = pane();
agrees($end, 'at the end');
unlike($end->{command}, qr/--steps/, 'which needs no steps');
my $back = pane('--do', 'history.back 20');
is($back->{step}, $end->{step} - 20, 'looking back');
agrees($back, 'looking back');
my $early = pane('--steps', 195);
agrees($early, 'under way');
isnt($early->{figure}{bound}, $end->{figure}{bound}, 'where the bound was another');

# commands of a study came at certain steps
my $flips = pane('--steps', 195, ('--do', 'cut.flip') x 3);
like($flips->{command_note}, qr/^cut was changed by hand at steps \(flip 1 at 195, flip 1 at \d+, flip 1 at \d+\): R and 'roadcut replay' bring that back/,
  'flips are told');
my $before = pane('--steps', 195, ('--do', 'cut.flip') x 3, '--do', 'history.back 12');
cmp_ok($before->{step}, '<', 195, 'before the flips');
agrees($before, 'before the flips');
my (undef, $csv) = roadcut('show', 'cut.facts', $scenario, '--steps', 195, '--do', 'cut.flip', '--format', 'csv');
like($csv, qr/^# roadcut run [^\n]*\n# cut was changed by hand at steps \(flip 1 at 195\)/, 'in a table too');

# two runs: two lines
my ($status) = roadcut('show', 'cut', $scenario, '--steps', 195, '--do', 'compare seed 2', '--do', "copy $dir/lines");
is($status, 0, 'a comparison');
my @lines = split /\n/, slurp("$dir/lines");
is(scalar @lines, 2, 'has two lines');
for my $seed (1, 2) {
  my $r = result_of($lines[$seed - 1]);
  like($lines[$seed - 1], qr/ --seed $seed /, "one with seed $seed");
  my $o = pane('--steps', 195, '--set', "seed=$seed");
  is($r->{step}, $o->{step}, 'its step');
  cmp_ok(abs($o->{figure}{'best cut'} - $r->{value}), '<=', 1e-8, 'its figures');
}

# ---- what a pane draws is what it gives
sub table {
  my ($status, $out, $err) = roadcut('show', @_, '--format', 'json');
  is($status, 0, "@_") or diag($err);
  my $o = decode_json($out);
  ok(@{$o->{rows}} ? !defined $o->{note} : 1, 'a note only where there is nothing');
  return $o;
}
my @map = @{table('lattice.map', 'kagome-12')->{rows}};
my @site = grep { $_->{kind} eq 'site' } @map;
my @bond = grep { $_->{kind} eq 'bond' } @map;
is(scalar @site, 12, 'the map has sites');
is(scalar @bond, 24, 'and bonds');
is(join(' ', map { $_->{index} } @site), join(' ', 0 .. 11), 'in order');
for my $b (grep { !$_->{wraps} } @bond) {
  my ($from, $to) = @site[$b->{i}, $b->{j}];
  cmp_ok(abs(sqrt(($from->{x} - $to->{x})**2 + ($from->{y} - $to->{y})**2) - 1), '<=', 1e-12, "bond $b->{index} has length 1");
  is($b->{state}, $from->{state} eq $to->{state} ? 'parallel' : 'antiparallel', 'and joins what it says');
}
my ($energy) = map { $_->{energy} } grep { $_->{type} eq 'result' } map { decode_json($_) } split /\n/,
  (roadcut('run', 'kagome-12', '--json', '-'))[1];
my $sum = 0;
$sum += $_->{coupling} * $_->{correlation} for @bond;
cmp_ok(abs($sum - $energy), '<=', 1e-8, 'the energy is the sum of J S.S over the bonds');
my @phase = @{table('cut.phases', 'cut-kagome')->{rows}};
is(scalar @phase, 924, 'an angle for each vertex');
is((grep { !defined $_->{angle} || $_->{side} !~ /^[01]$/ } @phase), 0, 'and its side');
my @cycle = @{table('bound.cycle', 'cut-kagome')->{rows}};
cmp_ok(scalar @cycle, '>=', 3, 'a cycle has edges');
is($cycle[$_ - 1]{v}, $cycle[$_]{u}, 'one behind the other') for 0 .. $#cycle;
is((grep { $_->{marked} } @cycle) % 2, 1, 'an odd number of them marked');
is((grep { $_->{cut} } @cycle) % 2, 0, 'an even number of them cut');
is((grep { $_->{weight} <= 0 } @cycle), 0, 'and all have weight');
is_deeply(table('checks.detail', 'kagome-12')->{rows}[0], table('checks.checks', 'kagome-12')->{rows}[0], 'the check that is looked at');
my $satisfied = table('cut.vertex', 'cut-kagome');
is(scalar @{$satisfied->{rows}}, 0, 'a vertex without frustrated edges');
ok(!defined $satisfied->{note}, 'which is known');
unlike((roadcut('show', 'cut.vertex', 'cut-kagome', '--format', 'csv'))[1], qr/no data/, 'in a table too');

# ---- figures are numbers in full, without units, separators of thousands or the digits of a screen
sub figures {
  my %figure = map { $_->{name} => $_->{value} } @{table(@_)->{rows}};
  my @dressed = grep { $_ ne 'note' && ($figure{$_} // '') =~ /%|±|–|^\d{1,3}(?:,\d{3})+$|^[\d.]+ (?:shots|fits|[KMG]?i?B|s)$/ } sort keys %figure;
  is(join(' ', map { "$_: $figure{$_}" } @dressed), '', 'no figure is dressed');
  return \%figure;
}
my $cut = figures('cut.facts', $scenario);
my $run = result_of($end->{command});
is($cut->{'total weight'}, $run->{weight_total}, 'the total weight, to the last digit');
is($cut->{'best cut'}, $run->{value}, 'the best cut');
is($cut->{gap}, $run->{gap}, 'the gap, as a fraction');
my $level = figures('state.level', 'kagome-12');
is($level->{energy}, $energy, 'the energy');
is($level->{degeneracy}, 1, 'a count without the word beside it');
my $theatre = figures('theatre.figures', 'hairpin', '--steps', 60);
is($theatre->{states}, 32768, 'thousands');
my ($shots, $taken) = @$theatre{'shots', 'transitions'};
cmp_ok(abs($taken * $shots - sprintf('%.0f', $taken * $shots)), '<=', 1e-9, 'a share of the shots, in full');
cmp_ok($taken, '<', 1, 'as a fraction');
my $signs = figures('state.signs', 'kagome-12');
cmp_ok($signs->{'frustrated edges'}, '<', 1, 'edges too');
cmp_ok(abs($signs->{'Ed + W - 2C'} - $energy), '<=', 1e-8, 'a sum without its tick');
figures(@$_) for ['hilbert.facts', 'kagome-12'], ['training.figures', 'hairpin', '--steps', 60], ['fit.figures', 'plasma-surface', '--steps', 20];

done_testing();

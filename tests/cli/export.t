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

done_testing();

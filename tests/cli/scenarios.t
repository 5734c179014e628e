#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Every scenario that is delivered: its expectations hold, and the bytes are the same with one thread
# and with two, run twice.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

# Times are the only thing that may differ: "t" of progress, and the end line.
sub settled {
  my ($text) = @_;
  $text =~ s/"t":[^,}]*//g;
  $text =~ s/^\{"type":"end".*\n//gm;
  return $text;
}

# The words that conditions may ask for are all that a study says.
my %study = map { $_->{name} => $_ } @{decode_json((roadcut('list', 'studies', '--json'))[1])};
sub strangers {
  my (@lines) = @_;
  my %strange;
  for my $l (@lines) {
    my $kind = $l->{type} eq 'event' ? $l->{kind} : $l->{type} eq 'progress' ? $l->{phase} : next;
    my $known = $study{$l->{study}}{$l->{type} eq 'event' ? 'events' : 'phases'};
    $strange{$kind} = 1 unless grep { $_ eq $kind } @$known;
  }
  return join ' ', sort keys %strange;
}

my @files = sort glob top() . '/scenarios/*.yaml';
cmp_ok(scalar @files, ">=", 20, 'at least twenty lessons');
for my $file (@files) {
  my ($name) = $file =~ m{([^/]+)\.yaml$};
  my $yaml = slurp($file);
  like($yaml, qr/^about:.*^expect:.*^tour:.*say:.*say:/ms, "$name: has about, expect and a tour of several steps");
  my ($status, $out, $err) = roadcut('run', "scenarios/$name.yaml", '--json', '-', '--threads', 1);
  is($status, 0, "$name: expectations hold") or diag($err);
  my ($status2, $out2, $err2) = roadcut('run', "scenarios/$name.yaml", '--json', '-', '--threads', 2);
  is($status2, 0, "$name: also with two threads") or diag($err2);
  ok(settled($out) eq settled($out2), "$name: the same bytes");
  is($err, $err2, "$name: the same said");
  my @lines = map { decode_json($_) } split /\n/, $out;
  my %types = map { $_->{type} => 1 } @lines;
  ok($types{start} && $types{progress} && $types{event} && $types{result} && $types{end}, "$name: all kinds of lines");
  ok(!(grep { !exists $_->{type} || !exists $_->{study} } @lines), "$name: each with type and study");
  is(strangers(@lines), '', "$name: no event or phase that 'list studies' does not name");
  my $magnet = $yaml =~ /\bhilbert:/; # else it is calibrated, or its paths are sampled
  my $paths = $yaml =~ /^  paths:/m;
  my ($result) = grep { $_->{type} eq 'result' && ($magnet || !$paths || $_->{study} eq 'paths') } @lines;
  my @missing = grep { !exists $result->{$_} } $magnet
    ? qw(sites states edges degree_min degree_max degree_mean components
      bipartite balanced energy energy_per_site gap degeneracy residual energy_diagonal weight_total weight_satisfied
      weight_frustrated_share marshall_overlap bytes_planned bytes_peak sector)
    : $paths ? qw(system shots accepted transitions_expected transitions_generated path_length_mean path_length_se
      rate_exact rate_sampled committor_rmse reliability_p efficiency_vs_uniform reaction_coordinate)
    : qw(model parameters loss queries optimizer fim_eigenvalues effective_rank success);
  is("@missing", '', "$name: the result has all its figures");
  my ($shown, $text, $said) = roadcut('show', $magnet ? 'lattice' : $paths ? 'theatre' : 'fit', $name, '--size', '80x24', '--steps', 3);
  is($shown, 0, "$name: can be drawn") or diag($said);
  is(lines_of($text), 24, "$name: in 24 lines");
}
done_testing();

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# A run that is interrupted ends after its step, with results, and status 128 + signal.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

for ([INT => 2], [TERM => 15], [HUP => 1]) {
  my ($name, $number) = @$_;
  my $pid = open my $out, '-|';
  die "fork: $!" if !defined $pid;
  if (!$pid) {
    open STDERR, '>', '/dev/null';
    exec program(), 'run', 'square-j1j2', '--set', 'lattice.torus=[[4, 2], [-2, 4]]', '--json', '-', '--threads', 1;
    exit 127;
  }
  # The first progress line says that it runs, and that its handlers are in place.
  my @lines;
  while (<$out>) {
    push @lines, $_;
    last if /"type":"progress"/;
  }
  kill $name, $pid;
  push @lines, <$out>;
  close $out;
  is($? & 127 ? "signal $?" : $? >> 8, 128 + $number, "SIG$name: status " . (128 + $number));
  my ($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } @lines;
  is($result->{state}, 'stopped', "SIG$name: the results so far are there");
}
done_testing();

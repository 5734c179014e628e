#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Terminal scripts once more, over the builds with sanitizers: nothing may be found, in none of the
# ways in and out.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Roadcut;
use Test::More;

my $top = top();
my $build = $ENV{ROADCUT_BUILD} // "$top/build";
my $vtrun = $ENV{VTRUN} // "$build/vtrun";
chdir $top or die;
# The crash script is left out: there the sanitizer's own report is what follows the signal.
my %scripts = (
  asan => [qw(start browser help palette form resize interrupt terminate tour mouse)],
  tsan => [qw(start palette resize suspend terminate)],
);
for my $mode (sort keys %scripts) {
  my $program = "$build/$mode/roadcut";
  ok(-x $program, "$program is built");
  for my $name (@{$scripts{$mode}}) {
    my $log = scratch() . '/report';
    local $ENV{ROADCUT} = $program;
    local $ENV{ASAN_OPTIONS} = "log_path=$log";
    local $ENV{TSAN_OPTIONS} = "log_path=$log halt_on_error=1";
    my $said = qx('$vtrun' tests/tui/$name.tui 2>&1);
    is($?, 0, "$mode: $name") or diag($said);
    my @reports = map { slurp($_) } glob "$log*";
    is(scalar @reports, 0, "$mode: $name: nothing is found") or diag(@reports);
  }
}
done_testing();

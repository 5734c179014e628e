#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Lines covered per room, from the .gcda files under a build folder.
use strict;
use warnings;
my $dir = shift // 'build/cov';
my %seen;
open my $find, '-|', 'find', "$dir/obj", '-name', '*.gcda' or die;
while (my $data = <$find>) {
  chomp $data;
  open my $gcov, '-|', "gcov -n '$data' 2>/dev/null" or die;
  my $file;
  while (<$gcov>) {
    $file = $1 if /^File '(.*)'/;
    next unless /^Lines executed:([\d.]+)% of (\d+)/ && defined $file && $file =~ m{^src/(\w+)/};
    $seen{$file} = [$1, int($1 / 100 * $2 + 0.5), $2, $file =~ m{^src/(\w+)/}];
    undef $file;
  }
}
my %room;
for my $f (sort keys %seen) {
  my ($percent, $hit, $lines, $room) = @{$seen{$f}};
  $room{$room}[0] += $hit;
  $room{$room}[1] += $lines;
  printf "%6.1f %%  %5d lines  %s\n", $percent, $lines, $f;
}
my @sum = (0, 0);
for my $r (sort keys %room) {
  printf "%6.1f %%  %5d lines  room %s\n", 100 * $room{$r}[0] / $room{$r}[1], $room{$r}[1], $r;
  $sum[$_] += $room{$r}[$_] for 0, 1;
}
printf "%6.1f %%  %5d lines  all\n", 100 * $sum[0] / ($sum[1] || 1), $sum[1];

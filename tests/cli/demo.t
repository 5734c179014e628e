#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The film in the README shows this program: filmed again, its shots are the same. What only rounding
# decides, and times, may be different.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Roadcut;
use Test::More;

my $top = top();
$ENV{ROADCUT} = program();
$ENV{VTRUN} //= "$top/build/vtrun";

# The drawing of every shot, row by row, without clocks and without figures of rounding.
sub shots {
  my ($svg) = @_;
  my %row = map { /^<g id="(r\d+)">(.*)<\/g>$/ ? ($1 => $2) : () } split /\n/, $svg;
  my ($strip) = $svg =~ /<g class="film"[^>]*>\n(.*)<\/g>/s;
  my @shot;
  for my $shot (split /\n/, $strip) {
    $shot =~ s/<use href="#(r\d+)" y="\d+"\/>/[$row{$1}]\n/g;
    $shot =~ s/ y="\d+"//g; # its place in the strip
    $shot =~ s/\d\d:\d\d/--:--/g;
    $shot =~ s{<text [^>]*>[^<]*\de-\d\d[^<]*</text>}{}g;
    push @shot, $shot;
  }
  return @shot;
}
sub first_difference {
  my ($is, $was) = @_;
  my @is = split /\n/, $is;
  my @was = split /\n/, $was;
  for my $k (0 .. (@is > @was ? $#is : $#was)) {
    my ($x, $y) = ($is[$k] // '', $was[$k] // '');
    return "row $k\nwas $y\nis  $x" if $x ne $y;
  }
  return '';
}

my $kept = slurp("$top/docs/demo.svg");
my @was = shots($kept);
cmp_ok(scalar @was, '>=', 20, 'the film has shots');
cmp_ok(length $kept, '<', 1.5e6, 'and is small');
unlike($kept, qr/<script|href="http/, 'it needs no script and nothing from elsewhere');
my ($frames) = $kept =~ /\@keyframes film\{(.*?)\}\.film/;
is(scalar(() = $frames =~ /translateY/g), scalar @was, 'every shot has its time');
like($kept, qr/viewBox="0 0 900 570"/, 'it is as large as a screen and its foot');

# A machine that is stopped in the middle of a painting may film half of it: then once more.
my $new = scratch() . '/demo.svg';
my @is;
for (1 .. 3) {
  system('perl', "$top/tests/tools/film-demo", $new) == 0 or BAIL_OUT('nothing was filmed');
  @is = shots(slurp($new));
  last if "@is" eq "@was";
}
is(scalar @is, scalar @was, 'as many shots');
for my $k (0 .. $#was) {
  next if ($is[$k] // '') eq $was[$k];
  fail("shot $k") or diag(first_difference($is[$k] // '', $was[$k]), "\n'make docs' films it anew");
}
for my $part ('Bow tie', 'Kagome cut open', 'proved: the best signs', 'looking back', 'saved: cut-progress.csv',
  '# roadcut run scenarios/cut-kagome.yaml --seed 1') {
  ok((grep { /\Q$part/ } @was), "seen: $part");
}

# and another film would be noticed
(my $other = $kept) =~ s/Hilbert graph/Hilbert grape/ or die;
isnt(join("\n", shots($other)), join("\n", @was), 'found: another word in a shot');
done_testing();

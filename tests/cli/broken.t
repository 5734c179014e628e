#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Every broken scenario of tests/broken: status 3 and exactly the message that is expected.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Roadcut;
use Test::More;

my $dir = top() . '/tests/broken';
my @cases = sort glob "$dir/*.yaml";
cmp_ok(scalar @cases, '>=', 40, 'there are at least forty');
for my $file (@cases) {
  my ($name) = $file =~ m{([^/]+)$};
  (my $expect = $file) =~ s/\.yaml$/.expect/;
  my ($status, $out, $err) = roadcut({cwd => $dir}, 'check', $name);
  is($status, 3, "$name: status 3");
  is($err, slurp($expect), "$name: the message");
  diag("$name: prints $out") if $out ne '';
}

# Several at once: each is looked at, and the worst decides.
my ($first, $second) = map { m{([^/]+)$} } @cases;
my ($status, $out, $err) = roadcut({cwd => $dir}, 'check', $first, '../../scenarios/triangle.yaml', $second);
is($status, 3, 'one bad among several: status 3');
is(lines_of($err), 2, 'a line for each that is bad');
like($out, qr{^\S*triangle\.yaml: good: .*\n(note: .*\n)*\z}, 'and one for the good one, with its notes');

($status, $out) = roadcut('check', 'scenarios/square-j1j2.yaml');
like($out, qr/^note: J3: 16 pairs of sites are joined twice/m, 'what is to be known of a cluster is said');
done_testing();

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The lessons: each can be gone through to its end with every question answered, takes five to ten
# minutes, and its recorded session replays to the same bytes on one thread and on two, and becomes a
# scenario with a tour.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Digest::SHA qw(sha256_hex);
use JSON::PP;
use Roadcut;
use Test::More;

my $dir = top() . '/tests/lessons';
my @names = map { m{([^/]+)\.do$} } sort glob "$dir/*.do";
cmp_ok(scalar @names, '>=', 2, 'there are lessons');

# Texts a reader has before him: what is said, asked and told with the answers.
sub words {
  my ($yaml) = @_;
  my ($tour) = $yaml =~ /^tour:\n(.*)/ms;
  $tour =~ s/^\s+(?:do|wait|view|answer):.*$//mg;
  return scalar(() = $tour =~ /\S+/g);
}

sub first_view { return $_[0] =~ /^    view: ([a-z]+)/m ? $1 : 'lattice' }

# Times aside.
sub settled {
  my ($text) = @_;
  $text =~ s/"t":[^,}]*//g;
  $text =~ s/^\{"type":"end".*\n//gm;
  return $text;
}

for my $name (@names) {
  my $yaml = slurp(top() . "/scenarios/$name.yaml");
  my $steps = () = $yaml =~ /^  - say:/mg;
  my $questions = () = $yaml =~ /^    ask:/mg;
  cmp_ok($steps, '>=', 6, "$name: a lesson of at least six steps");
  cmp_ok($questions, '>=', 4, "$name: with at least four questions");
  my $words = words($yaml);
  cmp_ok($words, '>=', 400, "$name: five minutes at least ($words words)");
  cmp_ok($words, '<=', 1500, "$name: and ten at most");

  my $kept = slurp("$dir/$name.session");
  my $new = scratch() . '/new.session';
  my @do = map { ('--do', $_) } grep { length } split /\n/, slurp("$dir/$name.do");
  my ($status, $out, $err) = roadcut('show', first_view($yaml), "scenarios/$name.yaml", '--size', '100x30',
    '--do', "record $new", @do);
  is($status, 0, "$name: goes through") or diag($err);
  like($out, qr/$questions of $questions questions right, $questions at the first try/, "$name: all its answers are right")
    or diag($out);
  my ($kept_head) = split /\n/, $kept;
  my ($new_head) = split /\n/, slurp($new);
  is(decode_json($kept_head)->{scenario}, decode_json($new_head)->{scenario},
    "$name: the session that is kept is of this lesson (else: perl tests/tools/record-lessons $name)");

  is(decode_json($kept_head)->{path}, "../../scenarios/$name.yaml", "$name: which it names from where it lies");
  is(decode_json($kept_head)->{sha256}, sha256_hex($yaml), "$name: with its hash");

  my @lines = split /\n/, $kept;
  cmp_ok(scalar(grep { /"show":"tour\.next"/ } @lines), '>=', $steps - 1, "$name: the session goes through the tour");
  my @bytes;
  for my $threads (1, 2) {
    my ($s, $o, $e) = roadcut('replay', "tests/lessons/$name.session", '--json', '-', '--threads', $threads);
    is($s, 0, "$name: replays on $threads thread(s)") or diag($e);
    push @bytes, settled($o);
  }
  ok($bytes[0] eq $bytes[1], "$name: to the same bytes");
  like($bytes[0], qr/"kind":"show"/, "$name: what was shown comes back as events");

  my $tour = scratch() . '/tour.yaml';
  ($status, $out, $err) = roadcut('replay', "tests/lessons/$name.session", '--tour', $tour);
  is($status, 0, "$name: becomes a tour") or diag($err);
  ($status, $out, $err) = roadcut('check', $tour);
  is($status, 0, "$name: and that is a good scenario") or diag($err);
  next if $name ne 'triangle'; # the walk through one of them is enough
  my $places = () = slurp($tour) =~ /^  - say:/mg;
  ($status, $out, $err) = roadcut('show', first_view($yaml), $tour, '--size', '100x30', '--do', 'tour 1', map { ('--do', 'tour.next') } 1 .. $places);
  is($status, 0, "$name: which can be gone through") or diag($err);
  like($out, qr/end of the tour/, "$name: to its end");
}
done_testing();

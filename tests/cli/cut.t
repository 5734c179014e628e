#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# roadcut cut and roadcut verify: files in, figures and certificates out, and what is refused.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

my $dir = scratch();
# The Petersen graph: its largest cut has 12 of the 15 edges.
my $petersen = "10 15\n" . join '', map { my $i = $_;
  sprintf("%d %d 1\n%d %d 1\n%d %d 1\n", $i + 1, ($i + 1) % 5 + 1, $i + 1, $i + 6, $i + 6, ($i + 2) % 5 + 6)
} 0 .. 4;
spew("$dir/petersen.txt", $petersen);

# ---- figures and certificate
my ($status, $out, $err) = roadcut('cut', "$dir/petersen.txt", '--certificate', "$dir/p.cert");
is($status, 0, 'cut: status 0') or diag($err);
like($out, qr/^value\s+12$/m, 'the largest cut of the Petersen graph');
like($out, qr/^bound\s+12$/m, 'is proved');
like($out, qr/^certified\s+yes$/m, 'and certified');
ok(-s "$dir/p.cert" && -s "$dir/p.cert.mc", 'certificate and instance are there');
is(slurp("$dir/petersen.txt"), $petersen, 'the file is as it was');
($status, $out, $err) = roadcut('verify', "$dir/p.cert");
is($status, 0, 'verify: status 0') or diag($err);
is($out, "$dir/p.cert: accepted: proved optimal, 12\n", 'one line says it');

# ---- refused, unreadable
my $text = slurp("$dir/p.cert");
(my $forged = $text) =~ s/^value (\d+)$/"value " . ($1 + 1)/me;
isnt($forged, $text, 'a forgery');
spew("$dir/forged.cert", $forged);
($status, $out, $err) = roadcut('verify', "$dir/p.cert", "$dir/forged.cert");
is($status, 1, 'one of two is refused: status 1');
like($out, qr/\A[^\n]*accepted: proved optimal, 12\n[^\n]*forged\.cert: refused: \S[^\n]*\n\z/, 'a line for each');
($status, $out, $err) = roadcut('verify', "$dir/nowhere.cert", "$dir/p.cert");
is($status, 3, 'a certificate that is not there: status 3');
like($err, qr/\A\S*nowhere\.cert: cannot be read: [^\n]*\n\z/, 'said in one line');
like($out, qr/p\.cert: accepted/, 'and the others are checked');
($status, $out, $err) = roadcut('verify');
is($status, 2, 'verify wants a file');

# ---- JSON, the same bytes twice and on any number of threads, times aside
sub figures {
  my @lines = split /\n/, (roadcut('cut', "$dir/petersen.txt", '--json', '-', @_))[1];
  return join "\n", map { s/"t":[^,]*,//r } grep { !/"type":"end"/ } @lines;
}
my $once = figures('--threads', 1);
is(figures('--threads', 1), $once, 'the same bytes twice');
is(figures('--threads', 2), $once, 'and with two threads');
my ($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } split /\n/, $once;
for my $key (qw(vertices edges value bound gap optimal certified certificate weight_total energy
                energy_bound solver rounds cuts rows nodes overlap_exact)) {
  ok(exists $result->{$key}, "result has $key");
}
is($result->{optimal}, JSON::PP::true, 'optimal');
my @all = map { decode_json($_) } split /\n/, (roadcut('cut', "$dir/petersen.txt", '--json', '-'))[1];
ok(exists $all[-1]{seconds_to_best}, 'the end line says when the best cut was found');

# ---- choice of solvers and bound
($status, $out) = roadcut('cut', "$dir/petersen.txt", '--no-bound', '--solver', 'greedy', '--json', '-');
is($status, 0, 'greedy alone ends');
($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } split /\n/, $out;
is($result->{bound}, undef, 'without a bound');
is($result->{solver}, 'greedy', 'by greedy');
is(scalar @{$result->{solvers}}, 1, 'and no other');

# ---- an end before the end: a complete graph with random weights is not proved in that time
my ($seed, $edges) = (1, '');
for my $i (1 .. 120) {
  for my $j ($i + 1 .. 120) {
    $seed = ($seed * 1103515245 + 12345) % 2147483648;
    $edges .= sprintf "%d %d %d\n", $i, $j, ($seed >> 12) % 2001 - 1000;
  }
}
spew("$dir/hard.txt", '120 ' . 120 * 119 / 2 . "\n$edges");
($status, $out, $err) = roadcut('cut', "$dir/hard.txt", '--seconds', '0.3', '--json', '-', '--certificate', "$dir/h.cert");
is($status, 4, 'a time limit: status 4');
is(lines_of($err), 1, 'said in one line') or diag($err);
($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } split /\n/, $out;
is($result->{state}, 'time limit', 'the result says so');
is($result->{gap_reason}, 'time limit', 'and why there is a gap');
ok($result->{value} > 0 && $result->{bound} > $result->{value}, 'it has the best cut and the bound so far');
is($result->{certified}, JSON::PP::true, 'certified');
is($result->{certificate}, "$dir/h.cert", 'with the certificate');
($status, $out) = roadcut('verify', "$dir/h.cert");
is($status, 0, 'which is accepted');
like($out, qr/accepted: value $result->{value}, bound \d+/, 'with the same value');

# a time that is given is the limit, not the number of moves, unless that is given too
my @anneal = ('cut', "$dir/petersen.txt", '--no-bound', '--solver', 'anneal', '--seconds', '2');
is((roadcut(@anneal, '--json', '-'))[0], 4, 'the time limit ends it');
is((roadcut(@anneal, '--set', 'moves=1000', '--json', '-'))[0], 0, 'or the moves that were asked for');

my $pid = open my $pipe, '-|';
die "fork: $!" if !defined $pid;
if (!$pid) {
  open STDERR, '>', '/dev/null';
  exec program(), 'cut', "$dir/hard.txt", '--json', '-', '--certificate', "$dir/i.cert";
  exit 127;
}
my @lines;
while (<$pipe>) {
  push @lines, $_;
  last if /"type":"progress".*"bound":/;
}
kill INT => $pid;
push @lines, <$pipe>;
close $pipe;
is($? >> 8, 130, 'SIGINT: status 130');
($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } @lines;
is($result->{state}, 'stopped', 'the results so far are there');
is((roadcut('verify', "$dir/i.cert"))[0], 0, 'and the certificate');

# ---- files that are none: one clear line, status 3
sub fails {
  my ($want, $said, @args) = @_;
  my ($s, $o, $e) = roadcut(@args);
  is($s, $want, "@args: status $want") or diag($e);
  like($e, $said, "@args: says what is wrong");
  is(lines_of($e), 1, "@args: in one line") or diag($e);
}
my $n = 0;
for ([qr/empty/, ''], [qr/:1: /, "x\n"], [qr/announces/, "3 2\n1 2 1\n"], [qr/more edges/, "3 1\n1 2 1\n2 3 1\n"],
     [qr/:2: .*second vertex/, "3 1\n1 4 1\n"], [qr/:2: .*first vertex/, "3 1\n-1 2 1\n"],
     [qr/:2: .*itself/, "3 1\n2 2 1\n"], [qr/:2: .*weight/, "3 1\n1 2 nan\n"], [qr/:2: .*2\^53/, "3 1\n1 2 1e300\n"],
     [qr/gunzip/, "\x1f\x8b\x08\0"], [qr/not a text/, "3 1\0"], [qr/shorter/, "3 10000000\n1 2 1\n"]) {
  my ($said, $content) = @$_;
  spew("$dir/bad" . ++$n, $content);
  fails(3, $said, 'cut', "$dir/bad$n");
}
(my $crlf = $petersen) =~ s/\n/\r\n/g;
spew("$dir/crlf.txt", $crlf);
like((roadcut('cut', "$dir/crlf.txt"))[1], qr/^value\s+12$/m, 'lines may end in CR LF');
spew("$dir/mark.txt", "\xef\xbb\xbf$petersen");
like((roadcut('cut', "$dir/mark.txt", '--certificate', "$dir/mark.cert"))[1], qr/^value\s+12$/m,
  'a byte order mark is passed over');
spew("$dir/mark.cert.mc", "\xef\xbb\xbf" . slurp("$dir/mark.cert.mc"));
is((roadcut('verify', "$dir/mark.cert"))[0], 0, 'by the checker as well');
(my $hex = $petersen) =~ s/ 1$/ 0x1/m;
spew("$dir/hex.txt", $hex);
fails(3, qr/:2: the weight is not a number/, 'cut', "$dir/hex.txt");
spew("$dir/mark.cert.mc", $hex);
like((roadcut('verify', "$dir/mark.cert"))[1], qr/refused: .*expected a weight/,
  'hexadecimal weights are refused by both');
fails(3, qr/:1: .*header 'vertices edges'/, 'cut', do { spew("$dir/nohead.txt", "1 2 5\n2 3 4\n"); "$dir/nohead.txt" });
fails(3, qr/there is no file/, 'cut', "$dir/nothing");
fails(3, qr/is not a file/, 'cut', $dir);
spew("$dir/tri.yaml", "lattice: {kind: molecule, name: triangle}\nsector: {sz: 1/2}\nstudies: {cut: {}}\n");
for (['instance'], ['amplitudes.file', '--set', 'cut.amplitudes.from=file']) {
  my ($key, @also) = @$_;
  like((roadcut('run', "$dir/tri.yaml", @also, '--set', "cut.$key=$dir/nothing"))[2],
       qr{^roadcut: \S*/nothing: cannot open: }m, "a $key that is not there is named");
  like((roadcut('run', "$dir/tri.yaml", @also, '--set', "cut.$key=$dir"))[2],
       qr{^roadcut: \Q$dir\E: is a folder}m, "a folder as well");
}
fails(2, qr/no solver 'aneal'; did you mean 'anneal'\?/, 'cut', "$dir/petersen.txt", '--solver', 'aneal');
fails(3, qr/--set moves=x: /, 'cut', "$dir/petersen.txt", '--set', 'moves=x');
fails(3, qr/overwrite/, 'cut', "$dir/petersen.txt", '--certificate', "$dir/petersen.txt");
spew("$dir/q.cert.mc", $petersen);
fails(3, qr/overwrite/, 'cut', "$dir/q.cert.mc", '--certificate', "$dir/q.cert");
is(slurp("$dir/q.cert.mc"), $petersen, 'the instance is as it was');
fails(3, qr/cannot write/, 'cut', "$dir/petersen.txt", '--certificate', '/nowhere/x.cert');
done_testing();

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# roadcut watch without a terminal: programs, files, pipes; whatever they do, one line says it.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

my $dir = scratch();
my $top = top();
my $program = program();
$ENV{TMPDIR} = "$dir/tmp"; # where it puts what it needs for a while
mkdir $ENV{TMPDIR} or die;
sub watch { return roadcut('watch', @_) }
sub result_of {
  my ($text, $study) = @_;
  for (split /\n/, $text) {
    my $o = eval { decode_json($_) };
    return $o if $o && $o->{type} eq 'result' && $o->{study} eq $study;
  }
  return {};
}

# ---- a file
my ($status, $out, $err) = roadcut('run', 'octahedron', '--json', "$dir/run.jsonl");
is($status, 0, 'a run writes its lines');
($status, $out, $err) = watch("$dir/run.jsonl", '--json', '-');
is($status, 0, 'which can be watched');
my $mine = result_of(slurp("$dir/run.jsonl"), 'hilbert');
my $told = result_of($out, 'watch');
is($told->{$_}, $mine->{$_}, "$_ is what the run said") for qw(energy gap states degeneracy);
is($told->{broken}, 0, 'no line is broken');
is($told->{lines}, lines_of(slurp("$dir/run.jsonl")), 'none is lost');

# one that grows while it is read
my $pid = fork // die;
if (!$pid) {
  open my $log, '>', "$dir/grows.jsonl" or die;
  $log->autoflush(1);
  for my $i (1 .. 20) {
    print $log '{"type":"progress","study":"x","st', ''; # in pieces
    select undef, undef, undef, .01;
    print $log "ep\":$i,\"value\":$i}\n";
  }
  print $log "{\"type\":\"end\",\"study\":\"x\",\"status\":0}\n";
  exit 0;
}
select undef, undef, undef, .05 until -e "$dir/grows.jsonl";
($status, $out, $err) = watch("$dir/grows.jsonl", '--json', '-');
waitpid $pid, 0;
$told = result_of($out, 'watch');
is_deeply([@$told{qw(lines broken value told_step)}], [21, 0, 20, 20], 'a growing file is followed to its end') or diag($out);

# ---- a pipe
$out = qx(printf '{"type":"progress","step":4,"value":2.5}\\n{"type":"prog' | '$program' watch - 2>'$dir/err');
is($?, 0, 'standard input');
like($out, qr/^  value +2\.5$/m, 'its figures');
like($out, qr/^  broken +1$/m, 'a line that was cut off is counted');
like(slurp("$dir/err"), qr/^watch: warning: line 2: no JSON: /m, 'and said');

# ---- programs
($status, $out, $err) = watch('--', 'sh', '-c', 'echo "{\"type\":\"result\",\"step\":1,\"value\":7}"; exit 3');
is($status, 1, 'a program that fails');
like($err, qr/^roadcut: 'sh -c .*' ended with status 3; /m, 'is named with its status');
is(lines_of($err), 1, 'in one line');
like($out, qr/^  value +7$/m, 'what it said is kept');
($status, $out, $err) = watch('--', 'sh', '-c', 'echo "{\"type\":\"result\",\"step\":1,\"value\":7}"; kill -9 $$');
is($status, 1, 'one that is killed');
like($err, qr/ended by signal 9 \(Killed\)/, 'by which signal');
like($out, qr/^  value +7$/m, 'nothing is lost');
($status, $out, $err) = watch('--', "$dir/nothing");
is($status, 3, 'one that is not there');
is(lines_of($err), 1, 'in one line') or diag($err);
like($err, qr/cannot start '\Q$dir\E\/nothing': No such file/, 'that says so');
($status, $out, $err) = watch("$dir/nothing");
is($status, 3, 'a file that is not there');
($status, $out, $err) = watch("$dir/run.jsonl", 'x');
is($status, 2, 'two files');
($status, $out, $err) = watch("$dir/run.jsonl", '--', 'true');
is($status, 2, 'a file and a program');
($status, $out, $err) = watch('-');
is($status, 0, 'an empty standard input ends at once') or diag($err);

# Ctrl-C ends us, with what there was, and the program with us.
$pid = fork // die;
if (!$pid) {
  open STDOUT, '>', "$dir/out" or die;
  open STDERR, '>', "$dir/err" or die;
  open STDIN, '<', '/dev/null' or die;
  exec $program, 'watch', '--', 'sh', '-c',
    "echo \$\$ >'$dir/pid'; echo '{\"type\":\"progress\",\"step\":1,\"value\":5}'; touch '$dir/ready'; sleep 1000";
}
select undef, undef, undef, .05 until -e "$dir/ready";
select undef, undef, undef, .3; # the line on its way
kill 'INT', $pid;
waitpid $pid, 0;
is($? >> 8, 130, 'Ctrl-C gives 130');
like(slurp("$dir/out"), qr/^  value +5$/m, 'with the figures so far');
chomp(my $child = slurp("$dir/pid"));
ok(!kill(0, $child), 'and the program is gone');

# ---- the examples, beside our own solvers: a descent finds the best cut, chance a good one
is(system('cc', '-std=c99', '-O2', '-Wall', '-Wextra', '-Werror', '-o', "$dir/solver", "$top/examples/solver.c"), 0, 'examples/solver.c compiles');
for (["$dir/solver", '{}'], ['sh', "$top/examples/solver.sh", '{}']) {
  my @command = @$_;
  spew("$dir/magnet.yaml", "title: small\nlattice: {kind: chain, cluster: [6]}\nmodel: {J1: 1, J2: 0.6}\nstudies: {cut: {}}\n");
  ($status, $out, $err) = watch('--with', "$dir/magnet.yaml", '--json', '-', '--', @command);
  is($status, 0, "$command[-2] runs beside the cut") or diag($err);
  my ($cut, $watch) = (result_of($out, 'cut'), result_of($out, 'watch'));
  ok($cut->{optimal}, 'our cut is proved');
  cmp_ok($watch->{value}, '<=', $cut->{value} + 1e-9, 'theirs is not above it');
  cmp_ok($watch->{value}, '>=', $command[0] eq 'sh' ? .6 * $cut->{value} : $cut->{value} - 1e-9, 'and is good');
  is($watch->{broken}, 0, 'no line is broken');
}
for my $file (qw(solver.c solver.sh)) {
  my $code = grep { !m{^\s*(?:/\*|\*|\#)} } split /\n/, slurp("$top/examples/$file");
  cmp_ok($code, "<=", 34, "$file has about thirty lines");
}
# a Max-Cut file likewise
spew("$dir/triangle.mc", "3 3\n1 2 1\n2 3 1\n1 3 1\n");
($status, $out, $err) = watch('--with', "$dir/triangle.mc", '--json', '-', '--', "$dir/solver", '{}');
is($status, 0, 'a Max-Cut file') or diag($err);
is(result_of($out, 'watch')->{value} . result_of($out, 'cut')->{value}, '22', 'cut 2 of 3');
($status, $out, $err) = watch('--with', "$dir/triangle.mc", '--', 'true');
like($out, qr/\Atriangle\.mc\n\nwatch/, 'is headed by its name, and by no magnet');
($status, $out, $err) = watch('--with', 'kagome-12', '--', 'true');
is($status, 3, 'a scenario without a cut');
like($err, qr/no study 'cut'/, 'is refused in words');
is(join(' ', glob("$dir/tmp/roadcut-*")), '', 'nothing is left behind');
done_testing();

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# A session is kept, and roadcut replay plays it again: the same bytes at any speed and number of
# threads, and the figures of the couplings it ended with.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

my $dir = scratch();
spew("$dir/ring.yaml", <<'END');
title: ring
lattice: {kind: chain, cluster: [8]}
studies:
  hilbert: {}
expect:
  - {study: hilbert, value: energy, is: -3.651093408937176, within: 1.0e-10}
END

my ($status, $out, $err) = roadcut('show', 'lattice', "$dir/ring.yaml", '--size', '80x24', '--format', 'text',
  '--do', "record $dir/ring.session", '--do', 'set J1 2', '--do', 'set J2 0.5', '--do', 'undo');
is($status, 0, 'a session with three changes') or diag($err);
like($out, qr/rec/, 'the header says that it is kept');
my @lines = split /\n/, slurp("$dir/ring.session");
is(decode_json($lines[0])->{type}, 'session', 'JSON Lines, a head first');
is(scalar(grep { decode_json($_)->{type} eq 'do' } @lines), 3, 'and the three changes');

sub figures {
  my ($s, $o) = roadcut('replay', "$dir/ring.session", '--json', '-', @_);
  is($s, 0, "replay @_: status 0, whatever the scenario expects of other couplings");
  return join "\n", map { s/"t":[^,]*,//r } grep { !/"type":"end"/ } split /\n/, $o;
}
spew("$dir/late.session", "$lines[0]\n" . '{"type":"do","study":"hilbert","step":99999,"set":"J1","to":"2"}' . "\n");
($status, $out, $err) = roadcut('replay', "$dir/late.session", '--headless');
is($status, 0, 'a change beyond the end of the run');
like($err, qr/\Ahilbert: warning: 1 recorded change was not made: the first is at step 99999, and the run has ended at step \d+\n\z/,
  'is warned of');
($status, $out, $err) = roadcut('replay', "$dir/ring.session", '--headless');
is($err, '', 'others are not');

my $once = figures('--threads', 1);
is(figures('--threads', 2), $once, 'the same bytes on two threads');
my ($result) = grep { $_->{type} eq 'result' } map { decode_json($_) } split /\n/, $once;
ok(abs($result->{energy} + 2 * 3.651093408937176) < 1e-9, 'J1 = 2 alone: twice the energy');
($status, $out) = roadcut('replay', "$dir/ring.session", '--headless');
is($status, 0, '--headless prints figures');
like($out, qr/^  energy +-7\.30218681787/m, 'for a person');

# ---- the scenario inside is the one that was recorded; of its file one is told when it has changed
(my $other = slurp("$dir/ring.session")) =~ s/\[8\]/[6]/;
spew("$dir/other.session", $other);
($status, $out, $err) = roadcut('replay', "$dir/other.session", '--headless');
is($status, 3, 'a recording whose scenario was changed is refused');
like($err, qr/other\.session:1:1: the scenario in this recording was changed after/, 'and why');
($status, $out, $err) = roadcut('replay', "$dir/ring.session", '--headless');
unlike($err, qr/has changed/, 'the file is as it was');
my $ring = slurp("$dir/ring.yaml");
spew("$dir/ring.yaml", "# \n$ring");
($status, $out, $err) = roadcut('replay', "$dir/ring.session", '--headless');
is($status, 0, 'a file that has changed is no error');
like($err, qr/ring\.yaml has changed since this was recorded; the recording's own copy is replayed/, 'but said');
spew("$dir/ring.yaml", $ring);

# ---- the key R ends it and says how to go on; without a name the scenario gives one
my $here = "$dir/here";
mkdir $here;
for my $want ('ring.session', 'ring-2.session') {
  ($status) = roadcut({cwd => $here}, 'show', 'lattice', "$dir/ring.yaml", '--do', 'record', '--do', 'record');
  is($status, 0, 'record twice');
  ok(-s "$here/$want", "$want");
}

# ---- a scenario with a table beside it: it is found from where the recording lies
mkdir "$dir/$_" for 'data', 'kept', 'elsewhere';
spew("$dir/data/points.csv", join('', "curve,x,value,noise\n", map { sprintf "decay,%g,%.6f,0.01\n", $_ / 4, exp(-$_ / 4) } 1 .. 12));
spew("$dir/data/decay.yaml", <<'END');
title: decay
studies:
  calibration: {model: {kind: exponentials, rates: [0.8], amplitudes: [1.1], data: points.csv}, optimizers: [lm]}
END
($status, $out, $err) = roadcut({cwd => "$dir/kept"}, 'show', 'fit', '../data/decay.yaml', '--do', 'record decay.session', '--do', 'view ladder');
is($status, 0, 'a session of a scenario with a table') or diag($err);
is(decode_json((split /\n/, slurp("$dir/kept/decay.session"))[0])->{path}, '../data/decay.yaml', 'the path is told from where the session lies');
($status, $out, $err) = roadcut({cwd => "$dir/elsewhere"}, 'replay', '../kept/decay.session', '--headless');
is($status, 0, 'replayed from elsewhere the table is found') or diag($err);
like($out, qr/loss/, 'and fitted');

# ---- what is refused, with the line
spew("$dir/bad.session", "$lines[0]\n{\"type\":\"do\",\"study\":\"hilbert\",\"step\":-3,\"set\":\"J1\",\"to\":\"1\"}\n");
($status, $out, $err) = roadcut('replay', "$dir/bad.session", '--headless');
is($status, 3, 'a step that cannot be: status 3');
like($err, qr/\A\S*bad\.session:2(:\d+)?: [^\n]+\n\z/, 'one line that says where');
spew("$dir/empty.session", '');
($status, $out, $err) = roadcut('replay', "$dir/empty.session", '--headless');
is($status, 3, 'an empty file: status 3');
like($err, qr/\A[^\n]+\n\z/, 'one line');
($status, $out, $err) = roadcut('replay', "$dir/nowhere.session", '--headless');
is($status, 3, 'no such file: status 3');
like($err, qr/nowhere\.session/, 'is named');
($status, $out, $err) = roadcut('show', 'lattice', "$dir/ring.yaml", '--do', "record $dir/no/such/folder.session");
isnt($status, 0, 'a file that cannot be written');
like($err, qr/cannot write/, 'is said');

# ---- a tour of a session that went back: what was changed comes once each, in its order
($status, $out, $err) = roadcut('show', 'cut', 'scenarios/cut-kagome.yaml', '--steps', 120, map { ('--do', $_) }
  "record $dir/back.session", 'set J2 0.2', 'step 30', 'history.back 10', 'history.branch', 'set J2 0.4',
  'set delta 0.9', 'record');
is($status, 0, 'a session with a branch') or diag($err);
is(scalar(() = slurp("$dir/back.session") =~ /"set":/g), 6, 'two studies were changed three times each');
($status, $out, $err) = roadcut('replay', "$dir/back.session", '--tour', "$dir/back.yaml");
is($status, 0, 'becomes a tour') or diag($err);
my ($tour) = slurp("$dir/back.yaml") =~ /^tour:\n(.*)\z/ms;
is(join(' ', $tour =~ /^\s+- "(set [^"]+)"$/mg), 'set J2 0.2 set J2 0.4 set delta 0.9', 'with each change once');
is(join('; ', $tour =~ /^    wait: (.*)$/mg),
  'hilbert.step >= 120 or hilbert.state = done; cut.step >= 140 or cut.state = done', 'at its place');

done_testing();

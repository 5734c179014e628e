#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The documents tell the truth: generated parts are current, and every example is run.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP;
use Roadcut;
use Test::More;

my $top = top();
my $program = program();
my $vtrun = $ENV{VTRUN} // "$top/build/vtrun";

# ---- generated parts are what 'make docs' would write
my $dir = scratch();
mkdir "$dir/completions" or die;
system('cp', '-r', "$top/man", "$top/examples", $dir) == 0 or die;
system('perl', "$top/mk/docs.pl", $program, $dir) == 0 or die 'docs.pl failed';
my @generated = qw(man/roadcut.1 man/roadcut-scenario.5 completions/roadcut.bash completions/_roadcut completions/roadcut.fish);
for my $file (@generated) {
  ok(slurp("$dir/$file") eq slurp("$top/$file"), "$file is current") or diag("'make docs' writes it anew");
}
# and it would be noticed if they were not
my $page = slurp("$dir/man/roadcut.1");
$page =~ s/^type a command line/type a line/m or die;
spew("$dir/man/roadcut.1", $page);
system('perl', "$top/mk/docs.pl", $program, $dir) == 0 or die;
ok(slurp("$dir/man/roadcut.1") ne $page, 'found: a table that is not current');

# ---- examples of the manual pages and of the README
sub examples {
  my ($file) = @_;
  return map { s/\\e/\\/gr =~ s/\\&//gr } slurp("$top/$file") =~ /^(?:    )?\$ (roadcut.*)$/mg;
}
my $work = scratch();
mkdir "$work/bin" or die;
symlink $program, "$work/bin/roadcut" or die;
symlink "$top/$_", "$work/$_" or die for qw(scenarios examples);
my %commands = map { $_->{name} => 1 } @{decode_json((roadcut('list', 'options', '--json'))[1])};
my @examples = map { examples($_) } qw(man/roadcut.1 man/roadcut-scenario.5 README.md);
cmp_ok(scalar @examples, '>=', 12, 'there are examples');
my %done;
for my $example (grep { !$done{$_}++ } @examples) {
  my (undef, $first) = split ' ', $example;
  if (defined $first && $commands{$first}) {
    system("cd '$work' && PATH='$work/bin':\"\$PATH\" && $example >out 2>err </dev/null");
    is($? >> 8, 0, "$example") or diag(slurp("$work/err"));
  } else { # it opens the explorer, which needs a terminal
    spew("$work/x.tui", "env PATH=$work/bin:$ENV{PATH}\nrun sh -c \"cd '$work' && exec $example\"\nwait roadcut\ncursor off\nkey :\nwait leave at once\ntype quit!\nkey Enter\nexit 0\n");
    my $said = qx('$vtrun' '$work/x.tui' 2>&1);
    is($?, 0, "$example (in a terminal)") or diag($said);
  }
}

# ---- every key of every group, and of what can be chosen, is in the manual

my $keys_page = slurp("$top/man/roadcut-scenario.5");
sub keys_of {
  my ($where, $list) = @_;
  for my $p (@$list) {
    unlike($p->{takes}, qr/^keys and values$/, "$where.$p->{name}: the keys of a group stand for it");
    my $words = join ' ', map { my $w = $_; $w =~ s/-/\\-/g; "\\&$w" } split ' ', $p->{name};
    ok($keys_page =~ /^\.It Ic \Q$words\E$/m, "$where.$p->{name} is in the manual");
    keys_of("$where.$p->{name}.$_->{name}", $_->{parameters}) for @{$p->{kinds} // []};
  }
}
keys_of($_->{name}, $_->{parameters}) for @{decode_json((roadcut('list', 'studies', '--json'))[1])};
for my $key ('amplitudes.from', 'bound.rounds', 'slices.width', 'amplitudes.lambda') {
  like($keys_page, qr/^\.It Ic .*\Q$key\E$/m, "$key, for one");
}

# ---- the programs in the manual page are those of examples/ (which watch.t runs), to the byte
my %glyph = ('e' => '\\', '&' => '', '-' => '-', '(aq' => "'", '(ga' => '`', '(ha' => '^', '(ti' => '~');
my $seen = qx(mandoc -T utf8 -O width=100 '$top/man/roadcut.1' | col -bx);
for my $file (qw(solver.c solver.sh)) {
  my $name = $file =~ tr/./_/r;
  my ($part) = slurp("$top/man/roadcut.1") =~ /^\.\\" begin $name\n(.*?)^\.\\" end $name\n/ms;
  is($part =~ s/\\(\(..|.)/$glyph{$1}/gr, slurp("$top/examples/$file"), "$file stands in the manual page");
  my @lost = grep { /\S/ && index($seen, $_) < 0 } split /\n/, slurp("$top/examples/$file");
  is("@lost", '', 'and is read there as it is written');
}

# ---- scenarios in the manual page and in the README are scenarios
sub yamls {
  my ($file) = @_;
  my $text = slurp("$top/$file");
  return $text =~ /^\.Bd -literal\n(title:.*?)^\.Ed$/msg, $text =~ /^```yaml\n(.*?)^```$/msg;
}
my @yamls = map { yamls($_) } qw(man/roadcut-scenario.5 README.md);
cmp_ok(scalar @yamls, '>=', 3, 'there are scenarios');
for my $i (0 .. $#yamls) {
  spew("$work/$i.yaml", $yamls[$i]);
  my ($status, $out, $err) = roadcut('check', "$work/$i.yaml");
  is($status, 0, 'scenario ' . ($i + 1) . ' of the documents is one') or diag($err);
}

# ---- files that are named are there
for my $file (qw(README.md ARCHITECTURE.md CONTRIBUTING.md)) {
  my $text = slurp("$top/$file");
  my %named = map { $_ => 1 } $text =~ /\]\(([^)#:]+)\)/g, $text =~ /`((?:src|include|tests|mk|man|docs|scenarios)\/[\w\/.-]+)`/g;
  # what "how to add a thing" adds is not there yet: adding.t adds it
  my %added = map { $_ => 1 } $text =~ /\bis `(src\/[\w\/.-]+)`(?:,| and) (?:and )?the line `/g;
  my @gone = grep { !-e "$top/$_" && !$added{$_} } sort keys %named;
  is(join(' ', grep { -e "$top/$_" } sort keys %added), '', "$file adds what is new");
  is("@gone", '', "$file names files that are there");
  ok(%named > 0, "$file names files");
}

# ---- the bash completion completes
# words: as readline hands them over, which breaks them at '=' unless told otherwise
sub completes {
  my ($line, $breaks) = @_;
  my @words = split ' ', $line, -1;
  my $list = join ' ', map { "'$_'" } @words;
  $breaks = '=' if !defined $breaks;
  my $script = "source '$top/completions/roadcut.bash'; COMP_WORDBREAKS='$breaks'; COMP_WORDS=($list); COMP_CWORD=$#words; _roadcut; printf '%s\\n' \"\${COMPREPLY[\@]}\"";
  spew("$work/complete.bash", $script);
  return qx(cd '$work' && PATH='$work/bin':"\$PATH" bash '$work/complete.bash' 2>&1);
}
like(completes('roadcut ru'), qr/^run$/m, 'bash completes commands');
like(completes('roadcut run kag'), qr/^kagome-12$/m, 'and scenarios');
like(completes('roadcut run --se'), qr/^--seed\n--set\n--seconds$|^--seconds$/m, 'and options');
unlike(completes('roadcut check --se'), qr/--seed/, 'those of the command alone');
like(completes('roadcut --theme co'), qr/^colour-blind$/m, 'and values');
like(completes('roadcut list la'), qr/^lattices$/m, 'and lists');
is(completes('roadcut run --set model.'), join('', map { "model.$_=\n" } qw(J1 J2 J3 delta field)), 'keys, which a value follows');
like(completes('roadcut run --set '), qr/^hilbert\.levels=\n(?:.*\n)*cut\.moves=\n(?:.*\n)*paths\.shots=$/m, 'those of all studies');
unlike(completes("roadcut run --$_ "), qr/yaml|kagome/, "no scenario for --$_") for qw(set seed threads steps);
unlike(completes("roadcut cut --$_ "), qr/yaml|kagome/, "nor for --$_") for qw(solver seconds);
is(completes('roadcut run --set lattice.kind = kag'), "kagome\n", 'and what a key can be');
is(completes('roadcut run --set lattice.kind = '), completes('roadcut run --set lattice.kind ='), 'all of it');
like(completes('roadcut run --set lattice.kind ='), qr/^chain\nladder\n/, 'from the beginning');
is(completes('roadcut run --set lattice.kind=kag', ''), "lattice.kind=kagome\n", "where '=' breaks no words too");
is(completes('roadcut run --set = hilbert.scan = t'), "true\n", 'behind an equals sign too');
is(completes('roadcut run --set hilbert.levels = '), "\n", 'nothing where there is no choice');
is(completes('roadcut --theme = co'), "colour-blind\n", 'and so with other options');
is(completes('roadcut cut --solver ta'), "tabu\n", 'a solver is named');
like(completes('roadcut show --size '), qr/^80x24$/m, 'a size');
like(completes('roadcut watch --with kag'), qr/^kagome-12$/m, 'a scenario where one is wanted');
like(completes('roadcut run --json s'), qr/^scenarios$/m, 'a file');

# ---- what stands behind a command: views and scenarios to show, files where a file is wanted
like(completes('roadcut show lat'), qr/^lattice\nlattice\.map\n/m, 'views to show');
like(completes('roadcut show kag'), qr/^kagome-12$/m, 'of scenarios');
spew("$work/kagome.tour", '');
is(completes("roadcut $_ kag"), "kagome.tour\n", "$_ takes files, no scenarios") for qw(replay verify watch);
my %of_command;
for my $line (split /\n/, slurp("$top/completions/roadcut.fish")) {
  my ($command, $what) = $line =~ /^complete -c roadcut -n '__fish_seen_subcommand_from (\w+)' (-a "\(.*\)"|-F)$/ or next;
  my $kind = $what eq '-F' ? 'files' : $what =~ /list (views|scenarios) / ? $1 : $what;
  $of_command{$command}{$kind} = 1;
  if ($kind eq 'views') { # what fish would run, in a shell that is surely there
    spew("$work/views.sh", $what =~ s/^-a "\((.*)\)"$/$1/r);
    my $listed = qx(PATH='$work/bin':"\$PATH" sh '$work/views.sh');
    like($listed, qr/^lattice\nlattice\.map\n(?:.*\n)*cut\.phases\n/m, 'fish lists views');
  }
}
is_deeply($of_command{show}, {views => 1, scenarios => 1}, 'fish completes views and scenarios to show');
is_deeply($of_command{$_}, {files => 1}, "files for $_") for qw(replay verify watch);
is_deeply($of_command{$_}, {scenarios => 1}, "scenarios for $_") for qw(run check cut);
my $zsh_source = slurp("$top/completions/_roadcut");
like($zsh_source, qr/^  show\) _arguments (?:.*\\\n)*.*roadcut list views.*_roadcut_scenarios }' ;;$/m, 'and zsh');
like($zsh_source, qr/^  $_\) _arguments (?:.*\\\n)*    '\*:file:_files' ;;$/m, "files for $_") for qw(replay verify watch);

# ---- every key that is offered is one, and takes what is offered; the three shells offer the same
my %bash = slurp("$top/completions/roadcut.bash") =~ /^  ([\w.-]+)\) printf '%s' '([^']*)' ;;$/mg;
my %zsh = slurp("$top/completions/_roadcut") =~ /^    ([\w.-]+)\) compadd -- (.*) ;;$/mg;
my %fish = slurp("$top/completions/roadcut.fish") =~ /^  case '\*([\w.-]+)=\*'\n    printf '%s\\n' \g1=\{(.*)\}$/mg;
cmp_ok(scalar keys %bash, '>=', 25, 'keys have choices');
is_deeply(\%zsh, \%bash, 'zsh offers the same values as bash');
is_deeply({map { $_ => $fish{$_} =~ tr/,/ /r } keys %fish}, \%bash, 'and so does fish');
my ($offered) = slurp("$top/completions/roadcut.bash") =~ /compgen -P "\$kept" -S = -W '([^']*)'/;
my @bash = split ' ', $offered;
my @zsh = slurp("$top/completions/_roadcut") =~ /^      '([\w.-]+):/mg;
my @fish = slurp("$top/completions/roadcut.fish") =~ /^      ([\w.-]+)= '/mg;
cmp_ok(scalar @bash, '>=', 60, 'there are keys');
is("@zsh", "@bash", 'zsh offers the same keys as bash');
is("@fish", "@bash", 'and so does fish');
my $magnet = "title: A magnet\nlattice: {kind: square, cluster: [2, 2]}\nsector: {sz: 0}\n";
spew("$work/$_.yaml", ($_ =~ /hilbert|cut/ ? $magnet : "title: None\n") . "studies: {$_: {}}\n") for qw(hilbert cut calibration paths);
my @refused;
for my $key (sort keys %bash) {
  my $of = $key =~ /^(cut|calibration|paths|watch)\./ ? $1 : 'hilbert';
  next if $of eq 'watch'; # its source would have to be there
  for my $value (split ' ', $bash{$key}) {
    my ($status, undef, $err) = roadcut('check', '--set', "$key=$value", "$work/$of.yaml");
    # a lattice may need other extents than these, but it is known
    push @refused, "$key=$value: $err" if $status && ($key ne 'lattice.kind' || $err =~ /unknown/);
  }
}
is("@refused", '', 'a key takes the values that are offered');
done_testing();

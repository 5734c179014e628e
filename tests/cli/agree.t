#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# One table, many places: what 'roadcut list commands' says is what the help, the manual page, the
# completions, the palette and the footer say.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode qw(decode);
use JSON::PP;
use Roadcut;
use Test::More;

my $top = top();
my @commands = @{decode_json((roadcut('list', 'commands', '--json'))[1])};
my %command = map { $_->{name} => $_ } @commands;
cmp_ok(scalar @commands, '>', 80, 'there are commands');
is(scalar keys %command, scalar @commands, 'no name is there twice');
sub differs { # names in one list only
  my ($x, $y) = @_;
  my (%x, %y);
  $x{$_}++ for @$x;
  $y{$_}++ for @$y;
  return join ' ', sort((grep { !$y{$_} } keys %x), (grep { !$x{$_} } keys %y));
}

# the manual page
my ($part) = slurp("$top/man/roadcut.1") =~ /^\.\\" begin commands\n(.*?)^\.\\" end commands/ms;
my @in_man = map { s/\\&//gr =~ s/\\-/-/gr =~ s/\s.*//sr } $part =~ /^\.It Ic (.*)$/mg;
is(differs(\@in_man, [keys %command]), '', 'the manual page has these commands and no others');
my $plain = $part =~ s/\\&//gr =~ s/\\-/-/gr =~ s/\\\(dq/"/gr =~ s/\\e/\\/gr;
my %keys;
$keys{$1} = join ' ', split / , /, $2 while $plain =~ /^\.It Ic (\S+).*\n\.Pq Li (.*)$/mg;
is(join(' ', grep { ($keys{$_} // '') ne $command{$_}{keys} } sort keys %command), '', 'and their keys');

# the completions
my @do = (slurp("$top/completions/roadcut.bash") =~ /^  --do\) mapfile -t COMPREPLY < <\(compgen -P "\$kept" -W '([^']*)'/m);
is(differs([split ' ', $do[0] // ''], [keys %command]), '', 'bash completes them after --do');
@do = (slurp("$top/completions/_roadcut") =~ /--do\[.*?:COMMAND:\(([^)]*)\)/);
is(differs([split ' ', $do[0] // ''], [keys %command]), '', 'zsh too');
@do = (slurp("$top/completions/roadcut.fish") =~ /-l do -r -f -a '([^']*)'/);
is(differs([split ' ', $do[0] // ''], [keys %command]), '', 'and fish');

# the help, whole, and filtered to each command
sub show {
  my ($status, $out, $err) = roadcut('show', 'lattice', 'triangle', '--format', 'text', '--graphics', 'ascii', @_);
  die $err if $status;
  return decode('UTF-8', $out);
}
my $n = @commands;
like(show('--do', 'help', '--size', '120x40'), qr/\b$n of $n\b/, 'the help has all of them');
my $rows = '';
$rows .= show('--size', '160x44', '--do', "help $_") for qw(e a o i);
my @lost = grep { index($rows, substr("$_->{name} $_->{arguments}", 0, 20)) < 0 } @commands;
my @lost_too = grep { index(show('--size', '160x44', '--do', "help $_->{name}"), $_->{name}) < 0 } @lost;
is(join(' ', map { $_->{name} } @lost_too), '', 'and shows them by name');

# the palette offers them
my @unknown;
for my $c (grep { length $_->{name} > 3 } @commands) {
  push @unknown, $c->{name} if index(show('--size', '120x40', '--do', "palette $c->{name}"), $c->{name}) < 0;
}
is("@unknown", '', 'the palette completes them');

# the footer: every hint is that of a command, with its first key, or one of the pane's own
my %hint = map { ((split ' ', $_->{keys})[0] // '') . " $_->{hint}" => $_->{name} } grep { $_->{hint} ne '' } @commands;
my ($footer) = (split /\n/, show('--size', '240x60'))[-1];
my @items = split /  +/, $footer =~ s/^ +//r;
cmp_ok(scalar @items, '>=', 8, 'the footer has hints');
my $own = 0;
my @strange = grep { !$hint{$_} && !/^\S+ \S/ } @items;
is("@strange", '', 'each is a key and a word');
cmp_ok(scalar(grep { $hint{$_} } @items), '>=', 6, 'those of commands are as in the table');
done_testing();

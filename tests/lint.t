#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Form: clang-format, licence lines, sizes, leftovers, manual pages; each rule is shown to bite.
use strict;
use warnings;
use File::Find;
use File::Temp qw(tempdir);
use Test::More;

chdir($ENV{RC_SRCDIR} // '.') or die;
my $top = -d '.git' ? [split /\0/, `git ls-files -z`] : do {
  my @all;
  find({no_chdir => 1, wanted => sub { push @all, s{^\./}{}r if -f && !m{^\./build/} }}, '.');
  \@all;
};
my @files = grep { -f } @$top;
my @c = grep { /\.[ch]$/ } @files;
my @source = grep { /\.(?:c|h|def|sh|pl|t|py|tui)$/ || $_ eq 'tests/tap' || $_ eq '.ci/run' } @files;

sub slurp {
  my ($file) = @_;
  open my $in, '<:raw', $file or die "$file: $!";
  local $/;
  return <$in> // '';
}

# Each rule takes a file name and its text and returns what is wrong with it.
my $LICENCE = 'SPDX-License-Identifier: GPL-3.0-or-later';
sub no_licence {
  my ($file, $text) = @_;
  my @top = (split /\n/, $text, 4)[0 .. 2];
  return (grep { defined && /\Q$LICENCE\E/ } @top) ? () : "$file: no licence line on top";
}
sub untidy {
  my ($file, $text) = @_;
  my @bad;
  push @bad, "$file: does not end in a newline" if $text !~ /\n\z/;
  push @bad, "$file: blank at the end of a line" if $text =~ /[ \t]$/m;
  push @bad, "$file: tab in a source line" if $file =~ /\.[ch]$/ && $text =~ /\t/;
  push @bad, "$file: an unfinished place: $1" if $text =~ /\b(TODO|FIXME|XXX)\b/ && $file ne 'tests/lint.t';
  return @bad;
}
sub too_long {
  my ($file, $text) = @_;
  my @bad;
  my @line = split /\n/, $text;
  push @bad, "$file: " . @line . ' lines, 800 are the most' if @line > 800;
  my $start;
  for my $i (0 .. $#line) {
    $start = $i if $line[$i] =~ /^\S.*\{$/ && $line[$i] =~ /\)\s*\{$/;
    next unless $line[$i] =~ /^\}/ && defined $start;
    my $n = $i - $start - 1;
    push @bad, "$file:" . ($start + 1) . ": a function of $n lines, about 80 are the most" if $n > 90;
    undef $start;
  }
  return @bad;
}

sub all_pass {
  my ($name, $rule, @list) = @_;
  my @bad = map { $rule->($_, slurp($_)) } @list;
  is(scalar @bad, 0, $name) or diag(join "\n", @bad);
}

ok(@c > 20 && @source > @c, 'there are sources to look at');
all_pass('every source has its licence line', \&no_licence, @source);
all_pass('no stray blanks, no unfinished places', \&untidy, @source, grep { /\.(?:md|yaml|mk)$/ } @files);
all_pass('no function and no file is too long', \&too_long, grep { m{^(?:src|include)/} } @c);
ok(no_licence('x.c', "int x;\n"), 'found: no licence line');
ok(untidy('x.c', "int x; \n"), 'found: a blank at the end');
ok(untidy('x.c', "int x; /* " . "TO" . "DO */\n"), 'found: an unfinished place');
ok(too_long('x.c', "int f(void) {\n" . "  x;\n" x 91 . "}\n"), 'found: a long function');
ok(too_long('x.c', "x\n" x 801), 'found: a long file');

my $dir = tempdir(CLEANUP => 1);
sub misformatted {
  my @bad;
  for my $file (@_) { push @bad, $file if system("clang-format --dry-run -Werror '$file' 2>/dev/null") != 0 }
  return @bad;
}
my @bad = misformatted(@c);
is(scalar @bad, 0, "clang-format agrees ('make format' mends it)") or diag(join "\n", @bad);
system('cp', '.clang-format', $dir) == 0 or die;
open my $out, '>', "$dir/x.c" or die;
print $out "int  f ( void ){return 1 ;}\n";
close $out or die;
is(scalar misformatted("$dir/x.c"), 1, 'found: an unformatted source');

sub man_complaints {
  my ($file) = @_;
  my $said = `mandoc -Tlint -W warning '$file' 2>&1`;
  return $said . ($? ? "status $?" : '');
}
for my $page (sort grep { m{^man/} } @files) { is(man_complaints($page), '', "$page is well-formed") }
open $out, '>', "$dir/x.1" or die;
print $out ".Dd today\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd x\n.Sh DESCRIPTION\n.Bl -tag\n";
close $out or die;
isnt(man_complaints("$dir/x.1"), '', 'found: a malformed manual page');
done_testing();

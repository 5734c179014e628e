#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom, read off the include lines; and a proof that each rule can fail.
use strict;
use warnings;
use File::Find;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

# Left knows nothing of right; rooms of one level do not know each other.
my @levels = (
  ['base'], ['lp', 'lattice'], ['hilbert'], ['cut'], ['calib', 'paths'], ['scales', 'trunk'],
  ['scenario'], ['engine'], ['study'], ['ui'], ['term'], ['app'],
);
my %level;
for my $l (0 .. $#levels) { $level{$_} = $l for @{$levels[$l]} }
# Headers of other people's that exactly one file may include, and the room it is in.
my %alone = (
  'ncurses.h' => 'term', 'curses.h' => 'term', 'term.h' => 'term', 'glpk.h' => 'lp', 'yaml.h' => 'scenario',
);
# Of a library that neither prints nor exits.
my @library = grep { $level{$_} <= $level{study} } keys %level;

sub room_of {
  my ($file) = @_;
  return $1 if $file =~ m{^src/(\w+)/} || $file =~ m{^include/roadcut/(\w+)\.h$};
  return undef;
}

# Include lines of every source under $root: file => [[system?, name], ..]
sub includes {
  my ($root) = @_;
  my %inc;
  find({no_chdir => 1, wanted => sub {
    return unless /\.(?:c|h|def)$/;
    (my $file = $_) =~ s{^\Q$root\E/}{};
    open my $in, '<', $_ or die "$_: $!";
    $inc{$file} = [];
    while (<$in>) {
      push @{$inc{$file}}, [$1 eq '<', $2] if /^\s*#\s*include\s*([<"])([^>"]+)[>"]/;
    }
  }}, "$root/src", "$root/include");
  return \%inc;
}

# The file of the tree an include line means, or undef when it is not one of ours.
sub resolve {
  my ($inc, $from, $system, $name) = @_;
  (my $dir = $from) =~ s{[^/]*$}{};
  for my $try ($system ? () : "$dir$name", "src/$name", "include/$name") {
    my $path = $try;
    1 while $path =~ s{[^/]+/\.\./}{};
    return $path if exists $inc->{$path};
  }
  return undef;
}

sub circles {
  my ($inc) = @_;
  my (%state, @found);
  my $visit;
  $visit = sub {
    my ($file, @stack) = @_;
    if (($state{$file} // '') eq 'open') {
      push @found, 'a circle: ' . join(' -> ', @stack, $file);
      return;
    }
    return if $state{$file};
    $state{$file} = 'open';
    for (@{$inc->{$file}}) {
      my $to = resolve($inc, $file, @$_);
      $visit->($to, @stack, $file) if defined $to && $to !~ /\.def$/;
    }
    $state{$file} = 'done';
  };
  $visit->($_) for sort keys %$inc;
  return @found;
}

sub violations {
  my ($root) = @_;
  my $inc = includes($root);
  my (@bad, %users);
  for my $file (sort keys %$inc) {
    my $room = room_of($file);
    if (!defined $room || !defined $level{$room}) {
      push @bad, "$file: is in no room of the design";
      next;
    }
    for (@{$inc->{$file}}) {
      my ($system, $name) = @$_;
      my $to = resolve($inc, $file, $system, $name);
      if (!defined $to) {
        my ($base) = $name =~ m{([^/]+)$};
        push @{$users{$base eq 'curses.h' ? 'ncurses.h' : $base}}, $file if $alone{$base} && $system;
        push @bad, "$file: there is no \"$name\"" if !$system;
        next;
      }
      my $other = room_of($to);
      next if $other eq $room;
      push @bad, "$file: room $room may not know $other ($name)" if $level{$other} >= $level{$room};
      push @bad, "$file: $name is a private header of room $other" if $to =~ m{^src/};
    }
  }
  for my $header (sort keys %users) {
    my %files = map { $_ => 1 } @{$users{$header}};
    my @files = sort keys %files;
    push @bad, "$header is included by @files; it has one place" if @files > 1;
    push @bad, "$_: $header belongs in room $alone{$header}"
      for grep { room_of($_) ne $alone{$header} } @files;
  }
  return @bad, circles($inc);
}

sub copy_tree {
  my $to = tempdir(CLEANUP => 1);
  make_path("$to/src", "$to/include");
  system('cp', '-r', 'src', 'include', $to) == 0 or die 'cp failed';
  return $to;
}
sub append {
  my ($file, $line) = @_;
  open my $out, '>>', $file or die "$file: $!";
  print $out "$line\n";
  close $out or die;
}

chdir($ENV{RC_SRCDIR} // '.') or die;
my @bad = violations('.');
is(scalar @bad, 0, 'the rooms know only those on their left') or diag(join "\n", @bad);

# Each rule must bite: plant one fault at a time in a copy of the tree.
my @faults = (
  ['src/lattice/chain.c', '#include "roadcut/ui.h"', qr/room lattice may not know ui/, 'a room on the right'],
  ['src/lattice/chain.c', '#include "roadcut/lp.h"', qr/room lattice may not know lp/, 'a room of the same level'],
  ['include/roadcut/base.h', '#include "roadcut/lattice.h"', qr/room base may not know lattice/, 'a public header that looks right'],
  ['src/ui/ui.c', '#include "../engine/job.h"', qr/private header of room engine/, 'a private header of another room'],
  ['src/ui/ui.c', '#include <ncurses.h>', qr/ncurses\.h belongs in room term/, 'ncurses outside term'],
  ['src/term/crash.c', '#include <curses.h>', qr/ncurses\.h is included by/, 'ncurses in a second file'],
  ['src/cut/graph.c', '#include <glpk.h>', qr/glpk\.h belongs in room lp/, 'glpk outside lp'],
  ['src/engine/core.c', '#include <yaml.h>', qr/yaml\.h belongs in room scenario/, 'yaml outside scenario'],
  ['include/roadcut/lattice.h', '#include "roadcut/hilbert.h"', qr/a circle: /, 'a circle'],
  ['src/base/str.c', '#include "nowhere.h"', qr/there is no "nowhere\.h"/, 'a header that is not there'],
);
for my $f (@faults) {
  my ($file, $line, $want, $name) = @$f;
  my $copy = copy_tree();
  my $was = -e "$copy/$file";
  append("$copy/$file", $line);
  my @seen = violations($copy);
  ok($was && (grep { /$want/ } @seen), "found: $name") or diag("$file: " . join("\n", @seen));
}

# The library prints nothing and never ends the program.
my $lib = ($ENV{ROADCUT_BUILD} // 'build') . '/libroadcut.a';
my %forbidden = map { $_ => 1 } qw(exit _exit _Exit quick_exit printf puts putchar vprintf perror stdout stderr
  __printf_chk __vprintf_chk initscr newterm);
sub forbidden_symbols {
  my ($object) = @_;
  my ($member, $symbols, @found) = ('', 0);
  open my $nm, '-|', 'nm', '-u', $object or die "nm: $!";
  while (<$nm>) {
    $member = $1 if /^(\S+\.o):/;
    next unless /\bU (\w+)/;
    $symbols++;
    push @found, "$member uses $1" if $forbidden{$1};
  }
  push @found, "$object has no symbols" if !$symbols;
  return @found;
}
ok(-s $lib, "$lib is built");
my @talk = forbidden_symbols($lib);
is(scalar @talk, 0, 'the library neither prints nor exits') or diag(join "\n", @talk);
my $dir = tempdir(CLEANUP => 1);
append("$dir/x.c", '#include <stdio.h>' . "\n" . 'void f(void) { puts("x"); }');
system('cc', '-c', '-o', "$dir/x.o", "$dir/x.c") == 0 or die 'cc failed';
is(scalar forbidden_symbols("$dir/x.o"), 1, 'found: a library that prints');
done_testing();

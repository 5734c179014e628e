#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# install and uninstall into a folder: what is put there works from anywhere, and all of it goes again.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Find;
use Roadcut;
use Test::More;

my $dir = scratch();
my $build = $ENV{ROADCUT_BUILD} // top() . '/build';
sub make {
  my @args = @_;
  delete local @ENV{qw(MAKEFLAGS MAKELEVEL MFLAGS)};
  my $said = qx(make -s -C '@{[top()]}' BUILD='$build' @args 2>&1);
  return ($?, $said);
}
sub files_in {
  my ($where) = @_;
  my @files;
  find({no_chdir => 1, wanted => sub { push @files, $_ if !-d }}, $where) if -d $where;
  return @files;
}

# The prefix of the build at hand: another one would build the program anew under the other tests.
my ($prefix) = slurp("$build/release/prefix") =~ /^(.*)$/m;
my ($status, $said) = make('install', "PREFIX='$prefix'", "DESTDIR='$dir/root'");
is($status, 0, 'make install DESTDIR=') or diag($said);
my $usr = "$dir/root$prefix";
ok(-x "$usr/bin/roadcut", 'the program');
ok(-s "$usr/$_", $_) for qw(share/man/man1/roadcut.1 share/man/man5/roadcut-scenario.5 lib/libroadcut.a
  include/roadcut/base.h share/roadcut/scenarios/kagome-12.yaml share/bash-completion/completions/roadcut
  share/zsh/site-functions/_roadcut share/fish/vendor_completions.d/roadcut.fish share/doc/roadcut/LICENSE);
ok(!-e "$dir/root" . top(), 'nothing of the source folder');
{
  # From an empty folder, where no ./scenarios hides the installed ones.
  mkdir "$dir/empty" or die;
  my $out = qx(cd '$dir/empty' && '$usr/bin/roadcut' list scenarios);
  like($out, qr/^kagome-12 /m, 'installed scenarios are found');
  $out = qx(cd '$dir/empty' && '$usr/bin/roadcut' run octahedron);
  is($?, 0, 'and run');
  like(qx(mandoc -Tutf8 '$usr/share/man/$_' 2>&1), qr/ROADCUT/, "$_ can be read")
    for qw(man1/roadcut.1 man5/roadcut-scenario.5);
}
# A user of the library needs nothing but what was installed.
spew("$dir/use.c", <<'C');
#include <stdio.h>
#include "roadcut/study.h"
int main(void) {
  rc_lattice_spec spec;
  rc_lattice_spec_init(&spec, "kagome");
  rc_lattice *l = rc_lattice_new(&spec, NULL);
  printf("%d studies, %s\n", rc_study_kinds[0] != NULL, l ? l->kind : "none");
  rc_lattice_free(l);
  rc_lattice_spec_free(&spec);
  return 0;
}
C
my ($libs) = slurp(top() . '/Makefile') =~ /^LIBS := (.*)$/m;
my $cc = qx(cc -std=gnu11 -I'$usr/include' -o '$dir/use' '$dir/use.c' '$usr/lib/libroadcut.a' $libs 2>&1);
is($cc, '', 'the library can be linked');
is(qx('$dir/use'), "1 studies, kagome\n", 'and used');

($status, $said) = make('uninstall', "PREFIX='$prefix'", "DESTDIR='$dir/root'");
is($status, 0, 'make uninstall') or diag($said);
is(join("\n", files_in("$dir/root")), '', 'nothing is left');
my @folders;
find({no_chdir => 1, wanted => sub { push @folders, $_ if $_ ne $usr && index($_, "$usr/") == 0 }}, "$dir/root");
is(join("\n", @folders), '', 'no empty folder either');
# but a folder that somebody else uses stays
($status, $said) = make('install', "PREFIX='$prefix'", "DESTDIR='$dir/root'");
spew("$usr/share/man/man1/other.1", 'x');
($status, $said) = make('uninstall', "PREFIX='$prefix'", "DESTDIR='$dir/root'");
is(join("\n", files_in("$dir/root")), "$usr/share/man/man1/other.1", 'what is not ours stays');
done_testing();

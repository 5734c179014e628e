# SPDX-License-Identifier: GPL-3.0-or-later
# What the command-line tests share: running the program and looking at what it said.
package Roadcut;
use strict;
use warnings;
use Cwd qw(abs_path);
use Exporter 'import';
use File::Temp qw(tempdir);
our @EXPORT = qw(roadcut program top slurp spew scratch lines_of);

my $top = abs_path($ENV{RC_SRCDIR} // '.');
my $program = $ENV{ROADCUT} // "$top/build/roadcut";
sub top { return $top }
sub program { return $program }

sub slurp {
  my ($file) = @_;
  open my $in, '<:raw', $file or die "$file: $!";
  local $/;
  return <$in> // '';
}
sub spew {
  my ($file, $text) = @_;
  open my $out, '>:raw', $file or die "$file: $!";
  print $out $text;
  close $out or die "$file: $!";
}
sub scratch { return tempdir(CLEANUP => 1) }

# Runs the program without a terminal; returns (exit status, standard output, standard error). A
# first argument that is a hash may say {cwd => .., env => {..}}.
sub roadcut {
  my %how = ref $_[0] ? %{shift()} : ();
  my @args = @_;
  my $dir = scratch();
  my $pid = fork // die "fork: $!";
  if (!$pid) {
    chdir($how{cwd} // $top) or die;
    my %env = %{$how{env} // {}};
    for (keys %env) { defined $env{$_} ? ($ENV{$_} = $env{$_}) : delete $ENV{$_} }
    open STDIN, '<', '/dev/null' or die;
    open STDOUT, '>', $how{out} // "$dir/out" or die;
    open STDERR, '>', "$dir/err" or die;
    exec $program, @args or exit 127;
  }
  waitpid $pid, 0;
  my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
  return ($status, $how{out} ? '' : slurp("$dir/out"), slurp("$dir/err"));
}

sub lines_of { return scalar(() = $_[0] =~ /\n/g) }
1;

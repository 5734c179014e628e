#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes what is generated from the program's own tables into a copy of the tree (docs.pl PROGRAM DIR):
# the marked parts of the manual pages and the completions; with --pictures also docs/*.svg.
use strict;
use warnings;
use JSON::PP;

my $pictures = @ARGV && $ARGV[0] eq '--pictures' ? shift : 0;
my ($program, $dir) = @ARGV;
die "usage: docs.pl [--pictures] PROGRAM DIR\n" if !defined $dir;

sub list {
  my ($what) = @_;
  my $text = qx('$program' list '$what' --json);
  die "roadcut list $what failed\n" if $?;
  return JSON::PP->new->utf8->decode($text);
}
sub slurp { open my $in, '<:raw', $_[0] or die "$_[0]: $!\n"; local $/; return <$in> }
sub spew {
  my ($file, $text) = @_;
  utf8::encode($text) if utf8::is_utf8($text);
  open my $out, '>:raw', $file or die "$file: $!\n";
  print $out $text;
  close $out or die "$file: $!\n";
}

# ---- manual pages ----------------------------------------------------------------------------------

# Text outside macro lines.
sub plain {
  my ($s) = @_;
  $s =~ s/\\/\\e/g;
  $s =~ s/(?<=\w[.:]) (?=[A-Z])/\n/g; # a sentence a line
  $s =~ s/^(?=[.'])/\\&/mg;
  return $s;
}
# Words of a macro line: none of them may be taken for a macro or for punctuation.
sub words {
  my ($s) = @_;
  return join ' ', map { my $w = $_; $w =~ s/\\/\\e/g; $w =~ s/-/\\-/g; $w =~ s/"/\\(dq/g; "\\&$w" } split ' ', $s;
}
sub item { return '.It ' . join(' ', @_) . "\n" }

sub synopsis {
  my $s = '';
  for my $c (@{list('options')}) {
    my @words = map { /^\[(.*)\]$/ ? "Op Ar $1" : "Ar $_" } split ' ', $c->{arguments};
    $s .= ".Nm roadcut\n" . ($c->{name} eq '' ? '' : ".Cm $c->{name}\n") . join('', map { ".$_\n" } @words) . ".Op Ar OPTIONS\n";
  }
  return $s;
}
sub options {
  my $s = '';
  for my $c (@{list('options')}) {
    $s .= '.Ss ' . ($c->{name} eq '' ? 'roadcut' : "roadcut $c->{name}") . " $c->{arguments}\n" . plain($c->{text}) . "\n";
    if ($c->{name} eq 'list') {
      $s .= ".Bl -tag -width parameters\n";
      $s .= item('Cm', words($_->{name})) . plain($_->{help}) . "\n" for @{list('lists')};
      $s .= ".El\n";
    }
    $s .= ".Bl -tag -width Ds\n";
    for my $o (@{$c->{options}}) {
      (my $name = $o->{name}) =~ s/^-//;
      $s .= item('Fl', $name, defined $o->{argument} ? ('Ar', words($o->{argument})) : ());
      $s .= plain($o->{help}) . "\n";
    }
    $s .= ".El\n";
  }
  return $s;
}
sub commands {
  my ($s, $group) = ('', '');
  for my $c (@{list('commands')}) {
    if ($c->{group} ne $group) {
      $s .= ".El\n" if $group ne '';
      $group = $c->{group};
      $s .= ".Ss $group\n.Bl -tag -width Ds\n";
    }
    $s .= item('Ic', words($c->{name}), $c->{arguments} eq '' ? () : ('Ar', words($c->{arguments})));
    $s .= ".Pq Li " . join(' , ', map { words($_) } split ' ', $c->{keys}) . "\n" if $c->{keys} ne '';
    $s .= plain($c->{help}) . "\n";
  }
  return "$s.El\n";
}
sub views {
  my $s = ".Bl -tag -width Ds\n";
  for my $v (@{list('views')}) {
    $s .= item('Ic', $v->{name}) . plain($v->{help}) . ".\nPanes:\n";
    $s .= join(" ,\n", map { ".Li $v->{name}.$_->{name}" } @{$v->{panes}}) . "\n";
  }
  return "$s.El\n";
}
sub params {
  my ($list) = @_;
  return '' if !@$list;
  my $s = ".Bl -tag -width Ds\n";
  for my $p (@$list) {
    $s .= item('Ic', words($p->{name})) . plain("$p->{help}; $p->{takes}");
    $s .= plain(" ($p->{default})") if defined $p->{default} && $p->{default} ne '';
    $s .= "\n";
    my @kinds = grep { @{$_->{parameters}} } @{$p->{kinds} // []};
    next if !@kinds;
    $s .= ".Bl -tag -width Ds\n";
    $s .= item('Ic', words($_->{name})) . plain($_->{help}) . "\n" . params($_->{parameters}) for @kinds;
    $s .= ".El\n";
  }
  return "$s.El\n";
}
sub study_commands {
  my $s = '';
  for my $l (grep { @{$_->{commands}} } @{list('studies')}) {
    $s .= ".Pp\nStudy $l->{name}:\n.Bl -tag -width Ds\n";
    $s .= item('Ic', words($_->{name}), $_->{arguments} eq '' ? () : ('Ar', words($_->{arguments}))) . plain($_->{help}) . "\n" for @{$l->{commands}};
    $s .= ".El\n";
  }
  return $s;
}
sub lattices {
  my $s = ".Bl -tag -width Ds\n";
  for my $l (@{list('lattices')}) { $s .= item('Ic', words($l->{name})) . plain($l->{help}) . "\n" . params($l->{parameters}) }
  return "$s.El\n";
}
sub studies {
  my $s = ".Bl -tag -width Ds\n";
  for my $l (@{list('studies')}) { $s .= item('Ic', words($l->{name})) . plain($l->{help}) . "\n" . params($l->{parameters}) }
  return "$s.El\n";
}
sub parameters {
  my $s = ".Bl -tag -width Ds\n";
  for my $k (@{list('parameters')}) {
    my $about = $k->{help};
    $about .= "; one of " . join(', ', split /\|/, $k->{choices}) if defined $k->{choices};
    $about .= "; $k->{type}" if !defined $k->{choices};
    $about .= ' (a knob)' if $k->{knob};
    $s .= item('Ic', words($k->{name})) . plain($about) . "\n";
  }
  return "$s.El\n";
}

# A file of the tree as it is, to be copied out of the page again: quotes and the like stay those of
# ASCII whatever formats it.
sub example {
  my ($file) = @_;
  my $s = slurp("$dir/$file");
  $s =~ s/\\/\\e/g;
  $s =~ s/-/\\-/g;
  my %glyph = ("'" => 'aq', '`' => 'ga', '^' => 'ha', '~' => 'ti');
  $s =~ s/(['`^~])/'\\(' . $glyph{$1}/ge;
  $s =~ s/^(?=\.)/\\&/mg;
  return $s;
}

my %parts = (synopsis => \&synopsis, options => \&options, commands => \&commands, study_commands => \&study_commands, views => \&views,
  lattices => \&lattices, studies => \&studies, parameters => \&parameters,
  solver_c => sub { example('examples/solver.c') }, solver_sh => sub { example('examples/solver.sh') });
for my $page ('roadcut.1', 'roadcut-scenario.5') {
  my $text = slurp("$dir/man/$page");
  utf8::decode($text);
  $text =~ s{(^\.\\" begin (\w+)\n).*?(^\.\\" end \2\n)}{$1 . $parts{$2}->() . $3}gsme;
  spew("$dir/man/$page", $text);
}

# ---- completions -----------------------------------------------------------------------------------

my $options = list('options');
my @commands = map { $_->{name} } grep { $_->{name} ne '' } @$options;
my @lists = map { $_->{name} } @{list('lists')};
my @themes = map { $_->{name} } @{list('themes')};
my %values = ('--theme' => "@themes", '--graphics' => 'braille block ascii', '--format' => 'text ansi svg csv json',
  '--study' => join(' ', map { $_->{name} } @{list('studies')}), '--do' => join(' ', map { $_->{name} } @{list('commands')}),
  '--solver' => join(' ', map { $_->{name} } @{list('solvers')}), '--size' => '80x24 100x30 120x40');
# What an option takes when it is none of these: a file, a folder, a scenario, a key; else a number.
my %takes = ('--set' => 'key', '--with' => 'scenario');
for my $c (@$options) {
  for my $o (grep { defined $_->{argument} && !$values{$_->{name}} && !$takes{$_->{name}} } @{$c->{options}}) {
    $takes{$o->{name}} = $o->{argument} eq 'FILE' ? 'file' : $o->{argument} eq 'DIR' ? 'folder' : 'number';
  }
}
my $of_kind = sub { my ($kind) = @_; return sort grep { $takes{$_} eq $kind } keys %takes };
# Keys for --set: those of a scenario as such, then those of every study; and what those may be that
# have choices (one of a list counts as a list).
my (@keys, %choice, %about);
sub key {
  my ($name, $help, $takes) = @_;
  push @keys, $name if !exists $about{$name};
  $about{$name} = $help;
  $choice{$name} = 'true false' if $takes eq 'true or false';
  $choice{$name} = join ' ', split /, /, $1 if $takes =~ /^(?:one|a list) of ((?:[\w+-]+, )+[\w+-]+)$/;
}
key($_->{name}, $_->{help}, defined $_->{choices} ? 'one of ' . join(', ', split /\|/, $_->{choices}) : $_->{type}) for @{list('parameters')};
for my $study (@{list('studies')}) {
  key("$study->{name}.$_->{name}", $_->{help}, $_->{takes}) for grep { $_->{takes} ne 'keys and values' } @{$study->{parameters}};
}
my %of = map { my $c = $_; $c->{name} => join ' ', map { $_->{name} } @{$c->{options}} } @$options;
my $names = "roadcut list scenarios 2>/dev/null | cut -d' ' -f1";

my $views = "roadcut list views 2>/dev/null | sed 's/^ *//; s/ .*//'";
# What these take is a file of any kind (a session, a certificate, a protocol) and no scenario.
my %takes_file = map { $_ => 1 } qw(replay verify watch);

my $bash = "# SPDX-License-Identifier: GPL-3.0-or-later\n# bash completion of roadcut; written by 'make docs'.\n";
$bash .= "_roadcut_values() {\n  case \$1 in\n";
$bash .= "  $_) printf '%s' '$choice{$_}' ;;\n" for grep { $choice{$_} } @keys;
$bash .= "  esac\n}\n";
$bash .= <<'EOT';
_roadcut() {
  # readline may have broken words at '=': they are put together, and only what follows it is replaced
  local word before kept='' command='' i
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if ((i > 1)) && [[ ${COMP_WORDS[i]} == = || ${COMP_WORDS[i - 1]} == = ]]; then
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
  word=${words[${#words[@]} - 1]} before=${words[${#words[@]} - 2]}
  [[ $COMP_WORDBREAKS == *=* || $word != *=* ]] || kept=${word%=*}=
  [[ $word == --*=* ]] && before=${word%%=*} && word=${word#*=}
  for i in "${words[@]:1:${#words[@]} - 2}"; do
    case $i in
EOT
$bash .= '    ' . join(' | ', @commands) . ") command=\$i && break ;;\n    esac\n  done\n  COMPREPLY=()\n  case \$before in\n";
$bash .= <<'EOT';
  --set)
    if [[ $word == *=* ]]; then
      mapfile -t COMPREPLY < <(compgen -P "$kept" -W "$(_roadcut_values "${word%%=*}")" -- "${word#*=}")
    else
EOT
$bash .= "      mapfile -t COMPREPLY < <(compgen -P \"\$kept\" -S = -W '@keys' -- \"\$word\")\n";
$bash .= "      compopt -o nospace 2>/dev/null\n    fi\n    return\n    ;;\n";
$bash .= "  $_) mapfile -t COMPREPLY < <(compgen -P \"\$kept\" -W '$values{$_}' -- \"\$word\") && return ;;\n" for sort keys %values;
$bash .= '  ' . join(' | ', $of_kind->('file')) . ") mapfile -t COMPREPLY < <(compgen -f -- \"\$word\") && return ;;\n";
$bash .= '  ' . join(' | ', $of_kind->('folder')) . ") mapfile -t COMPREPLY < <(compgen -d -- \"\$word\") && return ;;\n";
$bash .= '  ' . join(' | ', $of_kind->('number')) . ") return ;;\n";
$bash .= "  esac\n  local all='' behind=\$command\n  [[ \$before != --with ]] || behind=scenario\n  case \$behind/\$word in\n";
for my $c ('', @commands) { $bash .= "  $c/-*) all='$of{$c}' ;;\n" }
$bash .= "  list/*) all='@lists' ;;\n  /*) all=\"@commands \$($names)\" ;;\n";
$bash .= "  show/*) all=\"\$($views) \$($names)\" ;;\n";
$bash .= '  ' . join(' | ', map { "$_/*" } grep { $takes_file{$_} } @commands) . ") ;;\n";
$bash .= "  *) all=\$($names) ;;\n  esac\n  mapfile -t COMPREPLY < <(compgen -W \"\$all\" -- \"\$word\")\n";
$bash .= "  [[ \$word == -* || \$command == list ]] || mapfile -t -O \${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"\$word\")\n}\ncomplete -F _roadcut roadcut\n";
spew("$dir/completions/roadcut.bash", $bash);

sub quoted { my ($s) = @_; $s =~ s/'/'\\''/g; return $s }
my $zsh = "#compdef roadcut\n# SPDX-License-Identifier: GPL-3.0-or-later\n# zsh completion of roadcut; written by 'make docs'.\n";
$zsh .= "_roadcut_scenarios() { compadd -- \$($names); _files -g '*.yaml' }\n_roadcut_set() {\n  local key=\${PREFIX%%=*}\n";
$zsh .= "  if compset -P '*='; then\n    case \$key in\n";
$zsh .= "    $_) compadd -- $choice{$_} ;;\n" for grep { $choice{$_} } @keys;
$zsh .= "    esac\n  else\n    local -a keys=(\n";
for my $k (@keys) { (my $about = $about{$k}) =~ s/:/\\:/g; $zsh .= "      '$k:" . quoted($about) . "'\n" }
$zsh .= "    )\n    _describe -t keys key keys -S =\n  fi\n}\n";
$zsh .= "_roadcut() {\n  local command=\${words[(r)(" . join('|', @commands) . ")]}\n  case \$command in\n";
my %zsh_of = (key => '_roadcut_set', scenario => '_roadcut_scenarios', file => '_files', folder => '_files -/', number => '');
for my $c (@$options) {
  my @specs = map {
    my $o = $_;
    (my $help = $o->{help}) =~ s/([\[\]:])/\\$1/g;
    my $action = $values{$o->{name}} ? "($values{$o->{name}})" : defined $o->{argument} ? $zsh_of{$takes{$o->{name}}} : '';
    "'*$o->{name}\[" . quoted($help) . ']' . (defined $o->{argument} ? ":$o->{argument}:$action" : '') . "'"
  } @{$c->{options}};
  my $rest = $c->{name} eq 'list' ? "'*:what:(list @lists)'" : $c->{name} eq 'show' ? "'*:view or scenario:{ compadd -- \$(roadcut list views 2>/dev/null | sed \"s/^ *//; s/ .*//\"); _roadcut_scenarios }'" : $c->{name} eq '' ? "'*:command or scenario:{ compadd -- @commands; _roadcut_scenarios }'" : $takes_file{$c->{name}} ? "'*:file:_files'" : "'*:scenario:_roadcut_scenarios'";
  $zsh .= '  ' . ($c->{name} eq '' ? "''" : $c->{name}) . ") _arguments " . join(" \\\n    ", @specs, $rest) . " ;;\n";
}
spew("$dir/completions/_roadcut", "$zsh  esac\n}\n_roadcut \"\$@\"\n");

my $fish = "# SPDX-License-Identifier: GPL-3.0-or-later\n# fish completion of roadcut; written by 'make docs'.\n";
$fish .= "function __roadcut_set\n  switch (commandline -ct)\n";
$fish .= "  case '*$_=*'\n    printf '%s\\n' $_=" . "{" . join(',', split ' ', $choice{$_}) . "}\n" for grep { $choice{$_} } @keys;
$fish .= "  case '*'\n    printf '%s\\t%s\\n'" . join('', map { " \\\n      $_= '" . quoted($about{$_}) . "'" } @keys) . "\n  end\nend\n";
my %fish_of = (key => " -f -a '(__roadcut_set)'", scenario => " -a \"($names)\"", file => ' -F', folder => " -f -a '(__fish_complete_directories)'", number => ' -f');
for my $c (@$options) {
  my $when = $c->{name} eq '' ? "not __fish_seen_subcommand_from @commands" : "__fish_seen_subcommand_from $c->{name}";
  $fish .= "complete -c roadcut -n '__fish_use_subcommand' -a $c->{name} -d '" . quoted($c->{help}) . "'\n" if $c->{name} ne '';
  for my $o (@{$c->{options}}) {
    (my $long = $o->{name}) =~ s/^--//;
    my $after = $values{$o->{name}} ? " -f -a '$values{$o->{name}}'" : defined $o->{argument} ? $fish_of{$takes{$o->{name}}} : '';
    $fish .= "complete -c roadcut -n '$when' -l $long" . (defined $o->{argument} ? ' -r' : '') . "$after -d '" . quoted($o->{help}) . "'\n";
  }
  $fish .= "complete -c roadcut -n '$when' -f -a '@lists'\n" if $c->{name} eq 'list';
  $fish .= "complete -c roadcut -n '$when' -a \"($views)\"\n" if $c->{name} eq 'show';
  $fish .= "complete -c roadcut -n '$when' -F\n" if $takes_file{$c->{name}};
  $fish .= "complete -c roadcut -n '$when' -a \"($names)\"\n" if $c->{name} ne 'list' && !$takes_file{$c->{name}};
}
spew("$dir/completions/roadcut.fish", $fish);

# ---- pictures --------------------------------------------------------------------------------------

if ($pictures) {
  my @shots = (['lattice', 'kagome-12', '120x36'], ['hilbert', 'square-j1j2', '120x36'], ['state', 'square-j1j2', '120x36'],
    ['cut', 'cut-kagome', '120x36'], ['ladder', 'plasma-surface', '120x36'], ['theatre', 'hairpin', '120x36']);
  for my $shot (@shots) {
    my ($view, $scenario, $size) = @$shot;
    my $svg = qx(cd '$dir' && '$program' show $view $scenario --size $size --format svg --graphics braille);
    die "roadcut show $view failed\n" if $?;
    utf8::decode($svg);
    spew("$dir/docs/$view.svg", $svg);
  }
}

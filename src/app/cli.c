/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the command line with the table in cli.def. */
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

const rc_cli_command rc_cli_commands[RC_CLI_COMMANDS] = {
#define COMMAND(id, name, args, least, most, run, help, text)                                      \
  {name, args, least, most, run, help, text},
#include "app/cli.def"
#undef COMMAND
};

#define IN_EXPLORER (1u << RC_CLI_EXPLORER)
#define IN_RUN      (1u << RC_CLI_RUN)
#define IN_CHECK    (1u << RC_CLI_CHECK)
#define IN_LIST     (1u << RC_CLI_LIST)
#define IN_SHOW     (1u << RC_CLI_SHOW)
#define IN_CUT      (1u << RC_CLI_CUT)
#define IN_REPLAY   (1u << RC_CLI_REPLAY)
#define IN_WATCH    (1u << RC_CLI_WATCH)
#define IN_ALL      ~0u
const rc_cli_option rc_cli_options[] = {
#define OPTION(name, arg, commands, kind, field, help)                                             \
  {name, arg, commands, RC_CLI_##kind, offsetof(rc_cli, field), help},
#include "app/cli.def"
#undef OPTION
};
const int rc_cli_options_n = (int)RC_LEN(rc_cli_options);

void rc_cli_add(rc_cli_texts *t, const char *word) {
  t->v = rc_realloc(t->v, (size_t)t->n + 2, sizeof *t->v);
  t->v[t->n++] = word;
  t->v[t->n] = NULL;
}

void rc_cli_free(rc_cli *cli) {
  rc_free(cli->word.v);
  rc_free(cli->set.v);
  rc_free(cli->study.v);
  rc_free(cli->solver.v);
  rc_free(cli->commands.v);
}

static bool applies(const rc_cli_option *o, rc_cli_id id) {
  return o->commands >> id & 1;
}

/* "roadcut run" or, for the explorer, "roadcut". */
static void add_program(rc_str *s, rc_cli_id id) {
  rc_str_addf(s, "roadcut%s%s", *rc_cli_commands[id].name ? " " : "", rc_cli_commands[id].name);
}

static bool usage(rc_cli_id id, rc_err *err, const char *what, const char *word, const char *hint) {
  rc_str s = {0};
  add_program(&s, id);
  rc_err_set(err, RC_ERR_USAGE, "%s '%s'%s; see %s --help", what, word, hint, rc_str_c(&s));
  rc_str_free(&s);
  return false;
}

static const rc_cli_option *find_option(const char *name, size_t n, rc_cli_id id) {
  for (int i = 0; i < rc_cli_options_n; i++) {
    const rc_cli_option *o = &rc_cli_options[i];
    if (applies(o, id) && strlen(o->name) == n && !strncmp(o->name, name, n)) return o;
  }
  return NULL;
}

static bool unknown_option(const char *name, rc_cli_id id, rc_err *err) {
  const char *names[RC_LEN(rc_cli_options)];
  size_t n = 0;
  for (int i = 0; i < rc_cli_options_n; i++) {
    const rc_cli_option *o = &rc_cli_options[i];
    if (applies(o, id)) {
      names[n++] = o->name;
    } else if (!strcmp(o->name, name)) {
      const char *other = "";
      for (int c = RC_CLI_COMMANDS; c-- > 0;)
        if (applies(o, (rc_cli_id)c)) other = rc_cli_commands[c].name;
      rc_str hint = {0};
      rc_str_addf(&hint, " belongs to %s", *other ? other : "the explorer");
      usage(id, err, "the option", name, rc_str_c(&hint));
      rc_str_free(&hint);
      return false;
    }
  }
  const char *near = rc_nearest(name, names, n);
  rc_str hint = {0};
  if (near) rc_str_addf(&hint, "; did you mean %s", near);
  usage(id, err, "there is no option", name, rc_str_c(&hint));
  rc_str_free(&hint);
  return false;
}

static bool set_option(rc_cli *cli, const rc_cli_option *o, const char *value, rc_err *err) {
  void *field = (char *)cli + o->offset;
  int64_t i;
  switch (o->kind) {
  case RC_CLI_FLAG: *(bool *)field = true; return true;
  case RC_CLI_TEXT: *(const char **)field = value; return true;
  case RC_CLI_TEXTS: rc_cli_add(field, value); return true;
  case RC_CLI_UINT:
    if (!rc_parse_int(value, &i) || i < 1)
      return rc_err_set(err, RC_ERR_USAGE, "%s wants a whole number of at least 1, not '%s'",
                        o->name, value);
    *(uint64_t *)field = (uint64_t)i;
    return true;
  case RC_CLI_COUNT:
    if (!rc_parse_int(value, &i) || i < 1 || i > 256)
      return rc_err_set(err, RC_ERR_USAGE, "%s wants a whole number from 1 to 256, not '%s'",
                        o->name, value);
    *(int64_t *)field = i;
    return true;
  case RC_CLI_SECONDS:
    if (!rc_parse_real(value, field) || *(double *)field <= 0)
      return rc_err_set(err, RC_ERR_USAGE, "%s wants a number of seconds above 0, not '%s'",
                        o->name, value);
    return true;
  }
  return false;
}

/* argv[*i] is an option: takes its argument from "--name=value" or from the next word. */
static bool read_option(rc_cli *cli, int argc, char **argv, int *i, rc_err *err) {
  const char *word = argv[*i];
  if (!strcmp(word, "-h")) word = "--help";
  const char *equals = strchr(word, '=');
  const size_t n = equals ? (size_t)(equals - word) : strlen(word);
  const rc_cli_option *o = find_option(word, n, cli->command);
  if (!o) {
    rc_str name = {0};
    rc_str_addn(&name, word, n);
    unknown_option(rc_str_c(&name), cli->command, err);
    rc_str_free(&name);
    return false;
  }
  if (!o->arg)
    return equals ? usage(cli->command, err, "no value belongs to", o->name, "")
                  : set_option(cli, o, NULL, err);
  if (equals) return set_option(cli, o, equals + 1, err);
  if (*i + 1 >= argc) {
    rc_str hint = {0};
    rc_str_addf(&hint, " wants %s after it", o->arg);
    usage(cli->command, err, "the option", o->name, rc_str_c(&hint));
    rc_str_free(&hint);
    return false;
  }
  return set_option(cli, o, argv[++*i], err);
}

/* The command is the first word that is not an option of the explorer or its argument. */
static rc_cli_id find_command(int argc, char **argv, int *at) {
  *at = 0;
  for (int i = 1; i < argc && strcmp(argv[i], "--"); i++) {
    if (argv[i][0] == '-' && argv[i][1]) {
      const rc_cli_option *o = find_option(argv[i], strlen(argv[i]), RC_CLI_EXPLORER);
      if (o && o->arg) i++;
      continue;
    }
    for (int c = 1; c < RC_CLI_COMMANDS; c++)
      if (!strcmp(argv[i], rc_cli_commands[c].name)) {
        *at = i;
        return (rc_cli_id)c;
      }
    break;
  }
  return RC_CLI_EXPLORER;
}

/* Several words that begin with no command. */
static bool unknown_command(const char *word, rc_err *err) {
  const char *names[RC_CLI_COMMANDS];
  int n = 0;
  for (int c = 1; c < RC_CLI_COMMANDS; c++) names[n++] = rc_cli_commands[c].name;
  rc_app_choose("command", word, names, n, err);
  return false;
}

static bool check_words(const rc_cli *cli, rc_err *err) {
  const rc_cli_command *c = &rc_cli_commands[cli->command];
  if (cli->word.n >= c->least && (c->most < 0 || cli->word.n <= c->most)) return true;
  if (cli->command == RC_CLI_EXPLORER) return unknown_command(cli->word.v[0], err);
  rc_str s = {0};
  add_program(&s, cli->command);
  if (cli->word.n < c->least)
    rc_err_set(err, RC_ERR_USAGE, "%s wants %s; see %s --help", rc_str_c(&s), c->args,
               rc_str_c(&s));
  else
    rc_err_set(err, RC_ERR_USAGE, "'%s' is one word too many: %s %s", cli->word.v[c->most],
               rc_str_c(&s), c->args);
  rc_str_free(&s);
  return false;
}

bool rc_cli_parse(rc_cli *cli, int argc, char **argv, rc_err *err) {
  int at;
  *cli = (rc_cli){.command = find_command(argc, argv, &at)};
  bool options = true;
  for (int i = 1; i < argc; i++) {
    if (i == at) continue;
    if (options && !strcmp(argv[i], "--")) {
      options = false;
      cli->plain = cli->word.n;
    } else if (options && argv[i][0] == '-' && argv[i][1]) {
      if (!read_option(cli, argc, argv, &i, err)) return false;
    } else {
      rc_cli_add(&cli->word, argv[i]);
    }
  }
  if (options) cli->plain = cli->word.n;
  return cli->help || cli->version || check_words(cli, err);
}

int rc_app_choose(const char *what, const char *word, const char *const *names, int n,
                  rc_err *err) {
  for (int i = 0; i < n; i++)
    if (!strcmp(word, names[i])) return i;
  const char *near = rc_nearest(word, names, (size_t)n);
  rc_str s = {0};
  if (near)
    rc_str_addf(&s, "did you mean '%s'?", near);
  else
    for (int i = 0; i < n; i++) rc_str_addf(&s, "%s%s", i ? ", " : "there is: ", names[i]);
  rc_err_set(err, RC_ERR_USAGE, "no %s '%s'; %s", what, word, rc_str_c(&s));
  rc_str_free(&s);
  return -1;
}

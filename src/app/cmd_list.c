/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roadcut list WHAT [--json]: the registries, for people, for completions and the manual pages. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

/* A table on its way out: rows of named texts, and what JSON has besides. */
typedef struct list {
  bool json;
  rc_json out;
  rc_str text;
} list;

static void row_begin(list *l, const char *name) {
  rc_json_object(&l->out, NULL);
  rc_json_text(&l->out, "name", name);
}

/* In the plain list a row is a name and one line about it. */
static void row_end(list *l, const char *name, const char *about) {
  rc_json_end(&l->out);
  if (!l->json) printf("%-22s %s\n", name, about);
}

/* ---- kinds with their parameters -------------------------------------------------------------- */

static void put_params(list *l, const rc_param *p);

/* What may stand there, each with parameters of its own. */
static void put_choices(list *l, const rc_kind *const *kinds) {
  if (!kinds) return;
  rc_json_array(&l->out, "kinds");
  for (; *kinds; kinds++) {
    rc_json_object(&l->out, NULL);
    rc_json_text(&l->out, "name", (*kinds)->name);
    rc_json_text(&l->out, "help", (*kinds)->help);
    put_params(l, (*kinds)->params);
    rc_json_end(&l->out);
  }
  rc_json_end(&l->out);
}

/* The keys of a group stand after its name, "bound.rounds". */
static void put_rows(list *l, const char *group, const rc_param *p) {
  for (; p && p->name; p++) {
    rc_str wants = {0}, name = {0};
    rc_str_addf(&name, "%s%s", group, p->name);
    if (p->type == RC_T_GROUP) {
      rc_str_add(&name, ".");
      put_rows(l, rc_str_c(&name), p->sub);
    } else {
      rc_param_wants(p, &wants);
      rc_json_object(&l->out, NULL);
      rc_json_text(&l->out, "name", rc_str_c(&name));
      rc_json_text(&l->out, "default", p->def);
      rc_json_text(&l->out, "takes", rc_str_c(&wants));
      rc_json_text(&l->out, "unit", p->unit ? p->unit : "");
      rc_json_text(&l->out, "help", p->help);
      put_choices(l, p->kinds);
      rc_json_end(&l->out);
    }
    rc_str_free(&wants);
    rc_str_free(&name);
  }
}

static void put_params(list *l, const rc_param *p) {
  rc_json_array(&l->out, "parameters");
  put_rows(l, "", p);
  rc_json_end(&l->out);
}

static void print_rows(const char *group, const rc_param *p) {
  for (; p && p->name; p++) {
    rc_str line = {0}, name = {0};
    rc_str_addf(&name, "%s%s", group, p->name);
    if (p->type == RC_T_GROUP) {
      rc_str_add(&name, ".");
      print_rows(rc_str_c(&name), p->sub);
    } else {
      rc_str_addf(&line, "%s, ", p->help);
      rc_param_wants(p, &line);
      if (p->def && *p->def) rc_str_addf(&line, " (%s)", p->def);
      printf("  %-20s %s\n", rc_str_c(&name), rc_str_c(&line));
    }
    rc_str_free(&line);
    rc_str_free(&name);
  }
}

static void print_params(const rc_param *p) {
  print_rows("", p);
}

static void put_kind(list *l, const rc_kind *k) {
  rc_json_text(&l->out, "title", k->title);
  rc_json_text(&l->out, "help", k->help);
  rc_json_text(&l->out, "explain", k->explain);
  put_params(l, k->params);
}

static void list_kinds(list *l, const rc_kind *const *kinds) {
  for (; *kinds; kinds++) {
    row_begin(l, (*kinds)->name);
    put_kind(l, *kinds);
    row_end(l, (*kinds)->name, (*kinds)->help);
    if (!l->json) print_params((*kinds)->params);
  }
}

static void put_names(list *l, const char *key, const char *const *names) {
  if (!names) return;
  rc_json_array(&l->out, key);
  for (; *names; names++) rc_json_text(&l->out, NULL, *names);
  rc_json_end(&l->out);
}

static void put_commands(list *l, const rc_study_command *c) {
  rc_json_array(&l->out, "commands");
  for (; c && c->name; c++) {
    rc_json_object(&l->out, NULL);
    rc_json_text(&l->out, "name", c->name);
    rc_json_text(&l->out, "arguments", c->args);
    rc_json_text(&l->out, "help", c->help);
    rc_json_end(&l->out);
  }
  rc_json_end(&l->out);
}

/* With what a condition may ask of their events and phases. */
static void list_studies(list *l) {
  for (const rc_study_class *const *c = rc_study_classes; *c; c++) {
    const rc_kind *k = &(*c)->kind;
    row_begin(l, k->name);
    put_kind(l, k);
    put_names(l, "events", (*c)->event_names);
    put_names(l, "phases", (*c)->phase_names);
    put_commands(l, (*c)->commands);
    row_end(l, k->name, k->help);
    if (!l->json) print_params(k->params);
  }
}

static void list_solvers(list *l) {
  list_kinds(l, rc_solver_kinds);
}
static void list_models(list *l) {
  list_kinds(l, rc_calib_kinds);
}
static void list_optimizers(list *l) {
  list_kinds(l, rc_optimizer_kinds);
}
static void list_systems(list *l) {
  list_kinds(l, rc_path_kinds);
}

static void list_lattices(list *l) {
  for (const rc_kind *const *k = rc_lattice_kinds; *k; k++) {
    const rc_lattice_class *c = rc_lattice_class_find((*k)->name);
    row_begin(l, (*k)->name);
    put_kind(l, *k);
    rc_json_int(&l->out, "dimension", c->dim);
    rc_json_int(&l->out, "sites_per_cell", c->basis);
    rc_json_array(&l->out, "couplings");
    for (int i = 0; i < c->classes; i++) {
      rc_json_object(&l->out, NULL);
      rc_json_text(&l->out, "name", c->class_name[i]);
      rc_json_real(&l->out, "default", c->class_default[i]);
      rc_json_end(&l->out);
    }
    rc_json_end(&l->out);
    row_end(l, (*k)->name, (*k)->help);
    if (!l->json) print_params((*k)->params);
  }
}

static void list_views(list *l) {
  for (const rc_view_class *const *v = rc_view_classes; *v; v++) {
    row_begin(l, (*v)->kind.name);
    put_kind(l, &(*v)->kind);
    rc_json_text(&l->out, "study", (*v)->study);
    rc_json_array(&l->out, "panes");
    for (int i = 0; i < (*v)->panes; i++) {
      rc_json_object(&l->out, NULL);
      rc_json_text(&l->out, "name", (*v)->pane[i]->name);
      rc_json_text(&l->out, "title", (*v)->pane[i]->title);
      rc_json_text(&l->out, "explain", (*v)->pane[i]->explain);
      rc_json_end(&l->out);
    }
    rc_json_end(&l->out);
    row_end(l, (*v)->kind.name, (*v)->kind.help);
    for (int i = 0; i < (*v)->panes && !l->json; i++) {
      char name[80];
      snprintf(name, sizeof name, "%s.%s", (*v)->kind.name, (*v)->pane[i]->name);
      printf("  %-20s %s\n", name, (*v)->pane[i]->title);
    }
  }
}

/* ---- commands and keys of the explorer -------------------------------------------------------- */

static void list_commands(list *l) {
  for (int i = 0; i < rc_commands_n; i++) {
    const rc_command *c = &rc_commands[i];
    rc_str about = {0};
    row_begin(l, c->name);
    rc_json_text(&l->out, "arguments", c->args);
    rc_json_text(&l->out, "keys", c->keys);
    rc_json_text(&l->out, "group", c->group);
    rc_json_text(&l->out, "hint", c->hint);
    rc_json_text(&l->out, "help", c->help);
    rc_str_addf(&about, "%-14s %s", c->args, c->help);
    row_end(l, c->name, rc_str_c(&about));
    rc_str_free(&about);
  }
}

/* Where a key works, in a few words. */
static void add_context(rc_str *s, unsigned where) {
  static const struct {
    unsigned bit;
    const char *name;
  } layers[] = {{RC_IN_EXPLORER, "explorer"},  {RC_IN_BROWSER, "browser"}, {RC_IN_FORM, "form"},
                {RC_IN_BREAKS, "breakpoints"}, {RC_IN_LIST, "lists"},      {RC_IN_TEXT, "text"}};
  bool most = __builtin_popcount(where) > 2; /* then it is shorter to say where it does not */
  unsigned named = most ? RC_IN_ANY & ~where : where;
  if (most) rc_str_add(s, named ? "all but " : "everywhere");
  size_t begin = s->len;
  for (size_t i = 0; i < RC_LEN(layers); i++)
    if (named & layers[i].bit) rc_str_addf(s, "%s%s", s->len > begin ? ", " : "", layers[i].name);
}

static void list_keys(list *l) {
  for (int i = 0; i < rc_commands_n; i++) {
    const rc_command *c = &rc_commands[i];
    if (!*c->keys) continue;
    rc_str about = {0}, context = {0};
    add_context(&context, c->where);
    row_begin(l, c->keys);
    rc_json_text(&l->out, "command", c->name);
    rc_json_text(&l->out, "where", rc_str_c(&context));
    rc_json_text(&l->out, "group", c->group);
    rc_json_text(&l->out, "help", c->help);
    rc_str_addf(&about, "%-18s %-18s %s", c->name, rc_str_c(&context), c->help);
    row_end(l, c->keys, rc_str_c(&about));
    rc_str_free(&about);
    rc_str_free(&context);
  }
}

static void list_themes(list *l) {
  for (int i = 0; rc_themes[i]; i++) {
    row_begin(l, rc_themes[i]->name);
    rc_json_text(&l->out, "title", rc_themes[i]->title);
    row_end(l, rc_themes[i]->name, rc_themes[i]->title);
  }
}

/* ---- scenarios and their keys ----------------------------------------------------------------- */

static void list_scenarios(list *l) {
  rc_app_file *files;
  const int n = rc_app_scenarios(&files);
  for (int i = 0; i < n; i++) {
    rc_err err = {0};
    rc_scenario *sc = rc_scenario_load(files[i].path, rc_study_kinds, &err);
    row_begin(l, files[i].name);
    rc_json_text(&l->out, "path", files[i].path);
    rc_json_text(&l->out, "title", sc ? sc->title : NULL);
    rc_json_text(&l->out, "about", sc ? sc->about : NULL);
    rc_json_text(&l->out, "error", sc ? NULL : err.message);
    row_end(l, files[i].name, sc ? sc->title : err.message);
    rc_scenario_free(sc);
  }
  rc_app_scenarios_free(files, n);
  if (n) return;
  rc_str where = {0};
  rc_app_no_scenarios(&where);
  fprintf(stderr, "roadcut: there is no scenario in %s\n", rc_str_c(&where));
  rc_str_free(&where);
}

static const char *type_name(rc_type t) {
  static const char *const names[] = {
      [RC_T_BOOL] = "true or false",      [RC_T_INT] = "a whole number", [RC_T_REAL] = "a number",
      [RC_T_CHOICE] = "a word",           [RC_T_TEXT] = "a text",        [RC_T_BYTES] = "a size",
      [RC_T_INTS] = "whole numbers",      [RC_T_REALS] = "numbers",      [RC_T_GROUP] = "keys",
      [RC_T_ONE] = "one of the registry", [RC_T_LIST] = "a list"};
  return names[t];
}

static void put_key(list *l, const rc_key *k) {
  rc_json_text(&l->out, "type", type_name(k->type));
  rc_json_text(&l->out, "help", k->help);
  rc_json_text(&l->out, "unit", k->unit ? k->unit : "");
  rc_json_text(&l->out, "choices", k->choices);
  if (k->min < k->max) {
    rc_json_real(&l->out, "min", k->min);
    rc_json_real(&l->out, "max", k->max);
  }
  rc_json_bool(&l->out, "knob", k->flags & RC_LIVE);
}

/* The keys of a scenario differ a little from lattice to lattice; the square has most of them. */
static void list_parameters(list *l) {
  rc_err err = {0};
  rc_scenario *sc = rc_scenario_default("square", rc_study_kinds, &err);
  rc_key *keys = NULL;
  const int n = sc ? rc_scenario_keys(sc, &keys) : 0;
  for (int i = 0; i < n; i++) {
    rc_str value = {0}, about = {0};
    rc_scenario_get(sc, keys[i].name, &value);
    row_begin(l, keys[i].name);
    put_key(l, &keys[i]);
    rc_json_text(&l->out, "value", rc_str_c(&value));
    rc_str_addf(&about, "%s (%s)", keys[i].help, rc_str_c(&value));
    row_end(l, keys[i].name, rc_str_c(&about));
    rc_str_free(&value);
    rc_str_free(&about);
  }
  rc_free(keys);
  rc_scenario_free(sc);
}

/* ---- the command line itself ------------------------------------------------------------------ */

static void list_options(list *l) {
  for (int c = 0; c < RC_CLI_COMMANDS; c++) {
    const rc_cli_command *cmd = &rc_cli_commands[c];
    rc_str name = {0};
    rc_str_addf(&name, "roadcut%s%s", *cmd->name ? " " : "", cmd->name);
    row_begin(l, cmd->name);
    rc_json_text(&l->out, "arguments", cmd->args);
    rc_json_text(&l->out, "help", cmd->help);
    rc_json_text(&l->out, "text", cmd->text);
    rc_json_array(&l->out, "options");
    for (int i = 0; i < rc_cli_options_n; i++) {
      const rc_cli_option *o = &rc_cli_options[i];
      if (!(o->commands >> c & 1)) continue;
      rc_json_object(&l->out, NULL);
      rc_json_text(&l->out, "name", o->name);
      rc_json_text(&l->out, "argument", o->arg);
      rc_json_text(&l->out, "help", o->help);
      rc_json_end(&l->out);
    }
    rc_json_end(&l->out);
    row_end(l, rc_str_c(&name), cmd->help);
    for (int i = 0; i < rc_cli_options_n && !l->json; i++)
      if (rc_cli_options[i].commands >> c & 1)
        printf("  %-20s %s\n", rc_cli_options[i].name, rc_cli_options[i].help);
    rc_str_free(&name);
  }
}

static void list_lists(list *l);

static const struct {
  const char *name, *help;
  void (*print)(list *l);
} lists[] = {{"lattices", "kinds of lattices, their couplings and options", list_lattices},
             {"studies", "what can be computed, with parameters", list_studies},
             {"solvers", "heuristics for the cut, with parameters", list_solvers},
             {"models", "models that can be calibrated, with parameters", list_models},
             {"optimizers", "optimisers that calibrate, with parameters", list_optimizers},
             {"systems", "systems of the paths, with parameters", list_systems},
             {"views", "views of the explorer and their panes", list_views},
             {"commands", "commands of the explorer", list_commands},
             {"keys", "keys of the explorer", list_keys},
             {"scenarios", "scenarios that are found by name", list_scenarios},
             {"parameters", "keys of a scenario, for --set", list_parameters},
             {"themes", "colour themes", list_themes},
             {"options", "commands and options of the command line", list_options},
             {"lists", "these", list_lists}};

static void list_lists(list *l) {
  for (size_t i = 0; i < RC_LEN(lists); i++) {
    row_begin(l, lists[i].name);
    rc_json_text(&l->out, "help", lists[i].help);
    row_end(l, lists[i].name, lists[i].help);
  }
}

void rc_app_list_names(void) {
  for (size_t i = 0; i < RC_LEN(lists); i++) printf("  %-12s %s\n", lists[i].name, lists[i].help);
}

int rc_app_list(const rc_cli *cli, rc_err *err) {
  const char *names[RC_LEN(lists)];
  for (size_t i = 0; i < RC_LEN(lists); i++) names[i] = lists[i].name;
  const int i = rc_app_choose("list", cli->word.v[0], names, (int)RC_LEN(lists), err);
  if (i < 0) return rc_err_status(err->code);
  list l = {.json = cli->as_json};
  rc_json_begin(&l.out, &l.text);
  rc_json_array(&l.out, NULL);
  lists[i].print(&l);
  rc_json_end(&l.out);
  if (l.json) printf("%s\n", rc_str_c(&l.text));
  rc_str_free(&l.text);
  return 0;
}

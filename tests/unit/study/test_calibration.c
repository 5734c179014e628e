/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calibration study without an engine: what its result says, that neither threads nor slices of
 * the work change a byte, its commands, and scenarios without a lattice. */
#include <jansson.h>

#include "study/calibration_study.h"
#include "unit/study/magnet.h"

extern const rc_study_class rc_study_calibration;

typedef struct calibrating {
  magnet m; /* only its scenario, study and events are used */
  rc_state state;
} calibrating;

static void emit_value(void *who, const char *kind, double value, const char *format, ...) {
  magnet *m = who;
  va_list ap;
  char text[400];
  va_start(ap, format);
  vsnprintf(text, sizeof text, format, ap);
  va_end(ap);
  rc_str_addf(&m->events, "%s %.17g %s\n", kind, value, text);
}

static void start(calibrating *c, const char *yaml, int threads) {
  rc_err err = {0};
  *c = (calibrating){.m = {.sc = scenario_of(yaml)}, .state = RC_RUNNING};
  rc_study_env env = magnet_env(&c->m, threads);
  env.emit = emit_value;
  c->m.study = rc_study_calibration.open(&env, c->m.sc->study[0].opts, &err);
  if (!c->m.study) fail_msg("open: %s", err.message);
}

static void look(calibrating *c) {
  rc_frame f = {.progress = nan("")};
  rc_study_calibration.frame(c->m.study, &f);
  rc_share_drop(f.data);
}

/* At most n steps; frames are looked at in between or not. */
static void steps(calibrating *c, int n, bool seen) {
  rc_err err = {0};
  for (int i = 0; i < n && c->state == RC_RUNNING; i++) {
    if (!rc_study_calibration.step(c->m.study, &c->state, &err)) fail_msg("step: %s", err.message);
    if (seen && i % 5 == 0) look(c);
  }
}

static void finish(calibrating *c) {
  rc_study_calibration.close(c->m.study);
  rc_scenario_free(c->m.sc);
  rc_str_free(&c->m.events);
}

/* As the program writes it: figures of the last frame, then what the study adds. */
static void result_text(calibrating *c, rc_str *out) {
  rc_json j;
  rc_frame f = {.progress = nan("")};
  rc_json_begin(&j, out);
  rc_json_object(&j, NULL);
  rc_study_calibration.frame(c->m.study, &f);
  for (int i = 0; i < f.scalars; i++) {
    const rc_scalar *s = &f.scalar[i];
    switch (s->type) {
    case RC_S_REAL: rc_json_real(&j, s->name, s->real); break;
    case RC_S_INT: rc_json_int(&j, s->name, s->integer); break;
    case RC_S_BOOL: rc_json_bool(&j, s->name, s->integer); break;
    case RC_S_TEXT: rc_json_text(&j, s->name, s->text); break;
    default: break;
    }
  }
  rc_share_drop(f.data);
  rc_study_calibration.result(c->m.study, &j);
  rc_json_end(&j);
}

static json_t *result_of(calibrating *c) {
  rc_str text = {0};
  json_error_t e;
  result_text(c, &text);
  json_t *j = json_loads(rc_str_c(&text), 0, &e);
  if (!j) fail_msg("%s in %s", e.text, rc_str_c(&text));
  rc_str_free(&text);
  return j;
}

#define CALIBRATION(STUDY) "studies: {calibration: {" STUDY "}}\n"
#define SMALL              "slices: {width: 9, height: 6}, ensemble: 12, queries: 60"

/* ---- result ------------------------------------------------------------------------------------
 */

static const char *const keys[] = {"model",     "parameters",      "loss",           "queries",
                                   "optimizer", "fim_eigenvalues", "effective_rank", "success",
                                   "synthetic", "loss_fitted",     "fit_queries"};

/* Parameters are where they are known to be: certified values, planted truth, closed form. */
static void test_results(void **state) {
  (void)state;
  static const struct {
    const char *yaml, *model;
    int n;
    double loss, value, tolerance; /* loss at most; first parameter */
  } scenario[] = {
      {CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, " SMALL), "exponentials", 4, 1.5, 1,
       .1},
      {CALIBRATION("model: {rosenbrock: {n: 2}}, " SMALL), "rosenbrock", 2, 1e-6, 1, 1e-3},
      /* https://www.itl.nist.gov/div898/strd/nls/data/misra1a.shtml */
      {CALIBRATION("model: {nist: {problem: Misra1a}}, " SMALL), "nist", 2, 1, 238.94212918, 1e-3}};
  for (size_t k = 0; k < RC_LEN(scenario); k++) {
    calibrating c;
    start(&c, scenario[k].yaml, 1);
    steps(&c, 1000000, true);
    json_t *j = result_of(&c);
    for (size_t i = 0; i < RC_LEN(keys); i++)
      if (!json_object_get(j, keys[i])) fail_msg("%s: no %s", scenario[k].model, keys[i]);
    const char *model = json_string_value(json_object_get(j, "model"));
    assert_true(model && strstr(model, scenario[k].model));
    const json_t *p = json_object_get(j, "parameters");
    assert_int_equal(json_array_size(p), scenario[k].n);
    assert_int_equal(json_array_size(json_object_get(j, "fim_eigenvalues")), scenario[k].n);
    int known = 0;
    for (size_t i = 0; i < json_array_size(p); i++) {
      const json_t *row = json_array_get(p, i), *error = json_object_get(row, "error");
      assert_true(json_is_string(json_object_get(row, "name")));
      assert_true(json_is_number(json_object_get(row, "value")));
      assert_non_null(error);
      known +=
          json_is_number(error) &&
          json_number_value(error) < .1 * fabs(json_number_value(json_object_get(row, "value")));
    }
    assert_int_equal(json_integer_value(json_object_get(j, "known_parameters")), known);
    const double loss = json_number_value(json_object_get(j, "loss")),
                 value = json_number_value(json_object_get(json_array_get(p, 0), "value"));
    if (!(loss <= scenario[k].loss)) fail_msg("%s: loss %g", scenario[k].model, loss);
    if (!(fabs(value - scenario[k].value) <= scenario[k].tolerance * fabs(scenario[k].value)))
      fail_msg("%s: first parameter %.10g", scenario[k].model, value);
    if (!strcmp(scenario[k].model, "nist")) { /* certified standard deviations */
      static const double certified[] = {2.7070075241, 7.2668688436e-06};
      for (size_t i = 0; i < 2; i++) {
        const double e = json_number_value(json_object_get(json_array_get(p, i), "error"));
        if (!(fabs(e - certified[i]) < 1e-6 * certified[i])) fail_msg("error %zu: %.10g", i, e);
      }
    }
    assert_true(json_is_true(json_object_get(j, "success")));
    assert_true(json_number_value(json_object_get(j, "queries")) > 0);
    json_decref(j);
    finish(&c);
  }
}

/* Nobody of the race is credited with the fit after it: the loss is the one its optimiser came to, at
 * the queries told; and the parameters are those of the fit. */
static void test_fit_is_nobodys(void **state) {
  (void)state;
  calibrating c;
  start(&c,
        CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, optimizers: [random, nelder-mead], "
                    "slices: {wanted: false}, profiles: none, geodesic: false, ensemble: 0, "
                    "queries: 7"),
        1);
  steps(&c, 1000000, true);
  json_t *j = result_of(&c);
  const json_t *race = json_object_get(j, "race");
  const char *winner = json_string_value(json_object_get(j, "optimizer"));
  const double loss = json_number_value(json_object_get(j, "loss")),
               fitted = json_number_value(json_object_get(j, "loss_fitted"));
  double lowest = INFINITY;
  assert_int_equal(json_array_size(race), 2);
  for (size_t i = 0; i < 2; i++) {
    const json_t *row = json_array_get(race, i);
    const double best = json_number_value(json_object_get(row, "loss"));
    lowest = fmin(lowest, best);
    if (!strcmp(winner, json_string_value(json_object_get(row, "optimizer"))))
      assert_true(best == loss);
  }
  assert_true(loss == lowest);
  assert_true(json_number_value(json_object_get(j, "queries")) <= 7);
  /* seven queries do not find four parameters; the fit does, and is charged for it */
  assert_true(fitted < 1 && loss > 2);
  assert_true(json_number_value(json_object_get(j, "fit_queries")) > 7);
  assert_true(json_is_true(json_object_get(j, "polished")));
  assert_true(json_is_false(json_object_get(j, "success")));
  assert_true(json_is_true(json_object_get(j, "synthetic")));
  const double rate = json_number_value(
      json_object_get(json_array_get(json_object_get(j, "parameters"), 0), "value"));
  if (!(fabs(rate - 1) < .1)) fail_msg("the first parameter is %g", rate);
  json_decref(j);
  finish(&c);
}

/* One racer as whoever reads the events sees it. */
typedef struct redrawn {
  char name[40];
  long last;
  double queries, best, reached[3];
} redrawn;

static const double redraw_goal[3] = {100, 3, 1.2};

/* "query LOSS NAME INDEX KIND[, Q queries]": Q where Jacobians made it another number than INDEX. */
static void redraw_line(const char *line, redrawn *racer, int *racers) {
  char name[40], kind[24];
  double loss, queries;
  long index;
  int k = 0;
  assert_int_equal(sscanf(line, "query %lf %39s %ld %23[a-z]", &loss, name, &index, kind), 4);
  assert_non_null(strstr("start step probe difference jacobian part", kind));
  const char *at = strchr(line, ',');
  if (!at || sscanf(at, ", %lf queries", &queries) != 1) queries = (double)index;
  while (k < *racers && strcmp(racer[k].name, name) != 0) k++;
  assert_true(k < 8);
  redrawn *r = &racer[k];
  if (k == *racers) {
    *r = (redrawn){.best = INFINITY, .reached = {NAN, NAN, NAN}};
    snprintf(r->name, sizeof r->name, "%s", name);
    ++*racers;
  }
  assert_int_equal(index, r->last + 1);
  assert_true(queries > r->queries);
  r->last = index;
  r->queries = queries;
  r->best = fmin(r->best, loss);
  for (int g = 0; g < 3; g++)
    if (isnan(r->reached[g]) && r->best <= redraw_goal[g]) r->reached[g] = queries;
}

/* The whole race can be drawn again from the events: each racer under a name of its own, its queries
 * numbered from 1 on, and from them the figures of the result. */
static void test_queries_redraw(void **state) {
  (void)state;
  calibrating c;
  start(&c,
        CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, queries: 60, goals: [100, 3, 1.2], "
                    "optimizers: [kalman, kalman-exact, hierarchical, {kind: hierarchical, rank: "
                    "'3'}, {kind: hierarchical, rank: '3'}, {kind: lm, method: accelerated}], "
                    "slices: {wanted: false}, profiles: none, geodesic: false, ensemble: 0"),
        1);
  steps(&c, 1000000, false);
  static const char *const names[] = {
      "kalman", "kalman-exact", "hierarchical", "hierarchical:rank=3", "hierarchical:rank=3#2",
      "lm"};
  redrawn racer[8] = {{{0}, 0, 0, 0, {0}}};
  int racers = 0;
  char *save = NULL, *text = rc_strdup(rc_str_c(&c.m.events));
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
    if (strncmp(line, "query ", 6) == 0) redraw_line(line, racer, &racers);
  rc_free(text);
  assert_int_equal(racers, 6);
  json_t *j = result_of(&c), *race = json_object_get(j, "race");
  double best = INFINITY;
  for (int k = 0; k < 6; k++) {
    const json_t *row = json_array_get(race, (size_t)k),
                 *to = json_object_get(row, "queries_to_goal");
    assert_string_equal(racer[k].name, names[k]);
    assert_string_equal(json_string_value(json_object_get(row, "optimizer")), names[k]);
    assert_true(json_number_value(json_object_get(row, "queries")) == racer[k].queries);
    assert_true(json_number_value(json_object_get(row, "loss")) == racer[k].best);
    for (size_t g = 0; g < 3; g++) {
      const json_t *want = json_array_get(to, g);
      assert_true(json_is_null(want) ? isnan(racer[k].reached[g])
                                     : json_number_value(want) == racer[k].reached[g]);
    }
    best = fmin(best, racer[k].best);
  }
  assert_true(racer[0].reached[2] > 1 && racer[1].reached[2] > 1);
  assert_true(racer[1].queries > (double)racer[1].last); /* Jacobians at their cost */
  assert_true(racer[3].best != racer[4].best);           /* each has random numbers of its own */
  assert_true(json_number_value(json_object_get(j, "loss")) <= best * (1 + 1e-12));
  json_decref(j);
  finish(&c);
}

/* Queries of some of the data: one event each, at their share, and no loss. */
static void test_parts_redraw(void **state) {
  (void)state;
  calibrating c;
  start(&c,
        CALIBRATION("model: {oxygen: {points: 80}}, queries: 12, optimizers: [kalman], slices: "
                    "{wanted: false}, profiles: none, geodesic: false, ensemble: 0"),
        1);
  steps(&c, 1000000, false);
  char *save = NULL, *text = rc_strdup(rc_str_c(&c.m.events));
  redrawn racer = {.name = ""};
  int racers = 0, parts = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
    if (strncmp(line, "query ", 6) != 0) continue;
    const bool part = strstr(line, " part") != NULL;
    if (part) assert_non_null(strstr(line, "nan"));
    parts += part;
    redraw_line(line, &racer, &racers);
  }
  rc_free(text);
  json_t *j = result_of(&c), *row = json_array_get(json_object_get(j, "race"), 0),
         *counts = json_object_get(row, "counts");
  double tenths = 10 * json_number_value(json_object_get(row, "queries"));
  const char *kind;
  json_t *n;
  json_object_foreach(counts, kind, n) {
    if (strcmp(kind, "part")) tenths -= 10 * json_number_value(n);
  }
  /* of 8 data at least half as many as parameters, of 16 a third, of both at most as many */
  const int fifths = (int)round(tenths) - parts;
  assert_true(fabs(tenths - round(tenths)) < 1e-5);
  assert_true(parts - fifths >= 7 && parts - fifths <= 14 && fifths >= 5 && fifths <= 14);
  assert_int_equal(json_integer_value(json_object_get(counts, "part")), parts);
  assert_true(json_number_value(json_object_get(row, "queries")) == racer.queries);
  assert_true(json_number_value(json_object_get(row, "loss")) == racer.best);
  json_decref(j);
  finish(&c);
}

static json_t *row_named(json_t *result, const char *name) {
  size_t i;
  json_t *row;
  json_array_foreach(
      json_object_get(result, "race"), i,
      row) if (!strcmp(json_string_value(json_object_get(row, "optimizer")), name)) return row;
  fail_msg("no racer is called %s", name);
  return NULL;
}

/* Several of a kind are told apart by what is not the same in all; the budget is never passed, and a
 * part of the data that is too small to begin with is said to be. */
static void test_names_budget_and_notes(void **state) {
  (void)state;
  calibrating c;
  start(&c,
        CALIBRATION(
            "model: {oxygen: {points: 80}}, queries: 17, goals: [50], optimizers: [kalman, "
            "{kind: kalman, part: 0, probe: 0.1}, {kind: kalman, part: 0.01, probe: 0.1}, "
            "{kind: lm-exact, method: dogleg, scale: more}, "
            "{kind: lm-exact, method: dogleg}], profiles: none, geodesic: false, ensemble: 0, "
            "slices: {wanted: false}"),
        1);
  steps(&c, 1000000, true);
  static const char *const names[] = {"kalman", "kalman:probe=0.1,part=0",
                                      "kalman:probe=0.1,part=0.01", "lm-exact:scale=more",
                                      "lm-exact"};
  json_t *j = result_of(&c);
  for (size_t k = 0; k < RC_LEN(names); k++) {
    const json_t *row = row_named(j, names[k]);
    assert_true(json_number_value(json_object_get(row, "queries")) <= 17);
    assert_int_equal(json_array_size(json_object_get(row, "queries_to_goal")), 1);
  }
  json_decref(j);
  const char *text = rc_str_c(&c.m.events),
             *note = "kalman:probe=0.1,part=0.01: no part first: 14 parameters want more than 1 of "
                     "80 data";
  assert_non_null(strstr(text, note));
  const char *first = strstr(text, "no part first");
  assert_null(strstr(first + 1, "no part first"));
  finish(&c);
}

/* What check does not see because the run was changed: goals that do not fall. */
static void test_bad_goals(void **state) {
  (void)state;
  static const struct {
    const char *yaml, *words;
  } bad[] = {
      {CALIBRATION("model: exponentials, goals: [0.05, 0.1]"),
       "goal 2: 0.1 is not below 0.05; goals fall, and the last decides on success"},
      {CALIBRATION("model: exponentials, goals: [1, 1]"), "goal 2: 1 is not below 1"},
      {CALIBRATION("model: exponentials, goals: [0]"), "goal 1: a loss of 0 is never reached"},
      {CALIBRATION("model: exponentials, goals: [4, 3, 2, 1]"), "at most 3 losses, and 4 are"}};
  for (size_t k = 0; k < RC_LEN(bad); k++) {
    calibrating c;
    rc_err err = {0};
    start(&c, bad[k].yaml, 1);
    assert_false(rc_study_calibration.step(c.m.study, &c.state, &err));
    if (!strstr(err.message, bad[k].words)) fail_msg("'%s'", err.message);
    finish(&c);
  }
}

static void test_bad_model_option(void **state) {
  (void)state;
  calibrating c;
  rc_err err = {0};
  start(&c, CALIBRATION("model: {exponentials: {rates: [1, 2], amplitudes: [1, 1, 1]}}"), 1);
  bool ok = true;
  for (int i = 0; ok && i < 5; i++) ok = rc_study_calibration.step(c.m.study, &c.state, &err);
  assert_false(ok);
  assert_string_equal(err.message, "exponentials: 3 amplitudes for 2 rates");
  look(&c);
  finish(&c);
}

/* ---- the same bytes ----------------------------------------------------------------------------
 */

static void test_same_bytes(void **state) {
  (void)state;
  const char *yaml = CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, reduce: true, widths: "
                                 "true, " SMALL);
  rc_str text[3] = {{0}};
  for (int k = 0; k < 3; k++) {
    calibrating c;
    start(&c, yaml, k == 2 ? 2 : 1);
    if (k == 1)
      for (int i = 0; i < 1000000 && c.state == RC_RUNNING; i++) steps(&c, 3, true);
    else
      steps(&c, 1000000, false);
    result_text(&c, &text[k]);
    rc_str_addf(&text[k], "%s", rc_str_c(&c.m.events));
    finish(&c);
    assert_true(text[k].len > 1000);
    assert_string_equal(rc_str_c(&text[k]), rc_str_c(&text[0]));
  }
  for (int k = 0; k < 3; k++) rc_str_free(&text[k]);
}

/* ---- commands ----------------------------------------------------------------------------------
 */

static void test_commands(void **state) {
  (void)state;
  static const struct {
    const char *name, *argument, *message; /* NULL: obeyed */
  } order[] = {
      {"turn", "v1 0.1", NULL},
      {"turn", "lambda_1 +0.2", NULL},
      {"turn", "v1", "turn wants a parameter or direction and a number: turn v1 0.1"},
      {"turn", "lambda_9 1",
       "no parameter and no direction is called 'lambda_9'; did you mean 'lambda_1'?; directions "
       "are v1 to v4"},
      {"hold", "lambda_1", NULL},
      {"hold", "v1", "hold wants the name of a parameter, or off, not 'v1'"},
      {"hold", "off", NULL},
      {"home", NULL, NULL},
      {"slice", "v1 v4", NULL},
      {"slice", "A_1 lambda_2", NULL},
      {"slice", "v1", "slice wants two axes, and how much wider: slice v1 v5 2, or slice A_1 A_2"},
      {"slice", "v1 A_1", "slice wants two parameters or two directions, not the same twice"},
      {"slice", "v2 v2", "slice wants two parameters or two directions, not the same twice"},
      {"slice", "v1 v7", "no parameter and no direction is called 'v7'"},
      {"slice", "v1 v4 2", NULL},
      {"slice", "v1 v4 0",
       "slice wants two axes, and how much wider: slice v1 v5 2, or slice A_1 A_2"},
      {"widths", NULL, NULL},
      {"reduce", NULL, NULL},
      {"geodesic", "v2 -", NULL},
      {"geodesic", "A_1", "no direction is called 'A_1'; there are v1 to v4"},
      {"geodesic", "v1 x", "geodesic wants a direction: geodesic v4 -"},
      {"profile", "A_2", NULL},
      {"profile", "v1", "profile wants the name of a parameter, not 'v1'"},
      {"trun", "v1 1", "study 'calibration' knows no command 'trun'; did you mean 'turn'?"}};
  calibrating c;
  rc_err err = {0};
  start(&c, CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, " SMALL), 1);
  steps(&c, 10, true);
  assert_false(rc_study_calibration.command(c.m.study, "turn", "v1 0.1", &err));
  assert_string_equal(err.message, "turn: wait for the end of the race");
  steps(&c, 1000000, true);
  json_t *before = result_of(&c);
  assert_true(rc_study_calibration.command(c.m.study, "turn", "lambda_2 0.2", &err));
  rc_frame f = {.progress = nan("")};
  rc_study_calibration.frame(c.m.study, &f);
  const rc_calibration_data *d = rc_share_get(f.data);
  for (int j = 0; j < d->n; j++) { /* two tenths of a factor e up, the others where they were */
    const double ratio = d->theta[d->free[j]] / d->theta_best[d->free[j]];
    const bool turned = !strcmp(d->shape->parameter[d->free[j]].name, "lambda_2");
    assert_true(fabs(ratio - (turned ? exp(.2) : 1)) < 1e-9);
  }
  assert_true(d->loss > d->loss_best && d->moved > 1 && d->ghosts == 1);
  rc_share_drop(f.data);
  assert_true(rc_study_calibration.command(c.m.study, "home", NULL, &err));
  for (size_t k = 0; k < RC_LEN(order); k++) {
    err = (rc_err){0};
    const bool ok = rc_study_calibration.command(c.m.study, order[k].name, order[k].argument, &err);
    if (ok != !order[k].message)
      fail_msg("%s %s: %s", order[k].name, order[k].argument, err.message);
    if (order[k].message) assert_string_equal(err.message, order[k].message);
    c.state = RC_RUNNING;
    steps(&c, k % 2 ? 1000000 : 2, true); /* orders come in the middle of the last, too */
  }
  steps(&c, 1000000, true);
  json_t *after = result_of(&c); /* of the best fit, wherever the board went */
  assert_true(
      json_equal(json_object_get(before, "parameters"), json_object_get(after, "parameters")));
  json_decref(before);
  json_decref(after);
  finish(&c);
}

/* While something is held the others are fitted again, whatever is turned: the loss is that of the
 * profile of what is held. */
static void test_hold_any_axis(void **state) {
  (void)state;
  static const char *const turns[] = {"A_2 0.2", "v3 0.3", "lambda_1 -0.1", "v1 0.05"};
  calibrating c;
  rc_err err = {0};
  start(&c, CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, " SMALL), 1);
  steps(&c, 1000000, true);
  assert_true(rc_study_calibration.command(c.m.study, "hold", "lambda_1", &err));
  for (size_t k = 0; k < RC_LEN(turns); k++) {
    c.state = RC_RUNNING;
    steps(&c, 1000000, true);
    assert_true(rc_study_calibration.command(c.m.study, "turn", turns[k], &err));
    rc_frame f = {.progress = nan("")};
    rc_study_calibration.frame(c.m.study, &f);
    const double turned = ((const rc_calibration_data *)rc_share_get(f.data))->loss;
    rc_share_drop(f.data);
    c.state = RC_RUNNING;
    steps(&c, 1000000, true);
    f = (rc_frame){.progress = nan("")};
    rc_study_calibration.frame(c.m.study, &f);
    const rc_calibration_data *d = rc_share_get(f.data);
    assert_true(d->held[0] && (turns[k][0] == 'v' || !strncmp(turns[k], d->held, strlen(d->held))));
    assert_true(d->loss < turned);
    rc_share_drop(f.data);
  }
  finish(&c);
}

/* ---- edges and trails ---------------------------------------------------------------------------
 */

/* The reduced models of the result are those of the snapshot; widths are of all directions. */
static void test_edges(void **state) {
  (void)state;
  calibrating c;
  start(&c,
        CALIBRATION("model: {decay: {rates: [0.3, 0.646, 1.392, 3], noise: 0.05}}, reduce: true, "
                    "widths: true, " SMALL),
        1);
  steps(&c, 1000000, false);
  json_t *r = result_of(&c), *models = json_object_get(r, "reduced_models"),
         *widths = json_object_get(r, "widths");
  rc_frame f = {.progress = nan("")};
  int known = 0, fewest = 0;
  rc_study_calibration.frame(c.m.study, &f);
  const rc_calibration_data *d = rc_share_get(f.data);
  assert_int_equal(json_array_size(widths), d->n);
  assert_int_equal(d->widths_left, 0);
  const calib *s = c.m.study; /* there and back, flown once more */
  for (int k = 0; k < d->n; k++) {
    double length = 0;
    for (int sign = -1; sign <= 1; sign += 2) {
      rc_geodesic *g = rc_geodesic_new(s->fit, s->best, k, sign, NULL);
      assert_non_null(g);
      while (!rc_geodesic_read(g).done) rc_geodesic_step(g, 100);
      const rc_geodesic_view v = rc_geodesic_read(g);
      length += v.boundary ? v.tau[v.points - 1] : NAN;
      rc_geodesic_free(g);
    }
    assert_true(isnan(length) ? isnan(d->width[k]) : fabs(d->width[k] - length) <= 1e-9 * length);
    known += !isnan(length);
  }
  assert_true(known > 0);
  assert_true(d->reduction && d->reduction->done && d->reduction->rows >= 2);
  assert_int_equal(json_array_size(models), d->reduction->rows);
  for (int i = 0; i < d->reduction->rows; i++) {
    json_t *m = json_array_get(models, (size_t)i), *list = json_object_get(m, "parameters");
    const rc_reduction_row *row = &d->reduction->row[i];
    assert_int_equal(json_integer_value(json_object_get(m, "parameter_count")), d->n - i);
    assert_int_equal(json_array_size(list), d->n - i);
    assert_string_equal(json_string_value(json_object_get(m, "limit")), row->name);
    for (int k = 0; k < row->n; k++) {
      json_t *p = json_array_get(list, (size_t)k);
      assert_string_equal(json_string_value(json_object_get(p, "name")), row->parameter[k]);
      assert_true(json_number_value(json_object_get(p, "value")) == row->value[k]);
    }
    if (row->within) fewest = row->n;
  }
  assert_int_equal(json_integer_value(json_object_get(r, "reduced_parameters")), fewest);
  rc_share_drop(f.data);
  json_decref(r);
  finish(&c);
}

/* The trail of the optimiser that won ends at the best fit, the middle of both planes; on the raw one it
 * begins where the race did, in factors of e over the span. */
static void test_trails(void **state) {
  (void)state;
  calibrating c;
  start(&c, CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, " SMALL), 1);
  steps(&c, 1000000, false);
  rc_frame f = {.progress = nan("")};
  rc_study_calibration.frame(c.m.study, &f);
  const rc_calibration_data *d = rc_share_get(f.data);
  assert_true(d->raw_trail && d->eigen_trail);
  char raw_x[24], raw_y[24];
  snprintf(raw_x, sizeof raw_x, "%s", d->raw_x);
  snprintf(raw_y, sizeof raw_y, "%s", d->raw_y);
  double nearest = INFINITY;
  for (int i = 0; i < d->racers; i++) {
    const rc_calib_trail *raw = &d->raw_trail[i], *eigen = &d->eigen_trail[i];
    assert_int_equal(raw->points, d->racer[i].view.trail);
    assert_int_equal(eigen->points, raw->points);
    const int end = raw->points - 1;
    nearest = fmin(nearest, fmax(fmax(fabs(raw->a[end]), fabs(raw->b[end])),
                                 fmax(fabs(eigen->a[end]), fabs(eigen->b[end]))));
    for (int j = 0; j < d->n; j++) {
      const rc_calib_parameter *p = &d->shape->parameter[d->free[j]];
      const double from = log(p->nominal / d->theta_best[d->free[j]]);
      if (!strcmp(p->name, d->raw_x)) assert_true(fabs(raw->a[0] * d->raw_span[0] - from) < 1e-9);
      if (!strcmp(p->name, d->raw_y)) assert_true(fabs(raw->b[0] * d->raw_span[1] - from) < 1e-9);
    }
  }
  assert_true(nearest < .05);
  const double before[4] = {d->raw_span[0], d->raw_span[1], d->eigen_span[0], d->eigen_span[1]};
  rc_share_drop(f.data);
  rc_err err = {0};
  char zoom[64];
  snprintf(zoom, sizeof zoom, "%s %s 0.125", raw_x, raw_y);
  assert_true(rc_study_calibration.command(c.m.study, "slice", zoom, &err));
  c.state = RC_RUNNING;
  steps(&c, 1000000, false);
  f = (rc_frame){.progress = nan("")};
  rc_study_calibration.frame(c.m.study, &f);
  d = rc_share_get(f.data);
  for (int k = 0; k < 2; k++) {
    assert_true(fabs(d->raw_span[k] - before[k] / 8) <= 1e-12 * before[k]);
    assert_true(d->eigen_span[k] == before[2 + k]);
  }
  rc_share_drop(f.data);
  finish(&c);
}

/* ---- scenarios ---------------------------------------------------------------------------------
 */

static void test_no_lattice(void **state) {
  (void)state;
  const char *yaml = CALIBRATION("model: polynomial");
  rc_scenario *a = scenario_of(yaml);
  assert_null(a->built);
  rc_str one = {0}, two = {0};
  rc_scenario_write(a, &one);
  assert_null(strstr(rc_str_c(&one), "lattice"));
  rc_scenario *b = scenario_of(rc_str_c(&one));
  assert_null(b->built);
  rc_scenario_write(b, &two);
  assert_string_equal(rc_str_c(&one), rc_str_c(&two));
  static const char *const of_magnets[] = {"lattice.kind", "model.J1", "J1", "delta", "sector.sz"};
  for (size_t k = 0; k < RC_LEN(of_magnets); k++) {
    rc_err err = {0};
    assert_false(rc_scenario_get(a, of_magnets[k], &two));
    assert_false(rc_scenario_set(a, of_magnets[k], "1", rc_study_kinds, &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
  }
  rc_scenario_free(a);
  rc_scenario_free(b);
  rc_str_free(&one);
  rc_str_free(&two);
  static const char *const bad[] = {"model: {J1: 1}\n", "sector: {sz: 0}\n"};
  for (size_t k = 0; k < RC_LEN(bad); k++) {
    char text[200];
    rc_err err = {0};
    snprintf(text, sizeof text, "%s%s", bad[k], yaml);
    assert_null(rc_scenario_parse(text, strlen(text), "test.yaml", rc_study_kinds, &err));
    assert_int_equal(err.line, 1);
    assert_non_null(strstr(err.message, "lattice"));
  }
}

/* A fit succeeds when it is as good as was asked for, or as the noise allows. */
static void test_success(void **state) {
  (void)state;
  static const struct {
    const char *yaml;
    bool success;
  } scenario[] = {
      /* no fit of 40 data can be asked for less than their noise leaves .. */
      {CALIBRATION("model: {exponentials: {rates: [0.3, 3]}}, goals: [10, 1, 1e-6], " SMALL), true},
      /* .. but data without noise can be: a few queries are too few for that */
      {CALIBRATION(
           "model: {rosenbrock: {n: 8}}, goals: [10, 1, 1e-40], optimizers: [random], " SMALL),
       false},
      {CALIBRATION("model: {rosenbrock: {n: 2}}, goals: [10, 1, 1e-3], " SMALL), true},
      /* relative errors: the noise of 5 % leaves .0025, not 1 */
      {CALIBRATION("model: {oxygen: {points: 40}}, goals: [10, 1, 1e-6], optimizers: [kalman], "
                   "geodesic: false, profiles: none, " SMALL),
       true},
      /* .. and with the wrong energy of desorption, kept, more than that is left */
      {CALIBRATION("model: {oxygen: {points: 40, adjust: {name: \"E_d\", nominal: [8], estimate: "
                   "[0]}}}, goals: [10, 1, 1e-6], optimizers: [kalman], geodesic: false, "
                   "profiles: none, " SMALL),
       false}};
  for (size_t k = 0; k < RC_LEN(scenario); k++) {
    calibrating c;
    start(&c, scenario[k].yaml, 1);
    steps(&c, 1000000, true);
    json_t *j = result_of(&c);
    const bool got = json_is_true(json_object_get(j, "success"));
    if (got != scenario[k].success)
      fail_msg("%zu: success is %d at a loss of %g", k, got,
               json_number_value(json_object_get(j, "loss")));
    json_decref(j);
    finish(&c);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_results),
                                     cmocka_unit_test(test_success),
                                     cmocka_unit_test(test_parts_redraw),
                                     cmocka_unit_test(test_fit_is_nobodys),
                                     cmocka_unit_test(test_queries_redraw),
                                     cmocka_unit_test(test_bad_model_option),
                                     cmocka_unit_test(test_same_bytes),
                                     cmocka_unit_test(test_edges),
                                     cmocka_unit_test(test_trails),
                                     cmocka_unit_test(test_commands),
                                     cmocka_unit_test(test_hold_any_axis),
                                     cmocka_unit_test(test_no_lattice),
                                     cmocka_unit_test(test_names_budget_and_notes),
                                     cmocka_unit_test(test_bad_goals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

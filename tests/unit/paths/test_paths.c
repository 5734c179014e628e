/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of the walk on paths by enumeration, rates by brute force, rates of plane potentials,
 * large magnets, expressions, and set-ups that cannot work. */
#include <math.h>

#include "unit/paths/systems.h"

/* A chain A - 1 - 2 - B: pi, and chances of a step. Paths are rows of frames; two-way shooting from
 * a frame with weight w(x). Flow from X to Y: pi-weighted chance of X times chance of the move. */
enum { LONGEST = 8, PATHS = 4096 };
static const double pi_[4] = {.2, .3, .28, .22}, weight[4] = {0, .7, 1.9, 0};
static double P[4][4];

typedef struct word {
  int n, x[LONGEST];
  double chance; /* pi(x_0) prod P */
} word;
static word paths[PATHS];
static int count;

static void chain(void) {
  for (int i = 0; i < 4; i++) {
    P[i][i] = 1;
    for (int j = RC_MAX(0, i - 1); j <= RC_MIN(3, i + 1); j++) {
      if (j == i) continue;
      P[i][j] = .5 * fmin(1, pi_[j] / pi_[i]);
      P[i][i] -= P[i][j];
    }
  }
}

/* All paths that leave A or B and end in A or B, of at most LONGEST frames. */
static void enumerate(word w) {
  const int at = w.x[w.n - 1];
  if (w.n > 1 && (at == 0 || at == 3)) {
    if (w.n > 2) paths[count++] = w;
    return;
  }
  if (w.n == LONGEST) return;
  for (int j = 0; j < 4; j++) {
    if (!(P[at][j] > 0) || (w.n == 1 && (j == 0 || j == 3))) continue;
    word next = w;
    next.x[next.n++] = j, next.chance *= P[at][j];
    enumerate(next);
  }
}

static double total(const word *w) {
  double sum = 0;
  for (int i = 1; i < w->n - 1; i++) sum += weight[w->x[i]];
  return sum;
}

/* Chance that a shot from X gives Y: frame x_i of X with w/W, and Y around that state in all places
 * where Y has it; both halves are run, each with the chances of the chain. */
static double shot(const word *x, const word *y) {
  double sum = 0;
  for (int i = 1; i < x->n - 1; i++) {
    for (int j = 1; j < y->n - 1; j++) {
      if (x->x[i] != y->x[j]) continue;
      sum += weight[x->x[i]] / total(x) * y->chance / pi_[y->x[j]];
    }
  }
  return sum;
}

static void balance(void **state) {
  (void)state;
  chain();
  count = 0;
  enumerate((word){.n = 1, .x = {0}, .chance = pi_[0]});
  enumerate((word){.n = 1, .x = {3}, .chance = pi_[3]});
  assert_true(count == 126);
  for (int a = 0; a < count; a++) {
    const word *x = &paths[a];
    for (int b = 0; b < a; b++) {
      const word *y = &paths[b];
      const double xy = shot(x, y), yx = shot(y, x);
      /* RFPS: stationary density chance * W */
      assert_true(fabs(x->chance * total(x) * xy - y->chance * total(y) * yx) < 1e-12);
      /* TPS: the rule of acceptance */
      const double accept = fmin(1, total(x) / total(y)), back = fmin(1, total(y) / total(x));
      assert_true(fabs(x->chance * xy * accept - y->chance * yx * back) < 1e-12);
    }
  }
}

/* Transitions of a long run: their number is near Poisson. */
static void brute(void **state) {
  (void)state;
  static const struct {
    const char *name, *settings[9];
    uint64_t steps;
  } runs[] = {
      {"ising", {"temperature", "2", "width", "3", "height", "3"}, 30000000},
      {"ising", {"temperature", "2", "width", "3", "height", "3", "dynamics", "glauber"}, 30000000},
      {"potential", {"surface", "dw", "grid", "40"}, 30000000}};
  for (size_t i = 0; i < RC_LEN(runs); i++) {
    rc_err err = {0};
    rc_path_system *s = system_open(runs[i].name, runs[i].settings, NULL, &err);
    rc_exact *x = rc_exact_new(s, &err);
    assert_true(rc_exact_run(x, &err));
    const rc_exact_figures f = rc_exact_read(x);
    rc_brute b = {0};
    rc_rng rng = rc_rng_stream(5, "test", i);
    rc_brute_step(s, &b, SANITIZED ? runs[i].steps / 10 : runs[i].steps, &rng);
    const double n = (double)b.forward, want = f.rate * (double)b.in_a;
    if (fabs(n - want) > 4 * sqrt(want)) fail_msg("%s: %g transitions, %g", runs[i].name, n, want);
    assert_true(want > (SANITIZED ? 30 : 100));
    /* standard deviation of a length is below its mean */
    if (fabs(b.length / n - f.length) > 4 * f.length / sqrt(n)) {
      fail_msg("%s: length %g, %g", runs[i].name, b.length / n, f.length);
    }
    rc_exact_free(x);
    rc_path_system_free(s);
  }
}

/* Plane potentials by finite volumes of 600 cells along x: figures of an independent program; those
 * of the double well are analytic. That program steps round states along its cells, 3e-4 of the rate of
 * th_hi, which ours on 300 and on 600 cells agree on. Three on 300 cells, for speed. Coarser under a sanitizer, where states are coarser as well. */
static void planes(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double nu, rate, time, yield, within;
  } t[] = {{"dw", .013785591, .0275711828, .18194, .20766, 2e-4},
           {"jung", 1.8988e-2, 3.7976e-2, .33452, .3719, 2e-4},
           {"wq", 6.7594e-5, 1.01127e-4, 1.1823, .0497, 3e-3},
           {"mb", 8.7736e-3, 9.7286e-3, .5271, .2180, 3e-3},
           {"th_hi", 3.1759e-2, 6.3517e-2, .5944, .3426, 5e-4},
           {"zpot", 1.8774e-4, 3.7548e-4, 171.4, .2016, 2e-2}};
  for (size_t i = 0; i < RC_LEN(t); i++) {
    const char *settings[] = {"surface",  t[i].name,
                              "dynamics", "overdamped",
                              "grid",     SANITIZED ? "100" : t[i].within > 1e-3 ? "300" : "600",
                              NULL};
    rc_err err = {0};
    rc_path_system *s = system_open("potential", settings, NULL, &err);
    if (!s) fail_msg("%s", err.message);
    rc_exact *x = rc_exact_new(s, &err);
    if (!rc_exact_run(x, &err)) fail_msg("%s: %s", t[i].name, err.message);
    const rc_exact_figures f = rc_exact_read(x);
    const double within = SANITIZED ? .2 : t[i].within;
    if (fabs(f.nu / t[i].nu - 1) > within || fabs(f.rate / t[i].rate - 1) > within ||
        fabs(f.length / t[i].time - 1) > 10 * within ||
        fabs(f.yield / t[i].yield - 1) > 10 * within) {
      fail_msg("%s: nu %.8g (%.8g) rate %.8g (%.8g) time %.6g (%.6g) yield %.5g (%.5g)", t[i].name,
               f.nu, t[i].nu, f.rate, t[i].rate, f.length, t[i].time, f.yield, t[i].yield);
    }
    rc_exact_free(x);
    rc_path_system_free(s);
  }
}

/* Large magnets: the change of energy by a flip against two energies, along a walk. */
static void derivatives(void **state) {
  (void)state;
  static const struct {
    const char *name, *settings[9];
  } large[] = {{"ising", {"width", "16", "height", "12", "field", "0.3"}},
               {"stripes", {"side", "8"}},
               {"triangular", {"width", "6", "height", "9"}}};
  rc_rng rng = rc_rng_stream(1, "test", 0);
  for (size_t i = 0; i < RC_LEN(large); i++) {
    rc_err err = {0};
    rc_path_system *s = system_open(large[i].name, large[i].settings, NULL, &err);
    const int n = rc_path_system_shape(s)->n;
    rc_word w[64] = {{0}}, after[64];
    assert_non_null(rc_path_system_class(s)->change);
    for (int k = 0; k < 40; k++) {
      assert_true(rc_path_random(s, &rng, w));
      rc_path path = {0};
      rc_path_run(s, w, 500, &rng, &path);
      memcpy(w, path.state + (size_t)(path.n - 1) * (size_t)path.width,
             (size_t)path.width * sizeof *w);
      rc_path_free(&path);
      const int spin = (int)rc_rng_below(&rng, (uint64_t)n);
      memcpy(after, w, sizeof w);
      after[spin / 64].u ^= UINT64_C(1) << spin % 64;
      const double du = rc_path_energy(s, after) - rc_path_energy(s, w);
      assert_true(fabs(rc_path_change(s, w, spin) - du) < 1e-9);
    }
    assert_int_equal(rc_path_system_states(s), 0);
    assert_null(rc_exact_new(s, &err));
    assert_int_equal(err.code, RC_ERR_LIMIT);
    rc_path_system_free(s);
  }
}

static void expect(const char *name, const char *const *settings, const char *part) {
  rc_err err = {0};
  rc_path_system *s = system_open(name, settings, NULL, &err);
  if (!part) { /* nothing is wrong */
    if (!s) fail_msg("%s", err.message);
    rc_path_system_free(s);
    return;
  }
  assert_null(s);
  if (!strstr(err.message, part)) fail_msg("'%s' does not say '%s'", err.message, part);
}

static void impossible(void **state) {
  (void)state;
  expect("ising", (const char *[]){"A", "M <= 0", "B", "M >= 0", NULL}, "overlap");
  expect("ising", (const char *[]){"B", "M > 20", NULL}, "state B is empty");
  /* nothing in between, on either side; one flip apart there is */
  expect("ising", (const char *[]){"A", "M <= -16", "B", "M <= -14 and M > -16", NULL},
         "A and B touch: no step out of A");
  expect("ising", (const char *[]){"B", "M >= 16", "A", "M >= 14 and M < 16", NULL},
         "A and B touch: no step out of B");
  expect("ising", (const char *[]){"A", "M <= 0", "B", "M > 0", NULL}, "A and B touch");
  expect("potential", (const char *[]){"A", "x < 0", "B", "x >= 0", NULL}, "A and B touch");
  rc_path_system *close =
      system_open("ising", (const char *[]){"A", "M <= -14", "B", "M > -12", NULL}, NULL, NULL);
  assert_non_null(close);
  rc_path_system_free(close);
  expect("potential", (const char *[]){"A", "x < 0 and x5 < 1", NULL}, "column 11: no feature");
  expect("ising", (const char *[]){"temperature", "0.05", NULL}, "raise the temperature");
  expect("cut", NULL, "needs a 'file'");
  rc_err err = {0};
  /* without ends, between which a straight way would do */
  rc_path_system *s = system_open("stripes", NULL, NULL, &err);
  rc_sampler_opts o = {.select = RC_SELECT_LORENTZ, .gamma = 1, .most = 3, .seed = 1};
  assert_null(rc_sampler_new(s, &o, NULL, &err));
  assert_non_null(strstr(err.message, "committor"));
  o.select = RC_SELECT_UNIFORM;
  rc_sampler *m = rc_sampler_new(s, &o, NULL, NULL);
  err = (rc_err){0};
  assert_false(rc_sampler_step(m, NULL, &err));
  err = (rc_err){0};
  assert_false(rc_sampler_start(m, 20, 50, &err));
  assert_int_equal(err.code, RC_ERR_NONE);
  assert_false(rc_sampler_start(m, 100, 50, &err));
  assert_non_null(strstr(err.message, "raise the limit"));
  rc_sampler_free(m);
  /* a limit too short for most shots from a path that was found with a longer one */
  o.most = 100000;
  m = rc_sampler_new(s, &o, NULL, NULL);
  err = (rc_err){0};
  assert_true(rc_sampler_start(m, 1000, 1000, &err));
  rc_path path = {0};
  rc_path_copy(&path, rc_sampler_path(m));
  rc_sampler_free(m);
  o.most = 5;
  m = rc_sampler_new(s, &o, NULL, NULL);
  assert_true(rc_sampler_start_path(m, &path, &err));
  bool ok = true;
  for (int i = 0; i < 100 && ok; i++) ok = rc_sampler_step(m, NULL, &err);
  assert_false(ok);
  assert_non_null(strstr(err.message, "did not commit"));
  rc_path_free(&path);
  rc_sampler_free(m);
  rc_path_system_free(s);
}

#define LARGE "width", "16", "height", "16"

/* More spins than a table has room for. */
static void impossible_without_table(void **state) {
  (void)state;
  expect("ising", (const char *[]){LARGE, "A", "M < 100", "B", "M > 50", NULL}, "A and B overlap");
  expect("ising", (const char *[]){LARGE, "A", "M <= 0", "B", "M >= 0", NULL},
         "A and B overlap: a state with M = 0 is in both");
  expect("ising", (const char *[]){LARGE, "A", "E < -440", "B", "M > 200", NULL}, "overlap");
  expect("ising", (const char *[]){LARGE, "A", "cluster > 200", "B", "M > 200", NULL}, "overlap");
  expect("ising", (const char *[]){LARGE, "A", "M < 100", NULL}, NULL);
  expect("ising", (const char *[]){LARGE, "A", "M <= 180", NULL}, "overlap"); /* B built in */
  expect("ising", (const char *[]){LARGE, "A", "M <= 0", "B", "M > 0", NULL}, "A and B touch");
  expect("ising", (const char *[]){LARGE, "A", "M <= 0", "B", "M > 2", NULL}, NULL);
  expect("ising", (const char *[]){LARGE, "B", "M > 300", NULL},
         "state B is empty: no state is in it, M is -256 to 256 in steps of 2");
  expect("ising", (const char *[]){LARGE, "A", "M < -100 and M > 50", NULL}, "state A is empty");
  expect("ising", (const char *[]){LARGE, "B", "M == 201", NULL}, "state B is empty");
  expect("ising", (const char *[]){LARGE, "B", "M == 200", NULL}, NULL);
  expect("ising", (const char *[]){LARGE, "B", "M > 200 and E < -600", NULL}, "state B is empty");
  expect("ising", (const char *[]){LARGE, "B", "M > 200 and 1 / (M - 220) > -9", NULL},
         "state B divides by zero");
  expect("stripes", (const char *[]){"side", "8", "A", "mH > 1.1", NULL}, "state A is empty");
  expect("triangular", (const char *[]){"width", "6", "A", "m0 < -0.9 and m0 > 0", NULL},
         "state A is empty");
}

/* Interval arithmetic against all values. */
static void possible(void **state) {
  (void)state;
  static const char *const names[] = {"a", "b"};
  static const rc_path_range r[] = {{-6, 6, 2}, {0, 3, 1}};
  static const char *const text[] = {"a > 6",
                                     "a >= 6",
                                     "a < -2 and a > 2",
                                     "a == 1",
                                     "a == 2",
                                     "a + b > 9",
                                     "a + b >= 9",
                                     "a * b < -18",
                                     "a * b <= -18",
                                     "a ^ 2 < 0",
                                     "a ^ 2 == 36",
                                     "abs(a) > b + 6",
                                     "sqrt(b) > 1.8",
                                     "not (a >= -6)",
                                     "not (a > 4)",
                                     "exp(b) > 21",
                                     "log(b) > 1",
                                     "min(a, b) > 3",
                                     "max(a, b) < 0",
                                     "a / (b + 1) > 6.5",
                                     "a != a",
                                     "a - b == 1",
                                     "-a > 6 or b > 3",
                                     "-a > 5 or b > 3",
                                     "a == 4 and b == 2 and a * b == 8",
                                     "a == 4 and a * b == 9"};
  for (size_t i = 0; i < RC_LEN(text); i++) {
    rc_expression *e = rc_expression_new(text[i], 2, names, NULL);
    assert_non_null(e);
    bool any = false;
    for (double a = -6; a <= 6; a += 2)
      for (double b = 0; b <= 3; b++) {
        const double v[] = {a, b};
        any |= rc_expression_value(e, v) != 0;
      }
    if (rc_expression_possible(e, 2, r) != any) fail_msg("%s: %d", text[i], !any);
    assert_true(rc_expression_uses(e, 0) ==
                (strchr(text[i], 'a') && strcmp(text[i], "sqrt(b) > 1.8") &&
                 strncmp(text[i], "exp", 3) && strncmp(text[i], "log", 3)));
    rc_expression_free(e);
  }
}

/* A and B share states that no trial comes upon: the shot that ends in one says so. */
static void in_both(void **state) {
  (void)state;
  rc_err err = {0};
  rc_path_system *s =
      system_open("ising",
                  (const char *[]){LARGE, "temperature", "3", "A",
                                   "M <= -120 or (M == 20 and E >= -240 and E <= -180)", "B",
                                   "M >= 120 or (M == 20 and E >= -240 and E <= -180)", NULL},
                  NULL, &err);
  if (!s) fail_msg("%s", err.message);
  rc_sampler_opts o;
  rc_sampler_defaults(&o);
  o.rfps = false, o.select = RC_SELECT_UNIFORM, o.most = 100000;
  rc_sampler *m = rc_sampler_new(s, &o, NULL, &err);
  bool ok = true;
  for (int i = 0; i < 400 && err.code == RC_ERR_NONE && !rc_sampler_start(m, 1, 400, &err); i++)
    continue;
  for (int i = 0; i < 200 && ok && err.code == RC_ERR_NONE; i++)
    ok = rc_sampler_step(m, NULL, &err);
  if (!strstr(err.message, "A and B overlap: a state with M = 20, E = -"))
    fail_msg("'%s'", err.message);
  rc_sampler_free(m);
  rc_path_system_free(s);
}

/* What means nothing is told, unless the other side of 'and' or 'or' decides. */
static void expression_that_breaks(void **state) {
  (void)state;
  static const char *const names[] = {"M", "E"};
  static const struct {
    const char *text, *why;
    double value;
  } rows[] = {{"1 / E < 3", "divides by zero", 0},
              {"E != 0 and 1 / E < 3", NULL, 0},
              {"1 / E < 3 and E != 0", NULL, 0},
              {"M == 2 and 1 / E < 3", "divides by zero", 0},
              {"M == 2 or 1 / E < 3", NULL, 1},
              {"1 / E < 3 or M == 2", NULL, 1},
              {"M == 3 or not (1 / E < 3)", "divides by zero", 0},
              {"abs(1 / E) > 3 and (M == 2 or log(E) < 1)", "divides by zero", 0},
              {"log(E) < 1", "has the logarithm of a number that is not positive", 0},
              {"sqrt(0 - M) < 1 + E", "has the root of a negative number", 0},
              {"max(M, 1 / M) > 1.5", NULL, 1},
              {"(M - 2) / M + exp(E) - sqrt(4)", NULL, -1}};
  for (size_t i = 0; i < RC_LEN(rows); i++) {
    rc_err err = {0};
    rc_expression *e = rc_expression_new(rows[i].text, 2, names, &err);
    if (!e) fail_msg("%s: %s", rows[i].text, err.message);
    const double v[] = {2, 0};
    const char *why = "";
    const double is = rc_expression_try(e, v, &why);
    if (!why != !rows[i].why || (why && strcmp(why, rows[i].why) != 0))
      fail_msg("%s: %s", rows[i].text, why ? why : "nothing");
    if (!why) assert_true(is == rows[i].value && is == rc_expression_value(e, v));
    rc_expression_free(e);
  }
}

static void expression(void **state) {
  (void)state;
  static const char *const names[] = {"x", "y_1"};
  static const struct {
    const char *text;
    double value;
  } good[] = {{"x + 2*y_1 - 1", 9.5},
              {"-x^2", -12.25},
              {"2^3^2", 512},
              {"x >= 3.5 and not y_1 < 3", 1},
              {"min(x, y_1) / max(1, 2)", 1.75},
              {"abs(-x) + sqrt(4) + log(exp(1))", 6.5},
              {"x == 1 or y_1 != 3.5", 0},
              {"(x < 4) and (y_1 > 3 or x > 100)", 1}};
  const double v[] = {3.5, 3.5};
  for (size_t i = 0; i < RC_LEN(good); i++) {
    rc_err err = {0};
    rc_expression *e = rc_expression_new(good[i].text, 2, names, &err);
    if (!e) fail_msg("%s: %s", good[i].text, err.message);
    const double is = rc_expression_value(e, v);
    if (fabs(is - good[i].value) > 1e-12) fail_msg("%s gives %g", good[i].text, is);
    rc_expression_free(e);
  }
  static const struct {
    const char *text;
    int column;
  } bad[] = {{"", 1},       {"x +", 4},   {"x y_1", 3},      {"(x", 3},
             {"min(x)", 6}, {"z < 1", 1}, {"x < 1 and", 10}, {"abs x", 5}};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_err err = {0};
    assert_null(rc_expression_new(bad[i].text, 2, names, &err));
    if (err.column != bad[i].column) fail_msg("%s: %s", bad[i].text, err.message);
  }
  static const char *const says[][2] = {{"x = 0", "equal is == at '= 0'"},
                                        {"x ! 0", "unequal is != at '! 0'"},
                                        {"x < 1 && y_1 < 2", "both is 'and' at '&& y_1 < 2'"},
                                        {"x < 1 | y_1 < 2", "one of two is 'or' at '| y_1 < 2'"},
                                        {"x 3", "one of + - * / ^ < <= == != >= > and or at '3'"}};
  for (size_t i = 0; i < RC_LEN(says); i++) {
    rc_err err = {0};
    assert_null(rc_expression_new(says[i][0], 2, names, &err));
    if (!strstr(err.message, says[i][1])) fail_msg("%s: %s", says[i][0], err.message);
  }
  char deep[2000];
  memset(deep, '(', sizeof deep - 1);
  deep[sizeof deep - 1] = 0;
  assert_null(rc_expression_new(deep, 2, names, NULL));
}

/* The contacts a drawing is made of are those the energy counts: over all 2^15 states the number that
 * are formed, and of side chains, are the features. */
static void contacts(void **state) {
  (void)state;
  rc_err err = {0};
  rc_path_system *s = system_open("wsme", NULL, NULL, &err);
  const rc_path_shape *shape = rc_path_system_shape(s);
  assert_int_equal(shape->residues, shape->n + 1);
  assert_int_equal(strlen(shape->residue), shape->residues);
  for (uint64_t code = 0; code < 1u << 15; code++) {
    const rc_word bonds = {.u = code};
    double f[RC_PATH_FEATURES];
    int formed = 0, sides = 0;
    for (int c = 0; c < shape->contacts; c++) {
      int native = 0;
      for (int k = shape->contact[c].i; k < shape->contact[c].j; k++) native += code >> k & 1;
      const bool all = native == shape->contact[c].j - shape->contact[c].i;
      formed += all, sides += all && shape->contact[c].side;
    }
    rc_path_features(s, &bonds, f);
    assert_int_equal(formed, (int)f[1]);
    assert_int_equal(sides, (int)f[2]);
  }
  rc_path_system_free(s);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(balance),
                                     cmocka_unit_test(brute),
                                     cmocka_unit_test(planes),
                                     cmocka_unit_test(derivatives),
                                     cmocka_unit_test(impossible_without_table),
                                     cmocka_unit_test(possible),
                                     cmocka_unit_test(in_both),
                                     cmocka_unit_test(impossible),
                                     cmocka_unit_test(expression),
                                     cmocka_unit_test(expression_that_breaks),
                                     cmocka_unit_test(contacts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a cut to one that competes with it: both against all cuts of a small graph, the committor
 * against a dense solution, and graphs without a table of states. */
#include <math.h>
#include <unistd.h>

#include <lapacke.h>

#include "unit/paths/systems.h"

enum { N = 10, STATES = 1 << N, M = 18 };

/* Ten vertices, weights +-1 and some halves: several local optima. */
static void small(int u[M], int v[M], double w[M]) {
  rc_rng rng = rc_rng_stream(11, "test/rival", 0);
  for (int i = 0; i < M; i++) {
    u[i] = i < N ? i : (int)rc_rng_below(&rng, N);
    v[i] = i < N ? (i + 1) % N : (u[i] + 2 + (int)rc_rng_below(&rng, N - 3)) % N;
    w[i] = (rc_rng_below(&rng, 3) ? 1 : -1) * (1 + .01 * i);
  }
}

static rc_cut_graph *small_graph(void) {
  int u[M], v[M];
  double w[M];
  rc_err err = {0};
  small(u, v, w);
  rc_cut_graph *g = rc_cut_graph_new(N, M, u, v, w, &err);
  if (!g) fail_msg("%s", err.message);
  return g;
}

static double value_of(const rc_cut_graph *g, unsigned s) {
  double sum = 0;
  for (int64_t e = 0; e < g->m; e++) sum += (s >> g->u[e] ^ s >> g->v[e]) & 1 ? g->w[e] : 0;
  return sum;
}

static double signed_overlap(const rc_cut_graph *g, unsigned a, unsigned b) {
  double sum = 0, all = 0;
  for (int i = 0; i < N; i++) {
    double d = 0;
    for (int64_t e = 0; e < g->m; e++) d += g->u[e] == i || g->v[e] == i ? fabs(g->w[e]) : 0;
    sum += (a >> i ^ b >> i) & 1 ? -d : d;
    all += d;
  }
  return sum / all;
}

static double overlap_of(const rc_cut_graph *g, unsigned a, unsigned b) {
  return fabs(signed_overlap(g, a, b));
}

static bool optimum(const rc_cut_graph *g, unsigned s) {
  for (int i = 0; i < N; i++)
    if (value_of(g, s ^ 1u << i) > value_of(g, s) + 1e-9) return false;
  return true;
}

/* The best cut and its best rival, of all. */
static void all_cuts(const rc_cut_graph *g, double most, unsigned *a, unsigned *b) {
  *a = 0;
  for (unsigned s = 0; s < STATES / 2; s++)
    if (value_of(g, s) > value_of(g, *a) + 1e-9) *a = s;
  *b = STATES;
  for (unsigned s = 0; s < STATES / 2; s++)
    if (optimum(g, s) && overlap_of(g, *a, s) <= most &&
        (*b == STATES || value_of(g, s) > value_of(g, *b) + 1e-9))
      *b = s;
}

static int apart(unsigned a, unsigned b) {
  const int d = __builtin_popcount((a ^ b) & (STATES - 1));
  return RC_MIN(d, N - d);
}

static int label_of(unsigned a, unsigned b, unsigned s) {
  return apart(a, s) <= 1 ? RC_IN_A : apart(b, s) <= 1 ? RC_IN_B : 0;
}

/* p_B by elimination: p = 0 in A, 1 in B, the mean over Metropolis flips elsewhere. */
static double *dense(const rc_cut_graph *g, double t, unsigned a, unsigned b) {
  double *matrix = calloc((size_t)STATES * STATES, sizeof *matrix), *p = calloc(STATES, sizeof *p);
  int *pivot = calloc(STATES, sizeof *pivot);
  for (unsigned s = 0; s < STATES; s++) {
    const int label = label_of(a, b, s);
    matrix[(size_t)s * STATES + s] = 1;
    p[s] = label == RC_IN_B;
    if (label) continue;
    double stay = 1;
    for (int i = 0; i < N; i++) {
      const unsigned to = s ^ 1u << i; /* E = W - 2 cut */
      const double chance = fmin(1, exp(2 * (value_of(g, to) - value_of(g, s)) / t)) / N;
      matrix[(size_t)s * STATES + to] = -chance;
      stay -= chance;
    }
    matrix[(size_t)s * STATES + s] -= stay;
  }
  assert_int_equal(LAPACKE_dgesv(LAPACK_ROW_MAJOR, STATES, 1, matrix, STATES, pivot, p, 1), 0);
  free(matrix);
  free(pivot);
  return p;
}

static const char *const rival[] = {"temperature", "0.7", "target", "rival", NULL};

static void test_against_all_cuts(void **state) {
  (void)state;
  rc_cut_graph *g = small_graph();
  const rc_path_env env = {.graph = g};
  rc_err err = {0};
  unsigned a, b;
  all_cuts(g, .5, &a, &b);
  assert_true(b != STATES && apart(a, b) > 2);
  rc_path_system *s = system_open("cut", rival, &env, &err);
  if (!s) fail_msg("%s", err.message);
  rc_exact *x = rc_exact_new(s, &err);
  assert_true(rc_exact_run(x, &err));
  double *p = dense(g, .7, a, b);
  for (unsigned c = 0; c < STATES; c++) {
    const rc_word w = {.u = c};
    double f[8];
    rc_path_features(s, &w, f);
    assert_int_equal(rc_path_label(s, &w), label_of(a, b, c));
    assert_true(fabs(f[1] - value_of(g, c)) < 1e-12);
    assert_true(f[2] == apart(a, c) && f[3] == apart(b, c));
    assert_true(fabs(f[4] - overlap_of(g, a, c)) < 1e-12);
    assert_true(fabs(f[5] - overlap_of(g, b, c)) < 1e-12);
    assert_true(fabs(rc_exact_committor(x)[c] - p[c]) < 1e-10);
    assert_true(fabs(rc_exact_committor(x)[c] - rc_exact_committor(x)[c ^ (STATES - 1)]) < 1e-10);
  }
  assert_true(rc_exact_read(x).rate > 0);
  free(p);
  rc_exact_free(x);
  rc_path_system_free(s);
  rc_cut_graph_free(g);
}

static void digits(unsigned s, char out[N + 1]) {
  for (int i = 0; i < N; i++) out[i] = (char)('0' + (s >> i & 1));
  out[N] = 0;
}

/* A file and two cuts in it: the same system as of the graph; B turned over is the same cut. */
static void test_given(void **state) {
  (void)state;
  rc_cut_graph *g = small_graph();
  const rc_path_env none = {0};
  char name[] = "/tmp/rc-rival-XXXXXX", one[N + 1], two[N + 1];
  rc_err err = {0};
  unsigned a, b;
  const int fd = mkstemp(name);
  assert_true(fd >= 0);
  close(fd);
  assert_true(rc_cut_graph_write(g, "rudy", name, &err));
  all_cuts(g, .5, &a, &b);
  digits(a, one), digits(b ^ (STATES - 1), two);
  const char *const settings[] = {"temperature", "0.7",    "file", name, "side_A",
                                  one,           "side_B", two,    NULL};
  rc_path_system *s = system_open("cut", settings, &none, &err);
  if (!s) fail_msg("%s", err.message);
  for (unsigned c = 0; c < STATES; c++) {
    const rc_word w = {.u = c};
    assert_int_equal(rc_path_label(s, &w), label_of(a, b, c));
  }
  rc_path_system_free(s);
  unlink(name);
  rc_cut_graph_free(g);
}

static void refused(const rc_cut_graph *g, const char *const *settings, const char *text) {
  const rc_path_env env = {.graph = g};
  rc_err err = {0};
  rc_path_system *s = system_open("cut", settings, &env, &err);
  assert_null(s);
  if (!strstr(err.message, text)) fail_msg("'%s' is not in '%s'", text, err.message);
}

static void test_refused(void **state) {
  (void)state;
  rc_cut_graph *g = small_graph();
  rc_err err = {0};
  unsigned a, b;
  char one[N + 1], two[N + 1];
  all_cuts(g, .5, &a, &b);
  digits(a, one), digits(a ^ 1, two);
  refused(g, (const char *const[]){"side_A", "0101", NULL}, "side_A wants 10 digits 0 or 1");
  refused(g, (const char *const[]){"side_B", "01010101x1", NULL}, "side_B wants 10 digits");
  refused(g, (const char *const[]){"side_A", one, "side_B", one, NULL}, "they are the same cut");
  refused(g, (const char *const[]){"side_A", one, "side_B", two, NULL},
          "the cuts differ on 1 vertices; take a 'radius' of at most 0 flips");
  refused(g, (const char *const[]){"target", "rival", "overlap", "0", NULL}, "raise 'overlap'");
  rc_cut_graph_free(g);
  /* a star has one cut */
  g = rc_cut_graph_new(4, 3, (int[]){0, 0, 0}, (int[]){1, 2, 3}, (double[]){1, 2, 3}, &err);
  refused(g, (const char *const[]){"target", "rival", NULL}, "no cut competes with A");
  rc_cut_graph_free(g);
}

/* Stripes on a torus of 8 x 8: next neighbours outweigh the nearest, rows against columns. */
static rc_cut_graph *stripes(void) {
  enum { L = 8 };
  int u[4 * L * L], v[4 * L * L], m = 0;
  double w[4 * L * L];
  for (int y = 0; y < L; y++)
    for (int x = 0; x < L; x++) {
      static const int hop[4][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
      for (int k = 0; k < 4; k++, m++) {
        u[m] = x + L * y;
        v[m] = (x + hop[k][0]) % L + L * ((y + hop[k][1] + L) % L);
        w[m] = k < 2 ? 1 : .7;
      }
    }
  rc_err err = {0};
  return rc_cut_graph_new(L * L, m, u, v, w, &err);
}

static rc_path_system *open_stripes(const rc_cut_graph *g, const char *const *settings) {
  const rc_path_env env = {.graph = g};
  rc_err err = {0};
  rc_path_system *s = system_open("cut", settings, &env, &err);
  if (!s) fail_msg("%s", err.message);
  return s;
}

/* most: frames of a half shot; 0: the default. */
static rc_sampler *uniform(const rc_path_system *s, uint64_t most) {
  rc_sampler_opts o;
  rc_sampler_defaults(&o);
  o.rfps = false, o.select = RC_SELECT_UNIFORM, o.seed = 3;
  if (most) o.most = most;
  return rc_sampler_new(s, &o, NULL, NULL);
}

/* Ends where they should be, and one flip from each segment to the next. */
static void assert_path(const rc_path_system *s, const rc_path *p) {
  for (int i = 0; i < p->n; i++) {
    const int want = i == 0 ? RC_IN_A : i == p->n - 1 ? RC_IN_B : 0;
    assert_int_equal(rc_path_label(s, p->state + i), want);
    assert_true(!i || __builtin_popcountll(p->state[i].u ^ p->state[i - 1].u) == 1);
  }
}

/* No table of states: a shot from the straight way between the cuts is the first path; shots from it
 * commit, and each path of them is one that the dynamics may take. */
static void test_large(void **state) {
  (void)state;
  static const char *const settings[] = {"temperature", "1.6",    "target", "rival", "overlap",
                                         "0.1",         "radius", "6",      NULL};
  rc_err err = {0};
  rc_cut_graph *g = stripes();
  rc_path_system *s = open_stripes(g, settings);
  rc_sampler *m = uniform(s, 0);
  assert_int_equal(rc_path_system_states(s), 0);
  for (int t = 0; t < 200 && !rc_sampler_start(m, 1, 1, &err); t++) assert_int_equal(err.code, 0);
  assert_in_range(rc_sampler_tries(m), 1, 200);
  assert_false(rc_sampler_straight(m));
  assert_path(s, rc_sampler_path(m));
  assert_true(rc_sampler_path(m)->n > 32); /* of the dynamics: it goes back and forth */
  const int shots = SANITIZED ? 10 : 60;
  for (int k = 0; k < shots; k++)
    if (!rc_sampler_step(m, NULL, &err)) fail_msg("%s", err.message);
  const rc_sampler_figures f = rc_sampler_read(m);
  assert_int_equal(f.uncommitted, 0);
  assert_true(SANITIZED || f.accepted > 2);
  rc_sampler_free(m);
  rc_path_system_free(s);
  rc_cut_graph_free(g);
}

/* Too cold for any shot to commit: the straight way is the path, and the figures say why. */
static void test_frozen(void **state) {
  (void)state;
  static const char *const settings[] = {"temperature", "0.05",   "target", "rival", "overlap",
                                         "0.1",         "radius", "0",      NULL};
  rc_err err = {0};
  rc_cut_graph *g = stripes();
  rc_path_system *s = open_stripes(g, settings);
  rc_sampler *m = uniform(s, 20);
  assert_true(rc_sampler_start(m, 1000, 1000, &err));
  assert_true(rc_sampler_straight(m));
  assert_int_equal(rc_sampler_path(m)->n, 32 + 1); /* the cuts differ on half of the vertices */
  assert_path(s, rc_sampler_path(m));
  bool ok = true;
  for (int k = 0; k < 100 && ok; k++) ok = rc_sampler_step(m, NULL, &err);
  assert_false(ok);
  assert_non_null(strstr(err.message, "did not commit"));
  rc_sampler_free(m);
  rc_path_system_free(s);
  rc_cut_graph_free(g);
}

/* States by weight: against the weights themselves, for all states, with and without mirrors; a
 * vertex of no weight belongs to no way. */
static void test_within(void **state) {
  (void)state;
  rc_cut_graph *g = small_graph();
  const rc_path_env env = {.graph = g};
  rc_err err = {0};
  unsigned a, b;
  all_cuts(g, .5, &a, &b);
  for (int target = 0; target < 2; target++) {
    if (!target) b = ~a & (STATES - 1);
    if (target) all_cuts(g, .5, &a, &b);
    const char *settings[] = {"target", target ? "rival" : "mirror", "within", "0.3", NULL};
    rc_path_system *s = system_open("cut", settings, &env, &err);
    if (!s) fail_msg("%s", err.message);
    const double way = (1 - (target ? overlap_of(g, a, b) : -1)) / 2;
    int in[3] = {0};
    for (unsigned x = 0; x < STATES; x++) {
      int want = 0;
      for (int k = 0; k < 2; k++) {
        const double same = signed_overlap(g, x, k ? b : a);
        if ((1 - (target ? fabs(same) : same)) / 2 <= .3 * way) want |= k ? RC_IN_B : RC_IN_A;
      }
      assert_int_equal(rc_path_label(s, &(rc_word){.u = x}), want);
      in[want]++;
    }
    assert_true(in[0] > 0 && in[1] > 1 && in[2] > 1);
    rc_path_system_free(s);
  }
  rc_cut_graph_free(g);
  g = rc_cut_graph_new(3, 2, (int[]){0, 1}, (int[]){1, 2}, (double[]){1, 0}, &err);
  refused(g, (const char *const[]){"side_A", "010", "side_B", "011", "within", "0.3", NULL},
          "without weight");
  rc_cut_graph_free(g);
}

/* From the list of edges; and it is in units of the weights. */
static void temperature(void **state) {
  (void)state;
  int u[M], v[M];
  double w[M], at[N] = {0}, sum = 0, square = 0;
  rc_err err = {0};
  small(u, v, w);
  rc_cut_graph *g = small_graph();
  for (int64_t e = 0; e < g->m; e++) at[g->u[e]] += fabs(g->w[e]), at[g->v[e]] += fabs(g->w[e]);
  for (int i = 0; i < N; i++) sum += at[i], square += at[i] * at[i];
  const double t = rc_path_cut_temperature(g);
  assert_true(fabs(t - square / sum / 4) < 1e-12 * t);
  rc_cut_graph_free(g);
  for (int i = 0; i < M; i++) w[i] *= 7;
  g = rc_cut_graph_new(N, M, u, v, w, &err);
  assert_true(fabs(rc_path_cut_temperature(g) - 7 * t) < 1e-12 * t);
  rc_cut_graph_free(g);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(temperature), cmocka_unit_test(test_against_all_cuts),
      cmocka_unit_test(test_given),  cmocka_unit_test(test_refused),
      cmocka_unit_test(test_large),  cmocka_unit_test(test_frozen),
      cmocka_unit_test(test_within)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Instances: files in and out, the step of attainable values, and one clear line per bad file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "roadcut/cut.h"

static rc_cut_graph *parse(const char *text, rc_err *err) {
  return rc_cut_graph_parse(text, strlen(text), "dir/x.txt", err);
}

static void reads_the_three_formats(void **state) {
  (void)state;
  static const char *const same[] = {
      "3 3\n1 2 5\n2 3 -1\n1 3 2\n",
      "3 3\r\n2 1 5\r\n3 2 -1\r\n\r\n3 1 2\r\n",
      "# a remark\n3 4\n1 2 4\n2 1 1\n2 3 -1\n1 3 2",
      "%%MatrixMarket matrix coordinate real symmetric\n% remark\n3 3 4\n2 1 5\n3 2 -1\n3 1 2\n2 2 "
      "7\n",
      "%%MatrixMarket matrix coordinate integer general\n3 3 6\n1 2 5\n2 1 5\n3 2 -1\n2 3 -1\n3 1 "
      "2\n1 3 2\n",
  };
  char hash[65] = "";
  for (size_t i = 0; i < RC_LEN(same); i++) {
    rc_err err = {0};
    rc_cut_graph *g = parse(same[i], &err);
    assert_non_null(g);
    assert_int_equal(g->n, 3);
    assert_int_equal(g->m, 3);
    assert_true(g->integer && g->w[0] == 5 && g->w[1] == 2 && g->w[2] == -1);
    assert_string_equal(g->title, "x.txt");
    if (i) assert_string_equal(g->hash, hash);
    memcpy(hash, g->hash, sizeof hash);
    const uint8_t side[] = {1, 0, 0};
    assert_true(rc_cut_value(g, side) == 7);
    rc_cut_graph_free(g);
  }
  /* sha256 of "3 3\n1 2 5\n1 3 2\n2 3 -1\n", by sha256sum */
  assert_string_equal(hash, "5e15651d2a6d5b816243df95d67b7c2575a6416d1cf9d7085afc6edc3cfcf005");
}

static void no_weight_means_one_and_cancelled_edges_are_gone(void **state) {
  (void)state;
  rc_cut_graph *g = parse("4 3\n1 2\n3 4 2.5\n4 3 -2.5\n", NULL);
  assert_non_null(g);
  assert_int_equal(g->m, 1);
  assert_true(g->w[0] == 1);
  rc_cut_graph_free(g);
}

static void bad_files_get_one_clear_line(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } bad[] = {
      {"", "dir/x.txt: the file is empty: expected 'vertices edges'"},
      {"\n\n", "dir/x.txt:2: the file is empty: expected 'vertices edges'"},
      {"x 3\n", "dir/x.txt:1: the number of vertices is not a number"},
      {"3\n", "dir/x.txt:1: the number of edges is missing"},
      {"3 1 0 0\n1 2 1\n", "dir/x.txt:1: expected 'vertices edges' and nothing more on this line"},
      {"1 2 5\n1 3 4\n",
       "dir/x.txt:1: three numbers look like an edge: the first line has to be the "
       "header 'vertices edges'"},
      {"1 2 0.5\n", "dir/x.txt:1: three numbers look like an edge: the first line has to be the "
                    "header 'vertices edges'"},
      {"3 1\n1 2 0x10\n", "dir/x.txt:2: the weight is not a number"},
      {"3 1\n1 2 -0X1p3\n", "dir/x.txt:2: the weight is not a number"},
      {"3 1\n0x1 2 1\n", "dir/x.txt:2: the first vertex is not a number"},
      {"-3 1\n1 2 1\n",
       "dir/x.txt:1: the number of vertices must be a whole number from 0 to 100000000"},
      {"2.5 1\n1 2 1\n",
       "dir/x.txt:1: the number of vertices must be a whole number from 0 to 100000000"},
      {"3 1\n0 2 1\n", "dir/x.txt:2: the first vertex must be a whole number from 1 to 3"},
      {"3 1\n1 4 1\n", "dir/x.txt:2: the second vertex must be a whole number from 1 to 3"},
      {"3 1\n1 99999999999999999999 1\n",
       "dir/x.txt:2: the second vertex must be a whole number from 1 to 3"},
      {"3 1\n-1 2 1\n", "dir/x.txt:2: the first vertex must be a whole number from 1 to 3"},
      {"3 1\n1\n", "dir/x.txt:2: the second vertex is missing"},
      {"3 1\n2 2 1\n", "dir/x.txt:2: an edge joins a vertex to itself"},
      {"3 1\n1 2 nan\n", "dir/x.txt:2: the weight is not a finite number"},
      {"3 1\n1 2 inf\n", "dir/x.txt:2: the weight is not a finite number"},
      {"3 1\n1 2 1e999\n", "dir/x.txt:2: the weight is not a finite number"},
      {"3 1\n1 2 -1e-320\n",
       "dir/x.txt:2: the weight is nearer to 0 than 1e-250: scale them all up"},
      {"3 1\n1 2 1e-999\n",
       "dir/x.txt:2: the weight is nearer to 0 than 1e-250: scale them all up"},
      {"3 1\n1 2 1e17\n", "dir/x.txt:2: the weight is 2^53 or more: scale all of them down"},
      {"3 1\n1 2 9007199254740993\n",
       "dir/x.txt:2: the weight is 2^53 or more: scale all of them down"},
      {"3 1\n1 2 3x\n", "dir/x.txt:2: the weight is not a number"},
      {"3 1\n1 2 1 1\n", "dir/x.txt:2: expected 'u v weight' and nothing more on this line"},
      {"3 2\n1 2 1\n", "dir/x.txt:2: the first line announces 2 edges, the file has 1"},
      {"3 1\n1 2 1\n1 3 1\n", "dir/x.txt:3: more edges than the first line announces"},
      {"3 500000000\n1 2 1\n",
       "dir/x.txt:1: the file is shorter than the number of edges it announces"},
      {"3 3\n1 2 9007199254740991\n1 3 1\n2 3 1\n",
       "dir/x.txt: the weights add up to 2^53 or more: scale them down"},
      {"\x1f\x8b\x08", "dir/x.txt is compressed: unpack it with gunzip first"},
      {"%%MatrixMarket matrix array real general\n",
       "dir/x.txt:1: only MatrixMarket 'matrix coordinate' files can be read"},
      {"%%MatrixMarket matrix coordinate complex general\n1 1 0\n",
       "dir/x.txt:1: a Max-Cut instance needs a real symmetric matrix"},
      {"%%MatrixMarket matrix coordinate real symmetric\n3 2 1\n",
       "dir/x.txt:2: the matrix is not square"},
      /* as others write an upper triangle: nothing of it is below the diagonal */
      {"%%MatrixMarket matrix coordinate real general\n3 3 2\n1 2 1\n2 3 1\n",
       "dir/x.txt:4: the matrix is not symmetric: a general one holds each edge twice"},
      {"%%MatrixMarket matrix coordinate real general\n3 3 2\n2 1 1\n1 2 -1\n",
       "dir/x.txt:4: the matrix is not symmetric: a general one holds each edge twice"},
      {"%%MatrixMarket matrix coordinate real general\n3 3 4\n1 2 2\n2 1 1\n2 3 1\n3 2 2\n",
       "dir/x.txt:6: the matrix is not symmetric: a general one holds each edge twice"},
  };
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_err err = {0};
    assert_null(parse(bad[i].text, &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
    assert_string_equal(err.message, bad[i].message);
  }
  rc_err err = {0};
  assert_null(rc_cut_graph_parse("3 1\n1 \0 1\n", 10, "dir/x.txt", &err));
  assert_string_equal(err.message, "dir/x.txt is not a text file");
  assert_null(rc_cut_graph_read("/nowhere/at/all", &(rc_err){0}));
}

static void writes_what_it_reads(void **state) {
  (void)state;
  char path[] = "/tmp/rc_graph_XXXXXX";
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  rc_cut_graph *g = parse("4 4\n1 2 0.1\n2 3 -1e-240\n3 4 123456789.25\n1 4 3\n", NULL);
  static const char *const formats[] = {"rudy", "mc", "mtx"};
  for (size_t i = 0; i < RC_LEN(formats); i++) {
    assert_true(rc_cut_graph_write(g, formats[i], path, NULL));
    rc_cut_graph *h = rc_cut_graph_read(path, NULL);
    assert_non_null(h);
    assert_string_equal(h->hash, g->hash);
    rc_cut_graph_free(h);
  }
  rc_err err = {0};
  assert_false(rc_cut_graph_write(g, "dimacs", path, &err));
  assert_string_equal(err.message, "unknown format 'dimacs': rudy, mc or mtx");
  assert_false(rc_cut_graph_write(g, "mc", "/nowhere/x", NULL));
  rc_cut_graph_free(g);
  unlink(path);
}

/* A file of n edges of a ring, each in two parallel halves and in no order. */
static void write_ring(char *path, int n) {
  const int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *f = fdopen(fd, "w");
  fprintf(f, "%d %d\n", n, 2 * n);
  for (int64_t k = 0; k < 2 * n; k++) {
    const int i = (int)(k * 7 % (2 * n)) / 2;
    fprintf(f, k % 2 ? "%d %d %d\n" : "%2$d %1$d %3$d\n", i + 1, (i + 1) % n + 1, 1 + i % 3);
  }
  fclose(f);
}

/* In pieces of any size: the same graph, with a progress that only grows. */
static void reads_in_pieces(void **state) {
  (void)state;
  enum { N = 1009 };
  char path[] = "/tmp/rc_ring_XXXXXX";
  write_ring(path, N);
  rc_cut_graph *whole = rc_cut_graph_read(path, NULL);
  assert_non_null(whole);
  assert_int_equal(whole->m, N);
  for (int64_t e = 0; e < N; e++) {
    assert_true(whole->v[e] == whole->u[e] + 1 || (whole->u[e] == 0 && whole->v[e] == N - 1));
    const int i = whole->v[e] == whole->u[e] + 1 ? whole->u[e] : N - 1;
    assert_true(whole->w[e] == 2 * (1 + i % 3));
  }
  static const int64_t piece[] = {1, 37, 1000, 100000};
  for (size_t k = 0; k < RC_LEN(piece); k++) {
    rc_cut_reader *r = rc_cut_reader_new(path, NULL);
    rc_cut_graph *g = NULL;
    double before = rc_cut_reader_progress(r);
    int64_t steps = 0;
    for (; !g; steps++) {
      assert_true(rc_cut_reader_step(r, piece[k], &g, NULL));
      const double now = rc_cut_reader_progress(r);
      assert_true(now >= before && now <= 1);
      before = now;
    }
    /* the lines, two counts, two moves and what is added up; then rows, entries and hash */
    assert_true(steps >= 6 * 2 * N / piece[k] && steps <= (6 * 2 + 3) * N / piece[k] + 12);
    assert_string_equal(g->hash, whole->hash);
    assert_string_equal(g->title, whole->title);
    assert_memory_equal(g->start, whole->start, (N + 1) * sizeof *g->start);
    assert_memory_equal(g->other, whole->other, 2 * N * sizeof *g->other);
    rc_cut_reader_free(r);
    rc_cut_graph_free(g);
  }
  rc_cut_graph_free(whole);
  for (int steps = 1; steps < 16 * 1009 / 100; steps += 7) { /* given up on the way */
    rc_cut_reader *r = rc_cut_reader_new(path, NULL);
    rc_cut_graph *g = NULL;
    for (int i = 0; i < steps && !g; i++) assert_true(rc_cut_reader_step(r, 100, &g, NULL));
    rc_cut_reader_free(r);
    rc_cut_graph_free(g);
  }
  unlink(path);
}

/* An error on the way says the same as when the text is read in one piece. */
static void errors_in_pieces(void **state) {
  (void)state;
  static const char *const bad[] = {"3 2\n1 2 1\n", "3 2\n1 2 1\n2 4 1\n", "\x1f\x8b\x08", "",
                                    "3 3\n1 2 9007199254740991\n1 3 1\n2 3 1\n"};
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    char path[] = "/tmp/rc_bad_XXXXXX";
    const int fd = mkstemp(path);
    assert_true(write(fd, bad[i], strlen(bad[i])) == (ssize_t)strlen(bad[i]));
    close(fd);
    rc_err want = {0}, err = {0};
    assert_null(rc_cut_graph_parse(bad[i], strlen(bad[i]), path, &want));
    rc_cut_reader *r = rc_cut_reader_new(path, NULL);
    rc_cut_graph *g = NULL;
    while (rc_cut_reader_step(r, 1, &g, &err)) assert_null(g);
    assert_string_equal(err.message, want.message);
    rc_cut_reader_free(r);
    unlink(path);
  }
}

/* Weights of parallel edges are added up as they stand in the file: 0.1 + 0.2 + 0.3 is not 0.3 + 0.2
 * + 0.1 in doubles. An edge whose weights cancel is gone, wherever it stands. */
static void parallel_edges_keep_their_order(void **state) {
  (void)state;
  rc_cut_graph *a = parse("4 7\n3 4 1\n1 2 .1\n2 1 .2\n1 3 1\n1 2 .3\n3 4 -1\n1 3 -1\n", NULL);
  rc_cut_graph *b = parse("4 4\n1 2 .3\n2 1 .2\n3 4 1\n1 2 .1\n", NULL);
  assert_int_equal(a->m, 1);
  assert_true(a->w[0] == .1 + .2 + .3);
  assert_int_equal(b->m, 2);
  assert_true(b->w[0] == .3 + .2 + .1);
  assert_true(a->w[0] != b->w[0]);
  rc_cut_graph_free(a);
  rc_cut_graph_free(b);
}

/* The step divides every cut value, and on tori it is 2 although the weights are 1. */
static void step_divides_every_cut(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 60; seed++) {
    rc_rng r = rc_rng_stream(seed, "test/step", 0);
    const int n = 4 + (int)rc_rng_below(&r, 6), scale = 1 + (int)rc_rng_below(&r, 3);
    int u[64], v[64], m = 0;
    double w[64];
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        if (rc_rng_unit(&r) < .5)
          u[m] = i, v[m] = j, w[m++] = scale * ((double)rc_rng_below(&r, 9) - 4);
      }
    }
    rc_cut_graph *g = rc_cut_graph_new(n, m, u, v, w, NULL);
    const double step = rc_cut_step(g);
    uint8_t side[16];
    for (uint32_t x = 0; x < 1u << n; x++) {
      for (int i = 0; i < n; i++) side[i] = x >> i & 1;
      if (step > 0)
        assert_true(fmod(rc_cut_value(g, side), step) == 0);
      else
        assert_true(rc_cut_value(g, side) == 0);
    }
    rc_cut_graph_free(g);
  }
  int u[32], v[32];
  double w[32];
  for (int i = 0; i < 16; i++) {
    u[2 * i] = i, v[2 * i] = i / 4 * 4 + (i + 1) % 4;
    u[2 * i + 1] = i, v[2 * i + 1] = (i + 4) % 16;
    w[2 * i] = w[2 * i + 1] = i % 3 ? 1 : -1;
  }
  rc_cut_graph *torus = rc_cut_graph_new(16, 32, u, v, w, NULL);
  assert_true(rc_cut_step(torus) == 2);
  rc_cut_graph_free(torus);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_the_three_formats),
      cmocka_unit_test(no_weight_means_one_and_cancelled_edges_are_gone),
      cmocka_unit_test(bad_files_get_one_clear_line),
      cmocka_unit_test(writes_what_it_reads),
      cmocka_unit_test(reads_in_pieces),
      cmocka_unit_test(errors_in_pieces),
      cmocka_unit_test(parallel_edges_keep_their_order),
      cmocka_unit_test(step_divides_every_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

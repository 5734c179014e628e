/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens systems by name and settings, and the Hilbert graphs of tests/data/paths. */
#ifndef TESTS_PATHS_SYSTEMS_H
#define TESTS_PATHS_SYSTEMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "roadcut/paths.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static inline const char *source_dir(void) {
  const char *dir = getenv("RC_SRCDIR");
  return dir ? dir : ".";
}

/* settings: pairs of key and value, NULL at the end */
static inline rc_path_system *system_open(const char *name, const char *const *settings,
                                          const rc_path_env *env, rc_err *err) {
  const rc_path_class *cls = (const rc_path_class *)rc_kind_find(rc_path_kinds, name);
  assert_non_null(cls);
  void *opts = calloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, opts, cls->kind.size);
  for (int i = 0; settings && settings[i]; i += 2) {
    const rc_param *p = rc_param_find(cls->kind.params, settings[i]);
    assert_non_null(p);
    if (!rc_param_set(p, opts, settings[i + 1], err)) fail_msg("%s", err->message);
  }
  rc_path_system *s = rc_path_system_new(cls, opts, env, err);
  rc_params_free(cls->kind.params, opts);
  free(opts);
  return s;
}

/* A Hilbert graph: "n m A B", then "i j w"; A and B are codes of its signs. */
static inline rc_path_system *hilbert_open(const char *file) {
  char path[512];
  snprintf(path, sizeof path, "%s/tests/data/paths/%s", source_dir(), file);
  FILE *in = fopen(path, "r");
  assert_non_null(in);
  int n, m, u[128], v[128];
  unsigned a, b;
  double w[128];
  uint8_t side[64], other[64];
  assert_int_equal(fscanf(in, "%d %d %u %u", &n, &m, &a, &b), 4);
  assert_true(n <= 22 && m <= 128);
  for (int i = 0; i < m; i++) assert_int_equal(fscanf(in, "%d %d %lf", u + i, v + i, w + i), 3);
  fclose(in);
  for (int i = 0; i < n; i++) side[i] = a >> i & 1, other[i] = b >> i & 1;
  rc_err err = {0};
  rc_cut_graph *g = rc_cut_graph_new(n, m, u, v, w, &err);
  assert_non_null(g);
  const rc_path_env env = {.graph = g, .side = side, .other = other};
  rc_path_system *s = system_open("cut", NULL, &env, &err);
  rc_cut_graph_free(g);
  if (!s) fail_msg("%s", err.message);
  return s;
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads tests/data/graph_reference.csv. */
#ifndef TESTS_HILBERT_GRAPH_TABLE_H
#define TESTS_HILBERT_GRAPH_TABLE_H

#include "graph_fixture.h"

enum { TABLE_COLUMNS = 24, TABLE_ROWS_MAX = 200 };
typedef struct table_row {
  char name[40], lattice[32], shape[400];
  double J1, J2, delta;
  bool all, signs; /* has the columns from W on */
  int sz2;
  uint64_t vertices, edges, components, zero;
  int degree_min, degree_max;
  double degree_mean;
  bool bipartite, balanced, degenerate;
  double energy, W, C, diagonal, share, edge_share, linear, boson;
} table_row;

static inline void table_parse(char *line, table_row *r) {
  char *field[TABLE_COLUMNS];
  int n = 0;
  line[strcspn(line, "\n")] = 0;
  for (char *at = line; at && n < TABLE_COLUMNS; n++) field[n] = strsep(&at, ",");
  assert_int_equal(n, TABLE_COLUMNS);
  *r = (table_row){0};
  snprintf(r->name, sizeof r->name, "%s", field[0]);
  snprintf(r->lattice, sizeof r->lattice, "%s", field[1]);
  snprintf(r->shape, sizeof r->shape, "%s", field[2]);
  assert_int_equal(sscanf(field[3], "%lf %lf", &r->J1, &r->J2), 2);
  r->delta = atof(field[4]);
  r->all = !strcmp(field[5], "all");
  r->sz2 = r->all ? 0 : atoi(field[5]);
  r->vertices = strtoull(field[6], NULL, 10);
  r->edges = strtoull(field[7], NULL, 10);
  r->degree_min = atoi(field[8]);
  r->degree_max = atoi(field[9]);
  r->degree_mean = atof(field[10]);
  r->bipartite = atoi(field[11]);
  r->balanced = atoi(field[12]);
  r->components = strtoull(field[13], NULL, 10);
  r->energy = atof(field[14]);
  r->signs = field[15][0] != 0;
  r->W = atof(field[15]);
  r->C = atof(field[16]);
  r->diagonal = atof(field[17]);
  r->share = atof(field[18]);
  r->edge_share = atof(field[19]);
  r->linear = atof(field[20]);
  r->zero = strtoull(field[21], NULL, 10);
  r->boson = atof(field[22]);
  r->degenerate = atoi(field[23]);
}

/* Returns the number of rows. */
static inline int table_read(table_row *row) {
  char path[512], line[1024];
  const char *root = getenv("RC_SRCDIR");
  int n = 0;
  snprintf(path, sizeof path, "%s/tests/data/graph_reference.csv", root ? root : ".");
  FILE *f = fopen(path, "r");
  if (!f) fail_msg("cannot open %s", path);
  while (fgets(line, sizeof line, f)) {
    if (line[0] == '#' || !strncmp(line, "name,", 5)) continue;
    assert_true(n < TABLE_ROWS_MAX);
    table_parse(line, &row[n++]);
  }
  fclose(f);
  return n;
}

static inline void table_bonds(rc_lattice_spec *s, const char *text) {
  int i, j, used;
  s->bond = rc_alloc(200, sizeof *s->bond);
  while (sscanf(text, " %d-%d%n", &i, &j, &used) == 2) {
    s->bond[s->bonds++] = (rc_bond){.i = i, .j = j, .mult = 1, .factor = 1};
    s->sites = RC_MAX(s->sites, RC_MAX(i, j) + 1);
    text += used;
  }
  s->classes = 1;
}

static inline rc_lattice *table_lattice(const table_row *r) {
  rc_lattice_spec s;
  rc_err err = {0};
  int v[9], n;
  char key[16], value[32];
  rc_lattice_spec_init(&s, r->lattice);
  if (!strncmp(r->shape, "torus ", 6)) {
    n = sscanf(r->shape + 6, "%d %d %d %d %d %d %d %d %d", v, v + 1, v + 2, v + 3, v + 4, v + 5,
               v + 6, v + 7, v + 8);
    s.vectors = n == 9 ? 3 : 2;
    for (int k = 0; k < n; k++) s.torus[k / s.vectors][k % s.vectors] = v[k];
  } else if (sscanf(r->shape, "open %d", &s.cluster[0]) == 1) {
    s.extents = 1;
    s.periodic = false;
  } else if (!strncmp(r->shape, "cluster ", 8)) {
    s.extents = sscanf(r->shape + 8, "%d %d", &s.cluster[0], &s.cluster[1]);
  } else if (!strncmp(r->shape, "bonds ", 6)) {
    table_bonds(&s, r->shape + 6);
  } else {
    assert_int_equal(sscanf(r->shape, "%15s %31s", key, value), 2);
    const rc_param *p = rc_param_find(rc_lattice_class_find(r->lattice)->kind.params, key);
    assert_non_null(p);
    check_ok(rc_param_set(p, s.opts, value, &err), &err);
  }
  rc_lattice *l = rc_lattice_new(&s, &err);
  if (!l) fail_msg("%s: %s", r->name, err.message);
  rc_lattice_spec_free(&s);
  return l;
}

static inline magnet table_magnet(const table_row *r) {
  rc_model model = {.J = {r->J1, r->J2}, .delta = r->delta};
  rc_sector sector = {.all = r->all, .sz2 = r->sz2};
  return magnet_of(table_lattice(r), model, sector);
}

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Neighbourhoods against brute force, and the exports read back. */
#include "graph_fixture.h"

#include <unistd.h>

enum { CAP = 300 };
static uint64_t config[CAP];

static void against_brute(const magnet *m, const brute *b, int centre, int radius, int most) {
  int *distance = calloc(2 * (size_t)b->n, sizeof *distance);
  int *queue = calloc(2 * (size_t)b->n, sizeof *queue);
  int inside = 0, edges = 0;
  rc_neighbourhood *n = rc_neighbourhood_new(m->matrix, (uint64_t)centre, radius, most);
  brute_bfs(b, centre, false, distance, queue);
  for (int v = 0; v < b->n; v++) {
    int one = distance[v], other = distance[v + b->n];
    if (one < 0 || (other >= 0 && other < one)) distance[v] = other;
    inside += distance[v] >= 0 && distance[v] <= radius;
  }
  assert_int_equal(n->vertices, RC_MIN(inside, most));
  assert_int_equal(n->more, inside > most);
  assert_int_equal(n->vertex[0], centre);
  for (int i = 0; i < n->vertices; i++) {
    assert_int_equal(n->distance[i], distance[n->vertex[i]]);
    if (i) assert_true(n->distance[i] >= n->distance[i - 1]);
    for (int k = 0; k < i; k++) {
      assert_true(n->vertex[k] != n->vertex[i]);
      edges += fabs(b->h[n->vertex[i] * (uint64_t)b->n + n->vertex[k]]) > 1e-12;
    }
  }
  assert_int_equal(n->edges, edges);
  for (int e = 0; e < n->edges; e++) {
    uint64_t u = n->vertex[n->edge[e][0]], v = n->vertex[n->edge[e][1]];
    const rc_pair *p = &m->h->pair[n->pair[e]];
    assert_true(n->edge[e][0] < n->edge[e][1]);
    assert_true(n->coupling[e] == b->h[u * (uint64_t)b->n + v]);
    assert_true((config[u] ^ config[v]) == (1ull << p->i | 1ull << p->j));
  }
  rc_neighbourhood_free(n);
  free(distance);
  free(queue);
}

static void neighbourhoods(void **state) {
  (void)state;
  rc_lattice *lattices[] = {lattice_of("chain", 8, 0, 0), lattice_of("triangular", 3, 3, 0),
                            torus_of("kagome", 1, 1, 2, -1), lattice_of("ladder", 4, 0, 0)};
  for (size_t i = 0; i < RC_LEN(lattices); i++) {
    rc_lattice *l = lattices[i];
    rc_model model = model_of(1, -0.5);
    magnet m = magnet_of(l, model, up_sector(l, l->sites / 2));
    brute b = brute_plain(l, &model, l->sites / 2, config, CAP);
    for (int centre = 0; centre < b.n; centre += 9)
      for (int radius = 0; radius <= 3; radius++)
        for (int most = 1; most <= 1000; most *= 10) against_brute(&m, &b, centre, radius, most);
    assert_null(rc_neighbourhood_new(m.matrix, (uint64_t)b.n, 1, 10));
    brute_free(&b);
    magnet_free(&m);
  }
  rc_neighbourhood_free(NULL);
}

/* ---- exports ------------------------------------------------------------------------------- */

typedef struct exported {
  char path[64];
  char *text;
} exported;

static exported export_as(const magnet *m, const double *vector, const char *format) {
  exported e = {.path = "/tmp/roadcut-export-XXXXXX"};
  rc_err err = {0};
  size_t length;
  int fd = mkstemp(e.path);
  assert_true(fd >= 0);
  close(fd);
  check_ok(rc_graph_export(m->matrix, vector, format, e.path, &err), &err);
  e.text = rc_read_file(e.path, 1 << 20, &length, &err);
  check_ok(e.text != NULL, &err);
  unlink(e.path);
  return e;
}

static int count(const char *text, const char *what) {
  int n = 0;
  for (const char *at = text; (at = strstr(at, what)); at += strlen(what)) n++;
  return n;
}

static void edge_lists(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 6, 0, 0);
  rc_model model = model_of(1, 0.3);
  magnet m = magnet_of(l, model, up_sector(l, 3));
  brute b = brute_plain(l, &model, 3, config, CAP);
  double v[20];
  for (int i = 0; i < 20; i++) v[i] = (i % 3 - 1) * 0.1 * i;
  for (int weighted = 0; weighted < 2; weighted++) {
    exported e = export_as(&m, weighted ? v : NULL, "edges");
    double *seen = calloc(400, sizeof *seen);
    int edges = 0, total = 0;
    char *save = NULL;
    for (char *line = strtok_r(e.text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
      int u, w, bad = -1;
      double h, weight = -1;
      if (line[0] == '#') continue;
      int fields = sscanf(line, "%d %d %lf %lf %d", &u, &w, &h, &weight, &bad);
      assert_int_equal(fields, weighted ? 5 : 3);
      assert_true(u < w && seen[u * 20 + w] == 0);
      seen[u * 20 + w] = 1;
      assert_true(h == b.h[u * 20 + w]);
      if (weighted) {
        assert_true(fabs(weight - fabs(2 * h * v[u] * v[w])) < 1e-15);
        assert_int_equal(bad, 2 * h * v[u] * v[w] > 0);
      }
      edges++;
    }
    for (int i = 0; i < 400; i++) total += b.h[i] != 0;
    assert_int_equal(edges, total / 2);
    rc_free(e.text);
    free(seen);
  }
  brute_free(&b);
  magnet_free(&m);
}

static void other_formats(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 4, 0, 0);
  magnet m = magnet_of(l, model_of(1, 0), up_sector(l, 2));
  double v[6] = {0.1, -0.2, 0.3, -0.4, 0.5, -0.6};
  exported g = export_as(&m, v, "graphml"), plain = export_as(&m, NULL, "graphml");
  exported d = export_as(&m, v, "dot");
  assert_int_equal(count(g.text, "<node "), 6); /* 4-ring at half filling: 6 vertices, 8 edges */
  assert_int_equal(count(g.text, "<edge "), 8);
  assert_int_equal(count(g.text, "</edge>"), 8);
  assert_int_equal(count(g.text, "<data key=\"f\">"), 8);
  assert_non_null(strstr(g.text, "<data key=\"c\">1100</data><data key=\"a\">0.1</data>"));
  assert_non_null(strstr(g.text, "</graphml>\n"));
  assert_int_equal(count(plain.text, "key=\"w\""), 0);
  assert_int_equal(count(plain.text, "<edge "), 8);
  assert_int_equal(count(d.text, " -- "), 8);
  assert_int_equal(count(d.text, "[label="), 6);
  assert_int_equal(count(d.text, "{"), count(d.text, "}"));
  rc_free(g.text);
  rc_free(plain.text);
  rc_free(d.text);
  rc_neighbourhood *n = rc_neighbourhood_new(m.matrix, 1, 1, 10);
  rc_str s = {0};
  assert_true(rc_neighbourhood_dot(m.matrix, n, &s));
  assert_int_equal(count(rc_str_c(&s), " -- "), n->edges);
  assert_int_equal(count(rc_str_c(&s), "distance=1"), n->vertices - 1);
  assert_int_equal(count(rc_str_c(&s), "distance=0, penwidth=2"), 1);
  rc_str_free(&s);
  rc_neighbourhood_free(n);
  magnet_free(&m);
}

static void export_errors(void **state) {
  (void)state;
  rc_lattice *l = lattice_of("chain", 4, 0, 0);
  magnet m = magnet_of(l, model_of(1, 0), up_sector(l, 2));
  rc_err err = {0};
  assert_false(rc_graph_export(m.matrix, NULL, "gexf", "/tmp/roadcut-never-written", &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_string_equal(err.message, "unknown format 'gexf' (edges, graphml or dot)");
  assert_int_equal(access("/tmp/roadcut-never-written", F_OK), -1);
  err = (rc_err){0};
  assert_false(rc_graph_export(m.matrix, NULL, "dot", "/nonexistent/x.dot", &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  assert_non_null(strstr(err.message, "cannot write /nonexistent/x.dot"));
  err = (rc_err){0};
  assert_false(rc_graph_export(m.matrix, NULL, "edges", "/dev/full", &err));
  assert_int_equal(err.code, RC_ERR_INPUT);
  magnet_free(&m);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(neighbourhoods),
      cmocka_unit_test(edge_lists),
      cmocka_unit_test(other_formats),
      cmocka_unit_test(export_errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

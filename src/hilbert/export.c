/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exports of the Hilbert graph: edge list, GraphML (graphml.graphdrawing.org, structure layer with
 * typed attributes) and DOT (graphviz.org, the language). Edges stream row by row. */
#include "roadcut/hilbert.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct edge {
  uint64_t u, v;
  double coupling, weight;
  bool frustrated;
} edge;

typedef struct format {
  const char *name;
  void (*begin)(FILE *f, const rc_matrix *m, const double *vector);
  void (*vertex)(FILE *f, const rc_matrix *m, const double *vector, uint64_t v);
  void (*edge)(FILE *f, const edge *e, bool weighted);
  void (*end)(FILE *f);
} format;

/* Site 0 first, 1 is up. */
static void config_text(const rc_basis *b, uint64_t index, char out[RC_SITES_MAX + 1]) {
  uint64_t c = rc_basis_config(b, index);
  int sites = rc_basis_sites(b);
  for (int s = 0; s < sites; s++) out[s] = (char)('0' + (c >> s & 1));
  out[sites] = 0;
}

/* ---- edges ---- */

static void edges_begin(FILE *f, const rc_matrix *m, const double *vector) {
  rc_str sector = {0};
  rc_sector_describe(rc_basis_sector(rc_matrix_basis(m)), &sector);
  fprintf(f, "# Hilbert graph, %s, %llu vertices\n# u v H_uv%s\n", rc_str_c(&sector),
          (unsigned long long)rc_matrix_states(m), vector ? " weight frustrated" : "");
  rc_str_free(&sector);
}

static void edges_edge(FILE *f, const edge *e, bool weighted) {
  char h[32], w[32];
  rc_format_real(e->coupling, h);
  fprintf(f, "%llu %llu %s", (unsigned long long)e->u, (unsigned long long)e->v, h);
  if (weighted) {
    rc_format_real(e->weight, w);
    fprintf(f, " %s %d", w, e->frustrated);
  }
  putc('\n', f);
}

/* ---- GraphML ---- */

static void graphml_begin(FILE *f, const rc_matrix *m, const double *vector) {
  (void)m;
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
        "<key id=\"c\" for=\"node\" attr.name=\"configuration\" attr.type=\"string\"/>\n"
        "<key id=\"h\" for=\"edge\" attr.name=\"coupling\" attr.type=\"double\"/>\n",
        f);
  if (vector)
    fputs("<key id=\"a\" for=\"node\" attr.name=\"amplitude\" attr.type=\"double\"/>\n"
          "<key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
          "<key id=\"f\" for=\"edge\" attr.name=\"frustrated\" attr.type=\"boolean\"/>\n",
          f);
  fputs("<graph id=\"G\" edgedefault=\"undirected\">\n", f);
}

static void graphml_vertex(FILE *f, const rc_matrix *m, const double *vector, uint64_t v) {
  char c[RC_SITES_MAX + 1], a[32];
  config_text(rc_matrix_basis(m), v, c);
  fprintf(f, "<node id=\"n%llu\"><data key=\"c\">%s</data>", (unsigned long long)v, c);
  if (vector) {
    rc_format_real(vector[v], a);
    fprintf(f, "<data key=\"a\">%s</data>", a);
  }
  fputs("</node>\n", f);
}

static void graphml_edge(FILE *f, const edge *e, bool weighted) {
  char h[32], w[32];
  rc_format_real(e->coupling, h);
  fprintf(f, "<edge source=\"n%llu\" target=\"n%llu\"><data key=\"h\">%s</data>",
          (unsigned long long)e->u, (unsigned long long)e->v, h);
  if (weighted) {
    rc_format_real(e->weight, w);
    fprintf(f, "<data key=\"w\">%s</data><data key=\"f\">%s</data>", w,
            e->frustrated ? "true" : "false");
  }
  fputs("</edge>\n", f);
}

static void graphml_end(FILE *f) {
  fputs("</graph>\n</graphml>\n", f);
}

/* ---- DOT ---- */

static const char DOT_HEAD[] = "graph hilbert {\n  node [shape=box, fontname=\"monospace\"];\n";

static void dot_begin(FILE *f, const rc_matrix *m, const double *vector) {
  (void)m;
  (void)vector;
  fputs(DOT_HEAD, f);
}

static void dot_vertex(FILE *f, const rc_matrix *m, const double *vector, uint64_t v) {
  char c[RC_SITES_MAX + 1], a[32];
  config_text(rc_matrix_basis(m), v, c);
  fprintf(f, "  n%llu [label=\"%s", (unsigned long long)v, c);
  if (vector) {
    rc_format_real(vector[v], a);
    fprintf(f, "\\n%s\", amplitude=\"%s", a, a);
  }
  fputs("\"];\n", f);
}

static void dot_edge(FILE *f, const edge *e, bool weighted) {
  char h[32], w[32];
  rc_format_real(e->coupling, h);
  fprintf(f, "  n%llu -- n%llu [coupling=\"%s\"", (unsigned long long)e->u,
          (unsigned long long)e->v, h);
  if (weighted) {
    rc_format_real(e->weight, w);
    fprintf(f, ", hilbert_weight=\"%s\", style=%s", w, e->frustrated ? "dashed" : "solid");
  }
  fputs("];\n", f);
}

static void dot_end(FILE *f) {
  fputs("}\n", f);
}

static const format FORMATS[] = {
    {"edges", edges_begin, NULL, edges_edge, NULL},
    {"graphml", graphml_begin, graphml_vertex, graphml_edge, graphml_end},
    {"dot", dot_begin, dot_vertex, dot_edge, dot_end},
};

static void write_edges(FILE *f, const format *fmt, const rc_matrix *m, const double *vector) {
  int cap = RC_MAX(rc_matrix_hamiltonian(m)->pairs, 1);
  uint64_t *column = rc_alloc((size_t)cap, sizeof *column);
  double *value = rc_alloc((size_t)cap, sizeof *value);
  for (uint64_t u = 0; u < rc_matrix_states(m) && !ferror(f); u++) {
    int n = rc_matrix_row(m, u, column, value, NULL, cap);
    for (int i = 0; i < n; i++) {
      if (column[i] <= u) continue;
      edge e = {.u = u, .v = column[i], .coupling = value[i]};
      if (vector) {
        double signed_weight = 2 * value[i] * vector[u] * vector[column[i]];
        e.weight = fabs(signed_weight);
        e.frustrated = signed_weight > 0;
      }
      fmt->edge(f, &e, vector != NULL);
    }
  }
  rc_free(column);
  rc_free(value);
}

bool rc_graph_export(const rc_matrix *m, const double *vector, const char *name, const char *path,
                     rc_err *err) {
  const format *fmt = NULL;
  for (size_t i = 0; i < RC_LEN(FORMATS); i++)
    if (!strcmp(FORMATS[i].name, name)) fmt = &FORMATS[i];
  if (!fmt)
    return rc_err_set(err, RC_ERR_INPUT, "unknown format '%s' (edges, graphml or dot)", name);
  FILE *f = fopen(path, "w");
  if (!f) return rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", path, strerror(errno));
  fmt->begin(f, m, vector);
  for (uint64_t v = 0; fmt->vertex && v < rc_matrix_states(m) && !ferror(f); v++)
    fmt->vertex(f, m, vector, v);
  write_edges(f, fmt, m, vector);
  if (fmt->end) fmt->end(f);
  errno = 0;
  bool bad = ferror(f) != 0;
  if (fclose(f) != 0) bad = true;
  if (!bad) return true;
  rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", path,
             errno ? strerror(errno) : "write error");
  return false;
}

bool rc_neighbourhood_dot(const rc_matrix *m, const rc_neighbourhood *n, rc_str *out) {
  const rc_hamiltonian *h = rc_matrix_hamiltonian(m);
  char c[RC_SITES_MAX + 1], v[32];
  rc_str_add(out, DOT_HEAD);
  for (int i = 0; i < n->vertices; i++) {
    config_text(rc_matrix_basis(m), n->vertex[i], c);
    rc_str_addf(out, "  n%llu [label=\"%s\", distance=%d%s];\n", (unsigned long long)n->vertex[i],
                c, n->distance[i], i ? "" : ", penwidth=2");
  }
  for (int e = 0; e < n->edges; e++) {
    const rc_pair *p = &h->pair[n->pair[e]];
    rc_format_real(n->coupling[e], v);
    rc_str_addf(out, "  n%llu -- n%llu [label=\"%d-%d\", coupling=\"%s\", style=%s];\n",
                (unsigned long long)n->vertex[n->edge[e][0]],
                (unsigned long long)n->vertex[n->edge[e][1]], p->i, p->j, v,
                n->coupling[e] < 0 ? "dashed" : "solid");
  }
  rc_str_add(out, "}\n");
  return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes certificates; their format is explained in verify.h. */
#include "bound_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct writer {
  const rc_bound *b;
  FILE *f;
  int *number; /* of a pool row in the file, 0: not written yet */
  int rows;
  oc_exact bound; /* the largest leaf */
  int8_t *known;
} writer;

static const oc_proof *proof_of(const rc_bound *b, int node) {
  /* a node that was opened and not worked on yet is covered by its parent's multipliers */
  while (!b->node[node].proof.row) node = (int)b->node[node].show.parent;
  return &b->node[node].proof;
}

static void write_rows(writer *w, int node) {
  const oc_proof *p = proof_of(w->b, node);
  for (int i = 0; i < p->n; i++) {
    if (w->number[p->row[i]]) continue;
    w->number[p->row[i]] = ++w->rows;
    const oc_row row = oc_pool_row(w->b->q, p->row[i]);
    fputs("row", w->f);
    for (int k = 0; k < row.length; k++)
      fprintf(w->f, " %d%s", row.vertex[k] + 1, row.marked[k] ? "*" : "");
    fputc('\n', w->f);
  }
  for (int s = 0; s < 2; s++) {
    if (w->b->node[node].child[s] >= 0) write_rows(w, w->b->node[node].child[s]);
  }
}

static void write_tree(writer *w, int node) {
  const bd_node *t = &w->b->node[node];
  const oc_proof *p = proof_of(w->b, node);
  char digits[48];
  if (t->child[0] >= 0)
    fprintf(w->f, "node %lld", (long long)w->b->node[t->child[0]].show.edge + 1);
  else
    fputs("leaf", w->f);
  for (int i = 0; i < p->n; i++)
    fprintf(w->f, " %d:%s", w->number[p->row[i]], oc_exact_text(p->y[i], digits));
  fputc('\n', w->f);
  for (int s = 0; s < 2; s++) {
    if (t->child[s] >= 0) write_tree(w, t->child[s]);
  }
}

/* The largest bound over the leaves, with the fixings that the target allows (a larger target
 * allows more, which only lowers the bounds of leaves). */
static void largest_leaf(writer *w, int node) {
  const rc_bound *b = w->b;
  const bd_node *t = &b->node[node];
  const size_t vars = (size_t)b->p->vars;
  oc_exact *d = rc_alloc(vars + 1, sizeof *d);
  const oc_exact limit = oc_proof_bound(b->p, b->q, proof_of(b, node), w->known, d);
  if (t->child[0] < 0) {
    w->bound = RC_MAX(w->bound, limit);
  } else {
    int8_t *before = rc_alloc(vars + 1, 1), *fixed = rc_alloc(vars + 1, 1);
    memcpy(before, w->known, vars);
    for (size_t j = 0; j < vars; j++) {
      if (w->known[j] < 0 && limit - (d[j] < 0 ? -d[j] : d[j]) <= b->target) w->known[j] = d[j] > 0;
    }
    memcpy(fixed, w->known, vars);
    for (int s = 0; s < 2; s++) {
      memcpy(w->known, fixed, vars);
      w->known[b->p->var[b->node[t->child[0]].show.edge]] = (int8_t)s;
      largest_leaf(w, t->child[s]);
    }
    memcpy(w->known, before, vars);
    rc_free(before);
    rc_free(fixed);
  }
  rc_free(d);
}

static void write_all(writer *w, const uint8_t *side, const char *instance) {
  const rc_bound *b = w->b;
  const rc_cut_graph *g = b->g;
  oc_exact value = 0;
  for (int64_t e = 0; e < g->m; e++) {
    if (side[g->u[e]] != side[g->v[e]]) value += (oc_exact)floor(ldexp(g->w[e], b->p->scale));
  }
  oc_exact bound = RC_MAX(w->bound, value);
  if (b->p->step > 0) { /* whole numbers: round down to what can be attained */
    const oc_exact unit = (oc_exact)b->p->step << b->p->scale;
    bound = bound >= 0 ? bound / unit * unit : value;
  } else if (b->nodes > 1 && bound <= b->target) { /* fixings were made against the target */
    bound = RC_MAX(b->target, value);
  }
  fprintf(w->f, "roadcut-certificate 1\ninstance %s\nsha256 %s\nvertices %d\nscale %d\n", instance,
          g->hash, g->n, b->p->scale);
  char digits[48];
  fprintf(w->f, "value %s\n", oc_exact_text(value, digits));
  fprintf(w->f, "bound %s\n", oc_exact_text(bound, digits));
  for (int i = 0; i < b->p->maps; i++) {
    fputs("map", w->f);
    for (int v = 0; v < g->n; v++)
      fprintf(w->f, " %d", b->p->map[(size_t)i * (size_t)g->n + (size_t)v] + 1);
    fputc('\n', w->f);
  }
  fputs("cut ", w->f);
  for (int v = 0; v < g->n; v++) fputc('0' + side[v], w->f);
  fputc('\n', w->f);
  write_rows(w, 0);
  write_tree(w, 0);
  fputs("end\n", w->f);
}

bool rc_bound_certificate(const rc_bound *b, const uint8_t *side, const char *instance,
                          const char *path, rc_err *err) {
  FILE *f = fopen(path, "w");
  if (!f) return rc_err_set(err, RC_ERR_INPUT, "cannot write the certificate %s", path);
  writer w = {b,
              f,
              rc_alloc((size_t)oc_pool_rows(b->q) + 1, sizeof(int)),
              0,
              -((oc_exact)1 << 120),
              rc_alloc((size_t)b->p->vars + 1, 1)};
  memset(w.known, -1, (size_t)b->p->vars);
  largest_leaf(&w, 0);
  write_all(&w, side, instance);
  rc_free(w.number);
  rc_free(w.known);
  const bool failed = ferror(f);
  if (fclose(f) || failed) return rc_err_set(err, RC_ERR_INPUT, "cannot write all of %s", path);
  return true;
}

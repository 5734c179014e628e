/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Branch and cut: nodes, fixings, the global bound. A node is closed only by exact arithmetic. */
#include "bound_impl.h"

#include <math.h>
#include <string.h>

#define BASES_MOST 2e8 /* bytes */

void bd_target(rc_bound *b) {
  if (b->p->step > 0) {
    b->target = (((oc_exact)b->best + b->p->step) << b->p->scale) - 1;
  } else {
    const double whole = fmax(fabs(b->best), 1e-12 * b->g->weight_total),
                 gap = (b->o.gap > 0 ? b->o.gap : 1e-9) * fmax(whole, 1e-300);
    b->target = (oc_exact)ceil(ldexp(b->best + gap, b->p->scale));
  }
}

bool bd_offer(rc_bound *b, const uint8_t *side) {
  const double eps = cs_epsilon(b->g);
  cs_assign(&b->climb, side);
  for (bool again = true; again;) {
    again = false;
    for (int v = 0; v < b->g->n; v++) {
      if (b->climb.gain[v] > eps) cs_flip(&b->climb, v), again = true;
    }
  }
  b->climb.value = rc_cut_value(b->g, b->climb.side);
  cs_note(&b->climb);
  if (!(b->climb.best > b->best)) return false;
  b->best = b->climb.best;
  bd_target(b);
  return true;
}

bool bd_take_cut(rc_bound *b, const uint8_t *side) {
  const double value = rc_cut_value(b->g, side);
  if (!(value > b->best)) return false;
  memcpy(b->climb.best_side, side, (size_t)b->g->n);
  b->climb.journaled = b->g->n + 1; /* the sides at work are no longer near the best ones */
  b->best = b->climb.best = value;
  bd_target(b);
  return true;
}

int bd_node_add(rc_bound *b, int parent, int side) {
  if (b->nodes == b->node_cap) {
    b->node_cap = 2 * b->node_cap + 64;
    b->node = rc_realloc(b->node, (size_t)b->node_cap, sizeof *b->node);
  }
  const int i = b->nodes++;
  bd_node *t = &b->node[i];
  *t = (bd_node){.child = {-1, -1}};
  t->show.id = i;
  t->show.parent = parent;
  t->show.edge = -1;
  t->show.fixed = side;
  t->show.state = RC_NODE_OPEN;
  if (parent >= 0) {
    t->show.depth = b->node[parent].show.depth + 1;
    t->show.edge = b->node[parent].show.edge;
    t->bound = b->node[parent].bound;
    b->node[parent].child[side] = i;
  } else {
    t->bound = (oc_exact)1 << 120;
  }
  b->open++;
  return i;
}

int bd_fix(rc_bound *b, const oc_proof *proof) {
  oc_exact *d = rc_alloc((size_t)b->p->vars + 1, sizeof *d);
  const oc_exact limit = oc_proof_bound(b->p, b->q, proof, b->known, d);
  int fixed = 0;
  for (int j = 0; j < b->p->vars; j++) {
    if (b->known[j] >= 0 || limit - (d[j] < 0 ? -d[j] : d[j]) > b->target) continue;
    b->known[j] = d[j] > 0;
    fixed++;
  }
  rc_free(d);
  return fixed;
}

/* The branching edge of a branched node: kept in the children's show.edge; here in child terms. */
static int branch_edge(const rc_bound *b, int node) {
  return (int)b->node[b->node[node].child[0]].show.edge;
}

void bd_activate(rc_bound *b, int node) {
  int depth = b->node[node].show.depth, *path = rc_alloc((size_t)depth + 1, sizeof *path);
  for (int i = depth, t = node; i >= 0; i--, t = (int)b->node[t].show.parent) path[i] = t;
  memset(b->known, -1, (size_t)b->p->vars);
  b->fixed = 0;
  for (int i = 0; i < depth; i++) { /* as the checker does: at each node on the way down */
    b->fixed += bd_fix(b, &b->node[path[i]].proof);
    b->known[b->p->var[branch_edge(b, path[i])]] = (int8_t)b->node[path[i + 1]].show.fixed;
  }
  rc_free(path);
  b->current = node;
  b->node[node].show.state = RC_NODE_ACTIVE;
  b->node_rounds = 0;
  b->have_point = false;
  oc_relax_fix(b->relax, b->known);
  b->phase = BD_SOLVE;
}

static oc_proof proof_copy(const oc_proof *p) {
  oc_proof copy = {p->n, rc_alloc((size_t)p->n + 1, sizeof(int)),
                   rc_alloc((size_t)p->n + 1, sizeof(oc_exact))};
  memcpy(copy.row, p->row, (size_t)p->n * sizeof(int));
  memcpy(copy.y, p->y, (size_t)p->n * sizeof(oc_exact));
  return copy;
}

oc_exact bd_take(rc_bound *b, oc_proof proof) {
  const oc_exact u = oc_proof_bound(b->p, b->q, &proof, b->known, NULL);
  bd_node *t = &b->node[b->current];
  if (u < t->bound || (!t->proof.row && t->show.parent < 0)) {
    oc_proof_free(&t->proof);
    t->proof = proof;
    t->bound = RC_MIN(u, t->bound);
  } else { /* no better than what the parent left: its multipliers stand behind the bound */
    oc_proof_free(&proof);
    if (!t->proof.row) t->proof = proof_copy(&b->node[t->show.parent].proof);
  }
  return t->bound;
}

oc_exact bd_evaluate(rc_bound *b) {
  const int *row;
  const double *y;
  const int n = oc_relax_rows(b->relax, &row, &y);
  return bd_take(b, oc_proof_round(b->p, n, row, y));
}

void bd_global(rc_bound *b) {
  if (b->nodes == 1) {
    b->global = b->node[0].bound;
    return;
  }
  oc_exact top = 0;
  bool any = false;
  for (int i = 0; i < b->nodes; i++) {
    const int s = (int)b->node[i].show.state;
    if (s != RC_NODE_OPEN && s != RC_NODE_ACTIVE) continue;
    if (!any || b->node[i].bound > top) top = b->node[i].bound;
    any = true;
  }
  /* closed leaves keep to the target, and no leaf can be below the best cut */
  if (!any || top < b->target) top = b->target;
  b->global = top;
}

static int best_open(const rc_bound *b) {
  int best = -1;
  for (int i = 0; i < b->nodes; i++) {
    if (b->node[i].show.state != RC_NODE_OPEN) continue;
    if (best < 0 || b->node[i].bound > b->node[best].bound) best = i;
  }
  return best;
}

/* The relaxation as it was when the parent was branched, after work elsewhere in the tree. */
static void go_on_from(rc_bound *b, int parent) {
  rc_err later = {0}; /* a fault of the LP comes to light with the next solve */
  oc_relax_restore(b->relax, &b->node[parent].basis, &later);
  oc_basis_free(&b->node[parent].basis); /* its other child was the one plunged into */
}

void bd_close(rc_bound *b, int state) {
  b->node[b->current].show.state = state;
  b->open--;
  for (;;) {
    const int next = best_open(b);
    if (next < 0) {
      b->phase = BD_DONE;
      bd_global(b);
      return;
    }
    bd_activate(b, next);
    /* the parent's multipliers may close it at once, with the incumbent of today */
    bd_node *t = &b->node[next];
    const oc_proof *up = &b->node[t->show.parent].proof;
    const oc_exact u = oc_proof_bound(b->p, b->q, up, b->known, NULL);
    t->bound = RC_MIN(t->bound, u);
    if (u > b->target) {
      go_on_from(b, (int)t->show.parent);
      return;
    }
    t->proof = proof_copy(up);
    t->show.state = RC_NODE_BOUND;
    b->open--;
  }
}

/* The free edge nearest to 1/2, heavier ones first. */
static int choose_edge(const rc_bound *b) {
  int best = -1;
  double score = -1;
  for (int64_t e = 0; e < b->g->m; e++) {
    if (b->known[b->p->var[e]] >= 0) continue;
    const double off = fmin(b->x[e], 1 - b->x[e]);
    const double s = off * (.1 + fabs(b->p->c[b->p->var[e]]));
    if (off > 1e-6 && s > score) best = (int)e, score = s;
  }
  if (best >= 0) return best;
  for (int64_t e = 0; e < b->g->m; e++) { /* integral but not closed: any free edge will do */
    if (b->known[b->p->var[e]] < 0 && fabs(b->g->w[e]) > score)
      best = (int)e, score = fabs(b->g->w[e]);
  }
  return best;
}

void bd_branch(rc_bound *b) {
  const int here = b->current;
  /* edges that the node's own multipliers settle are not worth a branch */
  bd_fix(b, &b->node[here].proof);
  const int e = choose_edge(b);
  if (e < 0) { /* everything is fixed: the leaf is one cut; its multipliers must close it */
    bd_close(b, RC_NODE_INTEGRAL);
    return;
  }
  const int likely = b->x[e] > .5;
  b->open--;
  b->node[here].show.state = RC_NODE_BRANCHED;
  if ((double)b->open * (5. * (double)oc_pool_rows(b->q) + b->p->vars) < BASES_MOST)
    b->node[here].basis = oc_relax_save(b->relax);
  const int c0 = bd_node_add(b, here, 0), c1 = bd_node_add(b, here, 1);
  b->node[c0].show.edge = b->node[c1].show.edge = e;
  bd_activate(b, likely ? c1 : c0); /* plunge: the side the point leans to finds cuts */
}

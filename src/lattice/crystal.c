/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clusters of crystals: cells Z^d / T for integer torus vectors T (rows), bonds from each cell.
 *
 * Cells are enumerated from the Hermite normal form of T and drawn in the parallelepiped that T
 * spans. Bonds that coincide on the torus add up; what that does is said in notes. */
#include "lattice/room.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TORUS_MAX = 1000 }; /* larger entries make no difference to any cluster of 64 sites */

typedef struct frame { /* the torus with what is needed to fold a cell back into it */
  int T[3][3];
  int64_t adj[3][3], det; /* T * adj = det * 1, det > 0 after fixing the sign of adj */
  int cells;
  int (*cell)[3]; /* in primitive vectors, inside the parallelepiped */
} frame;

static bool spec_torus(const rc_lattice_class *cls, const rc_lattice_spec *s, int T[3][3],
                       rc_err *err) {
  const char *name = cls->kind.name;
  if (s->extents && s->vectors)
    return rc_err_set(err, RC_ERR_INPUT, "give either 'cluster' or 'torus', not both");
  if (s->extents && s->extents != cls->dim)
    return rc_err_set(err, RC_ERR_INPUT, "a %s cluster takes %d number%s, not %d", name, cls->dim,
                      cls->dim > 1 ? "s" : "", s->extents);
  if (s->vectors && s->vectors != cls->dim)
    return rc_err_set(err, RC_ERR_INPUT, "a %s torus takes %d vector%s, not %d", name, cls->dim,
                      cls->dim > 1 ? "s" : "", s->vectors);
  memset(T, 0, 9 * sizeof T[0][0]);
  for (int i = 0; i < 3; i++) {
    T[i][i] = 1;
    if (i >= cls->dim) continue;
    T[i][i] = s->extents ? s->cluster[i] : cls->cluster[i];
    if (s->extents && (s->cluster[i] < 1 || s->cluster[i] > TORUS_MAX))
      return rc_err_set(err, RC_ERR_INPUT, "cluster extents are from 1 on, not %d", s->cluster[i]);
    const int(*row)[3] = s->vectors ? s->torus : !s->extents && cls->vectors ? cls->torus : NULL;
    for (int j = 0; row && j < cls->dim; j++) {
      T[i][j] = row[i][j];
      if (abs(T[i][j]) > TORUS_MAX)
        return rc_err_set(err, RC_ERR_INPUT, "torus vectors go up to %d, not %d", TORUS_MAX,
                          T[i][j]);
    }
  }
  return true;
}

static void frame_invert(frame *f) {
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) { /* cofactor of T[j][i] */
      int r0 = (j + 1) % 3, r1 = (j + 2) % 3, c0 = (i + 1) % 3, c1 = (i + 2) % 3;
      f->adj[i][j] = (int64_t)f->T[r0][c0] * f->T[r1][c1] - (int64_t)f->T[r0][c1] * f->T[r1][c0];
    }
  f->det = 0;
  for (int k = 0; k < 3; k++) f->det += f->T[0][k] * f->adj[k][0];
  if (f->det >= 0) return;
  f->det = -f->det;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) f->adj[i][j] = -f->adj[i][j];
}

/* Numerator of the coordinate along torus vector k, over det. */
static int64_t along(const frame *f, const int r[3], int k) {
  return r[0] * f->adj[0][k] + r[1] * f->adj[1][k] + r[2] * f->adj[2][k];
}

/* Folds r into the parallelepiped; q gets the torus vectors taken off. */
static void fold(const frame *f, int r[3], int q[3]) {
  for (int k = 0; k < 3; k++) {
    int64_t n = along(f, r, k);
    q[k] = (int)(n >= 0 ? n / f->det : -((-n + f->det - 1) / f->det));
  }
  for (int j = 0; j < 3; j++)
    for (int k = 0; k < 3; k++) r[j] -= q[k] * f->T[k][j];
}

/* Row operations bring T to upper triangular form; the diagonal is a box of representatives. */
static void hermite_box(const int T[3][3], int64_t box[3]) {
  int64_t h[3][3];
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) h[i][j] = T[i][j];
  for (int c = 0; c < 3; c++) {
    for (int r = c + 1; r < 3; r++)
      while (h[r][c]) { /* Euclid on the two rows */
        int64_t q = h[c][c] / h[r][c];
        for (int j = 0; j < 3; j++) {
          int64_t rest = h[c][j] - q * h[r][j];
          h[c][j] = h[r][j];
          h[r][j] = rest;
        }
      }
    box[c] = llabs(h[c][c]);
  }
}

static int cell_find(const frame *f, const int r[3]) {
  for (int c = 0; c < f->cells; c++)
    if (!memcmp(f->cell[c], r, sizeof f->cell[c])) return c;
  return -1;
}

/* Before: the cell at the origin comes first and a straight cluster runs x fastest. */
static bool cell_before(const frame *f, const int a[3], const int b[3]) {
  for (int k = 2; k >= 0; k--) {
    int64_t na = along(f, a, k), nb = along(f, b, k);
    if (na != nb) return na < nb;
  }
  return false;
}

static void frame_cells(frame *f) {
  int64_t box[3];
  hermite_box(f->T, box);
  f->cell = rc_alloc((size_t)f->det, sizeof *f->cell);
  int r[3], q[3];
  for (int64_t z = 0; z < box[2]; z++)
    for (int64_t y = 0; y < box[1]; y++)
      for (int64_t x = 0; x < box[0]; x++) {
        r[0] = (int)x, r[1] = (int)y, r[2] = (int)z;
        fold(f, r, q);
        int at = f->cells++; /* insertion sort: at most 64 cells */
        while (at > 0 && cell_before(f, r, f->cell[at - 1])) {
          memcpy(f->cell[at], f->cell[at - 1], sizeof r);
          at--;
        }
        memcpy(f->cell[at], r, sizeof r);
      }
}

static bool frame_make(const rc_lattice_class *cls, const rc_lattice_spec *spec, frame *f,
                       rc_err *err) {
  memset(f, 0, sizeof *f);
  if (!spec_torus(cls, spec, f->T, err)) return false;
  frame_invert(f);
  if (f->det == 0)
    return rc_err_set(err, RC_ERR_INPUT,
                      "the torus vectors span no cell: they depend on each other");
  int64_t sites = f->det * cls->basis;
  if (sites > RC_SITES_MAX)
    return rc_err_set(err, RC_ERR_INPUT, "this %s cluster has %lld sites; at most %d fit",
                      cls->kind.name, (long long)sites, RC_SITES_MAX);
  frame_cells(f);
  return true;
}

/* Cartesian position in the drawing plane of a cell (in primitive vectors) plus a basis site. */
static void draw_at(const rc_crystal *c, const int r[3], const double site[3], double out[2]) {
  double p[3];
  for (int j = 0; j < 3; j++) {
    p[j] = site ? site[j] : 0;
    for (int k = 0; k < 3; k++) p[j] += r[k] * c->a[k][j];
  }
  for (int j = 0; j < 2; j++)
    out[j] = c->plane[j][0] * p[0] + c->plane[j][1] * p[1] + c->plane[j][2] * p[2];
}

static void place(const rc_lattice_class *cls, const frame *f, rc_lattice *l) {
  for (int c = 0; c < f->cells; c++)
    for (int b = 0; b < cls->basis; b++) {
      int s = c * cls->basis + b;
      draw_at(cls->crystal, f->cell[c], cls->crystal->site[b], l->position[s]);
      l->sublattice[s] = b;
    }
  if (!l->periodic) return;
  for (int k = 0; k < cls->dim; k++) draw_at(cls->crystal, f->T[k], NULL, l->outline[k]);
}

/* All bonds; selfs[c] counts those of class c that would join a site to itself. */
static void join_all(const rc_lattice_class *cls, const frame *f, rc_lattice *l, int selfs[]) {
  for (int c = 0; c < f->cells; c++)
    for (int h = 0; h < cls->crystal->hops; h++) {
      const rc_hop *hop = &cls->crystal->hop[h];
      int r[3], q[3];
      for (int k = 0; k < 3; k++) r[k] = f->cell[c][k] + hop->d[k];
      fold(f, r, q);
      if (!l->periodic && (q[0] || q[1] || q[2])) continue;
      int i = c * cls->basis + hop->from, j = cell_find(f, r) * cls->basis + hop->to;
      if (i == j)
        selfs[hop->cls]++;
      else
        rc_lattice_join(l, i, j, hop->cls, 1, q);
    }
}

static void translate(const rc_lattice_class *cls, const frame *f, rc_lattice *l) {
  if (!l->periodic) return;
  l->translations = f->cells;
  l->translation = rc_realloc(l->translation, (size_t)f->cells, sizeof *l->translation);
  l->translation_vector =
      rc_realloc(l->translation_vector, (size_t)f->cells, sizeof *l->translation_vector);
  for (int t = 0; t < f->cells; t++) {
    for (int s = 0; s < RC_SITES_MAX; s++) l->translation[t][s] = (uint8_t)s;
    memcpy(l->translation_vector[t], f->cell[t], sizeof f->cell[t]);
    for (int c = 0; c < f->cells; c++) {
      int r[3], q[3];
      for (int k = 0; k < 3; k++) r[k] = f->cell[c][k] + f->cell[t][k];
      fold(f, r, q);
      int to = cell_find(f, r);
      for (int b = 0; b < cls->basis; b++)
        l->translation[t][c * cls->basis + b] = (uint8_t)(to * cls->basis + b);
    }
  }
}

/* ---- notes ---------------------------------------------------------------------------------- */

/* "J2: 18 pairs of sites are joined twice on this torus; their couplings add up" */
static void doubled_note(rc_lattice *l, int cls, bool dedupe) {
  int pairs = 0, least = 0, most = 0;
  for (int n = 0; n < l->bonds; n++) {
    int m = l->bond[n].mult;
    if (l->bond[n].cls != cls || m < 2) continue;
    least = pairs ? RC_MIN(least, m) : m;
    most = RC_MAX(most, m);
    pairs++;
  }
  if (!pairs) return;
  char times[32];
  if (most == 2)
    snprintf(times, sizeof times, "twice");
  else if (least == most)
    snprintf(times, sizeof times, "%d times", most);
  else
    snprintf(times, sizeof times, "%d to %d times", least, most);
  rc_lattice_note(l, "%s: %d pair%s of sites %s joined %s on this torus; %s", l->class_name[cls],
                  pairs, pairs > 1 ? "s" : "", pairs > 1 ? "are" : "is", times,
                  dedupe      ? "each counts once, as asked (dedupe)"
                  : pairs > 1 ? "their couplings add up"
                              : "its couplings add up");
}

/* How many sites have fewer bonds of a class than in the infinite crystal. */
static int incomplete(const rc_lattice_class *cls, const rc_lattice *l, int c) {
  int full[RC_BASIS_MAX] = {0}, has[RC_SITES_MAX] = {0}, short_of = 0;
  for (int h = 0; h < cls->crystal->hops; h++) {
    if (cls->crystal->hop[h].cls != c) continue;
    full[cls->crystal->hop[h].from]++;
    full[cls->crystal->hop[h].to]++;
  }
  for (int n = 0; n < l->bonds; n++) {
    if (l->bond[n].cls != c) continue;
    has[l->bond[n].i] += l->bond[n].mult;
    has[l->bond[n].j] += l->bond[n].mult;
  }
  for (int s = 0; s < l->sites; s++) short_of += has[s] < full[l->sublattice[s]];
  return short_of;
}

/* Two classes on one pair cannot be told apart by the magnet. */
static void shared_note(rc_lattice *l, int a, int b) {
  int pairs = 0;
  for (int n = 0; n < l->bonds; n++)
    for (int m = 0; m < l->bonds; m++)
      pairs += l->bond[n].cls == a && l->bond[m].cls == b && l->bond[n].i == l->bond[m].i &&
               l->bond[n].j == l->bond[m].j;
  if (pairs)
    rc_lattice_note(l,
                    "%s and %s both join %d pair%s of sites on this torus; their couplings add up",
                    l->class_name[a], l->class_name[b], pairs, pairs > 1 ? "s" : "");
}

static void notes(const rc_lattice_class *cls, rc_lattice *l, const int selfs[], bool dedupe) {
  for (int c = 0; c < l->classes; c++) {
    doubled_note(l, c, dedupe);
    if (selfs[c])
      rc_lattice_note(l,
                      "%s: %d bond%s would join a site to itself on this torus and %s left out; "
                      "%d sites have too few %s bonds",
                      l->class_name[c], selfs[c], selfs[c] > 1 ? "s" : "",
                      selfs[c] > 1 ? "are" : "is", incomplete(cls, l, c), l->class_name[c]);
    for (int b = 0; b < c; b++) shared_note(l, b, c);
  }
  if (l->periodic) return;
  rc_str names = {0}, counts = {0};
  for (int c = 0; c < l->classes; c++) {
    rc_str_addf(&names, "%s%s", c ? ", " : "", l->class_name[c]);
    rc_str_addf(&counts, "%s%d", c ? ", " : "", incomplete(cls, l, c));
  }
  rc_lattice_note(l, "Open boundary: %s of %d sites have fewer %s bonds than inside",
                  rc_str_c(&counts), l->sites, rc_str_c(&names));
  rc_str_free(&names);
  rc_str_free(&counts);
}

static void title(const rc_lattice_class *cls, const frame *f, rc_lattice *l) {
  rc_str t = {0};
  bool straight = true;
  for (int i = 0; i < cls->dim; i++)
    for (int j = 0; j < cls->dim; j++) straight &= i == j ? f->T[i][j] > 0 : f->T[i][j] == 0;
  rc_str_addf(&t, "%s, ", cls->kind.title);
  for (int i = 0; i < cls->dim; i++) {
    rc_str_add(&t, i ? straight ? "x" : " x " : "");
    if (straight)
      rc_str_addf(&t, "%d", f->T[i][i]);
    else
      for (int j = 0; j < cls->dim; j++)
        rc_str_addf(&t, "%s%d%s", j ? "," : "(", f->T[i][j], j == cls->dim - 1 ? ")" : "");
  }
  rc_str_addf(&t, ", %d sites, %s", l->sites, l->periodic ? "periodic" : "open");
  snprintf(l->title, sizeof l->title, "%s", rc_str_c(&t));
  rc_str_free(&t);
}

bool rc_crystal_make(const rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
                     rc_err *err) {
  frame f;
  if (!frame_make(cls, spec, &f, err)) return false;
  rc_lattice_begin(cls, out, f.cells * cls->basis);
  out->cells = f.cells;
  out->sublattices = cls->basis;
  out->periodic = spec->periodic;
  memcpy(out->torus, f.T, sizeof out->torus);
  for (int k = cls->dim; k < 3; k++) out->torus[k][k] = 0; /* no such direction */
  int selfs[RC_CLASSES_MAX] = {0};
  join_all(cls, &f, out, selfs);
  place(cls, &f, out);
  translate(cls, &f, out);
  notes(cls, out, selfs, spec->dedupe);
  for (int n = 0; n < out->bonds && spec->dedupe; n++) out->bond[n].mult = 1;
  if (cls->dim == 1 && spec->periodic) rc_layout_ring(out, (double)f.det);
  title(cls, &f, out);
  rc_free(f.cell);
  return true;
}

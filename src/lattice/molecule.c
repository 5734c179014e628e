/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Magnetic molecules: polyhedra and a few famous graphs.
 *
 * A polyhedron is given by its corners: all signs and permutations of a few seeds. Its edges are
 * the pairs at the smallest distance. It is drawn looking along 'axis' through a face: azimuths as
 * they are, layers of equal height at the radii listed from the near face (drawn outermost)
 * inwards, chosen so that no two edges cross. */
#include "lattice/room.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PHI 1.6180339887498949

enum { ALL, CYCLIC, EVEN_SIGNS }; /* permutations of a seed; EVEN_SIGNS: all, with xyz > 0 */
enum { SEEDS = 3, LAYERS = 12 };

typedef struct molecule {
  const char *name;
  int sites; /* how many corners the seeds give */
  int perms;
  double seed[SEEDS][3];
  double axis[3];
  double radius[LAYERS];
} molecule;

/* In the order of the choices below. Without corners: drawn and joined by hand. */
static const molecule molecules[] = {
    {.name = "triangle"},
    {"tetrahedron", 4, EVEN_SIGNS, {{1, 1, 1}}, {-1, -1, -1}, {1.1, 0}},
    {"octahedron", 6, ALL, {{1}}, {1, 1, 1}, {1.5, 0.5}},
    {"cube", 8, ALL, {{1, 1, 1}}, {0, 0, 1}, {1.5, 0.6}},
    {"icosahedron", 12, CYCLIC, {{0, 1, PHI}}, {1, 1, 1}, {2.6, 1.1, 1.05, 0.4}},
    {"cuboctahedron", 12, ALL, {{1, 1, 0}}, {0, 0, 1}, {1.9, 1.15, 0.6}},
    {"truncated-tetrahedron", 12, EVEN_SIGNS, {{1, 1, 3}}, {-1, -1, -1}, {1.9, 1.1, 0.5}},
    {"dodecahedron", 20, CYCLIC, {{1, 1, 1}, {0, 1 / PHI, PHI}}, {1, 0, PHI}, {2.7, 1.9, 1.4, 0.7}},
    {.name = "petersen"},
    {"truncated-octahedron", 24, ALL, {{0, 1, 2}}, {0, 0, 1}, {3, 2.1, 1.7, 1.2, 0.55}},
    {"icosidodecahedron",
     30,
     CYCLIC,
     {{0, 0, PHI}, {0.5, PHI / 2, (1 + PHI) / 2}},
     {1, 0, PHI},
     {3.3, 2.4, 1.75, 1.3, 0.7}},
    {"truncated-icosahedron",
     60,
     CYCLIC,
     {{0, 1, 3 * PHI}, {1, 2 + PHI, 2 * PHI}, {PHI, 2, 2 * PHI + 1}},
     {0, 1, PHI},
     {5.6, 4.6, 3.9, 3.2, 2.7, 2.1, 1.5, 0.75}}};

typedef struct options {
  int name;
} options;

static const rc_param params[] = {
    {.name = "name",
     .type = RC_T_CHOICE,
     .offset = offsetof(options, name),
     .def = "icosahedron",
     .choices = "triangle|tetrahedron|octahedron|cube|icosahedron|cuboctahedron|"
                "truncated-tetrahedron|dodecahedron|petersen|truncated-octahedron|"
                "icosidodecahedron|truncated-icosahedron",
     .unit = "",
     .help = "which molecule"},
    {0}};

int rc_molecules(void) {
  return RC_LEN(molecules);
}

const char *rc_molecule_name(int index) {
  return molecules[index].name;
}

static double dot(const double a[3], const double b[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/* Adds p unless it is there already (seeds with zeros or equal entries repeat themselves). */
static void corner_add(double (*corner)[3], int *n, const double p[3]) {
  for (int c = 0; c < *n; c++) {
    double d[3] = {corner[c][0] - p[0], corner[c][1] - p[1], corner[c][2] - p[2]};
    if (dot(d, d) < 1e-12) return;
  }
  if (*n < RC_SITES_MAX) memcpy(corner[(*n)++], p, 3 * sizeof p[0]);
}

static int corners(const molecule *m, double (*corner)[3]) {
  static const int order[6][3] = {{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 2, 1}, {2, 1, 0}, {1, 0, 2}};
  int n = 0;
  for (int s = 0; s < SEEDS; s++) {
    if (dot(m->seed[s], m->seed[s]) == 0) break;
    for (int o = 0; o < (m->perms == CYCLIC ? 3 : 6); o++)
      for (int sign = 0; sign < 8; sign++) {
        double p[3];
        for (int k = 0; k < 3; k++)
          p[k] = m->seed[s][order[o][k]] * (sign >> k & 1 ? -1 : 1) + 0.0; /* no -0 */
        if (m->perms == EVEN_SIGNS && __builtin_parity((unsigned)sign)) continue;
        corner_add(corner, &n, p);
      }
  }
  return n;
}

typedef struct seen { /* a corner as seen along the axis */
  double height, azimuth, at[3];
} seen;

static int seen_order(const void *pa, const void *pb) {
  const seen *a = pa, *b = pb;
  if (fabs(a->height - b->height) > 1e-9) return a->height < b->height ? 1 : -1;
  return (a->azimuth > b->azimuth) - (a->azimuth < b->azimuth);
}

/* Sorts the corners by layer and azimuth, which numbers the sites, and draws them. */
static void look(const molecule *m, int n, double (*corner)[3], rc_lattice *l) {
  seen s[RC_SITES_MAX];
  double up[3], x[3], y[3], length = sqrt(dot(m->axis, m->axis));
  int least = 0; /* any direction off the axis makes a frame: the smallest component is safest */
  for (int k = 0; k < 3; k++) {
    up[k] = m->axis[k] / length;
    if (fabs(m->axis[k]) < fabs(m->axis[least])) least = k;
  }
  for (int k = 0; k < 3; k++) x[k] = (k == least) - up[least] * up[k];
  double norm = sqrt(dot(x, x));
  for (int k = 0; k < 3; k++) x[k] /= norm;
  for (int k = 0; k < 3; k++)
    y[k] = up[(k + 1) % 3] * x[(k + 2) % 3] - up[(k + 2) % 3] * x[(k + 1) % 3];
  for (int c = 0; c < n; c++) {
    memcpy(s[c].at, corner[c], sizeof s[c].at);
    s[c].height = dot(corner[c], up);
    s[c].azimuth = atan2(dot(corner[c], y), dot(corner[c], x));
  }
  qsort(s, (size_t)n, sizeof *s, seen_order);
  int near = 1; /* corners of the near face: it stands on an edge, as pictures do */
  while (near < n && s[0].height - s[near].height < 1e-9) near++;
  double first = s[0].azimuth + (near % 2 ? 0 : M_PI / near);
  for (int c = 0, layer = 0; c < n; c++) {
    if (c && s[c - 1].height - s[c].height > 1e-9) layer++;
    double angle = M_PI / 2 - (s[c].azimuth - first);
    memcpy(corner[c], s[c].at, sizeof s[c].at);
    l->position[c][0] = m->radius[layer] * cos(angle);
    l->position[c][1] = m->radius[layer] * sin(angle);
  }
}

static void polyhedron(const molecule *m, int n, double (*corner)[3], rc_lattice *l) {
  double nearest = INFINITY;
  look(m, n, corner, l);
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < n; i++)
      for (int j = i + 1; j < n; j++) {
        double d[3] = {corner[i][0] - corner[j][0], corner[i][1] - corner[j][1],
                       corner[i][2] - corner[j][2]};
        double r = sqrt(dot(d, d));
        if (!pass)
          nearest = fmin(nearest, r);
        else if (r < nearest + 1e-6)
          rc_lattice_join(l, i, j, 0, 1, NULL);
      }
}

/* Outer ring 0..4, inner star 5..9, spokes. */
static void petersen(rc_lattice *l) {
  for (int k = 0; k < 5; k++) {
    rc_lattice_join(l, k, (k + 1) % 5, 0, 1, NULL);
    rc_lattice_join(l, 5 + k, 5 + (k + 2) % 5, 0, 1, NULL);
    rc_lattice_join(l, k, 5 + k, 0, 1, NULL);
    for (int ring = 0; ring < 2; ring++) {
      double angle = M_PI / 2 - 2 * M_PI * k / 5, r = ring ? 0.75 : 1.6;
      l->position[5 * ring + k][0] = r * cos(angle);
      l->position[5 * ring + k][1] = r * sin(angle);
    }
  }
}

static bool make(const rc_lattice_class *cls, const rc_lattice_spec *spec, rc_lattice *out,
                 rc_err *err) {
  if (!rc_lattice_no_cluster(spec, err)) return false;
  const molecule *m = &molecules[((const options *)spec->opts)->name];
  double corner[RC_SITES_MAX][3];
  if (m->sites) {
    int n = corners(m, corner);
    if (n != m->sites)
      return rc_err_set(err, RC_ERR_INTERNAL, "%s: %d corners instead of %d", m->name, n, m->sites);
    rc_lattice_begin(cls, out, n);
    polyhedron(m, n, corner, out);
  } else if (!strcmp(m->name, "petersen")) {
    rc_lattice_begin(cls, out, 10);
    petersen(out);
  } else {
    rc_lattice_begin(cls, out, 3);
    for (int k = 0; k < 3; k++) rc_lattice_join(out, k, (k + 1) % 3, 0, 1, NULL);
    rc_layout_circle(out);
  }
  snprintf(out->title, sizeof out->title, "%s, %d sites", m->name, out->sites);
  return true;
}

const rc_lattice_class rc_lattice_molecule = {
    .kind = {.name = "molecule",
             .title = "molecule",
             .help = "polyhedra and other famous graphs with one coupling (J1)",
             .explain =
                 "H = J1 sum over the edges of S_i.S_j, as in magnetic molecules, which are "
                 "zero-dimensional cousins of frustrated lattices: the cuboctahedron is the "
                 "12-site kagome torus (Schnack, Schmidt, Richter and Schulenburg, Eur. Phys. J. B "
                 "24, 475, 2001). Icosahedron and dodecahedron: Konstantinidis, Phys. Rev. B 72, "
                 "064453, 2005.",
             .params = params,
             .size = sizeof(options)},
    .classes = 1,
    .class_name = {"J1"},
    .class_default = {1},
    .make = make};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two names, one magnet: which well-known graphs a lattice is isomorphic to.
 *
 * Found by canonical forms, never by the lattice's name: each candidate with as many sites is built
 * and compared. */
#include "lattice/room.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 64, NAMES_MAX = 4 };

/* A family: fills the index-th candidate on n sites and its name; false when there is none. */
typedef bool (*family_fn)(int n, int index, rc_bits *g, char name[NAME]);

static bool ring(int n, int index, rc_bits *g, char name[NAME]) {
  if (index > 0 || n < 3) return false;
  for (int s = 0; s < n; s++) rc_bits_join(g, s, (s + 1) % n);
  snprintf(name, NAME, "the ring of %d sites", n);
  return true;
}

/* Equal parts: K_n, K_{4,4}, K_{3,3,3}; the parts get larger with the index. */
static bool multipartite(int n, int index, rc_bits *g, char name[NAME]) {
  int part = 0;
  for (int p = 1; p <= n / 2 && !part; p++)
    if (n % p == 0 && index-- == 0) part = p;
  if (!part) return false;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++)
      if (i / part != j / part) rc_bits_join(g, i, j);
  if (part == 1) {
    snprintf(name, NAME, "the complete graph K%d", n);
  } else if (n / part > 6) {
    snprintf(name, NAME, "the complete graph of %d parts of %d", n / part, part);
  } else {
    int len = snprintf(name, NAME, "K_{%d", part);
    for (int p = 1; p < n / part; p++)
      len += snprintf(name + len, (size_t)(NAME - len), ",%d", part);
    snprintf(name + len, (size_t)(NAME - len), "}");
  }
  return true;
}

static bool crown(int n, int index, rc_bits *g, char name[NAME]) {
  if (index > 0 || n % 2 || n < 8) return false;
  for (int i = 0; i < n / 2; i++)
    for (int j = 0; j < n / 2; j++)
      if (i != j) rc_bits_join(g, i, n / 2 + j);
  snprintf(name, NAME, "K_{%d,%d} minus a matching", n / 2, n / 2);
  return true;
}

static bool hypercube(int n, int index, rc_bits *g, char name[NAME]) {
  if (index > 0 || n < 8 || n & (n - 1)) return false;
  for (int s = 0; s < n; s++)
    for (int b = 1; b < n; b *= 2)
      if (!(s & b)) rc_bits_join(g, s, s | b);
  snprintf(name, NAME, "the hypercube Q%d", __builtin_ctz((unsigned)n));
  return true;
}

/* Two rings of n/2 joined by rungs, straight (0) or with a twist (1). */
static bool prism(int n, int index, rc_bits *g, char name[NAME]) {
  int half = n / 2;
  if (index > 1 || n % 2 || half < 3) return false;
  for (int s = 0; s < half; s++) rc_bits_join(g, s, s + half);
  for (int s = 0; s < n; s++) {
    if (index)
      rc_bits_join(g, s, (s + 1) % n);
    else
      rc_bits_join(g, s, s / half * half + (s + 1) % half);
  }
  snprintf(name, NAME, index ? "the Moebius ladder of %d rungs" : "the prism of %d rungs", half);
  return true;
}

/* Cubic Hamiltonian graphs in LCF notation: site s has a chord to s + jump[s mod period].
 * Notation and codes: Frucht, J. Graph Theory 1, 45 (1977); Coxeter, Frucht, Powers, Zero-symmetric
 * graphs (1981). */
static bool lcf(int n, int index, rc_bits *g, char name[NAME]) {
  static const struct {
    const char *name;
    int n, period, jump[6];
  } list[] = {{"Heawood", 14, 2, {5, -5}},
              {"Moebius-Kantor", 16, 2, {5, -5}},
              {"Pappus", 18, 6, {5, 7, -7, 7, -7, -5}},
              {"Desargues", 20, 4, {5, -5, 9, -9}},
              {"Nauru", 24, 6, {5, -9, 7, -7, 9, -5}},
              {"Dyck", 32, 4, {5, -5, 13, -13}}};
  for (size_t k = 0; k < RC_LEN(list); k++) {
    if (list[k].n != n || index-- > 0) continue;
    for (int s = 0; s < n; s++) {
      rc_bits_join(g, s, (s + 1) % n);
      rc_bits_join(g, s, (s + list[k].jump[s % list[k].period] + n) % n);
    }
    snprintf(name, NAME, "the %s graph", list[k].name);
    return true;
  }
  return false;
}

/* Graphs on Z_a x Z_b with fixed differences: Cayley graphs that have a name. */
static bool cayley(int n, int index, rc_bits *g, char name[NAME]) {
  static const struct {
    const char *name;
    int a, b, diffs, diff[4][2];
  } list[] = {{"the Shrikhande graph", 4, 4, 3, {{1, 0}, {0, 1}, {1, 1}}},
              {"the 4x4 rook's graph", 4, 4, 4, {{1, 0}, {2, 0}, {0, 1}, {0, 2}}},
              {"the 3x3 rook's graph", 3, 3, 2, {{1, 0}, {0, 1}}},
              {"the Paley graph of 13", 13, 1, 3, {{1, 0}, {3, 0}, {4, 0}}}};
  for (size_t k = 0; k < RC_LEN(list); k++) {
    int a = list[k].a, b = list[k].b;
    if (a * b != n || index-- > 0) continue;
    for (int s = 0; s < n; s++)
      for (int d = 0; d < list[k].diffs; d++) {
        int x = (s % a + list[k].diff[d][0]) % a, y = (s / a + list[k].diff[d][1]) % b;
        rc_bits_join(g, s, y * a + x);
      }
    snprintf(name, NAME, "%s", list[k].name);
    return true;
  }
  return false;
}

static bool built(const rc_lattice_spec *spec, rc_bits *g) {
  rc_lattice *l = rc_lattice_bare(spec, NULL);
  if (!l) return false;
  rc_bits_of(l, l->class_default, g);
  rc_lattice_free(l);
  return true;
}

static bool molecule(int n, int index, rc_bits *g, char name[NAME]) {
  const rc_param *p = rc_lattice_molecule.kind.params;
  for (int m = 0; m < rc_molecules(); m++) {
    rc_lattice_spec spec;
    rc_lattice_spec_init(&spec, "molecule");
    bool ok = rc_param_set(p, spec.opts, rc_molecule_name(m), NULL) && built(&spec, g);
    rc_lattice_spec_free(&spec);
    if (!ok || g->n != n || index-- > 0) continue;
    snprintf(name, NAME, "the %s", rc_molecule_name(m));
    if (!strcmp(rc_molecule_name(m), "petersen")) snprintf(name, NAME, "the Petersen graph");
    return true;
  }
  return false;
}

/* Clusters that are in use under these names. */
static bool cluster(int n, int index, rc_bits *g, char name[NAME]) {
  static const struct {
    const char *kind, *label;
    int n, torus[3][3];
  } list[] = {{"square", "square-8", 8, {{2, 2}, {2, -2}}},
              {"square", "square-10", 10, {{3, 1}, {-1, 3}}},
              {"square", "square 4x4", 16, {{4, 0}, {0, 4}}},
              {"triangular", "triangular 3x3", 9, {{3, 0}, {0, 3}}},
              {"triangular", "triangular-12", 12, {{2, 2}, {4, -2}}},
              {"triangular", "triangular 4x4", 16, {{4, 0}, {0, 4}}},
              {"honeycomb", "honeycomb 2x2", 8, {{2, 0}, {0, 2}}},
              {"honeycomb", "honeycomb 3x3", 18, {{3, 0}, {0, 3}}},
              {"honeycomb", "honeycomb-24", 24, {{2, 2}, {4, -2}}},
              {"kagome", "kagome-9", 9, {{1, 1}, {2, -1}}},
              {"kagome", "kagome 2x2", 12, {{2, 0}, {0, 2}}},
              {"kagome", "kagome 2x3", 18, {{2, 0}, {0, 3}}},
              {"kagome", "kagome 2x4", 24, {{2, 0}, {0, 4}}},
              {"kagome", "kagome-36", 36, {{2, 2}, {4, -2}}},
              {"checkerboard", "checkerboard 2x2", 16, {{2, 0}, {0, 2}}},
              {"shuriken", "shuriken-12", 12, {{1, 1}, {1, -1}}},
              {"shuriken", "shuriken 2x2", 24, {{2, 0}, {0, 2}}},
              {"maple-leaf", "maple-leaf-18", 18, {{1, 1}, {2, -1}}},
              {"pyrochlore", "pyrochlore-16", 16, {{1, 1, -1}, {1, -1, 1}, {-1, 1, 1}}},
              {"pyrochlore", "pyrochlore 2x2x2", 32, {{2, 0, 0}, {0, 2, 0}, {0, 0, 2}}}};
  for (size_t k = 0; k < RC_LEN(list); k++) {
    if (list[k].n != n || index-- > 0) continue;
    rc_lattice_spec spec;
    rc_lattice_spec_init(&spec, list[k].kind);
    spec.vectors = rc_lattice_class_find(list[k].kind)->dim;
    memcpy(spec.torus, list[k].torus, sizeof spec.torus);
    bool ok = built(&spec, g);
    rc_lattice_spec_free(&spec);
    snprintf(name, NAME, "%s", list[k].label);
    return ok;
  }
  return false;
}

/* most telling first: a note has room for NAMES_MAX of them */
static const family_fn families[] = {molecule, cluster, hypercube, multipartite, crown,
                                     lcf,      cayley,  ring,      prism};

/* Says the lattice's own name: "the cube" of molecule cube, "the ring of .." of a chain. */
static bool own_name(const rc_lattice *l, const char *name) {
  char own[NAME];
  if (!strcmp(l->kind, "molecule")) {
    snprintf(own, sizeof own, "the %s", l->options + strlen("name: "));
    return !strcmp(name, own) || (strstr(name, "Petersen") && strstr(own, "petersen"));
  }
  if (!strcmp(l->kind, "chain")) return strstr(name, "the ring");
  if (!strcmp(l->kind, "ladder")) return strstr(name, "prism");
  if (!strcmp(l->kind, "complete")) return strstr(name, "the complete graph K");
  return !strncmp(name, l->kind, strlen(l->kind)); /* another torus of the same lattice */
}

/* Appends "the cube, the hypercube Q3"; returns how many names there are. */
static int find_names(const rc_lattice *l, const rc_bits *g, rc_str *out) {
  int found = 0;
  char name[NAME];
  rc_bits canon, candidate;
  rc_nauty_canon(g, &canon);
  for (size_t f = 0; f < RC_LEN(families); f++)
    for (int index = 0; found < NAMES_MAX; index++) {
      memset(&candidate, 0, sizeof candidate);
      candidate.n = g->n;
      if (!families[f](g->n, index, &candidate, name)) break;
      if (own_name(l, name) || !rc_bits_isomorphic(&canon, &candidate)) continue;
      rc_str_addf(out, "%s%s", found ? ", " : "", name);
      found++;
    }
  return found;
}

/* Common multiplicity of the bonds of a class, 0 when there is none. */
static int common_mult(const rc_lattice *l, int cls) {
  int mult = 0;
  for (int n = 0; n < l->bonds; n++) {
    if (l->bond[n].cls != cls) continue;
    if ((mult && l->bond[n].mult != mult) || l->bond[n].factor != 1) return 0;
    mult = l->bond[n].mult;
  }
  return mult;
}

/* "With J2 = J1/2 ": the couplings that make all pairs of the first 'classes' classes alike. */
static void condition(const rc_lattice *l, int classes, const int *mult, rc_str *out) {
  if (l->classes == 1) {
    rc_str_add(out, "This cluster");
    return;
  }
  if (classes == 1) {
    rc_str_addf(out, "With %s alone this cluster", l->class_name[0]);
    return;
  }
  rc_str_add(out, "With ");
  for (int c = 1; c < classes; c++) {
    rc_str_addf(out, "%s%s = ", c > 1 ? " and " : "", l->class_name[c]);
    if (mult[0] % mult[c] == 0 && mult[0] != mult[c]) rc_str_addf(out, "%d ", mult[0] / mult[c]);
    rc_str_add(out, l->class_name[0]);
    if (mult[c] % mult[0] == 0 && mult[0] != mult[c])
      rc_str_addf(out, "/%d", mult[c] / mult[0]);
    else if (mult[0] % mult[c])
      rc_str_addf(out, " * %d/%d", mult[0], mult[c]);
  }
  rc_str_add(out, " this cluster");
}

void rc_lattice_name_notes(rc_lattice *l) {
  int mult[RC_CLASSES_MAX], bonds = 0;
  double J[RC_CLASSES_MAX] = {0};
  for (int classes = 1; classes <= l->classes; classes++) {
    mult[classes - 1] = common_mult(l, classes - 1);
    if (!mult[classes - 1]) return;
    for (int n = 0; n < l->bonds; n++) bonds += l->bond[n].cls == classes - 1;
    J[classes - 1] = 1;
    rc_bits g;
    rc_bits_of(l, J, &g);
    if (rc_bits_edges(&g) != bonds) return; /* two classes on one pair */
    rc_str names = {0}, text = {0};
    if (find_names(l, &g, &names)) {
      condition(l, classes, mult, &text);
      rc_lattice_note(l, "%s is the same graph as %s", rc_str_c(&text), rc_str_c(&names));
    }
    rc_str_free(&names);
    rc_str_free(&text);
  }
}

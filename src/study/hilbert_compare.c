/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the ground state in another sector than the chosen one?
 *
 * A lower level elsewhere is shown in three ways, the cheapest first. The two fully polarised states
 * are eigenstates and cost nothing. A plain sector of few states in which the ground state must show
 * up is solved. Of larger sectors, up to some times the chosen one, a short Lanczos run is made:
 * every Ritz value is an upper bound of the lowest level there (Rayleigh-Ritz), so one that lies below
 * the energy found here proves that the ground state is not here. None that does proves nothing, and
 * a note says so. The effort is about that of the ground state itself. */
#include "study/hilbert_study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  SMALL_STATES = 200000, /* are solved: 20 sites at Sz = 0 */
  LARGER = 4,            /* times the chosen sector: the largest of which bounds are made */
  GOALS_MAX = 24,
  PRODUCTS = 60,         /* with the matrix of a plain sector, at most */
  PRODUCTS_STORED = 150, /* of a symmetric one, whose matrix costs more to build */
  POLISH = 60,           /* more, once the bound is below: for a better figure */
  BUILD_PRODUCTS = 250,  /* what building basis and matrix of a symmetric sector is worth */
  BUILD_ROWS = 1 << 13
};
static const double EFFORT_LEAST = 2e9; /* pairs looked at, about a second */

typedef struct goal {
  rc_sector sector;
  char name[64];
  bool solve; /* to the end; else bounded from above */
  bool measured;
  uint64_t states, bytes;
} goal;

struct hilbert_compare {
  goal goal[GOALS_MAX];
  int goals, at;
  bool covers;    /* the sector that is solved holds every level that can be the lowest */
  bool polarised; /* these states were looked at */
  bool lower;     /* one was found: no need to look on */
  int solved, bounded;
  double spent;
  uint64_t begun; /* bytes of the largest goal that was worked on */
  /* of the goal at work */
  rc_basis_builder *builder;
  rc_basis *basis;
  rc_matrix *matrix;
  bool built;
  rc_eigen *eigen;
};

/* ---- what to look at --------------------------------------------------------------------------
 */

static double choose(int n, int k) {
  double c = 1;
  for (int i = 1; i <= k; i++) c = c * (n - k + i) / i;
  return c;
}

static bool plain(const rc_sector *s) {
  return s->symmetry == RC_SYM_NONE && s->inversion == 0;
}

static bool isotropic(const hilbert *s) {
  return s->model.delta == 1 && s->model.field == 0;
}

/* Every multiplet of an isotropic magnet has a state at the smallest |Sz|: no level is lower than
 * the lowest one there. */
static bool holds_all(const hilbert *s, const rc_sector *o) {
  return plain(o) && (o->all || (isotropic(s) && abs(o->sz2) == hilbert_lattice(s)->sites % 2));
}

static goal *add(hilbert_compare *c, const rc_sector *sector, const char *name) {
  if (c->goals == GOALS_MAX) return NULL;
  goal *g = &c->goal[c->goals++];
  *g = (goal){.sector = *sector};
  if (name) {
    snprintf(g->name, sizeof g->name, "%s", name);
    return g;
  }
  rc_str full = {0};
  rc_sector_describe(sector, &full);
  snprintf(g->name, sizeof g->name, "%s", rc_str_c(&full));
  rc_str_free(&full);
  return g;
}

/* The plain sector that is solved, if it is small enough: of an isotropic magnet the smallest |Sz|,
 * else all Sz; else the chosen Sz without symmetries. */
static void add_small(const hilbert *s, hilbert_compare *c) {
  rc_sector o = {.all = s->sector.all, .sz2 = s->sector.sz2};
  const int sites = hilbert_lattice(s)->sites;
  if (!o.all && isotropic(s))
    o.sz2 = sites % 2;
  else if (ldexp(1, sites) <= SMALL_STATES)
    o = (rc_sector){.all = true};
  if (plain(&s->sector) && !o.all && abs(s->sector.sz2) == abs(o.sz2)) return;
  if ((o.all ? ldexp(1, sites) : choose(sites, (sites + o.sz2) / 2)) > SMALL_STATES) return;
  add(c, &o, NULL)->solve = true;
  c->covers = holds_all(s, &o);
}

/* The chosen sector at another Sz, once. */
static void add_sz(const hilbert *s, hilbert_compare *c, int sz2) {
  rc_sector o = s->sector;
  o.sz2 = sz2;
  if (o.inversion && sz2) o.inversion = 0;
  if (abs(sz2) > hilbert_lattice(s)->sites || sz2 == s->sector.sz2) return;
  const bool mirror = s->model.field == 0; /* Sz and -Sz have the same levels */
  if (mirror && abs(sz2) == abs(s->sector.sz2)) return;
  for (int i = 0; i < c->goals; i++) {
    const int known = c->goal[i].sector.sz2;
    if (!c->goal[i].solve && (known == sz2 || (mirror && known == -sz2))) return;
  }
  add(c, &o, NULL);
}

/* Where an isotropic magnet in a field is likely to be: the levels without the field follow about
 * a parabola in Sz, which is known at two points, the chosen sector and full polarisation. */
static int likely_sz2(const hilbert *s, double energy) {
  const int sites = hilbert_lattice(s)->sites;
  const double m = s->sector.sz2 / 2., most = sites / 2., h = s->model.field;
  const double full = rc_hamiltonian_diagonal(s->h, 0) - h * most; /* all down, field taken off */
  const double bend = (full - (energy + h * m)) / (most * most - m * m);
  if (!(bend > 0)) return h > 0 ? sites : -sites;
  const double best = fmax(-most, fmin(most, h / (2 * bend)));
  return 2 * (int)floor(best + (sites % 2 ? 0 : 0.5)) + sites % 2;
}

/* An isotropic magnet without a field is never higher at a smaller |Sz|; else the neighbours tell
 * which way is down. */
static void add_magnetisations(const hilbert *s, hilbert_compare *c, double energy) {
  const int sites = hilbert_lattice(s)->sites, own = s->sector.sz2, least = sites % 2;
  if (s->sector.all) return;
  if (isotropic(s)) {
    const double most = fmax(LARGER * choose(sites, (sites + own) / 2), SMALL_STATES);
    int sz2 = least;
    while (sz2 < abs(own) && choose(sites, (sites + sz2) / 2) > most) sz2 += 2;
    if (sz2 < abs(own)) add_sz(s, c, sz2);
    return;
  }
  if (s->model.field == 0)
    add_sz(s, c, least);
  else if (s->model.delta == 1 && abs(own) < sites)
    add_sz(s, c, likely_sz2(s, energy));
  const int step = s->model.field < 0 || (s->model.field == 0 && own < 0) ? -2 : 2;
  add_sz(s, c, own + step);
  add_sz(s, c, own - step);
}

/* Does the chosen sector hold all of this one? */
static bool within(const rc_sector *own, const rc_sector *o) {
  static const int none[3] = {0};
  if (own->inversion && own->inversion != o->inversion) return false;
  if (memcmp(own->has_momentum ? own->momentum : none, o->has_momentum ? o->momentum : none,
             sizeof none) != 0)
    return false;
  if (own->characters > 0 && own->characters != o->characters) return false;
  for (int i = 0; i < o->characters; i++)
    if (o->character[i] != (own->characters ? own->character[i] : 1)) return false;
  return true;
}

/* The other real characters and parities. Of an isotropic magnet those of the parity of a singlet,
 * (-1)^(N/2), come first. The list is that of the scan. */
static void add_characters(const hilbert *s, hilbert_compare *c) {
  const rc_lattice *l = hilbert_lattice(s);
  if (s->sector.symmetry == RC_SYM_NONE) {
    rc_sector o = s->sector;
    o.inversion = -o.inversion;
    add(c, &o, NULL);
    return;
  }
  rc_err ignored = {0}; /* what is wrong with the sector itself is said when its basis is made */
  rc_scan *scan = rc_scan_new(l, s->h, &s->sector, 1, 0, 1, &ignored);
  if (!scan) return;
  const rc_scan_row *row;
  rc_scan_rows(scan, &row);
  const int singlet = l->sites / 2 % 2 ? -1 : 1, total = rc_scan_total(scan);
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < total; i++) {
      const rc_sector *o = &row[i].sector;
      const bool first = !o->inversion || o->inversion == singlet;
      const bool other = o->all != s->sector.all || o->sz2 != s->sector.sz2;
      if (plain(o) || other || first == (pass == 1) || within(&s->sector, o)) continue;
      add(c, o, row[i].name);
    }
  rc_scan_free(scan);
}

/* ---- what it costs ----------------------------------------------------------------------------
 */

static uint64_t vector_bytes(const goal *g) {
  if (g->states <= 64) return 8 * g->states * (g->states + 1); /* solved at once even so */
  const bool halves = plain(&g->sector) && !g->sector.all && g->sector.sz2 == 0;
  return (halves ? 8 : 16) * g->states;
}

/* Share of the pairs that are antiparallel. */
static double antiparallel(const hilbert *s, const rc_sector *o) {
  const int sites = hilbert_lattice(s)->sites, up = (sites + o->sz2) / 2;
  return o->all ? .5 : 2. * up * (sites - up) / RC_MAX(1., (double)sites * (sites - 1));
}

/* Expected: nothing is stored of plain sectors, of symmetric ones as much per entry as of the chosen
 * sector. */
static uint64_t matrix_bytes(const hilbert *s, const goal *g) {
  const double own = (double)hilbert_states(s) * antiparallel(s, &s->sector);
  if (plain(&g->sector) || own == 0) return 0;
  return (uint64_t)((double)s->plan.bytes * (double)g->states * antiparallel(s, &g->sector) / own);
}

static uint64_t solve_bytes(const hilbert *s, const goal *g) {
  rc_matrix_plan plan = {0};
  rc_basis *b = rc_basis_new(hilbert_lattice(s), &g->sector, 0, 1, NULL);
  const uint64_t held = b ? rc_basis_bytes(b) : 0;
  const bool ok =
      b && rc_matrix_plan_within(b, s->h, hilbert_room(s, 0), held, RC_MATRIX_AUTO, &plan, NULL);
  const uint64_t bytes = ok ? held + plan.bytes + rc_eigen_energy_bytes(b, &plan) : 0;
  rc_basis_free(b);
  return bytes;
}

/* States of a goal, 0 when there are too many, and what it holds. */
static void measure(const hilbert *s, goal *g) {
  if (g->measured) return;
  g->measured = true;
  const rc_lattice *l = hilbert_lattice(s);
  const int sites = l->sites;
  if (g->solve) {
    g->bytes = solve_bytes(s, g);
    return;
  }
  if (!plain(&g->sector))
    g->states = rc_sector_states(l, &g->sector);
  else if (g->sector.all || choose(sites, (sites + g->sector.sz2) / 2) > 4e18)
    return;
  else
    g->states = (uint64_t)choose(sites, (sites + g->sector.sz2) / 2);
  if (g->states > RC_MAX(LARGER * hilbert_states(s), (uint64_t)SMALL_STATES)) g->states = 0;
  if (!g->states) return;
  g->bytes = rc_basis_plan(l, &g->sector) + vector_bytes(g) + matrix_bytes(s, g);
}

/* Pairs looked at: building the matrix of a symmetric sector, or doing so at every product where
 * there is no room for it, and a number of products. */
static double effort(const hilbert *s, const rc_sector *sector, uint64_t states, int64_t products) {
  const double row = (double)states * (s->h->pairs + 1), times = (double)products;
  if (plain(sector)) return row * times;
  return s->plan.storage == RC_MATRIX_FLY ? row * BUILD_PRODUCTS * times
                                          : row * (BUILD_PRODUCTS + times);
}

static int products_of(const goal *g) {
  return plain(&g->sector) ? PRODUCTS : PRODUCTS_STORED;
}

/* The first bound is always looked for, more of them as long as the ground state cost as much. */
static bool worth(const hilbert *s, const hilbert_compare *c, const goal *g) {
  const double own = effort(s, &s->sector, hilbert_states(s), s->view.applications);
  return c->spent == 0 ||
         c->spent + effort(s, &g->sector, g->states, products_of(g)) <= fmax(own, EFFORT_LEAST);
}

static void drop_work(hilbert_compare *c) {
  rc_eigen_free(c->eigen);
  rc_matrix_free(c->matrix);
  rc_basis_free(c->basis);
  rc_basis_builder_free(c->builder);
  c->eigen = NULL;
  c->matrix = NULL;
  c->basis = NULL;
  c->builder = NULL;
  c->built = false;
}

void hilbert_compare_free(hilbert *s) {
  if (!s->compare) return;
  drop_work(s->compare);
  rc_free(s->compare);
  s->compare = NULL;
}

/* Which Sz are likely depends on the energy; for the plan of the memory it is not known yet, and the
 * sectors next to the chosen one stand for them. */
static void list_goals(const hilbert *s, hilbert_compare *c, double energy) {
  c->goals = 0;
  add_small(s, c);
  if (c->covers || s->o.scan) return;
  add_magnetisations(s, c, energy);
  if (!plain(&s->sector)) add_characters(s, c);
}

uint64_t hilbert_compare_bytes(const hilbert *s) {
  if (!s->o.compare || holds_all(s, &s->sector)) return 0;
  hilbert_compare plan = {0};
  uint64_t most = 0;
  list_goals(s, &plan, INFINITY);
  for (int i = 0; i < plan.goals; i++) {
    measure(s, &plan.goal[i]);
    if (hilbert_fits(s, plan.goal[i].bytes)) most = RC_MAX(most, plan.goal[i].bytes);
  }
  return most;
}

uint64_t hilbert_compare_begun(const hilbert *s) {
  return s->compare ? s->compare->begun : 0;
}

/* ---- what is found ----------------------------------------------------------------------------
 */

static double tolerance(const hilbert *s, double energy) {
  return 1e-8 * RC_MAX(rc_hamiltonian_scale(s->h), fabs(energy));
}

static bool lower(const hilbert *s, double energy) {
  return energy < s->view.energy - tolerance(s, energy);
}

/* what: the sector, or the states, and how its energy is known; scan: what a scan would add. */
static void keep(hilbert *s, double energy, const char *name, const char *what, int digits,
                 const char *scan) {
  s->outside_energy = energy;
  snprintf(s->outside_name, sizeof s->outside_name, "%s", name);
  s->compare->lower = lower(s, energy);
  if (s->compare->lower)
    hilbert_warn(s,
                 "the ground state is not in this sector: %s %s %.*g, this sector only %.*g "
                 "(study scan %s)",
                 name, what, digits, energy, digits, s->view.energy, scan);
}

/* All spins along or against the field: alone in their sectors. */
static void look_at_polarised(hilbert *s) {
  const int sites = hilbert_lattice(s)->sites;
  const uint64_t up = sites >= 64 ? UINT64_MAX : (UINT64_C(1) << sites) - 1;
  const bool down = s->model.field < 0;
  s->compare->polarised = true;
  const double energy = rc_hamiltonian_diagonal(s->h, down ? 0 : up);
  if (!lower(s, energy) || s->compare->covers) return; /* what is solved says more */
  keep(s, energy, down ? "all spins down" : "all spins up", "have E =", 10, "shows the lowest");
}

/* The energy of a goal, or a bound of it. */
static void take(hilbert *s, const goal *g, double energy) {
  *(g->solve ? &s->compare->solved : &s->compare->bounded) += 1;
  if (g->solve)
    keep(s, energy, g->name, "reaches E =", 10, "shows where");
  else if (lower(s, energy))
    keep(s, energy, g->name, "has a level at or below", 8, "solves it");
}

/* No warning must not be read as 'it is here' where that was not shown. */
static void conclude(hilbert *s) {
  hilbert_compare *c = s->compare;
  if (c->lower || (c->covers && c->solved) || s->scan_wanted) return;
  if (c->bounded + c->solved > 0)
    hilbert_note(
        s,
        "Compared with %d other sector%s, by bounds: none is lower, which is no proof that "
        "the ground state is in this one (study scan)",
        c->bounded + c->solved, c->bounded + c->solved == 1 ? "" : "s");
  else
    hilbert_note(s,
                 "Not compared with other sectors, they are too large: the ground state may be in "
                 "one of them%s",
                 c->polarised ? " (it is not fully polarised)" : "");
}

const char *hilbert_compare_extent(const hilbert *s, int *sectors) {
  const hilbert_compare *c = s->compare;
  *sectors = c ? c->solved + c->bounded : 0;
  if (s->phase <= AT_COMPARE) return NULL;
  if (holds_all(s, &s->sector) || (c && c->covers && c->solved)) return "complete";
  return c && (*sectors || c->lower) ? "partial" : "none";
}

/* ---- the step ---------------------------------------------------------------------------------
 */

static void next(hilbert_compare *c) {
  drop_work(c);
  c->at++;
}

/* A piece of basis and matrix; what does not fit after all is passed over. */
static bool build(hilbert *s, goal *g, rc_err *err) {
  hilbert_compare *c = s->compare;
  const rc_lattice *l = hilbert_lattice(s);
  const uint64_t basis_bytes = c->basis ? rc_basis_bytes(c->basis) : 0;
  bool done = false;
  if (c->matrix) return rc_matrix_build(c->matrix, BUILD_ROWS, &c->built, err);
  if (!c->basis) {
    if (!c->builder)
      c->builder =
          rc_basis_builder_new(l, &g->sector, 0, s->env.threads, err); /* it fits: measure */
    if (!c->builder || !rc_basis_builder_step(c->builder, &done, err)) return false;
    if (!done) return true;
    c->basis = rc_basis_builder_take(c->builder);
    c->builder = NULL;
    return true;
  }
  rc_matrix_plan plan;
  g->states = rc_basis_states(c->basis);
  uint64_t limit = hilbert_room(s, basis_bytes);
  if (!g->solve) /* as planned: the matrix within some per cent, and the vector that is not made */
    limit = RC_MIN(limit, matrix_bytes(s, g) * 5 / 4 + RC_MAX(vector_bytes(g), 24 * g->states));
  if (!rc_matrix_plan_make(c->basis, s->h, limit, RC_MATRIX_AUTO, &plan, err)) return false;
  plan.lean |= !g->solve; /* a bound needs no vectors but the last two */
  c->matrix = rc_matrix_new(c->basis, s->h, &plan, s->env.threads, err);
  return c->matrix != NULL;
}

/* No level is higher: no bond gives more than the highest of its levels, no spin more than the field. */
static double highest(const hilbert *s) {
  const rc_hamiltonian *h = s->h;
  double sum = fabs(h->field) * h->sites / 2;
  for (int p = 0; p < h->pairs; p++) {
    const double J = h->pair[p].J, z = J * h->delta / 4;
    sum += fmax(z, fabs(J) / 2 - z);
  }
  return sum;
}

/* After k products the Ritz value E is the least mean energy of all p(H) v, v the start vector and p
 * of degree k - 1. Were a level L at or below the energy found here in the sector, and c its share
 * of v, then the Chebyshev polynomial T that stays within 1 from E to the highest level would make
 *   mean - E <= [c T(L)^2 (L - E) + (highest - E)] / norm,
 * which must not be negative. Of a random vector of n entries, a share of less than a millionth of
 * 1/n is met once in a thousand times. (Kuczynski and Wozniakowski, SIAM J. Matrix Anal. Appl. 13,
 * 1094 (1992), bound the error of random starts in the same way.) */
static bool unlikely(const hilbert *s, const goal *g, const rc_eigen_view *v) {
  const double down = v->energy - s->view.energy, up = highest(s) - v->energy;
  if (!(down > 0 && up > 0)) return false;
  const double log_least = log(up / down * 1e6 * (double)g->states) / 2;
  return (double)(v->iteration - 1) * acosh(1 + 2 * down / up) - M_LN2 >= log_least;
}

/* Has a run on a bound told what it can? */
static bool told(const hilbert *s, const goal *g, const rc_eigen_view *v) {
  const double scale = rc_hamiltonian_scale(s->h);
  if (isnan(v->energy)) return false;
  if (v->residual <= 1e-5 * scale) return true;
  if (lower(s, v->energy)) return v->applications >= products_of(g) + POLISH;
  return v->applications >= products_of(g) || unlikely(s, g, v) ||
         (v->residual <= 1e-3 * scale && v->energy - v->residual > s->view.energy);
}

static bool run(hilbert *s, goal *g, rc_err *err) {
  hilbert_compare *c = s->compare;
  if (!c->eigen) {
    const rc_eigen_opts o = {.tolerance = 1e-9,
                             .iterations = s->o.iterations,
                             .levels = 0,
                             .seed = s->env.seed,
                             .threads = s->env.threads,
                             .energy_only = true};
    c->eigen = rc_eigen_new(c->matrix, &o, err);
    return c->eigen != NULL;
  }
  bool solved = false;
  if (!rc_eigen_step(c->eigen, &solved, err)) return false;
  const rc_eigen_view v = rc_eigen_read(c->eigen);
  if (!solved && (g->solve || !told(s, g, &v))) return true;
  if (!g->solve) c->spent += effort(s, &g->sector, g->states, v.applications);
  take(s, g, v.energy);
  next(c);
  return true;
}

/* Within the memory and, of bounds, within what was planned and the effort. */
static bool possible(const hilbert *s, goal *g) {
  measure(s, g);
  if (g->bytes == 0 || !hilbert_fits(s, g->bytes)) return false;
  return g->solve ||
         (s->memory - hilbert_room(s, g->bytes) <= s->bytes_planned && worth(s, s->compare, g));
}

bool hilbert_compare_step(hilbert *s, bool *done, rc_err *err) {
  *done = true;
  if (holds_all(s, &s->sector)) return true;
  if (!s->o.compare) {
    hilbert_note(s, "Not compared with other sectors (compare: false): the ground state may be in "
                    "one of them");
    return true;
  }
  hilbert_compare *c = s->compare;
  if (!c) {
    c = s->compare = rc_alloc(1, sizeof *c);
    *c = (hilbert_compare){0};
    list_goals(s, c, s->view.energy);
    look_at_polarised(s);
  }
  if (c->lower || c->at == c->goals) {
    conclude(s);
    drop_work(c);
    return true;
  }
  *done = false;
  goal *g = &c->goal[c->at];
  if (!c->builder && !c->basis && !possible(s, g)) {
    next(c);
    return true;
  }
  c->begun = RC_MAX(c->begun, g->bytes);
  rc_err own = {0};
  if (c->built ? run(s, g, &own) : build(s, g, &own)) return true;
  if (own.code != RC_ERR_MEMORY && own.code != RC_ERR_LIMIT) {
    if (err) *err = own;
    return false;
  }
  next(c); /* does not fit after all, or does not converge */
  return true;
}

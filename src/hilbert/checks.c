/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The self-check panel: what the scans and the eigensolver found (left) against what theorems say
 * about it in terms of the lattice (right). A theorem that does not apply is skipped and says why.
 */
#include "hilbert/checks_internal.h"
#include "hilbert/impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double LAPLACIAN_ENTRIES = 2e7;
static const uint64_t STATES_ENUMERATED = 1u << 25;
static const double COUNT = 0, ENERGY = 1e-8;

struct rc_checks_run {
  rc_check_input in;
  uint64_t limit;
  int threads;
  rc_check_lattice lattice;
  bool plain;
  int up;           /* -1: all Sz */
  double sz, scale; /* scale: rc_hamiltonian_scale */
  rc_check_states states;
  rc_check_laplacian laplacian;
  bool laplacian_begun, laplacian_refused;
  int finished;
  rc_check check[RC_CHECKS_MAX];
};

/* ---- verdicts ------------------------------------------------------------------------------ */

static bool skip(rc_check *c, const char *why) {
  c->verdict = RC_CHECK_SKIP;
  c->left = c->right = NAN;
  snprintf(c->why, sizeof c->why, "%s", why);
  return true;
}

static bool equal(rc_check *c, double left, double right, double tolerance) {
  c->left = rc_settled(left, 1e-3 * tolerance);
  c->right = rc_settled(right, 1e-3 * tolerance);
  c->tolerance = tolerance;
  c->verdict = fabs(left - right) <= tolerance ? RC_CHECK_PASS : RC_CHECK_FAIL;
  return true;
}

static bool at_most(rc_check *c, double left, double right, double tolerance) {
  equal(c, left, right, tolerance);
  if (left <= right + tolerance) c->verdict = RC_CHECK_PASS;
  return true;
}

static double near_energy(const rc_checks_run *r, double energy) {
  return ENERGY * RC_MAX(r->scale, fabs(energy));
}

/* ---- counts
 * --------------------------------------------------------------------------------------- */

static double choose(int n, int k) {
  double c = 1;
  if (k < 0 || k > n) return 0;
  for (int i = 1; i <= k; i++) c = round(c * (n - k + i) / i);
  return c;
}

static double expected_states(const rc_checks_run *r) {
  return r->up < 0 ? ldexp(1, r->lattice.sites) : choose(r->lattice.sites, r->up);
}

static double expected_edges(const rc_checks_run *r) {
  int n = r->lattice.sites, m = r->lattice.pairs;
  return r->up < 0 ? ldexp(m, n - 2) : m * choose(n - 2, r->up - 1);
}

static bool flips_exist(const rc_checks_run *r) {
  return expected_edges(r) > 0;
}

static const char ORBITS[] = "symmetric sector: vertices are orbits, not configurations";
static const char NOT_YET[] = "not known yet";

static bool no_graph(const rc_checks_run *r, rc_check *c, bool known) {
  if (!r->plain) return skip(c, ORBITS);
  if (!r->in.graph || !known) return skip(c, NOT_YET);
  return false;
}

static bool check_vertices(rc_checks_run *r, rc_check *c) {
  if (no_graph(r, c, true)) return true;
  return equal(c, (double)r->in.graph->vertices, expected_states(r), COUNT);
}

static bool check_edges(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->counts_done)) return true;
  return equal(c, (double)g->edges, expected_edges(r), COUNT);
}

static bool check_mean_degree(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  int n = r->lattice.sites, m = r->lattice.pairs, k = r->up;
  if (no_graph(r, c, g && g->counts_done)) return true;
  double mean = k < 0 ? m / 2.0 : n > 1 ? 2.0 * m * k * (n - k) / ((double)n * (n - 1)) : 0;
  return equal(c, g->degree_mean, mean, 1e-9);
}

static bool check_components(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->structure_done)) return true;
  return equal(c, (double)g->components, rc_check_components(&r->lattice, r->up), COUNT);
}

/* The enumeration that two checks share; false while it is under way. */
static bool enumerated(rc_checks_run *r) {
  return rc_check_states_step(&r->states, &r->lattice, r->in.model, r->in.matrix, r->up);
}

static bool no_enumeration(const rc_checks_run *r, rc_check *c) {
  if (!r->plain) return skip(c, ORBITS);
  if (expected_states(r) > (double)STATES_ENUMERATED)
    return skip(c, "more than 33554432 configurations to enumerate");
  return false;
}

static bool check_ising(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->counts_done) || no_enumeration(r, c)) return true;
  if (!enumerated(r)) return false;
  uint64_t agree = 0;
  for (int d = 0; d <= r->lattice.pairs && d < g->degrees; d++)
    agree += RC_MIN(g->histogram[d], r->states.histogram[d]);
  return equal(c, (double)agree, expected_states(r), COUNT);
}

static bool check_bisection(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->counts_done) || no_enumeration(r, c)) return true;
  if (!enumerated(r)) return false;
  int best = 0;
  for (int d = 0; d <= r->lattice.pairs; d++)
    if (r->states.histogram[d]) best = d;
  return equal(c, g->degree_max, best, COUNT);
}

static bool check_diagonal(rc_checks_run *r, rc_check *c) {
  if (no_enumeration(r, c)) return true;
  if (!enumerated(r)) return false;
  return equal(c, r->states.worst, 0, 1e-11 * r->scale);
}

static bool check_bipartite(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->structure_done)) return true;
  return equal(c, g->bipartite, r->lattice.bipartite || !flips_exist(r), COUNT);
}

static bool check_balanced(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->structure_done)) return true;
  return equal(c, g->balanced, !r->lattice.frustrated_ring || !flips_exist(r), COUNT);
}

static bool check_odd_cycle(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_graph(r, c, g && g->cycle_done)) return true;
  return equal(c, g->odd_cycle, flips_exist(r) ? r->lattice.frustrated_ring : 0, COUNT);
}

static bool check_triangles(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  int n = r->lattice.sites, k = r->up;
  double t = r->lattice.triangles;
  if (no_graph(r, c, g && g->triangles_done)) return true;
  if (g->triangles == RC_NONE) return skip(c, "too many triangles to count");
  double both = k < 0 ? ldexp(1, n - 2) : choose(n - 3, k - 1) + choose(n - 3, k - 2);
  return equal(c, (double)g->triangles, t > 0 ? t * both : 0, COUNT);
}

static bool check_triangle_cover(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  int per_pair = r->lattice.triangles_per_pair;
  if (no_graph(r, c, g && g->triangles_done && g->counts_done)) return true;
  if (g->triangles == RC_NONE) return skip(c, "too many triangles to count");
  if (per_pair <= 0) return skip(c, "the bonds do not all lie in equally many triangles");
  return equal(c, 3 * (double)g->triangles, per_pair * (double)g->edges, COUNT);
}

/* ---- energies
 * ------------------------------------------------------------------------------------- */

static bool no_signs(const rc_checks_run *r, rc_check *c) {
  if (r->in.signs && !isnan(r->in.energy)) return false;
  return skip(c, r->in.degeneracy > 1 ? "the ground level is degenerate: signs depend on the vector"
                                      : NOT_YET);
}

static bool check_energy(rc_checks_run *r, rc_check *c) {
  const rc_sign_facts *s = r->in.signs;
  if (no_signs(r, c)) return true;
  return equal(c, r->in.energy, s->energy_diagonal + s->weight_total - 2 * s->weight_satisfied,
               near_energy(r, r->in.energy));
}

static bool not_singlet(const rc_checks_run *r, rc_check *c) {
  if (no_signs(r, c)) return true;
  if (r->in.model->delta != 1) return skip(c, "XXZ anisotropy: no SU(2)");
  if (!r->plain) return skip(c, "symmetric sector: the diagonal contains folded flips");
  if (r->up * 2 != r->lattice.sites) return skip(c, "not at Sz = 0");
  if (isnan(r->in.total_spin)) return skip(c, NOT_YET);
  if (fabs(r->in.total_spin) > 1e-4) return skip(c, "the ground state is not a singlet");
  return false;
}

static bool check_singlet_diagonal(rc_checks_run *r, rc_check *c) {
  if (not_singlet(r, c)) return true;
  return equal(c, r->in.signs->energy_diagonal, r->in.energy / 3, near_energy(r, r->in.energy));
}

static bool check_singlet_cut(rc_checks_run *r, rc_check *c) {
  if (not_singlet(r, c)) return true;
  return equal(c, r->in.signs->weight_satisfied, r->in.signs->weight_total / 2 - r->in.energy / 3,
               near_energy(r, r->in.energy));
}

static bool no_laplacian(rc_checks_run *r, rc_check *c) {
  double entries = 2 * expected_edges(r);
  char need[32];
  if (!r->plain) return skip(c, ORBITS);
  if (entries > LAPLACIAN_ENTRIES) return skip(c, "more than 20000000 entries to check");
  uint64_t bytes =
      rc_check_laplacian_bytes(rc_basis_states(rc_matrix_basis(r->in.matrix)), entries);
  if ((!r->limit || bytes <= r->limit) && !r->laplacian_refused) return false;
  rc_format_bytes(bytes, need);
  skip(c, "");
  snprintf(c->why, sizeof c->why, "needs %s more memory", need);
  return true;
}

/* Both ends of the spectrum, shared by two checks; false while it is under way. */
static bool solved(rc_checks_run *r) {
  if (!r->laplacian_begun) {
    r->laplacian_begun = true;
    if (!rc_check_laplacian_start(&r->laplacian, &r->lattice, r->in.matrix, 2 * expected_edges(r),
                                  r->threads)) {
      r->laplacian_refused = true;
      rc_check_laplacian_clear(&r->laplacian);
      return true;
    }
    r->laplacian.deflate = r->up >= 0 && r->lattice.components == 1;
  }
  if (r->laplacian_refused) return true;
  if (!rc_check_laplacian_step(&r->laplacian)) return false;
  rc_check_laplacian_clear(&r->laplacian);
  return true;
}

static bool no_spectrum(rc_checks_run *r, rc_check *c) {
  if (no_laplacian(r, c)) return true; /* it may have been refused meanwhile */
  if (!isfinite(r->laplacian.worst)) return equal(c, NAN, 0, 0);
  if (r->laplacian.failed) return skip(c, "the Lanczos recurrence of the check did not converge");
  return false;
}

/* Before the spectrum, for whose sake the rows are read. */
static bool check_flips(rc_checks_run *r, rc_check *c) {
  if (no_laplacian(r, c)) return true;
  if (!solved(r)) return false;
  if (r->laplacian_refused) return no_laplacian(r, c);
  return equal(c, r->laplacian.worst, 0, 1e-12 * r->scale);
}

static bool check_laplacian(rc_checks_run *r, rc_check *c) {
  if (no_laplacian(r, c)) return true;
  if (r->in.model->delta != 1) return skip(c, "XXZ anisotropy: H is not a Laplacian");
  if (r->up < 0 && r->in.model->field != 0) return skip(c, "a field, and Sz is not fixed");
  if (isnan(r->in.energy)) return skip(c, NOT_YET);
  if (!solved(r)) return false;
  if (no_spectrum(r, c)) return true;
  double largest = r->laplacian.deflate ? RC_MAX(r->laplacian.high, 0.0) : r->laplacian.high;
  double field = r->up < 0 ? 0 : r->in.model->field * r->sz;
  const double energy = r->lattice.J_sum / 4 - largest / 2 - field;
  double within = near_energy(r, r->in.energy);
  /* two levels nearer to each other than the recurrence can tell: within its residual, then */
  if (!(r->in.gap > 1e-3 * r->scale)) within += r->laplacian.high_off;
  return equal(c, r->in.energy, energy, within);
}

static bool check_aldous(rc_checks_run *r, rc_check *c) {
  const rc_check_lattice *g = &r->lattice;
  if (no_laplacian(r, c)) return true;
  if (!g->all_positive && !g->all_negative) return skip(c, "couplings of both signs");
  if (g->components > 1) return skip(c, "the lattice falls into components");
  if (r->up < 0) return skip(c, "Sz is not fixed");
  if (!flips_exist(r)) return skip(c, "one configuration only");
  if (!solved(r)) return false;
  if (no_spectrum(r, c)) return true;
  const double gap = g->all_positive ? r->laplacian.low : -r->laplacian.high;
  const double off = g->all_positive ? r->laplacian.low_off : r->laplacian.high_off;
  /* A gap that is small beside the spectrum's width: the recurrence has not come down to it. */
  if (off > 1e-3 * fabs(gap)) return skip(c, "couplings too different for the check's recurrence");
  const double lattice = rc_check_lattice_gap(g);
  return equal(c, gap, lattice, 1e-7 * r->scale + (lattice < 1e-2 * r->scale ? off : 0));
}

static bool check_boson(rc_checks_run *r, rc_check *c) {
  if (isnan(r->in.boson_energy) || isnan(r->in.energy)) return skip(c, NOT_YET);
  return at_most(c, r->in.boson_energy, r->in.energy, near_energy(r, r->in.energy));
}

static bool check_boson_balanced(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (isnan(r->in.boson_energy) || isnan(r->in.energy) || !g || !g->structure_done)
    return skip(c, NOT_YET);
  if (!g->balanced) return skip(c, "the Hilbert graph is not balanced");
  /* flips inside an orbit are on the diagonal there, where no choice of signs reaches them */
  if (!r->plain) return skip(c, "symmetric sector: the diagonal contains folded flips");
  return equal(c, r->in.boson_energy, r->in.energy, near_energy(r, r->in.energy));
}

static bool check_no_frustration(rc_checks_run *r, rc_check *c) {
  const rc_graph_facts *g = r->in.graph;
  if (no_signs(r, c)) return true;
  if (!g || !g->structure_done) return skip(c, NOT_YET);
  if (!g->balanced) return skip(c, "the Hilbert graph is not balanced");
  if (r->in.signs->weight_total < 1e-9 * r->scale) return skip(c, "no flip has any weight");
  return equal(c, r->in.signs->frustrated_share, 0, 1e-8);
}

static bool check_marshall(rc_checks_run *r, rc_check *c) {
  if (no_signs(r, c)) return true;
  if (!r->plain) return skip(c, "symmetric sector: its lowest state may be an excited one");
  if (!r->lattice.bipartite) return skip(c, "the lattice is not bipartite");
  if (!r->lattice.all_positive) return skip(c, "not all couplings are antiferromagnetic");
  if (r->lattice.components > 1) return skip(c, "the lattice falls into components");
  if (isnan(r->in.signs->marshall_overlap)) return skip(c, NOT_YET);
  return equal(c, r->in.signs->marshall_overlap, 1, 1e-8);
}

/* ---- the panel
 * ------------------------------------------------------------------------------------ */

static const char TOKEN[] = "token graph F_k (Fabila-Monroy et al. 2012)";
static const char DEFINITION[] = "definition";

static const struct {
  const char *name, *formula, *source;
  bool (*run)(rc_checks_run *r, rc_check *c); /* true when it is finished */
} CHECKS[] = {
    {"vertices", "V = C(N,k); all Sz: 2^N", TOKEN, check_vertices},
    {"edges", "E = m C(N-2,k-1); all Sz: m 2^(N-2)", TOKEN, check_edges},
    {"mean degree", "2 m k (N-k) / (N (N-1)); all Sz: m/2", TOKEN, check_mean_degree},
    {"components", "ways to share k tokens among the lattice's components", TOKEN,
     check_components},
    {"degrees = Ising states", "vertices of degree d = configurations that cut d bonds", DEFINITION,
     check_ising},
    {"largest degree", "classical Max-Cut of the lattice with k sites on one side", DEFINITION,
     check_bisection},
    {"diagonal", "largest |D_c - (sum J - 2 sum of cut J) delta/4 + h Sz| = 0", DEFINITION,
     check_diagonal},
    {"flips", "largest |2 H_cc' - J| = 0, no flip missing, none made up", DEFINITION, check_flips},
    {"bipartite", "Hilbert graph bipartite <=> lattice bipartite", TOKEN, check_bipartite},
    {"balanced", "a sign rule exists <=> no frustrated ring on the lattice",
     "closed walks of tokens", check_balanced},
    {"shortest frustrated cycle", "as long as the lattice's shortest frustrated ring",
     "closed walks of tokens", check_odd_cycle},
    {"triangles", "T = t (C(N-3,k-1) + C(N-3,k-2)); all Sz: t 2^(N-2)", TOKEN, check_triangles},
    {"triangles per edge", "3 T = q E when every bond lies in q triangles", TOKEN,
     check_triangle_cover},
    {"energy of the signs", "E0 = E_diag + W - 2 C", "sum over edges, exact signs", check_energy},
    {"singlet: diagonal", "E_diag = E0 / 3", "SU(2)", check_singlet_diagonal},
    {"singlet: cut", "C = W/2 + |E0|/3", "SU(2) and E0 = E_diag + W - 2 C", check_singlet_cut},
    {"largest Laplacian eigenvalue", "E0 = sum J/4 - lambda_max(L)/2 - h Sz",
     "S.S - 1/4 = (P - 1)/2", check_laplacian},
    {"ferromagnet gap", "lambda_2 of the Hilbert graph = lambda_2 of the lattice",
     "Aldous; Caputo, Liggett, Richthammer 2010", check_aldous},
    {"boson below", "lambda_min(D - |A|) <= E0", "Perron-Frobenius", check_boson},
    {"boson, balanced", "lambda_min(D - |A|) = E0 when a sign rule exists", "Perron-Frobenius",
     check_boson_balanced},
    {"no frustration", "balanced => frustrated weight 0", "Perron-Frobenius", check_no_frustration},
    {"Marshall rule", "bipartite => overlap with the sublattice signs 1",
     "Marshall 1955; Lieb, Mattis 1962", check_marshall},
};
_Static_assert(sizeof CHECKS / sizeof *CHECKS <= RC_CHECKS_MAX, "raise RC_CHECKS_MAX");

rc_checks_run *rc_checks_new(const rc_check_input *in, uint64_t limit, int threads) {
  const rc_basis *b = rc_matrix_basis(in->matrix);
  const rc_sector *sector = rc_basis_sector(b);
  rc_checks_run *r = rc_alloc(1, sizeof *r);
  rc_check_lapack_init();
  r->in = *in;
  r->limit = limit;
  r->threads = threads;
  r->plain = !rc_basis_symmetric(b);
  r->up = sector->all ? -1 : (in->lattice->sites + sector->sz2) / 2;
  r->sz = sector->sz2 / 2.0;
  r->scale = rc_hamiltonian_scale(rc_matrix_hamiltonian(in->matrix));
  rc_check_lattice_make(&r->lattice, in->lattice, in->model);
  return r;
}

void rc_checks_free(rc_checks_run *r) {
  if (!r) return;
  rc_check_lattice_clear(&r->lattice);
  rc_check_laplacian_clear(&r->laplacian);
  rc_free(r->states.histogram);
  rc_free(r);
}

void rc_checks_step(rc_checks_run *r, bool *done) {
  int i = r->finished;
  if (i < (int)RC_LEN(CHECKS)) {
    rc_check *c = &r->check[i];
    snprintf(c->name, sizeof c->name, "%s", CHECKS[i].name);
    snprintf(c->formula, sizeof c->formula, "%s", CHECKS[i].formula);
    snprintf(c->source, sizeof c->source, "%s", CHECKS[i].source);
    if (CHECKS[i].run(r, c)) r->finished++;
  }
  *done = r->finished == (int)RC_LEN(CHECKS);
}

int rc_checks_read(const rc_checks_run *r, const rc_check **checks) {
  *checks = r->check;
  return r->finished;
}

int rc_checks(const rc_check_input *in, rc_check *out, int cap) {
  rc_checks_run *r = rc_checks_new(in, 0, 1);
  const rc_check *checks;
  bool done = false;
  while (!done) rc_checks_step(r, &done);
  int n = RC_MIN(rc_checks_read(r, &checks), cap);
  memcpy(out, checks, (size_t)n * sizeof *out);
  rc_checks_free(r);
  return n;
}

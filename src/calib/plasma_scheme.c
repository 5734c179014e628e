/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scheme from its table of reactions, and its rates (arXiv 2602.04975). */
#include "calib/plasma.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GAS_R    0.00831442 /* kJ/mol/K */
#define F_SITES  1.5e15     /* cm^-2 */
#define S_SITES  3e13
#define T_REF    323.15 /* the wall at which the yields of ions were found */
#define E_DI     15.0
#define E_DE     30.0
#define E_ALPHA  3400.0
#define HOP      1e13
#define NU_D     1e15
#define NEAR_S   0.75 /* share of the neighbours of an F site that are no F sites */
#define ION_FLUX 1e14 /* cm^-2 s^-1 per mA */

static const char *const species_name[PS_SPECIES] = {
    "O_F", "O2_F", "CO_F", "CO2_F", "O_S", "CO_S", "Vdb_S", "Odb_S", "COdb_S", "V_F", "V_S"};
static const char *const gas_name[] = {"", "O", "O2", "CO", "CO2", "O2fast"};

static const struct {
  int id;
  const char *text;
  ps_type type;
  bool gamma;
  double steric, energy;
} table[] = {
#define X(id, text, type, gamma, steric, energy) {id, text, PS_##type, gamma, steric, energy},
#include "calib/plasma_reactions.def"
#undef X
};

/* ---- parsing ---------------------------------------------------------------------------------- */

static int find(const char *const *names, int n, const char *word, size_t len) {
  for (int i = 0; i < n; i++) {
    if (strlen(names[i]) == len && !strncmp(names[i], word, len)) return i;
  }
  return -1;
}

static bool on_f(int species) {
  return species < PS_F_END || species == PS_V_F;
}

typedef struct term {
  int count, species, gas; /* species -1: a gas */
  const char *text;
  size_t len;
} term;

/* Next "2 CO_F" of a side; moves *s behind it and its plus. False at the end of the side. */
static bool next_term(const char **s, const char *end, term *t) {
  const char *p = *s + strspn(*s, " +");
  if (p >= end) return false;
  *t = (term){.count = 1, .species = -1};
  if (*p >= '0' && *p <= '9') {
    t->count = *p - '0';
    p += 1 + strspn(p + 1, " ");
  }
  t->text = p;
  t->len = strcspn(p, " ");
  *s = p + t->len;
  t->species = find(species_name, PS_SPECIES, p, t->len);
  t->gas = find(gas_name, RC_LEN(gas_name), p, t->len);
  if (t->gas < 0 && t->species < 0) t->gas = PS_FAST_OTHER;
  return true;
}

static bool read_left(ps_reaction *r, const char *from, const char *arrow) {
  term t;
  int n = 0;
  r->reactant[0] = r->reactant[1] = -1;
  while (next_term(&from, arrow, &t)) {
    if (t.species < 0 && r->gas) return false;
    if (t.species < 0) r->gas = t.gas;
    for (int i = 0; i < t.count && t.species >= 0; i++) {
      if (n == 2) return false;
      r->reactant[n++] = t.species;
      if (t.species < PS_UNKNOWNS) r->change[t.species] -= 1;
    }
  }
  return n > 0;
}

static bool uses(const ps_reaction *r, int species) {
  return r->reactant[0] == species || r->reactant[1] == species;
}

/* Oxygen atoms removed per event: both atoms of the molecule came from the gas or not. */
static double multiplicity(const ps_reaction *r, bool makes_co2, const ps_quirks *q) {
  if (r->gas == PS_O2 || uses(r, PS_O2_F)) return 1;
  return makes_co2 ? q->co_factor : 2;
}

static bool read_reaction(ps_reaction *r, const char *text, bool gamma, const ps_quirks *q) {
  const char *arrow = strstr(text, "->");
  if (!arrow || !read_left(r, text, arrow)) return false;
  bool makes_co2 = false;
  term t;
  for (const char *p = arrow + 2; next_term(&p, p + strlen(p), &t);) {
    if (t.species >= 0 && t.species < PS_UNKNOWNS) r->change[t.species] += t.count;
    makes_co2 |= t.gas == PS_CO2;
  }
  for (int u = 0; u < PS_UNKNOWNS; u++) {
    if (uses(r, u)) r->needs |= 1u << u;
    if (r->change[u] > 0) r->makes |= 1u << u;
  }
  const bool has_s = !on_f(r->reactant[0]) || (r->reactant[1] >= 0 && !on_f(r->reactant[1]));
  /* rates with an S reactant are per S site; an F site sees them diluted */
  for (int s = 0; s < PS_F_END && has_s; s++) r->change[s] *= S_SITES / F_SITES;
  if (gamma && (r->id != 12 || q->o4)) {
    r->gamma = multiplicity(r, makes_co2, q) * (has_s ? S_SITES : F_SITES);
  }
  return true;
}

bool ps_scheme_make(ps_scheme *s, int last, const ps_quirks *q) {
  memset(s, 0, sizeof *s);
  s->quirks = *q;
  s->e_alpha = E_ALPHA;
  for (size_t i = 0; i < RC_LEN(table) && table[i].id <= last; i++) {
    ps_reaction *r = &s->r[s->reactions++];
    *r = (ps_reaction){.id = table[i].id,
                       .type = table[i].type,
                       .steric = table[i].steric,
                       .energy = table[i].energy,
                       .steric_at = -1,
                       .factor = 1};
    if (!read_reaction(r, table[i].text, table[i].gamma, q)) return false;
    const int id = r->id;
    if (id == 5 || id == 26 || id == 27 || id >= 60) r->factor = NEAR_S;
    r->nu_d = r->type == PS_DES && !uses(r, PS_CO2_F);
  }
  return true;
}

/* ---- conditions ------------------------------------------------------------------------------- */

double ps_ion_energy(double p) {
  static const double at[] = {.2, .3, .4, .5, .6, .75, 1.5};
  static const double energy[] = {1.04, .91, .87, .83, .77, .5, .001};
  const int n = RC_LEN(at);
  if (!(p >= at[0] && p <= at[n - 1])) return .001;
  int k = 0;
  while (k < n - 2 && p > at[k + 1]) k++;
  return energy[k] + (energy[k + 1] - energy[k]) * (p - at[k]) / (at[k + 1] - at[k]);
}

/* Thermal flux in cm^-2 s^-1 of n cm^-3 of molar mass M kg/mol. */
static double thermal_flux(double n, double tnw, double mass) {
  return 0.25 * sqrt(8 * GAS_R * 1000 * tnw / (M_PI * mass)) * n * 100;
}

/* Yield of the ions over that at the reference wall. */
static double ion_yield(double tw) {
  const double here = exp(-E_DI / (GAS_R * tw)) + exp(-E_DE / (GAS_R * tw));
  return here / (exp(-E_DI / (GAS_R * T_REF)) + exp(-E_DE / (GAS_R * T_REF)));
}

void ps_condition_make(const ps_scheme *s, const double *input, ps_condition *c) {
  const double tw = c->tw = input[PS_TW], tnw = c->tnw = input[PS_TNW];
  const double flux[] = {[PS_NO_GAS] = 0,
                         [PS_O] = thermal_flux(exp(input[PS_LN_O]), tnw, .016),
                         [PS_O2] = thermal_flux(exp(input[PS_LN_O2]), tnw, .032),
                         [PS_CO] = thermal_flux(exp(input[PS_LN_CO]), tnw, .028),
                         [PS_CO2] = thermal_flux(exp(input[PS_LN_CO2]), tnw, s->quirks.co2_mass),
                         [PS_FAST_O2] = ION_FLUX * input[PS_I],
                         [PS_FAST_OTHER] = 0}; /* their fluxes are not known and left out */
  c->flux_o = flux[PS_O];
  c->e_avg = ps_ion_energy(input[PS_P]);
  const double yield = ion_yield(tw);
  for (int i = 0; i < s->reactions; i++) {
    const ps_reaction *r = &s->r[i];
    const double from_gas = flux[r->gas] / (F_SITES + S_SITES) * exp(-r->energy / (GAS_R * tnw));
    switch (r->type) {
    case PS_ADS:
    case PS_ER:
    case PS_DST:
    case PS_ERM: c->base[i] = from_gas; break;
    case PS_CRE: c->base[i] = from_gas * yield; break;
    case PS_DES: c->base[i] = NU_D * exp(-r->energy / (GAS_R * tw)); break;
    case PS_DIF:
    case PS_LH: c->base[i] = r->factor * HOP * exp(-r->energy / (GAS_R * tw)); break;
    }
  }
}

/* ---- rates ------------------------------------------------------------------------------------ */

/* erfc(sqrt x) + 2 sqrt(x/pi) exp(-x) and its derivative */
static double tail_share(double x, double *slope) {
  const double root = sqrt(x), e = exp(-x);
  *slope = -2 * root / sqrt(M_PI) * e;
  return erfc(root) + 2 * root / sqrt(M_PI) * e;
}

double ps_above(double x, double tail, double *slope) {
  double cut = 0, cut_slope = 0;
  const double share = tail_share(x, slope);
  if (tail > 0) cut = tail_share(tail * x, &cut_slope);
  *slope -= tail * cut_slope;
  return share - cut;
}

void ps_rates(const ps_scheme *s, const ps_condition *c, const double *theta, double *k,
              double *slope) {
  const double boltz = 1 / (GAS_R * c->tw);
  const double grow = exp(theta[s->common[PS_ED]] * boltz), b = theta[s->common[PS_B]];
  const double nu_d = theta[s->common[PS_A]] + b * grow;
  double ion_slope, alpha_slope, fixed_slope;
  const double ion = ps_above(theta[s->common[PS_EMIN]] / c->e_avg, s->quirks.tail, &ion_slope);
  const double alpha = ps_above(theta[s->common[PS_EALPHA]] / c->tnw, s->quirks.tail, &alpha_slope);
  const double fixed = ps_above(s->e_alpha / c->tnw, s->quirks.tail, &fixed_slope);
  for (int i = 0; i < s->reactions; i++) {
    const ps_reaction *r = &s->r[i];
    const double base = c->base[i] * (r->steric_at < 0 ? r->steric : theta[r->steric_at]);
    double factor = 1, d[PS_COMMON] = {0};
    if (r->nu_d) {
      factor = nu_d;
      d[PS_A] = 1, d[PS_B] = grow, d[PS_ED] = b * grow * boltz;
    } else if (r->type == PS_CRE) {
      factor = ion;
      d[PS_EMIN] = ion_slope / c->e_avg;
    } else if (r->type == PS_DST || r->type == PS_ERM) {
      const double share = r->free_alpha ? alpha : fixed;
      const double sign = r->type == PS_DST ? 1 : -1;
      factor = r->type == PS_DST ? share : 1 - share;
      if (r->free_alpha) d[PS_EALPHA] = sign * alpha_slope / c->tnw;
    }
    k[i] = base * factor;
    if (!slope) continue;
    for (int j = 0; j < PS_COMMON; j++) slope[i * PS_SLOPES + j] = base * d[j];
    slope[i * PS_SLOPES + PS_STERIC] = c->base[i] * factor;
  }
}

double ps_gamma(const ps_scheme *s, const ps_condition *c, const double *k, const double *y) {
  double sum = 0;
  for (int i = 0; i < s->reactions; i++) {
    const ps_reaction *r = &s->r[i];
    if (r->gamma == 0) continue;
    sum += r->gamma * k[i] * y[r->reactant[0]] * (r->reactant[1] < 0 ? 1 : y[r->reactant[1]]);
  }
  return sum / c->flux_o;
}

/* ---- typical conditions ----------------------------------------------------------------------- */

void ps_typical(double p, double i, double tw, double f, double *input) {
  const double l = log(p), li = log(i / 40), boltzmann = 1.380649e-23;
  const double tnw = tw + 24.2 + 14.2 * l + 3.5 * l * l + 18.9 * li - 50.2 * f + 104.3 * f * f;
  double x[5] = {0};
  x[PS_O] = exp(-1.644 - .005 * l - .358 * l * l + .455 * li - .554 * f - .907 * f * f);
  if (f > 0) {
    x[PS_CO] = exp(-.647 - .315 * l + .121 * li + 1.806 * log(f));
    x[PS_CO2] = exp(-1.197 + .074 * l - .242 * li + .478 * log(f));
  }
  /* O2 is the rest; where the regressions leave almost none they are scaled to leave 2 % */
  const double sum = x[PS_O] + x[PS_CO] + x[PS_CO2], most = 0.98;
  for (int g = PS_O; g <= PS_CO2 && sum > most; g++) x[g] *= most / sum;
  x[PS_O2] = 1 - RC_MIN(sum, most);
  const double n = p * 133.322 / (boltzmann * tnw) * 1e-6;
  input[PS_P] = p, input[PS_I] = i, input[PS_TW] = tw, input[PS_TNW] = tnw;
  input[PS_LN_O] = log(n * x[PS_O]), input[PS_LN_O2] = log(n * x[PS_O2]);
  input[PS_LN_CO] = x[PS_CO] > 0 ? log(n * x[PS_CO]) : -INFINITY;
  input[PS_LN_CO2] = x[PS_CO2] > 0 ? log(n * x[PS_CO2]) : -INFINITY;
}

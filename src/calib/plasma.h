/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plasma-surface kinetics (arXiv 2602.04975; Guerra, IEEE Trans. Plasma Sci. 35, 1397, 2007): the
 * scheme, its rates at a condition, steady states of the fractions, and their sensitivities.
 * Energies in kJ/mol, temperatures in K, densities in cm^-3, rates in 1/s. */
#ifndef RC_CALIB_PLASMA_H
#define RC_CALIB_PLASMA_H

#include "calib/model.h"

/* Fractions of the sites F (physisorption) and S (chemisorption, metastable ones included); the
 * vacant ones follow from the others. */
enum {
  PS_O_F,
  PS_O2_F,
  PS_CO_F,
  PS_CO2_F,
  PS_O_S,
  PS_CO_S,
  PS_Vdb_S,
  PS_Odb_S,
  PS_COdb_S,
  PS_V_F,
  PS_V_S,
  PS_SPECIES,
  PS_UNKNOWNS = PS_V_F,
  PS_F_END = PS_O_S, /* unknowns before it sit on F sites */
  PS_REACTIONS_MAX = 64
};
enum { PS_NO_GAS, PS_O, PS_O2, PS_CO, PS_CO2, PS_FAST_O2, PS_FAST_OTHER };
typedef enum { PS_ADS, PS_ER, PS_DES, PS_DIF, PS_LH, PS_CRE, PS_DST, PS_ERM } ps_type;
/* The parameters that are no steric factors. */
enum { PS_A, PS_B, PS_ED, PS_EMIN, PS_EALPHA, PS_COMMON };
/* Slopes of a rate: to the common parameters and to its steric factor. */
enum { PS_STERIC = PS_COMMON, PS_SLOPES };

typedef struct ps_reaction {
  int id;
  ps_type type;
  double steric, energy;
  int gas;                    /* PS_O .. */
  int reactant[2];            /* species, -1 for none */
  unsigned needs, makes;      /* bits of the unknowns it consumes or uses, and makes */
  double change[PS_UNKNOWNS]; /* of each unknown per event, in units of its own sites */
  double gamma;               /* share in gamma: multiplicity * sites, 0 when it does not count */
  double factor;              /* of hops: how often a neighbour is of the right kind */
  bool nu_d;                  /* desorbs with the fitted frequency */
  bool free_alpha;            /* the fitted E_alpha holds, not 3400 K */
  int steric_at;              /* index of its parameter, -1: constant */
} ps_reaction;

typedef struct ps_quirks { /* what the authors' program does, and physics might not */
  double co2_mass;         /* kg/mol: 0.048 there, 0.044 is right */
  double co_factor;        /* O atoms counted per CO2 formed: 2 there, 1 is right */
  bool o4;                 /* O2 + O2_F -> O4 counts in gamma */
  double tail; /* energy integrals end at this multiple of the threshold: 40; 0: never */
} ps_quirks;

typedef struct ps_scheme {
  int reactions;
  ps_reaction r[PS_REACTIONS_MAX];
  ps_quirks quirks;
  int common[PS_COMMON]; /* index of each in theta */
  double e_alpha;        /* of reactions without the fitted one */
} ps_scheme;

/* The columns of the inputs, in this order. Absent gases have ln n = -infinity. */
enum { PS_P, PS_I, PS_TW, PS_TNW, PS_LN_O, PS_LN_O2, PS_LN_CO, PS_LN_CO2, PS_INPUTS };

typedef struct ps_condition { /* all of the rates that does not depend on theta */
  double base[PS_REACTIONS_MAX];
  double flux_o, e_avg, tw, tnw;
} ps_condition;

/* Ids up to 'last'. False: the table does not parse; a fault of the program. */
bool ps_scheme_make(ps_scheme *s, int last, const ps_quirks *q);
void ps_condition_make(const ps_scheme *s, const double *input, ps_condition *c);
/* Rates k (reactions) at theta; slope (may be NULL) gets their slopes, reactions x
 * PS_SLOPES. */
void ps_rates(const ps_scheme *s, const ps_condition *c, const double *theta, double *k,
              double *slope);
/* Mean energy of the ions in eV at p Torr (Booth et al., Plasma Sources Sci. Technol. 28, 055005,
 * 2019). */
double ps_ion_energy(double p);
/* Share of a Maxwell-Boltzmann flux above x = E/kT, up to tail * E, and its derivative in x. */
double ps_above(double x, double tail, double *slope);

/* The unknowns that something makes at rates k, others than these are 0. */
typedef struct ps_alive {
  int n, unknown[PS_UNKNOWNS];
} ps_alive;
void ps_find_alive(const ps_scheme *s, const double *k, ps_alive *out);

/* dy/dt (n of 'alive') and, unless NULL, its Jacobian (n x n, column-major) and the sum of the
 * absolute values of all terms. y has all PS_SPECIES. */
void ps_balance(const ps_scheme *s, const ps_alive *alive, const double *k, const double *y,
                double *f, double *jacobian, double *gross);
/* Vacant fractions from the others. */
void ps_close_sites(double *y);
/* Steady state from y (a start that may be anything); 1e-12 relative. False: none found. */
bool ps_steady(const ps_scheme *s, const double *k, double *y);
/* Recombination probability of O at fractions y. */
double ps_gamma(const ps_scheme *s, const ps_condition *c, const double *k, const double *y);
/* d gamma / d theta_j into out (parameters), by one adjoint solve at the steady state y. */
bool ps_adjoint(const ps_scheme *s, const ps_condition *c, const double *k, const double *slope,
                const double *y, int parameters, double *out);

/* ln n of the gases and T_nw from p, I, T_w and the share of CO2 in the gas fed: regressions of
 * measured conditions, good within p 0.4-7.5 Torr, I 20-40 mA, T_w 253-323 K. */
void ps_typical(double p, double i, double tw, double f_co2, double *input);

#endif

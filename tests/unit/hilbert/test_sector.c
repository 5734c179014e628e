/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symmetric sectors against plain ones: spectra by LAPACK, dimensions, error messages. */
#include "unit/hilbert/common.h"

/* Every level of part is found in whole; whole loses it, so that multiplicities count. */
static void assert_contained(const double *part, uint64_t n, double *whole, uint64_t all) {
  for (uint64_t i = 0; i < n; i++) {
    uint64_t best = 0;
    for (uint64_t k = 0; k < all; k++)
      if (fabs(whole[k] - part[i]) < fabs(whole[best] - part[i])) best = k;
    if (fabs(whole[best] - part[i]) > 1e-9)
      fail_msg("level %.12f of the symmetric sector is not in the plain one (nearest %.12f)",
               part[i], whole[best]);
    whole[best] = 1e300;
  }
}

/* Returns the number of states of the symmetric sector; 0 when it is empty, which is an error. */
static uint64_t check_contained(const rc_lattice *l, const rc_model *m, rc_sector s) {
  rc_err err = {0};
  rc_basis *try = rc_basis_new(l, &s, 0, 1, &err);
  rc_err early = {0};
  assert_int_equal(rc_sector_check(l, &s, &early), try != NULL);
  assert_int_equal(rc_sector_states(l, &s), try ? rc_basis_states(try) : 0);
  rc_basis_free(try);
  if (!try) {
    assert_non_null(strstr(err.message, "has this momentum, character and inversion"));
    assert_string_equal(early.message, err.message);
    return 0;
  }
  rc_hamiltonian *h = rc_hamiltonian_new(l, m);
  rc_sector plain = {.all = s.all, .sz2 = s.sz2};
  rc_basis *b = basis_of(l, &plain), *q = basis_of(l, &s);
  rc_matrix *mb = matrix_of(b, h, RC_MATRIX_FLY, 1), *mq = matrix_of(q, h, RC_MATRIX_FLY, 1);
  double *wb = spectrum_of(mb), *wq = spectrum_of(mq);
  uint64_t states = rc_matrix_states(mq);
  assert_contained(wq, states, wb, rc_matrix_states(mb));
  free(wq);
  free(wb);
  rc_matrix_free(mq);
  rc_matrix_free(mb);
  rc_basis_free(q);
  rc_basis_free(b);
  rc_hamiltonian_free(h);
  return states;
}

static void test_contained(void **state) {
  (void)state;
  struct {
    const char *kind;
    int a, b;
    int sz2;
  } const cases[] = {{"chain", 8, 0, 0},    {"chain", 9, 0, 1},  {"square", 4, 2, 0},
                     {"kagome", 2, 1, 0},   {"ladder", 4, 0, 0}, {"triangular", 3, 3, 1},
                     {"honeycomb", 2, 2, 0}};
  for (size_t k = 0; k < RC_LEN(cases); k++) {
    rc_lattice *l = lattice_of(cases[k].kind, cases[k].a, cases[k].b, 0);
    rc_model m = {.J = {1, 0.6, 0.3}, .delta = 0.8, .field = 0.2};
    for (int symmetry = RC_SYM_NONE; symmetry <= RC_SYM_FULL; symmetry++)
      for (int inversion = -1; inversion <= 1; inversion++) {
        if (inversion && cases[k].sz2) continue;
        if (symmetry == RC_SYM_NONE && !inversion) continue;
        check_contained(l, &m,
                        (rc_sector){.sz2 = cases[k].sz2,
                                    .symmetry = (rc_symmetry)symmetry,
                                    .inversion = inversion});
      }
    for (int t = 0; l->periodic && t < 4; t++) { /* 0 and pi along each side */
      rc_sector s = {.all = t % 2, .sz2 = cases[k].sz2, .symmetry = RC_SYM_TRANSLATION};
      s.has_momentum = true;
      s.momentum[0] = cases[k].a % 2 ? 0 : cases[k].a / 2;
      s.momentum[1] = t / 2 && cases[k].b % 2 == 0 ? cases[k].b / 2 : 0;
      check_contained(l, &m, s);
    }
    rc_lattice_free(l);
  }
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_contained)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

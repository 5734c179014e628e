/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors, counted memory, shared objects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/base.h"

static void first_error_wins(void **state) {
  (void)state;
  rc_err e = {0};
  assert_false(rc_err_at(&e, RC_ERR_INPUT, 3, 7, "no %s", "good"));
  assert_false(rc_err_set(&e, RC_ERR_MEMORY, "later"));
  assert_int_equal(e.code, RC_ERR_INPUT);
  assert_int_equal(e.line, 3);
  assert_int_equal(e.column, 7);
  assert_string_equal(e.message, "no good");
  assert_false(rc_err_set(NULL, RC_ERR_INPUT, "nobody listens"));
}

static void every_code_has_its_status(void **state) {
  (void)state;
  /* the command line's contract */
  assert_int_equal(rc_err_status(RC_ERR_NONE), 0);
  assert_int_equal(rc_err_status(RC_ERR_EXPECT), 1);
  assert_int_equal(rc_err_status(RC_ERR_USAGE), 2);
  assert_int_equal(rc_err_status(RC_ERR_TERMINAL), 2);
  assert_int_equal(rc_err_status(RC_ERR_INPUT), 3);
  assert_int_equal(rc_err_status(RC_ERR_MEMORY), 4);
  assert_int_equal(rc_err_status(RC_ERR_LIMIT), 4);
  assert_int_equal(rc_err_status(RC_ERR_INTERNAL), 5);
  assert_int_equal(rc_err_status(RC_ERR_STOPPED), 130);
  assert_string_equal(rc_err_hint(RC_ERR_NONE), "");
  assert_true(strlen(rc_err_hint(RC_ERR_MEMORY)) > 0);
  assert_int_equal(rc_err_status((rc_err_code)99), 5);
}

static void long_messages_stay_utf8(void **state) {
  (void)state;
  for (int shift = 0; shift < 3; shift++) { /* the cut falls on each byte of a character once */
    rc_str s = {0};
    for (int i = 0; i < shift; i++) rc_str_addc(&s, 'x');
    for (int i = 0; i < 300; i++) rc_str_add(&s, "\xE2\x82\xAC");
    rc_err e = {0};
    rc_err_set(&e, RC_ERR_INPUT, "%s", rc_str_c(&s));
    assert_true(rc_utf8_valid(e.message, strlen(e.message), NULL));
    assert_in_range(strlen(e.message), sizeof e.message - 4, sizeof e.message - 1);
    rc_str_free(&s);
  }
}

static void alloc_is_zeroed_and_never_null(void **state) {
  (void)state;
  unsigned char *p = rc_alloc(1000, 3);
  for (int i = 0; i < 3000; i++) assert_int_equal(p[i], 0);
  memset(p, 0xAB, 3000);
  p = rc_realloc(p, 2000, 3);
  assert_int_equal(p[2999], 0xAB);
  rc_free(p);
  p = rc_alloc(0, 8);
  assert_non_null(p);
  p = rc_realloc(p, 0, 0);
  assert_non_null(p);
  rc_free(p);
  rc_free(NULL);
}

static void big_memory_is_counted(void **state) {
  (void)state;
  rc_err e = {0};
  uint64_t before = rc_big_now();
  rc_big_reset();
  assert_int_equal(rc_big_peak(), before);
  double *a = rc_big_alloc(1000, sizeof *a, "vector", &e);
  double *b = rc_big_alloc(3000000, sizeof *b, "matrix", &e); /* above the size of huge pages */
  assert_non_null(a);
  assert_non_null(b);
  assert_int_equal((uintptr_t)a % 64, 0);
  assert_int_equal((uintptr_t)b % 64, 0);
  for (int i = 0; i < 1000; i++) assert_true(a[i] == 0);
  for (int i = 0; i < 3000000; i += 999) assert_true(b[i] == 0);
  b[2999999] = 1;
  assert_int_equal(rc_big_now(), before + 8000 + 24000000);
  rc_big_free(b);
  assert_int_equal(rc_big_now(), before + 8000);
  assert_int_equal(rc_big_peak(), before + 8000 + 24000000);
  rc_big_reset();
  assert_int_equal(rc_big_peak(), before + 8000);
  rc_big_free(a);
  rc_big_free(NULL);
  assert_int_equal(rc_big_now(), before);
  assert_int_equal(e.code, RC_ERR_NONE);
  void *none = rc_big_alloc(0, 8, "nothing", &e);
  assert_non_null(none);
  rc_big_free(none);
}

/* An account counts its own blocks alone, keeps their peak, and may be gone before they are. */
static void accounts_are_apart(void **state) {
  (void)state;
  const uint64_t before = rc_big_now();
  rc_big_account *a = rc_big_account_new(), *b = rc_big_account_new();
  void *of_none = rc_big_alloc(100, 1, "x", NULL);
  assert_null(rc_big_charge(a));
  void *of_a = rc_big_alloc(1000, 1, "x", NULL);
  assert_ptr_equal(rc_big_charge(b), a);
  void *of_b = rc_big_alloc(7000, 1, "x", NULL), *short_lived = rc_big_alloc(500, 1, "x", NULL);
  assert_ptr_equal(rc_big_charge(NULL), b);
  rc_big_free(short_lived); /* freed from it whatever is charged */
  assert_int_equal(rc_big_account_peak(a), 1000);
  assert_int_equal(rc_big_account_peak(b), 7500);
  rc_big_account_reset(b);
  assert_int_equal(rc_big_account_peak(b), 7000);
  assert_int_equal(rc_big_now(), before + 8100);
  rc_big_account_free(a);
  rc_big_free(of_a);
  rc_big_free(of_b);
  rc_big_free(of_none);
  rc_big_account_free(b);
  rc_big_account_free(NULL);
  assert_int_equal(rc_big_now(), before);
}

static void too_much_memory_is_an_error(void **state) {
  (void)state;
  rc_err e = {0};
  assert_null(rc_big_alloc(SIZE_MAX / 4, 8, "Krylov vectors", &e));
  assert_int_equal(e.code, RC_ERR_MEMORY);
  assert_non_null(strstr(e.message, "Krylov vectors"));
  e = (rc_err){0};
  assert_null(rc_big_alloc(SIZE_MAX, 1, "all", &e));
  assert_int_equal(e.code, RC_ERR_MEMORY);
}

static int freed;
static void note_free(void *p) {
  freed++;
  rc_free(p);
}

static void share_frees_with_the_last_drop(void **state) {
  (void)state;
  freed = 0;
  int *object = rc_alloc(1, sizeof *object);
  rc_share *s = rc_share_new(object, note_free);
  assert_ptr_equal(rc_share_get(s), object);
  rc_share *t = rc_share_ref(s);
  assert_ptr_equal(t, s);
  rc_share_drop(s);
  assert_int_equal(freed, 0);
  assert_ptr_equal(rc_share_get(t), object);
  rc_share_drop(t);
  assert_int_equal(freed, 1);
  assert_null(rc_share_ref(NULL));
  assert_null(rc_share_get(NULL));
  rc_share_drop(NULL);
  static int still;
  rc_share_drop(rc_share_new(&still, NULL)); /* nothing to free */
}

static void *hold_and_drop(void *share) {
  for (int i = 0; i < 20000; i++) rc_share_drop(rc_share_ref(share));
  rc_share_drop(share);
  return NULL;
}

static void share_counts_across_threads(void **state) {
  (void)state;
  freed = 0;
  rc_share *s = rc_share_new(rc_alloc(1, 8), note_free);
  pthread_t t[4];
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&t[i], NULL, hold_and_drop, rc_share_ref(s)), 0);
  rc_share_drop(s);
  for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
  assert_int_equal(freed, 1);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_error_wins),
      cmocka_unit_test(every_code_has_its_status),
      cmocka_unit_test(long_messages_stay_utf8),
      cmocka_unit_test(alloc_is_zeroed_and_never_null),
      cmocka_unit_test(big_memory_is_counted),
      cmocka_unit_test(accounts_are_apart),
      cmocka_unit_test(too_much_memory_is_an_error),
      cmocka_unit_test(share_frees_with_the_last_drop),
      cmocka_unit_test(share_counts_across_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the history keeps, against the rule it promises; and that nothing leaks (under ASan). */
#include "engine/core.h"
#include "engine/history.h"
#include "unit/engine/fake.h"

static int alive;

static void free_frame(void *p) {
  alive--;
  rc_free(p);
}

static void add(rc_history *h, uint64_t step, uint64_t generation) {
  rc_frame *f = rc_alloc(1, sizeof *f);
  f->step = step;
  f->generation = generation;
  alive++;
  rc_share *s = rc_share_new(f, free_frame);
  rc_dropped d = {.n = 0};
  rc_history_add(h, s, &d);
  rc_share_drop(s);
  rc_dropped_free(&d);
}

static int get(const rc_history *h, uint64_t *step, uint64_t *generation, int cap) {
  rc_share *out[RC_HISTORY_MAX];
  int n = rc_history_get(h, out, cap);
  for (int i = 0; i < n; i++) {
    const rc_frame *f = rc_share_get(out[i]);
    step[i] = f->step;
    generation[i] = f->generation;
    rc_share_drop(out[i]);
  }
  return n;
}

static void clear(rc_history *h) {
  rc_dropped d = {.n = 0};
  rc_history_clear(h, &d);
  rc_dropped_free(&d);
  assert_int_equal(alive, 0);
}

/* The last 128 steps are all there; older ones are equally spaced by a power of two, and at least
 * 32 of them once there are enough. */
static void test_thinning(void **state) {
  (void)state;
  static const uint64_t lengths[] = {1, 100, 128, 129, 192, 193, 1000, 12345, 100000};
  for (size_t k = 0; k < RC_LEN(lengths); k++) {
    rc_history h = {.stride = 0};
    uint64_t n = lengths[k], step[RC_HISTORY_MAX], generation[RC_HISTORY_MAX];
    for (uint64_t i = 1; i <= n; i++) add(&h, i, 0);
    int got = get(&h, step, generation, RC_HISTORY_MAX);
    int recent = (int)RC_MIN(n, (uint64_t)RC_HISTORY_RECENT), old = got - recent;
    for (int i = 0; i < recent; i++)
      assert_int_equal(step[old + i], n - (uint64_t)recent + 1 + (uint64_t)i);
    if (n >= 1000) assert_in_range(old, RC_HISTORY_OLD / 2, RC_HISTORY_OLD);
    uint64_t stride = old > 1 ? step[1] - step[0] : 1;
    assert_int_equal(stride & (stride - 1), 0);
    for (int i = 0; i < old; i++) assert_int_equal(step[i], stride * (uint64_t)(i + 1));
    if (old > 0) assert_true(step[old] - step[old - 1] <= stride);
    clear(&h);
  }
}

/* The newer frame of a step takes the place of the older one. */
static void test_same_step(void **state) {
  (void)state;
  rc_history h = {.stride = 0};
  uint64_t step[RC_HISTORY_MAX], generation[RC_HISTORY_MAX];
  add(&h, 1, 0);
  add(&h, 2, 0);
  add(&h, 2, 0);
  assert_int_equal(get(&h, step, generation, RC_HISTORY_MAX), 2);
  assert_int_equal(step[1], 2);
  clear(&h);
}

/* Of earlier parameters the last frame stays, without its snapshot. */
static void test_generations(void **state) {
  (void)state;
  rc_history h = {.stride = 0};
  uint64_t step[RC_HISTORY_MAX], generation[RC_HISTORY_MAX];
  for (uint64_t g = 0; g < 100; g++)
    for (uint64_t i = 1; i <= 3; i++) add(&h, 10 * g + i, g);
  int n = get(&h, step, generation, RC_HISTORY_MAX);
  assert_int_equal(n, RC_HISTORY_PAST + 3);
  for (int i = 0; i < RC_HISTORY_PAST; i++) {
    assert_int_equal(generation[i], 99 - RC_HISTORY_PAST + i);
    assert_int_equal(step[i], 10 * generation[i] + 3);
  }
  assert_int_equal(step[n - 1], 993);
  /* only the newest fit */
  assert_int_equal(get(&h, step, generation, 2), 2);
  assert_int_equal(step[0], 992);
  clear(&h);
}

static void test_strip(void **state) {
  (void)state;
  int *object = rc_alloc(1, sizeof *object);
  rc_frame f = {.step = 4, .data = rc_share_new(object, rc_free)};
  rc_frame_int(&f, "x", 3);
  rc_share *s = rc_frame_strip(&f);
  const rc_frame *copy = rc_share_get(s);
  assert_null(copy->data);
  assert_int_equal(rc_frame_find(copy, "x")->integer, 3);
  rc_share_drop(s);
  rc_share_drop(f.data);
}

static void test_scalars(void **state) {
  (void)state;
  rc_frame f = {.step = 1};
  rc_frame_null(&f, "gap");
  assert_int_equal(rc_frame_find(&f, "gap")->type, RC_S_NULL);
  rc_frame_real(&f, "gap", 0.5); /* the same name is overwritten, not doubled */
  assert_int_equal(f.scalars, 1);
  assert_int_equal(rc_frame_find(&f, "gap")->type, RC_S_REAL);
  assert_null(rc_frame_find(&f, "ga"));
  char text[300];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  rc_frame_text(&f, "long", text);
  assert_int_equal(strlen(rc_frame_find(&f, "long")->text), sizeof f.scalar[0].text - 1);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_thinning),
                                     cmocka_unit_test(test_same_step),
                                     cmocka_unit_test(test_generations),
                                     cmocka_unit_test(test_strip), cmocka_unit_test(test_scalars)};
  return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}

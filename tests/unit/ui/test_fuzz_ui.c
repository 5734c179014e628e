/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random keys, mouse events, resizes and commands on a running explorer. Nothing may crash, leak
 * (the sanitizers look), write outside of the screen, or leave a cell that cannot be drawn.
 * RC_FUZZ_ROUNDS=N makes it longer; the seeds are fixed. */
#include "common.h"

#include <ftw.h>
#include <unistd.h>

static const int special[] = {RC_KEY_UP,
                              RC_KEY_DOWN,
                              RC_KEY_LEFT,
                              RC_KEY_RIGHT,
                              RC_KEY_HOME,
                              RC_KEY_END,
                              RC_KEY_PGUP,
                              RC_KEY_PGDN,
                              RC_KEY_F1,
                              RC_KEY_DELETE,
                              13,
                              13,
                              13,
                              27,
                              27,
                              9,
                              RC_KEY_BACKTAB,
                              127,
                              18,
                              19,
                              16,
                              12,
                              26,
                              21,
                              23};

static int random_key(rc_rng *r) {
  switch (rc_rng_below(r, 8)) {
  case 0:
  case 1:
  case 2: return special[rc_rng_below(r, RC_LEN(special))];
  case 3: return (int)rc_rng_below(r, 0x110100);
  default: return 32 + (int)rc_rng_below(r, 95);
  }
}

static const char *const arguments[] = {
    "",        "1",       "on",    "off",         "J2 0.7",      "0",
    "99999",   "-3",      "J2",    "J2 nonsense", "gap < 1",     "step = 9",
    "lattice", "hilbert", "b",     "model.J1 -1", "sector.sz 1", "lattice.cluster [2, 2]",
    "chain",   "mono",    "block", "scan",        "\xce\xb1\xff"};

/* Files are written by tests of their own. */
static bool writes(const char *name) {
  return strcmp(name, "save") == 0 || strcmp(name, "record") == 0 ||
         strcmp(name, "scenario.write") == 0;
}

static void random_command(rc_ui *u, rc_rng *r) {
  const rc_command *c = &rc_commands[rc_rng_below(r, (uint64_t)rc_commands_n)];
  if (writes(c->name) || strncmp(c->name, "quit", 4) == 0) return;
  char line[128];
  snprintf(line, sizeof line, "%s %s", c->name, arguments[rc_rng_below(r, RC_LEN(arguments))]);
  rc_err err = {0};
  if (!rc_ui_command(u, line, &err)) assert_true(err.message[0]);
}

/* The cells have a margin that no drawing may touch. */
enum { MARGIN = 64 };
static void draw_checked(rc_ui *u, int cols, int rows) {
  size_t n = (size_t)cols * (size_t)rows;
  rc_cell *cell = rc_alloc(n + 2 * MARGIN, sizeof *cell);
  memset(cell, 0xa5, (n + 2 * MARGIN) * sizeof *cell);
  rc_screen s = {cols, rows, cell + MARGIN, RC_G_BRAILLE};
  rc_ui_draw(u, &s);
  for (size_t i = 0; i < MARGIN; i++) {
    assert_int_equal(((unsigned char *)&cell[i])[0], 0xa5);
    assert_int_equal(((unsigned char *)&cell[n + MARGIN + i])[0], 0xa5);
  }
  for (size_t i = 0; i < n; i++) {
    const rc_cell *c = &s.cell[i];
    assert_true(c->fg < RC_STYLES && c->bg < RC_STYLES && c->ch < 0x110000);
    assert_true(c->ch == 0 || (c->ch >= 32 && (c->ch < 0x7f || c->ch >= 0xa0)));
    if (s.graphics == RC_G_ASCII) assert_true(c->ch < 0x7f);
  }
  rc_free(cell);
}

/* Every study has its turn. */
static const char *scenario_of(uint64_t seed) {
  switch (seed % 5) {
  case 0: return CUTTING;
  case 1:
    return "title: Fit\nstudies:\n  calibration: {model: {kind: nist, problem: Misra1a}, queries: "
           "60,"
           " optimizers: [lm], ensemble: 20}\n";
  case 2: return "title: Paths\nstudies: {paths: {}}\n";
  case 3: return watching("title: Square\nlattice: {kind: chain, cluster: [6]}\n");
  default: return SQUARE;
  }
}

static void storm(uint64_t seed, int rounds) {
  rc_rng r = rc_rng_stream(seed, "fuzz/ui", 0);
  const char *yaml = scenario_of(seed);
  rc_ui *u = open_ui(yaml, seed % 2);
  int cols = 80, rows = 24;
  double now = 1;
  for (int i = 0; i < rounds; i++) {
    switch (rc_rng_below(&r, 10)) {
    case 0:
    case 1:
    case 2:
    case 3: {
      int key = random_key(&r);
      bool saves = u->prompt.on && strcmp(u->prompt.before, "save") == 0 && key == 13;
      if (!saves) rc_ui_key(u, key);
      break;
    }
    case 4: random_command(u, &r); break;
    case 5:
    case 6: {
      rc_mouse m = {(int)rc_rng_below(&r, (uint64_t)cols + 2) - 1,
                    (int)rc_rng_below(&r, (uint64_t)rows + 2) - 1, 0};
      m.what = (int)rc_rng_below(&r, 5);
      rc_ui_mouse(u, m);
      break;
    }
    case 7:
      if (rc_rng_below(&r, 4) == 0) {
        cols = 1 + (int)rc_rng_below(&r, 200);
        rows = 1 + (int)rc_rng_below(&r, 60);
      }
      break;
    default: rc_ui_tick(u, now += 0.03); break;
    }
    /* Typed command lines may ask for files or an end as well. */
    if (u->over == RC_OVER_PALETTE &&
        (strstr(u->palette.edit.text, "save") || strstr(u->palette.edit.text, "write")))
      rc_ui_key(u, 27);
    if (i % 3 == 0 && rc_ui_dirty(u)) draw_checked(u, cols, rows);
    /* Lists that take typed text would swallow most of the keys. */
    if (u->over != RC_OVER_NONE && rc_rng_below(&r, 12) == 0) do_line(u, "back");
    if (u->session && rc_rng_below(&r, 40) == 0) do_line(u, "view.next");
    if (!u->session && rc_rng_below(&r, 30) == 0) {
      rc_err err = {0};
      if (!rc_ui_open_scenario(u, parse(yaml), &err)) fail_msg("%s", err.message);
    }
    assert_true(u->tab == 0 || u->tab < u->tabs);
    rc_free(rc_ui_take_clipboard(u));
    if ((i + 1) % 10000 == 0) print_message("# seed %d: %d rounds\n", (int)seed, i + 1);
  }
  draw_checked(u, 120, 40);
  rc_ui_free(u);
}

static void test_storms(void **state) {
  (void)state;
  const char *more = getenv("RC_FUZZ_ROUNDS");
  int rounds = more ? atoi(more) : 1500;
  for (uint64_t seed = 1; seed <= 8; seed++) storm(seed, rounds);
}

static void test_resize_storm(void **state) {
  (void)state;
  rc_rng r = rc_rng_stream(7, "fuzz/resize", 0);
  rc_ui *u = open_ui(SQUARE, false);
  for (int i = 0; i < 200; i++) {
    rc_ui_tick(u, 0.01 * i);
    if (i % 10 == 0) do_line(u, "view.next");
    draw_checked(u, 1 + (int)rc_rng_below(&r, 200), 1 + (int)rc_rng_below(&r, 60));
  }
  rc_ui_free(u);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
  (void)st, (void)type, (void)at;
  return remove(path);
}

int main(void) {
  /* The entry of 'record' in the help can be hit: it writes where one is. */
  char folder[] = "/tmp/roadcut-fuzz-XXXXXX";
  if (!mkdtemp(folder) || chdir(folder) != 0) return 1;
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_storms),
                                     cmocka_unit_test(test_resize_storm)};
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (chdir("/") != 0 || nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) return 1;
  return failed;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every file in tests/broken is refused with exactly the message in its .expect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/scenario.h"
#include "unit/scenario/fake_studies.h"

static char folder[4096];

/* Those named study-.. are about keys of one study: this room knows none, the program is asked
 * (tests/cli/broken.t). */
static int is_yaml(const struct dirent *d) {
  size_t n = strlen(d->d_name);
  if (!strncmp(d->d_name, "study-", 6)) return 0;
  return n > 5 && !strcmp(d->d_name + n - 5, ".yaml");
}

static char *read_text(const char *name, const char *ending) {
  char path[8192];
  size_t len;
  rc_err e = {0};
  snprintf(path, sizeof path, "%s/%.*s%s", folder, (int)strlen(name) - 5, name, ending);
  char *text = rc_read_file(path, 1 << 16, &len, &e);
  if (!text) fail_msg("%s: %s", path, e.message);
  return text;
}

static void complaint(const char *name, char *out, size_t size) {
  char path[8192];
  rc_err e = {0};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  rc_scenario *s = rc_scenario_load(path, fake_studies, &e);
  if (s) fail_msg("%s was accepted", name);
  assert_int_equal(e.code, RC_ERR_INPUT);
  assert_true(e.line > 0 && e.column > 0);
  assert_null(strchr(e.message, '\n'));
  snprintf(out, size, "%s:%d:%d: %s\n", name, e.line, e.column, e.message);
}

static void every_broken_scenario_is_refused_as_expected(void **state) {
  (void)state;
  struct dirent **entry;
  int n = scandir(folder, &entry, is_yaml, alphasort);
  assert_true(n >= 45);
  for (int i = 0; i < n; i++) {
    char got[1024];
    complaint(entry[i]->d_name, got, sizeof got);
    char *want = read_text(entry[i]->d_name, ".expect");
    assert_string_equal(got, want);
    rc_free(want);
    free(entry[i]);
  }
  free(entry);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const char *root = getenv("RC_SRCDIR");
  snprintf(folder, sizeof folder, "%s/tests/broken", root ? root : ".");
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_broken_scenario_is_refused_as_expected),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

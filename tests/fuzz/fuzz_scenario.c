/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios from anywhere: no input may crash, hang, leak, or be refused without saying where; what
 * is accepted must survive being written and read back.
 *
 * With clang and RC_LIBFUZZER defined it is a libFuzzer target; else a plain program, see mutants.h. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/scenario.h"
#include "unit/scenario/fake_studies.h"

static void must(bool good, const char *what, const char *detail) {
  if (good) return;
  fprintf(stderr, "fuzz_scenario: %s: %s\n", what, detail);
  abort();
}

/* Also for the unit test that runs some thousand mutations. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_accepted(rc_scenario *s) {
  rc_str first = {0}, second = {0}, value = {0};
  rc_err e = {0};
  rc_scenario_write(s, &first);
  rc_scenario *t = rc_scenario_parse(rc_str_c(&first), first.len, "", fake_studies, &e);
  must(t != NULL, "what was written is refused", e.message);
  rc_scenario_write(t, &second);
  must(!strcmp(rc_str_c(&first), rc_str_c(&second)), "written twice differs", rc_str_c(&first));
  rc_key *key;
  int n = rc_scenario_keys(t, &key);
  for (int i = 0; i < n; i++)
    must(rc_scenario_get(t, key[i].name, &value), "a listed key cannot be read", key[i].name);
  rc_free(key);
  rc_str_free(&first);
  rc_str_free(&second);
  rc_str_free(&value);
  rc_scenario_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  rc_err e = {0};
  /* a copy without a zero behind it, so that a sanitizer sees the first byte read too far */
  char *text = malloc(size ? size : 1);
  if (size) memcpy(text, data, size);
  rc_scenario *s = rc_scenario_parse(text, size, "", fake_studies, &e);
  if (s) {
    check_accepted(s);
  } else {
    must(e.code == RC_ERR_INPUT, "refused with another code than INPUT", e.message);
    must(e.message[0] && !strchr(e.message, '\n'), "not a one-line message", e.message);
    must(rc_utf8_valid(e.message, strlen(e.message), NULL), "message is not UTF-8", e.message);
    must(size > 8 << 20 || (e.line > 0 && e.column > 0), "refused without a place", e.message);
  }
  rc_scenario_free(s);
  free(text);
  return 0;
}

#define FUZZ_NAME "scenario"
/* What scenarios are made of. */
static const char *const fuzz_words[] = {"lattice",
                                         "kind",
                                         "cluster",
                                         "torus",
                                         "periodic",
                                         "dedupe",
                                         "model",
                                         "J1",
                                         "J2",
                                         "delta",
                                         "field",
                                         "sector",
                                         "sz",
                                         "symmetry",
                                         "momentum",
                                         "character",
                                         "inversion",
                                         "memory",
                                         "seed",
                                         "studies",
                                         "hilbert",
                                         "cut",
                                         "amplitudes",
                                         "from",
                                         "solvers",
                                         "anneal",
                                         "sweeps",
                                         "expect",
                                         "study",
                                         "value",
                                         "is",
                                         "within",
                                         "below",
                                         "above",
                                         "tour",
                                         "say",
                                         "view",
                                         "do",
                                         "wait",
                                         "chain",
                                         "square",
                                         "kagome",
                                         "triangular",
                                         "pyrochlore",
                                         "molecule",
                                         "name",
                                         "cube",
                                         "complete",
                                         "random",
                                         "n",
                                         "custom",
                                         "sites",
                                         "bonds",
                                         "positions",
                                         "all",
                                         "full",
                                         "translation",
                                         "none",
                                         "true",
                                         "null",
                                         "~",
                                         "0",
                                         "1",
                                         "-1",
                                         "64",
                                         "65",
                                         "0.5",
                                         "1e308",
                                         "1e-300",
                                         "-0",
                                         "99999999999",
                                         "[4, 4]",
                                         "[[2, 2], [4, -2]]",
                                         "{}",
                                         "[]",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ": ",
                                         "- ",
                                         "\n",
                                         "\n  ",
                                         "&a ",
                                         "*a",
                                         "!!str ",
                                         "!x ",
                                         "|",
                                         ">",
                                         "\"",
                                         "'",
                                         "#",
                                         "? ",
                                         "---\n",
                                         "\t",
                                         "\xC3\xA9",
                                         "\xFF",
                                         "\xE2\x80\xA8",
                                         "4 GiB",
                                         "[0, 1, J1]",
                                         "[1, 2]",
                                         "<<: *a"};
#include "fuzz/mutants.h"

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios from anywhere: no input may crash, hang, leak, or be refused without saying where; what
 * is accepted must survive being written and read back.
 *
 * With clang and RC_LIBFUZZER defined it is a libFuzzer target; else a plain program that runs the
 * given files and then -n mutations of them:  fuzz_scenario [-n 3000] [-s SEED] FILE.. */
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

#ifndef RC_LIBFUZZER

enum { SEEDS_MAX = 512, SIZE_MAX_MUTANT = 1 << 16 };

typedef struct input {
  char *text;
  size_t len;
} input;

typedef struct pool {
  input seed[SEEDS_MAX];
  int seeds;
} pool;

/* What scenarios are made of: a mutation of bytes alone seldom gets past the first bracket. */
static const char *const words[] = {"lattice",
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

static void splice(rc_str *out, const input *in, size_t at, size_t cut, const char *with,
                   size_t n) {
  rc_str_clear(out);
  rc_str_addn(out, in->text, at);
  rc_str_addn(out, with, n);
  rc_str_addn(out, in->text + at + cut, in->len - at - cut);
}

static void mutate(const pool *p, rc_rng *r, const input *in, rc_str *out) {
  size_t at = rc_rng_below(r, in->len + 1), left = in->len - at;
  size_t cut = rc_rng_below(r, 12);
  cut = RC_MIN(left, cut);
  const char *word = words[rc_rng_below(r, RC_LEN(words))];
  const input *other = &p->seed[rc_rng_below(r, (uint64_t)p->seeds)];
  size_t from = rc_rng_below(r, other->len + 1);
  char byte = (char)rc_rng_below(r, 256);
  switch (rc_rng_below(r, 6)) {
  case 0: splice(out, in, at, RC_MIN(left, 1), &byte, 1); break;
  case 1: splice(out, in, at, cut, "", 0); break;
  case 2: splice(out, in, at, 0, word, strlen(word)); break;
  case 3: splice(out, in, at, cut, word, strlen(word)); break;
  case 4: splice(out, in, at, left, other->text + from, other->len - from); break;
  default: splice(out, in, at, 0, in->text + at, RC_MIN(left, 4 * cut)); break;
  }
}

static void add_seed(pool *p, const char *text, size_t len) {
  if (p->seeds == SEEDS_MAX) return;
  input *in = &p->seed[p->seeds++];
  in->text = rc_alloc(len + 1, 1);
  memcpy(in->text, text, len);
  in->len = len;
}

static void read_seed(pool *p, const char *path) {
  rc_err e = {0};
  size_t len;
  char *text = rc_read_file(path, SIZE_MAX_MUTANT, &len, &e);
  must(text != NULL, path, e.message);
  add_seed(p, text, len);
  rc_free(text);
}

static void run(pool *p, uint64_t seed, int64_t mutants) {
  rc_rng r = rc_rng_stream(seed, "fuzz/scenario", 0);
  rc_str a = {0}, b = {0};
  for (int i = 0; i < p->seeds; i++)
    LLVMFuzzerTestOneInput((const uint8_t *)p->seed[i].text, p->seed[i].len);
  for (int64_t m = 0; m < mutants; m++) {
    const input *in = &p->seed[rc_rng_below(&r, (uint64_t)p->seeds)];
    mutate(p, &r, in, &a);
    for (int more = (int)rc_rng_below(&r, 4); more > 0; more--) {
      input again = {a.text, a.len};
      mutate(p, &r, &again, &b);
      rc_str t = a;
      a = b;
      b = t;
    }
    if (a.len <= SIZE_MAX_MUTANT) LLVMFuzzerTestOneInput((const uint8_t *)a.text, a.len);
  }
  rc_str_free(&a);
  rc_str_free(&b);
  for (int i = 0; i < p->seeds; i++) rc_free(p->seed[i].text);
  p->seeds = 0;
}

#ifndef RC_FUZZ_NO_MAIN
int main(int argc, char **argv) {
  static pool p;
  int64_t mutants = 3000, seed = 1;
  for (int i = 1; i < argc; i++) {
    bool number = !strcmp(argv[i], "-n") || !strcmp(argv[i], "-s");
    if (number) {
      int64_t *to = argv[i][1] == 'n' ? &mutants : &seed;
      must(i + 1 < argc && rc_parse_int(argv[i + 1], to), argv[i], "wants a whole number");
      i++;
    } else {
      read_seed(&p, argv[i]);
    }
  }
  must(p.seeds > 0, "usage", "fuzz_scenario [-n 3000] [-s SEED] FILE..");
  int files = p.seeds;
  run(&p, (uint64_t)seed, mutants);
  printf("%d files, %lld mutations: no complaint\n", files, (long long)mutants);
  return 0;
}
#endif
#endif

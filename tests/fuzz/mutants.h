/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fuzzers share: without libFuzzer, seeds from files and mutations of them.
 *
 * A fuzzer says before the include: FUZZ_NAME, fuzz_words[] (what its inputs are made of: a mutation
 * of bytes alone seldom gets past the first bracket) and LLVMFuzzerTestOneInput. As a program:
 *   fuzz_NAME [-n 3000] [-s SEED] [-t SECONDS] FILE..        with -t until the time is over */
#ifndef RC_TEST_FUZZ_MUTANTS_H
#define RC_TEST_FUZZ_MUTANTS_H

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
  const char *word = fuzz_words[rc_rng_below(r, RC_LEN(fuzz_words))];
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

/* seconds 0: no limit but the number. Returns how many there were. */
static int64_t run(pool *p, uint64_t seed, int64_t mutants, double seconds) {
  const double begin = rc_clock_wall();
  int64_t m = 0;
  rc_rng r = rc_rng_stream(seed, "fuzz/" FUZZ_NAME, 0);
  rc_str a = {0}, b = {0};
  for (int i = 0; i < p->seeds; i++)
    LLVMFuzzerTestOneInput((const uint8_t *)p->seed[i].text, p->seed[i].len);
  for (; m < mutants; m++) {
    if (seconds > 0 && m % 64 == 0 && rc_clock_wall() - begin > seconds) break;
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
  return m;
}

#ifndef RC_FUZZ_NO_MAIN
int main(int argc, char **argv) {
  static pool p;
  int64_t mutants = 0, seed = 1, seconds = 0;
  for (int i = 1; i < argc; i++) {
    bool number = argv[i][0] == '-' && argv[i][1] && strchr("nst", argv[i][1]) && !argv[i][2];
    if (number) {
      int64_t *to = argv[i][1] == 'n' ? &mutants : argv[i][1] == 's' ? &seed : &seconds;
      must(i + 1 < argc && rc_parse_int(argv[i + 1], to), argv[i], "wants a whole number");
      i++;
    } else {
      read_seed(&p, argv[i]);
    }
  }
  must(p.seeds > 0, "usage", "fuzz_" FUZZ_NAME " [-n 3000] [-s SEED] [-t SECONDS] FILE..");
  int files = p.seeds;
  if (!mutants) mutants = seconds ? INT64_MAX : 3000;
  mutants = run(&p, (uint64_t)seed, mutants, (double)seconds);
  printf("fuzz_" FUZZ_NAME ": %d files, %lld mutations: no complaint\n", files, (long long)mutants);
  return 0;
}
#endif
#endif
#endif

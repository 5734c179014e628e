/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recordings from anywhere: no input may crash, hang or leak; what is refused says where; what is
 * accepted is replayed for some steps, twice to the same figures. The lines of another program
 * (study watch) go through the same inputs. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "roadcut/study.h"

static void must(bool good, const char *what, const char *detail) {
  if (good) return;
  fprintf(stderr, "fuzz_session: %s: %s\n", what, detail);
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS = 6, LINES = 400 };

static void figures(const rc_recording *r, rc_str *out) {
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  rc_err e = {0};
  rc_session *s = rc_session_replay(r, rc_study_classes, &o, &e);
  if (!s) {
    must(e.message[0] != 0, "not replayed", "without a reason");
    return;
  }
  for (int i = 0; i < STEPS && rc_session_turn(s, 1); i++) continue;
  for (int i = 0; i < rc_session_jobs(s); i++) {
    rc_share *share = rc_session_frame(s, i);
    const rc_frame *f = rc_share_get(share);
    for (int k = 0; f && k < f->scalars; k++)
      rc_str_addf(out, "%s %.17g %lld %s\n", f->scalar[k].name, f->scalar[k].real,
                  (long long)f->scalar[k].integer, f->scalar[k].text);
    if (f) rc_str_addf(out, "%llu %s\n", (unsigned long long)f->step, f->error.message);
    rc_share_drop(share);
  }
  rc_session_close(s, 1000);
}

/* Nothing large: a fuzzer is to look at much, not to compute much. */
static bool small(const rc_scenario *sc) {
  if (sc->studies > 2 || (sc->built && sc->built->sites > 8)) return false;
  for (int i = 0; i < sc->studies; i++) {
    const char *name = sc->study[i].kind->name;
    if (strcmp(name, "hilbert") != 0 && strcmp(name, "cut") != 0) return false;
  }
  return true;
}

static void watch_lines(const uint8_t *data, size_t size) {
  static int fd = -1;
  if (fd < 0) fd = memfd_create("fuzz", 0);
  must(fd >= 0 && !ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size, "memfd",
       "fails");
  char yaml[120];
  snprintf(yaml, sizeof yaml, "title: x\nstudies: {watch: {source: /proc/self/fd/%d}}\n", fd);
  const rc_session_opts o = {.threads = 1, .inline_jobs = true};
  rc_scenario *sc = rc_scenario_parse(yaml, strlen(yaml), "", rc_study_kinds, NULL);
  rc_session *s = rc_session_new(sc, rc_study_classes, &o, NULL);
  for (int i = 0; i < LINES && rc_session_turn(s, 1); i++) continue;
  rc_session_close(s, 1000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  rc_err e = {0};
  char *text = malloc(size ? size : 1);
  if (size) memcpy(text, data, size);
  rc_recording *r = rc_recording_parse(text, size, rc_study_kinds, &e);
  if (!r) {
    must(e.code == RC_ERR_INPUT && e.message[0], "refused with another code than INPUT", e.message);
  } else if (small(rc_recording_scenario(r))) {
    rc_str once = {0}, twice = {0};
    figures(r, &once);
    figures(r, &twice);
    must(!strcmp(rc_str_c(&once), rc_str_c(&twice)), "replayed twice", "differs");
    rc_str_free(&once);
    rc_str_free(&twice);
  }
  rc_recording_free(r);
  free(text);
  watch_lines(data, size);
  return 0;
}

#define FUZZ_NAME "session"
static const char *const fuzz_words[] = {"{\"type\":\"session\"",
                                         "{\"type\":\"do\"",
                                         "\"study\":",
                                         "\"hilbert\"",
                                         "\"cut\"",
                                         "\"step\":",
                                         "\"set\"",
                                         "\"command\"",
                                         "\"restart\"",
                                         "\"key\":",
                                         "\"value\":",
                                         "\"J2\"",
                                         "\"J1\"",
                                         "\"0.5\"",
                                         "\"nan\"",
                                         "\"seed\":",
                                         "\"scenario\":",
                                         "\"yaml\":",
                                         "lattice: {kind: chain, cluster: [4]}\\n",
                                         "studies: {hilbert: {}}\\n",
                                         "\"progress\"",
                                         "\"event\"",
                                         "\"result\"",
                                         "\"end\"",
                                         "\"start\"",
                                         "\"improved\"",
                                         "\"side\":\"0101\"",
                                         "\"kind\":",
                                         "\"text\":",
                                         "0",
                                         "1",
                                         "-1",
                                         "1e308",
                                         "99999999999999999999",
                                         "0.5",
                                         "null",
                                         "true",
                                         "[]",
                                         "{}",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         "\"",
                                         "\n",
                                         "\\u0000",
                                         "\\ud800",
                                         "\xFF",
                                         "\xC3\xA9"};
#include "fuzz/mutants.h"

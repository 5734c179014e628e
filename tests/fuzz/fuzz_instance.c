/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut files and certificates from anywhere: no input may crash, hang or leak; what is refused is
 * refused in one line, and what is accepted survives being written and read back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "roadcut/cut.h"

static void must(bool good, const char *what, const char *detail) {
  if (good) return;
  fprintf(stderr, "fuzz_instance: %s: %s\n", what, detail);
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same text as a file, for what reads files. */
static void with_file(const uint8_t *data, size_t size, char path[40]) {
  static int fd = -1;
  if (fd < 0) fd = memfd_create("fuzz", 0);
  must(fd >= 0 && !ftruncate(fd, 0), "memfd", "cannot be made");
  must(pwrite(fd, data, size, 0) == (ssize_t)size, "memfd", "cannot be written");
  snprintf(path, 40, "/proc/self/fd/%d", fd);
}

static void check_graph(const rc_cut_graph *g) {
  char path[40];
  rc_err e = {0};
  must(g->n >= 0 && g->m >= 0, "a graph of", "less than nothing");
  for (int64_t k = 0; k < g->m; k++)
    must(g->u[k] >= 0 && g->u[k] < g->n && g->v[k] >= 0 && g->v[k] < g->n && g->u[k] != g->v[k],
         "an edge", "leaves the graph");
  if (g->m > 20000) return;
  with_file((const uint8_t *)"", 0, path);
  if (!rc_cut_graph_write(g, "rudy", path, &e)) must(false, "cannot be written", e.message);
  rc_cut_graph *again = rc_cut_graph_read(path, &e);
  must(again != NULL, "what was written is refused", e.message);
  must(again->n == g->n && again->m == g->m, "read back", "another graph");
  for (int64_t k = 0; k < g->m; k++)
    must(again->u[k] == g->u[k] && again->v[k] == g->v[k] && again->w[k] == g->w[k], "read back",
         "another edge");
  rc_cut_graph_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  rc_err e = {0};
  char *text = malloc(size ? size : 1), path[40];
  if (size) memcpy(text, data, size);
  rc_cut_graph *g = rc_cut_graph_parse(text, size, "x.mc", &e);
  if (g)
    check_graph(g);
  else
    must(e.message[0] && !strchr(e.message, '\n'), "not a one-line message", e.message);
  rc_cut_graph_free(g);
  free(text);
  with_file(data, size, path);
  rc_verdict v;
  if (!rc_certificate_verify(path, NULL, &v)) must(v.reason[0] != 0, "refused", "without a reason");
  return 0;
}

#define FUZZ_NAME "instance"
static const char *const fuzz_words[] = {"%%MatrixMarket matrix coordinate real symmetric\n",
                                         "%%MatrixMarket",
                                         "pattern",
                                         "integer",
                                         "general",
                                         "skew-symmetric",
                                         "array",
                                         "%",
                                         "#",
                                         "\n",
                                         " ",
                                         "\t",
                                         "0",
                                         "1",
                                         "2",
                                         "3",
                                         "-1",
                                         "1.5",
                                         "1e300",
                                         "-1e-300",
                                         "nan",
                                         "inf",
                                         "99999999999999999999",
                                         "2147483648",
                                         "4294967296",
                                         "-0",
                                         "0x10",
                                         "1 2 1\n",
                                         "1 1 1\n",
                                         "3 3\n",
                                         "\r\n",
                                         "\xFF",
                                         "roadcut-cut-certificate",
                                         "instance",
                                         "sha256",
                                         "value",
                                         "bound",
                                         "side",
                                         "cycle",
                                         "multiplier",
                                         "end",
                                         "/",
                                         "1/3"};
#include "fuzz/mutants.h"

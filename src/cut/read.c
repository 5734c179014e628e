/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut files: rudy / G-set and Biq Mac .mc ("n m", then "u v w" lines, 1-based), MatrixMarket
 * coordinate (symmetric or general, real, integer or pattern). One line per error, with the place.
 */
#include "making.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  FILE_MAX_MIB = 1024,
  VERTICES_MAX = 100000000,
  BLOCK = 65536,
  BLOCKS = 64,
  EDGE_BYTES = 128
};

typedef struct reader {
  const char *p, *end, *name;
  int line;
  rc_err *err;
} reader;

static bool bad(reader *r, const char *what) {
  if (r->line == 0) return rc_err_set(r->err, RC_ERR_INPUT, "%s: %s", r->name, what);
  return rc_err_at(r->err, RC_ERR_INPUT, r->line, 0, "%s:%d: %s", r->name, r->line, what);
}

/* Next line without its end (LF or CRLF), false at the end of the file. */
static bool next_line(reader *r, const char **from, const char **to) {
  if (r->p >= r->end) return false;
  const char *stop = memchr(r->p, '\n', (size_t)(r->end - r->p));
  const char *e = stop ? stop : r->end;
  *from = r->p;
  r->p = stop ? stop + 1 : r->end;
  if (e > *from && e[-1] == '\r') e--;
  *to = e;
  r->line++;
  return true;
}

static const char *skip(const char *s, const char *e) {
  while (s < e && (*s == ' ' || *s == '\t')) s++;
  return s;
}

/* A number at *s; moves *s behind it. The file text ends with a zero byte, so strtod is safe. */
static bool number(reader *r, const char **s, const char *e, double *v, const char *what) {
  char message[96];
  *s = skip(*s, e);
  char *after;
  errno = 0;
  *v = *s < e ? strtod(*s, &after) : 0;
  if (*s >= e || after == *s || after > e || (after < e && !isspace((unsigned char)*after)) ||
      memchr(*s, 'x', (size_t)(after - *s)) || memchr(*s, 'X', (size_t)(after - *s))) {
    snprintf(message, sizeof message, "%s is not a number", what);
    return bad(r, *s >= e ? (snprintf(message, sizeof message, "%s is missing", what), message)
                          : message);
  }
  *s = after;
  if (!isfinite(*v)) {
    snprintf(message, sizeof message, "%s is not a finite number", what);
    return bad(r, message);
  }
  if (fabs(*v) < CG_SMALLEST && (*v != 0 || errno == ERANGE)) {
    snprintf(message, sizeof message, "%s is nearer to 0 than 1e-250: scale them all up", what);
    return bad(r, message);
  }
  return true;
}

static bool whole(reader *r, const char **s, const char *e, int64_t lo, int64_t hi, int64_t *out,
                  const char *what) {
  double v;
  if (!number(r, s, e, &v, what)) return false;
  if (v != rint(v) || v < (double)lo || v > (double)hi) {
    char message[128];
    snprintf(message, sizeof message, "%s must be a whole number from %lld to %lld", what,
             (long long)lo, (long long)hi);
    return bad(r, message);
  }
  *out = (int64_t)v;
  return true;
}

typedef struct market {
  bool on, pattern, general;
  uint64_t skew; /* of a general one: edges below the diagonal less those above, by hash */
} market;

static bool market_header(reader *r, const char *from, const char *to, market *mm) {
  char line[160];
  snprintf(line, sizeof line, "%.*s", (int)RC_MIN(to - from, 150), from);
  for (char *c = line; *c; c++) *c = (char)tolower((unsigned char)*c);
  if (!strstr(line, "matrix") || !strstr(line, "coordinate")) {
    return bad(r, "only MatrixMarket 'matrix coordinate' files can be read");
  }
  if (strstr(line, "complex") || strstr(line, "hermitian") || strstr(line, "skew")) {
    return bad(r, "a Max-Cut instance needs a real symmetric matrix");
  }
  mm->on = true;
  mm->pattern = strstr(line, "pattern") != NULL;
  mm->general = strstr(line, "general") != NULL;
  return true;
}

static bool blank(const char *from, const char *to) {
  return skip(from, to) >= to;
}

/* The header: comment lines, then the sizes. */
static bool sizes(reader *r, market *mm, int64_t *n, int64_t *m) {
  const char *from, *to;
  for (;;) {
    if (!next_line(r, &from, &to)) return bad(r, "the file is empty: expected 'vertices edges'");
    if (r->line == 1 && to - from > 2 && from[0] == '%' && from[1] == '%') {
      if (!market_header(r, from, to, mm)) return false;
      continue;
    }
    if (blank(from, to) || *from == '%' || *from == '#') continue;
    break;
  }
  const char *s = from;
  if (!whole(r, &s, to, 0, VERTICES_MAX, n, "the number of vertices")) return false;
  if (mm->on) {
    int64_t columns = 0;
    if (!whole(r, &s, to, 0, VERTICES_MAX, &columns, "the number of columns")) return false;
    if (columns != *n) return bad(r, "the matrix is not square");
  }
  if (!whole(r, &s, to, 0, INT32_MAX / 4, m, "the number of edges")) return false;
  double format; /* the files of the DIMACS challenge have a third number, 0 */
  if (!mm->on && !blank(s, to)) {
    if (!number(r, &s, to, &format, "the third number")) return false;
    if (format != 0)
      return bad(r,
                 "three numbers look like an edge: the first line has to be the header 'vertices "
                 "edges'");
  }
  if (!blank(s, to)) return bad(r, "expected 'vertices edges' and nothing more on this line");
  return true;
}

/* Whether both triangles of a matrix have the same edges is told by sums of these. */
static uint64_t edge_hash(int64_t u, int64_t v, double w) {
  uint64_t ends = (uint64_t)u << 32 | (uint64_t)v, h;
  memcpy(&h, &w, sizeof h);
  h ^= rc_splitmix64(&ends);
  return rc_splitmix64(&h);
}

static bool edge_line(reader *r, market *mm, int64_t n, const char *from, const char *to,
                      cg_edge *list, int64_t *kept) {
  const char *s = from;
  int64_t u = 0, v = 0;
  double w = 1;
  if (!whole(r, &s, to, 1, n, &u, "the first vertex")) return false;
  if (!whole(r, &s, to, 1, n, &v, "the second vertex")) return false;
  if (!(mm->on && mm->pattern) && !blank(s, to) && !number(r, &s, to, &w, "the weight"))
    return false;
  if (!blank(s, to)) return bad(r, "expected 'u v weight' and nothing more on this line");
  if (u == v) {
    if (mm->on) return true; /* the diagonal of a matrix is not an edge */
    return bad(r, "an edge joins a vertex to itself");
  }
  /* 2^53 may have been 2^53 + 1 in the text */
  if (fabs(w) >= 0x1p53) return bad(r, "the weight is 2^53 or more: scale all of them down");
  /* a general matrix holds each edge twice: take the lower triangle */
  if (mm->on && mm->general && w != 0) mm->skew += u < v ? -edge_hash(u, v, w) : edge_hash(v, u, w);
  if (mm->on && mm->general && u < v) return true;
  list[(*kept)++] = (cg_edge){(int)RC_MIN(u, v) - 1, (int)RC_MAX(u, v) - 1, w};
  return true;
}

/* ---- in pieces ---------------------------------------------------------------------------------
 */

struct rc_cut_reader {
  enum { LOAD, HEAD, EDGES, SORT, MAKE } stage;
  char *name;
  FILE *file; /* while it is loaded */
  uint64_t memory;
  double size; /* of the file in bytes as far as it is known, for the progress */
  rc_str text; /* what has been loaded */
  reader r;    /* what is still to be read of it */
  market mm;
  int64_t n, m, seen, kept; /* m: announced; seen: lines; kept: edges */
  cg_edge *list;            /* m */
  cg_sorting sorting;
  cg_making making;
};

/* At least, of the graph, its orderings and one solver: measured with ten and a million edges. */
enum { VERTEX_BYTES = 300, EDGE_ROOM = 100 };

static bool fits(rc_cut_reader *c) {
  char needs[32], limit[32];
  const uint64_t need = (uint64_t)c->n * VERTEX_BYTES + (uint64_t)c->m * EDGE_ROOM;
  if (c->memory == 0 || need <= c->memory) return true;
  rc_format_bytes(need, needs);
  rc_format_bytes(c->memory, limit);
  return rc_err_set(c->r.err, RC_ERR_MEMORY,
                    "%s: %lld vertices and %lld edges need at least %s, the limit is %s", c->name,
                    (long long)c->n, (long long)c->m, needs, limit);
}

static bool head(rc_cut_reader *c) {
  reader *r = &c->r;
  if (!sizes(r, &c->mm, &c->n, &c->m)) return false;
  /* an edge takes at least four characters: a count far beyond the file is refused before memory */
  if (c->m > (r->end - r->p) / 4 + 1)
    return bad(r, "the file is shorter than the number of edges it announces");
  if (!fits(c)) return false;
  c->list = rc_alloc((size_t)c->m + 1, sizeof *c->list);
  c->stage = EDGES;
  return true;
}

static bool end_edges(rc_cut_reader *c) {
  if (c->seen < c->m) {
    char message[128];
    snprintf(message, sizeof message, "the first line announces %lld edges, the file has %lld",
             (long long)c->m, (long long)c->seen);
    return bad(&c->r, message);
  }
  if (c->mm.skew)
    return bad(&c->r, "the matrix is not symmetric: a general one holds each edge twice");
  rc_str_free(&c->text);
  cg_sort_begin(&c->sorting, (int)c->n, c->kept, c->list);
  c->list = NULL;
  c->stage = SORT;
  return true;
}

static bool read_edges(rc_cut_reader *c, int64_t *edges) {
  const char *from, *to;
  for (; *edges > 0; --*edges) {
    if (!next_line(&c->r, &from, &to)) return end_edges(c);
    if (blank(from, to) || *from == '%' || *from == '#') continue;
    if (c->seen++ == c->m) return bad(&c->r, "more edges than the first line announces");
    if (!edge_line(&c->r, &c->mm, c->n, from, to, c->list, &c->kept)) return false;
  }
  return true;
}

/* A byte order mark, which editors of other systems put first, is no text. */
static const char *behind_mark(const char *text, size_t len) {
  return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

static bool is_text(const char *name, const char *part, size_t len, bool first, rc_err *err) {
  if (first && len >= 2 && (unsigned char)part[0] == 0x1f && (unsigned char)part[1] == 0x8b)
    return rc_err_set(err, RC_ERR_INPUT, "%s is compressed: unpack it with gunzip first", name);
  if (len > 0 && memchr(part, 0, len))
    return rc_err_set(err, RC_ERR_INPUT, "%s is not a text file", name);
  return true;
}

/* Some MiB of the file: so many bytes take no longer than an edge. */
static bool load(rc_cut_reader *c, int64_t *edges, rc_err *err) {
  char block[BLOCK];
  size_t n = 0;
  const size_t before = c->text.len;
  for (int i = 0; i < BLOCKS && (n = fread(block, 1, sizeof block, c->file)) > 0; i++) {
    if (!is_text(c->name, block, n, c->text.len == 0, err)) return false;
    rc_str_addn(&c->text, block, n);
  }
  if (ferror(c->file))
    return rc_err_set(err, RC_ERR_INPUT, "cannot read %s: %s", c->name, strerror(errno));
  if (c->text.len > (size_t)FILE_MAX_MIB << 20)
    return rc_err_set(err, RC_ERR_INPUT, "%s is larger than %d MiB", c->name, FILE_MAX_MIB);
  *edges -= (int64_t)(c->text.len - before) / EDGE_BYTES;
  if (n > 0) return true;
  fclose(c->file);
  c->file = NULL;
  const char *text = rc_str_c(&c->text);
  c->r = (reader){behind_mark(text, c->text.len), text + c->text.len, c->name, 0, err};
  c->stage = HEAD;
  return true;
}

static bool sort(rc_cut_reader *c, int64_t *edges, rc_err *err) {
  rc_err inner = {0};
  if (!cg_sort_step(&c->sorting, edges)) return true;
  c->stage = MAKE;
  return cg_begin_sorted(&c->making, &c->sorting, &inner) ||
         rc_err_set(err, inner.code, "%s: %s", c->name, inner.message);
}

static rc_cut_graph *make(rc_cut_reader *c, int64_t *edges) {
  if (!cg_step(&c->making, edges)) return NULL;
  const char *slash = strrchr(c->name, '/');
  snprintf(c->making.g->title, sizeof c->making.g->title, "%s", slash ? slash + 1 : c->name);
  return c->making.g;
}

rc_cut_reader *rc_cut_reader_new(const char *path, rc_err *err) {
  rc_err why = {0};
  FILE *f = rc_open_file(path, &why);
  if (!f) return rc_err_set(err, why.code, "%s: %s", path, why.message), NULL;
  struct stat st;
  rc_cut_reader *c = rc_alloc(1, sizeof *c);
  c->name = rc_strdup(path);
  c->file = f;
  c->size = fstat(fileno(f), &st) ? 0 : (double)st.st_size;
  return c;
}

bool rc_cut_reader_step(rc_cut_reader *c, int64_t edges, rc_cut_graph **done, rc_err *err) {
  bool ok = true;
  *done = NULL;
  c->r.err = err;
  while (ok && edges > 0 && !*done) {
    switch (c->stage) {
    case LOAD: ok = load(c, &edges, err); break;
    case HEAD: ok = head(c); break;
    case EDGES: ok = read_edges(c, &edges); break;
    case SORT: ok = sort(c, &edges, err); break;
    case MAKE: *done = make(c, &edges); break;
    }
  }
  return ok;
}

void rc_cut_reader_within(rc_cut_reader *c, uint64_t bytes) {
  c->memory = bytes;
}

double rc_cut_reader_progress(const rc_cut_reader *c) {
  const double m = (double)RC_MAX(c->m, 1), kept = (double)RC_MAX(c->kept, 1);
  switch (c->stage) { /* shares of the time as measured on ten million edges */
  case LOAD: return c->size > 0 ? .1 * fmin(1, (double)c->text.len / c->size) : 0;
  case HEAD: return .1;
  case EDGES: return .1 + .4 * fmin(1, (double)c->seen / m);
  case SORT: return .5 + .1 * ((double)c->sorting.stage + (double)c->sorting.at / kept) / CG_SORTED;
  case MAKE: break;
  }
  return .6 + .4 * ((double)c->making.stage + (double)c->making.at / kept) / CG_COMPLETE;
}

void rc_cut_reader_free(rc_cut_reader *c) {
  if (!c) return;
  if (c->file) fclose(c->file);
  rc_str_free(&c->text);
  rc_free(c->list);
  cg_sort_drop(&c->sorting);
  if (c->making.stage != CG_COMPLETE) cg_drop(&c->making);
  rc_free(c->name);
  rc_free(c);
}

static rc_cut_graph *read_all(rc_cut_reader *c, rc_err *err) {
  rc_cut_graph *g = NULL;
  while (rc_cut_reader_step(c, INT64_MAX / 2, &g, err) && !g) continue;
  rc_cut_reader_free(c);
  return g;
}

rc_cut_graph *rc_cut_graph_parse(const char *text, size_t len, const char *name, rc_err *err) {
  rc_cut_reader *c = rc_alloc(1, sizeof *c);
  c->name = rc_strdup(name);
  c->stage = HEAD;
  c->r = (reader){behind_mark(text, len), text + len, c->name, 0, err};
  if (is_text(name, text, len, true, err)) return read_all(c, err);
  rc_cut_reader_free(c);
  return NULL;
}

rc_cut_graph *rc_cut_graph_read(const char *path, rc_err *err) {
  rc_cut_reader *c = rc_cut_reader_new(path, err);
  return c ? read_all(c, err) : NULL;
}

bool rc_cut_graph_write(const rc_cut_graph *g, const char *format, const char *path, rc_err *err) {
  const bool mm = strcmp(format, "mtx") == 0;
  if (!mm && strcmp(format, "rudy") != 0 && strcmp(format, "mc") != 0) {
    return rc_err_set(err, RC_ERR_USAGE, "unknown format '%s': rudy, mc or mtx", format);
  }
  FILE *f = fopen(path, "w");
  if (!f) return rc_err_set(err, RC_ERR_INPUT, "cannot write %s", path);
  if (mm) fprintf(f, "%%%%MatrixMarket matrix coordinate real symmetric\n%d ", g->n);
  fprintf(f, "%d %lld\n", g->n, (long long)g->m);
  for (int64_t e = 0; e < g->m; e++) { /* mtx wants the lower triangle: row above column */
    char w[32];
    rc_format_real(g->w[e], w);
    fprintf(f, "%d %d %s\n", (mm ? g->v : g->u)[e] + 1, (mm ? g->u : g->v)[e] + 1, w);
  }
  const bool failed = ferror(f);
  if (fclose(f) || failed) return rc_err_set(err, RC_ERR_INPUT, "cannot write all of %s", path);
  return true;
}

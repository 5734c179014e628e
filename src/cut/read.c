/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Max-Cut files: rudy / G-set and Biq Mac .mc ("n m", then "u v w" lines, 1-based), MatrixMarket
 * coordinate (symmetric or general, real, integer or pattern). One line per error, with the place.
 */
#include "roadcut/cut.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_MIB = 1024, VERTICES_MAX = 100000000 };

typedef struct reader {
  const char *p, *end, *name;
  int line;
  rc_err *err;
} reader;

static bool bad(reader *r, const char *what) {
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
  *v = *s < e ? strtod(*s, &after) : 0;
  if (*s >= e || after == *s || after > e || (after < e && !isspace((unsigned char)*after))) {
    snprintf(message, sizeof message, "%s is not a number", what);
    return bad(r, *s >= e ? (snprintf(message, sizeof message, "%s is missing", what), message)
                          : message);
  }
  *s = after;
  if (!isfinite(*v)) {
    snprintf(message, sizeof message, "%s is not a finite number", what);
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
    int64_t columns;
    if (!whole(r, &s, to, 0, VERTICES_MAX, &columns, "the number of columns")) return false;
    if (columns != *n) return bad(r, "the matrix is not square");
  }
  if (!whole(r, &s, to, 0, INT32_MAX / 4, m, "the number of edges")) return false;
  int64_t format; /* the files of the DIMACS challenge have a third number, 0 */
  if (!mm->on && !blank(s, to) && !whole(r, &s, to, 0, 0, &format, "the third number"))
    return false;
  if (!blank(s, to)) return bad(r, "expected 'vertices edges' and nothing more on this line");
  return true;
}

typedef struct edges {
  int64_t m;
  int *u, *v;
  double *w;
} edges;

static bool edge_line(reader *r, const market *mm, int64_t n, const char *from, const char *to,
                      edges *out) {
  const char *s = from;
  int64_t u, v;
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
  if (mm->on && mm->general && u < v) return true;
  out->u[out->m] = (int)u - 1;
  out->v[out->m] = (int)v - 1;
  out->w[out->m++] = w;
  return true;
}

static rc_cut_graph *read_edges(reader *r) {
  market mm = {0};
  int64_t n = 0, m = 0, seen = 0;
  if (!sizes(r, &mm, &n, &m)) return NULL;
  /* an edge takes at least four characters: a count far beyond the file is refused before memory */
  if (m > (r->end - r->p) / 4 + 1) {
    bad(r, "the file is shorter than the number of edges it announces");
    return NULL;
  }
  edges list = {0, rc_alloc((size_t)m + 1, sizeof(int)), rc_alloc((size_t)m + 1, sizeof(int)),
                rc_alloc((size_t)m + 1, sizeof(double))};
  const char *from, *to;
  bool ok = true;
  while (ok && next_line(r, &from, &to)) {
    if (blank(from, to) || *from == '%' || *from == '#') continue;
    if (seen == m)
      ok = bad(r, "more edges than the first line announces");
    else
      ok = edge_line(r, &mm, n, from, to, &list);
    seen++;
  }
  if (ok && seen < m) {
    char message[128];
    snprintf(message, sizeof message, "the first line announces %lld edges, the file has %lld",
             (long long)m, (long long)seen);
    ok = bad(r, message);
  }
  rc_err inner = {0};
  rc_cut_graph *g = ok ? rc_cut_graph_new((int)n, list.m, list.u, list.v, list.w, &inner) : NULL;
  if (ok && !g) rc_err_set(r->err, inner.code, "%s: %s", r->name, inner.message);
  rc_free(list.u);
  rc_free(list.v);
  rc_free(list.w);
  return g;
}

rc_cut_graph *rc_cut_graph_parse(const char *text, size_t len, const char *name, rc_err *err) {
  if (len >= 2 && (unsigned char)text[0] == 0x1f && (unsigned char)text[1] == 0x8b) {
    rc_err_set(err, RC_ERR_INPUT, "%s is compressed: unpack it with gunzip first", name);
    return NULL;
  }
  if (memchr(text, 0, len)) {
    rc_err_set(err, RC_ERR_INPUT, "%s is not a text file", name);
    return NULL;
  }
  reader r = {text, text + len, name, 0, err};
  rc_cut_graph *g = read_edges(&r);
  if (g) {
    const char *slash = strrchr(name, '/');
    snprintf(g->title, sizeof g->title, "%s", slash ? slash + 1 : name);
  }
  return g;
}

rc_cut_graph *rc_cut_graph_read(const char *path, rc_err *err) {
  size_t len;
  char *text = rc_read_file(path, (size_t)FILE_MAX_MIB << 20, &len, err);
  if (!text) return NULL;
  rc_cut_graph *g = rc_cut_graph_parse(text, len, path, err);
  rc_free(text);
  return g;
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

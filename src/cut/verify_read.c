/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of instances and certificates into the structures that verify.c checks. Written apart from
 * the reader that the solver uses, so that a fault there cannot hide here. */
#include "verify.h"

#include "roadcut/cut.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MAX_READ = 1 << 30 };

typedef struct text {
  char *all, *p; /* p: next character */
  const char *name;
  int line;
  rc_err *err;
} text;

static bool wrong(text *t, const char *what) {
  return rc_err_at(t->err, RC_ERR_INPUT, t->line, 0, "%s:%d: %s", t->name, t->line, what);
}

static bool text_open(text *t, const char *path, rc_err *err) {
  size_t len;
  *t = (text){.name = path, .err = err};
  rc_err why = {0};
  t->p = t->all = rc_read_file(path, SIZE_MAX_READ, &len, &why);
  if (!t->all) return rc_err_set(err, why.code, "%s: %s", path, why.message);
  if (memchr(t->all, 0, len)) return wrong(t, "not a text file");
  if (strncmp(t->all, "\xef\xbb\xbf", 3) == 0) t->p += 3; /* byte order mark */
  return true;
}

/* The next line, ended by a zero byte; NULL at the end. */
static char *text_line(text *t) {
  if (!*t->p) return NULL;
  char *from = t->p, *stop = strchr(from, '\n');
  t->p = stop ? stop + 1 : from + strlen(from);
  if (stop) *stop = 0;
  if (stop && stop > from && stop[-1] == '\r') stop[-1] = 0;
  t->line++;
  return from;
}

/* A whole number at *s, followed by a blank, 'mark' or the end. */
static bool take(text *t, char **s, int64_t lo, int64_t hi, char mark, int64_t *out) {
  char *after;
  while (isspace((unsigned char)**s)) ++*s;
  const long long v = strtoll(*s, &after, 10);
  if (after == *s || (*after && !isspace((unsigned char)*after) && *after != mark)) {
    return wrong(t, "expected a whole number");
  }
  if (v < lo || v > hi) return wrong(t, "a number is out of range");
  *s = after;
  *out = v;
  return true;
}

/* The same for amounts, which may have more than 64 bits. */
static bool take_exact(text *t, char **s, rc_exact *out) {
  while (isspace((unsigned char)**s)) ++*s;
  const bool minus = **s == '-';
  char *p = *s + minus;
  rc_exact v = 0;
  for (; isdigit((unsigned char)*p); p++) {
    if (v >> 100) return wrong(t, "a number is out of range");
    v = 10 * v + (*p - '0');
  }
  if (p == *s + minus || (*p && !isspace((unsigned char)*p)))
    return wrong(t, "expected a whole number");
  *s = p;
  *out = minus ? -v : v;
  return true;
}

static bool more(char **s) {
  while (isspace((unsigned char)**s)) ++*s;
  return **s != 0;
}

/* ---- instance ---------------------------------------------------------------------------------
 */

typedef struct wedge {
  int u, v;
  int64_t at; /* place in the file: parallel edges are added up in this order */
  double w;
} wedge;

static int by_ends(const void *a, const void *b) {
  const wedge *x = a, *y = b;
  if (x->u != y->u) return x->u < y->u ? -1 : 1;
  if (x->v != y->v) return x->v < y->v ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

static void hash_graph(vf_graph *g) {
  rc_str s = {0};
  rc_str_addf(&s, "%d %d\n", g->n, g->m);
  for (int e = 0; e < g->m; e++) {
    rc_str_addf(&s, g->integer ? "%d %d %.0f\n" : "%d %d %.17g\n", g->u[e] + 1, g->v[e] + 1,
                g->w[e]);
  }
  rc_sha256(s.text, s.len, g->hash);
  rc_str_free(&s);
}

static void store_graph(vf_graph *g, wedge *list, int64_t m) {
  qsort(list, (size_t)m, sizeof *list, by_ends);
  g->u = rc_alloc((size_t)m + 1, sizeof *g->u);
  g->v = rc_alloc((size_t)m + 1, sizeof *g->v);
  g->w = rc_alloc((size_t)m + 1, sizeof *g->w);
  g->integer = true;
  for (int64_t i = 0; i < m;) {
    wedge sum = list[i++];
    while (i < m && list[i].u == sum.u && list[i].v == sum.v) sum.w += list[i++].w;
    if (sum.w == 0) continue;
    if (sum.w != rint(sum.w)) g->integer = false;
    g->u[g->m] = sum.u, g->v[g->m] = sum.v, g->w[g->m++] = sum.w;
  }
  hash_graph(g);
}

/* One line "u v w" (w may be missing: 1); a line of a matrix's diagonal is passed over. */
static bool read_edge(text *t, char *s, int n, bool matrix, bool general, wedge *list, int64_t *m) {
  int64_t u, v;
  double w = 1;
  if (!take(t, &s, 1, n, 0, &u) || !take(t, &s, 1, n, 0, &v)) return false;
  if (more(&s)) {
    char *after;
    w = strtod(s, &after);
    if (after == s || !isfinite(w) || fabs(w) > 9007199254740992.0 ||
        s + strcspn(s, "xX") < after || more(&after))
      return wrong(t, "expected a weight");
    /* so that no weight, nor a sum of them, vanishes when it is scaled */
    if (w != 0 && fabs(w) < 1e-250) return wrong(t, "a weight is too small to be checked");
  }
  if (u == v && !matrix) return wrong(t, "an edge joins a vertex to itself");
  if (u == v || (general && u < v)) return true;
  list[*m] = (wedge){(int)(RC_MIN(u, v) - 1), (int)(RC_MAX(u, v) - 1), *m, w};
  ++*m;
  return true;
}

bool vf_read_graph(const char *path, vf_graph *g, rc_err *err) {
  text t;
  if (!text_open(&t, path, err)) return rc_free(t.all), false;
  bool matrix = false, general = false, ok = true;
  int64_t n = -1, announced = 0, seen = 0, m = 0;
  wedge *list = NULL;
  for (char *s; ok && (s = text_line(&t));) {
    if (t.line == 1 && strncmp(s, "%%MatrixMarket", 14) == 0) {
      matrix = true;
      general = strstr(s, "general") != NULL;
    }
    if (!more(&s) || *s == '%' || *s == '#') continue;
    if (n < 0) {
      ok = take(&t, &s, 0, 100000000, 0, &n) && (!matrix || take(&t, &s, n, n, 0, &n)) &&
           take(&t, &s, 0, (int64_t)strlen(t.p) / 3 + 1, 0, &announced);
      if (ok) list = rc_alloc((size_t)announced + 1, sizeof *list);
    } else {
      ok = seen++ < announced ? read_edge(&t, s, (int)n, matrix, general, list, &m)
                              : wrong(&t, "more edges than announced");
    }
  }
  if (ok && (n < 0 || seen < announced)) ok = wrong(&t, "fewer edges than announced");
  g->n = (int)n;
  if (ok) store_graph(g, list, m);
  rc_free(list);
  rc_free(t.all);
  return ok;
}

/* ---- certificate ------------------------------------------------------------------------------
 */

typedef struct growing { /* capacities of the arrays of a certificate */
  int rows, steps, nodes, uses, step_n, use_n;
  unsigned seen; /* entries of the head, by bit */
} growing;

static void *grow(void *p, int need, int *cap, size_t size) {
  if (need <= *cap) return p;
  *cap = RC_MAX(need, *cap * 2 + 64);
  return rc_realloc(p, (size_t)*cap, size);
}

static bool read_row(text *t, vf_certificate *c, growing *cap, char *s) {
  c->row = grow(c->row, c->rows + 2, &cap->rows, sizeof *c->row);
  c->row[c->rows] = cap->step_n;
  while (more(&s)) {
    int64_t v;
    if (!take(t, &s, 1, 100000000, '*', &v)) return false;
    int twice = cap->steps;
    c->vertex = grow(c->vertex, cap->step_n + 1, &cap->steps, sizeof *c->vertex);
    c->marked = grow(c->marked, cap->step_n + 1, &twice, sizeof *c->marked);
    c->vertex[cap->step_n] = (int)v - 1;
    c->marked[cap->step_n++] = *s == '*';
    if (*s == '*') s++;
  }
  if (cap->step_n - c->row[c->rows] < 3) return wrong(t, "a row needs at least three vertices");
  c->row[++c->rows] = cap->step_n;
  return true;
}

static bool read_node(text *t, vf_certificate *c, growing *cap, char *s, bool leaf) {
  c->node = grow(c->node, c->nodes + 1, &cap->nodes, sizeof *c->node);
  vf_node *to = &c->node[c->nodes];
  int64_t edge = 0, row;
  rc_exact y;
  if (!leaf && !take(t, &s, 1, INT32_MAX, 0, &edge)) return false;
  *to = (vf_node){(int)edge - 1, cap->use_n, cap->use_n};
  while (more(&s)) {
    if (!take(t, &s, 1, c->rows, ':', &row)) return false;
    if (*s++ != ':') return wrong(t, "expected ROW:MULTIPLIER");
    if (!take_exact(t, &s, &y)) return false;
    c->use = grow(c->use, cap->use_n + 1, &cap->uses, sizeof *c->use);
    c->use[cap->use_n++] = (vf_use){(int)row - 1, y};
  }
  to->last = cap->use_n;
  c->nodes++;
  return true;
}

static bool read_cut(text *t, vf_certificate *c, const char *s) {
  const size_t n = strlen(s);
  if (c->side || c->n < 0 || n != (size_t)c->n || strspn(s, "01") != n)
    return wrong(t, "expected one 0 or 1 for each vertex");
  c->side = rc_alloc(n + 1, 1);
  for (size_t i = 0; i < n; i++) c->side[i] = (uint8_t)(s[i] - '0');
  return true;
}

static bool read_map(text *t, vf_certificate *c, char *s) {
  if (c->n < 0) return wrong(t, "the number of vertices has to come before a map");
  c->map = rc_realloc(c->map, ((size_t)c->maps + 1) * (size_t)c->n + 1, sizeof *c->map);
  for (int i = 0; i < c->n; i++) {
    int64_t v;
    if (!take(t, &s, 1, c->n, 0, &v)) return false;
    c->map[(size_t)c->maps * (size_t)c->n + (size_t)i] = (int)v - 1;
  }
  c->maps++;
  return !more(&s) || wrong(t, "a map has one number for each vertex");
}

static void read_instance(vf_certificate *c, const char *path, const char *s) {
  const char *slash = strrchr(path, '/');
  rc_str full = {0};
  if (*s != '/' && slash) rc_str_addn(&full, path, (size_t)(slash - path) + 1);
  rc_str_add(&full, s);
  rc_free(c->instance);
  c->instance = full.text;
}

static const char *const head[] = {"instance", "sha256", "scale", "value", "bound"};
enum { HEAD_ALL = (1 << RC_LEN(head)) - 1 };

/* Each entry of the head comes once: of two values a reader would believe the wrong one. */
static bool head_once(growing *cap, const char *s) {
  for (unsigned k = 0; k < RC_LEN(head); k++) {
    if (strcmp(s, head[k])) continue;
    if (cap->seen >> k & 1) return false;
    cap->seen |= 1u << k;
  }
  return true;
}

static bool line_ends(text *t, char *s) {
  return !more(&s) || wrong(t, "there is something behind what the line says");
}

/* One line; the fields have to come in the order of verify.h as far as one needs another. */
static bool read_line(text *t, vf_certificate *c, growing *cap, char *s, bool *end) {
  char *rest = s + strcspn(s, " ");
  int64_t v = 0;
  if (*rest) *rest++ = 0;
  if (!head_once(cap, s)) return wrong(t, "an entry of the head comes twice");
  if (!strcmp(s, "instance")) return read_instance(c, t->name, rest), true;
  if (!strcmp(s, "sha256"))
    return (strlen(rest) == 64 && snprintf(c->hash, sizeof c->hash, "%s", rest)) ||
           wrong(t, "expected 64 hexadecimal digits");
  if (!strcmp(s, "vertices") && c->n >= 0) return wrong(t, "the number of vertices comes twice");
  if (!strcmp(s, "vertices")) {
    if (!take(t, &rest, 0, 100000000, 0, &v)) return false;
    return c->n = (int)v, line_ends(t, rest);
  }
  if (!strcmp(s, "scale")) {
    if (!take(t, &rest, -60, 1000, 0, &v)) return false;
    return c->scale = (int)v, line_ends(t, rest);
  }
  if (!strcmp(s, "value")) return take_exact(t, &rest, &c->value) && line_ends(t, rest);
  if (!strcmp(s, "bound")) return take_exact(t, &rest, &c->bound) && line_ends(t, rest);
  if (!strcmp(s, "map")) return read_map(t, c, rest);
  if (!strcmp(s, "cut")) return read_cut(t, c, rest);
  if (!strcmp(s, "row")) return read_row(t, c, cap, rest);
  if (!strcmp(s, "node")) return read_node(t, c, cap, rest, false);
  if (!strcmp(s, "leaf")) return read_node(t, c, cap, rest, true);
  if (!strcmp(s, "end")) return *end = true, line_ends(t, rest);
  return wrong(t, "unknown line in a certificate");
}

bool vf_read_certificate(const char *path, vf_certificate *c, rc_err *err) {
  text t;
  *c = (vf_certificate){.n = -1};
  if (!text_open(&t, path, err)) return rc_free(t.all), false;
  growing cap = {0};
  bool end = false, ok = true;
  char *s = text_line(&t);
  if (!s || strcmp(s, "roadcut-certificate 1") != 0)
    ok = wrong(&t, "this is not a certificate of this program (first line)");
  while (ok && !end && (s = text_line(&t))) {
    if (more(&s)) ok = read_line(&t, c, &cap, s, &end);
  }
  if (ok && !end) ok = wrong(&t, "the certificate is cut off: its line 'end' is missing");
  while (ok && (s = text_line(&t))) {
    if (more(&s)) ok = wrong(&t, "there is something behind the line 'end'");
  }
  if (ok && (cap.seen != HEAD_ALL || !c->side || !c->nodes || strlen(c->hash) != 64))
    ok = wrong(&t, "instance, sha256, scale, value, bound, cut and leaf are needed");
  rc_free(t.all);
  return ok;
}

bool vf_fits(const vf_graph *g, const vf_certificate *c, rc_err *err) {
  if (c->n != g->n)
    return rc_err_set(err, RC_ERR_INPUT, "the certificate is for %d vertices, the instance has %d",
                      c->n, g->n);
  for (int i = 0; c->rows > 0 && i < c->row[c->rows]; i++) {
    if (c->vertex[i] >= g->n)
      return rc_err_set(err, RC_ERR_INPUT, "a row visits vertex %d, which is not there",
                        c->vertex[i] + 1);
  }
  for (int i = 0; i < c->nodes; i++) {
    if (c->node[i].edge >= g->m)
      return rc_err_set(err, RC_ERR_INPUT, "the tree branches on edge %d, which is not there",
                        c->node[i].edge + 1);
  }
  uint8_t *seen = rc_alloc((size_t)g->n + 1, 1);
  bool ok = true;
  for (int i = 0; ok && i < c->maps; i++) {
    memset(seen, 0, (size_t)g->n);
    for (int v = 0; ok && v < g->n; v++) ok = !seen[c->map[(size_t)i * (size_t)g->n + (size_t)v]]++;
    if (!ok) rc_err_set(err, RC_ERR_INPUT, "map %d is not a permutation of the vertices", i + 1);
  }
  rc_free(seen);
  return ok;
}

void vf_free(vf_graph *g, vf_certificate *c) {
  rc_free(g->u), rc_free(g->v), rc_free(g->w);
  rc_free(c->instance), rc_free(c->map), rc_free(c->side), rc_free(c->row), rc_free(c->vertex);
  rc_free(c->marked), rc_free(c->node), rc_free(c->use);
}

/* In decimal, rounded to a double that is not above (down) or not below the amount. */
static void amount_text(rc_exact a, int scale, bool down, char out[64]) {
  double x = (double)a;
  if (down ? (rc_exact)x > a : (rc_exact)x < a) x = nextafter(x, down ? -INFINITY : INFINITY);
  rc_format_real(ldexp(x, -scale), out);
}

bool rc_certificate_verify(const char *certificate, const char *instance, rc_verdict *v) {
  vf_graph g = {0};
  vf_certificate c = {0};
  rc_err err = {0};
  *v = (rc_verdict){0};
  if (vf_read_certificate(certificate, &c, &err) &&
      vf_read_graph(instance ? instance : c.instance, &g, &err) && vf_fits(&g, &c, &err))
    v->accepted = vf_check(&g, &c, v->reason);
  else
    snprintf(v->reason, sizeof v->reason, "%.250s", err.message);
  v->optimal = v->accepted && c.value == c.bound;
  v->gap = fabs((double)(c.bound - c.value)) / fmax(1, fabs((double)c.bound));
  amount_text(c.value, c.scale, true, v->value);
  amount_text(c.bound, c.scale, false, v->bound);
  vf_free(&g, &c);
  return v->accepted;
}

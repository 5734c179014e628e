/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables in text files, with the place in every error. */
#include "calib/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 16 << 20, CELLS_MAX = 4 << 20, COLUMNS_MAX = 256 };

/* ---- units ------------------------------------------------------------------------------------ */

/* value in the model's unit = number * factor + offset */
static const struct unit {
  const char *kind, *name;
  double factor, offset;
} units[] = {
    {"pressure", "Torr", 1, 0},
    {"pressure", "mTorr", 1e-3, 0},
    {"pressure", "Pa", 760 / 101325.0, 0},
    {"pressure", "mbar", 100 * 760 / 101325.0, 0},
    {"current", "mA", 1, 0},
    {"current", "A", 1e3, 0},
    {"temperature", "K", 1, 0},
    {"temperature", "degC", 1, 273.15},
    {"density", "cm^-3", 1, 0},
    {"density", "m^-3", 1e-6, 0},
    {"none", "1", 1, 0},
    {"none", "%", 1e-2, 0},
};

/* ---- errors ----------------------------------------------------------------------------------- */

static bool fail_at(const char *file, int line, int column, rc_err *err, const char *format,
                    va_list ap) {
  char text[320];
  vsnprintf(text, sizeof text, format, ap);
  return rc_err_set(err, RC_ERR_INPUT, "%s:%d:%d: %s", file, line, column, text);
}

bool cc_fail(const cc_table *t, const cc_cell *at, rc_err *err, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  char text[320];
  vsnprintf(text, sizeof text, format, ap);
  va_end(ap);
  if (!t->lists) {
    return rc_err_set(err, RC_ERR_INPUT, "%s:%d:%d: %s", t->file, at->line, at->column, text);
  }
  if (at->line == 0) return rc_err_set(err, RC_ERR_INPUT, "%s: %s", t->file, text);
  rc_err_set(err, RC_ERR_INPUT, "%s, entry %d: %s", t->file, at->line, text);
  rc_err_about(err, t->file, t->header[(at - t->cell) % t->columns].text, at->line, at->text);
  return false;
}

/* ---- splitting -------------------------------------------------------------------------------- */

typedef struct reader {
  cc_table *t;
  char *p; /* what is left */
  int line;
  char separator;
  size_t cells, cap;
  rc_err *err;
} reader;

static bool bad(const reader *r, int column, const char *format, ...) RC_PRINTF(3, 4);
static bool bad(const reader *r, int column, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  fail_at(r->t->file, r->line, column, r->err, format, ap);
  va_end(ap);
  return false;
}

/* Characters, not bytes, before 'to' in its line. */
static int column_of(const char *line, const char *to) {
  int column = 1;
  for (const char *s = line; s < to; s++) column += ((unsigned char)*s & 0xc0) != 0x80;
  return column;
}

static void add_cell(reader *r, const char *text, int column) {
  if (r->cells == r->cap) {
    r->cap = RC_MAX(64, 2 * r->cap);
    r->t->cell = rc_realloc(r->t->cell, r->cap, sizeof *r->t->cell);
  }
  r->t->cell[r->cells++] = (cc_cell){.text = text, .line = r->line, .column = column};
}

/* One cell at *s in place; *s is left behind its separator, or NULL at the end of the line. */
static bool split_cell(reader *r, const char *line, char **s) {
  char *from = *s + strspn(*s, r->separator == '\t' ? " " : " \t");
  const int column = column_of(line, from);
  char *end;
  if (*from == '"') {
    char *to = ++from;
    for (end = from; *end && !(*end == '"' && end[1] != '"'); end++) {
      if (*end == '"') end++; /* "" stands for one quote */
      *to++ = *end;
    }
    if (!*end) return bad(r, column, "a quote is opened and not closed on this line");
    end += 1 + strspn(end + 1, r->separator == '\t' ? " " : " \t");
    if (*end && *end != r->separator) {
      return bad(r, column_of(line, end), "something stands behind a quoted cell");
    }
    const char separator = *end;
    *to = '\0';
    *s = separator ? end + 1 : NULL;
  } else {
    end = strchr(from, r->separator);
    *s = end ? end + 1 : NULL;
    if (!end) end = from + strlen(from);
    char *to = end;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t')) to--;
    *to = '\0';
  }
  add_cell(r, from, column);
  return true;
}

static bool split_line(reader *r, char *line, bool header) {
  const size_t before = r->cells;
  for (char *s = line; s;) {
    if (r->cells >= CELLS_MAX) return bad(r, 1, "more than %d cells", CELLS_MAX);
    if (!split_cell(r, line, &s)) return false;
  }
  const int count = (int)(r->cells - before);
  if (header) {
    r->t->columns = count;
    if (count > COLUMNS_MAX) return bad(r, 1, "more than %d columns", COLUMNS_MAX);
  } else if (count != r->t->columns) {
    const cc_cell *at =
        &r->t->cell[count > r->t->columns ? before + (size_t)r->t->columns : r->cells - 1];
    return bad(r, at->column, "%d cell%s in this row, but the header has %d column%s", count,
               count == 1 ? "" : "s", r->t->columns, r->t->columns == 1 ? "" : "s");
  }
  return true;
}

static bool blank(const char *line) {
  line += strspn(line, " \t");
  return *line == '\0' || *line == '#';
}

static bool split_lines(reader *r) {
  bool header = true;
  while (r->p) {
    char *line = r->p, *end = strchr(line, '\n');
    if (!*line && r->line > 0) break; /* nothing behind the last end of line */
    r->p = end ? end + 1 : NULL;
    if (end) *end = '\0';
    r->line++;
    const size_t length = strlen(line);
    if (length && line[length - 1] == '\r') line[length - 1] = '\0';
    if (blank(line)) continue;
    if (header) {
      r->separator = strchr(line, '\t') ? '\t' : strchr(line, ';') ? ';' : ',';
    }
    if (!split_line(r, line, header)) return false;
    header = false;
  }
  if (header) return bad(r, 1, "the file has no header line");
  return true;
}

static bool check_header(reader *r) {
  const cc_table *t = r->t;
  for (int j = 0; j < t->columns; j++) {
    const cc_cell *c = &t->header[j];
    if (!c->text[0]) return cc_fail(t, c, r->err, "column %d has no name", j + 1);
    for (int i = 0; i < j; i++) {
      if (!strcmp(t->header[i].text, c->text)) {
        return cc_fail(t, c, r->err, "column '%s' is there twice", c->text);
      }
    }
  }
  return true;
}

static bool check_text(reader *r, const char *text, size_t len) {
  size_t at = 0;
  const char *nul = memchr(text, 0, len);
  const bool valid = rc_utf8_valid(text, nul ? (size_t)(nul - text) : len, &at);
  if (valid && !nul) return true;
  if (valid) at = (size_t)(nul - text);
  const char *line = text;
  for (const char *s = text; s < text + at; s++) {
    if (*s == '\n') r->line++, line = s + 1;
  }
  r->line++;
  return bad(r, column_of(line, text + at), valid ? "a zero byte" : "not UTF-8 text");
}

bool cc_read(const char *folder, const char *file, cc_table *out, rc_err *err) {
  memset(out, 0, sizeof *out);
  rc_str path = {0};
  if (folder && folder[0] && file[0] != '/') rc_str_addf(&path, "%s/", folder);
  rc_str_add(&path, file);
  out->file = rc_strdup(file);
  size_t len = 0;
  rc_err why = {0};
  out->text = rc_read_file(rc_str_c(&path), FILE_MAX, &len, &why);
  const char *looked_for = "";
  if (!out->text && folder && file[0] != '/' && access(rc_str_c(&path), F_OK) != 0)
    looked_for = "; a file is looked for from the folder of the scenario";
  rc_str_free(&path);
  if (!out->text) {
    rc_err_set(err, RC_ERR_INPUT, "%s: %s%s", file, why.message, looked_for);
    cc_free(out);
    return false;
  }
  reader r = {.t = out, .p = out->text, .err = err};
  if (!strncmp(r.p, "\xef\xbb\xbf", 3)) r.p += 3;
  bool ok = check_text(&r, out->text, len) && split_lines(&r);
  if (ok) {
    out->header = out->cell;
    out->rows = (int)(r.cells / (size_t)out->columns) - 1;
    out->cell += out->columns;
    ok = check_header(&r);
    if (ok && out->rows == 0) ok = bad(&r, 1, "the file has a header and no rows");
  }
  if (!ok) cc_free(out);
  return ok;
}

void cc_free(cc_table *t) {
  rc_free(t->header ? t->header : t->cell);
  rc_free(t->text);
  rc_free(t->file);
  memset(t, 0, sizeof *t);
}

/* ---- columns ---------------------------------------------------------------------------------- */

/* Length of a header without its " [unit]". */
static size_t name_length(const char *header) {
  const char *bracket = strchr(header, '[');
  size_t n = bracket ? (size_t)(bracket - header) : strlen(header);
  while (n > 0 && header[n - 1] == ' ') n--;
  return n;
}

static bool called(const cc_cell *header, const char *names) {
  const char *h = header->text;
  while (*names) {
    const size_t n = strcspn(names, "|");
    if (name_length(h) == n && !strncmp(h, names, n)) return true;
    names += n + (names[n] == '|');
  }
  return false;
}

int cc_find(const cc_table *t, const char *names) {
  for (int j = 0; j < t->columns; j++)
    if (called(&t->header[j], names)) return j;
  return -1;
}

bool cc_once(const cc_table *t, const char *names, rc_err *err) {
  const int first = cc_find(t, names);
  for (int j = first + 1; first >= 0 && j < t->columns; j++)
    if (called(&t->header[j], names))
      return cc_fail(t, &t->header[j], err, "columns '%s' and '%s' mean the same",
                     t->header[first].text, t->header[j].text);
  return true;
}

/* "pressure" of "pressure|p" */
static void first_name(const char *names, char out[32]) {
  snprintf(out, 32, "%.*s", (int)strcspn(names, "|"), names);
}

static bool missing(const cc_table *t, const char *names, rc_err *err) {
  char name[32];
  first_name(names, name);
  const char *have[COLUMNS_MAX];
  for (int j = 0; j < t->columns; j++) have[j] = t->header[j].text;
  const char *near = rc_nearest(name, have, (size_t)t->columns);
  return cc_fail(t, &t->header[0], err, "there is no column '%s'%s%s%s", name,
                 near ? "; is it '" : "", near ? near : "", near ? "'?" : "");
}

/* A number of a table, in the unit of its header, is number * factor + offset in the model's. */
typedef struct measure {
  double factor, offset;
  int length; /* of the unit's name */
  const char *name;
} measure;

static bool unit_of(const cc_table *t, const cc_cell *header, const char *kind, measure *m,
                    rc_err *err) {
  *m = (measure){.factor = 1, .name = ""};
  const char *open = strchr(header->text, '[');
  if (!open) return true;
  const char *close = strchr(open, ']');
  cc_cell at = *header;
  at.column += column_of(header->text, open) - 1;
  if (!close || close[1]) return cc_fail(t, &at, err, "a unit is written name [unit]");
  const size_t n = (size_t)(close - open - 1);
  m->name = open + 1, m->length = (int)n;
  if (!kind[0])
    return cc_is_unit(open + 1, n) ||
           cc_fail(
               t, &at, err,
               "unknown unit '%.*s'; the numbers are taken as they are: leave it away, or write "
               "one like s, mM or J/(mol K)",
               (int)RC_MIN(n, 32), open + 1);
  char known[160] = "";
  for (size_t k = 0; k < RC_LEN(units); k++) {
    const struct unit *u = &units[k];
    if (strcmp(u->kind, kind) != 0) continue;
    if (strlen(u->name) == n && !strncmp(u->name, open + 1, n)) {
      m->factor = u->factor, m->offset = u->offset;
      return true;
    }
    const size_t used = strlen(known);
    snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", u->name);
  }
  return cc_fail(t, &at, err, "unknown unit '%.*s'; known are %s", (int)RC_MIN(n, 32), open + 1,
                 known);
}

bool cc_number(const cc_table *t, const cc_cell *at, const char *what, double *v, rc_err *err) {
  if (!at->text[0]) return cc_fail(t, at, err, "%s is missing", what);
  if (rc_parse_real(at->text, v) && isfinite(*v)) return true;
  rc_str cut = {0};
  rc_str_add_cut(&cut, at->text, 24);
  const char *s = at->text + strspn(at->text, "+-");
  const bool special = !strncasecmp(s, "nan", 3) || !strncasecmp(s, "inf", 3);
  cc_fail(t, at, err, special ? "%s is %s, not a finite number" : "%s: '%s' is not a number", what,
          rc_str_c(&cut));
  rc_str_free(&cut);
  return false;
}

bool cc_numbers(const cc_table *t, const cc_column *c, double *out, int stride, rc_err *err) {
  char name[32];
  first_name(c->name, name);
  const int j = cc_find(t, c->name);
  if (!cc_once(t, c->name, err)) return false;
  if (j < 0 && c->required) return missing(t, c->name, err);
  if (j < 0) {
    for (int i = 0; i < t->rows; i++) out[i * stride] = c->absent;
    return true;
  }
  measure m;
  if (!unit_of(t, &t->header[j], c->unit, &m, err)) return false;
  for (int i = 0; i < t->rows; i++) {
    const cc_cell *at = &t->cell[i * t->columns + j];
    double v;
    if (!at->text[0] && !c->required) {
      out[i * stride] = c->absent;
      continue;
    }
    if (!cc_number(t, at, name, &v, err)) return false;
    v = v * m.factor + m.offset;
    if (v < c->lower || (c->above && v == c->lower)) { /* told in the unit of the table */
      return cc_fail(t, at, err, "%s must be %s %g%s%.*s, not %s", name,
                     c->above ? "above" : "at least", (c->lower - m.offset) / m.factor,
                     m.length ? " " : "", m.length, m.name, at->text);
    }
    if (c->none && v != 0) return cc_fail(t, at, err, "%s must be 0: %s", name, c->none);
    out[i * stride] = v;
  }
  return true;
}

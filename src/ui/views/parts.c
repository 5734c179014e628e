/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const rc_lattice *rc_part_lattice(const rc_view_context *v) {
  if (v->hilbert && v->hilbert->lattice) return v->hilbert->lattice;
  return v->scenario ? v->scenario->built : NULL;
}

const rc_model *rc_part_model(const rc_view_context *v) {
  if (v->hilbert && v->hilbert->lattice) return &v->hilbert->model;
  return v->scenario ? &v->scenario->model : NULL;
}

int64_t rc_part_value(const rc_view_context *v, const char *pane, const char *name) {
  return v->ui ? rc_ui_value(v->ui, pane, name) : 0;
}

void rc_part_set(rc_view_context *v, const char *pane, const char *name, int64_t value) {
  if (v->ui) rc_ui_set_value(v->ui, pane, name, value);
}

void rc_part_waiting(rc_pen p, const char *text) {
  int w = rc_text_width(text);
  rc_put_cut(p, RC_MAX((p.r.w - w) / 2, 0), p.r.h / 2, p.r.w, RC_DIM, text);
}

static bool one_of_many(const rc_view_context *v, rc_pen p) {
  return v->hilbert && v->hilbert->eigen.degeneracy > 1 && p.r.h >= 4;
}

rc_pen rc_part_above_note(const rc_view_context *v, rc_pen p) {
  return one_of_many(v, p) ? rc_pen_sub(p, 0, 0, p.r.w, p.r.h - 1) : p;
}

rc_pen rc_part_one_of_many(const rc_view_context *v, rc_pen p) {
  if (one_of_many(v, p)) {
    char text[64];
    const rc_eigen_view *e = &v->hilbert->eigen;
    snprintf(text, sizeof text, "1 of %s%d ground states", e->degeneracy_open ? "≥ " : "",
             e->degeneracy);
    rc_put_cut(p, 0, p.r.h - 1, p.r.w, RC_WARN, text);
  }
  return rc_part_above_note(v, p);
}

uint64_t rc_part_state(const rc_view_context *v) {
  const rc_hilbert_data *d = v->hilbert;
  if (!d || !d->basis || v->selected_state >= rc_basis_states(d->basis)) return RC_NONE;
  return v->selected_state;
}

int rc_part_site(const rc_view_context *v) {
  const rc_lattice *l = rc_part_lattice(v);
  return l && v->selected_site >= 0 && v->selected_site < l->sites ? v->selected_site : 0;
}

void rc_part_arrows(uint64_t config, int sites, char *out) {
  char *o = out;
  for (int s = RC_MIN(sites, RC_SITES_MAX) - 1; s >= 0; s--) {
    memcpy(o, config >> s & 1 ? "↑" : "↓", 3);
    o += 3;
  }
  *o = 0;
}

void rc_part_bits(uint64_t config, int sites, char out[65]) {
  int n = 0;
  for (int s = RC_MIN(sites, RC_SITES_MAX) - 1; s >= 0; s--) out[n++] = config >> s & 1 ? '1' : '0';
  out[n] = 0;
}

void rc_part_count(uint64_t n, char out[32]) {
  if (n == RC_NONE) {
    snprintf(out, 32, "many");
    return;
  }
  char digits[24];
  int len = snprintf(digits, sizeof digits, "%" PRIu64, n), k = 0;
  for (int i = 0; i < len; i++) {
    if (i && (len - i) % 3 == 0) out[k++] = ',';
    out[k++] = digits[i];
  }
  out[k] = 0;
}

double rc_part_amplitude(const rc_hilbert_data *d, uint64_t state) {
  if (!d || !d->vector || !d->basis || state >= rc_basis_states(d->basis)) return NAN;
  return d->vector[state];
}

int rc_part_bond(const rc_lattice *l, int i, int j) {
  for (int b = 0; l && b < l->bonds; b++)
    if ((l->bond[b].i == i && l->bond[b].j == j) || (l->bond[b].i == j && l->bond[b].j == i))
      return b;
  return -1;
}

void rc_part_select_pair(rc_view_context *v, const rc_pair *p) {
  int b = rc_part_bond(rc_part_lattice(v), p->i, p->j);
  if (b >= 0 && v->ui) rc_ui_select_edge(v->ui, b);
}

void rc_part_row_read(const rc_hilbert_data *d, uint64_t state, rc_part_row *out) {
  out->n = 0;
  if (!d || !d->matrix || !d->matrix_ready || state >= rc_matrix_states(d->matrix)) return;
  out->n = rc_matrix_row(d->matrix, state, out->column, out->value, out->pair, RC_PART_ROW);
}

/* ---- facts -------------------------------------------------------------------------------------- */

static rc_fact *next_fact(rc_facts *f, const char *label, rc_style s) {
  if (f->n == RC_FACTS_MAX) f->n--; /* the last gives way */
  rc_fact *a = &f->fact[f->n++];
  *a = (rc_fact){.style = s, .gauge = NAN};
  snprintf(a->label, sizeof a->label, "%s", label);
  return a;
}

void rc_fact_add(rc_facts *f, const char *label, rc_style s, const char *format, ...) {
  rc_fact *a = next_fact(f, label, s);
  va_list ap;
  va_start(ap, format);
  vsnprintf(a->value, sizeof a->value, format, ap);
  va_end(ap);
}

void rc_fact_exact(rc_facts *f, double v) {
  rc_fact *a = &f->fact[f->n - 1];
  a->is_number = true;
  rc_format_real(v, a->exact);
  if (isnan(v)) a->exact[0] = 0;
}

void rc_fact_error(rc_facts *f, double error) {
  if (!isnan(error)) rc_format_real(error, f->fact[f->n - 1].error);
}

void rc_fact_number(rc_facts *f, const char *label, rc_style s, const char *format, ...) {
  rc_fact *a = next_fact(f, label, s);
  va_list ap;
  va_start(ap, format);
  vsnprintf(a->value, sizeof a->value, format, ap);
  va_end(ap);
  va_start(ap, format);
  rc_fact_exact(f, va_arg(ap, double));
  va_end(ap);
}

void rc_fact_note(rc_facts *f, rc_style s, const char *format, ...) {
  rc_fact *a = next_fact(f, "", s);
  va_list ap;
  va_start(ap, format);
  vsnprintf(a->value, sizeof a->value, format, ap);
  va_end(ap);
}

void rc_fact_unknown(rc_facts *f, const char *label) {
  rc_fact_add(f, label, RC_DIM, "–");
  rc_fact_exact(f, NAN);
}

void rc_fact_real(rc_facts *f, const char *label, rc_style s, int decimals, double v) {
  if (isnan(v))
    rc_fact_unknown(f, label);
  else
    rc_fact_add(f, label, s, "%.*f", decimals, v), rc_fact_exact(f, v);
}

void rc_fact_count(rc_facts *f, const char *label, uint64_t n) {
  char text[32];
  rc_part_count(n, text);
  rc_fact_add(f, label, RC_TEXT, "%s", text);
  if (n == RC_NONE) return; /* many */
  rc_fact *a = &f->fact[f->n - 1];
  a->is_number = true;
  snprintf(a->exact, sizeof a->exact, "%" PRIu64, n);
}

void rc_fact_gauge(rc_facts *f, const char *label, rc_style s, double share) {
  if (isnan(share)) {
    rc_fact_unknown(f, label);
    return;
  }
  rc_fact_add(f, label, s, "%.2f %%", 100 * share);
  f->fact[f->n - 1].gauge = share;
  rc_fact_exact(f, share);
}

/* Draws one fact at line y; returns the lines it takes. */
static int draw_fact(rc_pen p, int y, const rc_fact *a) {
  if (!a->label[0]) return RC_MAX(rc_put_wrapped(p, 0, y, p.r.w, 99, 0, a->style, a->value), 1);
  rc_put_pair(p, y, a->label, a->style, "%s", a->value);
  if (isnan(a->gauge)) return 1;
  rc_gauge(p, 0, y + 1, p.r.w, a->gauge, a->style);
  return 2;
}

/* Lines that the facts take in w columns. */
static int facts_lines(rc_pen p, int w, const rc_facts *f) {
  rc_screen none = {0, 0, NULL, p.screen->graphics};
  rc_pen blind = {&none, {0, 0, w, p.r.h}};
  int total = 0;
  for (int i = 0; i < f->n; i++) total += draw_fact(blind, 0, &f->fact[i]);
  return total;
}

void rc_facts_draw(const rc_view_context *v, rc_pen p, const char *pane, const rc_facts *f) {
  int total = facts_lines(p, p.r.w, f), right = p.r.w - 1;
  rc_pen box = p;
  if (total > p.r.h && p.r.w >= 12) { /* the arrows get a column of their own */
    box = rc_pen_sub(p, 0, 0, p.r.w - 2, p.r.h);
    total = facts_lines(p, box.r.w, f);
  }
  int top = (int)RC_MIN(rc_part_value(v, pane, "top"), RC_MAX(total - p.r.h, 0)), y = -top;
  for (int i = 0; i < f->n && y < p.r.h; i++) y += draw_fact(box, y, &f->fact[i]);
  if (p.r.w < 12) return;
  if (total > p.r.h + top) rc_put(p, right, p.r.h - 1, RC_LINK, "▾");
  if (top > 0) rc_put(p, right, 0, RC_LINK, "▴");
}

bool rc_facts_key(rc_view_context *v, const char *pane, int key) {
  int64_t to = rc_part_move(rc_part_value(v, pane, "top"), 200, key);
  if (to < 0 || key == RC_KEY_END) return false;
  rc_part_set(v, pane, "top", to);
  return true;
}

void rc_facts_csv(const rc_facts *f, rc_str *out) {
  rc_str_add(out, "name,value\n");
  for (int i = 0; i < f->n; i++) {
    const rc_fact *a = &f->fact[i];
    rc_part_csv(out, a->label[0] ? a->label : "note", ',');
    rc_part_csv(out, a->is_number ? a->exact : a->value, '\n');
    if (!a->error[0]) continue;
    char label[sizeof a->label + 8];
    snprintf(label, sizeof label, "%s error", a->label);
    rc_part_csv(out, label, ',');
    rc_part_csv(out, a->error, '\n');
  }
}

/* ---- rows --------------------------------------------------------------------------------------- */

int64_t rc_part_move(int64_t row, int64_t rows, int key) {
  int64_t to = row;
  switch (key) {
  case RC_KEY_UP: to--; break;
  case RC_KEY_DOWN: to++; break;
  case RC_KEY_PGUP: to -= 10; break;
  case RC_KEY_PGDN: to += 10; break;
  case RC_KEY_HOME: to = 0; break;
  case RC_KEY_END: to = rows - 1; break;
  default: return -1;
  }
  return RC_MAX(RC_MIN(to, rows - 1), 0);
}

int64_t rc_part_table_row(const rc_view_context *v, const char *pane, int64_t rows) {
  return RC_MAX(RC_MIN(rc_part_value(v, pane, "row"), rows - 1), 0);
}

void rc_part_csv(rc_str *out, const char *text, char end) {
  if (strpbrk(text, ",\"\n")) {
    rc_str_addc(out, '"');
    for (; *text; text++) {
      if (*text == '"') rc_str_addc(out, '"');
      rc_str_addc(out, *text);
    }
    rc_str_addc(out, '"');
  } else {
    rc_str_add(out, text);
  }
  rc_str_addc(out, end);
}

void rc_part_csv_real(rc_str *out, double v, char end) {
  char text[32];
  rc_format_real(v, text);
  rc_part_csv(out, isnan(v) ? "" : text, end);
}

/* ---- fields without colours ---------------------------------------------------------------------- */

bool rc_part_plain(const rc_view_context *v, rc_pen p) {
  if (p.screen->graphics == RC_G_ASCII) return true;
  const rc_theme *t = v->ui ? rc_ui_theme(v->ui) : NULL;
  return t && t->style[RC_SEQ0].fg == t->style[RC_SEQ9].fg;
}

uint32_t rc_part_shade(rc_pen p, double level) {
  static const char ascii[] = ".:-=+*#%@";
  static const uint32_t blocks[] = {0xb7, 0x2591, 0x2592, 0x2593, 0x2588};
  if (isnan(level)) return 0;
  const double u = fmax(0, fmin(1, level));
  if (p.screen->graphics == RC_G_ASCII) return (uint32_t)ascii[(int)(8.999 * u)];
  return blocks[(int)(4.999 * u)];
}

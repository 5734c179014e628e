/* SPDX-License-Identifier: GPL-3.0-or-later */
/* View checks: structure theorems as a self-check, the scan of all sectors, warnings. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/axis.h"
#include "ui/views/parts.h"

/* ---- checks ------------------------------------------------------------------------------------- */

static const char *verdict_mark(const rc_check *c) {
  return c->verdict == RC_CHECK_PASS ? "✓" : c->verdict == RC_CHECK_FAIL ? "✗" : "–";
}

static rc_style verdict_style(const rc_check *c) {
  return c->verdict == RC_CHECK_PASS ? RC_OK : c->verdict == RC_CHECK_FAIL ? RC_BAD : RC_DIM;
}

static bool any_checks(const rc_view_context *v) {
  return v->hilbert && v->hilbert->check && v->hilbert->checks > 0;
}

static void check_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_hilbert_data *d = ctx;
  const rc_check *c = &d->check[row];
  char text[32];
  bool skip = c->verdict == RC_CHECK_SKIP;
  switch (column) {
  case 0:
    rc_str_add(t, verdict_mark(c));
    *style = verdict_style(c);
    break;
  case 1:
    rc_str_add(t, c->name);
    *style = skip ? RC_DIM : RC_TEXT;
    break;
  case 2:
  case 3:
    if (skip) break;
    snprintf(text, sizeof text, "%.10g", column == 2 ? c->left : c->right);
    rc_str_add(t, text);
    *style = RC_BRIGHT;
    break;
  case 4:
  case 5:
    if (skip) break;
    snprintf(text, sizeof text, "%.0e", column == 4 ? fabs(c->left - c->right) : c->tolerance);
    rc_str_add(t, c->left == c->right && column == 4 ? "0" : text);
    *style = column == 4 ? verdict_style(c) : RC_DIM;
    break;
  default: rc_str_add(t, skip ? c->why : c->source); *style = RC_DIM;
  }
}

static rc_table check_table(const rc_view_context *v, int w, rc_column column[7]) {
  const rc_hilbert_data *d = v->hilbert;
  int widest = 4;
  for (int i = 0; i < d->checks; i++) widest = RC_MAX(widest, rc_text_width(d->check[i].name));
  bool roomy = w >= 96;
  column[0] = (rc_column){"", 1, false};
  int name = w < 62 ? RC_MAX(w - 23, 12) : 34; /* one figure beside it where two have no room */
  column[1] = (rc_column){"check", RC_MIN(widest, name), false};
  column[2] = (rc_column){"left", 14, true};
  column[3] = (rc_column){"right", 14, true};
  column[4] = (rc_column){"|l-r|", 5, true};
  column[5] = (rc_column){"tol", 5, true};
  column[6] = (rc_column){roomy ? "source" : "", 0, false};
  return (rc_table){column,     roomy ? 7 : 6, d->checks, rc_part_table_row(v, "checks", d->checks),
                    check_cell, (void *)d};
}

static void checks_draw(const rc_view_context *v, rc_pen p, bool focused) {
  if (!any_checks(v)) {
    rc_part_waiting(p, "the checks follow the ground state");
    return;
  }
  const rc_hilbert_data *d = v->hilbert;
  int count[3] = {0}, y = 0;
  for (int i = 0; i < d->checks; i++) count[d->check[i].verdict % 3]++;
  if (p.r.h >= 5) {
    int x = rc_putf(p, 0, 0, RC_OK, "✓ %d pass", count[RC_CHECK_PASS]);
    x = rc_putf(p, x + 2, 0, count[RC_CHECK_FAIL] ? RC_BAD : RC_DIM, "✗ %d fail",
                count[RC_CHECK_FAIL]);
    rc_putf(p, x + 2, 0, RC_DIM, "– %d skipped", count[RC_CHECK_SKIP]);
    y = 1;
  }
  rc_column column[7];
  rc_table t = check_table(v, p.r.w, column);
  rc_table_draw(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &t, focused);
}

static bool checks_key(rc_view_context *v, int key) {
  if (!any_checks(v)) return false;
  int n = v->hilbert->checks;
  int64_t to = rc_part_move(rc_part_table_row(v, "checks", n), n, key);
  if (to >= 0) rc_part_set(v, "checks", "row", to);
  return to >= 0;
}

static bool checks_mouse(rc_view_context *v, rc_pen p, rc_mouse m) {
  if (m.what != RC_M_PRESS || !any_checks(v)) return false;
  rc_column column[7];
  rc_table t = check_table(v, p.r.w, column);
  int y = p.r.h >= 5;
  int64_t row = rc_table_at(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &t, m.x, m.y - y);
  if (row >= 0) rc_part_set(v, "checks", "row", row);
  return row >= 0;
}

static const char check_head[] = "check,verdict,left,right,tolerance,formula,source,why\n";

static void one_check(const rc_check *c, rc_str *out) {
  static const char *const word[] = {"pass", "fail", "skip"};
  rc_part_csv(out, c->name, ',');
  rc_part_csv(out, word[c->verdict % 3], ',');
  rc_part_csv_real(out, c->left, ',');
  rc_part_csv_real(out, c->right, ',');
  rc_part_csv_real(out, c->tolerance, ',');
  rc_part_csv(out, c->formula, ',');
  rc_part_csv(out, c->source, ',');
  rc_part_csv(out, c->why, '\n');
}

static void checks_csv(const rc_view_context *v, rc_str *out) {
  rc_str_add(out, check_head);
  for (int i = 0; any_checks(v) && i < v->hilbert->checks; i++)
    one_check(&v->hilbert->check[i], out);
}

/* ---- the selected check ------------------------------------------------------------------------- */

static void detail_facts(const rc_view_context *v, rc_facts *f) {
  if (!any_checks(v)) return;
  static const char *const word[] = {"passes", "FAILS", "skipped"};
  int64_t row = rc_part_table_row(v, "checks", v->hilbert->checks);
  const rc_check *c = &v->hilbert->check[row];
  rc_fact_note(f, RC_TITLE, "%s", c->name);
  rc_fact_note(f, RC_TEXT, "%s", c->formula);
  rc_fact_add(f, "verdict", verdict_style(c), "%s %s", verdict_mark(c), word[c->verdict % 3]);
  if (c->verdict == RC_CHECK_SKIP) {
    rc_fact_note(f, RC_DIM, "%s", c->why);
  } else {
    rc_fact_number(f, "left", RC_BRIGHT, "%.12g", c->left);
    rc_fact_number(f, "right", RC_BRIGHT, "%.12g", c->right);
    rc_fact_number(f, "difference", verdict_style(c), "%.2g", fabs(c->left - c->right));
    rc_fact_number(f, "tolerance", RC_TEXT, "%.2g", c->tolerance);
  }
  rc_fact_note(f, RC_DIM, "%s", c->source);
}

static void detail_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  detail_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "detail", &f);
  else
    rc_part_waiting(p, "no checks yet");
}

static bool detail_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "detail", key);
}

static void detail_csv(const rc_view_context *v, rc_str *out) {
  rc_str_add(out, check_head);
  if (any_checks(v))
    one_check(&v->hilbert->check[rc_part_table_row(v, "checks", v->hilbert->checks)], out);
}

/* ---- scan --------------------------------------------------------------------------------------- */

/* The heading says that the sign is the inversion's: "k = (pi, 0)  +1". */
static void scan_name(const rc_scan_row *r, rc_str *out) {
  static const char word[] = ", inversion ";
  const char *at = strstr(r->name, word);
  rc_str_add(out, r->name);
  if (!at) return;
  rc_str_clear(out);
  rc_str_addf(out, "%.*s  %s", (int)(at - r->name), r->name, at + strlen(word));
}

static void scan_cell(void *ctx, int64_t row, int column, rc_str *t, rc_style *style) {
  const rc_scan_row *r = &((const rc_hilbert_data *)ctx)->scan[row];
  char text[32];
  switch (column) {
  case 0:
    rc_str_add(t, r->lowest ? "◆" : "");
    *style = RC_WARN;
    break;
  case 1:
    scan_name(r, t);
    *style = r->lowest ? RC_BRIGHT : RC_TEXT;
    break;
  case 2:
    rc_part_count(r->states, text);
    rc_str_add(t, text);
    *style = RC_DIM;
    break;
  default: rc_str_addf(t, "%.8f", r->energy); *style = r->lowest ? RC_WARN : RC_TEXT;
  }
}

static void scan_covers(const rc_hilbert_data *d, rc_str *out) {
  bool momenta = false, parities = false, others = false;
  for (int i = 0; i < d->scans; i++) {
    momenta |= d->scan[i].sector.has_momentum;
    parities |= d->scan[i].sector.inversion != 0;
    others |= d->scan[i].sector.sz2 != d->scan[0].sector.sz2;
  }
  rc_sector whole = d->scan[0].sector;
  whole.has_momentum = false;
  whole.symmetry = RC_SYM_NONE;
  whole.characters = whole.inversion = 0;
  rc_sector_describe(&whole, out);
  if (momenta) rc_str_add(out, ", real momenta");
  if (parities) rc_str_add(out, momenta ? " x inversion" : ", both parities");
  if (others) rc_str_add(out, "; other Sz");
}

static void scan_draw(const rc_view_context *v, rc_pen p, bool focused) {
  const rc_hilbert_data *d = v->hilbert;
  if (!d || !d->scan || d->scans < 1) {
    bool under_way = d && d->scan_total > 0;
    rc_part_waiting(p, under_way ? "the first sector is being solved" : "Enter scans all sectors");
    return;
  }
  int y = 0;
  if (p.r.h >= 5) {
    int x = rc_putf(p, 0, 0, d->scans < d->scan_total ? RC_LINK : RC_OK, "%d of %d sectors",
                    d->scans, RC_MAX(d->scan_total, d->scans));
    if (d->scans < d->scan_total)
      rc_gauge(p, x + 2, 0, RC_MIN(p.r.w - x - 2, 24), (double)d->scans / d->scan_total, RC_LINK);
    else
      rc_put_cut(p, x + 2, 0, p.r.w - x - 2, RC_DIM, "◆ lowest");
    y = 1;
  }
  if (p.r.h >= 8) { /* complex momenta and rotations are not gone through */
    rc_str covers = {0};
    scan_covers(d, &covers);
    rc_put_cut(p, 0, y++, p.r.w, RC_DIM, rc_str_c(&covers));
    rc_str_free(&covers);
  }
  int widest = 6, wide = p.r.w >= 60;
  for (int i = 0; i < d->scans; i++) {
    rc_str name = {0};
    scan_name(&d->scan[i], &name);
    widest = RC_MAX(widest, rc_text_width(rc_str_c(&name)));
    rc_str_free(&name);
  }
  rc_column column[] = {{"", 1, false},
                        {"sector", RC_MIN(RC_MAX(p.r.w - (wide ? 36 : 31), 12), widest), false},
                        {"states", wide ? 10 : 7, true},
                        {"energy", wide ? 14 : 12, true}};
  rc_table t = {column,    RC_LEN(column), d->scans, rc_part_table_row(v, "scan", d->scans),
                scan_cell, (void *)d};
  rc_table_draw(rc_pen_sub(p, 0, y, p.r.w, p.r.h - y), &t, focused);
}

static bool scan_key(rc_view_context *v, int key) {
  const rc_hilbert_data *d = v->hilbert;
  bool empty = !d || d->scans < 1;
  if (v->ui && (key == 13 || (key == 's' && empty))) {
    rc_err err = {0};
    if (!rc_ui_command(v->ui, "study scan", &err)) rc_ui_message(v->ui, RC_BAD, "%s", err.message);
    return true;
  }
  if (empty) return false;
  int64_t to = rc_part_move(rc_part_table_row(v, "scan", d->scans), d->scans, key);
  if (to >= 0) rc_part_set(v, "scan", "row", to);
  return to >= 0;
}

static void scan_csv(const rc_view_context *v, rc_str *out) {
  rc_str_add(out, "sector,states,energy,lowest\n");
  const rc_hilbert_data *d = v->hilbert;
  for (int i = 0; d && d->scan && i < d->scans; i++) {
    rc_part_csv(out, d->scan[i].name, ',');
    rc_str_addf(out, "%llu,", (unsigned long long)d->scan[i].states);
    rc_part_csv_real(out, d->scan[i].energy, ',');
    rc_str_add(out, d->scan[i].lowest ? "yes\n" : "no\n");
  }
}

/* ---- warnings ----------------------------------------------------------------------------------- */

static void warning_facts(const rc_view_context *v, rc_facts *f) {
  const rc_hilbert_data *d = v->hilbert;
  for (int i = 0; d && i < RC_MIN(d->warnings, (int)RC_LEN(d->warning)); i++)
    rc_fact_note(f, d->is_note[i] ? RC_DIM : RC_WARN, "%c %s", d->is_note[i] ? 'i' : '!',
                 d->warning[i]);
}

static void warnings_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  rc_facts f = {0};
  warning_facts(v, &f);
  if (f.n)
    rc_facts_draw(v, p, "warnings", &f);
  else
    rc_put_wrapped(p, 0, 0, p.r.w, p.r.h, 0, RC_DIM,
                   v->frame && v->frame->state == RC_DONE ? "✓ nothing to warn of"
                                                          : "nothing so far");
}

static bool warnings_key(rc_view_context *v, int key) {
  return rc_facts_key(v, "warnings", key);
}

static void warnings_csv(const rc_view_context *v, rc_str *out) {
  rc_facts f = {0};
  warning_facts(v, &f);
  rc_facts_csv(&f, out);
}

/* ---- classes ------------------------------------------------------------------------------------ */

static const rc_pane_class checks = {
    .name = "checks",
    .title = "structure theorems",
    .weight = 3,
    .column = 0,
    .min_h = 7,
    .explain =
        "Exact statements that must hold, checked on this very magnet: the left side is what the "
        "scans and the eigensolver found, the right side is computed from the lattice alone. A "
        "check that fails is a fault of the program or of the run, never of physics.",
    .draw = checks_draw,
    .key = checks_key,
    .mouse = checks_mouse,
    .csv = checks_csv,
    .hints = "↑↓ check"};

static const rc_pane_class scan = {
    .name = "scan",
    .title = "all sectors",
    .weight = 2,
    .column = 0,
    .min_h = 5,
    .explain =
        "The lowest level of the plain sector, then of every real one-dimensional character: of "
        "the translations (momenta 0 and π), or with 'symmetry: full' and on a cluster without "
        "translations of the whole symmetry group (a sign per generator); at Sz = 0 without a "
        "field of both inversion parities; then of the other Sz. ◆ marks the lowest of all: the "
        "ground state need not be in the fully symmetric sector (kagome 2x4), and N/2 odd makes "
        "the singlet odd under inversion.",
    .draw = scan_draw,
    .key = scan_key,
    .csv = scan_csv,
    .hints = "Enter scan  ↑↓ sector"};

static const rc_pane_class detail = {
    .name = "detail",
    .title = "check",
    .weight = 3,
    .column = 1,
    .min_h = 7,
    .explain =
        "The selected check: what is compared, both sides to twelve digits, how far apart they are "
        "and how far they may be, and where the statement comes from.",
    .draw = detail_draw,
    .key = detail_key,
    .csv = detail_csv,
    .hints = "↑↓ scroll"};

static const rc_pane_class warnings = {
    .name = "warnings",
    .title = "warnings",
    .weight = 2,
    .column = 1,
    .min_h = 4,
    .explain =
        "After ! what may mislead, after i what is only remarked: a degenerate level (its signs "
        "are arbitrary), a ground state outside of the chosen sector, the inversion parity of a "
        "singlet, torus bonds that coincide, a magnet that is another one under a different name."
        " Where the sector does not hold the ground state for certain and the others are too "
        "large to be solved, bounds are made of some: a note says that the comparison is not "
        "complete.",
    .draw = warnings_draw,
    .key = warnings_key,
    .csv = warnings_csv,
    .hints = "↑↓ scroll"};

static const rc_pane_class *const panes[] = {&checks, &scan, &detail, &warnings};

const rc_view_class rc_view_checks = {
    .kind = {.name = "checks",
             .title = "Checks",
             .help = "structure theorems as a self-check, all sectors, warnings",
             .explain = "Exact statements checked on this very magnet."},
    .study = "hilbert",
    .panes = RC_LEN(panes),
    .pane = panes};

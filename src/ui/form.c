/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parameter form, generated from the keys of the scenario. Every edit is checked by the
 * scenario room on a scratch copy, so what can be applied is always valid. */
#include "explorer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void load_rows(rc_ui *u) {
  rc_form *f = &u->form;
  rc_free(f->keys);
  f->keys = NULL;
  int n = rc_scenario_keys(f->scenario, &f->keys);
  const rc_key *keys = f->keys;
  rc_free(f->row);
  f->row = rc_alloc((size_t)RC_MAX(n, 1), sizeof *f->row);
  f->rows = n;
  for (int i = 0; i < n; i++) {
    rc_str value = {0};
    f->row[i].key = keys[i];
    if (rc_scenario_get(f->scenario, keys[i].name, &value))
      snprintf(f->row[i].value, sizeof f->row[i].value, "%s", rc_str_c(&value));
    rc_str_free(&value);
    for (int c = 0; c < f->changes; c++)
      if (strcmp(f->change[c].key, keys[i].name) == 0) f->row[i].changed = true;
  }
  rc_list_fit(&f->list, n + 2, f->list.page);
}

bool rc_form_open(rc_ui *u, rc_scenario *sc, bool fresh) {
  rc_form_free(u);
  u->form = (rc_form){.scenario = sc, .fresh = fresh};
  u->over = RC_OVER_FORM;
  load_rows(u);
  for (int i = 0; fresh && i < u->form.rows; i++) /* what one wants to choose first */
    if (strcmp(u->form.row[i].key.name, "lattice.kind") == 0) u->form.list.sel = i;
  return true;
}

void rc_form_free(rc_ui *u) {
  rc_scenario_free(u->form.scenario);
  rc_free(u->form.keys);
  rc_free(u->form.row);
  u->form = (rc_form){0};
}

/* In their order, because each was valid after the ones before it. The same key again in a row
 * replaces the last. */
static void remember(rc_form *f, const char *key, const char *value) {
  int at = f->changes;
  if (at > 0 && strcmp(f->change[at - 1].key, key) == 0) at--;
  if (at == (int)RC_LEN(f->change)) {
    memmove(f->change, f->change + 1, sizeof f->change - sizeof *f->change);
    at--;
  }
  snprintf(f->change[at].key, sizeof f->change[at].key, "%s", key);
  snprintf(f->change[at].value, sizeof f->change[at].value, "%s", value);
  f->changes = at + 1;
}

bool rc_form_set(rc_ui *u, const char *key, const char *value, rc_err *err) {
  rc_form *f = &u->form;
  rc_err why = {0};
  /* The title of a new scenario is that of its lattice until somebody gives it another. */
  const rc_lattice *l = f->scenario->built;
  bool follows = f->fresh && l && strcmp(f->scenario->title, l->title) == 0;
  bool ok = rc_scenario_set(f->scenario, key, value, rc_study_kinds, &why);
  f->error = why;
  if (!ok) return rc_err_set(err, why.code, "%s", why.message);
  remember(f, key, value);
  if (follows && strncmp(key, "lattice.", 8) == 0 && f->scenario->built)
    rc_scenario_set(f->scenario, "title", f->scenario->built->title, rc_study_kinds, NULL);
  load_rows(u);
  return true;
}

bool rc_form_apply(rc_ui *u, rc_err *err) {
  rc_form *f = &u->form;
  if (f->fresh) {
    rc_scenario *sc = rc_scenario_copy(f->scenario);
    u->browser_behind = true;
    if (!rc_ui_open_scenario(u, sc, err)) return false;
    rc_form_free(u);
    u->over = RC_OVER_NONE;
    return true;
  }
  for (int i = 0; i < f->changes; i++)
    if (!rc_ui_set_key(u, f->change[i].key, f->change[i].value, err)) {
      if (err) f->error = *err;
      return false;
    }
  int n = f->changes;
  rc_form_free(u);
  u->over = RC_OVER_NONE;
  if (n > 1) rc_ui_message(u, RC_TEXT, "%d parameters changed   (u takes them back)", n);
  return true;
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static void begin_edit(rc_form *f, const char *text) {
  f->editing = true;
  f->error = (rc_err){0};
  rc_edit_set(&f->edit, text);
}

/* The next or the one before of "a|b|c". */
static void cycle(rc_ui *u, const char *choices, int step) {
  rc_form *f = &u->form;
  rc_form_row *r = &f->row[f->list.sel];
  char item[64][64];
  int n = 0, at = 0;
  while (*choices && n < 64) {
    size_t len = strcspn(choices, "|");
    snprintf(item[n], sizeof item[n], "%.*s", (int)len, choices);
    if (strcmp(item[n], r->value) == 0) at = n;
    n++;
    choices += len + (choices[len] == '|');
  }
  rc_err err = {0};
  for (int k = 1; k < n;
       k++) { /* one that the rest of the scenario does not allow is passed over */
    const char *value = item[((at + step * k) % n + n) % n];
    char key[64];
    snprintf(key, sizeof key, "%s", r->key.name);
    err = (rc_err){0};
    if (rc_form_set(u, key, value, &err)) return;
    r = &f->row[f->list.sel];
  }
}

static const char *choices_of(const rc_form_row *r) {
  if (r->key.choices && *r->key.choices) return r->key.choices;
  return r->key.type == RC_T_BOOL ? "true|false" : NULL;
}

static void edit_key(rc_ui *u, int key) {
  rc_form *f = &u->form;
  const rc_form_row *r = &f->row[f->list.sel];
  if (key == 27) {
    f->editing = false;
    f->error = (rc_err){0};
    return;
  }
  char name[64];
  snprintf(name, sizeof name, "%s", r->key.name);
  if (key == 13 || key == 9 || key == RC_KEY_DOWN || key == RC_KEY_UP) {
    rc_err err = {0};
    if (strcmp(f->edit.text, r->value) != 0 && !rc_form_set(u, name, f->edit.text, &err)) return;
    f->editing = false;
    f->error = (rc_err){0};
    if (key != 13) rc_list_key(&f->list, key == 9 ? RC_KEY_DOWN : key);
    return;
  }
  if (!rc_edit_key(&f->edit, key)) return;
  rc_scenario *trial = rc_scenario_copy(f->scenario);
  f->error = (rc_err){0};
  rc_scenario_set(trial, name, f->edit.text, rc_study_kinds, &f->error);
  rc_scenario_free(trial);
}

static void press_row(rc_ui *u, int direction) {
  rc_form *f = &u->form;
  rc_err err = {0};
  if (f->list.sel == f->rows) {
    if (!rc_form_apply(u, &err)) f->error = err;
  } else if (f->list.sel == f->rows + 1) {
    rc_form_free(u);
    u->over = RC_OVER_NONE;
  } else {
    const rc_form_row *r = &f->row[f->list.sel];
    const char *choices = choices_of(r);
    if (choices)
      cycle(u, choices, direction);
    else
      begin_edit(f, r->value);
  }
}

void rc_form_key(rc_ui *u, int key) {
  rc_form *f = &u->form;
  if (f->editing) {
    edit_key(u, key);
    return;
  }
  bool on_row = f->list.sel < f->rows;
  const char *choices = on_row ? choices_of(&f->row[f->list.sel]) : NULL;
  if (key == RC_KEY_LEFT || key == RC_KEY_RIGHT) {
    if (choices)
      cycle(u, choices, key == RC_KEY_LEFT ? -1 : 1);
    else if (!on_row)
      f->list.sel = f->rows + (key == RC_KEY_RIGHT);
  } else if (rc_list_key(&f->list, key))
    f->error = (rc_err){0};
  else if (key == 13 || (key == ' ' && choices))
    press_row(u, 1);
  else if (on_row && !choices) {
    begin_edit(f, "");
    edit_key(u, key);
  }
}

void rc_form_row_press(rc_ui *u, int row) {
  rc_form *f = &u->form;
  if (row < 0 || row >= f->rows + 2) return;
  if (f->editing) {
    edit_key(u, 13); /* a value that is refused keeps the cursor */
    if (f->editing) return;
  }
  bool again = f->list.sel == row || row >= f->rows;
  f->list.sel = row;
  if (again) press_row(u, 1);
}

/* ---- drawing ----------------------------------------------------------------------------------
 */

static void range_text(const rc_form_row *r, char *out, size_t cap) {
  const rc_key *k = &r->key;
  out[0] = 0;
  if (choices_of(r)) {
    char *c = out;
    snprintf(out, cap, "< %s >", choices_of(r));
    while ((c = strchr(c, '|'))) *c = ' ';
  } else if (k->type == RC_T_INT || k->type == RC_T_REAL || k->type == RC_T_INTS ||
             k->type == RC_T_REALS) {
    const char *unit = k->unit ? k->unit : "", *blank = *unit ? " " : "";
    bool low = k->min < k->max && k->min > -1e6, high = k->min < k->max && k->max < 1e6;
    if (low && high)
      snprintf(out, cap, "%.6g to %.6g%s%s", k->min, k->max, blank, unit);
    else if (low)
      snprintf(out, cap, "from %.6g%s%s", k->min, blank, unit);
    else if (high)
      snprintf(out, cap, "up to %.6g%s%s", k->max, blank, unit);
    else
      snprintf(out, cap, "%s", unit);
  }
}

static void form_line(rc_ui *u, rc_pen p, int y, int row) {
  rc_form *f = &u->form;
  const rc_form_row *r = &f->row[row];
  bool on = row == f->list.sel;
  int name_w = RC_MIN(24, p.r.w * 2 / 5), value_w = RC_MIN(26, p.r.w * 2 / 5);
  if (on) rc_fill(p, 0, y, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
  if (on || r->changed) rc_put(p, 0, y, on ? RC_SELECTED : RC_LINK, on ? "▸" : "•");
  rc_put_cut(p, 2, y, name_w - 2, on ? RC_SELECTED : RC_TEXT, r->key.name);
  if (on && f->editing)
    rc_edit_draw(p, name_w + 1, y, value_w, RC_SELECTED, &f->edit, true);
  else
    rc_put_cut(p, name_w + 1, y, value_w,
               on           ? RC_SELECTED
               : r->changed ? RC_LINK
                            : RC_BRIGHT,
               r->value);
  char range[200];
  range_text(r, range, sizeof range);
  int x = name_w + value_w + 2;
  rc_put_cut(p, x, y, p.r.w - x, on ? RC_SELECTED : RC_DIM, range);
}

static void form_button(rc_ui *u, rc_pen p, int x, int y, int row, const char *text) {
  bool on = u->form.list.sel == row;
  int w = rc_text_width(text);
  rc_put(p, x, y, on ? RC_TAB_ON : RC_TAB, text);
  rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y + y, w, 1}, RC_HIT_ROW, row, NULL);
}

void rc_form_draw(rc_ui *u, rc_screen *s) {
  rc_form *f = &u->form;
  if (!f->scenario) return;
  int w = RC_MIN(s->cols - 2, 100), h = RC_MIN(s->rows - 2, f->rows + 8);
  rc_pen p = rc_box(s, rc_center(s, w, h), "p", f->fresh ? "new scenario" : "parameters", true);
  const rc_lattice *l = f->scenario->built;
  rc_put_cut(p, 0, 0, p.r.w, RC_TITLE, l ? l->title : f->scenario->title);
  rc_pen body = rc_pen_sub(p, 0, 1, p.r.w, RC_MAX(p.r.h - 4, 1));
  rc_list rows = f->list; /* the two buttons do not scroll */
  if (rows.sel >= f->rows) rows.sel = f->rows - 1;
  rc_list_fit(&rows, f->rows, RC_MAX(body.r.h, 1));
  f->list.top = rows.top;
  f->list.page = rows.page;
  f->list.n = f->rows + 2;
  for (int i = 0; i < body.r.h && rows.top + i < f->rows; i++) {
    rc_hit_add(u, (rc_rect){body.r.x, body.r.y + i, body.r.w, 1}, RC_HIT_ROW, rows.top + i, NULL);
    form_line(u, body, i, rows.top + i);
  }
  int y = p.r.h - 3;
  if (f->error.code != RC_ERR_NONE)
    rc_put_wrapped(p, 0, y, p.r.w, 2, 0, RC_BAD, f->error.message);
  else if (f->list.sel < f->rows)
    rc_put_wrapped(p, 0, y, p.r.w, 2, 0, RC_DIM, f->row[f->list.sel].key.help);
  y = p.r.h - 1;
  form_button(u, p, 0, y, f->rows, f->fresh ? " Open " : " Apply ");
  form_button(u, p, 9, y, f->rows + 1, " Cancel ");
  if (f->changes && p.r.w > 40) {
    char note[32];
    snprintf(note, sizeof note, "%d changed", f->changes);
    rc_put_right(p, p.r.w, y, RC_DIM, note);
  }
}

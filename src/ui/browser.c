/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario browser: what is in the scenario folders, with a preview. Files are read a few at
 * a time between two drawings, so that a folder of thousands does not hold up the first screen. */
#include "explorer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LOAD_A_TICK = 4 };

static bool is_scenario(const char *name) {
  size_t n = strlen(name);
  return name[0] != '.' && ((n > 5 && strcmp(name + n - 5, ".yaml") == 0) ||
                            (n > 4 && strcmp(name + n - 4, ".yml") == 0));
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const rc_entry *)a)->path, ((const rc_entry *)b)->path);
}

static void scan_dir(rc_browser *b, const char *dir) {
  DIR *d = opendir(dir);
  if (!d) return;
  int first = b->entries;
  for (struct dirent *e; (e = readdir(d));) {
    if (!is_scenario(e->d_name)) continue;
    if ((b->entries & (b->entries - 1)) == 0) /* grows at the powers of two */
      b->entry = rc_realloc(b->entry, (size_t)RC_MAX(2 * b->entries, 1), sizeof *b->entry);
    rc_str path = {0};
    rc_str_addf(&path, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", e->d_name);
    rc_entry *n = &b->entry[b->entries++];
    *n = (rc_entry){.path = rc_strdup(rc_str_c(&path)), .name = rc_strdup(e->d_name)};
    *strrchr(n->name, '.') = 0;
    rc_str_free(&path);
  }
  closedir(d);
  if (b->entries > first)
    qsort(b->entry + first, (size_t)(b->entries - first), sizeof *b->entry, by_path);
}

void rc_browser_scan(rc_ui *u) {
  rc_browser_free(u);
  for (int i = 0; u->dirs && u->dirs[i]; i++)
    if (u->dirs[i][0]) scan_dir(&u->browser, u->dirs[i]);
  rc_browser_filter(u, "");
}

void rc_browser_free(rc_ui *u) {
  rc_browser *b = &u->browser;
  for (int i = 0; i < b->entries; i++) {
    rc_free(b->entry[i].path);
    rc_free(b->entry[i].name);
    rc_scenario_free(b->entry[i].scenario);
  }
  rc_free(b->entry);
  rc_free(b->shown);
  *b = (rc_browser){0};
}

static void load_entry(rc_entry *e) {
  if (e->loaded) return;
  e->loaded = true;
  e->scenario = rc_scenario_load(e->path, rc_study_kinds, &e->error);
}

bool rc_browser_busy(const rc_ui *u) {
  for (int i = 0; i < u->browser.entries; i++)
    if (!u->browser.entry[i].loaded) return true;
  return false;
}

bool rc_browser_tick(rc_ui *u) {
  int loaded = 0;
  rc_entry *first = rc_browser_selected(u);
  if (first && !first->loaded) load_entry(first), loaded++;
  for (int i = 0; i < u->browser.entries && loaded < LOAD_A_TICK; i++)
    if (!u->browser.entry[i].loaded) load_entry(&u->browser.entry[i]), loaded++;
  return loaded > 0;
}

rc_entry *rc_browser_selected(rc_ui *u) {
  rc_browser *b = &u->browser;
  return b->list.sel < b->list.n ? &b->entry[b->shown[b->list.sel]] : NULL;
}

enum { BEGINS, IN_NAME, IN_TEXT, NOWHERE };

/* Where an entry has the text: at the beginning of its name or title, in one of them, or somewhere. */
static int entry_has(const rc_entry *e, const char *text) {
  const rc_scenario *sc = e->scenario;
  const size_t n = strlen(text);
  const char *title = sc ? sc->title : "";
  if (strncasecmp(e->name, text, n) == 0 || strncasecmp(title, text, n) == 0) return BEGINS;
  if (rc_contains(e->name, text) || rc_contains(title, text)) return IN_NAME;
  const bool has =
      sc && ((sc->about && rc_contains(sc->about, text)) || rc_contains(sc->lattice.kind, text));
  return has ? IN_TEXT : NOWHERE;
}

void rc_browser_filter(rc_ui *u, const char *text) {
  rc_browser *b = &u->browser;
  if (text != b->filter.text) rc_edit_set(&b->filter, text);
  rc_free(b->shown);
  b->shown = rc_alloc((size_t)RC_MAX(b->entries, 1), sizeof *b->shown);
  b->list.n = 0;
  for (int i = 0; b->filter.len && i < b->entries; i++) load_entry(&b->entry[i]);
  for (int where = BEGINS; where < NOWHERE; where++)
    for (int i = 0; i < b->entries; i++)
      if (entry_has(&b->entry[i], b->filter.text) == where) b->shown[b->list.n++] = i;
  b->list.sel = b->list.top = 0;
}

bool rc_browser_text_key(rc_ui *u, int key) {
  rc_browser *b = &u->browser;
  if (key == 27) {
    b->filtering = false;
    rc_browser_filter(u, "");
  } else if (key == 13) {
    b->filtering = false;
    rc_err err = {0};
    if (!rc_browser_open(u, b->list.sel, &err)) rc_ui_message(u, RC_BAD, "%s", err.message);
  } else if (key == RC_KEY_UP || key == RC_KEY_DOWN)
    rc_list_key(&b->list, key);
  else if (rc_edit_key(&b->filter, key))
    rc_browser_filter(u, b->filter.text);
  else
    return false;
  return true;
}

bool rc_browser_open(rc_ui *u, int row, rc_err *err) {
  rc_browser *b = &u->browser;
  if (row < 0 || row >= b->list.n)
    return rc_err_set(err, RC_ERR_USAGE, "no scenario is selected; n makes a new one");
  rc_entry *e = &b->entry[b->shown[row]];
  char path[4096];
  snprintf(path, sizeof path, "%s", e->path);
  u->browser_behind = true;
  return rc_ui_open_or_say(u, path, err);
}

/* ---- drawing ----------------------------------------------------------------------------------
 */

static void draw_row(rc_ui *u, rc_pen p, int y, int row) {
  const rc_entry *e = &u->browser.entry[u->browser.shown[row]];
  bool on = row == u->browser.list.sel, bad = e->loaded && !e->scenario;
  if (on) rc_fill(p, 0, y, p.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
  rc_put(p, 0, y, on ? RC_SELECTED : RC_LINK, on ? "▸" : " ");
  const char *title = e->scenario ? e->scenario->title : e->name;
  rc_style style = on ? RC_SELECTED : bad ? RC_BAD : e->loaded ? RC_TEXT : RC_DIM;
  rc_put_cut(p, 2, y, p.r.w - 2 - (bad ? 8 : 0), style, title);
  if (bad) rc_put_right(p, p.r.w, y, RC_BAD, "error");
  rc_hit_add(u, (rc_rect){p.r.x, p.r.y + y, p.r.w, 1}, RC_HIT_ROW, row, NULL);
}

static void draw_error(rc_pen p, const rc_entry *e) {
  rc_put_cut(p, 0, 0, p.r.w, RC_TITLE, e->name);
  char text[700];
  if (e->error.line > 0)
    snprintf(text, sizeof text, "%d:%d: %s", e->error.line, e->error.column, e->error.message);
  else
    snprintf(text, sizeof text, "%s", e->error.message);
  rc_put_wrapped(p, 0, 2, p.r.w, p.r.h - 2, 0, RC_BAD, text);
}

/* The map of the view that shows lattices, without a study behind it. */
static void draw_lattice(rc_pen p, const rc_scenario *sc) {
  for (int v = 0; rc_view_classes[v]; v++) {
    if (strcmp(rc_view_classes[v]->kind.name, "lattice") != 0 || rc_view_classes[v]->panes < 1)
      continue;
    const rc_view_context c = {
        .scenario = sc, .selected_site = -1, .selected_edge = -1, .crosshair = -1};
    rc_view_classes[v]->pane[0]->draw(&c, p, false);
  }
}

static void draw_preview(rc_pen p, const rc_entry *e) {
  if (!e->loaded) return;
  if (!e->scenario) {
    draw_error(p, e);
    return;
  }
  const rc_scenario *sc = e->scenario;
  rc_str facts = {0};
  int y = rc_put_wrapped(p, 0, 0, p.r.w, p.r.h, 0, RC_TITLE, sc->title) + 1;
  y += rc_put_wrapped(p, 0, y, p.r.w, p.r.h - y, 0, RC_TEXT, sc->about ? sc->about : "") + 1;
  if (sc->built) {
    rc_put_cut(p, 0, y++, p.r.w, RC_BRIGHT, sc->built->title);
    for (int c = 0; c < sc->built->classes; c++)
      rc_str_addf(&facts, "%s = %.6g  ", sc->built->class_name[c], sc->model.J[c]);
    rc_sector_describe(&sc->sector, &facts);
    rc_put_cut(p, 0, y++, p.r.w, RC_DIM, rc_str_c(&facts));
    rc_str_clear(&facts);
  }
  rc_str_add(&facts, "studies:");
  for (int i = 0; i < sc->studies; i++) rc_str_addf(&facts, " %s", sc->study[i].kind->name);
  rc_put_cut(p, 0, y++, p.r.w, RC_DIM, rc_str_c(&facts));
  if (sc->tours > 0) rc_putf(p, 0, ++y, RC_LINK, "a tour of %d steps: T after opening", sc->tours);
  y += 2;
  if (y < p.r.h) rc_put_cut(p, 0, p.r.h - 1, p.r.w, RC_DIM, e->path);
  rc_str_free(&facts);
  if (sc->built && p.r.h - 2 - y >= 7) draw_lattice(rc_pen_sub(p, 0, y, p.r.w, p.r.h - 2 - y), sc);
}

void rc_browser_draw(rc_ui *u, rc_screen *s, rc_rect body) {
  rc_browser *b = &u->browser;
  rc_rect left = body, right = body;
  bool beside = body.w >= 76;
  if (beside) {
    left.w = RC_MAX(36, body.w * 45 / 100);
    right = (rc_rect){left.w, body.y, body.w - left.w, body.h};
  } else {
    left.h = RC_MAX(body.h * 55 / 100, 4);
    right = (rc_rect){body.x, body.y + left.h, body.w, body.h - left.h};
  }
  char title[64];
  snprintf(title, sizeof title, "scenarios · %d", b->list.n);
  rc_pen p = rc_box(s, left, "", title, true);
  int y = 0;
  if (b->filtering || b->filter.len) {
    int x = rc_put(p, 0, 0, RC_DIM, "filter: ");
    rc_edit_draw(p, x, 0, p.r.w - x, RC_BRIGHT, &b->filter, b->filtering);
    y = 2;
  }
  rc_list_fit(&b->list, b->list.n, RC_MAX(p.r.h - y, 1));
  rc_hit_add(u, left, RC_HIT_NOTHING, 0, NULL);
  for (int i = 0; i + y < p.r.h && b->list.top + i < b->list.n; i++)
    draw_row(u, p, y + i, b->list.top + i);
  if (b->list.n == 0) {
    rc_put_wrapped(p, 0, y, p.r.w, p.r.h - y, 0, RC_DIM,
                   b->entries ? "No scenario has this text. Esc clears the filter."
                              : "No scenarios were found. Press n to make one from a lattice, or "
                                "give a file on the command line.");
  }
  if (right.h < 3) return;
  p = rc_box(s, right, "", "about", false);
  const rc_entry *e = rc_browser_selected(u);
  if (e) draw_preview(p, e);
}

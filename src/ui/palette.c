/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The palette: a command line with fuzzy matches, completion of arguments, and history. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

static bool add_match(rc_palette *p, const char *text, const char *note, int command) {
  if (p->matches >= (int)RC_LEN(p->match)) return false;
  struct rc_palette_match *m = &p->match[p->matches++];
  snprintf(m->text, sizeof m->text, "%.*s", (int)sizeof m->text - 1, text);
  snprintf(m->note, sizeof m->note, "%.*s", (int)sizeof m->note - 1, note);
  m->command = command;
  return true;
}

static bool usable(const rc_ui *u, const rc_command *c) {
  unsigned where = u->session ? RC_IN_EXPLORER | RC_IN_BREAKS : RC_IN_BROWSER;
  return c->where & where;
}

static void match_commands(rc_ui *u, const char *word) {
  rc_match found[256];
  int n = 0;
  for (int i = 0; i < rc_commands_n && n < 256; i++) {
    if (!usable(u, &rc_commands[i])) continue;
    int score = rc_fuzzy(word, rc_commands[i].name);
    if (score > 0 && rc_word_starts(word, rc_commands[i].name)) score += 2000;
    if (score > 0)
      found[n++] = (rc_match){i, score};
    else if (*word && rc_contains(rc_commands[i].help, word))
      found[n++] = (rc_match){i, 1};
  }
  if (*word) rc_match_sort(found, n);
  for (int i = 0; i < n; i++) {
    const rc_command *c = &rc_commands[found[i].index];
    char note[160];
    snprintf(note, sizeof note, "%s%s%s", c->args, c->args[0] ? "  " : "", c->help);
    add_match(&u->palette, c->name, note, found[i].index);
  }
}

/* ---- arguments --------------------------------------------------------------------------------
 */

typedef struct rc_args { /* candidates for the word that is being typed */
  rc_ui *u;
  char head[256]; /* the line before that word */
  const char *word;
} rc_args;

static void candidate(const rc_args *a, const char *text, const char *note) {
  char line[512];
  if (*a->word && !rc_contains(text, a->word)) return;
  snprintf(line, sizeof line, "%s%s", a->head, text);
  add_match(&a->u->palette, line, note, -1);
}

static void split_candidates(const rc_args *a, const char *choices) {
  char one[64];
  while (*choices) {
    size_t n = strcspn(choices, "|");
    snprintf(one, sizeof one, "%.*s", (int)n, choices);
    candidate(a, one, "");
    choices += n + (choices[n] == '|');
  }
}

static const rc_scenario *scenario_of(const rc_ui *u) {
  return u->over == RC_OVER_FORM ? u->form.scenario : rc_ui_scenario(u);
}

static void key_candidates(const rc_args *a, bool knobs_only) {
  const rc_scenario *sc = scenario_of(a->u);
  rc_key *keys = NULL;
  int n = sc ? rc_scenario_keys(sc, &keys) : 0;
  for (int i = 0; i < n; i++) {
    if (knobs_only && (!(keys[i].flags & RC_LIVE) || keys[i].type != RC_T_REAL)) continue;
    rc_str value = {0};
    if (!rc_scenario_get(sc, keys[i].name, &value)) rc_str_clear(&value);
    char note[300];
    snprintf(note, sizeof note, "= %s  %s", rc_str_c(&value), keys[i].help);
    candidate(a, keys[i].name, note);
    rc_str_free(&value);
  }
  rc_free(keys);
}

static void value_candidates(const rc_args *a, const char *key) {
  const rc_scenario *sc = scenario_of(a->u);
  rc_key *keys = NULL;
  int n = sc ? rc_scenario_keys(sc, &keys) : 0;
  for (int i = 0; i < n; i++) {
    if (strcmp(keys[i].name, key) != 0) continue;
    if (keys[i].choices)
      split_candidates(a, keys[i].choices);
    else if (keys[i].type == RC_T_BOOL)
      split_candidates(a, "true|false");
    else if (!*a->word) {
      rc_str value = {0};
      if (rc_scenario_get(sc, key, &value)) candidate(a, rc_str_c(&value), keys[i].help);
      rc_str_free(&value);
    }
  }
  rc_free(keys);
}

static void pane_candidates(const rc_args *a) {
  for (int t = 0; t < a->u->tabs; t++) {
    const rc_view_class *v = rc_view_classes[a->u->tab_view[t]];
    for (int p = 0; p < v->panes; p++) {
      char name[96];
      const char *pane = v->pane[p]->name;
      if (strchr(pane, '.'))
        snprintf(name, sizeof name, "%s", pane);
      else
        snprintf(name, sizeof name, "%s.%s", v->kind.name, pane);
      candidate(a, name, v->pane[p]->title);
    }
  }
}

static void match_arguments(rc_ui *u, const rc_command *c, const char *line) {
  rc_args a = {.u = u};
  const char *last = strrchr(line, ' ');
  snprintf(a.head, sizeof a.head, "%.*s", (int)(last - line + 1), line);
  a.word = last + 1;
  char command[64], first[64];
  const char *rest = rc_line_word(line, command, sizeof command);
  bool second = *rc_line_word(rest, first, sizeof first) || (*first && !*a.word);
  if (strstr(c->args, "KEY VALUE")) {
    if (second)
      value_candidates(&a, first);
    else
      key_candidates(&a, false);
  } else if (second)
    return;
  else if (strstr(c->args, "KNOB"))
    key_candidates(&a, true);
  else if (strstr(c->args, "SWITCH"))
    split_candidates(&a, "on|off");
  else if (strcmp(c->args, "[SET]") == 0)
    split_candidates(&a, "braille|block|ascii");
  else if (strcmp(c->name, "theme") == 0)
    for (int i = 0; rc_themes[i]; i++) candidate(&a, rc_themes[i]->name, rc_themes[i]->title);
  else if (strcmp(c->args, "VIEW") == 0)
    for (int t = 0; t < u->tabs; t++)
      candidate(&a, rc_view_classes[u->tab_view[t]]->kind.name,
                rc_view_classes[u->tab_view[t]]->kind.title);
  else if (strstr(c->args, "PANE"))
    pane_candidates(&a);
  else if (strstr(c->args, "LATTICE"))
    for (int i = 0; rc_lattice_kinds[i]; i++)
      candidate(&a, rc_lattice_kinds[i]->name, rc_lattice_kinds[i]->help);
  else if (strcmp(c->name, "open") == 0)
    for (int i = 0; i < u->browser.entries; i++)
      candidate(&a, u->browser.entry[i].path, u->browser.entry[i].name);
}

static void palette_update(rc_ui *u) {
  rc_palette *p = &u->palette;
  p->matches = 0;
  p->list.sel = p->list.top = 0;
  p->moved = false;
  char word[64];
  rc_line_word(p->edit.text, word, sizeof word);
  const char *space = strchr(p->edit.text, ' ');
  if (space && space > p->edit.text) {
    int c = rc_command_find(word);
    if (c >= 0) match_arguments(u, &rc_commands[c], p->edit.text);
  } else {
    for (int i = p->recents; i-- > 0 && p->edit.len == 0 && i >= p->recents - 5;)
      add_match(p, p->recent[i], "again", -1);
    match_commands(u, word);
  }
  p->list.n = p->matches;
}

/* ---- life -------------------------------------------------------------------------------------
 */

void rc_palette_open(rc_ui *u, const char *text) {
  if (u->over == RC_OVER_FORM) rc_form_free(u);
  u->over = RC_OVER_PALETTE;
  u->palette.back = 0;
  rc_edit_set(&u->palette.edit, text);
  palette_update(u);
}

void rc_palette_remember(rc_ui *u, const char *line) {
  rc_palette *p = &u->palette;
  for (int i = 0; i < p->recents; i++)
    if (strcmp(p->recent[i], line) == 0) {
      rc_free(p->recent[i]);
      memmove(p->recent + i, p->recent + i + 1, sizeof *p->recent * (size_t)(--p->recents - i));
      break;
    }
  if (!p->recent) p->recent = rc_alloc(RC_RECENT_MAX, sizeof *p->recent);
  if (p->recents == RC_RECENT_MAX) {
    rc_free(p->recent[0]);
    memmove(p->recent, p->recent + 1, sizeof *p->recent * (size_t)--p->recents);
  }
  p->recent[p->recents++] = rc_strdup(line);
}

void rc_palette_free(rc_ui *u) {
  for (int i = 0; i < u->palette.recents; i++) rc_free(u->palette.recent[i]);
  rc_free(u->palette.recent);
  u->palette.recent = NULL;
  u->palette.recents = 0;
}

static void set_line(rc_ui *u, const char *text, bool space) {
  rc_edit_set(&u->palette.edit, text);
  if (space) rc_edit_key(&u->palette.edit, ' ');
  palette_update(u);
}

static bool wants_argument(int command) {
  const char *args = command >= 0 ? rc_commands[command].args : "";
  return args[0] && args[0] != '[';
}

static void palette_complete(rc_ui *u) {
  rc_palette *p = &u->palette;
  if (p->matches == 0) return;
  const struct rc_palette_match m = p->match[p->list.sel];
  char word[64];
  rc_line_word(m.text, word, sizeof word);
  int c = rc_command_find(word);
  bool more = m.command >= 0 ? rc_commands[m.command].args[0] != 0
                             : c >= 0 && strstr(rc_commands[c].args, "KEY VALUE") &&
                                   strchr(m.text, ' ') == strrchr(m.text, ' ');
  set_line(u, m.text, more);
}

/* What is typed only looks like the match: it is not run, and the nearest ones are named. */
static void refuse_match(rc_ui *u, const char *word) {
  const rc_palette *p = &u->palette;
  rc_str near = {0};
  for (int i = 0; i < RC_MIN(p->matches, 3); i++)
    rc_str_addf(&near, "%s%s", i ? ", " : "", p->match[i].text);
  rc_ui_message(u, RC_BAD, "no command '%s'; nearest: %s", word, rc_str_c(&near));
  rc_str_free(&near);
  u->over = RC_OVER_NONE;
}

/* Enter: what is typed when it is a command, else the selected match if the words of its name begin
 * so or the cursor was moved to it; asks for what is missing. */
static void palette_enter(rc_ui *u) {
  rc_palette *p = &u->palette;
  char line[512], word[64];
  rc_line_word(p->edit.text, word, sizeof word);
  bool space = strchr(p->edit.text, ' ') != NULL;
  const bool known = rc_command_known(word);
  snprintf(line, sizeof line, "%s", p->edit.text);
  const bool moved = p->moved && p->matches > 0;
  const bool begins = p->matches > 0 && rc_word_starts(word, p->match[0].text);
  if (!moved && !space && !known && *word && p->matches > 0 && !begins) {
    refuse_match(u, word);
    return;
  }
  if (moved || (!space && begins && rc_command_find(word) < 0) || (p->matches > 0 && !*word))
    snprintf(line, sizeof line, "%s", p->match[p->list.sel].text);
  else if (!known && !*word) {
    u->over = RC_OVER_NONE;
    return;
  }
  const char *rest = rc_line_word(line, word, sizeof word);
  int c = rc_command_find(word);
  bool key_value = c >= 0 && strcmp(rc_commands[c].args, "KEY VALUE") == 0;
  char key[64];
  if ((wants_argument(c) && !*rest) || (key_value && !*rc_line_word(rest, key, sizeof key))) {
    size_t n = strlen(line);
    set_line(u, line, n == 0 || line[n - 1] != ' ');
    return;
  }
  u->over = RC_OVER_NONE;
  rc_palette_remember(u, line);
  rc_ui_run(u, line);
}

static void palette_recall(rc_ui *u, int direction) {
  rc_palette *p = &u->palette;
  p->back = RC_MAX(0, RC_MIN(p->recents, p->back + direction));
  set_line(u, p->back ? p->recent[p->recents - p->back] : "", false);
}

void rc_palette_key(rc_ui *u, int key) {
  rc_palette *p = &u->palette;
  if (key == 27)
    u->over = RC_OVER_NONE;
  else if (key == 13)
    palette_enter(u);
  else if (key == 9)
    palette_complete(u);
  else if (key == 16)
    palette_recall(u, 1); /* Ctrl-P */
  else if (key == 14)
    palette_recall(u, -1); /* Ctrl-N */
  else if (key == RC_KEY_UP || key == RC_KEY_DOWN || key == RC_KEY_PGUP || key == RC_KEY_PGDN)
    p->moved = rc_list_key(&p->list, key) || p->moved;
  else if (key == 127 && p->edit.len == 0)
    u->over = RC_OVER_NONE;
  else if (rc_edit_key(&p->edit, key))
    palette_update(u);
}

void rc_palette_row(rc_ui *u, int row) {
  rc_palette *p = &u->palette;
  if (row < 0 || row >= p->matches) return;
  p->list.sel = row;
  char line[512];
  snprintf(line, sizeof line, "%s", p->match[row].text);
  char word[64];
  const char *rest = rc_line_word(line, word, sizeof word);
  if (wants_argument(rc_command_find(word)) && !*rest)
    palette_complete(u);
  else {
    u->over = RC_OVER_NONE;
    rc_palette_remember(u, line);
    rc_ui_run(u, line);
  }
}

void rc_palette_draw(rc_ui *u, rc_screen *s) {
  rc_palette *p = &u->palette;
  int h = RC_MIN(p->matches ? p->matches + 5 : 4, RC_MIN(s->rows - 4, 18));
  int w = s->cols > 104 ? 100 : s->cols;
  rc_rect r = {(s->cols - w) / 2, s->rows - 2 - h, w, h};
  rc_pen in = rc_box(s, r, ":", "command", true);
  rc_put(in, 0, 0, RC_LINK, ":");
  rc_edit_draw(in, 1, 0, in.r.w - 1, RC_BRIGHT, &p->edit, true);
  const int whole = p->matches ? 2 : 0; /* what is cut of the selected line is said below */
  rc_pen body = rc_pen_sub(in, 0, 1, in.r.w, in.r.h - 1 - whole);
  rc_list_fit(&p->list, p->matches, RC_MAX(body.r.h, 1));
  if (p->matches == 0)
    rc_put(body, 0, 0, RC_DIM, strchr(p->edit.text, ' ') ? "Enter runs it" : "no such command");
  int name_w = RC_MIN(RC_MAX(in.r.w / 3, 18), 30);
  for (int i = 0; i < body.r.h && p->list.top + i < p->matches; i++) {
    int row = p->list.top + i;
    bool on = row == p->list.sel;
    if (on) rc_fill(body, 0, i, body.r.w, 1, 0, RC_SELECTED, RC_SELECTED);
    const struct rc_palette_match *m = &p->match[row];
    rc_put_cut(body, 0, i, name_w, on ? RC_SELECTED : RC_BRIGHT, m->text);
    int x = name_w + 1;
    if (m->command >= 0 && rc_commands[m->command].keys[0]) {
      rc_put_cut(body, x, i, 9, on ? RC_SELECTED : RC_LINK,
                 strcmp(m->text, "view") == 0 ? "1 .. 7" : rc_commands[m->command].keys);
    }
    rc_put_cut(body, x + 10, i, body.r.w - x - 10, on ? RC_SELECTED : RC_DIM, m->note);
    if (on && whole && rc_text_width(m->note) > body.r.w - x - 10)
      rc_put_wrapped(in, 0, in.r.h - whole, in.r.w, whole, 0, RC_DIM, m->note);
    rc_hit_add(u, (rc_rect){body.r.x, body.r.y + i, body.r.w, 1}, RC_HIT_ROW, row, NULL);
  }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding text in the rows of the focused pane, or a state by its bits or number. */
#include "explorer.h"

#include <stdio.h>
#include <string.h>

/* Spins as they are drawn, as the bits of the table; false when the text is anything else. */
static bool arrows_as_bits(const char *text, char *bits, size_t room) {
  size_t n = 0;
  for (; *text && n + 1 < room; text += strlen("↑")) {
    const bool up = strncmp(text, "↑", strlen("↑")) == 0;
    if (!up && strncmp(text, "↓", strlen("↓")) != 0) return false;
    bits[n++] = up ? '1' : '0';
  }
  bits[n] = '\0';
  return n > 0 && !*text;
}

/* Whether the column `bits` of a row holds them: digits of its numbers are no spins. */
static bool row_has_bits(const char *csv, const char *line, const char *bits) {
  rc_str name = {0}, field = {0};
  bool has = false;
  for (const char *h = csv, *v = line; !has && h && v;) {
    h = rc_csv_field(h, &name);
    v = rc_csv_field(v, &field);
    has = strcmp(rc_str_c(&name), "bits") == 0 && strstr(rc_str_c(&field), bits);
  }
  rc_str_free(&name);
  rc_str_free(&field);
  return has;
}

/* Rows of the pane's table that hold the text. */
static int matching_rows(const char *csv, const char *text, int64_t *row, int cap) {
  int n = 0;
  char bits[65];
  const bool spins = arrows_as_bits(text, bits, sizeof bits);
  int64_t at = 0;
  const char *line = strchr(csv, '\n');
  while (line && line[1]) {
    const char *end = strchr(line + 1, '\n');
    char copy[1024];
    size_t len = end ? (size_t)(end - line - 1) : strlen(line + 1);
    snprintf(copy, sizeof copy, "%.*s", (int)RC_MIN(len, sizeof copy - 1), line + 1);
    const bool has = rc_contains(copy, text) || (spins && row_has_bits(csv, line + 1, bits));
    if (has && n < cap) row[n++] = at;
    at++;
    line = end;
  }
  return n;
}

static bool go_to_state(rc_ui *u, const char *text) {
  if (!*text || strspn(text, "0123456789") != strlen(text)) return false;
  char line[160];
  snprintf(line, sizeof line, "select.state %s", text);
  rc_err err = {0};
  if (!rc_ui_command(u, line, &err)) return false;
  rc_ui_message(u, RC_DIM, "state %llu selected", (unsigned long long)u->selected_state);
  return true;
}

/* Shows the row in the pane: as its selected or first row, and what the row is about (a state, a
 * knob) in the linked selection. */
static void show_row(rc_ui *u, const char *csv, int64_t row) {
  const rc_pane_class *p = rc_ui_pane(u);
  rc_ui_set_value(u, p->name, "row", row);
  rc_ui_set_value(u, p->name, "top", row);
  const char *line = csv;
  for (int64_t i = 0; line && i <= row; i++) {
    line = strchr(line, '\n');
    if (line) line++;
  }
  rc_str name = {0}, field = {0};
  for (const char *h = csv, *v = line; h && v;) {
    h = rc_csv_field(h, &name);
    v = rc_csv_field(v, &field);
    int64_t state;
    if (strcmp(rc_str_c(&name), "state") == 0 && rc_parse_int(rc_str_c(&field), &state) &&
        state >= 0)
      rc_ui_select_state(u, (uint64_t)state);
    int knob = strcmp(rc_str_c(&name), "name") == 0 ? rc_knob_find(u, rc_str_c(&field)) : -1;
    if (knob >= 0) u->knob = knob;
  }
  rc_str_free(&name);
  rc_str_free(&field);
}

bool rc_search(rc_ui *u, const char *text, int direction, rc_err *err) {
  enum { ROWS_MAX = 20000 };
  const rc_pane_class *p = rc_ui_pane(u);
  int view = rc_ui_view(u);
  if (!p) return true;
  int n = 0;
  int64_t *row = rc_alloc(ROWS_MAX, sizeof *row);
  rc_str csv = {0};
  if (p->csv) {
    rc_view_context c = rc_ui_context(u, view, u->focus[view]);
    p->csv(&c, &csv);
    n = matching_rows(rc_str_c(&csv), text, row, ROWS_MAX);
  }
  int64_t from = direction == 0 ? 0 : u->search_row;
  int pick = -1;
  if (direction < 0) {
    for (int i = 0; i < n; i++)
      if (row[i] < from) pick = i;
    if (pick < 0) pick = n - 1;
  } else {
    for (int i = n - 1; i >= 0; i--)
      if (direction == 0 ? row[i] >= from : row[i] > from) pick = i;
    if (pick < 0 && n > 0) pick = 0;
  }
  int64_t found = pick >= 0 ? row[pick] : -1;
  rc_free(row);
  if (found >= 0) show_row(u, rc_str_c(&csv), found);
  rc_str_free(&csv);
  if (found < 0) {
    if (go_to_state(u, text)) return true;
    return rc_err_set(err, RC_ERR_USAGE, "'%s' is not in this pane", text);
  }
  u->search_row = found;
  rc_ui_message(u, RC_DIM, "'%s': match %d of %d   n next, N before", text, pick + 1, n);
  return true;
}

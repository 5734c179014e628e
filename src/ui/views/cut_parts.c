/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/views/cut_parts.h"

#include <stdio.h>
#include <string.h>

const rc_cut_data *rc_cut_snapshot(const rc_view_context *v) {
  const bool mine = v->frame && v->frame->cls && !strcmp(v->frame->cls->kind.name, "cut");
  return mine && v->frame->data ? rc_share_get(v->frame->data) : NULL;
}

rc_style rc_cut_style(int solver) {
  return RC_SERIES2 + solver % 5; /* the first series is the bound's */
}

char rc_cut_mark(int solver) {
  return "^#*+x"[solver % 5];
}

void rc_cut_vertex(const rc_cut_data *d, int vertex, char *out, size_t size) {
  if (d->basis && (uint64_t)vertex < rc_basis_states(d->basis) && size > 3 * RC_SITES_MAX) {
    rc_part_arrows(rc_basis_config(d->basis, (uint64_t)vertex), rc_basis_sites(d->basis), out);
  } else {
    snprintf(out, size, "%d", vertex + 1);
  }
}

void rc_cut_bond(const rc_cut_data *d, int u, int v, int *i, int *j, char out[16]) {
  *i = *j = -1;
  out[0] = 0;
  if (!d->basis || rc_basis_symmetric(d->basis)) return;
  const uint64_t flip =
      rc_basis_config(d->basis, (uint64_t)u) ^ rc_basis_config(d->basis, (uint64_t)v);
  if (__builtin_popcountll(flip) != 2) return;
  *i = __builtin_ctzll(flip);
  *j = 63 - __builtin_clzll(flip);
  snprintf(out, 16, "%d–%d", *i, *j);
}

bool rc_cut_rows_key(rc_view_context *v, const char *pane, int64_t rows, int key) {
  if (rows <= 0) return false;
  const int64_t to = rc_part_move(rc_part_table_row(v, pane, rows), rows, key);
  if (to >= 0) rc_part_set(v, pane, "row", to);
  return to >= 0;
}

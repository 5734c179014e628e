/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is selected and where the knobs stand, as figures: a condition can ask for
 * "edge.frustrated = true" or "J2 > 0.6". */
#include "explorer.h"

#include <math.h>
#include <string.h>

#include "ui/views/parts.h"

const char *const rc_selection_names[] = {
    "site.number",      "site.bonds",      "site.up",           "edge.number",
    "edge.class",       "edge.coupling",   "edge.parallel",     "edge.frustrated",
    "edge.correlation", "state.number",    "state.up",          "state.frustrated",
    "state.neighbours", "state.amplitude", "state.probability", NULL};

const char *const rc_selection_flags[] = {"site.up", "edge.parallel", "edge.frustrated", NULL};

bool rc_scalar_known(const rc_scalar *s) {
  return s && s->type != RC_S_NULL && !(s->type == RC_S_REAL && isnan(s->real));
}

double rc_scalar_number(const rc_scalar *s) {
  if (!s || s->type == RC_S_TEXT || s->type == RC_S_NULL) return NAN;
  return s->type == RC_S_REAL ? s->real : (double)s->integer;
}

static const rc_hilbert_data *hilbert_of(const rc_ui *u) {
  if (!u->session) return NULL;
  const rc_frame *f = rc_ui_frame(u, rc_session_find(u->session, "hilbert"));
  return f && f->data ? rc_share_get(f->data) : NULL;
}

static void site_figures(const rc_ui *u, const rc_scenario *sc, bool drawn, uint64_t config,
                         rc_frame *f) {
  const rc_lattice *l = sc->built;
  int neighbours = 0;
  for (int b = 0; b < l->bonds; b++)
    neighbours += sc->model.J[l->bond[b].cls] != 0 &&
                  (l->bond[b].i == u->selected_site || l->bond[b].j == u->selected_site);
  rc_frame_int(f, "site.number", u->selected_site);
  rc_frame_int(f, "site.bonds", neighbours);
  if (drawn)
    rc_frame_bool(f, "site.up", config >> u->selected_site & 1);
  else
    rc_frame_null(f, "site.up");
}

static void edge_figures(const rc_ui *u, const rc_scenario *sc, const rc_hilbert_data *d,
                         bool drawn, uint64_t config, rc_frame *f) {
  const rc_lattice *l = sc->built;
  const bool is = u->selected_edge < l->bonds;
  const rc_bond *b = is ? &l->bond[u->selected_edge] : NULL;
  const double J = is ? sc->model.J[b->cls] : NAN;
  rc_frame_int(f, "edge.number", u->selected_edge);
  rc_frame_null(f, "edge.class");
  rc_frame_null(f, "edge.coupling");
  rc_frame_null(f, "edge.parallel");
  rc_frame_null(f, "edge.frustrated");
  rc_frame_null(f, "edge.correlation");
  if (!is) return;
  rc_frame_text(f, "edge.class", l->class_name[b->cls]);
  rc_frame_real(f, "edge.coupling", J);
  if (drawn) {
    const bool parallel = (config >> b->i & 1) == (config >> b->j & 1);
    rc_frame_bool(f, "edge.parallel", parallel);
    rc_frame_bool(f, "edge.frustrated", J != 0 && parallel == (J > 0));
  }
  if (d && d->ss && d->lattice == l)
    rc_frame_real(f, "edge.correlation", d->ss[(size_t)b->i * (size_t)l->sites + (size_t)b->j]);
}

static int frustrated_bonds(const rc_scenario *sc, uint64_t config) {
  int n = 0;
  for (int b = 0; b < sc->built->bonds; b++) {
    const rc_bond *k = &sc->built->bond[b];
    const double J = sc->model.J[k->cls];
    n += J != 0 && ((config >> k->i & 1) == (config >> k->j & 1)) == (J > 0);
  }
  return n;
}

static void state_figures(const rc_ui *u, const rc_scenario *sc, const rc_hilbert_data *d,
                          bool drawn, uint64_t config, rc_frame *f) {
  static const char *const names[] = {"state.number",     "state.up",        "state.frustrated",
                                      "state.neighbours", "state.amplitude", "state.probability"};
  for (size_t i = 0; i < RC_LEN(names); i++) rc_frame_null(f, names[i]);
  if (!drawn) return;
  const uint64_t s = u->selected_state;
  rc_frame_int(f, "state.number", (int64_t)s);
  rc_frame_int(f, "state.up", __builtin_popcountll(config));
  rc_frame_int(f, "state.frustrated", frustrated_bonds(sc, config));
  if (d->matrix_ready) {
    rc_part_row *row = rc_alloc(1, sizeof *row);
    rc_part_row_read(d, s, row);
    rc_frame_int(f, "state.neighbours", row->n);
    rc_free(row);
  }
  if (d->vector) {
    rc_frame_real(f, "state.amplitude", d->vector[s]);
    rc_frame_real(f, "state.probability", d->vector[s] * d->vector[s]);
  }
}

void rc_selection_figures(const rc_ui *u, rc_frame *f) {
  static const rc_scenario none = {0};
  const rc_scenario *sc = rc_ui_scenario(u);
  const rc_hilbert_data *d = hilbert_of(u);
  if (!sc) sc = &none;
  for (int i = 0; i < u->knobs; i++) {
    const char *name = rc_knob_short(u->knob_of[i].key.name);
    if (strlen(name) < RC_NAME_MAX) rc_frame_real(f, name, rc_knob_in_use(u, &u->knob_of[i]));
  }
  const bool drawn = sc->built && d && d->basis && u->selected_state < rc_basis_states(d->basis);
  const uint64_t config = drawn ? rc_basis_config(d->basis, u->selected_state) : 0;
  if (!sc->built) return;
  site_figures(u, sc, drawn, config, f);
  edge_figures(u, sc, d, drawn, config, f);
  state_figures(u, sc, d, drawn, config, f);
}

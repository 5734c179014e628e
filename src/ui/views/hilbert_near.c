/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The centre in the middle, its neighbours on an ellipse, theirs on an outer one. The linked state
 * is the cursor; the centre stays while the cursor is inside the picture. */
#include "ui/views/hilbert_near.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PANE "neighbourhood"
enum { MOST = 160 };

typedef struct near_map {
  const rc_hilbert_data *d;
  rc_neighbourhood *n;
  int cursor;       /* index in n->vertex */
  int *parent;      /* first vertex one step nearer to the centre, -1 for the centre */
  double *angle;    /* turns, 0..1 */
  int inner, outer; /* vertices at distance 1 and 2 */
} near_map;

static int index_of(const rc_neighbourhood *n, uint64_t state) {
  for (int i = 0; n && i < n->vertices; i++)
    if (n->vertex[i] == state) return i;
  return -1;
}

/* Each outer vertex hangs on one inner neighbour: the one with the fewest so far. */
static void give_parents(near_map *m, int *children) {
  const rc_neighbourhood *n = m->n;
  for (int i = 1; i < n->vertices; i++) {
    int best = -1;
    for (int e = 0; e < n->edges; e++) {
      int other = n->edge[e][0] == i ? n->edge[e][1] : n->edge[e][1] == i ? n->edge[e][0] : -1;
      if (other < 0 || n->distance[other] != n->distance[i] - 1) continue;
      if (best < 0 || children[other] < children[best]) best = other;
    }
    m->parent[i] = best;
    if (best >= 0) children[best]++;
  }
}

/* The inner ring in the order of the rows; outer vertices share the sector of their parent. */
static void give_angles(near_map *m) {
  const rc_neighbourhood *n = m->n;
  size_t count = (size_t)n->vertices;
  m->parent = rc_alloc(count, sizeof *m->parent);
  m->angle = rc_alloc(count, sizeof *m->angle);
  int *children = rc_alloc(count, sizeof *children), *placed = rc_alloc(count, sizeof *placed);
  m->parent[0] = -1;
  give_parents(m, children);
  for (int i = 0; i < n->vertices; i++)
    m->inner += n->distance[i] == 1, m->outer += n->distance[i] == 2;
  int k = 0;
  for (int i = 0; i < n->vertices; i++)
    if (n->distance[i] == 1) m->angle[i] = (k++ + 0.5) / m->inner;
  for (int i = 0; i < n->vertices; i++) {
    int p = m->parent[i];
    if (n->distance[i] != 2 || p < 0) continue;
    m->angle[i] = m->angle[p] + ((placed[p]++ + 0.5) / children[p] - 0.5) / m->inner;
  }
  rc_free(children);
  rc_free(placed);
}

static void near_close(near_map *m) {
  if (!m->n) return;
  rc_free(m->parent);
  rc_free(m->angle);
  rc_neighbourhood_free(m->n);
}

static bool near_open(const rc_view_context *v, near_map *m) {
  *m = (near_map){.d = v->hilbert};
  uint64_t state = rc_part_state(v);
  if (state == RC_NONE || !m->d->matrix || !m->d->matrix_ready) return false;
  /* Kept as centre + 1, so that 0 means none. */
  uint64_t centre = (uint64_t)rc_part_value(v, PANE, "centre") - 1;
  if (centre < rc_matrix_states(m->d->matrix)) {
    m->n = rc_neighbourhood_new(m->d->matrix, centre, 2, MOST);
    m->cursor = index_of(m->n, state);
    if (m->cursor < 0) { /* selected elsewhere: begin again there */
      rc_neighbourhood_free(m->n);
      m->n = NULL;
    }
  }
  if (!m->n) {
    m->n = rc_neighbourhood_new(m->d->matrix, state, 2, MOST);
    m->cursor = 0;
  }
  if (!m->n) return false;
  give_angles(m);
  return true;
}

/* ---- drawing ------------------------------------------------------------------------------------ */

/* Pixel of a vertex on a w x h canvas. */
static void place(const near_map *m, int i, double w, double h, double *x, double *y) {
  int far = m->n->distance[i];
  double share = far == 0 ? 0 : far == 1 ? (m->outer ? 0.56 : 0.86) : 0.95;
  double t = 2 * M_PI * (m->angle[i] - 0.25);
  *x = (w - 1) / 2 + share * (w - 3) / 2 * cos(t);
  *y = (h - 1) / 2 + share * (h - 3) / 2 * sin(t);
}

typedef enum { PLAIN, SATISFIED, FRUSTRATED, EMPTY } bond_kind;

static bond_kind kind_of(const near_map *m, int e) {
  double a = rc_part_amplitude(m->d, m->n->vertex[m->n->edge[e][0]]);
  double b = rc_part_amplitude(m->d, m->n->vertex[m->n->edge[e][1]]);
  if (isnan(a) || isnan(b)) return PLAIN;
  double w = m->n->coupling[e] * a * b;
  if (fabs(a) < 1e-10 || fabs(b) < 1e-10) return EMPTY;
  return w > 0 ? FRUSTRATED : SATISFIED;
}

static void draw_edge(const near_map *m, rc_canvas *c, int e) {
  const rc_neighbourhood *n = m->n;
  double w = rc_canvas_w(c), h = rc_canvas_h(c), x0, y0, x1, y1;
  int a = n->edge[e][0], b = n->edge[e][1];
  place(m, a, w, h, &x0, &y0);
  place(m, b, w, h, &x1, &y1);
  bond_kind k = kind_of(m, e);
  bool at_cursor = m->cursor == a || m->cursor == b;
  if (RC_MAX(n->distance[a], n->distance[b]) == 2 && !at_cursor)
    rc_canvas_dashed(c, x0, y0, x1, y1, 1, 3, RC_FRAME_LINE);
  else if (k == FRUSTRATED)
    rc_canvas_dashed(c, x0, y0, x1, y1, 1, 2, RC_SERIES2);
  else if (k == EMPTY)
    rc_canvas_dashed(c, x0, y0, x1, y1, 1, 4, RC_FRAME_LINE);
  else
    rc_canvas_line(c, x0, y0, x1, y1, k == PLAIN ? RC_DIM : RC_SERIES1);
}

/* Edges of one ring, outermost first: those between the outer vertices would hide the rest and are
 * left out, of those to the outer vertices one for each. Where even that would fill the pane every
 * vertex of the inner ring gets its share of the 'most' lines. Returns how many were drawn. */
static int draw_edges(const near_map *m, rc_canvas *c, int ring, int most) {
  const rc_neighbourhood *n = m->n;
  int drawn = 0, share = m->inner ? RC_MAX(most / m->inner, 1) : most;
  int *lines = rc_alloc((size_t)n->vertices, sizeof *lines);
  for (int e = 0; e < n->edges; e++) {
    int a = n->edge[e][0], b = n->edge[e][1];
    int far = RC_MAX(n->distance[a], n->distance[b]);
    bool spoke = n->distance[a] != n->distance[b], at_cursor = m->cursor == a || m->cursor == b;
    if (far != ring || (far == 2 && !spoke)) continue;
    int outer = n->distance[a] == 2 ? a : b, inner = outer == a ? b : a;
    if (far == 2 && m->parent[outer] != inner) continue;
    if (n->distance[a] && n->distance[b] && !at_cursor) {
      if (lines[inner] >= share || (far == 1 && lines[outer] >= share)) continue;
      lines[inner]++;
      lines[outer]++;
    }
    draw_edge(m, c, e);
    drawn++;
  }
  rc_free(lines);
  return drawn;
}

static void draw_vertex(const near_map *m, rc_pen box, int i) {
  double x, y, a = rc_part_amplitude(m->d, m->n->vertex[i]);
  place(m, i, box.r.w, box.r.h, &x, &y);
  int cx = (int)lround(x), cy = (int)lround(y);
  const char *mark = isnan(a) ? "•" : fabs(a) < 1e-10 ? "·" : a > 0 ? "●" : "○";
  rc_style s = isnan(a) ? RC_TEXT : fabs(a) < 1e-10 ? RC_DIM : a > 0 ? RC_DIV8 : RC_DIV0;
  rc_put(box, cx, cy, s, mark);
  if (i != m->cursor) return;
  rc_put(box, cx - 1, cy, RC_WARN, "[");
  rc_put(box, cx + 1, cy, RC_WARN, "]");
}

/* The flip that leads from the centre's side to the cursor, -1 for the centre. */
static int edge_to_cursor(const near_map *m) {
  const rc_neighbourhood *n = m->n;
  for (int e = 0; m->cursor > 0 && e < n->edges; e++)
    if ((n->edge[e][0] == m->cursor && n->edge[e][1] == m->parent[m->cursor]) ||
        (n->edge[e][1] == m->cursor && n->edge[e][0] == m->parent[m->cursor]))
      return e;
  return -1;
}

static void draw_status(const near_map *m, rc_pen p, int y) {
  static const char *const word[] = {"", " satisfied", " frustrated", " weightless"};
  char text[200], count[32];
  uint64_t state = m->n->vertex[m->cursor];
  rc_part_count(state, count);
  rc_part_arrows(rc_basis_config(m->d->basis, state), rc_basis_sites(m->d->basis), text);
  int x = rc_putf(p, 0, y, RC_BRIGHT, "%s ", count);
  x = rc_put_cut(p, x, y, p.r.w - x, RC_TEXT, text);
  double a = rc_part_amplitude(m->d, state);
  if (!isnan(a)) {
    snprintf(text, sizeof text, "  a %+.5f", a);
    if (x + rc_text_width(text) <= p.r.w) x = rc_put(p, x, y, a < 0 ? RC_DIV0 : RC_DIV8, text);
  }
  int e = edge_to_cursor(m);
  if (e < 0) return;
  const rc_pair *b = &rc_matrix_hamiltonian(m->d->matrix)->pair[m->n->pair[e]];
  bond_kind k = kind_of(m, e);
  snprintf(text, sizeof text, "  flip %d–%d%s", b->i, b->j, word[k]);
  if (x + rc_text_width(text) <= p.r.w)
    rc_put(p, x, y, k == FRUSTRATED ? RC_SERIES2 : k == SATISFIED ? RC_SERIES1 : RC_DIM, text);
}

static void draw_key_line(const near_map *m, rc_pen p) {
  int bad = 0, good = 0;
  for (int e = 0; e < m->n->edges; e++) {
    if (m->n->distance[m->n->edge[e][0]] + m->n->distance[m->n->edge[e][1]] != 1) continue;
    bond_kind k = kind_of(m, e);
    bad += k == FRUSTRATED;
    good += k == SATISFIED;
  }
  int x = rc_putf(p, 0, 0, RC_TEXT, "degree %d", m->inner);
  if (!m->d->vector) {
    rc_put(p, x + 2, 0, RC_DIM, "signs come with the ground state");
    return;
  }
  const int gap = p.r.w < 68 ? 1 : 3;
  x = rc_put(p, x + gap, 0, RC_SERIES1, "───");
  x = rc_putf(p, x + 1, 0, RC_TEXT, "satisfied %d", good);
  x = rc_put(p, x + gap, 0, RC_SERIES2, "···");
  x = rc_putf(p, x + 1, 0, RC_TEXT, "frustrated %d", bad);
  const bool words = p.r.w - x >= gap + 15;
  x = rc_put(p, x + gap, 0, RC_DIV8, "●");
  x = rc_put(p, x + words, 0, RC_TEXT, words ? "a > 0" : "+");
  x = rc_put(p, x + RC_MIN(gap, 2), 0, RC_DIV0, "○");
  rc_put(p, x + words, 0, RC_TEXT, words ? "a < 0" : "−");
}

static rc_pen graph_box(rc_pen p) {
  int top = p.r.h >= 6, foot = p.r.h >= 8;
  return rc_pen_sub(p, 0, top, p.r.w, p.r.h - top - foot);
}

void rc_near_draw(const rc_view_context *v, rc_pen p, bool focused) {
  (void)focused;
  near_map m;
  if (!near_open(v, &m)) {
    rc_part_waiting(p, "the matrix is being built");
    return;
  }
  rc_pen box = graph_box(p);
  rc_canvas *c = rc_canvas_new(box.r.w, box.r.h, p.screen->graphics);
  const int most = box.r.w * box.r.h / 16; /* a line covers about as many cells */
  int drawn = draw_edges(&m, c, 2, most);
  drawn += draw_edges(&m, c, 1, most);
  rc_canvas_blit(c, box, 0, 0);
  rc_canvas_free(c);
  for (int i = m.n->vertices - 1; i >= 0; i--)
    if (i != m.cursor) draw_vertex(&m, box, i);
  draw_vertex(&m, box, m.cursor);
  if (box.r.y > p.r.y) draw_key_line(&m, rc_pen_sub(p, 0, 0, p.r.w, 1));
  if (box.r.h >= 6 && (m.n->more || drawn < m.n->edges)) {
    char text[64];
    snprintf(text, sizeof text, "%d of %d edges%s", drawn, m.n->edges,
             m.n->more ? ", more beyond" : "");
    rc_put_right(box, box.r.w, box.r.h - 1, RC_DIM, text);
  }
  if (p.r.h >= 8) draw_status(&m, p, p.r.h - 1);
  near_close(&m);
}

/* ---- walking ------------------------------------------------------------------------------------ */

/* The next vertex of the same ring by angle. */
static int around(const near_map *m, int direction) {
  int best = -1, ring = m->n->distance[m->cursor];
  if (ring == 0) ring = 1;
  double here = m->n->distance[m->cursor] ? m->angle[m->cursor] : 0, least = 2;
  for (int i = 0; i < m->n->vertices; i++) {
    if (m->n->distance[i] != ring || i == m->cursor) continue;
    double turn = direction * (m->angle[i] - here);
    turn -= floor(turn);
    if (turn < least) least = turn, best = i;
  }
  return best;
}

static int outwards(const near_map *m) {
  int ring = m->n->distance[m->cursor] + 1;
  for (int i = 0; i < m->n->vertices; i++)
    if (m->n->distance[i] == ring && m->parent[i] == m->cursor) return i;
  return -1;
}

static void go(rc_view_context *v, near_map *m, int to) {
  rc_part_set(v, PANE, "centre", (int64_t)m->n->vertex[0] + 1);
  m->cursor = to;
  int e = edge_to_cursor(m);
  rc_ui_select_state(v->ui, m->n->vertex[to]);
  if (e >= 0) rc_part_select_pair(v, &rc_matrix_hamiltonian(m->d->matrix)->pair[m->n->pair[e]]);
}

bool rc_near_key(rc_view_context *v, int key) {
  near_map m;
  if (!v->ui || !near_open(v, &m)) return false;
  int to = -1;
  bool mine = true;
  switch (key) {
  case RC_KEY_LEFT: to = around(&m, -1); break;
  case RC_KEY_RIGHT: to = around(&m, 1); break;
  case RC_KEY_DOWN: to = outwards(&m); break;
  case RC_KEY_UP: to = m.parent[m.cursor]; break;
  case RC_KEY_HOME: to = 0; break;
  case 13: rc_part_set(v, PANE, "centre", (int64_t)m.n->vertex[m.cursor] + 1); break;
  default: mine = false;
  }
  if (to >= 0) go(v, &m, to);
  near_close(&m);
  return mine;
}

bool rc_near_mouse(rc_view_context *v, rc_pen p, rc_mouse mouse) {
  near_map m;
  rc_pen box = graph_box(p);
  if (mouse.what != RC_M_PRESS || !v->ui || !near_open(v, &m)) return false;
  int best = 0;
  double least = INFINITY;
  for (int i = 0; i < m.n->vertices; i++) {
    double x, y;
    place(&m, i, box.r.w, box.r.h, &x, &y);
    double far = hypot(x - mouse.x, 2 * (y - (mouse.y - (box.r.y - p.r.y))));
    if (far < least) least = far, best = i;
  }
  if (best == m.cursor)
    rc_part_set(v, PANE, "centre", (int64_t)m.n->vertex[best] + 1);
  else
    go(v, &m, best);
  near_close(&m);
  return true;
}

void rc_near_csv(const rc_view_context *v, rc_str *out) {
  rc_str_add(out, "from,to,distance,h,flip_i,flip_j,amplitude_from,amplitude_to\n");
  near_map m;
  if (!near_open(v, &m)) return;
  for (int e = 0; e < m.n->edges; e++) {
    int a = m.n->edge[e][0], b = m.n->edge[e][1];
    const rc_pair *p = &rc_matrix_hamiltonian(m.d->matrix)->pair[m.n->pair[e]];
    rc_str_addf(out, "%" PRIu64 ",%" PRIu64 ",%d,", m.n->vertex[a], m.n->vertex[b],
                RC_MAX(m.n->distance[a], m.n->distance[b]));
    rc_part_csv_real(out, m.n->coupling[e], ',');
    rc_str_addf(out, "%d,%d,", p->i, p->j);
    rc_part_csv_real(out, rc_part_amplitude(m.d, m.n->vertex[a]), ',');
    rc_part_csv_real(out, rc_part_amplitude(m.d, m.n->vertex[b]), '\n');
  }
  near_close(&m);
}

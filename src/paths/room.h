/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of paths: the classes of the list, a system and its table. */
#ifndef RC_PATHS_ROOM_H
#define RC_PATHS_ROOM_H

#include "roadcut/paths.h"

#define X(name) extern const rc_path_class rc_path_##name;
#include "paths/systems.def"
#undef X

struct rc_path_system {
  const rc_path_class *cls;
  void *model;
  rc_path_shape shape;
  rc_expression *a, *b; /* NULL: built in */
  int64_t states;       /* of the table; 0: none */
  double *weight;       /* e^-(u - u_min) */
  uint8_t *label;
  double u_min;
  double hx, hy; /* cells of the grid */
};

/* What the options of every system of spins begin with. */
typedef struct ps_spins {
  double temperature;
  int dynamics;
  char *a, *b;
} ps_spins;
#define PS_SPINS(owner, field, t, t_unit, features)                                                \
  {.name = "temperature",                                                                          \
   .type = RC_T_REAL,                                                                              \
   .offset = offsetof(owner, field.temperature),                                                   \
   .def = t,                                                                                       \
   .min = 1e-3,                                                                                    \
   .max = 1e4,                                                                                     \
   .unit = t_unit,                                                                                 \
   .help = "temperature",                                                                          \
   .flags = RC_LIVE | RC_LOG},                                                                     \
      {.name = "dynamics",                                                                         \
       .type = RC_T_CHOICE,                                                                        \
       .offset = offsetof(owner, field.dynamics),                                                  \
       .def = "metropolis",                                                                        \
       .choices = "metropolis|glauber",                                                            \
       .unit = "",                                                                                 \
       .help = "acceptance of a single flip"},                                                     \
      PS_STATE("A", offsetof(owner, field.a), features),                                           \
      PS_STATE("B", offsetof(owner, field.b), features)
/* features: those there can be, "a|b" */
#define PS_STATE(text, at, features)                                                               \
  {                                                                                                \
    .name = text, .type = RC_T_TEXT, .offset = at, .def = "", .unit = "",                          \
    .help = "state " text " as an expression over the features; empty: built in",                  \
    .check = ps_state_check, .names = features                                                     \
  }
bool ps_state_check(const rc_param *p, const char *text, rc_err *err);

static inline int ps_spin(const rc_word *s, int i) {
  return s[i >> 6].u >> (i & 63) & 1 ? 1 : -1;
}
void ps_shape_spins(rc_path_shape *shape, const ps_spins *o, int n, double kT);
void ps_feature(rc_path_shape *shape, const char *name);
/* Label of a state; why: what makes an expression mean nothing there, and which, 'A' or 'B'. */
int ps_label_why(const rc_path_system *s, const rc_word *state, const char **why, char *which);
bool ps_broken(const rc_path_system *s, const rc_word *state, const char *why, char which,
               rc_err *err);
/* Of a state that is in A and B: the error. */
bool ps_overlap(const rc_path_system *s, const rc_word *state, rc_err *err);
/* Without a table: tries whether A and B are empty, overlap or touch. Errors: INPUT. */
bool ps_apart(const rc_path_system *s, rc_err *err);
/* Centre of a cell of the grid, and the cell of a point; -1 outside. */
void ps_cell_point(const rc_path_system *s, int64_t cell, double xy[2]);
int64_t ps_cell_of(const rc_path_system *s, const double xy[2]);

/* xoshiro256** as in base, in line: the steps of a walk are as short as a call. */
static inline uint64_t ps_next(rc_rng *r) {
  uint64_t *s = r->s, out = s[1] * 5, t = s[1] << 17;
  out = ((out << 7) | (out >> 57)) * 9;
  s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= t;
  s[3] = (s[3] << 45) | (s[3] >> 19);
  return out;
}
/* One of n and, of the same number, a uniform one in [0, 1): what the product leaves below. */
static inline uint32_t ps_pick(rc_rng *r, uint32_t n, double *unit) {
  unsigned __int128 m = (unsigned __int128)ps_next(r) * n;
  *unit = (double)((uint64_t)m >> 11) * 0x1p-53;
  return (uint32_t)(m >> 64);
}

/* Local optima of a graph, mirrors taken as one: of descents from 'starts' random cuts and of tabu
 * searches, and the one that 'known' (may be NULL) descends to. */
typedef struct ps_optima ps_optima;
ps_optima *ps_optima_find(const rc_cut_graph *g, int64_t starts, const uint8_t *known, rc_err *err);
void ps_optima_free(ps_optima *o);
int64_t ps_optima_count(const ps_optima *o);
const uint8_t *ps_optima_best(const ps_optima *o);
/* The best of those whose overlap with a is at most 'most', of equals the least; NULL: there is none.
 * least: the smallest overlap of one that is not a itself; 2: there is no other. */
const uint8_t *ps_optima_rival(const ps_optima *o, const rc_cut_graph *g, const uint8_t *a,
                               double most, double *least);
/* |sum d s s'| / sum d, d the weight of all edges of a vertex: 1 for a cut and its mirror. */
double ps_cut_overlap(const rc_cut_graph *g, const uint8_t *a, const uint8_t *b);

void ps_path_clear(rc_path *p, int width);
/* Adds frames of a state at the end; returns its words. */
rc_word *ps_path_add(rc_path *p, uint32_t dwell);
/* A shot as rc_path_shoot with a scratch path. */
void ps_shoot(const rc_path_system *s, const rc_word *from, uint64_t most, rc_rng *rng,
              rc_path *scratch, rc_path *out, int *ends, int *sp);
bool ps_inertial(const rc_path_system *s);

#endif

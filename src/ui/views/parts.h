/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the views share: reading a snapshot that may be half empty, lists of facts, row keys. */
#ifndef ROADCUT_UI_VIEWS_PARTS_H
#define ROADCUT_UI_VIEWS_PARTS_H

#include "roadcut/ui.h"

/* Of the newest snapshot, else as the scenario has built it; NULL when there is neither. */
const rc_lattice *rc_part_lattice(const rc_view_context *v);
const rc_model *rc_part_model(const rc_view_context *v); /* may be NULL */
/* Small state of a pane; reads 0 without an explorer, as in tests. */
int64_t rc_part_value(const rc_view_context *v, const char *pane, const char *name);
void rc_part_set(rc_view_context *v, const char *pane, const char *name, int64_t value);
/* Centred and dim: what is being waited for. */
void rc_part_waiting(rc_pen p, const char *text);
/* The last line of a pane says so when what it shows is of one of several degenerate states;
 * returns what is left above it. rc_part_above_note draws nothing. */
rc_pen rc_part_one_of_many(const rc_view_context *v, rc_pen p);
rc_pen rc_part_above_note(const rc_view_context *v, rc_pen p);

/* The linked state: RC_NONE while there is no basis or it does not hold the selection. */
uint64_t rc_part_state(const rc_view_context *v);
/* The linked site, always in range; 0 for an empty lattice. */
int rc_part_site(const rc_view_context *v);
/* Arrows, site 0 last, as the bits of a number are written. out: 3 * 64 + 1 bytes. */
void rc_part_arrows(uint64_t config, int sites, char *out);
void rc_part_bits(uint64_t config, int sites, char out[65]);
/* 1234567 as 1,234,567; RC_NONE as "many". */
void rc_part_count(uint64_t n, char out[32]);
/* "a" of the newest ground vector, nan while there is none. */
double rc_part_amplitude(const rc_hilbert_data *d, uint64_t state);
/* Index of a lattice bond on a pair of sites, -1 when there is none. */
int rc_part_bond(const rc_lattice *l, int i, int j);
/* Selects the bond of a Hamiltonian pair in the linked views. */
void rc_part_select_pair(rc_view_context *v, const rc_pair *p);

/* One row of the matrix: the neighbours of a state. Large: allocate it. */
enum { RC_PART_ROW = RC_SITES_MAX * (RC_SITES_MAX - 1) / 2 };
typedef struct rc_part_row {
  int n;
  uint64_t column[RC_PART_ROW];
  double value[RC_PART_ROW];
  int pair[RC_PART_ROW];
} rc_part_row;
/* Empty while the matrix is not ready. */
void rc_part_row_read(const rc_hilbert_data *d, uint64_t state, rc_part_row *out);

/* ---- facts -------------------------------------------------------------------------------------- */

enum { RC_FACTS_MAX = 48 };
typedef struct rc_fact {
  char label[32]; /* "" for a note over the whole width */
  char value[200];
  rc_style style;
  double gauge;   /* 0..1 draws a bar under it; nan: none */
  bool is_number; /* then it is exported as this, in full, and its error in a row of its own */
  char exact[32], error[32];
} rc_fact;
typedef struct rc_facts {
  int n;
  rc_fact fact[RC_FACTS_MAX];
} rc_facts;
void rc_fact_add(rc_facts *f, const char *label, rc_style s, const char *format, ...)
    RC_PRINTF(4, 5);
/* The first of the values is the figure, a double. Text beside it is shown, not exported. */
void rc_fact_number(rc_facts *f, const char *label, rc_style s, const char *format, ...)
    RC_PRINTF(4, 5);
/* The figure that the last fact is exported as, and its error: what is shown has a unit, or the
 * digits there is room for. Shares are exported as fractions of one. */
void rc_fact_exact(rc_facts *f, double v);
void rc_fact_error(rc_facts *f, double error);
void rc_fact_unknown(rc_facts *f, const char *label);
void rc_fact_real(rc_facts *f, const char *label, rc_style s, int decimals, double v); /* nan: – */
void rc_fact_count(rc_facts *f, const char *label, uint64_t n);
void rc_fact_gauge(rc_facts *f, const char *label, rc_style s, double share); /* in per cent */
void rc_fact_note(rc_facts *f, rc_style s, const char *format, ...) RC_PRINTF(3, 4);
/* Draws from the pane's value "top" on; an arrow at the edge says that there is more. */
void rc_facts_draw(const rc_view_context *v, rc_pen p, const char *pane, const rc_facts *f);
bool rc_facts_key(rc_view_context *v, const char *pane, int key);
void rc_facts_csv(const rc_facts *f, rc_str *out);

/* ---- rows of tables ----------------------------------------------------------------------------- */

/* Where a key of movement leads from row; -1 when it is none. */
int64_t rc_part_move(int64_t row, int64_t rows, int key);
int64_t rc_part_table_row(const rc_view_context *v, const char *pane, int64_t rows); /* in range */
/* A quoted CSV field where it is needed, then 'end'. */
void rc_part_csv(rc_str *out, const char *text, char end);
void rc_part_csv_real(rc_str *out, double v, char end);

/* ---- fields without colours --------------------------------------------------------------------- */

/* A theme without colours, or ASCII: fields are drawn with characters of different weight. */
bool rc_part_plain(const rc_view_context *v, rc_pen p);
/* A character whose weight grows with level 0 .. 1 of a field drawn without colours. */
uint32_t rc_part_shade(rc_pen p, double level);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables in text files: comma, semicolon or tab between the cells (the header line decides), a
 * header line, '#' for comments, "quoted" cells on one line. Every error names file:line:column. */
#ifndef RC_CALIB_CSV_H
#define RC_CALIB_CSV_H

#include "roadcut/base.h"

typedef struct cc_cell {
  const char *text; /* without blanks around it and without quotes */
  int line, column; /* 1-based; columns count characters */
} cc_cell;

typedef struct cc_table {
  char *file; /* as it is named in messages */
  bool lists; /* not a file: lines are numbers of entries */
  char *text;
  int columns, rows;
  cc_cell *header; /* columns */
  cc_cell *cell;   /* rows x columns */
} cc_table;

/* folder (may be NULL) is where a relative file is looked for. Errors: INPUT. */
bool cc_read(const char *folder, const char *file, cc_table *out, rc_err *err);
void cc_free(cc_table *t);
/* An error of INPUT at a cell; returns false. */
bool cc_fail(const cc_table *t, const cc_cell *at, rc_err *err, const char *format, ...)
    RC_PRINTF(4, 5);

/* Is this text of n bytes the name of a unit: "mM", "cm^-3", "J/(mol K)"? */
bool cc_is_unit(const char *s, size_t n);

/* What a column holds. unit: "pressure" and the like, a key of the table of units in csv.c; "" takes
 * any unit as a name and does not convert; it must be one, though. */
typedef struct cc_column {
  const char *name; /* of the column; "a|b" takes either */
  const char *unit; /* kind of quantity */
  bool required;    /* else absent is 'absent' in every row */
  double absent;
  double lower;     /* values below are errors */
  bool above;       /* lower itself is an error too: where a logarithm is taken */
  const char *none; /* why every value must be 0, or NULL */
} cc_column;
/* Index of a column "name" or "name [unit]", -1 when there is none. names: "a|b". */
int cc_find(const cc_table *t, const char *names);
/* Is there at most one column of these names? Else an error at the second. */
bool cc_once(const cc_table *t, const char *names, rc_err *err);
/* The numbers of a column in the unit the model works in, into out[row * stride]. */
bool cc_numbers(const cc_table *t, const cc_column *c, double *out, int stride, rc_err *err);
bool cc_number(const cc_table *t, const cc_cell *at, const char *what, double *v, rc_err *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of a scenario as tables, so that one reader checks both. */
#ifndef RC_CALIB_CSV_LISTS_H
#define RC_CALIB_CSV_LISTS_H

#include "calib/csv_data.h"

bool cd_lists_given(const cd_lists *l);
bool cd_adjust_given(const cd_adjust *a);
/* Errors: INPUT, lists of unequal lengths. cc_free the table. */
bool cd_list_table(const cd_lists *l, cc_table *out, rc_err *err);
bool cd_adjust_table(const cd_adjust *a, cc_table *out, rc_err *err);

#endif

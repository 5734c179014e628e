/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers.h"

const rc_kind *const rc_solver_kinds[] = {
#define X(name) &rc_solver_##name.kind,
#include "solvers.def"
#undef X
    NULL};

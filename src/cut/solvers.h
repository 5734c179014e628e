/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CUT_SOLVERS_H
#define CUT_SOLVERS_H
#include "roadcut/cut.h"
#define X(name) extern const rc_solver_class rc_solver_##name;
#include "solvers.def"
#undef X
#endif

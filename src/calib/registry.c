/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registries of models and optimisers, from models.def and optimizers.def. */
#include "calib/room.h"

const rc_kind *const rc_calib_kinds[] = {
#define X(name) &rc_calib_##name.kind,
#include "calib/models.def"
#undef X
    NULL};

const rc_kind *const rc_optimizer_kinds[] = {
#define X(name) &rc_optimizer_##name.kind,
#include "calib/optimizers.def"
#undef X
    NULL};

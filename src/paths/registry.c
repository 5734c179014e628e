/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of systems, from systems.def. */
#include "paths/room.h"

const rc_kind *const rc_path_kinds[] = {
#define X(name) &rc_path_##name.kind,
#include "paths/systems.def"
#undef X
    NULL};

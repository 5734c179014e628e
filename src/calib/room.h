/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of calib: the classes the lists name. */
#ifndef RC_CALIB_ROOM_H
#define RC_CALIB_ROOM_H

#include "roadcut/calib.h"

#define X(name) extern const rc_calib_class rc_calib_##name;
#include "calib/models.def"
#undef X
#define X(name) extern const rc_optimizer_class rc_optimizer_##name;
#include "calib/optimizers.def"
#undef X

#endif

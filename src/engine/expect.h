/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario expects of the figures of a study. */
#ifndef RC_ENGINE_EXPECT_H
#define RC_ENGINE_EXPECT_H

#include "roadcut/engine.h"

/* Does the frame meet the expectation? If not, 'why' says what was expected and what came. */
bool rc_expect_met(const rc_expect *e, const rc_frame *f, rc_str *why);

#endif

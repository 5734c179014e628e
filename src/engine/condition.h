/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions of breakpoints, compiled. */
#ifndef RC_ENGINE_CONDITION_H
#define RC_ENGINE_CONDITION_H

#include "roadcut/engine.h"

typedef struct rc_condition rc_condition;
rc_condition *rc_condition_parse(const char *text, rc_err *err);
void rc_condition_free(rc_condition *c);
bool rc_condition_eval(const rc_condition *c, const rc_frame *f, const rc_event *event, int events);
/* Calls fn with the name on the left of every comparison; stops when it returns false. */
bool rc_condition_names(const rc_condition *c, bool (*fn)(void *ctx, const char *name), void *ctx);
/* Does an 'and' join a figure of study a with one of study b? */
bool rc_condition_joins(const rc_condition *c, const char *a, const char *b);
/* Is it one of step, state, phase, progress, generation, event? */
bool rc_condition_builtin(const char *name);

#endif

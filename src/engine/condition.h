/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions of breakpoints, compiled. */
#ifndef RC_ENGINE_CONDITION_H
#define RC_ENGINE_CONDITION_H

#include "roadcut/engine.h"

typedef struct rc_condition rc_condition;
rc_condition *rc_condition_parse(const char *text, rc_err *err);
void rc_condition_free(rc_condition *c);
bool rc_condition_eval(const rc_condition *c, const rc_frame *f, const rc_event *event, int events);
/* Is every NAME one of the figures, and every VALUE one that it can have? all: there are no others;
 * else a name that is not among them is let pass. */
bool rc_condition_makes_sense(const rc_condition *c, const rc_figure *figure, size_t n, bool all,
                              rc_err *err);
/* Does an 'and' join a figure of study a with one of study b? */
bool rc_condition_joins(const rc_condition *c, const char *a, const char *b);
/* Is it one of step, state, phase, progress, generation, event? */
bool rc_condition_builtin(const char *name);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "roadcut/ui.h"

#define VIEW(name) extern const rc_view_class rc_view_##name;
#include "ui/views/views.def"
#undef VIEW

const rc_view_class *const rc_view_classes[] = {
#define VIEW(name) &rc_view_##name,
#include "ui/views/views.def"
#undef VIEW
    NULL};

const rc_kind *const rc_view_kinds[] = {
#define VIEW(name) &rc_view_##name.kind,
#include "ui/views/views.def"
#undef VIEW
    NULL};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of studies, from studies.def. */
#include "roadcut/study.h"

#define RC_STUDY(name) extern const rc_study_class rc_study_##name;
#include "study/studies.def"
#undef RC_STUDY

const rc_study_class *const rc_study_classes[] = {
#define RC_STUDY(name) &rc_study_##name,
#include "study/studies.def"
#undef RC_STUDY
    0,
};

const rc_kind *const rc_study_kinds[] = {
#define RC_STUDY(name) &rc_study_##name.kind,
#include "study/studies.def"
#undef RC_STUDY
    0,
};

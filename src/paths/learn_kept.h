/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits that were made, kept by what they were made of: a second learner of the same shots, as one that
 * looks back has, does not train again. What is kept changes no result, for a fit depends on nothing
 * else; a fit that is found takes as many pieces as it took the first time. */
#ifndef RC_PATHS_LEARN_KEPT_H
#define RC_PATHS_LEARN_KEPT_H

#include "roadcut/base.h"

typedef struct lk_fit {
  rc_share *model; /* rc_learnt */
  double loss, validation;
  bool frames_off;            /* it was better without frames */
  int64_t pieces[2], rows[2]; /* with frames, where those without compete; or alone */
} lk_fit;

/* key: of rc_sha256. A copy with a reference of the model; false: not kept. Any thread. */
bool lk_find(const char key[65], lk_fit *out);
/* Takes a reference of the model. The oldest go when there are too many bytes. Any thread. */
void lk_add(const char key[65], const lk_fit *f, size_t bytes);

#endif

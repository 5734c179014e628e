/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A recording names its scenario from where it lies itself, so that both can be moved together. */
#include "engine/recording.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The folder of a file, "." when it names none; may end in a slash. */
static void folder_of(const char *file, rc_str *out) {
  const char *slash = strrchr(file, '/');
  rc_str_addn(out, slash ? file : ".", slash ? (size_t)(slash - file) + 1 : 1);
}

char *rc_path_from(const char *path, const char *file) {
  char here[PATH_MAX], there[PATH_MAX];
  rc_str folder = {0}, out = {0};
  folder_of(file, &folder);
  if (!realpath(rc_str_c(&folder), here) || !realpath(path, there)) {
    rc_str_free(&folder);
    return rc_strdup(path); /* it is not there any more: as it was given */
  }
  size_t same = 0, i = 0; /* whole components that both begin with */
  for (; here[i] && here[i] == there[i]; i++)
    if (here[i] == '/') same = i + 1;
  if (!here[i] && there[i] == '/') same = i + 1;
  const char *up = here + RC_MIN(same, strlen(here));
  if (*up) rc_str_add(&out, "../");
  for (; *up; up++)
    if (*up == '/' && up[1]) rc_str_add(&out, "../");
  rc_str_add(&out, there + same);
  char *text = rc_strdup(rc_str_c(&out));
  rc_str_free(&folder);
  rc_str_free(&out);
  return text;
}

void rc_recording_locate(rc_recording *r, const char *file) {
  const char *path = r->scenario->path;
  rc_str out = {0};
  if (!path[0] || path[0] == '/' || !strchr(file, '/')) return;
  folder_of(file, &out);
  rc_str_add(&out, path);
  rc_free(r->scenario->path);
  r->scenario->path = rc_strdup(rc_str_c(&out));
  rc_str_free(&out);
}

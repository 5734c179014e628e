/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <nettle/sha2.h>
#include <nettle/version.h>

#include "roadcut/base.h"

char *rc_folder_of(const char *path) {
  const char *slash = path ? strrchr(path, '/') : NULL;
  rc_str s = {0};
  rc_str_addn(&s, slash ? path : ".", slash ? (size_t)(slash - path) + (slash == path) : 1);
  char *folder = rc_strdup(rc_str_c(&s));
  rc_str_free(&s);
  return folder;
}

FILE *rc_open_file(const char *path, rc_err *err) {
  FILE *f = fopen(path, "rbe");
  if (!f) {
    rc_err_set(err, RC_ERR_INPUT, "cannot open: %s", strerror(errno));
    return NULL;
  }
  struct stat st;
  if (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode)) {
    fclose(f);
    rc_err_set(err, RC_ERR_INPUT, "is a folder, not a file");
    return NULL;
  }
  return f;
}

char *rc_read_file(const char *path, size_t max, size_t *len, rc_err *err) {
  FILE *f = rc_open_file(path, err);
  if (!f) return NULL;
  /* Read to the end instead of trusting st_size: a pipe has none. */
  rc_str s = {0};
  char block[65536];
  size_t n;
  while (s.len <= max && (n = fread(block, 1, sizeof block, f)) > 0) rc_str_addn(&s, block, n);
  bool bad = ferror(f);
  fclose(f);
  if (bad || s.len > max) {
    char text[32];
    rc_format_bytes(max, text);
    if (bad)
      rc_err_set(err, RC_ERR_INPUT, "cannot read: %s", strerror(errno));
    else
      rc_err_set(err, RC_ERR_INPUT, "is larger than %s", text);
    rc_str_free(&s);
    return NULL;
  }
  if (!s.text) s.text = rc_strdup("");
  *len = s.len;
  return s.text;
}

void rc_sha256(const void *data, size_t n, char hex[65]) {
  struct sha256_ctx ctx;
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_init(&ctx);
  if (n) sha256_update(&ctx, n, data);
#if NETTLE_VERSION_MAJOR >= 4
  sha256_digest(&ctx, digest);
#else
  sha256_digest(&ctx, sizeof digest, digest);
#endif
  for (size_t i = 0; i < sizeof digest; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/locale.h"
#include "roadcut/base.h"

static void fill(rc_err *err, rc_err_code code, int line, int column, const char *format,
                 va_list ap) {
  if (!err || err->code != RC_ERR_NONE) return;
  err->code = code;
  err->line = line;
  err->column = column;
  int n = rc_vsnprintf_c(err->message, sizeof err->message, format, ap);
  if (n < 0) err->message[0] = '\0';
  /* A cut in the middle of a UTF-8 character would make the message invalid text. */
  if (n >= (int)sizeof err->message) {
    size_t bad;
    size_t len = strlen(err->message);
    if (!rc_utf8_valid(err->message, len, &bad) && len - bad < 4) err->message[bad] = '\0';
  }
}

bool rc_err_set(rc_err *err, rc_err_code code, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  fill(err, code, 0, 0, format, ap);
  va_end(ap);
  return false;
}

bool rc_err_at(rc_err *err, rc_err_code code, int line, int column, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  fill(err, code, line, column, format, ap);
  va_end(ap);
  return false;
}

void rc_err_about(rc_err *err, const char *list, const char *key, int entry, const char *value) {
  if (!err || err->code == RC_ERR_NONE || err->key[0]) return;
  snprintf(err->key, sizeof err->key, "%.20s.%.20s", list, key);
  err->entry = entry;
  /* a longer one could not be compared */
  if (strlen(value) < sizeof err->value) strcpy(err->value, value);
}

static const struct {
  int status;
  const char *hint;
} errors[] = {
#define X(name, status, hint) {status, hint},
    RC_ERRORS(X)
#undef X
};

int rc_err_status(rc_err_code code) {
  return (size_t)code < RC_LEN(errors) ? errors[code].status : 5;
}

const char *rc_err_hint(rc_err_code code) {
  return (size_t)code < RC_LEN(errors) ? errors[code].hint : "";
}

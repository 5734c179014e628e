/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/locale.h"

#include <pthread.h>
#include <stdio.h>

static locale_t c_locale;
static pthread_once_t c_once = PTHREAD_ONCE_INIT;

static void make(void) {
  c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

locale_t rc_locale_c(void) {
  pthread_once(&c_once, make);
  return c_locale;
}

int rc_vsnprintf_c(char *out, size_t size, const char *format, va_list ap) {
  locale_t c = rc_locale_c();
  locale_t old = c ? uselocale(c) : (locale_t)0;
  int n = vsnprintf(out, size, format, ap);
  if (old) uselocale(old);
  return n;
}

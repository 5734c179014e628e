/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers are written and read in the C locale whatever the program set for its screen. */
#ifndef ROADCUT_BASE_LOCALE_H
#define ROADCUT_BASE_LOCALE_H

#include <locale.h>
#include <stdarg.h>
#include <stddef.h>

#include "roadcut/base.h"

locale_t rc_locale_c(void);
/* vsnprintf with a decimal point. */
int rc_vsnprintf_c(char *out, size_t size, const char *format, va_list ap) RC_PRINTF(3, 0);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, and back. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"
#include "roadcut/base.h"

static int print(char *out, size_t size, const char *format, ...) RC_PRINTF(3, 4);
static int print(char *out, size_t size, const char *format, ...) {
  va_list ap;
  va_start(ap, format);
  int n = rc_vsnprintf_c(out, size, format, ap);
  va_end(ap);
  return n;
}

static double read_c(const char *text, char **end) {
  return strtod_l(text, end, rc_locale_c());
}

void rc_format_real(double v, char out[32]) {
  if (isnan(v)) {
    strcpy(out, "nan");
  } else if (isinf(v)) {
    strcpy(out, v > 0 ? "inf" : "-inf");
  } else {
    /* Every decimal of 15 digits survives the trip through a normal double, so the shortest form
     * is the 15-digit one or longer; subnormals hold fewer digits. */
    int digits = fabs(v) < 1e-300 ? 1 : 15;
    for (; digits <= 17; digits++) {
      print(out, 32, "%.*g", digits, v);
      if (read_c(out, NULL) == v) break;
    }
  }
}

bool rc_parse_real(const char *text, double *v) {
  if (!text[0] || text[strspn(text, "0123456789+-.eE")])
    return false; /* no hex, nan, inf, blanks */
  char *end;
  double x = read_c(text, &end);
  if (*end || !isfinite(x)) return false;
  *v = x;
  return true;
}

bool rc_parse_int(const char *text, int64_t *v) {
  const char *digits = text + (text[0] == '-' || text[0] == '+');
  if (!digits[0] || digits[strspn(digits, "0123456789")]) return false;
  errno = 0;
  long long x = strtoll(text, NULL, 10);
  if (errno) return false;
  *v = x;
  return true;
}

static const char prefixes[] = "kMGTPE";

void rc_format_bytes(uint64_t bytes, char out[32]) {
  if (bytes < 1024) {
    print(out, 32, "%u B", (unsigned)bytes);
    return;
  }
  double v = (double)bytes / 1024;
  int p = 0;
  while (v >= 1023.95 && p < 5) { /* 1023.95 would print as 1024.0 */
    v /= 1024;
    p++;
  }
  bool whole = bytes % ((uint64_t)1 << 10 * (p + 1)) == 0;
  print(out, 32, whole ? "%.0f %ciB" : "%.1f %ciB", v, p ? prefixes[p] : 'K');
}

/* Factor of a unit: "", "B", "k", "kB", "KiB", .. A bare letter means the binary one, as in GNU
 * tools. 0 when it is no unit. */
static double unit_factor(const char *u) {
  if (!u[0] || !strcasecmp(u, "B") || !strcasecmp(u, "bytes")) return 1;
  const char *p = NULL;
  for (int i = 0; i < 6; i++)
    if (tolower((unsigned char)u[0]) == tolower((unsigned char)prefixes[i])) p = &prefixes[i];
  if (!p) return 0;
  int power = (int)(p - prefixes) + 1;
  if (!u[1] || !strcasecmp(u + 1, "iB") || !strcasecmp(u + 1, "i")) return ldexp(1, 10 * power);
  if (!strcasecmp(u + 1, "B")) return pow(1000, power);
  return 0;
}

bool rc_parse_bytes(const char *text, uint64_t *bytes) {
  size_t n = strspn(text, "0123456789");
  const char *rest = text + n;
  uint64_t whole = 0;
  for (size_t i = 0; i < n; i++)
    if (__builtin_mul_overflow(whole, (uint64_t)10, &whole) ||
        __builtin_add_overflow(whole, (uint64_t)(text[i] - '0'), &whole))
      return false;
  double real = (double)whole;
  bool fraction = rest[0] == '.';
  if (fraction) {
    char *end;
    real = read_c(text, &end);
    rest += 1 + strspn(rest + 1, "0123456789");
    if (end != rest || rest == text + 1) return false;
  } else if (!n) {
    return false;
  }
  while (*rest == ' ') rest++;
  double f = unit_factor(rest);
  if (!f || (fraction && f == 1)) return false; /* half a byte is a slip */
  if (!fraction) return !__builtin_mul_overflow(whole, (uint64_t)f, bytes);
  if (real * f >= 18446744073709549568.0) return false;
  *bytes = (uint64_t)(real * f + 0.5);
  return true;
}

void rc_str_add_bytes(rc_str *out, uint64_t bytes) {
  int power = 0;
  while (bytes && power < 6 && bytes % 1024 == 0) {
    bytes /= 1024;
    power++;
  }
  if (power)
    rc_str_addf(out, "%llu %ciB", (unsigned long long)bytes,
                power == 1 ? 'K' : prefixes[power - 1]);
  else
    rc_str_addf(out, "%llu", (unsigned long long)bytes);
}

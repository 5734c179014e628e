/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/locale.h"
#include "roadcut/base.h"

static void grow(rc_str *s, size_t more) {
  size_t need = s->len + more + 1;
  if (need <= s->cap) return;
  size_t cap = s->cap ? s->cap : 32;
  while (cap < need) cap *= 2;
  s->text = rc_realloc(s->text, cap, 1);
  s->cap = cap;
}

void rc_str_addn(rc_str *s, const char *text, size_t n) {
  grow(s, n);
  if (n) memcpy(s->text + s->len, text, n);
  s->len += n;
  s->text[s->len] = '\0';
}

void rc_str_add(rc_str *s, const char *text) {
  rc_str_addn(s, text, strlen(text));
}
void rc_str_addc(rc_str *s, char c) {
  rc_str_addn(s, &c, 1);
}

void rc_str_addf(rc_str *s, const char *format, ...) {
  va_list ap, again;
  va_start(ap, format);
  va_copy(again, ap);
  char small[128];
  int n = rc_vsnprintf_c(small, sizeof small, format, ap);
  va_end(ap);
  if (n >= 0 && (size_t)n < sizeof small) {
    rc_str_addn(s, small, (size_t)n);
  } else if (n >= 0) {
    grow(s, (size_t)n);
    rc_vsnprintf_c(s->text + s->len, (size_t)n + 1, format, again);
    s->len += (size_t)n;
  }
  va_end(again);
}

void rc_str_clear(rc_str *s) {
  s->len = 0;
  if (s->text) s->text[0] = '\0';
}

void rc_str_free(rc_str *s) {
  rc_free(s->text);
  memset(s, 0, sizeof *s);
}

void rc_str_add_cut(rc_str *s, const char *text, int most) {
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if ((c & 0xC0) != 0x80 && most-- == 0) {
      rc_str_add(s, "..");
      return;
    }
    rc_str_addc(s, c < 0x20 || c == 0x7F ? ' ' : (char)c);
  }
}

const char *rc_str_c(const rc_str *s) {
  return s->text ? s->text : "";
}

/* ---- near words ---------------------------------------------------------------------------------
 */

/* Optimal string alignment: Levenshtein plus swaps of neighbours (Damerau 1964), three rows. */
int rc_edit_distance(const char *a, const char *b) {
  size_t na = strlen(a), nb = strlen(b);
  int *row = rc_alloc(3 * (nb + 1), sizeof *row);
  int *prev2 = row, *prev = row + nb + 1, *cur = row + 2 * (nb + 1);
  for (size_t j = 0; j <= nb; j++) prev[j] = (int)j;
  for (size_t i = 1; i <= na; i++) {
    cur[0] = (int)i;
    for (size_t j = 1; j <= nb; j++) {
      int best = prev[j - 1] + (a[i - 1] != b[j - 1]);
      best = RC_MIN(best, prev[j] + 1);
      best = RC_MIN(best, cur[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = RC_MIN(best, prev2[j - 2] + 1);
      cur[j] = best;
    }
    int *t = prev2;
    prev2 = prev;
    prev = cur;
    cur = t;
  }
  int d = prev[nb];
  rc_free(row);
  return d;
}

enum { WORD_MAX = 64 };

/* Lower case, '_' and ' ' as '-': what people mix up is not a distance. */
static bool fold(const char *s, char out[WORD_MAX]) {
  size_t n = strlen(s);
  if (n >= WORD_MAX) return false;
  for (size_t i = 0; i <= n; i++) {
    int c = tolower((unsigned char)s[i]);
    out[i] = (char)(c == '_' || c == ' ' ? '-' : c);
  }
  return true;
}

/* The one name that begins like a folded word does; NULL when none or several do. */
static const char *only_beginning(const char *w, int len, const char *const *names, size_t n) {
  char m[WORD_MAX];
  const char *one = NULL;
  for (size_t i = 0; i < n; i++) {
    if (!names[i] || !fold(names[i], m) || strncmp(m, w, (size_t)len) != 0) continue;
    if (one) return NULL;
    one = names[i];
  }
  return one;
}

const char *rc_nearest(const char *word, const char *const *names, size_t n) {
  char w[WORD_MAX], m[WORD_MAX];
  if (!fold(word, w) || !w[0]) return NULL;
  int len = (int)strlen(w);
  const char *best = NULL;
  int best_d = 0;
  for (size_t i = 0; i < n; i++) {
    if (!names[i] || !fold(names[i], m)) continue;
    int longer = RC_MAX(len, (int)strlen(m));
    int d = rc_edit_distance(w, m);
    /* a third of the letters may be wrong, but a one-letter word is not like any other */
    if (d > longer / 3 && !(d == 1 && longer == 2)) continue;
    if (!best || d < best_d) {
      best = names[i];
      best_d = d;
    }
  }
  if (best || len < 3) return best;
  /* "sym" means "symmetry" when nothing else begins like that, and "study" "studies" */
  best = only_beginning(w, len, names, n);
  return best || len < 5 ? best : only_beginning(w, len - 1, names, n);
}

/* ---- UTF-8 --------------------------------------------------------------------------------------
 */

/* Length of the character at s (1..4), 0 when it is not UTF-8 (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF). */
static size_t utf8_step(const unsigned char *s, size_t n) {
  unsigned c = s[0];
  if (c < 0x80) return 1;
  size_t len = c >= 0xC2 && c <= 0xDF ? 2 : (c & 0xF0) == 0xE0 ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
  if (!len || len > n) return 0;
  for (size_t i = 1; i < len; i++)
    if ((s[i] & 0xC0) != 0x80) return 0;
  if (c == 0xE0 && s[1] < 0xA0) return 0;
  if (c == 0xED && s[1] > 0x9F) return 0;
  if (c == 0xF0 && s[1] < 0x90) return 0;
  if (c == 0xF4 && s[1] > 0x8F) return 0;
  return len;
}

bool rc_utf8_valid(const char *s, size_t n, size_t *bad_offset) {
  for (size_t i = 0; i < n;) {
    size_t step = utf8_step((const unsigned char *)s + i, n - i);
    if (!step) {
      if (bad_offset) *bad_offset = i;
      return false;
    }
    i += step;
  }
  return true;
}

void rc_str_add_shell(rc_str *out, const char *text) {
  const char *safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
  if (*text && strspn(text, safe) == strlen(text)) {
    rc_str_add(out, text);
    return;
  }
  rc_str_addc(out, '\'');
  for (; *text; text++)
    if (*text == '\'')
      rc_str_add(out, "'\\''");
    else
      rc_str_addc(out, *text);
  rc_str_addc(out, '\'');
}

void rc_str_add_choices(rc_str *s, const char *word, const char *const *names, size_t n) {
  const char *near = word ? rc_nearest(word, names, n) : NULL;
  const size_t end = s->len + 360;
  if (near) {
    rc_str_addf(s, "; did you mean '%s'?", near);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    if (s->len > end) {
      rc_str_add(s, ", ..");
      return;
    }
    rc_str_addf(s, "%s%s", i ? ", " : "; there is ", names[i]);
  }
}

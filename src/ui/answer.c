/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the answer to a question of a tour is written: what has one meaning is understood, what has two
 * is asked about and is no try. */
#include "explorer.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { ANSWER_MAX = 64 };
static const char separators[] = " ,'_"; /* between thousands */

/* The minus sign and the blanks that texts are set with become those of a keyboard; blanks at both
 * ends go. False when it is too long for a number. */
static bool plain(const char *text, char out[ANSWER_MAX]) {
  static const struct {
    const char *set, key;
  } same[] = {{"−", '-'}, {"\xc2\xa0", ' '}, {"\xe2\x80\x89", ' '}, {"\xe2\x80\xaf", ' '}};
  size_t n = 0;
  while (*text) {
    size_t i = 0;
    while (i < RC_LEN(same) && strncmp(text, same[i].set, strlen(same[i].set)) != 0) i++;
    const char c = i < RC_LEN(same) ? same[i].key : *text;
    text += i < RC_LEN(same) ? strlen(same[i].set) : 1;
    if (n == 0 && c == ' ') continue;
    if (n + 1 >= ANSWER_MAX) return false;
    out[n++] = c;
  }
  while (n > 0 && out[n - 1] == ' ') n--;
  out[n] = 0;
  return true;
}

/* Groups after the first in "6,048" or "1 234 567.5", all behind the same separator; 0 when these are
 * no thousands. */
static int groups(const char *digits, char separator) {
  size_t n = strspn(digits, "0123456789");
  int count = 0;
  if (n < 1 || n > 3 || digits[0] == '0') return 0;
  for (digits += n; *digits == separator; digits += 4, count++)
    if (strspn(digits + 1, "0123456789") != 3) return 0;
  if (*digits == '.') digits += 1 + strspn(digits + 1, "0123456789");
  return *digits ? 0 : count;
}

typedef enum { READ, NOT_READ, TWO_WAYS } reading;

static reading read_real(const char *text, bool whole, double *v) {
  char own[ANSWER_MAX];
  if (!plain(text, own)) return NOT_READ;
  char *digits = own + (own[0] == '-' || own[0] == '+');
  char *at = strpbrk(digits, separators);
  if (at) {
    const char separator = *at;
    const int count = groups(digits, separator);
    const bool comma = separator == ',' && !strpbrk(at + 1, separators) && !strchr(own, '.');
    if (count == 1 && comma && !whole) return TWO_WAYS;
    if (count > 0) {
      char *to = digits;
      for (const char *from = digits; *from; from++)
        if (*from != separator) *to++ = *from;
      *to = 0;
    } else if (comma)
      *at = '.'; /* "0,5" */
  }
  return rc_parse_real(own, v) ? READ : NOT_READ;
}

static reading read_fraction(const char *text, bool whole, double *v) {
  char above[ANSWER_MAX];
  double below;
  const char *slash = strchr(text, '/');
  if (!slash) return read_real(text, whole, v);
  snprintf(above, sizeof above, "%.*s", (int)(slash - text), text);
  const reading a = read_real(above, whole, v), b = read_real(slash + 1, whole, &below);
  if (a != READ || b != READ) return a == TWO_WAYS || b == TWO_WAYS ? TWO_WAYS : NOT_READ;
  if (below == 0) return NOT_READ;
  *v /= below;
  return READ;
}

/* "is '6,048' 6048 or 6.048? type that" */
static bool two_ways(const char *text, rc_err *err) {
  char count[ANSWER_MAX], real[ANSWER_MAX];
  size_t n = 0, m = 0;
  for (const char *at = text; *at; at++) {
    if (*at != ',') count[n++] = *at;
    real[m++] = *at == ',' ? '.' : *at;
  }
  count[n] = real[m] = 0;
  return rc_err_set(err, RC_ERR_INPUT, "is '%s' %s or %s? type that", text, count, real);
}

bool rc_answer_number(const char *text, bool whole, double *v, rc_err *err) {
  char own[ANSWER_MAX] = "";
  const bool fits = plain(text, own);
  const size_t n = strlen(own);
  const bool percent = n > 0 && own[n - 1] == '%';
  if (percent) own[n - 1] = 0;
  const reading how = fits ? read_fraction(own, whole, v) : NOT_READ;
  if (how == TWO_WAYS) return two_ways(own, err);
  if (how == NOT_READ)
    return rc_err_set(err, RC_ERR_INPUT, "a number is asked for, not '%s'", text);
  if (percent) *v /= 100;
  return true;
}

/* Does a choice other than this one begin with the same number? */
static bool said_elsewhere(const rc_ask *a, int digit) {
  for (int i = 0; i < a->choices; i++) {
    const char *say = a->choice[i].say;
    if (i != digit - 1 && say[0] == '0' + digit && !isalnum((unsigned char)say[1])) return true;
  }
  return false;
}

bool rc_answer_choice(const char *text, const rc_ask *a, int *choice, rc_err *err) {
  const int c = tolower((unsigned char)text[0]), last = 'a' + a->choices - 1;
  const bool alone = text[0] && (!text[1] || ((text[1] == ')' || text[1] == '.') && !text[2]));
  const int digit = c - '0';
  if (alone && c >= 'a' && c <= last) {
    *choice = c - 'a';
    return true;
  }
  if (!alone || digit < 1 || digit > a->choices)
    return rc_err_set(err, RC_ERR_INPUT, "a letter from a to %c is asked for, not '%s'", last,
                      text);
  if (said_elsewhere(a, digit))
    return rc_err_set(err, RC_ERR_INPUT, "%d may be %c) or what another choice says: type a letter",
                      digit, 'a' + digit - 1);
  *choice = digit - 1;
  return true;
}

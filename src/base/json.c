/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "roadcut/base.h"

void rc_json_begin(rc_json *j, rc_str *out) {
  memset(j, 0, sizeof *j);
  j->out = out;
}

/* Characters that readers of YAML take for line ends or refuse as they stand: C1 controls, line
 * and paragraph separators, the byte order mark, non-characters. Their length in bytes, else 0. */
static size_t awkward(const char *text, size_t n, unsigned *code) {
  const unsigned char *s = (const unsigned char *)text;
  if (n >= 2 && s[0] == 0xC2 && s[1] < 0xA0) {
    *code = s[1];
    return 2;
  }
  if (n < 3 || s[0] < 0xE0 || s[0] > 0xEF) return 0;
  *code = (s[0] & 0xFu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
  bool found = *code == 0x2028 || *code == 0x2029 || *code == 0xFEFF || *code >= 0xFFFE;
  return found ? 3 : 0;
}

static void quote_char(rc_str *out, unsigned char c) {
  if (c == '"' || c == '\\') {
    rc_str_addc(out, '\\');
    rc_str_addc(out, (char)c);
  } else if (c == '\n') {
    rc_str_add(out, "\\n");
  } else if (c == '\t') {
    rc_str_add(out, "\\t");
  } else if (c < 0x20 || c == 0x7F) {
    rc_str_addf(out, "\\u%04x", c);
  } else {
    rc_str_addc(out, (char)c);
  }
}

/* Bytes that are not UTF-8 become U+FFFD, so that the output is always valid. */
static void quote(rc_str *out, const char *v) {
  size_t n = strlen(v);
  rc_str_addc(out, '"');
  for (size_t i = 0; i < n;) {
    size_t bad = n - i, step;
    bool clean = rc_utf8_valid(v + i, n - i, &bad);
    for (size_t end = i + (clean ? n - i : bad); i < end; i += step) {
      unsigned code;
      step = awkward(v + i, end - i, &code);
      if (step) {
        rc_str_addf(out, "\\u%04x", code);
      } else {
        quote_char(out, (unsigned char)v[i]);
        step = 1;
      }
    }
    if (clean) break;
    rc_str_add(out, "\xEF\xBF\xBD");
    i++;
  }
  rc_str_addc(out, '"');
}

static void lead(rc_json *j, const char *key) {
  if (j->depth) {
    if (j->comma[j->depth - 1]) rc_str_addc(j->out, ',');
    j->comma[j->depth - 1] = true;
  }
  if (key) {
    quote(j->out, key);
    rc_str_addc(j->out, ':');
  }
}

static void open(rc_json *j, const char *key, char c) {
  lead(j, key);
  assert(j->depth < (int)RC_LEN(j->comma));
  rc_str_addc(j->out, c);
  j->array[j->depth] = c == '[';
  j->comma[j->depth++] = false;
}

void rc_json_object(rc_json *j, const char *key) {
  open(j, key, '{');
}
void rc_json_array(rc_json *j, const char *key) {
  open(j, key, '[');
}

void rc_json_end(rc_json *j) {
  assert(j->depth > 0);
  j->depth--;
  rc_str_addc(j->out, j->array[j->depth] ? ']' : '}');
}

void rc_json_null(rc_json *j, const char *key) {
  lead(j, key);
  rc_str_add(j->out, "null");
}

void rc_json_text(rc_json *j, const char *key, const char *v) {
  if (!v) {
    rc_json_null(j, key);
    return;
  }
  lead(j, key);
  quote(j->out, v);
}

void rc_json_real(rc_json *j, const char *key, double v) {
  if (!isfinite(v)) {
    rc_json_null(j, key);
    return;
  }
  char text[32];
  rc_format_real(v, text);
  lead(j, key);
  rc_str_add(j->out, text);
}

void rc_json_int(rc_json *j, const char *key, int64_t v) {
  lead(j, key);
  rc_str_addf(j->out, "%" PRId64, v);
}

void rc_json_uint(rc_json *j, const char *key, uint64_t v) {
  lead(j, key);
  rc_str_addf(j->out, "%" PRIu64, v);
}

void rc_json_bool(rc_json *j, const char *key, bool v) {
  lead(j, key);
  rc_str_add(j->out, v ? "true" : "false");
}

/* Words that YAML 1.1 or 1.2 readers take for something other than text. */
static bool yaml_word_is_special(const char *v) {
  static const char *const words[] = {"true", "false", "yes", "no",  "on", "off",
                                      "null", "y",     "n",   "nan", "inf"};
  for (size_t i = 0; i < RC_LEN(words); i++)
    if (!strcasecmp(v, words[i])) return true;
  return false;
}

void rc_str_add_yaml(rc_str *out, const char *v) {
  static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/";
  static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/0123456789.-+";
  bool plain = v[0] && strchr(first, v[0]) && !v[strspn(v, rest)] && !yaml_word_is_special(v);
  if (plain)
    rc_str_add(out, v);
  else
    quote(out, v); /* a JSON string is a YAML one */
}

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

/* Quotes; bytes that are not UTF-8 become U+FFFD, so that the output is always valid JSON. */
static void quote(rc_str *out, const char *v) {
  size_t n = strlen(v);
  rc_str_addc(out, '"');
  for (size_t i = 0; i < n;) {
    size_t bad = n - i;
    bool clean = rc_utf8_valid(v + i, n - i, &bad);
    for (size_t end = i + (clean ? n - i : bad); i < end; i++) {
      unsigned char c = (unsigned char)v[i];
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
    if (!clean) {
      rc_str_add(out, "\xEF\xBF\xBD");
      i++;
    }
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

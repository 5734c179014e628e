/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths as bytes: a flip and a dwell for each segment. */
#include <string.h>

#include "paths/room.h"

static void varint(rc_str *out, uint64_t v) {
  for (; v >= 128; v >>= 7) rc_str_addc(out, (char)(v | 128));
  rc_str_addc(out, (char)v);
}

static bool take(const char **at, const char *end, uint64_t *v) {
  *v = 0;
  for (int shift = 0; *at < end && shift < 64; shift += 7) {
    const uint8_t c = (uint8_t) * (*at)++;
    *v |= (uint64_t)(c & 127) << shift;
    if (c < 128) return true;
  }
  return false;
}

static bool whole(const rc_path_system *s) {
  return s->shape.real && s->shape.dynamics != RC_PATH_WALK;
}

/* What moved from one segment to the next: a spin, or one of four directions. */
static uint64_t move(const rc_path_system *s, const rc_word *a, const rc_word *b) {
  if (s->shape.dynamics == RC_PATH_WALK) {
    const int64_t d = (int64_t)(b->u - a->u);
    return d == 1 ? 0 : d == -1 ? 1 : d > 0 ? 2 : 3;
  }
  for (int k = 0; k < s->shape.width; k++) {
    const uint64_t x = a[k].u ^ b[k].u;
    if (x) return (uint64_t)k * 64 + (uint64_t)__builtin_ctzll(x);
  }
  return 0;
}

void rc_path_pack(const rc_path_system *s, const rc_path *p, rc_str *out) {
  const size_t size = (size_t)s->shape.width * sizeof(rc_word);
  rc_str_addc(out, (char)(p->first | p->last << 2));
  varint(out, (uint64_t)p->n);
  for (int i = 0; i < p->n; i++) {
    const rc_word *w = p->state + (size_t)i * (size_t)p->width;
    if (i == 0 || whole(s))
      rc_str_addn(out, (const char *)w, size);
    else {
      const uint64_t m = move(s, w - p->width, w);
      rc_str_addc(out, (char)RC_MIN(m, 255));
      if (m >= 255) varint(out, m - 255);
    }
    varint(out, p->dwell[i]);
  }
}

static bool apply(const rc_path_system *s, uint64_t m, rc_word *w) {
  if (s->shape.dynamics == RC_PATH_WALK) {
    const int64_t g = s->shape.grid, d[4] = {1, -1, g, -g};
    if (m > 3) return false;
    w->u += (uint64_t)d[m];
    return (int64_t)w->u >= 0 && (int64_t)w->u < s->states;
  }
  if (m >= (uint64_t)s->shape.n) return false;
  w[m >> 6].u ^= UINT64_C(1) << (m & 63);
  return true;
}

bool rc_path_unpack(const rc_path_system *s, const char *data, size_t len, rc_path *p,
                    rc_err *err) {
  const char *at = data, *end = data + len;
  const size_t size = (size_t)s->shape.width * sizeof(rc_word);
  rc_word now[64];
  uint64_t n = 0, dwell, m;
  ps_path_clear(p, s->shape.width);
  bool ok = at < end;
  if (ok) p->first = *at & 3, p->last = *at >> 2 & 3, at++;
  ok = ok && take(&at, end, &n);
  for (uint64_t i = 0; ok && i < n; i++) {
    if (i == 0 || whole(s)) {
      ok = (size_t)(end - at) >= size;
      if (ok) memcpy(now, at, size), at += size;
      if (ok && s->states && s->shape.width == 1) ok = now->u < (uint64_t)s->states;
    } else {
      ok = at < end;
      m = ok ? (uint8_t)*at++ : 0;
      uint64_t more = 0;
      if (ok && m == 255) ok = take(&at, end, &more);
      ok = ok && apply(s, m + more, now);
    }
    ok = ok && take(&at, end, &dwell) && dwell <= UINT32_MAX;
    if (ok) memcpy(ps_path_add(p, (uint32_t)dwell), now, size);
  }
  if (!ok || at != end) {
    return rc_err_set(err, RC_ERR_INPUT, "not a path of this system: byte %lld of %llu",
                      (long long)(at - data), (unsigned long long)len);
  }
  for (int i = p->first ? 1 : 0; i < p->n - (p->last ? 1 : 0); i++) p->frames += p->dwell[i];
  return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live knobs: the continuous keys of the scenario, turned while the studies run. */
#include "explorer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double scenario_real(const rc_scenario *sc, const char *key) {
  rc_str text = {0};
  double v = NAN;
  if (rc_scenario_get(sc, key, &text) && !rc_parse_real(rc_str_c(&text), &v)) v = NAN;
  rc_str_free(&text);
  return v;
}

/* "model.J2" is shown and found as "J2". */
const char *rc_knob_short(const char *key) {
  static const char *const before[] = {"model.", "cut.amplitudes."};
  for (size_t i = 0; i < RC_LEN(before); i++)
    if (strncmp(key, before[i], strlen(before[i])) == 0) return key + strlen(before[i]);
  return key;
}

/* The noise is a knob where there is noise. */
static bool has_effect(const rc_scenario *sc, const char *key) {
  rc_str from = {0};
  const bool noise = strcmp(key, "cut.amplitudes.sigma") == 0;
  const bool has = !noise || (rc_scenario_get(sc, "cut.amplitudes.from", &from) &&
                              strcmp(rc_str_c(&from), "noisy") == 0);
  rc_str_free(&from);
  return has;
}

double rc_knob_in_use(const rc_ui *u, const rc_knob *k) {
  for (int i = 0; i < u->jobs; i++) {
    const rc_frame *f = rc_ui_frame(u, i);
    const double v = f && f->cls->in_use ? f->cls->in_use(f, k->key.name, k->value) : k->value;
    if (v != k->value) return v;
  }
  return k->value;
}

void rc_knobs_refresh(rc_ui *u) {
  char selected[64] = "";
  if (u->knob >= 0 && u->knob < u->knobs)
    snprintf(selected, sizeof selected, "%s", u->knob_of[u->knob].key.name);
  const rc_scenario *sc = rc_ui_scenario(u);
  rc_free(u->knob_keys);
  u->knob_keys = NULL;
  int n = sc ? rc_scenario_keys(sc, &u->knob_keys) : 0;
  const rc_key *keys = u->knob_keys;
  const bool magnet = rc_ui_has_magnet(u); /* else its knobs, amplitudes among them, do nothing */
  u->knobs = 0;
  u->knob = -1;
  for (int i = 0; i < n && u->knobs < RC_KNOBS_MAX; i++) {
    if (!(magnet || !sc->built) || !(keys[i].flags & RC_LIVE) || keys[i].type != RC_T_REAL ||
        !has_effect(sc, keys[i].name))
      continue;
    rc_knob *k = &u->knob_of[u->knobs];
    k->key = keys[i];
    k->value = scenario_real(sc, keys[i].name);
    k->home = u->origin ? scenario_real(u->origin, keys[i].name) : k->value;
    if (isnan(k->home)) k->home = k->value;
    if (strcmp(keys[i].name, selected) == 0) u->knob = u->knobs;
    u->knobs++;
  }
}

/* In the tabs row: "kT" of "paths.system.kT", where no other knob ends in that. */
static const char *label(const rc_ui *u, int knob) {
  const char *name = rc_knob_short(u->knob_of[knob].key.name), *dot = strrchr(name, '.');
  for (int i = 0; dot && i < u->knobs; i++) {
    const char *other = rc_knob_short(u->knob_of[i].key.name), *end = strrchr(other, '.');
    if (i != knob && strcmp(end ? end + 1 : other, dot + 1) == 0) return name;
  }
  return dot ? dot + 1 : name;
}

int rc_knob_find(const rc_ui *u, const char *name) {
  for (int i = 0; i < u->knobs; i++)
    if (strcmp(u->knob_of[i].key.name, name) == 0 ||
        strcmp(rc_knob_short(u->knob_of[i].key.name), rc_knob_short(name)) == 0)
      return i;
  for (int i = 0; i < u->knobs; i++) /* as the tabs row has it */
    if (strcmp(label(u, i), name) == 0) return i;
  return -1;
}

/* A fortieth of a narrow range, else a twentieth of one; a fifth of that when fine. */
double rc_knob_step(const rc_knob *k, bool fine) {
  double range = k->key.max - k->key.min;
  double step = 0.05;
  if (range > 0 && range < 2) {
    double raw = range / 40, ten = pow(10, floor(log10(raw)));
    step = raw / ten < 2 ? ten : raw / ten < 5 ? 2 * ten : 5 * ten;
  }
  return fine ? step / 5 : step;
}

/* What a key was: the value in use where the scenario leaves it to the study. */
static void was(rc_ui *u, const char *key, rc_str *out) {
  const int knob = rc_knob_find(u, key);
  const double used = knob >= 0 ? rc_knob_in_use(u, &u->knob_of[knob]) : 0;
  if (!rc_scenario_get(rc_ui_scenario(u), key, out)) rc_str_add(out, "?");
  if (knob < 0 || used == u->knob_of[knob].value) return;
  rc_str_clear(out);
  rc_str_addf(out, "%.6g", used);
}

bool rc_ui_set_key(rc_ui *u, const char *key, const char *value, rc_err *err) {
  rc_str before = {0}, after = {0};
  was(u, key, &before);
  bool ok = rc_session_set(u->session, key, value, err);
  if (ok) {
    rc_ui_to_present(u); /* a change is made in the present */
    u->elapsed = 0;
    u->knob_changes++;
    rc_ui_keep_valid(u);
    if (!rc_scenario_get(rc_ui_scenario(u), key, &after)) rc_str_add(&after, value);
    rc_ui_message(u, RC_TEXT, "%s: %s to %s   (u takes it back%s)", rc_knob_short(key),
                  rc_str_c(&before), rc_str_c(&after),
                  rc_session_paused(u->session) ? ", Space goes on" : "");
    u->dirty = true;
  }
  rc_str_free(&before);
  rc_str_free(&after);
  return ok;
}

static bool set_knob(rc_ui *u, double v, rc_err *err) {
  rc_knob *k = &u->knob_of[u->knob];
  char text[32], key[64];
  rc_format_real(v, text);
  snprintf(key, sizeof key, "%s", k->key.name);
  return rc_ui_set_key(u, key, text, err);
}

bool rc_knob_turn(rc_ui *u, int steps, bool fine, rc_err *err) {
  if (u->knob < 0 || u->knob >= u->knobs) return false;
  const rc_knob *k = &u->knob_of[u->knob];
  double v = rc_knob_in_use(u, k);
  if (k->key.flags & RC_LOG && v > 0) {
    v *= pow(10, (fine ? 0.02 : 0.1) * steps);
    double digits = pow(10, 3 - floor(log10(v))); /* four figures: no dust */
    v = round(v * digits) / digits;
  } else {
    double step = rc_knob_step(k, fine);
    v = (round(v / step) + steps) / round(1 / step);
  }
  if (k->key.min < k->key.max) v = RC_MAX(k->key.min, RC_MIN(k->key.max, v));
  if (v == 0) v = 0; /* no minus zero */
  if (v == k->value) {
    rc_ui_message(u, RC_DIM, "%s is at the end of its range", rc_knob_short(k->key.name));
    return true;
  }
  return set_knob(u, v, err);
}

bool rc_knob_home(rc_ui *u, rc_err *err) {
  if (u->knob < 0 || u->knob >= u->knobs) return false;
  const rc_knob *k = &u->knob_of[u->knob];
  if (k->value == k->home) return true;
  return set_knob(u, k->home, err);
}

/* Units of a letter or two, as K, J1; what counts things, or is long, is told by the help. */
static const char *unit_of(const rc_key *k) {
  const char *unit = k->unit ? k->unit : "";
  const bool letter = (*unit >= 'A' && *unit <= 'Z') || (*unit >= 'a' && *unit <= 'z');
  return letter && strlen(unit) <= 2 ? unit : "";
}

/* Right-aligned in the tabs row: "J1 1  J2 0.5  delta 1". The selected one is always among those
 * that fit. Returns the column where they begin. */
int rc_knobs_draw(rc_ui *u, rc_pen p, int x0) {
  char text[RC_KNOBS_MAX][48];
  int width[RC_KNOBS_MAX], first = 0, last = 0, total = 0;
  for (int i = 0; i < u->knobs; i++) {
    const char *unit = unit_of(&u->knob_of[i].key);
    snprintf(text[i], sizeof text[i], " %s %.6g%s%s ", label(u, i),
             rc_knob_in_use(u, &u->knob_of[i]), *unit ? " " : "", unit);
    width[i] = rc_text_width(text[i]);
  }
  int room = p.r.w - x0 - 1, at = RC_MAX(u->knob, 0);
  for (int i = 0; i < u->knobs; i++) {
    total += width[i];
    last = i + 1;
    while (total > room && first < at && first < last) total -= width[first++];
    if (total > room) {
      total -= width[i];
      last = i;
      break;
    }
  }
  int x = p.r.w - total;
  for (int i = first; i < last; i++) {
    bool on = i == u->knob;
    if (on) rc_fill(p, x, 0, width[i], 1, 0, RC_SELECTED, RC_SELECTED);
    int name = (int)strlen(label(u, i)) + 1;
    rc_put(p, x, 0, on ? RC_SELECTED : RC_BRIGHT, text[i]);
    if (!on)
      rc_putf(p, x, 0, RC_DIM, "%.*s", name, text[i]);
    else
      rc_attr(p, x, 0, width[i], RC_A_BOLD);
    rc_hit_add(u, (rc_rect){p.r.x + x, p.r.y, width[i], 1}, RC_HIT_KNOB, i, NULL);
    x += width[i];
  }
  return p.r.w - total;
}

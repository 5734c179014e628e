/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a run that is kept ('roadcut run --out'): all shots, the newest accepted paths segment by
 * segment, and the tree of trials. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "study/paths_study.h"

enum { PATHS_MOST = 1000 }; /* written segment by segment */

typedef struct out {
  FILE *f;
  const char *folder, *name;
} out;

static bool begin(out *o, const char *folder, const char *name, rc_err *err) {
  rc_str path = {0};
  rc_str_addf(&path, "%s/%s", folder, name);
  *o = (out){.f = fopen(rc_str_c(&path), "w"), .folder = folder, .name = name};
  if (!o->f)
    rc_err_set(err, RC_ERR_INPUT, "cannot write '%s': %s", rc_str_c(&path), strerror(errno));
  rc_str_free(&path);
  return o->f != NULL;
}

static bool end(out *o, rc_err *err) {
  const bool bad = ferror(o->f) != 0;
  if (!fclose(o->f) && !bad) return true;
  return rc_err_set(err, RC_ERR_LIMIT, "writing '%s/%s' failed: %s", o->folder, o->name,
                    strerror(errno));
}

static void put_real(FILE *f, double v) {
  char text[32];
  rc_format_real(v, text);
  fputs(isnan(v) ? "" : text, f);
}

/* Words in hexadecimal, lowest spins first; coordinates as numbers; joined by blanks. */
static void put_state(const paths *s, FILE *f, const rc_word *state) {
  const bool words = !s->shape->real || s->shape->dynamics == RC_PATH_WALK;
  for (int i = 0; i < s->shape->width; i++) {
    if (i) fputc(' ', f);
    if (words)
      fprintf(f, "%llx", (unsigned long long)state[i].u);
    else
      put_real(f, state[i].x);
  }
}

static const char *label(int at) {
  return at == RC_IN_A ? "A" : at == RC_IN_B ? "B" : "";
}

static bool write_shots(const paths *s, const char *folder, rc_err *err) {
  out o;
  if (!begin(&o, folder, "paths-shots.csv", err)) return false;
  fprintf(o.f,
          "shot,parent,branch,segment,sp,forward,backward,transition,accepted,frames,p,p_exact,"
          "p_select,weight,model,state\n");
  const uint64_t n = rc_sampler_shots(s->sampler);
  for (uint64_t id = 1; id <= n; id++) {
    const rc_shot *h = rc_sampler_shot(s->sampler, id);
    const rc_word *point = rc_sampler_point(s->sampler, id);
    fprintf(o.f, "%llu,%llu,%u,%u,%u,%s,%s,%d,%d,%llu,", (unsigned long long)id,
            (unsigned long long)h->parent, h->branch, h->segment, h->sp, label(h->ends[0]),
            label(h->ends[1]), h->transition, h->accepted, (unsigned long long)h->frames);
    const double real[] = {h->p, paths_truth(s, point), h->p_select, h->weight};
    for (size_t i = 0; i < RC_LEN(real); i++) {
      put_real(o.f, real[i]);
      fputc(',', o.f);
    }
    fprintf(o.f, "%u,", h->version);
    put_state(s, o.f, point);
    fputc('\n', o.f);
  }
  return end(&o, err);
}

static void write_path(paths *s, FILE *f, uint64_t id, const rc_path *p) {
  uint64_t frame = 0;
  for (int i = 0; i < p->n; frame += p->dwell[i++]) {
    const rc_word *state = p->state + (size_t)i * (size_t)p->width;
    double feature[RC_PATH_FEATURES], q, spread;
    fprintf(f, "%llu,%d,%llu,%u,", (unsigned long long)id, i, (unsigned long long)frame,
            p->dwell[i]);
    put_state(s, f, state);
    const bool learnt = paths_learnt(&s->model, state, &q, &spread);
    const double real[] = {rc_path_energy(s->system, state), paths_truth(s, state),
                           learnt ? 1 / (1 + exp(-q)) : nan("")};
    for (size_t k = 0; k < RC_LEN(real); k++) {
      fputc(',', f);
      put_real(f, real[k]);
    }
    rc_path_features(s->system, state, feature);
    for (int k = 0; k < s->shape->features; k++) {
      fputc(',', f);
      put_real(f, feature[k]);
    }
    fputc('\n', f);
  }
}

/* The first of the newest accepted paths that are written. */
static uint64_t first_path(const paths *s) {
  uint64_t id = rc_sampler_shots(s->sampler);
  for (int left = PATHS_MOST; id && left; id--)
    if (rc_sampler_shot(s->sampler, id)->accepted) left--;
  return id;
}

static bool write_paths(paths *s, const char *folder, rc_err *err) {
  out o;
  rc_path path = {0};
  int sp;
  if (!begin(&o, folder, "paths-frames.csv", err)) return false;
  fprintf(o.f, "shot,segment,frame,dwell,state,u,p_exact,p_learnt");
  for (int k = 0; k < s->shape->features; k++) fprintf(o.f, ",%s", s->shape->feature[k]);
  fputc('\n', o.f);
  const uint64_t n = rc_sampler_shots(s->sampler);
  for (uint64_t id = first_path(s); id <= n; id++) {
    if (id && !rc_sampler_shot(s->sampler, id)->accepted) continue;
    rc_sampler_replay(s->sampler, id, &path, &sp);
    write_path(s, o.f, id, &path);
  }
  rc_path_free(&path);
  return end(&o, err);
}

/* Every trial with its parent, and where on it it was shot from. */
static bool write_tree(paths *s, const char *folder, rc_err *err) {
  out o;
  rc_path path = {0};
  int sp;
  if (!begin(&o, folder, "paths-tree.json", err)) return false;
  const uint64_t n = rc_sampler_shots(s->sampler);
  rc_sampler_replay(s->sampler, 0, &path, &sp);
  fprintf(o.f, "{\"initial\":{\"frames\":%llu},\"trials\":[", (unsigned long long)path.frames);
  for (uint64_t id = 1; id <= n; id++) {
    const rc_shot *h = rc_sampler_shot(s->sampler, id);
    uint64_t before = 0, all = 0;
    rc_sampler_replay(s->sampler, id, &path, &sp);
    for (int i = 0; i < path.n; i++) {
      before += i < sp ? path.dwell[i] : 0;
      all += path.dwell[i];
    }
    fprintf(o.f,
            "%s\n{\"id\":%llu,\"parent\":%llu,\"segment\":%u,\"before\":%llu,\"after\":%llu,"
            "\"ends\":\"%s%s\",\"accepted\":%s}",
            id > 1 ? "," : "", (unsigned long long)id, (unsigned long long)h->parent, h->segment,
            (unsigned long long)before, (unsigned long long)(all - before - 1), label(path.first),
            label(path.last), h->accepted ? "true" : "false");
  }
  fprintf(o.f, "\n]}\n");
  rc_path_free(&path);
  return end(&o, err);
}

bool paths_files(void *study, const char *folder, rc_err *err) {
  paths *s = study;
  if (!s->started) return true;
  return write_shots(s, folder, err) && write_paths(s, folder, err) && write_tree(s, folder, err);
}

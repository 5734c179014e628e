/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two studies that only have parameters: one of every type. The first has the name and some keys
 * of the real one, so that the broken scenarios read the same with both. */
#ifndef ROADCUT_TESTS_FAKE_STUDIES_H
#define ROADCUT_TESTS_FAKE_STUDIES_H

#include <stddef.h>

#include "roadcut/scenario.h"

typedef struct fake_hilbert {
  double tolerance;
  int64_t iterations, levels;
  int storage;
} fake_hilbert;

static const rc_param fake_hilbert_params[] = {{.name = "tolerance",
                                                .type = RC_T_REAL,
                                                .offset = offsetof(fake_hilbert, tolerance),
                                                .def = "1e-10",
                                                .min = 1e-14,
                                                .max = 1e-2,
                                                .help = "residual"},
                                               {.name = "iterations",
                                                .type = RC_T_INT,
                                                .offset = offsetof(fake_hilbert, iterations),
                                                .def = "1000",
                                                .min = 2,
                                                .max = 100000,
                                                .help = "at most"},
                                               {.name = "levels",
                                                .type = RC_T_INT,
                                                .offset = offsetof(fake_hilbert, levels),
                                                .def = "1",
                                                .min = 0,
                                                .max = 15,
                                                .help = "above the ground state"},
                                               {.name = "storage",
                                                .type = RC_T_CHOICE,
                                                .offset = offsetof(fake_hilbert, storage),
                                                .def = "auto",
                                                .choices = "auto|values|pattern|fly",
                                                .help = "of the matrix"},
                                               {0}};

typedef struct fake_noisy {
  double sigma;
} fake_noisy;
static const rc_param fake_noisy_params[] = {{.name = "sigma",
                                              .type = RC_T_REAL,
                                              .offset = offsetof(fake_noisy, sigma),
                                              .def = "0.1",
                                              .min = 0,
                                              .max = 10,
                                              .help = "width",
                                              .flags = RC_LIVE | RC_LOG},
                                             {0}};
typedef struct fake_file {
  char *path;
} fake_file;
static const rc_param fake_file_params[] = {{.name = "path",
                                             .type = RC_T_TEXT,
                                             .offset = offsetof(fake_file, path),
                                             .def = "",
                                             .help = "of the file",
                                             .flags = RC_REQUIRED},
                                            {0}};
static const rc_kind fake_noisy_kind = {
    .name = "noisy", .params = fake_noisy_params, .size = sizeof(fake_noisy)};
static const rc_kind fake_uniform_kind = {.name = "uniform"};
static const rc_kind fake_file_kind = {
    .name = "file", .params = fake_file_params, .size = sizeof(fake_file)};
static const rc_kind *const fake_sources[] = {&fake_uniform_kind, &fake_noisy_kind, &fake_file_kind,
                                              NULL};

typedef struct fake_anneal {
  int64_t sweeps;
  rc_pick start; /* a kind inside a kind inside a list */
} fake_anneal;
static const rc_param fake_anneal_params[] = {{.name = "sweeps",
                                               .type = RC_T_INT,
                                               .offset = offsetof(fake_anneal, sweeps),
                                               .def = "1000",
                                               .min = 1,
                                               .max = 1e9,
                                               .help = "of the lattice"},
                                              {.name = "start",
                                               .type = RC_T_ONE,
                                               .offset = offsetof(fake_anneal, start),
                                               .def = "",
                                               .kinds = fake_sources,
                                               .help = "where from"},
                                              {0}};
static const rc_kind fake_anneal_kind = {
    .name = "anneal", .params = fake_anneal_params, .size = sizeof(fake_anneal)};
static const rc_kind fake_greedy_kind = {.name = "greedy"};
static const rc_kind *const fake_solvers[] = {&fake_greedy_kind, &fake_anneal_kind, NULL};

typedef struct fake_amplitudes {
  rc_pick from;
  bool squared;
} fake_amplitudes;
static const rc_param fake_amplitudes_params[] = {{.name = "from",
                                                   .type = RC_T_ONE,
                                                   .offset = offsetof(fake_amplitudes, from),
                                                   .def = "uniform",
                                                   .kinds = fake_sources,
                                                   .help = "source"},
                                                  {.name = "squared",
                                                   .type = RC_T_BOOL,
                                                   .offset = offsetof(fake_amplitudes, squared),
                                                   .def = "false",
                                                   .help = "a^2"},
                                                  {0}};

typedef struct fake_cut {
  fake_amplitudes amplitudes;
  rc_picks solvers;
  rc_ints rounds;
  rc_reals temperatures;
  uint64_t cache;
  char *label;
  bool prove;
} fake_cut;
static const rc_param fake_cut_params[] = {{.name = "amplitudes",
                                            .type = RC_T_GROUP,
                                            .offset = offsetof(fake_cut, amplitudes),
                                            .sub = fake_amplitudes_params,
                                            .help = "weights"},
                                           {.name = "solvers",
                                            .type = RC_T_LIST,
                                            .offset = offsetof(fake_cut, solvers),
                                            .def = "greedy, anneal",
                                            .kinds = fake_solvers,
                                            .help = "one after the other"},
                                           {.name = "rounds",
                                            .type = RC_T_INTS,
                                            .offset = offsetof(fake_cut, rounds),
                                            .def = "1, 2",
                                            .min = 0,
                                            .max = 99,
                                            .help = "numbers"},
                                           {.name = "temperatures",
                                            .type = RC_T_REALS,
                                            .offset = offsetof(fake_cut, temperatures),
                                            .def = "",
                                            .min = 0,
                                            .max = 100,
                                            .help = "ladder"},
                                           {.name = "cache",
                                            .type = RC_T_BYTES,
                                            .offset = offsetof(fake_cut, cache),
                                            .def = "64 MiB",
                                            .min = 0,
                                            .max = 1e12,
                                            .help = "bytes"},
                                           {.name = "label",
                                            .type = RC_T_TEXT,
                                            .offset = offsetof(fake_cut, label),
                                            .def = "a cut",
                                            .help = "for the eye"},
                                           {.name = "prove",
                                            .type = RC_T_BOOL,
                                            .offset = offsetof(fake_cut, prove),
                                            .def = "true",
                                            .help = "go on until it is proven"},
                                           {0}};

static const rc_kind fake_hilbert_kind = {
    .name = "hilbert", .params = fake_hilbert_params, .size = sizeof(fake_hilbert)};
static const rc_kind fake_cut_kind = {
    .name = "cut", .params = fake_cut_params, .size = sizeof(fake_cut)};
static const rc_kind *const fake_studies[] = {&fake_hilbert_kind, &fake_cut_kind, NULL};

#endif

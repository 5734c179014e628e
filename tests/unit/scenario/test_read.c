/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenarios that are right: what they come to. And the parameters of studies, right and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "roadcut/scenario.h"
#include "unit/scenario/fake_studies.h"

static rc_scenario *good(const char *text) {
  rc_err e = {0};
  rc_scenario *s = rc_scenario_parse(text, strlen(text), "t.yaml", fake_studies, &e);
  if (!s) fail_msg("%d:%d: %s\n%s", e.line, e.column, e.message, text);
  return s;
}

static const char example[] =
    "title: Kagome, 12 spins - no sign rule fits\n"
    "about: >\n"
    "  Corner-sharing triangles. Whatever signs you give\n"
    "  the basis states, some spin flips stay frustrated.\n"
    "lattice: {kind: kagome, cluster: [2, 2]}\n"
    "model: {J1: 1.5, delta: 0.5, field: -2}\n"
    "sector: {sz: -2, symmetry: none}\n"
    "memory: 2 GiB\n"
    "seed: 42\n"
    "studies:\n"
    "  hilbert: {}\n"
    "  cut:\n"
    "    amplitudes: {from: {noisy: {sigma: 0.2}}}\n"
    "    solvers: [{kind: greedy}, {kind: anneal, sweeps: 2000}]\n"
    "expect:\n"
    "  - {study: hilbert, value: energy, is: -5.444875216, within: 1.0e-8}\n"
    "  - {study: hilbert, value: balanced, is: false}\n"
    "  - {study: hilbert, value: sector, is: 'Sz=0'}\n"
    "  - {study: cut, value: gap, below: 0.1}\n"
    "  - {study: cut, value: cut, above: -1}\n"
    "  - {study: hilbert, value: states, is: 924}\n"
    "tour:\n"
    "  - say: Look.\n"
    "    view: lattice\n"
    "    do: [knob.select J2, pause]\n"
    "    wait: knob.changed\n"
    "  - {say: Done., do: quit}\n";

static void the_example_is_read(void **state) {
  (void)state;
  rc_scenario *s = good(example);
  assert_string_equal(s->path, "t.yaml");
  assert_int_equal(strlen(s->sha256), 64);
  assert_string_equal(s->title, "Kagome, 12 spins - no sign rule fits");
  assert_non_null(strstr(s->about, "give the basis"));
  assert_string_equal(s->lattice.kind, "kagome");
  assert_int_equal(s->built->sites, 12);
  assert_true(s->has_J[0] && !s->has_J[1]);
  assert_true(s->model.J[0] == 1.5 && s->model.J[1] == s->built->class_default[1]);
  assert_true(s->model.delta == 0.5 && s->model.field == -2);
  assert_int_equal(s->sector.sz2, -4);
  assert_int_equal(s->memory, (uint64_t)2 << 30);
  assert_int_equal(s->seed, 42);
  assert_int_equal(s->studies, 2);
  assert_ptr_equal(s->study[1].kind, &fake_cut_kind);
  const fake_cut *cut = s->study[1].opts;
  assert_ptr_equal(cut->amplitudes.from.kind, &fake_noisy_kind);
  assert_true(((fake_noisy *)cut->amplitudes.from.opts)->sigma == 0.2);
  assert_int_equal(cut->solvers.n, 2);
  assert_int_equal(((fake_anneal *)cut->solvers.v[1].opts)->sweeps, 2000);
  assert_true(cut->prove);
  rc_scenario_free(s);
}

static void expectations_and_tours_are_read(void **state) {
  (void)state;
  rc_scenario *s = good(example);
  assert_int_equal(s->expects, 6);
  const rc_expect *e = s->expect;
  assert_int_equal(e[0].op, RC_EXPECT_IS);
  assert_true(e[0].number == -5.444875216 && e[0].within == 1e-8);
  assert_int_equal(e[0].line, 16);
  assert_int_equal(e[0].column, 5);
  assert_int_equal(e[1].op, RC_EXPECT_BOOL);
  assert_false(e[1].flag);
  assert_int_equal(e[2].op, RC_EXPECT_TEXT);
  assert_string_equal(e[2].text, "Sz=0");
  assert_int_equal(e[3].op, RC_EXPECT_BELOW);
  assert_string_equal(e[3].study, "cut");
  assert_int_equal(e[4].op, RC_EXPECT_ABOVE);
  assert_true(e[4].number == -1);
  assert_true(e[5].number == 924 && e[5].within == 0);
  assert_int_equal(s->tours, 2);
  assert_string_equal(s->tour[0].view, "lattice");
  assert_int_equal(s->tour[0].commands, 2);
  assert_string_equal(s->tour[0].command[0], "knob.select J2");
  assert_string_equal(s->tour[0].wait, "knob.changed");
  assert_string_equal(s->tour[1].command[0], "quit");
  assert_string_equal(s->tour[1].wait, "");
  rc_scenario_free(s);
}

static void little_is_enough(void **state) {
  (void)state;
  rc_scenario *s = good("lattice: {kind: chain, cluster: 9}\n");
  assert_string_equal(s->title, s->built->title);
  assert_string_equal(s->about, "");
  assert_int_equal(s->built->sites, 9);
  assert_int_equal(s->sector.sz2, 1); /* Sz = 1/2 of an odd number of sites */
  assert_true(s->model.delta == 1 && s->model.field == 0);
  assert_int_equal(s->memory, (uint64_t)4 << 30);
  assert_int_equal(s->seed, 1);
  assert_int_equal(s->studies, 1);
  assert_ptr_equal(s->study[0].kind, fake_studies[0]);
  rc_scenario_free(s);
  s = good(
      "lattice: {kind: chain, cluster: [8]}\nmodel:\nsector:\nstudies: {cut: }\nexpect:\ntour:\n");
  assert_int_equal(s->sector.sz2, 0);
  assert_ptr_equal(s->study[0].kind, &fake_cut_kind);
  rc_scenario_free(s);
}

static void sectors_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int sites, sz2, symmetry, inversion;
    bool all;
  } c[] = {{"{sz: all}", 8, 0, RC_SYM_NONE, 0, true},
           {"{sz: 3}", 8, 6, RC_SYM_NONE, 0, false},
           {"{sz: -0.5}", 9, -1, RC_SYM_NONE, 0, false},
           {"{sz: 3/2}", 9, 3, RC_SYM_NONE, 0, false},
           {"{sz: -9/2}", 9, -9, RC_SYM_NONE, 0, false},
           {"{sz: 4.5}", 9, 9, RC_SYM_NONE, 0, false},
           {"{sz: +1.0}", 8, 2, RC_SYM_NONE, 0, false},
           {"{symmetry: full, inversion: +1}", 8, 0, RC_SYM_FULL, 1, false},
           {"{symmetry: translation, inversion: -1}", 8, 0, RC_SYM_TRANSLATION, -1, false},
           {"{inversion: none}", 8, 0, RC_SYM_NONE, 0, false}};
  for (size_t i = 0; i < RC_LEN(c); i++) {
    rc_str text = {0};
    rc_str_addf(&text, "lattice: {kind: chain, cluster: [%d]}\nsector: %s\n", c[i].sites,
                c[i].text);
    rc_scenario *s = good(rc_str_c(&text));
    assert_int_equal(s->sector.all, c[i].all);
    assert_int_equal(s->sector.sz2, c[i].sz2);
    assert_int_equal(s->sector.symmetry, c[i].symmetry);
    assert_int_equal(s->sector.inversion, c[i].inversion);
    rc_scenario_free(s);
    rc_str_free(&text);
  }
  rc_scenario *s = good("lattice: {kind: square, cluster: [4, 4]}\n"
                        "sector: {symmetry: translation, momentum: [0, 2]}\n");
  assert_true(s->sector.has_momentum);
  assert_int_equal(s->sector.momentum[1], 2);
  rc_scenario_free(s);
  s = good("lattice: {kind: chain, cluster: [8]}\nsector: {symmetry: translation, momentum: 4}\n");
  assert_int_equal(s->sector.momentum[0], 4);
  rc_scenario_free(s);
}

static void custom_lattices_are_read(void **state) {
  (void)state;
  rc_scenario *s = good("lattice:\n  kind: custom\n  sites: 4\n"
                        "  bonds: [[1, 0, Ja], [1, 2, Jb], [2, 3, Ja, -0.5], [0, 1, Ja], [3, 0]]\n"
                        "  positions: [[0, 0], [1, 0], [1, 1, 0.5], [0, 1]]\n"
                        "model: {Jb: 0.25}\n");
  assert_int_equal(s->built->sites, 4);
  assert_int_equal(s->lattice.bonds, 5);
  assert_int_equal(s->lattice.bond[0].i, 0);
  assert_int_equal(s->lattice.bond[0].j, 1);
  assert_true(s->lattice.bond[2].factor == -0.5);
  assert_int_equal(s->built->classes, 3);
  assert_string_equal(s->built->class_name[0], "Ja");
  assert_string_equal(s->built->class_name[1], "Jb");
  assert_string_equal(s->built->class_name[2], "J1"); /* of a bond that names none */
  assert_true(s->model.J[1] == 0.25 && s->has_J[1]);
  assert_true(s->lattice.position[2][2] == 0.5);
  int doubled = 0; /* given twice counts twice */
  for (int b = 0; b < s->built->bonds; b++)
    if (s->built->bond[b].i == 0 && s->built->bond[b].j == 1) doubled = s->built->bond[b].mult;
  assert_int_equal(doubled, 2);
  rc_scenario_free(s);
}

static const char head[] = "lattice: {kind: chain, cluster: [4]}\nstudies:\n  cut: ";

static void every_form_of_a_parameter_is_read(void **state) {
  (void)state;
  static const struct {
    const char *text, *key, *value;
  } c[] = {
      {"{solvers: anneal}", "cut.solvers", "[anneal]"},
      {"{solvers: [anneal, greedy]}", "cut.solvers", "[anneal, greedy]"},
      {"{solvers: {anneal: {sweeps: 5}}}", "cut.solvers", "[{kind: anneal, sweeps: 5}]"},
      {"{solvers: [{sweeps: 5, kind: anneal}]}", "cut.solvers", "[{kind: anneal, sweeps: 5}]"},
      {"{solvers: [{anneal: }]}", "cut.solvers", "[anneal]"},
      {"{solvers: []}", "cut.solvers", "[]"},
      {"{solvers: [{anneal: {start: {noisy: {sigma: 3}}}}]}", "cut.solvers",
       "[{kind: anneal, start: {kind: noisy, sigma: 3}}]"},
      {"{solvers: [{anneal: {start: null}}]}", "cut.solvers", "[anneal]"},
      {"{amplitudes: {from: noisy}}", "cut.amplitudes.from", "noisy"},
      {"{amplitudes: {from: {kind: file, path: a b}}}", "cut.amplitudes.from",
       "{kind: file, path: \"a b\"}"},
      {"{amplitudes: }", "cut.amplitudes.from", "uniform"},
      {"{amplitudes: {squared: yes}}", "cut.amplitudes.squared", "true"},
      {"{rounds: 7}", "cut.rounds", "[7]"},
      {"{rounds: [7, 0]}", "cut.rounds", "[7, 0]"},
      {"{temperatures: [1, 0.5, 1e-3]}", "cut.temperatures", "[1, 0.5, 0.001]"},
      {"{cache: 1 kB}", "cut.cache", "1000"},
      {"{cache: '2 GiB'}", "cut.cache", "2 GiB"},
      {"{label: 12}", "cut.label", "12"},
      {"{label: ''}", "cut.label", ""},
      {"{prove: off}", "cut.prove", "false"},
  };
  for (size_t i = 0; i < RC_LEN(c); i++) {
    rc_str text = {0}, value = {0};
    rc_str_addf(&text, "%s%s\n", head, c[i].text);
    rc_scenario *s = good(rc_str_c(&text));
    assert_true(rc_scenario_get(s, c[i].key, &value));
    assert_string_equal(rc_str_c(&value), c[i].value);
    rc_str_free(&value);
    rc_str_free(&text);
    rc_scenario_free(s);
  }
}

static void wrong_parameters_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int column;
    const char *message;
  } c[] = {
      {"{sovlers: []}", 9, "unknown key 'sovlers' in cut; did you mean 'solvers'?"},
      {"{solvers: aneal}", 18, "unknown kind 'aneal' in solvers; did you mean 'anneal'?"},
      {"{solvers: [tabu]}", 19, "unknown kind 'tabu' in solvers; there is greedy, anneal"},
      {"{solvers: [null]}", 19, "'solvers' wants a list of greedy, anneal, not nothing"},
      {"{solvers: [[anneal]]}", 19, "'solvers' wants a list of greedy, anneal, not [anneal]"},
      {"{solvers: [{kind: anneal, sweep: 5}]}", 34,
       "unknown key 'sweep' in cut.solvers.anneal; did you mean 'sweeps'?"},
      {"{solvers: [{anneal: {sweeps: 0}}]}", 37,
       "'sweeps' wants a whole number from 1 to 1000000000, not '0'"},
      {"{solvers: [{greedy: {sweeps: 1}}]}", 29,
       "unknown key 'sweeps' in cut.solvers.greedy; it takes none"},
      {"{solvers: [{greedy: 3}]}", 28, "'cut.solvers.greedy' wants keys and values, not '3'"},
      {"{solvers: [{anneal: {start: nosiy}}]}", 36,
       "unknown kind 'nosiy' in start; did you mean 'noisy'?"},
      {"{amplitudes: {from: null}}", 28, "'from' wants one of uniform, noisy, file, not nothing"},
      {"{amplitudes: {from: {noisy: {}, file: {}}}}", 28,
       "'from' wants one of uniform, noisy, file, not keys and values"},
      {"{amplitudes: {from: file}}", 28, "missing key 'path' in cut.amplitudes.from.file"},
      {"{amplitudes: {from: {file: {}}}}", 35, "missing key 'path' in cut.amplitudes.from.file"},
      {"{amplitudes: uniform}", 21, "'cut.amplitudes' wants keys and values, not 'uniform'"},
      {"{amplitudes: {form: uniform}}", 22,
       "unknown key 'form' in cut.amplitudes; did you mean 'from'?"},
      {"{rounds: [1, 2, 100]}", 24, "'rounds' wants a whole number from 0 to 99, not '100'"},
      {"{rounds: [1, [2]]}", 21, "'rounds' wants a whole number from 0 to 99, not [2]"},
      {"{rounds: {a: 1}}", 17,
       "'rounds' wants a list of whole numbers from 0 to 99, not keys and values"},
      {"{temperatures: [1, hot]}", 27, "'temperatures' wants a number from 0 to 100, not 'hot'"},
      {"{cache: many}", 16,
       "'cache' wants a size such as 512 MiB, at most 976562500 KiB, not 'many'"},
      {"{label: [a]}", 16, "'label' wants a text, not [a]"},
      {"{prove: 1}", 16, "'prove' wants true or false, not '1'"},
      {"{prove: 'true'}", 16, "'prove' wants true or false, not the text 'true'"},
      {"{prove: }", 16, "'prove' wants true or false, not nothing"},
  };
  for (size_t i = 0; i < RC_LEN(c); i++) {
    rc_str text = {0};
    rc_err e = {0};
    rc_str_addf(&text, "%s%s\n", head, c[i].text);
    rc_scenario *s = rc_scenario_parse(rc_str_c(&text), text.len, "", fake_studies, &e);
    rc_str_free(&text);
    assert_null(s);
    assert_string_equal(e.message, c[i].message);
    assert_int_equal(e.line, 3);
    assert_int_equal(e.column, c[i].column);
  }
}

static void missing_files_are_said(void **state) {
  (void)state;
  rc_err e = {0};
  assert_null(rc_scenario_load("/nonexistent/x.yaml", fake_studies, &e));
  assert_int_equal(e.code, RC_ERR_INPUT);
  assert_int_equal(e.line, 0);
  assert_string_equal(e.message, "cannot open: No such file or directory");
}

static void what_is_no_text_is_refused(void **state) {
  (void)state;
  static const char utf16[] = "\xFF\xFEt\0:\0 \0x\0";
  rc_err e = {0};
  assert_null(rc_scenario_parse(utf16, sizeof utf16 - 1, "", fake_studies, &e));
  assert_string_equal(e.message, "not UTF-8 text: byte 0xFF");
  assert_int_equal(e.line, 1);
  assert_int_equal(e.column, 1);
  e = (rc_err){0};
  assert_null(rc_scenario_parse("", 0, "", fake_studies, &e));
  assert_string_equal(e.message, "there is nothing here; a scenario has at least a lattice");
  assert_int_equal(e.line, 1);
}

/* Real momenta of straight and of oblique tori: k = T^-1 m with 2 k whole, by hand. */
static void only_real_momenta_are_taken(void **state) {
  (void)state;
  static const struct {
    const char *lattice, *momentum;
    bool real;
  } c[] = {{"kind: chain, cluster: [12]", "[6]", true},
           {"kind: chain, cluster: [12]", "[-6]", true},
           {"kind: chain, cluster: [12]", "[3]", false},
           {"kind: chain, cluster: [9]", "[0]", true},
           {"kind: square, cluster: [4, 6]", "[2, 3]", true},
           {"kind: square, cluster: [4, 6]", "[2, 2]", false},
           /* T = [[2, 2], [2, -2]], T^-1 = [[1, 1], [1, -1]] / 4 */
           {"kind: square, torus: [[2, 2], [2, -2]]", "[2, 0]", true},
           {"kind: square, torus: [[2, 2], [2, -2]]", "[1, 1]", true},
           {"kind: square, torus: [[2, 2], [2, -2]]", "[1, 0]", false},
           {"kind: pyrochlore, cluster: [2, 2, 1]", "[1, 1, 0]", true}};
  for (size_t i = 0; i < RC_LEN(c); i++) {
    rc_str text = {0};
    rc_err e = {0};
    rc_str_addf(&text, "lattice: {%s}\nsector: {symmetry: translation, momentum: %s}\n",
                c[i].lattice, c[i].momentum);
    rc_scenario *s = rc_scenario_parse(rc_str_c(&text), text.len, "", fake_studies, &e);
    assert_int_equal(s != NULL, c[i].real);
    /* the room that makes the basis is of the same opinion */
    if (s) {
      rc_basis *b = rc_basis_new(s->built, &s->sector, (uint64_t)1 << 30, 1, &e);
      if (!b) assert_non_null(strstr(e.message, "no state"));
      rc_basis_free(b);
    } else {
      assert_non_null(strstr(e.message, "complex characters"));
    }
    rc_scenario_free(s);
    rc_str_free(&text);
  }
}

static void every_lattice_has_a_default_scenario(void **state) {
  (void)state;
  for (int i = 0; rc_lattice_kinds[i]; i++) {
    rc_err e = {0};
    rc_scenario *s = rc_scenario_default(rc_lattice_kinds[i]->name, fake_studies, &e);
    if (!s) fail_msg("%s: %s", rc_lattice_kinds[i]->name, e.message);
    assert_string_equal(s->lattice.kind, rc_lattice_kinds[i]->name);
    assert_int_equal(s->studies, 1);
    rc_scenario_free(s);
  }
  rc_err e = {0};
  assert_null(rc_scenario_default("kagomme", fake_studies, &e));
  assert_string_equal(e.message, "unknown kind 'kagomme' in lattice; did you mean 'kagome'?");
  assert_int_equal(e.line, 0);
}

static void copies_stand_alone(void **state) {
  (void)state;
  rc_scenario *s = good(example), *c = rc_scenario_copy(s);
  rc_str a = {0}, b = {0};
  rc_scenario_write(s, &a);
  assert_ptr_equal(c->built, s->built); /* immutable: shared */
  rc_scenario_free(s);
  rc_scenario_write(c, &b);
  assert_string_equal(rc_str_c(&a), rc_str_c(&b));
  assert_string_equal(c->path, "t.yaml");
  assert_int_equal(c->expect[0].line, 16);
  rc_scenario_free(c);
  rc_scenario_free(NULL);
  rc_str_free(&a);
  rc_str_free(&b);
}

/* The three kinds of answer, and what is written is read back. */
static void questions_are_read(void **state) {
  (void)state;
  static const char text[] =
      "lattice: {kind: chain, cluster: [4]}\n"
      "studies: {hilbert: {}}\n"
      "tour:\n"
      "  - say: One.\n"
      "    ask: How large is the gap?\n"
      "    answer: {value: gap, within: 2 %}\n"
      "    hint: [Look at the state view., 'It is called gap.']\n"
      "    because: It is E1 - E0.\n"
      "  - say: Two.\n"
      "    wait: state = done\n"
      "    ask: Is it balanced?\n"
      "    answer: {choice: [{say: 'yes', is: balanced = true}, {say: 'no'}]}\n"
      "  - say: Three.\n"
      "    ask: Which edge?\n"
      "    answer: {select: edge, where: \"edge.frustrated = true\"}\n"
      "    hint: the dotted one\n"
      "  - say: Four.\n"
      "    ask: How many?\n"
      "    answer: {value: states}\n"
      "  - say: Five.\n"
      "    ask: What energy?\n"
      "    answer: {value: hilbert.energy, within: 0.5}\n";
  rc_err err = {0};
  rc_scenario *s = rc_scenario_parse(text, sizeof text - 1, "", fake_studies, &err);
  if (!s) fail_msg("%d:%d: %s", err.line, err.column, err.message);
  for (int round = 0; round < 3; round++) { /* as read, copied, and as written and read again */
    const rc_ask *a = &s->tour[0].ask, *b = &s->tour[1].ask, *c = &s->tour[2].ask;
    assert_int_equal(s->tours, 5);
    assert_int_equal(a->kind, RC_ASK_VALUE);
    assert_string_equal(a->text, "How large is the gap?");
    assert_string_equal(a->value, "gap");
    assert_true(a->relative && fabs(a->within - 0.02) <= 1e-15);
    assert_int_equal(a->hints, 2);
    assert_string_equal(a->hint[1], "It is called gap.");
    assert_string_equal(a->because, "It is E1 - E0.");
    assert_int_equal(b->kind, RC_ASK_CHOICE);
    assert_int_equal(b->choices, 2);
    assert_string_equal(b->choice[0].say, "yes");
    assert_string_equal(b->choice[0].is, "balanced = true");
    assert_string_equal(b->choice[1].is, "");
    assert_null(b->because);
    assert_string_equal(s->tour[1].wait, "state = done");
    assert_int_equal(c->kind, RC_ASK_SELECT);
    assert_string_equal(c->select, "edge");
    assert_string_equal(c->where, "edge.frustrated = true");
    assert_string_equal(c->hint[0], "the dotted one");
    assert_true(s->tour[3].ask.within < 0);
    assert_true(!s->tour[4].ask.relative && fabs(s->tour[4].ask.within - 0.5) <= 1e-15);
    if (round == 0) { /* where the words stand: in quotes one further */
      assert_int_equal(a->at.line, 6);
      assert_int_equal(a->at.column, 21);
      assert_int_equal(c->at.line, 15);
      assert_int_equal(c->at.column, 36);
    }
    rc_str out = {0};
    rc_scenario_write(s, &out);
    rc_scenario *next = round == 0
                            ? rc_scenario_copy(s)
                            : rc_scenario_parse(rc_str_c(&out), out.len, "", fake_studies, &err);
    if (!next) fail_msg("%d:%d: %s\n%s", err.line, err.column, err.message, rc_str_c(&out));
    rc_str_free(&out);
    rc_scenario_free(s);
    s = next;
  }
  rc_scenario_free(s);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_example_is_read),
      cmocka_unit_test(expectations_and_tours_are_read),
      cmocka_unit_test(questions_are_read),
      cmocka_unit_test(little_is_enough),
      cmocka_unit_test(sectors_are_read),
      cmocka_unit_test(custom_lattices_are_read),
      cmocka_unit_test(every_form_of_a_parameter_is_read),
      cmocka_unit_test(wrong_parameters_are_refused),
      cmocka_unit_test(missing_files_are_said),
      cmocka_unit_test(what_is_no_text_is_refused),
      cmocka_unit_test(only_real_momenta_are_taken),
      cmocka_unit_test(every_lattice_has_a_default_scenario),
      cmocka_unit_test(copies_stand_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of data and parameters: what good ones give, and the file:line:column and the words that
 * broken ones give. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calib/csv.h"
#include "roadcut/calib.h"

static char folder[] = "/tmp/rc_csv_XXXXXX";

static int setup(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : 1;
}

static int teardown(void **state) {
  (void)state;
  return rmdir(folder);
}

/* Opens 'model' with 'key: t.csv' holding text. */
static rc_fit *open_table(const char *model, const char *key, const char *text, size_t len,
                          rc_err *err) {
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, model);
  assert_non_null(cls);
  char path[64];
  snprintf(path, sizeof path, "%s/t.csv", folder);
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(text, 1, len, f), len);
  assert_int_equal(fclose(f), 0);
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  assert_true(rc_param_set(rc_param_find(cls->kind.params, key), o, "t.csv", err));
  const rc_calib_env env = {.seed = 1, .threads = 1, .folder = folder};
  rc_fit *fit = rc_fit_new(cls, o, &env, err);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  unlink(path);
  return fit;
}

#define PLASMA "pressure,current,Tw,Tnw,O,O2,CO,CO2,gamma\n"
#define ROW    "1,40,300,350,1e15,1e16,0,0,1e-3\n"
#define CURVE  "curve,x,value,noise\n"
#define NAMES  "name,scale,lower,upper,nominal,estimate\n"

static const struct {
  const char *model, *key, *text, *place, *words;
} broken[] = {
    /* files that are no tables */
    {"plasma", "data", "", "t.csv:1:1", "no header"},
    {"plasma", "data", "# a comment alone\n\n", "t.csv:2:1", "no header"},
    {"plasma", "data", PLASMA, "t.csv:1:1", "no rows"},
    {"plasma", "data", PLASMA "1,40,300,350,1e15,1e16,0,0,1e-3,7\n", "t.csv:2:33", "10 cells"},
    {"plasma", "data", PLASMA ROW "1,40,300,350,1e15,1e16,0,0\n", "t.csv:3:26", "8 cells"},
    {"decay", "data", "x,value,noise\n1\n", "t.csv:2:1",
     "1 cell in this row, but the header has 3 columns"},
    {"plasma", "data", "pressure,current,Tw,Tw\n1,2,3,4\n", "t.csv:1:21", "twice"},
    {"plasma", "data", "pressure,,Tw\n1,2,3\n", "t.csv:1:10", "no name"},
    {"plasma", "data", PLASMA "1,40,\"300,350\n", "t.csv:2:6", "not closed"},
    {"plasma", "data", PLASMA "1,40,\"300\" K,350,1,1,0,0,1\n", "t.csv:2:12", "behind"},
    {"plasma", "data", PLASMA "1,40,300,350,1e15,\xff,0,0,1e-3\n", "t.csv:2:19", "UTF-8"},
    /* columns */
    {"plasma", "data", "pressure,current,Tw,O,O2,gamma\n1,2,3,4,5,6\n", "t.csv:1:1", "'Tnw'"},
    {"plasma", "data", "presure,current,Tw,Tnw,O,O2,gamma\n1,2,3,4,5,6,7\n", "t.csv:1:1",
     "is it 'presure'"},
    {"plasma", "data", "pressure [psi],current,Tw,Tnw,O,O2,gamma\n1,2,3,4,5,6,7\n", "t.csv:1:10",
     "known are Torr, mTorr, Pa"},
    {"plasma", "data", "pressure [Torr,current,Tw,Tnw,O,O2,gamma\n1,2,3,4,5,6,7\n", "t.csv:1:10",
     "a unit is written"},
    {"plasma", "data", "pressure,current,Tw,Tnw,O,O2 [1/cc],gamma\n1,2,3,4,5,6,7\n", "t.csv:1:30",
     "unknown unit '1/cc'"},
    /* numbers */
    {"plasma", "data", PLASMA "1,40,300,350,1e15,1e16,0,0,nan\n", "t.csv:2:28", "not a finite"},
    {"plasma", "data", PLASMA "1,40,300,350,1e15,1e16,0,0,-inf\n", "t.csv:2:28", "not a finite"},
    {"plasma", "data", PLASMA ROW "1,40,300,350,1e15,1e16,0,0,0\n", "t.csv:3:28", "above 0"},
    {"plasma", "data", PLASMA "1,40,300,350,1e15,1e16,0,0,-1e-3\n", "t.csv:2:28", "above 0"},
    {"plasma", "data", PLASMA "1,40,300,350,0,1e16,0,0,1e-3\n", "t.csv:2:14", "O must be above"},
    {"plasma", "data", PLASMA "1,40,300,350,1e15,1e16,-1,0,1e-3\n", "t.csv:2:24", "at least 0"},
    {"plasma", "data", PLASMA "1,,300,350,1e15,1e16,0,0,1e-3\n", "t.csv:2:3", "is missing"},
    {"plasma", "data", PLASMA "1,forty,300,350,1e15,1e16,0,0,1e-3\n", "t.csv:2:3", "'forty'"},
    {"plasma", "data", PLASMA "1,40 mA,300,350,1e15,1e16,0,0,1e-3\n", "t.csv:2:3", "'40 mA'"},
    {"plasma", "data", "pressure,current,Tw [degC],Tnw,O,O2,gamma\n1,40,-300,1,1,1,1\n",
     "t.csv:2:6", "Tw must be above -273.15 degC, not -300"},
    {"plasma", "data", PLASMA "1,40,-3,350,1e15,1e16,0,0,1e-3\n", "t.csv:2:6",
     "Tw must be above 0, not -3"},
    {"plasma", "data", PLASMA "1,40,300,350,1e999,1e16,0,0,1e-3\n", "t.csv:2:14", "1e999"},
    /* curves */
    {"enzyme", "data", "x,value,noise\n1,2,0.1\n", "t.csv:1:1", "'curve'"},
    {"enzyme", "data", CURVE "S,1,2,0.1\nQ,1,2,0.1\n", "t.csv:3:1", "no curve 'Q'"},
    {"decay", "data", CURVE "y,1,2,0.1\nQ,1,2,0.1\n", "t.csv:3:1",
     "the model has one curve, and it was 'y' so far"},
    {"decay", "data", "x,value,time,noise\n1,2,3,0.1\n", "t.csv:1:9",
     "columns 'x' and 'time' mean the same"},
    {"decay", "data", "time [sekunds],value,noise\n1,2,0.1\n", "t.csv:1:6",
     "unknown unit 'sekunds'; the numbers are taken as they are"},
    {"decay", "data", "x,value [a.u.,noise\n1,2,0.1\n", "t.csv:1:9", "a unit is written"},
    {"decay", "data", "x,value [mV],noise [V]\n1,2,0.1\n", "t.csv:1:14",
     "noise is in [V], but the values are in [mV]"},
    {"decay", "data", "observableId,curve,x,value,noise\ny,y,1,2,1\n", "t.csv:1:14",
     "columns 'observableId' and 'curve' mean the same"},
    {"decay", "data", "x,value,noise,transformation,observableTransformation\n1,2,1,log,log\n",
     "t.csv:1:30", "columns 'transformation' and 'observableTransformation' mean the same"},
    {"decay", "data", "x,value,noise,transformation\n1,2,1,log\n2,2,1,log10\n", "t.csv:3:7",
     "transformation must be the same in all rows"},
    {"decay", "parameters", "name,lower,lowerBound\nlambda_1,1,1\n", "t.csv:1:12",
     "columns 'lower' and 'lowerBound' mean the same"},
    {"oxygen", "data", PLASMA "1,40,300,350,1e15,1e16,1e14,0,1e-3\n", "t.csv:2:24",
     "CO must be 0: no reaction of this scheme has carbon"},
    {"oxygen", "data", PLASMA ROW "1,40,300,350,1e15,1e16,0,2e14,1e-3\n", "t.csv:3:26",
     "CO2 must be 0: no reaction of this scheme has carbon"},
    {"enzyme", "data", CURVE "S,1,2,0\n", "t.csv:2:7", "noise must be above 0"},
    {"enzyme", "data", CURVE "S,-1,2,1\n", "t.csv:2:3", "x must be at least 0"},
    {"enzyme", "data", "curve,x,noise\nS,1,1\n", "t.csv:1:1", "'value'"},
    {"enzyme", "data", "curve,x,value,noise,transformation\nS,1,2,1,log\nS,2,-2,1,log\n",
     "t.csv:3:5", "above 0"},
    {"enzyme", "data", "curve,x,value,noise,transformation\nS,1,2,1,log\nS,2,2,1,lin\n",
     "t.csv:3:9", "same in all rows"},
    {"enzyme", "data", "curve,x,value,noise,transformation\nS,1,2,1,sqrt\n", "t.csv:2:9",
     "lin, log or log10, not 'sqrt'"},
    {"heisenberg", "data", CURVE "chi,0,2,1\n", "t.csv:2:5", "above 0"},
    /* parameters */
    {"enzyme", "parameters", "scale,lower\nlog,1\n", "t.csv:1:1", "'name'"},
    {"enzyme", "parameters", NAMES "k9,log,1,2,1,1\n", "t.csv:2:1", "no parameter 'k9'"},
    {"enzyme", "parameters", NAMES "k1,logarithmic,1,2,1,1\n", "t.csv:2:4", "lin, log or log10"},
    {"enzyme", "parameters", NAMES "k1,log,0,2,1,1\n", "t.csv:2:8", "above 0"},
    {"enzyme", "parameters", NAMES "k1,lin,-1,-2,1,1\n", "t.csv:2:8", "must be below upper"},
    {"enzyme", "parameters", NAMES "k1,log,1,2,3,1\n", "t.csv:2:12", "not between its bounds"},
    {"enzyme", "parameters", NAMES "k1,log,1,2,nan,1\n", "t.csv:2:12", "not a finite"},
    {"enzyme", "parameters", NAMES "k1,log,1,2,1,yes\n", "t.csv:2:14", "0 or 1, not 'yes'"},
    {"enzyme", "parameters", NAMES "k1,,,,,\nkcat,,,,,\nk1,log,1,2,1,1\n", "t.csv:4:1", "twice"},
    {"plasma", "parameters", NAMES "SF_48,log,1e-5,1,1,1\n", "t.csv:2:1", "is it 'SF_"},
};

static void test_broken(void **state) {
  (void)state;
  for (size_t i = 0; i < RC_LEN(broken); i++) {
    rc_err err = {0};
    rc_fit *f =
        open_table(broken[i].model, broken[i].key, broken[i].text, strlen(broken[i].text), &err);
    if (f) fail_msg("accepted: %s", broken[i].text);
    assert_int_equal(err.code, RC_ERR_INPUT);
    const size_t n = strlen(broken[i].place);
    if (strncmp(err.message, broken[i].place, n) != 0 || err.message[n] != ':' ||
        !strstr(err.message, broken[i].words)) {
      fail_msg("'%s' should be at %s and say %s, for:\n%s", err.message, broken[i].place,
               broken[i].words, broken[i].text);
    }
  }
}

static void test_no_file(void **state) {
  (void)state;
  rc_err err = {0};
  static const char zero[] = PLASMA "1,40\0,300,350,1e15,1e16,0,0,1e-3\n";
  assert_null(open_table("plasma", "data", zero, sizeof zero - 1, &err));
  assert_non_null(strstr(err.message, "t.csv:2:5: a zero byte"));
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, "plasma");
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  const rc_calib_env env = {.seed = 1, .folder = folder};
  static const char *const names[] = {"nowhere.csv", "."};
  for (int k = 0; k < 2; k++) {
    memset(&err, 0, sizeof err);
    assert_true(rc_param_set(rc_param_find(cls->kind.params, "data"), o, names[k], &err));
    assert_null(rc_fit_new(cls, o, &env, &err));
    assert_int_equal(err.code, RC_ERR_INPUT);
    assert_true(strncmp(err.message, names[k], strlen(names[k])) == 0);
  }
  rc_params_free(cls->kind.params, o);
  rc_free(o);
}

/* Byte order mark, CRLF, comments, quotes, blanks, PEtab's names, any order, extra columns. */
static void test_good(void **state) {
  (void)state;
  static const char text[] = "\xef\xbb\xbf# comment\r\n"
                             "noiseParameters\tobservableId\tmeasurement\ttime [min]\tremark\r\n"
                             "\r\n"
                             "0.25\t\"P\"\t 3.5 \t1.5\t\"said \"\"so\"\"\"\r\n"
                             "# between\r\n"
                             "0.5\tS\t-1e0\t0\t\r\n";
  rc_err err = {0};
  rc_fit *f = open_table("enzyme", "data", text, sizeof text - 1, &err);
  if (!f) fail_msg("%s", err.message);
  const rc_calib_shape *s = rc_fit_shape(f);
  assert_int_equal(s->m, 2);
  assert_true(s->point[0].sigma == 0.25 && s->point[0].value == 3.5 && s->point[0].x == 1.5);
  assert_string_equal(s->curve[s->point[0].curve].name, "P");
  assert_true(s->point[1].sigma == 0.5 && s->point[1].value == -1 && s->point[1].x == 0);
  assert_string_equal(s->curve[s->point[1].curve].name, "S");
  assert_false(s->synthetic);
  assert_string_equal(s->data_source, "t.csv");
  double z[8], y[2];
  char why[96] = "";
  rc_fit_nominal(f, z);
  assert_true(rc_fit_predict(f, z, y, why));
  assert_true(y[1] == 10); /* the substrate at t = 0 */
  rc_fit_free(f);
}

static void test_parameters(void **state) {
  (void)state;
  static const char text[] = "parameterId;parameterScale;lowerBound;upperBound;nominalValue;"
                             "estimate\n"
                             "kcat;lin;-1;9;4;1\n"
                             "k-1;;;;2.5;0\n"
                             "kdeg;log10;1e-4;1;0.01;1\n";
  rc_err err = {0};
  rc_fit *f = open_table("enzyme", "parameters", text, sizeof text - 1, &err);
  if (!f) fail_msg("%s", err.message);
  assert_int_equal(rc_fit_n(f), 5);
  double z[8], theta[8];
  rc_fit_nominal(f, z);
  for (int j = 0; j < 5; j++) {
    const rc_calib_parameter *p = rc_fit_parameter(f, j);
    assert_string_not_equal(p->name, "k-1");
    if (strcmp(p->name, "kcat") == 0) assert_true(!p->log && fabs(z[j] - 0.5) < 1e-15);
    if (strcmp(p->name, "kdeg") == 0) assert_true(p->log && fabs(z[j] - 0.5) < 1e-15);
  }
  rc_fit_theta(f, z, theta);
  assert_true(theta[1] == 2.5); /* stays at its nominal value */
  rc_fit_free(f);
}

/* ---- lists of a scenario ---------------------------------------------------------------------- */

/* "path=value; path=value": a path may lead into a group, "measurements.x". */
static rc_fit *open_lists(const char *model, const char *settings, rc_err *err) {
  const rc_calib_class *cls =
      (const rc_calib_class *)(const void *)rc_kind_find(rc_calib_kinds, model);
  assert_non_null(cls);
  void *o = rc_alloc(1, cls->kind.size);
  rc_params_init(cls->kind.params, o, cls->kind.size);
  char text[512];
  snprintf(text, sizeof text, "%s", settings);
  for (char *word = strtok(text, ";"); word; word = strtok(NULL, ";")) {
    word += strspn(word, " ");
    char *value = strchr(word, '='), *dot = strchr(word, '.');
    *value++ = '\0';
    const rc_param *p;
    char *at = o;
    if (dot && dot < value) {
      *dot = '\0';
      p = rc_param_find(cls->kind.params, word);
      assert_non_null(p);
      at += p->offset;
      p = rc_param_find(p->sub, dot + 1);
    } else {
      p = rc_param_find(cls->kind.params, word);
    }
    assert_non_null(p);
    if (!rc_param_set(p, at, value, err)) fail_msg("%s", err->message);
  }
  const rc_calib_env env = {.seed = 1, .threads = 1};
  rc_fit *f = rc_fit_new(cls, o, &env, err);
  rc_params_free(cls->kind.params, o);
  rc_free(o);
  return f;
}

static void test_lists(void **state) {
  (void)state;
  rc_err err = {0};
  rc_fit *f = open_lists("heisenberg",
                         "measurements.curve=chi, C, chi; measurements.x=1, 2, 3;"
                         "measurements.value=0.5, 0.1, 0.3; measurements.noise=0.01;"
                         "adjust.name=J2, g; adjust.scale=log, lin; adjust.lower=0.01, 1.5;"
                         "adjust.upper=1, 3; adjust.nominal=0.1, 2; adjust.estimate=1, 0",
                         &err);
  if (!f) fail_msg("%s", err.message);
  const rc_calib_shape *s = rc_fit_shape(f);
  assert_int_equal(s->m, 3);
  assert_true(s->point[1].curve == 1 && s->point[1].x == 2 && s->point[1].value == 0.1);
  assert_true(s->point[2].curve == 0 && s->point[2].sigma == 0.01);
  assert_string_equal(s->data_source, "given in the scenario");
  assert_int_equal(rc_fit_n(f), 7);
  assert_true(s->parameter[1].log && s->parameter[1].lower == 0.01);
  assert_true(s->parameter[6].fixed && s->parameter[6].nominal == 2);
  rc_fit *g = rc_fit_clone(f, &err);
  assert_non_null(g);
  assert_true(rc_fit_shape(g)->point[2].value == 0.3);
  rc_fit_free(g);
  rc_fit_free(f);
}

static void test_broken_lists(void **state) {
  (void)state;
#define GOOD "measurements.x=1, 2; measurements.value=1, 2; measurements.noise=0.1"
  static const struct {
    const char *model, *settings, *words;
  } bad[] = {
      {"exponentials", "measurements.x=1, 2, 3; measurements.value=1, 2; measurements.noise=1",
       "measurements: 2 entries in 'value', but 3 in 'x'"},
      {"exponentials", "measurements.x=1, 2, 3; measurements.value=1; measurements.noise=1",
       "measurements: 1 entry in 'value', but 3 in 'x'"},
      {"exponentials",
       "measurements.x=1, 2, 3; measurements.value=1, 2, 3; measurements.noise=1, 2",
       "measurements: 2 entries in 'noise', but 3 in 'x'"},
      {"exponentials", "measurements.value=1, 2",
       "there is nothing in 'x'; it wants one number per datum"},
      {"exponentials", "measurements.x=1; measurements.value=1",
       "there is nothing in 'noise'; it wants standard deviations"},
      {"exponentials", "measurements.x=1; measurements.value=1; measurements.noise=0",
       "measurements, entry 1: noise must be above 0"},
      {"exponentials", GOOD "; measurements.curve=decay, dekay",
       "measurements, entry 2: there is no curve 'dekay'; is it 'decay'?"},
      {"enzyme", GOOD, "there is nothing in 'curve'; it wants S or P for each datum"},
      {"enzyme", GOOD "; measurements.curve=Q",
       "measurements, entry 1: there is no curve 'Q'; there is S or P"},
      {"exponentials",
       "measurements.x=1, 2; measurements.value=1, -2; measurements.noise=1;"
       "measurements.transformation=log",
       "measurements, entry 2: value must be above 0"},
      {"exponentials", GOOD "; data=x.csv", "'data' and 'measurements' are both given"},
      {"enzyme", "adjust.lower=1", "adjust: there is nothing in 'name'"},
      {"enzyme", "adjust.name=k1, k7", "adjust, entry 2: there is no parameter 'k7'"},
      {"enzyme", "adjust.name=k1, k3; adjust.lower=1, 2, 3",
       "adjust: 3 entries in 'lower', but 2 in 'name'"},
      {"plasma", "adjust.name=E_d; adjust.scale=log", "a log scale needs a lower bound above 0"},
  };
  for (size_t i = 0; i < RC_LEN(bad); i++) {
    rc_err err = {0};
    if (open_lists(bad[i].model, bad[i].settings, &err)) fail_msg("%s", bad[i].settings);
    assert_int_equal(err.code, RC_ERR_INPUT);
    if (!strstr(err.message, bad[i].words)) {
      fail_msg("'%s' should say '%s'", err.message, bad[i].words);
    }
  }
}

/* A table as PEtab writes it: the only curve under the name it has there, noise of log10 values. The
 * same noise of ln values is larger by ln 10, and means the same. */
static void test_petab(void **state) {
  (void)state;
  static const char *const text[] = {
      "observableId\tsimulationConditionId\tmeasurement\ttime\tnoiseParameters\t"
      "observableTransformation\n"
      "obs_a\tc0\t2\t1\t0.1\tlog10\nobs_a\tc0\t0.5\t3\t0.2\tlog10\n",
      "x,value,noise,transformation\n1,2,0.2302585092994046,log\n3,0.5,0.4605170185988091,log\n"};
  for (int k = 0; k < 2; k++) {
    rc_err err = {0};
    rc_fit *f = open_table("decay", "data", text[k], strlen(text[k]), &err);
    if (!f) fail_msg("%s", err.message);
    const rc_calib_shape *s = rc_fit_shape(f);
    assert_int_equal(s->m, 2);
    assert_int_equal(s->loss, RC_LOSS_LOG);
    assert_true(s->point[1].x == 3 && s->point[1].value == .5 && s->point[1].curve == 0);
    assert_true(fabs(s->point[0].sigma - .1 * log(10) * 2) < 1e-12);
    assert_true(fabs(s->point[1].sigma - .2 * log(10) * .5) < 1e-12);
    rc_fit_free(f);
  }
}

/* Chopped and mutated tables: an error or a fit, never a crash. */
static void test_mutations(void **state) {
  (void)state;
  static const char good[] =
      "curve,x,value,noise,transformation\n\"S\",1,2,0.1,lin\nP,2,3,1e-1,lin\n";
  static const char bytes[] = ",;\t\"#\n\r[]-.0e\xc3n ";
  rc_rng r = rc_rng_stream(1, "test/csv", 0);
  int errors = 0, fits = 0;
  for (int t = 0; t < 1500; t++) {
    char text[sizeof good];
    memcpy(text, good, sizeof good);
    size_t len = sizeof good - 1;
    if (t < (int)len)
      len = (size_t)t;
    else
      for (uint64_t k = 1 + rc_rng_below(&r, 3); k > 0; k--) {
        text[rc_rng_below(&r, len)] = bytes[rc_rng_below(&r, sizeof bytes - 1)];
      }
    rc_err err = {0};
    rc_fit *f = open_table("enzyme", "data", text, len, &err);
    if (f)
      fits++;
    else
      errors++;
    if (!f) assert_true(err.code == RC_ERR_INPUT && strncmp(err.message, "t.csv:", 6) == 0);
    rc_fit_free(f);
  }
  assert_true(errors > 300 && fits > 100);
}

static void test_unit_names(void **state) {
  (void)state;
  static const char *const units[] = {"s",     "ms",          "mM",      "1/s",   "s^-1",
                                      "cm-3",  "J/(mol K)",   "emu/mol", "mu_B",  "umol/(l*min)",
                                      "%",     "1",           "µs",      "m2",    "mT",
                                      "degC",  "k_B",         "Torr",    "mTorr", "kcal/mol",
                                      "m s-1", "J / (mol K)", "kg.m2"},
                           *const not [] = {"",   " ",   "/",     "sekunds", "furlong", "xs",
                                            "s^", "(s",  "s)",    "m^-",     "s;",      "mmin",
                                            "-1", "s/",  "h-1 .", "/s",      "m//s",    "m * / s",
                                            "()", "m()", "(s/)",  "(/s)",    "m *",     ". s"};
  for (size_t i = 0; i < RC_LEN(units); i++)
    if (!cc_is_unit(units[i], strlen(units[i]))) fail_msg("'%s' is a unit", units[i]);
  for (size_t i = 0; i < RC_LEN(not ); i++)
    if (cc_is_unit(not [i], strlen(not [i]))) fail_msg("'%s' is no unit", not [i]);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_broken),     cmocka_unit_test(test_no_file),
      cmocka_unit_test(test_good),       cmocka_unit_test(test_parameters),
      cmocka_unit_test(test_lists),      cmocka_unit_test(test_broken_lists),
      cmocka_unit_test(test_petab),      cmocka_unit_test(test_mutations),
      cmocka_unit_test(test_unit_names),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}

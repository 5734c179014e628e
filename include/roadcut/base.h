/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base: errors, memory, strings, random streams, JSON out, clock, threads, typed parameters.
 *
 * Knows nothing of physics. Everything here is usable from any thread unless a comment says
 * otherwise. Ownership: every _new has a _free that takes NULL; shared objects are reference
 * counted (rc_share_*) and immutable once shared. */
#ifndef ROADCUT_BASE_H
#define ROADCUT_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define RC_VERSION   "0.1.0"
#define RC_LEN(a)    (sizeof(a) / sizeof *(a))
#define RC_MIN(a, b) ((a) < (b) ? (a) : (b))
#define RC_MAX(a, b) ((a) > (b) ? (a) : (b))
#if defined(__GNUC__)
#define RC_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define RC_PRINTF(f, a)
#endif

/* ---- errors --------------------------------------------------------------------------------- */

/* code, exit status of the program, what a user can do about it */
#define RC_ERRORS(X)                                                                               \
  X(NONE, 0, "")                                                                                   \
  X(EXPECT, 1, "the run ended, but a figure differs from what the scenario expects")               \
  X(USAGE, 2, "see roadcut --help")                                                                \
  X(TERMINAL, 2, "run it in a terminal, or use 'roadcut run' or 'roadcut show'")                   \
  X(INPUT, 3, "correct the input")                                                                 \
  X(MEMORY, 4, "raise 'memory', or make the problem smaller")                                      \
  X(LIMIT, 4, "raise the limit")                                                                   \
  X(INTERNAL, 5, "this is a fault of the program; please report it")                               \
  X(STOPPED, 130, "")

typedef enum {
#define X(name, status, hint) RC_ERR_##name,
  RC_ERRORS(X)
#undef X
} rc_err_code;

/* The first error wins: rc_err_set on an error that is already set keeps the old one. */
typedef struct rc_err {
  rc_err_code code;
  int line, column; /* 1-based position in an input file, 0 when there is none */
  char key[48];     /* which of the options handed in it is about, "measurements.noise", or "" */
  int entry;        /* of a list: 1-based, 0 when it is about all of it */
  char value[48];   /* what stands there, or "" */
  char message[512];
} rc_err;

/* Fills err (which may be NULL) and returns false, so that 'return rc_err_set(...)' reads well. */
bool rc_err_set(rc_err *err, rc_err_code code, const char *format, ...) RC_PRINTF(3, 4);
bool rc_err_at(rc_err *err, rc_err_code code, int line, int column, const char *format, ...)
    RC_PRINTF(5, 6);
/* Of an error that has no key yet. */
void rc_err_about(rc_err *err, const char *list, const char *key, int entry, const char *value);
int rc_err_status(rc_err_code code);       /* exit status of the program */
const char *rc_err_hint(rc_err_code code); /* "" when there is none */

/* ---- memory --------------------------------------------------------------------------------- */

/* Small objects. Never return NULL: running out of memory for a few bytes ends in abort(). */
void *rc_alloc(size_t count, size_t size); /* zeroed; checks the product for overflow */
void *rc_realloc(void *p, size_t count, size_t size);
char *rc_strdup(const char *s);
void rc_free(void *p);

/* Memory that grows with the Hilbert space: counted, and an error (code MEMORY) when there is
 * none. 'what' names it in the message. 64-byte aligned, zeroed. */
void *rc_big_alloc(size_t count, size_t size, const char *what, rc_err *err);
void rc_big_free(void *p);
uint64_t rc_big_now(void);  /* bytes held now by rc_big_alloc in the whole process */
uint64_t rc_big_peak(void); /* largest value of rc_big_now since rc_big_reset */
void rc_big_reset(void);
/* The same for one of several users of the memory: what rc_big_alloc gives while an account is
 * charged is counted there as well, until it is freed, by whatever thread. */
typedef struct rc_big_account rc_big_account;
rc_big_account *rc_big_account_new(void);
void rc_big_account_free(rc_big_account *a); /* its blocks may outlive it; takes NULL */
/* From now on the calling thread's blocks go to a (NULL: to none). Returns what was charged. */
rc_big_account *rc_big_charge(rc_big_account *a);
uint64_t rc_big_account_peak(const rc_big_account *a); /* most bytes held since the last reset */
void rc_big_account_reset(rc_big_account *a);

/* A reference-counted, immutable object. The last drop calls free_fn(object). */
typedef struct rc_share rc_share;
rc_share *rc_share_new(void *object, void (*free_fn)(void *));
rc_share *rc_share_ref(rc_share *s); /* NULL stays NULL */
void rc_share_drop(rc_share *s);     /* takes NULL */
void *rc_share_get(const rc_share *s);

/* ---- strings -------------------------------------------------------------------------------- */

typedef struct rc_str { /* growing text; all zero is an empty one; text may be NULL when len is 0 */
  char *text;
  size_t len, cap;
} rc_str;
void rc_str_add(rc_str *s, const char *text);
void rc_str_addn(rc_str *s, const char *text, size_t n);
void rc_str_addc(rc_str *s, char c);
void rc_str_addf(rc_str *s, const char *format, ...) RC_PRINTF(2, 3);
void rc_str_clear(rc_str *s); /* keeps the memory */
void rc_str_free(rc_str *s);
const char *rc_str_c(const rc_str *s); /* never NULL */
void rc_str_add_shell(rc_str *s,
                      const char *text); /* as a word a shell takes, quoted where it must */
void rc_str_add_yaml(rc_str *s, const char *text); /* as a YAML scalar, quoted where it must be */
/* At most 'most' characters on one line, ".." in place of the rest: for quoting input. */
void rc_str_add_cut(rc_str *s, const char *text, int most);
void rc_str_add_bytes(rc_str *s, uint64_t bytes); /* exact: "4 GiB", "1000" */

/* Edit distance (insert, delete, replace, swap neighbours) for "did you mean". */
int rc_edit_distance(const char *a, const char *b);
/* The nearest of n names within a distance that is worth suggesting, or NULL. */
const char *rc_nearest(const char *word, const char *const *names, size_t n);
/* The end of a complaint about a word that is none of n names: "; did you mean 'gap'?", or where
 * none is near "; there is gap, energy", as many as a line takes. Adds nothing when n is 0. */
void rc_str_add_choices(rc_str *s, const char *word, const char *const *names, size_t n);
bool rc_utf8_valid(const char *s, size_t n, size_t *bad_offset);
/* Shortest decimal form that reads back as the same double; "nan", "inf", "-inf" else. */
void rc_format_real(double v, char out[32]);
/* "1.2 GiB"; and the reverse: "4 GiB", "300MB", "1000" -> bytes. */
void rc_format_bytes(uint64_t bytes, char out[32]);
bool rc_parse_bytes(const char *text, uint64_t *bytes);
/* Whole text must be a number: no trailing rubbish, no overflow, no nan. */
bool rc_parse_real(const char *text, double *v);
bool rc_parse_int(const char *text, int64_t *v);
/* A file to read from; errors: cannot open, a folder. */
FILE *rc_open_file(const char *path, rc_err *err);
/* Reads a whole file; errors: cannot open, larger than max bytes. Caller frees with rc_free. */
char *rc_read_file(const char *path, size_t max, size_t *len, rc_err *err);
/* The folder a file lies in, "." when its name tells none (or is NULL): what names in it are relative
 * to. Caller frees with rc_free. */
char *rc_folder_of(const char *path);
/* SHA-256 in lower-case hexadecimal (65 bytes with the zero). */
void rc_sha256(const void *data, size_t n, char hex[65]);

/* ---- JSON out ------------------------------------------------------------------------------- */

/* Writes one JSON value into s. Commas and quoting are done here; nesting is up to 64 deep. */
typedef struct rc_json {
  rc_str *out;
  int depth;
  bool comma[64]; /* of each open container: has it a member already */
  bool array[64]; /* is it an array */
} rc_json;
void rc_json_begin(rc_json *j, rc_str *out);
void rc_json_object(rc_json *j, const char *key); /* key NULL inside an array or at the top */
void rc_json_array(rc_json *j, const char *key);
void rc_json_end(rc_json *j); /* closes the innermost object or array */
void rc_json_text(rc_json *j, const char *key, const char *v); /* NULL gives null */
void rc_json_real(rc_json *j, const char *key, double v);      /* nan and inf give null */
void rc_json_int(rc_json *j, const char *key, int64_t v);
void rc_json_uint(rc_json *j, const char *key, uint64_t v);
void rc_json_bool(rc_json *j, const char *key, bool v);
void rc_json_null(rc_json *j, const char *key);

/* ---- random streams ------------------------------------------------------------------------- */

/* xoshiro256** (Blackman, Vigna 2018), seeded by splitmix64 from (seed, name, replica): a value
 * type, so that streams are independent of threads and of each other. */
typedef struct rc_rng {
  uint64_t s[4];
} rc_rng;
uint64_t rc_splitmix64(uint64_t *state); /* Steele, Lea, Flood 2014; advances the state */
rc_rng rc_rng_stream(uint64_t seed, const char *name, uint64_t replica);
uint64_t rc_rng_next(rc_rng *r);
double rc_rng_unit(rc_rng *r);                /* [0, 1), 53 bits */
uint64_t rc_rng_below(rc_rng *r, uint64_t n); /* 0 .. n-1, unbiased; n > 0 */
double rc_rng_normal(rc_rng *r);              /* mean 0, variance 1 */

/* ---- clock ---------------------------------------------------------------------------------- */

double rc_clock_wall(void); /* seconds, monotonic */
double rc_clock_cpu(void);  /* seconds of all threads of this process */

/* ---- threads -------------------------------------------------------------------------------- */

/* Runs fn(ctx, begin, end, chunk) over [0, n) cut into chunks of 'grain' (the last is shorter).
 * The chunks do not depend on the number of threads, so a reduction that sums per-chunk results
 * in order is the same to the bit with any number of threads. threads <= 1 runs in place.
 * Callable from several threads at once; the pool is shared. Not from inside fn. */
typedef void (*rc_chunk_fn)(void *ctx, int64_t begin, int64_t end, int64_t chunk);
void rc_parallel(int threads, int64_t n, int64_t grain, rc_chunk_fn fn, void *ctx);
int rc_cores(void);

/* ---- kinds and typed parameters ---------------------------------------------------------------
 */

typedef enum {
  RC_T_BOOL,   /* bool */
  RC_T_INT,    /* int64_t, min..max */
  RC_T_REAL,   /* double, min..max */
  RC_T_CHOICE, /* int: index into choices "a|b|c" */
  RC_T_TEXT,   /* char * (rc_strdup; freed by rc_params_free) */
  RC_T_BYTES,  /* uint64_t: "4 GiB" */
  RC_T_INTS,   /* rc_ints, each in min..max */
  RC_T_REALS,  /* rc_reals, each in min..max */
  RC_T_GROUP,  /* nested struct: sub table */
  RC_T_ONE, /* rc_pick: one of a registry: 'name' or '{kind: name, key: value}' or '{name: {..}}' */
  RC_T_LIST /* rc_picks: a list of such */
} rc_type;

typedef struct rc_ints {
  int n;
  int64_t *v;
} rc_ints;
typedef struct rc_reals {
  int n;
  double *v;
} rc_reals;

enum {
  RC_LIVE = 1, /* a knob: may be turned while the study runs */
  RC_LOG = 2,  /* a knob turns by factors */
  RC_REQUIRED = 4
};

struct rc_kind;
typedef struct rc_param {
  const char *name;
  rc_type type;
  size_t offset;       /* of the field in the options struct */
  const char *def;     /* default, as a user would write it; for lists "" is empty */
  double min, max;     /* for numbers, inclusive; min == max == 0 means any number */
  const char *choices; /* CHOICE only: "a|b|c" */
  const char *unit;    /* "" when it has none */
  const char *help;
  unsigned flags;
  const struct rc_param *sub;         /* GROUP only; its size is in 'sub_size' */
  const struct rc_kind *const *kinds; /* ONE and LIST: NULL-terminated registry */
  /* TEXT only, or NULL: is it well-formed? Errors: INPUT with the column in the text. */
  bool (*check)(const struct rc_param *p, const char *text, rc_err *err);
  const char *names; /* for it: what the text may speak of, "a|b" */
} rc_param;          /* a table ends with a zero entry (name NULL) */

/* What every registered object (lattice, solver, study, view, ...) begins with. */
typedef struct rc_kind {
  const char *name, *title, *help;
  const char *explain;    /* two or three sentences with the formula and the source */
  const rc_param *params; /* NULL when it has none */
  size_t size;            /* of the options struct the table fills */
  bool no_lattice;        /* studies: a scenario without a lattice may have it */
} rc_kind;

typedef struct rc_pick { /* a chosen kind with its filled options; opts has kind->size bytes */
  const rc_kind *kind;
  void *opts;
} rc_pick;
typedef struct rc_picks {
  int n;
  rc_pick *v;
} rc_picks;

/* Fills opts (zeroed by this call) with the defaults of the table. */
void rc_params_init(const rc_param *table, void *opts, size_t size);
/* Frees what the fields own and leaves them zero. */
void rc_params_free(const rc_param *table, void *opts);
/* Deep copy into uninitialised memory. */
void rc_params_copy(const rc_param *table, void *to, const void *from, size_t size);
/* Sets one field from text; the message names the key, what it wants and the range. Lists are
 * "[1, 2]" or "1, 2"; ONE takes a name (the same name keeps the options), LIST names; a GROUP is
 * an error: its fields are set one by one. On error the field is unchanged. */
bool rc_param_set(const rc_param *p, void *opts, const char *text, rc_err *err);
/* The value as a user would write it. */
void rc_param_get(const rc_param *p, const void *opts, rc_str *out);
/* The same, with texts quoted where YAML needs it: for the right-hand side of 'key: '. */
void rc_param_get_yaml(const rc_param *p, const void *opts, rc_str *out);
bool rc_param_is_default(const rc_param *p, const void *opts);
/* What the parameter takes, in words: "a number from 0 to 1". */
void rc_param_wants(const rc_param *p, rc_str *out);
/* A chosen kind with its default options in place of the old choice; kind NULL: nothing chosen. */
void rc_pick_set(rc_pick *pick, const rc_kind *kind);
void rc_pick_free(rc_pick *pick); /* what it holds; leaves it zero */
const rc_param *rc_param_find(const rc_param *table, const char *name);
/* Name in a NULL-terminated registry, or NULL. */
const rc_kind *rc_kind_find(const rc_kind *const *registry, const char *name);

#endif

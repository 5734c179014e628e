/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration file: options that are kept, and keys of one's own. A line is a word and what
 * belongs to it; '#' begins a comment.
 *
 *   theme light                     as the options show them
 *   bind Ctrl-N step 10             a key in the explorer: a command line
 *   bind browser x quit             in another layer
 *   unbind S                        a key that is to do nothing
 *
 * What the options change is written back; all other lines stay as they are. */
#include "explorer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MOST = 1 << 20 };
static const char *const pixel_names[] = {"braille", "block", "ascii"};
static const char *const explain_names[] = {"auto", "off", "on"}; /* -1, 0, 1 */
static const struct {
  const char *name;
  unsigned where;
} layers[] = {{"explorer", RC_IN_EXPLORER},
              {"browser", RC_IN_BROWSER},
              {"form", RC_IN_FORM},
              {"breakpoints", RC_IN_BREAKS},
              {"lists", RC_IN_LIST}};

/* ---- keys ---------------------------------------------------------------------------------------
 */

static rc_bind *bind_at(rc_ui *u, int key, unsigned where) {
  for (int i = 0; i < u->binds; i++)
    if (u->bind[i].key == key && (u->bind[i].where & where)) return &u->bind[i];
  return NULL;
}

bool rc_bind_run(rc_ui *u, int key, unsigned where) {
  const rc_bind *b = bind_at(u, key, where);
  if (!b) return false;
  u->message[0] = 0;
  u->count = 0;
  if (b->line[0])
    rc_ui_run(u, b->line);
  else
    rc_ui_message(u, RC_DIM, "this key is unbound by the configuration");
  return true;
}

bool rc_bind_keys(const rc_ui *u, int command, rc_str *out) {
  const size_t before = out->len;
  for (int i = 0; i < u->binds; i++) {
    char word[64], key[16];
    const char *arg = rc_line_word(u->bind[i].line, word, sizeof word);
    if (*arg || rc_command_find(word) != command) continue;
    rc_key_name(u->bind[i].key, key);
    rc_str_addf(out, "%s%s", out->len ? " " : "", key);
  }
  return out->len > before;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static bool choose(const char *what, const char *word, const char *const *names, int n, int *out,
                   rc_err *err) {
  for (int i = 0; i < n; i++)
    if (strcmp(word, names[i]) == 0) {
      *out = i;
      return true;
    }
  return rc_ui_no(err, RC_ERR_INPUT, what, word, names, n);
}

/* As far as it is known without a scenario: keys of 'set' and names of panes are not. */
static bool good_argument(const rc_command *c, const char *arg, rc_err *err) {
  char word[64];
  int64_t whole;
  double number;
  const bool counts = strcmp(c->group, "Run") == 0 || strcmp(c->group, "Move") == 0;
  if (!*arg)
    return !c->args[0] || c->args[0] == '[' ||
           rc_err_set(err, RC_ERR_INPUT, "'%s' needs: %s", c->name, c->args);
  if (!c->args[0]) return rc_err_set(err, RC_ERR_INPUT, "'%s' takes no argument", c->name);
  if (strcmp(c->args, "KEY VALUE") == 0 && !*rc_line_word(arg, word, sizeof word))
    return rc_err_set(err, RC_ERR_INPUT, "'%s' needs: %s", c->name, c->args);
  if (strstr(c->args, "CONDITION")) return rc_condition_check(arg, err);
  if (strcmp(c->args, "[N]") == 0 && counts ? !rc_parse_int(arg, &whole) || whole < 1
      : strcmp(c->args, "N") == 0           ? !rc_parse_real(arg, &number)
                                            : false)
    return rc_err_set(err, RC_ERR_INPUT, "'%s' wants a number, not '%s'", c->name, arg);
  return true;
}

static bool known_command(const char *line, unsigned where, rc_err *err) {
  char word[64];
  const char *names[256];
  int n = 0, at = 0;
  const char *arg = rc_line_word(line, word, sizeof word);
  for (int i = 0; i < rc_commands_n && n < (int)RC_LEN(names); i++)
    names[n++] = rc_commands[i].name;
  if (!word[0]) return rc_err_set(err, RC_ERR_INPUT, "a key wants a command line behind it");
  if (strncmp(word, "view.", 5) == 0 || strncmp(word, "pane.", 5) == 0) return true;
  if (!choose("command", word, names, n, &at, err)) return false;
  /* a line reaches the layers below, as in the palette */
  if (where != RC_IN_BROWSER) where |= RC_IN_EXPLORER | RC_IN_BREAKS;
  if (!(rc_commands[at].where & where))
    return rc_err_set(err, RC_ERR_INPUT, "'%s' is not for that layer", word);
  return good_argument(&rc_commands[at], arg, err);
}

static bool read_key(const char **rest, int *key, rc_err *err) {
  char name[32];
  *rest = rc_line_word(*rest, name, sizeof name);
  *key = rc_key_parse(name);
  if (*key == RC_KEY_NONE)
    return rc_err_set(err, RC_ERR_INPUT,
                      "'%s' is no key: x, Ctrl-X, F5, Space, PgUp, .. ('roadcut list keys')", name);
  if (*key == 3 || *key == 12 || *key == 26)
    return rc_err_set(err, RC_ERR_INPUT, "%s keeps its meaning", name);
  return true;
}

static bool read_bind(rc_ui *u, const char *rest, bool bind, rc_err *err) {
  unsigned where = RC_IN_EXPLORER;
  char word[32];
  const char *behind = rc_line_word(rest, word, sizeof word);
  for (size_t i = 0; i < RC_LEN(layers); i++)
    if (strcmp(word, layers[i].name) == 0) where = layers[i].where, rest = behind;
  int key;
  if (!read_key(&rest, &key, err)) return false;
  if (bind && !known_command(rest, where, err)) return false;
  if (!bind && *rest) return rc_err_set(err, RC_ERR_INPUT, "unbind takes a key alone");
  rc_bind *b = bind_at(u, key, where); /* the last word on a key holds */
  if (!b) {
    if (u->binds == RC_BINDS_MAX)
      return rc_err_set(err, RC_ERR_INPUT, "more than %d keys", RC_BINDS_MAX);
    b = &u->bind[u->binds++];
    *b = (rc_bind){.key = key, .where = where};
  }
  rc_free(b->line);
  b->line = rc_strdup(rest);
  return true;
}

static bool read_line(rc_ui *u, const char *line, rc_err *err) {
  static const char *const words[] = {"theme", "pixels", "explain", "bind", "unbind"};
  char word[32], value[64];
  const char *rest = rc_line_word(line, word, sizeof word);
  int k = -1, n = 0;
  if (!word[0] || word[0] == '#') return true;
  if (!choose("setting", word, words, RC_LEN(words), &k, err)) return false;
  if (k >= 3) return read_bind(u, rest, k == 3, err);
  if (*rc_line_word(rest, value, sizeof value))
    return rc_err_set(err, RC_ERR_INPUT, "%s takes one word", word);
  if (k == 0) {
    const char *names[16];
    for (; rc_themes[n] && n < 16; n++) names[n] = rc_themes[n]->name;
    if (!choose("theme", value, names, n, &n, err)) return false;
    if (!u->theme_fixed) u->theme = rc_themes[n];
  } else if (k == 1) {
    if (!choose("pixel set", value, pixel_names, RC_LEN(pixel_names), &n, err)) return false;
    if (!u->pixels_fixed) u->graphics = RC_MAX(u->best, (rc_graphics)n);
  } else {
    if (!choose("word for the explain panel", value, explain_names, 3, &n, err)) return false;
    u->explain = n - 1;
  }
  return true;
}

bool rc_config_read(rc_ui *u, const char *path, rc_err *err) {
  u->config = rc_strdup(path);
  /* there need not be one; one that is there and cannot be read is an error */
  if (access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
    return true;
  size_t len = 0;
  rc_err why = {0};
  char *text = rc_read_file(path, FILE_MOST, &len, &why);
  if (!text) return rc_err_set(err, why.code, "%s: %s", path, why.message);
  int number = 0;
  bool ok = true;
  for (char *at = text, *next; ok && at < text + len; at = next) {
    char *end = memchr(at, '\n', (size_t)(text + len - at));
    next = end ? end + 1 : text + len;
    if (end) *end = 0;
    const size_t n = strlen(at), whole = (size_t)((end ? end : text + len) - at);
    if (n && at[n - 1] == '\r') at[n - 1] = 0;
    number++;
    ok = n == whole ? read_line(u, at, &why)
                    : rc_err_set(&why, RC_ERR_INPUT, "a NUL byte: this is no text");
  }
  if (!ok) rc_err_set(err, RC_ERR_INPUT, "%s:%d: %s", path, number, why.message);
  rc_free(text);
  return ok;
}

void rc_config_free(rc_ui *u) {
  for (int i = 0; i < u->binds; i++) rc_free(u->bind[i].line);
  rc_free(u->config);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* The line that sets 'word' is replaced, else one is added. */
static void put(rc_str *text, const char *word, const char *value) {
  rc_str out = {0};
  bool done = false;
  for (const char *at = rc_str_c(text), *next; *at; at = next) {
    const char *end = strchr(at, '\n');
    const size_t n = end ? (size_t)(end - at) : strlen(at);
    char first[32];
    next = at + n + (end != NULL);
    rc_line_word(at, first, sizeof first);
    if (strcmp(first, word) != 0) {
      rc_str_addn(&out, at, n);
      rc_str_addc(&out, '\n');
    } else if (!done) {
      rc_str_addf(&out, "%s %s\n", word, value);
      done = true;
    }
  }
  if (!done) rc_str_addf(&out, "%s %s\n", word, value);
  rc_str_free(text);
  *text = out;
}

static void make_folders(const char *path) {
  rc_str part = {0};
  for (const char *p = path + 1; *p; p++)
    if (*p == '/') {
      rc_str_clear(&part);
      rc_str_addn(&part, path, (size_t)(p - path));
      mkdir(rc_str_c(&part), 0777);
    }
  rc_str_free(&part);
}

bool rc_config_write(rc_ui *u, const char *option, rc_err *err) {
  if (!u->config) return true; /* a picture, a test */
  rc_str text = {0}, fresh = {0};
  size_t len = 0;
  char *old = rc_read_file(u->config, FILE_MOST, &len, NULL);
  if (old) rc_str_addn(&text, old, len);
  rc_free(old);
  put(&text, option,
      strcmp(option, "theme") == 0    ? u->theme->name
      : strcmp(option, "pixels") == 0 ? pixel_names[u->graphics]
                                      : explain_names[u->explain + 1]);
  make_folders(u->config);
  rc_str_addf(&fresh, "%s.new", u->config); /* whole or not at all */
  bool ok = rc_write_text(rc_str_c(&fresh), &text, err);
  if (ok && rename(rc_str_c(&fresh), u->config)) {
    ok = rc_err_set(err, RC_ERR_INPUT, "cannot write %s: %s", u->config, strerror(errno));
    unlink(rc_str_c(&fresh));
  }
  rc_str_free(&fresh);
  rc_str_free(&text);
  return ok;
}

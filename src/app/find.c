/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where scenarios are: ./scenarios, the user's own, the installed ones. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"

enum { DIRS_MAX = 4 };
static const char SUFFIX[] = ".yaml";

static char *take(rc_str *s) {
  char *text = rc_strdup(rc_str_c(s));
  rc_str_free(s);
  return text;
}

static char *users_own(void) {
  rc_str s = {0};
  const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  if (data && *data == '/')
    rc_str_addf(&s, "%s/roadcut", data);
  else
    rc_str_addf(&s, "%s/.local/share/roadcut", home ? home : "");
  return take(&s);
}

char *rc_app_config(void) {
  rc_str s = {0};
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  if (config && *config == '/')
    rc_str_addf(&s, "%s/roadcut/config", config);
  else if (home && *home == '/')
    rc_str_addf(&s, "%s/.config/roadcut/config", home);
  else
    return NULL;
  return take(&s);
}

/* Beside the program, so that an installed tree may be moved; NULL when that is not known. */
static char *beside_program(void) {
  char path[4096];
  const ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n <= 0) return NULL;
  path[n] = 0;
  char *slash = strrchr(path, '/'); /* .../bin/roadcut */
  if (slash) *slash = 0;
  slash = strrchr(path, '/');
  if (!slash) return NULL;
  *slash = 0;
  rc_str s = {0};
  rc_str_addf(&s, "%s/share/roadcut/scenarios", path);
  return take(&s);
}

char **rc_app_scenario_dirs(void) {
  char **dirs = rc_alloc(DIRS_MAX + 1, sizeof *dirs);
  int n = 0;
  dirs[n++] = rc_strdup("scenarios");
  dirs[n++] = users_own();
  char *beside = beside_program();
  if (beside && strcmp(beside, RC_DATADIR "/scenarios") != 0)
    dirs[n++] = beside;
  else
    rc_free(beside);
  dirs[n++] = rc_strdup(RC_DATADIR "/scenarios");
  return dirs;
}

void rc_app_dirs_free(char **dirs) {
  for (int i = 0; dirs && dirs[i]; i++) rc_free(dirs[i]);
  rc_free(dirs);
}

static bool is_file(const char *path) {
  struct stat st;
  return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* Length of the name without .yaml; 0 when it is no scenario. */
static size_t stem(const char *name) {
  const size_t n = strlen(name), k = sizeof SUFFIX - 1;
  return n > k && name[0] != '.' && !strcmp(name + n - k, SUFFIX) ? n - k : 0;
}

static bool known(const rc_app_file *files, int n, const char *name) {
  for (int i = 0; i < n; i++)
    if (!strcmp(files[i].name, name)) return true;
  return false;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const rc_app_file *)a)->name, ((const rc_app_file *)b)->name);
}

int rc_app_scenarios(rc_app_file **files) {
  char **dirs = rc_app_scenario_dirs();
  rc_app_file *all = NULL;
  int n = 0;
  for (int i = 0; dirs[i]; i++) {
    DIR *d = opendir(dirs[i]);
    if (!d) continue;
    for (struct dirent *e; (e = readdir(d));) {
      rc_str name = {0}, path = {0};
      rc_str_addn(&name, e->d_name, stem(e->d_name));
      rc_str_addf(&path, "%s/%s", dirs[i], e->d_name);
      if (name.len && !known(all, n, rc_str_c(&name)) && is_file(rc_str_c(&path))) {
        all = rc_realloc(all, (size_t)n + 1, sizeof *all);
        all[n++] = (rc_app_file){take(&name), take(&path)};
      }
      rc_str_free(&name);
      rc_str_free(&path);
    }
    closedir(d);
  }
  rc_app_dirs_free(dirs);
  if (n) qsort(all, (size_t)n, sizeof *all, by_name);
  *files = all;
  return n;
}

void rc_app_scenarios_free(rc_app_file *files, int n) {
  for (int i = 0; i < n; i++) {
    rc_free(files[i].name);
    rc_free(files[i].path);
  }
  rc_free(files);
}

void rc_app_no_scenarios(rc_str *out) {
  char **dirs = rc_app_scenario_dirs();
  for (int i = 0; dirs[i]; i++)
    rc_str_addf(out, "%s%s%s", i == 0 ? "" : dirs[i + 1] ? ", " : " or ", i ? "" : "./", dirs[i]);
  rc_str_add(out, ": run it where ./scenarios is, install it, or give a file");
  rc_app_dirs_free(dirs);
}

static bool not_found(const char *name, rc_err *err) {
  rc_app_file *files;
  const int n = rc_app_scenarios(&files);
  const char **words = rc_alloc((size_t)n + RC_CLI_COMMANDS, sizeof *words);
  size_t k = 0;
  for (int i = 0; i < n; i++) words[k++] = files[i].name;
  for (int c = 1; c < RC_CLI_COMMANDS; c++) words[k++] = rc_cli_commands[c].name;
  const char *near = rc_nearest(name, words, k);
  if (near) {
    rc_err_set(err, RC_ERR_INPUT, "there is no scenario '%s'; did you mean '%s'?", name, near);
  } else if (!n) {
    rc_str where = {0};
    rc_app_no_scenarios(&where);
    rc_err_set(err, RC_ERR_INPUT, "there is no scenario '%s', and none in %s", name,
               rc_str_c(&where));
    rc_str_free(&where);
  } else
    rc_err_set(err, RC_ERR_INPUT, "there is no scenario '%s'; 'roadcut list scenarios' names %d",
               name, n);
  rc_free(words);
  rc_app_scenarios_free(files, n);
  return false;
}

char *rc_app_find_scenario(const char *name, rc_err *err) {
  if (is_file(name)) return rc_strdup(name);
  if (strchr(name, '/') || stem(name)) {
    rc_err_set(err, RC_ERR_INPUT,
               access(name, F_OK) ? "there is no file '%s'" : "'%s' is not a file", name);
    return NULL;
  }
  char **dirs = rc_app_scenario_dirs();
  char *found = NULL;
  for (int i = 0; dirs[i] && !found; i++) {
    rc_str path = {0};
    rc_str_addf(&path, "%s/%s%s", dirs[i], name, SUFFIX);
    if (is_file(rc_str_c(&path))) found = rc_strdup(rc_str_c(&path));
    rc_str_free(&path);
  }
  rc_app_dirs_free(dirs);
  if (!found) not_found(name, err);
  return found;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of other programs, kept so that they can be read again. A pipe is emptied into a nameless
 * file by whoever asks for a line that is not there yet; nothing is read before it is wanted, so a
 * reader that pauses holds the program back as any pipe does. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "roadcut/engine.h"

extern char **environ;

enum { LINE_MOST = 1 << 20, CHUNK = 1 << 16, FILE_PAUSE_MS = 50 };

struct rc_feed {
  char *name;
  int kept;             /* the file that is read */
  int from;             /* the pipe that is emptied into it; -1: none, or at its end */
  int errors;           /* standard error of the program, -1 likewise */
  bool grows;           /* a file of somebody else's: it has no end */
  pid_t pid;            /* of the program, 0: none, or gone */
  pthread_mutex_t lock; /* of all below, and of from, errors and pid */
  int status;           /* of the program that has ended, -1 */
  uint64_t size;        /* bytes kept, when it does not grow by itself */
  bool cut;             /* what is kept does not end in a newline */
  rc_str partial;       /* of a line of the errors */
  int users;
  struct rc_feed *next;
};

/* All that live, to be found by their name. */
static struct {
  pthread_mutex_t lock;
  rc_feed *first;
} feeds = {.lock = PTHREAD_MUTEX_INITIALIZER};

const char *rc_feed_name(const rc_feed *f) {
  return f->name;
}

int rc_feed_status(rc_feed *f) {
  pthread_mutex_lock(&f->lock);
  const int status = f->status;
  pthread_mutex_unlock(&f->lock);
  return status;
}

/* ---- opening ----------------------------------------------------------------------------------
 */

static rc_feed *enlist(rc_feed *f) {
  f->users = 1;
  f->status = -1;
  pthread_mutex_init(&f->lock, NULL);
  pthread_mutex_lock(&feeds.lock);
  f->next = feeds.first;
  feeds.first = f;
  pthread_mutex_unlock(&feeds.lock);
  return f;
}

static rc_feed *found(const char *name) {
  pthread_mutex_lock(&feeds.lock);
  rc_feed *f = feeds.first;
  while (f && strcmp(f->name, name) != 0) f = f->next;
  if (f) f->users++;
  pthread_mutex_unlock(&feeds.lock);
  return f;
}

rc_feed *rc_feed_open(const char *name, rc_err *err) {
  rc_feed *f = found(name);
  if (f) return f;
  if (strncmp(name, "-- ", 3) == 0 || strcmp(name, "-") == 0) {
    rc_err_set(err, RC_ERR_INPUT, "'%s' does not run: 'roadcut watch %s' starts it", name, name);
    return NULL;
  }
  const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat st;
  if (fd < 0 || fstat(fd, &st)) {
    rc_err_set(err, RC_ERR_INPUT, "cannot read '%s': %s", name, strerror(errno));
    if (fd >= 0) close(fd);
    return NULL;
  }
  if (S_ISDIR(st.st_mode)) {
    close(fd);
    rc_err_set(err, RC_ERR_INPUT, "'%s' is a folder", name);
    return NULL;
  }
  if (!S_ISREG(st.st_mode)) return rc_feed_pipe(fd, name, err); /* a named pipe */
  f = rc_alloc(1, sizeof *f);
  *f = (rc_feed){.name = rc_strdup(name), .kept = fd, .from = -1, .errors = -1, .grows = true};
  return enlist(f);
}

static int nameless(rc_err *err) {
  const char *dir = getenv("TMPDIR");
  rc_str path = {0};
  rc_str_addf(&path, "%s/roadcut-XXXXXX", dir && *dir ? dir : "/tmp");
  const int fd = mkostemp(path.text, O_CLOEXEC);
  if (fd >= 0)
    unlink(path.text);
  else
    rc_err_set(err, RC_ERR_LIMIT, "cannot make a file in %s: %s", dir && *dir ? dir : "/tmp",
               strerror(errno));
  rc_str_free(&path);
  return fd;
}

rc_feed *rc_feed_pipe(int fd, const char *name, rc_err *err) {
  const int kept = nameless(err);
  if (kept < 0) {
    close(fd);
    return NULL;
  }
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  rc_feed *f = rc_alloc(1, sizeof *f);
  *f = (rc_feed){.name = rc_strdup(name), .kept = kept, .from = fd, .errors = -1};
  return enlist(f);
}

/* Starts it with what it says going to out and err; 0 or the number of the error. */
static int start(const char *const *argv, int out, int err, pid_t *pid) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attr;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  sigdelset(&all, SIGKILL);
  sigdelset(&all, SIGSTOP);
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
  posix_spawnattr_init(&attr);
  /* A group of its own: Ctrl-C of the terminal is for us, and we end all that it has started. */
  posix_spawnattr_setflags(&attr,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setsigmask(&attr, &none);
  posix_spawnattr_setsigdefault(&attr, &all);
  posix_spawnattr_setpgroup(&attr, 0);
  const int why = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attr);
  return why;
}

rc_feed *rc_feed_program(const char *const *argv, rc_err *err) {
  int out[2] = {-1, -1}, said[2] = {-1, -1};
  if (pipe2(out, O_CLOEXEC) || pipe2(said, O_CLOEXEC)) {
    rc_err_set(err, RC_ERR_LIMIT, "cannot make a pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++)
      if (out[i] >= 0) close(out[i]);
    return NULL;
  }
  pid_t pid = 0;
  const int why = start(argv, out[1], said[1], &pid);
  close(out[1]);
  close(said[1]);
  rc_str name = {0};
  rc_str_add(&name, "--");
  for (int i = 0; argv[i]; i++) rc_str_addf(&name, " %s", argv[i]);
  rc_feed *f = NULL;
  if (why)
    rc_err_set(err, RC_ERR_INPUT, "cannot start '%s': %s", argv[0], strerror(why));
  else
    f = rc_feed_pipe(out[0], rc_str_c(&name), err);
  if (why) close(out[0]);
  if (f) {
    fcntl(said[0], F_SETFL, O_NONBLOCK);
    f->errors = said[0];
    f->pid = pid;
  } else {
    close(said[0]);
    if (pid > 0) kill(-pid, SIGKILL), waitpid(pid, NULL, 0);
  }
  rc_str_free(&name);
  return f;
}

/* ---- closing ----------------------------------------------------------------------------------
 */

static void shut(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

/* Asked first, then ended: together at most 100 ms. */
static void end_program(rc_feed *f) {
  if (f->pid <= 0) return;
  kill(-f->pid, SIGTERM);
  for (int i = 0; i < 20 && waitpid(f->pid, NULL, WNOHANG) == 0; i++)
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  kill(-f->pid, SIGKILL); /* what it left behind too */
  waitpid(f->pid, NULL, 0);
  f->pid = 0;
}

void rc_feed_drop(rc_feed *f) {
  if (!f) return;
  pthread_mutex_lock(&feeds.lock);
  const bool last = --f->users == 0;
  for (rc_feed **p = &feeds.first; last && *p; p = &(*p)->next)
    if (*p == f) {
      *p = f->next;
      break;
    }
  pthread_mutex_unlock(&feeds.lock);
  if (!last) return;
  shut(&f->from);
  shut(&f->errors);
  end_program(f);
  close(f->kept);
  pthread_mutex_destroy(&f->lock);
  rc_str_free(&f->partial);
  rc_free(f->name);
  rc_free(f);
}

/* ---- filling: under the lock ------------------------------------------------------------------
 */

static void keep(rc_feed *f, const char *text, size_t n) {
  for (size_t done = 0; done < n;) {
    const ssize_t k = pwrite(f->kept, text + done, n - done, (off_t)f->size);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) return; /* no room left: the rest is lost, and the reader sees a broken line */
    done += (size_t)k;
    f->size += (uint64_t)k;
  }
  if (n) f->cut = text[n - 1] != '\n';
}

/* A line of our own between those of the program. */
static void keep_note(rc_feed *f, const char *type, const char *text, int status) {
  rc_str line = {0};
  rc_json j;
  if (f->cut) rc_str_addc(&line, '\n');
  rc_json_begin(&j, &line);
  rc_json_object(&j, NULL);
  rc_json_text(&j, "type", type);
  if (text)
    rc_json_text(&j, "text", text);
  else
    rc_json_int(&j, "status", status);
  rc_json_end(&j);
  rc_str_addc(&line, '\n');
  keep(f, rc_str_c(&line), line.len);
  rc_str_free(&line);
}

/* Its errors become notes, a line each, and only between two lines of its output. */
static void keep_errors(rc_feed *f, bool all) {
  const char *text = rc_str_c(&f->partial), *at = text;
  while (*at && (all || !f->cut)) {
    const size_t n = strcspn(at, "\n");
    if (!at[n] && !all && n < 4096) break;
    rc_str line = {0};
    rc_str_addn(&line, at, n);
    if (!rc_utf8_valid(rc_str_c(&line), line.len, NULL))
      for (size_t i = 0; i < line.len; i++)
        if ((unsigned char)line.text[i] >= 128) line.text[i] = '?';
    if (n) keep_note(f, "stderr", rc_str_c(&line), 0);
    rc_str_free(&line);
    at += n + (at[n] == '\n');
  }
  rc_str rest = {0};
  rc_str_add(&rest, at);
  rc_str_free(&f->partial);
  f->partial = rest;
}

/* Takes what has come; false when that is nothing. */
static bool take(rc_feed *f, int *fd, bool errors) {
  char buffer[CHUNK];
  if (*fd < 0) return false;
  const ssize_t n = read(*fd, buffer, sizeof buffer);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n <= 0) {
    shut(fd);
    return true;
  }
  if (!errors)
    keep(f, buffer, (size_t)n);
  else
    for (ssize_t i = 0; i < n; i++) rc_str_addc(&f->partial, buffer[i] ? buffer[i] : ' ');
  return true;
}

static void fill(rc_feed *f) {
  bool more = take(f, &f->from, false);
  more = take(f, &f->errors, true) || more;
  const bool over = f->from < 0 && f->errors < 0;
  if (f->partial.len) keep_errors(f, over);
  int status = 0;
  if (!over || f->pid <= 0 || waitpid(f->pid, &status, WNOHANG) != f->pid) return;
  f->pid = 0;
  f->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  keep_note(f, "exit", NULL, f->status);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* The line at an offset of what is kept. with_rest: nothing can follow, so the rest is a line too. */
static bool read_line(rc_feed *f, uint64_t *at, rc_str *line, bool with_rest) {
  char buffer[4096];
  rc_str_clear(line);
  for (uint64_t from = *at;;) {
    const ssize_t n = pread(f->kept, buffer, sizeof buffer, (off_t)from);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      if (!with_rest || from == *at) return false;
      *at = from;
      return true;
    }
    const char *end = memchr(buffer, '\n', (size_t)n);
    const size_t take_n = end ? (size_t)(end - buffer) : (size_t)n;
    if (line->len < LINE_MOST) rc_str_addn(line, buffer, take_n);
    from += take_n + (end != NULL);
    if (!end) continue;
    *at = from;
    return true;
  }
}

/* A file that has become shorter was begun anew. */
static void follow_truncation(const rc_feed *f, uint64_t *at) {
  struct stat st;
  if (f->grows && !fstat(f->kept, &st) && (uint64_t)st.st_size < *at) *at = 0;
}

static void wait_for_more(rc_feed *f, int ms) {
  pthread_mutex_lock(&f->lock);
  struct pollfd p[2] = {{.fd = f->from, .events = POLLIN}, {.fd = f->errors, .events = POLLIN}};
  const bool pipes = f->from >= 0 || f->errors >= 0;
  pthread_mutex_unlock(&f->lock);
  if (pipes)
    poll(p, 2, ms);
  else
    poll(NULL, 0, RC_MIN(ms, FILE_PAUSE_MS)); /* nobody tells that a file has grown */
}

rc_feed_state rc_feed_next(rc_feed *f, uint64_t *at, rc_str *line, int ms) {
  const double until = rc_clock_wall() + 1e-3 * ms;
  follow_truncation(f, at);
  for (;;) {
    pthread_mutex_lock(&f->lock);
    bool got = read_line(f, at, line, f->grows && ms < 0);
    if (!got && !f->grows) {
      fill(f);
      const bool over = f->from < 0 && f->errors < 0 && f->pid <= 0;
      got = read_line(f, at, line, over);
      if (!got && over) {
        pthread_mutex_unlock(&f->lock);
        return RC_FEED_END;
      }
    }
    pthread_mutex_unlock(&f->lock);
    if (got) return RC_FEED_LINE;
    const double left = 1e3 * (until - rc_clock_wall());
    if (left <= 0) return f->grows && ms < 0 ? RC_FEED_END : RC_FEED_NONE;
    wait_for_more(f, (int)left + 1);
  }
}

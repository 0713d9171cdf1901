/* Preloaded into the program: counts its calls that open, write, link, rename or remove something below the folder FAULT_ROOT, and makes
 * call number FAULT_AT fail (FAULT_MODE=fail), it and all after it (full), or kills the process there (kill). At exit the number of
 * calls goes to the file FAULT_COUNT. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static int below_root(int folder, const char *path) {
    const char *root = getenv("FAULT_ROOT");
    char link[64], name[4096];
    if (!root) return 0;
    if (path && path[0] == '/') return strncmp(path, root, strlen(root)) == 0;
    if (folder == AT_FDCWD) return path && strncmp(path, root, strlen(root)) == 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0) return 0;
    name[length] = 0;
    return strncmp(name, root, strlen(root)) == 0;
}

/* Whether this call is to fail. */
static int fails(int folder, const char *path) {
    const char *at = getenv("FAULT_AT"), *mode = getenv("FAULT_MODE");
    if (!below_root(folder, path)) return 0;
    long call = __sync_add_and_fetch(&calls, 1);
    if (!at || !mode || strcmp(mode, "none") == 0) return 0;
    if (strcmp(mode, "kill") == 0 && call == atol(at)) raise(SIGKILL);
    if (strcmp(mode, "fail") == 0 && call != atol(at)) return 0;
    if (strcmp(mode, "kill") == 0 || call < atol(at)) return 0;
    errno = ENOSPC;
    return 1;
}

__attribute__((destructor)) static void tell(void) {
    const char *name = getenv("FAULT_COUNT");
    FILE *file = name ? fopen(name, "w") : NULL;
    if (file) {
        fprintf(file, "%ld", calls);
        fclose(file);
    }
}

#define NEXT(name) dlsym(RTLD_NEXT, name)

#define OPEN(name)                                                      \
    int name(const char *path, int flags, ...) {                        \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        mode_t mode = va_arg(rest, mode_t);                             \
        va_end(rest);                                                   \
        if (fails(AT_FDCWD, path)) return -1;                           \
        int (*next)(const char *, int, mode_t) = NEXT(#name);           \
        return next(path, flags, mode);                                 \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                    \
    int name(int folder, const char *path, int flags, ...) {            \
        va_list rest;                                                   \
        va_start(rest, flags);                                          \
        mode_t mode = va_arg(rest, mode_t);                             \
        va_end(rest);                                                   \
        if (fails(folder, path)) return -1;                             \
        int (*next)(int, const char *, int, mode_t) = NEXT(#name);      \
        return next(folder, path, flags, mode);                         \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *bytes, size_t count) {
    if (fails(file, NULL)) return -1;
    ssize_t (*next)(int, const void *, size_t) = NEXT("write");
    return next(file, bytes, count);
}

#define ON_FILE(name)                                                   \
    int name(int file) {                                                \
        if (fails(file, NULL)) return -1;                               \
        int (*next)(int) = NEXT(#name);                                 \
        return next(file);                                              \
    }
ON_FILE(fsync)
ON_FILE(fdatasync)

#define ON_PATH(name)                                                   \
    int name(const char *path) {                                        \
        if (fails(AT_FDCWD, path)) return -1;                           \
        int (*next)(const char *) = NEXT(#name);                        \
        return next(path);                                              \
    }
ON_PATH(unlink)
ON_PATH(rmdir)

#define ON_PATH_WITH_MODE(name)                                         \
    int name(const char *path, mode_t mode) {                           \
        if (fails(AT_FDCWD, path)) return -1;                           \
        int (*next)(const char *, mode_t) = NEXT(#name);                \
        return next(path, mode);                                        \
    }
ON_PATH_WITH_MODE(mkdir)
ON_PATH_WITH_MODE(chmod)

#define ON_TWO_PATHS(name)                                              \
    int name(const char *from, const char *to) {                        \
        if (fails(AT_FDCWD, to)) return -1;                             \
        int (*next)(const char *, const char *) = NEXT(#name);          \
        return next(from, to);                                          \
    }
ON_TWO_PATHS(rename)
ON_TWO_PATHS(link)
ON_TWO_PATHS(symlink)

int unlinkat(int folder, const char *path, int flags) {
    if (fails(folder, path)) return -1;
    int (*next)(int, const char *, int) = NEXT("unlinkat");
    return next(folder, path, flags);
}

int linkat(int a, const char *from, int b, const char *to, int flags) {
    if (fails(b, to)) return -1;
    int (*next)(int, const char *, int, const char *, int) = NEXT("linkat");
    return next(a, from, b, to, flags);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    if (fails(b, to)) return -1;
    int (*next)(int, const char *, int, const char *, unsigned) = NEXT("renameat2");
    return next(a, from, b, to, flags);
}

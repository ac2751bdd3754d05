// accept4 and epoll_pwait2 are GNU extensions; the header must stay free of the macro.
#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

int64_t clinux_monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int clinux_epoll_create(void) {
  int made = epoll_create1(EPOLL_CLOEXEC);
  return made < 0 ? -errno : made;
}

int clinux_epoll_change(int poller, int operation, int fd, uint32_t interest, uint64_t tag) {
  struct epoll_event event = {.events = interest, .data = {.u64 = tag}};
  return epoll_ctl(poller, operation, fd, &event) < 0 ? -errno : 0;
}

int clinux_epoll_wait(int poller, struct epoll_event *events, int most,
                                    int64_t timeout) {
  struct timespec limit, *until = NULL;
  if (timeout >= 0) {
    limit = (struct timespec){.tv_sec = timeout / 1000000000, .tv_nsec = timeout % 1000000000};
    until = &limit;
  }
  int ready = epoll_pwait2(poller, events, most, until, NULL);
  if (ready < 0 && errno == ENOSYS) {
    int millis = timeout < 0 ? -1 : (int)((timeout + 999999) / 1000000);
    ready = epoll_wait(poller, events, most, millis);
  }
  return ready < 0 ? -errno : ready;
}

int clinux_eventfd(void) {
  int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return made < 0 ? -errno : made;
}

int clinux_thread(void) { return (int)gettid(); }

int clinux_set_background(int thread, int background) {
  struct sched_param parameters = {.sched_priority = 0};
  int policy = background ? SCHED_IDLE : SCHED_OTHER;
  return sched_setscheduler(thread, policy, &parameters) < 0 ? -errno : 0;
}

int clinux_timerfd(void) {
  int made = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  return made < 0 ? -errno : made;
}

int clinux_timerfd_set(int fd, int64_t instant) {
  // All zeros would disarm it.
  if (instant < 1) instant = 1;
  struct itimerspec when = {
      .it_value = {.tv_sec = instant / 1000000000, .tv_nsec = instant % 1000000000}};
  return timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

static int64_t clock_of(clockid_t clock) {
  struct timespec used;
  if (clock_gettime(clock, &used) < 0) return 0;
  return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

int64_t clinux_thread_time(void) { return clock_of(CLOCK_THREAD_CPUTIME_ID); }

int64_t clinux_process_time(void) { return clock_of(CLOCK_PROCESS_CPUTIME_ID); }

void clinux_loop_thread(void) {
  prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
  // Each recv, poll and epoll_wait is a cancellation point: in a program with threads it makes the
  // thread one that may be cancelled at once before the call, and takes that back behind it, by two
  // atomic operations. Of one that is so all the time, and is never cancelled, nothing changes.
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
}

int clinux_accept(int listener) {
  int made = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return made < 0 ? -errno : made;
}

int clinux_socket(int family) {
  int made = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return made < 0 ? -errno : made;
}

// Not through send and recv: those are cancellation points, which costs two atomic operations each
// in a program with threads, and nothing here is ever cancelled or waits.
ssize_t clinux_send(int fd, const void *bytes, size_t count) {
  ssize_t sent = syscall(SYS_sendto, fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT, NULL, 0);
  return sent < 0 ? -errno : sent;
}

ssize_t clinux_receive(int fd, void *bytes, size_t count) {
  ssize_t got = syscall(SYS_recvfrom, fd, bytes, count, MSG_DONTWAIT, NULL, NULL);
  return got < 0 ? -errno : got;
}

int clinux_set_flag(int fd, int level, int option) {
  int on = 1;
  return setsockopt(fd, level, option, &on, sizeof on) < 0 ? -errno : 0;
}

int clinux_no_delay(int fd) {
  return clinux_set_flag(fd, IPPROTO_TCP, TCP_NODELAY);
}

int clinux_linger_zero(int fd) {
  struct linger linger = {.l_onoff = 1, .l_linger = 0};
  return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0 ? -errno : 0;
}

int clinux_unsent(int fd) {
  int count = 0;
  return ioctl(fd, SIOCOUTQ, &count) < 0 ? -errno : count;
}

int clinux_socket_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 ? errno : error;
}

int clinux_interrupts(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -errno;
  int made = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return made < 0 ? -errno : made;
}

// Has the kernel make the table of descriptors as large as it may become. It grows by doubling, and
// with several threads each growth waits until every processor has let go of the old one
// (expand_fdtable in fs/file.c): up to 15 ms in the middle of a socket() or accept().
static void prepare_descriptors(rlim_t limit) {
  int last = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (int)limit - 1);
  if (last >= 0) close(last);
}

int64_t clinux_raise_descriptors(int64_t wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
  if (limit.rlim_max < (rlim_t)wanted) {
    struct rlimit more = {.rlim_cur = (rlim_t)wanted, .rlim_max = (rlim_t)wanted};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
  prepare_descriptors(limit.rlim_cur < (rlim_t)wanted ? limit.rlim_cur : (rlim_t)wanted);
  return (int64_t)limit.rlim_cur;
}

enum { huge_page = 2 << 20, heap_step = 64 << 20, heap_kept = 256 << 20, mapped_least = 32 << 20 };

// Where the main heap ended when somebody last looked.
static _Atomic(uintptr_t) heap_seen;

void clinux_keep_memory(void) {
  uintptr_t none = 0;
  atomic_compare_exchange_strong(&heap_seen, &none, (uintptr_t)sbrk(0));
  // Blocks of a megabyte come from the heap, where the room of the last ones is used again, and not
  // from maps of their own, whose pages the kernel makes and clears anew each time.
  mallopt(M_MMAP_THRESHOLD, mapped_least);
  mallopt(M_TRIM_THRESHOLD, heap_kept);
  mallopt(M_TOP_PAD, heap_step);
}

void clinux_expect_large_blocks(void) {
  uintptr_t end = (uintptr_t)sbrk(0);
  uintptr_t begin = atomic_exchange(&heap_seen, end);
  if (begin > 0 && end > begin) {
    begin &= ~(uintptr_t)(huge_page - 1);
    madvise((void *)begin, end - begin, MADV_HUGEPAGE);
  }
}

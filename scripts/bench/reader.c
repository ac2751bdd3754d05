// A bare reader of streams: one thread, epoll, recv, a clock. What it measures is what the wire
// delivered; scripts/bench/instrument puts relaymark's runner beside it.
//
//   reader latency HOST PORT REQUEST-FILE CONCURRENCY STREAMS MARKER   time to first, gaps
//   reader flood   HOST PORT REQUEST-FILE CONCURRENCY MILLISECONDS MARKER   only counts
//   reader source  PORT EVENTS EVENTS-PER-WRITE RESPONSE-FILE   a flood: as fast as it can; on
//                                                                SIGTERM it says how fast that was
//
// The request is sent as it is; an answer is over with the last chunk (RFC 9112 section 7.1), and
// its connection then carries the next. An output event is one that holds MARKER; it has arrived
// with the read that brought the marker. Prints one line of JSON.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10, BATCH = 512, KEPT = 64, SPREAD_MS = 2 };

struct stream {
  int fd;
  int outputs;     // Output events of this answer so far.
  int64_t start;   // When its first request is due.
  int64_t sent;    // Right before the request was handed to the kernel.
  int64_t last;    // The read that brought the last output event.
  unsigned kept;   // Bytes of `tail` in use.
  char tail[KEPT]; // The end of what came: a marker or the last chunk may be cut by a read.
};

struct samples {
  int64_t *values;
  size_t count, room;
};

static struct samples firsts, gaps;
static char *request, *marker;
static size_t request_bytes, marker_bytes;
static long started, finished, wanted, failed, chunks, together, zeros, reads;
static int counts_only;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void die(const char *what) {
  fprintf(stderr, "reader: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void keep(struct samples *samples, int64_t value) {
  if (samples->count == samples->room) {
    samples->room = samples->room ? samples->room * 2 : 4096;
    samples->values = realloc(samples->values, samples->room * sizeof value);
    if (!samples->values) die("memory");
  }
  samples->values[samples->count++] = value;
}

static int ascending(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

// Nearest rank, of sorted samples.
static int64_t quantile(const struct samples *samples, double share) {
  if (!samples->count) return 0;
  size_t rank = (size_t)(share * (double)samples->count + 0.9999999);
  return samples->values[(rank ? rank : 1) - 1];
}

static char *read_file(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  if (!file) die(path);
  char *content = malloc(READ_BYTES);
  *bytes = fread(content, 1, READ_BYTES, file);
  fclose(file);
  return content;
}

static void ask(struct stream *stream) {
  started++;
  stream->outputs = 0;
  stream->kept = 0;
  stream->sent = now();
  if (send(stream->fd, request, request_bytes, MSG_NOSIGNAL) != (ssize_t)request_bytes)
    die("send");
}

static void arrived(struct stream *stream, int count, int64_t at) {
  chunks += count;
  if (counts_only) return;
  if (stream->outputs == 0) {
    keep(&firsts, at - stream->sent);
  } else {
    keep(&gaps, at - stream->last);
    if (at == stream->last) zeros++;
  }
  together += count - 1;
  stream->outputs += count;
  stream->last = at;
}

static int occurrences(const char *bytes, size_t count) {
  int found = 0;
  const char *end = bytes + count;
  while ((bytes = memmem(bytes, (size_t)(end - bytes), marker, marker_bytes))) {
    found++;
    bytes += marker_bytes;
  }
  return found;
}

// One read; false when the connection has nothing more. `buffer` has KEPT bytes of room before it,
// for what the read before left behind.
static int take(struct stream *stream, char *buffer, int64_t until) {
  ssize_t got = recv(stream->fd, buffer, READ_BYTES, MSG_DONTWAIT);
  int64_t at = now();
  if (got < 0) return errno == EAGAIN || errno == EINTR ? -1 : 0;
  if (got == 0) return 0;
  reads++;
  char *from = buffer - stream->kept;
  memcpy(from, stream->tail, stream->kept);
  size_t length = (size_t)got + stream->kept;
  // The marker that ended inside the tail was counted with it: at most its own length is kept.
  int count = occurrences(from, length);
  if (count) arrived(stream, count, at);
  static const char last[] = "\r\n0\r\n\r\n";
  if (length >= sizeof last - 1 && !memcmp(buffer + got - (sizeof last - 1), last, sizeof last - 1)) {
    finished++;
    if (started < wanted && at < until) ask(stream);
    return 1;
  }
  size_t most = marker_bytes - 1 > sizeof last ? marker_bytes - 1 : sizeof last;
  stream->kept = (unsigned)(length < most ? length : most);
  memcpy(stream->tail, from + length - stream->kept, stream->kept);
  return 1;
}

static int connect_to(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  return fd;
}

static int by_start(const void *left, const void *right) {
  return ascending(&((const struct stream *)left)->start, &((const struct stream *)right)->start);
}

static void print_result(double seconds) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  qsort(firsts.values, firsts.count, sizeof(int64_t), ascending);
  qsort(gaps.values, gaps.count, sizeof(int64_t), ascending);
  printf("{\"streams\":%ld,\"failed\":%ld,\"chunks\":%ld,\"reads\":%ld,\"together\":%ld,"
         "\"zeros\":%ld,\"seconds\":%.6f,\"cpu\":%.6f,\"rss\":%ld,"
         "\"ttft\":{\"n\":%zu,\"p50\":%ld,\"p99\":%ld},\"gap\":{\"n\":%zu,\"p50\":%ld,\"p99\":%ld}}\n",
         finished, failed, chunks, reads, together, zeros, seconds, cpu, usage.ru_maxrss * 1024,
         firsts.count, (long)quantile(&firsts, 0.5), (long)quantile(&firsts, 0.99), gaps.count,
         (long)quantile(&gaps, 0.5), (long)quantile(&gaps, 0.99));
}

static int read_streams(char **argument) {
  int concurrency = atoi(argument[5]), open = concurrency, begun = 0;
  int64_t milliseconds = counts_only ? atol(argument[6]) : 0;
  request = read_file(argument[4], &request_bytes);
  marker = argument[7];
  marker_bytes = strlen(marker);
  wanted = counts_only ? INT32_MAX : atol(argument[6]);
  if (marker_bytes > KEPT || concurrency < 1) die("usage");
  struct stream *streams = calloc((size_t)concurrency, sizeof *streams);
  static char room[KEPT + READ_BYTES];
  int poller = epoll_create1(EPOLL_CLOEXEC);
  srandom(1);
  int64_t spread = concurrency > 1 ? (int64_t)SPREAD_MS * concurrency : 0;
  if (spread > 1000) spread = 1000;
  for (int i = 0; i < concurrency; i++) {
    streams[i].fd = connect_to(argument[2], atoi(argument[3]));
    streams[i].start = (int64_t)((double)spread * 1e6 * (double)random() / (double)RAND_MAX);
  }
  qsort(streams, (size_t)concurrency, sizeof *streams, by_start);
  for (int i = 0; i < concurrency; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &streams[i]};
    epoll_ctl(poller, EPOLL_CTL_ADD, streams[i].fd, &event);
  }
  int64_t zero = now(), until = counts_only ? zero + milliseconds * 1000000 : INT64_MAX;
  while (open > 0 && finished < wanted) {
    int64_t at = now(), wait = -1;
    if (at >= until) break;
    while (begun < concurrency && zero + streams[begun].start <= at && started < wanted)
      ask(&streams[begun++]);
    if (begun < concurrency && started < wanted) wait = zero + streams[begun].start - at;
    if (counts_only && (wait < 0 || wait > until - at)) wait = until - at;
    struct epoll_event events[BATCH];
    struct timespec limit = {.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
    int ready = epoll_pwait2(poller, events, BATCH, wait < 0 ? NULL : &limit, NULL);
    for (int i = 0; i < ready; i++) {
      struct stream *stream = events[i].data.ptr;
      if (take(stream, room + KEPT, until) != 0) continue;
      failed++;
      open--;
      close(stream->fd);
    }
  }
  print_result((double)(now() - zero) / 1e9);
  return failed > 0;
}

static volatile sig_atomic_t stopped;
static void stop(int number) { stopped = number; }

struct answer {
  int fd;
  long left;     // Events of the answer under way that are still to be sent.
  size_t offset; // Of a write that was not taken whole.
};

// Sends answers of EVENTS events on every connection, in turns of one write each.
static int send_flood(char **argument) {
  long events = atol(argument[3]), each = atol(argument[4]);
  size_t bytes = 0;
  char *parts = read_file(argument[5], &bytes), *head_end = memmem(parts, bytes, "\r\n\r\n", 4);
  if (!head_end || each < 1) die("usage");
  size_t head = (size_t)(head_end + 4 - parts), event = bytes - head, block = event * (size_t)each;
  char *blocks = malloc(block);
  for (long i = 0; i < each; i++) memcpy(blocks + (size_t)i * event, parts + head, event);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argument[2]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096))
    die("listen");
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event asked = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &asked);
  struct sigaction action = {.sa_handler = stop};
  sigaction(SIGTERM, &action, NULL);
  long total = 0;
  int64_t first = 0, final = 0;
  while (!stopped) {
    struct epoll_event ready[BATCH];
    int count = epoll_wait(poller, ready, BATCH, -1);
    for (int i = 0; i < count; i++) {
      struct answer *answer = ready[i].data.ptr;
      if (!answer) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0) continue;
        asked.data.ptr = answer = calloc(1, sizeof *answer);
        answer->fd = fd;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &asked);
        continue;
      }
      if (ready[i].events & EPOLLIN) {
        char got[8192];
        if (recv(answer->fd, got, sizeof got, 0) <= 0) {
          close(answer->fd);
          free(answer);
          continue;
        }
        if (answer->left == 0) {
          if (!first) first = now();
          answer->left = events;
          send(answer->fd, parts, head, MSG_NOSIGNAL);
          struct epoll_event change = {.events = EPOLLIN | EPOLLOUT, .data.ptr = answer};
          epoll_ctl(poller, EPOLL_CTL_MOD, answer->fd, &change);
        }
      } else if (answer->left > 0) {
        ssize_t sent = send(answer->fd, blocks + answer->offset, block - answer->offset, MSG_NOSIGNAL);
        if (sent > 0) answer->offset += (size_t)sent;
        if (answer->offset < block) continue;
        answer->offset = 0;
        total += each;
        final = now();
        if ((answer->left -= each) > 0) continue;
        answer->left = 0;
        send(answer->fd, "0\r\n\r\n", 5, MSG_NOSIGNAL);
        struct epoll_event change = {.events = EPOLLIN, .data.ptr = answer};
        epoll_ctl(poller, EPOLL_CTL_MOD, answer->fd, &change);
      }
    }
  }
  printf("{\"chunks\":%ld,\"seconds\":%.6f}\n", total, (double)(final - first) / 1e9);
  return 0;
}

int main(int count, char **argument) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (count == 8 && !strcmp(argument[1], "latency")) return read_streams(argument);
  if (count == 8 && !strcmp(argument[1], "flood")) {
    counts_only = 1;
    return read_streams(argument);
  }
  if (count == 6 && !strcmp(argument[1], "source")) return send_flood(argument);
  fputs("reader: see the top of reader.c\n", stderr);
  return 2;
}

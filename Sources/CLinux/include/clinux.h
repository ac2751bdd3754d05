#ifndef RELAYMARK_CLINUX_H
#define RELAYMARK_CLINUX_H
// Linux calls that Swift's Glibc module lacks or imports awkwardly. One function each; errors come
// back as -errno, so that no caller has to read errno in time.
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

int64_t clinux_monotonic(void);
int clinux_epoll_create(void);
// `tag` comes back with each event.
int clinux_epoll_change(int poller, int operation, int fd, uint32_t interest, uint64_t tag);
// Waits with nanosecond resolution (epoll_pwait2, Linux 5.11); a negative timeout waits for ever.
int clinux_epoll_wait(int poller, struct epoll_event *events, int most,
                                    int64_t timeout);
int clinux_eventfd(void);
int clinux_thread(void);
// SCHED_IDLE, or SCHED_OTHER again, for a thread by its number.
int clinux_set_background(int thread, int background);
// A descriptor that becomes readable at an instant of CLOCK_MONOTONIC.
int clinux_timerfd(void);
// Makes it readable once at that instant, at once if it is past; what it had been set to is void.
int clinux_timerfd_set(int fd, int64_t instant);
// Nanoseconds of processor time that this thread and, apart, the process with all its threads have
// used.
int64_t clinux_thread_time(void);
int64_t clinux_process_time(void);
// Lets this thread's waits end within a nanosecond of their deadline instead of 50 microseconds, and
// its system calls cost less; it can not be cancelled from then on.
void clinux_loop_thread(void);
int clinux_accept(int listener);
int clinux_socket(int family);
ssize_t clinux_send(int fd, const void *bytes, size_t count);
ssize_t clinux_receive(int fd, void *bytes, size_t count);
int clinux_set_flag(int fd, int level, int option);
int clinux_no_delay(int fd);
// A close after this sends RST instead of FIN.
int clinux_linger_zero(int fd);
// Bytes that the peer has not acknowledged yet (tcp(7), SIOCOUTQ).
int clinux_unsent(int fd);
int clinux_socket_error(int fd);
// Blocks SIGINT and SIGTERM in this thread and all it starts, and returns a descriptor to read
// them from.
int clinux_interrupts(void);
// The descriptor limit, raised to what this process may have: `wanted`, if it is allowed to raise
// the hard limit so far, and that limit otherwise. Later openings do not wait for the kernel's table.
int64_t clinux_raise_descriptors(int64_t wanted);

// From then on malloc takes up to 32 MiB from the heap, which grows by 64 MiB and keeps 256 MiB.
void clinux_keep_memory(void);
// Asks for huge pages where the main heap has grown since then, or since the last call.
void clinux_expect_large_blocks(void);
#endif

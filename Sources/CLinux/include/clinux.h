#ifndef RELAYMARK_CLINUX_H
#define RELAYMARK_CLINUX_H
// Linux calls that Swift's Glibc module lacks.
#include <sys/epoll.h>
#endif

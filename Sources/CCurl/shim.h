#ifndef RELAYMARK_CCURL_H
#define RELAYMARK_CCURL_H
// libcurl's variadic functions are not imported by Swift: one typed inline function per shape.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

// Leaves a resolver thread behind instead of waiting for it (7.87; older ones wait).
static inline void ccurl_quick_exit(CURL *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)easy;
#endif
}

typedef size_t (*ccurl_data)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode ccurl_set_data(CURL *easy, CURLoption option, ccurl_data callback) {
  return curl_easy_setopt(easy, option, callback);
}

// Called when the connection stands and right before the request leaves (7.80).
typedef int (*ccurl_prereq)(void *context, char *remote, char *local, int remote_port,
                            int local_port);
static inline CURLcode ccurl_set_prereq(CURL *easy, ccurl_prereq callback, void *context) {
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

static inline long ccurl_info_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}
static inline curl_off_t ccurl_info_size(CURL *easy, CURLINFO info) {
  curl_off_t value = 0;
  return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}
static inline void *ccurl_info_private(CURL *easy) {
  char *value = NULL;
  return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

typedef int (*ccurl_socket)(CURL *easy, curl_socket_t fd, int what, void *context, void *socket);
typedef int (*ccurl_timer)(CURLM *multi, long milliseconds, void *context);
static inline CURLMcode ccurl_multi_callbacks(CURLM *multi, ccurl_socket socket, ccurl_timer timer,
                                              void *context) {
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
}
static inline CURLMcode ccurl_multi_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The finished transfer and its result from a message, whose union Swift sees poorly.
static inline CURL *ccurl_message_done(CURLMsg *message, CURLcode *result) {
  if (message->msg != CURLMSG_DONE) return NULL;
  *result = message->data.result;
  return message->easy_handle;
}
#endif

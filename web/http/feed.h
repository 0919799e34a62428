/* Server-sent events (WHATWG HTML 9.2) of one value that changes: every listener gets the newest at once and
 * each newer one as it comes; what a slow listener missed in between is left out, for the value is a state,
 * not a diff. */
#ifndef LZ_WEB_HTTP_FEED_H
#define LZ_WEB_HTTP_FEED_H

#include "web/http/http.h"

struct lz_feed;

/* `heartbeat_ms`: a comment line is sent when nothing else was, so that a dead client is noticed; 0: 5000. */
LZ_MUST lz_err lz_feed_new(unsigned heartbeat_ms, struct lz_feed **ret_feed);
/* Close first, stop the server, then free.  Accepts NULL and pointer to NULL. */
void lz_feed_free(struct lz_feed **feed);
/* Publishes one event of type `event` (NULL: "message") with `data` (one line of JSON).  From any thread. */
LZ_MUST lz_err lz_feed_publish(struct lz_feed *feed, const char *event, const char *data);
/* Ends all streams; later ones end at once. */
void lz_feed_close(struct lz_feed *feed);
/* Turns the reply into a stream of this feed. */
void lz_feed_reply(struct lz_feed *feed, struct lz_http_reply *reply);
unsigned lz_feed_listeners(struct lz_feed *feed);

#endif

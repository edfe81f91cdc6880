/* What AppImage's runtime asks of an inner header of squashfuse that Debian does not ship.
 *
 * The structure and the functions are those of libsquashfuse_ll 0.1.105 and later. Before 0.2,
 * sqfs_usage has no third argument and does not look at it.
 */
#ifndef RIGHTSDESK_FUSEPRIVATE_H
#define RIGHTSDESK_FUSEPRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <fuse3/fuse_lowlevel.h>

typedef struct {
    char *progname;
    const char *image;
    int mountpoint;
    size_t offset;
    unsigned int idle_timeout_secs;
} sqfs_opts;

void sqfs_usage(char *progname, bool fuse_usage, bool ll_usage);

#endif

/*
 * Where this system keeps the certificates that it trusts. A package runs on systems that its
 * libcurl was not built for, so it asks here.
 */
#ifndef WORK_CERTIFICATES_H
#define WORK_CERTIFICATES_H

/*
 * The first of the well-known files that can be read, or NULL. NULL too if libcurl has a place of
 * its own, `built_in` (cainfo or capath of curl_version_info): then it is the one of this system.
 */
const char *certificates_find(const char *built_in);

#endif

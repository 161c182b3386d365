/*
 * The shared prefix of a pass, part by part: each comes from where states are kept, or the worker
 * computes it, and it is kept. States cross in memory that both processes share. Internal to the
 * pass.
 */
#ifndef WORK_PASS_PASS_PREFIX_H
#define WORK_PASS_PASS_PREFIX_H

#include "work/pass/pass_receive.h"

/*
 * Memory to share with a worker. Its size is max_bytes for good; it takes room only where it was
 * written. Returns a descriptor, or -1 if this system has no such memory or max_bytes is 0.
 */
int pass_prefix_memory(int64_t max_bytes);

/* Notes the parts that PASS_READY names. */
void pass_prefix_name(struct pass *p, const struct msg_pass_ready *m);

/* Whether the parts are asked for one at a time. */
bool pass_prefix_is_kept(const struct pass *p);

/* Asks for the parts that WAVE_READY counts; adds to the report. */
enum received pass_prefix_get(struct pass *p, struct arena *a, size_t n_parts);

#endif

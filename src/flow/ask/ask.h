/*
 * Asks every candidate of a session about its slice, once. Decides the order: if memory allows,
 * every candidate answers before any writes its reasons, so the verdict is available early.
 */
#ifndef FLOW_ASK_ASK_H
#define FLOW_ASK_ASK_H

#include "flow/session.h"
#include "report/result/result.h"

/*
 * Returns ERR_REFUSED or ERR_INPUT, with the first candidate's reason, if no candidate can run.
 * Baselines do not count.
 */
int ask_possible(struct session *s) MUST_USE;

/* Asks what is not stored yet, stores every reply as it arrives, and prints what is missing. */
int ask_all(struct session *s) MUST_USE;

/*
 * The exit code after ask_all(): the decision's, unless a signal stopped the session, or anything
 * else did and tickets are left. Prints how to go on if only reasons are missing.
 */
int ask_exit_code(const struct session *s, const struct result *r, bool strict);

#endif

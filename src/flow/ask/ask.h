/*
 * Asks every candidate of a session about its slice, once. Decides the order: if memory allows,
 * every candidate answers before any writes its reasons, so the verdict is available early.
 */
#ifndef FLOW_ASK_ASK_H
#define FLOW_ASK_ASK_H

#include "flow/session.h"

/*
 * Returns ERR_REFUSED or ERR_INPUT, with the first candidate's reason, if no candidate can run.
 * Baselines do not count.
 */
int ask_possible(struct session *s) MUST_USE;

/* Asks what is not stored yet, stores every reply as it arrives, and prints what is missing. */
int ask_all(struct session *s) MUST_USE;

#endif

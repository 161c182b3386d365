/*
 * Calibrated candidates: the answers of another candidate's pass, corrected (judge/calibrate.h).
 */
#ifndef FLOW_ASK_CALIBRATED_H
#define FLOW_ASK_CALIBRATED_H

#include "flow/ask/track.h"

/*
 * Makes the answers of `t` from those of `base`, all in one transaction, once base has answered
 * every ticket; before that nothing happens. Tickets whose label stays keep the base's reason;
 * only the others want one of their own.
 */
int calibrated_answers(struct track *t, const struct track *base, struct err *err) MUST_USE;

/*
 * Takes over the base's reasons for the tickets whose label stayed, as far as there are any, and
 * its session: what the answers cost.
 */
int calibrated_finish(struct track *t, const struct track *base, struct err *err) MUST_USE;

#endif

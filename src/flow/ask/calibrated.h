/*
 * Calibrated candidates: the answers of another candidate's pass, corrected
 * (judge/measure/calibrate.h).
 */
#ifndef FLOW_ASK_CALIBRATED_H
#define FLOW_ASK_CALIBRATED_H

#include "flow/ask/track.h"

/*
 * Makes the answers of `t` from those of `base`, in one transaction. Does nothing until base has
 * answered every ticket. A ticket whose label stays keeps the base's reason; the others need one
 * of their own.
 */
int calibrated_answers(struct track *t, const struct track *base, struct err *err) MUST_USE;

/*
 * Copies the base's reasons for the tickets whose label stayed, and the segment in which the base
 * answered: what the answers cost.
 */
int calibrated_finish(struct track *t, const struct track *base, struct err *err) MUST_USE;

#endif

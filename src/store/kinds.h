/*
 * What kind of run, how it asked, and what an event reports. The store holds the texts: they may
 * be added to, but not changed.
 */
#ifndef STORE_KINDS_H
#define STORE_KINDS_H

#include "base/names.h"

/* Only a smoke test has a verdict. The others are runs about another one, their parent. */
#define RUN_KINDS(X) \
	X(RUN_SMOKE, "smoke") \
	X(RUN_PROBE, "probe") \
	X(RUN_REPLAY, "replay") \
	X(RUN_SUGGEST, "suggest")

/* Two-phase: all labels before the first reason. Free: the model writes what it likes. */
#define RUN_MODES(X) \
	X(MODE_TWO_PHASE, "two-phase") \
	X(MODE_ONE_AT_A_TIME, "one-at-a-time") \
	X(MODE_FREE, "free")

#define EVENT_KINDS(X) \
	X(EVENT_BUDGET, "budget") /* the minutes were spent before the end */ \
	X(EVENT_CHANGED, "changed") /* the model file changed while it was in use */ \
	X(EVENT_FIRST, "first") /* stopped at the first that scored the bar (--first) */ \
	X(EVENT_LADDER, "ladder") /* a step down the ladder (docs/ladder.md) */ \
	X(EVENT_LEAK_GUARD, "leak guard") \
	X(EVENT_LICENCE, "licence") \
	X(EVENT_NOTE, "note") /* by the user */ \
	X(EVENT_NOT_MEASURED, "not measured") /* a candidate gave no answer, and why */ \
	X(EVENT_PLAN, "plan") /* who is asked what, and the command that continues; as JSON */ \
	X(EVENT_PROBE, "probe") /* the spread over forms of the prompt */ \
	X(EVENT_PROMISE, "promise") /* from which probability on labels are taken; as JSON */ \
	X(EVENT_PURGED, "purged") /* this run's texts were removed */ \
	X(EVENT_RACED, "raced") /* stopped early by --race */ \
	X(EVENT_REDACTION, "redaction") \
	X(EVENT_REPLAY, "replay") /* what differs from the run that is replayed */ \
	X(EVENT_REUSED, "reused") \
	X(EVENT_SAME_WEIGHTS, "same weights") \
	X(EVENT_SERVER, "server") \
	X(EVENT_STOPPED, "stopped") \
	X(EVENT_TEMPLATE, "template") \
	X(EVENT_TEXTS_PURGED, "texts purged") /* texts that it shared with a purged run */ \
	X(EVENT_TUNED_WEIGHTS, "tuned weights") \
	X(EVENT_WARNING, "warning") \
	X(EVENT_WORK, "work") /* counts of a batch in production, as JSON */

enum run_kind { RUN_KINDS(NAMES_CONSTANT) };
enum run_mode { RUN_MODES(NAMES_CONSTANT) };
enum event_kind { EVENT_KINDS(NAMES_CONSTANT) };

extern const struct names run_kind_names, run_mode_names, event_kind_names;

const char *run_kind_name(enum run_kind kind);
const char *run_mode_name(enum run_mode mode);
const char *event_kind_name(enum event_kind kind);

#endif

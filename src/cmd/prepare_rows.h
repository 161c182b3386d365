/*
 * Options that `plan` and `smoke` share.
 */
#ifndef CMD_PREPARE_ROWS_H
#define CMD_PREPARE_ROWS_H

#include <stddef.h>

#include "base/opt.h"
#include "flow/prepare/prepare.h"

/* Rows of an option table: `field` is the struct prepare_options in a struct named `type`. */
#define PREPARE_ROWS(type, field) \
	{ "models",   'm', \
	  OPT_LIST,   offsetof(type, field.models), \
	  "FILE,...", "use these models in place of the job's", \
	  0,	      0 }, \
		{ "way",     'w', \
		  OPT_LIST,  offsetof(type, field.ways), \
		  "WAY,...", "ask so: plain, examples, calibrated, examples+calibrated, tuned", \
		  0,	     0 }, \
		{ "evaluate", 0, \
		  OPT_FLAG,   offsetof(type, field.evaluate), \
		  NULL,	      "measure also what a licence forbids to use; it is never picked", \
		  0,	      0 }, \
		{ "threads", 't', \
		  OPT_INT,   offsetof(type, field.threads), \
		  "N",	     "threads of the engine (default: physical cores)", \
		  1,	     1024 }, \
		{ "batch", 0, \
		  OPT_INT, offsetof(type, field.batch), \
		  "N",	   "most tokens of one decode (default: 2048)", \
		  64,	   65536 }, \
	{ \
		"no-sandbox", 0, OPT_FLAG, offsetof(type, field.no_sandbox), NULL, \
			"run workers without a sandbox (recorded)", 0, 0 \
	}

#endif

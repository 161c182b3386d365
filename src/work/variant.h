/*
 * Which variant of the engine's worker this CPU runs best (variant.def). Decides which program is
 * started; must not know what the program does.
 */
#ifndef WORK_VARIANT_H
#define WORK_VARIANT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum { VARIANT_MAX = 16 };

/* The features of this CPU that variants ask for, as words of /proc/cpuinfo: "avx avx2 ...". */
const char *variant_cpu_features(struct arena *a);

/*
 * The variants for a machine ("x86_64", "aarch64") whose CPU has these features, best first.
 * Returns how many; the names are static. Pure.
 */
size_t variant_list(const char *machine, const char *features, const char *ret_names[VARIANT_MAX]);

/*
 * The path of the worker `program` ("toehold-llama") in the best variant that this CPU runs and
 * that is installed, or in the one that the environment's TOEHOLD_VARIANT names. A build without
 * variants has one worker, whose name has no variant. Owned by the arena. Fails with ERR_ENGINE
 * if none is installed, ERR_USAGE if TOEHOLD_VARIANT is unknown or not for this CPU.
 */
int variant_find_worker(struct arena *a, const char *program, char **ret_path,
			struct err *err) MUST_USE;

#endif

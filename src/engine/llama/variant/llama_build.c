/*
 * The name of the engine's build. Compiled for each variant of the worker; all other objects of the
 * engine are the same in each.
 */
#include "engine/engine.h"

const char *engine_build(void)
{
	return TOEHOLD_ENGINE_BUILD;
}

/*
 * Reads the clock and the energy counters at both ends; reading the counters is not timed. Must not
 * know what the worker does meanwhile.
 */
#include "work/pass/stopwatch.h"

#include "base/clock.h"

void stopwatch_begin(struct stopwatch *s, bool with_energy)
{
	s->with_energy = with_energy;
	if (with_energy)
		machine_energy_read(MACHINE_POWERCAP, &s->energy);
	s->start_us = clock_mono_us();
}

int64_t stopwatch_end(const struct stopwatch *s, int64_t *sum_uj)
{
	int64_t us = clock_mono_us() - s->start_us, used_uj = -1;
	struct machine_energy now;

	if (s->with_energy) {
		machine_energy_read(MACHINE_POWERCAP, &now);
		used_uj = machine_energy_uj(&s->energy, &now);
	}
	*sum_uj = *sum_uj < 0 || used_uj < 0 ? -1 : *sum_uj + used_uj;
	return us;
}

int64_t stopwatch_no_energy(void)
{
	struct machine_energy now;

	machine_energy_read(MACHINE_POWERCAP, &now);
	return machine_energy_uj(&now, &now);
}

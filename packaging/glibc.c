/*
 * Functions that glibc got after 2.34, for the static libraries of a build machine that has a newer
 * one. With these the programs ask nothing newer of the glibc they meet (scripts/package checks it).
 * Only packages link this file. Who calls them on Debian 12:
 *   _dl_find_object (2.35)           libgcc_eh.a, to find how a frame is unwound when C++ throws
 *   arc4random, arc4random_buf (2.36)  libstdc++.a (std::random_device), libexpat.a (salt of its hashes)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define OURS __attribute__((visibility("hidden")))

OURS void arc4random_buf(void *bytes, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t r = getrandom((char *)bytes + got, n - got, 0);

		if (r < 0 && errno != EINTR)
			abort(); /* as glibc does: there is no random number to fall back on */
		got += r > 0 ? (size_t)r : 0;
	}
}

OURS uint32_t arc4random(void)
{
	uint32_t number;

	arc4random_buf(&number, sizeof(number));
	return number;
}

struct glibc_search {
	uintptr_t pc;
	struct dl_find_object *found;
};

/* Fills `found` if the object holds the address, with what libgcc reads of it. */
static int glibc_look_at(struct dl_phdr_info *object, size_t size, void *ctx)
{
	struct glibc_search *search = ctx;
	void *table = NULL;
	int holds = 0;

	(void)size;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t start = object->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_GNU_EH_FRAME)
			table = (void *)start;
		if (part->p_type != PT_LOAD || search->pc - start >= part->p_memsz)
			continue;
		holds = 1;
		search->found->dlfo_map_start = (void *)start;
		search->found->dlfo_map_end = (void *)(start + part->p_memsz);
	}
	search->found->dlfo_eh_frame = table;
	return holds && table;
}

/* The contract of glibc's manual: 0 if found, else -1. */
OURS int _dl_find_object(void *pc, struct dl_find_object *ret_found)
{
	struct glibc_search search = { .pc = (uintptr_t)pc, .found = ret_found };

	return dl_iterate_phdr(glibc_look_at, &search) ? 0 : -1;
}

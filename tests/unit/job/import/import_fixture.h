/*
 * For tests of the import: reads a text and writes it as tickets.
 */
#ifndef TEST_IMPORT_FIXTURE_H
#define TEST_IMPORT_FIXTURE_H

#include "base/array.h"
#include "base/str.h"
#include "job/import/import.h"
#include "job/ticket/ticket.h"
#include "unit/scratch.h"

#define NONE \
	{ \
		.from = NULL \
	}
#define ROW(id, text, label) \
	"{\"id\": \"" id "\", \"text\": \"" text "\", \"label\": \"" label "\"}\n"

struct read {
	struct arena arena;
	struct imported imported;
	struct buf out;
	struct err err;
	int r;
};

static inline void parse(struct read *f, const char *text, size_t n_bytes,
			 const struct import_options *o)
{
	static const struct import_options none;

	*f = (struct read){ 0 };
	buf_init(&f->out, 64 << 20);
	f->r = import_parse(&f->arena, "f", text, n_bytes, o ? o : &none, &f->imported, &f->err);
	if (f->r == 0)
		import_write(f->imported.rows, f->imported.n, &f->out);
}

static inline void drop(struct read *f)
{
	buf_release(&f->out);
	arena_release(&f->arena);
}

#endif

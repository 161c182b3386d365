/*
 * Asks for the parts of the shared prefix, one at a time.
 */
#include "work/pass/pass_prefix.h"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "base/clock.h"
#include "base/hash.h"

int pass_prefix_memory(int64_t max_bytes)
{
#ifdef __linux__
	int fd = max_bytes > 0 ? memfd_create("toehold-prefix", MFD_CLOEXEC | MFD_ALLOW_SEALING) :
				 -1;

	if (fd < 0)
		return -1;
	/* A worker that was taken over can neither grow nor shrink it. */
	if (ftruncate(fd, (off_t)max_bytes) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0)
		return fd;
	close(fd);
#else
	(void)max_bytes;
#endif
	return -1;
}

/* Gives the memory back to the system. */
static void pass_prefix_clear_memory(const struct pass *p)
{
#ifdef __linux__
	(void)!fallocate(p->prefix_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			 (off_t)p->settings.prefixes.max_bytes);
#else
	(void)p;
#endif
}

static const char *pass_prefix_key(struct pass *p, const char *sum)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, sum);
	hash_add_text(&h, p->proc.engine_build);
	hash_add_text(&h, p->proc.device);
	hash_hex(&h, hex);
	return arena_strdup(&p->arena, hex);
}

void pass_prefix_name(struct pass *p, const struct msg_pass_ready *m)
{
	p->n_prefix_keys = p->prefix_fd >= 0 ? m->n_parts : 0;
	p->prefix_keys = arena_array(&p->arena, p->n_prefix_keys, sizeof(*p->prefix_keys));
	for (size_t i = 0; i < p->n_prefix_keys; i++)
		p->prefix_keys[i] = pass_prefix_key(p, m->parts[i]);
}

bool pass_prefix_is_kept(const struct pass *p)
{
	return p->n_prefix_keys > 0;
}

/* Keeps what the worker wrote, and counts. */
static void pass_prefix_take(struct pass *p, const struct msg_prefix_ready *m, int64_t load_us)
{
	const struct prefix_store *s = &p->settings.prefixes;
	struct pass_report *r = &p->report;

	r->prefix_tok += m->n_tok;
	r->prefix_us += load_us + m->prefix_us;
	if (m->loaded) {
		r->prefix_kept_tok += m->n_tok;
		r->prefix_load_us += load_us + m->prefix_us;
	} else if (m->n_bytes > 0) {
		s->keep(s->ctx, p->prefix_keys[m->part], p->prefix_fd, m->n_bytes);
	}
}

enum received pass_prefix_get(struct pass *p, struct arena *a, size_t n_parts)
{
	int64_t timeout_us = p->settings.load_timeout_us + p->settings.ticket_timeout_us;
	const struct prefix_store *s = &p->settings.prefixes;
	enum received h = RECEIVED;

	for (size_t i = 0; i < n_parts && h == RECEIVED; i++) {
		struct msg_prefix message = { .part = (int64_t)i, .keep = true };
		int64_t start_us = clock_mono_us();
		struct pass_message w;
		int64_t load_us;

		message.n_bytes = s->load(s->ctx, p->prefix_keys[i], p->prefix_fd);
		load_us = message.n_bytes > 0 ? clock_mono_us() - start_us : 0;
		proc_send(&p->proc, MSG_PREFIX, &message);
		h = pass_receive_type(p, a, timeout_us, MSG_PREFIX_READY, &w);
		if (h == RECEIVED && (w.as.prefix_ready.part != message.part ||
				      (w.as.prefix_ready.loaded && message.n_bytes == 0))) {
			pass_worker_gone(p, OUTCOME_CRASHED, "it sent another part of the prefix");
			h = RECEIVED_FAILURE;
		}
		if (h == RECEIVED)
			pass_prefix_take(p, &w.as.prefix_ready, load_us);
		pass_prefix_clear_memory(p);
	}
	return h;
}

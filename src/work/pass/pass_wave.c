/*
 * Chooses the items of a wave. Reads their images, one wave at a time.
 */
#include "work/pass/pass_wave.h"

#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "job/ticket/image.h"

/* The most that a wave offers: one message must hold it, and an engine keeps 255 sequences. */
enum { OFFER_MAX = 256, OFFER_MAX_BYTES = WIRE_MAX_BYTES / 2 };

struct filling {
	struct pass *pass;
	struct arena *a;
	struct msg_wave *wave;
	struct bad_image *bad;
	size_t n_bad, n_bytes;
	bool full;
};

static int wave_read_image(struct arena *a, const struct pass_item *item, struct blob *ret,
			   struct err *err)
{
	char now[HASH_HEX_LEN + 1];
	char *data;

	if (file_read(a, item->image, IMAGE_MAX_BYTES, &data, &ret->len, err) < 0)
		return err_wrap(err, "its image can no longer be read");
	hash_bytes(data, ret->len, now);
	if (strcmp(now, item->image_sha256) != 0)
		return err_set(err, ERR_INPUT,
			       "its image has changed since the tickets were read (sha256 %.12s…, "
			       "now %.12s…): put the old file back, or start another run",
			       item->image_sha256, now);
	ret->data = data;
	return 0;
}

static void wave_offer(struct filling *f, size_t at)
{
	const struct pass_item *item = &f->pass->items[at];
	struct pass *p = f->pass;
	struct blob image = { 0 };
	struct err err;
	size_t n;

	if (item->image && wave_read_image(f->a, item, &image, &err) < 0) {
		f->bad[f->n_bad++] = (struct bad_image){ at, arena_strdup(f->a, err.msg) };
		return;
	}
	n = strlen(item->text) + image.len;
	f->full = p->n_wave > 0 && f->n_bytes + n > OFFER_MAX_BYTES;
	if (f->full)
		return;
	f->n_bytes += n;
	f->wave->n_images += image.len > 0;
	f->wave->images[p->n_wave] = image;
	f->wave->texts[p->n_wave] = item->text;
	p->wave[p->n_wave++] = at;
}

void pass_fill_wave(struct pass *p, struct arena *a, struct msg_wave *ret_wave,
		    struct bad_image **ret_bad, size_t *ret_n_bad)
{
	size_t most = p->n_items < OFFER_MAX ? p->n_items : OFFER_MAX;
	struct filling f = { .pass = p, .a = a, .wave = ret_wave };

	*ret_wave = (struct msg_wave){ .texts = arena_array(a, most, sizeof(*ret_wave->texts)),
				       .images = arena_array(a, most, sizeof(*ret_wave->images)) };
	f.bad = arena_array(a, p->n_items, sizeof(*f.bad));
	p->n_wave = 0;
	for (int answered = 0; answered <= 1; answered++)
		for (size_t i = 0; i < p->n_items && p->n_wave < OFFER_MAX && !f.full; i++)
			if (!p->items[i].reasoned && p->items[i].answered == (answered == 1))
				wave_offer(&f, i);
	ret_wave->n_texts = p->n_wave;
	ret_wave->n_images = ret_wave->n_images ? p->n_wave : 0;
	*ret_bad = f.bad;
	*ret_n_bad = f.n_bad;
}

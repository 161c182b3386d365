/*
 * The file of a ticket's image: its allowed folder and size.
 */
#include "job/ticket/image.h"

#include <stdbool.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"

/* Whether a part of the path is "..". */
static bool image_climbs(const char *path)
{
	for (const char *part = path; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
			return true;
	}
	return false;
}

int image_read(struct arena *a, const char *beside, const char *name, const char **ret_data,
	       size_t *ret_n_bytes, struct image_facts *ret_facts, struct err *err)
{
	const char *path = file_beside(a, beside, name);
	struct file_stamp stamp;
	struct err why;
	char *data;

	if (*name == '/' || image_climbs(name))
		return err_set(err, ERR_INPUT,
			       "the image '%s' is outside the folder of the tickets file; move it "
			       "into that folder, or into one below it",
			       display_text(a, name));
	if (file_stamp_get(path, &stamp, &why) < 0)
		return err_set(err, ERR_INPUT, "the image '%s' cannot be read: %s",
			       display_text(a, name), why.msg);
	if (stamp.size_bytes > IMAGE_MAX_BYTES)
		return err_set(err, ERR_INPUT, "the image '%s' has %lld bytes; the limit is %d",
			       display_text(a, name), (long long)stamp.size_bytes, IMAGE_MAX_BYTES);
	if (file_read(a, path, IMAGE_MAX_BYTES, &data, ret_n_bytes, &why) < 0)
		return err_set(err, ERR_INPUT, "the image '%s' cannot be read: %s",
			       display_text(a, name), why.msg);
	if (image_look(data, *ret_n_bytes, ret_facts, &why) < 0)
		return err_set(err, ERR_INPUT, "the image '%s' cannot be used: %s",
			       display_text(a, name), why.msg);
	*ret_data = data;
	return 0;
}

/*
 * Placeholders: their key, which spellings count as one value, and how a value is shown masked.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/redact/redact.h"
#include "job/redact/redact_fold.h"

enum { DISPLAY_HEX = 6, KEY_HEX = 2 * REDACT_KEY_BYTES };

/* How the spellings of one value become equal. */
enum norm { NORM_WORDS, NORM_CODE, NORM_LOWER, NORM_EXACT };

static const enum norm norms[REDACT_N_TYPES] = {
	[REDACT_EMAIL] = NORM_LOWER,	 [REDACT_URL] = NORM_LOWER,
	[REDACT_IP] = NORM_LOWER,	 [REDACT_DEVICE] = NORM_CODE,
	[REDACT_CARD] = NORM_CODE,	 [REDACT_IBAN] = NORM_CODE,
	[REDACT_ACCOUNT] = NORM_CODE,	 [REDACT_PHONE] = NORM_CODE,
	[REDACT_SSN] = NORM_CODE,	 [REDACT_ID] = NORM_CODE,
	[REDACT_CRYPTO] = NORM_EXACT,	 [REDACT_SECRET] = NORM_EXACT,
	[REDACT_BIRTHDATE] = NORM_WORDS, [REDACT_DATE] = NORM_WORDS,
	[REDACT_AGE] = NORM_WORDS,	 [REDACT_PERSON] = NORM_WORDS,
	[REDACT_ADDRESS] = NORM_WORDS,	 [REDACT_PLACE] = NORM_WORDS,
	[REDACT_ZIP] = NORM_CODE,	 [REDACT_ORG] = NORM_WORDS,
};

static char key_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool key_is_alnum(char c)
{
	c = key_lower(c);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static const char *key_normalised(struct arena *a, enum redact_type type, const char *value,
				  size_t n_bytes)
{
	char *text = arena_strndup(a, value, n_bytes);
	struct redact_folded folded;
	size_t n = 0;

	if (norms[type] == NORM_EXACT)
		return text;
	if (redact_fold(a, value, n_bytes, &folded))
		text = folded.text;
	if (norms[type] == NORM_WORDS)
		return str_normalised(a, text);
	for (size_t i = 0; text[i]; i++)
		if (norms[type] == NORM_LOWER || key_is_alnum(text[i]))
			text[n++] = key_lower(text[i]);
	text[n] = '\0';
	return text;
}

static int key_make_key(struct arena *a, const char *path, struct err *err)
{
	struct redact_key key;
	char hex[HASH_HEX_LEN + 2];
	const char *slash = strrchr(path, '/');
	int fd;

	if (slash && slash != path &&
	    file_make_dirs(arena_strndup(a, path, (size_t)(slash - path)), 0700, err) < 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno == EEXIST)
		return 0; /* another process has just created it */
	if (fd < 0)
		return err_sys(err, ERR_INPUT, errno, "cannot make the key '%s'", path);
	hash_random(&key, sizeof(key));
	hash_bytes(&key, sizeof(key), hex);
	memcpy(hex + HASH_HEX_LEN, "\n", 2);
	if (write(fd, hex, KEY_HEX + 1) != KEY_HEX + 1 || fsync(fd) < 0) {
		err_sys(err, ERR_INPUT, errno, "cannot write the key '%s'", path);
		close(fd);
		unlink(path);
		return -1;
	}
	close(fd);
	return 0;
}

static int key_hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, key_lower(c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

static int key_parse_key(const char *path, const char *text, size_t n, struct redact_key *ret_key,
			 struct err *err)
{
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	for (size_t i = 0; n == KEY_HEX && i < REDACT_KEY_BYTES; i++) {
		int high = key_hex_digit(text[2 * i]), low = key_hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			n = 0;
		ret_key->bytes[i] = (unsigned char)((high & 15) << 4 | (low & 15));
	}
	if (n != KEY_HEX)
		return err_set(err, ERR_INPUT,
			       "'%s' is not a key file: expected %d hex digits; name another file "
			       "with --key",
			       path, KEY_HEX);
	return 0;
}

int redact_key_load(struct arena *a, const char *path, struct redact_key *ret_key, struct err *err)
{
	struct stat st;
	char *text;
	size_t n;

	if (lstat(path, &st) < 0 && errno == ENOENT && key_make_key(a, path, err) < 0)
		return -1;
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 077)
		return err_set(
			err, ERR_REFUSED,
			"the key '%s' can be read by others, who could find the values behind "
			"placeholders; run 'chmod 600' on it",
			path);
	if (file_read(a, path, 4096, &text, &n, err) < 0)
		return -1;
	return key_parse_key(path, text, n, ret_key, err);
}

const char *redact_placeholder(struct arena *a, const struct redact_key *key, enum redact_type type,
			       const char *value, size_t n_bytes)
{
	const char *name = redact_type_name(type);
	const char *text = arena_printf(a, "%s %s", name, key_normalised(a, type, value, n_bytes));
	char hex[HASH_HEX_LEN + 1];

	hash_hmac(key->bytes, sizeof(key->bytes), text, strlen(text), hex);
	return arena_printf(a, "[%s_%.*s]", name, DISPLAY_HEX, hex);
}

void redact_apply(struct arena *a, const struct redact_key *key, const char *text, size_t n_bytes,
		  const struct redact_result *result, struct buf *out)
{
	size_t at = 0;

	for (size_t i = 0; i < result->n_covered; i++) {
		const struct redact_span *span = &result->covered[i];

		buf_add(out, text + at, span->start - at);
		buf_adds(out, redact_placeholder(a, key, span->type, text + span->start,
						 span->end - span->start));
		at = span->end;
	}
	buf_add(out, text + at, n_bytes - at);
}

int redact_cover(const struct redact_cover *with, struct arena *a, const char **text,
		 struct redact_result *ret_found, struct err *err)
{
	size_t n_bytes = strlen(*text);
	struct buf b;

	if (redact_scan(with->redactor, a, *text, n_bytes, with->types, ret_found, err) < 0)
		return -1;
	if (ret_found->n_covered == 0)
		return 0;
	buf_init(&b, SIZE_MAX / 2);
	redact_apply(a, with->key, *text, n_bytes, ret_found, &b);
	*text = buf_to_arena(&b, a);
	return 0;
}

const char *redact_masked(struct arena *a, enum redact_type type, const char *value, size_t n_bytes)
{
	size_t first, last;

	/* Two characters of a short value reveal too much. */
	if (type == REDACT_SECRET || type == REDACT_AGE || n_bytes < 6)
		return arena_strdup(a, "…");
	first = str_char_end(value, 0, n_bytes);
	last = str_char_start(value, n_bytes - 1);
	if (last < first)
		last = first;
	return arena_printf(a, "%.*s…%.*s", (int)first, value, (int)(n_bytes - last), value + last);
}

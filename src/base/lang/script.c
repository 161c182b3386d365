/*
 * Ranges of code points and their scripts. A script may have several ranges.
 */
#include "base/lang/script.h"

#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"

struct range {
	utf8proc_int32_t first, last;
	const char *name;
};

static const char latin[] = "Latin", greek[] = "Greek", cyrillic[] = "Cyrillic",
		  armenian[] = "Armenian", hebrew[] = "Hebrew", arabic[] = "Arabic",
		  georgian[] = "Georgian", hangul[] = "Hangul", ethiopic[] = "Ethiopic",
		  devanagari[] = "Devanagari", myanmar[] = "Myanmar", cherokee[] = "Cherokee",
		  canadian[] = "Canadian Aboriginal", kana[] = "Kana", bopomofo[] = "Bopomofo",
		  han[] = "Han";

/* In ascending order. */
static const struct range ranges[] = {
	{ 0x0041, 0x02AF, latin },	 { 0x0370, 0x03FF, greek },
	{ 0x0400, 0x052F, cyrillic },	 { 0x0531, 0x058F, armenian },
	{ 0x0591, 0x05FF, hebrew },	 { 0x0600, 0x06FF, arabic },
	{ 0x0700, 0x074F, "Syriac" },	 { 0x0750, 0x077F, arabic },
	{ 0x0780, 0x07BF, "Thaana" },	 { 0x07C0, 0x07FF, "Nko" },
	{ 0x0860, 0x086F, "Syriac" },	 { 0x0870, 0x08FF, arabic },
	{ 0x0900, 0x097F, devanagari },	 { 0x0980, 0x09FF, "Bengali" },
	{ 0x0A00, 0x0A7F, "Gurmukhi" },	 { 0x0A80, 0x0AFF, "Gujarati" },
	{ 0x0B00, 0x0B7F, "Oriya" },	 { 0x0B80, 0x0BFF, "Tamil" },
	{ 0x0C00, 0x0C7F, "Telugu" },	 { 0x0C80, 0x0CFF, "Kannada" },
	{ 0x0D00, 0x0D7F, "Malayalam" }, { 0x0D80, 0x0DFF, "Sinhala" },
	{ 0x0E00, 0x0E7F, "Thai" },	 { 0x0E80, 0x0EFF, "Lao" },
	{ 0x0F00, 0x0FFF, "Tibetan" },	 { 0x1000, 0x109F, myanmar },
	{ 0x10A0, 0x10FF, georgian },	 { 0x1100, 0x11FF, hangul },
	{ 0x1200, 0x139F, ethiopic },	 { 0x13A0, 0x13FF, cherokee },
	{ 0x1400, 0x167F, canadian },	 { 0x1780, 0x17FF, "Khmer" },
	{ 0x1800, 0x18AF, "Mongolian" }, { 0x18B0, 0x18FF, canadian },
	{ 0x1B00, 0x1B7F, "Balinese" },	 { 0x1B80, 0x1BBF, "Sundanese" },
	{ 0x1C50, 0x1C7F, "Ol Chiki" },	 { 0x1C80, 0x1C8F, cyrillic },
	{ 0x1C90, 0x1CBF, georgian },	 { 0x1E00, 0x1EFF, latin },
	{ 0x1F00, 0x1FFF, greek },	 { 0x2C60, 0x2C7F, latin },
	{ 0x2D00, 0x2D2F, georgian },	 { 0x2D30, 0x2D7F, "Tifinagh" },
	{ 0x2D80, 0x2DDF, ethiopic },	 { 0x2DE0, 0x2DFF, cyrillic },
	{ 0x3005, 0x3007, han },	 { 0x3041, 0x30FF, kana },
	{ 0x3100, 0x312F, bopomofo },	 { 0x3130, 0x318F, hangul },
	{ 0x31A0, 0x31BF, bopomofo },	 { 0x31F0, 0x31FF, kana },
	{ 0x3400, 0x4DBF, han },	 { 0x4E00, 0x9FFF, han },
	{ 0xA000, 0xA4CF, "Yi" },	 { 0xA500, 0xA63F, "Vai" },
	{ 0xA640, 0xA69F, cyrillic },	 { 0xA720, 0xA7FF, latin },
	{ 0xA8E0, 0xA8FF, devanagari },	 { 0xA960, 0xA97F, hangul },
	{ 0xA980, 0xA9DF, "Javanese" },	 { 0xA9E0, 0xA9FF, myanmar },
	{ 0xAA60, 0xAA7F, myanmar },	 { 0xAB00, 0xAB2F, ethiopic },
	{ 0xAB30, 0xAB6F, latin },	 { 0xAB70, 0xABBF, cherokee },
	{ 0xAC00, 0xD7FF, hangul },	 { 0xF900, 0xFAFF, han },
	{ 0xFB00, 0xFB06, latin },	 { 0xFB13, 0xFB17, armenian },
	{ 0xFB1D, 0xFB4F, hebrew },	 { 0xFB50, 0xFDFF, arabic },
	{ 0xFE70, 0xFEFC, arabic },	 { 0xFF21, 0xFF5A, latin },
	{ 0xFF66, 0xFF9F, kana },	 { 0xFFA0, 0xFFDC, hangul },
	{ 0x1E900, 0x1E95F, "Adlam" },	 { 0x20000, 0x3FFFF, han },
};

enum { N_RANGES = COUNT_OF(ranges) };

/* Marks count as letters: some scripts write vowels as marks. */
static bool script_is_letter(utf8proc_int32_t cp)
{
	utf8proc_category_t c = utf8proc_category(cp);

	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME;
}

static const char *script_name_of(utf8proc_int32_t cp)
{
	for (size_t i = 0; i < N_RANGES && ranges[i].first <= cp; i++)
		if (cp <= ranges[i].last)
			return ranges[i].name;
	return NULL;
}

const char *script_of(const char *text, size_t n_bytes)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	size_t counts[N_RANGES] = { 0 }, n_letters = 0;

	if (str_utf8_error(text, n_bytes) >= 0)
		return "";
	for (size_t at = 0; at < n_bytes;) {
		utf8proc_int32_t cp;
		const char *name;

		at += (size_t)utf8proc_iterate(p + at, (utf8proc_ssize_t)(n_bytes - at), &cp);
		if (!script_is_letter(cp))
			continue;
		n_letters++;
		name = script_name_of(cp);
		for (size_t i = 0; name && i < N_RANGES; i++) {
			if (strcmp(ranges[i].name, name) != 0)
				continue;
			counts[i]++; /* the first range of a script counts for all */
			break;
		}
	}
	for (size_t i = 0; i < N_RANGES; i++)
		if (counts[i] * 2 > n_letters)
			return ranges[i].name;
	return "";
}

bool script_runs_left(const char *text)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;

	while (*p) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate(p, -1, &cp);
		utf8proc_propval_t class = n > 0 ? utf8proc_get_property(cp)->bidi_class : 0;

		if (class == UTF8PROC_BIDI_CLASS_R || class == UTF8PROC_BIDI_CLASS_AL)
			return true;
		p += n > 0 ? n : 1;
	}
	return false;
}

/*
 * Days are counted from the end of 1899 as spreadsheets do, who take 1900 for a leap year: day 60
 * is a 29 February that never was.
 */
#include "job/table/workbook_cell.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"

enum { DAY_MAX = 2958465, /* 9999-12-31 */ DAY_SECONDS = 86400, FALSE_DAY = 60, DAYS_1904 = 1462 };

struct number_form number_form_builtin(long id)
{
	struct number_form form = { 0 };

	form.date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
		    (id >= 50 && id <= 54) || (id >= 57 && id <= 58);
	form.time = (id >= 18 && id <= 22) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) ||
		    (id >= 55 && id <= 56);
	form.duration = id == 46;
	return form;
}

/* The code behind what is only shown: quoted text, an escaped character, a width, a colour. */
static const char *cell_skip_shown(const char *p, struct number_form *form)
{
	if (*p == '"') {
		p += strcspn(p + 1, "\"") + 1;
	} else if (*p == '[') {
		size_t n = strcspn(p, "]");

		form->duration |= n > 1 && strspn(p + 1, "hHmMsS") == n - 1;
		p += n;
	} else if (strchr("\\_*", *p) && p[1]) {
		p++;
	}
	return *p ? p + 1 : p;
}

struct number_form number_form_of_code(const char *code)
{
	struct number_form form = { 0 };
	bool months = false;

	if (*code && code[strspn(code, "0")] == '\0')
		form.n_zeros = strlen(code);
	for (const char *p = code; *p && *p != ';';) {
		int c = tolower((unsigned char)*p);

		if (strchr("\"[\\_*", *p)) {
			p = cell_skip_shown(p, &form);
			continue;
		}
		form.date |= c == 'y' || c == 'd';
		form.time |= c == 'h' || c == 's';
		months |= c == 'm';
		p++;
	}
	form.date |= months && !form.time;
	if (form.duration)
		form.date = form.time = false;
	return form;
}

/*
 * The date of a day counted from 1970-01-01, by H. Hinnant, "chrono-compatible low-level date
 * algorithms" (civil_from_days).
 */
static const char *cell_date(struct arena *a, int64_t days)
{
	int64_t z = days + 719468, era = z / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;

	return arena_printf(a, "%04lld-%02lld-%02lld", (long long)(yoe + era * 400 + (month <= 2)),
			    (long long)month, (long long)(doy - (153 * mp + 2) / 5 + 1));
}

static const char *cell_day(struct arena *a, int64_t day, bool from_1904)
{
	if (from_1904)
		day += DAYS_1904;
	if (day == FALSE_DAY)
		return "1900-02-29";
	return cell_date(a, day - 25569 + (day < FALSE_DAY));
}

static const char *cell_clock(struct arena *a, int64_t seconds)
{
	return arena_printf(a, "%02lld:%02lld:%02lld", (long long)(seconds / 3600),
			    (long long)(seconds / 60 % 60), (long long)(seconds % 60));
}

static const char *cell_time(struct arena *a, double x, struct number_form form, bool from_1904)
{
	int64_t seconds = llround(x * DAY_SECONDS), day = seconds / DAY_SECONDS;

	if (form.duration || (!form.date && day == 0))
		return cell_clock(a, seconds);
	if (!form.time)
		return cell_day(a, (int64_t)floor(x), from_1904);
	return arena_printf(a, "%sT%s", cell_day(a, day, from_1904),
			    cell_clock(a, seconds % DAY_SECONDS));
}

static const char *cell_plain(struct arena *a, const char *value, double x)
{
	size_t n_sign = value[0] == '-';

	if (value[n_sign] && value[n_sign + strspn(value + n_sign, "0123456789")] == '\0')
		return value; /* whole, of any length */
	if (x == floor(x) && fabs(x) < 1e21)
		return arena_printf(a, "%.0f", x);
	return arena_printf(a, "%.15g", x);
}

const char *workbook_number(struct arena *a, const char *value, struct number_form form,
			    bool from_1904)
{
	const char *text;
	size_t n_sign;
	char *end;
	double x = strtod(value, &end);

	if (end == value || *end || !isfinite(x))
		return value;
	if ((form.date || form.time || form.duration) && x >= 0 && x <= DAY_MAX)
		return cell_time(a, x, form, from_1904);
	text = cell_plain(a, value, x);
	n_sign = text[0] == '-';
	if (form.n_zeros == 0 || text[n_sign + strspn(text + n_sign, "0123456789")])
		return text;
	for (size_t n = strlen(text + n_sign); n < form.n_zeros && n < 100; n++)
		text = arena_printf(a, "%.*s0%s", (int)n_sign, text, text + n_sign);
	return text;
}

/* The character of an escape "_xHHHH_" at p, or 0. */
static int32_t workbook_escaped(const char *p, const char *end)
{
	if (end - p < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return 0;
	for (int i = 2; i < 6; i++)
		if (!isxdigit((unsigned char)p[i]))
			return 0;
	return (int32_t)strtol((char[]){ p[2], p[3], p[4], p[5], '\0' }, NULL, 16);
}

const char *workbook_unescape(struct arena *a, const char *text, size_t n_bytes, size_t *ret_len)
{
	const char *end = text + n_bytes, *mark = memmem(text, n_bytes, "_x", 2);
	char *out;
	size_t len = 0;

	*ret_len = n_bytes;
	if (!mark)
		return arena_strndup(a, text, n_bytes);
	out = arena_alloc(a, n_bytes + 1);
	for (const char *p = text; p < end;) {
		int32_t c = workbook_escaped(p, end);

		if (c > 0 && utf8proc_codepoint_valid(c)) {
			len += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + len);
			p += 7;
		} else {
			out[len++] = *p++;
		}
	}
	*ret_len = len;
	return out;
}

/*
 * Parses shares and sizes. Decides the units. Must not know YAML.
 */
#include "job/file/job_values.h"

#include <string.h>

#include "base/array.h"

/* Parses digits with an optional decimal point. Returns the rest of the text, NULL if no number. */
static const char *values_parse_decimal(const char *text, double *ret_value)
{
	double value = 0, scale = 1;
	const char *p = text;
	size_t n_digits = 0;

	for (; *p >= '0' && *p <= '9'; p++, n_digits++)
		value = value * 10 + (*p - '0');
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, n_digits++)
			value += (*p - '0') * (scale /= 10);
	if (n_digits == 0 || n_digits > 15)
		return NULL;
	*ret_value = value;
	while (*p == ' ')
		p++;
	return p;
}

bool job_parse_share(const char *text, double *ret_share)
{
	double value;
	const char *rest = values_parse_decimal(text, &value);

	if (!rest || (*rest && strcmp(rest, "%") != 0))
		return false;
	if (*rest || value >= 2)
		value /= 100;
	*ret_share = value;
	return value > 0 && value <= 1;
}

static const struct {
	const char *name;
	double bytes;
} size_units[] = {
	{ "", 1 },
	{ "B", 1 },
	{ "MB", 1e6 },
	{ "GB", 1e9 },
	{ "TB", 1e12 },
	{ "MiB", 1024.0 * 1024 },
	{ "GiB", 1024.0 * 1024 * 1024 },
	{ "TiB", 1024.0 * 1024 * 1024 * 1024 },
};

bool job_parse_size(const char *text, int64_t *ret_bytes)
{
	double value;
	const char *rest = values_parse_decimal(text, &value);

	for (size_t i = 0; rest && i < COUNT_OF(size_units); i++) {
		if (strcmp(rest, size_units[i].name) != 0)
			continue;
		value *= size_units[i].bytes;
		*ret_bytes = value < 1e18 ? (int64_t)value : 0;
		return value >= 1e6 && value < 1e18;
	}
	return false;
}

/*
 * Short names: every model begins with its shortest form, and gets parts back while another model
 * has the same form.
 */
#include "report/short_name.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "job/file/job.h"

/* Parts at the end of a model's name that say little to people, in lower case. */
static const char *const dull_parts[] = {
	"gguf", "instruct", "it",  "chat", "hf", "latest", "f16",
	"bf16", "fp16",	    "f32", "imat", "i1", "mxfp4",  "ud",
};

enum { SHORT_NAME_MAX_CUTS = 8 };

/* The model of a candidate, and the forms of its name: level 0 is the shortest. */
struct short_model {
	const char *name; /* of the candidate; the model's is its first n bytes */
	size_t n;
	size_t start; /* behind the folder */
	size_t end; /* before " #2", which tells models of the same label apart */
	size_t cuts[SHORT_NAME_MAX_CUTS]; /* ends of the shorter forms, the longest first */
	size_t n_cuts, level;
	const char *form;
};

/* "q4_k_m", "iq3_xxs", "tq1_0", "Q8_0": up to two letters, a digit, and what may follow it. */
static bool short_name_is_quant(const char *part, size_t n)
{
	size_t i = n > 0 && strchr("iItT", part[0]) ? 1 : 0;

	if (i + 1 >= n || tolower((unsigned char)part[i]) != 'q' ||
	    !isdigit((unsigned char)part[i + 1]))
		return false;
	return strspn(part + i + 2, "_0123456789KkSsMmLlXxNn") >= n - i - 2;
}

static bool short_name_is_dull(const char *part, size_t n)
{
	for (size_t i = 0; i < COUNT_OF(dull_parts); i++)
		if (strlen(dull_parts[i]) == n && strncasecmp(dull_parts[i], part, n) == 0)
			return true;
	return short_name_is_quant(part, n);
}

static void short_name_find_cuts(struct short_model *m)
{
	size_t end = m->end;

	for (size_t at = end; at-- > m->start + 1 && m->n_cuts < SHORT_NAME_MAX_CUTS;) {
		if (!strchr("-.:", m->name[at]))
			continue;
		if (!short_name_is_dull(m->name + at + 1, end - at - 1))
			return;
		end = m->cuts[m->n_cuts++] = at;
	}
}

static bool short_name_is_baseline(const char *name)
{
	return str_starts(name, "baseline ");
}

/* The space before the way: the last one, unless the name of a head follows the way. */
static const char *short_name_way(struct arena *a, const char *name)
{
	const char *tuned = strstr(name, arena_printf(a, " %s ", way_name(WAY_TUNED)));

	return tuned ? tuned : strrchr(name, ' ');
}

static struct short_model short_name_model(struct arena *a, const char *name)
{
	const char *way = short_name_way(a, name);
	struct short_model m = { .name = name, .n = way ? (size_t)(way - name) : strlen(name) };

	m.end = m.n;
	for (size_t i = 0; i + 1 < m.n; i++)
		if (name[i] == ' ' && name[i + 1] == '#')
			m.end = i;
	for (size_t i = 0; i + 1 < m.end; i++)
		if (name[i] == '/')
			m.start = i + 1;
	if (!short_name_is_baseline(name))
		short_name_find_cuts(&m);
	return m;
}

/* Level n_cuts is the whole name of the file, the level above it has the folder too. */
static bool short_name_can_grow(const struct short_model *m)
{
	return m->level < m->n_cuts + (m->start > 0);
}

static const char *short_name_form(struct arena *a, const struct short_model *m)
{
	size_t start = m->level > m->n_cuts ? 0 : m->start;
	size_t end = m->level < m->n_cuts ? m->cuts[m->n_cuts - 1 - m->level] : m->end;

	return arena_printf(a, "%.*s%.*s", (int)(end - start), m->name + start,
			    (int)(m->n - m->end), m->name + m->end);
}

static bool short_name_is_shared(const struct short_model *models, size_t n, size_t at)
{
	const struct short_model *m = &models[at];

	for (size_t i = 0; i < n; i++) {
		bool same_model =
			models[i].n == m->n && strncmp(models[i].name, m->name, m->n) == 0;

		if (!same_model && strcasecmp(models[i].form, m->form) == 0)
			return true;
	}
	return false;
}

/* Lengthens every form that two models share. False: none does, or none can be lengthened. */
static bool short_name_lengthen(struct arena *a, struct short_model *models, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		if (short_name_is_shared(models, n, i) && short_name_can_grow(&models[i])) {
			models[i].level++;
			any = true;
		}
	for (size_t i = 0; any && i < n; i++)
		models[i].form = short_name_form(a, &models[i]);
	return any;
}

const char **short_names(struct arena *a, const char *const *names, size_t n)
{
	struct short_model *models = arena_array(a, n, sizeof(*models));
	const char **short_names = arena_array(a, n, sizeof(*short_names));

	for (size_t i = 0; i < n; i++) {
		models[i] = short_name_model(a, names[i]);
		models[i].form = short_name_form(a, &models[i]);
	}
	while (short_name_lengthen(a, models, n))
		continue;
	for (size_t i = 0; i < n; i++)
		short_names[i] = short_name_is_baseline(names[i]) || !names[i][models[i].n] ?
					 names[i] :
					 arena_printf(a, "%s " SHORT_NAME_DOT "%s", models[i].form,
						      names[i] + models[i].n);
	return short_names;
}

bool short_name_is(const char *short_name, const char *words)
{
	const char *dot = strstr(short_name, " " SHORT_NAME_DOT " ");
	size_t n = dot ? (size_t)(dot - short_name) : 0;

	if (strcasecmp(short_name, words) == 0)
		return true;
	return dot && strncasecmp(short_name, words, n) == 0 &&
	       strcasecmp(dot + strlen(" " SHORT_NAME_DOT), words + n) == 0;
}

/*
 * The judgement. Every source is read, and the worst one counts, unless the user has decided. A
 * guess can make a good verdict doubtful, but never a doubtful one good.
 */
#include "job/licence/licence.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "job/licence/licence_rows.h"

static const char own_agreement[] = "own-agreement"; /* only the user may say so */
static const char by_name[] = "by its name";
static const char by_user[] = "the job file";

static const char *const verdict_names[] = {
	[LICENCE_OK] = "OK",
	[LICENCE_READ] = "READ",
	[LICENCE_BLOCK] = "BLOCK",
};

/* One model's judgement under way. */
struct judging {
	struct arena *a;
	const struct model *model;
	const struct job *job; /* NULL: commercial use, and the user said nothing */
	struct licence *l;
	bool stated; /* a reliable source has spoken */
	bool word; /* the user has spoken */
};

const char *licence_verdict_name(enum licence_verdict verdict)
{
	return verdict_names[verdict];
}

bool licence_outweighs(const struct licence *x, const struct licence *y)
{
	bool word_x = strcmp(x->source, by_user) == 0, word_y = strcmp(y->source, by_user) == 0;

	return word_x == word_y ? x->verdict > y->verdict : word_x;
}

const char *licence_words(struct arena *a, const char *verdict, const char *id, const char *source)
{
	if (!*id)
		return verdict;
	return arena_printf(a, "%s %s%s", verdict, id, strcmp(source, by_name) == 0 ? "?" : "");
}

static bool licence_is_research(const struct job *job)
{
	return job && job->use == USE_RESEARCH;
}

const char *licence_use_name(const struct job *job)
{
	return use_name(licence_is_research(job) ? USE_RESEARCH : USE_COMMERCIAL);
}

/* READ if the licence is unknown (row is NULL). */
static enum licence_verdict licence_verdict_of(const struct judging *j,
					       const struct licence_row *row)
{
	if (!row)
		return LICENCE_READ;
	return licence_is_research(j->job) ? row->research : row->commercial;
}

static enum licence_verdict licence_at_best(enum licence_verdict verdict,
					    enum licence_verdict limit)
{
	return verdict > limit ? verdict : limit;
}

static void licence_name_it(struct judging *j, const struct licence_row *row)
{
	j->l->id = row->id;
	j->l->name = row->name;
	j->l->conditions = row->conditions;
}

static void licence_add_why(struct judging *j, const char *why)
{
	j->l->why = arena_add_item(j->a, j->l->why, "; ", "%s", why);
}

/* If two licences apply to the same weights, the conditions of both hold. */
static void licence_join_conditions(struct judging *j, const struct licence_row *row)
{
	if (strcmp(j->l->id, row->id) != 0 && *row->conditions)
		j->l->conditions =
			arena_add_item(j->a, j->l->conditions, "; ", "%s", row->conditions);
}

/* RULE: the worst statement counts. `row` is NULL if the licence is unknown. */
static void licence_claim(struct judging *j, const struct licence_row *row,
			  enum licence_verdict verdict, const char *source, const char *why)
{
	struct licence *l = j->l;

	if (j->word) {
		if (verdict > l->verdict)
			licence_add_why(j, why);
		return;
	}
	if (!j->stated || verdict > l->verdict) {
		l->verdict = verdict;
		l->source = source;
		if (row)
			licence_name_it(j, row);
	} else if (row && !*l->id) {
		licence_name_it(j, row);
	} else if (row && verdict == l->verdict && verdict != LICENCE_OK) {
		licence_join_conditions(j, row);
	}
	j->stated = true;
	licence_add_why(j, why);
}

/* RULE: the user's word overrides all other sources. */
static void licence_hear_user(struct judging *j)
{
	const struct model *m = j->model;
	const char *names[] = { m->spec, m->path, str_basename(m->path), m->label };

	for (size_t i = 0; j->job && i < j->job->n_licence_words; i++) {
		const struct licence_word *word = &j->job->licence_words[i];
		const struct licence_row *row = licence_find(word->licence);

		for (size_t k = 0; row && k < COUNT_OF(names); k++) {
			if (j->word || !names[k] || strcmp(word->model, names[k]) != 0)
				continue;
			licence_claim(j, row, licence_verdict_of(j, row), by_user,
				      arena_printf(j->a, "the job file says %s", row->id));
			j->word = true;
		}
	}
}

static void licence_hear_text(struct judging *j, const struct licence_text *t)
{
	const struct licence_row *row = t->row ? licence_find(t->row->licence) : NULL;
	enum licence_verdict verdict = licence_verdict_of(j, row);
	enum licence_verdict was = j->l->verdict;
	const char *why;

	if (!row)
		why = arena_printf(j->a, "%s is not a licence that toehold knows", t->from);
	else if (t->more)
		why = arena_printf(j->a, "%s resembles %s, but holds more", t->from, row->id);
	else
		why = arena_printf(j->a, "%s is %s", t->from, row->id);
	if (t->more)
		verdict = licence_at_best(verdict, LICENCE_READ);
	if (!*j->l->text_sha256 || verdict > was)
		memcpy(j->l->text_sha256, t->sha256, sizeof(t->sha256));
	licence_claim(j, row, verdict, t->from, why);
}

/* What a header or a card says. It cannot claim a contract of the user's own. */
static const struct licence_row *licence_stated_row(const char *licence)
{
	const struct licence_row *row = licence_find(licence);

	return row && strcmp(row->id, own_agreement) == 0 ? NULL : row;
}

/* `who` states the licence; `link` is where its text is, or "". */
static void licence_hear_statement(struct judging *j, const char *licence, const char *link,
				   const char *source, const char *who)
{
	const struct licence_row *row = licence_stated_row(licence);
	const char *why;

	if (!*licence)
		return;
	if (row)
		why = arena_printf(j->a, "%s says %s", who, row->id);
	else
		why = arena_printf(j->a, "%s says '%s', which toehold does not know", who,
				   display_text(j->a, licence));
	if (!row && *link)
		why = arena_printf(j->a, "%s (its link: %s)", why, display_text(j->a, link));
	licence_claim(j, row, licence_verdict_of(j, row), source, why);
}

/*
 * RULE: a derivative is never better than its base. If it states no licence itself, a good base
 * does not make it good: a person has to confirm it.
 */
static void licence_hear_base(struct judging *j, const char *base, const char *source)
{
	const struct family_row *family = *base ? licence_family_of(j->a, base) : NULL;
	const struct licence_row *row = family ? licence_find(family->licence) : NULL;
	enum licence_verdict verdict = licence_verdict_of(j, row);
	const char *from = arena_printf(j->a, "it is made from %s", display_text(j->a, base));

	if (!*base)
		return;
	if (!j->stated)
		verdict = licence_at_best(verdict, LICENCE_READ);
	licence_claim(j, row, verdict, source,
		      row ? arena_printf(j->a, "%s, and that has %s", from, row->id) :
			    arena_printf(j->a, "%s, whose licence toehold does not know", from));
}

/* A text in a folder of several models is only a hint: it may belong to another one. */
static void licence_hear_shared_text(struct judging *j, const struct licence_text *t)
{
	const struct licence_row *row = t->row ? licence_find(t->row->licence) : NULL;
	const char *file = display_text(j->a, t->file);

	if (j->stated)
		return;
	memcpy(j->l->text_sha256, t->sha256, sizeof(t->sha256));
	licence_claim(j, row, LICENCE_READ, arena_printf(j->a, "%s in the folder", file),
		      arena_printf(j->a,
				   "%s in the folder, which holds other models too, %s%s: confirm",
				   file, row ? "is " : "is not a licence that toehold knows",
				   row ? row->id : ""));
}

/* The licence that models of this name usually have. */
static const struct licence_row *licence_guess(const struct judging *j)
{
	const struct model *m = j->model;
	const struct family_row *family = licence_family_of(j->a, m->facts.name);

	if (!family && m->label)
		family = licence_family_of(j->a, m->label);
	if (!family)
		family = licence_family_of_arch(m->facts.arch);
	return family ? licence_find(family->licence) : NULL;
}

/* RULE: a name proves nothing: it can only raise doubt. */
static void licence_hear_name(struct judging *j)
{
	const struct licence_row *row = licence_guess(j);
	const char *forbids;

	if (!j->stated && !row) {
		licence_claim(j, NULL, LICENCE_READ, "nothing stated",
			      "nothing is stated, and its name says nothing");
		return;
	}
	if (!row || (j->stated && licence_verdict_of(j, row) <= j->l->verdict))
		return;
	forbids = licence_verdict_of(j, row) == LICENCE_BLOCK ?
			  arena_printf(j->a, ", which forbids %s use", licence_use_name(j->job)) :
			  "";
	if (j->stated)
		licence_claim(j, row, licence_at_best(j->l->verdict, LICENCE_READ), by_name,
			      arena_printf(j->a, "but by its name it has %s%s: confirm", row->id,
					   forbids));
	else
		licence_claim(j, row, LICENCE_READ, by_name,
			      arena_printf(j->a, "probably %s%s, by its name: confirm", row->id,
					   forbids));
}

void licence_judge(struct arena *a, const struct model *model, const struct job *job,
		   struct licence *ret_licence)
{
	struct judging j = { .a = a, .model = model, .job = job, .l = ret_licence };
	struct licence_text *texts;
	struct licence_card card;
	size_t n;

	*ret_licence = (struct licence){ .id = "",
					 .name = "",
					 .source = "",
					 .conditions = "",
					 .why = "",
					 .judged_us = clock_wall_us() };
	if (model->engine == ENGINE_BASELINE) {
		ret_licence->source = "no model";
		ret_licence->why = "a baseline uses no model";
		return;
	}
	licence_hear_user(&j);
	licence_texts_beside(a, model, &texts, &n);
	for (size_t i = 0; i < n; i++)
		if (!texts[i].shared)
			licence_hear_text(&j, &texts[i]);
	licence_card_read(a, model, &card);
	licence_hear_statement(&j, model->facts.licence, model->facts.licence_link,
			       "file: general.license", "its header");
	licence_hear_statement(&j, card.licence, "", "model card: license", "its model card");
	licence_hear_base(&j, model->facts.base_model, "file: general.base_model");
	if (!*model->facts.base_model)
		licence_hear_base(&j, card.base_model, "model card: base_model");
	for (size_t i = 0; i < n; i++)
		if (texts[i].shared)
			licence_hear_shared_text(&j, &texts[i]);
	licence_hear_name(&j);
}

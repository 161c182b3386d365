/*
 * The card as JSON.
 */
#include "base/json/json.h"
#include "report/card/check.h"
#include "report/words/words.h"

static json_t *checks_json(const struct check *checks, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}", "name",
						      checks[i].name, "words", checks[i].words,
						      "state", checks[i].state_words, "evidence",
						      json_any_text(checks[i].evidence)));
	return list;
}

json_t *check_to_json(struct arena *a, const struct check_facts *facts, const struct card *card)
{
	const struct result *r = facts->r;
	const char *subject = card->subject >= 0 ? r->candidates[card->subject].row->name : NULL;

	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:I, s:I, s:I}", "run",
			 json_any_text(r->run->name), "job", json_any_text(r->run->job_name),
			 "unfinished", json_any_text(words_unfinished(a, r)), "candidate",
			 json_any_text(subject), "is_pick",
			 card->subject >= 0 && card->subject == r->decision.pick, "rules",
			 checks_json(card->rules, CHECK_N_RULES), "foot_guns",
			 checks_json(card->guns, CHECK_N_GUNS), "kept", (json_int_t)card->n_kept,
			 "broken", (json_int_t)card->n_broken, "foot_guns_to_look_at",
			 (json_int_t)card->n_guns_broken);
}

/*
 * The task extract: values of named fields, as JSON. The job's key `fields` is a list in short or
 * a JSON schema; both become a schema, which is the job's form. Decides what a field may be.
 */
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "job/file/job.h"
#include "job/task/task_extract.h"

static const char *const extract_marks[] = { EXTRACT_MARKS(NAMES_TEXT) };

static const struct names extract_mark_names = { extract_marks, COUNT_OF(extract_marks) };

static int extract_complete(struct arena *a, struct job *job, struct err *err)
{
	(void)a;
	if (job->form)
		return 0;
	return err_set(err, ERR_INPUT,
		       "%s: the task 'extract' needs the key 'fields', such as 'fields: "
		       "{order_no: string, amount: number, due: date}', or the name of a file with "
		       "a JSON schema",
		       job->path);
}

static const char *extract_prompt(struct arena *a, const struct job *job)
{
	json_t *schema = json_loads(job->form, 0, NULL), *field;
	const char *name;
	struct buf b;

	buf_init(&b, JOB_MAX_BYTES);
	buf_adds(&b, "You extract facts from a text.\nFields:");
	json_object_foreach (json_object_get(schema, "properties"), name, field) {
		const char *about = json_string_value(json_object_get(field, "description"));

		buf_addf(&b, "\n- %s%s%s", name, about ? ": " : "", about ? about : "");
	}
	buf_adds(&b, "\nReturn JSON with these fields in this order. Copy each value from the text "
		     "as it is written. Write null if the text does not say.");
	json_decref(schema);
	return buf_to_arena(&b, a);
}

/* All fields in the order of the schema; a missing one is null. */
static struct task_gold extract_gold(struct arena *a, const struct job *job, const json_t *gold)
{
	struct task_gold found = { NULL, NULL };
	json_t *schema, *fields, *whole, *field;
	const char *name;

	if (!json_is_object(gold))
		return (struct task_gold){ NULL, "'gold' must be an object with the value of each "
						 "field, such as {\"amount\": \"12 €\"}" };
	schema = json_loads(job->form, 0, NULL);
	fields = json_object_get(schema, "properties");
	whole = json_object();
	json_object_foreach (fields, name, field) {
		json_t *value = json_object_get(gold, name);

		json_object_set(whole, name, value ? value : json_null());
	}
	json_object_foreach ((json_t *)gold, name, field)
		if (!json_object_get(fields, name))
			found.fault =
				arena_printf(a, "'gold' has '%s', which is no field of the job",
					     display_text(a, name));
	found.text = json_text(a, whole);
	json_decref(schema);
	return found;
}

static const char *extract_example_answer(struct arena *a, const char *gold)
{
	(void)a;
	return gold;
}

const struct task_kind task_extract = {
	.marks = &extract_mark_names,
	.key = "fields",
	.example = "fields: {order_no: string, amount: number}",
	.answer_tok = 400,
	.complete = extract_complete,
	.prompt = extract_prompt,
	.gold = extract_gold,
	.example_answer = extract_example_answer,
};

/*
 * The job file of a new job. Decides its ways, and what stands there as a comment to be tried.
 */
#include <string.h>

#include "base/display.h"
#include "base/str.h"
#include "flow/start/start.h"

enum { JOB_COMMENT_COLUMN = 36, JOB_TEXT_MAX = 1 << 20 };

/* Nothing takes it for something else. */
static bool start_job_is_plain(const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "
		"_/&().+-";

	return *text && strchr("_/&().+- ", *text) == NULL && text[strspn(text, plain)] == '\0' &&
	       text[strlen(text) - 1] != ' ';
}

void start_job_add_scalar(struct buf *b, const char *text)
{
	struct buf body;

	if (start_job_is_plain(text)) {
		buf_adds(b, text);
		return;
	}
	buf_init(&body, strlen(text) * 6 + 1);
	str_json_escape(&body, text, strlen(text));
	buf_addc(b, '"');
	str_escape_hidden(b, buf_text(&body), body.len);
	buf_addc(b, '"');
	buf_release(&body);
}

/* A line and its comment, which begins in the same column on each line that is short enough. */
static void start_job_add_line(struct buf *b, const char *line, const char *comment)
{
	size_t n = str_columns(line);

	buf_addf(b, "%s%*s  # %s\n", line,
		 n < JOB_COMMENT_COLUMN ? (int)(JOB_COMMENT_COLUMN - n) : 0, "", comment);
}

/* What people said of a label; "" if they said nothing. */
static const char *start_job_about(const struct start *s, const char *name)
{
	const struct start_labelled *labelled = s->options->labelled;

	for (size_t i = 0; labelled && i < labelled->n_labels; i++)
		if (strcmp(labelled->labels[i].name, name) == 0 && labelled->labels[i].description)
			return labelled->labels[i].description;
	return "";
}

static void start_job_add_labels(struct arena *a, struct buf *b, const struct start *s)
{
	start_job_add_line(
		b, "labels:", "add a few words to each, behind the colon: they help most models");
	for (size_t i = 0; i < s->labels.n; i++) {
		const char *about = start_job_about(s, s->labels.items[i].name);
		struct buf line;

		buf_init(&line, JOB_TEXT_MAX);
		buf_adds(&line, "  ");
		start_job_add_scalar(&line, s->labels.items[i].name);
		buf_addc(&line, ':');
		if (*about) {
			buf_addc(&line, ' ');
			start_job_add_scalar(&line, about);
		}
		start_job_add_line(b, buf_to_arena(&line, a),
				   arena_printf(a, "%zu ticket%s", s->labels.items[i].n,
						s->labels.items[i].n == 1 ? "" : "s"));
	}
}

static void start_job_add_files(struct arena *a, struct buf *b, const struct start *s)
{
	const struct split *split = &s->split;

	start_job_add_line(b, "tickets: scratch/tickets.jsonl",
			   arena_printf(a, "%zu under test, drawn with seed %lld",
					split->n[SPLIT_TEST], (long long)s->options->seed));
	if (split->per_label)
		start_job_add_line(b,
				   arena_printf(a,
						"examples: {file: scratch/examples.jsonl, "
						"per_label: %zu}",
						split->per_label),
				   "shown to models");
	if (split->n[SPLIT_TRAINING])
		start_job_add_line(b, "training: scratch/training.jsonl",
				   arena_printf(a, "%zu; baselines and encoders learn from them",
						split->n[SPLIT_TRAINING]));
}

static void start_job_add_model(struct arena *a, struct buf *b, const struct start_model *m)
{
	struct buf line;

	buf_init(&line, JOB_TEXT_MAX);
	buf_adds(&line, m->why_not ? "# - " : "  - ");
	start_job_add_scalar(&line, m->spec);
	start_job_add_line(b, buf_to_arena(&line, a),
			   arena_printf(a, "%s, licence %s%s%s", m->size,
					licence_words(a, licence_verdict_name(m->licence->verdict),
						      m->licence->id, m->licence->source),
					m->why_not ? "; left out: " : "",
					m->why_not ? m->why_not : ""));
}

static void start_job_add_models(struct arena *a, struct buf *b, const struct start *s)
{
	if (s->models.n_taken)
		start_job_add_line(b, "models:", "the smallest first");
	else
		buf_adds(b, "models:\n"
			    "  # No model was found that fits. This one is small; fetch it with\n"
			    "  #   toehold pull " START_MODEL_TO_PULL "\n"
			    "  - " START_MODEL_TO_PULL "\n");
	for (size_t i = 0; i < s->models.n; i++)
		start_job_add_model(a, b, &s->models.items[i]);
}

static void start_job_add_ways(struct buf *b, const struct start *s)
{
	start_job_add_line(b, s->split.per_label ? "ways: [plain, examples]" : "ways: [plain]",
			   "how each model is asked");
	buf_adds(b, "# Each way below is one more candidate for each model that knows it:\n"
		    "#   calibrated   corrects labels that the prompt favours; asks nothing more\n"
		    "#   letters      the labels as a), b), c)\n"
		    "#   rotated      several orders of the labels, averaged; takes longer\n");
	if (s->split.per_label)
		buf_adds(b, "# ways: [plain, examples, calibrated, examples+calibrated]\n");
	else
		buf_adds(b, "# ways: [plain, calibrated, letters]\n"
			    "# For the way 'examples', label more tickets, 4 of each label, and "
			    "make the\n"
			    "# folder again.\n");
	if (s->split.n[SPLIT_TRAINING])
		buf_adds(b, "# An encoder is also asked in the way 'trained'. To train any other "
			    "model:\n"
			    "#   toehold tune JOB --model MODEL --train TRAINING\n");
}

const char *start_job_text(struct arena *a, const struct start *s)
{
	struct buf b;

	buf_init(&b, JOB_TEXT_MAX);
	buf_addf(&b, "# Made from '%s' by 'toehold %s'. Every key: docs/job-file.md\njob: ",
		 display_path(a, str_basename(s->options->from)),
		 s->options->labelled ? "label" : "init");
	start_job_add_scalar(&b, str_basename(s->options->dir));
	buf_addc(&b, '\n');
	start_job_add_labels(a, &b, s);
	start_job_add_files(a, &b, s);
	start_job_add_models(a, &b, s);
	start_job_add_ways(&b, s);
	start_job_add_line(&b, "bar: 90%", "the share of tickets that a model must get right");
	start_job_add_line(&b, "use: commercial", "commercial | research | evaluate");
	if (s->options->labelled && s->options->labelled->n_left_open)
		start_job_add_line(&b, "personal_data: allowed",
				   "of what looks like it, people left some places open");
	start_job_add_line(&b, "budget: {tokens: 80}",
			   "of one reason; 'minutes: 10' would limit the whole run");
	return buf_to_arena(&b, a);
}

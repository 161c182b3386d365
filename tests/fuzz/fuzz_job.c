/*
 * Job files. An accepted job has what every job needs; an error names the place.
 */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job/file/job.h"

static void check_job(const struct job *job)
{
	MUST(job->n_labels >= 2 && job->prompt && job->text);
	for (size_t i = 0; i < job->n_labels; i++) {
		MUST(job->labels[i].name && job->labels[i].name[0]);
		MUST(job_label_index(job, job->labels[i].name) == (int)i);
	}
	MUST(job->bar > 0 && job->bar <= 1);
	MUST(job->budget.memory_bytes >= 0 && job->budget.minutes >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static char path[64];
	struct arena a = { 0 };
	struct job job;
	struct err err = { 0 };
	FILE *f;

	snprintf(path, sizeof(path), "fuzz-job-%ld.yaml", (long)getpid());
	f = fopen(path, "wb");
	MUST(f && fwrite(data, 1, n_bytes, f) == n_bytes && fclose(f) == 0);
	if (job_load(&a, path, &job, &err) == 0)
		check_job(&job);
	else
		MUST(err.kind == ERR_INPUT && strstr(err.msg, "fuzz-job-"));
	arena_release(&a);
	unlink(path);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"job: j\nlabels:\n  a: one\n  b: two\n  other: rest\ntickets: t.jsonl\n"
		"models: [x.gguf, y.gguf]\nways: [plain, calibrated]\nbar: 90%\nseed: 7\n",
		"labels: [a, b]\ntickets: t.csv\nmodels: [x]\nreason: first\n"
		"budget: {memory: 1 GiB, minutes: 5, tokens: 24}\n"
		"prompt: |\n  Say\n  what\ntraining: u.jsonl\n",
		"labels: {a: &x one, b: *x}\ntickets: \"t\\u202e\"\n"
		"models: [x]\nexamples: e.jsonl\n",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}

/*
 * `toehold doctor`: checks this machine and this installation. Starts the workers, and tries
 * forbidden actions inside the sandbox.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/prepare/model_worker.h"
#include "job/model/model_path.h"
#include "report/table/table.h"
#include "store/store.h"
#include "work/machine.h"
#include "work/sandbox/sandbox.h"
#include "work/transfer/transfer.h"

struct doctor_options {
	bool json;
};

static const struct opt_row rows[] = {
	OPT_FLAG("json", 'j', offsetof(struct doctor_options, json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "doctor",
	.args = "",
	.summary = "check the installation, the machine and the sandbox",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct doctor_options),
};

struct doctor {
	struct cmd *cmd;
	struct table table;
	json_t *json;
	bool sick;
};

static void doctor_report(struct doctor *d, const char *what, bool ok, const char *words)
{
	table_add(&d->table, what);
	table_add(&d->table, ok ? "ok" : "LOOK");
	table_add(&d->table, words);
	json_array_append_new(
		d->json, json_pack("{s:s, s:b, s:s}", "check", what, "ok", ok, "words", words));
	d->sick |= !ok;
}

static void doctor_check_worker(struct doctor *d, enum engine_kind engine, const char *what)
{
	const struct model model = { .engine = engine };
	struct proc_spec worker;
	struct proc p;
	struct err err;

	if (model_worker_spec(d->cmd, &model, true, &worker) < 0) {
		doctor_report(d, what, false, d->cmd->err.msg);
		return;
	}
	if (proc_start(&p, &worker, &err) < 0) {
		doctor_report(d, what, false, err.msg);
		return;
	}
	doctor_report(d, what, true,
		      arena_printf(&d->cmd->arena, "%s on %s", p.engine_build, p.device));
	proc_close(&p);
}

static void doctor_check_fetcher(struct doctor *d)
{
	struct transfer t;
	struct err err;
	char *program;

	if (transfer_find_program(&d->cmd->arena, &program, &err) < 0 ||
	    transfer_start(&t, program, true, &err) < 0) {
		doctor_report(d, "fetcher", false, err.msg);
		return;
	}
	doctor_report(d, "fetcher", !strstr(t.box, "missing"), t.box);
	transfer_close(&t);
}

/* Sent by the child of doctor_check_sandbox(). */
struct proof {
	unsigned succeeded;
	char level[SANDBOX_TEXT_MAX], words[SANDBOX_TEXT_MAX];
};

static void doctor_prove(int out)
{
	struct sandbox_request request = { 0 };
	struct proof proof = { 0 };
	struct err err = { 0 };
	unsigned bits = sandbox_before_exec(&request);

	if (sandbox_enter(&request, bits, true, proof.level, &err) < 0) {
		proof.succeeded = ~0u;
		snprintf(proof.words, sizeof(proof.words), "%.*s", SANDBOX_TEXT_MAX - 1, err.msg);
	} else {
		proof.succeeded = sandbox_prove(0, proof.words);
	}
	_exit(write(out, &proof, sizeof(proof)) == sizeof(proof) ? 0 : 1);
}

static void doctor_check_sandbox(struct doctor *d)
{
	struct proof proof;
	ssize_t n;
	int ends[2];
	pid_t pid;

	if (pipe(ends) < 0) {
		doctor_report(d, "sandbox", false, strerror(errno));
		return;
	}
	pid = fork();
	if (pid == 0)
		doctor_prove(ends[1]);
	close(ends[1]);
	n = pid > 0 ? read(ends[0], &proof, sizeof(proof)) : -1;
	close(ends[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (n != sizeof(proof)) {
		doctor_report(d, "sandbox", false, "the test process died");
		return;
	}
	doctor_report(d, "sandbox", !strstr(proof.level, "missing"), proof.level);
	doctor_report(d, "sandbox proof", proof.succeeded == 0, proof.words);
}

static void doctor_check_machine(struct doctor *d)
{
	struct arena *a = &d->cmd->arena;
	struct machine m;

	machine_get(&m);
	doctor_report(d, "machine", m.n_cores > 0,
		      arena_printf(a, "%s, %lld cores, %s memory, %s free", m.cpu,
				   (long long)m.n_cores, str_bytes(a, (uint64_t)m.memory_bytes),
				   str_bytes(a, (uint64_t)m.memory_available_bytes)));
}

static void doctor_check_models(struct doctor *d)
{
	struct arena *a = &d->cmd->arena;
	struct model *models;
	const char **dirs;
	struct err err;
	size_t n_dirs, n;

	model_folders(a, &dirs, &n_dirs);
	if (n_dirs == 0)
		doctor_report(
			d, "models", true,
			"TOEHOLD_MODELS is not set: give models by path, or set it to one or more "
			"folders");
	for (size_t i = 0; i < n_dirs; i++) {
		if (model_scan(a, dirs[i], &models, &n, &err) < 0)
			doctor_report(d, "models", false, err.msg);
		else
			doctor_report(d, "models", n > 0,
				      arena_printf(a, "%zu GGUF files in %s", n, dirs[i]));
	}
}

static void doctor_check_cache(struct doctor *d)
{
	struct err err;
	char *path;

	if (file_cache_dir(&d->cmd->arena, &path, &err) < 0)
		doctor_report(d, "cache", false, err.msg);
	else
		doctor_report(d, "cache", access(path, W_OK) == 0, path);
}

static int doctor_run(struct cmd *cmd, void *options)
{
	static const char *const headers[] = { "check", "", "what was found", NULL };
	const struct doctor_options *o = options;
	struct doctor d = { .cmd = cmd };

	d.json = json_array();
	table_init(&d.table, &cmd->arena, headers);
	doctor_report(&d, "program", true, cmd_program());
	doctor_check_worker(&d, ENGINE_LLAMA, "engine");
	doctor_check_worker(&d, ENGINE_HTTP, "servers");
	doctor_check_fetcher(&d);
	doctor_report(&d, "store", true, store_library_version());
	doctor_check_machine(&d);
	doctor_check_sandbox(&d);
	doctor_check_models(&d);
	doctor_check_cache(&d);
	if (!o->json)
		table_write(&d.table, stdout);
	else
		json_print(json_incref(d.json), stdout);
	json_decref(d.json);
	return d.sick ? 1 : 0;
}

const struct command cmd_doctor = { &spec, doctor_run };

/*
 * From the option tables to man pages. Decides what toehold(1) says beside the verbs: environment,
 * files, exit codes. Must not know the options of a verb.
 */
#include "cmd/shell/man.h"

#include <stdio.h>

#include "base/array.h"
#include "base/opt/opt_man.h"
#include "cmd/verbs.h"

enum { PAGE_BYTES_MAX = 1 << 18, PATH_BYTES_MAX = 4096 };

struct man_item {
	const char *name, *text;
};

static const struct man_item environment[] = {
	{ "TOEHOLD_MODELS", "folders with models, separated by colons; searched first" },
	{ "TOEHOLD_CACHE", "the cache folder (default: toehold in XDG_CACHE_HOME or ~/.cache)" },
	{ "TOEHOLD_PREFIX_CACHE",
	  "size limit of kept states of prompts (default: 1 GiB), or off; docs/timing.md" },
	{ "TOEHOLD_HTTP_TOKEN", "the key for model servers, sent in the header Authorization" },
	{ "TOEHOLD_SERVE_TOKEN", "the token that 'toehold serve' asks for (default: a new one)" },
	{ "TOEHOLD_OFFLINE", "if it is set, 'toehold pull' makes no connection" },
	{ "HF_HOME, HF_HUB_CACHE, HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE",
	  "as for huggingface_hub: cache, token, address, offline" },
	{ "OLLAMA_MODELS", "the folder of Ollama's models, which is only read" },
	{ "OPENAI_API_KEY, OPENAI_BASE_URL",
	  "recognised and not used: a test stays on this machine unless you say so" },
	{ "HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR, CURL_CA_BUNDLE",
	  "as for curl, in 'toehold pull'" },
	{ "NO_COLOR, TERM, COLUMNS", "no colour; what the terminal can do; its width" },
};

static const struct man_item files[] = {
	{ "job.yaml", "the job: labels, tickets, models, bar" },
	{ "job.toehold", "the store: an SQLite file beside the tickets; docs/flow.md says which" },
	{ "STORE.stop", "if it exists, a run stops after the current ticket" },
	{ "secrets/", "what redaction replaced; never read by a test" },
};

static const struct man_item codes[] = {
	{ "0", "there is a pick" },
	{ "1", "no candidate scored the bar (with --strict: none is proven to)" },
	{ "2", "usage" },
	{ "3", "bad input" },
	{ "4", "refused" },
	{ "5", "engine" },
	{ "6", "store" },
	{ "7", "unfinished: the time budget, a stop file or a crash ended the run" },
	{ "8", "no model was measured" },
	{ "130, 143, 129", "stopped by Ctrl-C, SIGTERM or SIGHUP" },
	{ "141", "the reader of standard output went away" },
};

static const struct man_item examples[] = {
	{ "toehold init my-job --from export.csv", "a job from labelled tickets" },
	{ "toehold smoke my-job", "ask every model about every ticket, and decide" },
	{ "toehold add my-job hard.csv --as harder", "decide again with harder tickets" },
	{ "toehold report -o report.html", "the page for a manager" },
	{ "toehold classify inbox.csv -o labels.csv", "the pick labels new tickets" },
};

static void man_items(struct buf *out, const char *title, const struct man_item *items, size_t n)
{
	buf_addf(out, ".SH %s\n", title);
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, ".TP\n.B ");
		opt_man_text(out, items[i].name);
		buf_addc(out, '\n');
		opt_man_text(out, items[i].text);
		buf_addc(out, '\n');
	}
}

/* `verb` is NULL for toehold(1). The name's line is what apropos(1) reads. */
static void man_head(struct buf *out, const char *verb, const char *summary)
{
	buf_addf(out, ".TH TOEHOLD%s%s 1 " TOEHOLD_DATE " \"%s\"\n.SH NAME\ntoehold%s%s \\- ",
		 verb ? "\\-" : "", verb ? verb : "", cmd_program(), verb ? "\\-" : "",
		 verb ? verb : "");
	opt_man_text(out, summary);
	buf_addc(out, '\n');
}

static void man_overview(struct buf *out)
{
	man_head(out, NULL, "pick the smallest local model that is good enough");
	buf_adds(out,
		 ".SH SYNOPSIS\n.B toehold\n.I VERB\n[ARGUMENTS] [OPTIONS]\n.SH DESCRIPTION\n"
		 "Tests local models on one job of yours, logs everything, and picks the "
		 "smallest that is good enough. Offline. Each verb has a page of its own, such "
		 "as\n.BR toehold\\-smoke (1).\n");
	for (const struct verb_group *group = verb_groups; group->title; group++) {
		buf_addf(out, ".SS %s\n", group->title);
		for (size_t i = 0; group->verbs[i]; i++) {
			buf_addf(out, ".TP\n.B %s\n", group->verbs[i]->spec->verb);
			opt_man_text(out, group->verbs[i]->spec->summary);
			buf_addc(out, '\n');
		}
	}
	man_items(out, "EXIT STATUS", codes, COUNT_OF(codes));
	man_items(out, "ENVIRONMENT", environment, COUNT_OF(environment));
	man_items(out, "FILES", files, COUNT_OF(files));
	man_items(out, "EXAMPLES", examples, COUNT_OF(examples));
	buf_adds(out, ".SH SEE ALSO\n.BR toehold\\-smoke (1),\n.BR toehold\\-decide (1),\n"
		      ".BR toehold\\-report (1)\n");
}

static void man_verb(struct buf *out, const struct opt_spec *spec)
{
	man_head(out, spec->verb, spec->summary);
	opt_man(out, spec);
	buf_adds(out, ".SH SEE ALSO\n.BR toehold (1)\n");
}

/* A page into DIR/toehold.1, or DIR/toehold-VERB.1. */
static int man_write_page(const char *dir, const char *verb, const struct buf *page,
			  struct err *err)
{
	char path[PATH_BYTES_MAX];
	FILE *file;
	bool ok;

	snprintf(path, sizeof(path), "%s/toehold%s%s.1", dir, verb ? "-" : "", verb ? verb : "");
	file = fopen(path, "w");
	ok = file && fputs(buf_text(page), file) >= 0;
	if (file && fclose(file) != 0)
		ok = false;
	if (!ok)
		return err_set(err, ERR_INPUT, "cannot write '%s'; give a folder that exists",
			       path);
	return 0;
}

int man_write_pages(const char *dir, struct err *err)
{
	struct buf page;
	int r;

	buf_init(&page, PAGE_BYTES_MAX);
	man_overview(&page);
	r = man_write_page(dir, NULL, &page, err);
	for (const struct verb_group *group = verb_groups; group->title; group++)
		for (size_t i = 0; group->verbs[i] && r == 0; i++) {
			buf_clear(&page);
			man_verb(&page, group->verbs[i]->spec);
			r = man_write_page(dir, group->verbs[i]->spec->verb, &page, err);
		}
	buf_release(&page);
	return r;
}

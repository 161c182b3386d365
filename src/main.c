/*
 * toehold: points local models at ONE job, measures them, logs everything, and picks the smallest
 * that is good enough. This file: from verb to command, from error to exit code.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/say.h"

static const struct command *const commands[] = {
	&cmd_init,    &cmd_models, &cmd_pull,	  &cmd_plan,   &cmd_hello,  &cmd_smoke, &cmd_add,
	&cmd_suggest, &cmd_tune,   &cmd_runs,	  &cmd_show,   &cmd_decide, &cmd_diff,	&cmd_replay,
	&cmd_doctor,  &cmd_import, &cmd_export,	  &cmd_redact, &cmd_verify, &cmd_note,	&cmd_report,
	&cmd_purge,   &cmd_check,  &cmd_classify, &cmd_watch,  &cmd_learn,  &cmd_serve,
};

enum { N_COMMANDS = COUNT_OF(commands) };

static void main_print_help(FILE *out)
{
	fputs("toehold VERB [ARGUMENTS] [OPTIONS]\n\n"
	      "Points local language models at one job, measures them, logs everything,\n"
	      "and picks the smallest that is good enough. Offline.\n\nVerbs:\n",
	      out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i]->spec->verb, commands[i]->spec->summary);
	fputs("\nSee 'toehold VERB --help' for details. Start with: toehold init\n"
	      "Exit codes: 0 there is a pick, 1 no candidate scored the bar, 2 usage,\n"
	      "3 bad input, 4 refused, 5 engine, 6 store, 7 unfinished, 8 no model was\n"
	      "measured, 130 stopped by Ctrl-C, 143 by SIGTERM.\n",
	      out);
}

/* The man page, made from the option tables. */
static void main_print_man(FILE *out)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_adds(&b, ".TH TOEHOLD 1\n.SH NAME\ntoehold \\- pick the smallest local model that is "
		     "good enough\n.SH SYNOPSIS\n.B toehold\n.I VERB\n[ARGUMENTS] [OPTIONS]\n"
		     ".SH VERBS\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		opt_man(&b, commands[i]->spec);
	buf_adds(&b,
		 ".SH EXIT STATUS\n0 there is a pick; 1 no candidate scored the bar; 2 usage; "
		 "3 bad input; 4 refused; 5 engine; 6 store; 7 unfinished: the time budget, a stop "
		 "file or a crash ended the run; 8 no model was measured; 130, 143, 129 stopped "
		 "by Ctrl-C, SIGTERM or SIGHUP before the end.\n");
	fputs(buf_text(&b), out);
	buf_release(&b);
}

static const struct command *main_find_command(const char *verb)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (strcmp(commands[i]->spec->verb, verb) == 0)
			return commands[i];
	return NULL;
}

static int main_unknown_verb(const char *verb)
{
	const char *names[N_COMMANDS];
	const char *near;

	for (size_t i = 0; i < N_COMMANDS; i++)
		names[i] = commands[i]->spec->verb;
	near = str_nearest(verb, names, N_COMMANDS);
	say("toehold: unknown verb '%s'%s%s%s\n", verb, near ? "; did you mean '" : "",
	    near ? near : "; see 'toehold --help'", near ? "'?" : "");
	return err_exit_code(ERR_USAGE);
}

static int main_verb_help(const struct opt_spec *spec)
{
	struct buf help;

	buf_init(&help, 1 << 16);
	opt_help(&help, spec);
	fputs(buf_text(&help), stdout);
	buf_release(&help);
	return 0;
}

/* `toehold help VERB`: as `toehold VERB --help`. */
static int main_help_on(const char *verb)
{
	const struct command *command = main_find_command(verb);

	return command ? main_verb_help(command->spec) : main_unknown_verb(verb);
}

/*
 * Ends the process as SIGPIPE would if nobody reads standard output any more. The signal itself is
 * ignored, because a worker that dies also closes a pipe.
 */
static void main_end_if_pipe_closed(void)
{
	struct pollfd pfd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (poll(&pfd, 1, 0) < 1 || !(pfd.revents & POLLERR))
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

/* argv[0] is the verb, and the program's name is before it. */
static int main_run(const struct command *command, int argc, char **argv)
{
	struct cmd cmd = { .argv = argv - 1, .argc = argc + 1 };
	void *options = opt_defaults(&cmd.arena, command->spec);
	int code = opt_parse(&cmd.arena, command->spec, argc, argv, options, &cmd.args, &cmd.err);

	if (code == 0)
		code = cmd.args.help ? main_verb_help(command->spec) : command->run(&cmd, options);
	if (code < 0) {
		if (cmd.err.kind == ERR_INPUT)
			main_end_if_pipe_closed();
		say("toehold: %s\n", cmd.err.msg);
		code = err_exit_code(cmd.err.kind);
	}
	arena_release(&cmd.arena);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		main_end_if_pipe_closed();
		fprintf(stderr, "toehold: cannot write to standard output\n");
		return err_exit_code(ERR_INPUT);
	}
	return code;
}

/* Opens the standard streams that the caller closed, so that no pipe or file gets their numbers. */
static void main_fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* A core file would hold tickets: none is written, and no other process of the user may look. */
static void main_forbid_core_files(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

int main(int argc, char **argv)
{
	const struct command *command;

	main_forbid_core_files();
	signal(SIGPIPE, SIG_IGN);
	json_must_have_memory();
	hash_must_have_memory();
	main_fill_standard_streams();
	if (argc < 2) {
		main_print_help(stderr);
		return err_exit_code(ERR_USAGE);
	}
	if (!strcmp(argv[1], "help") && argc > 2)
		return main_help_on(argv[2]);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		main_print_help(stdout);
		return 0;
	}
	if (!strcmp(argv[1], "--version")) {
		puts(cmd_program());
		return 0;
	}
	if (!strcmp(argv[1], "--man")) {
		main_print_man(stdout);
		return 0;
	}
	command = main_find_command(argv[1]);
	return command ? main_run(command, argc - 1, argv + 1) : main_unknown_verb(argv[1]);
}

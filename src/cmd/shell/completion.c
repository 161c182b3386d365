/*
 * `toehold completion SHELL`: the completions of a shell, made from the option tables. Decides how
 * each shell writes them. Must not know what an option means.
 */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/opt/opt_complete.h"
#include "cmd/verbs.h"

static const struct opt_spec spec = {
	.verb = "completion",
	.args = "SHELL",
	.min_args = 1,
	.max_args = 1,
	.summary = "print the completions of a shell: bash, zsh or fish",
	.details = "A package puts them where the shell looks. By hand, write them to\n"
		   "  bash  ~/.local/share/bash-completion/completions/toehold\n"
		   "  zsh   _toehold in a folder of fpath\n"
		   "  fish  ~/.config/fish/completions/toehold.fish",
};

/* The command that prints what may stand for a value, or its words. */
static const char run_names[] = "toehold runs --names 2>/dev/null";

/* fn for each verb. */
static void completion_each(void (*fn)(struct buf *out, const struct opt_spec *spec),
			    struct buf *out)
{
	for (const struct verb_group *group = verb_groups; group->title; group++)
		for (size_t i = 0; group->verbs[i]; i++)
			fn(out, group->verbs[i]->spec);
}

/* ------------------------------------------------------------------ bash */

static void completion_bash_words(struct buf *out, enum opt_value value, const char *words)
{
	switch (value) {
	case OPT_VALUE_NONE:
		buf_adds(out, "none");
		break;
	case OPT_VALUE_FILE:
		buf_adds(out, "file");
		break;
	case OPT_VALUE_RUN:
		buf_adds(out, "run");
		break;
	case OPT_VALUE_WORDS:
		buf_addf(out, "words %s", words);
		break;
	}
}

/* A line for each verb: its arguments; and one for each option with a value. */
static void completion_bash_verb(struct buf *out, const struct opt_spec *verb)
{
	buf_addf(out, "\t%s) options='", verb->verb);
	for (size_t i = 0; i < verb->n_rows; i++)
		buf_addf(out, "--%s ", verb->rows[i].name);
	buf_adds(out, "--help' value='");
	completion_bash_words(out, opt_args_value(verb), "");
	buf_adds(out, "'\n\t\tcase $before in\n");
	for (size_t i = 0; i < verb->n_rows; i++) {
		const struct opt_row *row = &verb->rows[i];

		if (row->type == OPT_TYPE_FLAG)
			continue;
		buf_adds(out, "\t\t");
		if (row->letter)
			buf_addf(out, "-%c | ", row->letter);
		buf_addf(out, "--%s) options='' value='", row->name);
		completion_bash_words(out, opt_value_of(row), row->words);
		buf_adds(out, "' ;;\n");
	}
	buf_adds(out, "\t\tesac ;;\n");
}

static void completion_bash_name(struct buf *out, const struct opt_spec *verb)
{
	buf_addf(out, "%s ", verb->verb);
}

static void completion_bash(struct buf *out)
{
	buf_adds(out,
		 "# Completions of toehold for bash, made by: toehold completion bash\n"
		 "_toehold()\n{\n"
		 "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
		 "\tlocal options='' value=none words names\n"
		 "\tCOMPREPLY=()\n"
		 "\t[ \"$word\" = = ] && word=''\n"
		 "\t[ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD - 2]}\n"
		 "\tcase $COMP_CWORD:${COMP_WORDS[1]} in\n"
		 "\t1:* | 2:help) value='words ");
	completion_each(completion_bash_name, out);
	buf_adds(out, "help' options='--help --version' ;;\n"
		      "\t*)\n\tcase ${COMP_WORDS[1]} in\n");
	completion_each(completion_bash_verb, out);
	buf_adds(out, "\tesac ;;\n\tesac\n"
		      "\tcase $word in\n"
		      "\t-*) value=\"words $options\" ;;\n"
		      "\tesac\n"
		      "\tcase $value in\n"
		      "\tfile | run) compopt -o filenames 2>/dev/null\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n"
		      "\twords*) words=${value#words}\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
		      "\tesac\n"
		      "\t[ \"$value\" = run ] || return 0\n");
	buf_addf(out, "\tmapfile -t names < <(compgen -W \"$(%s)\" -- \"$word\")\n", run_names);
	buf_adds(out, "\tCOMPREPLY+=(\"${names[@]}\")\n"
		      "}\n"
		      "complete -F _toehold toehold\n");
}

/* ------------------------------------------------------------------- zsh */

/* In a specification of _arguments, within single quotes. */
static void completion_zsh_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			buf_addc(out, '\\');
		buf_adds(out, *text == '\'' ? "'\\''" : (char[]){ *text, '\0' });
	}
}

static void completion_zsh_value(struct buf *out, enum opt_value value, const char *words)
{
	if (value == OPT_VALUE_WORDS)
		buf_addf(out, "(%s)", words);
	else
		buf_adds(out, value == OPT_VALUE_FILE ? "_files" :
			      value == OPT_VALUE_RUN  ? "_toehold_runs" :
							" ");
}

static void completion_zsh_row(struct buf *out, const struct opt_row *row)
{
	bool takes = row->type != OPT_TYPE_FLAG;

	buf_adds(out, "\t\t");
	if (row->letter)
		buf_addf(out, "'(-%c --%s)'{-%c,--%s%s}'[", row->letter, row->name, row->letter,
			 row->name, takes ? "=" : "");
	else
		buf_addf(out, "'--%s%s[", row->name, takes ? "=" : "");
	completion_zsh_text(out, row->help);
	buf_adds(out, "]");
	if (takes) {
		buf_adds(out, ":");
		completion_zsh_text(out, row->arg);
		buf_adds(out, ":");
		completion_zsh_value(out, opt_value_of(row), row->words);
	}
	buf_adds(out, "' \\\n");
}

static void completion_zsh_verb(struct buf *out, const struct opt_spec *verb)
{
	buf_addf(out, "\t%s) _arguments -S \\\n", verb->verb);
	for (size_t i = 0; i < verb->n_rows; i++)
		completion_zsh_row(out, &verb->rows[i]);
	buf_adds(out, "\t\t'(-h --help)'{-h,--help}'[help]' '*:");
	completion_zsh_text(out, *verb->args ? verb->args : "nothing");
	buf_adds(out, ":");
	completion_zsh_value(out, opt_args_value(verb), "");
	buf_adds(out, "' ;;\n");
}

static void completion_zsh_name(struct buf *out, const struct opt_spec *verb)
{
	buf_addf(out, "\t\t'%s:", verb->verb);
	completion_zsh_text(out, verb->summary);
	buf_adds(out, "'\n");
}

static void completion_zsh(struct buf *out)
{
	buf_adds(out, "#compdef toehold\n"
		      "# Completions of toehold for zsh, made by: toehold completion zsh\n"
		      "_toehold_runs() {\n\tlocal -a names\n");
	buf_addf(out, "\tnames=(${(f)\"$(%s)\"})\n", run_names);
	buf_adds(out, "\t_alternative 'runs:run:compadd -a names' 'files:file:_files'\n}\n"
		      "_toehold() {\n\tlocal -a verbs\n\tverbs=(\n");
	completion_each(completion_zsh_name, out);
	buf_adds(out, "\t\t'help:say more about a verb'\n\t)\n"
		      "\tif ((CURRENT == 2)) || [[ $CURRENT == 3 && $words[2] == help ]]; then\n"
		      "\t\t_describe verb verbs\n\t\treturn\n\tfi\n"
		      "\tlocal verb=$words[2]\n\tshift words\n\t((CURRENT--))\n"
		      "\tcase $verb in\n");
	completion_each(completion_zsh_verb, out);
	buf_adds(out, "\tesac\n}\nif [ \"$funcstack[1]\" = _toehold ]; then\n\t_toehold \"$@\"\n"
		      "else\n\tcompdef _toehold toehold\nfi\n");
}

/* ------------------------------------------------------------------ fish */

static void completion_fish_text(struct buf *out, const char *text)
{
	buf_addc(out, '\'');
	for (; *text; text++) {
		if (strchr("'\\", *text))
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
	buf_addc(out, '\'');
}

static void completion_fish_value(struct buf *out, enum opt_value value, const char *words)
{
	if (value == OPT_VALUE_FILE)
		buf_adds(out, " -F");
	else if (value == OPT_VALUE_RUN)
		buf_addf(out, " -F -a '(%s)'", run_names);
	else if (value == OPT_VALUE_WORDS)
		buf_addf(out, " -f -a '%s'", words);
	else
		buf_adds(out, " -f");
}

static void completion_fish_row(struct buf *out, const struct opt_spec *verb,
				const struct opt_row *row)
{
	buf_addf(out, "complete -c toehold -n '__fish_seen_subcommand_from %s' -l %s", verb->verb,
		 row->name);
	if (row->letter)
		buf_addf(out, " -s %c", row->letter);
	if (row->type != OPT_TYPE_FLAG) {
		buf_adds(out, " -r");
		completion_fish_value(out, opt_value_of(row), row->words);
	}
	buf_adds(out, " -d ");
	completion_fish_text(out, row->help);
	buf_addc(out, '\n');
}

static void completion_fish_verb(struct buf *out, const struct opt_spec *verb)
{
	buf_addf(out, "complete -c toehold -n __fish_use_subcommand -f -a %s -d ", verb->verb);
	completion_fish_text(out, verb->summary);
	buf_addf(out, "\ncomplete -c toehold -n '__fish_seen_subcommand_from %s'", verb->verb);
	completion_fish_value(out, opt_args_value(verb), "");
	buf_addc(out, '\n');
	for (size_t i = 0; i < verb->n_rows; i++)
		completion_fish_row(out, verb, &verb->rows[i]);
}

static void completion_fish(struct buf *out)
{
	buf_adds(out, "# Completions of toehold for fish, made by: toehold completion fish\n");
	completion_each(completion_fish_verb, out);
}

static const struct completion_shell {
	const char *name;
	void (*write)(struct buf *out);
} shells[] = {
	{ "bash", completion_bash },
	{ "zsh", completion_zsh },
	{ "fish", completion_fish },
};

static int completion_run(struct cmd *cmd, void *options)
{
	const char *name = cmd->args.items[0];
	struct buf out;

	(void)options;
	for (size_t i = 0; i < COUNT_OF(shells); i++) {
		if (strcmp(shells[i].name, name) != 0)
			continue;
		buf_init(&out, 1 << 20);
		shells[i].write(&out);
		fputs(buf_text(&out), stdout);
		buf_release(&out);
		return 0;
	}
	return err_set(&cmd->err, ERR_USAGE, "no completions for '%s'; give bash, zsh or fish",
		       name);
}

const struct command cmd_completion = { &spec, completion_run };

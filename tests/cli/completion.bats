#!/usr/bin/env bats
# The completions: each shell is asked what it would offer.
load helper

# A store with one run, called first.
one_run() {
	use_data
	toe 0 smoke job.yaml --name first
}

# in_bash WORD…: what bash offers for the last word.
in_bash() {
	PATH="$build:$PATH" bash -c '
		. <(toehold completion bash)
		COMP_WORDS=(toehold "$@") COMP_CWORD=$#
		_toehold 2>/dev/null
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
}

# in_fish WORDS: what fish offers at the end of that line.
in_fish() {
	PATH="$build:$PATH" fish --no-config -c '
		toehold completion fish | source
		complete -C $argv[1]' "toehold $1" | cut -f 1 | sort
}

@test "bash: verbs, options, words, runs and files" {
	one_run
	is "$(in_bash smo)" smoke
	is "$(in_bash help cla)" classify
	is "$(in_bash smoke --one)" --one-at-a-time
	is "$(in_bash add --as '')" $'harder\nordinary'
	is "$(in_bash export --format = pr)" $'promptfoo\npromptfoo-tests'
	is "$(in_bash decide fi)" first
	is "$(in_bash classify --run '' | grep -x first)" first
	is "$(in_bash plan job.y)" job.yaml
	is "$(in_bash classify --timeout '')" ""
	bash -n <("$toehold" completion bash)
	! command -v shellcheck >/dev/null || shellcheck -s bash <("$toehold" completion bash)
}

@test "fish: verbs, options, words, runs and files" {
	command -v fish >/dev/null || skip_loudly "there is no fish"
	one_run
	is "$(in_fish smo)" smoke
	is "$(in_fish 'smoke --one')" --one-at-a-time
	is "$(in_fish 'add --as ')" $'harder\nordinary'
	is "$(in_fish 'decide fi')" first
	has "$(in_fish 'plan job.y')" job.yaml
}

@test "zsh: verbs, options, words, runs and files" {
	command -v zsh >/dev/null || skip_loudly "there is no zsh"
	one_run
	"$toehold" completion zsh >_toehold
	zsh -n _toehold
	python3 "$root/tests/cli/zsh_complete.py" "$build" 'toehold smo' 'smoke'
	python3 "$root/tests/cli/zsh_complete.py" "$build" 'toehold smoke --one' '--one-at-a-time'
	python3 "$root/tests/cli/zsh_complete.py" "$build" 'toehold add --as ha' 'harder'
	python3 "$root/tests/cli/zsh_complete.py" "$build" 'toehold decide fi' 'first'
}

@test "an unknown shell is refused with those there are" {
	toe 2 completion tcsh
	has "$stderr" "give bash, zsh or fish"
}

@test "runs --names: only the names" {
	one_run
	toe 0 runs --names
	is "$output" first
}

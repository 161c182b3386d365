#!/usr/bin/env bats
# Small inputs that broke tools of this kind, as people have reported them in public: each folder
# NN-name of $TOEHOLD_CASES has a run.sh, which shows what toehold (T) does. What must be shown, and
# what must not, is in cases.txt. The folder is not part of the repository.
load ../cli/helper

# case_env: what the cases need beside the program.
case_env() {
	local folder
	export T=$toehold TEMPLATE_VOCABS=$vocabs
	for folder in ${models_before//:/ }; do
		[ -e "$folder/smollm2-135m-instruct-q4_1.gguf" ] || continue
		export TOEHOLD_TEST_MODELS=$folder TINY_MODEL=$folder/smollm2-135m-instruct-q4_1.gguf
	done
	[ -d "$TEMPLATE_VOCABS" ] || skip_loudly "the engine's vocabularies are missing; run scripts/engine"
	[ -n "${TINY_MODEL-}" ] || skip_loudly "the tiny model is missing; run scripts/models --tiny"
}

# The user's own, which setup replaces.
vocabs=${TEST_VOCABS_DIR:-$("$root/scripts/engine" --print)/models}
models_before=${TOEHOLD_MODELS:-$cache_before/models}

# case_lines NAME: its lines of cases.txt.
case_lines() {
	sed -n "/^$1\$/,/^\$/p" "$BATS_TEST_DIRNAME/cases.txt" | sed 1d
}

# case_judge NAME: prints what out.txt lacks, or holds against the table.
case_judge() {
	local sign want n
	while IFS=' ' read -r sign want; do
		[ -n "$sign" ] || continue
		n=$(grep -cF -e "$want" out.txt) || true
		case $sign in
		-) [ "$n" -eq 0 ] || echo "$1: must not say: $want" ;;
		+) [ "$n" -gt 0 ] || echo "$1: does not say: $want" ;;
		+*) [ "$n" -eq "${sign#+}" ] || echo "$1: says $n times, not ${sign#+}: $want" ;;
		esac
	done < <(case_lines "$1")
	if grep -nE '^\[exit (124|13[2-9])\]|Sanitizer' out.txt; then
		echo "$1: crashed, or did not end"
	fi
}

@test "each reported case ends as it should" {
	[ -d "${TOEHOLD_CASES-}" ] || skip_loudly "TOEHOLD_CASES names no folder of cases"
	local folder name n=0 listed=0
	case_env
	for folder in "$TOEHOLD_CASES"/[0-9]*/; do
		name=$(basename "$folder")
		timeout 600 bash "$folder/run.sh" >out.txt 2>&1 || true
		case_judge "$name" >>faults.txt
		n=$((n + 1))
		[ -z "$(case_lines "$name")" ] || listed=$((listed + 1))
	done
	echo "# $n cases, $listed of them in the table" >&3
	is "$(cat faults.txt)" ""
	[ "$listed" -gt 0 ]
}

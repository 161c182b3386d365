# shellcheck shell=bash
# Shared by the tests of the program. Each test has its own folder, in memory if
# possible, with its own home and cache. No test needs weights: every model is a
# script that the worker toehold-script plays.
bats_require_minimum_version 1.5.0

root=${TOEHOLD_SOURCE_DIR:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
build=${TOEHOLD_BUILD_DIR:-$root/build}
case $build in /*) ;; *) build=$root/$build ;; esac
toehold=$build/toehold
data=$root/tests/data
# The engine's worker in any of its variants; no file if there is no engine.
llama=$(compgen -G "$build/toehold-llama-*" | head -n 1)
llama=${llama:-$build/toehold-llama}
golden=$root/tests/golden/cli
# The python3 in PATH may be a script that takes 0.1 s to start another one (pyenv): call that one.
PATH=${TEST_PYTHON_DIR:+$TEST_PYTHON_DIR:}$PATH

# The user's own, which hold engine, models and packages: each test gets others.
home_before=$HOME
cache_before=${TOEHOLD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/toehold}

setup() { enter_scratch; }
teardown() { leave_scratch; }

enter_scratch() {
	local parent=/dev/shm
	[ -x "$toehold" ] || { echo "there is no $toehold; run scripts/build" >&2; return 1; }
	[ -d "$parent" ] && [ -w "$parent" ] || parent=$BATS_TEST_TMPDIR
	scratch=$(mktemp -d "$parent/toehold-test-XXXXXX")
	mkdir "$scratch/home" "$scratch/cache" "$scratch/tmp" "$scratch/desk"
	export HOME=$scratch/home TOEHOLD_CACHE=$scratch/cache TMPDIR=$scratch/tmp
	export NO_COLOR=1 LC_ALL=C.UTF-8 COLUMNS=200
	unset TOEHOLD_MODELS XDG_CACHE_HOME TOEHOLD_FAKE_TIME
	cd "$scratch/desk" || return 1
}

leave_scratch() {
	cd / || return 1
	[ -z "${scratch-}" ] || rm -rf "$scratch"
}

# skip_loudly WHY: skips the test with a message that is printed even if only failures are.
skip_loudly() {
	echo "# SKIPPED: $BATS_TEST_DESCRIPTION: $*" >&3
	skip "$*"
}

is_sanitized() { grep -q __asan_init "$toehold"; }

# must_trace: skips the test if strace cannot make system calls fail here.
must_trace() {
	command -v strace >/dev/null || skip_loudly "there is no strace"
	strace -o /dev/null -e trace=none true 2>/dev/null || skip_loudly "strace may not trace here"
	is_sanitized && skip_loudly "the leak check does not run under strace"
	return 0
}

# use_data: copies the job of tests/data: 12 tickets; small gets 10 right, large 11.
use_data() { cp "$data"/job.yaml "$data"/tickets-12.jsonl "$data"/{small,large}.script.json .; }

# script NAME JSON: writes a model.
script() { printf '%s\n' "$2" >"$1.script.json"; }

# odd_lines FIRST LAST FORM: a line for each number, with N as the number, L as a, b or c in turn, and
# W as sixteen letters that differ for every number, so that texts do not (nearly) repeat.
odd_lines() {
	awk -v first="$1" -v last="$2" -v form="$3" 'BEGIN {
		for (i = first; i <= last; i++) {
			word = ""
			for (k = 0; k < 16; k++) {
				x = (i * 7919 + k * 6971) % 65537
				x = (x * x + i * 31) % 65537
				x = (x * x + i + k * 7) % 65537
				word = word substr("abcdefghijklmnopqrstuvwxyz", x % 26 + 1, 1)
			}
			line = form
			gsub(/N/, sprintf("%03d", i), line)
			gsub(/W/, word, line)
			gsub(/L/, substr("abc", i % 3 + 1, 1), line)
			print line
		}
	}'
}

# odd_word N: the sixteen letters of one number.
odd_word() { odd_lines "$1" "$1" W; }

# tickets N [FILE]: writes N tickets "ticket 001 asks about …" with the labels a, b, c in turn.
tickets() {
	odd_lines 1 "$1" '{"id": "tN", "text": "ticket N asks about L W", "label": "L"}' \
		>"${2:-tickets.jsonl}"
}

# job MODELS [MORE LINES]: writes a job over tickets.jsonl with the labels a, b, c.
job() {
	printf 'labels: [a, b, c]\ntickets: tickets.jsonl\nmodels: [%s]\n%s\n' "$1" "${2-}" >job.yaml
}

# Steps that answer every ticket of tickets() correctly.
right_steps='{"match":"about a","label":"a"},{"match":"about b","label":"b"},{"match":"about c","label":"c"}'

# right N: a model that is right on all of N tickets.
right() {
	tickets "$1"
	script one "{\"steps\": [$right_steps]}"
	job one.script.json "${2-}"
}

# toe CODE ARGUMENTS…: runs the program, which must end with CODE.
toe() {
	local code=$1
	shift
	run --separate-stderr "$toehold" "$@"
	[ "$status" -eq "$code" ] && return
	echo "toehold $*: exit code $status, expected $code"
	printf 'stdout: %s\nstderr: %s\n' "$output" "${stderr-}"
	return 1
}

# toe_full CODE ARGUMENTS…: the same; then $output also has what `show --full` has on the run, by the
# command that ends the screen.
toe_full() {
	toe "$@" || return
	output+=$'\n'$(eval "\"\$toehold\" ${output##*Everything else: toehold }")
}

# go_on <SCREEN: the command with which a stopped run goes on.
go_on() { sed -z 's/\n   / /g' | sed -nE 's/^([0-9]\. )?Go on with: //p'; }

# json [OPTIONS] FILTER: a value of the JSON in $output. `asked` are the candidates without the
# baselines, which have no model.
json() {
	jq -r "${@:1:$#-1}" "def asked: [.candidates[] | select(.name | startswith(\"baseline \") | not)];
		${!#}" <<<"$output"
}

# of NAME FILTER: applies the filter to one candidate of the JSON in $output.
of() { json --arg name "$1" ".candidates[] | select(.name == \$name) | $2"; }

# is ACTUAL EXPECTED
is() {
	[ "$1" = "$2" ] && return
	printf 'found:    %s\nexpected: %s\n' "$1" "$2"
	return 1
}

# has TEXT PART…: lines that go on, and those with more blanks before them, count as one too.
has() {
	local text=$1 flat part
	flat=$(sed -z 's/\n */ /g' <<<"$text")
	shift
	for part in "$@"; do
		case $text$'\n'$flat in
		*"$part"*) ;;
		*)
			printf 'missing:  %s\nin:       %s\n' "$part" "$text"
			return 1
			;;
		esac
	done
}

# lacks TEXT PART…: the text has none of the parts.
lacks() {
	local text=$1 part
	shift
	for part in "$@"; do
		case $text in
		*"$part"*)
			printf 'not expected: %s\nin:           %s\n' "$part" "$text"
			return 1
			;;
		esac
	done
}

# nothing: fails if standard input is not empty, and shows it.
nothing() { [ -z "$(head -c 2000 | tee /dev/stderr)" ]; }

# Compares standard input with tests/golden/cli/NAME; GOLDEN_WRITE=1 rewrites it.
golden() {
	if [ "${GOLDEN_WRITE-}" = 1 ]; then
		mkdir -p "$golden"
		cat >"$golden/$1"
		return
	fi
	diff -u "$golden/$1" - && return
	echo "If the new text is meant: GOLDEN_WRITE=1 bats tests/cli"
	return 1
}

# same_everywhere: replaces what differs between machines and between runs.
same_everywhere() {
	sed -z -E 's/\n {16,}/ /g' | sed -E \
		-e 's/[0-9.]+ (µs|ms|s|min|h)( [0-9]+ (s|min))?($|[ ,.)])/TIME\4/g' \
		-e 's/[0-9.]+ (µs|ms|s|min|h)( [0-9]+ (s|min))?($|[ ,.)])/TIME\4/g' \
		-e 's/[0-9.]+ [kMG]?B +(clean|disturbed|resumed)$/MEMORY TIMING/' \
		-e 's/[0-9.]+ [kMG]?B +reused$/MEMORY reused/' \
		-e 's/[0-9.]+ [kMG]?B +((ABOVE|GOOD|NOT|BELOW|CLEARS|DOES).*)$/MEMORY \1/' \
		-e 's/(clean|disturbed)$/TIMING/' \
		-e 's/(memory peak) .*/\1 BYTES/' \
		-e 's/^(  machine  ).*/\1 MACHINE/' \
		-e 's/^(    (sandbox|machine)).*/\1 MACHINE/' \
		-e 's/[0-9]+ threads/N threads/' \
		-e 's/([Cc]hain head +)[0-9a-f]+/\1HASH/' \
		-e 's/toehold [0-9]+\.[0-9]+\.[0-9]+/toehold VERSION/' \
		-e 's/SQLite [0-9.]+/SQLite VERSION/' \
		-e 's/ +/ /g' -e 's/ +$//'
}

# json_same_everywhere: as above, for JSON: such values become the name of their type.
json_same_everywhere() {
	jq -S 'walk(if type == "object" then with_entries(
		if (.key | test("_us$|^peak_rss|^chain_head$|^disturbed$|^comparable$|^threads$|^sandbox$|^program$|_per_s$|^reason_lang$"))
			and (.value | type) != "object" then .value = (.value | type) else . end)
		elif type == "string" then sub("^toehold [0-9.]+$"; "toehold VERSION") else . end)'
}

# count TABLE [WHERE]: the number of rows in the store, without those of the baselines, and without
# the rows of candidates that only declare the plan.
count() {
	local baselines="(SELECT id FROM pass WHERE way IN ('majority', 'naive-bayes', 'words'))" of=1
	case $1 in
	pass) of="id NOT IN $baselines" ;;
	answer | reason | segment | candidate) of="pass_id <> 0 AND pass_id NOT IN $baselines" ;;
	esac
	sqlite3 -readonly job.toehold "SELECT count(*) FROM $1 WHERE $of AND (${2:-1})"
}

# check_store N: the store is sound, and each pass has N answers, one a ticket; none if it is not measured.
check_store() {
	is "$(sqlite3 job.toehold "PRAGMA integrity_check;
		SELECT count(*) FROM (SELECT 1 FROM answer GROUP BY pass_id, ticket HAVING count(*) > 1);
		SELECT count(*) FROM pass WHERE (SELECT count(*) FROM answer WHERE pass_id = pass.id) NOT IN ($1, 0)")" \
		$'ok\n0\n0'
}

# kills N: how often to kill at random moments: N times, a quarter of it under the sanitizers, which
# see the same code each time, or KILLS times.
kills() {
	if is_sanitized; then
		echo "${KILLS:-$((($1 + 3) / 4))}"
	else
		echo "${KILLS:-$1}"
	fi
}

# workers_of PID: the workers of a controller.
workers_of() { pgrep -P "$1" -x toehold-script || true; }

# workers_here: the workers that were started in this test's folder, whoever their parent is now.
workers_here() {
	local worker
	for worker in $(pgrep -x toehold-script); do
		[ "$(readlink "/proc/$worker/cwd" 2>/dev/null)" != "$PWD" ] || echo "$worker"
	done
}
no_workers() { [ -z "$(workers_here)" ]; }

# wait_for SECONDS COMMAND…: waits until the command succeeds.
wait_for() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$until" ] || return 1
		sleep 0.02
	done
}

# now_ms: milliseconds since a fixed moment.
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# slow_job [MS]: a job with two slow candidates: a quarter of a second, mostly answers and reasons.
slow_job() {
	tickets 12
	script one "{\"ms\": ${1-4}, \"reason_ms\": 2, \"load_ms\": 10, \"wave\": 7, \"steps\": [$right_steps]}"
	script two "{\"ms\": ${1-4}, \"reason_ms\": 2, \"facts\": {\"bytes\": 2000000}, \"steps\": [{\"match\": \"001\", \"label\": \"a\"}, $right_steps]}"
	job 'one.script.json, two.script.json'
}

labels() { json '[.candidates[] | .name, (.replies[] | "\(.id) \(.label) \(.outcome) \(.rationale) \(.reason_outcome)")] | join("\n")'; }

# start ARGUMENTS…: starts the program in the background; sets pid.
start() {
	"$toehold" "$@" >out.txt 2>err.txt 3>&- &
	pid=$!
}

# answers N: the store has at least N answers.
answers() { [ "$(count answer 2>/dev/null || echo 0)" -ge "$1" ]; }

# undisturbed: writes the labels of a run that nothing disturbs to calm.txt.
undisturbed() {
	toe 0 smoke job.yaml --name r --json --store calm.toehold
	labels >calm.txt
}

# goes_on: the same command resumes the run and reaches the result of undisturbed.
goes_on() {
	toe 0 smoke job.yaml --name r --json
	labels | diff calm.txt -
	check_store 12
	is "$(count run) $(count candidate) $(count pass) $(count answer) $(count reason)" "1 2 2 24 24"
	is "$(sqlite3 -readonly job.toehold 'SELECT (SELECT count(*) FROM candidate WHERE pass_id <> 0), (SELECT count(*) FROM pass),
		(SELECT count(*) FROM answer)')" "3|3|36"
}

# calibrated_holds NAME BASE: the answers of NAME are the corrected answers of BASE: each logarithm
# minus its mean over the tickets. Computes them again from the JSON in $output.
calibrated_holds() {
	printf '%s' "$output" >result.json
	python3 - "$1" "$2" <<-'END'
		import json, math, sys
		by_name = {c["name"]: c for c in json.load(open("result.json"))["candidates"]}
		own, base = by_name[sys.argv[1]]["replies"], by_name[sys.argv[2]]["replies"]
		known = [r for r in base if "probs" in r]
		labels = list(known[0]["probs"])
		ln = lambda p: math.log(max(p, 1e-12))
		mean = {l: sum(ln(r["probs"][l]) for r in known) / len(known) for l in labels}
		changed = 0
		for b, c in zip(base, own):
		    if "probs" not in b:
		        assert (c["label"], c["outcome"]) == (b["label"], b["outcome"]), (b, c)
		        continue
		    weight = {l: math.exp(ln(b["probs"][l]) - mean[l]) for l in labels}
		    total = sum(weight.values())
		    for l in labels:
		        assert abs(weight[l] / total - c["probs"][l]) < 1e-9, (b["id"], l)
		    assert c["label"] == max(labels, key=lambda l: weight[l]), b["id"]
		    assert c["rule"] == "calibrated" and c["ttft_us"] == b["ttft_us"], c
		    if c["label"] == b["label"]:
		        assert c.get("rationale") == b.get("rationale"), (b, c)
		    changed += c["label"] != b["label"]
		print("changed:", changed)
	END
}

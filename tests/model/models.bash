# shellcheck shell=bash
# Shared by the tests with real models: the folders of models, and jobs over the shipped
# tickets. Workers get one thread, because other programs then disturb them less. The
# probabilities are the same as with more threads.
encoder=all-minilm-l6-v2-f16.gguf
tiny=smollm2-135m-instruct-q4_1.gguf
half=qwen2.5-coder-0.5b-instruct-q4_k_m.gguf
large=qwen2.5-coder-1.5b-instruct-q4_k_m.gguf
base=gemma-3-270m-q4_k_m.gguf

load "${BATS_TEST_DIRNAME%/*}/cli/helper"

model_folders=${TOEHOLD_MODELS:-$cache_before/models}

# model_path NAME: prints the file's path if the file exists.
model_path() {
	local folder folders
	IFS=: read -r -a folders <<<"$model_folders"
	for folder in "${folders[@]}"; do
		if [ -e "$folder/$1" ]; then
			printf '%s\n' "$folder/$1"
			return
		fi
	done
}

# The cache belongs to the file of tests, so checksums and headers are read once a file.
setup() {
	[ -x "$llama" ] || skip_loudly "built without llama.cpp"
	enter_scratch
	export TOEHOLD_MODELS=$model_folders TOEHOLD_CACHE=$BATS_FILE_TMPDIR/cache
	mkdir -p "$TOEHOLD_CACHE"
	local name
	for name in "${needed[@]}"; do
		[ -n "$(model_path "$name")" ] || skip_loudly "$name is missing; run scripts/models"
	done
}

needed=("$tiny")
server=

teardown() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
	leave_scratch
}

# free_port: sets port to a free one.
free_port() {
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
}

# start_server PROGRAM ARGUMENTS…: starts a server, and waits until it answers at $port. PROGRAM is
# no function, whose shell would be ended in place of the server.
start_server() {
	"$@" >server.log 2>&1 3>&- &
	server=$!
	wait_for 120 curl -fso /dev/null "http://127.0.0.1:$port/health" || { tail server.log; return 1; }
}

# bank_job N [MORE LINES]: the demo's job over its first N tickets, with the tiny model.
bank_job() {
	head -n "$1" "$root/demo/tickets-25.jsonl" >tickets.jsonl
	{
		sed -n '/^labels:/,/^tickets:/p' "$root/demo/job.yaml" | sed '/^tickets:/d'
		printf 'tickets: tickets.jsonl\nmodels: [%s]\nbudget: {tokens: 24}\n%s\n' "$tiny" "${2-}"
	} >job.yaml
}

# smoke CODE ARGUMENTS…: runs with one thread and prints JSON.
smoke() {
	local code=$1
	shift
	toe "$code" smoke job.yaml --threads 1 --json "$@"
}

# Labels and probabilities of each ticket, exactly as in the result.
replies() { json -c 'asked[0].replies[] | [.id, .label, .probs]'; }

# ends_well SECONDS CODES ARGUMENTS…: the command ends in time with one of the codes, not
# by a signal, and prints a message if it fails.
ends_well() {
	local seconds=$1 codes=$2
	shift 2
	run timeout --signal=KILL "$seconds" "$toehold" "$@"
	case " $codes " in
	*" $status "*) ;;
	*)
		echo "toehold $*: exit code $status, expected one of $codes"
		echo "$output"
		return 1
		;;
	esac
	[ "$status" -eq 0 ] || [ -n "$output" ]
}

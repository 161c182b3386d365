# shellcheck shell=bash
# Shared by the tests of `toehold page`.

teardown() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null || true
	leave_scratch
}

# page_in FOLDER [OPTIONS]: starts the page; sets address, base and pid.
page_in() {
	rm -f page.txt # of the page before
	"$toehold" page --no-browser "$@" >page.txt 2>said.txt 3>&- &
	pid=$!
	wait_for 10 test -s page.txt
	address=$(head -n 1 page.txt)
	base=${address%/?token=*}
}

# enter: exchanges the token for a cookie.
enter() { curl -s -o /dev/null -c jar "$address"; }

# get PATH [CURL OPTIONS]: with the cookie; the status, then the body, are in $status and $output.
get() {
	run curl -s -b jar -w '\n%{http_code}' "${@:2}" "$base$1"
	status=${output##*$'\n'}
	output=${output%$'\n'*}
}

# post PATH BODY [CURL OPTIONS]: as the page does.
post() { get "$1" -H "Origin: $base" -H 'X-Toehold: page' --data-binary "$2" "${@:3}"; }

# events ID FILTER: of the data of all events of an action, which is waited for, as one array.
events() { curl -sN -b jar "$base/api/actions/$1/events" | sed -n 's/^data: //p' | jq -rs "$2"; }

# do_it ACTION BODY: starts an action; sets id.
do_it() {
	post "/api/do/$1" "$2"
	is "$status" 200
	id=$(json .id)
}

# not_there PID: the process has ended.
not_there() { ! kill -0 "$1" 2>/dev/null; }

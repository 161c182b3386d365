# shellcheck shell=bash
# Shared by the benches: prepares what they need, then starts bench/NAME.py, which measures
# (Python's standard library only). Source it with `root` set.
: "${root:?}"
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

# The comment at the top of the script that was started.
bench_usage() { awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0" >&2; }

# bench NAME [options…]
bench() {
	local name=$1 set_name=--demo option models
	shift
	for option; do
		case $option in
		-h | --help)
			bench_usage
			exit
			;;
		--quick) set_name=--tiny ;;
		esac
	done
	have python3 || die "python3 is not installed. Run scripts/setup."
	TOEHOLD=${TOEHOLD:-$root/build/toehold}
	[ -x "$TOEHOLD" ] || "$root/scripts/build"
	models=$("$root/scripts/models" "$set_name") || exit 1
	"$root/scripts/engine" --tools >/dev/null
	TOEHOLD_ENGINE_TOOLS="$("$root/scripts/engine" --print)/bin"
	TOEHOLD_MODELS="$models"
	export TOEHOLD TOEHOLD_ENGINE_TOOLS TOEHOLD_MODELS
	exec python3 -B "$root/bench/$name.py" "$@"
}

# shellcheck shell=bash disable=SC2034,SC2154 # the tests set and read the variables
# Shared by the tests of packages: they are built once a file, into $packages, and used as people would,
# with nothing of this build in sight.
load "${BATS_TEST_DIRNAME%/*}/model/models"

version=$(sed -n 's/^project(toehold VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
machine=$(uname -m)

# make_packages VARIANTS [--target NAME]: the three of them in $packages; none if Debian's sources are
# out of reach.
make_packages() {
	local code=0 variants=$1
	shift
	"$root/scripts/setup" --package
	"$root/scripts/libraries" "$@" >/dev/null 2>"$BATS_FILE_TMPDIR/libraries" || code=$?
	[ "$code" -ne 75 ] || return 0
	[ "$code" -eq 0 ] || { cat "$BATS_FILE_TMPDIR/libraries"; return 1; }
	"$root/scripts/package" --variants "$variants" "$@" -o "$BATS_FILE_TMPDIR/packages" >"$BATS_FILE_TMPDIR/made"
	cat "$BATS_FILE_TMPDIR/made"
}

setup() {
	enter_scratch
	packages=$BATS_FILE_TMPDIR/packages
	[ -d "$packages" ] || skip_loudly "$(tail -n 1 "$BATS_FILE_TMPDIR/libraries")"
	wheel=$packages/toehold-$version-py3-none-manylinux_2_34_$machine.whl
	tarball=$packages/toehold-$version-linux-$machine.tar.xz
	deb=$(echo "$packages"/toehold_"$version"-1_*.deb)
}

# A job of four tickets for the tiny model, and the model itself.
four_tickets() {
	[ -n "$(model_path "$tiny")" ] || skip_loudly "$tiny is missing; run scripts/models"
	bank_job 4
	cp "$(model_path "$tiny")" .
}

# pristine COMMAND…: with no variable of this test, and a PATH that has the system's programs only.
pristine() { env -i HOME="$HOME" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$@"; }

# bare_root FOLDER: a root that holds glibc's loader, libc and libm, and no other file.
bare_root() {
	local library
	mkdir -p "$1/proc" "$1/dev" "$1/tmp" "$1/etc" "$1/work"
	for library in $(ldd "$(command -v bash)" | awk '/ld-linux/ { print $1 } /libc\.so/ { print $3 }') \
		"$(gcc -print-file-name=libm.so.6)"; do
		mkdir -p "$1$(dirname "$library")"
		cp -L "$library" "$1$(dirname "$library")/"
	done
}

# in_root FOLDER COMMAND…: in that root, with /proc and /dev, and no network.
in_root() {
	local where=$1 map=()
	shift
	[ "$(id -u)" = 0 ] || map=(--user --map-root-user)
	# shellcheck disable=SC2016 # for the inner shell
	env -i HOME=/work unshare "${map[@]}" --mount --pid --net --fork sh -c '
		mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && shift && exec /usr/sbin/chroot "$@"' \
		sh "$where" "$where" "$@"
}

must_unshare() {
	local map=()
	[ "$(id -u)" = 0 ] || map=(--user --map-root-user)
	unshare "${map[@]}" --mount --pid --net --fork true 2>/dev/null ||
		skip_loudly "this machine lets nobody make a root of his own"
}

# works COMMAND…: the program (behind COMMAND…) says what it is, all that doctor looks at is right, and it
# measures a model. The job and the model are in the current folder.
works() {
	run "$@" --version
	[ "$status" -eq 0 ]
	[[ $output == "toehold $version"* ]]
	run "$@" doctor
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"engine "*" ok "*"llama.cpp"* ]]
	[[ $output == *"fetcher "*" ok "* ]]
	[[ $output == *"servers "*" ok "* ]]
	measures "$@"
}

# smoke_options=(…) before it gives `smoke` more options.
measures() {
	run "$@" hello "$tiny" "I was charged twice"
	echo "$output"
	[ "$status" -eq 0 ]
	# It has not scored the bar: 1 is the answer of a measured run (docs/decision.md).
	run "$@" smoke job.yaml --name packaged "${smoke_options[@]}"
	echo "$output"
	[ "$status" -le 1 ]
	[[ $output == *smollm2* ]]
	run "$@" show packaged --json
	[ "$status" -le 1 ]
	[[ $output == *"$tiny"* ]]
}

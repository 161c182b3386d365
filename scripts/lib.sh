# shellcheck shell=bash
# Helpers that the scripts share: messages, sums, the cache folder, pip, a lock.
# Source it with `root` set. Results go to stdout, progress goes to stderr.
: "${root:?}"

say() { printf '%s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }

# The folder of engine and models: outside the tree, shared by all builds.
cache_dir() { printf '%s\n' "${TOEHOLD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/toehold}"; }

sha256_of() {
	if have sha256sum; then
		sha256sum "$1" | cut -d' ' -f1
	else
		shasum -a 256 "$1" | cut -d' ' -f1
	fi
}

sha256_text() {
	if have sha256sum; then
		sha256sum | cut -d' ' -f1
	else
		shasum -a 256 | cut -d' ' -f1
	fi
}

size_of() { wc -c <"$1" | tr -d ' '; }

cpu_count() { getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2; }

# Finds a pip that works: the python in PATH may lack it, Debian's own has it.
pip_command() {
	local try
	for try in "python3 -m pip" "/usr/bin/python3 -m pip" pip3 pip; do
		if $try --version >/dev/null 2>&1; then
			printf '%s\n' "$try"
			return
		fi
	done
	return 1
}

pip_works() { pip_command >/dev/null; }

pip_run() {
	local pip
	pip=$(pip_command) || die "no working pip was found. Run scripts/setup, or install python3-pip."
	$pip --disable-pip-version-check "$@"
}

# pip_fetch PACKAGE VERSION SHA256 FOLDER [pip options…]: downloads one file and
# prints its path. pip checks the sum before anything in the file runs, and this
# function checks it again. FOLDER is scratch.
pip_fetch() {
	local package=$1 version=$2 sum=$3 folder=$4 file
	shift 4
	mkdir -p "$folder"
	printf '%s==%s --hash=sha256:%s\n' "$package" "$version" "$sum" >"$folder/requirements.txt"
	if ! pip_run download --quiet --no-deps --require-hashes "$@" \
		-r "$folder/requirements.txt" -d "$folder" >"$folder/pip.log" 2>&1; then
		cat "$folder/pip.log" >&2
		rm -rf "$folder"
		die "cannot download $package $version (pip's message is above). Check the network, or pip's proxy and index settings."
	fi
	rm -f "$folder/requirements.txt"
	for file in "$folder"/*.whl "$folder"/*.tar.gz; do
		[ -e "$file" ] || continue
		if [ "$(sha256_of "$file")" = "$sum" ]; then
			printf '%s\n' "$file"
			return
		fi
	done
	rm -rf "$folder"
	die "The download of $package $version does not have the SHA-256 $sum. It was deleted unused."
}

# lock FILE: held until the script ends, on file descriptor 9.
lock() {
	mkdir -p "$(dirname "$1")"
	if have flock; then
		exec 9>"$1"
		if ! flock -n 9; then
			say "This script is already running; waiting until it ends ($1)."
			flock 9
		fi
		return
	fi
	# Without flock (macOS) the lock is a folder with the holder's process id.
	local holder
	until mkdir "$1.d" 2>/dev/null; do
		holder=$(cat "$1.d/pid" 2>/dev/null) || true
		if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
			rm -rf "$1.d"
			continue
		fi
		sleep 1
	done
	echo $$ >"$1.d/pid"
	# shellcheck disable=SC2064 # the trap needs the current path
	trap "rm -rf '$1.d'" EXIT
}

# build_in FOLDER [cmake options…]: configures for a first build or a new engine,
# then builds what changed, of all or of $build_target.
build_in() {
	local folder=$1 prefix generator=()
	shift
	mkdir -p "$folder"
	prefix=$("$root/scripts/engine") || exit 1
	if ! grep -qxF "TOEHOLD_ENGINE_PREFIX:PATH=$prefix" "$folder/CMakeCache.txt" 2>/dev/null; then
		if [ ! -f "$folder/CMakeCache.txt" ] && have ninja; then
			generator=(-G Ninja)
		fi
		say "Configuring in ${folder#"$root"/}."
		cmake ${generator[@]+"${generator[@]}"} -S "$root" -B "$folder" \
			-DTOEHOLD_ENGINE_PREFIX="$prefix" "$@" >"$folder/configure.log" 2>&1 || {
			cat "$folder/configure.log" >&2
			die "CMake could not configure toehold. Its message is above."
		}
	fi
	say "Building in ${folder#"$root"/}."
	cmake --build "$folder" --target "${build_target:-all}" --parallel "$(cpu_count)" >&2 ||
		die "toehold could not be built. The compiler's message is above."
}

# quick_linker: LDFLAGS for the many test programs. mold and gold take a tenth and a third of the time
# of the default linker, which stays if neither is here.
quick_linker() {
	local linker
	for linker in mold gold; do
		if have "ld.$linker"; then
			echo "${LDFLAGS:+$LDFLAGS }-fuse-ld=$linker"
			return
		fi
	done
	echo "${LDFLAGS-}"
}

# Only the fuzzers know what to do with branches.
build_cover() { LDFLAGS=$(quick_linker) build_target=fuzzers build_in "$root/build/cover" -DTOEHOLD_DEV=ON -DTOEHOLD_SAN=ON -DTOEHOLD_COVER=ON -DCMAKE_BUILD_TYPE=Debug; }

build_asan() { LDFLAGS=$(quick_linker) build_in "$root/build/asan" -DTOEHOLD_DEV=ON -DTOEHOLD_SAN=ON -DCMAKE_BUILD_TYPE=Debug; }

#!/usr/bin/env bats
# Packages for 64-bit ARM, cross-built with all variants of the engine, and run under qemu-user in a root
# that holds nothing but ARM's glibc.
load ../package/package
machine=aarch64
glibc=/usr/aarch64-linux-gnu/lib

setup_file() {
	load ../package/package
	"$root/scripts/setup" --package-tests
	local why=
	if ! command -v aarch64-linux-gnu-g++ >/dev/null || ! command -v qemu-aarch64-static >/dev/null; then
		why="g++-aarch64-linux-gnu and qemu-user-static are not installed"
	elif ! unshare --user --map-root-user --mount mount -t binfmt_misc none /proc/sys/fs/binfmt_misc 2>/dev/null; then
		why="nobody may say here how programs of another machine start (Linux 6.7)"
	fi
	if [ -n "$why" ]; then
		echo "$why" >"$BATS_FILE_TMPDIR/libraries"
		return
	fi
	make_packages all --target aarch64-linux-gnu
}

# arm_root CPU FOLDER: a root with ARM's glibc, the tarball, and what starts programs as on that CPU.
arm_root() {
	mkdir -p "$2"/{proc,dev,tmp,etc,work,lib}
	cp -L "$glibc"/ld-linux-aarch64.so.1 "$glibc"/lib{c,m}.so.6 "$2/lib/"
	cp "$(command -v qemu-aarch64-static)" "$2/qemu"
	gcc -static -O2 -DCPU="\"$1\"" "$root/tests/package/emulator.c" -o "$2/emulator"
	tar -xJf "$tarball" -C "$2"
	mv "$2/toehold-$version-linux-$machine" "$2/toehold"
}

# in_arm_root FOLDER COMMAND…: in that root, with /proc and /dev, and no network. Only programs in there
# meet the emulator.
in_arm_root() {
	local where=$1
	shift
	# shellcheck disable=SC2016 # for the inner shell
	env -i HOME=/work unshare --user --map-root-user --mount --pid --net --fork sh -c '
		mount -t binfmt_misc none /proc/sys/fs/binfmt_misc &&
		printf ":arm:M:18:\\xb7\\x00::%s:F" "$1/emulator" >/proc/sys/fs/binfmt_misc/register &&
		mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && shift && exec /usr/sbin/chroot "$@"' \
		sh "$where" "$where" "$@" </dev/null
}

@test "each package is for 64-bit ARM" {
	cat "$BATS_FILE_TMPDIR/made" >&3
	python3 -m zipfile -l "$wheel" | grep -q 'toehold-llama-armv8-a-i8mm '
	[ "$(dpkg-deb -f "$deb" Architecture)" = arm64 ]
	tar -xJf "$tarball" --strip-components=1
	for program in bin/toehold libexec/toehold/*; do
		[ "$(od -An -tx1 -j18 -N2 "$program")" = ' b7 00' ]
		"$root/scripts/package" --check "$program"
	done
	[ -s share/man/man1/toehold.1 ]
	[ -s share/doc/toehold/NOTICES ]
}

@test "the CPU's features choose the variant" {
	while read -r cpu chosen; do
		arm_root "$cpu" "$cpu"
		run in_arm_root "$cpu" /toehold/bin/toehold --version
		echo "$output"
		[[ $output == *"static, $chosen, "* ]]
	done <<-END
	cortex-a53 armv8-a
	cortex-a72 armv8-a
	neoverse-n1 armv8-a-dotprod
	max armv8-a-i8mm
	END
}

# Emulated, a prompt takes minutes, and a reason would take more. qemu-user knows neither Landlock nor
# seccomp, so doctor has something to say of the sandbox.
@test "the program finds its workers and measures a model, with the newest variant and with the oldest" {
	smoke_options=(--timeout 3600)
	four_tickets
	echo 'reason: none' >>job.yaml
	while read -r cpu chosen; do
		arm_root "$cpu" "$cpu"
		cp job.yaml tickets.jsonl "$tiny" "$cpu/"
		run in_arm_root "$cpu" /toehold/bin/toehold doctor
		echo "$output"
		[[ $output == *"engine "*" ok "*"$chosen, "* ]]
		[[ $output == *"servers "*" ok "* ]]
		[[ $output == *"namespaces"*"missing: Landlock, seccomp"* ]]
		measures in_arm_root "$cpu" /toehold/bin/toehold
	done <<-END
	max armv8-a-i8mm
	cortex-a53 armv8-a
	END
}

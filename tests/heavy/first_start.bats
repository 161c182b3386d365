#!/usr/bin/env bats
# A stranger's first command: scripts/demo in a copy of the source, with an empty home and empty
# caches. It downloads the engine's source and the two smallest models, so it needs a network.
load ../cli/helper

setup_file() {
	mkdir -p "$BATS_FILE_TMPDIR/source" "$BATS_FILE_TMPDIR/home"
	git -C "$root" ls-files -z | tar -C "$root" --null -T - -cf - | tar -C "$BATS_FILE_TMPDIR/source" -xf -
}

first_start() {
	run env -u TOEHOLD_CACHE -u TOEHOLD_MODELS -u TOEHOLD_VARIANTS -u XDG_CACHE_HOME \
		HOME="$BATS_FILE_TMPDIR/home" TOEHOLD_DEMO_DIR="$BATS_FILE_TMPDIR/demo" \
		"$BATS_FILE_TMPDIR/source/scripts/demo" --quick
}

@test "the first start builds, fetches and decides" {
	first_start
	is "$status" 0
	has "$output" "What to do next"
	[ -f "$BATS_FILE_TMPDIR/demo/report.html" ]
}

@test "the second start builds and fetches nothing" {
	first_start
	is "$status" 0
	lacks "$output" "Downloading" "Building llama.cpp"
	has "$output" "all replies are already stored"
}

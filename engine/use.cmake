# Finds the engine that TOEHOLD_LLAMA selects. Defines
# toehold::llama, toehold::jinja (only if bundled) and TOEHOLD_ENGINE_BUILD.
if(TOEHOLD_LLAMA STREQUAL "none")
	message(STATUS "toehold-llama is not built (TOEHOLD_LLAMA=none)")

elseif(TOEHOLD_LLAMA STREQUAL "bundled")
	set(prefix "${TOEHOLD_ENGINE_PREFIX}")
	if(NOT prefix)
		execute_process(
			COMMAND ${CMAKE_COMMAND} -E env TOEHOLD_CUDA=${TOEHOLD_CUDA}
				"${PROJECT_SOURCE_DIR}/scripts/engine" --print
			OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
		if(failed)
			message(FATAL_ERROR "scripts/engine --print failed: cannot find the engine's folder.")
		endif()
	endif()
	if(NOT EXISTS "${prefix}/toehold-engine.cmake")
		message(FATAL_ERROR "The engine is not built: ${prefix}/toehold-engine.cmake is missing. "
			"Run scripts/engine once (a few minutes), or configure with -DTOEHOLD_LLAMA=none.")
	endif()
	include("${prefix}/toehold-engine.cmake")
	add_compile_options("-ffile-prefix-map=${prefix}/=engine/")
	message(STATUS "Engine: ${TOEHOLD_ENGINE_BUILD} in ${prefix}")

elseif(TOEHOLD_LLAMA STREQUAL "system")
	find_package(Llama QUIET)
	if(NOT TARGET llama)
		find_package(llama QUIET)
	endif()
	add_library(toehold::llama INTERFACE IMPORTED GLOBAL)
	if(TARGET llama)
		set_property(TARGET toehold::llama PROPERTY INTERFACE_LINK_LIBRARIES llama)
		set(LLAMA_FOUND_VERSION "${llama_VERSION}")
	else()
		pkg_check_modules(LLAMA REQUIRED IMPORTED_TARGET llama)
		set_property(TARGET toehold::llama PROPERTY INTERFACE_LINK_LIBRARIES PkgConfig::LLAMA)
		set(LLAMA_FOUND_VERSION "${LLAMA_VERSION}")
	endif()
	set(TOEHOLD_ENGINE_BUILD "llama.cpp ${LLAMA_FOUND_VERSION} (installed on the system), shared")
	message(STATUS "Engine: ${TOEHOLD_ENGINE_BUILD}; templates are approximated")

else()
	message(FATAL_ERROR "TOEHOLD_LLAMA is '${TOEHOLD_LLAMA}'; write bundled, system or none.")
endif()

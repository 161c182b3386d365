# Cross build for macOS on Apple's processors with zig (PyPI's ziglang), which brings libc, its headers
# and a linker, but none of Apple's frameworks: no Metal, no Accelerate (docs/engine.md says what was
# tried). scripts/engine reads the names of the compilers here:
# CC: zig cc -target aarch64-macos
# CXX: zig c++ -target aarch64-macos
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR arm64)

# CMake wants each tool to be one program. engine/CMakeLists.txt knows zig by the name.
foreach(tool "cc -target aarch64-macos" "c++ -target aarch64-macos" ar ranlib)
	string(REGEX REPLACE " .*" "" name "${tool}")
	set(file "${CMAKE_BINARY_DIR}/zig-${name}/zig")
	if(NOT EXISTS "${file}")
		file(WRITE "${file}" "#!/bin/sh\nexec zig ${tool} \"$@\"\n")
		file(CHMOD "${file}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
	endif()
endforeach()
set(CMAKE_C_COMPILER "${CMAKE_BINARY_DIR}/zig-cc/zig")
set(CMAKE_CXX_COMPILER "${CMAKE_BINARY_DIR}/zig-c++/zig")
set(CMAKE_AR "${CMAKE_BINARY_DIR}/zig-ar/zig" CACHE FILEPATH "")
set(CMAKE_RANLIB "${CMAKE_BINARY_DIR}/zig-ranlib/zig" CACHE FILEPATH "")
set(CMAKE_INSTALL_NAME_TOOL true CACHE FILEPATH "") # nothing shared is built
foreach(framework METAL ACCELERATE BLAS)
	set(GGML_${framework} OFF CACHE BOOL "")
endforeach()

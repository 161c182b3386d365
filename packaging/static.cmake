# Links the static libraries of TOEHOLD_STATIC (made by scripts/libraries) in place of the system's, so
# that a program needs nothing but glibc, and of that nothing newer than 2.34 (packaging/glibc.c).
if(NOT EXISTS "${TOEHOLD_STATIC}/VERSIONS")
	message(FATAL_ERROR "There are no static libraries in TOEHOLD_STATIC='${TOEHOLD_STATIC}'. "
		"scripts/libraries makes them and prints their folder.")
endif()
set(ENV{PKG_CONFIG_LIBDIR} "${TOEHOLD_STATIC}/lib/pkgconfig")
list(PREPEND CMAKE_PREFIX_PATH "${TOEHOLD_STATIC}")
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(OPENSSL_ROOT_DIR "${TOEHOLD_STATIC}")
set(OPENSSL_USE_STATIC_LIBS ON)
# No debug information, and no folder of the builder's in a message: two builds are the same bytes.
add_compile_options(-g0 -ffunction-sections -fdata-sections "-ffile-prefix-map=${CMAKE_BINARY_DIR}/=build/"
	"-ffile-prefix-map=${TOEHOLD_STATIC}/=libraries/")
add_link_options(-static-libgcc -static-libstdc++ -Wl,--gc-sections -Wl,--strip-all)
string(APPEND CMAKE_EXE_LINKER_FLAGS " ${TOEHOLD_STATIC}/lib/glibc.o")

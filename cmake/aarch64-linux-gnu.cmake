# Cross build for 64-bit ARM Linux with Debian's g++-aarch64-linux-gnu (docs/engine.md). Programs that
# the build itself runs, such as toehold for its man pages, run under qemu-aarch64.
# scripts/engine reads the names of the compilers here:
# CC: aarch64-linux-gnu-gcc
# CXX: aarch64-linux-gnu-g++
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
find_program(QEMU_AARCH64 NAMES qemu-aarch64 qemu-aarch64-static)
if(QEMU_AARCH64)
	set(CMAKE_CROSSCOMPILING_EMULATOR "${QEMU_AARCH64};-L;/usr/aarch64-linux-gnu")
endif()

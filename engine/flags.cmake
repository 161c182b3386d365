# How llama.cpp is built for toehold: read by cmake -C before the first
# configure. This file is a part of the cache key (see docs/engine.md), so a
# changed line here means a new engine, and a new engine build in every run row.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(BUILD_SHARED_LIBS OFF CACHE BOOL "")

# This CPU's own instructions; the key holds the CPU's feature list for it.
set(GGML_NATIVE ON CACHE BOOL "")
set(GGML_OPENMP ON CACHE BOOL "")
set(GGML_CCACHE OFF CACHE BOOL "")

# No network code of any kind.
set(GGML_RPC OFF CACHE BOOL "")
set(LLAMA_OPENSSL OFF CACHE BOOL "")
set(LLAMA_LLGUIDANCE OFF CACHE BOOL "")
set(LLAMA_BUILD_UI OFF CACHE BOOL "")
set(LLAMA_USE_PREBUILT_UI OFF CACHE BOOL "")

set(LLAMA_BUILD_APP OFF CACHE BOOL "")
set(LLAMA_BUILD_EXAMPLES OFF CACHE BOOL "")
set(LLAMA_BUILD_TESTS OFF CACHE BOOL "")
# Images; no video, which would start another program.
set(LLAMA_BUILD_MTMD ON CACHE BOOL "")
set(MTMD_VIDEO OFF CACHE BOOL "")
set(LLAMA_TOOLS_INSTALL OFF CACHE BOOL "")
set(LLAMA_ALL_WARNINGS OFF CACHE BOOL "")

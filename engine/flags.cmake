# The flags of llama.cpp: cmake -C reads them before the first configure. This
# file is part of the cache key (docs/engine.md): a changed line makes another
# engine, and every run row names its engine.
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(BUILD_SHARED_LIBS OFF CACHE BOOL "")

# Instructions are chosen by variant (src/work/variant.def), never by the CPU that builds.
foreach(feature NATIVE SSE42 AVX AVX2 BMI2 FMA F16C)
	set(GGML_${feature} OFF CACHE BOOL "")
endforeach()
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

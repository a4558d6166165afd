# clang only. g++ 12 miscompiles everyday coroutine code (use after free, double free) that clang gets right.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "diffgate does not build with g++: g++ 12 miscompiles coroutines and g++ 13 is untried. "
                      "Use clang 19: cmake --preset dev, or CXX=clang++-19.")
endif()
if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
  message(FATAL_ERROR "diffgate needs clang 16 or newer (19 is the tested one), found "
                      "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)

set(DIFFGATE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")
option(DIFFGATE_WERROR "Treat warnings as errors" ON)

add_library(diffgate_options INTERFACE)
target_compile_options(diffgate_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)
if(DIFFGATE_WERROR)
  target_compile_options(diffgate_options INTERFACE -Werror)
endif()
add_link_options(-fuse-ld=lld)
if(DIFFGATE_SANITIZE)
  add_compile_options(-fsanitize=${DIFFGATE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${DIFFGATE_SANITIZE})
endif()

find_program(DIFFGATE_CCACHE ccache)
if(DIFFGATE_CCACHE)
  # What ccache's manual asks for where headers are precompiled. No file here asks for the time or the date.
  set(CMAKE_CXX_COMPILER_LAUNCHER env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${DIFFGATE_CCACHE})
endif()

# The libraries' headers that most files include are read once, not in every file: a build from nothing takes little
# more than half the time. Only headers from outside of the repository are among them, so that a change here never
# builds all anew; and no path of this clone goes in (hence a library's header as what is compiled), so that the bytes
# are the same in every clone and ccache shares what was compiled with them. Files include what they use all the same:
# clang-tidy (`./dev lint`) looks at each of them without.
option(DIFFGATE_PRECOMPILE "Read the libraries' headers once for all files" ON)

set(DIFFGATE_PRECOMPILED_HEADERS
  algorithm array charconv chrono filesystem fstream functional map memory optional random set string string_view
  unordered_map utility variant vector
  boost/asio/any_io_executor.hpp boost/asio/awaitable.hpp boost/asio/co_spawn.hpp boost/asio/io_context.hpp
  boost/asio/post.hpp boost/asio/redirect_error.hpp boost/asio/steady_timer.hpp boost/asio/this_coro.hpp
  boost/asio/use_awaitable.hpp
  fmt/format.h nlohmann/json.hpp)

# diffgate_precompile(NAME HEADER…): makes precompiled/NAME.pch of these headers, by the target diffgate_NAME_headers.
function(diffgate_precompile name)
  set(output ${CMAKE_BINARY_DIR}/precompiled/${name}.pch)
  string(TOUPPER "CMAKE_CXX_FLAGS_${CMAKE_BUILD_TYPE}" flags_of_type)
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS} ${${flags_of_type}}")
  get_property(options DIRECTORY PROPERTY COMPILE_OPTIONS)
  set(definitions "")
  foreach(library IN ITEMS diffgate_boost Boost::url fmt::fmt nlohmann_json::nlohmann_json)
    get_target_property(of_library ${library} INTERFACE_COMPILE_DEFINITIONS)
    foreach(definition IN LISTS of_library)
      list(APPEND definitions "$<$<BOOL:${definition}>:-D${definition}>")
    endforeach()
  endforeach()
  list(TRANSFORM ARGN PREPEND "-include;" OUTPUT_VARIABLE headers)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/precompiled)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_CXX_COMPILER} ${definitions} ${flags} ${CMAKE_CXX20_STANDARD_COMPILE_OPTION} ${options}
      -fpch-instantiate-templates -Xclang -fno-pch-timestamp -MD -MF ${name}.d -MT precompiled/${name}.pch
      ${headers} -x c++-header ${Boost_INCLUDE_DIRS}/boost/version.hpp -o ${name}.pch
    DEPFILE ${CMAKE_BINARY_DIR}/precompiled/${name}.d
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/precompiled
    COMMENT "Precompiling the libraries' headers (${name})"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(diffgate_${name}_headers DEPENDS ${output})
endfunction()

# diffgate_use_precompiled(TARGET NAME): TARGET must link diffgate_net, or another room.
function(diffgate_use_precompiled target name)
  if(DIFFGATE_PRECOMPILE)
    add_dependencies(${target} diffgate_${name}_headers)
    # Relative to the build's folder, where ninja compiles: no path of this clone here, either.
    target_compile_options(${target} PRIVATE "SHELL:-include-pch precompiled/${name}.pch")
  endif()
endfunction()

if(DIFFGATE_PRECOMPILE)
  diffgate_precompile(product ${DIFFGATE_PRECOMPILED_HEADERS})
  if(DIFFGATE_TESTS)
    diffgate_precompile(tests ${DIFFGATE_PRECOMPILED_HEADERS} doctest/doctest.h)
  endif()
endif()

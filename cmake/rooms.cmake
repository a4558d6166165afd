# A room is a static library whose headers are reachable only through its target: each room gets an include
# directory of its own that holds nothing but a link to the room, so that including a header of a room that
# is not named in USES does not compile.

function(diffgate_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  set(include_dir ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${include_dir})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${include_dir}/${name} SYMBOLIC)
  add_library(diffgate_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(diffgate_${name} PUBLIC ${include_dir})
  list(TRANSFORM ROOM_USES PREPEND diffgate_)
  target_link_libraries(diffgate_${name}
    PUBLIC ${ROOM_USES} ${ROOM_LIBRARIES}
    PRIVATE diffgate_options ${ROOM_PRIVATE_LIBRARIES})
  diffgate_use_precompiled(diffgate_${name} product)
endfunction()

# One doctest program a folder of tests. LABEL is what `./dev test LABEL` picks: unit, property, scenario, …
# The program is started from the repository's root.
function(diffgate_test name)
  cmake_parse_arguments(TEST "" "LABEL;TIMEOUT" "SOURCES;USES;ARGUMENTS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES} $<TARGET_OBJECTS:diffgate_test_main>)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support)
  list(TRANSFORM TEST_USES PREPEND diffgate_)
  target_link_libraries(${name} PRIVATE ${TEST_USES} diffgate_options doctest::doctest)
  diffgate_use_precompiled(${name} tests)
  target_compile_definitions(${name} PRIVATE DIFFGATE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             DIFFGATE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name} ${TEST_ARGUMENTS} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 600)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT})
endfunction()

# A program that needs glibc alone to start, and runs on other distributions than the one it was built on (`./dev
# package`). Linked in is what the distributions have archives of. Of fmt, spdlog and simdjson they have none: those go
# with the program, in the folder lib beside it, and so does the C++ library, which must be one for all. libpq needs
# Kerberos and LDAP, of which there are no archives either: it is looked for when a PostgreSQL warehouse is first
# connected to (diff/libpq_on_demand.cpp).

# The target's library becomes an archive, and the others come with it. What is compiled stays as it is.
function(diffgate_use_archive target)
  set(archives "")
  foreach(name IN LISTS ARGN)
    find_library(DIFFGATE_ARCHIVE_${name} NAMES lib${name}.a)
    if(NOT DIFFGATE_ARCHIVE_${name})
      message(FATAL_ERROR "lib${name}.a is not installed: './dev package' installs the package that has it")
    endif()
    list(APPEND archives ${DIFFGATE_ARCHIVE_${name}})
  endforeach()
  list(POP_FRONT archives first)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  foreach(configuration IN LISTS configurations)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_${configuration} ${first})
  endforeach()
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${first})
  set_property(TARGET ${target} APPEND PROPERTY INTERFACE_LINK_LIBRARIES ${archives})
endfunction()

diffgate_use_archive(OpenSSL::SSL ssl crypto)
diffgate_use_archive(OpenSSL::Crypto crypto)
diffgate_use_archive(Boost::url boost_url)
diffgate_use_archive(yaml-cpp yaml-cpp)
diffgate_use_archive(SQLite::SQLite3 sqlite3)
diffgate_use_archive(ZLIB::ZLIB z)
# With what its reader of zip files calls; of its other formats nothing is linked.
diffgate_use_archive(LibArchive::LibArchive archive nettle lzma bz2 zstd z)

set(CMAKE_BUILD_RPATH "$ORIGIN/lib")

# Everything comes from the distribution's packages; `./dev setup` installs them. README.md names each with its reason.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(CLI11 REQUIRED)
if(DIFFGATE_TESTS)
  find_package(doctest REQUIRED)
endif()

option(DIFFGATE_PORTABLE "A program that runs on other distributions, too" OFF)
if(DIFFGATE_PORTABLE)
  include(${CMAKE_CURRENT_LIST_DIR}/portable.cmake)
endif()

# Asio and Beast are compiled once (net/boost_asio.cpp, net/boost_beast.cpp) instead of in every file.
add_library(diffgate_boost INTERFACE)
target_compile_definitions(diffgate_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(diffgate_boost INTERFACE Boost::headers Boost::url Threads::Threads)

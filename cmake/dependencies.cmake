# Every library from outside, found once. All are Debian packages (scripts/setup names them).
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url json)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(cjose REQUIRED IMPORTED_TARGET cjose)
pkg_check_modules(jansson REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)

# Its CMake package demands civetweb and curl, which only the parts that we do not use need.
find_library(PROMETHEUS_CORE prometheus-cpp-core REQUIRED)
find_path(PROMETHEUS_INCLUDE prometheus/registry.h REQUIRED)
add_library(prometheus_core INTERFACE)
target_link_libraries(prometheus_core INTERFACE "${PROMETHEUS_CORE}")
target_include_directories(prometheus_core SYSTEM INTERFACE "${PROMETHEUS_INCLUDE}")

# Its pkg-config file sets a macro that the precompiled header was made without.
find_library(HIREDIS hiredis REQUIRED)
find_path(HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
add_library(hiredis INTERFACE)
target_link_libraries(hiredis INTERFACE "${HIREDIS}")
target_include_directories(hiredis SYSTEM INTERFACE "${HIREDIS_INCLUDE}")

find_library(NGHTTP2 nghttp2 REQUIRED)
find_path(NGHTTP2_INCLUDE nghttp2/nghttp2.h REQUIRED)
add_library(nghttp2 INTERFACE)
target_link_libraries(nghttp2 INTERFACE "${NGHTTP2}")
target_include_directories(nghttp2 SYSTEM INTERFACE "${NGHTTP2_INCLUDE}")

# For the program alone: what links the library chooses its own. The sanitizers bring theirs.
add_library(allocator INTERFACE)
if(NOT CLOCHE_SANITIZE)
    find_library(TCMALLOC tcmalloc_minimal REQUIRED)
    target_link_libraries(allocator INTERFACE -Wl,--no-as-needed "${TCMALLOC}" -Wl,--as-needed)
endif()

# One Asio for the whole program: compiled once, in src/runtime/asio_src.cpp.
add_library(asio INTERFACE)
# A request is a dozen coroutines deep. Asio keeps a few of their frames, first fit, and takes the others from
# aligned_alloc(), which goes by malloc's caches of sizes; those are what fits (docs/decisions/0010-allocator.md).
target_compile_definitions(asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN)
target_link_libraries(asio INTERFACE Boost::headers Threads::Threads)

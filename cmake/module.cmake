# cloche_module(NAME name LAYER n [DEPENDS module...] [LINK library...] [ASIO] SOURCES file...)
#
# One static library per folder, `cloche_<name>`. DEPENDS names the folders it may include, LINK the
# libraries from outside. ASIO gives it Asio and the shared precompiled header.
# test/convention/check_layers.py reads these lines and compares them with the include directives.
function(cloche_module)
    cmake_parse_arguments(M "ASIO" "NAME;LAYER" "DEPENDS;LINK;SOURCES" ${ARGN})
    set(target "cloche_${M_NAME}")
    add_library(${target} STATIC ${M_SOURCES})
    target_include_directories(${target} PUBLIC "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(${target} PRIVATE cloche_flags)
    target_link_libraries(${target} PUBLIC Boost::headers)
    foreach(dependency IN LISTS M_DEPENDS)
        target_link_libraries(${target} PUBLIC "cloche_${dependency}")
    endforeach()
    if(M_LINK)
        target_link_libraries(${target} PUBLIC ${M_LINK})
    endif()
    if(M_ASIO)
        target_link_libraries(${target} PUBLIC asio)
        cloche_asio_pch(${target})
    endif()
endfunction()

# Asio is most of the compile time of a file that includes it: it is parsed once.
function(cloche_asio_pch target)
    if(TARGET cloche_pch)
        target_precompile_headers(${target} REUSE_FROM cloche_pch)
        return()
    endif()
    file(WRITE "${CMAKE_BINARY_DIR}/pch.cpp" "")
    add_library(cloche_pch STATIC "${CMAKE_BINARY_DIR}/pch.cpp")
    target_link_libraries(cloche_pch PRIVATE cloche_flags asio)
    target_precompile_headers(cloche_pch PRIVATE
        <boost/asio.hpp> <boost/system/result.hpp> <chrono> <memory> <optional> <string> <string_view> <vector>)
    target_precompile_headers(${target} REUSE_FROM cloche_pch)
endfunction()

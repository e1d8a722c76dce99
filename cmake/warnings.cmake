# Flags every target of the project is compiled with. Warnings are errors in both compilers.
add_library(cloche_flags INTERFACE)
target_compile_options(cloche_flags INTERFACE
    -Wall -Wextra -Wpedantic -Werror
    -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Woverloaded-virtual -Wundef
    -fvisibility=hidden -fvisibility-inlines-hidden
    # The library is shared, and made of the same objects as the programs, with one precompiled header for all.
    -fPIC)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports these in correct code that was inlined across standard headers (GCC 105329, 107852).
    target_compile_options(cloche_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized
        -Wno-array-bounds -Wno-stringop-overread -Wno-free-nonheap-object -Wno-dangling-pointer)
    # ccache needs the directives of a precompiled header kept.
    target_compile_options(cloche_flags INTERFACE -fpch-preprocess)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # ccache can serve a precompiled header only when its time stamp does not count.
    target_compile_options(cloche_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
    # libstdc++ 12 uses in std::stable_sort what it has deprecated itself.
    target_compile_options(cloche_flags INTERFACE -Wno-deprecated-declarations)
    target_link_options(cloche_flags INTERFACE -fuse-ld=lld-19)
else()
    target_link_options(cloche_flags INTERFACE -fuse-ld=mold)
endif()
if(CLOCHE_SANITIZE)
    target_compile_options(cloche_flags INTERFACE -fsanitize=${CLOCHE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -gline-tables-only)
    target_link_options(cloche_flags INTERFACE -fsanitize=${CLOCHE_SANITIZE})
endif()

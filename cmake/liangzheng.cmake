# What every target shares: language level, warnings, hardening, sanitizers; and the two ways to make a target.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(lz_flags INTERFACE)
target_include_directories(lz_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(lz_flags INTERFACE _GNU_SOURCE _FORTIFY_SOURCE=$<IF:$<CONFIG:Debug>,0,2>)
target_compile_options(lz_flags INTERFACE
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wswitch-enum -Wstrict-prototypes -Wmissing-prototypes
    -Wvla -Wwrite-strings -Wformat=2 -Wundef -Wpointer-arith -Wcast-qual
    # Fault texts have a fixed size and are cut on purpose; gcc only sees the cut, not the purpose.
    $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
    -fstack-protector-strong -fno-common -fno-omit-frame-pointer
    $<$<BOOL:${LZ_WERROR}>:-Werror>)
target_link_options(lz_flags INTERFACE -Wl,-z,relro,-z,now)
if(LZ_SANITIZE)
    target_compile_options(lz_flags INTERFACE -fsanitize=${LZ_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(lz_flags INTERFACE -fsanitize=${LZ_SANITIZE})
endif()
if(LZ_COVERAGE)
    # Atomic: threads of one program count the same lines.
    target_compile_options(lz_flags INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(lz_flags INTERFACE --coverage)
endif()
if(LZ_FUZZ)
    target_compile_options(lz_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# lz_library(NAME [PUBLIC lib…] [PKG module…]): a static library of every *.c of this folder but *_main.c.
function(lz_library name)
    cmake_parse_arguments(A "" "" "PUBLIC;PKG;SOURCES;DIRS" ${ARGN})
    set(sources ${A_SOURCES})
    foreach(dir IN ITEMS . LISTS A_DIRS)
        file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/*.c)
        list(APPEND sources ${found})
    endforeach()
    list(FILTER sources EXCLUDE REGEX "_main\\.c$")
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC lz_flags ${A_PUBLIC} Threads::Threads)
    foreach(module IN LISTS A_PKG)
        string(MAKE_C_IDENTIFIER "pkg_${module}" target)
        if(NOT TARGET PkgConfig::${target})
            pkg_check_modules(${target} REQUIRED IMPORTED_TARGET GLOBAL ${module})
        endif()
        target_link_libraries(${name} PUBLIC PkgConfig::${target})
    endforeach()
endfunction()

# lz_program(NAME MAIN.c lib…): a program in build/<preset>/bin.
function(lz_program name main)
    add_executable(${name} ${main})
    target_link_libraries(${name} PRIVATE lz_flags ${ARGN})
endfunction()

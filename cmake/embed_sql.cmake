# Turns *.sql files into C tables (registry/db/sql.h).  Run at build time:
#   cmake -D STATEMENTS=a.sql;… -D MIGRATIONS=0001_x.sql;… -D PREFIX=lz_registry -D HEADER=….h -D SOURCE=….c -D INCLUDE=registry/statements.h -P embed_sql.cmake
# Text is walked line by line with FIND and SUBSTRING, never as a CMake list, so ; [ ] and quotes survive.
cmake_minimum_required(VERSION 3.23)

# One line of text as a C string literal with its newline, appended to `out`.  ? is escaped against trigraphs.
function(append_literal out line)
    string(REPLACE "\\" "\\\\" line "${line}")
    string(REPLACE "\"" "\\\"" line "${line}")
    string(REPLACE "?" "\\?" line "${line}")
    string(REPLACE "\t" "\\t" line "${line}")
    string(REPLACE "\r" "" line "${line}")
    set(${out} "${${out}}        \"${line}\\n\"\n" PARENT_SCOPE)
endfunction()

# Cuts the first line off `text`.
macro(take_line text line)
    string(FIND "${${text}}" "\n" at)
    if(at EQUAL -1)
        set(${line} "${${text}}")
        set(${text} "")
    else()
        string(SUBSTRING "${${text}}" 0 ${at} ${line})
        math(EXPR at "${at} + 1")
        string(SUBSTRING "${${text}}" ${at} -1 ${text})
    endif()
endmacro()

set(enum "")
set(rows "")
set(names ":")

macro(close_statement)
    if(NOT name STREQUAL "")
        if(body STREQUAL "")
            message(FATAL_ERROR "${file}: statement ${name} has no text")
        endif()
        string(APPEND enum "    LZ_Q_${name},\n")
        string(APPEND rows "    {\"${name}\",\n${body}        , ${scans}},\n")
    endif()
    set(name "")
    set(body "")
    set(scans "false")
endmacro()

foreach(file IN LISTS STATEMENTS)
    file(READ "${file}" text)
    set(name "")
    set(body "")
    set(scans "false")
    set(number 0)
    while(NOT text STREQUAL "")
        take_line(text line)
        math(EXPR number "${number} + 1")
        if(line MATCHES "^-- name: *([a-z][a-z0-9_]*)[ \r]*$")
            set(found "${CMAKE_MATCH_1}")
            close_statement()
            set(name "${found}")
            if(names MATCHES ":${name}:")
                message(FATAL_ERROR "${file}:${number}: a second statement is named ${name}")
            endif()
            string(APPEND names "${name}:")
        elseif(line MATCHES "^-- name")
            message(FATAL_ERROR "${file}:${number}: a name is lower-case letters, digits and _")
        elseif(line MATCHES "^-- scan: *[^ \r]")
            set(scans "true")
        elseif(line MATCHES "^-- scan")
            message(FATAL_ERROR "${file}:${number}: a scan needs its reason")
        elseif(NOT line MATCHES "^[ \t\r]*(--.*)?$")
            if(name STREQUAL "")
                message(FATAL_ERROR "${file}:${number}: SQL before the first \"-- name:\"")
            endif()
            append_literal(body "${line}")
        endif()
    endwhile()
    close_statement()
endforeach()

set(migrations "")
set(count 0)
foreach(file IN LISTS MIGRATIONS)
    get_filename_component(stem "${file}" NAME_WE)
    math(EXPR count "${count} + 1")
    if(NOT stem MATCHES "^0*([1-9][0-9]*)_([a-z0-9_]+)$" OR NOT CMAKE_MATCH_1 EQUAL count)
        message(FATAL_ERROR "${file}: expected migration number ${count}, as in 0001_name.sql, without gaps")
    endif()
    set(title "${CMAKE_MATCH_2}")
    # comments stay: the schema a DBA sees with .schema tells its story
    file(READ "${file}" text)
    set(body "")
    while(NOT text STREQUAL "")
        take_line(text line)
        append_literal(body "${line}")
    endwhile()
    string(APPEND migrations "    {${count}, \"${title}\",\n${body}        },\n")
endforeach()

string(TOUPPER "${PREFIX}_STATEMENTS_H" guard)
file(WRITE "${HEADER}.new" "/* Made by cmake/embed_sql.cmake; do not edit. */
#ifndef ${guard}
#define ${guard}

#include \"registry/db/sql.h\"

enum {
${enum}    LZ_Q_COUNT
};

extern const struct lz_statement ${PREFIX}_statements[];
extern const struct lz_migration ${PREFIX}_migrations[];
extern const struct lz_schema ${PREFIX}_schema;

#endif
")
# kept as it is when no name changed, so that a change of SQL text compiles one file only
file(COPY_FILE "${HEADER}.new" "${HEADER}" ONLY_IF_DIFFERENT)
file(REMOVE "${HEADER}.new")

# a table may not be empty in C, so each ends with a row that is not counted
file(WRITE "${SOURCE}" "/* Made by cmake/embed_sql.cmake; do not edit. */
#include \"${INCLUDE}\"

const struct lz_statement ${PREFIX}_statements[] = {
${rows}    {0},
};

const struct lz_migration ${PREFIX}_migrations[] = {
${migrations}    {0},
};

const struct lz_schema ${PREFIX}_schema = {
    ${PREFIX}_statements,
    LZ_Q_COUNT,
    ${PREFIX}_migrations,
    ${count},
};
")

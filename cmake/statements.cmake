# lz_statements(TARGET STATEMENTS pattern… [MIGRATIONS pattern…]): embeds SQL files into a library.
# In folder registry, target lz_registry: #include "registry/statements.h" gives LZ_Q_<name> and lz_registry_schema.
# Call it in the CMakeLists.txt that makes TARGET; patterns are absolute or count from that folder.
set(LZ_EMBED_SQL ${CMAKE_CURRENT_LIST_DIR}/embed_sql.cmake)

function(lz_statements target)
    cmake_parse_arguments(A "" "" "STATEMENTS;MIGRATIONS" ${ARGN})
    file(GLOB statements CONFIGURE_DEPENDS ${A_STATEMENTS})
    set(migrations "")
    if(A_MIGRATIONS)
        file(GLOB migrations CONFIGURE_DEPENDS ${A_MIGRATIONS})
    endif()
    file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    set(root ${CMAKE_BINARY_DIR}/generated)
    set(stem ${root}/${folder}/statements)
    file(MAKE_DIRECTORY ${root}/${folder})
    add_custom_command(OUTPUT ${stem}.c ${stem}.h
        COMMAND ${CMAKE_COMMAND} -D "STATEMENTS=${statements}" -D "MIGRATIONS=${migrations}" -D PREFIX=${target}
                -D HEADER=${stem}.h -D SOURCE=${stem}.c -D INCLUDE=${folder}/statements.h -P ${LZ_EMBED_SQL}
        DEPENDS ${statements} ${migrations} ${LZ_EMBED_SQL}
        COMMENT "Embedding the SQL of ${folder}"
        VERBATIM)
    target_sources(${target} PRIVATE ${stem}.c ${stem}.h)
    target_include_directories(${target} PUBLIC ${root})
endfunction()

#include "look.h"

#include "lz_test.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <sqlite3.h>

static void add(EVP_MD_CTX *hash, const void *data, size_t size)
{
    uint64_t head = size;
    EVP_DigestUpdate(hash, &head, sizeof head);
    EVP_DigestUpdate(hash, data, size);
}

static void add_file(EVP_MD_CTX *hash, const char *path)
{
    uint8_t bytes[65536];
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
        add(hash, bytes, n);
    fclose(in);
}

static void add_folder(EVP_MD_CTX *hash, const char *dir, char shape[FAULT_SHAPE])
{
    struct dirent **list = NULL;
    int count = scandir(dir, &list, NULL, alphasort), files = 0;
    for (int i = 0; i < count; i++) {
        const char *name = list[i]->d_name;
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, name);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !strstr(name, "register.db")) {
            add(hash, name, strlen(name));
            if (list[i]->d_type == DT_DIR)
                add_folder(hash, path, shape);
            else
                add_file(hash, path);
            files += list[i]->d_type != DT_DIR;
        }
        free(list[i]);
    }
    free(list);
    size_t at = strlen(shape);
    snprintf(shape + at, FAULT_SHAPE - at, "%s:%d ", strrchr(dir, '/') + 1, files);
}

static int add_rows(EVP_MD_CTX *hash, sqlite3 *db, const char *table)
{
    char text[256];
    sqlite3_stmt *stmt = NULL;
    int rows = 0;
    snprintf(text, sizeof text, "SELECT * FROM \"%s\"", table);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &stmt, NULL), SQLITE_OK);
    for (; sqlite3_step(stmt) == SQLITE_ROW; rows++)
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            int type = sqlite3_column_type(stmt, i);
            add(hash, &type, sizeof type);
            add(hash, sqlite3_column_blob(stmt, i), (size_t)sqlite3_column_bytes(stmt, i));
        }
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    return rows;
}

static void add_database(EVP_MD_CTX *hash, const char *path, const char *ignored, char shape[FAULT_SHAPE])
{
    static const char names[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                "'sqlite%' ORDER BY name";
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, names, -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        if (ignored && strcmp(table, ignored) == 0)
            continue;
        size_t at = strlen(shape);
        snprintf(shape + at, FAULT_SHAPE - at, "%s:%d ", table, add_rows(hash, db, table));
    }
    assert_int_equal(sqlite3_finalize(tables), SQLITE_OK);
    sqlite3_close(db);
}

void fault_look(const char *path, const char *ignored, const char *folder, uint8_t ret_digest[32],
                char ret_shape[FAULT_SHAPE])
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestInit_ex(hash, EVP_sha256(), NULL), 1);
    ret_shape[0] = '\0';
    add_database(hash, path, ignored, ret_shape);
    add_folder(hash, folder, ret_shape);
    EVP_DigestFinal_ex(hash, ret_digest, NULL);
    EVP_MD_CTX_free(hash);
}

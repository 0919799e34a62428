#include "registry/roster_decode.h"

#include "registry/base/text.h"

#include <stdio.h>
#include <string.h>

static const struct magic {
    const char *bytes;
    size_t size;
    const char *zh, *en;
} magics[] = {
    {"PK\x03\x04", 4, "这是 Excel 工作簿，请在 Excel 中另存为“CSV UTF-8(逗号分隔)”后再导入。",
     "This is an Excel workbook; save it as \"CSV UTF-8\" and import that."},
    {"\xD0\xCF\x11\xE0", 4, "这是 Excel 97-2003 工作簿，请在 Excel 中另存为“CSV UTF-8(逗号分隔)”后再导入。",
     "This is an Excel 97-2003 workbook; save it as \"CSV UTF-8\" and import that."},
    {"\xFF\xFE", 2, "文件是 UTF-16 编码（“Unicode 文本”），请另存为“CSV UTF-8(逗号分隔)”后再导入。",
     "The file is UTF-16 (\"Unicode text\"); save it as \"CSV UTF-8\" and import that."},
    {"\xFE\xFF", 2, "文件是 UTF-16 编码（“Unicode 文本”），请另存为“CSV UTF-8(逗号分隔)”后再导入。",
     "The file is UTF-16 (\"Unicode text\"); save it as \"CSV UTF-8\" and import that."},
};

static lz_err refuse_what_is_no_text(struct lz_bytes file, struct lz_fault *fault)
{
    if (file.size > LZ_ROSTER_MAX_BYTES)
        return lz_fault_set(fault, LZ_TOO_LARGE, "文件超过 64 MB,请分成几个文件导入。",
                            "The file exceeds 64 MB; import it in several files.");
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (file.size >= magics[i].size && memcmp(file.data, magics[i].bytes, magics[i].size) == 0)
            return lz_fault_set(fault, LZ_MALFORMED, magics[i].zh, magics[i].en);
    if (file.size > 0 && memchr(file.data, 0, file.size))
        return lz_fault_set(fault, LZ_MALFORMED, "这不是文本文件，请在 Excel 中另存为“CSV UTF-8(逗号分隔)”。",
                            "This is no text file; save it as \"CSV UTF-8\" in Excel.");
    return LZ_OK;
}

static size_t line_of(struct lz_bytes file, size_t offset)
{
    size_t line = 1;
    for (size_t i = 0; i < offset && i < file.size; i++)
        line += file.data[i] == '\n' ||
                (file.data[i] == '\r' && (i + 1 >= file.size || file.data[i + 1] != '\n'));
    return line;
}

static lz_err not_in_encoding(const char *encoding, size_t line, struct lz_fault *fault)
{
    char zh[200], en[200];
    snprintf(zh, sizeof zh,
             "第 %zu 行有不是 %s 编码的内容，请在 Excel 中另存为“CSV UTF-8(逗号分隔)”后再导入。", line,
             encoding);
    snprintf(en, sizeof en, "Line %zu is not %s text; save the file as \"CSV UTF-8\" in Excel.", line,
             encoding);
    return lz_fault_set(fault, LZ_MALFORMED, zh, en);
}

static size_t first_line_not_utf8(struct lz_bytes file)
{
    size_t start = 0, line = 1;
    for (size_t i = 0; i < file.size; i++)
        if (file.data[i] == '\n') {
            if (!lz_utf8_valid(lz_bytes_of(file.data + start, i - start)))
                return line;
            start = i + 1;
            line++;
        }
    return line;
}

lz_err lz_roster_decode(struct lz_bytes file, enum lz_roster_encoding encoding, struct lz_buf *text,
                        enum lz_roster_encoding *ret_encoding, struct lz_fault *fault)
{
    lz_err err = refuse_what_is_no_text(file, fault);
    if (err)
        return err;
    const bool marked = file.size >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0;
    /* Chinese text in GB18030 is never valid UTF-8 beyond a few characters, so validity decides. */
    if (encoding == LZ_ROSTER_AUTO)
        encoding = marked || lz_utf8_valid(file) ? LZ_ROSTER_UTF8 : LZ_ROSTER_GB18030;
    if (encoding == LZ_ROSTER_UTF8) {
        if (!lz_utf8_valid(file))
            return not_in_encoding("UTF-8", first_line_not_utf8(file), fault);
        lz_buf_add(text, file.data + (marked ? 3 : 0), file.size - (marked ? 3 : 0));
        err = text->err;
    } else {
        size_t bad = 0;
        err = lz_gb18030_to_utf8(file, LZ_ROSTER_TEXT_MAX_BYTES, text, &bad);
        if (err == LZ_MALFORMED)
            return not_in_encoding("GB18030", line_of(file, bad), fault);
    }
    if (err)
        return lz_fault_set(fault, err, NULL, NULL);
    *ret_encoding = encoding;
    return LZ_OK;
}

#include "web/visit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct lz_value *find(const struct lz_visit *visit, const char *name)
{
    return lz_values_find(&visit->values, name, 0);
}

const char *lz_visit_text(const struct lz_visit *visit, const char *name)
{
    return lz_visit_text_at(visit, name, 0);
}
const char *lz_visit_text_at(const struct lz_visit *visit, const char *name, size_t index)
{
    const struct lz_value *value = lz_values_find(&visit->values, name, index);
    return value ? value->text : NULL;
}
int64_t lz_visit_int(const struct lz_visit *visit, const char *name)
{
    const struct lz_value *value = find(visit, name);
    return value ? value->number : 0;
}
bool lz_visit_flag(const struct lz_visit *visit, const char *name)
{
    return lz_visit_int(visit, name) != 0;
}
struct lz_date lz_visit_date(const struct lz_visit *visit, const char *name)
{
    const struct lz_value *value = find(visit, name);
    return value ? value->date : (struct lz_date){0};
}
const struct lz_form_field *lz_visit_file(const struct lz_visit *visit, const char *name)
{
    const struct lz_value *value = find(visit, name);
    return value ? value->file : NULL;
}

const char *lz_visit_say(const struct lz_visit *visit, const char *key)
{
    return lz_catalogue_text(visit->site->texts, visit->lang, key);
}

lz_err lz_visit_answer(struct lz_visit *visit, json_t *value)
{
    if (!value)
        return lz_call_memory(visit->call);
    json_decref(visit->value);
    visit->value = value;
    return LZ_OK;
}

lz_err lz_visit_done(struct lz_visit *visit, const char *key, const char *format, ...)
{
    char path[1024];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(path, sizeof path, format, args);
    va_end(args);
    if (size < 0 || (size_t)size >= sizeof path)
        return lz_fault_set(&visit->call->fault, LZ_INTERNAL, NULL, NULL);
    visit->see_other =
        lz_arena_printf(visit->call->arena, "%s%cdone=%s", path, strchr(path, '?') ? '&' : '?', key);
    return visit->see_other ? LZ_OK : lz_call_memory(visit->call);
}

lz_err lz_visit_refuse_field(struct lz_visit *visit, const char *field, const char *key)
{
    return lz_fault_field(&visit->call->fault, field, lz_visit_text(visit, field),
                          lz_catalogue_text(visit->site->texts, LZ_ZH, key),
                          lz_catalogue_text(visit->site->texts, LZ_EN, key));
}

bool lz_path_is_local(const char *path)
{
    if (!path || path[0] != '/' || path[1] == '/' || path[1] == '\\')
        return false;
    for (const char *at = path; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == '\\' || (unsigned char)*at == 0x7f)
            return false;
    return true;
}

#include "web/http/problem.h"

static json_t *fields_json(const struct lz_fault *fault, lz_lang lang)
{
    json_t *fields = json_array();
    size_t count = fault->field_count < LZ_FAULT_FIELDS ? fault->field_count : LZ_FAULT_FIELDS;
    for (size_t i = 0; fields && i < count; i++) {
        const struct lz_field_fault *field = &fault->fields[i];
        json_t *one = json_pack("{s:s, s:s, s:s}", "field", field->field, "found", field->found, "message",
                                field->message[lang]);
        if (!one || json_array_append_new(fields, one) != 0) {
            json_decref(fields);
            return NULL;
        }
    }
    return fields;
}

json_t *lz_problem_json(const struct lz_fault *fault, int status, lz_lang lang)
{
    const char *name = lz_err_name(fault->code);
    json_t *type = json_sprintf("urn:liangzheng:problem:%s", name);
    json_t *problem = json_pack(
        "{s:o, s:s, s:i, s:s, s:s}", "type", type, "title", lz_err_sentence(fault->code, lang), "status",
        status ? status : lz_err_http(fault->code), "detail", lz_fault_text(fault, lang), "code", name);
    if (problem && fault->field_count) {
        json_t *fields = fields_json(fault, lang);
        if (!fields || json_object_set_new(problem, "fields", fields) != 0) {
            json_decref(problem);
            return NULL;
        }
    }
    return problem;
}

void lz_problem_reply(struct lz_http_reply *reply, const struct lz_fault *fault, int status, lz_lang lang)
{
    if (status == 0)
        status = lz_err_http(fault->code);
    json_t *problem = lz_problem_json(fault, status, lang);
    lz_http_reply_json(reply, status, problem, LZ_PROBLEM_TYPE);
    json_decref(problem);
    lz_http_reply_header(reply, "Content-Language", lang == LZ_ZH ? "zh-CN" : "en");
    if ((fault->code == LZ_THROTTLED || fault->code == LZ_BUSY) &&
        !lz_http_reply_header_get(reply, "Retry-After"))
        lz_http_reply_header(reply, "Retry-After", fault->code == LZ_THROTTLED ? "30" : "1");
}

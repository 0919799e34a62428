/* The first page, and what else needs no register. */
#include "web/public/public.h"

#include "web/http/cookie.h"
#include "web/http/negotiate.h"
#include "web/view.h"

/* What a program finds at the door: where to go. */
lz_err lz_public_home(struct lz_visit *visit)
{
    return lz_visit_answer(visit, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "issuer",
                                            lz_register_public_url(visit->site->reg), "verify",
                                            "/verify?number={number}", "token", "/v/{token}", "certificate",
                                            "/certificates/{number}", "organs", "/organs", "keys",
                                            "/.well-known/liangzheng/keys", "checkpoint", "/checkpoint"));
}

json_t *lz_public_home_view(struct lz_visit *visit, const json_t *value)
{
    (void)value;
    json_t *number = lz_view_field(visit, &(struct lz_view_field){.name = "number",
                                                                  .label = "home.number",
                                                                  .hint = "home.number_hint",
                                                                  .style = "input--big",
                                                                  .autocomplete = "off",
                                                                  .required = true});
    return json_pack("{s:[o]}", "fields", number);
}

lz_err lz_public_privacy(struct lz_visit *visit)
{
    return lz_visit_answer(visit, json_object());
}

lz_err lz_public_language(struct lz_visit *visit)
{
    lz_lang lang = LZ_ZH;
    const char *next = lz_visit_text(visit, "next");
    if (!lz_lang_parse(lz_visit_text(visit, "lang"), &lang))
        return lz_visit_refuse_field(visit, "lang", "input.choice");
    struct lz_cookie cookie = {.name = "lang",
                               .value = lz_lang_name(lang),
                               .max_age_s = (int64_t)365 * 86400,
                               .secure = visit->site->secure};
    lz_err err = lz_cookie_set(visit->reply, &cookie);
    visit->see_other = lz_path_is_local(next) ? next : "/";
    return err ? err : lz_visit_answer(visit, json_pack("{s:s}", "lang", lz_lang_name(lang)));
}

#include "registry/base/clock.h"
#include "registry/base/text.h"

#include <string.h>

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static int number_of(const char *digits, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

bool lz_resident_id_valid(const char *id)
{
    /* GB 11643: weights 2^(17-i) mod 11. */
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    static const char checks[] = "10X98765432";
    struct lz_date birth;
    if (strlen(id) != 18 || !all_digits(id, 17))
        return false;
    if (!lz_date_from_civil(number_of(id + 6, 4), number_of(id + 10, 2), number_of(id + 12, 2), &birth))
        return false;
    int sum = 0;
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (id[i] - '0');
    return id[17] == checks[sum % 11];
}

bool lz_credit_code_valid(const char *code)
{
    /* GB 32100: no I, O, S, V, Z, which hands confuse; weights 3^i mod 31. */
    static const char characters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    if (strlen(code) != 18 || strspn(code, characters) != 18)
        return false;
    int sum = 0, weight = 1;
    for (size_t i = 0; i < 17; i++, weight = weight * 3 % 31)
        sum += weight * (int)(strchr(characters, code[i]) - characters);
    return code[17] == characters[(31 - sum % 31) % 31];
}

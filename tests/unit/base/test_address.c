#include "registry/base/address.h"

#include "lz_test.h"

static void an_address_has_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want; /* NULL: none */
    } CASES[] = {
        {"203.0.113.7", "203.0.113.7"},
        {"203.0.113.7:51234", "203.0.113.7"},
        {"2001:DB8:0:0::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"[2001:db8::1]:443", "2001:db8::1"},
        {"::ffff:203.0.113.7", "203.0.113.7"},
        {"[::ffff:203.0.113.7]:80", "203.0.113.7"},
        {"", NULL},
        {":", NULL},
        {"203.0.113", NULL},
        {"203.0.113.7:", NULL},
        {"203.0.113.7:x", NULL},
        {"203.0.113.7:123456", NULL},
        {"[2001:db8::1", NULL},
        {"[2001:db8::1]443", NULL},
        {"[2001:db8::1]:", NULL},
        {"localhost", NULL},
        {"unknown", NULL},
        {"fe80::1%eth0", NULL},
        {"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char address[LZ_ADDRESS_TEXT] = "untouched";
        bool parsed = lz_address_parse(CASES[i].text, address);
        assert_int_equal(parsed, CASES[i].want != NULL);
        assert_string_equal(address, parsed ? CASES[i].want : "untouched");
    }
}

static void a_household_is_one_asker(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {"203.0.113.7", "203.0.113.7"},
        {"::ffff:203.0.113.7", "203.0.113.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2:ffff::", "2001:db8:1:2::"},
        {"2001:db8:1:3::", "2001:db8:1:3::"},
        {"-", "-"},
        {"", ""},
        {"a name that is longer than any address could ever be",
         "a name that is longer than any address could "},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char asker[LZ_ADDRESS_TEXT];
        lz_address_asker(CASES[i][0], asker);
        assert_string_equal(asker, CASES[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_one_spelling),
        cmocka_unit_test(a_household_is_one_asker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

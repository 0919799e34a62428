#include "nfc/reader.h"

void lz_reader_free(struct lz_reader **reader)
{
    if (!reader || !*reader)
        return;
    (*reader)->ops->close(*reader);
    (*reader)->ops->free(*reader);
    *reader = NULL;
}

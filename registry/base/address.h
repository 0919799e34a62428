/* IP addresses as text: one spelling each, and whom one counts as. */
#ifndef LZ_BASE_ADDRESS_H
#define LZ_BASE_ADDRESS_H

#include <stdbool.h>

/* Room for any address with its NUL. */
enum { LZ_ADDRESS_TEXT = 46 };

/* `text` is an address, alone or with the port that some proxies write behind it ("192.0.2.1:443",
 * "[2001:db8::1]:443"): its usual spelling (RFC 5952) without the port; an IPv4 address mapped into IPv6
 * (RFC 4291 section 2.5.5.2) is told as IPv4.  False: it is none; ret_address is untouched. */
bool lz_address_parse(const char *text, char ret_address[LZ_ADDRESS_TEXT]);

/* Who counts as one asker: an IPv4 address, or the /64 of an IPv6 one, which is what a household or a rented
 * machine gets whole.  What is no address is taken as it is, cut to the room. */
void lz_address_asker(const char *peer, char ret_asker[LZ_ADDRESS_TEXT]);

#endif

#!/usr/bin/env bash
# Secrets are wiped by the function that made them, on every way out (docs/threats.md).  A local is a secret by its
# type, its size or its name, as listed here; so a function that has one ends at one place, behind the wipe, and no
# `return` stands between.  A way out before the secret was filled says so:  lint-ok: REASON
. "$(dirname "$0")/lib.sh"

types='struct lz_account_row|struct lz_tag_password'
sizes='LZ_PASSWORD_SIZE|LZ_PASSWORD_HASH_SIZE|LZ_SESSION_TOKEN_SIZE|LZ_SECRET_SIZE'
names='password|passphrase|secret|secrets|plain|pem|private_key|seed_bytes'
wipes='OPENSSL_cleanse|lz_buf_wipe_free'

mapfile -t sources < <(ours c | grep -v '^tests/')
findings < <(bare "${sources[@]}" | types=$types sizes=$sizes names=$names wipes=$wipes awk '
    function local_name(text,    at) { # the first name that the text declares with a bracket, = or end behind it
        match(text, /[a-z_][a-z_0-9]*( *[[;=,]|$)/)
        at = substr(text, RSTART, RLENGTH)
        sub(/ *[[;=,]$/, "", at)
        return at
    }
    function declared(text,    rest, name) {
        if (text !~ /^[ \t]+(struct [a-z_0-9]+|char|uint8_t|unsigned char) [^*(]*[;{]/ || text ~ /static const/) return
        if (text ~ ("^[ \t]+(" ENVIRON["types"] ") [^*]")) {
            rest = text
            sub("^[ \t]+(" ENVIRON["types"] ") ", "", rest)
            since[local_name(rest)] = place
        }
        if (match(text, "[a-z_0-9]+\\[[^]]*(" ENVIRON["sizes"] ")[^]]*\\]")) {
            rest = substr(text, RSTART, RLENGTH)
            since[local_name(rest)] = place
        }
        if (match(text, "[ ,](" ENVIRON["names"] ")(\\[|;|,| =)")) {
            name = local_name(substr(text, RSTART + 1, RLENGTH - 1))
            since[name] = place
        }
    }
    {
        split($0, part, ":")
        place = part[1] ":" part[2]
        text = substr($0, length(place) + 2)
        if (text == "{") { inside = 1; depth_struct = 0; delete since; next }
        if (!inside) next
        if (text ~ /^}/) {
            for (name in since) print since[name] ": `" name "` is a secret and is never wiped in this function; OPENSSL_cleanse or lz_buf_wipe_free"
            inside = 0
            delete since
            next
        }
        for (name in since)
            if (text ~ ("(" ENVIRON["wipes"] ")[(]&?" name "[,)]")) delete since[name]
        if (text ~ /(^|[^a-z_])return[ ;]/)
            for (name in since) print place ": a way out before `" name "` (" since[name] ") is wiped"
        declared(text)
    }')
lint_end

// Strangers read what we sign: @auth0/cose checks every signature with keys that WebCrypto took from the JWK Set, cborg
// reads every claim and finds our bytes to be the deterministic ones, zlib opens the status lists, and the log, folded
// by these few lines alone, tells the same as lists and command line.
import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { kinds, person, roster } from "./people.mjs";
import { get, judge, judgeOfOldStyle, newFolder, Register, say, vectors } from "./register.mjs";

// Its ES module asks a CommonJS package for a named export that Node 18 does not find.
const { Sign1 } = judgeOfOldStyle("@auth0/cose");
const cborg = await judge("cborg");

const PEOPLE = 24;
const ES256 = -7;
const LABEL = { kty: 1, kid: 2, alg: 3, crv: -1, x: -2, y: -3 };
const CLAIM = { sub: 2, exp: 4, iat: 6, statusList: 65533, ttl: 65534, token: -65537, treeSize: -65538 };
const ENTRY = { issue: 1, status: 2, key: 3, anchor: 4, organ: 5 };

const tags = [];
tags[18] = (array) => ({ sign1: array });
const strict = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true, tags };
const decode = (bytes) => cborg.decode(bytes, strict);
// cborg writes shortest forms and sorted keys: what comes out as it went in was deterministic.
function decodeCanonical(bytes, what) {
    const value = decode(bytes);
    assert.deepEqual(Buffer.from(cborg.encode(value)), Buffer.from(bytes), `${what} is not deterministic CBOR`);
    return value;
}
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");
const hex = (bytes) => Buffer.from(bytes).toString("hex");

const register = new Register(newFolder(), "--public-url", "https://lz.example");
register.import(roster(PEOPLE));
const server = await register.serve();

// The keys as published now: CryptoKeys by kid, after both forms were found to say the same.
async function publishedKeys() {
    const { bytes, headers } = await get(`${server}/.well-known/liangzheng/keys`);
    assert.match(headers.get("content-type"), /^application\/json/);
    const published = JSON.parse(bytes);
    const set = decode(Buffer.from(published.cose_keys, "base64url"));
    assert.equal(set.length, published.jwks.keys.length);
    const keys = new Map();
    for (const [at, jwk] of published.jwks.keys.entries()) {
        const cose = set[at];
        assert.deepEqual([cose.get(LABEL.kty), cose.get(LABEL.alg), cose.get(LABEL.crv)], [2, ES256, 1]);
        assert.deepEqual([jwk.kty, jwk.alg, jwk.crv, jwk.use], ["EC", "ES256", "P-256", "sig"]);
        for (const name of ["kid", "x", "y"]) assert.equal(base64url(cose.get(LABEL[name])), jwk[name]);
        // RFC 9679: the thumbprint is over the required members alone.
        const required = ["kty", "crv", "x", "y"].map((name) => [LABEL[name], cose.get(LABEL[name])]);
        assert.equal(base64url(sha256(cborg.encode(new Map(required))).subarray(0, 4)), jwk.kid);
        const algorithm = { name: "ECDSA", namedCurve: "P-256" };
        keys.set(jwk.kid, await webcrypto.subtle.importKey("jwk", jwk, algorithm, true, ["verify"]));
    }
    return { keys, current: set };
}

// Protected header, claims and signature of a tagged COSE_Sign1, when everybody agrees that it is sound.
async function openSigned(bytes, keys, what) {
    const { sign1 } = decode(bytes);
    assert.equal(sign1?.length, 4, `${what} is no tagged COSE_Sign1`);
    const [protectedBytes, unprotected, payload, signature] = sign1;
    assert.equal(bytes[0], 0xd2, `${what}: the tag is not in its shortest form`);
    assert.deepEqual(Buffer.from(cborg.encode(sign1)), bytes.subarray(1), `${what} is not deterministic CBOR`);
    const header = decodeCanonical(protectedBytes, `header of ${what}`);
    const claims = decodeCanonical(payload, `claims of ${what}`);
    assert.equal(unprotected.size, 0);
    assert.equal(signature.length, 64);
    assert.equal(header.get(1), ES256);
    const key = keys.get(base64url(header.get(4)));
    assert.ok(key, `${what}: its kid is not published`);
    await Sign1.decode(bytes).verify(key);
    return { header, claims };
}

// What was logged, read from the entry bundles that cover `size` entries.
async function readLog() {
    const size = Number((await get(`${server}/checkpoint`)).bytes.toString().split("\n")[1]);
    const entries = [];
    for (let bundle = 0; entries.length < size; bundle++) {
        const width = Math.min(256, size - 256 * bundle);
        assert.ok(bundle < 1000 && size < 256000);
        const path = `entries/${String(bundle).padStart(3, "0")}${width < 256 ? `.p/${width}` : ""}`;
        const { bytes } = await get(`${server}/tile/${path}`);
        for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at))
            entries.push(decodeCanonical(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)), `entry of ${path}`));
    }
    assert.equal(entries.length, size);
    return entries;
}

// One chip belongs to one badge: its UID is made from the certificate's number.
const uidOf = (number) => `04${number.padStart(12, "0").slice(-12)}`;
const forms = {
    qr: () => [],
    chip: (number) => ["--chip", uidOf(number)],
    compact: (number) => ["--compact", "--chip", uidOf(number)],
};
const tokens = [];
async function checkTokens(keys, people) {
    const entries = await readLog();
    const organs = new Map(entries.filter((e) => e[0] === ENTRY.organ).map((e) => [e[2], e[3]]));
    for (const p of people) {
        for (const [form, options] of Object.entries(forms)) {
            const what = `${form} token of ${p.number} (${p.kind})`;
            const bytes = register.token(p.number, ...options(p.number));
            const { header, claims } = await openSigned(bytes, keys, what);
            assert.deepEqual([...header.keys()], [1, 4], what);
            assert.deepEqual([...claims.keys()], [CLAIM.sub, CLAIM.exp, CLAIM.token], what);
            assert.equal(claims.get(CLAIM.sub), p.number);
            // The last day is whole: it ends at midnight in Shanghai.
            assert.equal(claims.get(CLAIM.exp), Date.parse(`${p.until}T00:00:00+08:00`) / 1000 + 86400);
            const [kind, organ, list, idx, name, uid] = claims.get(CLAIM.token);
            assert.equal(kind, [0, 2, 1][kinds.indexOf(p.kind)], what);
            assert.equal(name, form === "compact" ? null : p.name, what);
            assert.equal(uid === null ? null : hex(uid), form === "qr" ? null : uidOf(p.number), what);
            tokens.push({ ...p, form, bytes, organId: organ, list, idx });
        }
        const [badge, ...others] = tokens.slice(-3);
        for (const other of others) assert.deepEqual([other.list, other.idx], [badge.list, badge.idx]);
        assert.equal(organs.get(badge.organId), p.organ);
    }
}

const first = await publishedKeys();
say("the JWK Set loads in WebCrypto and is the COSE_KeySet in other words; kids are RFC 9679 thumbprints");
const half = PEOPLE / 2;
await checkTokens(first.keys, Array.from({ length: half }, (_, i) => person(i)));
say(`${tokens.length} tokens: officer, auxiliary and supervisor; QR, chip and compact`);

register.expect("keys", "rotate");
const second = await publishedKeys();
assert.equal(second.keys.size, 2);
for (const token of tokens) await openSigned(token.bytes, second.keys, `${token.form} token after the rotation`);
await checkTokens(second.keys, Array.from({ length: half }, (_, i) => person(half + i)));
const kidOf = (token) => base64url(decode(decode(token.bytes).sign1[0]).get(4));
assert.equal(new Set(tokens.map(kidOf)).size, 2);
say("after a rotation old tokens verify by the old key, new ones by the new");

// QR and chip addresses carry these very bytes.
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const base32 = (bytes) =>
    [...bytes].map((b) => b.toString(2).padStart(8, "0")).join("").match(/.{1,5}/g)
        .map((bits) => BASE32[parseInt(bits.padEnd(5, "0"), 2)]).join("");
const [qr, chip] = tokens;
assert.equal(register.expect("badge", "url", qr.number), `HTTPS://LZ.EXAMPLE/V/${base32(qr.bytes)}`);
const chipUrl = register.expect("badge", "url", qr.number, ...forms.chip(qr.number), "--chip-type", "NTAG216");
assert.equal(chipUrl, `https://lz.example/v/${base64url(chip.bytes)}`);
say("the addresses for paper and chip are the tokens in base32 and base64url");

// Every bit of what is signed counts, and the command line calls the same bytes forged.
const verdict = (bytes) => register.json("verify", base64url(bytes)).verdict;
for (let at = 0, shown = 0; at < qr.bytes.length; at++) {
    const bent = Buffer.from(qr.bytes);
    bent[at] ^= 1 << at % 8;
    let refused = false;
    try {
        await openSigned(bent, second.keys, "bent token");
    } catch {
        refused = true;
    }
    assert.ok(refused, `a token bent at byte ${at} was accepted`);
    if (at >= qr.bytes.length - 64 && shown++ % 16 === 0) assert.equal(verdict(bent), "forged");
}
say("a token with one bit turned is refused wherever it is");

// Changes of every sort, then: log, list and command line must say one thing.
const paper = ["--document", "某司罚〔2026〕1号"];
const numberAt = (i) => person(i).number;
register.expect("certificate", "suspend", numberAt(0), "--reason", "investigation", ...paper);
register.expect("certificate", "suspend", numberAt(3), "--reason", "discipline", ...paper);
register.expect("certificate", "reinstate", numberAt(3), ...paper);
register.expect("certificate", "revoke", numberAt(6), "--reason", "gain", ...paper);
register.expect("certificate", "cancel", numberAt(1), "--reason", "transfer", ...paper);
register.expect("badge", "printed", numberAt(2));
register.expect("badge", "lose", numberAt(2));
const expected = new Map(tokens.map((t) => [t.idx, 0]));
for (const [person, status] of [[0, 2], [6, 1], [1, 3], [2, 3]])
    expected.set(tokens.find((t) => t.number === numberAt(person)).idx, status);

const log = await readLog();
const folded = new Map();
for (const [type, , list, idx, status] of log)
    if (type === ENTRY.issue || type === ENTRY.status) {
        const place = `${list}/${idx}`;
        folded.set(place, type === ENTRY.status ? status : folded.get(place) ?? 0);
    }
const issued = new Set(log.filter((e) => e[0] === ENTRY.issue).map((e) => `${e[2]}/${e[3]} ${hex(e[4])}`));
assert.equal(issued.size, tokens.length);
for (const t of tokens) assert.ok(issued.has(`${t.list}/${t.idx} ${hex(sha256(t.bytes))}`));
// A logged key has the required members alone, the published one kid and alg, too; the one that was followed is logged
// again with its end.
const required = (cose) => hex(cborg.encode(new Map([LABEL.kty, LABEL.crv, LABEL.x, LABEL.y].map((l) => [l, cose.get(l)]))));
const logged = new Set(log.filter((e) => e[0] === ENTRY.key).map((e) => hex(cborg.encode(e[2]))));
assert.deepEqual([...logged].sort(), second.current.map(required).sort());
say("the log holds the digest of every token, the issuer's keys and the organs' names");

function bitsOf(packed, bits, count) {
    const mask = (1 << bits) - 1;
    return Array.from({ length: count }, (_, i) => (packed[(i * bits) >> 3] >> ((i * bits) & 7)) & mask);
}
for (const list of new Set(tokens.map((t) => t.list))) {
    const { bytes, headers } = await get(`${server}/status/${list}`);
    assert.match(headers.get("content-type"), /^application\/statuslist\+cwt/);
    const { header, claims } = await openSigned(bytes, second.keys, `status list ${list}`);
    assert.deepEqual([...header.keys()], [1, 4, 16]);
    assert.equal(header.get(16), "application/statuslist+cwt");
    assert.equal(claims.get(CLAIM.sub), `https://lz.example/status/${list}`);
    const now = Date.now() / 1000;
    assert.ok(claims.get(CLAIM.iat) <= now + 1 && now < claims.get(CLAIM.exp) && claims.get(CLAIM.ttl) > 0);
    assert.equal(claims.get(CLAIM.treeSize), log.length);
    const { bits, lst } = Object.fromEntries(claims.get(CLAIM.statusList));
    assert.equal(bits, 2);
    const packed = inflateSync(lst);
    const values = bitsOf(packed, bits, (packed.length * 8) / bits);
    for (const [idx, value] of values.entries()) {
        assert.equal(value, folded.get(`${list}/${idx}`) ?? 0, `index ${idx}: list and log disagree`);
        assert.equal(value, expected.get(idx) ?? 0, `index ${idx}: list and what was done disagree`);
    }
}
const words = ["valid", "revoked", "suspended", "cancelled"];
for (const t of tokens.filter((token) => token.form === "qr")) {
    const word = register.json("verify", base64url(t.bytes)).verdict;
    const value = expected.get(t.idx);
    assert.equal(word, value === 0 && t.kind === "辅助人员" ? "auxiliary" : words[value], t.number);
}
say("status list, folded log and command line agree on every index");

// Published vectors of the Token Status List draft, opened by node's zlib.
const listOf = (lst, bits, count) => bitsOf(inflateSync(Buffer.from(lst, "hex")), bits, count).join("");
assert.equal(listOf("78dadbb918000217015d", 1, 16), "1001110111000101");
assert.equal(listOf("78da3be9f2130003df0207", 2, 12), "120301011233");
say("the draft's own lists read as published");

// The judge judged: @auth0/cose must tell good from bad where the answer is published.  It refuses sign-pass-01, whose
// empty protected header it signs over in another form than RFC 9052 section 4.4 asks.
const published = vectors("cose/sign1-tests");
if (published) {
    for (const file of readdirSync(published).filter((name) => name.endsWith(".json"))) {
        const vector = JSON.parse(readFileSync(join(published, file)));
        const { kty, crv, x, y } = { crv: "P-256", ...vector.input.sign0.key };
        if (file === "sign-pass-01.json" || vector.input.sign0.external) continue;
        let good = true;
        try {
            const jwk = { kty, crv, x, y };
            const key = await webcrypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: crv }, true, ["verify"]);
            await Sign1.decode(Buffer.from(vector.output.cbor, "hex")).verify(key);
        } catch {
            good = false;
        }
        assert.equal(good, !vector.fail, `${file}: the judge itself errs`);
    }
    say("the judge tells the published good from the published bad");
}
process.exit(0);

// The server is killed without warning at random moments under mixed load (changes from desk and command line, imports,
// badges made and spoiled, sign-ins, look-ups, polls of the log, a kiosk), again and again: what was acknowledged is
// there, chains and log verify, no checkpoint ever seen is contradicted, and no badge shows more than its certificate
// allows.  Now and then the kiosk is killed, too.  TORTURE_ROUNDS (20) and TORTURE_SEED (printed) choose another run.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, program, run, start } from "../browser/lib/programs.mjs";
import { person } from "../conformance/people.mjs";
import { waitFor } from "../lib/wait.mjs";

const rounds = Number(process.env.TORTURE_ROUNDS ?? 20);
const seed = Number(process.env.TORTURE_SEED ?? Date.now() % 1000000);
console.log(`seed ${seed}, ${rounds} rounds`);

let state = seed >>> 0; // mulberry32: repeatable
function random(bound) {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
}
const pick = (list) => list[random(list.length)];

const folder = mkdtempSync(join(tmpdir(), "lz-torture-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, "register");
const trust = join(folder, "trust");
const cli = (...words) => run(program("liangzheng"), words, { env: { LIANGZHENG_DATA: data } });
async function must(...words) {
    const done = await cli(...words);
    assert.equal(done.code, 0, `liangzheng ${words.join(" ")}: ${done.code} ${done.stdout}${done.stderr}`);
    return done.stdout;
}

const ORGAN = "某市司法局";
const WORKERS = 4;
let people = 0;
function roster(count) {
    const lines = ["姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别"];
    const numbers = [];
    for (const last = people + count; people < last; people++) {
        const p = person(people);
        numbers.push(p.number);
        lines.push([p.name, p.id, ORGAN, p.number, "市场监管", p.issued, p.until, "执法人员"].join(","));
    }
    return { numbers, text: lines.join("\n") + "\n" };
}

// What we know of each certificate: its state as last acknowledged, and what an answer that never came would make it;
// `token` of its live badge once we know it, `badge` when there must be one, `turn` counts what was asked for.
const known = new Map();
const card = (number, batch = null) => ({ number, batch, state: null, asked: null, token: null, badge: false, ending: null, turn: 0 });
const allowed = (one) => (one.asked ? [one.state, one.asked] : [one.state]);
const dead = []; // tokens of badges that were spoiled: {token, number}

const port = await freePort(); // the kiosk looks for the registry where it was
const base = `http://127.0.0.1:${port}`;
// The server closes connections that idle for half a second, which a request may cross: that one was never read and is
// sent again.  Any other that is cut off while the server lives is a finding.
const agent = new Agent({ keepAlive: true, timeout: 200 });
const IDLE_MS = 400;
function sendOnce(url, method, headers, bytes) {
    return new Promise((resolve, reject) => {
        const asked = request(url, { agent, method, headers: { ...headers, "content-length": bytes.length } });
        let idle = 0;
        asked.on("socket", (socket) => (idle = performance.now() - (socket.usedAt ?? performance.now())));
        asked.on("error", (error) => reject(Object.assign(error, { idle })));
        asked.on("response", async (answer) => {
            try {
                const text = Buffer.concat(await answer.toArray()).toString();
                asked.socket.usedAt = performance.now();
                resolve({ status: answer.statusCode, headers: answer.headers, text });
            } catch (error) {
                reject(error);
            }
        });
        asked.end(bytes);
    });
}
async function send(url, { method = "GET", headers = {}, body } = {}) {
    const form = new Response(body);
    const type = form.headers.get("content-type");
    const bytes = Buffer.from(await form.arrayBuffer());
    const all = { ...headers, ...(type ? { "content-type": type } : {}) };
    try {
        return await sendOnce(url, method, all, bytes);
    } catch (error) {
        if (killed || !(error.idle > IDLE_MS)) throw error;
        return sendOnce(url, method, all, bytes);
    }
}
const sessions = {};
async function ask(path, who, fields) {
    const { cookie, csrf } = sessions[who];
    const body = !fields || fields instanceof FormData ? fields : new URLSearchParams(fields);
    const { status, text } = await send(base + path, { method: body ? "POST" : "GET", body, headers: { accept: "application/json", cookie, "x-csrf-token": csrf } });
    assert.equal(status, 200, `${path}: ${status} ${text}`);
    return JSON.parse(text);
}
async function signIn({ login, password }) {
    const body = new URLSearchParams({ login, password });
    const { status, headers, text } = await send(`${base}/sign-in`, { method: "POST", body, headers: { accept: "application/json" } });
    assert.equal(status, 200, text);
    sessions[login] = { cookie: headers["set-cookie"][0].split(";")[0], ...JSON.parse(text) };
}

const steps = {
    valid: [
        ["suspend", "suspended", "investigation"],
        ["cancel", "cancelled", "transfer"],
    ],
    suspended: [["reinstate", "valid", null]],
    cancelled: [["undo", "valid", null]],
};
async function change(one, byCommand) {
    one.turn++;
    if (one.state === "awaiting-confirmation") {
        one.asked = "valid";
        await ask("/desk/awaiting", "reviewer", { numbers: one.number });
    } else {
        const [event, to, reason] = pick(steps[one.state]);
        one.asked = to;
        if (byCommand) await must("certificate", event, one.number, ...(reason ? ["--reason", reason] : []));
        else await ask(`/desk/certificates/${one.number}/${event}`, "reviewer", reason ? { reason } : {});
    }
    one.state = one.asked;
    one.asked = null;
    one.turn++;
}
/** The whole file or nothing of it. */
async function importSome() {
    const { numbers, text } = roster(1 + random(12));
    const batch = numbers.map((number) => card(number, numbers));
    for (const one of batch) {
        one.asked = "awaiting-confirmation";
        known.set(one.number, one);
    }
    const form = new FormData();
    form.append("file", new Blob([text]), "roster.csv");
    const looked = await ask("/desk/import", "hr", form);
    const stored = await ask(`/desk/import/${looked.id}`, "hr", { decision: "all" });
    if (!stored.stored) return; // still at work: neither yes nor no
    for (const one of batch) [one.state, one.asked, one.batch] = [one.asked, null, null];
}
async function makeBadge(one) {
    await ask(`/desk/certificates/${one.number}/card`, "clerk", {});
    one.badge = true;
}
async function spoilBadge(one) {
    const { badge } = await ask(`/desk/certificates/${one.number}/card`, "clerk");
    one.turn++;
    one.ending = one.token;
    await ask(`/desk/certificates/${one.number}/badge/${badge}/spoil`, "clerk", {});
    dead.push({ number: one.number, token: one.ending });
    Object.assign(one, { token: null, badge: false, ending: null });
}

let done = 0;
let killed = false;
const counts = { reads: 0, polls: 0, signIns: 0, badges: 0 };
const lost = (error) => killed && !(error instanceof assert.AssertionError);
async function untilKilled(step) {
    try {
        while (!killed) await step();
    } catch (error) {
        if (!lost(error)) throw error;
    }
}
/** Each worker has certificates of its own, so that it knows what each change leads to. */
async function work(me) {
    const mine = [...known.values()].filter((one, i) => i % (WORKERS + 1) === me && !one.asked && !one.ending && one.state);
    const bare = mine.find((one) => one.state === "valid" && !one.badge && !one.token);
    const worn = mine.filter((one) => one.state === "valid" && one.token);
    const dice = random(12);
    if (dice < 2 && me === 0) await importSome();
    else if (dice === 4 && bare && ++counts.badges) await makeBadge(bare);
    else if (dice === 5 && worn.length > 2 && ++counts.badges) await spoilBadge(pick(worn));
    else await change(pick(mine), me === WORKERS);
    done++;
}
async function verdictOf(token) {
    const { status, text } = await send(`${base}/v/${token}`, { headers: { accept: "application/json" } });
    assert.equal(status, 200, text);
    return JSON.parse(text).verdict;
}
const fits = (one, verdict, where) =>
    assert.equal(verdict === "valid", one.state === "valid", `${where}: ${one.number} is ${one.state} and shows ${verdict}`);
/** Whoever reads after an answer reads what was answered. */
async function read() {
    const one = pick([...known.values()].filter((some) => some.token && !some.ending));
    const { turn, asked } = one;
    const verdict = await verdictOf(one.token);
    if (turn === one.turn && !asked) fits(one, verdict, "read under load");
    if (dead.length) assert.notEqual(await verdictOf(pick(dead).token), "valid", "a spoiled badge");
    counts.reads++;
}
const promised = []; // checkpoints as strangers saw them: {size, root}
async function poll() {
    const [, size, root] = (await send(`${base}/checkpoint`)).text.split("\n");
    assert.ok(root, "a whole checkpoint");
    if (promised.at(-1)?.root !== root) promised.push({ size: Number(size), root });
    counts.polls++;
}
async function signInAgain() {
    await signIn(pick(passwords));
    counts.signIns++;
}

/** After a seeded number of acknowledged changes and a seeded part of the next. */
async function kill(server) {
    const from = done + random(40);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const deadline = Date.now() + 20000;
    while (done < from && Date.now() < deadline) await turn();
    const at = performance.now() + random(120) / 10;
    while (performance.now() < at) await turn();
    killed = true;
    assert.equal(await server.end("SIGKILL"), "SIGKILL");
}

// The tree of RFC 9162, 2.1.1: its root at every size, from the entries alone.
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const subtrees = []; // complete ones, largest first: {size, hash}
const roots = [null];
function grow(entry) {
    subtrees.push({ size: 1, hash: sha256(Buffer.of(0), entry) });
    while (subtrees.length > 1 && subtrees.at(-1).size === subtrees.at(-2).size) {
        const [left, right] = subtrees.splice(-2);
        subtrees.push({ size: 2 * left.size, hash: sha256(Buffer.of(1), left.hash, right.hash) });
    }
    const hashes = subtrees.map(({ hash }) => hash);
    roots.push(hashes.reduceRight((right, left) => sha256(Buffer.of(1), left, right)).toString("base64"));
}

let entries = Buffer.alloc(0);
async function settleLog() {
    await must("trust", "export", trust);
    const all = readFileSync(join(trust, "entries"));
    assert.ok(all.subarray(0, entries.length).equals(entries), "what the log said before has changed");
    for (let at = entries.length; at < all.length; at += 2 + all.readUInt16BE(at)) grow(all.subarray(at + 2, at + 2 + all.readUInt16BE(at)));
    entries = all;
    const [, size, root] = readFileSync(join(trust, "checkpoint"), "utf8").split("\n");
    promised.push({ size: Number(size), root });
    for (const seen of promised.splice(0)) assert.equal(roots[seen.size], seen.root, `a checkpoint of size ${seen.size} was signed and is not what the log says`);
}
async function settle() {
    await must("check");
    await must("log", "verify");
    await must("audit", "verify");
    const to = join(folder, "export");
    await must("export", to);
    const rows = readFileSync(join(to, "certificates.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    rmSync(to, { recursive: true });
    const now = new Map(rows.filter((row) => row.current).map((row) => [row.number, row.state]));
    for (const one of known.values()) {
        const found = now.get(one.number) ?? null;
        assert.ok(allowed(one).includes(found), `${one.number} is ${found}; acknowledged ${one.state}, asked for ${one.asked}`);
        if (one.batch) assert.equal(one.batch.filter((number) => now.has(number)).length, found ? one.batch.length : 0, "half an import");
    }
    for (const one of [...known.values()]) {
        Object.assign(one, { state: now.get(one.number) ?? null, asked: null, batch: null });
        if (!one.state) known.delete(one.number); // its import never happened
    }
    await settleLog();
}
/** Badges that were made or spoiled while the server died. */
async function learnBadges() {
    for (const one of known.values()) {
        if (one.ending && (await verdictOf(one.ending)) !== "valid" && one.state === "valid") {
            dead.push({ number: one.number, token: one.ending });
            Object.assign(one, { token: null, badge: false });
        }
        one.ending = null;
        if (one.badge && !one.token && one.state === "valid") one.token = (await must("badge", "token", one.number)).trim();
    }
}
let kiosk = null;
async function startKiosk() {
    const words = ["--registry", base, "--log-key", (await must("keys", "log")).trim(), "--reader", `pn532_uart:${folder}/none`];
    kiosk = await start(program("liangzheng-kiosk"), [...words, "--listen", "127.0.0.1:0", "--trust", join(folder, "kiosk")]);
    kiosk.base = `http://127.0.0.1:${kiosk.ready.port}`;
}
async function kioskSays(token) {
    const body = JSON.stringify({ text: token });
    const { text } = await send(`${kiosk.base}/text`, { method: "POST", body: new Blob([body], { type: "application/json" }) });
    return JSON.parse(text).tap.verdict;
}
async function verdicts() {
    await learnBadges();
    const badges = [...known.values()].filter((one) => one.token);
    for (const one of badges) fits(one, await verdictOf(one.token), "online");
    for (const { token, number } of dead) assert.notEqual(await verdictOf(token), "valid", `the spoiled badge of ${number}`);
    await settleLog();
    const trusted = async () => JSON.parse((await send(`${kiosk.base}/state`)).text).trust;
    await waitFor(20000, async () => (await trusted()).size === roots.length - 1, `the kiosk to know ${roots.length - 1} entries`);
    assert.notEqual((await trusted()).state, "inconsistent");
    for (let i = 0; i < 6; i++) {
        const one = pick(badges);
        const shown = await cli("verify", one.token, "--offline", "--trust", trust, "--json");
        fits(one, JSON.parse(shown.stdout).verdict, "offline");
        fits(one, await kioskSays(one.token), "kiosk");
    }
    for (const { token } of dead.slice(-3)) assert.notEqual(await kioskSays(token), "valid", "a spoiled badge at the kiosk");
}
const serve = () => start(program("liangzheng-serve"), ["--data", data, "--listen", `127.0.0.1:${port}`, "--lookups-per-minute", "0", "--json"]);

await must("init", data, "--organ", ORGAN, "--public-url", "https://zf.yanan.example");
const first = roster(25);
writeFileSync(join(folder, "roster.csv"), first.text);
await must("import", "roster", join(folder, "roster.csv"));
for (const number of first.numbers) known.set(number, { ...card(number), state: "valid", badge: true, token: (await must("badge", "token", number)).trim() });
const accounts = [["reviewer", "bureau"], ["hr", "hr", "--organ", ORGAN], ["clerk", "clerk"]];
const passwords = [];
for (const [login, role, ...more] of accounts) passwords.push(JSON.parse(await must("user", "add", login, "--role", role, ...more, "--json")));

let server = await serve();
for (const account of passwords) await signIn(account);
await startKiosk();
for (let round = 1; round <= rounds; round++) {
    killed = false;
    try {
        const ending = kill(server);
        const workers = Array.from({ length: WORKERS + 1 }, (_, me) => untilKilled(() => work(me)));
        await Promise.all([ending, ...workers, untilKilled(read), untilKilled(read), untilKilled(poll), untilKilled(signInAgain)]);
        const both = random(4) === 0;
        if (both) assert.equal(await kiosk.end("SIGKILL"), "SIGKILL");
        await settle();
        server = await serve();
        if (both) await startKiosk();
        await verdicts();
        if (round % 50 === 0 && round < rounds) console.log(`round ${round}: ${done} acknowledged changes`);
    } catch (error) {
        throw new Error(`seed ${seed}, round ${round}, after ${done} acknowledged changes`, { cause: error });
    }
}
assert.equal(await server.end("SIGTERM"), 0);
await kiosk.end();
console.log(`${rounds} kills, ${done} acknowledged changes, ${known.size} certificates, log of ${roots.length - 1}: nothing lost`);
console.log(`beside them: ${Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(", ")}, ${dead.length} badges spoiled`);

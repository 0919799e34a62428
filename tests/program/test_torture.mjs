// The server is killed without warning at random moments under mixed load, again and again: what was acknowledged is
// there, chains and log verify, the log only grows, and no badge shows more than its certificate allows.
// TORTURE_ROUNDS (20) and TORTURE_SEED (printed) choose another run.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, run, start } from "../browser/lib/programs.mjs";
import { person } from "../conformance/people.mjs";

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

// What we know of each certificate: its state as last acknowledged; and what an answer that never came would make it.
const known = new Map(); // number: {number, state, asked, token}
const allowed = (one) => (one.asked ? [one.state, one.asked] : [one.state]);

let base = null;
const sessions = {};
async function post(path, who, fields) {
    const { cookie, csrf } = sessions[who];
    const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
    const answer = await fetch(base + path, { method: "POST", body, headers: { cookie, "x-csrf-token": csrf } });
    const text = await answer.text();
    assert.equal(answer.status, 200, `${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
}
async function signIn(login, password) {
    const answer = await fetch(`${base}/sign-in`, { method: "POST", body: new URLSearchParams({ login, password }) });
    assert.equal(answer.status, 200, await answer.clone().text());
    sessions[login] = { cookie: answer.headers.get("set-cookie").split(";")[0], ...(await answer.json()) };
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
    if (one.state === "awaiting-confirmation") {
        one.asked = "valid";
        await post("/desk/awaiting", "reviewer", { numbers: one.number });
    } else {
        const [event, to, reason] = pick(steps[one.state]);
        one.asked = to;
        if (byCommand) await must("certificate", event, one.number, ...(reason ? ["--reason", reason] : []));
        else await post(`/desk/certificates/${one.number}/${event}`, "reviewer", reason ? { reason } : {});
    }
    one.state = one.asked;
    one.asked = null;
}
async function importOne() {
    const { numbers, text } = roster(1);
    const one = { number: numbers[0], state: null, asked: "awaiting-confirmation", token: null };
    known.set(one.number, one);
    const form = new FormData();
    form.append("file", new Blob([text]), "roster.csv");
    const looked = await post("/desk/import", "hr", form);
    const stored = await post(`/desk/import/${looked.id}`, "hr", { decision: "all" });
    if (!stored.stored) return; // still at work: neither yes nor no
    one.state = one.asked;
    one.asked = null;
}

let done = 0;
let killed = false;
const lost = (error) => killed && !(error instanceof assert.AssertionError);
/** Each worker has certificates of its own, so that it knows what each change leads to. */
async function work(me) {
    try {
        while (!killed) {
            const mine = [...known.values()].filter((one, i) => i % (WORKERS + 1) === me && !one.asked && one.state);
            const printable = mine.find((one) => one.state === "valid");
            const dice = random(12);
            if (dice < 4 && me === 0) await importOne();
            else if (dice === 4 && printable) await post(`/desk/certificates/${printable.number}/card`, "clerk", {});
            else await change(pick(mine), me === WORKERS);
            done++;
        }
    } catch (error) {
        if (!lost(error)) throw error;
    }
}
/** After a seeded number of acknowledged changes and a seeded part of the next. */
async function kill(server) {
    const from = done + random(12);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const deadline = Date.now() + 20000;
    while (done < from && Date.now() < deadline) await turn();
    const at = performance.now() + random(120) / 10;
    while (performance.now() < at) await turn();
    killed = true;
    assert.equal(await server.end("SIGKILL"), "SIGKILL");
}

let entries = Buffer.alloc(0);
let size = 0;
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
        one.state = found;
        one.asked = null;
        if (!found) known.delete(one.number); // its import never happened
    }
    await must("trust", "export", trust);
    const later = Number(readFileSync(join(trust, "checkpoint"), "utf8").split("\n")[1]);
    const all = readFileSync(join(trust, "entries"));
    assert.ok(later >= size, `the log shrank from ${size} to ${later}`);
    assert.ok(all.subarray(0, entries.length).equals(entries), "what the log said before has changed");
    [size, entries] = [later, all];
}
async function verdicts() {
    const badges = [...known.values()].filter((one) => one.token);
    const better = (one, verdict, where) =>
        assert.equal(verdict === "valid", one.state === "valid", `${where}: ${one.number} is ${one.state} and shows ${verdict}`);
    for (const one of badges) better(one, (await (await fetch(`${base}/v/${one.token}`)).json()).verdict, "online");
    for (let i = 0; i < 6; i++) {
        const one = pick(badges);
        const shown = await cli("verify", one.token, "--offline", "--trust", trust, "--json");
        better(one, JSON.parse(shown.stdout).verdict, "offline");
    }
}
const serve = async () => {
    const options = ["--data", data, "--listen", "127.0.0.1:0", "--lookups-per-minute", "0", "--json"];
    const server = await start(program("liangzheng-serve"), options);
    base = server.ready.url;
    return server;
};

await must("init", data, "--organ", ORGAN, "--public-url", "https://zf.yanan.example");
const first = roster(25);
writeFileSync(join(folder, "roster.csv"), first.text);
await must("import", "roster", join(folder, "roster.csv"));
for (const number of first.numbers) known.set(number, { number, state: "valid", asked: null, token: (await must("badge", "token", number)).trim() });
const accounts = [["reviewer", "bureau"], ["hr", "hr", "--organ", ORGAN], ["clerk", "clerk"]];
const passwords = [];
for (const [login, role, ...more] of accounts) passwords.push(JSON.parse(await must("user", "add", login, "--role", role, ...more, "--json")));

let server = await serve();
for (const { login, password } of passwords) await signIn(login, password);
for (let round = 1; round <= rounds; round++) {
    killed = false;
    try {
        const ending = kill(server);
        await Promise.all([ending, ...Array.from({ length: WORKERS + 1 }, (_, me) => work(me))]);
        await settle();
        server = await serve();
        await verdicts();
    } catch (error) {
        throw new Error(`seed ${seed}, round ${round}, after ${done} acknowledged changes`, { cause: error });
    }
}
assert.equal(await server.end("SIGTERM"), 0);
console.log(`${rounds} kills, ${done} acknowledged changes, ${known.size} certificates, log of ${size}: nothing lost`);

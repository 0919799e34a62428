// The disk fills or locks up under a running server, and under a counter: looking goes on, changes are refused with a
// sentence and a next step, nothing is lost, and all goes on by itself when the disk is well again.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, run, skip, start } from "../browser/lib/programs.mjs";
import { roster } from "../conformance/people.mjs";
import { waitFor } from "../lib/wait.mjs";

const folder = mkdtempSync(join(tmpdir(), "lz-bad-disk-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const data = join(folder, "register");
const trouble = join(folder, "trouble");
const library = join(folder, "bad_disk.so");
const source = join(process.env.LIANGZHENG_SOURCE ?? ".", "tests/program/bad_disk.c");
const built = await run("cc", ["-shared", "-fPIC", "-D_GNU_SOURCE", "-o", library, source, "-ldl"]).catch(() => null);
if (!built || built.code !== 0) skip("no C compiler for the bad disk");
const bad = (where) => ({ LD_PRELOAD: library, LZ_BAD_DISK: trouble, LZ_BAD_FOLDER: where });
const tried = await run(program("liangzheng"), ["--help"], { env: bad(data) });
if (tried.code !== 0) skip("the address sanitizer takes no preloaded library");

async function must(...words) {
    const done = await run(program("liangzheng"), words, { env: { LIANGZHENG_DATA: data } });
    assert.equal(done.code, 0, `liangzheng ${words.join(" ")}: ${done.stdout}${done.stderr}`);
    return done.stdout;
}
await must("init", data, "--organ", "某市司法局", "--public-url", "https://zf.yanan.example");
writeFileSync(join(folder, "roster.csv"), roster(30));
await must("import", "roster", join(folder, "roster.csv"));
const number = "27060000001";
const another = "27060000007";
const token = (await must("badge", "token", number)).trim();
const reviewer = JSON.parse(await must("user", "add", "reviewer", "--role", "bureau", "--json"));
const counts = async () => JSON.stringify(JSON.parse(await must("check", "--json")));
const state = async () => JSON.parse(await must("certificate", "show", number, "--json")).status;

const options = ["--data", data, "--listen", "127.0.0.1:0", "--lookups-per-minute", "0", "--json"];
let server = await start(program("liangzheng-serve"), options, { env: bad(data) });
let base = server.ready.url;
const ask = (path, init = {}) => fetch(base + path, { redirect: "manual", ...init, headers: { accept: "application/json", ...init.headers } });
const signIn = () => ask("/sign-in", { method: "POST", body: new URLSearchParams(reviewer) });
const opened = await signIn();
const who = { cookie: opened.headers.get("set-cookie").split(";")[0], "x-csrf-token": (await opened.json()).csrf };
const change = (event, headers = {}) =>
    ask(`/desk/certificates/${number}/${event}`, { method: "POST", body: new URLSearchParams(event === "suspend" ? { reason: "investigation" } : {}), headers: { ...who, ...headers } });

const disks = [
    { letter: "F", status: 507, type: /disk-full$/, says: /磁盘空间不足，未作任何更改。请清理磁盘/ },
    // SQLite does not always keep the system's number for long: then the sentence says disk only.
    { letter: "R", status: 503, type: /(read-only|io)$/, says: /(登记库无法写入|读写登记库失败)，未作任何更改。请检查/ },
];
for (const { letter, status, type, says } of disks) {
    const before = await counts();
    writeFileSync(trouble, letter);

    // Looking goes on, also in threads that have not looked before.
    const looks = [`/verify?number=${number}`, `/v/${token}`, "/checkpoint", "/", "/organs", "/status/1", "/.well-known/liangzheng/keys"];
    const answers = await Promise.all([...looks, ...looks, ...looks].map((path) => ask(path)));
    answers.forEach((answer, i) => assert.equal(answer.status, 200, `${letter}: ${looks[i % looks.length]}`));
    assert.equal((await (await ask(`/v/${token}`)).json()).verdict, "valid");
    assert.equal((await ask("/desk/people", { headers: who })).status, 200, `${letter}: the desk`);
    assert.equal((await ask(`/desk/people?text=${number}`, { headers: who })).status, 200, `${letter}: search`);

    // Changes are refused in words: for programs, and on a page.
    for (const refused of [await change("suspend"), await signIn(), await ask(`/desk/certificates/27060000004/suspend`, { method: "POST", body: new URLSearchParams({ reason: "other" }), headers: who })]) {
        const problem = await refused.json();
        assert.equal(refused.status, status, JSON.stringify(problem));
        assert.match(problem.type, type);
        assert.match(`${problem.title} ${problem.detail}`, says);
    }
    const page = await change("suspend", { accept: "text/html" });
    assert.equal(page.status, status);
    assert.match(await page.text(), says);
    await waitFor(5000, async () => (await ask("/healthz")).status === 503, "/healthz to tell");

    // The disk is well again: so is everything, without a restart.
    rmSync(trouble);
    assert.equal(await counts(), before, `${letter}: something was written`);
    await waitFor(5000, async () => (await ask("/healthz")).status === 200, "/healthz to be well");
    assert.equal((await change("suspend")).status, 200);
    assert.equal(await state(), "suspended");
    assert.equal((await (await ask(`/v/${token}`)).json()).verdict, "suspended");
    assert.equal((await change("reinstate")).status, 200);

    // Cut off while the disk is bad: what was acknowledged is there.
    writeFileSync(trouble, letter);
    assert.equal((await change("suspend")).status, status);
    await server.end("SIGKILL");
    rmSync(trouble);
    assert.equal(await state(), "valid");
    await must("log", "verify");
    await must("audit", "verify");
    server = await start(program("liangzheng-serve"), options, { env: bad(data) });
    base = server.ready.url;
}

// The counter's own disk: what the registry tells counts, though it cannot be kept.
const trust = join(folder, "trust");
const words = ["--registry", base, "--log-key", (await must("keys", "log")).trim(), "--reader", `pn532_uart:${folder}/none`, "--listen", "127.0.0.1:0"];
const openCounter = () => start(program("liangzheng-kiosk"), [...words, "--trust", trust], { env: bad(trust) });
let kiosk = await openCounter();
const at = () => `http://127.0.0.1:${kiosk.ready.port}`;
const counter = async () => (await (await fetch(`${at()}/state`)).json()).trust;
const shows = async (text) => {
    const answer = await fetch(`${at()}/text`, { method: "POST", body: JSON.stringify({ text }), headers: { "content-type": "application/json" } });
    return (await answer.json()).tap.verdict;
};
const logged = () => Number(readFileSync(join(trust, "checkpoint"), "utf8").split("\n")[1]);
const counterDisks = [
    { letter: "F", storing: /^disk-full$/, whom: number, asTold: token },
    { letter: "R", storing: /^(read-only|io)$/, whom: another, asTold: (await must("badge", "token", another)).trim() },
];
for (const { letter, storing, whom, asTold } of counterDisks) {
    const inStep = async () => (await shows(asTold)) === "valid" && logged() === (await counter()).size;
    const stands = async () => `${letter}: ${whom} in step: ${await shows(asTold)}, ${logged()}, ${JSON.stringify(await counter())}`;
    await waitFor(10000, inStep, stands);
    const kept = logged();
    writeFileSync(trouble, letter);
    await must("certificate", "suspend", whom, "--reason", "investigation");
    await waitFor(10000, async () => (await shows(asTold)) === "suspended", `${letter}: the counter to hear of the suspension`);
    assert.match((await counter()).storing, storing);
    assert.match(await (await fetch(`${at()}/`)).text(), /离线名单写不进磁盘/);
    assert.equal(logged(), kept);
    await must("certificate", "revoke", whom, "--reason", "gain");
    await waitFor(10000, async () => (await shows(asTold)) === "revoked", `${letter}: the counter to hear of the revocation`);
    rmSync(trouble);
    await must("certificate", "suspend", "27060000004", "--reason", "other");
    await waitFor(10000, async () => (await counter()).storing === null && logged() === (await counter()).size, "the folder to catch up");
    await must("certificate", "reinstate", "27060000004");
}
// What it caught up with is whole: it opens again, without the registry, and still knows.
await kiosk.end("SIGKILL");
await server.end();
kiosk = await openCounter();
for (const { asTold } of counterDisks) assert.equal(await shows(asTold), "revoked");
await kiosk.end();
console.log("full and read-only disks under server and counter: nothing lost");

// A page of the register is damaged while the server runs: wherever it lies, every answer is as before or says that the
// register is damaged, no badge shows a better verdict than it should, and the server lives on.
import assert from "node:assert/strict";
import { closeSync, cpSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program, run, start } from "../browser/lib/programs.mjs";
import { roster } from "../conformance/people.mjs";

const folder = mkdtempSync(join(tmpdir(), "lz-damaged-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const whole = join(folder, "whole");
async function must(...words) {
    const done = await run(program("liangzheng"), words, { env: { LIANGZHENG_DATA: whole } });
    assert.equal(done.code, 0, `liangzheng ${words.join(" ")}: ${done.stdout}${done.stderr}`);
    return done.stdout;
}
await must("init", whole, "--organ", "某市司法局", "--public-url", "https://zf.yanan.example");
writeFileSync(join(folder, "roster.csv"), roster(30));
await must("import", "roster", join(folder, "roster.csv"));
const valid = "27060000001";
const revoked = "27060000004";
const tokens = {};
for (const number of [valid, revoked]) tokens[number] = (await must("badge", "token", number)).trim();
await must("certificate", "revoke", revoked, "--reason", "gain");
const account = JSON.parse(await must("user", "add", "reviewer", "--role", "bureau", "--json"));

const PAGE = 4096;
const file = (data) => join(data, "register.db");

const seen = { same: 0, damaged: 0 };
async function damage(pages, name) {
    const data = join(folder, name);
    cpSync(whole, data, { recursive: true });
    const server = await start(program("liangzheng-serve"), ["--data", data, "--listen", "127.0.0.1:0", "--lookups-per-minute", "0", "--json"]);
    const ask = (path, init = {}) => fetch(server.ready.url + path, { redirect: "manual", ...init, headers: { accept: "application/json", ...init.headers } });
    const opened = await ask("/sign-in", { method: "POST", body: new URLSearchParams(account) });
    const who = { cookie: opened.headers.get("set-cookie").split(";")[0], "x-csrf-token": (await opened.json()).csrf };
    const disk = openSync(file(data), "r+");
    for (const page of pages) writeSync(disk, Buffer.alloc(PAGE, 0x5a), 0, PAGE, page * PAGE);
    closeSync(disk);

    const verdicts = [
        [`/v/${tokens[valid]}`, "valid"],
        [`/verify?number=${valid}`, "valid"],
        [`/v/${tokens[revoked]}`, "revoked"],
        [`/verify?number=${revoked}`, "revoked"],
    ];
    for (const [path, want] of verdicts) {
        const answer = await ask(path);
        const said = await answer.json();
        if (answer.status === 200) assert.equal(said.verdict, want, `${name}: ${path}`);
        else assert.match(`${answer.status} ${said.type} ${said.title}`, /^503 \S*:(corrupt|io) .*(损坏|失败)/, `${name}: ${path}`);
        seen[answer.status === 200 ? "same" : "damaged"]++;
    }
    for (const path of ["/desk/people", "/desk/expiring", "/desk/organs", "/checkpoint", "/organs", "/status/1"]) {
        const answer = await ask(path, { headers: who });
        const said = await answer.text();
        assert.ok([200, 401, 503].includes(answer.status), `${name}: ${path}: ${answer.status} ${said.slice(0, 300)}`);
    }
    // A change happens whole, or is refused in words.
    const change = await ask(`/desk/certificates/${valid}/suspend`, { method: "POST", body: new URLSearchParams({ reason: "investigation" }), headers: who });
    const after = await (await ask(`/v/${tokens[valid]}`)).json();
    if (change.status === 200) assert.equal(after.verdict, "suspended", name);
    else assert.ok([401, 503].includes(change.status) && after.verdict !== "suspended", `${name}: ${change.status}, then ${after.verdict}`);
    assert.equal((await ask("/")).status, 200, `${name}: the server lives`);
    const stopped = await server.end();
    assert.equal(stopped?.code ?? 0, 0, name);
    rmSync(data, { recursive: true });
}

const disk = openSync(file(whole), "r");
const pages = fstatSync(disk).size / PAGE;
const header = Buffer.alloc(18);
readSync(disk, header, 0, 18, 0);
closeSync(disk);
assert.equal(header.readUInt16BE(16), PAGE);
// Each page alone is the commands' test (test_disk.sh); here in eight bands, so that every table meets a running server.
const all = Array.from({ length: pages - 1 }, (_, i) => i + 1);
for (let band = 0; band < 8; band++) await damage(all.filter((page) => page % 8 === band), `band-${band}`);
await damage(all, "all");
await damage([0], "first");
assert.ok(seen.damaged > 0, "no answer was touched by the damage");
console.log(`${pages} pages damaged under a running server: ${seen.same} answers as before, ${seen.damaged} told the damage`);

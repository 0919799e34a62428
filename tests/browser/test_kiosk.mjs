// The counter with the real programs: registry, virtual reader, reader process, kiosk, Chromium.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../lib/wait.mjs";

const bin = process.env.LIANGZHENG_BIN;
const programs = ["liangzheng", "liangzheng-serve", "liangzheng-nfc", "liangzheng-kiosk"];
const chromium_path = "/usr/bin/chromium";
for (const path of [...programs.map((name) => join(bin ?? "", name)), chromium_path])
    if (!existsSync(path)) {
        console.log(`skipped: no ${path}`);
        process.exit(77);
    }
const { chromium } = await import("playwright-core");
const { default: axe } = await import("axe-core");

const work = mkdtempSync(join(tmpdir(), "lz-kiosk-"));
const children = new Set();
const say = (text) => console.log(`- ${text}`);
const json = { "Content-Type": "application/json" };

// Programs ------------------------------------------------------------------------------------------------------------
function start(name, ...options) {
    const child = spawn(join(bin, name), options, { stdio: ["ignore", "pipe", "pipe"] });
    child.output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (child.output += data));
    children.add(child);
    child.gone = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    child.gone.then(() => children.delete(child));
    return child;
}

async function stop(child, signal = "SIGTERM") {
    child.kill(signal);
    return child.gone;
}

const liangzheng = (...options) =>
    execFileSync(join(bin, "liangzheng"), [...options, "--data", register], { encoding: "utf8" });

let registry_port = 0;
async function startRegistry() {
    const serve = start("liangzheng-serve", "--data", register, "--listen", `127.0.0.1:${registry_port}`);
    await waitFor(20000, () => /listening url=\S+:(\d+)/.exec(serve.output), `serve: ${serve.output}`);
    registry_port = Number(/listening url=\S+:(\d+)/.exec(serve.output)[1]);
    return serve;
}

let base = "";
async function startKiosk(...options) {
    const kiosk = start("liangzheng-kiosk", "--registry", `http://127.0.0.1:${registry_port}`, "--log-key", log_key,
        "--reader", `pn532_uart:${work}/reader`, "--listen", "127.0.0.1:0", "--trust", join(work, "trust"),
        "--virtual", join(work, "control"), "--virtual-tags", join(register, "demo-tags"), ...options);
    const event = await waitFor(20000, () => /"port":(\d+)/.exec(kiosk.output), "the kiosk");
    base = `http://127.0.0.1:${event[1]}`;
    await waitFor(20000, async () => (await state()).reader === "ready", "the reader");
    return kiosk;
}

// The counter -------------------------------------------------------------------------------------------------------
const state = async () => (await fetch(`${base}/state`)).json();
const post = (path, value, headers = json) =>
    fetch(base + path, { method: "POST", headers, body: JSON.stringify(value) });

// Takes away what lies there, until the reader has noticed; lays a tag on; gives the tap and the time it took.
async function lay(uid) {
    await post("/demo/remove", {});
    await settled((now) => now.tag === "none", "an empty reader");
    const before = (await state()).tap?.seq ?? 0;
    const began = performance.now();
    await post("/demo/insert", { uid });
    const { tap, tag } = await settled((now) => now.tap && now.tap.seq > before, "a tap");
    assert.equal(tag, "there", "whoever sees its verdict is told that the tag lies there");
    return { ...tap, ms: performance.now() - began };
}

async function settled(predicate, what) {
    return waitFor(10000, async () => {
        const now = await state();
        return predicate(now) ? now : null;
    }, what);
}

const register = join(work, "register");
let log_key = "";
let browser = null;
try {
    execFileSync(join(bin, "liangzheng"), ["init", register, "--organ", "延安市司法局", "--public-url",
        "http://127.0.0.1:8080", "--demo"], { encoding: "utf8" });
    log_key = liangzheng("keys", "log").trim();
    const tags = readdirSync(join(register, "demo-tags")).sort()
        .map((name) => [name.slice(3).split(".")[0], JSON.parse(readFileSync(join(register, "demo-tags", name)))]);
    const tag = Object.fromEntries(tags);
    const verify = (name) => JSON.parse(liangzheng("verify", tag[name].uri, "--json").trim());
    let serve = await startRegistry();
    const reader = start("liangzheng-nfc", "virtual", "start", "--link", join(work, "reader"), "--control",
        join(work, "control"));
    await waitFor(10000, () => reader.output.includes("virtual"), "the virtual reader");

    say("anything but loopback is refused");
    const open = start("liangzheng-kiosk", "--registry", "http://127.0.0.1:1", "--log-key", log_key, "--reader", "x",
        "--listen", "0.0.0.0:0");
    assert.notEqual((await open.gone).code, 0);
    assert.match(open.output, /127\.0\.0\.1/);

    let kiosk = await startKiosk();
    await settled((now) => now.trust.state === "ready", "the log");

    say("each demo badge gets its verdict, photo and scope with the good ones");
    for (const [name, verdict] of [["valid", "valid"], ["auxiliary", "auxiliary"], ["suspended", "suspended"],
        ["cancelled", "cancelled"], ["copied", "copied"], ["forged", "forged"], ["pointer", "valid"]]) {
        const tap = await lay(tag[name].uid);
        assert.equal(tap.verdict, verdict, name);
        assert.ok(tap.as_of, name);
    }
    const valid = await lay(tag.valid.uid);
    assert.equal(valid.evidence.chip, "bound");
    const rich = await settled((now) => now.tap.seq === valid.seq && now.tap.photo, "the photo");
    assert.equal(rich.tap.certificate.name, verify("valid").certificate.name);
    assert.ok(rich.tap.certificate.scope.length > 0);
    const photo = await fetch(base + rich.tap.photo);
    assert.match(photo.headers.get("content-type"), /^image\/(jpeg|png)$/);
    assert.equal((await fetch(`${base}/photo/${valid.seq + 1}`)).status, 404);

    say("an empty tag and a stranger's code are unknown");
    assert.equal((await (await post("/text", { text: "https://shop.example/" })).json()).tap.verdict, "unknown");

    say("a typed number is asked of the registry; nonsense is refused with words");
    const number = verify("valid").certificate.number;
    assert.equal((await (await post("/number", { number })).json()).tap.verdict, "valid");
    assert.equal((await (await post("/number", { number: "9".repeat(10) })).json()).tap.verdict, "unknown");
    const refused = await post("/number", { number: "什么" });
    assert.equal(refused.status, 422);
    assert.equal((await refused.json()).fields[0].field, "number");

    say("other sites and other names for this machine are refused");
    assert.equal((await post("/text", { text: "x" }, { ...json, Origin: "http://evil.example" })).status, 403);
    assert.equal((await fetch(`${base}/state`, { headers: { "Sec-Fetch-Site": "cross-site" } })).status, 403);

    // The page -----------------------------------------------------------------------------------------------------
    await post("/demo/remove", {});
    browser = await chromium.launch({ executablePath: chromium_path, chromiumSandbox: false,
        args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"] });
    await stop(kiosk);
    kiosk = await startKiosk("--show", "4");
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    // axe-core runs through the debugger, which the page's policy does not bind.
    const faults = async () => {
        await page.evaluate(axe.source);
        return page.evaluate(async () => (await window.axe.run()).violations.map((v) => `${v.id}: ${v.nodes[0].html}`));
    };
    await page.goto(base);
    await page.waitForSelector(".kiosk-idle");
    assert.deepEqual(await faults(), []);

    say("the demo's panel shows every tag on a small screen");
    await page.setViewportSize({ width: 1280, height: 800 });
    const [needed, room] = await page.evaluate(() => {
        const tags = document.querySelector(".kiosk-demo__tags");
        return [tags.scrollWidth, tags.clientWidth];
    });
    assert.ok(needed <= room, `${needed} px in ${room}`);
    await page.setViewportSize({ width: 1920, height: 1080 });

    say("a tap stands on the screen within half a second");
    const first = await lay(tag.valid.uid);
    await page.waitForSelector('[data-verdict="valid"]');
    assert.ok(first.ms < 500, `${first.ms} ms to the state`);
    await page.waitForSelector(".kiosk-verdict .portrait");
    assert.match(await page.textContent(".verdict__name"), new RegExp(verify("valid").certificate.name));
    assert.match(await page.textContent(".verdict__asof"), /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
    assert.deepEqual(await faults(), []);

    say("a new tap replaces it at once, and the page goes back to waiting by itself");
    await lay(tag.forged.uid);
    await page.waitForSelector('[data-verdict="forged"]', { timeout: 1000 });
    await page.waitForSelector(".kiosk-idle", { timeout: 15000 });

    say("keypad and number field answer on the same screen");
    for (const digit of number) await page.click(`#keys [data-key="${digit}"]`);
    await page.click("#number-form .button");
    await page.waitForSelector('[data-verdict="valid"]');
    await page.waitForSelector(".kiosk-idle", { timeout: 15000 });

    say("pulling the reader's plug is said, and plugging it in heals");
    await post("/demo/unplug", {});
    await page.waitForSelector(".kiosk__notice--reader", { timeout: 15000 });
    assert.ok((await state()).reader_reason.zh);
    await post("/demo/replug", {});
    await settled((now) => now.reader === "ready", "the reader again");
    assert.equal((await lay(tag.valid.uid)).verdict, "valid");

    say("a reader process that dies is started again, and sees what lies there");
    const pid = Number(execFileSync("pgrep", ["-P", String(kiosk.pid), "-f", "watch"], { encoding: "utf8" }).trim());
    process.kill(pid, "SIGABRT");
    await settled((now) => now.reader === "away", "the reader program's end");
    await settled((now) => now.reader === "ready" && now.tag === "there", "the reader program again");

    say("a cancellation arrives within three seconds");
    const known = (await state()).trust.size;
    liangzheng("certificate", "cancel", number, "--reason", "transfer", "--document", "测试〔2026〕1号");
    const cancelled_at = Date.now();
    await waitFor(3000, async () => (await lay(tag.valid.uid)).verdict === "cancelled", "the cancellation");
    assert.ok(Date.now() - cancelled_at < 4000);
    const cancelled = await state();
    assert.equal(cancelled.tap.reason, "transfer");
    assert.ok(cancelled.tap.certificate.effective_at);

    say("without the registry: what ended stays ended, what is good stays so for a while, numbers are unconfirmed");
    await settled((now) => now.trust.size > known, "the cancellation in the log");
    await stop(serve, "SIGKILL");
    await settled((now) => now.network === "away", "the network's end");
    assert.equal((await lay(tag.valid.uid)).verdict, "cancelled");
    assert.equal((await lay(tag.auxiliary.uid)).verdict, "auxiliary");
    assert.equal((await lay(tag.pointer.uid)).verdict, "unconfirmed");
    assert.equal((await (await post("/number", { number })).json()).tap.verdict, "unconfirmed");

    say("a restart without the registry knows the same from disk; past the limit nothing is confirmed");
    await stop(kiosk, "SIGKILL");
    kiosk = await startKiosk("--max-age", "1");
    assert.ok((await state()).trust.size > 0);
    const stale = await settled((now) => now.trust.state === "stale", "old knowledge");
    assert.equal(stale.network, "away");
    assert.equal((await lay(tag.auxiliary.uid)).verdict, "unconfirmed");
    assert.equal((await lay(tag.valid.uid)).verdict, "cancelled");
    const text = await (await fetch(`${base}/?lang=en`)).text();
    assert.match(text, /kiosk__notice--stale/);

    say("the registry comes back and so does confidence");
    await stop(kiosk);
    serve = await startRegistry();
    kiosk = await startKiosk();
    await settled((now) => now.network === "up" && now.trust.state === "ready", "the registry again");
    assert.equal((await lay(tag.auxiliary.uid)).verdict, "auxiliary");
    assert.equal((await stop(kiosk)).code, 0);

    say("a damaged trust folder is said, and confirms nothing");
    writeFileSync(join(work, "trust", "entries"), "damaged");
    kiosk = await startKiosk();
    const broken = await state();
    assert.equal(broken.trust.state, "broken");
    assert.ok(broken.trust.reason.zh);
    assert.equal((await lay(tag.auxiliary.uid)).verdict, "unconfirmed");
    await stop(kiosk);

    say("the page had no complaint");
    assert.deepEqual(complaints.filter((text) => !/ERR_|Failed to load resource/.test(text)), []);
} finally {
    await browser?.close();
    for (const child of [...children]) await stop(child, "SIGKILL");
    rmSync(work, { recursive: true, force: true });
}

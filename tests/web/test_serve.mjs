// The real server on a free port: it answers, ends when asked, and loses nothing when it is killed.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bin = process.env.LIANGZHENG_BIN ?? "build/debug/bin";
const folder = mkdtempSync(join(tmpdir(), "lz-serve-"));
const data = join(folder, "register");
const run = (...args) => execFileSync(join(bin, "liangzheng"), args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
let server = null;

function start() {
    server = spawn(join(bin, "liangzheng-serve"), ["--data", data, "--listen", "127.0.0.1:0", "--json"], {
        stdio: ["ignore", "pipe", "pipe"],
    });
    server.log = "";
    server.stderr.on("data", (text) => (server.log += text));
    server.ended = new Promise((resolve) => server.on("exit", (code, signal) => resolve(signal ?? code)));
    return new Promise((resolve, reject) => {
        server.stdout.once("data", (line) => resolve(JSON.parse(line).url));
        server.once("exit", () => reject(new Error(`the server ended: ${server.log}`)));
    });
}

async function stop(signal) {
    server.kill(signal);
    return server.ended;
}

// fetch hides Host and raw bytes; this shows what came.
function head(url) {
    return new Promise((resolve, reject) => {
        const asked = request(url, { method: "HEAD" }, (answer) => {
            let body = "";
            answer.on("data", (text) => (body += text));
            answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
        });
        asked.on("error", reject);
        asked.end();
    });
}

async function signIn(base, password) {
    const answer = await fetch(`${base}/sign-in`, {
        method: "POST",
        body: new URLSearchParams({ login: "admin", password }),
    });
    assert.equal(answer.status, 200);
    return { cookie: answer.headers.get("set-cookie").split(";")[0], ...(await answer.json()) };
}

const treeSize = async (base) => Number((await (await fetch(`${base}/checkpoint`)).text()).split("\n")[1]);

try {
    const made = JSON.parse(run("init", data, "--json"));
    const roster = join(folder, "roster.csv");
    writeFileSync(
        roster,
        "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n" +
            "姚志怡,男,610600199007209075,延安市示范局,科员,27060010001,交通运输,延安市,2025-02-16,2030-02-16,执法人员\n",
    );
    run("import", "roster", roster, "--data", data);
    const token = run("badge", "token", "27060010001", "--data", data).trim();

    let base = await start();
    const verified = await (await fetch(`${base}/v/${token}`)).json();
    assert.equal(verified.certificate.name, "姚志怡");
    assert.equal(verified.evidence.signature, "good");
    assert.equal((await fetch(`${base}/healthz`)).status, 200);

    const headed = await head(`${base}/organs`);
    assert.equal(headed.status, 200);
    assert.equal(headed.body, "");
    assert.equal(Number(headed.headers["content-length"]), (await (await fetch(`${base}/organs`)).arrayBuffer()).byteLength);

    const page = await fetch(`${base}/verify?number=27060010001`, { headers: { accept: "text/html" } });
    assert.match(await page.text(), /data-verdict="valid"/);
    const desk = await fetch(`${base}/desk`, { headers: { accept: "text/html" }, redirect: "manual" });
    assert.equal(desk.headers.get("location"), "/sign-in?next=%2Fdesk");

    // What was acknowledged outlives a kill without warning: the session, the log, the badge.
    const session = await signIn(base, made.password);
    const size = await treeSize(base);
    assert.equal(await stop("SIGKILL"), "SIGKILL");
    base = await start();
    const again = await fetch(`${base}/desk`, { headers: { cookie: session.cookie } });
    assert.equal(again.status, 200);
    assert.ok((await treeSize(base)) >= size);
    assert.equal((await (await fetch(`${base}/v/${token}`)).json()).verdict, "valid");

    // A change by the command line shows at once: nothing is cached that another process may write.
    run("certificate", "revoke", "27060010001", "--reason", "card-misuse", "--data", data);
    assert.equal((await (await fetch(`${base}/v/${token}`)).json()).verdict, "revoked");
    assert.ok((await treeSize(base)) > size);

    assert.equal(await stop("SIGTERM"), 0);
    assert.ok(!server.log.includes(token.slice(0, 24)), "a token stands in the log");
    assert.match(server.log, /path=\/v\/\{token\} /);
    console.log("served, killed, started again, ended");
} finally {
    server?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
}

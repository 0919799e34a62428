// What the judges written in JavaScript share: a register in a folder of its own, its command line and its server,
// all gone when the test ends; and leave to skip where a judge is not installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../lib/wait.mjs";

const bin = process.env.LIANGZHENG_BIN;
export const source = process.env.LIANGZHENG_SOURCE;
if (!bin || !source) throw new Error("LIANGZHENG_BIN and LIANGZHENG_SOURCE name programs and sources");

export const say = (text) => console.log(`- ${text}`);

export function skip(why) {
    console.log(`skipped: ${why}`);
    process.exit(77);
}

// judge("cborg"): the npm package, or the test is skipped.
export async function judge(name) {
    try {
        return await import(name);
    } catch (error) {
        if (error.code === "ERR_MODULE_NOT_FOUND") skip(`npm package ${name} is not installed`);
        throw error;
    }
}

// The same for packages that only CommonJS can load as they were meant.
export function judgeOfOldStyle(name) {
    try {
        return createRequire(import.meta.url)(name);
    } catch (error) {
        if (error.code === "MODULE_NOT_FOUND") skip(`npm package ${name} is not installed`);
        throw error;
    }
}

export function program(name) {
    const path = join(bin, name);
    return existsSync(path) ? path : skip(`no ${name}`);
}

// Where the published vectors lie; null when they are not there.
export function vectors(below) {
    const path = join(process.env.LIANGZHENG_CONFORMANCE ?? join(source, "../shared/data"), below);
    return existsSync(path) ? path : null;
}

export function newFolder() {
    const folder = mkdtempSync(join(tmpdir(), "liangzheng-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

// Starts a program and gives back the first line of its standard output, as JSON; it ends with the test.
export async function start(name, args, folder) {
    const said = join(folder, `${name}.${Date.now()}.log`);
    let out = "";
    const child = spawn(program(name), args, { stdio: ["ignore", "pipe", "pipe"] });
    process.on("exit", () => child.kill("SIGKILL"));
    child.stdout.on("data", (data) => (out += data));
    child.stderr.on("data", (data) => writeFileSync(said, data, { flag: "a" }));
    const end = new Promise((resolve) => child.on("exit", resolve));
    await waitFor(15000, () => out.includes("\n") || child.exitCode !== null, `${name} to start`);
    if (!out.includes("\n")) throw new Error(`${name} ended: ${existsSync(said) ? readFileSync(said, "utf8") : ""}`);
    const stop = async () => {
        child.kill("SIGTERM");
        await end;
    };
    return { ready: JSON.parse(out.split("\n")[0]), stop };
}

export class Register {
    constructor(folder, ...init) {
        this.folder = folder;
        this.data = join(folder, "register");
        this.expect("init", this.data, ...init);
    }
    run(...args) {
        const done = spawnSync(program("liangzheng"), args, {
            encoding: "utf8",
            env: { ...process.env, LIANGZHENG_DATA: this.data },
            timeout: 30000,
            maxBuffer: 1 << 26,
        });
        if (done.error) throw done.error;
        return done;
    }
    expect(...args) {
        const done = this.run(...args);
        if (done.status !== 0) throw new Error(`liangzheng ${args.join(" ")}: ${done.status} ${done.stderr}`);
        return done.stdout.trim();
    }
    json(...args) {
        const done = this.run(...args, "--json");
        if (done.stdout === "") throw new Error(`liangzheng ${args.join(" ")}: ${done.status} ${done.stderr}`);
        return JSON.parse(done.stdout);
    }
    token(number, ...options) {
        return Buffer.from(this.expect("badge", "token", number, ...options), "base64url");
    }
    import(roster) {
        const file = join(this.folder, "roster.csv");
        writeFileSync(file, roster);
        const result = this.json("import", "roster", file);
        if (!result.stored) throw new Error(`the roster was refused: ${JSON.stringify(result.refused)}`);
        return result;
    }
    // The server's address, "http://127.0.0.1:PORT".
    async serve() {
        const options = ["--data", this.data, "--listen", "127.0.0.1:0", "--json", "--share", join(source, "web")];
        return (await start("liangzheng-serve", options, this.folder)).ready.url;
    }
}

// The body of an answer 200, as bytes.
export async function get(url, headers = {}) {
    const answer = await fetch(url, { headers });
    if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return { bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

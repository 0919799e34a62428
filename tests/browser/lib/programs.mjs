// The real programs, each in a process group of its own, and all of them gone when the test ends, however it ends.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const running = new Set();

function signalGroup(child, signal) {
    try {
        process.kill(-child.pid, signal);
    } catch {
        // It has ended already.
    }
}

process.on("exit", () => running.forEach((child) => signalGroup(child, "SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

/** Path of one of our programs; a test without it is skipped, not failed. */
export function program(name) {
    const path = join(process.env.LIANGZHENG_BIN ?? "build/test/bin", name);
    if (!existsSync(path)) skip(`no ${name} in ${process.env.LIANGZHENG_BIN}`);
    return path;
}

export function skip(why) {
    console.log(`skipped: ${why}`);
    process.exit(77);
}

/** A port nobody listens on just now.  Needed only where the number must be known before the server starts. */
export function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.on("error", reject);
        server.listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** Runs to the end: {code, stdout, stderr}.  `input` goes to stdin. */
export function run(path, args, { input = "", env = {}, milliseconds = 60000 } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(path, args, { detached: true, env: { ...process.env, ...env } });
        const parts = { stdout: [], stderr: [] };
        const deadline = setTimeout(() => signalGroup(child, "SIGKILL"), milliseconds);
        running.add(child);
        child.stdout.on("data", (bytes) => parts.stdout.push(bytes));
        child.stderr.on("data", (bytes) => parts.stderr.push(bytes));
        child.on("error", reject);
        child.on("close", (code) => {
            clearTimeout(deadline);
            running.delete(child);
            resolve({ code, stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() });
        });
        child.stdin.on("error", () => {}); // it need not read what we offer
        child.stdin.end(input);
    });
}

/** Starts a server and waits for its first line of JSON on stdout, which says that it is ready. */
export function start(path, args, { env = {}, milliseconds = 30000 } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(path, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
        const server = { ready: null, log: "", ended: null };
        let line = "";
        running.add(child);
        const fail = (why) => reject(new Error(`${path} ${args.join(" ")}: ${why}\n${server.log}`));
        const deadline = setTimeout(() => {
            signalGroup(child, "SIGKILL");
            fail(`not ready after ${milliseconds} ms`);
        }, milliseconds);
        server.ended = new Promise((gone) =>
            child.on("close", (code, signal) => {
                running.delete(child);
                clearTimeout(deadline);
                fail(`ended with ${code ?? signal} before it was ready`);
                gone(code ?? signal);
            }),
        );
        child.on("error", reject);
        child.stderr.on("data", (bytes) => (server.log += bytes));
        child.stdout.on("data", (bytes) => {
            line += bytes;
            if (server.ready || !line.includes("\n")) return;
            server.ready = JSON.parse(line.slice(0, line.indexOf("\n")));
            clearTimeout(deadline);
            resolve(server);
        });
        /** TERM, as a service manager ends it; KILL, as a power cut does. */
        server.end = async (signal = "SIGTERM") => {
            const last = setTimeout(() => signalGroup(child, "SIGKILL"), 10000);
            signalGroup(child, signal);
            const how = await server.ended;
            clearTimeout(last);
            return how;
        };
    });
}

// A whole Liangzheng in a temporary folder: register, web server, virtual reader, kiosk.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../../lib/wait.mjs";
import { freePort, program, run, start } from "./programs.mjs";

export const now = () => performance.timeOrigin + performance.now();

export class House {
    /** {demo: true}: with the demo's people, badges and accounts (this.logins). */
    static async open({ organ = "延安市司法局", demo = false } = {}) {
        const house = new House();
        for (const name of ["liangzheng", "liangzheng-serve", "liangzheng-nfc", "liangzheng-print", "liangzheng-kiosk"]) program(name);
        house.folder = await mkdtemp(join(tmpdir(), "lz-browser-"));
        house.data = join(house.folder, "register");
        house.port = await freePort(); // the public URL is fixed when the register is made
        house.url = `http://127.0.0.1:${house.port}`;
        house.trust = join(house.folder, "trust");
        house.pty = join(house.folder, "reader.pty");
        house.socket = join(house.folder, "reader.sock");
        const options = ["--organ", organ, "--public-url", house.url, ...(demo ? ["--demo"] : [])];
        house.admin = JSON.parse((await house.must("init", house.data, ...options, "--json")).stdout);
        if (demo) house.logins = await readLogins(join(house.folder, "logins.txt"));
        return house;
    }

    /** `liangzheng WORDS`: {code, stdout, stderr}. */
    liangzheng(...words) {
        const env = { LIANGZHENG_DATA: this.data, LIANGZHENG_READER: `pn532_uart:${this.pty}`, LIBNFC_AUTO_SCAN: "no" };
        return run(program("liangzheng"), words, { env });
    }

    /** The same, and it must succeed. */
    async must(...words) {
        const done = await this.liangzheng(...words);
        if (done.code !== 0) throw new Error(`liangzheng ${words.join(" ")}: exit ${done.code}\n${done.stdout}${done.stderr}`);
        return done;
    }

    /** The same, and its one JSON value. */
    async json(...words) {
        return JSON.parse((await this.must(...words, "--json")).stdout);
    }

    /** An account of this role: {login, password}. */
    account(login, role, { organ, name } = {}) {
        return this.json("user", "add", login, "--role", role, ...(organ ? ["--organ", organ] : []), ...(name ? ["--name", name] : []));
    }

    /** All certificates: [{number, state, kind, person_id, …}], as `export` writes them. */
    async certificates() {
        const from = join(this.folder, "export");
        await this.must("export", from);
        const lines = (await readFile(join(from, "certificates.jsonl"), "utf8")).trim().split("\n");
        await rm(from, { recursive: true });
        return lines.map((line) => JSON.parse(line)).filter((one) => one.current);
    }

    async startRegistry(...options) {
        const listen = ["--listen", `127.0.0.1:${this.port}`];
        this.registry = await start(program("liangzheng-serve"), ["--data", this.data, ...listen, "--json", ...options]);
    }

    /** As a power cut would. */
    async killRegistry() {
        await this.registry.end("SIGKILL");
        this.registry = null;
    }

    async startReader() {
        const words = ["virtual", "start", "--link", this.pty, "--control", this.socket];
        this.reader = await start(program("liangzheng-nfc"), words);
    }

    /** Starts the counter on the port it had before, if it had one; its trust folder stays the same, too. */
    async startKiosk({ maxAge = 300, show = 15, demo = false } = {}) {
        this.logKey ??= (await this.must("keys", "log")).stdout.trim();
        const words = ["--registry", this.url, "--log-key", this.logKey, "--reader", `pn532_uart:${this.pty}`];
        words.push("--trust", this.trust, "--max-age", String(maxAge), "--show", String(show));
        words.push("--listen", `127.0.0.1:${this.kioskPort ?? 0}`);
        if (demo) words.push("--virtual", this.socket, "--virtual-tags", join(this.data, "demo-tags"));
        this.kiosk = await start(program("liangzheng-kiosk"), words, { env: { LIBNFC_AUTO_SCAN: "no" } });
        this.kioskPort = this.kiosk.ready.port;
        this.kioskUrl = `http://127.0.0.1:${this.kioskPort}`;
        await waitFor(15000, async () => (await this.state()).reader === "ready", "the kiosk's reader");
    }

    async stopKiosk() {
        await this.kiosk.end();
        this.kiosk = null;
    }

    /** What the kiosk knows now. */
    async state() {
        const answer = await fetch(`${this.kioskUrl}/state`);
        return answer.json();
    }

    /** The kiosk has seen the log as far as the registry has written it. */
    async kioskInStep(milliseconds = 10000) {
        const size = async () => Number((await (await fetch(`${this.url}/checkpoint`)).text()).split("\n")[1]);
        const wanted = await size();
        await waitFor(milliseconds, async () => (await this.state()).trust.size >= wanted, `the kiosk's log to reach ${wanted}`);
    }

    /** One line to the virtual reader over its socket, without the price of a new process: its answer. */
    virtual(line) {
        return new Promise((resolve, reject) => {
            const socket = connect(this.socket);
            let answer = "";
            socket.on("error", reject);
            socket.on("data", (bytes) => (answer += bytes));
            socket.on("connect", () => socket.write(`${line}\n`));
            socket.on("close", () => finish());
            socket.setTimeout(5000, () => finish());
            const finish = () => {
                socket.destroy();
                try {
                    const value = JSON.parse(answer);
                    if (value.ok) resolve(value);
                    else reject(new Error(`virtual reader, ${line}: ${answer}`));
                } catch {
                    reject(new Error(`virtual reader, ${line}: no answer`));
                }
            };
            socket.on("data", () => answer.includes("\n") && finish());
        });
    }

    /** Lays a card on the reader; the moment it lay there (ms, comparable with the page's clock). */
    async insert(uid, chip = "NTAG216") {
        const at = now();
        await this.virtual(`insert chip=${chip} uid=${uid}`);
        return at;
    }

    remove() {
        return this.virtual("remove");
    }

    /** Stops everything and forgets the folder. */
    async close() {
        for (const part of ["kiosk", "reader", "registry"]) if (this[part]) await this[part].end();
        await rm(this.folder, { recursive: true, force: true });
    }
}

/** logins.txt of the demo, a line per account that begins with login and password: {login: {login, password}}. */
async function readLogins(path) {
    const lines = (await readFile(path, "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
    return Object.fromEntries(lines.filter((words) => words.length > 1).map(([login, password]) => [login, { login, password }]));
}

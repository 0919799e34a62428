// abuse.mjs PORT KIND COUNT SECONDS: COUNT connections that mean no good, each opened again a second after it was
// closed.  Prints "ready" once all were opened and, at the end, one line of JSON.
import net from "node:net";

const [port, kind, count, seconds] = [Number(process.argv[2]), process.argv[3], ...process.argv.slice(4).map(Number)];
const HOST = "Host: zf.example.gov.cn\r\n";

// first: what is said at once; drip: what follows, a piece each second, for ever.
const KINDS = {
    idle: { first: `GET /healthz HTTP/1.1\r\n${HOST}\r\n` },
    silent: { first: "" },
    head: { first: `GET / HTTP/1.1\r\n${HOST}X-Slow: `, drip: "a" },
    body: { first: `POST /sign-in HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{`, drip: " " },
    chunks: { first: `POST /sign-in HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`, drip: "1\r\n \r\n" },
    deaf: { first: `GET / HTTP/1.1\r\n${HOST}\r\n`.repeat(4), deaf: true },
    "half-closed": { first: "GET / HT", end: true },
};
const what = KINDS[kind];
if (!what) throw new Error(`kinds: ${Object.keys(KINDS).join(" ")}`);

let opened = 0, closed = 0, over = false;
const live = new Set();
function open(i) {
    if (over) return;
    const socket = net.connect({ port, host: "127.0.0.1", localAddress: `127.2.0.${1 + (i % 200)}`, allowHalfOpen: true });
    live.add(socket);
    socket.on("connect", () => {
        if (++opened === count) console.log("ready");
        if (what.first) socket.write(what.first);
        if (what.end) socket.end();
        if (what.deaf) socket.pause();
    });
    if (!what.deaf) socket.resume();
    const gone = () => {
        if (!live.delete(socket)) return;
        closed++;
        socket.destroy();
        setTimeout(open, 1000, i); // lint-ok: the abuser's own pace
    };
    socket.on("error", gone).on("close", gone).on("end", gone);
}
for (let i = 0; i < count; i++) open(i);
if (what.drip)
    setInterval(() => {
        for (const socket of live) if (socket.writable && !socket.connecting) socket.write(what.drip);
    }, 1000);
setTimeout(() => { // lint-ok: how long the abuse lasts
    over = true;
    console.log(JSON.stringify({ kind, count, opened, closed }));
    process.exit(0);
}, seconds * 1000);

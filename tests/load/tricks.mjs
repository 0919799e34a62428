// tricks.mjs PORT alone|nginx: requests that try to be something else than they look; each gets its plain status and
// never a page.  A row: name, what is sent, the statuses allowed alone, behind nginx (absent: the same), and how many
// answers may come (1).  nginx refuses some itself, with its own words for them.  0: the connection is closed without
// an answer, as civetweb does with an absolute form, or the answer is lost because the body is still on its way.
import net from "node:net";

const port = Number(process.argv[2]), place = process.argv[3];
const H = "Host: zf.example.gov.cn\r\n", C = "Connection: close\r\n";
const get = (target, more = "") => `GET ${target} HTTP/1.1\r\n${H}${C}${more}\r\n`;
const post = (more, body = "") => `POST /sign-in HTTP/1.1\r\n${H}${C}Content-Type: application/json\r\n${more}\r\n${body}`;
const MEGABYTE = " ".repeat(1048577);
const file = (target) => `POST ${target} HTTP/1.1\r\n${H}${C}Content-Type: multipart/form-data; boundary=x\r\n` +
    `Content-Length: ${MEGABYTE.length}\r\n\r\n${MEGABYTE}`;
const SMUGGLED = "GET /healthz HTTP/1.1\r\n" + H + "\r\n";

const ROWS = [
    ["a plain request, so that the rest means something", get("/healthz"), [200]],
    ["dot segments", get("/../../etc/passwd"), [400]],
    ["dot segments below a page", get("/static/../desk"), [400]],
    ["encoded dots", get("/%2e%2e/%2e%2e/etc/passwd"), [400]],
    ["dots encoded twice", get("/%252e%252e/etc/passwd"), [400, 404]],
    ["encoded slash", get("/static/..%2f..%2fetc%2fpasswd"), [400]],
    ["backslash", get("/..\\..\\etc\\passwd"), [400]],
    ["NUL", get("/desk%00.css"), [400]],
    ["overlong UTF-8", get("/%c0%ae%c0%ae/etc/passwd"), [400]],
    ["double slash", get("//desk"), [400]],
    ["double slash inside", get("/organs//1"), [400]],
    ["absolute form, our host", get("http://zf.example.gov.cn/healthz"), [200, 400, 0]],
    ["absolute form, another host", get("http://evil.example/desk"), [400, 404, 421, 0], [400, 401, 404, 421]],
    ["a fragment", get("/healthz#x"), [400, 404], [200, 400, 404]],
    ["CRLF in a parameter", get("/language?lang=zh%0d%0aSet-Cookie:%20stolen=1&next=/%0d%0aX-Evil:1"), [303, 400, 422]],
    ["CRLF in a path", get("/organs%0d%0aX-Evil:%201"), [400]],
    ["a redirect elsewhere", get("/language?lang=zh&next=//evil.example/"), [200, 303, 400, 422]],
    ["no host", `GET /healthz HTTP/1.1\r\n${C}\r\n`, [400]],
    ["two hosts", get("/healthz", "Host: evil.example\r\n"), [400]],
    ["a host with a path", `GET /healthz HTTP/1.1\r\nHost: zf.example.gov.cn/../x\r\n${C}\r\n`, [400]],
    ["a host with blanks", `GET /healthz HTTP/1.1\r\nHost: a b\r\n${C}\r\n`, [400]],
    ["HTTP/0.9", "GET /desk\r\n\r\n", [400, 0]],
    ["HTTP/2.0 in words", `GET /healthz HTTP/2.0\r\n${H}${C}\r\n`, [400, 505]],
    ["HTTP/1.9", `GET /healthz HTTP/1.9\r\n${H}${C}\r\n`, [400, 505], [200, 400, 505]],
    ["a fourth word", `GET /healthz HTTP/1.1 x\r\n${H}${C}\r\n`, [400]],
    ["a lower-case method", `get /healthz HTTP/1.1\r\n${H}${C}\r\n`, [400, 405, 501]],
    ["TRACE", `TRACE / HTTP/1.1\r\n${H}${C}\r\n`, [400, 405, 501]],
    ["CONNECT", `CONNECT evil.example:443 HTTP/1.1\r\n${H}${C}\r\n`, [400, 405, 501]],
    ["an unknown method", `XYZZY /healthz HTTP/1.1\r\n${H}${C}\r\n`, [400, 405, 501]],
    ["a method of 300 letters", `${"A".repeat(300)} / HTTP/1.1\r\n${H}${C}\r\n`, [400, 405, 414, 501]],
    ["a path of 3,000 bytes", get("/" + "a".repeat(3000)), [414]],
    ["a path of 60,000 bytes", get("/" + "a".repeat(60000)), [400, 413, 414, 431]],
    ["a header of 5,000 bytes", get("/healthz", `X-A: ${"a".repeat(5000)}\r\n`), [431]],
    ["a header of 60,000 bytes", get("/healthz", `X-A: ${"a".repeat(60000)}\r\n`), [400, 413, 431]],
    ["60 headers", get("/healthz", "X-A: 1\r\n".repeat(60)), [400, 431]],
    ["2,000 headers", get("/healthz", "X-A: 1\r\n".repeat(2000)), [400, 413, 431]],
    ["a header without a colon", get("/healthz", "nonsense\r\n"), [400], [200, 400]],
    ["a blank before the colon", get("/healthz", "X-A : 1\r\n"), [200, 400]],
    ["a folded header", get("/healthz", "X-A: 1\r\n 2\r\n"), [200, 400]],
    ["NUL in a header", get("/healthz", "X-A: 1\0 2\r\n"), [400]],
    ["two lengths", post("Content-Length: 2\r\nContent-Length: 40\r\n", "{}" + SMUGGLED), [400]],
    ["two equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), [400]],
    ["a list of lengths", post("Content-Length: 2, 2\r\n", "{}"), [400]],
    ["a length with a sign", post("Content-Length: +2\r\n", "{}"), [400]],
    ["a negative length", post("Content-Length: -1\r\n", "{}"), [400, 411]],
    ["a hexadecimal length", post("Content-Length: 0x2\r\n", "{}"), [400]],
    ["a length without end", post("Content-Length: 99999999999999999999999999\r\n", "{}"), [400, 413]],
    ["a body of two gigabytes", post("Content-Length: 2147483648\r\n"), [413]],
    ["a body of a megabyte for a sign-in", post(`Content-Length: ${MEGABYTE.length}\r\n`, MEGABYTE), [413, 0], [413]],
    ["a photo of a megabyte, by nobody", file("/desk/people/1/photo"), [401]],
    ["a roster of a megabyte, by nobody", file("/desk/import"), [401]],
    ["length and chunks (CL.TE)", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + SMUGGLED), [400]],
    ["chunks and length (TE.CL)", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "2\r\n{}\r\n0\r\n\r\n" + SMUGGLED), [400]],
    ["an unknown coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + SMUGGLED), [400, 501]],
    ["two codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n" + SMUGGLED), [400, 501]],
    ["the coding twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + SMUGGLED), [400, 501]],
    ["a chunk that is no number", post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), [400, 408]],
    ["a negative chunk", post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n"), [400, 408]],
    ["a chunk without end", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n{}"), [400, 408, 413]],
    ["JSON that is none", post("Content-Length: 2\r\n", "{]"), [400, 422]],
    ["three in one piece", get("/healthz").replace(C, "").repeat(2) + get("/healthz"), [200], [200], 3],
    ["a good one and garbage", get("/healthz").replace(C, "") + "\x01\x02\x03\r\n\r\n", [200], [200], 2],
];

function talk(bytes) {
    return new Promise((resolve, reject) => {
        const socket = net.connect({ port, host: "127.0.0.1" });
        let text = "";
        const timer = setTimeout(() => (socket.destroy(), reject(new Error("no end of the answer in 30 s"))), 30000); // lint-ok: a deadline
        const done = () => (clearTimeout(timer), socket.destroy(), resolve(text));
        socket.on("connect", () => socket.write(Buffer.from(bytes, "latin1")));
        socket.on("data", (data) => (text += data.toString("latin1")));
        socket.on("end", done).on("error", done).on("close", done);
    });
}

let failed = 0;
for (const [name, bytes, alone, behind = alone, most = 1] of ROWS) {
    const allowed = place === "nginx" ? behind : alone;
    const problems = [];
    const text = await talk(bytes).catch((error) => (problems.push(error.message), ""));
    const statuses = [...text.matchAll(/HTTP\/1\.[01] ([0-9]{3})/g)].map((m) => Number(m[1])).filter((s) => s !== 100);
    if (!allowed.includes(statuses[0] ?? 0)) problems.push(`wanted ${allowed}, came ${statuses[0] ?? "nothing"}`);
    if (statuses.length > most) problems.push(`${statuses.length} answers: ${statuses}`);
    if (most === 3 && statuses.length !== 3) problems.push(`${statuses.length} answers to three`);
    if (/^(x-evil|set-cookie: stolen)/im.test(text)) problems.push("an injected header");
    if (/^location: *(\/\/|https?:\/\/(?!zf\.example))/im.test(text)) problems.push("a redirect to elsewhere");
    if (/root:|class="desk/.test(text)) problems.push("a page that was not asked for");
    if (problems.length) {
        failed = 1;
        console.log(`${place}: ${name}: ${problems.join("; ")}`);
    }
}
process.exit(failed);

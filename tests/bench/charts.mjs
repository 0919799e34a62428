// One page of small charts from the kept runs: static, no script, fit to be printed.  charts.mjs writes it anew.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const WIDTH = 260;
const HEIGHT = 76;
const PAD = { left: 6, right: 6, top: 12, bottom: 8 };

// Chinese for a figure's name as run.sh writes it; the first that matches.
const WORDS = [
    [/^verify by token over HTTP, (\d+) certificates, p99/, "扫码核验（HTTP），$1 张证，64 个连接的 p99"],
    [/^verify by number over HTTP, (\d+) certificates, p99/, "按证号查询（HTTP），$1 张证，64 个连接的 p99"],
    [/^verify by token over HTTP, (\d+) certificates beside 1000/, "扫码核验：$1 张证与 1000 张证之比"],
    [/^verify by number over HTTP, (\d+) certificates beside 1000/, "按证号查询：$1 张证与 1000 张证之比"],
    [/^verify by token over HTTP, (\d+) certificates/, "扫码核验（HTTP），$1 张证"],
    [/^verify by number over HTTP, (\d+) certificates/, "按证号查询（HTTP），$1 张证"],
    [/^verify offline, first time/, "离线核验，首次，单核"],
    [/^verify offline, signature remembered/, "离线核验，签名已记住，单核"],
    [/^durable status changes, (\d+) thread/, "持久的状态变更，$1 个线程"],
    [/^roster import/, "花名册导入"],
    [/^checkpoint polled by (\d+) kiosks/, "$1 台核验机轮询日志检查点，占一个核"],
    [/^cancel until (\d+) kiosks/, "注销后 $1 台核验机全部得知"],
    [/^tap to screen/, "贴卡到屏幕显示，p95"],
    [/^cards,? /, "制卡，双面"],
    [/^memory for (\d+) cards/, "印制 $1 张卡所用内存"],
];

const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
const number = (value) => (value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3))));

function chinese(figure) {
    const [pattern, words] = WORDS.find(([one]) => one.test(figure)) ?? [];
    return pattern ? pattern.exec(figure).reduce((text, part, at) => (at ? text.replace(`$${at}`, part) : text), words) : "";
}

/** Runs, oldest first. */
function readRuns(folder) {
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))).sort((a, b) => a.date.localeCompare(b.date));
}

/** What a figure is drawn as: its ratio where it has a peer and the aim is about that, else its value. */
const usesValue = (row) => row.peer === undefined || row.ratio === undefined || /\d [^\d]/.test(row.aim ?? "");
const drawn = (row) => (usesValue(row) ? row.value : row.ratio);

/** {figure + peer: [{run, row}]}, in the order of the newest run; figures that it no longer has are left out. */
function series(runs) {
    const key = (row) => `${row.figure}\t${row.peer ?? ""}`;
    const found = new Map(runs.at(-1).rows.map((row) => [key(row), []]));
    for (const run of runs) for (const row of run.rows) found.get(key(row))?.push({ run, row });
    return [...found.values()];
}

function chart(points) {
    const last = points.at(-1).row;
    const bound = Number(/[\d.]+/.exec(last.aim ?? "")?.[0] ?? NaN);
    const values = points.map(({ row }) => drawn(row));
    const top = Math.max(...values, Number.isNaN(bound) ? 0 : bound) * 1.1 || 1;
    const x = (at) => (points.length < 2 ? WIDTH / 2 : PAD.left + (at * (WIDTH - PAD.left - PAD.right)) / (points.length - 1));
    const y = (value) => HEIGHT - PAD.bottom - (value / top) * (HEIGHT - PAD.top - PAD.bottom);
    const parts = [`<line class="ground" x1="0" x2="${WIDTH}" y1="${y(0)}" y2="${y(0)}"/>`];
    if (!Number.isNaN(bound)) parts.push(`<line class="aim" x1="0" x2="${WIDTH}" y1="${y(bound).toFixed(1)}" y2="${y(bound).toFixed(1)}"/>`);
    if (points.length > 1) parts.push(`<polyline points="${values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}"/>`);
    points.forEach(({ run, row }, at) => {
        const said = escape(`${run.date.slice(0, 10)} ${run.commit}: ${number(drawn(row))}${run.shared ? " (shared machine)" : ""}`);
        parts.push(`<circle class="${run.shared ? "shared" : "alone"}" cx="${x(at).toFixed(1)}" cy="${y(values[at]).toFixed(1)}" r="3"><title>${said}</title></circle>`);
    });
    const title = escape(`${chinese(last.figure)} ${last.figure}`);
    return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${parts.join("")}</svg>`;
}

const MARKS = { true: ["met", "达标 met"], false: ["missed", "未达标 missed"] };

function card(points) {
    const { row } = points.at(-1);
    const [look, words] = MARKS[row.met] ?? ["", ""];
    const figure = number(drawn(row)) + (usesValue(row) ? row.unit : " ×");
    const peer = row.peer ? `<p class="small">${number(row.value)}${escape(row.unit)}，对照 beside ${escape(row.peer)} ${number(row.peerValue)}${escape(row.unit)}</p>` : "";
    const aim = row.aim && row.aim !== "-" ? `<span class="aimed">目标 aim ${escape(row.aim.replace("<=", "≤").replace(">=", "≥"))}</span>` : "";
    return `<article class="${look}"><h2>${escape(chinese(row.figure))}<small lang="en">${escape(row.figure)}</small></h2>
<p class="figure">${figure} ${aim}${words ? `<b>${words}</b>` : ""}</p>
${chart(points)}
${peer}${row.note ? `<p class="small" lang="en">${escape(row.note)}</p>` : ""}</article>`;
}

const STYLE = `body{font:15px/1.5 "Noto Sans CJK SC","Noto Sans SC",sans-serif;color:#16202e;background:#f6f8fb;margin:0 auto;padding:24px;max-width:1180px}
h1{font-size:24px;margin:0}h1 small,h2 small{display:block;font-weight:normal;color:#4a5666}h1 small{font-size:16px}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:14px;margin-top:18px}
article{background:#fff;border:1px solid #d5dbe3;border-radius:6px;padding:12px 14px;break-inside:avoid}
h2{font-size:15px;margin:0}h2 small{font-size:12.5px}
.figure{font-size:21px;font-weight:bold;margin:6px 0 2px;color:#0b2f63}.figure b,.aimed{font-size:12.5px;font-weight:normal;color:#4a5666;margin-left:6px}
.met b{color:#0a6b3d}.missed b{color:#a3221b;font-weight:bold}
.small{font-size:12.5px;color:#4a5666;margin:2px 0}svg{display:block;width:100%;height:auto}
polyline{fill:none;stroke:#0b2f63;stroke-width:1.6}.alone{fill:#0b2f63}.shared{fill:#fff;stroke:#0b2f63;stroke-width:1.4}
.ground{stroke:#c4ccd6}.aim{stroke:#b7791f;stroke-dasharray:4 3}
@media print{body{background:#fff;padding:0;max-width:none;font-size:11pt}article{border-color:#999}main{grid-template-columns:repeat(3,1fr);gap:8px}}`;

/** The page, as text. */
export function pages(folder) {
    const runs = readRuns(folder);
    const last = runs.at(-1);
    const shared = last.shared ? "<p><b>最近一次运行时机器与他人共用，只有比值可信。</b> <span lang=\"en\">The machine was shared during the latest run: only ratios are worth reading.</span></p>" : "";
    return `<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>亮证：性能 Liangzheng: performance</title>
<style>${STYLE}</style>
<h1>亮证：性能<small lang="en">Liangzheng: performance</small></h1>
<p>${last.date.slice(0, 10)} · ${escape(last.commit)} · ${escape(last.machine ?? "")}<br>
每项数字旁边是同一次运行中的极限或对照；“×”是与对照之比。虚线是目标，空心点是与他人共用机器时测得的。<br>
<span lang="en">Each figure stands beside its limit or peer of the same run; “×” is the ratio to it. Dashed: the aim. Hollow: measured on a shared machine.</span></p>
${shared}<main>
${series(runs).map(card).join("\n")}
</main></html>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const folder = fileURLToPath(new URL("history", import.meta.url));
    writeFileSync(join(folder, "index.html"), pages(folder));
}

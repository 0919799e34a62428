#!/usr/bin/env node
// Prints a run's table and keeps it: report.mjs ROWS WHOLE COMMIT LOAD.  ROWS: tab-separated lines of run.sh.  A whole run
// (WHOLE 1) goes into tests/bench/history/COMMIT.json, the charts beside it and the table of docs/performance.md; a shortened
// one into build/bench/trial.json only.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { pages } from "./charts.mjs";

const [file, whole, commit, load] = process.argv.slice(2);
const BUSY = 0.7; // load average from which on somebody else is at work
const BEGIN = "<!-- table: written by script/bench -->";
const END = "<!-- end of table -->";

/** true, false, or null: no aim.  ">= 0.8" is about the ratio, "<= 5 ms" about the value. */
function meets({ value, ratio, aim }) {
    const [, sign, bound, unit] = /^([<>])= ([\d.]+)(?: (\S+))?$/.exec(aim) ?? [];
    if (!sign) return null;
    const found = unit ? value : ratio;
    return sign === ">" ? found >= Number(bound) : found <= Number(bound);
}

const rows = readFileSync(file, "utf8").trim().split("\n").map((line) => {
    const [figure, value, unit, peer, peerValue, aim, note] = line.split("\t");
    const row = { figure, value: Number(value), unit };
    if (peer !== "-") Object.assign(row, { peer, peerValue: Number(peerValue), ratio: Number((value / peerValue).toFixed(2)) });
    Object.assign(row, { aim, note });
    return { ...row, met: meets(row) };
});
const shared = Number(load) > BUSY;
const machine = `${cpus().length} × ${cpus()[0].model.trim()}, Linux ${release()}`;
const run = { commit, date: new Date().toISOString(), machine, load: Number(load), shared, rows };

const number = (value) => (value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3))));
const MARKS = { true: "met", false: "**missed**", null: "" };
const cells = (row) => [
    row.figure, number(row.value) + row.unit, row.peer ?? "", row.peer ? number(row.peerValue) + row.unit : "", row.ratio ?? "",
    row.aim === "-" ? "" : row.aim, MARKS[row.met], row.note,
];
const table = [
    "| figure | value | limit or peer in the same run | peer | ratio | aim | | note |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${cells(row).join(" | ")} |`),
].join("\n");
const where = `${run.date.slice(0, 10)}, commit ${commit}, ${machine}, load average before the run ${load}`;
const warning = "**Shared with other jobs during this run: only the ratios are worth reading.** ";

console.log(`${where}\n\n${table}`);
if (shared)
    console.error(`机器正忙（负载 ${load}），只有比值可信。\nThe machine is shared (load average ${load}): only ratios are worth reading.`);
if (whole === "1") {
    writeFileSync(`tests/bench/history/${commit}.json`, JSON.stringify(run, null, 1) + "\n");
    writeFileSync("tests/bench/history/index.html", pages("tests/bench/history"));
    const doc = readFileSync("docs/performance.md", "utf8");
    const [from, to] = [doc.indexOf(BEGIN), doc.indexOf(END)];
    if (from < 0 || to < from) throw new Error("docs/performance.md has lost its marker lines");
    writeFileSync("docs/performance.md", `${doc.slice(0, from + BEGIN.length)}\n${shared ? warning : ""}${where}.\n\n${table}\n${doc.slice(to)}`);
} else {
    mkdirSync("build/bench", { recursive: true });
    writeFileSync("build/bench/trial.json", JSON.stringify(run, null, 1) + "\n");
}

// From gcovr's JSON: lines and branches visited per folder, and every error line of registry/ and nfc/ that no test
// visited.  An error line returns or sets an lz_err other than LZ_OK: `return LZ_IO;`, `err = lz_fault_set(…)`.
// tests/lint/unvisited.txt excepts what no test can reach:  FILE | the line's text, or a part of it | reason
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const watched = /^(registry|nfc)\//;
const folders = ["registry/base", "registry/db", "registry/credential", "registry/command", "registry", "nfc", "badge-print", "web/http", "web/kiosk", "web"];
const error = /\b(return|err =|rc =|code =)[^;]*\b(LZ_(?!OK\b|ERR|ZH\b|EN\b)[A-Z][A-Z_]*|lz_fault_set|lz_fault_field|lz_call_memory|lz_db_fault|lz_openssl_err)\b|\bgoto (fail|failed|out|done)\b|^\s*lz_fault_(set|field)\(/;
const codes = new Set(
    [...readFileSync("registry/base/error_table.inc", "utf8").matchAll(/^LZ_ERROR\((\w+)/gm)].map((m) => `LZ_${m[1]}`),
);
const names = (text) => (text.match(/\bLZ_[A-Z_]+\b/g) ?? []).some((word) => word !== "LZ_OK" && codes.has(word));
const calls = /\b(lz_fault_set|lz_fault_field|lz_call_memory|lz_db_fault|lz_openssl_err)\b/;
const isError = (text) => error.test(text) && (names(text) || calls.test(text) || /\bgoto\b/.test(text));

const excepted = readFileSync("tests/lint/unvisited.txt", "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => ({ line, part: line.split(" | "), used: false }));
const excuse = (file, text) => {
    const row = excepted.find(({ part }) => part[0] === file && text.includes(part[1]));
    if (row) row.used = true;
    return row;
};

const sums = new Map(folders.map((folder) => [folder, [0, 0, 0, 0, 0, 0]]));
const unvisited = [];
for (const { file, lines } of report.files) {
    const sum = sums.get(folders.find((folder) => file.startsWith(`${folder}/`)));
    if (!sum) continue;
    const source = readFileSync(file, "utf8").split("\n");
    // A line may stand for several (inlined) copies.
    const visits = new Map();
    for (const line of lines) {
        if (line["gcovr/noncode"]) continue;
        const at = visits.get(line.line_number) ?? { count: 0, branches: line.branches ?? [] };
        at.count += line.count;
        visits.set(line.line_number, at);
    }
    for (const [number, { count, branches }] of visits) {
        const text = source[number - 1];
        const seen = branches.filter((branch) => branch.count > 0).length;
        sum[0] += count > 0;
        sum[1] += 1;
        sum[2] += seen;
        sum[3] += branches.length;
        if (!isError(text)) continue;
        sum[4] += count > 0;
        sum[5] += 1;
        if (count === 0 && watched.test(file) && !excuse(file, text)) unvisited.push(`${file}:${number}: ${text.trim()}`);
    }
}

const share = (seen, all) => (all ? `${((100 * seen) / all).toFixed(1)} %` : "-").padStart(9);
console.log(`${"folder".padEnd(22)}${"lines".padStart(9)}${"branches".padStart(10)}${"error lines".padStart(13)}`);
for (const [folder, sum] of sums)
    console.log(`${folder.padEnd(22)}${share(sum[0], sum[1])} ${share(sum[2], sum[3])}    ${share(sum[4], sum[5])}  (${sum[4]} of ${sum[5]})`);
for (const { line, used } of excepted) if (!used) console.log(`tests/lint/unvisited.txt: excepts nothing now, delete it: ${line}`);
for (const line of unvisited) console.log(line);
console.log(`${unvisited.length} error lines of registry/ and nfc/ were never visited`);
process.exit(unvisited.length > 0 ? 1 : 0);

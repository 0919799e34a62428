// The roster the story begins with: the one that outside tests use where it is at hand, else one of our own making.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./programs.mjs";

const SOURCE = process.env.LIANGZHENG_SOURCE ?? ".";
const CONFORMANCE = process.env.LIANGZHENG_CONFORMANCE ?? join(SOURCE, "../shared/data");

/** {path, rows: [{name, organ, number, until, officer}], organs: [name]} */
export async function roster(folder) {
    let path = join(CONFORMANCE, "roster", "clean-200.utf8.csv");
    if (!existsSync(path)) {
        const made = await run("node", [join(SOURCE, "tests/data/make_roster.mjs"), "200", "7"]);
        path = join(folder, "roster.csv");
        await writeFile(path, made.stdout);
    }
    const lines = (await readFile(path, "utf8")).trim().split(/\r?\n/).map((line) => line.split(","));
    const at = Object.fromEntries(lines[0].map((word, column) => [word, column]));
    const rows = lines.slice(1).map((cells) => ({
        name: cells[at["姓名"]],
        organ: cells[at["工作单位"]],
        number: cells[at["执法证号"]],
        until: cells[at["有效期至"]],
        officer: cells[at["人员类别"]] === "执法人员",
    }));
    return { path, rows, organs: [...new Set(rows.map((row) => row.organ))] };
}

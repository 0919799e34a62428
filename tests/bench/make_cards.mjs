#!/usr/bin/env node
// Card data for `liangzheng print card --input`, of people who do not exist: make_cards.mjs PORTRAIT_FOLDER COUNT < roster.csv.
// Portraits are used in turn; QR texts are as long as a full token's URL and all differ.
import { readFileSync, readdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const portraits = readdirSync(folder).sort().map((name) => readFileSync(join(folder, name)).toString("base64"));
const lines = readFileSync(0, "utf8").trim().split(/\r?\n/).slice(1, count + 1);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function token(number) {
    let text = "";
    for (let round = 0; text.length < 194; round++)
        for (const byte of createHash("sha256").update(`${number} ${round}`).digest()) text += BASE32[byte & 31];
    return text.slice(0, 194);
}

const cards = lines.map((line, at) => {
    const [, name, , , organ, post, number, scope, region, issued_on, valid_until, kind] = line.split(",");
    return {
        number, name, organ, post, region, issued_on, valid_until,
        kind: kind === "执法人员" ? "enforcement" : "auxiliary",
        scope: [scope, "市容环境"], issuer: "延安市司法局", complaint_line: "0911-12345",
        url: `HTTPS://LZ.EXAMPLE.CN/V/${token(number)}`, photo: portraits[at % portraits.length],
    };
});
process.stdout.write(JSON.stringify(cards));

// What we write on a card, @taptrack/ndef reads: the memory of a virtual card is taken as it is, the NFC Forum's frame
// around the message is opened here in ten lines, and the message is left to the judge.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { person, roster } from "./people.mjs";
import { judgeOfOldStyle, newFolder, program, Register, say, start } from "./register.mjs";

const Ndef = judgeOfOldStyle("@taptrack/ndef");
const nfc = program("liangzheng-nfc");
const folder = newFolder();
const control = join(folder, "control");
const link = join(folder, "reader");
const env = { ...process.env, LIBNFC_DEVICE: `pn532_uart:${link}`, LIBNFC_AUTO_SCAN: "no" };
delete env.LIANGZHENG_READER;

function run(...args) {
    const done = spawnSync(nfc, args, { encoding: "utf8", env, timeout: 30000 });
    assert.equal(done.status, 0, `liangzheng-nfc ${args.join(" ")}: ${done.stdout}${done.stderr}`);
}
const virtual = (...args) => run("virtual", ...args, "--control", control);

// The message inside the first NDEF TLV of a Type 2 tag: data begins at page 4; 00 is a filler, FE ends.
function messageOf(memory) {
    const sizeOfData = memory[14] * 8;
    assert.equal(memory[12], 0xe1, "no capability container");
    for (let at = 16; at < 16 + sizeOfData; ) {
        const type = memory[at++];
        if (type === 0x00) continue;
        assert.notEqual(type, 0xfe, "no message before the terminator");
        let length = memory[at++];
        if (length === 0xff) {
            length = memory.readUInt16BE(at);
            at += 2;
        }
        if (type === 0x03) return memory.subarray(at, at + length);
        at += length;
    }
    throw new Error("no message");
}

// The one record of the card's message, and its address, as the judge reads them; the same when the judge writes.
function addressOnCard() {
    const dump = join(folder, "memory");
    virtual("save", dump);
    const bytes = messageOf(readFileSync(dump));
    const message = Ndef.Message.fromBytes(new Uint8Array(bytes));
    const records = message.getRecords();
    assert.equal(records.length, 1);
    assert.equal(records[0].getTnf(), 1);
    assert.equal(Buffer.from(records[0].getType()).toString(), "U");
    const uri = Ndef.Utils.resolveUriRecordToString(records[0]);
    return { uri, bytes };
}

await start("liangzheng-nfc", ["virtual", "start", "--link", link, "--control", control], folder);

const long = (length) => "https://badge.example/v/" + "Az09-_".repeat(200).slice(0, length - 24);
const cases = [
    ["ntag213", "https://lz.example/c/27060000001"],
    ["ntag213", "http://www.lz.example/"],
    ["ntag213", "https://www.lz.example/?e=00&c=11"],
    ["ntag213", "tel:12345"],
    ["ntag215", long(254 + 7)],
    ["ntag215", long(255 + 7)],
    ["ntag215", long(256 + 7)],
    ["ntag215", long(491)],
    ["ntag216", long(247)],
    ["ntag216", long(860)],
];
for (const [chip, uri] of cases) {
    virtual("swap", "--chip", chip);
    run("encode", "--uri", uri);
    const card = addressOnCard();
    assert.equal(card.uri, uri);
    const record = Ndef.Utils.createUriRecord(uri);
    const own = Buffer.from(new Ndef.Message([record]).toByteArray());
    // A payload of 255 bytes still has a short record's length; the judge reads it so and writes the long form, as it may.
    if (record.getPayload().length !== 255) assert.deepEqual(card.bytes, own, `${uri}: the judge would write other bytes`);
}
say(`${cases.length} addresses on three chips read back, byte for byte what the judge would write`);

const uid = "04a1b2c3d4e580";
const register = new Register(folder, "--public-url", "https://lz.example");
register.import(roster(1));
const { number } = person(0);
virtual("insert", "--chip", "ntag216", "--uid", uid);
run("encode", number, "--data", register.data);
const token = addressOnCard().uri.replace("https://lz.example/v/", "");
assert.deepEqual(Buffer.from(token, "base64url"), register.token(number, "--chip", uid));
assert.equal(register.json("verify", token, "--chip", uid).verdict, "valid");
assert.equal(register.json("verify", token, "--chip", "04ffffffffff80").verdict, "copied");
say("a badge encoded by its number carries the register's token, valid on its own chip and copied on another");
process.exit(0);

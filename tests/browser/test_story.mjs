// From a roster file to a tapped badge, end to end, with the real programs: what the house is for (docs/architecture.md).
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../lib/wait.mjs";
import { Browser, PHONE, shoot, signIn } from "./lib/chromium.mjs";
import { codesOfPdf } from "./lib/codes.mjs";
import { openCounter, tap } from "./lib/counter.mjs";
import { House } from "./lib/house.mjs";
import { roster } from "./lib/roster.mjs";
import { lastPictures, story } from "./lib/steps.mjs";

const TAP_LIMIT_MS = 500; // from the insert to the verdict with name and photo on the screen
const CANCEL_LIMIT_MS = 3000; // from the decision at the desk to the verdict at the counter
const CHIPS = ["04a1b2c3d4e501", "04a1b2c3d4e502"];
const DOCUMENT = "延市监人〔2026〕12号";

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function personPage(page, house, number) {
    await page.goto(`${house.url}/desk/people?text=${number}`);
    await page.click("main table tbody a");
    await page.waitForSelector(".timeline");
}

await story("the story", async (step, defer) => {
    const house = await House.open();
    defer(() => house.close());
    const list = await roster(house.folder);
    const officers = new Map(list.rows.filter((row) => row.officer).map((row) => [row.number, row]));
    const accounts = {
        hr: await house.account("hr", "hr", { name: "人事" }),
        bureau: await house.account("bureau", "bureau", { name: "审核员" }),
    };
    await house.startRegistry();
    const browser = await Browser.open();
    defer(() => browser.close());
    defer(lastPictures(browser, "story"));
    const hr = await browser.page();
    const bureau = await browser.page();
    let going, staying, another; // whose certificate is cancelled, whose stays valid

    await step("the bureau enters the organs at the desk", async () => {
        await signIn(bureau, house.url, accounts.bureau);
        for (const organ of list.organs) {
            await bureau.goto(`${house.url}/desk/organs/add`);
            await bureau.fill("#name", organ);
            await bureau.click("main form .actions button");
            await bureau.waitForURL((to) => to.pathname === "/desk/organs");
        }
    });

    await step("HR imports the roster in the browser: first looked at, then stored", async () => {
        await signIn(hr, house.url, accounts.hr);
        await hr.goto(`${house.url}/desk/import`);
        await hr.setInputFiles("#file", list.path);
        await hr.click("main form .actions button");
        await hr.waitForSelector("form.decision");
        assert.equal((await house.json("check")).ok, true);
        await shoot(hr, "story-import-preview");
        await hr.click("form.decision button[value=all]");
        await hr.waitForSelector(".done");
        assert.match(await hr.innerText(".done"), new RegExp(String(list.rows.length)));
    });

    await step("what HR has filed waits for another hand: no badge, no verdict", async () => {
        const number = officers.keys().next().value;
        assert.notEqual((await house.liangzheng("badge", "token", number)).code, 0);
        await hr.goto(`${house.url}/desk/awaiting`);
        assert.equal(await hr.locator("input[name=numbers]").count(), 0);
    });

    await step("the bureau confirms a page of them", async () => {
        await bureau.goto(`${house.url}/desk/awaiting`);
        const numbers = await bureau.locator("input[name=numbers]").evaluateAll((boxes) => boxes.map((box) => box.value));
        [going, staying, another] = numbers.filter((number) => officers.has(number)).map((number) => officers.get(number));
        await bureau.check("[data-select-all]");
        await bureau.click("main form .actions button");
        await bureau.waitForSelector(".banner--success");
        const certificate = await house.json("certificate", "show", going.number);
        assert.equal(certificate.status, "valid");
        assert.equal(certificate.name, going.name);
    });

    await step("a photo is uploaded at the desk", async () => {
        for (const person of [going, staying]) {
            const photo = join(house.folder, `${person.number}.jpg`);
            await house.must("print", "portrait", "--seed", person.number.slice(-4), "-o", photo);
            await personPage(bureau, house, person.number);
            await bureau.click("details.more summary");
            await bureau.setInputFiles("#photo", photo);
            await bureau.click("details.more button");
            await bureau.waitForSelector(".person img.portrait");
        }
    });

    const url = await step("the card is made at the desk, and its QR code read by two decoders says one address", async () => {
        await bureau.goto(`${house.url}/desk/certificates/${going.number}/card`);
        await bureau.click("main form .actions button");
        await bureau.waitForSelector(".cards img");
        await shoot(bureau, "story-card");
        const pdf = await bureau.request.get(`${house.url}/desk/certificates/${going.number}/card.pdf`);
        assert.equal(pdf.headers()["content-type"], "application/pdf");
        const codes = await codesOfPdf(await pdf.body(), house.folder, "desk");
        const expected = (await house.must("badge", "url", going.number)).stdout.trim();
        assert.deepEqual(codes, { zbar: [expected], jsqr: [expected] });
        return expected;
    });

    await step("the command line prints the same card", async () => {
        const path = join(house.folder, "printed.pdf");
        await house.must("print", "card", going.number, "-o", path);
        const codes = await codesOfPdf(await readFile(path), house.folder, "line");
        assert.deepEqual(codes, { zbar: [url], jsqr: [url] });
        const verdict = await house.json("verify", url);
        assert.equal(verdict.verdict, "valid");
    });

    await step("both badges are written onto NTAG216 chips", async () => {
        await house.startReader();
        for (const [at, person] of [going, staying].entries()) {
            await house.insert(CHIPS[at]);
            await house.must("nfc", "encode", person.number);
        }
        await house.remove();
    });

    await house.startKiosk();
    await house.kioskInStep();
    const counter = await openCounter(browser, house);

    await step("a tap at the counter: valid, with name and photo, at once", async () => {
        const first = await tap(counter, house, CHIPS[0], { photo: true });
        await shoot(counter, "story-kiosk-valid");
        const taps = [];
        for (let i = 0; i < 5; i++) taps.push(await tap(counter, house, CHIPS[0], { photo: true }));
        for (const one of [first, ...taps]) {
            assert.equal(one.verdict, "valid");
            for (const word of ["有效", going.name, going.organ, going.number]) assert.match(one.text, new RegExp(word));
        }
        const text = (one) => `${Math.round(one.word)} ms, with photo ${Math.round(one.photo)} ms`;
        const middle = { word: median(taps.map((one) => one.word)), photo: median(taps.map((one) => one.photo)) };
        console.log(`  insert to screen: first tap ${text(first)}; median of ${taps.length} more: ${text(middle)}`);
        assert.ok(middle.photo < TAP_LIMIT_MS, `${text(middle)}: the limit is ${TAP_LIMIT_MS} ms`);
    });

    await step("the other badge is valid, too", async () => {
        assert.equal((await tap(counter, house, CHIPS[1], { photo: true })).verdict, "valid");
    });

    const cancelledAt = await step("HR cancels for transfer at the desk", async () => {
        await personPage(hr, house, going.number);
        await shoot(hr, "story-person");
        await hr.click(`a[href$="/${going.number}/cancel"]`);
        await hr.check("input[name=reason][value=transfer]");
        await hr.fill("#document", DOCUMENT);
        await shoot(hr, "story-cancel");
        await hr.click("form.confirm .actions button");
        await hr.waitForSelector(".banner--success");
        return performance.now();
    });

    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
    const isCancelled = (text) => ["注销", "调离", today, going.name].every((word) => text.includes(word));

    await step("within three seconds a tap says: cancelled, why and since when", async () => {
        await waitFor(CANCEL_LIMIT_MS, async () => (await tap(counter, house, CHIPS[0])).verdict === "cancelled", "the cancellation");
        const passed = performance.now() - cancelledAt;
        console.log(`  decision to counter: ${Math.round(passed)} ms`);
        assert.ok(passed < CANCEL_LIMIT_MS, `${Math.round(passed)} ms`);
        const { text } = await tap(counter, house, CHIPS[0]);
        await shoot(counter, "story-kiosk-cancelled");
        assert.ok(isCancelled(text), text);
    });

    await step("the page that the QR code opens on a phone says the same", async () => {
        const phone = await browser.page(PHONE);
        await phone.goto(url);
        await shoot(phone, "story-phone-cancelled");
        assert.equal(await phone.getAttribute("[data-verdict]", "data-verdict"), "cancelled");
        assert.ok(isCancelled(await phone.innerText("main")), await phone.innerText("main"));
    });

    await step("the registry is killed; the counter knows what it knows, and how old that is", async () => {
        await house.killRegistry();
        await waitFor(15000, async () => (await house.state()).network === "away", "the kiosk to miss the registry");
        const ended = await tap(counter, house, CHIPS[0]);
        assert.equal(ended.verdict, "cancelled");
        assert.ok(isCancelled(ended.text), ended.text);
        const valid = await tap(counter, house, CHIPS[1]);
        assert.equal(valid.verdict, "valid");
        for (const { text } of [ended, valid]) assert.match(text, /截至 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
        assert.match(await counter.innerText("#foot"), /(秒|分钟)前/);
        await shoot(counter, "story-kiosk-offline");
    });

    await step("past the freshness limit nothing is confirmed, and an ending stays an ending", async () => {
        // The limit is set where it will pass in a moment; trust folder and screen are those that were there before.
        const age = Math.ceil((Date.now() - Date.parse((await house.state()).trust.as_of)) / 1000);
        await house.stopKiosk();
        await waitFor(15000, () => counter.locator("#lost").isVisible(), "the page to miss its counter");
        await house.startKiosk({ maxAge: Math.max(age + 1, 8) });
        await waitFor(20000, async () => (await house.state()).trust.state === "stale", "the knowledge to grow old");
        await waitFor(15000, () => counter.locator("#lost").isHidden(), "the page to find its counter again");
        const old = await tap(counter, house, CHIPS[1]);
        assert.equal(old.verdict, "unconfirmed");
        assert.match(old.text, /无法确认/);
        await shoot(counter, "story-kiosk-unconfirmed");
        assert.equal((await tap(counter, house, CHIPS[0])).verdict, "cancelled");
    });

    await step("the registry starts again: nothing is lost, everything proves clean, the counter recovers", async () => {
        await house.startRegistry();
        for (const words of [["check"], ["log", "verify"], ["audit", "verify"]])
            assert.equal((await house.json(...words)).ok, true, words.join(" "));
        const certificate = await house.json("certificate", "show", going.number);
        assert.equal(certificate.status, "cancelled");
        assert.equal(certificate.reason, "transfer");
        assert.equal((await house.json("certificate", "show", staying.number)).status, "valid");
        await house.must("badge", "token", another.number); // an entry in the log, and with it a cosignature of now
        await waitFor(20000, async () => (await house.state()).trust.state === "ready", "the kiosk to be in step");
        assert.equal((await tap(counter, house, CHIPS[1])).verdict, "valid");
        assert.equal((await tap(counter, house, CHIPS[0])).verdict, "cancelled");
    });
});

// Makes the pictures of the README anew: LIANGZHENG_BIN=build/release/bin node tests/browser/shots.mjs [FOLDER]
// Synthetic people of the demo; no test.
import { mkdir, readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { Browser, PHONE, signIn } from "./lib/chromium.mjs";
import { openCounter, tap } from "./lib/counter.mjs";
import { House } from "./lib/house.mjs";
import { run } from "./lib/programs.mjs";
import { lastPictures, story } from "./lib/steps.mjs";

const SOURCE = process.env.LIANGZHENG_SOURCE ?? ".";
const FOLDER = process.argv[2] ?? join(SOURCE, "docs", "pictures");
const MOST_BYTES = 200 * 1024;
const SCREEN = { width: 1280, height: 800 };

/** A PNG with a palette, small enough for a repository. */
async function keep(picture, name) {
    const raw = join(picture.folder, `${name}.png`);
    const path = join(FOLDER, `${name}.png`);
    for (const colours of [256, 128, 64, 32]) {
        const done = await run("convert", [raw, "-strip", "+dither", "-colors", String(colours), "-define", "png:compression-level=9", `PNG8:${path}`]);
        if (done.code !== 0) throw new Error(done.stderr);
        if ((await stat(path)).size <= MOST_BYTES) return;
    }
    throw new Error(`${name} does not get small enough`);
}

await story("the pictures", async (step, defer) => {
    const house = await House.open({ demo: true });
    defer(() => house.close());
    await house.startRegistry();
    await house.startReader();
    const browser = await Browser.open();
    defer(() => browser.close());
    defer(lastPictures(browser, "shots"));
    await mkdir(FOLDER, { recursive: true });
    const shot = async (page, name, options = {}) => {
        await page.mouse.move(0, 0);
        await page.screenshot({ path: join(house.folder, `${name}.png`), ...options });
        await keep({ folder: house.folder }, name);
    };
    const certificates = await house.certificates();
    const inState = (state) => certificates.find((one) => one.state === state && one.kind === "enforcement");
    const tags = {};
    const tagFolder = join(house.data, "demo-tags");
    for (const file of (await readdir(tagFolder)).sort()) {
        const name = file.replace(/^\d+-|\.ndef\.json$/g, "");
        tags[name] = JSON.parse(await readFile(join(tagFolder, file), "utf8"));
    }

    await step("public pages", async () => {
        const page = await browser.page({ width: 1280, height: 760 });
        await page.goto(house.url);
        await shot(page, "public-home");
        const phone = await browser.page(PHONE, { deviceScaleFactor: 2 });
        for (const name of ["valid", "cancelled"]) {
            await phone.goto(tags[name].uri);
            await shot(phone, `phone-${name}`);
        }
    });

    await step("the desk", async () => {
        const page = await browser.page(SCREEN);
        await signIn(page, house.url, house.logins.bureau);
        await page.goto(`${house.url}/desk/people`);
        await shot(page, "desk-people");
        await page.goto(`${house.url}/desk/people/${inState("suspended").person_id}`);
        await shot(page, "desk-person");
        await page.goto(`${house.url}/desk/import`);
        const made = await run("node", [join(SOURCE, "tests/data/make_roster.mjs"), "40", "3"]);
        const lines = made.stdout.trimEnd().split("\r\n");
        lines[3] = lines[3].replace(/-\d\d-\d\d,/, "-13-45,");
        lines[5] = lines[5].replace(/^([^,]*,)[^,]*/, "$1");
        lines[8] = lines[8].replace(/(\d{17})[\dX]/, (all, body) => body + (all.endsWith("1") ? "2" : "1"));
        await page.setInputFiles("#file", { name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) });
        await page.click("main form .actions button");
        await page.waitForSelector("form.decision");
        await shot(page, "desk-import");
    });

    await step("the card", async () => {
        for (const side of ["front", "back"]) {
            const path = join(house.folder, `card-${side}.png`);
            await house.must("print", "card", inState("valid").number, "--side", side, "--dpi", "300", "-o", path);
            await keep({ folder: house.folder }, `card-${side}`);
        }
    });

    await step("the counter", async () => {
        // The demo's panel lays each card on once; the reader then knows it, and the pictures are of a counter without the panel.
        await house.startKiosk({ demo: true });
        for (const name of ["valid", "cancelled"])
            await fetch(`${house.kioskUrl}/demo/insert`, {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ uid: tags[name].uid }),
            });
        await house.remove();
        await house.stopKiosk();
        await house.startKiosk();
        await house.kioskInStep();
        const page = await openCounter(browser, house, SCREEN);
        await shot(page, "kiosk-waiting");
        for (const name of ["valid", "cancelled"]) {
            const { verdict } = await tap(page, house, tags[name].uid, { photo: name === "valid" });
            if (verdict !== name) throw new Error(`${name}: ${verdict}`);
            await shot(page, `kiosk-${name}`);
        }
    });
});

// Every page as everyone who may see it, on a phone and at a desk: nothing in the console, nothing against the policy, readable by
// all, no sideways scrolling; by keyboard; and without JavaScript.
import assert from "node:assert/strict";
import { join } from "node:path";
import { Browser, DESK, PHONE, shoot, signIn } from "./lib/chromium.mjs";
import { faultsOf, keyboardFaults } from "./lib/checks.mjs";
import { House } from "./lib/house.mjs";
import { program, run } from "./lib/programs.mjs";
import { lastPictures, story } from "./lib/steps.mjs";

const ROLES = ["admin", "bureau", "hr", "clerk", "trainer", "auditor"];

/** /desk/people/17 and /desk/people/18 are one page; so are those that differ only in the query's values. */
function patternOf(href) {
    const { pathname, searchParams } = new URL(href);
    const path = pathname.replace(/\/[0-9A-Za-z_-]{100,}/g, "/TOKEN").replace(/\d{3,}/g, "N").replace(/\/\d+/g, "/N");
    return [path, ...[...searchParams.keys()].sort()].join(" ").replace(/accounts\/[a-z]+\//, "accounts/LOGIN/");
}

/** Follows links from where the page is, one of each pattern below `prefix`; `look` at each. */
async function walk(page, prefix, begin, look) {
    const seen = new Set();
    const waiting = [...begin];
    while (waiting.length > 0) {
        const href = waiting.shift();
        const pattern = patternOf(href);
        if (seen.has(pattern)) continue;
        seen.add(pattern);
        const answer = await page.goto(href);
        await look(pattern, answer);
        const links = await page.locator("a[href]").evaluateAll((list) => list.map((link) => link.href.split("#")[0]));
        waiting.push(...links.filter((link) => link.startsWith(prefix) && !/\.(pdf|png)$|[?&]lang=|\.well-known/.test(link)));
    }
    return seen;
}

await story("the pages", async (step, defer) => {
    const house = await House.open({ demo: true });
    defer(() => house.close());
    await house.startRegistry();
    const routes = JSON.parse((await run(program("liangzheng-serve"), ["--routes"])).stdout).filter(({ method, page }) => method === "GET" && page);
    const unseen = new Map(routes.map(({ path }) => [path, new RegExp(`^${path.replace(/\{[^}]+\}/g, "[^/]+")}$`)]));
    const browser = await Browser.open();
    defer(() => browser.close());
    defer(lastPictures(browser, "pages"));
    const pictured = new Set();

    const visited = (href) => {
        for (const [path, matches] of unseen) if (matches.test(new URL(href).pathname)) unseen.delete(path);
    };
    /** Looks at the page at both widths; pictures of what has not been pictured yet. */
    const looker = (page, who, faults) => async (pattern, answer, expected = 200) => {
        const wanted = Array.isArray(expected) ? expected : [expected];
        if (answer && !wanted.includes(answer.status())) faults.push(`${page.url()}: answered ${answer.status()}`);
        visited(page.url());
        for (const viewport of [DESK, PHONE]) {
            await page.setViewportSize(viewport);
            const picture = `page-${who === "english" ? "english" : ""}${pattern.replace(/[/ ]+/g, "-")}-${viewport.width}`;
            const isNew = !pictured.has(picture);
            faults.push(...(await faultsOf(page, { accessibility: isNew || viewport === PHONE })));
            if (!isNew) continue;
            pictured.add(picture);
            await shoot(page, picture);
        }
        await page.setViewportSize(DESK);
        faults.push(...browser.complaints.splice(0));
    };

    const certificates = await house.certificates();
    const inState = (state) => certificates.find((one) => one.state === state && one.kind === "enforcement");
    const valid = inState("valid");
    const token = (await house.must("badge", "url", valid.number)).stdout.trim();

    await step("the public's pages, in Chinese", async () => {
        const page = await browser.page();
        const faults = [];
        const look = looker(page, "public", faults);
        await walk(page, `${house.url}/`, [`${house.url}/`, token, `${house.url}/certificates/${valid.number}`, `${house.url}/keys`], look);
        await page.goto(token.replace("/V/", "/v/"));
        visited(page.url());
        for (const state of new Set(certificates.map((one) => one.state)))
            if (inState(state)) await look(`/verify-${state}`, await page.goto(`${house.url}/verify?number=${inState(state).number}`));
        await look("/verify-unknown", await page.goto(`${house.url}/verify?number=27000000000`));
        assert.deepEqual(faults, []);
    });

    await step("what is wrong is said on a page that helps", async () => {
        const page = await browser.page();
        const faults = [];
        const look = looker(page, "error", faults);
        // The browser itself writes a refused status into the console: that is no complaint about the page.
        const quiet = () => browser.complaints.splice(0, Infinity, ...browser.complaints.filter((text) => !/Failed to load resource/.test(text)));
        const lookAt = async (pattern, answer, status) => (quiet(), look(pattern, answer, status));
        await lookAt("/nothing", await page.goto(`${house.url}/nothing`), 404);
        await lookAt("/verify-empty", await page.goto(`${house.url}/verify?number=`), [400, 422]);
        await page.goto(`${house.url}/sign-in`);
        await page.fill("#login", "bureau");
        await page.fill("#password", "no such word");
        await Promise.all([page.waitForNavigation(), page.click("main button")]);
        await lookAt("/sign-in-wrong", null);
        assert.deepEqual(faults, []);
    });

    await step("the public's pages, in English", async () => {
        const page = await browser.page(DESK, { locale: "en-US" });
        const faults = [];
        await walk(page, `${house.url}/`, [`${house.url}/`, token], looker(page, "english", faults));
        await page.goto(`${house.url}/`);
        assert.equal(await page.getAttribute("html", "lang"), "en");
        assert.deepEqual(faults, []);
    });

    for (const role of ROLES) {
        await step(`the desk as ${role}`, async () => {
            const page = await browser.page();
            const faults = [];
            await signIn(page, house.url, house.logins[role]);
            const begin = [`${house.url}/desk`, `${house.url}/desk/password`];
            await walk(page, `${house.url}/desk`, begin, looker(page, role, faults));
            assert.deepEqual(faults, []);
        });
    }

    await step("the preview of a roster with faults", async () => {
        const page = await browser.page();
        const faults = [];
        await signIn(page, house.url, house.logins.bureau);
        await page.goto(`${house.url}/desk/import`);
        const made = await run("node", [join(process.env.LIANGZHENG_SOURCE, "tests/data/make_roster.mjs"), "12", "3"]);
        const lines = made.stdout.trimEnd().split("\r\n");
        lines[3] = lines[3].replace(/-\d\d-\d\d,/, "-13-45,");
        lines[5] = lines[5].replace(/^([^,]*,)[^,]*/, "$1");
        await page.setInputFiles("#file", { name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\r\n")) });
        await page.click("main form .actions button");
        await page.waitForSelector("form.decision");
        await looker(page, "bureau", faults)("/desk/import/preview", null);
        assert.equal(await page.locator("button[value=all]").count(), 0);
        await page.click("form.decision button[value=cancel]");
        await page.waitForSelector(".banner");
        assert.deepEqual(faults, []);
    });

    await step("no page of the site was left out", () => assert.deepEqual([...unseen.keys()], []));

    await step("by keyboard alone", async () => {
        const page = await browser.page();
        const faults = [];
        for (const path of ["/", "/organs", `/verify?number=${valid.number}`, "/sign-in"]) {
            await page.goto(house.url + path);
            faults.push(...(await keyboardFaults(page)));
        }
        await signIn(page, house.url, house.logins.bureau);
        for (const path of ["/desk", "/desk/people", "/desk/import", "/desk/awaiting", `/desk/certificates/${valid.number}/suspend`]) {
            await page.goto(house.url + path);
            faults.push(...(await keyboardFaults(page)));
        }
        assert.deepEqual(faults, []);
    });

    await step("without JavaScript: look up, sign in, find, suspend, take it back, import", async () => {
        const page = await browser.page(PHONE, { javaScriptEnabled: false });
        await page.goto(house.url);
        await page.fill("#number", valid.number);
        await page.click("main form button");
        assert.equal(await page.getAttribute("[data-verdict]", "data-verdict"), "valid");
        await signIn(page, house.url, house.logins.bureau);
        await page.goto(`${house.url}/desk/people`);
        await page.fill("#text", valid.number);
        await page.click("form[role=search] button");
        await page.click("main table tbody a");
        await page.click(`a[href$="/${valid.number}/suspend"]`);
        await page.check("input[name=reason][value=investigation]");
        await page.click("form.confirm .actions button");
        await page.waitForSelector(".banner--success");
        assert.equal((await house.json("certificate", "show", valid.number)).status, "suspended");
        await page.click(".banner--warning button");
        await page.waitForSelector(".banner--success");
        assert.equal((await house.json("certificate", "show", valid.number)).status, "valid");
        await page.goto(`${house.url}/desk/import`);
        const made = await run("node", [join(process.env.LIANGZHENG_SOURCE, "tests/data/make_roster.mjs"), "3", "9"]);
        await page.setInputFiles("#file", { name: "roster.csv", mimeType: "text/csv", buffer: Buffer.from(made.stdout) });
        await page.click("main form .actions button");
        await page.click("form.decision button[value=all]");
        await page.waitForSelector(".done");
        await page.click(".lang");
        assert.equal(await page.getAttribute("html", "lang"), "en");
    });
});

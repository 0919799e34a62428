// Chromium with a profile of its own that is gone afterwards; every page is watched for what the console complains of.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { skip } from "./programs.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

export class Browser {
    static async open() {
        if (!existsSync(EXECUTABLE)) skip(`no ${EXECUTABLE}`);
        const browser = new Browser();
        browser.chromium = await chromium.launch({ executablePath: EXECUTABLE, chromiumSandbox: false, args: FLAGS });
        browser.complaints = [];
        browser.pages = [];
        return browser;
    }

    /** A page in a session of its own: another person at another screen. */
    async page(viewport = DESK, options = {}) {
        const context = await this.chromium.newContext({ viewport, locale: "zh-CN", timezoneId: "Asia/Shanghai", ...options });
        context.setDefaultTimeout(15000);
        const page = await context.newPage();
        page.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) this.complaints.push(`${page.url()}: ${message.text()}`);
        });
        page.on("pageerror", (error) => this.complaints.push(`${page.url()}: ${error.message}`));
        this.pages.push(page);
        return page;
    }

    close() {
        return this.chromium.close();
    }
}

export async function signIn(page, url, { login, password }) {
    await page.goto(`${url}/sign-in`);
    await page.fill("#login", login);
    await page.fill("#password", password);
    await page.click("main button");
    await page.waitForURL((to) => to.pathname.startsWith("/desk"));
}

const SHOTS = join(process.env.LIANGZHENG_SOURCE ?? ".", "build", "screenshots");

/** Into build/screenshots/, for people to look at. */
export async function shoot(page, name, options = {}) {
    await mkdir(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true, ...options });
}

// Debian's Chromium through playwright-core, started so that it asks nothing of the network but the pages under test.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { atEnd } from './cleanup.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const screenshots = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'screenshots');

export const haveBrowser = existsSync(executablePath);

/** A browser that ends with the test; playwright gives it a new profile. */
export async function startBrowser(t) {
    const browser = await chromium.launch({
        executablePath,
        headless: true,
        args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
        ],
    });
    atEnd(t, () => browser.close());
    return browser;
}

/**
 * A context whose every request, answer, console line and page error goes into `log`. Whatever goes to another host
 * than those in `hosts` is refused and kept in `context.strangers`. `context.recorded()` waits until the log has all that was
 * answered so far; in `context.unread` are the addresses of good answers whose body is not to be had, because the browser
 * threw it away: no script read it, or its page was left.
 */
export async function openContext(browser, log, { hosts = ['localhost', '127.0.0.1'], ...options } = {}) {
    const context = await browser.newContext(options);
    context.strangers = [];
    context.errors = [];
    context.unread = [];
    const recording = new Map();
    context.recorded = async () => {
        // Of some that were left in the middle the browser never says that they are over.
        const late = new Promise((resolve) => setTimeout(resolve, 3_000, 'late').unref());
        if ((await Promise.race([Promise.all(recording.keys()), late])) === 'late') context.unread.push(...recording.values());
    };
    await context.route('**/*', (route) => {
        const { hostname } = new URL(route.request().url());
        if (hosts.includes(hostname)) return route.continue();
        context.strangers.push(route.request().url());
        return route.abort();
    });
    context.on('console', (message) => {
        log.add('console', message.text());
        if (message.type() === 'error') context.errors.push(message.text());
    });
    context.on('weberror', (error) => context.errors.push(String(error.error())));
    const record = async (response) => {
        const lines = [`${response.status()} ${response.url()}`];
        for (const { name, value } of await response.headersArray().catch(() => [])) lines.push(`${name}: ${value}`);
        const body = await response.text().catch(() => undefined);
        if (body === undefined && response.ok()) context.unread.push(response.url());
        log.add('browser', [...lines, '', body].join('\n'));
    };
    context.on('response', (response) => {
        const entry = record(response).finally(() => recording.delete(entry));
        recording.set(entry, response.url());
    });
    context.on('request', (request) => log.add('browser', `${request.method()} ${request.url()}`));
    return context;
}

/** All that a script of the page can read: storage, cookies, the document. */
export async function readableByScript(page) {
    return page.evaluate(() =>
        JSON.stringify({
            cookie: document.cookie,
            local: { ...localStorage },
            session: { ...sessionStorage },
            html: document.documentElement.outerHTML,
            name: window.name,
            url: location.href,
        }),
    );
}

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** Pictures of the page as it is, light and dark, wide and narrow, into build/screenshots. */
export async function takePictures(page, name) {
    mkdirSync(screenshots, { recursive: true });
    for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        for (const [size, viewport] of Object.entries(sizes)) {
            await page.setViewportSize(viewport);
            await page.screenshot({ path: join(screenshots, `${name}-${size}-${colorScheme}.png`), fullPage: true });
        }
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(sizes.desktop);
}

/** Whether anything sticks out to the right at this width. */
export async function overflowsAt(page, width) {
    const before = page.viewportSize();
    await page.setViewportSize({ width, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    await page.setViewportSize(before);
    return wide;
}

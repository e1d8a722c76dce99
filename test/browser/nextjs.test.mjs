// The Next.js application of examples/nextjs behind the real gateway, with its own configuration file, in a real browser.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { haveBrowser, openContext, overflowsAt, readableByScript, startBrowser, takePictures } from '../support/browser.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { mailTo, Program, run, startIdentity, temporaryFolder, writeConfig } from '../support/cloche.mjs';
import { exchange } from '../support/http_client.mjs';
import { LoopbackServer, readBody } from '../support/loopback_server.mjs';
import { eventually, sleep } from '../support/scene.mjs';
import { TrafficLog } from '../support/traffic_log.mjs';

const options = { timeout: 240_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };
const example = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'examples', 'nextjs');
const next = join(example, 'node_modules', 'next', 'dist', 'bin', 'next');
const node = { file: process.execPath, cwd: example, env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } };

// A name that is markup if anybody forgets to escape it.
const zoe = { fullName: 'Zoe <i>Hill</i> & Co', email: 'zoe@example.org', password: 'six quiet herons at dawn' };
const escaped = 'Zoe &lt;i&gt;Hill&lt;/i&gt; &amp; Co';

/** When the newest file of the application was written. Its own products do not count. */
function newest(folder) {
    const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
        if (['.next', 'node_modules', 'next-env.d.ts'].includes(entry.name)) return 0;
        const path = join(folder, entry.name);
        return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    });
    return Math.max(0, ...times);
}

/** A production build takes half a minute, so one that is newer than its sources stays. */
async function build() {
    const made = join(example, '.next', 'BUILD_ID');
    if (existsSync(made) && statSync(made).mtimeMs > newest(example)) return;
    const { code, stdout, stderr } = await run([next, 'build'], { ...node, limit: 180_000 });
    assert.equal(code, 0, `next build failed:\n${stdout}\n${stderr}`);
}

/** The identity API as the others reach it, with somebody at the line who writes down every token that passes. */
async function tap(t, identity) {
    const tokens = { access: new Set(), refresh: new Set() };
    const line = new LoopbackServer(async (request, response) => {
        const { host, connection, ...headers } = request.headers;
        const body = await readBody(request);
        const answer = await exchange(identity.url + request.url, { method: request.method, headers, body });
        const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
        const issued = /"accessToken":"([^"]+)"/.exec(answer.text)?.[1];
        for (const token of [bearer, issued]) if (token) tokens.access.add(token);
        for (const cookie of answer.setCookies) {
            const value = /^refreshToken=([^;]+)/.exec(cookie)?.[1];
            if (value) tokens.refresh.add(value);
        }
        const passed = answer.rawHeaders.slice();
        for (let i = passed.length - 2; i >= 0; i -= 2) {
            if (/^(connection|keep-alive|transfer-encoding|content-length)$/i.test(passed[i])) passed.splice(i, 2);
        }
        response.writeHead(answer.status, passed).end(answer.body);
    });
    await line.open();
    atEnd(t, () => line.close());
    return { url: line.url, tokens, all: () => [...tokens.access, ...tokens.refresh] };
}

async function startNext(t, api, log) {
    const server = new Program([next, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
        ...node,
        env: { ...node.env, API_URL: api.url },
        log,
    });
    // It has nothing to put in order, and says so with the signal's status.
    atEnd(t, async () => {
        server.signal('SIGTERM');
        const late = setTimeout(() => server.signal('SIGKILL'), 5_000);
        await server.ended;
        clearTimeout(late);
    });
    const url = await eventually('the Next.js server', () => {
        assert.equal(server.exit, undefined, `next start ended:\n${server.stdout}\n${server.stderr}`);
        return /Ready in/.test(server.stdout) && /(http:\/\/(?:localhost|127\.0\.0\.1):\d+)/.exec(server.stdout)?.[1];
    });
    return url.replace('localhost', '127.0.0.1');
}

/** The example's own configuration with free ports in place of the usual ones. */
async function startGateway(t, api, app, log) {
    const folder = temporaryFolder(t);
    let text = readFileSync(join(example, 'cloche.yaml'), 'utf8');
    for (const [usual, here] of [
        ['listen: 127.0.0.1:3000', 'listen: 127.0.0.1:0'],
        ['upstream: http://127.0.0.1:8000', `upstream: ${api.url}`],
        ['upstream: http://127.0.0.1:3100', `upstream: ${app}`],
    ]) {
        assert.ok(text.includes(usual), `the example's cloche.yaml has no ${usual}`);
        text = text.replace(usual, here);
    }
    text += `operations: 127.0.0.1:0\ndata: ${join(folder, 'data')}\nlog: { level: debug, format: json }\n`;
    const gateway = new Program(['serve', '--config', writeConfig(folder, 'cloche.yaml', text)], { log });
    atEnd(t, () => gateway.stop());
    return `http://localhost:${await gateway.listening('public')}`;
}

/**
 * Requests to other hosts are noted and no longer stopped: while Playwright holds requests up, React at times begins before
 * the page is whole and says so (its error 418), with this gateway in between and without.
 */
async function watchStrangers(context) {
    await context.unroute('**/*');
    context.on('request', (request) => {
        const { hostname, protocol } = new URL(request.url());
        if (protocol !== 'data:' && !['localhost', '127.0.0.1'].includes(hostname)) context.strangers.push(request.url());
    });
}

/** Everything, in the order in which each needs the other's address; a browser; somebody with an account. */
async function stage(t, contextOptions) {
    await build();
    const log = new TrafficLog();
    const identity = await startIdentity(t, { access_token: { lifetime: '3s' } }, { log });
    const api = await tap(t, identity);
    const origin = await startGateway(t, api, await startNext(t, api, log), log);
    await identity.restart('stop', { public_url: origin });
    const context = await openContext(await startBrowser(t), log, contextOptions);
    await watchStrangers(context);
    const page = await context.newPage();
    await signUp(page, origin, identity);
    return { log, api, origin, context, page };
}

async function signUp(page, origin, identity) {
    await page.goto(`${origin}/auth/register`);
    await page.getByLabel('Full name').fill(zoe.fullName);
    await page.getByLabel('E-mail').fill(zoe.email);
    await page.getByLabel('Password').fill(zoe.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
    await page.goto((await mailTo(identity, zoe.email)).link);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Address confirmed' }).waitFor();
}

const greeting = (page) => page.getByRole('heading', { name: `Hello, ${zoe.fullName}` });

/** From the home page, which leads to the form, and back to it. */
async function signIn(page, origin) {
    await page.goto(origin);
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await page.getByLabel('E-mail').fill(zoe.email);
    await page.getByLabel('Password').fill(zoe.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await greeting(page).waitFor();
    assert.equal(page.url(), `${origin}/`);
}

/** Reloads until four tokens have followed the first one. The name is in what the server sent, every time. */
async function stayThroughFourTokens(page, api) {
    const begun = api.tokens.access.size;
    await eventually(
        'four refreshes',
        async () => {
            const answer = await page.reload();
            assert.equal(answer.status(), 200);
            assert.ok((await answer.text()).includes(`<h1>Hello, ${escaped}</h1>`), 'the name was not rendered on the server');
            assert.match((await answer.allHeaders())['cache-control'], /no-store/); // CA-1
            await sleep(100);
            return api.tokens.access.size >= begun + 4;
        },
        60_000,
    );
}

async function signOut(page) {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    assert.equal(new URL(page.url()).pathname, '/sign-in');
}

/** The back button shows nothing of somebody who has left (F17). */
async function goBackTwice(page) {
    for (let back = 0; back < 2; ++back) {
        await page.goBack();
        await page.waitForLoadState();
        await page.waitForFunction((email) => !document.body.innerText.includes(email), zoe.email, { timeout: 5_000 });
    }
}

function assertClean({ context, log, api }, expected = /^$/) {
    assert.deepEqual(context.strangers, [], 'a page asked another host');
    assert.deepEqual(context.errors.filter((text) => !expected.test(text)), []);
    assert.ok(api.tokens.refresh.size >= 5, 'the tap saw too little');
    // Bodies, headers, storage, the logs of all three programs (BF-1, LG-1).
    log.assertNoTokens([...api.all(), zoe.password]);
}

test('signs in by a form, renders on the server, stays through four tokens, signs out in all tabs', options, async (t) => {
    const all = await stage(t);
    const { log, api, origin, context, page } = all;
    await signIn(page, origin);
    await page.getByText('The API answered 200.').waitFor();
    const answer = page.getByRole('region', { name: "The API's answer" });
    assert.equal(JSON.parse(await answer.textContent()).data.fullName, zoe.fullName);
    for (const width of [320, 390, 1280]) assert.equal(await overflowsAt(page, width), false, `home at ${width} px`);
    await takePictures(page, 'nextjs-home');
    const cookies = await context.cookies();
    assert.deepEqual(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite })), [
        { name: 'cloche_session', httpOnly: true, sameSite: 'Strict' },
    ]);

    await stayThroughFourTokens(page, api);
    await page.getByText('The API answered 200.').waitFor();
    await page.getByRole('button', { name: 'Ask again' }).click();
    const other = await context.newPage();
    await other.goto(origin);
    await other.getByText('The API answered 200.').waitFor();
    for (const tab of [page, other]) {
        log.add('script', await readableByScript(tab));
        assert.equal(await tab.evaluate(() => document.cookie + localStorage.length + sessionStorage.length), '00');
    }

    // A form tells no tab; the other one learns it when its token is due, and leaves.
    await signOut(page);
    await takePictures(page, 'nextjs-sign-in');
    await other.waitForURL('**/sign-in*', { timeout: 20_000 });
    assert.deepEqual(await context.cookies(), []);
    await goBackTwice(page);
    assertClean(all, /\b401\b/); // what the other tab was told
});

test('does the same with scripting off', options, async (t) => {
    const all = await stage(t, { javaScriptEnabled: false });
    const { log, api, origin, context, page } = all;
    await signIn(page, origin);
    assert.match(await page.locator('noscript p').innerText(), /^Scripting is off here\./);
    assert.equal(await page.getByRole('button', { name: 'Ask again' }).count(), 0);
    await stayThroughFourTokens(page, api);
    log.add('page', await page.content());
    await signOut(page);
    assert.deepEqual(await context.cookies(), []);
    await goBackTwice(page);
    assertClean(all);
});

test('a wrong password is said, and leads on to nowhere else', options, async (t) => {
    const { origin, context, page } = await stage(t);
    await page.goto(`${origin}/sign-in?next=${encodeURIComponent('//example.org/')}`);
    await page.getByLabel('E-mail').fill(zoe.email);
    await page.getByLabel('Password').fill('not a good password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').first().waitFor();
    assert.equal(await page.getByLabel('E-mail').inputValue(), zoe.email);
    await page.getByLabel('Password').fill(zoe.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await greeting(page).waitFor();
    assert.equal(page.url(), `${origin}/`); // RD-1
    assert.deepEqual(context.strangers, []);
});

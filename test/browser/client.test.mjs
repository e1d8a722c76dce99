// The browser client in a real browser, in a page of somebody's own: tabs that stay signed in over several lives of a
// token, and learn of a sign-out; an API that is away for a while. The API takes no refresh token twice.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { haveBrowser, openContext, readableByScript, startBrowser } from '../support/browser.mjs';
import { temporaryFolder } from '../support/cloche.mjs';
import { password, person } from '../support/mock_api.mjs';
import { eventually, scene, tally } from '../support/scene.mjs';

const options = { timeout: 120_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };

const page = `<!doctype html>
<html lang="en">
<title>Orders</title>
<p id="who"></p>
<script type="module">
    import { createClient } from '/api/auth/client.js';
    const auth = createClient();
    window.auth = auth;
    window.seen = [];
    auth.onChange(({ status, reason, user }) => {
        seen.push({ what: status + ' ' + reason, at: Date.now() });
        document.querySelector('#who').textContent = user ? 'Hello, ' + user.fullName : status;
    });
</script>
</html>
`;

/** A site of one page, and a browser that has not been there yet. `context.calls` are its requests, in order. */
async function siteScene(t, accessLife) {
    const site = temporaryFolder(t);
    writeFileSync(join(site, 'index.html'), page);
    const all = await scene(t, { api: { accessLife }, config: { frontend: { static: site } } });
    const context = await openContext(await startBrowser(t), all.log);
    context.calls = [];
    context.on('request', (request) => context.calls.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const open = async (status) => {
        const tab = await context.newPage();
        await tab.goto(all.gateway.origin);
        await shows(tab, status);
        return tab;
    };
    const refreshCalls = () => context.calls.filter((call) => call === 'POST /api/auth/refresh').length;
    return { ...all, context, open, refreshCalls };
}

const shows = (tab, text) => tab.locator('#who').getByText(text, { exact: true }).waitFor();
const seen = async (tab) => (await tab.evaluate(() => window.seen)).map(({ what }) => what);
const signIn = (tab) => tab.evaluate((fields) => window.auth.login(fields), { email: person.email, password });

/** Five requests at a time until `done()`; how they ended, counted. */
async function callOn(tab, done) {
    const statuses = [];
    const five = async () => {
        const call = async () => (await window.auth.fetch('/api/proxy/guarded', { method: 'POST', body: 'x' })).status;
        return Promise.all([call(), call(), call(), call(), call()]);
    };
    while (!done()) statuses.push(...(await tab.evaluate(five)));
    return tally(statuses);
}

/** Nothing that a script or the log could have read holds a token, and no page asked elsewhere or complained. */
async function assertClean({ api, log, context }, errors = /$^/) {
    for (const tab of context.pages()) {
        const readable = await readableByScript(tab);
        const { cookie, local, session } = JSON.parse(readable);
        assert.deepEqual({ cookie, local, session }, { cookie: '', local: {}, session: {} });
        log.add('script', readable);
        log.add('script', await tab.evaluate(() => JSON.stringify(window.auth.state)));
    }
    log.assertNoTokens(api.tokens);
    for (const shape of [/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}/, /"accessToken"\s*:\s*"/]) {
        assert.deepEqual(log.find('').filter(({ text }) => shape.test(text)), []);
    }
    assert.deepEqual(context.strangers, [], 'a page asked another host');
    assert.deepEqual(context.errors.filter((text) => !errors.test(text)), []);
}

test('two tabs, several token lives, a sign-out', options, async (t) => {
    const all = await siteScene(t, 6);
    const { api, context, open, refreshCalls } = all;
    const first = await open('signed_out');
    const second = await open('signed_out');

    await signIn(first);
    await shows(first, 'Hello, Zoe Hill');
    await shows(second, 'Hello, Zoe Hill');
    assert.deepEqual((await context.cookies()).map(({ name, httpOnly }) => ({ name, httpOnly })), [{ name: 'cloche_session', httpOnly: true }]);

    // Both tabs call the API, so that requests meet at each moment of expiry.
    const busy = () => api.counts.refresh >= 2;
    for (const statuses of await Promise.all([callOn(first, busy), callOn(second, busy)])) {
        assert.deepEqual(Object.keys(statuses), ['200'], JSON.stringify(statuses));
        assert.ok(statuses[200] >= 20, `${statuses[200]} calls`);
    }

    // Nobody calls it: the client alone refreshes, and one tab for both.
    const before = { asked: refreshCalls(), proxied: api.requestsTo('other').length };
    await eventually('the client refreshes', () => api.counts.refresh >= 3, 20_000);
    assert.equal(api.requestsTo('other').length, before.proxied);
    assert.ok(refreshCalls() > before.asked, 'it was not the client');

    // A token is replaced when seven tenths to four fifths of its life are over (its session's place
    // in the spread), and never before: one refresh a life.
    const refreshes = api.requestsTo('refresh').map(({ at }) => at);
    const lives = refreshes.map((at, i) => at - (refreshes[i - 1] ?? api.last('login').at));
    assert.ok(lives.every((life) => life > 4_100), `${lives}`);
    assert.deepEqual([api.counts.refresh, api.counts.doubleSpend, api.counts.refusedRefresh], [3, 0, 0]);
    assert.ok(refreshCalls() <= 2 * lives.length, `${refreshCalls()} calls of refresh`);
    assert.deepEqual(await seen(first), ['signed_out loaded', 'signed_in signed_in']);
    assert.deepEqual(await seen(second), ['signed_out loaded', 'signed_in signed_in']);
    await assertClean(all);

    await first.evaluate(() => window.auth.logout());
    await shows(second, 'signed_out');
    const [told, heard] = await Promise.all([first, second].map((tab) => tab.evaluate(() => window.seen.at(-1))));
    assert.equal(told.what, 'signed_out signed_out');
    assert.equal(heard.what, 'signed_out signed_out');
    assert.ok(heard.at - told.at < 1_000, `${heard.at - told.at} ms later`);
    assert.deepEqual(await context.cookies(), []);
    await second.reload();
    await shows(second, 'signed_out');
    await assertClean(all);
});

test('an API that is away signs nobody out, and the page is told of both ends', options, async (t) => {
    const all = await siteScene(t, 2);
    const { api, open } = all;
    const tab = await open('signed_out');
    await signIn(tab);
    await shows(tab, 'Hello, Zoe Hill');

    await api.stop();
    await tab.waitForFunction(() => window.auth.state.error, undefined, { timeout: 20_000 });
    assert.equal(await tab.evaluate(() => window.auth.state.error.code), 'refresh_unavailable');
    await shows(tab, 'Hello, Zoe Hill');
    await tab.reload();
    await shows(tab, 'Hello, Zoe Hill');
    assert.equal(await tab.evaluate(() => window.auth.refresh().catch(({ code }) => code)), 'refresh_unavailable');

    await api.start();
    await tab.waitForFunction(() => !window.auth.state.error, undefined, { timeout: 20_000 });
    assert.deepEqual(await seen(tab), ['signed_in loaded', 'signed_in unavailable', 'signed_in recovered']);
    assert.equal(await tab.evaluate(async () => (await window.auth.fetch('/api/proxy/guarded')).status), 200);
    assert.equal(api.counts.doubleSpend, 0);
    // The browser says so itself when an answer is a 503.
    await assertClean(all, /503/);
});

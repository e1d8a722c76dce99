// The whole story of a session in the example application, in a real browser: an account and its mail, both ways in, ten
// lives of an access token in two tabs that never stop asking, and the way out.
import assert from 'node:assert/strict';
import test from 'node:test';

import { haveBrowser, readableByScript } from '../support/browser.mjs';
import { assertClean, atSignIn, bar, byForm, byScript, signIn, signUp, stage, zoe } from '../support/demo.mjs';
import { exchange } from '../support/http_client.mjs';
import { eventually, sleep, tally } from '../support/scene.mjs';

const options = { timeout: 180_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };
const lives = 10;
const life = 2_000;

/** When the identity API was asked for new tokens, by its own log, and how each of that ended. */
function refreshesOf({ program }) {
    const asked = program.events.filter(({ event, path }) => event === 'request' && path === '/auth/refresh-token');
    return asked.map(({ time, status }) => ({ at: Date.parse(time), status }));
}

/** Six requests at once, again and again until `done()`; how they ended. By plain fetch, which tries nothing twice. */
async function askOn(tab, done) {
    const ends = [];
    const six = async () => {
        const ask = async () => {
            const answer = await fetch('/api/proxy/auth/me');
            return `${answer.status} ${(await answer.json()).data?.email}`;
        };
        return Promise.all(Array.from({ length: 6 }, () => ask().catch(String)));
    };
    while (!done()) {
        ends.push(...(await tab.evaluate(six)));
        await sleep(40);
    }
    return ends;
}

/** What looks like a token in all that was seen: a JWT, or 256 bits at random. None of it is the session's cookie. */
function tokensIn(text) {
    const harmless = /cloche_session=[\w-]+|\/auth\/verify\?token(=|%3D)[\w-]+|name="token" value="[\w-]+"/g;
    return text.replace(harmless, '').match(/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}|(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [];
}

/** The shapes are right: they find what this API issues to whoever signs in there without a gateway. */
async function assertShapes({ identityUrl, account: { email, password } }) {
    const { json, setCookies } = await exchange(`${identityUrl}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
    });
    assert.deepEqual(tokensIn(JSON.stringify(json)), [json.data.accessToken]);
    assert.equal(tokensIn(setCookies.join('\n')).length, 1, `${setCookies}`);
}

async function assertPrivateNowhere(tab) {
    await tab.waitForLoadState();
    await tab.waitForFunction((email) => !document.body.innerText.includes(email), zoe.email, { timeout: 5_000 });
}

test('from registering to signing out, both ways in, ten token lives in two tabs', options, async (t) => {
    const { log, demo, context, page } = await stage(t, { lifetime: `${life / 1000}s` });
    await assertShapes(demo);
    await page.goto(demo.origin);
    await atSignIn(page);
    await signUp(page, demo);

    await signIn(page, demo, zoe, byScript);
    const home = page.getByRole('main');
    await home.getByText(zoe.email).waitFor();
    await home.getByText('Member since').waitFor();
    await bar(page).getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in?notice=signed-out');
    await page.getByText('You are signed out.').waitFor();

    await signIn(page, demo, zoe, byForm);
    const cookies = await context.cookies();
    assert.deepEqual(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite })), [
        { name: 'cloche_session', httpOnly: true, sameSite: 'Strict' },
    ]);

    // The client component, in a tab of its own.
    const other = await context.newPage();
    await other.goto(`${demo.origin}/client`);
    await other.getByText('Signed in', { exact: true }).waitFor();
    await other.getByText('The API answered 200.').waitFor();
    assert.match(await other.locator('#answer').textContent(), /"email": "zoe@example\.org"/);
    assert.match(await other.getByRole('timer').textContent(), /^(in \d+ seconds?|any moment now)$/);

    // Two tabs that both ask all the time, so that requests of both meet at every moment of renewal.
    const before = refreshesOf(demo).length;
    const done = () => refreshesOf(demo).length >= before + lives;
    for (const ends of await Promise.all([page, other].map((tab) => askOn(tab, done)))) {
        assert.deepEqual(Object.keys(tally(ends)), [`200 ${zoe.email}`], JSON.stringify(tally(ends)));
        assert.ok(ends.length > 10 * lives, `${ends.length} requests`);
    }
    // One refresh a life: it ends with the first request after four fifths of the token's time, counted from when the
    // refresh before it was sent; the log has when each was answered. More of them would show as short gaps, and fewer as
    // requests that failed.
    const refreshes = refreshesOf(demo).slice(before);
    assert.ok(refreshes.every(({ status }) => status === 200), JSON.stringify(refreshes));
    assert.ok(refreshes.length <= lives + 1, `${refreshes.length} refreshes`);
    const gaps = refreshes.slice(1).map(({ at }, i) => at - refreshes[i].at);
    assert.ok(gaps.every((gap) => gap > 0.4 * life), `${gaps} ms between refreshes`);
    assert.deepEqual(await other.locator('#changes code').allTextContents(), ['signed_in (loaded)']);
    await page.getByRole('heading', { name: 'Hello, Zoe Hill' }).waitFor();
    assert.equal(await page.locator('#news').textContent(), '');

    const third = await context.newPage();
    await third.goto(`${demo.origin}/flow`);
    await third.getByText('It went all the way and came back.').waitFor();
    assert.match(await third.locator('#cookies').textContent(), /none at all/);
    for (const tab of [page, other, third]) {
        const readable = await readableByScript(tab);
        const { cookie, local, session } = JSON.parse(readable);
        assert.deepEqual({ cookie, local, session }, { cookie: '', local: {}, session: {} });
        log.add('script', readable);
    }

    // Signed out in one tab, seen in the others without being asked.
    await other.getByRole('button', { name: 'Sign out in all tabs' }).click();
    await other.getByText('Signed out', { exact: true }).waitFor();
    const told = { timeout: 5_000 };
    await page.waitForFunction((email) => !document.body.innerText.includes(email), zoe.email, told);
    await third.getByText('Nobody is signed in.').waitFor(told);
    await atSignIn(page);
    assert.equal(await other.getByText(zoe.email).isVisible(), false);
    assert.deepEqual(await context.cookies(), []);

    // Nor does going back show anything, in any of them.
    for (let back = 0; back < 3; ++back) {
        await page.goBack();
        await assertPrivateNowhere(page);
    }
    await other.goto(`${demo.origin}/flow`);
    await other.goBack();
    await other.getByText('Signed out', { exact: true }).waitFor();
    await assertPrivateNowhere(other);

    assertClean(context);
    await context.recorded();
    // The bodies are in the log, but for a few of pages that were left while they came.
    assert.deepEqual(context.unread.filter((url) => url.includes('/api/proxy/')), []);
    assert.ok(context.unread.length < 10, `${context.unread}`);
    const seen = log.find('').flatMap(({ source, text }) => tokensIn(text).map((token) => `${source}: ${token}: ${text.slice(0, 300)}`));
    assert.deepEqual(seen, []);
    log.assertNoTokens([zoe.password]);
});

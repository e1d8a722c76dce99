// What a person at a browser could see of the 39 defects that the example was measured to have, as
// front_end_defects.test.mjs says: here those of pages and forms, and of what other sites may do with them.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';

import { haveBrowser, startBrowser } from '../support/browser.mjs';
import {
    assertClean, assertSignedOut, atSignIn, bar, byForm, byScript, greets, mockStage, signIn, submit,
} from '../support/demo.mjs';
import { eventually, sleep } from '../support/scene.mjs';

const options = { timeout: 60_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };
const browser = haveBrowser && (await startBrowser({ after }));
const stage = (t, how) => mockStage(t, browser, how);
const elsewhere = 'http://127.0.0.1:9/';

/** A page of another site: 127.0.0.1 is none of localhost's. */
async function otherSite(context, body) {
    const page = await context.newPage();
    await page.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(elsewhere);
    return page;
}

test('defect 15: a link of another site rotates nothing and shows no token', options, async (t) => {
    const { api, log, demo, context, page: home } = await stage(t, { api: { accessLife: 1 } });
    await signIn(home, demo, demo.account);
    // Or its own client would refresh, sooner or later.
    await home.close();
    // With a token that a request would renew.
    await sleep(1_100);
    const before = api.requests.length;
    const paths = ['/api/auth/refresh', '/api/proxy/auth/refresh-token', '/api/auth/logout', '/sign-out'];
    const links = paths.map((path) => `<a href="${demo.origin}${path}">${path}</a>`);
    const page = await otherSite(context, links.join(''));
    for (const path of paths) {
        await page.goto(elsewhere);
        const [answer] = await Promise.all([
            page.waitForResponse(demo.origin + path),
            page.getByRole('link', { name: path }).click(),
        ]);
        assert.ok(answer.status() >= 400, `${path}: ${answer.status()}`);
    }
    assert.equal(api.requests.length, before);
    await context.recorded();
    log.assertNoTokens(api.tokens);
    await page.goto(demo.origin);
    await greets(page, demo.account);
});

test('defect 16: a form of another site signs nobody in, and nobody out', options, async (t) => {
    const { api, demo, context, page } = await stage(t);
    const evil = { email: 'evil@example.org', password: 'chosen by the attacker', fullName: 'Evil Twin' };
    api.people.set(evil.email, { ...evil, id: 8, role: 'user' });
    const { email, password } = evil;
    const fields = `<input name="email" value="${email}"><input name="password" value="${password}">`;
    // What the example fell for: a name and a value that make JSON around the equals sign.
    const json = JSON.stringify({ email, password, and: '=' }).split('=').map((half) => half.replaceAll('"', '&quot;'));
    const forms = {
        '/api/auth/login': `enctype="text/plain"><input name="${json[0]}" value="${json[1]}">`,
        '/sign-in': `>${fields}`,
        '/auth/login': `>${fields}`,
    };
    const post = async (path, rest) => {
        const form = `<form method="post" action="${demo.origin}${path}" ${rest}<button>win</button></form>`;
        const attacker = await otherSite(context, form);
        const [answer] = await Promise.all([
            attacker.waitForResponse((response) => response.url() === demo.origin + path),
            attacker.getByRole('button', { name: 'win' }).click(),
        ]);
        assert.ok([403, 415].includes(answer.status()), `${path}: ${answer.status()}`);
        await attacker.close();
    };
    for (const [path, rest] of Object.entries(forms)) await post(path, rest);
    assert.equal(api.counts.login, 0);
    await assertSignedOut(context, page, demo);
    // The same forms on a page of this site do sign in, so it is for their origin that they were refused.
    await signIn(page, demo, evil);
    for (const path of ['/sign-out', '/auth/logout', '/api/auth/logout']) await post(path, '>');
    await page.reload();
    await greets(page, evil);
});

test('defect 18: whoever is not signed in is led to the sign-in page, and back again', options, async (t) => {
    const { demo, context, page } = await stage(t);
    const answer = await page.goto(`${demo.origin}/?month=May&year=2`);
    assert.equal(answer.status(), 200);
    await atSignIn(page);
    assert.match(decodeURIComponent(page.url()), /month=May&year=2/);
    const form = page.locator('form').filter({ has: page.getByRole('button', { name: /^Sign in( by form)?$/ }) });
    await form.getByLabel('E-mail').fill(demo.account.email);
    await form.getByLabel('Password').fill(demo.account.password);
    await form.getByRole('button', { name: /^Sign in/ }).click();
    await greets(page, demo.account);
    assert.equal(page.url(), `${demo.origin}/?month=May&year=2`);
    assertClean(context);
});

const planted = {
    'somebody else': '{"fullName":"Fake Admin","role":"admin"}',
    'the word undefined': 'undefined',
    'half of somebody': '{"fullName":"Fa',
};
for (const [what, value] of Object.entries(planted)) {
    test(`defect 19: ${what} in the browser's storage is not believed and breaks nothing`, options, async (t) => {
        const { demo, context, page } = await stage(t);
        await context.addInitScript((text) => {
            for (const storage of [localStorage, sessionStorage]) {
                for (const name of ['user', 'session', 'cloche', 'cloche:/api/auth']) storage.setItem(name, text);
            }
        }, value);
        await page.goto(`${demo.origin}/client`);
        await page.getByText('Signed out', { exact: true }).waitFor();
        assert.doesNotMatch(await page.innerText('body'), /Fake Admin/);
        await page.goto(demo.origin);
        await atSignIn(page);
        await signIn(page, demo, demo.account, byScript);
        for (const path of ['/client', '/flow', '/']) {
            await page.goto(demo.origin + path);
            await bar(page).getByText('Zoe Hill').waitFor();
            assert.doesNotMatch(await page.innerText('body'), /Fake Admin/);
        }
        assertClean(context);
    });
}

test('defect 34: registering works from a page, and says what is wrong in words', options, async (t) => {
    const { api, demo, page } = await stage(t);
    await page.goto(`${demo.origin}/register`);
    const send = async (name) => {
        await page.getByLabel('Full name').fill(name);
        await page.getByLabel('E-mail').fill('ann@example.org');
        await page.getByLabel('Password').fill('six quiet herons');
        await page.getByRole('button', { name: 'Create account' }).click();
    };
    await send('An');
    await page.getByText('fullName must be at least 3 characters').waitFor();
    await send('Ann Lee');
    await page.waitForURL('**/inbox*');
    assert.deepEqual(api.registered.map(({ email }) => email), ['ann@example.org']);
});

const forms = ['/sign-in', '/register', '/auth/login', '/auth/register'];

test('defect 36: passwords are not shown in clear', options, async (t) => {
    const { demo, page } = await stage(t);
    for (const path of forms) {
        await page.goto(demo.origin + path);
        const types = await page.getByLabel('Password').evaluateAll((inputs) => inputs.map(({ type }) => type));
        assert.ok(types.length > 0 && types.every((type) => type === 'password'), `${path}: ${types}`);
    }
});

test('defect 36: forms can be seen and used on a narrow screen', options, async (t) => {
    const { demo, page } = await stage(t);
    for (const width of [320, 390, 767]) {
        await page.setViewportSize({ width, height: 700 });
        for (const path of forms) {
            await page.goto(demo.origin + path);
            for (const field of [page.getByLabel('E-mail'), page.getByLabel('Password'), page.locator('main button')]) {
                const box = await field.last().boundingBox();
                assert.ok(box && box.x >= 0 && box.x + box.width <= width, `${path} at ${width} px: ${JSON.stringify(box)}`);
            }
        }
        await signIn(page, demo, demo.account);
        await bar(page).getByRole('button', { name: 'Sign out' }).click();
        await page.getByText('You are signed out.').waitFor();
    }
});

test('defect 36: of all keys only those that press a button sign out', options, async (t) => {
    const { api, demo, context, page } = await stage(t);
    await signIn(page, demo, demo.account);
    for (const path of ['/', '/client', '/auth/account']) {
        await page.goto(demo.origin + path);
        const buttons = page.getByRole('button', { name: /^Sign out/ });
        await buttons.last().waitFor();
        for (let i = 0; i < (await buttons.count()); ++i) {
            for (const key of ['Shift', 'Control', 'Alt', 'Escape', 'ArrowDown', 'a', 'Delete', 'Tab', 'Shift+Tab']) {
                await buttons.nth(i).focus();
                await page.keyboard.press(key);
            }
        }
        assert.equal(page.url(), demo.origin + path);
    }
    assert.deepEqual([api.counts.logout, (await context.cookies()).length], [0, 1]);
    await page.goto(demo.origin);
    await bar(page).getByRole('button', { name: 'Sign out' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('You are signed out.').waitFor();
});

test('defect 36: no page speaks of [object …], undefined or null, and every button does something', options, async (t) => {
    const { log, demo, context, page } = await stage(t);
    await signIn(page, demo, demo.account);
    const texts = [];
    for (const path of ['/', '/client', '/flow', '/inbox', '/auth/account']) {
        await page.goto(demo.origin + path, { waitUntil: 'networkidle' });
        texts.push(await page.innerText('body'));
        for (const button of await page.getByRole('button').filter({ hasNotText: 'Sign out', visible: true }).all()) {
            const before = log.size;
            await button.click();
            await eventually(`${path}: something happens`, () => log.size > before, 5_000);
            await eventually(`${path}: and is over`, () => button.isEnabled());
            texts.push(await page.innerText('body'));
        }
    }
    await page.goto(demo.origin);
    await bar(page).getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    texts.push(await page.innerText('body'));
    await submit(page, { email: demo.account.email, password: 'wrong' }, byScript);
    await page.getByText('Wrong e-mail or password').waitFor();
    texts.push(await page.innerText('body'));
    for (const text of texts) assert.doesNotMatch(text, /\[object|\bundefined\b|\bnull\b|\bNaN\b/);
    assertClean(context, /401/);
});

for (const name of ['localhost', '127.0.0.1']) {
    test(`defect 37: everything works at ${name}`, options, async (t) => {
        const { demo, gateway, context, page } = await stage(t);
        const here = { ...demo, origin: `http://${name}:${gateway.port}` };
        for (const way of [byForm, byScript]) {
            await signIn(page, here, demo.account, way);
            await page.goto(`${here.origin}/client`);
            await page.getByText('The API answered 200.').waitFor();
            await page.getByRole('button', { name: 'Sign out in all tabs' }).click();
            await page.getByText('Signed out', { exact: true }).waitFor();
            assert.deepEqual(await context.cookies(), []);
        }
        assertClean(context);
    });
}

test('defect 38: no page asks anything of another host', options, async (t) => {
    const { log, demo, context, page } = await stage(t);
    const visit = async (paths) => {
        for (const path of paths) {
            await page.goto(demo.origin + path);
            const asked = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
            assert.deepEqual(asked.filter((url) => new URL(url).origin !== demo.origin), [], path);
        }
    };
    await visit([...forms, '/', '/client', '/flow', '/inbox', '/auth/verify?token=a&email=b@example.org', '/no/such/page']);
    await signIn(page, demo, demo.account);
    await visit(['/', '/client', '/flow', '/inbox', '/auth/account']);
    assert.ok(log.size > 50);
    assertClean(context, /404/);
});


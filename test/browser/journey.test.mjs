// A person, a real browser, the gateway and the identity API: from the first visit to the sign-out, with scripting and
// without. At the end nothing that a script could have read, and nothing in the log, holds a token.
import assert from 'node:assert/strict';
import test from 'node:test';

import { haveBrowser, openContext, overflowsAt, readableByScript, startBrowser, takePictures } from '../support/browser.mjs';
import { mailTo, startGateway, startIdentity } from '../support/cloche.mjs';
import { exchange } from '../support/http_client.mjs';
import { scene, sleep } from '../support/scene.mjs';
import { TrafficLog } from '../support/traffic_log.mjs';

const options = { timeout: 180_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };
const zoe = { fullName: 'Zoe Hill', email: 'zoe@example.org', password: 'six quiet herons at dawn' };

/** Gateway and identity API; the gateway first, so that mailed links can name its port. */
async function household(t, { lifetime = '5m', log }) {
    const identity = await startIdentity(t, { access_token: { lifetime } }, { log });
    const gateway = await startGateway(t, identity, {}, { log });
    // The mailed links shall point at the gateway, whose port is known only now.
    await identity.restart('stop', { public_url: gateway.origin });
    return { identity, gateway };
}

async function register(page, gateway, person = zoe) {
    await page.goto(`${gateway.origin}/auth/register`);
    await page.getByLabel('Full name').fill(person.fullName);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForLoadState();
}

async function verify(page, identity, person = zoe) {
    const { link } = await mailTo(identity, person.email);
    await page.goto(link);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Address confirmed' }).waitFor();
    return link;
}

async function signIn(page, gateway, person = zoe) {
    await page.goto(`${gateway.origin}/auth/login`);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: `Hello, ${person.fullName}` }).waitFor();
}

test('sign up, verify, sign in, five token lives in two tabs, sign out', options, async (t) => {
    const log = new TrafficLog();
    const { identity, gateway } = await household(t, { lifetime: '2s', log });
    const browser = await startBrowser(t);
    const context = await openContext(browser, log);
    const page = await context.newPage();

    await page.goto(gateway.origin);
    await page.waitForURL('**/auth/login*');
    await takePictures(page, 'sign-in');

    await register(page, gateway);
    await takePictures(page, 'check-mail');
    const { link } = await mailTo(identity, zoe.email);
    await page.goto(link);
    await takePictures(page, 'verify');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Address confirmed' }).waitFor();
    await takePictures(page, 'verified');

    await signIn(page, gateway);
    assert.equal(new URL(page.url()).pathname, '/auth/account');
    await takePictures(page, 'account');

    const cookies = await context.cookies();
    assert.deepEqual(cookies.map(({ name, httpOnly, sameSite, path }) => ({ name, httpOnly, sameSite, path })), [
        { name: 'cloche_session', httpOnly: true, sameSite: 'Strict', path: '/' },
    ]);

    // Two tabs go on calling the API, each in its own rhythm.
    const other = await context.newPage();
    await other.goto(`${gateway.origin}/auth/account`);
    // For five lives, and until it was often enough: a busy machine takes longer.
    const until = Date.now() + 10_500;
    let calls = 0;
    const callOn = async (tab, pause) => {
        while (Date.now() < until || calls <= 40) {
            await tab.getByRole('button', { name: 'Send request' }).click();
            await tab.waitForFunction(() => !document.getElementById('call').disabled);
            const answer = await tab.locator('#answer').textContent();
            assert.match(answer, /^200\n/, answer);
            assert.match(answer, /zoe@example\.org/);
            calls += 1;
            await sleep(pause);
        }
    };
    await Promise.all([callOn(page, 110), callOn(other, 170)]);
    assert.ok(calls > 40, `${calls} calls`);
    await takePictures(page, 'account-called');
    log.add('script', await readableByScript(page));
    log.add('script', await readableByScript(other));

    const { text } = await exchange(`${gateway.operationsUrl}/metrics`);
    log.add('metrics', text);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    await takePictures(page, 'signed-out');
    assert.deepEqual(await context.cookies(), []);

    // The other tab learns it from its next call, and a reload leads to the sign-in page.
    await other.getByRole('button', { name: 'Send request' }).click();
    await other.waitForFunction(() => /^401/.test(document.getElementById('answer').textContent));
    await other.reload();
    await other.waitForURL('**/auth/login*');

    // Back does not show what was private (F17).
    await page.goBack();
    await page.waitForLoadState();
    await page.waitForFunction(() => !document.body.textContent.includes('zoe@example.org'), undefined, { timeout: 5_000 });

    assert.deepEqual(context.strangers, [], 'a page asked another host');
    // Asked for and refused on purpose above: the 401 of the second tab.
    assert.deepEqual(context.errors.filter((text_) => !/401/.test(text_)), []);
    // Everything the browser and the log saw, against every shape a token of this API has.
    for (const shape of [/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{20,}/, /"accessToken"\s*:\s*"/, /refreshToken=[\w-]{20,}/]) {
        const seen = log.find('').filter(({ text: entry }) => shape.test(entry));
        assert.deepEqual(seen.map(({ source, text: entry }) => `${source}: ${entry.slice(0, 300)}`), []);
    }
    log.assertNoTokens([zoe.password, new URL(link).searchParams.get('token')].slice(0, 1));
});

test('the same with scripting off', options, async (t) => {
    const log = new TrafficLog();
    const { identity, gateway } = await household(t, { log });
    const browser = await startBrowser(t);
    const context = await openContext(browser, log, { javaScriptEnabled: false });
    const page = await context.newPage();
    await register(page, gateway);
    await verify(page, identity);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL('**/auth/login*');
    await signIn(page, gateway);
    assert.equal(await page.getByRole('heading', { name: 'Call the API from this page' }).isVisible(), false);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    await page.goto(`${gateway.origin}/auth/account`);
    await page.waitForURL('**/auth/login*');
});

test('forms say what is wrong, at the field, and keep everything but the password', options, async (t) => {
    const log = new TrafficLog();
    const { gateway } = await household(t, { log });
    const browser = await startBrowser(t);
    const context = await openContext(browser, log);
    const page = await context.newPage();

    await register(page, gateway, { fullName: 'Zo', email: 'zoe@example.org', password: 'passwordpassword' });
    const name = page.getByLabel('Full name');
    assert.equal(await name.getAttribute('aria-invalid'), 'true');
    assert.equal(await name.inputValue(), 'Zo');
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'zoe@example.org');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    assert.equal(await page.getByLabel('Password').getAttribute('aria-invalid'), 'true');
    assert.ok((await page.getByRole('alert').count()) >= 2);
    await takePictures(page, 'register-wrong');

    await page.goto(`${gateway.origin}/auth/login`);
    assert.equal(await page.getByLabel('Password').getAttribute('type'), 'password');
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByLabel('Password').fill('not a good password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'nobody@example.org');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    await takePictures(page, 'sign-in-wrong');
});

test('pages fit narrow screens, and can be used from the keyboard', options, async (t) => {
    const log = new TrafficLog();
    const { gateway } = await household(t, { log });
    const browser = await startBrowser(t);
    const context = await openContext(browser, log);
    const page = await context.newPage();
    for (const path of ['/auth/login', '/auth/register', '/auth/verify?token=abc&email=a-rather-long-address-of-somebody%40subdomain.example.org', '/no/such/page']) {
        await page.goto(gateway.origin + path);
        for (const width of [320, 390, 768]) assert.equal(await overflowsAt(page, width), false, `${path} at ${width} px`);
    }
    await takePictures(page, 'not-found');
    await page.goto(`${gateway.origin}/auth/login`);
    const order = [];
    await page.locator('body').press('Shift+Tab').catch(() => {});
    await page.evaluate(() => document.activeElement?.blur());
    for (let i = 0; i < 5; ++i) {
        await page.keyboard.press('Tab');
        order.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()));
    }
    for (const stop of ['email', 'password', 'Sign in']) assert.ok(order.includes(stop), order.join(' > '));
});

test('the content security policy stops injected script, whatever its way in', options, async (t) => {
    const log = new TrafficLog();
    const { gateway } = await household(t, { log });
    const browser = await startBrowser(t);
    const context = await openContext(browser, log);
    const page = await context.newPage();
    await page.goto(`${gateway.origin}/auth/login`);
    const ran = await page.evaluate(async () => {
        // Where Trusted Types refuse the assignment itself, there is nothing left to run.
        const tries = [
            () => {
                const script = document.createElement('script');
                script.textContent = 'window.injected = true';
                document.body.append(script);
            },
            () => {
                const script = document.createElement('script');
                script.append(document.createTextNode('window.injected = true'));
                document.body.append(script);
            },
            () => {
                const image = document.createElement('img');
                image.setAttribute('onerror', 'window.injected = true');
                image.src = '/nothing.png';
                document.body.append(image);
            },
            () => {
                document.body.insertAdjacentHTML('beforeend', '<img src="/nothing.png" onerror="window.injected = true">');
            },
            () => {
                const link = document.createElement('a');
                link.href = 'javascript:window.injected = true';
                document.body.append(link);
                link.click();
            },
        ];
        for (const attempt of tries) {
            try {
                attempt();
            } catch (error) {
                if (!(error instanceof TypeError)) throw error;
            }
        }
        await new Promise((resolve) => setTimeout(resolve, 500));
        return window.injected === true;
    });
    assert.equal(ran, false);
});

test('a link from another site to a guarded page arrives signed in (SE-11)', options, async (t) => {
    const { log, gateway } = await scene(t);
    const browser = await startBrowser(t);
    for (const javaScriptEnabled of [true, false]) {
        const context = await openContext(browser, log, { javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(`${gateway.origin}/auth/login`);
        await page.getByLabel('E-mail').fill('zoe@example.org');
        await page.getByLabel('Password').fill('correct horse battery');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('heading', { name: 'Hello, Zoe Hill' }).waitFor();

        // 127.0.0.1 and localhost are different sites.
        const elsewhere = await context.newPage();
        await elsewhere.route('http://127.0.0.1:9/', (route) =>
            route.fulfill({ contentType: 'text/html', body: `<a href="${gateway.origin}/auth/account?from=elsewhere">go</a>` }),
        );
        await elsewhere.goto('http://127.0.0.1:9/');
        await elsewhere.getByRole('link', { name: 'go' }).click();
        await elsewhere.getByRole('heading', { name: 'Hello, Zoe Hill' }).waitFor({ timeout: 10_000 });
        assert.equal(new URL(elsewhere.url()).pathname, '/auth/account');

        // Without a session the same link ends at the sign-in page, in no loop.
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByText('You are signed out').waitFor();
        await elsewhere.goto('http://127.0.0.1:9/');
        await elsewhere.getByRole('link', { name: 'go' }).click();
        await elsewhere.waitForURL('**/auth/login*', { timeout: 10_000 });
        await context.close();
    }
});

test('a form of another site changes nothing', options, async (t) => {
    const { api, log, gateway } = await scene(t);
    const browser = await startBrowser(t);
    const context = await openContext(browser, log);
    const page = await context.newPage();
    await page.goto(`${gateway.origin}/auth/login`);
    await page.getByLabel('E-mail').fill('zoe@example.org');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Hello, Zoe Hill' }).waitFor();
    const logins = api.counts.login;

    const evil = await context.newPage();
    for (const [path, type] of [['/auth/logout', ''], ['/auth/login', ''], ['/api/auth/login', 'enctype="text/plain"'], ['/api/auth/logout', ''], ['/api/proxy/echo', '']]) {
        await evil.route('http://127.0.0.1:9/', (route) =>
            route.fulfill({
                contentType: 'text/html',
                body: `<form method="post" ${type} action="${gateway.origin}${path}"><input name="email" value="evil@example.org"><input name="password" value="x"><button>win</button></form>`,
            }),
        );
        await evil.goto('http://127.0.0.1:9/');
        const [answer] = await Promise.all([evil.waitForResponse((response) => response.url().includes(path)), evil.getByRole('button', { name: 'win' }).click()]);
        assert.ok([401, 403, 415].includes(answer.status()), `${path}: ${answer.status()}`);
        await evil.unroute('http://127.0.0.1:9/');
    }
    assert.equal(api.counts.login, logins);
    await page.reload();
    await page.getByRole('heading', { name: 'Hello, Zoe Hill' }).waitFor();
});

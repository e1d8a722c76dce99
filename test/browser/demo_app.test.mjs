// The example application of `cloche demo` in a real browser: scripting off, wrong input, narrow and wide, light and dark, and
// what axe has to say. The whole story of a session: demo_story.test.mjs.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';

import { haveBrowser, overflowsAt, takePictures } from '../support/browser.mjs';
import { assertClean, atSignIn, bar, byForm, byScript, greets, signIn, signUp, stage, submit, zoe } from '../support/demo.mjs';

const { source: axeSource } = createRequire(import.meta.url)('axe-core');

const options = { timeout: 180_000, skip: haveBrowser ? false : 'no Chromium here: scripts/setup --test installs it' };

test('who signs in somewhere else is shown here, in place of who was', options, async (t) => {
    const { demo, context, page } = await stage(t);
    await signUp(page, demo);
    await signIn(page, demo, zoe, byScript);
    const other = await context.newPage();
    await other.goto(`${demo.origin}/sign-in`);
    assert.equal(new URL(other.url()).pathname, '/', 'somebody who is signed in needs no form');
    await other.getByRole('heading', { name: 'Hello, Zoe Hill' }).waitFor();
    await bar(other).getByRole('button', { name: 'Sign out' }).click();
    await atSignIn(page);
    await signIn(other, demo, demo.account, byScript);
    // The first tab follows to where it was, by itself.
    await greets(page, demo.account);
    await page.goto(`${demo.origin}/client`);
    await page.locator('#who').getByText('Demo Person').waitFor();
    assertClean(context);
});

test('the client page counts down to a renewal, and sees it happen', options, async (t) => {
    const { demo, context, page } = await stage(t, { lifetime: '4s' });
    await signIn(page, demo, demo.account);
    await page.goto(`${demo.origin}/client`);
    await page.locator('#renewed').getByText(/^(once|[1-9]\d* times)$/).waitFor({ timeout: 20_000 });
    // That is no change of who is signed in: the listener has nothing to hear.
    assert.deepEqual(await page.locator('#changes code').allTextContents(), ['signed_in (loaded)']);
    assertClean(context);
});

test('with scripting off: register, sign in, home, sign out', options, async (t) => {
    const { demo, context, page } = await stage(t, { javaScriptEnabled: false });
    await signUp(page, demo);
    await page.goto(`${demo.origin}/sign-in`);
    assert.equal(await page.getByRole('button', { name: 'Sign in by script' }).isVisible(), false);
    await signIn(page, demo, zoe);
    await page.getByRole('main').getByText(zoe.email).waitFor();
    await page.goto(`${demo.origin}/client`);
    assert.equal(await page.getByRole('button', { name: 'Ask again' }).isVisible(), false);
    await page.goto(`${demo.origin}/flow`);
    await page.getByRole('img', { name: 'Browser, gateway and API' }).waitFor();
    await bar(page).getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    await page.goto(demo.origin);
    await atSignIn(page);
    assertClean(context);
});

test('forms say what is wrong, keep the e-mail and never the password', options, async (t) => {
    const { demo, context, page } = await stage(t);
    const wrong = { email: 'nobody@example.org', password: 'not a good password' };
    await page.goto(`${demo.origin}/sign-in?next=/flow`);
    for (const way of [byScript, byForm]) {
        await submit(page, wrong, way);
        await way(page).getByRole('alert').filter({ hasText: /\w/ }).waitFor();
        assert.equal(await way(page).getByLabel('E-mail').inputValue(), wrong.email);
        assert.equal(await way(page).getByLabel('Password').inputValue(), '');
    }
    await takePictures(page, 'demo-sign-in-wrong');
    assert.deepEqual(await faults(page), []);

    // Where somebody wanted to go outlives the wrong password, and is a path of this site.
    await submit(page, demo.account);
    await page.waitForURL(`${demo.origin}/flow`);
    await bar(page).getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in?notice=signed-out');
    for (const next of ['https://example.org/', '//example.org', '/\\example.org', 'javascript:alert(1)']) {
        await page.goto(`${demo.origin}/sign-in?next=${encodeURIComponent(next)}`);
        assert.equal(await byForm(page).locator('input[name=next]').inputValue(), '/', next);
    }

    await page.goto(`${demo.origin}/register`);
    await page.getByLabel('Full name').fill('Zo');
    await page.getByLabel('E-mail').fill('<b>"\'&@example.org');
    await page.getByLabel('Password').fill('passwordpassword');
    await page.locator('form[action="/register"]').evaluate((form) => form.submit());
    await page.getByLabel('Full name').and(page.locator('[aria-invalid=true]')).waitFor();
    assert.equal(await page.getByLabel('Full name').inputValue(), 'Zo');
    assert.equal(await page.getByLabel('E-mail').inputValue(), '<b>"\'&@example.org');
    assert.equal(await page.getByLabel('Password').inputValue(), '');
    // A browser gives the focus with one of the frames after the page.
    await page.waitForFunction(() => document.activeElement.name === 'fullName', null, { timeout: 10_000 });
    await takePictures(page, 'demo-register-wrong');
    assert.deepEqual(await faults(page), []);
    // The refusals that were asked for.
    assertClean(context, /40\d|422/);
});

test('a mail is text: only its link to our own page can be followed', options, async (t) => {
    const { demo, page } = await stage(t);
    await signUp(page, demo, { ...zoe, fullName: 'Zoe & <img src=x>' });
    await page.goto(`${demo.origin}/inbox`);
    const letter = page.getByRole('article');
    assert.equal(await letter.count(), 1);
    assert.equal(await letter.locator('img').count(), 0);
    const links = await letter.getByRole('link').evaluateAll((found) => found.map((link) => link.getAttribute('href')));
    assert.equal(links.length, 1);
    assert.match(links[0], /^\/auth\/verify\?token=/);
});

/** What axe finds, one line a fault. */
async function faults(page) {
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
    const found = [];
    for (const colorScheme of ['light', 'dark']) {
        // Without the transition of a colour, whose middle is not what anybody reads.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        for (const { id, nodes } of violations) {
            for (const { html, failureSummary } of nodes) found.push(`${colorScheme} ${id}: ${html}\n${failureSummary}`);
        }
    }
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    return found;
}

test('every page fits, wide and narrow, light and dark, and axe finds nothing', options, async (t) => {
    const { demo, context, page } = await stage(t);
    const look = async (path, name, ready) => {
        await page.goto(demo.origin + path);
        await ready?.();
        for (const width of [320, 390, 1280]) assert.equal(await overflowsAt(page, width), false, `${path} at ${width} px`);
        await takePictures(page, `demo-${name}`);
        assert.deepEqual(await faults(page), [], path);
    };
    await look('/sign-in', 'sign-in', () => page.getByRole('button', { name: 'Sign in by script' }).waitFor());
    await look('/register', 'register');
    await look('/inbox', 'inbox-empty');
    await look('/client', 'client-signed-out', () => page.getByText('Signed out', { exact: true }).waitFor());
    await look('/flow', 'flow-signed-out', () => page.getByText('Nobody is signed in.').waitFor());
    await signUp(page, demo);
    await look('/inbox', 'inbox', () => page.getByRole('article').waitFor());
    await signIn(page, demo, demo.account);
    await look('/', 'home');
    await look('/client', 'client', () => page.getByText('The API answered 200.').waitFor());
    await look('/flow', 'flow', () => page.getByText('It went all the way and came back.').waitFor());
    assertClean(context);
});

test('the pages can be used from the keyboard', options, async (t) => {
    const { demo, page } = await stage(t);
    await page.goto(`${demo.origin}/sign-in`);
    await page.getByRole('button', { name: 'Sign in by script' }).waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await page.keyboard.press('Enter');
    const stops = [];
    for (let i = 0; i < 6; ++i) {
        await page.keyboard.press('Tab');
        stops.push(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent));
    }
    assert.deepEqual(stops, ['client-email', 'client-password', 'Sign in by script', 'email', 'password', 'Sign in by form']);
});

test('a request without cookies ends at the gateway, and the flow page says so', options, async (t) => {
    const { demo, context, page } = await stage(t);
    await signIn(page, demo, demo.account);
    await page.goto(`${demo.origin}/flow`);
    await page.getByText('It went all the way and came back.').waitFor();
    await page.getByRole('button', { name: 'Send it without cookies' }).click();
    await page.getByText('The gateway found no session').waitFor();
    assert.match(await page.locator('#got-status').textContent(), /^401/);
    assert.match(await page.locator('#got-headers').textContent(), /cloche-error/);
    assertClean(context, /401/);
});

test('the flow page names the hops that the gateway measured', options, async (t) => {
    const { demo, context, page } = await stage(t);
    await signIn(page, demo, demo.account);
    await page.route('**/api/proxy/auth/me', async (route) => {
        const answer = await route.fetch();
        const measured = 'session;dur=0.4;desc="Session, found", upstream;dur=12.25, cache';
        await route.fulfill({ response: answer, headers: { ...answer.headers(), 'server-timing': measured } });
    });
    await page.goto(`${demo.origin}/flow`);
    await page.getByText('It went all the way and came back.').waitFor();
    assert.equal(await page.locator('#hops-missing').isVisible(), false);
    assert.deepEqual(await page.locator('#hops dt').allTextContents(), ['Session, found', 'upstream', 'cache']);
    assert.deepEqual(await page.locator('#hops dd').allTextContents(), ['0.4 ms', '12.3 ms', 'yes']);
    assert.equal(await page.locator('[data-hop=upstream]').textContent(), 'upstream: 12.3 ms');
    assertClean(context);
});

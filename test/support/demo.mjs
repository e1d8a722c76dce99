// The example application in a browser: as `cloche demo` shows it, with the identity API beside it, or in front of the
// mock API, all of whose tokens are known and whose answers can be chosen.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';

import { openContext, startBrowser } from './browser.mjs';
import { atEnd } from './cleanup.mjs';
import { binary, Program, temporaryFolder } from './cloche.mjs';
import { password, person } from './mock_api.mjs';
import { eventually, scene } from './scene.mjs';
import { TrafficLog } from './traffic_log.mjs';

export const zoe = { fullName: 'Zoe Hill', email: 'zoe@example.org', password: 'six quiet herons at dawn' };

/** `cloche demo` on free ports: its origin, and the account that it makes. */
async function startDemo(t, log, lifetime) {
    const folder = temporaryFolder(t);
    const free = '127.0.0.1:0';
    const program = new Program(
        [
            ...['demo', '--data', join(folder, 'data'), '--listen', free, '--operations', free],
            ...['--identity-listen', free, '--identity-operations', free],
            ...(lifetime === undefined ? [] : ['--access-token-lifetime', lifetime]),
        ],
        { log },
    );
    atEnd(t, () => program.stop());
    const port = await program.listening('public', 'gateway');
    const identityPort = await program.listening('public', 'identity');
    const account = await eventually('what to sign in with', () => {
        const [, email, password] = /Sign in as\s+(\S+)\s+with password\s+(\S+)/.exec(program.stdout) ?? [];
        return password && { email, password, fullName: 'Demo Person' };
    });
    return { program, origin: `http://localhost:${port}`, identityUrl: `http://127.0.0.1:${identityPort}`, account };
}

/** `lifetime`: of an access token. The rest: of the browser's context. */
export async function stage(t, { lifetime, ...contextOptions } = {}) {
    const log = new TrafficLog();
    const demo = await startDemo(t, log, lifetime);
    const context = await openContext(await startBrowser(t), log, contextOptions);
    return { log, demo, context, page: await context.newPage() };
}

/** The same pages in front of a mock API. `api`, `config`: as for a scene. `demo.account`: whom the API knows. */
export async function mockStage(t, browser, { api: apiOptions, config, ...contextOptions } = {}) {
    const application = join(dirname(binary), 'cloche-demo');
    const { log, api, gateway } = await scene(t, { api: apiOptions, config, application });
    const context = await openContext(browser, log, contextOptions);
    atEnd(t, () => context.close());
    const demo = { origin: gateway.origin, account: { ...person, password } };
    return { log, api, gateway, demo, context, page: await context.newPage() };
}

export const byForm = (page) => page.getByRole('region', { name: 'Server action' });
export const byScript = (page) => page.getByRole('region', { name: 'Client component' });
export const bar = (page) => page.getByRole('banner');

/** Fills in one of the two forms of the sign-in page, and sends it. */
export async function submit(page, person, way = byForm) {
    await way(page).getByLabel('E-mail').fill(person.email);
    await way(page).getByLabel('Password').fill(person.password);
    await way(page).getByRole('button', { name: /^Sign in/ }).click();
}

export const greets = (page, person) => page.getByRole('heading', { name: `Hello, ${person.fullName}` }).waitFor();

export async function signIn(page, demo, person, way = byForm) {
    await page.goto(`${demo.origin}/sign-in`);
    await submit(page, person, way);
    await greets(page, person);
    assert.equal(new URL(page.url()).pathname, '/');
}

export async function signUp(page, demo, person = zoe) {
    await page.goto(`${demo.origin}/register`);
    await page.getByLabel('Full name').fill(person.fullName);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL('**/inbox*');
    // The mail comes a moment later, and the page looks again by itself.
    const mail = page.getByRole('article').filter({ hasText: person.email });
    await mail.getByRole('link', { name: /\/auth\/verify\?/ }).click();
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Address confirmed' }).waitFor();
}

/** Waits until nobody is signed in here, whichever sign-in page that ends at. */
export const atSignIn = (page) => page.waitForURL(/\/(auth\/login|sign-in)(\?|$)/, { timeout: 5_000 });

/** Nobody is signed in in this browser, whatever the page looked like. */
export async function assertSignedOut(context, page, demo) {
    assert.deepEqual(await context.cookies(), []);
    await page.goto(demo.origin);
    await atSignIn(page);
    assert.equal(await page.getByText(demo.account.fullName).count(), 0);
}

/** `allowed`: what of the browser's own complaints was asked for. */
export function assertClean(context, allowed) {
    assert.deepEqual(context.strangers, [], 'a page asked another host');
    assert.deepEqual(context.errors.filter((text) => !allowed?.test(text)), []);
}

// Header fields of what the gateway itself says (CA-1 to CA-3), and what caches may keep.
import assert from 'node:assert/strict';
import test from 'node:test';

import { scene, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

test('pages', limit, async (t) => {
    const { visitor } = await scene(t);
    for (const path of ['/auth/login', '/auth/register', '/auth/verify?token=a&email=b']) {
        await t.test(path, async () => {
            const { headers, status, text } = await visitor().visit(path);
            assert.equal(status, 200);
            assert.equal(headers['content-type'], 'text/html; charset=utf-8');
            assert.match(headers['cache-control'], /no-store/);
            assert.match(headers['content-security-policy'], /default-src 'none'/);
            assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
            assert.ok(!headers['content-security-policy'].includes('unsafe'));
            assert.equal(headers['x-content-type-options'], 'nosniff');
            assert.match(headers['referrer-policy'], /no-referrer|same-origin/);
            assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
            assert.equal(headers.server, undefined);
            assert.equal(headers['x-powered-by'], undefined);
            // Nothing of another host, before or after sign-in (defect 38).
            assert.deepEqual([...text.matchAll(/(?:src|href|action)="(?:https?:)?\/\/[^"]*"/g)].map(([all]) => all), []);
        });
    }
});

test('HSTS is sent where there is https, and not in development', limit, async (t) => {
    const dev = await scene(t);
    assert.equal((await dev.visitor().visit('/auth/login')).headers['strict-transport-security'], undefined);
    const live = await scene(t, { config: { public_url: 'https://app.example', trusted_proxies: ['127.0.0.1/32'] } });
    const answer = await live.visitor().visit('/auth/login', { headers: { host: 'app.example', 'x-forwarded-proto': 'https' } });
    assert.equal(answer.status, 200, answer.describe());
    const age = /max-age=(\d+)/.exec(answer.headers['strict-transport-security'])?.[1];
    assert.ok(Number(age) >= 365 * 24 * 3600, answer.head);
});

test('JSON of the gateway is never kept nor sniffed (CA-1)', limit, async (t) => {
    const { visitor, zoe } = await signedInScene(t);
    const answers = [
        await visitor().get('/api/auth/session'),
        await zoe.get('/api/auth/session'),
        await visitor().json('POST', '/api/auth/login', { email: 'a', password: 'b' }),
        await visitor().get('/api/proxy/echo'),
        await visitor().send('DELETE', '/api/auth/logout'),
    ];
    for (const { headers, head } of answers) {
        assert.match(headers['cache-control'] ?? '', /no-store/, head);
        assert.equal(headers['x-content-type-options'], 'nosniff', head);
        assert.equal(headers.server, undefined, head);
    }
});

test('answers of the API are private unless it says public (CA-2)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const rows = [
        [undefined, /private.*no-store|no-store/],
        ['max-age=60', /private|no-store/],
        ['private, max-age=60', /private|no-store/],
        ['public, max-age=60', /^public, max-age=60$/],
        ['no-store', /no-store/],
        ['max-age=60, x="public"', /no-store|private/],
    ];
    for (const [is, expected] of rows) {
        await t.test(String(is), async () => {
            const answer = await zoe.get(`/api/proxy/cache${is === undefined ? '' : `?is=${encodeURIComponent(is)}`}`);
            assert.match(answer.headers['cache-control'] ?? '', expected, answer.head);
        });
    }
});

test('assets of the pages are kept for good, under names that change with them', limit, async (t) => {
    const { visitor } = await scene(t);
    const { text } = await visitor().visit('/auth/login');
    const assets = [...text.matchAll(/(?:src|href)="(\/auth\/assets\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(assets.length >= 2, text.slice(0, 600));
    for (const path of assets) {
        const answer = await visitor().get(path);
        assert.equal(answer.status, 200, answer.describe());
        assert.match(answer.headers['cache-control'], /immutable/);
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        assert.deepEqual(answer.setCookies, []);
        assert.match(path, /-[0-9a-f]{12}\./);
    }
    assert.equal((await visitor().get('/auth/assets/cloche.css')).status, 404);
    assert.equal((await visitor().get('/auth/assets/')).status, 404);
});

test('pages can be switched off', limit, async (t) => {
    const { visitor } = await scene(t, { config: { pages: false } });
    for (const path of ['/auth/login', '/auth/register', '/auth/account']) {
        const answer = await visitor().visit(path);
        assert.ok(answer.status >= 400, answer.describe());
    }
    assert.equal((await visitor().signIn()).status, 200);
});

test('every answer names its request, and the log knows it too', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const answer = await zoe.get('/api/proxy/status/500');
    const id = answer.headers['x-request-id'];
    assert.ok(id, answer.head);
    await gateway.program.waitFor('the line of the request', ({ stderr }) => (stderr.includes(id) ? true : undefined), 5_000);
    const forged = await zoe.get('/api/proxy/echo', { headers: { 'x-request-id': 'forged\tvalue' } });
    assert.notEqual(forged.headers['x-request-id'], 'forged\tvalue');
});

test('an error for a person is a page, for a program JSON', limit, async (t) => {
    const { visitor } = await scene(t);
    const page = await visitor().visit('/no/such/page');
    assert.equal(page.status, 404);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.match(page.headers['content-security-policy'], /default-src 'none'/);
    const json = await visitor().get('/no/such/page');
    assert.equal(json.status, 404);
    assert.match(json.headers['content-type'], /^application\/problem\+json/);
    assert.equal((await visitor().get('/api/auth/nothing')).status, 404);
});

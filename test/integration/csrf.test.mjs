// Which requests may change something (CS-1 to CS-9): the table of the contract, for each kind of endpoint.
import assert from 'node:assert/strict';
import test from 'node:test';

import { password, person } from '../support/mock_api.mjs';
import { assertProblem, scene, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** Header fields, whether such a request passes. `own` stands for the origin of the gateway. */
const table = [
    ['same-origin', { 'sec-fetch-site': 'same-origin' }, true],
    ['none: typed or bookmarked', { 'sec-fetch-site': 'none' }, true],
    ['same-site', { 'sec-fetch-site': 'same-site' }, false],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }, false],
    ['an unknown word', { 'sec-fetch-site': 'anything' }, false],
    ['cross-site, with the static header', { 'sec-fetch-site': 'cross-site', 'x-csrf': '1' }, false],
    ['same-site with our own origin and the static header', { 'sec-fetch-site': 'same-site', origin: 'own', 'x-csrf': '1' }, undefined],
    ['no Fetch Metadata, our origin', { origin: 'own' }, true],
    ['no Fetch Metadata, another origin', { origin: 'https://evil.example' }, false],
    ['no Fetch Metadata, origin null', { origin: 'null' }, false],
    ['no Fetch Metadata, our origin as a prefix', { origin: 'own.evil.example' }, false],
    ['no Fetch Metadata, our host by https', { origin: 'https://localhost' }, false],
    ['no Fetch Metadata, our host at another port', { origin: 'http://localhost:1' }, false],
    ['no Fetch Metadata, another origin and the static header', { origin: 'https://evil.example', 'x-csrf': '1' }, false],
    ['neither, but the static header', { 'x-csrf': '1' }, true],
    ['neither, the static header with another value', { 'x-csrf': '0' }, false],
    ['neither', {}, false],
    ['our origin in Referer alone', { referer: 'own/x' }, false],
];

/** Everything a browser would add is taken off, then the case put on. */
const bare = (origin, headers) => {
    const sent = { origin: undefined, 'sec-fetch-site': undefined, 'sec-fetch-mode': undefined, ...headers };
    for (const name of ['origin', 'referer']) {
        if (sent[name] !== undefined) sent[name] = sent[name].replace('own', origin);
    }
    return sent;
};

test('sign-in without a session (login CSRF, CS-6, defect 16)', limit, async (t) => {
    const { api, gateway, visitor } = await scene(t);
    for (const [what, headers, passes] of table) {
        await t.test(what, async () => {
            const before = api.counts.login;
            const answer = await visitor().json('POST', '/api/auth/login', { email: person.email, password }, { headers: bare(gateway.origin, headers) });
            if (passes === undefined) return;
            if (passes) assert.equal(answer.status, 200, answer.describe());
            else assertProblem(answer, 403, 'csrf_failed');
            assert.equal(api.counts.login, before + (passes ? 1 : 0));
            assert.equal(answer.setCookies.length, passes ? 1 : 0);
        });
    }
});

test('unsafe methods through the proxy (CS-1, CS-2)', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t);
    for (const [what, headers, passes] of table) {
        if (passes === undefined) continue;
        await t.test(what, async () => {
            for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
                const before = api.requests.length;
                const answer = await zoe.send(method, '/api/proxy/echo', { headers: bare(gateway.origin, headers) });
                if (passes) assert.equal(answer.status, 200, answer.describe());
                else assertProblem(answer, 403, 'csrf_failed');
                assert.equal(api.requests.length, before + (passes ? 1 : 0));
            }
        });
    }
});

test('refresh, sign-out, register and verify (CS-6)', limit, async (t) => {
    const { gateway, visitor, zoe } = await signedInScene(t);
    const hostile = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const tries = [
        ['POST', '/api/auth/refresh', undefined],
        ['POST', '/api/auth/logout', undefined],
        ['DELETE', '/api/auth/logout', undefined],
        ['POST', '/api/auth/register', '{}'],
        ['POST', '/api/auth/verify', '{}'],
    ];
    for (const [method, path, body] of tries) {
        await t.test(`${method} ${path}`, async () => {
            for (const who of [zoe, visitor()]) {
                const answer = await who.send(method, path, { body, headers: { ...hostile, 'content-type': body && 'application/json' } });
                assertProblem(answer, 403, 'csrf_failed');
                assert.deepEqual(answer.setCookies, []);
            }
        });
    }
    for (const path of ['/auth/login', '/auth/register', '/auth/verify', '/auth/logout']) {
        await t.test(`the form ${path}`, async () => {
            const answer = await zoe.form(path, { email: person.email, password }, { headers: hostile });
            assert.equal(answer.status, 403, answer.describe());
            assert.deepEqual(answer.setCookies, []);
        });
    }
    assert.equal((await zoe.session()).authenticated, true);
    assert.ok(gateway);
});

test('safe methods pass, but not for a page of another site that only embeds them (CS-9)', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    assert.equal((await zoe.get('/api/proxy/echo', { headers: bare(gateway.origin, {}) })).status, 200);
    assert.equal((await zoe.get('/api/proxy/echo', { headers: bare(gateway.origin, { 'sec-fetch-site': 'same-origin' }) })).status, 200);
    const embedded = await zoe.get('/api/proxy/echo', {
        headers: bare(gateway.origin, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }),
    });
    assert.equal(embedded.status, 403, embedded.describe());
    const answer = await zoe.get('/api/proxy/echo');
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
});

test('all addresses of the development machine are its own origin, at the port that is bound', limit, async (t) => {
    const { gateway, visitor } = await scene(t);
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
        const zoe = visitor();
        const origin = `http://${name}:${gateway.port}`;
        const answer = await zoe.json('POST', '/api/auth/login', { email: person.email, password }, { headers: { host: `${name}:${gateway.port}`, origin, 'sec-fetch-site': undefined } });
        assert.equal(answer.status, 200, answer.describe());
    }
});

test('a route that demands the static header takes nothing without it (CS-4)', limit, async (t) => {
    const { zoe } = await signedInScene(t, { config: { proxy: { csrf: 'header' } } });
    assertProblem(await zoe.send('POST', '/api/proxy/echo'), 403, 'csrf_failed');
    assertProblem(await zoe.get('/api/proxy/echo'), 403, 'csrf_failed');
    assert.equal((await zoe.send('POST', '/api/proxy/echo', { headers: { 'x-csrf': '1' } })).status, 200);
    assert.equal((await zoe.get('/api/proxy/echo', { headers: { 'x-csrf': '1' } })).status, 200);
    assertProblem(await zoe.send('POST', '/api/proxy/echo', { headers: { 'x-csrf': '1', 'sec-fetch-site': 'cross-site' } }), 403, 'csrf_failed');
});

test('CORS is off: no answer lets another origin read it (CS-5)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    for (const [method, path] of [['GET', '/api/auth/session'], ['OPTIONS', '/api/auth/login'], ['GET', '/api/proxy/echo']]) {
        const answer = await zoe.send(method, path, { headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
        assert.equal(answer.headers['access-control-allow-origin'], undefined, answer.describe());
        assert.equal(answer.headers['access-control-allow-credentials'], undefined);
    }
});

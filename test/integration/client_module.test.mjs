// The browser client as the gateway serves it: a module that any page of the site can import, with or without a session.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

import { assertProblem, scene, signedInScene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };
const at = '/api/auth/client.js';
const bundle = readFileSync(new URL('../../client/dist/cloche-browser.js', import.meta.url), 'utf8');

/** What a browser sends for an import in a module. */
const headers = { accept: '*/*', 'sec-fetch-dest': 'script' };

function assertModule(answer) {
    assert.equal(answer.status, 200, answer.describe());
    assert.match(answer.headers['content-type'], /^text\/javascript\b/);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['cache-control'], 'no-cache');
    assert.match(answer.headers.etag, /^"[^"]+"$/);
    assert.deepEqual(answer.setCookies, []);
}

test('without a session, the module is what client/dist has', limit, async (t) => {
    const { visitor } = await scene(t);
    const answer = await visitor().get(at, { headers });
    assertModule(answer);
    assert.equal(answer.text, bundle);
    assert.match(answer.text, /\bexport\b/);
});

test('with one it is the same, and the session is not touched', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    const before = api.requests.length;
    const answer = await zoe.get(at, { headers });
    assertModule(answer);
    assert.equal(answer.text, bundle);
    assert.equal(api.requests.length, before);
    assert.equal((await zoe.session()).authenticated, true);
});

test('a cookie that leads to no session changes nothing', limit, async (t) => {
    const { visitor } = await scene(t);
    for (const cookie of ['cloche_session=unknown', 'cloche_session=a; cloche_session=b'])
        assertModule(await visitor().get(at, { headers: { ...headers, cookie } }));
});

test('whoever has it already does not get it again', limit, async (t) => {
    const { visitor } = await scene(t);
    const { etag } = (await visitor().get(at, { headers })).headers;
    for (const names of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const answer = await visitor().get(at, { headers: { ...headers, 'if-none-match': names } });
        assert.equal(answer.status, 304, names);
        assert.equal(answer.body.length, 0);
        assert.equal(answer.headers.etag, etag);
        assert.deepEqual(answer.setCookies, []);
    }
    for (const names of ['"other"', etag.slice(1, -1)])
        assertModule(await visitor().get(at, { headers: { ...headers, 'if-none-match': names } }));
});

test('HEAD has the head of GET and no body', limit, async (t) => {
    const { visitor } = await scene(t);
    const answer = await visitor().send('HEAD', at, { headers });
    assertModule(answer);
    assert.equal(answer.headers['content-length'], String(Buffer.byteLength(bundle)));
    assert.equal(answer.body.length, 0);
});

test('other methods are refused', limit, async (t) => {
    const { api, visitor } = await scene(t);
    for (const method of ['POST', 'PUT', 'DELETE']) {
        const answer = await visitor().send(method, at);
        assertProblem(answer, 405, 'method_not_allowed');
        assert.match(answer.headers.allow, /\bGET\b/);
    }
    assert.equal(api.requests.length, 0);
});

test('it moves with the prefix', limit, async (t) => {
    const { visitor } = await scene(t, { config: { prefixes: { api: '/gate' } } });
    assertModule(await visitor().get('/gate/client.js', { headers }));
    assertProblem(await visitor().get('/gate/client.mjs', { headers }), 404, 'not_found');
});

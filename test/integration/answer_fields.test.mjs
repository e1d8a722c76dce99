// What of an API's or an app's answer would speak for the whole host, contradict the gateway or mislead the browser.
import assert from 'node:assert/strict';
import test from 'node:test';

import { assertProblem, scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** The path at which the mock API answers `status` with `fields`. */
const answering = (status, fields) => `/fields/${status}?are=${encodeURIComponent(JSON.stringify(fields))}`;

test('what the API says of the whole host does not pass', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const answer = await zoe.get(`/api/proxy${answering(200, {
        'access-control-allow-origin': 'https://sibling.example',
        'Access-Control-Allow-Credentials': 'true',
        'clear-site-data': '"cookies"',
        'alt-svc': 'h3=":443"',
        'strict-transport-security': 'max-age=0',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'whatever',
        'x-request-id': 'of-the-api',
        'x-kept': 'yes',
    })}`);
    assert.equal(answer.status, 200, answer.describe());
    for (const name of ['access-control-allow-origin', 'access-control-allow-credentials', 'clear-site-data', 'alt-svc', 'strict-transport-security'])
        assert.equal(answer.headers[name], undefined, name);
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.notEqual(answer.headers['x-request-id'], 'of-the-api');
    assert.ok(!answer.headers['x-request-id'].includes(','));
    assert.equal(answer.headers['x-kept'], 'yes');
});

test('Cache-Control in several lines is read as a whole (CA-2)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const both = await zoe.get(`/api/proxy${answering(200, { 'cache-control': ['no-store', 'public'] })}`);
    assert.match(both.headers['cache-control'], /no-store/);
    const age = await zoe.get(`/api/proxy${answering(200, { 'cache-control': ['public', 'max-age=60'] })}`);
    assert.equal(age.headers['cache-control'], 'public, max-age=60');
});

test('an answer that sets a cookie is never kept (CA-1)', limit, async (t) => {
    const { zoe } = await signedInScene(t, { config: { proxy: { pass_set_cookie: ['theme'] } } });
    const answer = await zoe.get(`/api/proxy${answering(200, { 'set-cookie': ['theme=dark'], 'cache-control': 'public, max-age=60' })}`);
    assert.deepEqual(answer.setCookies, ['theme=dark']);
    assert.equal(answer.headers['cache-control'], 'no-store');
});

test('a 401 always names a scheme, and never one that browsers prompt for (BF-10)', limit, async (t) => {
    const { visitor } = await scene(t, { config: { proxy: { auth: 'public' } } });
    const cases = [
        [{}, /^Cookie /],
        [{ 'www-authenticate': 'Basic realm="api"' }, /^Cookie /],
        [{ 'www-authenticate': 'Bearer realm="x, y", Basic realm="api"' }, /^Cookie /],
        [{ 'www-authenticate': 'NTLM' }, /^Cookie /],
        [{ 'www-authenticate': 'Bearer error="invalid_token"' }, /^Bearer error="invalid_token"$/],
    ];
    for (const [fields, expected] of cases) {
        const answer = await visitor().get(`/api/proxy${answering(401, fields)}`);
        assert.equal(answer.status, 401);
        assert.match(answer.headers['www-authenticate'], expected, JSON.stringify(fields));
    }
});

test('redirects that only look like paths are blocked (BF-6)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    for (const to of ['\\\\evil.example/', '\\/evil.example/', '/\\evil.example/', '//evil.example/', 'https:evil.example', '/a\\b']) {
        const answer = await zoe.get(`/api/proxy/redirect?to=${encodeURIComponent(to)}`);
        assert.equal(answer.status, 302);
        assert.equal(answer.headers.location, undefined, to);
    }
    assert.equal((await zoe.get('/api/proxy/redirect?to=next%3Fpage%3D2')).headers.location, 'next?page=2');
});

test('a redirect is below the base path of the API or it is blocked', limit, async (t) => {
    const { zoe } = await signedInScene(t, { api: { base: '/v1' } });
    const to = async (path) => (await zoe.get(`/api/proxy/redirect?to=${encodeURIComponent(path)}`)).headers.location;
    assert.equal(await to('/v1/items'), '/api/proxy/items');
    assert.equal(await to('/v1'), '/api/proxy/');
    assert.equal(await to('/v1?x'), '/api/proxy?x');
    assert.equal(await to('/v10/items'), undefined);
    assert.equal(await to('/elsewhere'), undefined);
    assert.equal(await to('/v1//evil.example'), undefined);
});

test('registration and verification have routes of their own', limit, async (t) => {
    const { visitor } = await scene(t, { config: { proxy: { auth: 'public' } } });
    for (const path of ['/auth/register', '/auth/verify?token=x', '/AUTH/Verify/']) assertProblem(await visitor().get(`/api/proxy${path}`), 404, 'not_found');
});

test('a passing fault of the refresh is no 401 (RT-6)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 2 } });
    await sleep(1_200); // a refusal is worth a refresh when the token is no longer new
    api.forgetAccessTokens();
    api.faults.add('refresh', { kind: 'status', status: 503, times: Infinity });
    const answer = await zoe.get('/api/proxy/guarded');
    assertProblem(answer, 503, 'refresh_unavailable');
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    assert.deepEqual(answer.setCookies, []);
});

test('routes without a body take no form (CS-7)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    for (const path of ['/api/auth/logout', '/api/auth/refresh']) {
        for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
            assertProblem(await zoe.send('POST', path, { headers: { 'content-type': type }, body: 'x' }), 415, 'unsupported_media_type');
        assert.equal((await zoe.send('POST', '/api/auth/refresh', { headers: { 'content-type': 'application/json' }, body: '{}' })).status, 200);
    }
    assert.equal((await zoe.send('POST', '/api/auth/logout')).status, 200);
});

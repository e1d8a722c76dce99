// The cookies a browser holds: names, attributes, sizes, in both modes, in development and behind https.
import assert from 'node:assert/strict';
import test from 'node:test';

import { CookieJar, parseSetCookie } from '../support/cookie_jar.mjs';
import { LoopbackServer } from '../support/loopback_server.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { MockApi, password, person } from '../support/mock_api.mjs';
import { assertProblem, eventually, scene, signedInScene, sleep } from '../support/scene.mjs';
import { Visitor } from '../support/visitor.mjs';

const limit = { timeout: 60_000 };

const credentials = { email: person.email, password };

/** Max-Age, give or take the moment that the sign-in took. */
function assertLife(attributes, seconds) {
    const age = Number(attributes.get('max-age'));
    assert.ok(age <= seconds && age >= seconds - 3, `Max-Age=${age}`);
}

/** A gateway whose public address is https; the requests come as from the proxy that ends TLS. */
async function behindTls(t, config = {}, api = {}) {
    const all = await scene(t, { api, config: { public_url: 'https://app.example', trusted_proxies: ['127.0.0.0/8'], ...config } });
    const visitor = () =>
        new Visitor('https://app.example', {
            port: all.gateway.port,
            log: all.log,
            headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'app.example' },
            jar: new CookieJar(),
        });
    return { ...all, visitor };
}

test('in development: cloche_session, without Secure', limit, async (t) => {
    const { visitor } = await scene(t);
    const { name, attributes, line } = parseSetCookie((await visitor().signIn()).setCookies[0]);
    assert.equal(name, 'cloche_session');
    assert.deepEqual([...attributes.keys()].sort(), ['httponly', 'max-age', 'path', 'samesite'], line);
    assert.equal(attributes.get('samesite'), 'Strict');
    assert.equal(attributes.get('path'), '/');
    assertLife(attributes, 30 * 24 * 3600);
});

test('behind https: __Host-Http-session, HttpOnly; Secure; SameSite=Strict; Path=/ and no Domain (CK-1)', limit, async (t) => {
    const { visitor } = await behindTls(t);
    const zoe = visitor();
    const answer = await zoe.signIn();
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(answer.setCookies.length, 1);
    const { name, attributes, line } = parseSetCookie(answer.setCookies[0]);
    assert.equal(name, '__Host-Http-session');
    assert.deepEqual([...attributes.keys()].sort(), ['httponly', 'max-age', 'path', 'samesite', 'secure'], line);
    assert.equal(attributes.get('samesite'), 'Strict');
    assert.equal(attributes.get('path'), '/');
    assert.equal((await zoe.session()).authenticated, true);
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
    assert.match((await zoe.signOut()).setCookies[0], /^__Host-Http-session=;.*Max-Age=0/);
});

test('SameSite=Lax on demand, and the lifetime of the configuration', limit, async (t) => {
    const { visitor } = await scene(t, { config: { session: { same_site: 'lax', absolute: '2h', idle: '1h' } } });
    const { attributes } = parseSetCookie((await visitor().signIn()).setCookies[0]);
    assert.equal(attributes.get('samesite'), 'Lax');
    assertLife(attributes, 7200);
});

test('tokens mode sets copies beside the id, with the life of each token', limit, async (t) => {
    const { api, visitor } = await behindTls(t, { session: { mode: 'tokens' } }, { accessLife: 300, refreshLife: 3600 });
    const answer = await visitor().signIn();
    const cookies = new Map(answer.setCookies.map((line) => [parseSetCookie(line).name, parseSetCookie(line)]));
    assert.deepEqual([...cookies.keys()].sort(), ['__Host-Http-session', 'accessToken', 'refreshToken']);
    for (const { attributes, line } of cookies.values()) {
        for (const name of ['httponly', 'secure']) assert.ok(attributes.has(name), line);
        assert.equal(attributes.get('samesite'), 'Strict', line);
        assert.equal(attributes.get('path'), '/', line);
        assert.ok(!attributes.has('domain'), line);
    }
    assert.ok(api.tokens.has(cookies.get('accessToken').value));
    assert.ok(api.tokens.has(cookies.get('refreshToken').value));
    const life = (name) => Number(cookies.get(name).attributes.get('max-age'));
    assert.ok(life('accessToken') > 280 && life('accessToken') <= 300, `${life('accessToken')}`);
    assert.ok(life('refreshToken') > 3500 && life('refreshToken') <= 3600, `${life('refreshToken')}`);
});

test('tokens mode: the body still has none, and script could not read the copies', limit, async (t) => {
    const { api, visitor } = await scene(t, { config: { session: { mode: 'tokens' } } });
    const answer = await visitor().signIn();
    for (const token of api.tokens) assert.ok(!answer.text.includes(token));
    for (const line of answer.setCookies) assert.match(line, /; HttpOnly/);
});

test('tokens mode: the copies are set again when they change, or differ from the record', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 2 }, config: { session: { mode: 'tokens' } } });
    const id = zoe.jar.get('cloche_session');
    const before = zoe.jar.get('accessToken');

    await t.test('after a refresh', async () => {
        await sleep(2_300);
        const answer = await zoe.get('/api/proxy/echo');
        assert.equal(answer.status, 200, answer.describe());
        assert.notEqual(zoe.jar.get('accessToken'), before);
        assert.ok(api.tokens.has(zoe.jar.get('accessToken')));
        assert.equal(zoe.jar.get('cloche_session'), id);
        assert.match(answer.headers['cache-control'], /no-store/);
    });

    await t.test('where the browser lost or changed them', async () => {
        zoe.jar.set('accessToken', 'forged');
        zoe.jar.delete('refreshToken');
        const answer = await zoe.get('/api/proxy/echo');
        assert.equal(answer.status, 200);
        assert.equal(answer.json.bearer, true, 'the forged copy was used');
        assert.ok(api.tokens.has(zoe.jar.get('accessToken')));
        assert.ok(api.tokens.has(zoe.jar.get('refreshToken')));
    });

    await t.test('and not when they are as they should be', async () => {
        const [first, second] = [await zoe.get('/api/proxy/echo'), await zoe.get('/api/proxy/echo')];
        assert.ok(first.setCookies.length === 0 || second.setCookies.length === 0);
    });

    await t.test('they are never sent to the API', async () => {
        const answer = await zoe.get('/api/proxy/echo');
        assert.ok(!JSON.stringify(answer.json.rawHeaders).toLowerCase().includes('cookie'), answer.text);
    });
});

test('tokens mode: copies without a session are taken off and give nothing', limit, async (t) => {
    const { api, visitor, zoe } = await signedInScene(t, { config: { session: { mode: 'tokens' } } });
    const thief = visitor();
    thief.jar.set('accessToken', zoe.jar.get('accessToken'));
    thief.jar.set('refreshToken', zoe.jar.get('refreshToken'));
    const before = api.requests.length;
    const answer = await thief.get('/api/proxy/echo');
    assertProblem(answer, 401, 'unauthenticated');
    assert.equal(api.requests.length, before);
    assert.equal(thief.jar.get('accessToken'), undefined);
    assert.equal(thief.jar.get('refreshToken'), undefined);
});

test('tokens mode: the app behind the gateway reads the pair of the record (contract, "everything else")', limit, async (t) => {
    const app = await new LoopbackServer((request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ cookie: request.headers.cookie ?? null, authorization: request.headers.authorization ?? null }));
    }).open();
    atEnd(t, () => app.close());
    const { api, zoe } = await signedInScene(t, { config: { session: { mode: 'tokens' }, frontend: { upstream: app.url } } });
    zoe.jar.set('accessToken', 'forged');
    zoe.jar.set('theme', 'dark');
    const saw = (await zoe.visit('/page')).json;
    const pairs = new Map(saw.cookie.split('; ').map((pair) => pair.split('=')));
    assert.deepEqual([...pairs.keys()].sort(), ['accessToken', 'refreshToken', 'theme']);
    assert.ok(api.tokens.has(pairs.get('accessToken')));
    assert.ok(api.tokens.has(pairs.get('refreshToken')));
    assert.ok(!saw.cookie.includes('cloche_session'));
});

test('a token too large for a cookie fails the sign-in with a reason in the log (CK-8)', limit, async (t) => {
    const api = await new MockApi().start();
    atEnd(t, () => api.stop());
    api.people.set(person.email, { ...person, password, role: 'x'.repeat(4_500) });
    const { gateway, visitor } = await scene(t, { api, config: { session: { mode: 'tokens' } } });
    const zoe = visitor();
    const answer = await zoe.signIn();
    assert.ok(answer.status >= 500, answer.describe());
    assert.deepEqual(answer.setCookies, []);
    await eventually('the reason', () => /cookie_not_set/.test(gateway.program.stderr));
    await eventually('the useless tokens are revoked', () => api.liveFamilies === 0);
    // In server mode the same token is no matter.
    const plain = await scene(t, { api });
    assert.equal((await plain.visitor().json('POST', '/api/auth/login', credentials)).status, 200);
});

test('every Set-Cookie line is short, plain and single (CK-7, CK-8)', limit, async (t) => {
    const { visitor } = await scene(t, { config: { session: { mode: 'tokens' } } });
    const answer = await visitor().signIn();
    const names = answer.setCookies.map((line) => parseSetCookie(line).name);
    assert.equal(new Set(names).size, names.length);
    for (const line of answer.setCookies) {
        assert.ok(Buffer.byteLength(line) <= 4096);
        assert.match(parseSetCookie(line).value, /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/);
    }
});

test('cookies in several lines are one list (CK-5)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const answer = await zoe.get('/api/proxy/echo', { headers: { cookie: ['theme=dark', zoe.jar.header, 'lang=en'] } });
    assert.equal(answer.status, 200, answer.describe());
});

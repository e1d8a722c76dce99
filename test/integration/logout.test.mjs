// Sign-out ends the session here first; the API is told afterwards, whatever state it is in (LO-1).
import assert from 'node:assert/strict';
import test from 'node:test';

import { parseSetCookie } from '../support/cookie_jar.mjs';
import { assertProblem, eventually, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

/** Same name, path and scope, Max-Age=0 and a date in the past (CK-11). */
function assertExpires(lines, names) {
    assert.deepEqual(lines.map((line) => parseSetCookie(line).name).sort(), [...names].sort());
    for (const line of lines) {
        const { value, attributes } = parseSetCookie(line);
        assert.equal(value, '', line);
        assert.equal(attributes.get('max-age'), '0', line);
        assert.ok(Date.parse(attributes.get('expires')) < Date.now(), line);
        assert.equal(attributes.get('path'), '/', line);
        assert.ok(!attributes.has('domain'), line);
    }
}

const ways = [
    ['DELETE /api/auth/logout', (zoe) => zoe.send('DELETE', '/api/auth/logout'), 200],
    ['POST /api/auth/logout', (zoe) => zoe.send('POST', '/api/auth/logout'), 200],
    ['the form', (zoe) => zoe.form('/auth/logout', {}), 303],
];
for (const [what, signOut, status] of ways) {
    test(`${what} ends the session, expires the cookie and tells the API`, limit, async (t) => {
        const { api, zoe } = await signedInScene(t);
        const stolen = zoe.twin();
        const answer = await signOut(zoe);
        assert.equal(answer.status, status, answer.describe());
        if (status === 200) {
            assert.equal(typeof answer.json.message, 'string');
            assert.equal(typeof answer.json.data.message, 'string');
        }
        assert.match(answer.headers['cache-control'], /no-store/);
        assertExpires(answer.setCookies, ['cloche_session']);
        assert.equal(zoe.jar.header, undefined);
        // SE-5: a copy of the cookie is worth nothing.
        assertProblem(await stolen.get('/api/proxy/echo'), 401, 'session_ended');
        assert.deepEqual(await stolen.session(), { authenticated: false });
        await eventually('the API is told', () => api.liveFamilies === 0);
        assert.equal(api.counts.logout, 1);
    });
}

test('without a session it answers the same', limit, async (t) => {
    const { api, visitor, zoe } = await signedInScene(t);
    const was = await zoe.signOut();
    const never = await visitor().signOut();
    assert.equal(never.status, 200, never.describe());
    assert.deepEqual(never.json, was.json);
    const again = await zoe.signOut();
    assert.equal(again.status, 200);
    assert.deepEqual(again.json, was.json);
    await sleep(300);
    assert.equal(api.counts.logout, 1);
});

test('GET and HEAD do nothing (CS-6)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    for (const path of ['/api/auth/logout', '/auth/logout']) {
        for (const method of ['GET', 'HEAD']) {
            const answer = await zoe.send(method, path);
            assert.ok([404, 405].includes(answer.status), answer.describe());
            assert.deepEqual(answer.setCookies, []);
        }
    }
    assert.equal((await zoe.session()).authenticated, true);
});

const troubles = [
    ['is slow', (api) => api.faults.add('logout', { kind: 'delay', ms: 5_000 })],
    ['hangs', (api) => api.faults.add('logout', { kind: 'hang' })],
    ['answers 401', (api) => api.faults.add('logout', { kind: 'status', status: 401 })],
    ['answers 500', (api) => api.faults.add('logout', { kind: 'status', status: 500 })],
    ['answers no JSON', (api) => api.faults.add('logout', { kind: 'garbage' })],
    ['cuts the connection', (api) => api.faults.add('logout', { kind: 'reset' })],
    ['is down', (api) => api.stop()],
];
for (const [what, makeTrouble] of troubles) {
    test(`an API that ${what} changes nothing for the browser (LO-1, defect 17)`, limit, async (t) => {
        const { api, zoe } = await signedInScene(t);
        await makeTrouble(api);
        const stolen = zoe.twin();
        const began = Date.now();
        const answer = await zoe.signOut();
        assert.ok(Date.now() - began < 3_000, 'the browser waits for the API');
        assert.equal(answer.status, 200, answer.describe());
        assertExpires(answer.setCookies, ['cloche_session']);
        assertProblem(await stolen.get('/api/proxy/echo'), 401, 'session_ended');
    });
}

test('an API that was down is told later', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    await api.stop();
    assert.equal((await zoe.signOut()).status, 200);
    await sleep(500);
    assert.equal(api.liveFamilies, 1);
    await api.start();
    await eventually('the API is told', () => api.liveFamilies === 0, 40_000);
});

for (const status of [408, 429, 503]) {
    test(`an API that answers ${status} is told again`, limit, async (t) => {
        const { api, zoe } = await signedInScene(t);
        api.faults.add('logout', { kind: 'status', status });
        assert.equal((await zoe.signOut()).status, 200);
        await eventually('the API is told', () => api.liveFamilies === 0, 40_000);
        assert.equal(api.requestsTo('logout').length, 2);
    });
}

test('the API is told nothing but what it needs (defect 7)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    zoe.jar.set('unrelated', 'secret');
    await zoe.send('DELETE', '/api/auth/logout', { headers: { 'x-custom': '1', 'x-forwarded-for': '6.6.6.6', connection: 'close, x-hop', 'x-hop': '1' } });
    await eventually('the API is told', () => api.counts.logout === 1);
    const { headers } = api.last('logout');
    assert.ok(!(headers.cookie ?? '').includes('unrelated'));
    assert.ok(!(headers.cookie ?? '').includes('cloche_session'));
    assert.equal(headers['x-custom'], undefined);
    assert.ok(!JSON.stringify(headers).includes('6.6.6.6'));
    assert.equal(headers.origin, undefined);
});

test('in tokens mode the copies go too', limit, async (t) => {
    const { zoe } = await signedInScene(t, { config: { session: { mode: 'tokens' } } });
    const answer = await zoe.signOut();
    assertExpires(answer.setCookies, ['cloche_session', 'accessToken', 'refreshToken']);
    assert.equal(zoe.jar.header, undefined);
});

test('a session ended in one place is ended everywhere at once', limit, async (t) => {
    const { zoe } = await signedInScene(t, { config: { threads: 4 } });
    const tabs = Array.from({ length: 12 }, () => zoe.twin());
    for (const tab of tabs) assert.equal((await tab.get('/api/proxy/echo')).status, 200);
    await zoe.signOut();
    for (const tab of tabs) assertProblem(await tab.get('/api/proxy/echo'), 401, 'session_ended');
});

test('the form leads to a page that says so', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const answer = await zoe.form('/auth/logout', {});
    const page = await zoe.visit(answer.headers.location);
    assert.equal(page.status, 200, page.describe());
    assert.match(page.text, /signed out/i);
});

test('a sign-out survives a restart', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const stolen = zoe.twin();
    await zoe.signOut();
    await gateway.restart('kill');
    const answer = await stolen.get('/api/proxy/echo');
    assert.equal(answer.status, 401, answer.describe());
});

test('nobody else is signed out by it', limit, async (t) => {
    const { visitor, zoe } = await signedInScene(t);
    const other = visitor();
    assert.equal((await other.signIn()).status, 200);
    await zoe.signOut();
    assert.equal((await other.get('/api/proxy/echo')).status, 200);
});

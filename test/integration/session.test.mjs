// GET /api/auth/session, the account page, and the lives of a session.
import assert from 'node:assert/strict';
import test from 'node:test';

import { person } from '../support/mock_api.mjs';
import { assertProblem, eventually, scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

test('the session, signed out', limit, async (t) => {
    const { visitor } = await scene(t);
    const answer = await visitor().get('/api/auth/session');
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json, { authenticated: false });
    assert.match(answer.headers['cache-control'], /no-store/);
    assert.deepEqual(answer.setCookies, []);
});

test('the session, signed in', limit, async (t) => {
    const { api, log, zoe } = await signedInScene(t);
    const answer = await zoe.get('/api/auth/session');
    assert.equal(answer.status, 200);
    assert.match(answer.headers['cache-control'], /no-store/);
    assert.deepEqual(answer.setCookies, []);
    assert.equal(answer.json.authenticated, true);
    assert.equal(answer.json.user.email, person.email);
    assert.equal(answer.json.user.fullName, person.fullName);
    for (const name of ['expires_in', 'idle_in', 'refresh_in']) {
        const value = answer.json.session[name];
        assert.ok(Number.isInteger(value) && value > 0 && value <= 30 * 24 * 3600, `${name}: ${value}`);
    }
    log.assertNoTokens(api.tokens);
});

test('unknown ids are signed out, and leave no cookie behind', limit, async (t) => {
    const { visitor } = await scene(t);
    for (const id of ['A'.repeat(43), 'x', '', '%00', 'a b', '"quoted"', 'A'.repeat(5000)]) {
        const zoe = visitor();
        const answer = await zoe.get('/api/auth/session', { headers: { cookie: `cloche_session=${id}` } });
        assert.deepEqual(answer.json, { authenticated: false }, id.slice(0, 20));
        assert.deepEqual(answer.setCookies, []);
        assertProblem(await zoe.get('/api/proxy/echo', { headers: { cookie: `cloche_session=${id}` } }), 401, 'unauthenticated');
    }
});

test('the cookie is looked for by its exact name (CK-3)', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const id = zoe.jar.get('cloche_session');
    for (const cookie of [
        `Cloche_Session=${id}`,
        `cloche_session\u00a0=${id}`,
        `$Version=1; $cloche_session=${id}`,
        `xcloche_session=${id}`,
        `a="; cloche_session=${id}"`,
        `other=cloche_session=${id}`,
    ]) {
        const raw = Buffer.from(cookie, 'latin1').toString('latin1');
        const answer = await zoe.get('/api/auth/session', { headers: { cookie: raw } });
        assert.deepEqual(answer.json, { authenticated: false }, cookie);
    }
});

test('the cookie twice: one good value counts, two of them do not (CK-4)', limit, async (t) => {
    const { visitor, zoe } = await signedInScene(t);
    const ann = visitor();
    assert.equal((await ann.signIn()).status, 200);
    const [a, b] = [zoe.jar.get('cloche_session'), ann.jar.get('cloche_session')];
    const authenticated = async (cookie) => (await zoe.get('/api/auth/session', { headers: { cookie } })).json.authenticated;
    assert.equal(await authenticated(`cloche_session=junk; cloche_session=${a}`), true);
    assert.equal(await authenticated(`cloche_session=${a}; x=1; cloche_session=${'B'.repeat(43)}`), true);
    assert.equal(await authenticated(`cloche_session=${a}; cloche_session=${b}`), false);
    assertProblem(await zoe.get('/api/proxy/echo', { headers: { cookie: `cloche_session=${a}; cloche_session=${b}` } }), 401, 'unauthenticated');
});

test('asking after the session does not keep it alive, using it does (SE-4)', limit, async (t) => {
    const { visitor, zoe } = await signedInScene(t, { config: { session: { idle: '3s' } } });
    const asking = visitor();
    assert.equal((await asking.signIn()).status, 200);
    const until = Date.now() + 5_000;
    while (Date.now() < until) {
        await asking.session();
        assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
        await sleep(300);
    }
    assert.deepEqual(await asking.session(), { authenticated: false });
    assertProblem(await asking.get('/api/proxy/echo'), 401, 'session_ended');
    assert.equal((await zoe.session()).authenticated, true);
});

test('a session ends at its absolute end, however much it is used', limit, async (t) => {
    const { zoe } = await signedInScene(t, { config: { session: { absolute: '2s', idle: '2s' } } });
    assert.ok((await zoe.session()).session.expires_in <= 2);
    await eventually('the end', async () => (await zoe.get('/api/proxy/echo')).status === 401, 5_000);
    assertProblem(await zoe.get('/api/proxy/echo'), 401, 'session_ended');
    assert.equal((await zoe.session()).authenticated, false);
});

test('a session lives no longer than its refresh token (SE-9)', limit, async (t) => {
    const { zoe } = await signedInScene(t, { api: { accessLife: 30, refreshLife: 100 } });
    assert.ok((await zoe.session()).session.expires_in <= 100);
});

test('a session survives a restart', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    await gateway.restart();
    assert.equal((await zoe.session()).authenticated, true);
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
});

test('sessions in memory end with the process', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t, { config: { session: { store: 'memory' } } });
    assert.equal((await zoe.session()).authenticated, true);
    await gateway.restart();
    assert.equal((await zoe.session()).authenticated, false);
});

test('a fault of the user endpoint does not keep anyone from signing in', limit, async (t) => {
    const { api, visitor } = await scene(t);
    api.faults.add('me', { kind: 'status', status: 500 });
    const zoe = visitor();
    assert.equal((await zoe.signIn()).status, 200);
    assert.equal((await zoe.session()).authenticated, true);
});

test('the account page shows the user, for the signed-in alone (BF-14)', limit, async (t) => {
    const { api, log, visitor, zoe } = await signedInScene(t);
    const page = await zoe.visit('/auth/account');
    assert.equal(page.status, 200, page.describe());
    assert.match(page.text, /Hello, Zoe Hill/);
    assert.match(page.text, /zoe@example\.org/);
    assert.match(page.headers['cache-control'], /no-store/);
    log.assertNoTokens(api.tokens);
    const stranger = await visitor().visit('/auth/account');
    assert.equal(stranger.status, 303, stranger.describe());
    assert.match(stranger.headers.location, /^\/auth\/login\?next=%2Fauth%2Faccount|^\/auth\/login/);
    assert.ok(!stranger.text.includes('Zoe'));
});

test('without a front end the start leads to the account page', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const start = await zoe.visit('/');
    assert.ok([302, 303, 307].includes(start.status), start.describe());
    assert.equal(start.headers.location, '/auth/account');
});

// GET and DELETE /api/auth/sessions: where somebody is signed in (SE-7).
import assert from 'node:assert/strict';
import test from 'node:test';

import { assertProblem, eventually, scene, signedInScene } from '../support/scene.mjs';
import { password } from '../support/mock_api.mjs';
import { Visitor } from '../support/visitor.mjs';

const limit = { timeout: 60_000 };
const path = '/api/auth/sessions';

/** Zoe in three browsers, and Yan in one. */
async function crowd(t, config = {}) {
    const all = await scene(t, { config });
    all.api.people.set('yan@example.org', { id: 8, fullName: 'Yan', email: 'yan@example.org', role: 'user', password });
    const browser = (agent) => new Visitor(all.gateway.origin, { log: all.log, headers: { 'user-agent': agent } });
    const zoes = ['phone', 'laptop', 'library'].map(browser);
    for (const zoe of zoes) assert.equal((await zoe.signIn()).status, 200);
    const yan = browser('yan');
    const answer = await yan.json('POST', '/api/auth/login', { email: 'yan@example.org', password });
    assert.equal(answer.status, 200, answer.describe());
    return { ...all, zoes, yan };
}

for (const store of ['sqlite', 'memory']) {
    test(`a person sees where they are signed in, newest first, and nobody else's (${store})`, limit, async (t) => {
        const { api, log, zoes, yan } = await crowd(t, { session: { store } });
        const { sessions } = (await zoes[1].get(path)).json;
        assert.deepEqual(sessions.map(({ agent, current }) => [agent, current]), [['library', false], ['laptop', true], ['phone', false]]);
        for (const one of sessions) {
            assert.match(one.id, /^[0-9a-f]{32}$/);
            assert.equal(one.address, '127.0.0.1');
            for (const name of ['made_ago', 'used_ago']) assert.ok(one[name] >= 0 && one[name] < 60, JSON.stringify(one));
            assert.ok(one.expires_in > 0);
        }
        assert.equal((await yan.get(path)).json.sessions.length, 1);
        log.assertNoTokens(api.tokens);
    });
}

test('one can be ended from another, and is over there at once', limit, async (t) => {
    const { api, gateway, zoes, yan } = await crowd(t);
    const [phone, laptop] = zoes;
    const named = (agent) => async (who) => (await who.get(path)).json.sessions.find((one) => one.agent === agent);
    const { id } = await named('phone')(laptop);

    assertProblem(await yan.send('DELETE', `${path}/${id}`), 404, 'not_found');
    assert.equal((await phone.get('/api/proxy/echo')).status, 200);

    const ended = await laptop.send('DELETE', `${path}/${id}`);
    assert.equal(ended.status, 200, ended.describe());
    assert.deepEqual(ended.json.data, { ended: 1 });
    assertProblem(await phone.get('/api/proxy/echo'), 401, 'session_ended');
    assert.equal((await laptop.get('/api/proxy/echo')).status, 200);
    assertProblem(await laptop.send('DELETE', `${path}/${id}`), 404, 'not_found');
    await eventually('the API is told', () => api.counts.logout === 1);
    assert.ok(gateway.program.events.some(({ event }) => event === 'session_revoked'));

    // One's own: the cookie goes with it.
    const own = await named('laptop')(laptop);
    const out = await laptop.send('DELETE', `${path}/${own.id}`);
    assert.deepEqual(out.json.data, { ended: 1 });
    assert.match(out.setCookies[0], /Max-Age=0/);
    assertProblem(await laptop.get(path), 401, 'unauthenticated');
});

test('all others can be ended at once; all without saying so cannot', limit, async (t) => {
    const { zoes, yan } = await crowd(t);
    const [phone, laptop, library] = zoes;
    assertProblem(await laptop.send('DELETE', path), 400, 'bad_request');
    assertProblem(await laptop.send('DELETE', `${path}?others=0`), 400, 'bad_request');
    const ended = await laptop.send('DELETE', `${path}?others=1`);
    assert.deepEqual(ended.json.data, { ended: 2 });
    for (const gone of [phone, library]) assertProblem(await gone.get('/api/proxy/echo'), 401, 'session_ended');
    for (const there of [laptop, yan]) assert.equal((await there.get('/api/proxy/echo')).status, 200);
    assert.deepEqual((await laptop.send('DELETE', `${path}?others=1`)).json.data, { ended: 0 });
});

test('without a session there is no list, and another site can end nothing', limit, async (t) => {
    const { visitor, zoe } = await signedInScene(t);
    assertProblem(await visitor().get(path), 401, 'unauthenticated');
    assertProblem(await visitor().send('DELETE', `${path}?others=1`), 401, 'unauthenticated');
    const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    assertProblem(await zoe.send('DELETE', `${path}?others=1`, { headers: elsewhere }), 403, 'csrf_failed');
    assertProblem(await zoe.json('POST', path, {}), 405, 'method_not_allowed');
});

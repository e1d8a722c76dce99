// An auth API of another shape is a change of the description, not of code.
import assert from 'node:assert/strict';
import test from 'node:test';

import { MockApi } from '../support/mock_api.mjs';
import { OtherApi } from '../support/other_api.mjs';
import { atEnd } from '../support/cleanup.mjs';
import { assertProblem, eventually, scene, sleep } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

test('both tokens in the body, opaque, form-encoded sign-in, refresh by a JSON member', limit, async (t) => {
    const api = await new OtherApi({ accessLife: 2, refreshLife: 600 }).start();
    atEnd(t, () => api.stop());
    const { log, visitor } = await scene(t, { api, config: { provider: api.description } });
    const zoe = visitor();

    const answer = await zoe.signIn();
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(answer.json.welcome, true);
    log.assertNoTokens(api.tokens);
    assert.match(api.requests[0].body, /email=zoe%40example\.org&password=correct(\+|%20)horse(\+|%20)battery/);
    const session = await zoe.session();
    assert.deepEqual(session.user, { mail: 'zoe@example.org', name: 'Zoe Hill' });
    assert.ok(session.session.expires_in <= 600);

    for (let life = 1; life <= 2; ++life) {
        await sleep(2_300);
        const answers = await Promise.all(Array.from({ length: 50 }, () => zoe.get('/api/proxy/anything')));
        for (const each of answers) assert.equal(each.status, 200, each.describe());
        assert.equal(api.counts.refresh, life);
    }
    assert.equal(api.counts.doubleSpend, 0);

    for (const path of ['/session', '/session/renew', '/session/end', '/SESSION/']) {
        assertProblem(await zoe.get(`/api/proxy${path}`), 404, 'not_found');
    }
    await zoe.signOut();
    await eventually('the API is told', () => api.counts.logout === 1);
    assert.ok(JSON.parse(api.requests.at(-1).body).renewal, 'the refresh token goes where a refresh puts it');
    log.assertNoTokens(api.tokens);
});

test('a form to refresh with is a form to sign out with', limit, async (t) => {
    const api = await new OtherApi().start();
    atEnd(t, () => api.stop());
    const refresh = { ...api.description.refresh, format: 'form' };
    const { visitor } = await scene(t, { api, config: { provider: { ...api.description, refresh } } });
    const zoe = visitor();
    await zoe.signIn();
    await zoe.signOut();
    await eventually('the API is told', () => api.counts.logout === 1);
    const { headers, body } = api.requests.at(-1);
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    assert.ok(new URLSearchParams(body).get('renewal'), body);
});

test('its own word for a final refusal ends the session', limit, async (t) => {
    const api = await new OtherApi({ accessLife: 2 }).start();
    atEnd(t, () => api.stop());
    const { visitor } = await scene(t, { api, config: { provider: api.description } });
    const zoe = visitor();
    await zoe.signIn();
    api.faults.add('refresh', { kind: 'status', status: 401 });
    await sleep(2_300);
    assertProblem(await zoe.get('/api/proxy/x'), 503, 'refresh_unavailable');
    assert.equal((await zoe.session()).authenticated, true);
    api.faults.add('refresh', { kind: 'status', status: 400, times: 10 });
    await eventually('the end', async () => (await zoe.get('/api/proxy/x')).status === 401, 20_000);
    assertProblem(await zoe.get('/api/proxy/x'), 401, 'session_ended');
});

test('the cookie of the refresh token has another name, the answer another place', limit, async (t) => {
    const { api, visitor } = await scene(t, {
        api: { refreshCookie: 'rt', accessLife: 2 },
        config: { provider: { refresh_token: { cookie: 'rt' }, expires: { at: '/data/expiresIn' } } },
    });
    const zoe = visitor();
    assert.equal((await zoe.signIn()).status, 200);
    await sleep(2_300);
    assert.equal((await zoe.get('/api/proxy/guarded')).status, 200);
    assert.equal(api.counts.refresh, 1);
    assert.match(api.last('refresh').headers.cookie, /^rt=/);
});

test('a token of unknown life is refreshed after a 401 only', limit, async (t) => {
    const { api, visitor } = await scene(t, { api: { accessLife: 2 }, config: { provider: { expires: 'unknown' } } });
    const zoe = visitor();
    assert.equal((await zoe.signIn()).status, 200);
    assert.equal((await zoe.session()).session.refresh_in, undefined);
    await zoe.get('/api/proxy/echo');
    assert.equal(api.counts.refresh, 0);
});

test('an API without a user, register, verify or logout endpoint', limit, async (t) => {
    const api = await new MockApi().start();
    atEnd(t, () => api.stop());
    const { visitor } = await scene(t, { api, config: { provider: { user: 'none', register: 'none', verify: 'none', logout: 'none' } } });
    const zoe = visitor();
    assert.equal((await zoe.signIn()).status, 200);
    assert.equal(api.counts.me, 0);
    assert.equal((await zoe.session()).authenticated, true);
    for (const path of ['/api/auth/register', '/api/auth/verify']) assertProblem(await zoe.json('POST', path, {}), 404, 'not_found');
    for (const path of ['/auth/register', '/auth/verify?token=t']) {
        assert.equal((await zoe.visit(path)).status, 404);
        assert.equal((await zoe.form(path, {})).status, 404);
    }
    assert.ok(!(await visitor().visit('/auth/login')).text.includes('register'));
    const account = await zoe.visit('/auth/account');
    assert.equal(account.status, 200, account.describe());
    assert.ok(!account.text.includes('data-url'));
    assert.equal((await zoe.signOut()).status, 200);
    await sleep(300);
    assert.equal(api.counts.logout, 0);
});

test('an API that registers people, and verifies them by itself', limit, async (t) => {
    const { api, visitor } = await scene(t, { config: { provider: { verify: 'none' } } });
    const zoe = visitor();
    const fields = { fullName: 'Ann Example', email: 'ann@example.org', password: 'correct horse battery' };
    const registered = await zoe.form('/auth/register', fields);
    assert.equal(registered.status, 303, registered.describe());
    assert.match((await zoe.visit(registered.headers.location)).text, /Check your mail/);
    assert.match((await zoe.visit('/auth/verify?token=good-token')).text, /Check your mail/);
    assert.equal((await zoe.form('/auth/verify', { token: 'good-token', email: fields.email })).status, 405);
    assert.deepEqual(api.verified, []);
});

test('the account page calls what the API calls the user', limit, async (t) => {
    const api = await new OtherApi().start();
    atEnd(t, () => api.stop());
    const { visitor } = await scene(t, { api, config: { provider: api.description } });
    const zoe = visitor();
    await zoe.signIn();
    assert.match((await zoe.visit('/auth/account')).text, /data-url="\/api\/proxy\/profile"/);
    assert.equal((await zoe.get('/api/proxy/profile')).json.profile.mail, 'zoe@example.org');
});

test('other prefixes', limit, async (t) => {
    const { visitor } = await scene(t, { config: { prefixes: { api: '/gate', pages: '/members' }, proxy: { prefix: '/backend' } } });
    const zoe = visitor();
    assert.equal((await zoe.json('POST', '/gate/login', { email: 'zoe@example.org', password: 'correct horse battery' })).status, 200);
    assert.equal((await zoe.get('/gate/session')).json.authenticated, true);
    assert.equal((await zoe.get('/backend/echo?x')).json.url, '/echo?x');
    const page = await zoe.visit('/members/account');
    assert.match(page.text, /action="\/members\/logout"/);
    assert.match(page.text, /data-url="\/backend\/auth\/me"/);
    assert.equal((await zoe.get('/backend/auth/login')).status, 404);
    assert.equal((await zoe.get('/api/auth/session')).status, 404);
});

// The mocks are what the program is judged against, so they are judged first.
import assert from 'node:assert/strict';
import test from 'node:test';

import { atEnd } from './cleanup.mjs';
import { exchange } from './http_client.mjs';
import { MockApi, password, person } from './mock_api.mjs';
import { OtherApi } from './other_api.mjs';
import { readJwt } from './tokens.mjs';

async function started(t, options, Api = MockApi) {
    const api = await new Api(options).start();
    atEnd(t, () => api.stop());
    return api;
}

const login = (api, fields = { email: person.email, password }) =>
    exchange(`${api.url}/auth/login`, { method: 'POST', body: JSON.stringify(fields) });

const cookieOf = (answer) => answer.setCookies[0].split(';')[0];
const refresh = (api, cookie) => exchange(`${api.url}/auth/refresh-token`, { headers: { cookie } });

test('mock API: signs in with a cookie and an access token of the asked life', async (t) => {
    const api = await started(t, { accessLife: 17 });
    const answer = await login(api);
    assert.equal(answer.status, 200);
    assert.match(answer.setCookies[0], /^refreshToken=[\w-]{43}; Max-Age=3600; Path=\/; Expires=.* GMT; HttpOnly; SameSite=Lax$/);
    const claims = readJwt(answer.json.data.accessToken);
    assert.equal(claims.exp - claims.iat, 17);
    assert.equal(api.tokens.size, 2);
});

test('mock API: refuses a wrong password and words what is wrong with fields', async (t) => {
    const api = await started(t);
    assert.equal((await login(api, { email: person.email, password: 'x' })).status, 401);
    const answer = await login(api, { email: 'x' });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.json.message.map((complaint) => complaint.property), ['email', 'password']);
});

test('mock API: a refresh token used twice ends its family', async (t) => {
    const api = await started(t);
    const first = cookieOf(await login(api));
    const second = cookieOf(await refresh(api, first));
    assert.notEqual(first, second);
    assert.equal((await refresh(api, first)).status, 401);
    assert.equal((await refresh(api, second)).status, 401);
    assert.equal(api.counts.doubleSpend, 1);
    assert.equal(api.liveFamilies, 0);
});

test('mock API: within the grace the direct predecessor gets the same successor, an older one ends the family', async (t) => {
    const api = await started(t, { grace: 10_000 });
    const first = cookieOf(await login(api));
    const second = cookieOf(await refresh(api, first));
    assert.equal(cookieOf(await refresh(api, first)), second);
    const third = cookieOf(await refresh(api, second));
    assert.notEqual(third, second);
    assert.equal((await refresh(api, first)).status, 401);
    assert.equal(api.liveFamilies, 0);
});

test('mock API: faults come in turn and before or after the work', async (t) => {
    const api = await started(t, { grace: 10_000 });
    const cookie = cookieOf(await login(api));
    api.faults
        .add('refresh', { kind: 'status', status: 503 })
        .add('refresh', { kind: 'garbage' })
        .add('refresh', { kind: 'reset' })
        .add('refresh', { kind: 'reset', after: true })
        .add('refresh', { kind: 'half' });
    assert.equal((await refresh(api, cookie)).status, 503);
    assert.match((await refresh(api, cookie)).text, /html/);
    await assert.rejects(refresh(api, cookie));
    assert.equal(api.counts.refresh, 0);
    await assert.rejects(refresh(api, cookie));
    assert.equal(api.counts.refresh, 1);
    await assert.rejects(refresh(api, cookie));
    assert.equal(api.counts.graceReplay, 1);
    assert.equal((await refresh(api, cookie)).status, 200);
});

test('mock API: sign-out ends the family', async (t) => {
    const api = await started(t);
    const answer = await login(api);
    const headers = { authorization: `Bearer ${answer.json.data.accessToken}` };
    assert.equal((await exchange(`${api.url}/auth/me`, { headers })).json.data.email, person.email);
    assert.equal((await exchange(`${api.url}/auth/logout`, { method: 'DELETE', headers })).status, 200);
    assert.equal((await exchange(`${api.url}/auth/me`, { headers })).status, 401);
});

test('mock API: echo says what reached it, and never the token', async (t) => {
    const api = await started(t);
    const token = (await login(api)).json.data.accessToken;
    const answer = await exchange(`${api.url}/echo/a%20b?q=1&q=2`, { method: 'PUT', headers: { authorization: `Bearer ${token}` }, body: 'four' });
    assert.equal(answer.json.url, '/echo/a%20b?q=1&q=2');
    assert.equal(answer.json.body.length, 4);
    assert.equal(answer.json.bearer, true);
    assert.ok(!answer.text.includes(token));
});

test('mock API: streams as many bytes as asked for and counts those it gets', async (t) => {
    const api = await started(t);
    assert.equal((await exchange(`${api.url}/download?bytes=1000001`)).body.length, 1_000_001);
    const answer = await exchange(`${api.url}/upload`, { method: 'POST', body: Buffer.alloc(300_000) });
    assert.equal(answer.json.length, 300_000);
});

test('mock API: comes back at the same port', async (t) => {
    const api = await started(t);
    const { port } = api;
    await api.stop();
    await assert.rejects(exchange(`http://127.0.0.1:${port}/echo`));
    await api.start(port);
    assert.equal((await exchange(`${api.url}/echo`)).status, 200);
});

test('other API: form in, both tokens in the body, refresh by JSON member', async (t) => {
    const api = await started(t, {}, OtherApi);
    const answer = await exchange(`${api.url}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'email=zoe%40example.org&password=correct+horse+battery',
    });
    const { renewal } = answer.json.tokens;
    const renew = (token) => exchange(`${api.url}/session/renew`, { method: 'POST', body: JSON.stringify({ renewal: token }) });
    assert.equal((await renew(renewal)).status, 200);
    assert.equal((await renew(renewal)).status, 400);
    assert.equal(api.counts.doubleSpend, 1);
});

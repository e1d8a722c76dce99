// A tour of everything a browser can ask for, after which no token may have been seen in any answer, nor in the log, nor
// in the metrics (BF-1, LG-1). In tokens mode the two HttpOnly copies are the exception the mode exists for.
import assert from 'node:assert/strict';
import test from 'node:test';

import { exchange } from '../support/http_client.mjs';
import { password, person } from '../support/mock_api.mjs';
import { eventually, scene, sleep } from '../support/scene.mjs';
import { TrafficLog } from '../support/traffic_log.mjs';

const limit = { timeout: 120_000 };

async function tour(t, config) {
    const all = await scene(t, { api: { accessLife: 2, grace: 10_000 }, config });
    const { api, gateway, log, visitor } = all;
    const zoe = visitor();
    await zoe.visit('/');
    await zoe.visit('/auth/login');
    await zoe.signIn({ password: 'wrong but secret' });
    await zoe.form('/auth/login', { email: person.email, password });
    await zoe.visit('/auth/account');
    await zoe.get('/api/auth/session');
    await zoe.get('/api/proxy/auth/me');
    for (const path of ['/echo', '/cookies', '/redirect', '/created', '/binary', '/empty', '/status/500', '/status/401', '/nothing']) await zoe.get(`/api/proxy${path}`);
    for (const path of ['/auth/login', '/auth/refresh-token', '/auth/logout']) {
        for (const method of ['GET', 'POST', 'DELETE']) await zoe.send(method, `/api/proxy${path}`);
    }
    await sleep(2_300);
    await Promise.all(Array.from({ length: 10 }, () => zoe.get('/api/proxy/echo')));
    await sleep(2_300);
    await zoe.send('POST', '/api/auth/refresh');
    await sleep(2_300);
    for (const fault of [{ kind: 'garbage' }, { kind: 'status', status: 500 }, { kind: 'half' }]) {
        api.faults.add('refresh', fault);
        await zoe.get('/api/proxy/echo');
    }
    await eventually('healing', async () => (await zoe.get('/api/proxy/echo')).status === 200, 20_000);
    // Faults in which the API itself shows tokens in a strange place.
    api.faults.add('login', { kind: 'half' });
    await visitor().signIn();
    api.forgetAccessTokens();
    await zoe.get('/api/proxy/guarded');
    await zoe.signIn();
    await zoe.signOut();
    await eventually('the API is told', () => api.counts.logout > 0);
    await zoe.get('/api/proxy/echo');
    log.add('metrics', (await exchange(`${gateway.operationsUrl}/metrics`)).text);
    await gateway.stop();
    assert.ok(api.tokens.size >= 8, 'too few tokens for the tour to mean anything');
    return all;
}

test('server mode: no token anywhere', limit, async (t) => {
    const { api, log } = await tour(t, {});
    log.assertNoTokens([...api.tokens, password, 'wrong but secret']);
});

test('tokens mode: only in its two cookies', limit, async (t) => {
    const { api, log } = await tour(t, { session: { mode: 'tokens' } });
    // The cookies are taken out of what was recorded; everything else must be clean.
    const rest = new TrafficLog();
    let copies = 0;
    for (const { source, text } of log.find('')) {
        rest.add(source, text.replace(/^set-cookie: (accessToken|refreshToken)=.*$/gim, (line) => {
            copies += 1;
            assert.match(line, /; HttpOnly/);
            return '';
        }));
    }
    assert.ok(copies > 0, 'tokens mode set no copies');
    rest.assertNoTokens([...api.tokens, password]);
});

test('the id of the session is not in the log either', limit, async (t) => {
    const { gateway, visitor } = await scene(t);
    const zoe = visitor();
    await zoe.signIn();
    const id = zoe.jar.get('cloche_session');
    await zoe.get('/api/proxy/echo');
    await zoe.signOut();
    await gateway.stop();
    assert.ok(!gateway.program.stderr.includes(id));
});

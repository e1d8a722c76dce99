// The refresh engine seen from outside: when it runs, what a fault does, what it never does.
import assert from 'node:assert/strict';
import test from 'node:test';

import { assertProblem, eventually, scene, signedInScene, sleep, tally } from '../support/scene.mjs';

const limit = { timeout: 120_000 };
// Lives of two seconds: the margin is a fifth of that.
const shortLife = { accessLife: 2 };

/** Until the access token is surely over. */
const untilExpired = (api) => sleep(api.accessLife * 1000 + 300);

test('an expired token is replaced before the request goes on (BF-11, RT-12)', limit, async (t) => {
    const { api, log, zoe } = await signedInScene(t, { api: shortLife });
    const id = zoe.jar.get('cloche_session');
    for (let life = 1; life <= 3; ++life) {
        await untilExpired(api);
        const answer = await zoe.get('/api/proxy/guarded');
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(api.counts.refresh, life);
        assert.deepEqual(answer.setCookies, [], 'a refresh changes nothing the browser holds');
    }
    assert.equal(zoe.jar.get('cloche_session'), id);
    assert.equal(api.counts.doubleSpend, 0);
    log.assertNoTokens(api.tokens);
});

test('a token that is soon over is replaced in the background', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 5 } });
    api.faults.add('refresh', { kind: 'delay', ms: 300 });
    await sleep(4_200); // the last fifth has begun
    const answer = await zoe.get('/api/proxy/echo');
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(api.counts.refresh, 0, 'the request waited for the refresh');
    await eventually('the refresh', () => api.counts.refresh === 1, 3_000);
});

test('a token that is good for long is left alone', limit, async (t) => {
    const { api, zoe } = await signedInScene(t);
    for (let i = 0; i < 5; ++i) await zoe.get('/api/proxy/guarded');
    const answer = await zoe.send('POST', '/api/auth/refresh');
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(answer.json.authenticated, true);
    assert.equal(api.counts.refresh, 0);
});

test('POST /api/auth/refresh', limit, async (t) => {
    const { api, log, visitor, zoe } = await signedInScene(t, { api: shortLife });

    await t.test('refreshes when it is due, and answers like the session does', async () => {
        await untilExpired(api);
        const answer = await zoe.send('POST', '/api/auth/refresh');
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(answer.json.authenticated, true);
        assert.ok(answer.json.session.refresh_in >= 0);
        assert.equal(api.counts.refresh, 1);
        log.assertNoTokens(api.tokens);
    });

    await t.test('without a session it is a 401', async () => {
        const answer = await visitor().send('POST', '/api/auth/refresh');
        assertProblem(answer, 401, 'unauthenticated');
    });

    await t.test('GET and HEAD do nothing (CS-6)', async () => {
        await untilExpired(api);
        const before = api.counts.refresh;
        for (const method of ['GET', 'HEAD']) assert.equal((await zoe.send(method, '/api/auth/refresh')).status, 405);
        assert.equal(api.counts.refresh, before);
    });

    await t.test('with the API down it is a 503 with Retry-After, and the session lives on (RT-6)', async () => {
        await untilExpired(api);
        await api.stop();
        const answer = await zoe.send('POST', '/api/auth/refresh');
        assertProblem(answer, 503, 'refresh_unavailable');
        assert.ok(Number(answer.headers['retry-after']) >= 1, answer.describe());
        assert.equal((await zoe.session()).authenticated, true);
        await api.start();
        await eventually('the refresh', async () => (await zoe.send('POST', '/api/auth/refresh')).status === 200);
    });
});

test('a fault of the API is no storm: one try a step, however many ask', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: shortLife });
    await untilExpired(api);
    api.faults.add('refresh', { kind: 'status', status: 503, times: Infinity });
    const until = Date.now() + 4_000;
    const statuses = [];
    while (Date.now() < until) {
        const answers = await Promise.all(Array.from({ length: 10 }, () => zoe.get('/api/proxy/guarded')));
        statuses.push(...answers.map((answer) => answer.status));
        await sleep(50);
    }
    const tries = api.requestsTo('refresh').length;
    assert.deepEqual(Object.keys(tally(statuses)), ['503']);
    assert.ok(statuses.length > 100, `only ${statuses.length} requests were made`);
    assert.ok(tries >= 1 && tries <= 12, `${tries} tries for ${statuses.length} requests in 4 s`);
    api.faults.clear('refresh');
    await eventually('it heals', async () => (await zoe.get('/api/proxy/guarded')).status === 200, 30_000);
});

test('a refresh slower than the wait is a 503, and its tokens are not lost', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 3 }, config: { provider: { refresh: { wait: '500ms' } } } });
    await untilExpired(api);
    api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_500 });
    const answer = await zoe.get('/api/proxy/guarded');
    assertProblem(answer, 503, 'refresh_unavailable');
    assert.ok(answer.headers['retry-after']);
    await eventually('the outcome', async () => (await zoe.get('/api/proxy/guarded')).status === 200, 5_000);
    assert.equal(api.counts.doubleSpend, 0);
});

test('a refresh is not repeated by a reused connection that broke', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 2, grace: 10_000 } });
    await untilExpired(api);
    api.faults.add('refresh', { kind: 'reset', after: true });
    const before = api.requestsTo('refresh').length;
    await zoe.get('/api/proxy/echo');
    // The repetition belongs to the engine, which counts it: never two requests within the same moment.
    await sleep(50);
    const tries = api.requestsTo('refresh').slice(before);
    for (let i = 1; i < tries.length; ++i) assert.ok(tries[i].at - tries[i - 1].at >= 50, 'repeated at once');
});

test('a 401 to a token that should be good', limit, async (t) => {
    await t.test('an older token is replaced once and the request repeated (BF-12)', async (t2) => {
        const { api, zoe } = await signedInScene(t2, { api: { accessLife: 6 } });
        await sleep(3_300); // older than half its life, not yet due
        api.forgetAccessTokens();
        const answer = await zoe.get('/api/proxy/guarded');
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(api.counts.refresh, 1);
    });

    await t.test('a request with a small body is repeated whole, one with a large body is not', async (t2) => {
        const { api, zoe } = await signedInScene(t2, { api: { accessLife: 6 } });
        await sleep(3_300);
        api.forgetAccessTokens();
        const small = await zoe.send('POST', '/api/proxy/guarded', { body: 'small', headers: { 'content-type': 'text/plain' } });
        assert.equal(small.status, 200, small.describe());
        assert.equal(small.json.body.length, 5);
        await sleep(3_300);
        api.forgetAccessTokens();
        const before = api.requestsTo('other').length;
        const large = await zoe.send('POST', '/api/proxy/guarded', { body: Buffer.alloc(200_000), headers: { 'content-type': 'text/plain' } });
        assert.equal(large.status, 401, large.describe());
        assert.equal(api.requestsTo('other').length, before + 1);
    });

    await t.test('a fresh token is not replaced: the 401 goes back', async (t2) => {
        const { api, zoe } = await signedInScene(t2);
        api.forgetAccessTokens();
        const answer = await zoe.get('/api/proxy/guarded');
        assert.equal(answer.status, 401);
        assert.equal(answer.headers['cloche-error'], undefined);
        assert.equal(api.counts.refresh, 0);
        assert.equal((await zoe.session()).authenticated, true);
    });
});

test('page loads refresh only when it is due, not at each load (defect 8)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 30 } });
    for (let i = 0; i < 10; ++i) assert.equal((await zoe.visit('/auth/account')).status, 200);
    assert.equal(api.counts.refresh, 0);
});

test('nobody is refreshed who is not signed in', limit, async (t) => {
    const { api, visitor } = await scene(t, { api: shortLife });
    await visitor().get('/api/proxy/guarded');
    await visitor().send('POST', '/api/auth/refresh');
    assert.equal(api.requests.length, 0);
});

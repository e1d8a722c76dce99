// SIGKILL at the worst moment. With a grace of ten seconds at the API nobody is signed out; without one, the loss that
// nobody can avoid is counted and named (3-sessions: "outcome unknown").
import assert from 'node:assert/strict';
import test from 'node:test';

import { exchange } from '../support/http_client.mjs';
import { eventually, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

const moments = [
    ['before the API got the call', { kind: 'hang' }, (api) => api.requestsTo('refresh').length > 0],
    ['after the API rotated, before it answered', { kind: 'delay', after: true, ms: 3_000 }, (api) => api.counts.refresh === 1],
];
for (const [when, fault, reached] of moments) {
    for (const mode of ['server', 'tokens']) {
        test(`killed in the middle of a refresh, ${when}: the session lives (${mode})`, limit, async (t) => {
            const { api, gateway, zoe } = await signedInScene(t, { api: { accessLife: 3, grace: 10_000 }, config: { session: { mode } } });
            await sleep(3_300);
            api.faults.add('refresh', fault);
            const waiting = zoe.get('/api/proxy/guarded').catch((error) => error);
            await eventually('the call', () => reached(api));
            await gateway.restart('kill');
            await waiting;
            api.faults.clear();
            await eventually('it heals', async () => (await zoe.get('/api/proxy/guarded')).status === 200, 9_000);
            assert.equal((await zoe.session()).authenticated, true);
            assert.equal(api.counts.doubleSpend, 0);
        });
    }
}

test('a flight found at start is an orphan and repeated at once, before anyone asks', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { api: { accessLife: 3, grace: 10_000 } });
    await sleep(3_300);
    api.faults.add('refresh', { kind: 'delay', after: true, ms: 3_000 });
    const waiting = zoe.get('/api/proxy/guarded').catch((error) => error);
    await eventually('the call', () => api.counts.refresh === 1);
    await gateway.restart('kill');
    await waiting;
    await eventually('the repetition', () => api.counts.graceReplay >= 1, 4_000);
    assert.equal((await zoe.get('/api/proxy/guarded')).status, 200);
});

test('no grace at the API: the loss is counted and named', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { api: { accessLife: 3 } });
    await sleep(3_300);
    api.faults.add('refresh', { kind: 'delay', after: true, ms: 3_000 });
    const waiting = zoe.get('/api/proxy/guarded').catch((error) => error);
    await eventually('the call', () => api.counts.refresh === 1);
    await gateway.restart('kill');
    await waiting;
    await eventually('the end', async () => (await zoe.get('/api/proxy/guarded')).status === 401, 15_000);
    assert.match(gateway.program.stderr, /refresh_outcome_unknown/);
    const { text } = await exchange(`${gateway.operationsUrl}/metrics`);
    assert.match(text, /outcome_unknown[^\n]* [1-9]/);
});

test('killed right after a sign-in, a sign-out, and again and again', limit, async (t) => {
    const { gateway, visitor, zoe } = await signedInScene(t);
    for (let round = 0; round < 5; ++round) {
        const ann = visitor();
        assert.equal((await ann.signIn()).status, 200);
        const gone = visitor();
        assert.equal((await gone.signIn()).status, 200);
        const stolen = gone.twin();
        assert.equal((await gone.signOut()).status, 200);
        await gateway.restart('kill');
        assert.equal((await ann.get('/api/proxy/echo')).status, 200, 'a sign-in that was answered is lost');
        assert.equal((await stolen.get('/api/proxy/echo')).status, 401, 'a sign-out that was answered is undone');
        assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
    }
});

test('killed under load: every session that was answered is there', limit, async (t) => {
    const { gateway, visitor } = await signedInScene(t);
    const people = [];
    let stop = false;
    const worker = async () => {
        while (!stop) {
            const one = visitor();
            try {
                if ((await one.signIn()).status === 200) people.push(one);
            } catch {
                return; // the process is gone
            }
        }
    };
    const workers = Promise.all(Array.from({ length: 8 }, worker));
    await sleep(1_500);
    await gateway.restart('kill');
    stop = true;
    await workers;
    assert.ok(people.length > 20, `${people.length} sign-ins`);
    for (const one of people) assert.equal((await one.session()).authenticated, true);
});

// SIGKILL of the only gateway over SQLite, at any moment. In the middle of a refresh, over each store: what_holds_kills.
import assert from 'node:assert/strict';
import test from 'node:test';

import { eventually, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

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

// The session store in trouble: another process holds the database. Nobody is called signed out who is not, and what
// was asked for is done when the store is back (BF-14; 3-sessions, "the store cannot be read").
import assert from 'node:assert/strict';
import test from 'node:test';

import { assertProblem, eventually, signedInScene, sleep } from '../support/scene.mjs';
import { databaseOf, lockOf } from '../support/sqlite_lock.mjs';

const limit = { timeout: 120_000 };

test('while another process writes, people go on, and a sign-out is done at last', limit, async (t) => {
    const { gateway, visitor, zoe } = await signedInScene(t);
    const ann = visitor();
    assert.equal((await ann.signIn()).status, 200);
    const lock = await lockOf(databaseOf(gateway));
    const stolen = ann.twin();
    try {
        for (let i = 0; i < 10; ++i) {
            const answer = await zoe.get('/api/proxy/echo');
            assert.equal(answer.status, 200, answer.describe());
        }
        assert.equal((await zoe.session()).authenticated, true);

        const out = await ann.signOut();
        assert.ok([200, 503].includes(out.status), out.describe());
        if (out.status === 503) assertProblem(out, 503, 'store_unavailable');
        assert.equal(out.setCookies.length, 1, 'the cookie has to go all the same');
        assert.match(out.setCookies[0], /^cloche_session=;.*Max-Age=0/);
        assert.equal((await stolen.get('/api/proxy/echo')).status, 401, 'signed out here, and still let in');
    } finally {
        await lock.release();
    }
    await sleep(3_000);
    await gateway.restart('kill');
    assert.equal((await stolen.get('/api/proxy/echo')).status, 401, 'the end was not written');
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
});

test('an end that could not be written yet is written before the program goes', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const lock = await lockOf(databaseOf(gateway));
    const stolen = zoe.twin();
    try {
        await zoe.signOut();
    } finally {
        await lock.release();
    }
    await gateway.restart('stop');
    assert.equal((await stolen.get('/api/proxy/echo')).status, 401, 'the end was lost');
});

test('a sign-in that cannot be written is a 503, not half a session', limit, async (t) => {
    const { api, gateway, visitor } = await signedInScene(t);
    const lock = await lockOf(databaseOf(gateway));
    const ann = visitor();
    let answer;
    try {
        answer = await ann.signIn();
    } finally {
        await lock.release();
    }
    if (answer.status === 200) {
        assert.equal((await ann.session()).authenticated, true);
        return;
    }
    assertProblem(answer, 503, 'store_unavailable');
    assert.deepEqual(answer.setCookies, []);
    await eventually('the useless tokens are revoked', () => api.liveFamilies === 1);
    assert.equal((await ann.signIn()).status, 200);
});

test('a refresh while the store cannot be written loses no token', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { api: { accessLife: 2 } });
    await sleep(2_300);
    const lock = await lockOf(databaseOf(gateway));
    let during;
    try {
        during = await Promise.all(Array.from({ length: 10 }, () => zoe.get('/api/proxy/guarded')));
    } finally {
        await lock.release();
    }
    for (const answer of during) assert.ok([200, 503].includes(answer.status), answer.describe());
    await eventually('it heals', async () => (await zoe.get('/api/proxy/guarded')).status === 200, 20_000);
    assert.equal(api.counts.doubleSpend, 0);
    await gateway.restart('kill');
    assert.equal((await zoe.session()).authenticated, true);
    await eventually('still good', async () => (await zoe.get('/api/proxy/guarded')).status === 200, 10_000);
    assert.equal(api.counts.doubleSpend, 0);
});

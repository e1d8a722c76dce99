// Many at once. The API rotates with no grace at all and ends the family when a token is used twice, so that a single
// double spend would sign everybody out.
import assert from 'node:assert/strict';
import test from 'node:test';

import { eventually, signedInScene, sleep, tally } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

for (const mode of ['server', 'tokens']) {
    for (const store of ['sqlite', 'memory']) {
        test(`200 requests at the moment of expiry: one refresh, 200 good answers (${mode}, ${store}; RT-1)`, limit, async (t) => {
            const { api, zoe } = await signedInScene(t, { api: { accessLife: 3 }, config: { threads: 3, session: { mode, store } } });
            for (let life = 1; life <= 2; ++life) {
                await sleep(3_300);
                api.faults.add('refresh', { kind: 'delay', ms: 100 });
                const answers = await Promise.all(Array.from({ length: 200 }, () => zoe.twin().get('/api/proxy/echo')));
                assert.deepEqual(tally(answers.map((answer) => `${answer.status} ${answer.headers['cloche-error'] ?? ''}`)), { '200 ': 200 });
                assert.deepEqual(tally(answers.map((answer) => answer.json.bearer)), { true: 200 });
                assert.equal(api.counts.refresh, life);
            }
            assert.equal(api.counts.doubleSpend, 0);
            assert.equal(api.counts.refusedRefresh, 0);
        });
    }
}

test('tabs with timers of their own, over ten lives: nobody is signed out, one refresh a life (defects 8 to 11)', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 1 } });
    const until = Date.now() + 10_000;
    const statuses = [];
    const tab = async (period) => {
        const jar = zoe.jar.copy();
        const mine = zoe.twin({ jar });
        while (Date.now() < until) {
            statuses.push((await mine.get('/api/proxy/echo')).status, (await mine.send('POST', '/api/auth/refresh')).status);
            await sleep(period);
        }
    };
    await Promise.all(Array.from({ length: 10 }, (_, i) => tab(90 + 17 * i)));
    assert.deepEqual(Object.keys(tally(statuses)), ['200'], JSON.stringify(tally(statuses)));
    assert.ok(statuses.length > 200);
    assert.equal(api.counts.doubleSpend, 0);
    assert.ok(api.counts.refresh >= 8 && api.counts.refresh <= 16, `${api.counts.refresh} refreshes in ten lives`);
});

test('a sign-out while a refresh is in the air stays a sign-out (F7, defect 14)', limit, async (t) => {
    for (const mode of ['server', 'tokens']) {
        await t.test(mode, async (t2) => {
            const { api, zoe } = await signedInScene(t2, { api: { accessLife: 3 }, config: { session: { mode } } });
            await sleep(3_300);
            api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_000 });
            const waiting = Promise.all(Array.from({ length: 5 }, () => zoe.twin().get('/api/proxy/echo')));
            await eventually('the refresh', () => api.counts.refresh === 1);
            const late = zoe.twin();
            const out = await zoe.signOut();
            assert.equal(out.status, 200, out.describe());
            for (const answer of await waiting) {
                assert.equal(answer.status, 401, answer.describe());
                for (const line of answer.setCookies) assert.match(line, /Max-Age=0/i, 'a late answer sets a cookie');
            }
            assert.equal((await late.get('/api/proxy/echo')).status, 401);
            assert.deepEqual(await late.session(), { authenticated: false });
            await eventually('the successor is revoked at the API', () => api.liveFamilies === 0, 15_000);
        });
    }
});

test('sign-ins at once from one browser leave one session', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const first = zoe.twin();
    const tabs = Array.from({ length: 8 }, () => zoe.twin());
    const answers = await Promise.all(tabs.map((tab) => tab.signIn()));
    assert.deepEqual(tally(answers.map((answer) => answer.status)), { 200: 8 });
    assert.equal((await first.get('/api/proxy/echo')).status, 401, 'the session all of them presented lives on');
    for (const tab of tabs) assert.equal((await tab.get('/api/proxy/echo')).status, 200);
});

test('two people in two browsers never meet', limit, async (t) => {
    const { api, visitor, zoe } = await signedInScene(t, { api: { accessLife: 1 } });
    api.people.set('ann@example.org', { id: 8, fullName: 'Ann Lee', email: 'ann@example.org', role: 'user', password: 'ann has another one' });
    const ann = visitor();
    assert.equal((await ann.signIn({ email: 'ann@example.org', password: 'ann has another one' })).status, 200);
    const until = Date.now() + 4_000;
    while (Date.now() < until) {
        const [mine, hers] = await Promise.all([zoe.get('/api/proxy/auth/me'), ann.get('/api/proxy/auth/me')]);
        assert.equal(mine.json.data.email, 'zoe@example.org');
        assert.equal(hers.json.data.email, 'ann@example.org');
    }
    await ann.signOut();
    assert.equal((await zoe.get('/api/proxy/auth/me')).status, 200);
});

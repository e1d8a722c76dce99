// What has to hold while tokens expire: many requests, many tabs, browsers that go away, answers that do not come.
import assert from 'node:assert/strict';

import { movableClock } from '../support/fake_clock.mjs';
import { everyStore } from '../support/replicas.mjs';
import { assertProblem, eventually, sleep } from '../support/scene.mjs';
import { serversOfFile } from '../support/store_servers.mjs';
import { logged, newestTokens, outcomes, path, row, told, untilExpired } from '../support/what_holds.mjs';

const servers = serversOfFile();
const email = 'zoe@example.org';
const copies = ['accessToken', 'refreshToken'];

const assertNoDoubleSpend = (api) => assert.deepEqual([api.counts.doubleSpend, api.counts.refusedRefresh], [0, 0]);

row('1,000 requests at once at expiry: one refresh, 1,000 good answers (RT-1)', everyStore,
    { servers, atOnce: 1, api: { accessLife: 2 }, config: { threads: 3 } }, async ({ api, zoe }) => {
        await untilExpired(api);
        api.accessLife = 60; // a slow machine may take a while for so many
        api.faults.add('refresh', { kind: 'delay', ms: 100 });
        const answers = await Promise.all(Array.from({ length: 1_000 }, () => zoe.at().get(path)));
        assert.deepEqual(outcomes(answers), { 200: 1_000 });
        assert.equal(api.counts.refresh, 1);
        assertNoDoubleSpend(api);
    });

row('20 tabs, each with its own timer, for 50 token lives: nobody is signed out, one refresh a life', everyStore,
    { servers, api: { accessLife: 1 } }, async ({ api, zoe }) => {
        const began = Date.now();
        const answers = [];
        const tab = async (index) => {
            while (api.counts.refresh < 50) {
                answers.push(await zoe.at().get(path), await zoe.at().send('POST', '/api/auth/refresh'));
                await sleep(700 + 31 * index);
            }
        };
        await Promise.all(Array.from({ length: 20 }, (_, index) => tab(index)));
        assert.deepEqual(Object.keys(outcomes(answers)), ['200'], JSON.stringify(outcomes(answers)));
        // A fifth of a life is the margin: none is refreshed before.
        const most = (Date.now() - began) / 800 + 2;
        assert.ok(api.counts.refresh <= most, `${api.counts.refresh} refreshes in ${Date.now() - began} ms`);
        assertNoDoubleSpend(api);
    });

row('an access token that lives 2 s: one refresh a life, no loop (RT-12)', everyStore,
    { servers, api: { accessLife: 2 } }, async ({ api, zoe, mode }) => {
        const id = zoe.jar.get('cloche_session');
        for (let life = 1; life <= 3; ++life) {
            await untilExpired(api);
            const answer = await zoe.at().get(path);
            assert.equal(answer.status, 200, answer.describe());
            assert.equal(api.counts.refresh, life);
            assert.equal(answer.setCookies.length, mode === 'server' ? 0 : 2, 'the id is set again, or a copy is not');
        }
        assert.equal(zoe.jar.get('cloche_session'), id);
        assertNoDoubleSpend(api);
    });

row('the browser goes away in the middle of the refresh and comes back: signed in (RT-5)', everyStore,
    { servers, api: { accessLife: 2 } }, async ({ api, zoe }) => {
        await untilExpired(api);
        api.accessLife = 60;
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 800 });
        await assert.rejects(zoe.at().open('GET', path, { timeout: 300 }), /no answer within/);
        await eventually('the refresh', () => api.counts.refresh === 1);
        const answer = await zoe.at().get(path);
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(api.counts.refresh, 1);
        assertNoDoubleSpend(api);
    });

const awayForHours = (t) => {
    const clock = movableClock(t);
    return { clock, env: () => clock.env };
};

// Neither PostgreSQL nor Redis starts with its clock moved so, and theirs is the one that counts.
row('the browser goes away in the middle of the refresh and comes back after three hours: signed in (RT-5)', ['memory', 'sqlite'],
    { prepare: awayForHours, api: { accessLife: 2, refreshLife: 30 * 24 * 3_600 } }, async ({ api, clock, gateways, zoe }) => {
        await untilExpired(api);
        api.accessLife = 60;
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 800 });
        await assert.rejects(zoe.at().open('GET', path, { timeout: 300 }), /no answer within/);
        await logged(gateways, 'session_refreshed');
        clock.move('+3h');
        const timeOf = async (event) => {
            await zoe.at().get('/api/auth/session'); // a line in the log
            return Date.parse(told(gateways, event).at(-1).time);
        };
        await eventually('three hours later', async () => (await timeOf('request')) > Date.now() + 2 * 3_600_000);
        const answer = await zoe.at().get(path);
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(api.counts.refresh, 2);
        assertNoDoubleSpend(api);
    });

row("the gateway's answers come lost, late and out of order: no effect on the session, and copies mend", everyStore,
    { servers, api: { accessLife: 2 } }, async ({ api, zoe, mode }) => {
        const id = zoe.jar.get('cloche_session');
        const late = [];
        for (let life = 1; life <= 3; ++life) {
            await untilExpired(api);
            if (life === 3) api.accessLife = 60;
            const lost = await zoe.at().open('GET', path);
            lost.response.destroy();
            late.push((await zoe.at().twin().get(path)).setCookies);
        }
        for (const lines of late.reverse()) zoe.jar.take(lines); // the oldest last
        const newest = newestTokens(api, email);
        const held = () => Object.fromEntries(copies.map((name) => [name, zoe.jar.get(name)]));
        if (mode === 'tokens') assert.notDeepEqual(held(), newest, 'nothing to mend');
        const mending = await zoe.at().get(path);
        assert.equal(mending.status, 200, mending.describe());
        assert.deepEqual(held(), mode === 'tokens' ? newest : { accessToken: undefined, refreshToken: undefined });
        const after = await zoe.at().get(path);
        assert.equal(after.status, 200, after.describe());
        assert.deepEqual(after.setCookies, []);
        assert.equal(zoe.jar.get('cloche_session'), id);
        assert.equal(api.counts.refresh, 3);
        assertNoDoubleSpend(api);
    });

row('a sign-out while a refresh is in the air: over everywhere, the successor revoked, no cookie set by a late answer', everyStore,
    { servers, count: 3, api: { accessLife: 2 } }, async ({ api, zoe }) => {
        await untilExpired(api);
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_500 });
        const waiting = Promise.all(Array.from({ length: 5 }, () => zoe.at().twin().get(path)));
        await eventually('the refresh', () => api.counts.refresh === 1);
        const late = zoe.at().twin();
        const out = await zoe.at().signOut();
        assert.equal(out.status, 200, out.describe());
        for (const answer of await waiting) {
            assert.equal(answer.status, 401, answer.describe());
            for (const line of answer.setCookies) assert.match(line, /Max-Age=0/i, 'a late answer sets a cookie');
        }
        assertProblem(await late.get(path), 401, 'session_ended');
        await eventually('the successor is revoked at the API', () => api.liveFamilies === 0, 15_000);
    });

row('a sign-in over an old session, two tabs as two users: the old one ends, neither harms the cookie of the other', everyStore,
    { servers, api: { accessLife: 2 } }, async ({ api, mode, zoe }) => {
        api.people.set('ann@example.org', { id: 8, fullName: 'Ann Lee', email: 'ann@example.org', role: 'user', password: 'ann has another one' });
        const stolen = zoe.at().twin();
        await untilExpired(api);
        api.accessLife = 60;
        // One tab waits for Zoe's refresh while the other signs in as Ann.
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_000 });
        const waiting = zoe.at().get(path);
        await eventually('the refresh', () => api.counts.refresh === 1);
        assert.equal((await zoe.at().signIn({ email: 'ann@example.org', password: 'ann has another one' })).status, 200);
        const id = zoe.jar.get('cloche_session');
        const late = await waiting;
        assert.equal(late.status, 401, late.describe());
        assert.deepEqual(late.setCookies, [], "the late answer has changed Ann's cookies");
        assert.equal(zoe.jar.get('cloche_session'), id);
        // Both tabs are Ann's now, by the next answer.
        for (let tab = 0; tab < 2; ++tab) assert.equal((await zoe.at().get('/api/proxy/auth/me')).json.data.email, 'ann@example.org');
        assertProblem(await stolen.get(path), 401, 'session_ended');
        const held = Object.fromEntries(copies.map((name) => [name, zoe.jar.get(name)]));
        if (mode === 'tokens') assert.deepEqual(held, newestTokens(api, 'ann@example.org'));
        await eventually("Zoe's tokens are revoked", () => api.familiesOf(email).every(({ revoked }) => revoked), 15_000);
        assert.equal((await zoe.at().get(path)).status, 200);
    });

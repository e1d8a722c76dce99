// Several gateways over one store, against an API that rotates with no grace and ends the family when a token is used
// twice, except where a test says otherwise.
import assert from 'node:assert/strict';
import test from 'node:test';

import { exchange } from '../support/http_client.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { eventually, sleep, tally } from '../support/scene.mjs';
import { sharedStores } from '../support/store_servers.mjs';

const limit = { timeout: 120_000 };
const path = '/api/proxy/guarded';
const all = [0, 1, 2];

const outcomes = (answers) => tally(answers.map((answer) => `${answer.status} ${answer.headers['cloche-error'] ?? ''}`.trim()));

async function signedIn(t, options) {
    const scene = await replicatedScene(t, options);
    const zoe = scene.person();
    const answer = await zoe.at(0).signIn();
    assert.equal(answer.status, 200, answer.describe());
    return { ...scene, zoe };
}

for (const store of Object.keys(sharedStores)) {
    for (const mode of ['server', 'tokens']) {
        test(`${store}, ${mode}: 600 requests over three gateways at the moment of expiry: one refresh, 600 good answers`, limit, async (t) => {
            const { api, zoe } = await signedIn(t, { store, session: { mode }, api: { accessLife: 3 } });
            for (let life = 1; life <= 2; ++life) {
                await sleep(3_300);
                api.faults.add('refresh', { kind: 'delay', ms: 100 });
                const answers = await Promise.all(Array.from({ length: 600 }, (_, i) => zoe.at(i).get(path)));
                assert.deepEqual(outcomes(answers), { 200: 600 });
                assert.equal(api.counts.refresh, life);
            }
            assert.equal(api.counts.doubleSpend, 0);
            assert.equal(api.counts.refusedRefresh, 0);
        });
    }

    test(`${store}: twelve tabs over three gateways for ten token lives: nobody is signed out, one refresh a life`, limit, async (t) => {
        const { api, zoe } = await signedIn(t, { store, api: { accessLife: 1 } });
        const until = Date.now() + 10_000;
        const answers = [];
        const tab = async (index) => {
            while (Date.now() < until) {
                answers.push(await zoe.at().get(path), await zoe.at().send('POST', '/api/auth/refresh'));
                await sleep(80 + 17 * index);
            }
        };
        await Promise.all(Array.from({ length: 12 }, (_, i) => tab(i)));
        assert.deepEqual(Object.keys(outcomes(answers)), ['200'], JSON.stringify(outcomes(answers)));
        assert.equal(api.counts.doubleSpend, 0);
        assert.ok(api.counts.refresh >= 8 && api.counts.refresh <= 16, `${api.counts.refresh} refreshes in ten lives`);
    });

    test(`${store}: what one gateway ends is over at all of them within a second`, limit, async (t) => {
        const { api, zoe, person } = await signedIn(t, { store });
        const stolen = zoe.at(0).twin().jar;
        for (const index of all) assert.equal((await zoe.at(index).get(path)).status, 200);
        const out = await zoe.at(1).signOut();
        assert.equal(out.status, 200, out.describe());
        await sleep(1_000);
        const thief = person();
        thief.jar = stolen;
        for (const index of all) {
            const answer = await thief.at(index).get(path);
            assert.equal(answer.status, 401, answer.describe());
            assert.equal(answer.headers['cloche-error'], 'session_ended');
        }
        await eventually('the API is told', () => api.counts.logout === 1);
    });

    test(`${store}: a sign-out at one gateway while another refreshes stays a sign-out, and the successor is revoked`, limit, async (t) => {
        const { api, zoe } = await signedIn(t, { store, api: { accessLife: 3 } });
        await sleep(3_300);
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_000 });
        const waiting = Promise.all(all.map((index) => zoe.at(index).twin().get(path)));
        await eventually('the refresh', () => api.counts.refresh === 1);
        const late = zoe.at(2).twin();
        assert.equal((await zoe.at(1).signOut()).status, 200);
        for (const answer of await waiting) {
            assert.equal(answer.status, 401, answer.describe());
            for (const line of answer.setCookies) assert.match(line, /Max-Age=0/i, 'a late answer sets a cookie');
        }
        assert.equal((await late.get(path)).status, 401);
        await eventually('nothing is left alive at the API', () => api.liveFamilies === 0);
    });

    const moments = [
        ['before the API got the call', { kind: 'hang' }, (api) => api.requestsTo('refresh').length > 0],
        ['after the API rotated, before it answered', { kind: 'delay', after: true, ms: 3_000 }, (api) => api.counts.refresh === 1],
    ];
    for (const [when, fault, reached] of moments) {
        test(`${store}: the gateway that holds the flight is killed ${when}: the others bring it home`, limit, async (t) => {
            const config = { provider: { refresh: { timeout: '2s', wait: '2s' } } };
            const { api, gateways, zoe } = await signedIn(t, { store, config, api: { accessLife: 3, grace: 10_000 } });
            await sleep(3_300);
            api.faults.add('refresh', fault);
            const waiting = zoe.at(0).get(path).catch((error) => error);
            await eventually('the call', () => reached(api));
            await gateways[0].program.kill();
            await waiting;
            api.faults.clear();
            await eventually('it heals', async () => (await zoe.at(1).get(path)).status === 200, 9_000);
            assert.equal((await zoe.at(2).get(path)).status, 200);
            assert.equal(api.counts.doubleSpend, 0);
        });
    }

    test(`${store}: a gateway that stops for ten seconds in mid-call does no harm when it goes on (grace 10 s)`, limit, async (t) => {
        const config = { provider: { refresh: { timeout: '2s', wait: '2s' } } };
        const { api, gateways, zoe } = await signedIn(t, { store, config, api: { accessLife: 3, grace: 10_000 } });
        await sleep(3_300);
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 300 });
        const waiting = zoe.at(0).get(path).catch((error) => error);
        await eventually('the call', () => api.counts.refresh === 1);
        gateways[0].program.signal('SIGSTOP');
        await eventually('another takes over', async () => (await zoe.at(1).get(path)).status === 200, 9_000);
        await sleep(5_000);
        gateways[0].program.signal('SIGCONT');
        await waiting;
        await eventually('all are of one mind', async () => {
            const answers = await Promise.all(all.map((index) => zoe.at(index).get(path)));
            return answers.every(({ status }) => status === 200);
        });
        assert.equal(api.counts.doubleSpend, 0);
    });

    test(`${store}: the store is away for a while: 503 meanwhile, and nobody is signed out`, limit, async (t) => {
        const { api, server, zoe } = await signedIn(t, { store, api: { accessLife: 3 } });
        await server.stop();
        await sleep(1_500);
        for (const index of all) {
            const answer = await zoe.at(index).get(path);
            assert.equal(answer.status, 503, answer.describe());
            assert.equal(answer.headers['cloche-error'], 'store_unavailable');
            assert.deepEqual(answer.setCookies, []);
            assert.equal((await zoe.at(index).get('/api/auth/session')).status, 503);
        }
        await sleep(2_500);
        await server.start();
        for (const index of all) await eventually('it is back', async () => (await zoe.at(index).get(path)).status === 200);
        assert.equal(api.counts.doubleSpend, 0);
        assert.equal(api.counts.refusedRefresh, 0);
    });

    test(`${store}: the clock of one gateway is five minutes off: no sign-out, no loop of refreshes`, limit, async (t) => {
        const faketime = { LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1', FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
        const env = (index) => (index === 0 ? {} : { ...faketime, FAKETIME: index === 1 ? '+300s' : '-300s' });
        const { api, gateways, zoe } = await signedIn(t, { store, env, api: { accessLife: 2 } });
        const clocks = gateways.map(({ program }) => Math.round((Date.parse(program.events[0].time) - Date.now()) / 60_000) + 0);
        assert.deepEqual(clocks, [0, 5, -5], 'libfaketime does its work');
        const answers = [];
        for (const until = Date.now() + 8_000; Date.now() < until; ) {
            answers.push(await zoe.at().get(path));
            await sleep(50);
        }
        assert.deepEqual(Object.keys(outcomes(answers)), ['200'], JSON.stringify(outcomes(answers)));
        assert.ok(api.counts.refresh >= 3 && api.counts.refresh <= 7, `${api.counts.refresh} refreshes in four lives`);
        assert.equal(api.counts.doubleSpend, 0);
    });

    test(`${store}: no token is seen in an answer or a log, and the store counts for being ready`, limit, async (t) => {
        const { api, gateways, log, server, zoe } = await signedIn(t, { store });
        await zoe.at().get(path);
        await zoe.at().signOut();
        log.assertNoTokens(api.tokens);
        const ready = async () => (await exchange(`${gateways[0].operationsUrl}/readyz`)).status;
        assert.equal(await ready(), 200);
        await server.stop();
        await eventually('it is not ready', async () => (await ready()) === 503);
    });
}

// What has to hold while the API or the store is in trouble: a fault is never a sign-out, and a refusal is one at once.
import assert from 'node:assert/strict';

import { everyStore } from '../support/replicas.mjs';
import { assertProblem, eventually, sleep } from '../support/scene.mjs';
import { databaseOf, lockOf } from '../support/sqlite_lock.mjs';
import { serversOfFile, sharedStores } from '../support/store_servers.mjs';
import { logged, metric, outcomes, path, row, untilExpired } from '../support/what_holds.mjs';

const servers = serversOfFile();
const kept = everyStore.filter((store) => store !== 'memory');

/** As many browsers with a session each, as the same person. */
async function browsers(person, count) {
    const all = Array.from({ length: count }, () => person());
    for (const one of all) assert.equal((await one.at().signIn()).status, 200);
    return all;
}

const everybody = (people) => Promise.all(people.map((one) => one.at().get(path)));
const allGood = async (people) => (await everybody(people)).every(({ status }) => status === 200);

const insteadOfRotation = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    { kind: 'status', status: 403 },
    { kind: 'status', status: 400 },
    { kind: 'garbage' },
    { kind: 'reset' },
    { kind: 'status', status: 200, body: '{"message":"ok","data":{}}' },
];

row('500, 429, 403, garbage, a cut connection in place of a rotation, and the API down: 503 at worst, no storm, it heals (RT-6)', everyStore,
    { servers, api: { accessLife: 3 } }, async ({ api, person }) => {
        const people = await browsers(person, insteadOfRotation.length);
        await untilExpired(api);
        for (const fault of insteadOfRotation) api.faults.add('refresh', fault);
        api.faults.add('refresh', { kind: 'status', status: 503, times: Infinity });
        const began = Date.now();
        const answers = [];
        while (Date.now() < began + 4_000) {
            answers.push(...(await everybody(people)));
            await sleep(100);
        }
        for (const answer of answers) {
            assertProblem(answer, 503, 'refresh_unavailable');
            assert.ok(Number(answer.headers['retry-after']) >= 1, answer.describe());
            assert.deepEqual(answer.setCookies, []);
        }
        // Pauses of at least 0.25, 0.5, 1, 2 … s between the attempts for one session.
        const steps = Math.ceil(Math.log2((Date.now() - began) / 250 + 1)) + 1;
        const attempts = api.requestsTo('refresh').length;
        assert.ok(attempts >= people.length && attempts <= people.length * steps, `${attempts} attempts, ${steps} steps`);

        await api.stop();
        for (const { status } of await everybody(people)) assert.equal(status, 503);
        api.faults.clear();
        await api.start();
        await eventually('it heals', () => allGood(people), 30_000);
        assert.equal(api.counts.doubleSpend, 0);
        assert.equal(api.counts.refusedRefresh, 0);
    });

row('an API that is slow by 3.5 s is waited for', everyStore, { servers, api: { accessLife: 2 } }, async ({ api, zoe }) => {
    await untilExpired(api);
    api.accessLife = 60;
    api.faults.add('refresh', { kind: 'delay', ms: 3_500 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => zoe.at().get(path)));
    assert.deepEqual(outcomes(answers), { 200: 10 });
    assert.equal(api.counts.refresh, 1);
});

const lostAnswers = [
    { kind: 'reset', after: true },
    { kind: 'half' },
    { kind: 'garbage', after: true },
    { kind: 'delay', after: true, ms: 2_000 },
];
const impatient = { provider: { refresh: { timeout: '1s', wait: '1s' } } };

row('the API rotated and its answer was lost, cut, garbled or late, with a grace of 10 s: the session survives', everyStore,
    { servers, api: { accessLife: 3, grace: 10_000 }, config: impatient }, async ({ api, gateways, person }) => {
        const people = await browsers(person, lostAnswers.length);
        await untilExpired(api);
        for (const fault of lostAnswers) api.faults.add('refresh', fault);
        await everybody(people);
        await eventually('it heals', () => allGood(people), 9_000);
        assert.equal(api.counts.doubleSpend, 0);
        assert.ok(api.counts.graceReplay >= people.length, `${api.counts.graceReplay} repeats`);
        assert.equal(await metric(gateways, 'cloche_refreshes_total{result="lost"}'), 0);
    });

row('the same with no grace: counted and named', kept,
    { servers, api: { accessLife: 3 }, config: impatient }, async ({ api, gateways, zoe, person }) => {
        const people = await browsers(person, lostAnswers.length);
        await untilExpired(api);
        for (const fault of lostAnswers) api.faults.add('refresh', fault);
        await everybody(people);
        await eventually('the end', async () => (await everybody(people)).every(({ status }) => status === 401), 15_000);
        assert.equal((await logged(gateways, 'session_lost_to_unknown_outcome', people.length)).length, people.length);
        assert.equal(await metric(gateways, 'cloche_refreshes_total{result="lost"}'), people.length);
        assert.ok((await metric(gateways, 'cloche_refreshes_total{result="outcome_unknown"}')) >= people.length);
        assert.equal((await zoe.at().get(path)).status, 200, 'somebody else has lost a session');
    });

row('a refresh token that is really revoked: 401 in one step, no storm, the id stays (RT-8, RT-10)', everyStore,
    { servers, count: 2, api: { accessLife: 2 } }, async ({ api, zoe }) => {
        api.revokeAll();
        await untilExpired(api);
        const id = zoe.jar.get('cloche_session');
        const answers = await Promise.all(Array.from({ length: 20 }, () => zoe.at().get(path)));
        for (let i = 0; i < 10; ++i) answers.push(await zoe.at().get(path));
        for (const answer of answers) {
            assertProblem(answer, 401, 'session_ended');
            assert.deepEqual(answer.setCookies, [], answer.describe());
        }
        assert.equal(zoe.jar.get('cloche_session'), id);
        assert.equal(api.requestsTo('refresh').length, 1);
        assertProblem(await zoe.at().send('POST', '/api/auth/refresh'), 401, 'session_ended');
        assert.equal((await zoe.at().signIn()).status, 200);
        assert.notEqual(zoe.jar.get('cloche_session'), id);
        assert.equal((await zoe.at().get(path)).status, 200);
    });

row('an API with a wrong secret refuses every refresh: the breaker opens, and after the mend everybody is signed in', everyStore,
    { servers, api: { accessLife: 6 } }, async ({ api, gateways, mode, person }) => {
        const people = [];
        for (let index = 0; index < 25; ++index) {
            const email = `person${index}@example.org`;
            const password = 'one for everybody here';
            api.people.set(email, { id: 100 + index, fullName: `Person ${index}`, email, role: 'user', password });
            people.push(person());
            assert.equal((await people.at(-1).at().signIn({ email, password })).status, 200);
        }
        api.refuseAllRefreshes = true;
        await untilExpired(api);
        api.accessLife = 60;
        const during = await everybody(people);
        for (const answer of during) {
            assert.ok([401, 503].includes(answer.status), answer.describe());
            assert.deepEqual(answer.setCookies, [], answer.describe());
        }
        await logged(gateways, 'refresh_breaker_opened');
        assert.equal(await metric(gateways, 'cloche_refresh_breaker_open'), 1);
        await eventually('nobody is called signed out', async () => (await everybody(people)).every(({ status }) => status === 503));
        api.refuseAllRefreshes = false;
        await eventually('everybody is signed in', () => allGood(people), 60_000);
        const copies = mode === 'tokens' ? ['accessToken', 'refreshToken'] : [];
        for (const one of people) assert.deepEqual(one.jar.names.filter((name) => name !== 'cloche_session').sort(), copies);
        assert.equal(api.counts.doubleSpend, 0);
    });

const outage = {
    sqlite: async ({ gateways }) => {
        const lock = await lockOf(databaseOf(gateways[0]));
        return () => lock.release();
    },
    shared: async ({ server }) => {
        await server.stop();
        return () => server.start();
    },
};

row('the store away for 30 s, restarted: 503 meanwhile, no sign-out', kept, { count: 2, api: { accessLife: 2 } }, async (scene) => {
    const { api, gateways, store, zoe } = scene;
    await untilExpired(api);
    const restart = await outage[store in sharedStores ? 'shared' : store](scene);
    for (const until = Date.now() + 30_000; Date.now() < until; ) {
        const answer = await zoe.at().get(path);
        assertProblem(answer, 503, 'store_unavailable');
        assert.deepEqual(answer.setCookies, []);
        await sleep(500);
    }
    await logged(gateways, 'session_store_unavailable');
    await restart();
    for (let index = 0; index < gateways.length; ++index) {
        await eventually('it is back', async () => (await zoe.at(index).get(path)).status === 200);
    }
    await logged(gateways, 'session_store_available');
    assert.equal(api.counts.doubleSpend, 0);
    assert.equal(api.counts.refusedRefresh, 0);
});

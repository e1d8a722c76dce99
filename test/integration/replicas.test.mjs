// Several gateways over one store, against an API that rotates with no grace and ends the family when a token is used
// twice. What happens when one of them is killed, paused or has a wrong clock: what_holds_kills.
import assert from 'node:assert/strict';
import test from 'node:test';

import { exchange } from '../support/http_client.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { eventually, sleep } from '../support/scene.mjs';
import { serversOfFile, sharedStores } from '../support/store_servers.mjs';
import { outcomes, path, untilExpired } from '../support/what_holds.mjs';

const limit = { timeout: 120_000 };
const all = [0, 1, 2];
const servers = serversOfFile();

async function signedIn(t, options) {
    const scene = await replicatedScene(t, options);
    const zoe = scene.person();
    const answer = await zoe.at(0).signIn();
    assert.equal(answer.status, 200, answer.describe());
    return { ...scene, zoe };
}

for (const store of Object.keys(sharedStores)) {
    for (const mode of ['server', 'tokens']) {
        test(`${store}, ${mode}: 1,000 requests at once over three gateways at expiry: one refresh, 1,000 good answers`, limit, async (t) => {
            const { api, zoe } = await signedIn(t, { store, servers, session: { mode }, api: { accessLife: 2 } });
            await untilExpired(api);
            api.accessLife = 60; // a slow machine may take a while for so many
            api.faults.add('refresh', { kind: 'delay', ms: 100 });
            const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => zoe.at(i).get(path)));
            assert.deepEqual(outcomes(answers), { 200: 1_000 });
            assert.equal(api.counts.refresh, 1);
            assert.equal(api.counts.doubleSpend, 0);
            assert.equal(api.counts.refusedRefresh, 0);
        });
    }

    test(`${store}: twelve tabs over three gateways for ten token lives: nobody is signed out, one refresh a life`, limit, async (t) => {
        const { api, zoe } = await signedIn(t, { store, servers, api: { accessLife: 1 } });
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
        const { api, zoe, person } = await signedIn(t, { store, servers });
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

// An API that is away for everybody is left alone; one that comes back is not trampled.
import assert from 'node:assert/strict';
import test from 'node:test';

import { exchange } from '../support/http_client.mjs';
import { crowdedScene, eventually, sleep, tally } from '../support/scene.mjs';

const limit = { timeout: 120_000 };
const path = '/api/proxy/guarded';

test('RT-6: forty people while every refresh fails: few calls, 503 with Retry-After; afterwards all of them, four at a time', limit, async (t) => {
    const config = { provider: { refresh: { concurrency: 4 } } };
    const { api, gateway, people } = await crowdedScene(t, 40, { api: { accessLife: 3 }, config });
    const metric = async (name) => {
        const text = (await exchange(`${gateway.operationsUrl}/metrics`)).body.toString();
        return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    };
    const askAll = () => Promise.all(people.map((one) => one.get(path)));
    await sleep(3_300);

    api.faults.add('refresh', { kind: 'status', status: 503, times: Infinity });
    const before = api.requestsTo('refresh').length;
    for (const until = Date.now() + 4_000; Date.now() < until; await sleep(100)) {
        for (const answer of await askAll()) {
            assert.equal(answer.status, 503, answer.describe());
            assert.equal(answer.headers['cloche-error'], 'refresh_unavailable');
            assert.ok(Number(answer.headers['retry-after']) >= 1, answer.describe());
            assert.deepEqual(answer.setCookies, []);
        }
    }
    const calls = api.requestsTo('refresh').length - before;
    assert.ok(calls >= 5 && calls <= 24, `${calls} calls while forty sessions wanted one each`);
    assert.equal(await metric('cloche_refresh_circuit_open'), 1);
    assert.ok((await metric('cloche_refreshes_total{result="held_back"}')) > 0);
    assert.match(gateway.program.stderr, /refresh_circuit_opened/);

    api.faults.clear();
    api.faults.add('refresh', { kind: 'delay', ms: 20, times: Infinity });
    api.refreshing.most = 0;
    await eventually('everybody is served', async () => {
        const statuses = tally((await askAll()).map(({ status }) => status));
        return statuses[200] === 40;
    }, 60_000);
    assert.ok(api.refreshing.most <= 4, `${api.refreshing.most} refreshes at once`);
    assert.equal(api.counts.doubleSpend, 0);
    assert.equal(api.counts.refusedRefresh, 0);
});

// What has to hold when gateways are killed or paused in the middle of a refresh, or have a wrong clock.
import assert from 'node:assert/strict';

import { clockOff } from '../support/fake_clock.mjs';
import { everyStore } from '../support/replicas.mjs';
import { eventually, sleep } from '../support/scene.mjs';
import { serversOfFile, sharedStores } from '../support/store_servers.mjs';
import { logged, metric, outcomes, path, row, untilExpired } from '../support/what_holds.mjs';

const servers = serversOfFile();
const kept = everyStore.filter((store) => store !== 'memory');
const shared = Object.keys(sharedStores);
const patience = { provider: { refresh: { timeout: '2s', wait: '2s' } } };

const notYet = { fault: { kind: 'hang' }, reached: (api) => api.requestsTo('refresh').length > 0 };
const rotated = { fault: { kind: 'delay', after: true, ms: 3_000 }, reached: (api) => api.counts.refresh === 1 };

/** Kills the gateway that refreshes at that moment; what is asked from then on: another one, or the same started again. */
async function killInMidCall({ api, gateways, zoe }, moment) {
    await untilExpired(api);
    api.faults.add('refresh', moment.fault);
    const waiting = zoe.at(0).get(path).catch((error) => error);
    await eventually('the call', () => moment.reached(api));
    api.accessLife = 60;
    if (gateways.length === 1) await gateways[0].restart('kill');
    else await gateways[0].program.kill();
    await waiting;
    api.faults.clear();
    return gateways.slice(-2);
}

for (const [when, moment, grace] of [
    ['before the API got the call, grace 10 s', notYet, 10_000],
    ['before the API got the call, no grace', notYet, 0],
    ['after the API rotated, grace 10 s', rotated, 10_000],
]) {
    row(`SIGKILL of the gateway that refreshes, ${when}: the session survives`, kept,
        { servers, count: 3, config: patience, api: { accessLife: 2, grace } }, async (scene) => {
            const { api, zoe } = scene;
            const left = await killInMidCall(scene, moment);
            const indexes = left.map((gateway) => scene.gateways.indexOf(gateway));
            await eventually('it heals', async () => (await zoe.at(indexes[0]).get(path)).status === 200, 9_000);
            for (const index of indexes) assert.equal((await zoe.at(index).get(path)).status, 200);
            assert.equal(api.counts.doubleSpend, 0);
            assert.equal(await metric(left, 'cloche_refreshes_total{result="lost"}'), 0);
        });
}

row('SIGKILL of the gateway that refreshes, after the API rotated, no grace: counted and named', kept,
    { servers, count: 3, config: patience, api: { accessLife: 2 } }, async (scene) => {
        const { zoe, person } = scene;
        const other = person();
        assert.equal((await other.at(0).signIn()).status, 200);
        const left = await killInMidCall(scene, rotated);
        const indexes = left.map((gateway) => scene.gateways.indexOf(gateway));
        await eventually('the end', async () => (await zoe.at(indexes[0]).get(path)).status === 401, 15_000);
        assert.equal((await logged(left, 'refresh_outcome_unknown')).length, 1);
        assert.equal((await logged(left, 'session_lost_to_unknown_outcome')).length, 1);
        assert.equal(await metric(left, 'cloche_refreshes_total{result="outcome_unknown"}'), 1);
        assert.equal(await metric(left, 'cloche_refreshes_total{result="lost"}'), 1);
        for (const index of indexes) await eventually('the other session goes on', async () => (await other.at(index).get(path)).status === 200);
    });

row('a gateway that stops for ten seconds in mid-call while another takes over does no harm when it goes on (grace 10 s)', shared,
    { servers, count: 2, config: patience, api: { accessLife: 2, grace: 10_000 } }, async ({ api, gateways, zoe }) => {
        await untilExpired(api);
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 300 });
        const waiting = zoe.at(0).get(path).catch((error) => error);
        await eventually('the call', () => api.counts.refresh === 1);
        const { program } = gateways[0];
        const stopped = Date.now();
        program.signal('SIGSTOP');
        await eventually('another takes over', async () => (await zoe.at(1).get(path)).status === 200, 9_000);
        await sleep(stopped + 10_000 - Date.now());
        program.signal('SIGCONT');
        await waiting;
        await eventually('both are of one mind', async () => {
            const answers = await Promise.all([0, 1].map((index) => zoe.at(index).get(path)));
            return answers.every(({ status }) => status === 200);
        });
        assert.equal(api.counts.doubleSpend, 0);
    });

row('the clock of a gateway is five minutes off: no sign-out, no loop of refreshes', shared,
    { servers, count: 3, env: (index) => [{}, clockOff('+300s'), clockOff('-300s')][index], api: { accessLife: 2 } },
    async ({ api, gateways, zoe }) => {
        const clocks = gateways.map(({ program }) => Math.round((Date.parse(program.events[0].time) - Date.now()) / 60_000) + 0);
        assert.deepEqual(clocks, [0, 5, -5], 'libfaketime does its work');
        const began = Date.now();
        const answers = [];
        while (api.counts.refresh < 4) {
            answers.push(await zoe.at().get(path));
            await sleep(50);
        }
        assert.deepEqual(Object.keys(outcomes(answers)), ['200'], JSON.stringify(outcomes(answers)));
        assert.ok(Date.now() - began >= 3 * 1_600, 'refreshed before the margin of a fifth of a life');
        assert.equal(api.counts.doubleSpend, 0);
    });

// `cloche torture` with an API that ends a session at any reuse of a refresh token: nobody is lost by races and by faults
// before a rotation; what a lost answer or a kill after it takes is counted, by the run and by the gateway.
import assert from 'node:assert/strict';
import test from 'node:test';

import { sharedStores } from '../support/store_servers.mjs';
import { torture } from '../support/torture.mjs';

const limit = { timeout: 120_000 };
const never = { every: '0s' };
const stores = { sqlite: () => ({ url: 'sqlite' }), ...sharedStores };

for (const [store, start] of Object.entries(stores)) {
    const replicas = ['--replicas', store === 'sqlite' ? '1' : '3'];

    test(`RT-1, RT-5: ${store}: no grace, bursts and faults before a rotation: no token comes twice, nobody is lost`, limit, async (t) => {
        const server = await start(t);
        const before = { reset: '2%', status_500: '2%', status_429: '2%', status_403: '2%', garbage: '0%', slow: '2%', slow_most: '1500ms' };
        const plan = {
            for: '15s',
            api: { grace: '0s', faults: { ...before, lost: '0%', cut: '0%', garbled: '0%' } },
            browser: { gone: '5%', lost: '5%', late: '5%', burst: 8 },
            gateway: { kill: never, pause: never },
        };
        const { code, stdout, stderr, figures } = await torture(t, ['--store', server.url, ...replicas], plan);
        assert.equal(code, 0, stdout + stderr);
        assert.ok(figures.refreshes > 100, stdout);
        assert.equal(figures.double_spends + figures.repeats_excused, 0, stdout);
        assert.equal(figures.sign_outs.undeserved + figures.sign_outs.unavoidable, 0, stdout);
        assert.ok(figures.faults.reset > 0 && figures.faults.slow > 0, stdout);
    });

    test(`RT-8: ${store}: no grace, lost answers and kills: what nobody can save is counted, and named by the gateway`, limit, async (t) => {
        const server = await start(t);
        const plan = {
            for: '15s',
            api: { grace: '0s', faults: { lost: '3%' } },
            gateway: { kill: { every: '3s', lasts: '300ms' }, pause: never },
        };
        const { code, stdout, stderr, figures, logs } = await torture(t, ['--store', server.url, ...replicas], plan);
        assert.equal(code, 0, stdout + stderr);
        assert.ok(figures.sign_outs.unavoidable > 0, stdout);
        const named = logs.split('"session_lost_to_unknown_outcome"').length - 1;
        // A kill between what the gateway wrote to its store and its line takes the line along.
        assert.ok(named + figures.kills >= figures.sign_outs.unavoidable, `${named} named of ${figures.sign_outs.unavoidable}`);
        assert.ok(named > figures.kills, `${named} named beside ${figures.kills} kills`);
    });
}

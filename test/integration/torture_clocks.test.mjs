// `cloche torture` on three gateways whose wall clocks are minutes apart.
import assert from 'node:assert/strict';
import test from 'node:test';

import { sharedStores } from '../support/store_servers.mjs';
import { torture } from '../support/torture.mjs';

const limit = { timeout: 120_000 };

for (const store of Object.keys(sharedStores)) {
    test(`RT-1, RT-8: ${store}: replicas whose clocks are five minutes off: no double spend, no loop of refreshes`, limit, async (t) => {
        const server = await sharedStores[store](t);
        const plan = { for: '15s', gateway: { clocks: ['0s', '5m', '-5m'], kill: { every: '6s', lasts: '500ms' }, pause: { every: '0s' } } };
        const { code, stdout, stderr, figures, logs } = await torture(t, ['--store', server.url, '--replicas', '3'], plan);
        assert.equal(code, 0, stdout + stderr);
        assert.equal(figures.kills, 2, stdout);
        const times = [...logs.matchAll(/"time":"([^"]+)"/g)].map(([, time]) => Date.parse(time));
        assert.ok(Math.max(...times) - Math.min(...times) > 9 * 60_000, 'libfaketime does its work');
        assert.ok(figures.refreshes > 100, stdout);
        // Each is due when a fifth of the token's life is left.
        assert.ok(figures.refreshes < 1.5 * figures.lifetimes, stdout);
    });
}

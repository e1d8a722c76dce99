// `cloche torture` on three gateways over one shared store: races, faults, kills, pauses, and the store away.
import assert from 'node:assert/strict';
import test from 'node:test';

import { sharedStores } from '../support/store_servers.mjs';
import { storeCommands, torture } from '../support/torture.mjs';

const limit = { timeout: 120_000 };

for (const store of Object.keys(sharedStores)) {
    for (const mode of ['server', 'tokens']) {
        test(`RT-1, RT-5, RT-6, RT-8: ${store}, ${mode}: three replicas killed, paused and without their store: no double spend, nobody signed out undeserved`, limit, async (t) => {
            const server = await sharedStores[store](t);
            const plan = {
                for: '22s',
                gateway: { kill: { every: '4s', lasts: '500ms' }, pause: { every: '6s', lasts: '8s' } }, // longer than a lease
                store: { ...(await storeCommands(t, server)), outage: { every: '7s', lasts: '2s' } },
            };
            const { code, stdout, stderr, figures } = await torture(t, ['--store', server.url, '--mode', mode, '--replicas', '3'], plan);
            assert.equal(code, 0, stdout + stderr);
            assert.equal(figures.clean, true);
            assert.ok(figures.refreshes > 100, stdout);
            assert.equal(figures.double_spends, 0);
            assert.equal(figures.sign_outs.undeserved, 0);
            for (const trouble of ['kills', 'pauses', 'outages']) assert.ok(figures[trouble] > 0, `${trouble}: ${stdout}`);
        });
    }
}

// A few people whose sessions were revoked are no fault of the deployment. That of one whose every refresh is refused:
// what_holds_faults.
import assert from 'node:assert/strict';
import test from 'node:test';

import { crowdedScene, sleep, tally } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

const crowd = (t, size) => crowdedScene(t, size, { api: { accessLife: 2 } });

test('a few refusals among many are what they are', limit, async (t) => {
    const { api, gateway, people } = await crowd(t, 30);
    const unlucky = people.slice(0, 3);
    for (const one of unlucky) {
        // Their families are revoked at the API: each signs in elsewhere and out again there.
        const { user } = await one.session();
        for (const family of api.familiesOf(user.email)) family.revoked = true;
    }
    await sleep(2_300);
    const answers = await Promise.all(people.map((one) => one.get('/api/proxy/guarded')));
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 200: 27, 401: 3 });
    assert.ok(!/breaker/i.test(gateway.program.stderr));
});

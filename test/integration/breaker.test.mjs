// An API that was deployed with a wrong secret refuses every refresh token there is. That is a fault of the deployment,
// not the end of everybody's session: the breaker opens, and after the mend everybody is signed in.
import assert from 'node:assert/strict';
import test from 'node:test';

import { crowdedScene, eventually, sleep, tally } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

const crowd = (t, size) => crowdedScene(t, size, { api: { accessLife: 2 } });

test('every refresh refused: the breaker opens, and the suspended are revived after the mend', limit, async (t) => {
    const { api, gateway, people } = await crowd(t, 40);
    api.refuseAllRefreshes = true;
    await sleep(2_300);
    const during = await Promise.all(people.map((one) => one.get('/api/proxy/guarded')));
    const statuses = tally(during.map(({ status }) => status));
    assert.ok(Object.keys(statuses).every((status) => ['401', '503'].includes(status)), JSON.stringify(statuses));
    for (const { setCookies } of during) assert.deepEqual(setCookies, [], 'a cookie was deleted');
    await eventually('the loud line', () => /breaker/i.test(gateway.program.stderr));

    api.refuseAllRefreshes = false;
    await eventually('everybody is signed in', async () => {
        const after = await Promise.all(people.map((one) => one.get('/api/proxy/guarded')));
        return after.every(({ status }) => status === 200);
    }, 60_000);
});

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

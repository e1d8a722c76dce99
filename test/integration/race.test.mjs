// Several sign-ins and several people at once. The API rotates with no grace at all and ends the family when a token is
// used twice, so that a single double spend would sign everybody out. Many requests at once: what_holds_at_expiry.
import assert from 'node:assert/strict';
import test from 'node:test';

import { signedInScene, tally } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

test('sign-ins at once from one browser leave one session', limit, async (t) => {
    const { zoe } = await signedInScene(t);
    const first = zoe.twin();
    const tabs = Array.from({ length: 8 }, () => zoe.twin());
    const answers = await Promise.all(tabs.map((tab) => tab.signIn()));
    assert.deepEqual(tally(answers.map((answer) => answer.status)), { 200: 8 });
    assert.equal((await first.get('/api/proxy/echo')).status, 401, 'the session all of them presented lives on');
    for (const tab of tabs) assert.equal((await tab.get('/api/proxy/echo')).status, 200);
});

test('two people in two browsers never meet', limit, async (t) => {
    const { api, visitor, zoe } = await signedInScene(t, { api: { accessLife: 1 } });
    api.people.set('ann@example.org', { id: 8, fullName: 'Ann Lee', email: 'ann@example.org', role: 'user', password: 'ann has another one' });
    const ann = visitor();
    assert.equal((await ann.signIn({ email: 'ann@example.org', password: 'ann has another one' })).status, 200);
    const until = Date.now() + 4_000;
    while (Date.now() < until) {
        const [mine, hers] = await Promise.all([zoe.get('/api/proxy/auth/me'), ann.get('/api/proxy/auth/me')]);
        assert.equal(mine.json.data.email, 'zoe@example.org');
        assert.equal(hers.json.data.email, 'ann@example.org');
    }
    await ann.signOut();
    assert.equal((await zoe.get('/api/proxy/auth/me')).status, 200);
});

// When there is no answer, or none that can be believed: nobody is signed out, and nobody is stormed.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, signedIn } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

const day = 86400;

test('503: the person is told, and the tries come further and further apart', async () => {
    const { clock, tab, gateway, refreshes } = await signedIn();
    gateway.fail('/api/auth/refresh', () => problem(503, 'refresh_unavailable'), Infinity);
    await clock.seconds(272);
    assert.equal(tab.reason, 'signed_in unavailable');
    assert.equal(tab.state.error.code, 'refresh_unavailable');
    assert.equal(tab.state.user.fullName, 'Zoe', 'nobody is signed out by that');
    await clock.seconds(3600);
    const at = gateway.requests.filter(({ path }) => path.endsWith('refresh')).map((r) => r.at);
    const gaps = at.slice(1).map((time, i) => Math.round((time - at[i]) / 1000));
    assert.deepEqual(gaps.slice(0, 6), [2, 4, 8, 16, 32, 60]);
    assert.ok(refreshes() < 70);
    gateway.mend();
    await clock.seconds(61);
    assert.equal(tab.reason, 'signed_in recovered');
    assert.equal(tab.state.error, undefined);
    assert.deepEqual(tab.seen, [
        'signed_in loaded',
        'signed_in unavailable',
        'signed_in recovered',
    ]);
    const healed = refreshes();
    await clock.seconds(275);
    assert.equal(refreshes(), healed + 1, 'and the rhythm is the old one');
    gateway.fail('/api/auth/refresh', () => problem(503, 'refresh_unavailable'));
    await clock.seconds(274);
    const [failed, repeated] = gateway.requests.slice(-2);
    assert.equal(refreshes(), healed + 3);
    assert.equal(
        Math.round((repeated.at - failed.at) / 1000),
        2,
        'as are the steps, from the first',
    );
});

test('Retry-After is kept to, even through wake-ups', async () => {
    const { clock, tab, gateway, refreshes } = await signedIn();
    gateway.fail('/api/auth/refresh', () => problem(503, 'overloaded', { 'Retry-After': '120' }));
    await clock.seconds(275);
    assert.equal(refreshes(), 1);
    for (let i = 0; i < 10; ++i) {
        await clock.seconds(11);
        await tab.look(false);
        await tab.look(true);
        await tab.event('online');
    }
    assert.equal(refreshes(), 1);
    await clock.seconds(15);
    assert.equal(refreshes(), 2);
});

test('while nobody looks, nobody knocks on a door that is shut', async () => {
    const { clock, tab, gateway, looks } = await signedIn({ absolute: 3600 }, { visible: false });
    gateway.down = true;
    await clock.seconds(day);
    assert.equal(looks(), 2);
    assert.equal(tab.reason, 'signed_in unavailable');
    gateway.down = false;
    await tab.look(true);
    await clock.advance(100);
    assert.equal(tab.reason, 'signed_out session_ended');
});

test('when the network is back, what failed for want of it is tried within a second or so', async () => {
    const { clock, tab, gateway, refreshes } = await signedIn({}, { random: 0.9 });
    gateway.down = true;
    await clock.seconds(1000);
    assert.equal(tab.state.error.code, 'unreachable');
    gateway.down = false;
    const before = refreshes();
    await tab.event('online');
    await clock.seconds(1.1);
    assert.equal(refreshes(), before + 1);
    assert.equal(tab.reason, 'signed_in recovered');
});

test('a first look that fails is repeated until there is an answer', async () => {
    const browser = new Browser().signedIn();
    browser.gateway.fail('/api/auth/session', () => problem(503, 'store_unavailable'), 3);
    const tab = await browser.load();
    assert.equal(tab.reason, 'unknown unavailable', 'never a false signed out');
    await browser.clock.seconds(20);
    assert.equal(tab.reason, 'signed_in recovered');
});

const nonsense = {
    'a page of some hotel': () => new Response('<h1>Welcome</h1>'),
    'a page of some proxy': () => new Response('<h1>Bad gateway</h1>', { status: 502 }),
    'a 401 of some proxy': () => new Response('', { status: 401 }),
    'JSON of something else': () => Response.json({ ok: true }),
    'a 403': () => problem(403, 'csrf_failed'),
    'no answer': () => {
        throw new TypeError('Failed to fetch');
    },
};
for (const [what, answer] of Object.entries(nonsense)) {
    test(`${what} in place of a refresh signs nobody out, and is tried again`, async () => {
        const { clock, tab, gateway } = await signedIn();
        gateway.fail('/api/auth/refresh', answer, 2);
        await clock.seconds(272);
        assert.equal(tab.reason, 'signed_in unavailable');
        await clock.seconds(10);
        assert.equal(tab.reason, 'signed_in recovered');
        assert.equal(gateway.rotations, 1);
    });
}

test('an answer that never comes is given up, and asked for again', async () => {
    const { clock, tab, gateway, refreshes } = await signedIn();
    gateway.fail('/api/auth/refresh', () => new Promise(() => {}));
    // The fake cannot be aborted in mid-answer; fetch can.
    const { fetch } = tab.host;
    tab.host.fetch = (input, init) =>
        Promise.race([
            fetch(input, init),
            new Promise((_, give) =>
                init.signal?.addEventListener('abort', () => give(init.signal.reason)),
            ),
        ]);
    await clock.seconds(272);
    assert.equal(tab.reason, 'signed_in loaded');
    await clock.seconds(19);
    assert.equal(tab.state.error.code, 'unreachable');
    await clock.seconds(5);
    assert.equal(refreshes(), 2);
    assert.equal(tab.reason, 'signed_in recovered');
});

test('a sign-in waits as long as the API takes', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    browser.gateway.latency = 40_000;
    const { pending } = await tab.outcome(
        tab.client.login({ email: 'zoe@example.org', password: 'correct horse' }),
        79,
    );
    assert.ok(pending);
    browser.gateway.latency = 5;
    await browser.clock.seconds(3);
    assert.equal(tab.reason, 'signed_in signed_in');
});

test('a page that asks for a refresh itself shares the one that is on', async () => {
    const { tab, refreshes } = await signedIn();
    const asked = Promise.all([tab.client.refresh(), tab.client.refresh(), tab.client.refresh()]);
    const bodies = await tab.result(asked);
    assert.equal(refreshes(), 1);
    assert.ok(bodies.every(({ authenticated }) => authenticated));
});

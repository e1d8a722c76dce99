// When the client asks the gateway: by the seconds it states, while somebody looks, and never in a storm.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, signedIn } from './support/browser.mjs';

const day = 86400;

test('one refresh a token life, for as long as somebody looks', async () => {
    const { clock, refreshes, gateway } = await signedIn();
    await clock.seconds(265);
    assert.equal(refreshes(), 0, 'none before it is due');
    await clock.seconds(10);
    assert.equal(refreshes(), 1);
    await clock.seconds(270 * 49);
    assert.equal(refreshes(), 50);
    assert.equal(gateway.rotations, 50, 'and each was due');
});

for (const random of [0, 0.5, 0.999]) {
    for (const accessLife of [20, 60, 300, 3600, 86400]) {
        test(`with jitter ${random} a token of ${accessLife} s is replaced before it ends`, async () => {
            const { clock, gateway } = await signedIn(
                { accessLife, absolute: 400 * day, idle: 400 * day },
                { random },
            );
            const session = [...gateway.sessions.values()][0];
            for (let i = 0; i < 50; ++i) {
                await clock.advance((accessLife * 1000) / 7);
                const age = clock.now() - session.access;
                assert.ok(age <= accessLife * 1000, `${age} ms old`);
            }
            assert.ok(session.rotations >= 6);
        });
    }
}

for (const accessLife of [0.5, 1, 2, 5, 30, 54, 55, 56]) {
    test(`a token of ${accessLife} s makes no storm`, async () => {
        const { clock, refreshes } = await signedIn({ accessLife });
        await clock.seconds(600);
        assert.ok(refreshes() <= 120, `${refreshes()} refreshes in ten minutes`);
        assert.ok(refreshes() >= 10);
    });
}

test('a gateway that always says a refresh is due is asked every few seconds, not more', async () => {
    const { clock, refreshes, gateway } = await signedIn();
    const body = {
        authenticated: true,
        user: {},
        session: { expires_in: 0, idle_in: 0, refresh_in: 0 },
    };
    gateway.fail('/api/auth/refresh', () => Response.json(body), Infinity);
    gateway.fail('/api/auth/session', () => Response.json(body), Infinity);
    await clock.seconds(3000);
    assert.ok(refreshes() <= 600);
});

test('no refresh where nobody knows how long the token lives', async () => {
    const { clock, refreshes, tab } = await signedIn({ accessLife: 0 });
    await clock.seconds(6 * day);
    assert.equal(refreshes(), 0);
    assert.equal(tab.reason, 'signed_in loaded');
});

for (const value of ['x', null, -5, NaN, {}]) {
    test(`refresh_in: ${JSON.stringify(value)} sets no timer and breaks nothing`, async () => {
        const browser = new Browser();
        const times = { expires_in: 3600, idle_in: 3600, refresh_in: value };
        const body = { authenticated: true, user: {}, session: times };
        browser.gateway.fail('/api/auth/session', () => Response.json(body));
        const tab = await browser.load();
        await browser.clock.seconds(60);
        assert.equal(tab.reason, 'signed_in loaded');
        assert.ok(browser.gateway.requests.length <= 13);
    });
}

test('delays beyond what a timer can count are waited for', async () => {
    const accessLife = 60 * day;
    const { clock, refreshes } = await signedIn({
        accessLife,
        absolute: 400 * day,
        idle: 400 * day,
    });
    await clock.seconds(60 * day - 40);
    assert.equal(refreshes(), 0);
    await clock.seconds(60);
    assert.equal(refreshes(), 1);
    assert.ok(Math.max(...clock.delays) <= 2 ** 31 - 1);
});

test('the clock may be put back or forward', async () => {
    const { clock, tab, refreshes } = await signedIn();
    tab.clockIsOff = -5 * 3600_000;
    await clock.seconds(275);
    assert.equal(refreshes(), 1, 'put back: the timer says when');
    tab.clockIsOff = 5 * 3600_000;
    await clock.seconds(275);
    assert.equal(refreshes(), 2);
});

test('a hidden page does not refresh; it does when it is looked at', async () => {
    const { clock, tab, refreshes } = await signedIn();
    await tab.look(false);
    await clock.seconds(3600);
    assert.equal(refreshes(), 0);
    await tab.look(true);
    await clock.advance(100);
    assert.equal(refreshes(), 1);
    await clock.seconds(275);
    assert.equal(refreshes(), 2, 'and goes on');
});

test('a page that was opened in the background knows who is signed in, and does no more', async () => {
    const { clock, tab, refreshes, looks } = await signedIn({}, { visible: false });
    await clock.seconds(3600);
    assert.equal(tab.reason, 'signed_in loaded');
    assert.equal(looks(), 1);
    assert.equal(refreshes(), 0);
});

test('looking at the page again and again asks nothing that is not due', async () => {
    const { clock, tab, gateway } = await signedIn();
    for (let i = 0; i < 50; ++i) {
        await tab.look(i % 2 === 1);
        await tab.event('focus');
        await tab.event('online');
    }
    await clock.seconds(10);
    assert.equal(gateway.requests.length, 1);
});

test('after a sleep of the machine the first sign of life refreshes', async () => {
    for (const wake of ['online', 'focus']) {
        const { clock, tab, refreshes } = await signedIn();
        clock.sleepThrough(8 * 3600_000);
        await tab.event(wake);
        await clock.advance(100);
        assert.equal(refreshes(), 1, wake);
    }
});

test('an unused session ends, however long its page is looked at', async () => {
    const { clock, tab, gateway } = await signedIn({ idle: 1800 });
    await clock.seconds(1790);
    assert.equal(tab.state.status, 'signed_in');
    await clock.seconds(20);
    assert.equal(tab.reason, 'signed_out session_ended');
    const before = gateway.requests.length;
    await clock.seconds(day);
    assert.equal(gateway.requests.length, before, 'nothing is asked of it any more');
});

test('use puts that end off, and a page that did not use it learns so', async () => {
    const { browser, clock, tab } = await signedIn({ idle: 1800 });
    for (let i = 0; i < 5; ++i) {
        await clock.seconds(1000);
        // Another program with the same cookie.
        browser.gateway.sessions.get(browser.cookie).used = clock.now();
    }
    assert.equal(tab.reason, 'signed_in loaded');
    await clock.seconds(1810);
    assert.equal(tab.reason, 'signed_out session_ended');
});

test('a hidden page notices the end too, so that it stops showing what is private', async () => {
    const { clock, tab, looks, refreshes } = await signedIn({ absolute: 3600 }, { visible: false });
    await clock.seconds(3610);
    assert.equal(tab.reason, 'signed_out session_ended');
    assert.equal(looks(), 2);
    assert.equal(refreshes(), 0);
});

test('a session that was ended elsewhere is told at the next refresh', async () => {
    const { browser, clock, tab, gateway } = await signedIn();
    gateway.end(browser.cookie);
    await clock.seconds(280);
    assert.deepEqual(tab.seen, ['signed_in loaded', 'signed_out session_ended']);
    const before = gateway.requests.length;
    await clock.seconds(day);
    assert.equal(gateway.requests.length, before);
});

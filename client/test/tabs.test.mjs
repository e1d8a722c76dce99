// Several tabs of one browser: one refresh, one person, one sign-out.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, yan, zoe } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

async function signedIn(tabs, how = {}) {
    const browser = new Browser().signedIn();
    for (let i = 0; i < tabs; ++i) await browser.load(how);
    const refreshes = () => browser.gateway.count('POST', '/api/auth/refresh');
    return {
        browser,
        tabs: browser.tabs,
        clock: browser.clock,
        gateway: browser.gateway,
        refreshes,
    };
}

test('twenty tabs with the same timer make one request a token life', async () => {
    const { clock, gateway, refreshes } = await signedIn(20);
    await clock.seconds(275 * 20);
    assert.equal(gateway.rotations, 20);
    assert.equal(refreshes(), 20);
});

test('twenty tabs of which one is looked at: the others follow it', async () => {
    const { browser, tabs, clock, gateway, refreshes } = await signedIn(20);
    for (const tab of tabs.slice(1)) await tab.look(false);
    await clock.seconds(275 * 5);
    assert.equal(refreshes(), 5);
    // The others know the times of the latest refresh, so that changing tabs asks nothing.
    const before = gateway.requests.length;
    await tabs[0].look(false);
    await tabs[7].look(true);
    await clock.seconds(1);
    assert.equal(gateway.requests.length, before);
    assert.equal(browser.cookie !== '', true);
});

for (const missing of [
    ['navigator.locks'],
    ['BroadcastChannel'],
    ['navigator.locks', 'BroadcastChannel'],
]) {
    test(`without ${missing.join(' and ')} every tab asks, and the gateway refreshes once`, async () => {
        const { tabs, clock, gateway, refreshes } = await signedIn(5, { without: missing });
        await clock.seconds(275 * 4);
        assert.equal(gateway.rotations, 4);
        assert.ok(refreshes() <= 20);
        assert.ok(tabs.every((tab) => tab.state.status === 'signed_in'));
    });
}

test('a tab that holds the lock and is frozen stops nobody for long', async () => {
    const { browser, tabs, clock, refreshes } = await signedIn(2);
    void browser.lock(
        'cloche:/api/auth',
        { signal: new AbortController().signal },
        () => new Promise(() => {}),
    );
    await clock.seconds(275);
    assert.equal(refreshes(), 0);
    await clock.seconds(10);
    assert.ok(refreshes() >= 1);
    assert.ok(tabs.every((tab) => tab.state.status === 'signed_in'));
});

test('locks that a browser refuses to give are done without', async () => {
    const { tabs, clock, refreshes } = await signedIn(1);
    tabs[0].host.navigator.locks.request = async () => {
        throw new DOMException('denied', 'SecurityError');
    };
    await clock.seconds(275);
    assert.equal(refreshes(), 1);
});

test('a channel that a browser refuses to open is done without', async () => {
    const browser = new Browser().signedIn();
    const tab = browser.open({ listen: false });
    tab.host.BroadcastChannel = class {
        constructor() {
            throw new DOMException('denied', 'SecurityError');
        }
    };
    await tab.result(tab.client.session());
    await tab.result(tab.client.logout());
    assert.equal(tab.reason, 'signed_out signed_out');
});

test('a refresh that fails under the lock is one failure, and leaves the lock', async () => {
    const { tabs, clock, gateway, refreshes } = await signedIn(2);
    gateway.fail('/api/auth/refresh', () => problem(503, 'refresh_unavailable'));
    await clock.seconds(290);
    assert.equal(refreshes(), 2);
    assert.equal(gateway.rotations, 1);
    assert.ok(tabs.every((tab) => !tab.state.error));
});

test('a sign-out in one tab is seen in the others within a second', async () => {
    const { browser, tabs, clock, gateway } = await signedIn(3);
    await tabs[2].look(false);
    const before = gateway.requests.length;
    await tabs[0].result(tabs[0].client.logout(), 0.9);
    for (const tab of tabs) assert.equal(tab.reason, 'signed_out signed_out');
    assert.equal(gateway.requests.length, before + 1, 'without a question from any of them');
    assert.equal(browser.cookie, '');
    await clock.seconds(86400);
    assert.equal(gateway.requests.length, before + 1);
});

test('a sign-in in one tab is seen in the others', async () => {
    const browser = new Browser();
    for (let i = 0; i < 3; ++i) await browser.load();
    await browser.tabs[0].result(browser.tabs[0].client.login(zoe));
    for (const tab of browser.tabs) {
        assert.equal(tab.reason, 'signed_in signed_in');
        assert.equal(tab.state.user.fullName, 'Zoe');
    }
});

test('when somebody else signs in, no tab goes on showing the one before', async () => {
    const { tabs } = await signedIn(2);
    const [first, second] = tabs;
    const { epoch } = second.state;
    await first.result(first.client.login(yan));
    assert.equal(second.state.user.fullName, 'Yan');
    assert.equal(second.state.reason, 'signed_in');
    assert.equal(second.state.epoch, epoch + 1, 'what the page keeps of Zoe is to be dropped');
});

test('when the same person signs in again, a tab loses nothing', async () => {
    const { tabs } = await signedIn(2);
    const before = tabs[1].state;
    await tabs[0].result(tabs[0].client.login(zoe));
    assert.equal(tabs[1].state, before);
});

test('a session that one tab finds ended is over in all', async () => {
    const { browser, tabs, gateway } = await signedIn(3);
    gateway.end(browser.cookie);
    await tabs[1].result(tabs[1].client.fetch('/api/proxy/x'));
    for (const tab of tabs) assert.equal(tab.reason, 'signed_out session_ended');
    assert.ok(gateway.count('GET', '/api/auth/session') <= 3 + 2, 'each other tab asks once');
});

test('news of a changed user travel with the refresh', async () => {
    const { browser, tabs, clock, gateway } = await signedIn(2);
    await tabs[1].look(false);
    gateway.sessions.get(browser.cookie).user = { id: 1, fullName: 'Zoe Z.' };
    await clock.seconds(275);
    for (const tab of tabs) assert.equal(tab.state.user.fullName, 'Zoe Z.');
});

/** What a tab hears that is late or not from us. */
async function overheard(browser, message) {
    const Channel = browser.channelClass(0);
    new Channel('cloche:/api/auth').postMessage(message);
    await browser.clock.advance(100);
}

test('a refresh of another tab that is heard of after a sign-out revives nothing', async () => {
    const { browser, tabs } = await signedIn(1);
    const body = await tabs[0].result(tabs[0].client.session());
    await tabs[0].result(tabs[0].client.logout());
    await overheard(browser, { type: 'refreshed', body });
    assert.equal(tabs[0].reason, 'signed_out signed_out');
});

test('a refresh for the person before, heard of after another signed in, changes nothing', async () => {
    const { browser, tabs } = await signedIn(1);
    const body = await tabs[0].result(tabs[0].client.session());
    await tabs[0].result(tabs[0].client.login(yan));
    await overheard(browser, { type: 'refreshed', body });
    assert.equal(tabs[0].state.user.fullName, 'Yan');
});

test('messages that are not ours are passed over', async () => {
    const { browser, tabs, gateway } = await signedIn(1);
    const before = [tabs[0].state, gateway.requests.length];
    for (const message of [null, 7, 'signed_out', {}, { type: 'x' }, { type: {} }, []]) {
        await overheard(browser, message);
    }
    assert.deepEqual([tabs[0].state, gateway.requests.length], before);
    await overheard(browser, { type: 'refreshed' });
    await overheard(browser, { type: 'refreshed', body: { authenticated: false } });
    assert.equal(tabs[0].state, before[0], 'the gateway was asked');
});

test('where tabs cannot hear each other, being looked at is when they ask', async () => {
    const { tabs, clock } = await signedIn(2, { without: ['BroadcastChannel'] });
    await tabs[1].look(false);
    await tabs[0].result(tabs[0].client.logout());
    assert.equal(tabs[1].state.status, 'signed_in');
    await tabs[1].look(true);
    await clock.advance(100);
    assert.equal(tabs[1].reason, 'signed_out session_ended');
});

test('clients of two gateways on one site do not mix', async () => {
    const browser = new Browser().signedIn();
    const first = await browser.load();
    const second = browser.open({ options: { base: '/other' }, listen: false });
    await second.outcome(second.client.logout());
    assert.equal(first.reason, 'signed_in loaded');
});

test('a page that comes from a form tells the other tabs what it finds', async () => {
    const { browser, tabs, gateway } = await signedIn(2);
    const [first, second] = tabs;
    // Signed out by a form: no script had a hand in it.
    browser.cookie = '';
    await browser.load();
    assert.equal(first.reason, 'signed_out session_ended');
    assert.equal(second.reason, 'signed_out session_ended');
    // As somebody else by a form.
    browser.signedIn(yan);
    await browser.load();
    assert.deepEqual(first.state.user, yan);
    assert.equal(first.reason, 'signed_in signed_in');

    const asked = gateway.count('GET', '/api/auth/session');
    await browser.load();
    assert.equal(
        gateway.count('GET', '/api/auth/session'),
        asked + 1,
        'what everybody knows is no news',
    );
});

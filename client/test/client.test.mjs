// Signing in and out, and what the page knows of the session.
import assert from 'node:assert/strict';
import test from 'node:test';

import { createClient } from '@cloche/browser';

import { Browser, site, yan, zoe } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

test('a client of which nothing is asked does nothing', async () => {
    const browser = new Browser();
    const tab = browser.open({ listen: false });
    await browser.clock.seconds(3600);
    assert.equal(browser.gateway.requests.length, 0);
    assert.equal(browser.clock.timers, 0);
    assert.equal(browser.openChannels, 0);
    assert.deepEqual(tab.state, {
        status: 'unknown',
        user: undefined,
        reason: 'loading',
        error: undefined,
        epoch: 0,
    });
});

test('a client can be made where there is no browser at all', () => {
    assert.equal(createClient().state.status, 'unknown');
});

test('a listener has the gateway asked once, and hears the answer', async () => {
    const browser = new Browser().signedIn();
    const tab = browser.open();
    tab.client.onChange(() => {});
    const asked = tab.client.session();
    await browser.clock.advance(50);
    assert.equal(browser.gateway.count('GET', '/api/auth/session'), 1);
    assert.deepEqual(tab.seen, ['signed_in loaded']);
    assert.equal(tab.state.user.fullName, 'Zoe');
    assert.deepEqual(Object.keys((await asked).session), ['expires_in', 'idle_in', 'refresh_in']);
});

test('without a session the first answer is signed out', async () => {
    const tab = await new Browser().load();
    assert.deepEqual(tab.seen, ['signed_out loaded']);
    assert.equal(tab.state.user, undefined);
});

test('a sign-in gives the API’s answer, and the state has the user', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    const answer = await tab.result(tab.client.login(zoe));
    assert.equal(answer.message, 'Login successful');
    assert.equal(answer.session.refresh_in, 270);
    assert.equal(tab.reason, 'signed_in signed_in');
    assert.equal(tab.state.user.fullName, 'Zoe');
    const login = browser.gateway.requests.find(({ path }) => path === '/api/auth/login');
    assert.deepEqual(JSON.parse(login.body), zoe);
    assert.equal(login.headers.get('content-type'), 'application/json');
});

test('a refused sign-in changes nothing but throws what to show', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    const { error } = await tab.outcome(tab.client.login({ ...zoe, password: 'no' }));
    assert.equal(error.code, 'api_error');
    assert.equal(error.status, 401);
    assert.equal(error.message, 'Wrong e-mail or password.');
    assert.deepEqual(tab.seen, ['signed_out loaded']);
});

test('a sign-in succeeds even if the gateway cannot say for whom just now', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    browser.gateway.fail('/api/auth/session', () => problem(503, 'store_unavailable'), 2);
    await tab.result(tab.client.login(yan));
    assert.equal(tab.reason, 'unknown unavailable', 'the person known so far may be the wrong one');
    assert.equal(tab.state.user, undefined);
    await browser.clock.seconds(10);
    assert.equal(tab.reason, 'signed_in signed_in');
    assert.equal(tab.state.user.fullName, 'Yan');
});

test('a sign-out is told when it has happened', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    const answer = await tab.result(tab.client.logout());
    assert.equal(answer.message, 'Logout successful');
    assert.deepEqual(tab.seen, ['signed_in loaded', 'signed_out signed_out']);
    assert.equal(browser.cookie, '');
    assert.equal(browser.gateway.requests.at(-1).keepalive, true, 'it outlives the page');
    await browser.clock.seconds(86400);
    assert.equal(browser.gateway.requests.at(-1).path, '/api/auth/logout', 'nothing follows it');
});

test('a sign-out whose end is still to be written is one all the same, and says so', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    browser.gateway.fail('/api/auth/logout', () => problem(503, 'store_unavailable'));
    const { error } = await tab.outcome(tab.client.logout());
    assert.equal(error.code, 'store_unavailable');
    assert.equal(tab.reason, 'signed_out signed_out');
});

test('registering and verifying give the API’s answer', async () => {
    const browser = new Browser();
    const tab = browser.open({ listen: false });
    const fields = { fullName: 'Zoe', email: zoe.email, password: 'a long enough password' };
    assert.equal((await tab.result(tab.client.register(fields))).message, 'Done');
    assert.equal((await tab.result(tab.client.verify({ token: 't', email: 'e' }))).message, 'Done');
    assert.deepEqual(
        browser.gateway.requests.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
        [
            ['POST', '/api/auth/register', fields],
            ['POST', '/api/auth/verify', { token: 't', email: 'e' }],
        ],
    );
});

test('an API that says nothing about a success has not failed', async () => {
    const browser = new Browser();
    const tab = browser.open({ listen: false });
    browser.gateway.fail('/api/auth/register', () => new Response(null, { status: 204 }));
    assert.deepEqual(await tab.result(tab.client.register({})), {});
});

test('every call to the gateway carries the CSRF header and nothing that is secret', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    await tab.result(tab.client.login(zoe));
    await tab.result(tab.client.refresh());
    await tab.result(tab.client.logout());
    for (const { headers, path } of browser.gateway.requests) {
        assert.equal(headers.get('x-csrf'), '1', path);
        assert.equal(headers.get('authorization'), null);
    }
});

test('another prefix is used for all calls, with or without a slash behind it', async () => {
    const browser = new Browser();
    const tab = browser.open({ options: { base: '/gate/' }, listen: false });
    await tab.outcome(tab.client.session());
    assert.equal(browser.gateway.requests[0].path, '/gate/session');
});

test('a fetch that is given is used in place of the browser’s own', async () => {
    const browser = new Browser();
    const asked = [];
    const fetch = async (input) => {
        asked.push(input);
        return Response.json({ authenticated: false });
    };
    const tab = browser.open({ options: { fetch } });
    await browser.clock.advance(10);
    assert.deepEqual(asked, ['/api/auth/session']);
    assert.equal(tab.reason, 'signed_out loaded');
});

test('the state keeps its identity while nothing changes', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    const before = tab.state;
    await tab.result(tab.client.refresh());
    await tab.result(tab.client.session());
    assert.equal(tab.state, before);
    assert.deepEqual(tab.seen, ['signed_in loaded']);
});

test('a user who has changed replaces the one before', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    const { epoch } = tab.state;
    browser.gateway.sessions.get(browser.cookie).user = { id: 1, fullName: 'Zoe Z.' };
    await tab.result(tab.client.refresh());
    assert.equal(tab.reason, 'signed_in user_changed');
    assert.deepEqual(tab.state.user, { id: 1, fullName: 'Zoe Z.' });
    assert.equal(tab.state.epoch, epoch, 'it is the same person');
});

test('somebody else whose sign-in nobody told of begins an epoch all the same', async () => {
    for (const [before, after] of [
        [
            { id: 1, fullName: 'Zoe' },
            { id: 2, fullName: 'Yan' },
        ],
        [{ name: 'Zoe' }, { name: 'Yan' }],
        [{ id: 1, fullName: 'Zoe' }, undefined],
    ]) {
        const browser = new Browser();
        browser.cookie = browser.gateway.open(before);
        const tab = await browser.load();
        const { epoch } = tab.state;
        // By a form, on a page of the gateway's own.
        browser.cookie = browser.gateway.open(after);
        if (!after) browser.gateway.sessions.get(browser.cookie).user = undefined;
        await tab.result(tab.client.session());
        assert.equal(tab.reason, 'signed_in signed_in');
        assert.deepEqual(tab.state.user, after ?? {});
        assert.equal(tab.state.epoch, epoch + 1, 'what the page keeps is to be dropped');
    }
});

test('each sign-in begins an epoch, a refresh does not', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    const epochs = [tab.state.epoch];
    for (const who of [zoe, yan, yan]) {
        await tab.result(tab.client.login(who));
        await tab.result(tab.client.refresh());
        epochs.push(tab.state.epoch);
    }
    assert.deepEqual(epochs, [0, 1, 2, 2]);
    await tab.result(tab.client.logout());
    await tab.result(tab.client.login(yan));
    assert.equal(tab.state.epoch, 3);
});

test('a listener that throws harms neither the others nor the client', async () => {
    const browser = new Browser().signedIn();
    const tab = browser.open({ listen: false });
    const seen = [];
    tab.client.onChange(() => {
        throw new Error('the page’s own');
    });
    tab.client.onChange((state) => seen.push(state.status));
    await assert.rejects(browser.clock.advance(50), /the page’s own/, 'it is reported');
    await browser.clock.advance(50);
    assert.deepEqual(seen, ['signed_in']);
});

test('who no longer listens hears nothing, and the same listener may listen twice', async () => {
    const browser = new Browser();
    const tab = browser.open({ listen: false });
    let heard = 0;
    const listener = () => ++heard;
    const stop = tab.client.onChange(listener);
    tab.client.onChange(listener);
    stop();
    stop();
    await browser.clock.advance(50);
    assert.equal(heard, 1);
});

test('an answer that arrives after somebody signed in is not taken for the new session’s', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    let answer;
    const held = new Promise((go) => (answer = go));
    browser.gateway.fail('/api/auth/session', () => held);
    const asked = tab.client.session();
    await browser.clock.advance(50);
    const signedIn = tab.client.login(zoe);
    await browser.clock.advance(50);
    answer(Response.json({ authenticated: false }));
    await tab.result(signedIn);
    assert.equal(tab.reason, 'signed_in signed_in');
    assert.equal((await asked).authenticated, true, 'who had asked before gets what is true now');
    assert.deepEqual(tab.seen, ['signed_out loaded', 'signed_in signed_in']);
});

test('closing ends timers, listening and the channel; the next call begins again', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    const late = tab.client.session();
    tab.client.close();
    assert.equal(browser.openChannels, 0);
    await tab.result(late);
    assert.equal(browser.clock.timers, 0, 'not even an answer that was on its way sets one');
    const before = browser.gateway.requests.length;
    await browser.clock.seconds(86400);
    await tab.look(false);
    await tab.look(true);
    await tab.event('pageshow', { persisted: true });
    assert.equal(browser.gateway.requests.length, before);
    await tab.result(tab.client.session());
    assert.equal(browser.openChannels, 1);
    assert.ok(browser.clock.timers > 0);
});

test('who listens again after closing does not go on with what was known before', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    tab.client.close();
    browser.gateway.end(browser.cookie);
    tab.client.onChange(() => {});
    await browser.clock.advance(50);
    assert.equal(tab.reason, 'signed_out session_ended');
});

test('a page that came back from the back-forward cache asks at once', async () => {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    browser.gateway.end(browser.cookie);
    await tab.event('pageshow', { persisted: false });
    await browser.clock.advance(50);
    assert.equal(tab.state.status, 'signed_in', 'an ordinary load has asked anyway');
    await tab.event('pageshow', { persisted: true });
    await browser.clock.advance(50);
    assert.equal(tab.reason, 'signed_out session_ended');
});

test('the page’s origin is where the gateway is', async () => {
    const browser = new Browser();
    await browser.load({ at: 'http://127.0.0.1:3000' });
    await browser.load({ at: site });
    assert.deepEqual(
        browser.gateway.requests.map(({ origin }) => origin),
        ['http://127.0.0.1:3000', site],
    );
});

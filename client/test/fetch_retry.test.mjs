// The page's fetch where the gateway itself has turned the request away: one more try at most, and the page is told.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, site, yan, zoe } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

const path = '/api/proxy/orders';

async function signedIn() {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    browser.gateway.requests = [];
    return { browser, tab, gateway: browser.gateway };
}

for (const code of ['refresh_unavailable', 'store_unavailable']) {
    test(`${code}: once more, after the pause that was asked for`, async () => {
        const { browser, tab, gateway } = await signedIn();
        gateway.fail(path, () => problem(503, code, { 'Retry-After': '3' }));
        const began = browser.clock.now();
        const answer = await tab.result(tab.client.fetch(path, { method: 'POST', body: 'x' }), 5);
        assert.equal(answer.status, 200);
        assert.deepEqual(
            gateway.requests.map(({ method, body }) => [method, body]),
            [
                ['POST', 'x'],
                ['POST', 'x'],
            ],
        );
        assert.ok(gateway.requests[1].at - began >= 3000);
        assert.equal(tab.reason, 'signed_in loaded', 'nobody is signed out by that');
    });
}

test('once more, not twice', async () => {
    const { tab, gateway } = await signedIn();
    gateway.fail(path, () => problem(503, 'refresh_unavailable'), Infinity);
    const answer = await tab.result(tab.client.fetch(path), 60);
    assert.equal(answer.status, 503);
    assert.equal((await answer.json()).code, 'refresh_unavailable');
    assert.equal(gateway.requests.length, 2);
});

test('without Retry-After the pause is a second, and no page waits longer than ten', async () => {
    const { browser, tab, gateway } = await signedIn();
    gateway.fail(path, () => problem(503, 'refresh_unavailable', { 'Retry-After': 'later' }));
    const began = browser.clock.now();
    await tab.result(tab.client.fetch(path), 2);
    assert.ok(gateway.requests[1].at - began >= 1000);
    gateway.requests = [];
    gateway.fail(path, () => problem(503, 'refresh_unavailable', { 'Retry-After': '11' }));
    const answer = await tab.result(tab.client.fetch(path), 0.1);
    assert.equal(answer.status, 503);
    assert.equal(gateway.requests.length, 1);
});

test('tabs that were turned away together do not come back together', async () => {
    const browser = new Browser().signedIn();
    for (const random of [0, 0.5, 0.99]) await browser.load({ random });
    browser.gateway.requests = [];
    browser.gateway.fail(path, () => problem(503, 'refresh_unavailable'), 3);
    await Promise.all(
        browser.tabs.map((tab) => tab.client.fetch(path)).concat(browser.clock.seconds(3)),
    );
    assert.equal(new Set(browser.gateway.requests.slice(3).map(({ at }) => at)).size, 3);
});

const passedOn = [
    [502, 'upstream_unreachable'],
    [504, 'upstream_timeout'],
    [503, 'overloaded'],
    [500, 'internal'],
    [403, 'csrf_failed'],
    [429, 'rate_limited'],
];
for (const [status, code] of passedOn) {
    test(`${code} goes to the page: the API may have acted, or another try would not help`, async () => {
        const { tab, gateway } = await signedIn();
        gateway.fail(path, () => problem(status, code));
        assert.equal((await tab.result(tab.client.fetch(path), 5)).status, status);
        assert.equal(gateway.requests.length, 1);
    });
}

for (const status of [401, 403, 503]) {
    test(`${status} of the API itself goes to the page, and says nothing of the session`, async () => {
        const { tab, gateway } = await signedIn();
        gateway.fail(path, () => Response.json({ code: 'session_ended' }, { status }));
        assert.equal((await tab.result(tab.client.fetch(path), 5)).status, status);
        assert.equal(gateway.requests.length, 1);
        assert.equal(tab.reason, 'signed_in loaded');
    });
}

test('a network failure is the call’s own, and is not repeated: the API may have acted', async () => {
    const { tab, gateway } = await signedIn();
    gateway.down = true;
    const { error } = await tab.outcome(tab.client.fetch(path, { method: 'POST' }), 5);
    assert.ok(error instanceof TypeError);
    assert.equal(gateway.requests.length, 1);
});

const bodies = {
    text: 'x',
    'form data': new FormData(),
    parameters: new URLSearchParams('a=1'),
    bytes: new Uint8Array(3),
    buffer: new ArrayBuffer(3),
    blob: new Blob(['x']),
    'no body': undefined,
    'an empty text': '',
};
for (const [what, body] of Object.entries(bodies)) {
    test(`${what} can be sent twice`, async () => {
        const { tab, gateway } = await signedIn();
        gateway.fail(path, () => problem(503, 'refresh_unavailable'));
        await tab.result(tab.client.fetch(path, { method: 'PUT', body }), 5);
        assert.equal(gateway.requests.length, 2);
    });
}

const once = {
    'a stream': [path, { method: 'POST', body: new ReadableStream(), duplex: 'half' }],
    'a Request with a body': [new Request(site + path, { method: 'POST', body: 'x' }), undefined],
};
for (const [what, [input, init]] of Object.entries(once)) {
    test(`${what} cannot, so the answer goes to the page at once`, async () => {
        const { tab, gateway } = await signedIn();
        gateway.fail(path, () => problem(503, 'refresh_unavailable'));
        const answer = await tab.result(tab.client.fetch(input, init), 0.1);
        assert.equal(answer.status, 503);
        assert.equal(gateway.requests.length, 1);
    });
}

test('a Request without a body can', async () => {
    const { tab, gateway } = await signedIn();
    gateway.fail(path, () => problem(503, 'refresh_unavailable'));
    const request = new Request(site + path, { method: 'DELETE' });
    assert.equal((await tab.result(tab.client.fetch(request), 5)).status, 200);
    assert.deepEqual(
        gateway.requests.map(({ method }) => method),
        ['DELETE', 'DELETE'],
    );
});

test('a page that gives up while the client pauses hears so at once', async () => {
    const { browser, tab, gateway } = await signedIn();
    gateway.fail(path, () => problem(503, 'refresh_unavailable', { 'Retry-After': '9' }));
    const abort = new AbortController();
    const asked = tab.client.fetch(path, { signal: abort.signal });
    await browser.clock.seconds(1);
    abort.abort();
    const { error } = await tab.outcome(asked, 0.1);
    assert.equal(error.name, 'AbortError');
});

test('session_ended: no second try, and the page is told', async () => {
    const { browser, tab, gateway } = await signedIn();
    gateway.end(browser.cookie);
    const answer = await tab.result(tab.client.fetch(path), 5);
    assert.equal(answer.status, 401);
    assert.equal((await answer.json()).code, 'session_ended');
    assert.deepEqual(
        gateway.requests.map((request) => request.path),
        [path],
    );
    assert.deepEqual(tab.seen.slice(1), ['signed_out session_ended']);
});

test('session_ended about a session from before a sign-in says nothing of the new one', async () => {
    const { browser, tab, gateway } = await signedIn();
    let answer;
    gateway.fail(path, () => new Promise((go) => (answer = go)));
    const asked = tab.client.fetch(path);
    await browser.clock.advance(20);
    await tab.result(tab.client.login(yan));
    answer(problem(401, 'session_ended'));
    assert.equal((await tab.result(asked)).status, 401);
    assert.equal(tab.state.user.fullName, 'Yan');
});

test('unauthenticated: the gateway is asked, and the page is told', async () => {
    const { browser, tab, gateway } = await signedIn();
    browser.cookie = '';
    const answer = await tab.result(tab.client.fetch(path), 5);
    assert.equal(answer.status, 401);
    assert.deepEqual(
        gateway.requests.map((request) => request.path),
        [path, '/api/auth/session'],
    );
    assert.equal(tab.reason, 'signed_out session_ended');
});

test('unauthenticated, known to be signed out: nothing to ask, nothing to tell', async () => {
    const browser = new Browser();
    const tab = await browser.load();
    for (let i = 0; i < 3; ++i) await tab.result(tab.client.fetch(path));
    assert.equal(browser.gateway.count('GET', '/api/auth/session'), 1);
    assert.deepEqual(tab.seen, ['signed_out loaded']);
});

/** A request that is on its way while the browser's session becomes another's. */
async function overtakenBy(who, browser, tab) {
    let answer;
    browser.gateway.fail(path, () => new Promise((go) => (answer = go)));
    const asked = tab.client.fetch(path, { method: 'POST', body: 'mine' });
    await browser.clock.advance(20);
    await tab.result(tab.client.login(who));
    browser.gateway.requests = [];
    answer(problem(401, 'unauthenticated'));
    return tab.result(asked);
}

test('unauthenticated, but somebody has signed in meanwhile: once more, for whom it was meant', async () => {
    const signedOut = new Browser();
    assert.equal((await overtakenBy(zoe, signedOut, await signedOut.load())).status, 200);

    const same = new Browser().signedIn();
    assert.equal((await overtakenBy(zoe, same, await same.load())).status, 200);

    const another = new Browser().signedIn();
    assert.equal((await overtakenBy(yan, another, await another.load())).status, 401);
    assert.equal(another.gateway.count('POST', path), 0, 'never in another person’s name');
});

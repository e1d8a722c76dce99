// The page's fetch: everything arrives as it is, and a header on this origin alone.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, site } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

const path = '/api/proxy/orders';

async function signedIn() {
    const browser = new Browser().signedIn();
    const tab = await browser.load();
    browser.gateway.requests = [];
    return { browser, tab, gateway: browser.gateway };
}

test('method, query, headers and body go through as they are, with the CSRF header', async () => {
    const { tab, gateway } = await signedIn();
    const headers = { 'Accept-Language': 'de', 'If-None-Match': '"1"' };
    const init = { method: 'PATCH', headers, body: '{"n":1}' };
    const answer = await tab.result(tab.client.fetch(`${path}?page=2&q=a%20b`, init));
    assert.equal(answer.status, 200);
    const [request] = gateway.requests;
    assert.equal(request.method, 'PATCH');
    assert.equal(request.search, '?page=2&q=a%20b');
    assert.equal(request.body, '{"n":1}');
    assert.deepEqual(Object.fromEntries(request.headers), {
        'accept-language': 'de',
        'if-none-match': '"1"',
        'x-csrf': '1',
    });
    assert.deepEqual(
        headers,
        { 'Accept-Language': 'de', 'If-None-Match': '"1"' },
        'the page’s own',
    );
});

const ours = [path, site + path, new URL(site + path), new Request(site + path), '?x', '#x', ''];
for (const input of ours) {
    test(`${input.constructor.name} ${input.url ?? input} gets the header`, async () => {
        const { tab, gateway } = await signedIn();
        await tab.result(tab.client.fetch(input));
        assert.equal(gateway.requests[0].headers.get('x-csrf'), '1');
    });
}

const foreign = [
    'https://other.example/x',
    'https://app.example:8443/x',
    'http://app.example/x',
    'https://app.example.evil.test/x',
    'https://api.app.example/x',
    '//other.example/x',
    'https://user@other.example/x',
    'https:\\\\other.example/x',
    '\\\\other.example/x',
    '\t//other.example/x',
    'data:text/plain,x',
    new URL('https://other.example/x'),
    new Request('https://other.example/x', { headers: { a: 'b' } }),
];
for (const input of foreign) {
    test(`${input.constructor.name} ${JSON.stringify(input.url ?? input)} never gets it`, async () => {
        const { tab, gateway } = await signedIn();
        // Another origin that would like to sign this page out, or to have its request sent twice.
        for (const code of ['session_ended', 'unauthenticated', 'refresh_unavailable']) {
            gateway.requests = [];
            const sent = [];
            tab.host.fetch = async (...request) => {
                sent.push(request);
                return problem(code === 'refresh_unavailable' ? 503 : 401, code);
            };
            const init = { method: 'POST' };
            await tab.result(tab.client.fetch(input, init), 5);
            assert.deepEqual(sent, [[input, init]], 'passed on untouched, once');
            assert.equal(tab.reason, 'signed_in loaded');
        }
    });
}

test('a redirect to another site that plays the gateway is not believed', async () => {
    const { tab } = await signedIn();
    const answer = problem(401, 'session_ended');
    Object.defineProperty(answer, 'type', { value: 'cors' });
    tab.host.fetch = async () => answer;
    await tab.result(tab.client.fetch(path));
    assert.equal(tab.reason, 'signed_in loaded');
});

test('headers of a Request are kept', async () => {
    const { tab, gateway } = await signedIn();
    await tab.result(tab.client.fetch(new Request(site + path, { headers: { a: 'b' } })));
    assert.equal(gateway.requests[0].headers.get('a'), 'b');
});

test('an address that is none is an error of the call', async () => {
    const { tab } = await signedIn();
    const { error } = await tab.outcome(tab.client.fetch('http://'));
    assert.ok(error instanceof TypeError);
});

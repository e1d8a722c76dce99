// Whatever goes wrong is a ClocheError with a stable code and words for a person.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';

import { ClocheError } from '@cloche/browser';

import { Browser, zoe } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

/** What `login` throws when the gateway answers so. */
async function errorFor(answer) {
    const browser = new Browser();
    const tab = browser.open({ listen: false });
    browser.gateway.fail('/api/auth/login', () => answer);
    const { error } = await tab.outcome(tab.client.login(zoe));
    assert.ok(error instanceof ClocheError && error instanceof Error);
    assert.equal(error.name, 'ClocheError');
    return error;
}

test('an error of the gateway’s own has its code, its words and its pause', async () => {
    const error = await errorFor(problem(503, 'refresh_unavailable', { 'Retry-After': '7' }));
    assert.equal(error.code, 'refresh_unavailable');
    assert.equal(error.status, 503);
    assert.equal(error.message, 'It is refresh_unavailable.');
    assert.equal(error.retryAfter, 7);
});

test('a code that this client has not heard of is passed on', async () => {
    assert.equal((await errorFor(problem(418, 'teapot'))).code, 'teapot');
});

test('an error of the API has its own words, and is not taken for the gateway’s', async () => {
    const error = await errorFor(
        Response.json(
            { error: 'Unauthorized', code: 'session_ended', message: 'No.' },
            { status: 401 },
        ),
    );
    assert.equal(error.code, 'api_error');
    assert.equal(error.message, 'No.');
    assert.equal(error.retryAfter, undefined);
    assert.deepEqual(error.fields, {});
});

test('a 422 says what to show at which field, the first thing wrong with each', async () => {
    const error = await errorFor(
        Response.json(
            {
                message: [
                    { property: 'email', message: 'must be an e-mail address' },
                    { property: 'password', message: 'is too short' },
                    { property: 'password', message: 'is too common' },
                ],
            },
            { status: 422 },
        ),
    );
    assert.deepEqual(
        { ...error.fields },
        {
            email: 'must be an e-mail address',
            password: 'is too short',
        },
    );
    assert.equal(error.message, 'must be an e-mail address is too short is too common');
});

const bodies = [
    ['a list of words', '{"message":["must be A","must be B"]}', 'must be A must be B'],
    ['detail alone', '{"detail":"Why."}', 'Why.'],
    ['no words', '{}', 'The server answered 500.'],
    ['words that are none', '{"message":{"a":1}}', 'The server answered 500.'],
    ['a list of nothing', '{"message":[null,7,{"property":"x"}]}', 'The server answered 500.'],
    ['an array', '[1]', 'The server answered 500.'],
    ['null', 'null', 'The server answered 500.'],
    ['a string', '"sorry"', 'The server answered 500.'],
    ['a page', '<!doctype html><h1>Bad gateway</h1>', 'The server answered 500.'],
    ['nothing', '', 'The server answered 500.'],
];
for (const [what, body, message] of bodies) {
    test(`the body of a failure may be ${what}`, async () => {
        const error = await errorFor(new Response(body, { status: 500 }));
        assert.equal(error.message, message);
        assert.equal(error.code, 'api_error');
    });
}

test('field names that mean something to JavaScript do no harm', async () => {
    const message = ['__proto__', 'constructor', 'toString'].map((property) => ({
        property,
        message: 'x',
    }));
    const error = await errorFor(Response.json({ message }, { status: 422 }));
    assert.equal({}.x, undefined);
    assert.equal(typeof error.fields.hasOwnProperty, 'function');
});

for (const value of ['Wed, 21 Oct 2037 07:28:00 GMT', '-1', 'soon', '']) {
    test(`Retry-After: ${value || '(nothing)'} is no number of seconds`, async () => {
        const error = await errorFor(problem(429, 'rate_limited', { 'Retry-After': value }));
        assert.equal(error.retryAfter, undefined);
    });
}

test('no answer is unreachable, with the cause kept', async () => {
    const browser = new Browser();
    const tab = browser.open({ listen: false });
    browser.gateway.down = true;
    const { error } = await tab.outcome(tab.client.login(zoe));
    assert.equal(error.code, 'unreachable');
    assert.equal(error.status, 0);
    assert.equal(error.message, 'The server cannot be reached.');
    assert.ok(error.cause instanceof TypeError);
});

for (const body of ['<p>Welcome to the hotel</p>', '7', 'null', '{"authenticated":']) {
    test(`a 200 with ${body} is unreadable`, async () => {
        const browser = new Browser();
        const tab = browser.open({ listen: false });
        browser.gateway.fail('/api/auth/session', () => new Response(body));
        const { error } = await tab.outcome(tab.client.session());
        assert.equal(error.code, 'unreadable');
        assert.equal(error.status, 200);
    });
}

const contract = new URL('../../docs/http-api.md', import.meta.url);
test('the codes are those of the gateway', { skip: !existsSync(contract) }, () => {
    const documented = readFileSync(contract, 'utf8').matchAll(/^\| `([a-z_]+)` \| \d{3} \|/gm);
    const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8');
    const [, union] = /type GatewayCode =([^;]+);/.exec(source);
    assert.deepEqual(
        [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code).sort(),
        [...documented].map(([, code]) => code).sort(),
    );
});

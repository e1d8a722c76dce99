// React's view of the session, rendered on a server.
import assert from 'node:assert/strict';
import test from 'node:test';

import { createClient } from '@cloche/browser';
import { ClocheProvider, SignedIn, SignedOut } from '@cloche/browser/react';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';

const App = ({ initial }) =>
    h(
        ClocheProvider,
        { client: createClient(), initial },
        h(SignedIn, null, (user) => `Hello, ${user.fullName}`),
        h(SignedOut, null, 'Sign in'),
    );

test('a server that knows nothing renders neither part, asks nothing and breaks nothing', (t) => {
    t.mock.method(globalThis, 'fetch', () => assert.fail('asked'));
    assert.equal(renderToString(h(App)), '');
});

test('a server that knows the person renders for them', () => {
    const initial = { status: 'signed_in', user: { fullName: 'Zoe' } };
    assert.equal(renderToString(h(App, { initial })), 'Hello, Zoe');
});

test('a server that knows there is nobody renders that', () => {
    assert.equal(renderToString(h(App, { initial: { status: 'signed_out' } })), 'Sign in');
});

test('without a provider the error says what is missing', () => {
    assert.throws(() => renderToString(h(SignedIn)), /<ClocheProvider>/);
});

// React's view of the session: what a page renders, and when it renders again.
import assert from 'node:assert/strict';
import test from 'node:test';

import { ClocheProvider, SignedIn, SignedOut, useClient, useSession } from '@cloche/browser/react';
import { createElement as h, StrictMode, useState } from 'react';
import { act, create } from 'react-test-renderer';

import { Browser, yan, zoe } from './support/browser.mjs';
import { problem } from './support/gateway.mjs';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

// The renderer says that it is deprecated; what else is said is a failure.
const complaints = [];
console.error = (...words) => {
    if (!/react-test-renderer is deprecated/.test(words[0])) complaints.push(words.join(' '));
};
test.afterEach(() => assert.deepEqual(complaints.splice(0), []));

const App = ({ client, initial }) =>
    h(
        ClocheProvider,
        { client, initial },
        h(SignedIn, null, (user) => `Hello, ${user.fullName}`),
        h(SignedOut, null, 'Sign in'),
    );

/** Rendered, with the gateway's first answer there. */
async function show(tab, element) {
    let root;
    act(() => {
        root = create(element);
    });
    await act(() => tab.browser.clock.advance(50));
    return root;
}

/** Lets a call and what it sets off happen. */
const during = (tab, call) => act(() => tab.result(call()));

function page(browser) {
    const tab = browser.open({ listen: false });
    return { tab, client: tab.client };
}

test('a page shows nothing private or wrong before the gateway has answered', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    let root;
    act(() => {
        root = create(h(App, { client }));
    });
    assert.equal(root.toJSON(), null);
    await act(() => browser.clock.advance(50));
    assert.equal(root.toJSON(), 'Hello, Zoe');
    assert.equal(tab.browser.gateway.requests.length, 1, 'one question, however many components');
    act(() => root.unmount());
});

test('what the server knew stays until the gateway has answered, and is then replaced', async () => {
    const browser = new Browser();
    const { client } = page(browser);
    const initial = { status: 'signed_in', user: { fullName: 'Zoe' } };
    let root;
    act(() => {
        root = create(h(App, { client, initial }));
    });
    assert.equal(root.toJSON(), 'Hello, Zoe');
    await act(() => browser.clock.advance(50));
    assert.equal(root.toJSON(), 'Sign in');
    act(() => root.unmount());
});

test('signing in and out changes what is shown', async () => {
    const browser = new Browser();
    const { tab, client } = page(browser);
    const root = await show(tab, h(App, { client }));
    assert.equal(root.toJSON(), 'Sign in');
    await during(tab, () => client.login(zoe));
    assert.equal(root.toJSON(), 'Hello, Zoe');
    await during(tab, () => client.logout());
    assert.equal(root.toJSON(), 'Sign in');
    act(() => root.unmount());
});

test('a sign-out in another tab changes it too', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    const root = await show(tab, h(App, { client }));
    const other = browser.open();
    await act(() => other.result(other.client.logout()));
    assert.equal(root.toJSON(), 'Sign in');
    act(() => root.unmount());
});

test('a refresh renders nothing again', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    let renders = 0;
    const Counter = () => {
        useSession();
        return `${++renders}`;
    };
    const root = await show(tab, h(ClocheProvider, { client }, h(Counter)));
    const before = renders;
    await act(() => browser.clock.seconds(275 * 3));
    assert.equal(browser.gateway.rotations, 3);
    assert.equal(renders, before);
    act(() => root.unmount());
});

test('a failure and its end can be shown', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    const Notice = () => useSession().error?.message ?? 'fine';
    const root = await show(tab, h(ClocheProvider, { client }, h(Notice)));
    browser.gateway.fail('/api/auth/refresh', () => problem(503, 'refresh_unavailable'));
    await act(() => browser.clock.seconds(271));
    assert.equal(root.toJSON(), 'It is refresh_unavailable.');
    await act(() => browser.clock.seconds(5));
    assert.equal(root.toJSON(), 'fine');
    act(() => root.unmount());
});

test('state inside SignedIn outlives a refresh and a changed user, and ends with the person', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    let made = 0;
    const Draft = () => useState(() => `draft ${++made}`)[0];
    const root = await show(tab, h(ClocheProvider, { client }, h(SignedIn, null, h(Draft))));
    assert.equal(root.toJSON(), 'draft 1');
    browser.gateway.sessions.get(browser.cookie).user = { id: 1, fullName: 'Zoe Z.' };
    await during(tab, () => client.refresh());
    assert.equal(client.state.user.fullName, 'Zoe Z.');
    assert.equal(root.toJSON(), 'draft 1');
    await during(tab, () => client.login(yan));
    assert.equal(root.toJSON(), 'draft 2');
    act(() => root.unmount());
});

test('state inside SignedIn outlives the gateway’s first answer', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    let made = 0;
    const Draft = () => useState(() => `draft ${++made}`)[0];
    const initial = { status: 'signed_in', user: browser.gateway.users['zoe@example.org'] };
    const root = await show(
        tab,
        h(ClocheProvider, { client, initial }, h(SignedIn, null, h(Draft))),
    );
    assert.equal(client.state.status, 'signed_in');
    assert.equal(root.toJSON(), 'draft 1');
    act(() => root.unmount());
});

test('the provider asks even if no component reads the session', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    const root = await show(tab, h(ClocheProvider, { client }, 'static'));
    assert.equal(client.state.status, 'signed_in');
    act(() => root.unmount());
});

test('strict mode, which does everything twice, asks once and leaves nothing behind', async () => {
    const browser = new Browser().signedIn();
    const { tab, client } = page(browser);
    const root = await show(tab, h(StrictMode, null, h(App, { client })));
    assert.equal(root.toJSON(), 'Hello, Zoe');
    assert.equal(browser.gateway.requests.length, 1);
    act(() => root.unmount());
    await during(tab, () => client.logout());
    assert.equal(root.toJSON(), null);
});

test('a component gets the client', async () => {
    const browser = new Browser();
    const { tab, client } = page(browser);
    const Same = () => String(useClient() === client);
    const root = await show(tab, h(ClocheProvider, { client }, h(Same)));
    assert.equal(root.toJSON(), 'true');
    act(() => root.unmount());
});

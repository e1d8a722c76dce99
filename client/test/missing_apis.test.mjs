// Every Web API that may be missing, missing in turn: the client works, with more requests at worst.
import assert from 'node:assert/strict';
import test from 'node:test';

import { Browser, zoe } from './support/browser.mjs';

const optional = [
    ['navigator'],
    ['navigator.locks'],
    ['BroadcastChannel'],
    ['document'],
    ['addEventListener'],
    ['removeEventListener'],
    ['navigator', 'BroadcastChannel', 'document', 'addEventListener', 'removeEventListener'],
];

/** A life of a page: load, sign in, use, refresh, sign out. */
async function live(browser, tab) {
    const { clock, gateway } = browser;
    await clock.advance(50);
    assert.equal(tab.reason, 'signed_out loaded');
    await tab.result(tab.client.login(zoe));
    assert.equal(tab.reason, 'signed_in signed_in');
    assert.equal((await tab.result(tab.client.fetch('/api/proxy/x'))).status, 200);
    await clock.seconds(275 * 3);
    assert.equal(gateway.rotations, 3);
    await tab.result(tab.client.logout());
    assert.equal(tab.reason, 'signed_out signed_out');
    tab.client.close();
    assert.equal(clock.timers, 0);
}

for (const without of optional) {
    test(`without ${without.join(', ')}`, async () => {
        const browser = new Browser();
        await live(browser, browser.open({ without }));
    });
}

/** What is taken through the host alone, or not at all: the client works where it is missing or refuses. */
const globals = [
    'crypto',
    'localStorage',
    'sessionStorage',
    'indexedDB',
    'navigator',
    'document',
    'location',
    'BroadcastChannel',
    'reportError',
    'requestIdleCallback',
    'setTimeout',
    'setInterval',
    'fetch',
];
for (const name of globals) {
    test(`nothing is asked of the global ${name}`, async () => {
        const before = Object.getOwnPropertyDescriptor(globalThis, name);
        const refuse = () => assert.fail(`${name} was used`);
        const browser = new Browser();
        Object.defineProperty(globalThis, name, { get: refuse, configurable: true });
        try {
            await live(browser, browser.open());
        } finally {
            delete globalThis[name];
            if (before) Object.defineProperty(globalThis, name, before);
        }
    });
}

for (const name of ['timeout', 'any']) {
    test(`without AbortSignal.${name}`, async () => {
        const before = AbortSignal[name];
        AbortSignal[name] = undefined;
        try {
            const browser = new Browser();
            await live(browser, browser.open());
        } finally {
            AbortSignal[name] = before;
        }
    });
}

// A browser with tabs: one cookie jar, one set of locks and channels, and in each tab a client of its own.
import { createClient } from '@cloche/browser';

import { Clock, settle } from './clock.mjs';
import { Gateway } from './gateway.mjs';

export const site = 'https://app.example';
export const zoe = { email: 'zoe@example.org', password: 'correct horse' };
export const yan = { email: 'yan@example.org', password: 'correct horse' };

export class Browser {
    cookie = '';
    tabs = [];
    #channels = new Set();
    #locks = new Map();

    constructor() {
        this.clock = new Clock();
        this.gateway = new Gateway(this.clock);
    }

    /** Signed in before any page was opened. */
    signedIn(user) {
        this.cookie = this.gateway.open(user);
        return this;
    }

    /**
     * A tab with a client that nobody has asked anything yet. `without` names Web APIs that are missing
     * there, `random` is what Math.random gives.
     */
    open({
        without = [],
        random = 0,
        visible = true,
        at = site,
        options = {},
        listen = true,
    } = {}) {
        const tab = new Tab(this, this.tabs.length + 1, { random, visible, at });
        this.tabs.push(tab);
        for (const name of without) {
            if (name === 'navigator.locks') tab.host.navigator = {};
            else delete tab.host[name];
        }
        tab.client = createClient({ host: tab.host, ...options });
        tab.seen = [];
        if (listen)
            tab.client.onChange((state) => tab.seen.push(`${state.status} ${state.reason}`));
        return tab;
    }

    /** A tab whose client has had its first answer. */
    async load(how) {
        const tab = this.open(how);
        await this.clock.advance(50);
        return tab;
    }

    channelClass(tab) {
        const channels = this.#channels;
        const { clock } = this;
        return class {
            onmessage = null;
            constructor(name) {
                this.name = name;
                this.tab = tab;
                channels.add(this);
            }
            postMessage(message) {
                const data = structuredClone(message);
                for (const other of channels) {
                    if (other === this || other.name !== this.name) continue;
                    clock.setTimeout(() => channels.has(other) && other.onmessage?.({ data }), 2);
                }
            }
            close() {
                channels.delete(this);
            }
        };
    }

    get openChannels() {
        return this.#channels.size;
    }

    async lock(name, { signal }, run) {
        const before = this.#locks.get(name) ?? Promise.resolve();
        let release;
        const mine = new Promise((done) => (release = done));
        this.#locks.set(
            name,
            before.then(() => mine),
        );
        try {
            await Promise.race([
                before,
                new Promise((_, give) =>
                    signal.addEventListener('abort', () => give(signal.reason)),
                ),
            ]);
            return await run();
        } finally {
            release();
        }
    }
}

class Tab {
    /** By how many milliseconds the page's wall clock is wrong. */
    clockIsOff = 0;

    constructor(browser, number, { random, visible, at }) {
        const { clock, gateway } = browser;
        const window = new EventTarget();
        this.browser = browser;
        this.document = Object.assign(new EventTarget(), {
            visibilityState: visible ? 'visible' : 'hidden',
        });
        this.window = window;
        this.host = {
            fetch: async (input, init = {}) => {
                const request = input instanceof Request ? input : undefined;
                const url = new URL(request?.url ?? input, at + '/some/page').href;
                const all = request ? { method: request.method, headers: request.headers } : {};
                return gateway.receive(browser, number, url, { ...all, ...init });
            },
            setTimeout: clock.setTimeout,
            clearTimeout: clock.clearTimeout,
            Date: { now: () => clock.now() + this.clockIsOff },
            Math: { random: typeof random === 'function' ? random : () => random },
            location: { href: at + '/some/page', origin: at },
            document: this.document,
            navigator: { locks: { request: (...of) => browser.lock(...of) } },
            BroadcastChannel: browser.channelClass(number),
            addEventListener: window.addEventListener.bind(window),
            removeEventListener: window.removeEventListener.bind(window),
        };
    }

    get state() {
        return this.client.state;
    }

    get reason() {
        return `${this.state.status} ${this.state.reason}`;
    }

    /** Somebody looks at another tab, or back at this one. */
    async look(visible) {
        this.document.visibilityState = visible ? 'visible' : 'hidden';
        this.document.dispatchEvent(new Event('visibilitychange'));
        await settle();
    }

    async event(name, members = {}) {
        this.window.dispatchEvent(Object.assign(new Event(name), members));
        await settle();
    }

    /** What a call gave or threw, with the clock moved until it did. */
    async outcome(promise, seconds = 1) {
        let outcome;
        promise.then(
            (value) => (outcome = { value }),
            (error) => (outcome = { error }),
        );
        await this.browser.clock.seconds(seconds);
        return outcome ?? { pending: true };
    }

    /** What a call gave; what it threw is thrown. */
    async result(promise, seconds) {
        const { value, error, pending } = await this.outcome(promise, seconds);
        if (pending) throw new Error('It is still waiting.');
        if (error) throw error;
        return value;
    }
}

/** One tab of somebody who is signed in, at a gateway with these settings. */
export async function signedIn(settings = {}, how = {}) {
    const browser = new Browser();
    Object.assign(browser.gateway, settings);
    const tab = await browser.signedIn().load(how);
    const { clock, gateway } = browser;
    const refreshes = () => gateway.count('POST', '/api/auth/refresh');
    const looks = () => gateway.count('GET', '/api/auth/session');
    return { browser, tab, clock, gateway, refreshes, looks };
}

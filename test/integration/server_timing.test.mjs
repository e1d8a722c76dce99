// Server-Timing: where a request's time went, for the developer tools of a browser.
import assert from 'node:assert/strict';
import test from 'node:test';

import { scene, signedInScene, sleep } from '../support/scene.mjs';
import { Visitor } from '../support/visitor.mjs';

const limit = { timeout: 60_000 };

/** { name: milliseconds } */
const timesOf = (answer) =>
    Object.fromEntries((answer.headers['server-timing'] ?? '').split(', ').filter(Boolean).map((hop) => {
        const [, name, ms] = /^(\w+);dur=(\d+\.\d{3})$/.exec(hop);
        return [name, Number(ms)];
    }));

test('in development an answer names the hops of its request', limit, async (t) => {
    const { api, zoe } = await signedInScene(t, { api: { accessLife: 2 } });
    api.faults.add('me', { kind: 'delay', ms: 60 });
    const usual = timesOf(await zoe.get('/api/proxy/auth/me'));
    assert.deepEqual(Object.keys(usual), ['session', 'upstream', 'gateway']);
    assert.ok(usual.upstream >= 55, JSON.stringify(usual));
    assert.ok(usual.gateway < usual.upstream, JSON.stringify(usual));

    await sleep(2_100);
    api.faults.add('refresh', { kind: 'delay', ms: 60 });
    const renewed = timesOf(await zoe.get('/api/proxy/auth/me'));
    assert.deepEqual(Object.keys(renewed), ['refresh', 'upstream', 'gateway']);
    assert.ok(renewed.refresh >= 55, JSON.stringify(renewed));

    const own = timesOf(await zoe.get('/api/auth/session'));
    assert.deepEqual(Object.keys(own), ['gateway']);
});

test('it can be turned off, and is off where people are', limit, async (t) => {
    const off = await signedInScene(t, { config: { server_timing: 'off' } });
    assert.equal((await off.zoe.get('/api/proxy/auth/me')).headers['server-timing'], undefined);
    const config = { public_url: 'https://app.example', trusted_proxies: ['127.0.0.1/32'] };
    for (const [key, told] of [[undefined, false], ['auto', false], ['on', true]]) {
        const { gateway, log } = await scene(t, { config: key ? { ...config, server_timing: key } : config });
        const visitor = new Visitor('https://app.example', { port: gateway.port, log, headers: { 'x-forwarded-proto': 'https' } });
        assert.equal((await visitor.get('/api/auth/session')).headers['server-timing'] !== undefined, told, String(key));
    }
});

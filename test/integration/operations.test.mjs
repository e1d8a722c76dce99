// The second listener, signals, and what an operator reads.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run, startIdentity, writeConfig } from '../support/cloche.mjs';
import { exchange } from '../support/http_client.mjs';
import { RawConnection } from '../support/http_raw.mjs';
import { eventually, scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

test('health and metrics are at the operations listener, never at the public one (LG-4)', limit, async (t) => {
    const { gateway, visitor, zoe } = await signedInScene(t);
    const identity = await startIdentity(t);
    for (const server of [gateway, identity]) {
        for (const path of ['/livez', '/readyz']) {
            const answer = await exchange(server.operationsUrl + path);
            assert.equal(answer.status, 200, answer.describe());
        }
        const metrics = await exchange(`${server.operationsUrl}/metrics`);
        assert.equal(metrics.status, 200);
        assert.match(metrics.headers['content-type'], /^text\/plain/);
        assert.match(metrics.text, /^# TYPE cloche_\w+ (counter|gauge|histogram)$/m);
        for (const line of metrics.text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) \S+ .+|\w+(\{[^}]*\})? [-+.\dEeInfNa]+)$/);
        assert.equal((await exchange(`${server.operationsUrl}/nothing`)).status, 404);
        assert.equal((await exchange(`${server.operationsUrl}/livez`, { method: 'POST' })).status, 405);
    }
    for (const path of ['/livez', '/readyz', '/metrics']) assert.equal((await visitor().get(path)).status, 404);
    assert.equal((await exchange(`${gateway.operationsUrl}/api/auth/session`)).status, 404);
    assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
});

test('metrics count what happens, and hold no name of a person', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { api: { accessLife: 2 } });
    const value = async (pattern) => {
        const { text } = await exchange(`${gateway.operationsUrl}/metrics`);
        return text.split('\n').filter((line) => !line.startsWith('#') && pattern.test(line)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const requests = /^cloche_\w*requests\w*total/;
    const before = await value(requests);
    await sleep(2_300);
    for (let i = 0; i < 5; ++i) await zoe.get('/api/proxy/echo');
    assert.ok((await value(requests)) >= before + 5, `${before} -> ${await value(requests)}`);
    assert.ok((await value(/^cloche_\w*refresh\w*/)) >= 1);
    assert.equal(api.counts.refresh, 1);
    const { text } = await exchange(`${gateway.operationsUrl}/metrics`);
    assert.ok(!text.includes('zoe'));
    assert.ok(!text.includes('/echo'), 'a path of the API is a label: anyone can make as many as they like');
});

test('SIGTERM: no new connections, what is on is finished, exit 0', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const slow = zoe.send('GET', '/api/proxy/trickle?parts=4&ms=400');
    await sleep(500);
    const idle = await RawConnection.open(gateway.port);
    gateway.program.signal('SIGTERM');
    await sleep(300);
    await assert.rejects(exchange(`${gateway.url}/api/auth/session`), 'it still takes connections');
    const answer = await slow;
    assert.equal(answer.status, 200);
    assert.equal(answer.text, 'part 0\npart 1\npart 2\npart 3\n');
    await gateway.stop();
    idle.close();
});

test('SIGTERM: an answer without end is cut when the time is up', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t, { config: { timeouts: { drain: '1s' } } });
    const { request, response } = await zoe.open('GET', '/api/proxy/events');
    request.on('error', () => {});
    response.on('error', () => {});
    response.resume();
    const began = Date.now();
    await gateway.stop();
    assert.ok(Date.now() - began < 10_000);
});

test('SIGINT is as good as SIGTERM; SIGHUP and SIGPIPE do no harm', limit, async (t) => {
    const { gateway, visitor } = await scene(t);
    gateway.program.signal('SIGPIPE');
    await sleep(200);
    assert.equal((await visitor().get('/api/auth/session')).status, 200);
    gateway.program.signal('SIGINT');
    assert.deepEqual(await gateway.program.ended, { code: 0, signal: null });
});

test('a refresh that is on when the end comes is not lost', limit, async (t) => {
    const { api, gateway, zoe } = await signedInScene(t, { api: { accessLife: 3 } });
    await sleep(3_300);
    api.faults.add('refresh', { kind: 'delay', after: true, ms: 800 });
    const waiting = zoe.get('/api/proxy/echo').catch((error) => error);
    await eventually('the refresh', () => api.counts.refresh === 1);
    await gateway.restart('stop');
    await waiting;
    const answer = await zoe.get('/api/proxy/guarded');
    assert.equal(answer.status, 200, answer.describe());
    assert.equal(api.counts.doubleSpend, 0);
});

test('log lines are JSON, one a request, without its query (LG-1, LG-2)', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    await zoe.get('/api/proxy/echo?secret=in-the-query', { headers: { 'user-agent': 'evil\u001b[31m' } }).catch(() => {});
    await zoe.get('/api/proxy/echo/a%0Ab?secret=in-the-query');
    await sleep(300);
    for (const line of gateway.program.lines) assert.doesNotThrow(() => JSON.parse(line), line);
    const requests = gateway.program.events.filter((event) => event.event === 'request');
    assert.ok(requests.length >= 2);
    for (const event of requests) {
        assert.match(event.time ?? event.ts ?? '', /Z$/, JSON.stringify(event));
        assert.ok(event.request_id && event.method && event.path && Number.isInteger(event.status), JSON.stringify(event));
    }
    assert.ok(!gateway.program.stderr.includes('in-the-query'));
    assert.ok(!gateway.program.stderr.includes('zoe@example.org'), 'the address of a person is in the log');
});

test('security events are in the log (LG-3)', limit, async (t) => {
    const { gateway, visitor, zoe } = await signedInScene(t);
    await visitor().signIn({ password: 'wrong' });
    await zoe.send('POST', '/api/proxy/echo', { headers: { 'sec-fetch-site': 'cross-site' } });
    await zoe.signOut();
    await eventually('all of them', () => {
        const seen = gateway.program.events.map((event) => JSON.stringify(event));
        return ['login_succeeded', 'login_failed', 'csrf_refused', 'logged_out'].every((name) => seen.some((line) => line.includes(name)));
    }, 5_000);
});

test('files of the data folder are for the owner alone, and a second process keeps out', limit, async (t) => {
    const { gateway } = await signedInScene(t);
    assert.ok(existsSync(gateway.dataFolder));
    assert.equal(statSync(gateway.dataFolder).mode & 0o077, 0);
    for (const name of readdirSync(gateway.dataFolder)) {
        const { mode } = statSync(join(gateway.dataFolder, name));
        assert.equal(mode & 0o077, 0, `${name}: ${mode.toString(8)}`);
    }
    const file = writeConfig(gateway.folder, 'second.yaml', { ...gateway.config, listen: '127.0.0.1:0', operations: '127.0.0.1:0' });
    const { code, stderr } = await run(['serve', '--config', file]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /data/);
});

test('no tokens are readable in the files either', limit, async (t) => {
    const { api, gateway } = await signedInScene(t);
    await gateway.stop();
    const { readFileSync } = await import('node:fs');
    for (const name of readdirSync(gateway.dataFolder)) {
        const path = join(gateway.dataFolder, name);
        if (!statSync(path).isFile()) continue;
        const content = readFileSync(path, 'latin1');
        for (const token of api.tokens) assert.ok(!content.includes(token), `${name} holds a token`);
    }
});

// `cloche sessions list` and `revoke`: an operator beside running gateways, over every store that can be seen from there.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run, temporaryFolder, writeConfig } from '../support/cloche.mjs';
import { clockOff } from '../support/fake_clock.mjs';
import { password } from '../support/mock_api.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { assertProblem, eventually, scene } from '../support/scene.mjs';
import { sharedStores } from '../support/store_servers.mjs';
import { Visitor } from '../support/visitor.mjs';
import { untilExpired } from '../support/what_holds.mjs';

const limit = { timeout: 60_000 };
const path = '/api/proxy/guarded';
const zoesName = '7';
const yansName = '8';

const stores = ['sqlite', ...Object.keys(sharedStores)];

/** Zoe in two browsers and Yan in one, and a command line beside their gateways. */
async function crowd(t, store, api = {}, session = {}) {
    const all = await replicatedScene(t, { store, count: 2, api, session });
    all.api.people.set('yan@example.org', { id: Number(yansName), fullName: 'Yan', email: 'yan@example.org', role: 'user', password });
    const browser = (agent, { gateway = all.gateways[0], jar } = {}) => new Visitor(gateway.origin, { log: all.log, headers: { 'user-agent': agent }, jar });
    const [phone, laptop, yan] = ['phone', 'laptop \u009b31mred', 'yan'].map((agent) => browser(agent));
    for (const zoe of [phone, laptop]) assert.equal((await zoe.signIn()).status, 200);
    assert.equal((await yan.json('POST', '/api/auth/login', { email: 'yan@example.org', password })).status, 200);
    const config = join(all.gateways[0].folder, 'serve.yaml');
    const cli = (command, ...args) => run(['sessions', command, '--config', config, ...args]);
    /** The same on a machine whose clock is off. */
    const listAt = (clock) => run(['sessions', 'list', '--config', config, '--user', zoesName, '--json'], { env: clockOff(clock) });
    /** The same person at every gateway. */
    const everywhere = (visitor) => all.gateways.map((gateway) => browser('x', { gateway, jar: visitor.jar.copy() }));
    return { ...all, phone, laptop, yan, cli, listAt, everywhere };
}

/** A gateway that is not told may trust what it has cached for a second. */
async function allOver(visitors) {
    for (const each of visitors) {
        await eventually('it is over', async () => (await each.get(path)).status === 401);
        assertProblem(await each.get(path), 401, 'session_ended');
    }
}

const agents = (sessions) => sessions.map(({ agent }) => agent);

for (const store of stores) {
    test(`${store}: an operator sees where somebody is signed in, as the person does`, limit, async (t) => {
        const { api, log, phone, cli } = await crowd(t, store);
        const { code, stdout, stderr } = await cli('list', '--user', zoesName, '--json');
        assert.equal(code, 0, stderr);
        const { sessions } = JSON.parse(stdout);
        const own = (await phone.get('/api/auth/sessions')).json.sessions;
        assert.deepEqual(
            sessions.map(({ id }) => id),
            own.map(({ id }) => id),
        );
        for (const one of sessions) {
            assert.equal(one.subject, zoesName);
            assert.equal(one.address, '127.0.0.1');
            assert.equal(one.state, 'live');
            for (const name of ['since', 'last_used', 'expires']) assert.match(one[name], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        }
        assert.equal(agents(sessions)[1], 'phone');

        const table = (await cli('list', '--user', zoesName)).stdout;
        const [head, ...rows] = table.trimEnd().split('\n');
        assert.match(head, /^SESSION +SUBJECT +SINCE +LAST USED +ADDRESS +AGENT +STATE$/);
        assert.equal(rows.length, 2);
        for (const row of rows) assert.equal(row.indexOf('127.0.0.1'), head.indexOf('ADDRESS'));
        assert.match(table, /laptop \?\?31mred/, 'an agent that drives the terminal');
        log.add('command', table + stdout);
        log.assertNoTokens(api.tokens);

        const other = await cli('list', '--user', 'somebody');
        assert.deepEqual([other.code, other.stdout], [0, 'user "somebody" has no session\n']);
        assert.deepEqual(JSON.parse((await cli('list', '--user', 'somebody', '--json')).stdout), { sessions: [] });
    });

    test(`${store}: what an operator ends is over at every gateway, and the API is told`, limit, async (t) => {
        const { api, phone, laptop, yan, cli, everywhere } = await crowd(t, store);
        const phones = everywhere(phone);
        for (const one of [...phones, laptop, yan]) assert.equal((await one.get(path)).status, 200);
        const { sessions } = JSON.parse((await cli('list', '--user', zoesName, '--json')).stdout);
        const { id } = sessions.find(({ agent }) => agent === 'phone');

        const foreign = await cli('revoke', '--user', yansName, '--session', id);
        assert.equal(foreign.code, 1);
        assert.match(foreign.stderr, /^cloche: user "8" has no session [0-9a-f]{32}$/m);

        const one = await cli('revoke', '--user', zoesName, '--session', id, '--json');
        assert.equal(one.code, 0, one.stderr);
        assert.deepEqual(agents(JSON.parse(one.stdout).sessions), ['phone']);
        const noted = JSON.parse(one.stderr);
        assert.equal(noted.event, 'session_revoked');
        assert.equal(noted.by, 'cloche sessions revoke');
        assert.equal(noted.uid, process.getuid());
        assert.match(noted.session, /^[0-9a-f]{8}$/);
        await allOver(phones);
        for (const each of [laptop, yan]) assert.equal((await each.get(path)).status, 200);
        await eventually('the API is told', () => api.counts.logout === 1);

        const again = await cli('revoke', '--user', zoesName, '--session', id);
        assert.equal(again.code, 1, 'it is over already');
        assert.equal((await cli('revoke', '--user', zoesName)).code, 0);
        await allOver(everywhere(laptop));
        assert.equal((await yan.get(path)).status, 200);
        await eventually('the API is told', () => api.counts.logout === 2);
        assert.equal(api.liveFamilies, 1);

        const none = await cli('revoke', '--user', zoesName);
        assert.deepEqual([none.code, none.stderr], [1, 'cloche: user "7" has no session']);
    });

    test(`${store}: a session that is ended while it refreshes stays ended, and its successor is revoked`, limit, async (t) => {
        const { api, phone, cli, everywhere } = await crowd(t, store, { accessLife: 2 });
        const phones = everywhere(phone);
        await untilExpired(api);
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_500 });
        const refreshing = phones[0].get(path);
        await eventually('the refresh', () => api.counts.refresh === 1);
        assert.equal((await cli('revoke', '--user', zoesName)).code, 0);
        assertProblem(await refreshing, 401, 'session_ended');
        await eventually('both are revoked', () => api.liveFamilies === 1);
        for (const each of phones) assertProblem(await each.get(path), 401, 'session_ended');
    });
}

for (const store of Object.keys(sharedStores)) {
    test(`${store}: on a machine whose clock is off, sessions are listed by the clock of the store`, limit, async (t) => {
        const { listAt } = await crowd(t, store, {}, { idle: '2m' });
        for (const clock of ['+300s', '-300s']) {
            const { code, stdout, stderr } = await listAt(clock);
            assert.equal(code, 0, stderr);
            assert.equal(JSON.parse(stdout).sessions.length, 2, clock);
        }
    });
}

test('a session that a gateway ended in the same moment was not there to be ended', limit, async (t) => {
    const { server, cli } = await crowd(t, 'postgres');
    const rival = spawn('psql', ['-X', '-q', '-At', server.url], { stdio: ['pipe', 'pipe', 'inherit'] });
    const closed = new Promise((resolve) => rival.on('close', resolve));
    let said = '';
    rival.stdout.on('data', (text) => (said += text));
    rival.stdin.write("BEGIN; UPDATE cloche_session SET state = 2, version = version + 1, ended_at = made; SELECT 'ended';\n");
    await eventually('the end that is not there to be seen yet', () => said.includes('ended'));
    const revoked = cli('revoke', '--user', zoesName);
    const waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    await eventually('the command has found them, and waits', () => server.sql(waiting) !== '0');
    rival.stdin.end('COMMIT;\n');
    await closed;
    const { code, stdout, stderr } = await revoked;
    assert.deepEqual([code, stdout, stderr], [1, '', 'cloche: user "7" has no session']);
});

test('memory: no other program sees its sessions, which is said with what to use instead', limit, async (t) => {
    const { gateway } = await scene(t, { config: { session: { store: 'memory' } } });
    for (const command of ['list', 'revoke']) {
        const { code, stderr } = await run(['sessions', command, '--config', join(gateway.folder, 'serve.yaml'), '--user', zoesName]);
        assert.equal(code, 1);
        assert.match(stderr, /^cloche: session\.store is `memory`: .*`sqlite`, or the URL of a PostgreSQL or Redis server/);
    }
});

test('what is not there is named and not made', limit, async (t) => {
    const folder = temporaryFolder(t);
    const data = join(folder, 'data');
    const list = (config) => run(['sessions', 'list', '--config', writeConfig(folder, 'gateway.yaml', config), '--user', 'x']);
    const nowhere = await list({ data });
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.stderr, /sessions\.db is not there: is this the gateway's configuration/);
    assert.deepEqual(readdirSync(folder), ['gateway.yaml']);

    const wrong = await list({ data, sesion: {} });
    assert.equal(wrong.code, 78);
    assert.equal((await run(['sessions', 'list', '--user', 'x'])).code, 64);
    assert.equal((await run(['sessions', 'list', '--config', join(folder, 'gateway.yaml')])).code, 64);
    assert.equal((await run(['sessions', 'list', '--config', join(folder, 'gateway.yaml'), '--user', ''])).code, 64);
});

test('a session whose key is gone is said, and not left out', limit, async (t) => {
    const { gateway, visitor } = await scene(t);
    assert.equal((await visitor().signIn()).status, 200);
    const config = join(gateway.folder, 'serve.yaml');
    const keys = join(gateway.dataFolder, 'session.keys');
    const other = join(gateway.folder, 'other.keys');
    assert.equal((await run(['keys', 'create', other])).code, 0);
    writeConfig(gateway.folder, 'other.yaml', { ...gateway.config, session: { keys: other } });
    const listed = await run(['sessions', 'list', '--config', join(gateway.folder, 'other.yaml'), '--user', zoesName]);
    assert.equal(listed.code, 1);
    assert.match(listed.stderr, /sealed with is not in the key ring/);
    rmSync(keys);
    const missing = await run(['sessions', 'list', '--config', config, '--user', zoesName]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /session\.keys is not there/);
});

// Redis goes, and its replica takes its place behind the same address: what a replica has acknowledged is kept, and what
// none had is named before it can be lost. The API has no grace.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { Forwarder } from '../support/forwarder.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { eventually } from '../support/scene.mjs';
import { sharedStores } from '../support/store_servers.mjs';
import { logged, metric, outcomes, path, told, untilExpired } from '../support/what_holds.mjs';

const limit = { timeout: 120_000 };
const behind = 'cloche_session_changes_not_acknowledged_total';

async function forwarderTo(t, port) {
    const forwarder = await new Forwarder(port).open();
    atEnd(t, () => forwarder.close());
    return forwarder;
}

/** Whether the replica has acknowledged a write that was made on this connection. */
async function follows(primary) {
    const asking = spawn('redis-cli', ['-p', String(primary.port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    asking.stdin.end('SET probe 1\nWAIT 1 1000\nINFO replication\n');
    const said = (await asking.stdout.toArray()).join('');
    return said.split(/\r?\n/)[1] === '1' && said.includes('state=online') && !said.includes(',offset=0,');
}

/** A primary, a replica that follows it over `link`, and two gateways over `front`, which leads to the primary. */
async function failoverScene(t, options) {
    const primary = await sharedStores.redis(t, { args: ['--repl-diskless-sync-delay', '0'] });
    const link = await forwarderTo(t, primary.port);
    const replica = await sharedStores.redis(t, { args: ['--replicaof', '127.0.0.1', String(link.port)] });
    await eventually('the replica follows', () => follows(primary), 20_000);
    const front = await forwarderTo(t, primary.port);
    const scene = await replicatedScene(t, { store: 'redis', at: `redis://127.0.0.1:${front.port}`, count: 2, ...options });
    const promote = async () => {
        await primary.stop('SIGKILL');
        link.breakAll();
        assert.equal(replica.ask('REPLICAOF', 'NO', 'ONE'), 'OK');
        front.turnTo(replica.port);
    };
    const signedIn = async () => {
        const one = scene.person();
        assert.equal((await one.at().signIn()).status, 200);
        return one;
    };
    return { ...scene, primary, replica, link, promote, signedIn };
}

for (const mode of ['server', 'tokens']) {
    test(`Redis fails over to its replica while tokens are refreshed: nobody is signed out: redis, ${mode}`, limit, async (t) => {
        const { api, gateways, promote, signedIn } = await failoverScene(t, { api: { accessLife: 3 }, session: { mode } });
        const people = [];
        for (let index = 0; index < 12; ++index) people.push(await signedIn());
        await untilExpired(api);
        api.accessLife = 60;
        const landed = await Promise.all(people.slice(0, 6).map((one) => one.at().get(path)));
        assert.deepEqual(outcomes(landed), { 200: 6 });
        assert.equal(await metric(gateways, behind), 0, 'the replica had every change');
        api.faults.add('refresh', { kind: 'delay', after: true, ms: 1_000, times: 6 });
        const flying = Promise.all(people.slice(6).map((one) => one.at().get(path)));
        await eventually('the calls', () => api.counts.refresh === 12);
        await promote();
        for (const answer of await flying) assert.ok([200, 503].includes(answer.status), answer.describe());
        for (const index of [0, 1]) {
            await eventually('everybody is signed in', async () => {
                const answers = await Promise.all(people.map((one) => one.at(index).get(path)));
                for (const answer of answers) assert.notEqual(answer.status, 401, answer.describe());
                return answers.every(({ status }) => status === 200);
            }, 20_000);
        }
        assert.deepEqual([api.counts.refresh, api.counts.doubleSpend, api.counts.refusedRefresh], [12, 0, 0]);
    });
}

test('what no replica had is counted and named, session by session, before Redis goes and it is lost', limit, async (t) => {
    const { api, gateways, link, promote, signedIn } = await failoverScene(t, { api: { accessLife: 3 } });
    const [lucky, unlucky] = [await signedIn(), await signedIn()];
    await untilExpired(api);
    api.accessLife = 60;
    assert.equal((await lucky.at(0).get(path)).status, 200);
    assert.equal(await metric(gateways, behind), 0);

    link.hold();
    assert.equal((await unlucky.at(0).get(path)).status, 200, 'a replica that is behind holds nobody up');
    assert.ok((await metric(gateways, behind)) >= 2, 'the flight and its landing');
    const named = new Set((await logged(gateways, 'session_change_not_acknowledged', 2)).map(({ session }) => session));
    assert.equal(named.size, 1);
    assert.equal((await logged(gateways, 'session_store_replica_behind')).length, 1);

    await promote();
    for (const index of [0, 1]) await eventually('the store is back', async () => (await lucky.at(index).get(path)).status === 200);
    // The replica knows the token that was spent, and the API has no grace.
    await eventually('the loss', async () => (await unlucky.at(1).get(path)).status === 401, 20_000);
    const lost = (await logged(gateways, 'session_suspended')).map(({ session }) => session);
    assert.deepEqual(lost, [...named], 'somebody was lost who was not named');
    assert.equal((await lucky.at(0).get(path)).status, 200);
});

test('a replica that follows again is said, with how many changes it had not acknowledged', limit, async (t) => {
    const { gateways, link, primary, signedIn } = await failoverScene(t, {});
    link.hold();
    await signedIn();
    await logged(gateways, 'session_store_replica_behind');
    link.release();
    await eventually('it follows', () => follows(primary), 20_000);
    // The log line is the gateway's that was behind: its next change that is acknowledged.
    await eventually('which is said', async () => {
        await signedIn();
        await signedIn();
        return told(gateways, 'session_store_replica_follows').length >= 1;
    }, 20_000);
    const [{ changes_not_acknowledged: count }] = told(gateways, 'session_store_replica_follows');
    assert.ok(count >= 1);
    assert.ok((await metric(gateways, behind)) >= count);
});

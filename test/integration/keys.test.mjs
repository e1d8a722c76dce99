// `cloche keys`: the file that gateways which share sessions have copies of.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync, symlinkSync, lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run, temporaryFolder, writeConfig } from '../support/cloche.mjs';
import { exchange } from '../support/http_client.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { assertProblem, eventually, signedInScene, sleep, tally } from '../support/scene.mjs';
import { sharedStores } from '../support/store_servers.mjs';

const limit = { timeout: 60_000 };
const day = 24 * 3_600_000;

async function cloche(...args) {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 0, stderr);
    return stdout.trim().split('\n');
}

const keysIn = (file) => JSON.parse(readFileSync(file, 'utf8')).keys;
const idsIn = (file) => keysIn(file).map((key) => key.id);
const dutyOf = (line) => line.slice(line.indexOf('  ') + 2);
const textOf = (time) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
const writeKeys = (file, keys) => writeFileSync(file, JSON.stringify({ keys }), { mode: 0o600 });

/** A key of that letter; `from`: when it begins to seal. */
const keyOf = (letter, from) => ({
    id: letter.repeat(8),
    key: Buffer.alloc(32, letter).toString('base64url'),
    ...(from === undefined ? {} : { seals_from: textOf(from) }),
});

const metric = async (gateway, name) => {
    const { text } = await exchange(`${gateway.operationsUrl}/metrics`);
    return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length + 1));
};

/** Ids of the keys that the records of a SQLite store are sealed with. */
const sealingKeys = (gateway) =>
    execFileSync('sqlite3', [join(gateway.dataFolder, 'sessions.db'), "SELECT substr(CAST(sealed AS TEXT), 2, 8) FROM session WHERE state = 0 ORDER BY made"])
        .toString()
        .trim()
        .split('\n');

/** The log lines of that event, from any of these gateways. */
const told = (gateways, event) => [gateways].flat().flatMap((gateway) => gateway.program.events.filter((line) => line.event === event));

test('a key file is made once, and lists its keys without showing them', limit, async (t) => {
    const file = join(temporaryFolder(t), 'session.keys');
    const missing = await run(['keys', 'list', file]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /session\.keys is not there/);

    const made = await run(['keys', 'create', file]);
    assert.equal(made.code, 0, made.stderr);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const { keys } = JSON.parse(readFileSync(file, 'utf8'));
    const listed = await run(['keys', 'list', file]);
    assert.deepEqual(listed.stdout.trim().split('\n'), [`${keys[0].id}  seals and opens`]);

    const before = readFileSync(file, 'utf8');
    const again = await run(['keys', 'create', file]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /is there already/);
    assert.equal(readFileSync(file, 'utf8'), before);
});

test('a file that is no key ring is refused', limit, async (t) => {
    const file = join(temporaryFolder(t), 'session.keys');
    writeFileSync(file, '{}', { mode: 0o600 });
    const { code, stderr } = await run(['keys', 'list', file]);
    assert.equal(code, 1);
    assert.match(stderr, /not a key ring/);
    assert.equal((await run(['keys'])).code, 64);
});

test('many gateways do not start without their keys', limit, async (t) => {
    const folder = temporaryFolder(t);
    const session = { store: 'redis://127.0.0.1:1', replicas: 'many', keys: join(folder, 'session.keys') };
    const config = { listen: '127.0.0.1:0', operations: '127.0.0.1:0', data: join(folder, 'data'), session };
    const { code, stderr } = await run(['serve', '--config', writeConfig(folder, 'gateway.yaml', config)]);
    assert.equal(code, 1);
    assert.match(stderr, /session\.keys is not there; make it once with `cloche keys create`/);
});

test('a store that is not there is said in words, without its password', limit, async (t) => {
    const folder = temporaryFolder(t);
    for (const store of ['redis://:s3cret@127.0.0.1:1', 'postgres://zoe:s3cret@127.0.0.1:1/cloche']) {
        const config = { listen: '127.0.0.1:0', operations: '127.0.0.1:0', data: join(folder, 'data'), session: { store } };
        const { code, stderr } = await run(['serve', '--config', writeConfig(folder, 'gateway.yaml', config)]);
        assert.equal(code, 1, stderr);
        assert.match(stderr, /127\.0\.0\.1:1/);
        assert.doesNotMatch(stderr, /s3cret/);
    }
});

test('a fresh key waits, the old one seals until then and opens afterwards', limit, async (t) => {
    const file = join(temporaryFolder(t), 'session.keys');
    await cloche('keys', 'create', file);
    const [old] = idsIn(file);
    const before = Date.now();
    const said = await cloche('keys', 'rotate', file, '--seals-in', '2s');
    const [fresh, ...others] = keysIn(file);
    assert.deepEqual(
        others.map((key) => key.id),
        [old],
    );
    const wait = Date.parse(fresh.seals_from) - before;
    assert.ok(wait >= 2_000 && wait < 5_000, `${wait} ms`);
    assert.equal(said[0], `${fresh.id}  added: opens, seals from ${fresh.seals_from}`);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await cloche('keys', 'list', file), [`${fresh.id}  opens, seals from ${fresh.seals_from}`, `${old}  seals and opens`]);

    await sleep(Date.parse(fresh.seals_from) - Date.now());
    const unused = textOf(Date.parse(fresh.seals_from) + 3 * day);
    assert.deepEqual(await cloche('keys', 'list', file, '--longest-session', '1d'), [
        `${fresh.id}  seals and opens`,
        `${old}  opens, may be dropped from ${unused}`,
    ]);
});

test('an old key is dropped when nothing can need it, and not before', limit, async (t) => {
    const file = join(temporaryFolder(t), 'session.keys');
    const now = Date.now();
    writeKeys(file, [keyOf('d', now - day), keyOf('c', now - 34 * day), keyOf('b', now - 40 * day), keyOf('a')]);
    const duties = (await cloche('keys', 'list', file)).map(dutyOf);
    assert.match(duties[1], /^opens, may be dropped from \d/);
    assert.deepEqual([duties[0], duties[2], duties[3]], ['seals and opens', 'opens, may be dropped', 'opens, may be dropped']);

    await cloche('keys', 'rotate', file);
    assert.equal(idsIn(file).length, 5, 'nothing goes unasked');
    const said = await cloche('keys', 'rotate', file, '--keep', '1');
    assert.deepEqual(idsIn(file).slice(2), ['dddddddd', 'cccccccc']);
    assert.deepEqual(said.slice(0, 2), ['bbbbbbbb  dropped', 'aaaaaaaa  dropped']);
    const stays = await cloche('keys', 'rotate', file, '--keep', '0');
    assert.match(stays[0], /^cccccccc {2}stays: what it sealed may live until \d/);
    assert.ok(idsIn(file).includes('cccccccc'));

    // Until when a key sealed is not known where the one before it has no date.
    writeKeys(file, [keyOf('b'), keyOf('a')]);
    assert.equal((await cloche('keys', 'rotate', file, '--keep', '0'))[0], 'aaaaaaaa  stays: nobody knows until when it sealed');
});

test('of many that rotate at once each adds its key', limit, async (t) => {
    const file = join(temporaryFolder(t), 'session.keys');
    await cloche('keys', 'create', file);
    await Promise.all(Array.from({ length: 8 }, () => cloche('keys', 'rotate', file)));
    assert.equal(new Set(idsIn(file)).size, 9);
});

test('where the file is a link, what it leads to is replaced', limit, async (t) => {
    const folder = temporaryFolder(t);
    const [file, link] = [join(folder, 'session.keys'), join(folder, 'link')];
    await cloche('keys', 'create', file);
    symlinkSync(file, link);
    await cloche('keys', 'rotate', link);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(idsIn(file).length, 2);
    assert.deepEqual(readdirSync(folder).sort(), ['link', 'session.keys']);
});

test('what cannot be rotated stays as it is', limit, async (t) => {
    const file = join(temporaryFolder(t), 'session.keys');
    const missing = await run(['keys', 'rotate', file]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /is not there; `cloche keys create` makes it/);
    writeFileSync(file, '{"keys":[\n{"id":"aaaaaaaa"}\n]}', { mode: 0o600 });
    const broken = await run(['keys', 'rotate', file]);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /session\.keys: line 2: key 1 is not/);
    assert.equal(idsIn(file).length, 1);
    writeKeys(file, [keyOf('a')]);
    const wrong = await run(['keys', 'rotate', file, '--seals-in', 'soon']);
    assert.equal(wrong.code, 64);
    assert.match(wrong.stderr, /--seals-in: "soon": write it like 60s/);
});

test('a gateway takes a new key on while sessions live, without a restart', limit, async (t) => {
    const { api, gateway, zoe, visitor } = await signedInScene(t, { api: { accessLife: 3 } });
    const file = join(gateway.dataFolder, 'session.keys');
    const [old] = idsIn(file);
    assert.deepEqual(told(gateway, 'session_keys_loaded').map((line) => line.keys), [old]);
    await cloche('keys', 'rotate', file, '--seals-in', '5s');
    const [fresh] = keysIn(file);
    await eventually('the new key', () => told(gateway, 'session_keys_loaded').some((line) => line.keys === `${fresh.id} ${old}`));

    const ann = visitor();
    assert.equal((await ann.signIn()).status, 200);
    assert.deepEqual(sealingKeys(gateway), [old, old], 'the new key sealed before its time');
    await sleep(Date.parse(fresh.seals_from) - Date.now() + 100);
    const bob = visitor();
    assert.equal((await bob.signIn()).status, 200);
    assert.equal(sealingKeys(gateway)[2], fresh.id);
    for (const one of [zoe, ann, bob]) assert.equal((await one.get('/api/proxy/guarded')).status, 200);
    await eventually('the refreshes', async () => {
        for (const one of [zoe, ann, bob]) assert.equal((await one.get('/api/proxy/guarded')).status, 200);
        return sealingKeys(gateway).every((id) => id === fresh.id);
    });
    assert.equal(api.counts.doubleSpend, 0);
    assert.equal(await metric(gateway, 'cloche_session_key_reads_total{result="loaded"}'), 1);
    for (const { key } of keysIn(file)) assert.ok(!gateway.program.stderr.includes(key), 'a key is in the log');
});

test('a broken key file is said, and the keys in hand stay', limit, async (t) => {
    const { gateway, zoe, visitor } = await signedInScene(t);
    const file = join(gateway.dataFolder, 'session.keys');
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, '{"keys":[\n');
    const [line] = await eventually('the complaint', () => {
        const lines = told(gateway, 'session_keys_not_loaded');
        return lines.length > 0 && lines;
    });
    assert.equal(line.level, 'error');
    assert.match(line.reason, /session\.keys: not a key ring/);
    assert.equal((await zoe.get('/api/proxy/guarded')).status, 200);
    assert.equal((await visitor().signIn()).status, 200);
    assert.equal(await metric(gateway, 'cloche_session_key_reads_total{result="failed"}'), 1);
    writeFileSync(file, good);
    await eventually('it is read again', () => told(gateway, 'session_keys_loaded').length === 2);
});

/** Somebody signed in, whose key goes: 503 and never signed out, until it is back. */
async function losesItsKey(gateway, file, zoe) {
    const [lost] = idsIn(file);
    const good = readFileSync(file, 'utf8');
    writeKeys(file, [keyOf('n')]);
    await eventually('the other key', () => told(gateway, 'session_keys_loaded').some((line) => line.keys === 'nnnnnnnn'));
    await sleep(1_100); // what is cached is trusted for a second
    const cookie = zoe.jar.header;
    for (let i = 0; i < 3; ++i) assertProblem(await zoe.get('/api/proxy/guarded'), 503, 'store_unavailable');
    assertProblem(await zoe.get('/api/auth/session'), 503, 'store_unavailable');
    assert.equal(zoe.jar.header, cookie);
    const lines = told(gateway, 'session_key_missing');
    assert.deepEqual(lines.map((line) => [line.level, line.key]), [['error', lost]]);
    assert.match(lines[0].remedy, /put the key back/);
    assert.ok((await metric(gateway, 'cloche_session_key_missing_total')) >= 4);

    writeFileSync(file, good);
    assert.equal((await zoe.get('/api/proxy/guarded')).status, 200);
}

test('sqlite: a session whose key is gone is a 503 that names the key, until it is back', limit, async (t) => {
    const { gateway, zoe, visitor } = await signedInScene(t);
    await losesItsKey(gateway, join(gateway.dataFolder, 'session.keys'), zoe);
    writeKeys(join(gateway.dataFolder, 'session.keys'), [keyOf('m')]);
    await eventually('another key', () => told(gateway, 'session_keys_loaded').some((line) => line.keys === 'mmmmmmmm'));
    await sleep(1_100);
    assert.equal((await zoe.signIn()).status, 200, 'whoever signs in again goes on');
    assert.equal((await zoe.get('/api/proxy/guarded')).status, 200);
    assert.equal((await visitor().signIn()).status, 200);
});

for (const store of Object.keys(sharedStores)) {
    test(`${store}: a session whose key is gone is a 503 that names the key, until it is back`, limit, async (t) => {
        const file = join(temporaryFolder(t), 'session.keys');
        await cloche('keys', 'create', file);
        const { gateways, person } = await replicatedScene(t, { store, count: 1, session: { keys: file } });
        const zoe = person().at(0);
        assert.equal((await zoe.signIn()).status, 200);
        await losesItsKey(gateways[0], file, zoe);
    });

    test(`${store}: two gateways rotate under requests, and nobody gets a 401 or 503`, limit, async (t) => {
        const file = join(temporaryFolder(t), 'session.keys');
        await cloche('keys', 'create', file);
        const { api, gateways, person } = await replicatedScene(t, { store, count: 2, session: { keys: file }, api: { accessLife: 1 } });
        const people = Array.from({ length: 4 }, () => person());
        for (const one of people) assert.equal((await one.at().signIn()).status, 200);
        const answers = [];
        let rotating = true;
        const browse = async (one) => {
            while (rotating) {
                answers.push(await one.at().get('/api/proxy/guarded'));
                await sleep(40);
            }
        };
        const browsing = people.map(browse);
        // Once with time for both to read it, once with none: a record that cannot be opened has the file read.
        for (const time of ['4s', '0s']) {
            await cloche('keys', 'rotate', file, '--seals-in', time);
            await sleep(Math.max(0, Date.parse(keysIn(file)[0].seals_from) - Date.now()) + 2_500);
        }
        rotating = false;
        await Promise.all(browsing);
        assert.deepEqual(Object.keys(tally(answers.map((answer) => answer.status))), ['200']);
        for (const gateway of gateways) {
            assert.equal(told(gateway, 'session_keys_loaded').at(-1).keys, idsIn(file).join(' '));
            assert.deepEqual(told(gateway, 'session_key_missing'), []);
        }
        assert.ok(api.counts.refresh > 8, `${api.counts.refresh} refreshes`);
        assert.equal(api.counts.doubleSpend, 0);
    });
}

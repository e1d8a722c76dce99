// Bad days of a session store, as docs/stores.md tells them: it is full, it throws away, it fails over, its tables are
// half made or newer. Nobody is signed out in silence, and the log says what to do.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { makeFolder, run, temporaryFolder, writeConfig } from '../support/cloche.mjs';
import { replicatedScene } from '../support/replicas.mjs';
import { assertProblem, eventually } from '../support/scene.mjs';
import { sharedStores } from '../support/store_servers.mjs';
import { logged, metric, path, told, untilExpired } from '../support/what_holds.mjs';

const limit = { timeout: 120_000 };

/** A folder on a disk of 1 MiB that can be filled; undefined where nothing may be mounted. */
function smallDisk(t) {
    const folder = makeFolder(temporaryFolder(t), 'disk');
    try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', folder], { stdio: 'pipe' });
    } catch {
        return undefined;
    }
    atEnd(t, () => execFileSync('umount', [folder]));
    const filling = join(folder, 'filling');
    return {
        folder,
        says: /full/,
        fill() {
            for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
                try {
                    for (;;) writeFileSync(filling, Buffer.alloc(size), { flag: 'a' });
                } catch (error) {
                    assert.equal(error.code, 'ENOSPC');
                }
            }
        },
        free: () => rmSync(filling),
    };
}

/** How each store becomes full, and what it then says. */
const fullStores = {
    'sqlite, on a disk that is full': async (t) => {
        const disk = smallDisk(t);
        const noFileGrows = (pid, size) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`]);
        const scene = await replicatedScene(t, { store: 'sqlite', config: disk ? { data: disk.folder } : {} });
        const { pid } = scene.gateways[0].program;
        if (disk) return { ...scene, ...disk };
        return { ...scene, says: /I\/O error|full/, fill: () => noFileGrows(pid, 0), free: () => noFileGrows(pid, 'unlimited') };
    },
    // Nothing else says 53100 (disk_full) without a disk of its own: a trigger does.
    'postgres, that says disk_full': async (t) => {
        const scene = await replicatedScene(t, { store: 'postgres', count: 1 });
        const trigger = `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON cloche_session EXECUTE FUNCTION full_disk()`;
        return {
            ...scene,
            says: /No space left on device/,
            fill: () => scene.server.sql(trigger),
            free: () => scene.server.sql('DROP FUNCTION full_disk CASCADE'),
        };
    },
    'redis, at its maxmemory': async (t) => {
        const scene = await replicatedScene(t, { store: 'redis', count: 1 });
        return {
            ...scene,
            says: /OOM/,
            fill: () => scene.server.ask('CONFIG', 'SET', 'maxmemory', '1'),
            free: () => scene.server.ask('CONFIG', 'SET', 'maxmemory', '0'),
        };
    },
    'redis, that cannot save': async (t) => {
        const scene = await replicatedScene(t, { store: 'redis', count: 1 });
        const free = () => scene.server.ask('CONFIG', 'SET', 'save', '');
        atEnd(t, free); // it does not end as long as it cannot save
        return {
            ...scene,
            free,
            says: /MISCONF/,
            async fill() {
                rmSync(scene.server.folder, { recursive: true }); // where it would write
                scene.server.ask('CONFIG', 'SET', 'save', '3600 1');
                scene.server.ask('BGSAVE');
                await eventually('it has failed to save', () => scene.server.ask('INFO', 'persistence').includes('rdb_last_bgsave_status:err'));
            },
        };
    },
};

for (const [what, begin] of Object.entries(fullStores)) {
    test(`${what}: good tokens go on, what has to be written is 503 and done when there is room`, limit, async (t) => {
        const { api, gateways, person, fill, free, says } = await begin(t);
        const [zoe, ann, ben, carl] = [person(), person(), person(), person()];
        for (const one of [zoe, ann]) assert.equal((await one.at().signIn()).status, 200);
        api.accessLife = 2;
        assert.equal((await ben.at().signIn()).status, 200);
        await untilExpired(api);
        api.accessLife = 60;
        const stolen = ann.at().twin();
        await fill();

        for (let i = 0; i < 5; ++i) {
            const expired = await ben.at().get(path);
            assertProblem(expired, 503, 'store_unavailable');
            assert.deepEqual(expired.setCookies, []);
            assert.equal((await zoe.at().get(path)).status, 200);
        }
        assert.equal(api.requestsTo('refresh').length, 0, 'a flight that is not on record was made');
        const signIn = await carl.at().signIn();
        assertProblem(signIn, 503, 'store_unavailable');
        assert.deepEqual(signIn.setCookies, []);
        const signOut = await ann.at().signOut();
        assertProblem(signOut, 503, 'store_unavailable');
        assert.match(signOut.setCookies[0], /^cloche_session=;.*Max-Age=0/);
        assert.equal((await stolen.get(path)).status, 401, 'signed out here, and still let in');
        const outage = await logged(gateways, 'session_store_unavailable');
        assert.equal(outage.length, 1, 'said once');
        assert.match(outage[0].reason, says);
        assert.deepEqual(told(gateways, 'session_store_available'), [], 'that it reads is no news');

        await free();
        await eventually('it heals', async () => (await ben.at().get(path)).status === 200);
        assert.equal((await carl.at().signIn()).status, 200);
        await eventually("Ann's end is written, and the API told of it and of Carl's lost tokens", () => api.liveFamilies === 3);
        await logged(gateways, 'session_store_available');
        await gateways[0].restart('stop');
        for (const one of [zoe, ben, carl]) assert.equal((await one.at().get(path)).status, 200);
        assertProblem(await stolen.get(path), 401, 'session_ended');
        assert.deepEqual([api.counts.doubleSpend, api.counts.refusedRefresh], [0, 0]);
    });
}

test('redis that is told to throw keys away while gateways run: said in the log and counted, until it is mended', limit, async (t) => {
    const { gateways, person, server } = await replicatedScene(t, { store: 'redis', count: 2 });
    const zoe = person();
    assert.equal((await zoe.at().signIn()).status, 200);
    const throwsAway = () => metric(gateways, 'cloche_session_store_throws_away');
    assert.equal(await throwsAway(), 0);
    server.ask('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
    server.ask('CONFIG', 'SET', 'maxmemory', '1gb');
    await eventually('each gateway says so', async () => (await throwsAway()) === 2);
    for (const gateway of gateways) {
        const [line] = await logged(gateway, 'session_store_throws_away');
        assert.equal(line.policy, 'allkeys-random');
        assert.match(line.remedy, /set maxmemory-policy noeviction/);
    }
    assert.equal((await zoe.at().get(path)).status, 200);

    server.ask('CONFIG', 'SET', 'maxmemory', '1');
    await eventually('it throws all away', () => {
        server.ask('SET', 'other', 'x'); // room is made when somebody writes
        return !server.ask('KEYS', 'cloche:s:*').includes('cloche:s:');
    });
    await eventually('which is counted', async () => (await metric(gateways, 'cloche_session_store_keys_thrown_away_total')) > 0);
    for (const { keys } of await logged(gateways, 'session_store_threw_away')) assert.ok(keys > 0);
    // As an id that nobody ever knew: no cookie is touched.
    const gone = await zoe.at().get(path);
    assertProblem(gone, 401, 'unauthenticated');
    assert.deepEqual(gone.setCookies, []);

    server.ask('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    server.ask('CONFIG', 'SET', 'maxmemory', '0');
    await eventually('and that it is mended', async () => (await throwsAway()) === 0);
    assert.equal((await logged(gateways, 'session_store_keeps_all', 2)).length, 2);
    assert.equal((await zoe.at().signIn()).status, 200);
});

test('postgres fails over to its standby, named second in the URL: 503 until one takes writes, nobody is signed out', limit, async (t) => {
    const primary = await sharedStores.postgres(t);
    const standby = await primary.standby(t);
    const at = primary.url.replace(`:${primary.port}/`, `:${primary.port},127.0.0.1:${standby.port}/`);
    const { api, gateways, person } = await replicatedScene(t, { store: 'postgres', at, count: 2, api: { accessLife: 3 } });
    const [zoe, ben] = [person(), person()];
    for (const one of [zoe, ben]) assert.equal((await one.at(0).signIn()).status, 200);
    await untilExpired(api);
    api.accessLife = 60;
    assert.equal((await zoe.at(0).get(path)).status, 200);

    await primary.stop('SIGKILL');
    const during = await ben.at(0).get(path);
    assertProblem(during, 503, 'store_unavailable');
    await logged(gateways, 'session_store_unavailable');
    standby.promote();
    for (const index of [0, 1]) {
        for (const one of [zoe, ben]) await eventually('it goes on at the standby', async () => (await one.at(index).get(path)).status === 200, 20_000);
    }

    // The new one refuses writes for a while (25006), as after a switch-over by hand.
    const writer = `${standby.url}?options=-cdefault_transaction_read_only%3Doff`;
    const readOnly = (on) => {
        standby.sql(`ALTER SYSTEM SET default_transaction_read_only = ${on}`, writer);
        standby.sql('SELECT pg_reload_conf()', writer);
    };
    readOnly('on');
    const eve = person();
    await eventually('a sign-in is refused', async () => {
        const answer = await eve.at(0).signIn();
        if (answer.status === 200) return false;
        assertProblem(answer, 503, 'store_unavailable');
        return true;
    });
    readOnly('off');
    await eventually('it takes writes again', async () => (await eve.at(0).signIn()).status === 200, 20_000);
    for (const one of [zoe, ben]) await eventually('all are signed in', async () => (await one.at(1).get(path)).status === 200);
    assert.deepEqual([api.counts.doubleSpend, api.counts.refusedRefresh], [0, 0]);
});

test('sqlite: tables that another start was killed at are made; those of a newer version are refused in words', limit, async (t) => {
    const data = makeFolder(temporaryFolder(t), 'data');
    const file = join(data, 'sessions.db');
    const shell = spawn('sqlite3', [file], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    shell.stdout.on('data', (text) => (said += text));
    shell.stdin.write("BEGIN IMMEDIATE; CREATE TABLE migration (number INTEGER); CREATE TABLE session (number INTEGER); SELECT 'half done';\n");
    await eventually('half is done', () => said.includes('half done'));
    shell.kill('SIGKILL');
    await new Promise((resolve) => shell.on('close', resolve));

    const { gateways, person } = await replicatedScene(t, { store: 'sqlite', config: { data } });
    const zoe = person();
    assert.equal((await zoe.at().signIn()).status, 200);
    await gateways[0].stop();
    execFileSync('sqlite3', [file, "INSERT INTO migration (number, name) VALUES (2, 'what is to come')"]);
    const config = writeConfig(temporaryFolder(t), 'gateway.yaml', { data, listen: '127.0.0.1:0', operations: '127.0.0.1:0' });
    const { code, stderr } = await run(['serve', '--config', config]);
    assert.equal(code, 1);
    assert.match(stderr, /sessions\.db.*newer version/);
    execFileSync('sqlite3', [file, 'DELETE FROM migration WHERE number = 2']);
    await gateways[0].start();
});

test('postgres: tables that another start was killed at are made; those of a newer version are refused in words', limit, async (t) => {
    const server = await sharedStores.postgres(t);
    const half = spawn('psql', ['-X', '-q', '-At', server.url], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    half.stdout.on('data', (text) => (said += text));
    half.stdin.write(`BEGIN; SELECT pg_advisory_xact_lock(7163391420817522);
        CREATE TABLE cloche_session_migration (number integer); CREATE TABLE cloche_session (id bytea); SELECT 'half done';\n`);
    await eventually('half is done', () => said.includes('half done'));
    // A gateway that starts meanwhile waits for it, and finds nothing when it is gone.
    const starting = replicatedScene(t, { store: 'postgres', at: server.url, count: 1 });
    await eventually('it waits', () => server.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") === '1');
    half.kill('SIGKILL');
    const { gateways, person } = await starting;
    assert.equal((await person().at().signIn()).status, 200);

    server.sql("INSERT INTO cloche_session_migration (number, name) VALUES (2, 'what is to come')");
    const { code, stderr } = await run(['serve', '--config', join(gateways[0].folder, 'serve.yaml')]);
    assert.equal(code, 1);
    assert.match(stderr, /made by a newer version .*run that version, or give this one a database of its own/);
});

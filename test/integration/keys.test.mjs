// `cloche keys`: the file that gateways which share sessions have copies of.
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { run, temporaryFolder, writeConfig } from '../support/cloche.mjs';

const limit = { timeout: 60_000 };

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

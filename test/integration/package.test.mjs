// The installed package, as somebody uses it who has nothing else: find_package(cloche), and the example of the README.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

import { binary, temporaryFolder } from '../support/cloche.mjs';
import { scene } from '../support/scene.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

test('the example of the README builds against the package and runs', { timeout: 180_000 }, async (t) => {
    const source = readFileSync(join(root, 'examples/hello/main.cpp'), 'utf8');
    assert.ok(readFileSync(join(root, 'README.md'), 'utf8').includes(source), 'the README shows examples/hello/main.cpp');

    const folder = temporaryFolder(t);
    const prefix = join(folder, 'installed');
    const run = (...args) => execFileSync('cmake', args, { stdio: 'pipe', encoding: 'utf8' });
    run('--install', dirname(binary), '--prefix', prefix);
    run('-S', join(root, 'examples/hello'), '-B', join(folder, 'hello'), '-G', 'Ninja', `-DCMAKE_PREFIX_PATH=${prefix}`);
    run('--build', join(folder, 'hello'));

    // Nothing of ours but the public classes leaves the library.
    const symbols = execFileSync('nm', ['-DC', '--defined-only', join(prefix, 'lib/libcloche.so')], { encoding: 'utf8' });
    for (const line of symbols.split('\n').filter((each) => / T /.test(each))) assert.match(line, / T (non-virtual thunk to )?cloche::/, line);

    const { visitor } = await scene(t, { application: join(folder, 'hello', 'hello') });
    const zoe = visitor();
    assert.equal((await zoe.visit('/')).headers.location, '/auth/login?next=%2F');
    await zoe.signIn();
    assert.match((await zoe.visit('/')).text, /<h1>Hello, Zoe Hill<\/h1>/);
    const refused = await zoe.form('/rename', { fullName: 'Zoe' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Cannot PUT/);
});

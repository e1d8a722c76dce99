// `cloche demo`: everything in one process, with an account to sign in with.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { Program, run, temporaryFolder } from '../support/cloche.mjs';
import { eventually } from '../support/scene.mjs';
import { TrafficLog } from '../support/traffic_log.mjs';
import { Visitor } from '../support/visitor.mjs';

test('the demo starts on free ports, signs its account in, and stops', { timeout: 60_000 }, async (t) => {
    const log = new TrafficLog();
    const folder = temporaryFolder(t);
    const free = '127.0.0.1:0';
    const program = new Program(
        ['demo', '--data', join(folder, 'data'), '--listen', free, '--operations', free, '--identity-listen', free, '--identity-operations', free],
        { log },
    );
    atEnd(t, () => program.stop());
    const port = await program.listening('public', 'gateway');
    await program.listening('public', 'identity');
    const account = await eventually('what to sign in with', () => {
        const email = /Sign in as\s+(\S+)/.exec(program.stdout)?.[1];
        const password = /with password\s+(\S+)/.exec(program.stdout)?.[1];
        return email && password && { email, password };
    });
    assert.match(program.stdout, new RegExp(`http://localhost:${port}\\b`));

    const person = new Visitor(`http://localhost:${port}`);
    const answer = await person.form('/auth/login', account);
    assert.equal(answer.status, 303, answer.describe());
    const page = await person.visit('/auth/account');
    assert.match(page.text, /Hello, Demo Person/);
    assert.equal((await person.get('/api/proxy/auth/me')).json.data.email, account.email);
    assert.equal((await person.signOut()).status, 200);
    // The password is for the person at the terminal, not for the log.
    assert.deepEqual(log.find(account.password).map(({ source }) => source), ['standard output']);
});

const wrong = [
    ['an address that is none', ['--identity-listen', 'nonsense'], [/^--identity-listen: "nonsense" is not ADDRESS:PORT/m]],
    ['an address without a port', ['--identity-listen', '127.0.0.1'], [/^--identity-listen: /m]],
    ['a port that is too high', ['--operations', '127.0.0.1:70000'], [/^--operations: /m]],
    ['an address that others reach', ['--listen', '0.0.0.0:0'], [/^--listen: "0\.0\.0\.0:0" can be reached from elsewhere/m]],
    ['an address that others reach, in IPv6', ['--identity-operations', '[::]:0'], [/^--identity-operations: /m]],
    ['the same address twice', ['--operations', '127.0.0.1:3000'], [/^--operations: is the same as --listen/m]],
    ['tokens that do not live', ['--access-token-lifetime', '0s'], [/^--access-token-lifetime: /m]],
    ['a life without a unit', ['--access-token-lifetime', '60'], [/^--access-token-lifetime: /m]],
    ['no folder', ['--data', ''], [/^--data: /m]],
    ['everything at once', ['--listen', 'x', '--identity-listen', 'y'], [/^--listen: /m, /^--identity-listen: /m]],
];
for (const [what, options, words] of wrong) {
    test(`the demo refuses ${what}, and names the option`, { timeout: 60_000 }, async (t) => {
        const folder = temporaryFolder(t);
        const { code, stderr } = await run(['demo', ...options], { cwd: folder });
        assert.equal(code, 64, stderr);
        for (const word of words) assert.match(stderr, word);
        assert.deepEqual(readdirSync(folder), []);
    });
}

test('the demo runs on other addresses of this machine', { timeout: 60_000 }, async (t) => {
    const folder = temporaryFolder(t);
    const program = new Program([
        ...['demo', '--data', join(folder, 'data'), '--listen', '127.0.0.2:0', '--operations', '127.0.0.1:0'],
        ...['--identity-listen', '127.0.0.3:0', '--identity-operations', '127.0.0.1:0', '--access-token-lifetime', '5m'],
    ]);
    atEnd(t, () => program.stop());
    const port = await program.listening('public', 'gateway');
    await eventually('what to open', () => program.stdout.includes('for 5m here'));
    assert.ok(program.stdout.includes(`http://127.0.0.2:${port}`), program.stdout);
    assert.ok(!program.stdout.includes(':0'), program.stdout);
    const [, email, password] = /Sign in as\s+(\S+)\s+with password\s+(\S+)/.exec(program.stdout);
    const answer = await fetch(`http://127.0.0.2:${port}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf': '1' },
        body: JSON.stringify({ email, password }),
    });
    assert.equal(answer.status, 200, await answer.text());
});

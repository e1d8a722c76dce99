// `cloche demo`: everything in one process, with an account to sign in with.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { Program, temporaryFolder } from '../support/cloche.mjs';
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

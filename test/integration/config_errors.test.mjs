// A wrong configuration never starts: exit code 78, and words that say where and what to do.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { run, temporaryFolder, writeConfig } from '../support/cloche.mjs';

const limit = { timeout: 120_000 };

const gateway = [
    ['an unknown key', 'lisen: 127.0.0.1:0\n', [/:1:/, /lisen/, /listen/]],
    ['an unknown key deep down', 'session:\n  idel: 5m\n', [/:2:/, /session\.idel/, /idle/]],
    ['a key twice', 'data: a\ndata: b\n', [/:2:/, /data/]],
    ['no YAML', 'listen: [127.0.0.1\n', [/YAML/]],
    ['no group', '- a\n- b\n', [/./]],
    ['a duration without a unit', 'session: { idle: 5 }\n', [/:1:/, /session\.idle/]],
    ['a duration below zero', 'session: { idle: -5m }\n', [/session\.idle/]],
    ['a size that is none', 'limits: { head: 1 mile }\n', [/limits\.head/]],
    ['a port too high', 'listen: 127.0.0.1:65536\n', [/listen/]],
    ['an unknown mode', 'session: { mode: sealed }\n', [/session\.mode/, /server/, /tokens/]],
    ['plain http on a public name', 'public_url: http://app.example\n', [/public_url/, /https/]],
    ['a public_url with a path', 'public_url: https://app.example/app\n', [/public_url/]],
    ['a prefix that the cookie cannot have (CK-2)', 'session: { cookie: __Host-Http-session }\npublic_url: http://localhost:3000\n', [/session\.cookie/]],
    ['the same cookie for two things', 'session: { mode: tokens, access_cookie: a, refresh_cookie: a }\n', [/cookie/]],
    ['many replicas on a store of one', 'session: { replicas: many }\n', [/replicas|store/]],
    ['an upstream that is no URL', 'upstream: localhost\n', [/upstream/]],
    ['prefixes within one another', 'prefixes: { api: /api }\nproxy: { prefix: /api/proxy }\n', [/prefix/]],
    ['a prefix that is a pattern', "prefixes: { api: '/{tenant}/auth', pages: /auth* }\nproxy: { prefix: /api/** }\n", [/prefixes\.api: "\/\{tenant\}\/auth"/, /prefixes\.pages: "\/auth\*"/, /proxy\.prefix/]],
    ['a route within the gateway’s own paths', 'routes: [ { prefix: /api/auth/x } ]\n', [/routes\.prefix: \/api\/auth\/x overlaps with \/api\/auth/]],
    ['a route within another', 'routes:\n  - prefix: /a\n  - prefix: /a/b\n', [/routes\.prefix/]],
    ['a route that demands a role of nobody', 'routes:\n  - paths: [ /x ]\n  - roles: [ admin ]\n    auth: public\n', [/:3: routes\.roles: needs a session/]],
    ['a route of a host that is not ours', 'routes: [ { hosts: [ other.example ] } ]\n', [/routes\.hosts: "other\.example"/, /add it to the list/]],
    ['a method that is none', 'routes: [ { methods: [ FETCH ] } ]\n', [/routes\.methods: "FETCH"/, /GET, HEAD/]],
    ['a field that is the gateway’s', 'proxy: { request: { set: [ "Authorization: x" ] } }\n', [/proxy\.request\.set/, /gateway sets/]],
    ['a field without a value', 'proxy: { response: { set: [ X-Tenant ] } }\n', [/proxy\.response\.set/, /NAME: VALUE/]],
    ['CORS for everybody', 'proxy: { cors: [ "*" ] }\n', [/proxy\.cors: "\*"/]],
    ['two places for roles', 'provider: { roles: { claim: /a, user: /b } }\n', [/provider\.roles\.user: contradicts/]],
    ['a route that lets the API set our cookie', 'routes: [ { pass_set_cookie: [ cloche_session ] } ]\n', [/routes\.pass_set_cookie: "cloche_session"/]],
    ['a sign-in page where only the gateway answers', 'sign_in_page: /api/auth/welcome\n', [/sign_in_page: is below \/api\/auth/]],
    ['a bad address range', 'trusted_proxies: [ everyone ]\n', [/trusted_proxies/]],
    ['a request that is none', 'provider: { login: { request: login } }\n', [/provider\.login\.request/]],
    ['a pointer that is none', 'provider: { access_token: { at: data.accessToken } }\n', [/provider\.access_token\.at/]],
    ['both places for one token', 'provider: { refresh_token: { cookie: a, at: /b, send: /b } }\n', [/refresh_token/]],
    ['an environment variable that is not set', 'upstream: { env: CLOCHE_TEST_NOT_SET }\n', [/CLOCHE_TEST_NOT_SET/]],
    ['a file that is not there', 'upstream: { file: /nonexistent/upstream }\n', [/\/nonexistent\/upstream/]],
];

const identity = [
    ['a password of four', 'password: { min_length: 4 }\n', [/password\.min_length/]],
    ['a weak hash (ID-1)', 'password: { hash: { memory: 1MiB } }\n', [/password\.hash/]],
    ['one pass over little memory (ID-1)', 'password: { hash: { memory: 19MiB, passes: 1 } }\n', [/password\.hash/]],
    ['a grace of an hour', 'refresh_token: { grace: 1h }\n', [/refresh_token\.grace/]],
    ['any origin', "cors: [ '*' ]\n", [/cors/]],
    ['mail to nowhere', 'mail: { to: ftp://x }\n', [/mail\.to/]],
];

for (const [command, rows] of [['serve', gateway], ['identity', identity]]) {
    for (const [what, text, words] of rows) {
        test(`${command}: ${what}`, limit, async (t) => {
            const folder = temporaryFolder(t);
            const file = writeConfig(folder, 'cloche.yaml', text);
            const { code, stderr, stdout } = await run([command, '--config', file], { cwd: folder });
            assert.equal(code, 78, `${stdout}${stderr}`);
            for (const word of words) assert.match(stderr, word);
            assert.match(stderr, /cloche\.yaml/);
            const checked = await run(['check', ...(command === 'identity' ? ['--identity'] : []), file], { cwd: folder });
            assert.equal(checked.code, 78, checked.stderr);
        });
    }
}

test('all faults are said at once', limit, async (t) => {
    const folder = temporaryFolder(t);
    const file = writeConfig(folder, 'cloche.yaml', 'listen: x\nsession:\n  mode: sealed\n  idel: 1\n');
    const { code, stderr } = await run(['serve', '--config', file], { cwd: folder });
    assert.equal(code, 78);
    for (const word of [/listen/, /session\.mode/, /session\.idel/]) assert.match(stderr, word);
});

test('a secret that was given is not repeated in the complaint', limit, async (t) => {
    const folder = temporaryFolder(t);
    const file = writeConfig(folder, 'cloche.yaml', 'upstream: { env: CLOCHE_TEST_UPSTREAM }\n');
    const { code, stderr } = await run(['serve', '--config', file], { cwd: folder, env: { CLOCHE_TEST_UPSTREAM: 'sEcReT value' } });
    assert.equal(code, 78);
    assert.ok(!stderr.includes('sEcReT'), stderr);
});

test('a good configuration is said to be good', limit, async (t) => {
    const folder = temporaryFolder(t);
    const file = writeConfig(folder, 'cloche.yaml', { session: { idle: '1h' } });
    const { code, stdout } = await run(['check', file], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stdout, /ok/);
});

test('a file that is not there, wrong usage, help and version', limit, async (t) => {
    const folder = temporaryFolder(t);
    const missing = await run(['serve', '--config', join(folder, 'none.yaml')], { cwd: folder });
    assert.equal(missing.code, 78, missing.stderr);
    assert.match(missing.stderr, /none\.yaml/);
    assert.equal((await run([], { cwd: folder })).code, 64);
    assert.equal((await run(['nonsense'], { cwd: folder })).code, 64);
    assert.equal((await run(['serve', '--nonsense'], { cwd: folder })).code, 64);
    const help = await run(['--help'], { cwd: folder });
    assert.equal(help.code, 0);
    assert.match(help.stdout, /serve/);
    const version = await run(['--version'], { cwd: folder });
    assert.equal(version.code, 0);
    assert.match(version.stdout, /^\d+\.\d+\.\d+/);
});

test('a port that is taken, a folder that cannot be written: exit 1 and a line that says so', limit, async (t) => {
    const folder = temporaryFolder(t);
    const taken = await run(['serve', '--config', writeConfig(folder, 'a.yaml', { listen: '203.0.113.1:1', operations: '127.0.0.1:0' })], { cwd: folder });
    assert.equal(taken.code, 1, taken.stderr);
    assert.match(taken.stderr, /203\.0\.113\.1:1/);
    const unwritable = await run(['serve', '--config', writeConfig(folder, 'b.yaml', { listen: '127.0.0.1:0', operations: '127.0.0.1:0', data: '/proc/nothing/here' })], { cwd: folder });
    assert.equal(unwritable.code, 1, unwritable.stderr);
    assert.match(unwritable.stderr, /\/proc\/nothing\/here/);
});

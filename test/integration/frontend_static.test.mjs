// A folder of files as the front end: what is served, with which types, and what stays inside the folder.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';

import { temporaryFolder } from '../support/cloche.mjs';
import { assertProblem, scene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

async function folderScene(t, frontend = {}) {
    const folder = temporaryFolder(t);
    const site = join(folder, 'site');
    mkdirSync(join(site, 'docs'), { recursive: true });
    mkdirSync(join(site, 'account'), { recursive: true });
    writeFileSync(join(site, 'index.html'), '<h1>start</h1>');
    writeFileSync(join(site, 'app.js'), 'console.log(1)');
    writeFileSync(join(site, 'style.css'), 'body{}');
    writeFileSync(join(site, 'picture.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    writeFileSync(join(site, 'docs', 'index.html'), '<h1>docs</h1>');
    writeFileSync(join(site, 'account', 'index.html'), '<h1>secret account</h1>');
    writeFileSync(join(site, '.hidden'), 'hidden');
    mkdirSync(join(site, '.well-known'));
    writeFileSync(join(site, '.well-known', 'security.txt'), 'Contact: x');
    writeFileSync(join(folder, 'outside.txt'), 'outside the folder');
    symlinkSync(join(folder, 'outside.txt'), join(site, 'link.txt'));
    return scene(t, { config: { frontend: { static: site, ...frontend } } });
}

test('files and their types', limit, async (t) => {
    const { visitor } = await folderScene(t);
    const rows = [
        ['/', 200, /^text\/html/, /start/],
        ['/index.html', 200, /^text\/html/, /start/],
        ['/app.js', 200, /javascript/, /console/],
        ['/style.css', 200, /^text\/css/, /body/],
        ['/picture.png', 200, /^image\/png/, /PNG/],
        ['/docs/', 200, /^text\/html/, /docs/],
    ];
    for (const [path, status, type, text] of rows) {
        await t.test(path, async () => {
            const answer = await visitor().visit(path);
            assert.equal(answer.status, status, answer.describe());
            assert.match(answer.headers['content-type'], type);
            assert.match(answer.body.toString('latin1'), text);
            assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        });
    }
    await t.test('HEAD has the length and no body', async () => {
        const answer = await visitor().send('HEAD', '/app.js');
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-length'], '14');
        assert.equal(answer.body.length, 0);
    });
    await t.test('a file that has not changed is not sent again', async () => {
        const first = await visitor().get('/app.js');
        assert.ok(first.headers.etag);
        const second = await visitor().get('/app.js', { headers: { 'if-none-match': first.headers.etag } });
        assert.equal(second.status, 304);
        assert.equal(second.body.length, 0);
        for (const names of [`W/${first.headers.etag}`, `"other", ${first.headers.etag}`, `${first.headers.etag}, "other"`, '*'])
            assert.equal((await visitor().get('/app.js', { headers: { 'if-none-match': names } })).status, 304, names);
        for (const names of ['"other"', first.headers.etag.slice(1, -1)])
            assert.equal((await visitor().get('/app.js', { headers: { 'if-none-match': names } })).status, 200, names);
    });
    await t.test('a folder is its index, at its own address', async () => {
        const answer = await visitor().visit('/docs?page=2');
        assert.equal(answer.status, 303);
        assert.equal(answer.headers.location, '/docs/?page=2');
    });
    await t.test('.well-known is made to be seen', async () => {
        assert.equal((await visitor().get('/.well-known/security.txt')).status, 200);
    });
    await t.test('POST is not a method of files', async () => {
        const answer = await visitor().send('POST', '/app.js');
        assert.equal(answer.status, 405, answer.describe());
        assert.match(answer.headers.allow, /GET/);
    });
});

test('nothing outside the folder, nothing hidden, no default file for an unknown path (CA-5)', limit, async (t) => {
    const { visitor } = await folderScene(t);
    for (const path of [
        '/nothing',
        '/account/photo.css',
        '/../outside.txt',
        '/..%2foutside.txt',
        '/%2e%2e/outside.txt',
        '/docs/../../outside.txt',
        '/..\\outside.txt',
        '//etc/passwd',
        '/etc/passwd',
        '/app.js/',
        '/app.js%00.html',
        '/link.txt',
        '/.hidden',
    ]) {
        const answer = await visitor().get(path);
        assert.ok([400, 404].includes(answer.status), `${path}: ${answer.describe()}`);
        assert.ok(!answer.text.includes('outside the folder'));
        assert.ok(!answer.text.includes('root:'));
    }
});

test('guarded files are for the signed-in, and are not kept', limit, async (t) => {
    const { visitor } = await folderScene(t, { guard: ['/account/*', '/account'] });
    const stranger = visitor();
    assert.equal((await stranger.visit('/account/')).status, 303);
    assertProblem(await stranger.get('/account/index.html'), 401, 'unauthenticated');
    const zoe = visitor();
    await zoe.signIn();
    const page = await zoe.visit('/account/');
    assert.equal(page.status, 200, page.describe());
    assert.match(page.text, /secret account/);
    assert.match(page.headers['cache-control'], /no-store/);
});

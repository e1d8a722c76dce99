// A folder of files as the front end: what is served, with which types, and what stays inside the folder.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

import { temporaryFolder } from '../support/cloche.mjs';
import { assertProblem, scene } from '../support/scene.mjs';

const limit = { timeout: 60_000 };

async function folderScene(t, frontend = {}, more = {}) {
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
    return scene(t, { config: { frontend: { static: site, ...frontend }, ...more } });
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

test('a part of a file', limit, async (t) => {
    const { visitor } = await folderScene(t);
    const part = (range, more) => visitor().get('/app.js', { headers: { range, ...more } });
    const whole = await visitor().get('/app.js');
    assert.equal(whole.headers['accept-ranges'], 'bytes');
    for (const [range, text, of] of [['bytes=0-6', 'console', '0-6'], ['bytes=8-', 'log(1)', '8-13'], ['bytes=-3', '(1)', '11-13']]) {
        const answer = await part(range);
        assert.equal(answer.status, 206, answer.describe());
        assert.equal(answer.text, text);
        assert.equal(answer.headers['content-range'], `bytes ${of}/14`);
        assert.equal(answer.headers.etag, whole.headers.etag);
    }
    const none = await part('bytes=14-');
    assert.equal(none.status, 416, none.describe());
    assert.equal(none.headers['content-range'], 'bytes */14');
    assert.equal(none.text, '');
    assert.equal((await part('bytes=0-1,4-5')).text, whole.text, 'several parts: all of it');
    assert.equal((await part('bytes=0-1', { 'if-range': whole.headers.etag })).status, 206);
    assert.equal((await part('bytes=0-1', { 'if-range': '"of yesterday"' })).text, whole.text, 'no mixture of two versions');
    assert.equal((await part('bytes=0-1', { 'if-none-match': whole.headers.etag })).status, 304);
    const head = await visitor().send('HEAD', '/app.js', { headers: { range: 'bytes=2-3' } });
    assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, '14', 0], 'parts are of GET alone');
});

test('files that were packed beforehand', limit, async (t) => {
    const { gateway, visitor } = await folderScene(t);
    const site = gateway.config.frontend.static;
    const text = 'console.log("packed");'.repeat(50);
    writeFileSync(join(site, 'big.js'), text);
    writeFileSync(join(site, 'big.js.br'), brotliCompressSync(text));
    writeFileSync(join(site, 'big.js.gz'), gzipSync(text));
    writeFileSync(join(site, 'old.js.gz'), gzipSync('of yesterday'));
    utimesSync(join(site, 'old.js.gz'), 1_000_000, 1_000_000);
    writeFileSync(join(site, 'old.js'), 'of today');
    const get = (path, accept) => visitor().get(path, { headers: { 'accept-encoding': accept } });
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    const etags = new Set();
    for (const [accept, coding] of [['gzip, deflate, br', 'br'], ['gzip', 'gzip'], ['br;q=0, gzip;q=0.5', 'gzip'], ['identity', undefined], [undefined, undefined]]) {
        const answer = await get('/big.js', accept);
        assert.equal(answer.status, 200, answer.describe());
        assert.equal(answer.headers['content-encoding'], coding, accept);
        assert.match(answer.headers['content-type'], /javascript/);
        assert.equal(answer.headers.vary, 'Accept-Encoding');
        assert.equal((coding ? unpack[coding](answer.body) : answer.body).toString(), text);
        etags.add(answer.headers.etag);
        assert.equal((await visitor().get('/big.js', { headers: { 'accept-encoding': accept, 'if-none-match': answer.headers.etag } })).status, 304);
    }
    assert.equal(etags.size, 3, 'each its own');
    const old = await get('/old.js', 'gzip');
    assert.deepEqual([old.headers['content-encoding'], old.text], [undefined, 'of today']);
});

test('an application that routes in the browser, and files that never change', limit, async (t) => {
    const { visitor } = await folderScene(t, { fallback: '/index.html', immutable: ['/style.css'] });
    const page = await visitor().visit('/orders/7/edit?x=1');
    assert.equal(page.status, 200, page.describe());
    assert.match(page.text, /start/);
    assert.equal(page.headers['cache-control'], 'no-cache');
    assertProblem(await visitor().get('/missing.js'), 404, 'not_found');
    assertProblem(await visitor().get('/api/auth/nothing'), 404, 'not_found');
    assert.equal((await visitor().get('/style.css')).headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal((await visitor().get('/app.js')).headers['cache-control'], 'no-cache');
    const late = await folderScene(t, { fallback: '/index.html', immutable: ['/assets/**'] });
    const instead = await late.visitor().visit('/assets/app-1.js');
    assert.deepEqual([instead.status, instead.headers['cache-control']], [200, 'no-cache'], 'a page in the place of a script is not kept');
});

test('a sign-in page of one’s own is a file that no guard keeps', limit, async (t) => {
    const { gateway, visitor } = await folderScene(t, { guard: ['/**'] }, { sign_in_page: '/welcome' });
    writeFileSync(join(gateway.config.frontend.static, 'welcome.html'), 'who are you?');
    const sent = await visitor().visit('/app.js');
    assert.match(sent.headers.location, /^\/welcome\?next=/);
    const page = await visitor().visit(sent.headers.location);
    assert.deepEqual([page.status, page.text], [200, 'who are you?'], page.describe());
});

test('a guarded page has no name that goes round the guard', limit, async (t) => {
    const { gateway, visitor } = await folderScene(t, { guard: ['/account/*', '/report.html', '/'], fallback: '/index.html' });
    const site = gateway.config.frontend.static;
    for (const name of ['account.html', 'account.html.br', 'account.html.gz', 'report.html', 'report.html.gz', 'index.html.br']) writeFileSync(join(site, name), 'secret');
    for (const path of ['/account', '/account/', '/account.html', '/account.html.br', '/account.html.gz', '/account/index.html', '/report', '/report.html', '/report.html.gz', '/', '/index.html', '/index.html.br', '/docs/nothing']) {
        const answer = await visitor().visit(path);
        assert.equal(answer.status, 303, `${path}: ${answer.describe()}`);
    }
    assert.equal((await visitor().visit('/docs/')).status, 200);
    const zoe = visitor();
    assert.equal((await zoe.signIn()).status, 200);
    const shown = await zoe.visit('/docs/nothing');
    assert.deepEqual([shown.status, shown.headers['cache-control']], [200, 'private, no-store']);
    assert.equal((await zoe.visit('/report')).text, 'secret');
});

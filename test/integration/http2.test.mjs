// HTTP/2 to browsers: everything that HTTP/1.1 does, over streams of one connection.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import http2 from 'node:http2';
import test from 'node:test';

import { atEnd } from '../support/cleanup.mjs';
import { person, password } from '../support/mock_api.mjs';
import { eventually, sleep, tally } from '../support/scene.mjs';
import { secureScene } from '../support/secure_scene.mjs';
import { untilExpired } from '../support/what_holds.mjs';

const limit = { timeout: 120_000 };
const mebibyte = 1024 * 1024;

/** A connection of Node's client, and `ask` on it. */
function connect(t, { port, ca }, options = {}) {
    const session = http2.connect(`https://localhost:${port}`, { host: '127.0.0.1', lookup: (_, how, done) => done(null, how.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4), ca, servername: 'localhost', ...options });
    session.on('error', () => {});
    atEnd(t, () => session.destroy());
    const open = (path, { method = 'GET', headers = {}, end = true } = {}) => {
        const stream = session.request({ ':method': method, ':path': path, ':authority': 'localhost', ...headers }, { endStream: end });
        stream.on('error', (error) => (stream.failure = error));
        return stream;
    };
    const answerOf = (stream) =>
        new Promise((resolve, reject) => {
            const pieces = [];
            let head;
            stream.on('response', (fields) => (head = fields));
            stream.on('data', (piece) => pieces.push(piece));
            stream.on('close', () => {
                const body = Buffer.concat(pieces);
                if (stream.rstCode !== 0 && !(stream.rstCode === 8 && head)) reject(Object.assign(new Error(`reset with ${stream.rstCode}`), { head, body }));
                else resolve({ status: head?.[':status'], headers: head, body, text: body.toString(), get json() { return JSON.parse(body.toString()); } });
            });
        });
    const ask = (path, { body, ...options } = {}) => {
        const stream = open(path, { ...options, end: body === undefined });
        if (body !== undefined) stream.end(body);
        return answerOf(stream);
    };
    return { session, open, answerOf, ask };
}

async function http2Scene(t, config, more) {
    const all = await secureScene(t, config, more);
    return { ...all, ...connect(t, all) };
}

const site = { origin: 'https://localhost', 'sec-fetch-site': 'same-origin' };

async function signIn({ ask }) {
    const answer = await ask('/api/auth/login', {
        method: 'POST',
        headers: { ...site, 'content-type': 'application/json' },
        body: JSON.stringify({ email: person.email, password }),
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.headers['set-cookie'][0].split(';')[0];
}

test('a person signs in, asks the API and signs out', limit, async (t) => {
    const all = await http2Scene(t);
    const { ask, api, session } = all;
    const cookie = await signIn(all);
    assert.equal(session.alpnProtocol, 'h2');
    assert.match(cookie, /^__Host-Http-session=/);

    const me = await ask('/api/proxy/auth/me', { headers: { cookie } });
    assert.equal(me.status, 200, me.text);
    assert.equal(me.json.data.email, person.email);
    assert.equal(me.headers['cache-control'], 'private, no-store');
    assert.ok(me.headers.date);

    await ask('/api/proxy/echo?a=1', { headers: { cookie: [cookie, 'theme=dark', 'lang=en'], te: 'trailers' } });
    const { headers } = api.last('other');
    assert.equal(headers.cookie, 'theme=dark; lang=en', 'CK-5: crumbs are joined, ours is taken out');
    assert.equal(headers['x-forwarded-proto'], 'https');
    assert.equal(headers['x-forwarded-host'], 'localhost');
    assert.match(headers.authorization, /^Bearer /);
    assert.ok(!('te' in headers));
    assert.match(headers.via, /^2 /);

    const out = await ask('/api/auth/logout', { method: 'POST', headers: { ...site, cookie } });
    assert.equal(out.status, 200, out.text);
    assert.equal((await ask('/api/proxy/guarded', { headers: { cookie } })).status, 401);
    assert.ok(api.requestsTo('other').length >= 1);
});

test('answers of every kind come as they are', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    const ask = (path, options = {}) => all.ask(`/api/proxy${path}`, { ...options, headers: { ...site, cookie, ...options.headers } });
    for (const status of [200, 404, 418, 500]) assert.equal((await ask(`/status/${status}`)).status, status);
    const empty = await ask('/empty');
    assert.deepEqual([empty.status, empty.body.length, empty.headers['content-length']], [204, 0, undefined]);
    assert.equal((await ask('/not-modified')).status, 304);
    const head = await ask('/download?bytes=5000', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body.length], [200, 0]);
    assert.deepEqual([...(await ask('/binary')).body], Array.from({ length: 1024 }, (_, i) => i % 256));
    assert.equal((await ask('/trickle?parts=4&ms=30')).text, 'part 0\npart 1\npart 2\npart 3\n');
    assert.equal((await ask('/hints')).json.message, 'after the hint');
    const cookies = await ask('/cookies');
    assert.equal(cookies.headers['set-cookie'], undefined, 'the API has no say over the cookies of the site');
});

test('many at a time on one connection, each its own', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    const numbers = Array.from({ length: 400 }, (_, i) => i);
    const echoes = await Promise.all(numbers.map((i) => all.ask(`/api/proxy/echo?i=${i}`, { headers: { cookie, 'x-number': String(i) } })));
    assert.deepEqual(tally(echoes.map(({ status }) => status)), { 200: 400 });
    for (const i of numbers) {
        const { url, rawHeaders } = echoes[i].json;
        assert.equal(rawHeaders[rawHeaders.indexOf('x-number') + 1], String(i));
        assert.match(url, new RegExp(`i=${i}$`));
    }
    assert.equal(all.api.counts.refresh, 0);
});

test('requests that meet at expiry cost one refresh (RT-1)', limit, async (t) => {
    const all = await http2Scene(t, {}, { api: { accessLife: 2 } });
    const cookie = await signIn(all);
    await untilExpired(all.api);
    all.api.accessLife = 60; // a slow machine may take a while for so many
    const answers = await Promise.all(Array.from({ length: 90 }, () => all.ask('/api/proxy/guarded', { headers: { cookie } })));
    assert.deepEqual(tally(answers.map(({ status }) => status)), { 200: 90 });
    assert.equal(all.api.counts.refresh, 1);
    assert.equal(all.api.counts.doubleSpend, 0);
});

test('large bodies both ways, several at a time, in bounded memory', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    const program = all.gateway.program;
    await all.ask('/api/proxy/echo', { headers: { cookie } });
    const before = program.residentKiB;
    const down = await Promise.all(Array.from({ length: 4 }, () => all.ask(`/api/proxy/download?bytes=${32 * mebibyte}`, { headers: { cookie } })));
    for (const { body, headers } of down) {
        assert.equal(body.length, 32 * mebibyte);
        assert.equal(headers['content-length'], String(32 * mebibyte));
    }
    const block = Buffer.alloc(mebibyte, 'u');
    const up = await Promise.all(
        Array.from({ length: 4 }, async () => {
            const stream = all.open('/api/proxy/upload', { method: 'POST', headers: { ...site, cookie }, end: false });
            const answer = all.answerOf(stream);
            for (let i = 0; i < 32; ++i) if (!stream.write(block)) await new Promise((done) => stream.once('drain', done));
            stream.end();
            return answer;
        }),
    );
    for (const answer of up) assert.equal(answer.json.length, 32 * mebibyte, answer.text);
    assert.ok(program.residentKiB - before < 32 * 1024, `${program.residentKiB - before} KiB more`);
});

test('an upload that nobody takes holds back its sender, and nobody else', limit, async (t) => {
    const all = await http2Scene(t, { limits: { body: '1GiB' } });
    const cookie = await signIn(all);
    // The API has not answered, and takes nothing of the body.
    const stream = all.open('/api/proxy/hang', { method: 'POST', headers: { ...site, cookie }, end: false });
    const block = Buffer.alloc(64 * 1024, 'u');
    let drained = 0;
    const feed = () => {
        while (stream.write(block)) drained += 1;
        stream.once('drain', () => {
            drained += 1;
            feed();
        });
    };
    feed();
    let before = -1;
    await eventually('the sender stands still', async () => {
        const stands = before === drained;
        before = drained;
        await sleep(300);
        return stands && all.api.hangs > 0;
    });
    for (let i = 0; i < 5; ++i) assert.equal((await all.ask('/api/proxy/echo', { headers: { cookie } })).status, 200);
    stream.close(http2.constants.NGHTTP2_CANCEL);
    assert.equal((await all.ask('/api/proxy/echo', { headers: { cookie } })).status, 200);
});

test('who reads slowly gets all of it, and disturbs nobody', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    const stream = all.open(`/api/proxy/download?bytes=${8 * mebibyte}`, { headers: { cookie } });
    const answer = all.answerOf(stream);
    stream.pause();
    await sleep(500);
    assert.equal((await all.ask('/api/proxy/echo', { headers: { cookie } })).status, 200);
    stream.resume();
    assert.equal((await answer).body.length, 8 * mebibyte);
});

test('a browser that cancels leaves nothing behind', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    for (let i = 1; i <= 20; ++i) {
        const stream = all.open('/api/proxy/hang', { headers: { cookie } });
        await eventually('the API has it', () => all.api.hangs === i);
        stream.close(http2.constants.NGHTTP2_CANCEL);
    }
    await eventually('the API is rid of all', () => all.api.hangsLeft === 20);
    assert.equal((await all.ask('/api/proxy/echo', { headers: { cookie } })).status, 200);
});

test('an upstream that breaks off is seen as that', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    for (const path of ['/api/proxy/cut', '/api/proxy/cut-chunked']) {
        await assert.rejects(all.ask(path, { headers: { cookie } }), /reset with 2/);
    }
    assert.equal((await all.ask('/api/proxy/echo', { headers: { cookie } })).status, 200);
});

test('events come as they happen', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    const stream = all.open('/api/proxy/events', { headers: { cookie } });
    let text = '';
    stream.on('data', (piece) => (text += piece));
    await eventually('the first', () => text === 'data: first\n\n');
    all.api.eventStream.write('data: second\n\n');
    await eventually('the second', () => text.endsWith('data: second\n\n'));
    stream.close();
});

test('limits and refusals are those of HTTP/1.1', limit, async (t) => {
    const all = await http2Scene(t, { limits: { body: '64KiB' } });
    const cookie = await signIn(all);
    const refused = async (path, options, status, code) => {
        const answer = await all.ask(path, options);
        assert.equal(answer.status, status, answer.text);
        if (code) assert.equal(answer.json.code, code);
    };
    await refused('/api/proxy/echo', { headers: { cookie: 'x'.repeat(40_000) } }, 431, 'headers_too_large');
    await refused(`/api/proxy/${'x'.repeat(9000)}`, {}, 414, 'uri_too_long');
    await refused('/api/proxy/a/%2e%2e/b', { headers: { cookie } }, 400, 'bad_request');
    await refused('/api/proxy/echo', { method: 'POST', headers: { cookie }, body: 'x' }, 403, 'csrf_failed');
    await refused('/api/proxy/upload', { method: 'POST', headers: { ...site, cookie }, body: Buffer.alloc(100_000) }, 413, 'body_too_large');
    await refused('/api/proxy/upload', { method: 'POST', headers: { ...site, cookie, 'content-length': 100_000 }, body: Buffer.alloc(100_000) }, 413, 'body_too_large');
    await refused('/api/proxy/echo', { headers: { expect: 'miracles' } }, 417);
    await refused('/api/auth/session', { headers: { ':authority': 'evil.example' } }, 421, 'misdirected');
    assert.equal((await all.ask('/api/proxy/echo', { headers: { cookie } })).status, 200);
});

test('100-continue is said before a body is waited for', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    const stream = all.open('/api/proxy/upload', { method: 'POST', headers: { ...site, cookie, expect: '100-continue' }, end: false });
    const answer = all.answerOf(stream);
    await new Promise((done) => stream.once('continue', done));
    stream.end('x'.repeat(1000));
    assert.equal((await answer).json.length, 1000);
});

test('a gateway that is stopped finishes what is on, and says goodbye', limit, async (t) => {
    const all = await http2Scene(t);
    const cookie = await signIn(all);
    let goodbye;
    all.session.on('goaway', (code) => (goodbye = code));
    const slow = all.ask('/api/proxy/trickle?parts=10&ms=100', { headers: { cookie } });
    await eventually('it is on', () => all.api.requestsTo('other').length > 0);
    all.gateway.program.signal('SIGTERM');
    const answer = await slow;
    assert.equal(answer.status, 200);
    assert.match(answer.text, /part 9\n$/);
    assert.equal(goodbye, 0);
    await eventually('the connection ends', () => all.session.destroyed || all.session.closed);
});

test('curl is content', limit, async (t) => {
    const { port, authority } = await secureScene(t);
    const said = execFileSync(
        'curl',
        ['-sS', '--http2', '--cacert', authority, '--resolve', `localhost:${port}:127.0.0.1`, '-H', 'Host: localhost', '-w', '\n%{http_version}', `https://localhost:${port}/api/auth/session`],
        { env: { ...process.env, no_proxy: '*' } },
    ).toString();
    const [body, version] = said.split('\n');
    assert.deepEqual(JSON.parse(body), { authenticated: false });
    assert.equal(version, '2');
});

// A gigabyte in each direction, while the memory of the process stays where it is: bodies are streamed with
// back-pressure, never gathered.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test from 'node:test';

import { temporaryFolder } from '../support/cloche.mjs';
import { scene, signedInScene, sleep } from '../support/scene.mjs';

const limit = { timeout: 180_000 };
const gibibyte = 1024 * 1024 * 1024;
const allowedKiB = 32 * 1024;

/** The most memory the process had while `work` ran, over what it had before. */
async function growth(program, work) {
    const before = program.residentKiB;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, program.residentKiB)), 50);
    try {
        await work();
    } finally {
        clearInterval(watch);
    }
    return Math.max(most, program.residentKiB) - before;
}

test('1 GiB down', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const grown = await growth(gateway.program, async () => {
        const { response } = await zoe.open('GET', `/api/proxy/download?bytes=${gibibyte}`, { timeout: 60_000 });
        assert.equal(response.headers['content-length'], String(gibibyte));
        let length = 0;
        for await (const part of response) length += part.length;
        assert.equal(length, gibibyte);
    });
    assert.ok(grown < allowedKiB, `${grown} KiB more`);
});

for (const chunked of [false, true]) {
    test(`1 GiB up, ${chunked ? 'chunked' : 'with its length'}`, limit, async (t) => {
        const { gateway, zoe } = await signedInScene(t);
        const block = Buffer.alloc(256 * 1024, 'u');
        const grown = await growth(gateway.program, async () => {
            const body = Readable.from(
                (function* parts() {
                    for (let sent = 0; sent < gibibyte; sent += block.length) yield block;
                })(),
                { objectMode: false, highWaterMark: block.length },
            );
            const answer = await zoe.send('POST', '/api/proxy/upload', {
                body,
                headers: chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': gibibyte },
                timeout: 120_000,
            });
            assert.equal(answer.status, 200, answer.describe());
            assert.equal(answer.json.length, gibibyte);
        });
        assert.ok(grown < allowedKiB, `${grown} KiB more`);
    });
}

test('a reader that stops reading does not fill the gateway', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const grown = await growth(gateway.program, async () => {
        const readers = [];
        for (let i = 0; i < 8; ++i) {
            const { request, response } = await zoe.open('GET', `/api/proxy/download?bytes=${gibibyte}`);
            request.on('error', () => {});
            response.on('error', () => {});
            response.pause();
            readers.push(request);
        }
        await sleep(2_000);
        for (const request of readers) request.destroy();
    });
    assert.ok(grown < allowedKiB, `${grown} KiB more`);
});

test('many exchanges leave nothing behind', limit, async (t) => {
    const { gateway, zoe } = await signedInScene(t);
    const round = async () => {
        for (let i = 0; i < 40; ++i) {
            await Promise.all(Array.from({ length: 25 }, (_, n) => zoe.send('POST', '/api/proxy/echo', { body: Buffer.alloc(n * 1_000) })));
        }
    };
    await round();
    const files = gateway.program.openFiles;
    const before = gateway.program.residentKiB;
    await round();
    assert.ok(gateway.program.residentKiB - before < 8 * 1024, `${gateway.program.residentKiB - before} KiB more after 1,000 requests`);
    assert.ok(gateway.program.openFiles <= files + 40, `${files} -> ${gateway.program.openFiles} files`);
});

test('large files of a front end', limit, async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'large.bin'), Buffer.alloc(20_000_000, 'x'));
    const { gateway, visitor } = await scene(t, { config: { frontend: { static: folder } } });
    const grown = await growth(gateway.program, async () => {
        const answers = await Promise.all(Array.from({ length: 4 }, () => visitor().get('/large.bin')));
        for (const answer of answers) assert.equal(answer.body.length, 20_000_000);
    });
    assert.ok(grown < allowedKiB, `${grown} KiB more`);
});

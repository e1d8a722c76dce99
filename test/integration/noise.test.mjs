// Bytes that make no sense, in great number: the program answers or hangs up, and is none the worse for it. The seed is
// in the name of a failing test, so that it can be played again.
import assert from 'node:assert/strict';
import test from 'node:test';

import { RawConnection } from '../support/http_raw.mjs';
import { signedInScene } from '../support/scene.mjs';

const limit = { timeout: 120_000 };

/** mulberry32: small, and the same everywhere. */
function random(seed) {
    let state = seed;
    return (below) => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
}

const spice = ['\r\n', '\r', '\n', '\0', ' ', '\t', ':', ',', ';', '=', '%', '%00', '%2e%2e', '../', '//', '\\', '"', 'chunked', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: x\r\n', 'Expect: 100-continue\r\n', 'Upgrade: h2c\r\n', 'Connection: close\r\n', 'HTTP/1.1', 'HTTP/0.9', '\xff', '4\r\nabcd\r\n', '0\r\n\r\n', 'ffffffffffffffff\r\n', 'Cookie: '.padEnd(5_000, 'a')];

function spoil(text, below) {
    let bytes = text;
    for (let i = 0; i <= below(6); ++i) {
        const at = below(bytes.length + 1);
        switch (below(4)) {
            case 0:
                bytes = bytes.slice(0, at) + spice[below(spice.length)] + bytes.slice(at);
                break;
            case 1:
                bytes = bytes.slice(0, at) + bytes.slice(at + 1 + below(12));
                break;
            case 2:
                bytes = bytes.slice(0, at) + String.fromCharCode(below(256)) + bytes.slice(at + 1);
                break;
            default:
                bytes = bytes.slice(0, at) + bytes.slice(below(bytes.length + 1));
        }
    }
    return bytes;
}

for (const seed of [1, 20261123, Number(process.env.CLOCHE_NOISE_SEED ?? 7)]) {
    test(`noise with seed ${seed}`, limit, async (t) => {
        const { gateway, zoe } = await signedInScene(t, { config: { timeouts: { head: '1s', stream_idle: '1s' } } });
        const below = random(seed);
        const fields = `Host: localhost:${gateway.port}\r\nCookie: ${zoe.jar.header}\r\nSec-Fetch-Site: same-origin\r\n`;
        const good = [
            `GET /api/auth/session HTTP/1.1\r\n${fields}\r\n`,
            `GET /api/proxy/echo?a=1 HTTP/1.1\r\n${fields}\r\n`,
            `POST /api/proxy/echo HTTP/1.1\r\n${fields}Content-Length: 5\r\n\r\nhello`,
            `POST /api/proxy/echo HTTP/1.1\r\n${fields}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
            `POST /api/auth/login HTTP/1.1\r\n${fields}Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{"email":"a@b.ample"}`,
            `GET /auth/login?next=%2Fx HTTP/1.1\r\n${fields}\r\n`,
        ];
        const one = async () => {
            const connection = await RawConnection.open(gateway.port);
            connection.write(spoil(good[below(good.length)] + good[below(good.length)], below));
            connection.socket.end();
            await connection.untilEnd(2_500);
            const { received } = connection;
            if (received !== '') assert.match(received, /^HTTP\/1\.1 \d{3} /);
            connection.close();
        };
        for (let round = 0; round < 40; ++round) await Promise.all(Array.from({ length: 16 }, one));
        assert.equal(gateway.program.exit, undefined);
        // The noise may hold a whole sign-out; whoever is there is served.
        assert.equal((await zoe.get('/api/auth/session')).status, 200);
        assert.equal((await zoe.signIn()).status, 200);
        assert.equal((await zoe.get('/api/proxy/echo')).status, 200);
    });
}

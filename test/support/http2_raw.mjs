// HTTP/2 frame by frame over TLS: for what no HTTP library would send (RFC 9113).
import tls from 'node:tls';

import { eventually } from './scene.mjs';

export const type = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, window: 8, continuation: 9 };
export const flag = { ack: 1, endStream: 1, endHeaders: 4, padded: 8 };
export const code = { none: 0, protocol: 1, internal: 2, flow: 3, refused: 7, cancel: 8, calm: 11 };

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** An integer with a prefix of seven bits (RFC 7541 section 5.1), as lengths have it. */
function length(value) {
    if (value < 127) return Buffer.from([value]);
    const bytes = [127];
    for (let rest = value - 127; ; rest = Math.floor(rest / 128)) {
        bytes.push(rest < 128 ? rest : (rest % 128) + 128);
        if (rest < 128) return Buffer.from(bytes);
    }
}

/** Fields as HPACK literals without indexing and without Huffman's code: byte for byte what is given. */
export function encode(fields) {
    return Buffer.concat(
        fields.flatMap(([name, value]) => {
            const [a, b] = [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')];
            return [Buffer.from([0]), length(a.length), a, length(b.length), b];
        }),
    );
}

export const get = (path, more = []) => [[':method', 'GET'], [':scheme', 'https'], [':authority', 'localhost'], [':path', path], ...more];
export const post = (path, more = []) => [[':method', 'POST'], ...get(path, more).slice(1)];

export class Http2Raw {
    frames = [];
    ended = false;
    #rest = Buffer.alloc(0);

    constructor(socket) {
        this.socket = socket;
        socket.on('data', (bytes) => this.#take(bytes));
        socket.on('error', () => {});
        socket.on('close', () => (this.ended = true));
        socket.on('end', () => (this.ended = true));
    }

    /** With the preface and an empty SETTINGS sent, unless `greet` is false. */
    static open({ port, ca }, { greet = true } = {}) {
        return new Promise((resolve, reject) => {
            const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca, ALPNProtocols: ['h2'] }, () => {
                const made = new Http2Raw(socket);
                if (greet) {
                    socket.write(preface);
                    made.send(type.settings, 0, 0);
                }
                resolve(made);
            });
            socket.on('error', reject);
        });
    }

    #take(bytes) {
        this.#rest = Buffer.concat([this.#rest, bytes]);
        while (this.#rest.length >= 9) {
            const size = this.#rest.readUIntBE(0, 3);
            if (this.#rest.length < 9 + size) return;
            this.frames.push({ type: this.#rest[3], flags: this.#rest[4], stream: this.#rest.readUInt32BE(5), payload: Buffer.from(this.#rest.subarray(9, 9 + size)) });
            this.#rest = this.#rest.subarray(9 + size);
        }
    }

    write(bytes) {
        if (!this.socket.destroyed) this.socket.write(bytes);
        return this;
    }

    send(kind, flags, stream, payload = Buffer.alloc(0)) {
        const head = Buffer.alloc(9);
        head.writeUIntBE(payload.length, 0, 3);
        head[3] = kind;
        head[4] = flags;
        head.writeUInt32BE(stream, 5);
        return this.write(Buffer.concat([head, payload]));
    }

    headers(stream, fields, flags = flag.endHeaders | flag.endStream) {
        return this.send(type.headers, flags, stream, encode(fields));
    }

    data(stream, bytes, flags = 0) {
        return this.send(type.data, flags, stream, Buffer.from(bytes));
    }

    of(kind, stream) {
        return this.frames.filter((frame) => frame.type === kind && (stream === undefined || frame.stream === stream));
    }

    /** The first of that kind, once it is there. */
    next(kind, stream) {
        return eventually(`a frame ${kind} for ${stream}`, () => this.of(kind, stream)[0]);
    }

    /** Why the stream was reset. */
    async resetCode(stream) {
        return (await this.next(type.reset, stream)).payload.readUInt32BE(0);
    }

    async goawayCode() {
        return (await this.next(type.goaway, 0)).payload.readUInt32BE(4);
    }

    /** The connection is alive and well: it answers a ping. */
    async ping() {
        const mark = Buffer.from(String(Math.random()).padEnd(8, '0').slice(-8));
        this.send(type.ping, 0, 0, mark);
        await eventually('an answer to the ping', () => this.of(type.ping).some((frame) => frame.flags & flag.ack && frame.payload.equals(mark)));
    }

    close() {
        this.socket.destroy();
    }
}

// Exact bytes out, exact bytes in: for requests that no HTTP library would send.
import net from 'node:net';

export class RawConnection {
    #chunks = [];
    #waiting = new Set();
    ended = false;
    error = undefined;

    constructor(socket) {
        this.socket = socket;
        socket.on('data', (chunk) => {
            this.#chunks.push(chunk);
            this.#wake();
        });
        socket.on('error', (error) => {
            this.error = error;
        });
        socket.on('close', () => {
            this.ended = true;
            this.#wake();
        });
        socket.on('end', () => {
            this.ended = true;
            this.#wake();
        });
    }

    static open(port, host = '127.0.0.1') {
        return new Promise((resolve, reject) => {
            const socket = net.connect({ port, host, allowHalfOpen: true });
            socket.once('error', reject);
            socket.once('connect', () => {
                socket.removeListener('error', reject);
                socket.setNoDelay(true);
                resolve(new RawConnection(socket));
            });
        });
    }

    #wake() {
        for (const check of [...this.#waiting]) check();
    }

    get received() {
        return Buffer.concat(this.#chunks).toString('latin1');
    }

    write(bytes) {
        if (!this.socket.destroyed) this.socket.write(Buffer.from(bytes, 'latin1'));
        return this;
    }

    /** Until `done(received, ended)` is true. Resolves to whether it was in time. */
    until(done, timeout = 10_000) {
        return new Promise((resolve) => {
            const finish = (value) => {
                clearTimeout(timer);
                this.#waiting.delete(check);
                resolve(value);
            };
            const check = () => {
                if (done(this.received, this.ended)) finish(true);
            };
            const timer = setTimeout(() => finish(false), timeout);
            this.#waiting.add(check);
            check();
        });
    }

    untilEnd(timeout) {
        return this.until((_, ended) => ended, timeout);
    }

    /** Until a whole answer with a Content-Length, a chunked one or one without a body is there. */
    async answer(timeout = 10_000) {
        await this.until((received, ended) => ended || splitAnswers(received).length > 0, timeout);
        return splitAnswers(this.received)[0];
    }

    close() {
        this.socket.destroy();
    }
}

/** The complete answers at the beginning of what was received: { status, head, headers, body }. To GETs, not HEADs. */
export function splitAnswers(received) {
    const answers = [];
    let rest = received;
    for (;;) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return answers;
        const head = rest.slice(0, end);
        const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
        const headers = new Map();
        for (const line of head.split('\r\n').slice(1)) {
            const colon = line.indexOf(':');
            const name = line.slice(0, colon).toLowerCase();
            headers.set(name, headers.has(name) ? `${headers.get(name)}, ${line.slice(colon + 1).trim()}` : line.slice(colon + 1).trim());
        }
        rest = rest.slice(end + 4);
        let body = '';
        if (status >= 200 && status !== 204 && status !== 304) {
            if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) {
                const whole = readChunks(rest);
                if (whole === undefined) return answers;
                body = whole.body;
                rest = whole.rest;
            } else if (headers.has('content-length')) {
                const length = Number(headers.get('content-length'));
                if (rest.length < length) return answers;
                body = rest.slice(0, length);
                rest = rest.slice(length);
            } else {
                body = rest;
                rest = '';
            }
        }
        answers.push({ status, head, headers, body });
    }
}

function readChunks(text) {
    let body = '';
    let at = 0;
    for (;;) {
        const line = text.indexOf('\r\n', at);
        if (line < 0) return undefined;
        const size = Number.parseInt(text.slice(at, line), 16);
        if (size === 0) {
            const end = text.indexOf('\r\n\r\n', line);
            return end < 0 ? undefined : { body, rest: text.slice(end + 4) };
        }
        if (text.length < line + 2 + size + 2) return undefined;
        body += text.slice(line + 2, line + 2 + size);
        at = line + 2 + size + 2;
    }
}

/** One connection, these bytes, and what came back until it closed or an answer was whole and `quiet` ms passed. */
export async function sendRaw(port, bytes, { timeout = 10_000 } = {}) {
    const connection = await RawConnection.open(port);
    connection.write(bytes);
    await connection.until((received, ended) => ended || splitAnswers(received).length > 0, timeout);
    const first = splitAnswers(connection.received)[0];
    // A refusal closes: give it the time to, so that a second answer on the same connection would be seen.
    const closed = await connection.untilEnd(first === undefined || first.status >= 400 ? 3_000 : 200);
    const received = connection.received;
    connection.close();
    return { received, closed, answers: splitAnswers(received) };
}

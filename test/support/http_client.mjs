// One HTTP exchange over a fresh connection to loopback, with nothing done behind the caller's back: no redirect is
// followed, no cookie kept, no header invented but Host. Header fields come back as they were on the wire.
import http from 'node:http';

export class Answer {
    constructor(message, body) {
        this.status = message.statusCode;
        this.reason = message.statusMessage;
        this.headers = message.headers;
        this.rawHeaders = message.rawHeaders;
        this.trailers = message.trailers;
        this.body = body;
        this.complete = message.complete;
    }

    get text() {
        return this.body.toString('utf8');
    }

    get json() {
        try {
            return JSON.parse(this.text);
        } catch {
            throw new Error(`no JSON in the answer: ${this.describe()}`);
        }
    }

    /** Every Set-Cookie line, as it came. */
    get setCookies() {
        return this.all('set-cookie');
    }

    /** All values of a header, in order. */
    all(name) {
        const values = [];
        for (let i = 0; i < this.rawHeaders.length; i += 2) {
            if (this.rawHeaders[i].toLowerCase() === name) values.push(this.rawHeaders[i + 1]);
        }
        return values;
    }

    get head() {
        const lines = [`HTTP/1.1 ${this.status} ${this.reason}`];
        for (let i = 0; i < this.rawHeaders.length; i += 2) lines.push(`${this.rawHeaders[i]}: ${this.rawHeaders[i + 1]}`);
        return lines.join('\n');
    }

    /** For a failing test's message. */
    describe() {
        return `${this.head}\n\n${this.text.slice(0, 2000)}`;
    }
}

/**
 * Opens a request. `url` names the Host; the connection goes to 127.0.0.1 at its port unless `port` says otherwise.
 * Resolves to { request, response } once the head of the answer is there; the body is the caller's.
 */
export function open(url, { method = 'GET', headers = {}, body, port, timeout = 20_000, agent = false } = {}) {
    const target = new URL(url);
    const raw = typeof url === 'string' ? url.replace(/^[a-z]+:\/\/[^/?#]*/i, '') : `${target.pathname}${target.search}`;
    return new Promise((resolve, reject) => {
        const request = http.request({
            host: '127.0.0.1',
            port: port ?? target.port,
            method,
            path: raw === '' ? '/' : raw,
            headers: { host: target.host, ...headers },
            agent,
        });
        request.setTimeout(timeout, () => request.destroy(new Error(`no answer within ${timeout} ms: ${method} ${url}`)));
        request.on('error', reject);
        request.on('response', (response) => resolve({ request, response }));
        if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body);
        else body.pipe(request);
    });
}

/** The whole exchange. Rejects if the answer is cut off. */
export async function exchange(url, options) {
    const { response } = await open(url, options);
    const parts = [];
    for await (const part of response) parts.push(part);
    return new Answer(response, Buffer.concat(parts));
}

// A node:http server on a free port of loopback that can really be stopped, and opened again at the same port.
import http from 'node:http';

export class LoopbackServer {
    #server;
    #sockets = new Set();
    port = 0;
    connections = 0;

    /** `handle(request, response)` may be async; what it throws becomes a cut connection and is kept in `failures`. */
    constructor(handle, { onUpgrade } = {}) {
        this.failures = [];
        this.handle = handle;
        this.onUpgrade = onUpgrade;
    }

    async open(port = this.port) {
        this.#server = http.createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: 30_000 }, (request, response) => {
            Promise.resolve(this.handle(request, response)).catch((error) => {
                this.failures.push(error);
                request.socket.destroy();
            });
        });
        this.#server.requestTimeout = 0;
        if (this.onUpgrade) this.#server.on('upgrade', this.onUpgrade);
        this.#server.on('connection', (socket) => {
            this.connections += 1;
            this.#sockets.add(socket);
            socket.on('close', () => this.#sockets.delete(socket));
        });
        await new Promise((resolve, reject) => {
            this.#server.once('error', reject);
            // Room for a thousand connections at once: those that find none wait a second for their next try.
            this.#server.listen({ port, host: '127.0.0.1', backlog: 4_096 }, resolve);
        });
        this.port = this.#server.address().port;
        return this;
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    /** Refuses connections from now on and cuts those there are. Does nothing when it is closed. */
    async close() {
        if (!this.#server?.listening) return;
        const closed = new Promise((resolve) => this.#server.close(resolve));
        for (const socket of this.#sockets) socket.destroy();
        await closed;
    }
}

export async function readBody(request, limit = 1024 * 1024) {
    const parts = [];
    let size = 0;
    for await (const part of request) {
        size += part.length;
        if (size > limit) throw new Error('body larger than the mock expects');
        parts.push(part);
    }
    return Buffer.concat(parts);
}

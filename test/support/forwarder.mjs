// An address that stays the same while what is behind it changes, or is held up: TCP on loopback.
import { connect, createServer } from 'node:net';

export class Forwarder {
    #pairs = new Set();
    #held = false;

    constructor(port) {
        this.target = port;
        this.#server = createServer((from) => this.#join(from));
    }

    #server;

    #join(from) {
        const pair = [from, connect(this.target, '127.0.0.1')];
        this.#pairs.add(pair);
        const end = () => {
            this.#pairs.delete(pair);
            for (const socket of pair) socket.destroy();
        };
        for (const [index, socket] of pair.entries()) {
            socket.on('data', (data) => pair[1 - index].write(data));
            socket.on('error', end).on('close', end);
            if (this.#held) socket.pause();
        }
    }

    async open() {
        await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
        this.port = this.#server.address().port;
        return this;
    }

    /** From now on nothing passes, and no connection breaks. */
    hold() {
        this.#held = true;
        for (const pair of this.#pairs) for (const socket of pair) socket.pause();
    }

    release() {
        this.#held = false;
        for (const pair of this.#pairs) for (const socket of pair) socket.resume();
    }

    /** Breaks what there is; what comes goes to another port. */
    turnTo(port) {
        this.target = port;
        this.#held = false;
        this.breakAll();
    }

    breakAll() {
        for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    }

    async close() {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        this.breakAll();
        await closed;
    }
}

// Real PostgreSQL and Redis servers on loopback, each in a folder of its own, that can be stopped and started again at
// the same port with the same data.
import { spawn, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atEnd } from './cleanup.mjs';
import { eventually } from './scene.mjs';

const postgresFolder = '/usr/lib/postgresql/15/bin';

/** PostgreSQL refuses to run as root: then it runs as the user that its package makes. */
const asPostgres = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

async function freePort() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

const accepts = (port) =>
    new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
    });

class StoreServer {
    #child;

    /** `command`: with its arguments; `signal`: what ends it in good order. */
    constructor(folder, port, command, signal) {
        Object.assign(this, { folder, port, command, signal });
    }

    async start() {
        const [file, ...args] = this.command;
        this.#child = spawn(file, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
        this.output = '';
        for (const stream of [this.#child.stdout, this.#child.stderr]) stream.on('data', (data) => (this.output += data));
        this.#child.ended = new Promise((resolve) => this.#child.on('close', resolve).on('error', resolve));
        await eventually(`${file} at port ${this.port}: ${this.output}`, () => this.isUp());
        return this;
    }

    async stop(signal = this.signal) {
        this.#child?.kill(signal);
        await this.#child?.ended;
        this.#child = undefined;
    }
}

class Postgres extends StoreServer {
    get url() {
        return `postgres://cloche@127.0.0.1:${this.port}/postgres`;
    }

    isUp() {
        try {
            execFileSync(join(postgresFolder, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', this.port, '-U', 'cloche', '-d', 'postgres']);
            return true;
        } catch {
            return false;
        }
    }
}

class Redis extends StoreServer {
    get url() {
        return `redis://127.0.0.1:${this.port}`;
    }

    isUp() {
        return accepts(this.port);
    }
}

function folderFor(t) {
    const folder = mkdtempSync(join(tmpdir(), 'cloche-store-'));
    atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

async function startPostgres(t) {
    if (!existsSync(postgresFolder)) throw new Error(`${postgresFolder} is not there: scripts/setup --test installs it`);
    const folder = folderFor(t);
    if (asPostgres.length > 0) {
        const id = (of) => Number(execFileSync('id', [of, 'postgres']).toString());
        chownSync(folder, id('-u'), id('-g'));
    }
    const port = await freePort();
    const data = join(folder, 'data');
    const run = (program, ...args) => [...asPostgres, join(postgresFolder, program), ...args];
    const [file, ...args] = run('initdb', '-D', data, '-U', 'cloche', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C');
    execFileSync(file, args, { stdio: 'pipe', cwd: folder });
    const listen = ['-c', 'listen_addresses=127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories='];
    const server = new Postgres(folder, port, run('postgres', '-D', data, ...listen, '-c', 'fsync=off'), 'SIGINT');
    atEnd(t, () => server.stop());
    return server.start();
}

async function startRedis(t) {
    const folder = folderFor(t);
    const port = await freePort();
    const keep = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const server = new Redis(folder, port, ['redis-server', '--bind', '127.0.0.1', '--port', String(port), ...keep], 'SIGTERM');
    atEnd(t, () => server.stop());
    return server.start();
}

/** What sessions can be shared over. */
export const sharedStores = { postgres: startPostgres, redis: startRedis };

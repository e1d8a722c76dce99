// Real PostgreSQL and Redis servers on loopback, each in a folder of its own, that can be stopped and started again at
// the same port with the same data.
import { spawn, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { atEnd } from './cleanup.mjs';
import { eventually } from './scene.mjs';

const postgresFolder = '/usr/lib/postgresql/15/bin';

/** PostgreSQL refuses to run as root: then it runs as the user that its package makes. */
const asPostgres = process.getuid() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];

export async function freePort() {
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

    get pid() {
        return this.#child?.pid;
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
        return this.urlOf('postgres');
    }

    urlOf(database) {
        return `postgres://cloche@127.0.0.1:${this.port}/${database}`;
    }

    /** What psql prints of it. */
    sql(text, url = this.url) {
        return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', url, '-c', text], { stdio: 'pipe' }).toString().trim();
    }

    /** The URL of a database of its own. */
    newPlace() {
        const name = `d${randomBytes(6).toString('hex')}`;
        this.sql(`CREATE DATABASE ${name}`);
        return this.urlOf(name);
    }

    /** Another server that follows this one, and answers no change with success before it has it. */
    async standby(t) {
        const folder = postgresFolderFor(t);
        const from = `host=127.0.0.1 port=${this.port} user=cloche application_name=standby`;
        const [file, ...args] = postgresProgram('pg_basebackup', '-D', join(folder, 'data'), '-d', from, '-R', '-c', 'fast', '--no-sync');
        execFileSync(file, args, { stdio: 'pipe', cwd: folder });
        const standby = await servePostgres(t, folder);
        this.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        this.sql('SELECT pg_reload_conf()');
        await eventually('it follows', () => this.sql("SELECT sync_state FROM pg_stat_replication") === 'sync');
        return standby;
    }

    promote() {
        this.sql('SELECT pg_promote()');
        this.sql('ALTER SYSTEM RESET synchronous_standby_names');
        this.sql('SELECT pg_reload_conf()');
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

    /** What redis-cli prints of a command. */
    ask(...words) {
        return execFileSync('redis-cli', ['-p', String(this.port), ...words], { stdio: 'pipe' }).toString().trim();
    }

    /** The URL with a prefix of its own. */
    newPlace() {
        return `${this.url}?prefix=${randomBytes(6).toString('hex')}:`;
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

/** A folder that the server's user may write to. */
function postgresFolderFor(t) {
    const folder = folderFor(t);
    if (asPostgres.length > 0) {
        const id = (of) => Number(execFileSync('id', [of, 'postgres']).toString());
        chownSync(folder, id('-u'), id('-g'));
    }
    return folder;
}

const postgresProgram = (program, ...args) => [...asPostgres, join(postgresFolder, program), ...args];

/** Over a data folder that is there. */
async function servePostgres(t, folder) {
    const port = await freePort();
    const listen = ['-c', 'listen_addresses=127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories='];
    const command = postgresProgram('postgres', '-D', join(folder, 'data'), ...listen, '-c', 'fsync=off');
    const server = new Postgres(folder, port, command, 'SIGINT');
    atEnd(t, () => server.stop());
    return server.start();
}

async function startPostgres(t) {
    if (!existsSync(postgresFolder)) throw new Error(`${postgresFolder} is not there: scripts/setup --test installs it`);
    const folder = postgresFolderFor(t);
    const [file, ...args] = postgresProgram('initdb', '-D', join(folder, 'data'), '-U', 'cloche', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C');
    execFileSync(file, args, { stdio: 'pipe', cwd: folder });
    return servePostgres(t, folder);
}

async function startRedis(t, { args = [] } = {}) {
    const folder = folderFor(t);
    const port = await freePort();
    const keep = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const server = new Redis(folder, port, ['redis-server', '--bind', '127.0.0.1', '--port', String(port), ...keep, ...args], 'SIGTERM');
    atEnd(t, () => server.stop());
    return server.start();
}

/** What sessions can be shared over. */
export const sharedStores = { postgres: startPostgres, redis: startRedis };

/**
 * Servers that the tests of a file share, started when the first one asks; each test has a place of its own on them, and
 * none may stop one. To be called where the file begins: they end with it.
 */
export function serversOfFile() {
    const ends = [];
    const running = new Map();
    after(async () => {
        for (const end of ends.reverse()) await end();
    });
    const file = { after: (end) => ends.push(end) };
    return {
        async newPlace(store) {
            if (!running.has(store)) running.set(store, sharedStores[store](file));
            return (await running.get(store)).newPlace();
        },
    };
}

// Starts the real program, as an operator does: a configuration file, a data folder, signals. CLOCHE_BINARY names the
// binary; otherwise build/release/cloche is taken.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { atEnd } from './cleanup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const binary = process.env.CLOCHE_BINARY ?? join(root, 'build', 'release', 'cloche');

const startLimit = 20_000;
const stopLimit = 30_000;

export function temporaryFolder(t) {
    const folder = mkdtempSync(join(tmpdir(), 'cloche-test-'));
    atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/** JSON is YAML: what the tests write is what they mean. */
export function writeConfig(folder, name, config) {
    const file = join(folder, name);
    writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config, null, 4));
    return file;
}

export class Program {
    lines = [];
    exit = undefined;
    #waiting = new Set();

    constructor(args, { env = {}, log, cwd, file = binary } = {}) {
        if (!existsSync(file)) throw new Error(`${file} is not there: build it, or name it in CLOCHE_BINARY`);
        this.process = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
        this.log = log;
        this.stdout = '';
        this.process.stdout.on('data', (data) => {
            this.stdout += data;
            this.log?.add('standard output', data);
        });
        createInterface({ input: this.process.stderr }).on('line', (line) => {
            this.lines.push(line);
            this.log?.add('log', line);
            this.#wake();
        });
        this.ended = new Promise((resolve) => {
            this.process.on('error', (error) => {
                this.exit ??= { code: -1, signal: null, error };
                resolve(this.exit);
                this.#wake();
            });
            this.process.on('close', (code, signal) => {
                this.exit ??= { code, signal };
                resolve(this.exit);
                this.#wake();
            });
        });
    }

    get pid() {
        return this.process.pid;
    }

    get stderr() {
        return this.lines.join('\n');
    }

    /** The log lines, as objects; what is no JSON is left out. */
    get events() {
        return this.lines.flatMap((line) => {
            try {
                return [JSON.parse(line)];
            } catch {
                return [];
            }
        });
    }

    #wake() {
        for (const check of [...this.#waiting]) check();
    }

    /** The first thing `find(this)` gives that is not undefined. Rejects when the program ends before, or time is up. */
    waitFor(what, find, limit = startLimit) {
        return new Promise((resolve, reject) => {
            const finish = (settle, value) => {
                clearTimeout(timer);
                this.#waiting.delete(check);
                settle(value);
            };
            const check = () => {
                const found = find(this);
                if (found !== undefined) finish(resolve, found);
                else if (this.exit !== undefined) finish(reject, new Error(`ended (${JSON.stringify(this.exit)}) before ${what}:\n${this.stderr}`));
            };
            const timer = setTimeout(() => finish(reject, new Error(`no ${what} within ${limit} ms:\n${this.stderr}`)), limit);
            this.#waiting.add(check);
            check();
        });
    }

    async listening(listener, program) {
        const line = await this.waitFor(`the ${listener} listener`, () =>
            this.events.find((event) => event.event === 'listening' && event.listener === listener && (program === undefined || event.program === program)),
        );
        const port = Number(/:(\d+)$/.exec(line.address)?.[1]);
        assert.ok(port > 0, `no address in ${JSON.stringify(line)}`);
        return port;
    }

    signal(name) {
        if (this.exit === undefined) this.process.kill(name);
    }

    /** Asks it to stop and checks that it goes in good order. */
    async stop() {
        if (this.exit === undefined) {
            this.signal('SIGTERM');
            const late = setTimeout(() => this.signal('SIGKILL'), stopLimit);
            await this.ended;
            clearTimeout(late);
        }
        assert.deepEqual(this.exit, { code: 0, signal: null }, `did not stop in good order:\n${this.stderr.slice(-4000)}`);
    }

    async kill() {
        this.signal('SIGKILL');
        await this.ended;
    }

    /** Resident memory in KiB, from /proc. */
    get residentKiB() {
        return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]);
    }

    get openFiles() {
        return readdirSync(`/proc/${this.pid}/fd`).length;
    }
}

/** Runs the program to its end: { code, stdout, stderr }. */
export async function run(args, options = {}) {
    const program = new Program(args, options);
    const late = setTimeout(() => program.signal('SIGKILL'), options.limit ?? startLimit);
    const { code, signal } = await program.ended;
    clearTimeout(late);
    return { code, signal, stdout: program.stdout, stderr: program.stderr };
}

class Server {
    constructor(command, { config, folder, log, env, application }) {
        Object.assign(this, { command, config, folder, log, env, application });
    }

    async start() {
        const file = writeConfig(this.folder, `${this.command}.yaml`, this.config);
        const args = this.application === undefined ? [this.command] : [];
        this.program = new Program([...args, '--config', file], { env: this.env, log: this.log, file: this.application });
        this.port = await this.program.listening('public');
        this.operationsPort = await this.program.listening('operations');
        return this;
    }

    /** What the browser's address bar shows. */
    get origin() {
        return `http://localhost:${this.port}`;
    }

    get url() {
        return `http://127.0.0.1:${this.port}`;
    }

    get operationsUrl() {
        return `http://127.0.0.1:${this.operationsPort}`;
    }

    get dataFolder() {
        return join(this.folder, 'data');
    }

    /** Starts again at the same port with the same data. `end` says how the first one goes: `stop` or `kill`. */
    async restart(end = 'stop', changes = {}) {
        await this.program[end]();
        this.config = { ...this.config, listen: `127.0.0.1:${this.port}`, operations: `127.0.0.1:${this.operationsPort}`, ...changes };
        return this.start();
    }

    stop() {
        return this.program.stop();
    }
}

function stopAtEnd(t, server) {
    atEnd(t, async () => {
        if (server.program !== undefined && server.program.exit === undefined) await server.stop();
    });
}

/** A gateway in front of `api` ({ url }), with a folder of its own; ended and checked when the test `t` ends. */
/** `application`: a program made with the library, in place of `cloche serve`. */
export async function startGateway(t, api, config = {}, { log, env, application } = {}) {
    const folder = temporaryFolder(t);
    const server = new Server('serve', {
        folder,
        log,
        env,
        application,
        config: {
            listen: '127.0.0.1:0',
            operations: '127.0.0.1:0',
            data: join(folder, 'data'),
            upstream: api.url,
            log: { level: 'debug', format: 'json' },
            ...config,
        },
    });
    stopAtEnd(t, server);
    return server.start();
}

export async function startIdentity(t, config = {}, { log, env } = {}) {
    const folder = temporaryFolder(t);
    const server = new Server('identity', {
        folder,
        log,
        env,
        config: {
            listen: '127.0.0.1:0',
            operations: '127.0.0.1:0',
            data: join(folder, 'data'),
            log: { level: 'debug', format: 'json' },
            ...config,
        },
    });
    stopAtEnd(t, server);
    return server.start();
}

/** The mails an identity API has put into its outbox folder, oldest first: { to, text, link }. */
export function mails(server) {
    const folder = join(server.dataFolder, 'outbox');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
        .filter((name) => name.endsWith('.eml')) // what is still being written has another ending
        .sort()
        .map((name) => readMail(readFileSync(join(folder, name), 'utf8')));
}

/** A mail as RFC 5322 has it: unfolds quoted-printable, finds the first link. */
export function readMail(raw) {
    const end = /\r?\n\r?\n/.exec(raw);
    const head = end ? raw.slice(0, end.index) : '';
    let text = end ? raw.slice(end.index + end[0].length) : raw;
    if (/^content-transfer-encoding:\s*quoted-printable/im.test(head)) {
        text = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
    return {
        to: /^to:\s*(.+)$/im.exec(head)?.[1].trim(),
        subject: /^subject:\s*(.+)$/im.exec(head)?.[1].trim(),
        text,
        link: /https?:\/\/[^\s<>"]+/.exec(text)?.[0],
    };
}

export async function mailTo(server, address, count = 1, limit = 10_000) {
    const until = Date.now() + limit;
    for (;;) {
        const found = mails(server).filter((mail) => mail.to?.includes(address));
        if (found.length >= count) return found.at(-1);
        if (Date.now() > until) throw new Error(`no mail to ${address} within ${limit} ms; log:\n${server.program.stderr.slice(-3000)}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}

export function makeFolder(...parts) {
    const folder = join(...parts);
    mkdirSync(folder, { recursive: true });
    return folder;
}

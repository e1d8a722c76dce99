// Runs `cloche torture` to its end and reads what it counted.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { atEnd } from './cleanup.mjs';
import { Program, temporaryFolder, writeConfig } from './cloche.mjs';

const runLimit = 110_000;

/** The program, begun: `finished()` gives { code, stdout, stderr, figures, logs }, `logs` what the replicas said. */
export function beginTorture(t, args, plan) {
    const folder = temporaryFolder(t);
    const json = join(folder, 'figures.json');
    const file = plan ? [writeConfig(folder, 'plan.yaml', plan)] : [];
    const program = new Program(['torture', ...file, '--json', json, ...args]);
    const late = setTimeout(() => program.signal('SIGKILL'), runLimit);
    atEnd(t, () => program.kill());
    const finished = async () => {
        const { code, signal } = await program.ended;
        clearTimeout(late);
        const { stdout, stderr } = program;
        const left = (/logs and data +(\S+)/.exec(stdout) ?? /see (\S+)\/replica/.exec(stderr))?.[1];
        const done = { code, signal, stdout, stderr, logs: '' };
        if (left && existsSync(left)) {
            const logs = readdirSync(left).filter((name) => name.endsWith('.log'));
            done.logs = logs.map((name) => readFileSync(join(left, name), 'utf8')).join('');
            rmSync(left, { recursive: true, force: true });
        }
        if (existsSync(json)) done.figures = JSON.parse(readFileSync(json, 'utf8'));
        return done;
    };
    return { program, finished };
}

export const torture = (t, args, plan) => beginTorture(t, args, plan).finished();

/** What a plan's `store` runs to have `server` stopped and started by the test, whose process it stays. */
export async function storeCommands(t, server) {
    const control = createServer(async (request, response) => {
        await server[request.url === '/stop' ? 'stop' : 'start']();
        response.end();
    });
    await new Promise((resolve) => control.listen(0, '127.0.0.1', resolve));
    atEnd(t, () => new Promise((resolve) => control.close(resolve)));
    const command = (what) => `curl -sf -X POST http://127.0.0.1:${control.address().port}/${what}`;
    return { start: command('start'), stop: command('stop') };
}

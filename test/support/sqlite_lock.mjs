// Another process that holds the database of a gateway, which then can read and not write.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { eventually } from './scene.mjs';

export const databaseOf = (gateway) => {
    const name = readdirSync(gateway.dataFolder).find((each) => /\.(db|sqlite3?)$/.test(each));
    assert.ok(name, `no database in ${readdirSync(gateway.dataFolder)}`);
    return join(gateway.dataFolder, name);
};

/** Holds the write lock of a database until `release()`. */
export async function lockOf(file) {
    const shell = spawn('sqlite3', [file], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    shell.stdout.on('data', (data) => (output += data));
    shell.stdin.write('.timeout 5000\nBEGIN IMMEDIATE;\nSELECT "locked";\n');
    await eventually('the lock', () => output.includes('locked'));
    const ended = new Promise((resolve) => shell.on('close', resolve));
    return {
        async release() {
            shell.stdin.end('COMMIT;\n');
            await ended;
        },
    };
}
